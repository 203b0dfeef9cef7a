/*
 * The ledger: from a transaction to its posting, entries and balances.
 */
#include "till/ledger.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

GT_ROW_DEFINE(gt_posting, GT_POSTING_COLS);
GT_ROW_DEFINE(gt_entry, GT_ENTRY_COLS);
GT_ROW_DEFINE_KEPT(gt_balance, GT_BALANCE_COLS);

GT_STMT(balance_by_key,
        GT_ROW_SELECT(gt_balance,
                      GT_BALANCE_COLS) " WHERE account_id = ? AND code = ? AND biz_date = ?");

int gt_line_add(struct gt_line *lines, int n, const char *code, const char *of, int64_t amount)
{
    if (!amount)
        return n;
    snprintf(lines[n].code, sizeof(lines[n].code), "%s%s%s", code, *of ? ":" : "", of);
    lines[n].amount = amount;
    return n + 1;
}

int gt_line_safe(struct gt_line *lines, int n, int64_t org_id, int64_t amount)
{
    char of[24];

    snprintf(of, sizeof(of), "%" PRId64, org_id);
    return gt_line_add(lines, n, "safe", of, amount);
}

/* Where the money of a sale went, or what is given back of it comes from. */
static int money_lines(const struct gt_txn *txn, const struct gt_txn *sale, int sign,
                       struct gt_line *lines, int n)
{
    int64_t due = sale->amount + sale->fee;

    if (txn->op == GT_OP_REFUND)
        n = gt_line_add(lines, n, "refund", "", -due);
    if (strcmp(txn->method, "cash") != 0)
        return txn->op == GT_OP_REFUND
                   ? n
                   : gt_line_add(lines, n, "clearing", sale->method, sign * due);
    if (txn->op == GT_OP_REFUND)
        n = gt_line_add(lines, n, "refund", "", due);
    n = gt_line_add(lines, n, "deposit", "", sign * txn->drawn);
    return gt_line_add(lines, n, "cash", "", sign * (due - txn->drawn));
}

int gt_ledger_lines(const struct gt_txn *txn, const struct gt_txn *sale,
                    struct gt_line lines[GT_LEDGER_LINES])
{
    int sign = txn->id == sale->id ? 1 : -1;
    int n = money_lines(txn, sale, sign, lines, 0);

    n = gt_line_add(lines, n, "payable", sale->system, -sign * (sale->amount - sale->advance));
    n = gt_line_add(lines, n, "advance", sale->system, -sign * sale->advance);
    /* No card is given back, so a refund's six lines never meet a fee. */
    return gt_line_add(lines, n, "fee", sale->system, -sign * sale->fee);
}

int gt_ledger_refund_lines(int64_t amount, struct gt_line lines[GT_LEDGER_LINES])
{
    int n = gt_line_add(lines, 0, "refund", "", amount);

    return gt_line_add(lines, n, "bank", "", -amount);
}

static void balance_move(struct gt_tx *tx, const struct gt_entry *entry, struct gt_bag *bag)
{
    struct gt_balance balance;
    int64_t debit = entry->amount > 0 ? entry->amount : 0;
    int64_t credit = entry->amount < 0 ? -entry->amount : 0;

    if (gt_row_kept_one(tx, &gt_balance_row, &balance, &balance_by_key, GT_INT(entry->account_id),
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

bool gt_posting_is_of_txn(const struct gt_posting *posting)
{
    return posting->kind == GT_POSTING_SALE || posting->kind == GT_POSTING_REVERSAL ||
           posting->kind == GT_POSTING_REFUND;
}

/* The posting, its entries, and what they do to the balances. */
static void posting_insert(struct gt_tx *tx, struct gt_account *account, struct gt_posting *posting,
                           const struct gt_line *lines, struct gt_bag *bag)
{
    posting->id = gt_posting_is_of_txn(posting) ? posting->of_id : gt_bag_take(bag);
    posting->account_id = account->id;
    posting->account_seq = ++account->posting_count;
    gt_row_insert(tx, &gt_posting_row, posting);
    for (int64_t i = 0; i < posting->entries; i++) {
        struct gt_entry entry = {.id = GT_ENTRY_ID(posting->id, i + 1),
                                 .account_id = account->id,
                                 .biz_date = posting->biz_date,
                                 .amount = lines[i].amount};

        memcpy(entry.code, lines[i].code, sizeof(entry.code));
        gt_row_insert(tx, &gt_entry_row, &entry);
        balance_move(tx, &entry, bag);
    }
}

void gt_ledger_post(struct gt_tx *tx, struct gt_account *account, const struct gt_txn *txn,
                    const struct gt_txn *sale, int64_t now, struct gt_bag *bag)
{
    struct gt_line lines[GT_LEDGER_LINES];
    struct gt_posting posting = {.kind = txn->op == GT_OP_REFUND    ? GT_POSTING_REFUND
                                         : txn->op == GT_OP_REVERSE ? GT_POSTING_REVERSAL
                                                                    : GT_POSTING_SALE,
                                 .of_id = txn->id,
                                 .batch_id = txn->batch_id,
                                 .biz_date = txn->out_date,
                                 .entries = gt_ledger_lines(txn, sale, lines),
                                 .at = now};

    if (posting.entries)
        posting_insert(tx, account, &posting, lines, bag);
}

void gt_ledger_book(struct gt_tx *tx, struct gt_account *account, enum gt_posting_kind kind,
                    int64_t of_id, int64_t biz_date, int64_t now, const struct gt_line *lines,
                    int n, struct gt_bag *bag)
{
    struct gt_posting posting = {
        .kind = kind, .of_id = of_id, .biz_date = biz_date, .entries = n, .at = now};

    if (n)
        posting_insert(tx, account, &posting, lines, bag);
}

void gt_ledger_pay_in(struct gt_tx *tx, struct gt_account *account, int64_t amount,
                      int64_t biz_date, int64_t now, struct gt_bag *bag)
{
    int64_t repaid = amount < account->unremitted ? amount : account->unremitted;
    struct gt_line lines[GT_LEDGER_LINES];
    struct gt_posting posting = {.kind = GT_POSTING_PAY_IN, .biz_date = biz_date, .at = now};
    int n = 0;

    n = gt_line_add(lines, n, "bank", "", amount);
    n = gt_line_add(lines, n, "cash", "", -repaid);
    n = gt_line_add(lines, n, "deposit", "", repaid - amount);
    posting.entries = n;
    account->unremitted -= repaid;
    account->prepaid += repaid;
    account->deposit += amount - repaid;
    posting_insert(tx, account, &posting, lines, bag);
}
