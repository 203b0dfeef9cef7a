/*
 * The invariants: before a call, at quiet times, and at the end against upstream's own books.
 *
 * The figures of an account are computed here a second time, from nothing but what upstream has in
 * its books and what was paid in.
 */
#include "invariant.h"

#include "scenario.h"
#include "till/account.h"
#include "till/check.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

GT_STMT(simulate_call_row, "SELECT state, up_state FROM gt_txn WHERE id = ?");
GT_STMT(simulate_in_flight, "SELECT COUNT(*) FROM gt_pending p, gt_txn t WHERE p.id = t.id"
                            " AND t.customer_no = ? AND t.op <> 6");

/* --- before a call ------------------------------------------------------------------------------
 */

struct call_row {
    int64_t id;
    const char *customer_no;
    bool found;
    int64_t state, up_state, in_flight;
};

static enum gt_err call_read(struct gt_tx *tx, void *arg)
{
    struct call_row *c = arg;
    c->found = gt_tx_one(tx, &simulate_call_row, GT_INT(c->id));
    if (c->found) {
        c->state = gt_col_int(tx);
        c->up_state = gt_col_int(tx);
    }
    c->in_flight = gt_tx_one(tx, &simulate_in_flight, GT_TEXT(c->customer_no)) ? gt_col_int(tx) : 0;
    return gt_tx_err(tx);
}

void sim_check_call(struct sim_world *world, const struct gt_up_request *request)
{
    struct call_row c = {.customer_no = request->customer_no};
    if (world->outside || request->op == GT_UP_QUERY ||
        sscanf(request->serial, "%" SCNd64, &c.id) != 1)
        return;
    enum gt_err err = gt_db_read(world->db, "simulate.call", call_read, &c);
    if (sim_disk_state(world->disk) != SIM_DISK_FINE)
        return;
    sim_expect(world, !err, "a call inside of a transaction: %s", gt_err_text());
    sim_expect(world, c.found, "%s: called before its intent is stored", request->serial);
    sim_expect(world, c.in_flight <= 1, "customer %s: %" PRId64 " transactions in flight",
               request->customer_no, c.in_flight);
    if (request->op != GT_UP_INQUIRE)
        sim_expect(world, c.state == GT_TXN_PENDING && c.up_state == GT_UPS_SENT,
                   "%s: called in state %" PRId64 ", upstream %" PRId64, request->serial, c.state,
                   c.up_state);
}

/* --- quiet times --------------------------------------------------------------------------------
 */

static void difference(void *ctx, const char *object, const char *what)
{
    sim_expect(ctx, false, "the auditor: %s: %s", object, what);
}

static void check_credit(struct sim_world *world, int account, int terminal, int clerk)
{
    struct gt_credit credit;
    enum gt_err err = gt_till_credit(&world->till, &world->actors[terminal][clerk], &credit);
    if (sim_went_well(world, err, "credit"))
        sim_expect(world, credit.available >= 0 && credit.held >= 0,
                   "account %d: available %lld, held %lld", account + 1,
                   (long long)credit.available, (long long)credit.held);
}

void sim_check_books(struct sim_world *world, struct gt_check_sums *sums)
{
    memset(sums, 0, sizeof(*sums));
    enum gt_err err = gt_check_books(world->db, difference, world, sums);
    if (!sim_went_well(world, err, "auditor"))
        return;
    sim_expect(world, sums->differences == 0, "the auditor: %lld differences",
               (long long)sums->differences);
    check_credit(world, 0, 0, 0);
    check_credit(world, 1, 2, 1);
}

/* --- the end: cards -----------------------------------------------------------------------------
 */

static const struct sim_sale *sale_of(const struct sim_world *world, int64_t txn_id)
{
    for (int i = 0; i < world->office->nsales; i++)
        if (world->office->sales[i].told && world->office->sales[i].answer.txn_id == txn_id)
            return &world->office->sales[i];
    return NULL;
}

void sim_check_owed(struct sim_world *world)
{
    for (int i = 0; i < world->field.ncards && !world->failed; i++) {
        struct sim_card *card = &world->field.cards[i];
        const struct sim_sale *purchase = card->owed ? sale_of(world, card->owed) : NULL;
        if (card->engaged || card->old || !purchase)
            continue;
        int64_t owed = card->owed;
        int sale = sim_sale_rewrite(world, purchase->terminal, purchase->clerk, i);
        if (sale < 0)
            return;
        struct sim_sale *s = &world->office->sales[sale];
        struct gt_order order = s->order;
        struct gt_result result;
        order.actor = &world->actors[s->terminal][s->clerk];
        s->sent = true;
        if (!sim_went_well(world, gt_till_run(&world->till, &order, &result), "rewrite"))
            return;
        sim_expect(world, result.outcome == GT_OUT_OK,
                   "card %s is owed %lld, and its rewrite is refused: %d", card->card_no,
                   (long long)owed, (int)result.outcome);
        sim_sale_answer(world, sale, false, &result);
    }
}

/* --- the end: transactions ----------------------------------------------------------------------
 */

/* What the end phase goes through, one sale after the other. */
struct ending {
    struct sim_world *world;
    bool seen[SIM_RECORDS]; /* records of upstream's that are one of ours */
    bool receipt[SIM_OPERATORS][SIM_SALES + 1];
    int receipts[SIM_OPERATORS];
};

static bool fates_agree(const struct gt_txn *txn, const struct sim_record *record)
{
    switch ((enum gt_txn_state)txn->state) {
    case GT_TXN_POSTED:
        return record ? record->fate == SIM_FATE_POSTED
                      : txn->op == GT_OP_CONFIRM && txn->up_state == GT_UPS_NONE;
    case GT_TXN_REVERSED:
    case GT_TXN_REFUNDED:
        return record && record->fate == SIM_FATE_REVERSED;
    case GT_TXN_DECLINED:
        return !record || record->fate == SIM_FATE_REFUSED;
    default:
        return false;
    }
}

static void check_receipt(struct ending *e, int clerk, const struct gt_result *result)
{
    int64_t no = result->receipt_no;
    bool due = result->outcome == GT_OUT_OK && gt_op_is_money((enum gt_op)result->txn.op);
    sim_expect(e->world, due == (no != 0), "%lld: receipt %lld", (long long)result->txn.id,
               (long long)no);
    if (no <= 0 || no > SIM_SALES) {
        sim_expect(e->world, no == 0, "receipt %lld is no number", (long long)no);
        return;
    }
    sim_expect(e->world, !e->receipt[clerk][no], "receipt %lld was given twice", (long long)no);
    e->receipt[clerk][no] = true;
    e->receipts[clerk]++;
}

static void check_sale(struct ending *e, const struct sim_sale *s)
{
    struct sim_world *world = e->world;
    struct gt_result result;
    enum gt_err err = gt_till_inquire(&world->till, &world->actors[s->terminal][s->clerk],
                                      s->trace_no, 0, &result);
    if (!sim_went_well(world, err, "inquiry") || result.outcome == GT_OUT_ABSENT)
        return;
    const struct gt_txn *txn = &result.txn;
    char serial[20];
    (void)snprintf(serial, sizeof(serial), "%018" PRId64, txn->id);
    int index = sim_market_find(&world->wire.market, serial);
    const struct sim_record *record = index >= 0 ? &world->wire.market.records[index] : NULL;
    sim_expect(world, fates_agree(txn, record), "%s: state %d here, %s%d there", serial,
               (int)txn->state, record ? "fate " : "absent ", record ? (int)record->fate : 0);
    if (record) {
        sim_expect(world, !e->seen[index], "%s is two of ours", serial);
        e->seen[index] = true;
        bool same =
            record->amount == txn->amount && record->fee == s->order.fee &&
            (record->customer < 0 ||
             strcmp(world->wire.market.customers[record->customer].no, txn->customer_no) == 0);
        sim_expect(world, same, "%s: amount %lld of %s here, %lld there", serial,
                   (long long)txn->amount, txn->customer_no, (long long)record->amount);
    }
    check_receipt(e, s->clerk, &result);
}

/* --- the end: accounts --------------------------------------------------------------------------
 */

static bool is_of(const struct sim_world *world, const struct sim_record *r, int account)
{
    for (int o = 0; o < SIM_OPERATORS; o++)
        if (strcmp(world->operators[o].operator_no, r->operator_no) == 0)
            return world->operators[o].account == account;
    return false;
}

/* Whether upstream has this in its books as money that came in at an account, and stays. */
static bool is_taken(const struct sim_world *world, const struct sim_record *r, int account)
{
    return r->fate == SIM_FATE_POSTED &&
           (r->op == GT_UP_PAY || r->op == GT_UP_RECHARGE || r->op == GT_UP_OPEN ||
            r->op == GT_UP_REPLACE) &&
           is_of(world, r, account);
}

/* Cash that came in at an account, less what it gave back: a refund may be given in another way
 * than its original was paid. */
static int64_t cash_taken(const struct sim_world *world, int account)
{
    const struct sim_market *m = &world->wire.market;
    int64_t sum = 0;
    for (int i = 0; i < m->nrecords; i++) {
        const struct sim_record *r = &m->records[i];
        bool back = r->op == GT_UP_REVERSE || r->op == GT_UP_REFUND;
        if (r->fate == SIM_FATE_REFUSED || strcmp(r->method, "cash") != 0 ||
            !is_of(world, r, account) || r->op == GT_UP_REWRITE || r->op == GT_UP_CONFIRM)
            continue;
        sum += back ? -r->amount : r->amount + r->fee;
    }
    return sum;
}

/* What was taken on the business date of record `like`. */
static int64_t day_taken(const struct sim_world *world, int account, const struct sim_record *like)
{
    const struct sim_market *m = &world->wire.market;
    int64_t sum = 0;
    for (int i = 0; i < m->nrecords; i++)
        if (m->records[i].biz_date == like->biz_date && is_taken(world, &m->records[i], account))
            sum += m->records[i].amount + m->records[i].fee;
    return sum;
}

static void check_day_limit(struct sim_world *world, int account)
{
    const struct sim_market *m = &world->wire.market;
    int64_t limit = world->accounts[account].limit_day;
    for (int i = 0; i < m->nrecords && limit > 0; i++)
        sim_expect(world, day_taken(world, account, &m->records[i]) <= limit,
                   "account %d: more than its limit on %lld", account + 1,
                   (long long)m->records[i].biz_date);
}

static void check_account(struct sim_world *world, int account, int terminal, int clerk)
{
    struct gt_credit credit;
    enum gt_err err = gt_till_credit(&world->till, &world->actors[terminal][clerk], &credit);
    if (!sim_went_well(world, err, "credit"))
        return;
    const struct sim_account *a = &world->accounts[account];
    int64_t want = a->limit + a->paid_in - cash_taken(world, account);
    sim_expect(world, credit.held == 0, "account %d: %lld is held at the end", account + 1,
               (long long)credit.held);
    sim_expect(world, credit.available == want, "account %d: available is %lld, should be %lld",
               account + 1, (long long)credit.available, (long long)want);
}

/* --- the end: meters ----------------------------------------------------------------------------
 */

/* The purchase that upstream has for this count, not reversed; NULL: none. */
static const struct sim_record *purchase_at(const struct sim_market *m, int customer, int64_t count)
{
    for (int i = 0; i < m->nrecords; i++) {
        const struct sim_record *r = &m->records[i];
        if (r->customer == customer && r->count == count && r->fate == SIM_FATE_POSTED &&
            (r->op == GT_UP_RECHARGE || r->op == GT_UP_OPEN))
            return r;
    }
    return NULL;
}

static void check_meter(struct sim_world *world, int customer)
{
    const struct sim_meter *meter = &world->field.meters[customer];
    sim_expect(world, !meter->locked, "meter %s is locked: a count was skipped", meter->meter_no);
    sim_expect(world, !meter->foreign, "meter %s met a card of another", meter->meter_no);
    for (int64_t n = 1; n <= meter->count; n++) {
        const struct sim_record *r = purchase_at(&world->wire.market, customer, n);
        sim_expect(world, r && r->amount == meter->credit[n],
                   "meter %s credited %lld for count %lld, bought is %lld", meter->meter_no,
                   (long long)meter->credit[n], (long long)n, r ? (long long)r->amount : -1);
    }
}

/* --- the end ------------------------------------------------------------------------------------
 */

void sim_check_end(struct sim_world *world)
{
    struct ending e = {.world = world};
    struct gt_check_sums sums;
    for (int i = 0; i < world->office->nsales; i++)
        check_sale(&e, &world->office->sales[i]);
    for (int i = 0; i < world->wire.market.nrecords; i++)
        sim_expect(world, e.seen[i], "upstream has %s, which is none of ours",
                   world->wire.market.records[i].serial);
    for (int o = 0; o < SIM_OPERATORS; o++)
        for (int no = 1; no <= e.receipts[o]; no++)
            sim_expect(world, e.receipt[o][no], "operator %s: receipt %d is missing",
                       world->operators[o].operator_no, no);
    sim_check_books(world, &sums);
    sim_expect(world, sums.pending == 0, "%lld are pending at the end", (long long)sums.pending);
    sim_expect(world, sums.txns == world->office->nsales, "%lld rows for %d trace numbers",
               (long long)sums.txns, world->office->nsales);
    check_account(world, 0, 0, 0);
    check_account(world, 1, 2, 1);
    check_day_limit(world, 0);
    check_day_limit(world, 1);
    for (int i = 0; i < world->field.nmeters; i++)
        check_meter(world, i);
    sim_expect(world, world->wire.slots == 0, "%d slots upstream are not given back",
               world->wire.slots);
}
