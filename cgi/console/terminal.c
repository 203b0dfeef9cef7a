/*
 * One terminal: facts, business allowed, operators, last transactions, history; and what can be
 * done to it now.
 *
 * Not here: the doing (terminal_form.c, terminal_change.c).
 */
#include "terminal.h"

#include "history.h"
#include "search.h"
#include "till/list.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define OPERATORS 50
#define LAST      10

static const enum gt_op ops[GT_TERMINAL_OPS] = {GT_OP_PAY,     GT_OP_RECHARGE, GT_OP_OPEN,
                                                GT_OP_REPLACE, GT_OP_REWRITE,  GT_OP_REVERSE,
                                                GT_OP_READING};

enum gt_op gt_terminal_op(size_t i)
{
    return ops[i];
}

bool gt_terminal_has_op(int64_t has, size_t i)
{
    return !has || has >> ops[i] & 1;
}

struct operator
{
    struct gt_user user;
    struct gt_org org;
};

struct found {
    struct gt_terminal_found is;
    struct gt_page *page;
    struct operator operators[OPERATORS];
    size_t noperators; /* read */
    size_t bound;      /* in all */
    struct gt_txn last[LAST];
    size_t nlast;
    int64_t seen;
    struct gt_history history;
};

void gt_terminal_find(struct gt_tx *tx, struct gt_page *page, enum gt_right right, int64_t id,
                      struct gt_terminal_found *found)
{
    found->id = id;
    found->there = gt_row_find(tx, &gt_terminal_row, id, &found->terminal) &&
                   gt_row_find(tx, &gt_org_row, found->terminal.org_id, &found->org) &&
                   gt_page_may(page, right, found->org.path);
}

static void read_operators(struct gt_tx *tx, struct found *f)
{
    int64_t ids[OPERATORS];
    f->bound = gt_terminal_bindings(tx, f->is.id, ids, OPERATORS);
    f->noperators = 0;
    for (size_t i = 0; i < f->bound && i < OPERATORS; i++) {
        struct operator* o = & f->operators[f->noperators];
        if (gt_row_find(tx, &gt_user_row, ids[i], &o->user) &&
            gt_row_find(tx, &gt_org_row, o->user.org_id, &o->org))
            f->noperators++;
    }
}

/* The last transactions, as far as the visitor may see them: whose operator collects where. */
static void read_last(struct gt_tx *tx, struct found *f)
{
    struct gt_txn last[LAST];
    size_t n = gt_txns_of_terminal(tx, f->is.id, last, LAST);
    f->nlast = 0;
    for (size_t i = 0; i < n; i++) {
        struct gt_org org;
        if (gt_row_find(tx, &gt_org_row, last[i].org_id, &org) &&
            gt_page_may(f->page, GT_RIGHT_TXN_VIEW, org.path))
            f->last[f->nlast++] = last[i];
    }
}

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    gt_terminal_find(tx, f->page, GT_RIGHT_TERMINAL_VIEW, f->is.id, &f->is);
    if (!f->is.there)
        return gt_tx_err(tx);
    read_operators(tx, f);
    read_last(tx, f);
    f->seen = gt_terminal_seen(tx, f->is.id);
    gt_history_read(tx, GT_ARGS("terminal"), f->is.terminal.terminal_no, &f->history);
    return gt_tx_err(tx);
}

/* --- showing */

const char *gt_terminal_kind_word(const struct gt_page *page, int64_t kind)
{
    char word[64];
    (void)snprintf(word, sizeof word, "terminal.kind_%s",
                   gt_terminal_kind_name((enum gt_terminal_kind)kind));
    return gt_page_word(page, word);
}

void gt_terminal_set(struct gt_page *page, const struct gt_terminal_found *found)
{
    const struct gt_terminal *terminal = &found->terminal;
    gt_page_set_int(page, terminal->id, "Terminal.Id");
    gt_page_set(page, terminal->terminal_no, "Terminal.No");
    gt_page_set(page, gt_terminal_kind_word(page, terminal->kind), "Terminal.Kind");
    gt_page_set(page, found->org.name, "Terminal.Org");
    if (gt_page_may(page, GT_RIGHT_ORG_VIEW, found->org.path))
        gt_page_set_int(page, found->org.id, "Terminal.OrgId");
    if (terminal->limit_txn)
        gt_page_set_money(page, terminal->limit_txn, "Terminal.LimitTxn");
    if (terminal->limit_day)
        gt_page_set_money(page, terminal->limit_day, "Terminal.LimitDay");
    if (terminal->state == GT_ENABLED)
        gt_page_set(page, "1", "Terminal.Enabled");
}

static const char *op_word(const struct gt_page *page, enum gt_op op)
{
    char word[64];
    (void)snprintf(word, sizeof word, "terminal.op_%s", gt_op_name(op));
    return gt_page_word(page, word);
}

static void show_business(struct gt_page *page, const struct found *f)
{
    gt_page_set_time(page, f->seen, "Terminal.Seen");
    for (size_t i = 0; i < GT_TERMINAL_OPS; i++) {
        gt_page_set(page, op_word(page, ops[i]), "Op.%zu.Word", i);
        if (gt_terminal_has_op(f->is.terminal.ops, i))
            gt_page_set(page, "1", "Op.%zu.Allowed", i);
    }
}

/* Somebody of elsewhere stands there by number only. */
static void show_operators(struct gt_page *page, const struct found *f)
{
    for (size_t i = 0; i < f->noperators; i++) {
        const struct operator* o = & f->operators[i];
        gt_page_set(page, o->user.operator_no, "Operator.%zu.No", i);
        if (o->user.state == GT_ENABLED)
            gt_page_set(page, "1", "Operator.%zu.Enabled", i);
        if (!gt_page_may(page, GT_RIGHT_USER_VIEW, o->org.path))
            continue;
        gt_page_set_int(page, o->user.id, "Operator.%zu.Id", i);
        gt_page_set(page, o->user.name, "Operator.%zu.Name", i);
        gt_page_set(page, o->org.name, "Operator.%zu.Org", i);
    }
    if (f->bound > OPERATORS)
        gt_page_set_int(page, (int64_t)f->bound, "OperatorsInAll");
}

static void show_last(struct gt_page *page, const struct found *f)
{
    static const char *const colours[GT_TXN__MAX] = {"",        "pending",  "posted",  "declined",
                                                     "pending", "reversed", "refunded"};
    if (!gt_grants_anywhere(&gt_who_of(page)->visit.grants, GT_RIGHT_TXN_VIEW))
        return;
    gt_page_set(page, "1", "SeesTxns");
    for (size_t i = 0; i < f->nlast; i++) {
        const struct gt_txn *txn = &f->last[i];
        bool doubt = txn->state == GT_TXN_PENDING && txn->up_state == GT_UPS_UNKNOWN;
        char word[64];
        (void)snprintf(word, sizeof word, "terminal.txn_%s",
                       doubt ? "doubt" : gt_txn_state_name((enum gt_txn_state)txn->state));
        gt_page_set_int(page, txn->id, "Txn.%zu.Id", i);
        gt_page_set_int(page, txn->trace_no, "Txn.%zu.Trace", i);
        gt_page_set_time(page, txn->created_at, "Txn.%zu.At", i);
        gt_page_set(page, op_word(page, (enum gt_op)txn->op), "Txn.%zu.Op", i);
        if (gt_op_is_money((enum gt_op)txn->op))
            gt_page_set_money(page, txn->amount + txn->fee, "Txn.%zu.Amount", i);
        gt_page_set(page, txn->operator_no, "Txn.%zu.Operator", i);
        gt_page_set(page, doubt ? "doubt" : colours[txn->state], "Txn.%zu.Colour", i);
        gt_page_set(page, gt_page_word(page, word), "Txn.%zu.State", i);
        if (gt_route_find("/console/txn"))
            gt_page_set(page, "1", "Txn.%zu.Page", i);
    }
}

static enum gt_err show(struct gt_page *page)
{
    int64_t id;
    if (!gt_page_id(page, "id", &id))
        return gt_page_error(page, 404);
    struct found *f = calloc(1, sizeof *f);
    if (!f)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a terminal");
    f->page = page;
    f->is.id = id;
    enum gt_err err = gt_page_read(page, "terminal.show", read_in, f);
    if (err == GT_OK && !f->is.there) {
        err = gt_page_error(page, 404);
    } else if (err == GT_OK) {
        gt_terminal_set(page, &f->is);
        show_business(page, f);
        show_operators(page, f);
        show_last(page, f);
        if (gt_page_may(page, GT_RIGHT_TERMINAL_MANAGE, f->is.org.path))
            gt_page_set(page, "1", "May.Change");
        gt_history_show(page, &f->history);
        err = gt_page_show(page, "terminal");
    }
    free(f);
    return err;
}

GT_ROUTE(terminal, .path = "/console/terminal", .name = "terminal", .get = show,
         .right = GT_RIGHT_TERMINAL_VIEW, .object = "terminal", .under = "terminals");

/* By its number. */
static bool find(struct gt_tx *tx, struct gt_page *page, const char *text, struct gt_found *found)
{
    struct gt_terminal terminal;
    struct gt_terminal_found is;
    if (!gt_terminal_by_no(tx, text, &terminal))
        return false;
    gt_terminal_find(tx, page, GT_RIGHT_TERMINAL_VIEW, terminal.id, &is);
    if (!is.there)
        return false;
    (void)snprintf(found->path, sizeof found->path, "/console/terminal?id=%" PRId64, terminal.id);
    (void)snprintf(found->name, sizeof found->name, "%s", terminal.terminal_no);
    found->kind = "search.terminal";
    return true;
}

GT_FINDER(terminal, find);
