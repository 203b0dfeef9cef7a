/*
 * What a slip would cover: ranges of closed batches, the shifts that end in them, and their money.
 */
#include "books/plan.h"

#include "access/terminal.h"
#include "access/user.h"
#include "base/buf.h"

#include <stdlib.h>
#include <string.h>

/* clang-format off */
GT_STMT(plan_terminals, "SELECT {top 50} b.terminal_id, t.terminal_no FROM gt_batch b "
        "JOIN gt_terminal t ON t.id = b.terminal_id WHERE b.account_id = ? AND b.terminal_id > ? "
        "GROUP BY b.terminal_id, t.terminal_no ORDER BY b.terminal_id {limit 50}");
GT_STMT(plan_batches, "SELECT id, batch_no, biz_date, from_seq, last_seq, closed_at, shift_id "
        "FROM gt_batch WHERE account_id = ? AND terminal_id = ? AND batch_no > ? ORDER BY batch_no");
GT_STMT(plan_unsettled, "SELECT id FROM gt_shift WHERE account_id = ? AND slip_id = 0 AND state < 3 "
        "ORDER BY id");
/* Cash of posted transactions by batch; 7 and 9 give money back. */
GT_STMT(plan_sales, "SELECT batch_id, CAST(SUM(amount + fee - drawn) AS BIGINT) FROM gt_txn "
        "WHERE account_id = ? AND account_seq >= ? AND account_seq <= ? AND batch_id > 0 "
        "AND method = 'cash' AND op <> 7 AND op <> 9 GROUP BY batch_id");
GT_STMT(plan_reversals, "SELECT batch_id, CAST(SUM(drawn - amount - fee) AS BIGINT) FROM gt_txn "
        "WHERE account_id = ? AND account_seq >= ? AND account_seq <= ? AND batch_id > 0 "
        "AND method = 'cash' AND op IN (7, 9) GROUP BY batch_id");
GT_STMT(plan_shifts, GT_ROW_SELECT(gt_shift, GT_SHIFT_COLS)
        " WHERE account_id = ? AND slip_id = 0 AND state = 3 ORDER BY user_id, shift_no");
GT_STMT(plan_shift_ends, "SELECT terminal_id, MAX(batch_no) FROM gt_batch WHERE shift_id = ? "
        "GROUP BY terminal_id");
GT_STMT(plan_received, "SELECT MAX(received_no) FROM gt_slip WHERE to_org_id = ?");
GT_STMT(plan_received_sum, "SELECT CAST(SUM(amount) AS BIGINT) FROM gt_slip WHERE to_org_id = ? "
        "AND received_no >= ? AND received_no <= ?");
/* By what is pending, which is little: + 0 keeps the index of accounts out. */
GT_STMT(plan_reversing, "SELECT b.terminal_id, b.batch_no FROM gt_txn t "
        "JOIN gt_txn o ON o.id = t.orig_id JOIN gt_batch b ON b.id = o.batch_id "
        "WHERE t.id IN (SELECT p.id FROM gt_pending p) AND t.account_id + 0 = ? AND t.op = 7");
/* clang-format on */

/* A batch that goes in. */
struct covered {
    int64_t id;
    int series;
};

/* What is worked out, besides the plan. */
struct work {
    struct gt_plan *plan;
    struct covered *covered;
    size_t ncovered;
    int64_t from_seq, last_seq; /* range of the account in which its transactions are */
    int64_t *unsettled;         /* shifts that are not closed, by id */
    size_t nunsettled;
    int given; /* ranges of the form that were found */
};

enum { TERMINALS = 50 /* looked up at once */ };

/* Grows an array that is full at each power of two. */
static bool grow(struct gt_tx *tx, void *array, size_t count, size_t size)
{
    void **base = array;

    if ((count & (count - 1)) != 0)
        return true;
    void *grown = realloc(*base, (count ? count * 2 : 1) * size);
    if (!grown) {
        gt_tx_fail(tx, gt_err_set(GT_ERR_NOMEM, "no memory for batches"));
        return false;
    }
    *base = grown;
    return true;
}

static int by_id(const void *a, const void *b)
{
    int64_t x, y;

    memcpy(&x, a, sizeof(x));
    memcpy(&y, b, sizeof(y));
    return (x > y) - (x < y);
}

/* --- whose it is -------------------------------------------------------------------------------
 */

static bool find_top(struct gt_tx *tx, const struct gt_org *org, struct gt_org *top)
{
    *top = *org;
    for (int depth = 0; top->parent_id != 0 && depth < GT_ORG_DEPTH; depth++)
        if (!gt_row_find(tx, &gt_org_row, top->parent_id, top))
            return false;
    return true;
}

/* Where its money goes. */
static enum gt_err find_receiver(struct gt_tx *tx, struct gt_plan *p)
{
    struct gt_remit_offer *offer = p->offer;
    struct gt_org top;

    if (!find_top(tx, &p->org, &top))
        return gt_tx_refuse(tx, p->no, GT_WHY_ABSENT, "", 0, NULL);
    switch ((enum gt_account_kind)offer->account.kind) {
    case GT_ACCOUNT_AGENT:
        offer->to_org_id = top.id;
        break;
    case GT_ACCOUNT_SAFE:
        offer->to_org_id = p->org.parent_id ? p->org.parent_id : top.id;
        break;
    default:
        offer->to_org_id = p->org.id;
        break;
    }
    offer->to_bank = offer->account.kind != GT_ACCOUNT_CASHIER && offer->to_org_id == top.id;
    return gt_tx_err(tx);
}

static enum gt_err find_account(struct gt_tx *tx, struct gt_plan *p)
{
    struct gt_account *account = &p->offer->account;
    struct gt_user user = {.account_id = 0};

    if (!p->form->account_id) {
        if (gt_by_may(tx, p->by, GT_RIGHT_REMIT_SEND, p->form->org_id, &p->org, p->no) != GT_OK)
            return gt_tx_err(tx);
        if (!gt_account_by_owner(tx, GT_ACCOUNT_SAFE, p->org.id, account))
            *account = (struct gt_account){
                .kind = GT_ACCOUNT_SAFE, .owner_id = p->org.id, .org_id = p->org.id};
        return find_receiver(tx, p);
    }
    bool own =
        p->by->user_id == GT_BY_COMMAND || (gt_row_find(tx, &gt_user_row, p->by->user_id, &user) &&
                                            user.account_id == p->form->account_id);
    if (!own || !gt_row_find(tx, &gt_account_row, p->form->account_id, account) ||
        account->kind == GT_ACCOUNT_SAFE)
        return gt_tx_refuse(tx, p->no, GT_WHY_ABSENT, "", 0, NULL);
    if (gt_by_may(tx, p->by, GT_RIGHT_COLLECT, account->org_id, &p->org, p->no) != GT_OK)
        return gt_tx_err(tx);
    return find_receiver(tx, p);
}

/* --- ranges ------------------------------------------------------------------------------------
 */

/* The last number that the form lets into a series; its index among the ranges, -1 if none is
 * given for it. */
static int range_of(const struct gt_remit_form *form, int64_t source_id)
{
    for (int i = 0; i < form->nranges; i++)
        if (form->range[i].source_id == source_id)
            return i;
    return -1;
}

/* Whether a given range is the next of its series. */
static void check_range(struct gt_tx *tx, struct gt_plan *p, const struct gt_remit_series *s)
{
    int i = range_of(p->form, s->source_id);
    int64_t first = p->form->range[i].first_no, last = p->form->range[i].last_no;

    if (first > s->first_no)
        gt_tx_refuse(tx, p->no, GT_WHY_REMIT_GAP, "ranges", s->first_no, s->name);
    else if (first < s->first_no)
        gt_tx_refuse(tx, p->no, GT_WHY_REMIT_OVERLAP, "ranges", s->first_no, s->name);
    else if (last != s->last_no || last < first)
        gt_tx_refuse(tx, p->no, GT_WHY_REMIT_CLOSED, "ranges", s->last_no + 1, s->name);
}

static bool is_unsettled(const struct work *w, int64_t shift_id)
{
    return shift_id && w->nunsettled &&
           bsearch(&shift_id, w->unsettled, w->nunsettled, sizeof(*w->unsettled), by_id);
}

static void cover(struct gt_tx *tx, struct work *w, int64_t id, int series, int64_t from_seq,
                  int64_t last_seq)
{
    if (!grow(tx, &w->covered, w->ncovered, sizeof(*w->covered)))
        return;
    w->covered[w->ncovered++] = (struct covered){id, series};
    w->from_seq = from_seq < w->from_seq ? from_seq : w->from_seq;
    w->last_seq = last_seq > w->last_seq ? last_seq : w->last_seq;
}

/* Goes along a series up to the first batch that cannot go in. */
static void read_series(struct gt_tx *tx, struct work *w, int index)
{
    const struct gt_remit_form *form = w->plan->form;
    struct gt_remit_series *s = &w->plan->offer->series[index];
    int given = range_of(form, s->source_id);

    s->last_no = s->first_no - 1;
    gt_tx_query(tx, &plan_batches, GT_INT(w->plan->offer->account.id), GT_INT(s->source_id),
                GT_INT(s->last_no));
    while (gt_tx_next(tx)) {
        int64_t id = gt_col_int(tx), no = gt_col_int(tx), date = gt_col_int(tx);
        int64_t from_seq = gt_col_int(tx), last_seq = gt_col_int(tx), closed_at = gt_col_int(tx);

        if (!closed_at || is_unsettled(w, gt_col_int(tx))) {
            s->next_no = no;
            break;
        }
        if ((form->through && date > form->through) ||
            (form->nranges && (given < 0 || no > form->range[given].last_no)))
            break;
        s->last_no = no;
        cover(tx, w, id, index, from_seq, last_seq);
    }
}

static void read_unsettled(struct gt_tx *tx, struct work *w)
{
    gt_tx_query(tx, &plan_unsettled, GT_INT(w->plan->offer->account.id));
    while (gt_tx_next(tx) && grow(tx, &w->unsettled, w->nunsettled, sizeof(*w->unsettled)))
        w->unsettled[w->nunsettled++] = gt_col_int(tx);
}

/* Makes the series of a terminal; it stays only if there is something to say of it. */
static void plan_series(struct gt_tx *tx, struct work *w, int64_t terminal_id, const char *name)
{
    struct gt_remit_offer *offer = w->plan->offer;
    struct gt_remit_series *s = &offer->series[offer->nseries];

    *s = (struct gt_remit_series){.source_id = terminal_id};
    (void)!gt_str_copy(s->name, sizeof(s->name), name);
    s->first_no = gt_slip_reached(tx, offer->account.id, terminal_id) + 1;
    read_series(tx, w, offer->nseries);
    if (range_of(w->plan->form, terminal_id) >= 0) {
        w->given++;
        check_range(tx, w->plan, s);
    }
    offer->nseries += s->last_no >= s->first_no || s->next_no;
}

static void read_ranges(struct gt_tx *tx, struct work *w)
{
    struct {
        int64_t id;
        char name[GT_TERMINAL_NO_MAX];
    } page[TERMINALS];
    struct gt_remit_offer *offer = w->plan->offer;
    int64_t after = 0;
    int n;

    read_unsettled(tx, w);
    do {
        n = 0;
        gt_tx_query(tx, &plan_terminals, GT_INT(offer->account.id), GT_INT(after));
        while (n < TERMINALS && gt_tx_next(tx)) {
            page[n].id = gt_col_int(tx);
            gt_col_text(tx, page[n++].name, sizeof(page[0].name));
        }
        for (int i = 0; i < n && offer->nseries < GT_SLIP_LINES && !gt_tx_err(tx); i++)
            plan_series(tx, w, page[i].id, page[i].name);
        after = n ? page[n - 1].id : after;
    } while (n == TERMINALS && offer->nseries < GT_SLIP_LINES && !gt_tx_err(tx));
    if (w->given < w->plan->form->nranges)
        gt_tx_refuse(tx, w->plan->no, GT_WHY_ABSENT, "ranges", 0, NULL);
}

/* --- money -------------------------------------------------------------------------------------
 */

/* Adds what a statement tells of each batch to its series. */
static void add_money(struct gt_tx *tx, struct work *w, const struct gt_stmt *const *stmt)
{
    struct gt_remit_offer *offer = w->plan->offer;

    gt_tx_query(tx, stmt, GT_INT(offer->account.id), GT_INT(w->from_seq), GT_INT(w->last_seq));
    while (gt_tx_next(tx)) {
        int64_t id = gt_col_int(tx);
        const struct covered *c = bsearch(&id, w->covered, w->ncovered, sizeof(*w->covered), by_id);

        if (c)
            offer->series[c->series].amount += gt_col_int(tx);
    }
}

static void read_money(struct gt_tx *tx, struct work *w)
{
    if (!w->ncovered)
        return;
    qsort(w->covered, w->ncovered, sizeof(*w->covered), by_id);
    add_money(tx, w, &plan_sales);
    add_money(tx, w, &plan_reversals);
}

/* How far slips reach in a series, with the planned one. */
static int64_t reach(struct gt_tx *tx, const struct gt_remit_offer *offer, int64_t terminal_id)
{
    for (int i = 0; i < offer->nseries; i++)
        if (offer->series[i].source_id == terminal_id)
            return offer->series[i].last_no;
    return gt_slip_reached(tx, offer->account.id, terminal_id);
}

/* Whether all batches of a shift are in slips, with the planned one. */
static bool ends_here(struct gt_tx *tx, const struct gt_remit_offer *offer, int64_t shift_id)
{
    struct {
        int64_t terminal_id, last_no;
    } end[GT_SLIP_LINES + 1];
    int n = 0;

    gt_tx_query(tx, &plan_shift_ends, GT_INT(shift_id));
    while (n <= GT_SLIP_LINES && gt_tx_next(tx)) {
        end[n].terminal_id = gt_col_int(tx);
        end[n++].last_no = gt_col_int(tx);
    }
    for (int i = 0; i < n; i++)
        if (end[i].last_no > reach(tx, offer, end[i].terminal_id))
            return false;
    return n <= GT_SLIP_LINES;
}

/* Shifts whose last batch goes in, or that had none. */
static void read_shifts(struct gt_tx *tx, struct gt_plan *p)
{
    struct gt_remit_offer *offer = p->offer;
    struct gt_shift shift;
    struct {
        int64_t id, over, date;
    } all[GT_PLAN_SHIFTS];
    int n = 0;

    gt_tx_query(tx, &plan_shifts, GT_INT(offer->account.id));
    while (n < GT_PLAN_SHIFTS && gt_tx_next(tx)) {
        gt_row_read(tx, &gt_shift_row, &shift);
        all[n].id = shift.id;
        all[n].date = shift.close_date;
        all[n++].over = shift.difference + shift.repaid + shift.kept;
    }
    for (int i = 0; i < n && !gt_tx_err(tx); i++) {
        if ((p->form->through && all[i].date > p->form->through) ||
            !ends_here(tx, offer, all[i].id))
            continue;
        p->shift_id[offer->shifts++] = all[i].id;
        offer->over += offer->account.kind == GT_ACCOUNT_CASHIER ? all[i].over : 0;
    }
}

/* What is due of all: deposits may have repaid some of it before. */
static void sum_up(struct gt_remit_offer *offer)
{
    int64_t sum = offer->over, ahead = offer->account.prepaid;

    for (int i = 0; i < offer->nseries; i++)
        sum += offer->series[i].amount;
    if (sum >= ahead)
        offer->prepaid = ahead;
    else
        offer->prepaid = sum > 0 ? sum : 0;
    offer->due = sum - offer->prepaid;
}

/* --- both --------------------------------------------------------------------------------------
 */

/* What a safe received. */
static void read_safe(struct gt_tx *tx, struct gt_plan *p)
{
    struct gt_remit_offer *offer = p->offer;
    struct gt_remit_series *s = &offer->series[0];

    offer->nseries = 1;
    s->first_no = offer->account.id ? gt_slip_reached(tx, offer->account.id, 0) + 1 : 1;
    s->last_no = s->first_no - 1;
    if (gt_tx_one(tx, &plan_received, GT_INT(p->org.id)))
        s->last_no = gt_col_int(tx);
    if (p->form->nranges && p->form->range[0].last_no < s->last_no)
        s->last_no = p->form->range[0].last_no;
    if (p->form->nranges && range_of(p->form, 0) == 0)
        check_range(tx, p, s);
    if (gt_tx_one(tx, &plan_received_sum, GT_INT(p->org.id), GT_INT(s->first_no),
                  GT_INT(s->last_no)))
        s->amount = gt_col_int(tx);
}

int64_t gt_plan_reversing(struct gt_tx *tx, const struct gt_remit_offer *offer)
{
    int64_t n = 0;

    if (!offer->account.id || offer->account.kind == GT_ACCOUNT_SAFE)
        return 0;
    gt_tx_query(tx, &plan_reversing, GT_INT(offer->account.id));
    while (gt_tx_next(tx)) {
        int64_t terminal = gt_col_int(tx), no = gt_col_int(tx);

        for (int i = 0; i < offer->nseries; i++)
            n += offer->series[i].source_id == terminal && no <= offer->series[i].last_no;
    }
    return n;
}

enum gt_err gt_plan_read(struct gt_tx *tx, void *arg)
{
    struct gt_plan *p = arg;
    struct work w = {.plan = p, .from_seq = INT64_MAX};

    memset(p->offer, 0, sizeof(*p->offer));
    *p->no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (find_account(tx, p) != GT_OK)
        return gt_tx_err(tx);
    if (p->offer->account.kind == GT_ACCOUNT_SAFE) {
        read_safe(tx, p);
    } else {
        read_ranges(tx, &w);
        read_money(tx, &w);
        read_shifts(tx, p);
        p->offer->reversing = gt_plan_reversing(tx, p->offer);
    }
    sum_up(p->offer);
    free(w.covered);
    free(w.unsettled);
    return gt_tx_err(tx);
}

enum gt_err gt_remit_offer(const struct gt_by *by, const struct gt_remit_form *form,
                           struct gt_remit_offer *offer, struct gt_refusal *no)
{
    struct gt_plan plan = {.by = by, .form = form, .offer = offer, .no = no};

    return gt_db_read(by->db, "remit.offer", gt_plan_read, &plan);
}
