/*
 * Filling a platform: accounts, and the journal with what its transactions leave behind.  See
 * fill.c.
 *
 * Each row is written once, as it ends up: what a till would save again and again (accounts,
 * balances, summaries, series) is added up in memory, by day where it is of a day.
 */
#include "fill.h"

#include "till/batch.h"
#include "till/flow.h"
#include "till/ledger.h"
#include "till/receipt.h"
#include "till/total.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DOUBTS    300 /* the last ones of all are in doubt */
#define CUSTOMERS 400000
#define HOURS     10 /* of a day in which something is sold */
#define HOUR_MS   INT64_C(3600000)

/* What is sold on one date. */
static struct {
    int64_t date, begin, span, count;
    bool last;
    struct gt_summary *sums;
    int64_t nsums;
    struct gt_balance *moves; /* an entry each, then merged */
    int64_t nmoves;
    struct gt_batch *batches;
    int64_t nbatches;
} day;

/* Keys, and numbers that go on from day to day. */
static struct {
    int64_t number, key; /* next transaction, next row */
    int64_t receipts[SELLERS], traces[TERMINALS];
    int64_t batches[SELLERS]; /* of the seller's account and terminal: last number */
    int64_t batch_id[SELLERS], batch_date[SELLERS];
    int64_t nbatches;
} so_far;

static struct gt_txn before; /* the transaction before: a reversal takes it back */

static void *room(int64_t n, size_t size)
{
    void *at = calloc((size_t)n, size);
    if (!at)
        must(gt_err_set(GT_ERR_NOMEM, "no memory"), "a day");
    return at;
}

/* --- one transaction */

/* Two of an agent's people sell at the same terminal for the same account: they share a batch. */
static int64_t batch_of(const struct gt_txn *txn, int64_t seller)
{
    bool second = seller >= CASHIERS && (seller - CASHIERS) % STAFF_EACH == TERMINALS_EACH;
    int64_t s = second ? seller - TERMINALS_EACH : seller;

    if (so_far.batch_date[s] == day.date)
        return so_far.batch_id[s];
    so_far.batch_date[s] = day.date;
    so_far.batch_id[s] = so_far.key++;
    day.batches[day.nbatches++] = (struct gt_batch){.id = so_far.batch_id[s],
                                                    .account_id = txn->account_id,
                                                    .terminal_id = txn->terminal_id,
                                                    .batch_no = ++so_far.batches[s],
                                                    .user_id = txn->user_id,
                                                    .biz_date = day.date,
                                                    .opened_at = txn->created_at,
                                                    .from_seq = txn->account_seq,
                                                    .closed_at = day.last ? 0 : day.begin + DAY_MS};
    return so_far.batch_id[s];
}

static void post_ledger(struct gt_tx *tx, struct gt_account *account, const struct gt_txn *txn,
                        const struct gt_txn *sale)
{
    bool reversal = txn->id != sale->id;
    struct gt_line lines[GT_LEDGER_LINES];
    struct gt_posting posting = {.id = txn->id,
                                 .account_id = account->id,
                                 .account_seq = ++account->posting_count,
                                 .kind = reversal ? GT_POSTING_REVERSAL : GT_POSTING_SALE,
                                 .of_id = txn->id,
                                 .batch_id = txn->batch_id,
                                 .biz_date = txn->out_date,
                                 .entries = gt_ledger_lines(txn, sale, lines),
                                 .at = txn->decided_at};

    gt_row_insert(tx, &gt_posting_row, &posting);
    for (int64_t i = 0; i < posting.entries; i++) {
        struct gt_entry entry = {.id = GT_ENTRY_ID(posting.id, i + 1),
                                 .account_id = account->id,
                                 .biz_date = posting.biz_date,
                                 .amount = lines[i].amount};
        struct gt_balance *move = &day.moves[day.nmoves++];

        GT_FIELD_COPY(entry.code, lines[i].code);
        gt_row_insert(tx, &gt_entry_row, &entry);
        *move = (struct gt_balance){.account_id = account->id, .biz_date = posting.biz_date};
        move->debit = entry.amount > 0 ? entry.amount : 0;
        move->credit = entry.amount < 0 ? -entry.amount : 0;
        move->entries = 1;
        GT_FIELD_COPY(move->code, lines[i].code);
    }
}

static void post(struct gt_tx *tx, struct fill *f, struct gt_txn *txn, const struct gt_txn *sale,
                 int64_t seller)
{
    struct gt_account *account = &f->accounts[seller_account(seller)];
    struct gt_receipt receipt = {.id = txn->id, .user_id = txn->user_id};

    txn->batch_id = batch_of(txn, seller);
    if (strcmp(sale->method, "cash") == 0)
        account->unremitted += (txn == sale ? 1 : -1) * (sale->amount + sale->fee);
    post_ledger(tx, account, txn, sale);
    gt_summary_of(txn, sale, &day.sums[day.nsums++]);
    receipt.receipt_no = ++so_far.receipts[seller];
    receipt.prints = 1;
    gt_row_insert(tx, &gt_receipt_row, &receipt);
}

static void leave_in_doubt(struct gt_tx *tx, struct fill *f, struct gt_txn *txn, int64_t seller)
{
    struct gt_pending pending = {
        .id = txn->id, .sent_at = txn->created_at, .due_at = f->now + 30 * DAY_MS, .tries = 3};
    struct gt_event event = {
        .id = so_far.key++, .txn_id = txn->id, .seq = 1, .at = txn->created_at + 8000};

    txn->state = GT_TXN_PENDING;
    txn->up_state = GT_UPS_UNKNOWN;
    txn->outcome = GT_OUT_IN_DOUBT;
    txn->events = 1;
    txn->decided_at = txn->out_date = txn->out_hour = 0;
    if (strcmp(txn->method, "cash") == 0) {
        txn->held = txn->amount;
        f->accounts[seller_account(seller)].held += txn->amount;
    }
    snprintf(txn->customer_no, sizeof(txn->customer_no), "39%08" PRId64, txn->id % CUSTOMERS);
    snprintf(pending.guard, sizeof(pending.guard), "%s/%s", txn->system, txn->customer_no);
    GT_FIELD_COPY(event.kind, "unknown");
    gt_row_insert(tx, &gt_pending_row, &pending);
    gt_row_insert(tx, &gt_event_row, &event);
}

/* What the customer wanted. */
static void fill_order(struct gt_txn *txn, uint64_t random)
{
    static const char *const methods[] = {"cash", "cash", "cash", "wechat", "alipay"};
    static const char *const names[] = {"王小明", "李建国", "张秀英", "刘洋", "陈静"};
    uint64_t customer = random % CUSTOMERS;

    txn->op = random % 4 == 0 ? GT_OP_PAY : GT_OP_RECHARGE;
    txn->amount = (int64_t)(random / 7 % 50 + 1) * 1000;
    snprintf(txn->customer_no, sizeof(txn->customer_no), "%c%09" PRIu64,
             txn->op == GT_OP_PAY ? '1' : '3', customer);
    snprintf(txn->meter_no, sizeof(txn->meter_no), "%010" PRIu64, customer);
    GT_FIELD_COPY(txn->system, "sg186");
    GT_FIELD_COPY(txn->method, methods[random / 11 % 5]);
    GT_FIELD_COPY(txn->customer_name, names[customer % 5]);
    GT_FIELD_COPY(txn->address, "城关镇人民路12号3单元");
    if (strcmp(txn->method, "cash") == 0)
        txn->tendered = txn->amount;
}

/* Who sold it, where and when. */
static void fill_head(struct fill *f, struct gt_txn *txn, int64_t seller, int64_t i)
{
    const struct gt_user *user = seller_of(f, seller);
    int64_t terminal = seller_terminal(seller);
    struct gt_account *account = &f->accounts[seller_account(seller)];
    int64_t at = day.begin + day.span / day.count * i;

    *txn = (struct gt_txn){.id = day.date * INT64_C(10000000000) + so_far.number++,
                           .terminal_id = f->terminals[terminal].id,
                           .trace_no = ++so_far.traces[terminal],
                           .account_id = account->id,
                           .account_seq = ++account->txn_count,
                           .user_id = user->id,
                           .org_id = account->org_id,
                           .channel = f->terminals[terminal].kind,
                           .biz_date = day.date,
                           .clear_date = day.date,
                           .created_at = at,
                           .state = GT_TXN_POSTED,
                           .up_state = GT_UPS_ACCEPTED,
                           .outcome = GT_OUT_OK,
                           .decided_at = at + 300,
                           .out_date = day.date};
    txn->out_hour = gt_time_minute(txn->decided_at, f->conf.tz_minutes) / 60;
    GT_FIELD_COPY(txn->operator_no, user->operator_no);
    snprintf(txn->up_ref, sizeof(txn->up_ref), "U%018" PRId64, txn->id);
}

/* One in 50 was declined, one in 200 taken back by the transaction behind it. */
static void put_txn(struct gt_tx *tx, struct fill *f, int64_t i)
{
    static int64_t seller;
    bool reversal = before.state == GT_TXN_REVERSED;
    uint64_t random = noise((uint64_t)so_far.number);
    struct gt_txn txn;

    if (!reversal)
        seller = (int64_t)(random / 13 % SELLERS);
    fill_head(f, &txn, seller, i);
    if (reversal) {
        txn.op = GT_OP_REVERSE;
        txn.orig_id = before.id;
        txn.amount = before.amount;
        GT_FIELD_COPY(txn.system, before.system);
        GT_FIELD_COPY(txn.customer_no, before.customer_no);
        GT_FIELD_COPY(txn.method, before.method);
        post(tx, f, &txn, &before, seller);
    } else {
        fill_order(&txn, random);
        if (day.last && i >= day.count - DOUBTS)
            leave_in_doubt(tx, f, &txn, seller);
        else if (i % 50 == 49) {
            txn.state = GT_TXN_DECLINED;
            txn.up_state = GT_UPS_REFUSED;
            txn.outcome = GT_OUT_ARREARS_FIRST;
        } else {
            post(tx, f, &txn, &txn, seller);
        }
    }
    if (i % 200 == 100 && txn.state == GT_TXN_POSTED && i + 1 < day.count) {
        txn.state = GT_TXN_REVERSED;
        txn.reversed_by = txn.id + 1;
    }
    before = txn;
    gt_row_insert(tx, &gt_txn_row, &txn);
}

/* --- what a day adds up to */

static int by_balance(const void *a, const void *b)
{
    const struct gt_balance *x = a, *y = b;

    if (x->account_id != y->account_id)
        return x->account_id < y->account_id ? -1 : 1;
    return strcmp(x->code, y->code);
}

static void merge_balances(void)
{
    int64_t n = 0;

    qsort(day.moves, (size_t)day.nmoves, sizeof(*day.moves), by_balance);
    for (int64_t i = 1; i < day.nmoves; i++) {
        if (by_balance(&day.moves[n], &day.moves[i]) != 0) {
            day.moves[++n] = day.moves[i];
            continue;
        }
        day.moves[n].debit += day.moves[i].debit;
        day.moves[n].credit += day.moves[i].credit;
        day.moves[n].entries++;
    }
    day.nmoves = day.nmoves ? n + 1 : 0;
}

static void merge_summaries(void)
{
    int64_t n = 0;

    qsort(day.sums, (size_t)day.nsums, sizeof(*day.sums), gt_summary_compare);
    for (int64_t i = 1; i < day.nsums; i++) {
        struct gt_summary *sum = &day.sums[n], *more = &day.sums[i];

        if (gt_summary_compare(sum, more) != 0) {
            day.sums[++n] = *more;
            continue;
        }
        sum->sales += more->sales;
        sum->amount += more->amount;
        sum->fees += more->fees;
        sum->reversals += more->reversals;
        sum->reversed += more->reversed;
    }
    day.nsums = day.nsums ? n + 1 : 0;
}

static void put_balance(struct gt_tx *tx, struct fill *f, int64_t i)
{
    (void)f;
    day.moves[i].id = so_far.key++;
    gt_row_insert(tx, &gt_balance_row, &day.moves[i]);
}

static void put_summary(struct gt_tx *tx, struct fill *f, int64_t i)
{
    (void)f;
    day.sums[i].id = so_far.key++;
    gt_row_insert(tx, &gt_summary_row, &day.sums[i]);
}

static void put_batch(struct gt_tx *tx, struct fill *f, int64_t i)
{
    struct gt_batch *batch = &day.batches[i];

    if (batch->closed_at)
        batch->last_seq = f->accounts[batch->account_id - f->accounts[0].id].txn_count;
    gt_row_insert(tx, &gt_batch_row, batch);
}

static void fill_day(struct fill *f)
{
    day.sums = room(day.count, sizeof(*day.sums));
    day.moves = room(day.count * GT_LEDGER_LINES, sizeof(*day.moves));
    day.batches = room(SELLERS, sizeof(*day.batches));
    day.nsums = day.nmoves = day.nbatches = 0;
    put_all(f, "transactions", day.count, put_txn);
    merge_balances();
    merge_summaries();
    put_all(f, "balances", day.nmoves, put_balance);
    put_all(f, "summaries", day.nsums, put_summary);
    put_all(f, "batches", day.nbatches, put_batch);
    so_far.nbatches += day.nbatches;
    free(day.sums);
    free(day.moves);
    free(day.batches);
}

/* --- accounts and series */

static void make_accounts(struct fill *f)
{
    for (int64_t i = 0; i < SELLERS; i++) {
        struct gt_account *account = &f->accounts[seller_account(i)];
        const struct gt_user *user = seller_of(f, i);
        bool cashier = i < CASHIERS;

        account->id = user->account_id;
        account->kind = cashier ? GT_ACCOUNT_CASHIER : GT_ACCOUNT_AGENT;
        account->org_id = user->org_id;
        account->owner_id = cashier ? user->id : user->org_id;
        account->state = i % 100 == 99 ? GT_ACCOUNT_SUSPENDED : GT_ACCOUNT_ENABLED;
    }
}

/* What was used is between a third and all of what it may. */
static void put_account(struct gt_tx *tx, struct fill *f, int64_t i)
{
    struct gt_account *account = &f->accounts[i];
    int64_t used = account->unremitted + account->held;

    account->credit_limit = used + used * (int64_t)(noise((uint64_t)i) % 200) / 100 + 100000;
    gt_row_insert(tx, &gt_account_row, account);
}

static void put_series(struct gt_tx *tx, struct fill *f, int64_t i)
{
    struct gt_series series = {.id = seller_of(f, i)->id, .last_no = so_far.receipts[i]};

    gt_row_insert(tx, &gt_series_row, &series);
}

/* The dates are those that end with today's; on this one nothing is sold later than now. */
static void begin_day(struct fill *f, int ago, int64_t midnight, int64_t count)
{
    day.begin = midnight - ago * DAY_MS + (24 - 2 - HOURS) / 2 * HOUR_MS;
    day.span = HOURS * HOUR_MS;
    day.count = count;
    day.last = ago == 0;
    if (day.last) {
        int64_t from = f->now - HOURS * HOUR_MS;
        day.begin = from > midnight ? from : midnight;
        day.span = f->now - day.begin;
    }
    day.date = f->state.biz_date;
    for (int i = 0; i < ago; i++)
        day.date = gt_date_before(day.date);
}

/* As the worker would have done, day by day. */
static void fold_days(struct fill *f)
{
    int64_t date;

    do
        must(gt_fold_next(f->db, &date), "totals");
    while (date);
}

void fill_till(struct fill *f, int64_t txns, int days, int64_t busy)
{
    int64_t midnight = f->now - gt_time_minute(f->now, f->conf.tz_minutes) * INT64_C(60000);
    int64_t each = (txns - 2 * busy) / (days - 2), rest = (txns - 2 * busy) % (days - 2);

    so_far.number = take_keys(f, "txn", txns);
    so_far.key = take_keys(f, "row", 8 * txns);
    make_accounts(f);
    for (int ago = days - 1; ago >= 0; ago--) {
        begin_day(f, ago, midnight, ago < 2 ? busy : ago == 2 ? each + rest : each);
        fill_day(f);
    }
    put_all(f, "accounts", ACCOUNTS, put_account);
    put_all(f, "series", SELLERS, put_series);
    put_census(f, "gt_account", ACCOUNTS);
    put_census(f, "gt_series", SELLERS);
    put_census(f, "gt_batch", so_far.nbatches);
    fold_days(f);
}
