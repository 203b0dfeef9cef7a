/*
 * The ledger's pages: how they name ledger accounts and postings.
 */
#ifndef GT_CONSOLE_LEDGER_H
#define GT_CONSOLE_LEDGER_H

#include "console.h"
#include "till/trial.h"

/* Gives the template <leaf>.Account and .Of: "payable:sg186" in words, its kind and whose it is. */
void gt_ledger_code_show(struct gt_page *page, const char *code, const char *leaf);
/* The same as one text, in the page's language or, for files, any. */
void gt_ledger_code_text(const struct gt_words *words, enum gt_lang lang, const char *code,
                         char out[128]);
/* "Sale", "Slip received" …; a word of the page "posting". */
const char *gt_posting_label(const struct gt_words *words, enum gt_lang lang,
                             const struct gt_posting *posting);
/* Gives the template Line.<i> of a trial balance, and Sum. */
void gt_trial_show(struct gt_page *page, const struct gt_trial *trial);

/* A subtree as the ledger is asked for it: "/" for the whole tree, which is kept together. */
const char *gt_ledger_tree(const char *path);
/* The dates that a form names, `today` where it does not; true if they are some and not more than a
 * year. */
bool gt_ledger_dates(struct gt_form *form, size_t from_field, size_t to_field, int64_t today,
                     int64_t *from, int64_t *to);

#endif
