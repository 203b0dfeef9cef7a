/*
 * Declaring, confirming, returning and reopening day closes.
 *
 * Which organisations must have closed before is read ahead, as it may go through the whole tree;
 * the transaction looks at just their rows, and refuses if the tree has changed since.
 */
#include "access/approval.h"
#include "access/name.h"
#include "access/state.h"
#include "base/money.h"
#include "books/day.h"
#include "books/item.h"
#include "till/txn.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ITEMS (2 * GT_DAY_LINES)
/* Most of one figure: how many, and fen. */
#define COUNT_MOST  INT64_C(100000000)
#define AMOUNT_MOST INT64_C(100000000000000)

GT_STMT(days_counted, "SELECT {top 200} id FROM gt_day WHERE up_id = ? AND id > ? ORDER BY id "
                      "{limit 200}");

/* What is done to one. */
struct doing {
    const struct gt_by *by;
    struct gt_refusal *no;
    int64_t now, key;
    int64_t org_id, date;           /* declaring: what */
    const struct gt_day_form *form; /* declaring */
    struct gt_day_tree tree;        /* declaring: read before */
    int64_t id, version;            /* the others: which, as it was shown */
    enum gt_day_state to;
    const char *reason;
    int64_t items[ITEMS]; /* keys */
    struct gt_org org;
    struct gt_day day;
    struct gt_day_line line[GT_DAY_LINES];
};

static enum gt_err refuse_state(struct gt_tx *tx, const struct doing *d)
{
    static const char *const zh[GT_DAY__MAX] = {"尚未申报", "待重新申报", "已申报", "已确认"};
    static const char *const en[GT_DAY__MAX] = {"not declared", "to be declared again", "declared",
                                                "confirmed"};

    if (gt_tx_err(tx) != GT_OK)
        return gt_tx_err(tx);
    return gt_tx_fail(
        tx, gt_refuse_named(d->no, GT_WHY_DAY_STATE, "", zh[d->day.state], en[d->day.state]));
}

/* Whether the level above has declared already, and so counts what it was then. */
static bool above_declared(struct gt_tx *tx, const struct doing *d)
{
    struct gt_day above;

    return d->org.parent_id && gt_day_of(tx, gt_day_confirmer(&d->org), d->day.biz_date, &above) &&
           above.state >= GT_DAY_DECLARED;
}

static void log_it(struct gt_tx *tx, const struct doing *d, const char *what, const char *detail)
{
    char object[GT_DAY_NAME];

    gt_oplog_add(tx, d->by->logger, what, gt_day_name(d->org.code, d->day.biz_date, object),
                 detail);
}

/* --- declaring ---------------------------------------------------------------------------------
 */

/* Whether the day can be declared at all now. */
static enum gt_err may_declare(struct gt_tx *tx, struct doing *d)
{
    const struct gt_day_node *node = gt_day_node_of(&d->tree, d->org_id);
    int64_t shifts;

    if (gt_by_may(tx, d->by, GT_RIGHT_DAY_DECLARE, d->org_id, &d->org, d->no) != GT_OK)
        return gt_tx_err(tx);
    if (!d->tree.ready)
        return gt_tx_refuse(tx, d->no, GT_WHY_DAY_EARLY, "", 0, NULL);
    if (gt_rights_version(tx) != d->tree.rights)
        return gt_tx_refuse(tx, d->no, GT_WHY_CHANGED, "", 0, NULL);
    if (!node || !node->due)
        return gt_tx_refuse(tx, d->no, GT_WHY_DAY_NOTHING, "", 0, NULL);
    if ((shifts = gt_day_shifts(tx, d->org_id, d->date)))
        return gt_tx_refuse(tx, d->no, GT_WHY_DAY_SHIFTS, "", shifts, NULL);
    return gt_tx_err(tx);
}

/* The row, new or as it is. */
static enum gt_err find_row(struct gt_tx *tx, struct doing *d)
{
    struct gt_day found;

    d->day = (struct gt_day){.id = d->key, .org_id = d->org_id, .biz_date = d->date};
    if (gt_day_of(tx, d->org_id, d->date, &found))
        (void)gt_row_lock(tx, &gt_day_row, found.id, &d->day);
    if (d->day.state == GT_DAY_CONFIRMED)
        return refuse_state(tx, d);
    if (above_declared(tx, d))
        return gt_tx_refuse(tx, d->no, GT_WHY_DAY_ABOVE, "", 0, NULL);
    if (d->day.rounds != d->form->rounds)
        return gt_tx_refuse(tx, d->no, GT_WHY_CHANGED, "", 0, NULL);
    return gt_tx_err(tx);
}

/* Those below must be confirmed; from now on they are counted in this one.  One that another has
 * counted, before it was moved here, stays there. */
static enum gt_err take_those_below(struct gt_tx *tx, const struct doing *d)
{
    const char *first = NULL;
    int64_t missing = 0;
    struct gt_day day;

    for (size_t i = 0; i < d->tree.n; i++) {
        const struct gt_day_node *node = &d->tree.node[i];

        if (!node->due || !gt_day_counts(node, d->org_id))
            continue;
        if (!gt_day_of(tx, node->org.id, d->date, &day) || day.state != GT_DAY_CONFIRMED) {
            first = first ? first : node->org.name;
            missing++;
        } else if (day.up_id == 0) {
            day.up_id = d->day.id;
            gt_counted_save(tx, &gt_day_row, &day);
        }
    }
    return missing ? gt_tx_refuse(tx, d->no, GT_WHY_DAY_BELOW, "", missing, first) : gt_tx_err(tx);
}

/* Adds our figures of those that are counted in it. */
static void add_those_below(struct gt_tx *tx, struct doing *d)
{
    int64_t ids[200], after = 0;
    int n;

    do {
        n = 0;
        gt_tx_query(tx, &days_counted, GT_INT(d->day.id), GT_INT(after));
        while (n < 200 && gt_tx_next(tx))
            ids[n++] = gt_col_int(tx);
        for (int i = 0; i < n; i++) {
            struct gt_day_line below[GT_DAY_LINES];
            gt_day_lines(tx, ids[i], below);
            for (int k = 0; k < GT_DAY_LINES; k++) {
                d->line[k].ours_count += below[k].ours_count;
                d->line[k].ours_amount += below[k].ours_amount;
            }
            after = ids[i];
        }
    } while (n == 200 && gt_tx_err(tx) == GT_OK);
}

/* Fills the lines: our figures, and what was declared beside them. */
static void compare(struct gt_tx *tx, struct doing *d)
{
    const struct gt_day_node *node = gt_day_node_of(&d->tree, d->org_id);

    gt_day_lines(tx, d->day.id, d->line); /* for the versions */
    for (int i = 0; i < GT_DAY_LINES; i++) {
        d->line[i].id = GT_DAY_LINE_ID(d->day.id, i);
        d->line[i].op = gt_day_op[i];
        d->line[i].own_count = d->line[i].ours_count = node->own[i].count;
        d->line[i].own_amount = d->line[i].ours_amount = node->own[i].amount;
        d->line[i].told_count = d->form->told[i].count;
        d->line[i].told_amount = d->form->told[i].amount;
    }
    add_those_below(tx, d);
    d->day.differs = 0;
    for (int i = 0; i < GT_DAY_LINES; i++)
        d->day.differs += d->line[i].told_count != d->line[i].ours_count ||
                          d->line[i].told_amount != d->line[i].ours_amount;
}

static void save_declared(struct gt_tx *tx, struct doing *d)
{
    bool is_new = d->day.rounds == 0;

    d->day.state = GT_DAY_DECLARED;
    d->day.rounds++;
    d->day.declared_by = d->by->user_id;
    d->day.declared_at = d->now;
    (void)snprintf(d->day.note, sizeof(d->day.note), "%s", d->form->note ? d->form->note : "");
    if (is_new) {
        gt_row_insert(tx, &gt_day_row, &d->day);
        gt_census_add(tx, gt_day_row.table, 1);
    } else {
        gt_counted_save(tx, &gt_day_row, &d->day);
    }
    for (int i = 0; i < GT_DAY_LINES; i++) {
        if (is_new)
            gt_row_insert(tx, &gt_day_line_row, &d->line[i]);
        else
            gt_row_save(tx, &gt_day_line_row, &d->line[i]);
    }
}

/* "recharge=2/13.00 reverse=1/3.00 differences=1": what is not there is left out. */
static void log_declared(struct gt_tx *tx, const struct doing *d)
{
    char text[600] = "", money[GT_MONEY_MAX];
    size_t len = 0;

    for (int i = 0; i < GT_DAY_LINES && len < sizeof(text); i++) {
        const struct gt_day_line *l = &d->line[i];
        if (l->told_count || l->told_amount)
            len += (size_t)snprintf(text + len, sizeof(text) - len, "%s=%" PRId64 "/%s ",
                                    gt_op_name((enum gt_op)l->op), l->told_count,
                                    gt_money_format(l->told_amount, money));
    }
    if (len < sizeof(text))
        (void)snprintf(text + len, sizeof(text) - len, "differences=%" PRId64, d->day.differs);
    log_it(tx, d, "day.declare", text);
}

static enum gt_err declare_in(struct gt_tx *tx, void *arg)
{
    struct doing *d = arg;

    *d->no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (may_declare(tx, d) != GT_OK || find_row(tx, d) != GT_OK || take_those_below(tx, d) != GT_OK)
        return gt_tx_err(tx);
    compare(tx, d);
    if (d->day.differs && d->day.rounds > 0 && !(d->form->note && *d->form->note))
        return gt_tx_refuse(tx, d->no, GT_WHY_DAY_NOTE, "note", d->day.differs, NULL);
    save_declared(tx, d);
    log_declared(tx, d);
    return gt_tx_err(tx);
}

static enum gt_err check_form(const struct gt_day_form *form, struct gt_refusal *no)
{
    for (int i = 0; i < GT_DAY_LINES; i++) {
        const struct gt_day_figure *told = &form->told[i];
        char field[40];

        (void)snprintf(field, sizeof(field), "%s_%s", gt_op_name((enum gt_op)gt_day_op[i]),
                       told->count < 0 || told->count > COUNT_MOST ? "count" : "amount");
        if (told->count < 0 || told->count > COUNT_MOST || told->amount < 0 ||
            told->amount > AMOUNT_MOST || (told->count == 0 && told->amount != 0))
            return gt_refuse(no, GT_WHY_DAY_FIGURE, field, 0, NULL);
    }
    if (form->note && *form->note && !gt_name_ok(form->note, GT_REASON_CHARS))
        return gt_refuse(no, GT_WHY_NAME_FORM, "note", GT_REASON_CHARS, NULL);
    return GT_OK;
}

/* Reads the subtree; an organisation that is not there has none. */
static enum gt_err read_ahead(struct gt_tx *tx, void *arg)
{
    struct doing *d = arg;
    struct gt_state state;
    struct gt_org org;

    gt_day_tree_free(&d->tree);
    d->tree.ready = false;
    gt_state_read(tx, &state);
    if (gt_row_find(tx, &gt_org_row, d->org_id, &org) && state.biz_date > d->date)
        gt_day_tree_read(tx, org.path, d->date, &d->tree);
    return gt_tx_err(tx);
}

enum gt_err gt_day_declare(const struct gt_by *by, int64_t org_id, int64_t date,
                           const struct gt_day_form *form, int64_t *id, struct gt_refusal *no)
{
    struct doing d = {
        .by = by, .no = no, .org_id = org_id, .date = date, .form = form, .now = gt_now(by->clock)};
    enum gt_err err = check_form(form, no);

    if (err == GT_OK)
        err = gt_key_next(by->src, "day", &d.key);
    if (err == GT_OK)
        err = gt_db_read(by->db, "day.tree", read_ahead, &d);
    if (err == GT_OK)
        err = gt_db_transact(by->db, "day.declare", declare_in, &d);
    if (err == GT_OK)
        *id = d.day.id;
    gt_day_tree_free(&d.tree);
    return err;
}

/* --- deciding ----------------------------------------------------------------------------------
 */

/* The row, locked, if the person may decide it. */
static enum gt_err find_to_decide(struct gt_tx *tx, struct doing *d)
{
    *d->no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (!gt_row_lock(tx, &gt_day_row, d->id, &d->day) ||
        !gt_row_find(tx, &gt_org_row, d->day.org_id, &d->org))
        return gt_tx_refuse(tx, d->no, GT_WHY_ABSENT, "", 0, NULL);
    return gt_by_may(tx, d->by, GT_RIGHT_DAY_CONFIRM, gt_day_confirmer(&d->org), NULL, d->no);
}

/* One difference, if it is this organisation's own: what it only carries on from below is an item
 * there.  Marks those of `open` that are found again. */
static void enter_item(struct gt_tx *tx, const struct doing *d, int line, enum gt_item_class class,
                       int64_t ours, int64_t told, int64_t below, struct gt_item *open, size_t n)
{
    const struct gt_item_found found = {.source = GT_ITEM_ORG,
                                        .class = class,
                                        .org_id = d->org.id,
                                        .system = "",
                                        .biz_date = d->day.biz_date,
                                        .op = gt_day_op[line],
                                        .ours = ours,
                                        .theirs = told,
                                        .note = d->day.note};
    int64_t id = 0;

    if (told == ours || told - ours == below)
        return;
    if (gt_item_enter(tx, &found, d->items[2 * line + (class == GT_ITEM_MONEY)], d->now, &id,
                      NULL) != GT_OK)
        return;
    for (size_t i = 0; i < n; i++) {
        if (open[i].id == id)
            open[i].id = 0;
    }
}

static void enter_items(struct gt_tx *tx, struct doing *d)
{
    struct gt_day_figure below[GT_DAY_LINES];
    struct gt_item open[ITEMS];
    struct gt_state state;

    gt_state_read(tx, &state);
    gt_day_lines(tx, d->day.id, d->line);
    gt_day_below(tx, d->day.id, below);
    size_t n = gt_items_open(tx, GT_ITEM_ORG, "", d->org.id, d->day.biz_date, 0, open, ITEMS);
    for (int i = 0; i < GT_DAY_LINES; i++) {
        const struct gt_day_line *l = &d->line[i];
        enter_item(tx, d, i, GT_ITEM_COUNT, l->ours_count, l->told_count, below[i].count, open, n);
        enter_item(tx, d, i, GT_ITEM_MONEY, l->ours_amount, l->told_amount, below[i].amount, open,
                   n);
    }
    for (size_t i = 0; i < n; i++) {
        if (open[i].id && gt_item_agree(tx, open[i].id, d->now, state.biz_date) != GT_OK)
            return;
    }
}

static enum gt_err decide_in(struct gt_tx *tx, void *arg)
{
    struct doing *d = arg;
    int64_t who = d->by->user_id;

    if (find_to_decide(tx, d) != GT_OK)
        return gt_tx_err(tx);
    if (who != GT_BY_COMMAND && who == d->day.declared_by && d->to == GT_DAY_CONFIRMED)
        return gt_tx_refuse(tx, d->no, GT_WHY_OWN_DAY, "", 0, NULL);
    if (d->day.state != GT_DAY_DECLARED)
        return refuse_state(tx, d);
    if (d->day.version != d->version)
        return gt_tx_refuse(tx, d->no, GT_WHY_CHANGED, "", 0, NULL);
    d->day.state = d->to;
    if (d->to == GT_DAY_CONFIRMED) {
        d->day.confirmed_by = who;
        d->day.confirmed_at = d->now;
        enter_items(tx, d);
    }
    gt_counted_save(tx, &gt_day_row, &d->day);
    log_it(tx, d, d->to == GT_DAY_CONFIRMED ? "day.confirm" : "day.return",
           d->reason ? d->reason : "");
    return gt_tx_err(tx);
}

static enum gt_err decide(struct doing *d)
{
    enum gt_err err = GT_OK;

    d->now = gt_now(d->by->clock);
    for (int i = 0; err == GT_OK && d->to == GT_DAY_CONFIRMED && i < ITEMS; i++)
        err = gt_key_next(d->by->src, "item", &d->items[i]);
    if (err == GT_OK)
        err = gt_db_transact(d->by->db, "day.decide", decide_in, d);
    return err;
}

enum gt_err gt_day_confirm(const struct gt_by *by, int64_t id, int64_t version,
                           struct gt_refusal *no)
{
    struct doing d = {.by = by, .no = no, .id = id, .version = version, .to = GT_DAY_CONFIRMED};

    return decide(&d);
}

enum gt_err gt_day_return(const struct gt_by *by, int64_t id, int64_t version, const char *reason,
                          struct gt_refusal *no)
{
    struct doing d = {
        .by = by, .no = no, .id = id, .version = version, .to = GT_DAY_OPEN, .reason = reason};

    if (!gt_name_ok(reason, GT_REASON_CHARS))
        return gt_refuse(no, GT_WHY_REASON, "reason", 0, NULL);
    return decide(&d);
}

/* --- reopening ---------------------------------------------------------------------------------
 */

/* Whether it can be opened again now. */
static enum gt_err may_reopen(struct gt_tx *tx, const struct doing *d)
{
    if (d->day.state != GT_DAY_CONFIRMED)
        return refuse_state(tx, d);
    if (above_declared(tx, d))
        return gt_tx_refuse(tx, d->no, GT_WHY_DAY_ABOVE, "", 0, NULL);
    return gt_tx_err(tx);
}

static enum gt_err ask_in(struct gt_tx *tx, void *arg)
{
    struct doing *d = arg;
    struct gt_approval row = {.id = d->key, .kind = "day.reopen", .object_id = d->id}, waiting;

    *d->no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (!gt_row_lock(tx, &gt_day_row, d->id, &d->day))
        return gt_tx_refuse(tx, d->no, GT_WHY_ABSENT, "", 0, NULL);
    if (gt_by_may(tx, d->by, GT_RIGHT_DAY_DECLARE, d->day.org_id, &d->org, d->no) != GT_OK ||
        may_reopen(tx, d) != GT_OK)
        return gt_tx_err(tx);
    if (gt_approvals_about(tx, row.kind, d->id, &waiting, 1) > 0)
        return gt_tx_refuse(tx, d->no, GT_WHY_DAY_ASKED, "", 0, NULL);
    row.org_id = d->org.id;
    (void)gt_day_name(d->org.code, d->day.biz_date, row.object);
    (void)snprintf(row.reason, sizeof(row.reason), "%s", d->reason);
    if (gt_asked_put(row.asked, "date", d->day.biz_date) != GT_OK)
        return gt_tx_fail(tx, GT_ERR_TOOBIG);
    if (gt_approval_ask(tx, d->by, &row, d->no) == GT_OK)
        log_it(tx, d, "day.ask", d->reason);
    return gt_tx_err(tx);
}

enum gt_err gt_day_reopen(const struct gt_by *by, int64_t id, const char *reason, int64_t *approval,
                          struct gt_refusal *no)
{
    struct doing d = {.by = by, .no = no, .id = id, .reason = reason};

    if (!gt_name_ok(reason, GT_REASON_CHARS))
        return gt_refuse(no, GT_WHY_REASON, "reason", 0, NULL);
    enum gt_err err = gt_key_next(by->src, "approval", &d.key);
    if (err == GT_OK)
        err = gt_db_transact(by->db, "day.reopen", ask_in, &d);
    if (err == GT_OK)
        *approval = d.key;
    return err;
}

static enum gt_err reopen_apply(struct gt_tx *tx, const struct gt_by *by,
                                const struct gt_approval *asked, const int64_t *keys,
                                struct gt_refusal *no)
{
    struct doing d = {.by = by, .no = no, .id = asked->object_id};

    (void)keys;
    if (find_to_decide(tx, &d) != GT_OK || may_reopen(tx, &d) != GT_OK)
        return gt_tx_err(tx);
    d.day.state = GT_DAY_OPEN;
    d.day.confirmed_by = 0;
    d.day.confirmed_at = 0;
    gt_counted_save(tx, &gt_day_row, &d.day);
    log_it(tx, &d, "day.reopen", asked->reason);
    return gt_tx_err(tx);
}

GT_APPROVAL(day_reopen, {.key = "day.reopen",
                         .zh = "日结重开",
                         .en = "Reopen a day close",
                         .ask = GT_RIGHT_DAY_DECLARE,
                         .decide = GT_RIGHT_DAY_CONFIRM,
                         .apply = reopen_apply});
