/*
 * Lists of refunds, of the console and of the cashier page: their filters, and rows of their files.
 * Words of both are those of the page "refunds".
 */
#ifndef GT_STAFF_REFUND_LIST_H
#define GT_STAFF_REFUND_LIST_H

#include "kit/list.h"
#include "kit/sheet.h"
#include "staff/refund.h"

/* The organisation comes last: who sees only their own requests has none. */
enum { GT_RL_STATE, GT_RL_Q, GT_RL_FROM, GT_RL_TO, GT_RL_ORG, GT_RL__MAX };
extern const struct gt_field gt_refund_filters[GT_RL__MAX];
extern const char *const gt_refund_sorts[];

/* Room for what is typed into `q`: a transaction's number, or a part of a customer's. */
#define GT_REFUND_Q (40 * 4 + 1)
/* What a list asks for; `q` holds its text as long as `find` is used. */
void gt_refund_find_fill(struct gt_list *list, char q[GT_REFUND_Q], struct gt_refund_find *find);
/* In a transaction: completes the rows of a page; a request without its approval is an error of the
 * transaction. */
void gt_refund_views_read(struct gt_tx *tx, const struct gt_refund *rows, size_t n,
                          struct gt_refund_view *views);

/* The columns of the file, and one of its rows. */
extern const char *const gt_refund_columns[];
void gt_refund_row_put(struct gt_sheet *sheet, const struct gt_refund_view *view);

#endif
