/*
 * Words and colours of transactions.
 */
#ifndef GT_STAFF_TXN_WORDS_H
#define GT_STAFF_TXN_WORDS_H

#include "kit/page.h"
#include "till/txn.h"

/* What became of a transaction, in one word for people: doubt is told from in flight. */
enum gt_standing {
    GT_STANDING_NONE,
    GT_STANDING_POSTED,
    GT_STANDING_DOUBT,
    GT_STANDING_PENDING,
    GT_STANDING_DECLINED,
    GT_STANDING_REVERSING,
    GT_STANDING_REVERSED,
    GT_STANDING_REFUNDED,
    GT_STANDING__MAX
};
enum gt_standing gt_txn_standing(const struct gt_txn *txn);
/* "posted", "doubt" …; static. */
const char *gt_standing_name(enum gt_standing standing);
/* Words of transactions ("txn.op_pay") in a language; borrowed. */
const char *gt_txn_word(const struct gt_words *words, enum gt_lang lang, const char *group,
                        const char *name);
/* Sets <prefix>.Kind and .Word: colour and word of a state. */
void gt_txn_set_state(struct gt_page *page, const char *prefix, const char *kind, const char *group,
                      const char *name);
/* "cash" → "现金"; "sg186" stays.  In the page's language. */
const char *gt_txn_method(const struct gt_words *words, enum gt_lang lang, const char *method);

#endif
