/*
 * Void numbers in lists.
 */
#include "staff/void_row.h"

#include "till/receipt.h"
#include "till/search.h"
#include "till/shift.h"

#include <inttypes.h>
#include <stdio.h>

#define NUMBER_MAX 48

static char *number_of(const struct gt_void_row *row, int64_t receipt_no, char out[NUMBER_MAX])
{
    (void)snprintf(out, NUMBER_MAX, "%s-%07" PRId64, row->user.operator_no, receipt_no);
    return out;
}

void gt_void_row_read(struct gt_tx *tx, struct gt_void_row *row)
{
    const struct gt_void *number = &row->number;
    struct gt_receipt receipt;
    struct gt_shift shift;
    (void)gt_row_find(tx, &gt_user_row, number->user_id, &row->user);
    (void)gt_row_find(tx, &gt_org_row, number->org_id, &row->org);
    row->shift_no = number->shift_id && gt_row_find(tx, &gt_shift_row, number->shift_id, &shift)
                        ? shift.shift_no
                        : 0;
    row->receipt_no = gt_row_find(tx, &gt_receipt_row, number->txn_id, &receipt)
                          ? receipt.receipt_no
                          : number->receipt_no;
}

void gt_void_row_show(struct gt_page *page, const struct gt_void_row *row, const char *leaf)
{
    const struct gt_void *number = &row->number;
    char text[NUMBER_MAX];
    gt_page_set_time(page, number->at, "%s.At", leaf);
    gt_page_set(page, number_of(row, number->receipt_no, text), "%s.Number", leaf);
    gt_page_set(page, number_of(row, row->receipt_no, text), "%s.Now", leaf);
    gt_page_set_int(page, number->txn_id, "%s.TxnId", leaf);
    gt_page_set(page, gt_txn_number(number->txn_id, text), "%s.Txn", leaf);
    gt_page_set(page, row->user.operator_no, "%s.Operator", leaf);
    gt_page_set(page, row->user.name, "%s.Name", leaf);
    gt_page_set(page, row->org.name, "%s.Org", leaf);
    if (row->shift_no)
        gt_page_set_int(page, row->shift_no, "%s.Shift", leaf);
    gt_page_set(page, number->reason, "%s.Reason", leaf);
}

const char *const gt_void_columns[] = {"at",   "number",  "now",   "txn",    "operator",
                                       "name", "belongs", "shift", "reason", NULL};

void gt_void_row_put(struct gt_sheet *sheet, const struct gt_void_row *row)
{
    char text[NUMBER_MAX];
    gt_cell_time(sheet, row->number.at);
    gt_cell_text(sheet, number_of(row, row->number.receipt_no, text));
    gt_cell_text(sheet, number_of(row, row->receipt_no, text));
    gt_cell_text(sheet, gt_txn_number(row->number.txn_id, text));
    gt_cell_text(sheet, row->user.operator_no);
    gt_cell_text(sheet, row->user.name);
    gt_cell_text(sheet, row->org.name);
    if (row->shift_no)
        gt_cell_int(sheet, row->shift_no);
    else
        gt_cell_text(sheet, "");
    gt_cell_text(sheet, row->number.reason);
}
