/*
 * Void numbers as the console and the cashier page list them, and as a file.  Words of both are
 * those of the page "voids".
 */
#ifndef GT_STAFF_VOID_ROW_H
#define GT_STAFF_VOID_ROW_H

#include "access/user.h"
#include "kit/sheet.h"
#include "staff/staff.h"
#include "till/void.h"

/* A void number with what is told beside it. */
struct gt_void_row {
    struct gt_void number;
    struct gt_user user;
    struct gt_org org;
    int64_t shift_no;   /* 0: in none */
    int64_t receipt_no; /* that the transaction's receipt has now */
};
/* In a transaction: completes row->number. */
void gt_void_row_read(struct gt_tx *tx, struct gt_void_row *row);
/* Sets <leaf> to it. */
void gt_void_row_show(struct gt_page *page, const struct gt_void_row *row, const char *leaf);

/* The columns of the file, and one of its rows. */
extern const char *const gt_void_columns[];
void gt_void_row_put(struct gt_sheet *sheet, const struct gt_void_row *row);

#endif
