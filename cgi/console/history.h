/*
 * The history of an object, as every object's page shows it at its end.
 */
#ifndef GT_CONSOLE_HISTORY_H
#define GT_CONSOLE_HISTORY_H

#include "access/list.h"
#include "console.h"

#define GT_HISTORY_MAX 20

struct gt_history {
    struct gt_oplog rows[GT_HISTORY_MAX];
    size_t n;
};

/* In a transaction: reads the newest of it: `object` is its name in the operation log (a code, a
 * login), `groups` what stands before the point in what was done: GT_ARGS("org"). */
void gt_history_read(struct gt_tx *tx, const char *const *groups, const char *object,
                     struct gt_history *history);
/* How people call an object of the operation log: an account by its owner's number, others as they
 * are.  Writes into `out`, and gives it back. */
#define GT_OBJECT_LABEL 400
const char *gt_object_label(const struct gt_page *page, const char *object,
                            char out[GT_OBJECT_LABEL]);
/* What was done, in words: the word "<group>.did_<what>", or the key itself.  And the name of that
 * word, which need not be there. */
const char *gt_what_word(const char *what, char out[GT_OBJECT_LABEL]);
const char *gt_what_label(const struct gt_page *page, const char *what, char out[GT_OBJECT_LABEL]);
/* Gives the template the detail of a row of the operation log, as "<leaf>.Part.k" with Name, Before
 * (if it has one) and After; or as "<leaf>.Detail" where it is of no known form.  The template
 * writes <?cs call:detail(h) ?>. */
void gt_detail_show(struct gt_page *page, const struct gt_oplog *row, const char *leaf);
/* Gives it to the template, which writes <?cs call:history() ?>.  What was done is the word
 * "<group>.did_<what>". */
void gt_history_show(struct gt_page *page, const struct gt_history *history);

/* Whether the visitor sees all of the operation log: what everybody did, and programs. */
bool gt_oplog_sees_all(const struct gt_page *page);

#endif
