/*
 * Lists of refunds.
 */
#include "staff/refund_list.h"

#include "base/text.h"
#include "till/search.h"

#include <stdio.h>

static const char *const states[] = {"waiting", "ready",     "running", "unpaid", "done",
                                     "refused", "withdrawn", "expired", NULL};
_Static_assert(sizeof states / sizeof states[0] == GT_REFUND__MAX + 1, "a word each");

const struct gt_field gt_refund_filters[GT_RL__MAX] = {
    [GT_RL_STATE] = {"state", GT_FIELD_CHOICE, .choices = states},
    [GT_RL_Q] = {"q", GT_FIELD_LINE, .most = 40},
    [GT_RL_FROM] = {"from", GT_FIELD_DATE},
    [GT_RL_TO] = {"to", GT_FIELD_DATE},
    [GT_RL_ORG] = {"org", GT_FIELD_LINE, .most = 32},
};
const char *const gt_refund_sorts[] = {"at", NULL};

static const struct gt_value *given(const struct gt_list *list, size_t field)
{
    const struct gt_value *value = &list->filters.value[field];
    return value->text[0] && !value->bad ? value : NULL;
}

void gt_refund_find_fill(struct gt_list *list, char q[GT_REFUND_Q], struct gt_refund_find *find)
{
    const struct gt_value *value;
    *find = (struct gt_refund_find){
        .path = "/", .standing = GT_REFUND__MAX, .customer = "", .most = GT_REFUNDS_MAX};
    if (!gt_params_get(&list->page->query, "sort")[0])
        list->down = true; /* the newest first, where nothing is said */
    find->oldest = !list->down;
    gt_list_days(list, GT_RL_FROM, GT_RL_TO, &find->from, &find->to);
    if ((value = given(list, GT_RL_STATE)))
        find->standing = (enum gt_refund_standing)value->number;
    if ((value = given(list, GT_RL_Q)) && !gt_txn_number_read(value->text, &find->orig_id)) {
        (void)!gt_str_copy(q, GT_REFUND_Q, value->text);
        find->customer = q;
    }
}

void gt_refund_views_read(struct gt_tx *tx, const struct gt_refund *rows, size_t n,
                          struct gt_refund_view *views)
{
    for (size_t i = 0; i < n; i++) {
        views[i].refund = rows[i];
        if (!gt_refund_view_read(tx, &views[i]))
            (void)gt_tx_fail(tx, gt_err_set(GT_ERR_TAMPERED, "a refund without its approval"));
    }
}

const char *const gt_refund_columns[] = {"at",     "number", "customer", "amount",  "method",
                                         "reason", "state",  "red_no",   "bank_no", NULL};

void gt_refund_row_put(struct gt_sheet *sheet, const struct gt_refund_view *view)
{
    const struct gt_refund *refund = &view->refund;
    char number[GT_TXN_NUMBER_MAX], word[64];
    gt_cell_time(sheet, refund->made_at);
    gt_cell_text(sheet, gt_txn_number(refund->orig_id, number));
    gt_cell_text(sheet, view->orig.customer_no);
    gt_cell_money(sheet, refund->amount);
    (void)snprintf(word, sizeof word, "refund.method_%s", refund->method);
    gt_cell_word(sheet, word);
    gt_cell_text(sheet, view->approval.reason);
    (void)snprintf(word, sizeof word, "refunds.state_%s",
                   gt_refund_standing_name(gt_refund_standing(view)));
    gt_cell_word(sheet, word);
    gt_cell_text(sheet, refund->red_no);
    gt_cell_text(sheet, refund->bank_no);
}
