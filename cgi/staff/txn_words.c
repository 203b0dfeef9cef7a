/*
 * Words and colours of transactions.
 */
#include "staff/txn_words.h"

#include "kit/site.h"

#include <stdio.h>
#include <string.h>

enum gt_standing gt_txn_standing(const struct gt_txn *txn)
{
    static const enum gt_standing of[GT_TXN__MAX] = {
        [GT_TXN_PENDING] = GT_STANDING_PENDING,   [GT_TXN_POSTED] = GT_STANDING_POSTED,
        [GT_TXN_DECLINED] = GT_STANDING_DECLINED, [GT_TXN_REVERSING] = GT_STANDING_REVERSING,
        [GT_TXN_REVERSED] = GT_STANDING_REVERSED, [GT_TXN_REFUNDED] = GT_STANDING_REFUNDED,
    };
    if (txn->state == GT_TXN_PENDING && txn->up_state == GT_UPS_UNKNOWN)
        return GT_STANDING_DOUBT;
    return txn->state > 0 && txn->state < GT_TXN__MAX ? of[txn->state] : GT_STANDING_NONE;
}

const char *gt_standing_name(enum gt_standing standing)
{
    static const char *const names[GT_STANDING__MAX] = {
        "none", "posted", "doubt", "pending", "declined", "reversing", "reversed", "refunded",
    };
    return names[standing];
}

const char *gt_txn_word(const struct gt_words *words, enum gt_lang lang, const char *group,
                        const char *name)
{
    char word[96];
    (void)snprintf(word, sizeof word, "txn.%s_%s", group, name);
    return gt_words_has(words, word) ? gt_words_get(words, lang, word) : name;
}

void gt_txn_set_state(struct gt_page *page, const char *prefix, const char *kind, const char *group,
                      const char *name)
{
    gt_page_set(page, kind, "%s.Kind", prefix);
    gt_page_set(page, gt_txn_word(page->site->words, page->lang, group, name), "%s.Word", prefix);
}

const char *gt_txn_method(const struct gt_words *words, enum gt_lang lang, const char *method)
{
    return method[0] ? gt_txn_word(words, lang, "method", method) : "";
}
