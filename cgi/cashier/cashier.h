/*
 * The cashier page: what its files share.
 *
 * A cashier's page is a terminal (till/window.h): each form carries a trace number that was made
 * with it, so that whatever a browser does twice is taken once, and a page that lost its answer
 * asks for what became of its number at /cashier/done?trace=….
 */
#ifndef GT_CASHIER_CASHIER_H
#define GT_CASHIER_CASHIER_H

#include "staff/staff.h"
#include "staff/txn_words.h"
#include "till/window.h"

/* Every page begins with it: who collects here.  Who may not is answered at once (page->done). */
enum gt_err gt_cashier_open(struct gt_page *page, struct gt_actor *actor) GT_CHECK;
/* Shows a page with the day beside it: credit, last transactions. */
enum gt_err gt_cashier_show(struct gt_page *page, const struct gt_actor *actor,
                            const char *name) GT_CHECK;

/* On the first page: whether the day's work can begin; sets Shift for what stands in the way. */
enum gt_err gt_shift_look(struct gt_page *page, const struct gt_actor *actor, bool *open) GT_CHECK;

/* Sets <prefix>.Text, .Code and .Said: what an outcome says in the page's language, its number, and
 * what upstream said to it, where that is something else. */
void gt_cashier_says(struct gt_page *page, enum gt_outcome outcome, const char *said,
                     const char *prefix);
/* Sets <prefix>.Op, .Kind and .Word: what a transaction is and what became of it. */
void gt_cashier_txn(struct gt_page *page, const struct gt_txn *txn, const char *prefix);
/* Sends the browser to what became of a trace number. */
enum gt_err gt_cashier_go_done(struct gt_page *page, int64_t trace_no) GT_CHECK;

/* --- a customer (customer.c) */

/* Sets Customer and Bill. */
void gt_customer_show(struct gt_page *page, const struct gt_actor *actor,
                      const struct gt_up_reply *found);
/* Asks upstream by number, then by meter, then by card; as gt_till_query(). */
enum gt_err gt_customer_find(struct gt_page *page, const struct gt_actor *actor, const char *text,
                             struct gt_up_reply *found, enum gt_outcome *outcome,
                             char said[601]) GT_CHECK;

/* --- the form of a sale (sale.c) */

/* Shows what may be collected of a customer, with a new trace number. */
enum gt_err gt_sale_show(struct gt_page *page, const struct gt_actor *actor,
                         const struct gt_up_reply *found) GT_CHECK;

/* --- cards (card.c) */

/* Reads what the page read of a card from the body; false if a card cannot have it.  No card:
 * card->present is false. */
bool gt_card_fields(const struct gt_page *page, struct gt_card_read *card);
/* Whether a purchase, or the taking back of one, still is to be written to its card. */
bool gt_card_waits(const struct gt_txn *txn);
/* Sets Write: what is to be written for `purchase`, as `written` (itself, or its last rewrite) has
 * it. */
enum gt_err gt_card_show(struct gt_page *page, const struct gt_result *purchase,
                         const struct gt_result *written) GT_CHECK;

/* --- receipts (receipt.c) */

/* Sets Receipt: its lines, how often it was printed, and the paper. */
enum gt_err gt_receipt_show(struct gt_page *page, const struct gt_actor *actor,
                            int64_t txn_id) GT_CHECK;

#endif
