/*
 * The ledger: from a transaction to its posting, entries and balances.
 */
#include "till/ledger.h"

#include <stdio.h>
#include <string.h>

GT_ROW_DEFINE(gt_posting, GT_POSTING_COLS);
GT_ROW_DEFINE(gt_entry, GT_ENTRY_COLS);
GT_ROW_DEFINE(gt_balance, GT_BALANCE_COLS);

GT_STMT(balance_by_key, GT_ROW_SELECT(gt_balance, GT_BALANCE_COLS)
        " WHERE account_id = ? AND code = ? AND biz_date = ?");

static int line_add(struct gt_line *lines, int n, const char *code, const char *of, int64_t amount)
{
    if (!amount)
        return n;
    snprintf(lines[n].code, sizeof(lines[n].code), "%s%s%s", code, *of ? ":" : "", of);
    lines[n].amount = amount;
    return n + 1;
}

int gt_ledger_lines(const struct gt_txn *sale, int sign, struct gt_line lines[GT_LEDGER_LINES])
{
    int64_t due = sale->amount + sale->fee;
    int n = 0;

    if (strcmp(sale->method, "cash") == 0) {
        n = line_add(lines, n, "deposit", "", sign * sale->drawn);
        n = line_add(lines, n, "cash", "", sign * (due - sale->drawn));
    } else {
        n = line_add(lines, n, "clearing", sale->method, sign * due);
    }
    n = line_add(lines, n, "payable", sale->system, -sign * (sale->amount - sale->advance));
    n = line_add(lines, n, "advance", sale->system, -sign * sale->advance);
    n = line_add(lines, n, "fee", sale->system, -sign * sale->fee);
    return n;
}

static void balance_move(struct gt_tx *tx, const struct gt_entry *entry, struct gt_bag *bag)
{
    struct gt_balance balance;
    int64_t debit = entry->amount > 0 ? entry->amount : 0;
    int64_t credit = entry->amount < 0 ? -entry->amount : 0;

    if (gt_row_one(tx, &gt_balance_row, &balance, &balance_by_key, GT_INT(entry->account_id),
                   GT_TEXT(entry->code), GT_INT(entry->biz_date))) {
        balance.debit += debit;
        balance.credit += credit;
        balance.entries++;
        gt_row_save(tx, &gt_balance_row, &balance);
        return;
    }
    balance = (struct gt_balance){.id = gt_bag_take(bag),
                                  .account_id = entry->account_id,
                                  .biz_date = entry->biz_date,
                                  .debit = debit,
                                  .credit = credit,
                                  .entries = 1};
    memcpy(balance.code, entry->code, sizeof(balance.code));
    gt_row_insert(tx, &gt_balance_row, &balance);
}

void gt_ledger_post(struct gt_tx *tx, struct gt_account *account, const struct gt_txn *txn,
                    const struct gt_txn *sale, int64_t now, struct gt_bag *bag)
{
    struct gt_line lines[GT_LEDGER_LINES];
    bool reversal = txn->id != sale->id;
    int nlines = gt_ledger_lines(sale, reversal ? -1 : 1, lines);
    struct gt_posting posting = {.account_id = account->id,
                                 .kind = reversal ? GT_POSTING_REVERSAL : GT_POSTING_SALE,
                                 .txn_id = txn->id,
                                 .batch_id = txn->batch_id,
                                 .biz_date = txn->out_date,
                                 .entries = nlines,
                                 .at = now};

    if (!nlines)
        return;
    posting.id = gt_bag_take(bag);
    posting.account_seq = ++account->posting_count;
    gt_row_insert(tx, &gt_posting_row, &posting);
    for (int i = 0; i < nlines; i++) {
        struct gt_entry entry = {.id = GT_ENTRY_ID(posting.id, i + 1),
                                 .account_id = account->id,
                                 .biz_date = txn->out_date,
                                 .amount = lines[i].amount};

        memcpy(entry.code, lines[i].code, sizeof(entry.code));
        gt_row_insert(tx, &gt_entry_row, &entry);
        balance_move(tx, &entry, bag);
    }
}
