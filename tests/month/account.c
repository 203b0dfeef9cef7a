/*
 * The books of an evening: the day is put together, closed up the tree (day.c), reconciled with
 * both marketing systems, and what was found is settled by two people.
 */
#include "month.h"

#include "access/approval.h"
#include "books/reconcile.h"
#include "books/resend.h"
#include "books/settle.h"
#include "till/total.h"

#include <stdio.h>
#include <string.h>

/* --- reconciliation
 * ----------------------------------------------------------------------------------- */

GT_STMT(month_items, "SELECT COUNT(*), CAST(COALESCE(SUM(version), 0) AS BIGINT) FROM gt_item");
GT_STMT(month_recons, "SELECT COUNT(*), CAST(COALESCE(SUM(version), 0) AS BIGINT) FROM gt_recon");

static enum gt_err marks_read(struct gt_tx *tx, void *arg)
{
    int64_t *mark = arg;

    for (int i = 0; i < 2; i++) {
        if (!gt_tx_one0(tx, i ? &month_recons : &month_items))
            break;
        mark[2 * i] = gt_col_int(tx);
        mark[2 * i + 1] = gt_col_int(tx);
    }
    return gt_tx_err(tx);
}

/* Reconciles a date with a system, twice: the second time changes nothing. */
static void reconcile(struct month *m, int system, int64_t date)
{
    struct gt_recon_conf conf = {.till = &m->till, .folder = m->folder, .retry_ms = 30000};
    struct gt_recon recon;
    int64_t before[4] = {0}, after[4] = {0};

    month_must(m, gt_recon_run(&conf, m->upstream[system].name, date, false, "month", &recon),
               "reconcile");
    if (recon.state == GT_RECON_FAILED)
        month_fail(m, "%lld with %s: %s", (long long)date, m->upstream[system].name, recon.why);
    month_must(m, gt_db_read(m->db, "month.marks", marks_read, before), "marks");
    month_must(m, gt_recon_run(&conf, m->upstream[system].name, date, true, "month", &recon),
               "reconcile again");
    month_must(m, gt_db_read(m->db, "month.marks", marks_read, after), "marks");
    if (before[0] != after[0] || before[1] != after[1] || before[2] != after[2])
        month_fail(m, "%lld with %s: the second run changed something", (long long)date,
                   m->upstream[system].name);
}

/* --- items
 * --------------------------------------------------------------------------------------------- */

struct listing {
    struct gt_item_find find;
    struct gt_item item[101];
    size_t n;
};

static enum gt_err list_read(struct gt_tx *tx, void *arg)
{
    struct listing *l = arg;

    l->n = gt_item_list(tx, &l->find, l->item);
    return gt_tx_err(tx);
}

void month_step(struct month *m, int64_t item_id, enum gt_item_action action,
                enum gt_settle_way way)
{
    struct gt_by maker = month_by(m, m->head[0]), checker = month_by(m, m->head[1]);
    struct gt_settle_form form = {
        .item_id = item_id, .action = action, .way = way, .reason = "已查明"};
    struct gt_refusal no;
    int64_t approval = 0;

    month_must(m, gt_settle_ask(&maker, &form, &approval, &no), "ask for an action");
    if (gt_approval_decide(&maker, approval, 1, true, "", &no) == GT_OK)
        month_fail(m, "item %lld: its maker decided", (long long)item_id);
    month_must(m, gt_approval_decide(&checker, approval, 1, true, "", &no), "decide an action");
}

struct resending {
    const struct gt_item *item;
    struct gt_item now;
    bool can;
};

static enum gt_err resend_read(struct gt_tx *tx, void *arg)
{
    struct resending *r = arg;

    r->can = gt_resend_can(tx, r->item);
    (void)!gt_row_find(tx, &gt_item_row, r->item->id, &r->now);
    return gt_tx_err(tx);
}

/* Half of what can be sent again is; the system has it, and only its statement did not tell. */
static bool send_again(struct month *m, const struct gt_item *item)
{
    struct resending r = {.item = item};
    int64_t after = 0;
    int sent = 0;

    month_must(m, gt_db_read(m->db, "month.resend", resend_read, &r), "an item");
    if (!r.can || !sim_rng_hit(&m->rng, 500))
        return false;
    month_step(m, item->id, GT_ITEM_SEND_AGAIN, GT_WAY_NONE);
    month_must(m, gt_resend_due(&m->till, &m->logger, &after, &sent), "send again");
    month_must(m, gt_db_read(m->db, "month.resend", resend_read, &r), "an item");
    if (sent != 1 || r.now.state != GT_ITEM_CLOSED)
        month_fail(m, "item %lld was to be sent again, and was not", (long long)item->id);
    m->tally.resent++;
    return true;
}

static void settle(struct month *m, const struct gt_item *item)
{
    switch ((enum gt_item_class)item->class) {
    case GT_ITEM_AMOUNT:
        month_step(m, item->id, GT_ITEM_ADJUST, GT_WAY_NONE);
        break;
    case GT_ITEM_ONLY_OURS:
        if (send_again(m, item))
            break;
        /* fall through */
    case GT_ITEM_STATE:
    case GT_ITEM_TWICE:
        month_step(m, item->id, GT_ITEM_TO_SUSPENSE, GT_WAY_NONE);
        month_step(m, item->id, GT_ITEM_CLEAR, GT_WAY_SYSTEM);
        break;
    case GT_ITEM_KEPT: /* nobody came for it in time: to the bank account, or nobody wants it */
        month_step(m, item->id, GT_ITEM_CLEAR,
                   sim_rng_hit(&m->rng, 500) ? GT_WAY_BANK : GT_WAY_WRITE_OFF);
        break;
    case GT_ITEM_ONLY_THEIRS:
        month_step(m, item->id, GT_ITEM_TO_SUSPENSE, GT_WAY_NONE);
        month_step(m, item->id, GT_ITEM_CLEAR, GT_WAY_BANK);
        break;
    default:
        month_step(m, item->id, GT_ITEM_ACCEPT, GT_WAY_NONE);
        break;
    }
    m->tally.settled++;
}

/* Settles what was found up to a date. */
static void settle_to(struct month *m, int64_t date)
{
    static struct listing l;

    for (int state = GT_ITEM_OPEN; state <= GT_ITEM_SUSPENSE; state++) {
        l.find = (struct gt_item_find){
            .path = "/", .system = "", .text = "", .to = date, .state = state, .most = 101};
        do {
            month_must(m, gt_db_read(m->db, "month.items", list_read, &l), "items");
            for (size_t i = 0; i < l.n && !m->failed; i++)
                settle(m, &l.item[i]);
        } while (l.n == 101 && !m->failed);
    }
}

void month_books(struct month *m, int64_t date, int64_t before, bool last)
{
    int64_t folded = 1;

    while (folded && !m->failed)
        month_must(m, gt_fold_next(m->db, &folded), "fold the day");
    if (!m->failed)
        month_days(m, date);
    month_plant(m, date, last ? 0 : month_date(m));
    for (int s = 0; s < MONTH_SYSTEMS && !m->failed; s++)
        reconcile(m, s, date);
    if (before && !m->failed)
        settle_to(m, before); /* of the last day only when the next one has told what it knows */
    if (last && !m->failed)
        settle_to(m, date);
}

/* --- the end of the month
 * ------------------------------------------------------------------------------- */

/* The plant that an item is of, NULL: none. */
static struct month_plant *plant_of(struct month *m, const struct gt_item *item)
{
    char serial[20];

    for (int i = 0; i < m->nplants; i++) {
        struct month_plant *p = &m->plant[i];
        (void)snprintf(serial, sizeof(serial), "%018lld", (long long)item->txn_id);
        if ((int)item->class == p->class &&
            (strcmp(serial, p->serial) == 0 || strcmp(item->ref, p->serial) == 0))
            return p;
    }
    return NULL;
}

static void check_item(struct month *m, const struct gt_item *item)
{
    if (item->state != GT_ITEM_CLOSED) {
        month_fail(m, "item %lld is not closed", (long long)item->id);
    } else if (item->source == GT_ITEM_ORG) {
        month_day_item(m, item);
    } else if (item->source == GT_ITEM_DRAWER) {
        month_kept_item(m, item);
    } else if (item->action != GT_ITEM_AGREED) {
        struct month_plant *p = plant_of(m, item);
        if (!p)
            month_fail(m, "item %lld, %s of %lld, was not planted", (long long)item->id,
                       gt_item_class_name((enum gt_item_class)item->class),
                       (long long)item->biz_date);
        else
            p->found++;
    }
}

void month_items_check(struct month *m)
{
    static struct listing l;

    l.find = (struct gt_item_find){.path = "/", .system = "", .text = "", .state = -1, .most = 101};
    do {
        month_must(m, gt_db_read(m->db, "month.items", list_read, &l), "items");
        for (size_t i = 0; i < l.n; i++)
            check_item(m, &l.item[i]);
        if (l.n)
            l.find.before = l.item[l.n - 1].id;
    } while (l.n == 101 && !m->failed);
    for (int i = 0; i < m->nplants; i++)
        if (m->plant[i].found != 1)
            month_fail(m, "%s of %lld, %s: found %d times",
                       gt_item_class_name((enum gt_item_class)m->plant[i].class),
                       (long long)m->plant[i].date, m->plant[i].serial, m->plant[i].found);
    month_days_check(m);
    month_kept_check(m);
}

GT_STMT(month_code, "SELECT CAST(COALESCE(SUM(debit - credit), 0) AS BIGINT) FROM gt_balance"
                    " WHERE code = ?");
GT_STMT(month_trial, "SELECT CAST(COALESCE(SUM(debit - credit), 0) AS BIGINT) FROM gt_balance");
GT_STMT(month_safes, "SELECT CAST(COALESCE(SUM(debit - credit), 0) AS BIGINT) FROM gt_balance"
                     " WHERE code >= 'safe:' AND code < 'safe;'");

struct balances {
    int64_t suspense, transit, refund, cash, trial, safes;
};

static enum gt_err balances_read(struct gt_tx *tx, void *arg)
{
    struct balances *b = arg;

    b->suspense = gt_tx_one(tx, &month_code, GT_TEXT("suspense")) ? gt_col_int(tx) : -1;
    b->transit = gt_tx_one(tx, &month_code, GT_TEXT("transit")) ? gt_col_int(tx) : -1;
    b->refund = gt_tx_one(tx, &month_code, GT_TEXT("refund")) ? gt_col_int(tx) : -1;
    b->cash = gt_tx_one(tx, &month_code, GT_TEXT("cash")) ? gt_col_int(tx) : -1;
    b->trial = gt_tx_one0(tx, &month_trial) ? gt_col_int(tx) : -1;
    b->safes = gt_tx_one0(tx, &month_safes) ? gt_col_int(tx) : -1;
    return gt_tx_err(tx);
}

void month_balances_check(struct month *m)
{
    struct balances b = {0};

    month_must(m, gt_db_read(m->db, "month.balances", balances_read, &b), "balances");
    printf("suspense %lld, in transit %lld, refunds on their way %lld, cash not remitted %lld, in "
           "safes %lld, trial balance "
           "%lld\n",
           (long long)b.suspense, (long long)b.transit, (long long)b.refund, (long long)b.cash,
           (long long)b.safes, (long long)b.trial);
    if (b.suspense || b.transit || b.refund || b.cash || b.trial || b.safes)
        month_fail(m, "the month does not end at nothing");
}
