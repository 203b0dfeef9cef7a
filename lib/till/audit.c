/*
 * The auditor's rules: what must be true of each row, and of all together.
 *
 * Figures are recomputed from the rows below them: held from the journal, unremitted and deposit
 * from the entries, balances from the entries, entries from the journal, series from receipts.
 */
#include "till/audit.h"

#include "till/batch.h"
#include "till/event.h"
#include "till/flow.h"
#include "till/refund.h"
#include "till/void.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

GT_STMT(seqs_of_account,
        "SELECT account_seq FROM gt_txn WHERE account_id = ? ORDER BY account_seq");
GT_STMT(postings_of_account,
        "SELECT account_seq FROM gt_posting WHERE account_id = ? ORDER BY account_seq");
GT_STMT(numbers_of_series,
        "SELECT n.receipt_no FROM (SELECT user_id, receipt_no FROM gt_receipt UNION ALL "
        "SELECT user_id, receipt_no FROM gt_void) n WHERE n.user_id = ? ORDER BY n.receipt_no");
GT_STMT(bills_count, "SELECT COUNT(*) FROM gt_txn_bill WHERE txn_id = ?");
GT_STMT(refund_count, "SELECT COUNT(*) FROM gt_refund WHERE orig_id = ? AND txn_id = ?");
GT_STMT(events_count, "SELECT COUNT(*) FROM gt_event WHERE txn_id = ?");

/* --- arrays that grow, kept in the order of the scan ---------------------------------------------
 */

static void *slot_add(struct gt_audit *a, void *array, size_t *count, size_t size)
{
    void **base = array;

    if ((*count & (*count - 1)) == 0) { /* a power of two, or none: full */
        void *grown = realloc(*base, (*count ? *count * 2 : 1) * size);

        if (!grown) {
            gt_tx_fail(a->tx, GT_ERR_NOMEM);
            return NULL;
        }
        *base = grown;
    }
    memset((char *)*base + *count * size, 0, size);
    return (char *)*base + (*count)++ * size;
}

/* Accounts and series are scanned by id, and their id stands first. */
static int by_id(const void *a, const void *b)
{
    int64_t x, y;

    memcpy(&x, a, sizeof(x));
    memcpy(&y, b, sizeof(y));
    return (x > y) - (x < y);
}

struct gt_audit_account *gt_audit_account_of(struct gt_audit *a, int64_t id)
{
    return a->naccounts ? bsearch(&id, a->accounts, a->naccounts, sizeof(*a->accounts), by_id)
                        : NULL;
}

static struct gt_audit_series *series_of(struct gt_audit *a, int64_t id)
{
    return a->nseries ? bsearch(&id, a->series, a->nseries, sizeof(*a->series), by_id) : NULL;
}

static int by_key(const void *a, const void *b)
{
    const struct gt_balance *x = a;
    const struct gt_balance *y = b;
    int code = strcmp(x->code, y->code);

    if (x->account_id != y->account_id)
        return (x->account_id > y->account_id) - (x->account_id < y->account_id);
    return code ? code : (x->biz_date > y->biz_date) - (x->biz_date < y->biz_date);
}

struct gt_audit_batch *gt_audit_batch_of(struct gt_audit *a, int64_t id)
{
    return a->nbatches ? bsearch(&id, a->batches, a->nbatches, sizeof(*a->batches), by_id) : NULL;
}

void gt_audit_batch(struct gt_audit *a, const void *row)
{
    struct gt_audit_batch *slot = slot_add(a, &a->batches, &a->nbatches, sizeof(*a->batches));
    const struct gt_batch *batch = row;

    if (!slot)
        return;
    slot->id = batch->id;
    slot->from_seq = batch->from_seq;
    slot->last_seq = batch->closed_at ? batch->last_seq : INT64_MAX;
}

void gt_audit_account(struct gt_audit *a, const void *row)
{
    struct gt_audit_account *slot = slot_add(a, &a->accounts, &a->naccounts, sizeof(*a->accounts));

    if (slot)
        slot->row = *(const struct gt_account *)row;
}

void gt_audit_balance(struct gt_audit *a, const void *row)
{
    struct gt_audit_balance *slot = slot_add(a, &a->balances, &a->nbalances, sizeof(*a->balances));

    if (slot)
        slot->row = *(const struct gt_balance *)row;
}

void gt_audit_series(struct gt_audit *a, const void *row)
{
    struct gt_audit_series *slot = slot_add(a, &a->series, &a->nseries, sizeof(*a->series));

    if (slot)
        slot->row = *(const struct gt_series *)row;
}

void gt_audit_summary(struct gt_audit *a, const void *row)
{
    struct gt_audit_summary *slot =
        slot_add(a, &a->summaries, &a->nsummaries, sizeof(*a->summaries));

    if (slot)
        slot->row = *(const struct gt_summary *)row;
}

/* --- the journal ---------------------------------------------------------------------------------
 */

/* Looks up a transaction into `out` without minding its seal, which was reported already. */
static bool txn_find(struct gt_audit *a, int64_t id, struct gt_txn *out)
{
    if (!gt_tx_one(a->tx, gt_txn_row.find, GT_INT(id)))
        return false;
    gt_row_read_unchecked(a->tx, &gt_txn_row, out);
    return true;
}

static int64_t held_expected(const struct gt_txn *txn)
{
    bool cash_sale = gt_op_is_money((enum gt_op)txn->op) &&
                     !gt_op_gives_back((enum gt_op)txn->op) && strcmp(txn->method, "cash") == 0;

    return txn->state == GT_TXN_PENDING && cash_sale ? txn->amount + txn->fee : 0;
}

static void txn_count(struct gt_audit *a, const struct gt_txn *txn)
{
    a->sums->txns++;
    a->sums->pending += txn->state == GT_TXN_PENDING;
    a->sums->declined += txn->state == GT_TXN_DECLINED;
    a->sums->posted += txn->state == GT_TXN_POSTED || txn->state == GT_TXN_REVERSING;
    a->sums->reversed += gt_txn_taken_back(txn);
}

void gt_audit_sort_summaries(struct gt_audit *a)
{
    if (a->nsummaries && !a->summaries_sorted)
        qsort(a->summaries, a->nsummaries, sizeof(*a->summaries), gt_summary_compare);
    a->summaries_sorted = true;
}

/* Counts a posted transaction in the summary it must be in. */
static void txn_in_summary(struct gt_audit *a, const struct gt_txn *txn)
{
    bool reversal = gt_op_gives_back((enum gt_op)txn->op);
    struct gt_summary one;
    struct gt_audit_summary *s = NULL;

    if (reversal && !txn_find(a, txn->orig_id, a->orig))
        return; /* its posting tells */
    gt_summary_of(txn, reversal ? a->orig : txn, &one);
    gt_audit_sort_summaries(a);
    if (a->nsummaries)
        s = bsearch(&one, a->summaries, a->nsummaries, sizeof(*a->summaries), gt_summary_compare);
    if (!s) {
        gt_audit_say(a, "gt_txn", txn->id, "no summary counts it");
        return;
    }
    s->sales += one.sales;
    s->amount += one.amount;
    s->fees += one.fees;
    s->reversals += one.reversals;
    s->reversed += one.reversed;
}

/* Counts the cash of a posted transaction in its batch. */
static void txn_in_batch(struct gt_audit *a, const struct gt_txn *txn)
{
    struct gt_audit_batch *batch = gt_audit_batch_of(a, txn->batch_id);
    int64_t sign = gt_op_gives_back((enum gt_op)txn->op) ? -1 : 1;

    if (!batch || txn->account_seq < batch->from_seq || txn->account_seq > batch->last_seq) {
        gt_audit_say(a, "gt_txn", txn->id, "is not in batch %" PRId64, txn->batch_id);
    } else if (strcmp(txn->method, "cash") == 0) {
        batch->taken += sign * (txn->amount + txn->fee);
        batch->cash += sign * (txn->amount + txn->fee - txn->drawn);
    }
}

static void txn_in_account(struct gt_audit *a, const struct gt_txn *txn)
{
    struct gt_audit_account *account = gt_audit_account_of(a, txn->account_id);
    struct gt_audit_series *series;

    if (!account) {
        gt_audit_say(a, "gt_txn", txn->id, "account %" PRId64 " does not exist", txn->account_id);
        return;
    }
    account->txns++;
    account->held += txn->held;
    if (txn->account_seq > account->last_seq)
        account->last_seq = txn->account_seq;
    if (!gt_txn_is_posted(txn) || !gt_op_is_money((enum gt_op)txn->op))
        return;
    account->sales += txn->amount + txn->fee != 0;
    txn_in_summary(a, txn);
    txn_in_batch(a, txn);
    series = series_of(a, txn->user_id);
    if (series)
        series->posted++;
    else
        gt_audit_say(a, "gt_series", txn->user_id, "the series is not there");
}

/* The rows that hang on a transaction: as many as it says. */
static void txn_hangers(struct gt_audit *a, const struct gt_txn *txn)
{
    bool money = gt_op_is_money((enum gt_op)txn->op);
    bool pending = txn->state == GT_TXN_PENDING;

    if (pending != (gt_audit_row(a, GT_AHEAD_PENDING, txn->id) != NULL))
        gt_audit_say(a, "gt_txn", txn->id,
                     pending ? "pending, but its row in gt_pending is gone"
                             : "decided, but still in gt_pending");
    if (money && gt_txn_is_posted(txn) != (gt_audit_row(a, GT_AHEAD_RECEIPT, txn->id) != NULL))
        gt_audit_say(a, "gt_txn", txn->id,
                     gt_txn_is_posted(txn) ? "posted, but its receipt is gone"
                                           : "has a receipt and is not posted");
    if (txn->card_state != GT_CARD_NONE && !gt_audit_row(a, GT_AHEAD_PACKET, txn->id))
        gt_audit_say(a, "gt_txn", txn->id, "has something to write, but its packet is gone");
    if (txn->bills && gt_tx_one(a->tx, &bills_count, GT_INT(txn->id)) &&
        gt_col_int(a->tx) != txn->bills)
        gt_audit_say(a, "gt_txn", txn->id, "settled %" PRId64 " bills, other rows are there",
                     txn->bills);
    if (txn->events && gt_tx_one(a->tx, &events_count, GT_INT(txn->id)) &&
        gt_col_int(a->tx) != txn->events)
        gt_audit_say(a, "gt_txn", txn->id, "has %" PRId64 " events, other rows are there",
                     txn->events);
}

/* Two persons stand behind each refund that is not declined. */
static void txn_permitted(struct gt_audit *a, const struct gt_txn *txn)
{
    if (txn->op == GT_OP_REFUND && txn->state != GT_TXN_DECLINED &&
        (!gt_tx_one(a->tx, &refund_count, GT_INT(txn->orig_id), GT_INT(txn->id)) ||
         gt_col_int(a->tx) != 1))
        gt_audit_say(a, "gt_txn", txn->id, "a refund that nobody asked for");
}

void gt_audit_txn(struct gt_audit *a, const void *row)
{
    const struct gt_txn *txn = row;

    txn_count(a, txn);
    txn_in_account(a, txn);
    txn_permitted(a, txn);
    if (txn->held != held_expected(txn))
        gt_audit_say(a, "gt_txn", txn->id, "holds %" PRId64 " fen, should hold %" PRId64, txn->held,
                     held_expected(txn));
    txn_hangers(a, txn);
}

void gt_audit_pending(struct gt_audit *a, const void *row)
{
    const struct gt_pending *pending = row;

    if (!gt_audit_row(a, GT_AHEAD_TXN, pending->id))
        gt_audit_say(a, "gt_pending", pending->id, "its transaction is gone");
}

void gt_audit_bill(struct gt_audit *a, const void *row)
{
    const struct gt_txn_bill *bill = row;
    const struct gt_txn *txn = gt_audit_row(a, GT_AHEAD_TXN, bill->txn_id);

    if (!txn || bill->line > txn->bills)
        gt_audit_say(a, "gt_txn_bill", bill->id, "transaction %" PRId64 " does not know it",
                     bill->txn_id);
}

void gt_audit_packet(struct gt_audit *a, const void *row)
{
    const struct gt_packet *packet = row;
    const struct gt_txn *txn = gt_audit_row(a, GT_AHEAD_TXN, packet->id);

    if (!txn || txn->purchase_count != packet->purchase_count)
        gt_audit_say(a, "gt_packet", packet->id, "its transaction does not know it");
}

void gt_audit_event(struct gt_audit *a, const void *row)
{
    const struct gt_event *event = row;
    const struct gt_txn *txn = gt_audit_row(a, GT_AHEAD_TXN, event->txn_id);

    if (!txn || event->seq > txn->events)
        gt_audit_say(a, "gt_event", event->id, "transaction %" PRId64 " does not know it",
                     event->txn_id);
    if (strcmp(event->kind, GT_EVENT_ANSWER) == 0 &&
        !gt_tx_one(a->tx, gt_message_row.find, GT_INT(event->id)))
        gt_audit_say(a, "gt_event", event->id, "the answer that it tells of is gone");
}

void gt_audit_message(struct gt_audit *a, const void *row)
{
    const struct gt_message *message = row;
    struct gt_event event = {.id = 0};

    if (gt_tx_one(a->tx, gt_event_row.find, GT_INT(message->id)))
        gt_row_read_unchecked(a->tx, &gt_event_row, &event);
    if (event.txn_id != message->txn_id || strcmp(event.kind, GT_EVENT_ANSWER) != 0)
        gt_audit_say(a, "gt_message", message->id, "transaction %" PRId64 " has no event for it",
                     message->txn_id);
}

void gt_audit_refund(struct gt_audit *a, const void *row)
{
    const struct gt_refund *refund = row;
    const struct gt_txn *txn =
        refund->txn_id ? gt_audit_row(a, GT_AHEAD_TXN, refund->txn_id) : NULL;
    struct gt_approval approval = {.id = 0};

    if (gt_tx_one(a->tx, gt_approval_row.find, GT_INT(refund->id)))
        gt_row_read_unchecked(a->tx, &gt_approval_row, &approval);
    if (approval.object_id != refund->orig_id ||
        (refund->txn_id && approval.state != GT_APPROVAL_APPROVED))
        gt_audit_say(a, "gt_refund", refund->id, "nobody approved it");
    if (refund->txn_id &&
        (!txn || txn->orig_id != refund->orig_id || txn->amount + txn->fee != refund->amount ||
         txn->state == GT_TXN_DECLINED || !gt_op_gives_back((enum gt_op)txn->op)))
        gt_audit_say(a, "gt_refund", refund->id, "transaction %" PRId64 " does not carry it out",
                     refund->txn_id);
}

/* --- the ledger ----------------------------------------------------------------------------------
 */

/* The entries of a posting, compared with the lines its transaction must have made (NULL: none made
 * it). */
static void entries_compare(struct gt_audit *a, const struct gt_posting *posting,
                            const struct gt_line *lines, int nlines)
{
    int64_t sum = 0;
    int n = 0;
    const struct gt_entry *entry = gt_audit_rows(a, GT_AHEAD_ENTRY, GT_ENTRY_ID(posting->id, 1),
                                                 GT_ENTRY_ID(posting->id + 1, 0) - 1, &n);
    bool same = true;

    for (int i = 0; i < n; i++, entry++) {
        sum += entry->amount;
        same = same && lines && i < nlines && entry->amount == lines[i].amount &&
               strcmp(entry->code, lines[i].code) == 0 &&
               entry->account_id == posting->account_id && entry->biz_date == posting->biz_date;
    }
    if (n != posting->entries)
        gt_audit_say(a, "gt_posting", posting->id, "%d entries, should be %" PRId64, n,
                     posting->entries);
    else if (sum != 0)
        gt_audit_say(a, "gt_posting", posting->id, "its entries sum to %" PRId64 " fen, not zero",
                     sum);
    else if (lines && (!same || n != nlines))
        gt_audit_say(a, "gt_posting", posting->id, "its entries are not those of its transaction");
}

static bool posting_fits(const struct gt_posting *posting, const struct gt_txn *txn)
{
    return gt_txn_is_posted(txn) && txn->id == posting->of_id &&
           txn->account_id == posting->account_id && txn->batch_id == posting->batch_id &&
           txn->out_date == posting->biz_date;
}

/* What gives money back leaves its mark on what it takes back. */
static bool fits_original(const struct gt_txn *txn, const struct gt_txn *orig)
{
    return orig->state == (txn->op == GT_OP_REFUND ? GT_TXN_REFUNDED : GT_TXN_REVERSED) &&
           orig->reversed_by == txn->id;
}

void gt_audit_posting(struct gt_audit *a, const void *row)
{
    const struct gt_posting *posting = row;
    struct gt_audit_account *account = gt_audit_account_of(a, posting->account_id);
    struct gt_line lines[GT_LEDGER_LINES];
    bool back = posting->kind == GT_POSTING_REVERSAL || posting->kind == GT_POSTING_REFUND;
    const struct gt_txn *txn = NULL;

    if (account) {
        account->postings++;
        if (posting->account_seq > account->last_posting)
            account->last_posting = posting->account_seq;
    }
    if (posting->kind == GT_POSTING_PAY_IN) {
        entries_compare(a, posting, NULL, 0);
        return;
    }
    if (!gt_posting_is_of_txn(posting)) {
        int n = gt_audit_lines(a, posting, lines);

        if (n < 0)
            gt_audit_say(a, "gt_posting", posting->id, "what made it, %" PRId64 ", is gone",
                         posting->of_id);
        else
            entries_compare(a, posting, lines, n);
        return;
    }
    if (account)
        account->sale_postings++;
    txn = gt_audit_row(a, GT_AHEAD_TXN, posting->id);
    if (!txn || !posting_fits(posting, txn)) {
        gt_audit_say(a, "gt_posting", posting->id, "does not fit transaction %" PRId64,
                     posting->of_id);
        return;
    }
    if (back && (!txn_find(a, txn->orig_id, a->orig) || !fits_original(txn, a->orig))) {
        gt_audit_say(a, "gt_posting", posting->id, "gives back, but its original is not reversed");
        return;
    }
    entries_compare(a, posting, lines, gt_ledger_lines(txn, back ? a->orig : txn, lines));
}

void gt_audit_entry(struct gt_audit *a, const void *row)
{
    const struct gt_entry *entry = row;
    struct gt_audit_account *account = gt_audit_account_of(a, entry->account_id);
    struct gt_balance key = {.account_id = entry->account_id, .biz_date = entry->biz_date};
    struct gt_audit_balance *balance = NULL;
    const struct gt_posting *posting = gt_audit_row(a, GT_AHEAD_POSTING, entry->id / 8);

    memcpy(key.code, entry->code, sizeof(key.code));
    if (a->nbalances && !a->sorted)
        qsort(a->balances, a->nbalances, sizeof(*a->balances), by_key);
    a->sorted = true;
    if (a->nbalances)
        balance = bsearch(&key, a->balances, a->nbalances, sizeof(*a->balances), by_key);
    if (balance) {
        balance->entries++;
        balance->debit += entry->amount > 0 ? entry->amount : 0;
        balance->credit += entry->amount < 0 ? -entry->amount : 0;
    } else {
        gt_audit_say(a, "gt_entry", entry->id, "no balance of %s on %" PRId64, entry->code,
                     entry->biz_date);
    }
    if (account) {
        bool cash = strcmp(entry->code, "cash") == 0;

        account->cash += cash || strcmp(entry->code, "short") == 0 ? entry->amount : 0;
        account->prepaid -=
            cash && posting && posting->kind == GT_POSTING_PAY_IN ? entry->amount : 0;
        account->deposit -= strcmp(entry->code, "deposit") == 0 ? entry->amount : 0;
    }
    if (!posting || posting->entries < entry->id % 8)
        gt_audit_say(a, "gt_entry", entry->id, "belongs to no posting");
}

void gt_audit_receipt(struct gt_audit *a, const void *row)
{
    const struct gt_receipt *receipt = row;
    const struct gt_txn *txn = gt_audit_row(a, GT_AHEAD_TXN, receipt->id);
    struct gt_audit_series *series = series_of(a, receipt->user_id);

    if (series) {
        series->receipts++;
        if (receipt->receipt_no > series->last_no)
            series->last_no = receipt->receipt_no;
    }
    if (!txn || txn->user_id != receipt->user_id)
        gt_audit_say(a, "gt_receipt", receipt->id, "its transaction is gone or another operator's");
}

/* A number is a receipt's or void: the transaction went on to a later one. */
void gt_audit_void(struct gt_audit *a, const void *row)
{
    const struct gt_void *number = row;
    const struct gt_receipt *receipt = gt_audit_row(a, GT_AHEAD_RECEIPT, number->txn_id);
    struct gt_audit_series *series = series_of(a, number->user_id);

    if (series) {
        series->voids++;
        if (number->receipt_no > series->last_no)
            series->last_no = number->receipt_no;
    }
    if (!receipt || receipt->user_id != number->user_id ||
        receipt->receipt_no <= number->receipt_no)
        gt_audit_say(a, "gt_void", number->id, "its receipt did not take a later number");
}

/* --- at the end
 * ------------------------------------------------------------------------------------ */

/* The first number that a series 1, 2, … lacks. */
static int64_t first_gap(struct gt_audit *a, const struct gt_stmt *const *stmt, int64_t of)
{
    int64_t expected = 1;

    gt_tx_query(a->tx, stmt, GT_INT(of));
    while (gt_tx_next(a->tx) && gt_col_int(a->tx) == expected)
        expected++;
    return expected;
}

static void figure(struct gt_audit *a, int64_t account, const char *name, int64_t told,
                   int64_t found)
{
    if (told != found)
        gt_audit_say(a, "gt_account", account, "%s is %" PRId64 ", recomputed %" PRId64, name, told,
                     found);
}

static void account_finish(struct gt_audit *a, const struct gt_audit_account *c)
{
    const struct gt_account *row = &c->row;

    figure(a, row->id, "held", row->held, c->held);
    figure(a, row->id, "unremitted", row->unremitted, c->cash);
    figure(a, row->id, "deposit", row->deposit, c->deposit);
    figure(a, row->id, "open shifts", row->shifts, c->open_shifts);
    figure(a, row->id, "prepaid", row->prepaid, c->prepaid);
    figure(a, row->id, "postings of posted transactions", c->sales, c->sale_postings);
    if (row->txn_count != c->txns || row->txn_count != c->last_seq)
        gt_audit_say(a, "gt_account", row->id,
                     "%" PRId64 " transactions, should be %" PRId64 "; number %" PRId64
                     " is not there",
                     c->txns, row->txn_count, first_gap(a, &seqs_of_account, row->id));
    if (row->posting_count != c->postings || row->posting_count != c->last_posting)
        gt_audit_say(a, "gt_account", row->id,
                     "%" PRId64 " postings, should be %" PRId64 "; number %" PRId64 " is not there",
                     c->postings, row->posting_count, first_gap(a, &postings_of_account, row->id));
}

static void series_finish(struct gt_audit *a, const struct gt_audit_series *s)
{
    if (s->row.last_no != s->receipts + s->voids || s->row.last_no != s->last_no)
        gt_audit_say(a, "gt_series", s->row.id,
                     "%" PRId64 " receipts and void numbers, should be %" PRId64 "; number %" PRId64
                     " is not there",
                     s->receipts + s->voids, s->row.last_no,
                     first_gap(a, &numbers_of_series, s->row.id));
    if (s->row.last_no - s->voids != s->posted)
        gt_audit_say(a, "gt_series", s->row.id,
                     "%" PRId64 " receipts for %" PRId64 " posted transactions",
                     s->row.last_no - s->voids, s->posted);
}

static void summary_finish(struct gt_audit *a, const struct gt_audit_summary *s)
{
    const struct gt_summary *row = &s->row;

    if (row->sales != s->sales || row->amount != s->amount || row->fees != s->fees ||
        row->reversals != s->reversals || row->reversed != s->reversed)
        gt_audit_say(a, "gt_summary", row->id,
                     "%" PRId64 " sales of %" PRId64 " fen, %" PRId64 " reversals of %" PRId64
                     "; recomputed %" PRId64 " of %" PRId64 ", %" PRId64 " of %" PRId64,
                     row->sales, row->amount + row->fees, row->reversals, row->reversed, s->sales,
                     s->amount + s->fees, s->reversals, s->reversed);
}

void gt_audit_finish(struct gt_audit *a)
{
    for (size_t i = 0; i < a->nsummaries; i++)
        summary_finish(a, &a->summaries[i]);
    for (size_t i = 0; i < a->naccounts; i++)
        account_finish(a, &a->accounts[i]);
    for (size_t i = 0; i < a->nseries; i++)
        series_finish(a, &a->series[i]);
    for (size_t i = 0; i < a->nbalances; i++) {
        const struct gt_audit_balance *b = &a->balances[i];

        if (b->row.debit != b->debit || b->row.credit != b->credit || b->row.entries != b->entries)
            gt_audit_say(a, "gt_balance", b->row.id,
                         "%" PRId64 " / %" PRId64 " fen, recomputed %" PRId64 " / %" PRId64,
                         b->row.debit, b->row.credit, b->debit, b->credit);
    }
}
