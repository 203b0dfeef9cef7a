/*
 * What the pages of transactions share: their filters, and what is found with them.
 */
#ifndef GT_CONSOLE_TXN_H
#define GT_CONSOLE_TXN_H

#include "console.h"
#include "staff/txn_words.h"
#include "till/search.h"

/* --- finding (txn_find.c) */

enum gt_txn_filter {
    GT_TF_Q,
    GT_TF_CUSTOMER,
    GT_TF_FROM,
    GT_TF_TO,
    GT_TF_STATE,
    GT_TF_OP,
    GT_TF_BEGIN,
    GT_TF_END,
    GT_TF_METER,
    GT_TF_CARD,
    GT_TF_LEAST,
    GT_TF_GREATEST,
    GT_TF_OPERATOR,
    GT_TF_ORG,
    GT_TF_TERMINAL,
    GT_TF_TRACE,
    GT_TF_CHANNEL,
    GT_TF_SYSTEM,
    GT_TF__MAX
};
extern const struct gt_field gt_txn_filters[GT_TF__MAX];

/* A transaction with the names beside it. */
struct gt_txn_line {
    struct gt_txn txn;
    char org_name[289];
    char terminal_no[21];
};

/* What is looked for.  It holds nothing of the page it was made from. */
struct gt_txn_hunt {
    struct gt_txn_find find; /* its texts are set when it is used */
    struct gt_grants grants; /* of who looks */
    char path[201], customer_no[33], meter_no[33], card_no[33], system[17];
    int64_t exact; /* number of the only transaction that can be meant; 0: any */
    bool nothing;  /* a filter names what is not there: nothing can be found */
};

/* In a transaction: from filters to what is looked for.  A filter that names nothing gets its error
 * in the form, which must be told of all before (gt_list_show). */
void gt_txn_hunt_begin(struct gt_tx *tx, struct gt_page *page, struct gt_form *form,
                       struct gt_txn_hunt *hunt);
/* In a transaction: up to `most` (GT_LIST_MAX) rows, and where to go on. */
void gt_txn_hunt_go(struct gt_tx *tx, struct gt_txn_hunt *hunt, struct gt_txn_line *lines,
                    size_t most, struct gt_txn_found *found);
/* Whether the filters name somebody or something, so that all dates are looked at. */
bool gt_txn_named(const struct gt_form *form);
/* The subtree that holds all those below which the right is held. */
void gt_scope_around(const struct gt_grants *grants, enum gt_right right, char path[201]);

/* --- messages with the marketing system (txn_messages.c) */

struct gt_txn_view;
/* Sets Message.0 …: requests made again from the record, answers as they were kept; all masked. */
void gt_txn_show_messages(struct gt_page *page, const struct gt_txn_view *view);
/* Sets `name` to words that came from upstream, without the customer's name, address and card. */
void gt_txn_set_words(struct gt_page *page, const struct gt_txn *txn, const char *words,
                      const char *name);

#endif
