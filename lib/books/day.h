/*
 * Day close: each organisation declares count and money of each business for a date that has ended,
 * without seeing ours; the platform compares; the level above confirms.
 *
 * It goes up the tree.  What an organisation declares is of itself and all below it, so those below
 * come first, and a day close counts just those whose own was confirmed: which they are is kept in
 * their rows, so that moving an organisation later changes no closed day.  Agents reconcile with
 * the bureau directly and are counted nowhere between.  An organisation without business on a date,
 * it and all below it, has nothing to close.
 *
 * Our figures are those of running totals (till/total.h), which never change once a date was
 * folded; until the worker has done that, nobody can declare.
 */
#ifndef GT_BOOKS_DAY_H
#define GT_BOOKS_DAY_H

#include "access/by.h"
#include "access/org.h"

enum gt_day_state {
    GT_DAY_MISSING,  /* nobody has declared: there is no row */
    GT_DAY_OPEN,     /* returned, or reopened: to be declared again */
    GT_DAY_DECLARED, /* and compared; the level above decides */
    GT_DAY_CONFIRMED,
    GT_DAY__MAX
};

/* clang-format off */
#define GT_DAY_COLS(KI, KT, I, T)                                                                  \
    KI(id) KI(org_id) KI(biz_date) I(up_id) I(state) I(rounds) I(differs) I(declared_by)           \
    I(declared_at) I(confirmed_by) I(confirmed_at) T(note, 601) I(version)
#define GT_DAY_LINE_COLS(KI, KT, I, T)                                                             \
    KI(id) KI(op) I(own_count) I(own_amount) I(ours_count) I(ours_amount) I(told_count)            \
    I(told_amount) I(version)
/* clang-format on */
struct gt_day {
    GT_ROW_STRUCT(GT_DAY_COLS)
};
extern const struct gt_row gt_day_row;
struct gt_day_line {
    GT_ROW_STRUCT(GT_DAY_LINE_COLS)
};
extern const struct gt_row gt_day_line_row;

/* Businesses of a day close: sales by operation, and what was taken back. */
#define GT_DAY_LINES              5
#define GT_DAY_LINE_ID(day, line) ((day)*16 + (line)) /* line from 0 on */
extern const int64_t gt_day_op[GT_DAY_LINES];

struct gt_day_figure {
    int64_t count, amount; /* how many, fen with fees */
};

/* What the operation log and requests call a day close: "S1 20261122". */
#define GT_DAY_NAME 80
char *gt_day_name(const char *org_code, int64_t date, char out[GT_DAY_NAME]);
/* "missing", "open", "declared", "confirmed"; static. */
const char *gt_day_state_name(enum gt_day_state state);

/* --- looking: in a read ------------------------------------------------------------------------
 */

/* An organisation on a date. */
struct gt_day_node {
    struct gt_org org;
    int64_t above_id; /* organisation that confirms; 0: the bureau, by another person there */
    bool due;         /* it, or one that is counted in it, had business */
    struct gt_day_figure own[GT_DAY_LINES]; /* without those below */
    struct gt_day day;                      /* id 0: nothing was declared */
};
struct gt_day_tree {
    int64_t date;
    bool ready;     /* the figures of the date are put together; false: nothing is due yet */
    int64_t rights; /* gt_state.rights it was read at */
    struct gt_day_node *node; /* by path */
    size_t n;
};
/* Reads a subtree.  Free with gt_day_tree_free(); a tree that was read before is read anew.  A
 * failure sticks to `tx`. */
void gt_day_tree_read(struct gt_tx *tx, const char *path, int64_t date, struct gt_day_tree *tree);
void gt_day_tree_free(struct gt_day_tree *tree);
/* The organisation that confirms: the level above; of an agent the bureau, which stands first in
 * its path; of the bureau itself. */
int64_t gt_day_confirmer(const struct gt_org *org);
/* The organisation in the tree; NULL if it is not there. */
struct gt_day_node *gt_day_node_of(const struct gt_day_tree *tree, int64_t org_id);
/* Which organisation is counted in which: whether `below`'s day close goes into `above_id`'s. */
bool gt_day_counts(const struct gt_day_node *below, int64_t above_id);

/* The lines of a day close. */
void gt_day_lines(struct gt_tx *tx, int64_t day_id, struct gt_day_line lines[GT_DAY_LINES]);
/* What those below it, as it counts them, declared less our figures: differences that are theirs.
 */
void gt_day_below(struct gt_tx *tx, int64_t day_id, struct gt_day_figure below[GT_DAY_LINES]);
/* The day close of an organisation on a date; false if nothing was declared. */
bool gt_day_of(struct gt_tx *tx, int64_t org_id, int64_t date, struct gt_day *day);
/* The last date with business before `date`, and the first behind it; 0 if there is none. */
int64_t gt_day_before(struct gt_tx *tx, int64_t date);
int64_t gt_day_behind(struct gt_tx *tx, int64_t date);
/* Shifts of an organisation that were opened on the date or before and are not closed, and
 * transactions of it with an intent on the date that are not decided: they post into another one.
 */
int64_t gt_day_shifts(struct gt_tx *tx, int64_t org_id, int64_t date);
int64_t gt_day_pending(struct gt_tx *tx, int64_t org_id, int64_t date);

/* --- changing ----------------------------------------------------------------------------------
 */

struct gt_day_form {
    struct gt_day_figure told[GT_DAY_LINES];
    int64_t rounds;   /* times it was declared when the form was shown */
    const char *note; /* why it differs; "" or NULL */
};
/* Declares, or corrects until the level above has confirmed: day.declare at the organisation.
 * Declared anew with a difference it wants a note.  Fields: note.  GT_WHY_DAY_EARLY (the date has
 * not ended, or is not put together), DAY_NOTHING, DAY_SHIFTS, DAY_BELOW (n are missing, what: the
 * first), DAY_STATE, DAY_NOTE, DAY_FIGURE, CHANGED. */
enum gt_err gt_day_declare(const struct gt_by *by, int64_t org_id, int64_t date,
                           const struct gt_day_form *form, int64_t *id,
                           struct gt_refusal *no) GT_CHECK;
/* Confirms: day.confirm at the level above, by another than who declared.  Differences become items
 * (books/item.h), but for those that are only carried on from below.  `version` as it was shown.
 * GT_WHY_OWN_DAY, DAY_STATE, CHANGED. */
enum gt_err gt_day_confirm(const struct gt_by *by, int64_t id, int64_t version,
                           struct gt_refusal *no) GT_CHECK;
/* Gives a declared one back, with a reason; as gt_day_confirm(). */
enum gt_err gt_day_return(const struct gt_by *by, int64_t id, int64_t version, const char *reason,
                          struct gt_refusal *no) GT_CHECK;
/* Asks that a confirmed one be opened again (approval day.reopen): day.declare at the organisation
 * asks, day.confirm at the level above decides.  GT_WHY_DAY_STATE, DAY_ABOVE (the level above has
 * declared: that one first), DAY_ASKED. */
enum gt_err gt_day_reopen(const struct gt_by *by, int64_t id, const char *reason, int64_t *approval,
                          struct gt_refusal *no) GT_CHECK;

#endif
