/*
 * Refunds: a customer of an earlier day wants the money back.
 *
 * The cashier asks, a manager approves, and the window carries it out as an order of its own, in
 * cash or by a transfer that the bank makes later.  Cards stay out of it: nobody brings one back
 * unused a day later here.
 */
#include "month.h"

#include "access/approval.h"
#include "books/payout.h"
#include "till/refund.h"

#include <stdio.h>
#include <string.h>

#define COPY(dst, src) (void)snprintf((dst), sizeof(dst), "%.*s", (int)sizeof(dst) - 1, (src))

void month_remember(struct month *m, struct month_site *site)
{
    site->nrefunds = 0;
    site->nold = 0;
    for (int i = 0; i < site->nsales && site->nold < MONTH_OLD; i++) {
        const struct month_sale *sale = &site->sale[i];
        char serial[20];

        (void)snprintf(serial, sizeof(serial), "%018lld", (long long)sale->id);
        if (sale->card < 0 && sale->amount > 0 && !month_planted(m, serial))
            site->old[site->nold++] = *sale;
    }
}

/* One asks, another says yes; 0: not asked. */
static int64_t ask(struct month *m, const struct month_site *site, const struct month_refund *r)
{
    struct gt_by maker = month_by(m, site->user_id);
    struct gt_by checker = month_by(m, m->manager[site->bureau][0]);
    struct gt_refund_form form = {.txn_id = r->sale.id,
                                  .amount = r->sale.amount + r->sale.fee,
                                  .method = r->cash ? "cash" : "transfer",
                                  .red_no = "",
                                  .reason = "客户重复交费"};
    struct gt_refusal no;
    int64_t approval = 0;

    month_must(m, gt_refund_ask(&maker, &form, &approval, &no), "ask for a refund");
    if (gt_approval_decide(&maker, approval, 1, true, "", &no) == GT_OK)
        month_fail(m, "refund of %lld: its maker approved", (long long)r->sale.id);
    month_must(m, gt_approval_decide(&checker, approval, 1, true, "", &no), "approve a refund");
    return approval;
}

/* The bank's transfer of a refund that is posted. */
static void transfer(struct month *m, const struct month_site *site, int64_t refund_id)
{
    struct gt_by by = month_by(m, m->manager[site->bureau][1]);
    struct gt_refusal no;
    char bank_no[24];

    month_must(m, gt_refund_pay(&by, refund_id, month_key(m, bank_no), &no), "transfer a refund");
}

static void refunded(struct month *m, struct month_site *site, const struct month_refund *r)
{
    if (r->cash)
        site->drawer -= r->sale.amount + r->sale.fee;
    else
        transfer(m, site, r->id);
    month_count(site, GT_OP_REVERSE, r->sale.amount + r->sale.fee);
    m->tally.refunds++;
}

void month_refund(struct month *m, struct month_site *site)
{
    struct month_refund r = {.cash = sim_rng_hit(&m->rng, 600)};
    struct gt_order o = {.op = GT_OP_REFUND, .actor = &site->actor};
    struct gt_result result;

    if (m->last || site->nold == 0 || site->nrefunds == MONTH_OLD)
        return;
    int at = (int)sim_rng_below(&m->rng, site->nold);
    r.sale = site->old[at];
    site->old[at] = site->old[--site->nold];
    /* Nobody pays what does not lie there; some of it may have to go back in the evening. */
    r.cash = r.cash && site->drawer >= r.sale.amount + r.sale.fee + 2 * MONTH_FLOAT;
    r.id = ask(m, site, &r);
    o.trace_no = month_date(m) * 1000000 + ++site->traces;
    o.orig_id = r.sale.id;
    o.amount = r.sale.amount;
    COPY(o.customer_no, site->market.customers[r.sale.customer].no);
    COPY(o.reason, "退费");
    month_must(m, gt_till_run(&m->till, &o, &result), "a refund");
    r.txn_id = result.txn.id;
    switch (gt_outcome_info(result.outcome)->class) {
    case GT_CLASS_OK:
        refunded(m, site, &r);
        break;
    case GT_CLASS_IN_DOUBT:
        site->refund[site->nrefunds++] = r;
        m->tally.doubts++;
        break;
    default: /* the money was used, or the drawer has too little: it stays as it is */
        m->tally.refused++;
        break;
    }
}

void month_refunds_settle(struct month *m, struct month_site *site)
{
    for (int i = 0; i < site->nrefunds; i++) {
        const struct month_refund *r = &site->refund[i];
        struct gt_result result;

        month_must(m, gt_till_look(&m->till, &site->actor, 0, r->txn_id, &result), "look");
        if (gt_outcome_info(result.outcome)->class == GT_CLASS_IN_DOUBT)
            month_fail(m, "refund %lld is still in doubt", (long long)r->txn_id);
        else if (result.outcome == GT_OUT_OK)
            refunded(m, site, r);
    }
    site->nrefunds = 0;
}
