/*
 * A refund as the console and the cashier page show it: the original, its last request and how that
 * stands, and the form that asks.  Words of both are those of the page "refund".
 */
#ifndef GT_STAFF_REFUND_H
#define GT_STAFF_REFUND_H

#include "staff/staff.h"
#include "till/refund.h"

struct gt_refund_look {
    struct gt_page *page;
    int64_t id; /* of the original */
    bool there, asked;
    bool today; /* of this business and clearing date, and not remitted: a reversal does */
    struct gt_org org;
    struct gt_refund_view view; /* refund.id 0: nobody asked; orig is filled */
};

enum { GT_RF_AMOUNT, GT_RF_METHOD, GT_RF_RED_NO, GT_RF_REASON, GT_RF__MAX };
extern const struct gt_field gt_refund_fields[GT_RF__MAX];

/* Reads what the address names; 404 at once if the visitor may not reverse there, or it is nothing
 * that can be given back. */
enum gt_err gt_refund_look(struct gt_page *page, struct gt_refund_look *look) GT_CHECK;
/* Sets Orig, Refund and the form; May.Ask where a request can be made. */
void gt_refund_show(struct gt_refund_look *look, struct gt_form *form);
/* Asks for what came in the body.  True in `*asked` if that was done; else the form says why, or
 * the page is answered. */
enum gt_err gt_refund_post(struct gt_refund_look *look, struct gt_form *form, bool *asked) GT_CHECK;
/* Gives a template of another name the words of "refund". */
void gt_refund_words(struct gt_page *page);
/* Sets <leaf> to a request in a list. */
void gt_refund_row_show(struct gt_page *page, const struct gt_refund_view *view, const char *leaf);

#endif
