/*
 * From the filters of a list to what is looked for in the journal.
 *
 * Not here: how it is found (till/search.c).  Who holds the right at several places is shown what
 * the database finds below all of them, less the rows between.
 */
#include "txn.h"

#include "access/state.h"
#include "access/terminal.h"
#include "base/text.h"
#include "scope.h"
#include "till/account.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_MS INT64_C(86400000)

static const char *const states[] = {"posted",    "doubt",    "pending",  "declined",
                                     "reversing", "reversed", "refunded", NULL};
static const char *const ops[] = {"pay",     "recharge", "open", "replace", "rewrite",
                                  "confirm", "reverse",  "void", "refund",  NULL};
static const char *const channels[] = {"pos", "handheld", "kiosk", "pc", "page", NULL};

const struct gt_field gt_txn_filters[GT_TF__MAX] = {
    [GT_TF_Q] = {"q", GT_FIELD_LINE, .most = 40},
    [GT_TF_CUSTOMER] = {"customer", GT_FIELD_LINE, .most = 32},
    [GT_TF_FROM] = {"from", GT_FIELD_DATE},
    [GT_TF_TO] = {"to", GT_FIELD_DATE},
    [GT_TF_STATE] = {"state", GT_FIELD_CHOICE, .choices = states},
    [GT_TF_OP] = {"op", GT_FIELD_CHOICE, .choices = ops},
    [GT_TF_BEGIN] = {"begin", GT_FIELD_LINE, .most = 5},
    [GT_TF_END] = {"end", GT_FIELD_LINE, .most = 5},
    [GT_TF_METER] = {"meter", GT_FIELD_LINE, .most = 32},
    [GT_TF_CARD] = {"card", GT_FIELD_LINE, .most = 32},
    [GT_TF_LEAST] = {"least", GT_FIELD_MONEY, .most = INT64_MAX},
    [GT_TF_GREATEST] = {"greatest", GT_FIELD_MONEY, .most = INT64_MAX},
    [GT_TF_OPERATOR] = {"operator", GT_FIELD_LINE, .most = 20},
    [GT_TF_ORG] = {"org", GT_FIELD_LINE, .most = 32},
    [GT_TF_TERMINAL] = {"terminal", GT_FIELD_LINE, .most = 20},
    [GT_TF_TRACE] = {"trace", GT_FIELD_INT, .least = 1, .most = INT64_MAX},
    [GT_TF_CHANNEL] = {"channel", GT_FIELD_CHOICE, .choices = channels},
    [GT_TF_SYSTEM] = {"system", GT_FIELD_LINE, .most = 16},
};

/* What was typed, "" if it is wrong. */
static const char *given(const struct gt_form *form, size_t field)
{
    return form->value[field].bad ? "" : form->value[field].text;
}

/* The place of a choice among its choices plus 1, 0 if none is set. */
static int64_t chosen(const struct gt_form *form, size_t field)
{
    return given(form, field)[0] ? form->value[field].number + 1 : 0;
}

static int64_t number(const struct gt_form *form, size_t field)
{
    return given(form, field)[0] ? form->value[field].number : 0;
}

bool gt_txn_named(const struct gt_form *form)
{
    static const enum gt_txn_filter naming[] = {GT_TF_Q, GT_TF_CUSTOMER, GT_TF_METER, GT_TF_CARD,
                                                GT_TF_TRACE};
    for (size_t i = 0; i < sizeof naming / sizeof naming[0]; i++) {
        if (form->value[naming[i]].text[0])
            return true;
    }
    return false;
}

void gt_scope_around(const struct gt_grants *grants, enum gt_right right, char path[201])
{
    const char *scope = gt_grants_scope(grants, right, 0);
    (void)snprintf(path, 201, "%s", scope ? scope : "");
    for (size_t i = 1; (scope = gt_grants_scope(grants, right, i)); i++) {
        size_t n = 0, cut = 0;
        for (; path[n] && path[n] == scope[n]; n++) {
            if (path[n] == '/')
                cut = n + 1;
        }
        path[cut] = '\0';
    }
}

/* --- what the filters name */

static void fail(struct gt_form *form, size_t field, const char *word, struct gt_txn_hunt *hunt)
{
    gt_form_fail(form, field, word, NULL);
    hunt->nothing = true;
}

static void name_org(struct gt_tx *tx, struct gt_form *form, struct gt_txn_hunt *hunt)
{
    const char *code = given(form, GT_TF_ORG);
    struct gt_org org;
    if (!code[0])
        return;
    if (gt_org_by_code(tx, code, &org) &&
        gt_grants_allow(&hunt->grants, GT_RIGHT_TXN_VIEW, org.path))
        (void)snprintf(hunt->path, sizeof hunt->path, "%s", org.path);
    else
        fail(form, GT_TF_ORG, "txns.no_org", hunt);
}

/* A cashier's takings go to their own account, which an index serves. */
static void name_operator(struct gt_tx *tx, struct gt_form *form, struct gt_txn_hunt *hunt)
{
    const char *operator_no = given(form, GT_TF_OPERATOR);
    struct gt_user user;
    struct gt_account account;
    if (!operator_no[0])
        return;
    if (!gt_user_by_operator(tx, operator_no, &user)) {
        hunt->nothing = true; /* as of one elsewhere: nobody learns who exists */
        return;
    }
    hunt->find.user_id = user.id;
    if (user.account_id && gt_row_find(tx, &gt_account_row, user.account_id, &account) &&
        account.kind == GT_ACCOUNT_CASHIER && account.owner_id == user.id)
        hunt->find.account_id = account.id;
}

static void name_terminal(struct gt_tx *tx, struct gt_form *form, struct gt_txn_hunt *hunt)
{
    const char *no = given(form, GT_TF_TERMINAL);
    int64_t trace = number(form, GT_TF_TRACE);
    struct gt_terminal terminal;
    struct gt_txn txn;
    if (no[0] && !gt_terminal_by_no(tx, no, &terminal)) {
        hunt->nothing = true;
    } else if (no[0] && trace) {
        hunt->exact = gt_txn_by_trace(tx, terminal.id, trace, &txn) ? txn.id : 0;
        hunt->nothing |= hunt->exact == 0;
    } else if (no[0]) {
        hunt->find.terminal_id = terminal.id;
    } else if (trace) {
        fail(form, GT_TF_TERMINAL, "txns.trace_alone", hunt);
    }
}

/* Our number, or a receipt's. */
static void name_number(struct gt_tx *tx, struct gt_form *form, struct gt_txn_hunt *hunt)
{
    const char *text = given(form, GT_TF_Q);
    char operator_no[21];
    int64_t no;
    if (!text[0])
        return;
    if (gt_txn_number_read(text, &no)) {
        hunt->exact = no;
    } else if (gt_receipt_number_read(text, operator_no, &no)) {
        hunt->exact = gt_txn_of_receipt(tx, operator_no, no);
        hunt->nothing |= hunt->exact == 0;
    } else {
        fail(form, GT_TF_Q, "txns.no_number", hunt);
    }
}

/* The time of "14:03" on a date; false if it is no time. */
static bool time_of(const struct gt_page *page, int64_t date, const char *clock, const char *second,
                    int64_t *ms)
{
    char text[40];
    (void)snprintf(text, sizeof text, "%04d-%02d-%02dT%s:%s", (int)(date / 10000),
                   (int)(date / 100 % 100), (int)(date % 100), clock, second);
    return strlen(clock) == 5 && clock[2] == ':' &&
           gt_time_parse_xsd(text, page->site->tz_minutes, ms) == GT_OK;
}

/* A business date begins with the cut-off of the day before: times of one date that lie behind the
 * cut-off are those of the evening before, for that evening belongs to the next date. */
static void put_evening(const struct gt_state *state, const char *begin, const char *end,
                        struct gt_txn_find *find)
{
    char cut[8];
    (void)snprintf(cut, sizeof cut, "%02d:%02d", (int)(state->cut_minute / 60),
                   (int)(state->cut_minute % 60));
    if (state->cut_minute < 0 || find->from != find->to || strcmp(begin, cut) < 0 ||
        strcmp(end, cut) < 0)
        return;
    find->from_at -= DAY_MS;
    find->to_at -= DAY_MS;
}

static void name_times(struct gt_page *page, struct gt_form *form, const struct gt_state *state,
                       struct gt_txn_hunt *hunt)
{
    struct gt_txn_find *find = &hunt->find;
    const char *begin = given(form, GT_TF_BEGIN), *end = given(form, GT_TF_END);
    find->from = number(form, GT_TF_FROM);
    find->to = given(form, GT_TF_TO)[0] ? number(form, GT_TF_TO) : 99991231;
    if (begin[0] && find->from == 0)
        gt_form_fail(form, GT_TF_FROM, "txns.time_alone", NULL);
    else if (begin[0] && !time_of(page, find->from, begin, "00", &find->from_at))
        fail(form, GT_TF_BEGIN, "txns.no_time", hunt);
    if (end[0] && find->to == 99991231)
        gt_form_fail(form, GT_TF_TO, "txns.time_alone", NULL);
    else if (end[0] && !time_of(page, find->to, end, "59.999", &find->to_at))
        fail(form, GT_TF_END, "txns.no_time", hunt);
    if (begin[0] && end[0] && find->from_at && find->to_at)
        put_evening(state, begin, end, find);
    if (find->from > find->to)
        fail(form, GT_TF_TO, "txns.to_before_from", hunt);
}

static void name_state(const struct gt_form *form, struct gt_txn_find *find)
{
    static const int64_t of[][2] = {
        {0, 0},
        {GT_TXN_POSTED, 0},
        {GT_TXN_PENDING, GT_UPS_UNKNOWN},
        {GT_TXN_PENDING, GT_UPS_SENT},
        {GT_TXN_DECLINED, 0},
        {GT_TXN_REVERSING, 0},
        {GT_TXN_REVERSED, 0},
        {GT_TXN_REFUNDED, 0},
    };
    int64_t state = chosen(form, GT_TF_STATE);
    find->state = of[state][0];
    find->up_state = of[state][1];
}

void gt_txn_hunt_begin(struct gt_tx *tx, struct gt_page *page, struct gt_form *form,
                       struct gt_txn_hunt *hunt)
{
    struct gt_state state;
    *hunt = (struct gt_txn_hunt){.grants = gt_who_of(page)->visit.grants};
    gt_scope_around(&hunt->grants, GT_RIGHT_TXN_VIEW, hunt->path);
    (void)snprintf(hunt->customer_no, sizeof hunt->customer_no, "%.32s",
                   given(form, GT_TF_CUSTOMER));
    (void)snprintf(hunt->meter_no, sizeof hunt->meter_no, "%.32s", given(form, GT_TF_METER));
    (void)snprintf(hunt->card_no, sizeof hunt->card_no, "%.32s", given(form, GT_TF_CARD));
    (void)snprintf(hunt->system, sizeof hunt->system, "%.16s", given(form, GT_TF_SYSTEM));
    name_org(tx, form, hunt);
    name_operator(tx, form, hunt);
    name_terminal(tx, form, hunt);
    name_number(tx, form, hunt);
    gt_state_read(tx, &state);
    name_times(page, form, &state, hunt);
    name_state(form, &hunt->find);
    hunt->find.op = chosen(form, GT_TF_OP);
    hunt->find.channel = chosen(form, GT_TF_CHANNEL);
    hunt->find.least = number(form, GT_TF_LEAST);
    hunt->find.greatest = number(form, GT_TF_GREATEST);
}

/* --- looking */

/* Fills the names beside a transaction; false if the visitor may not see it. */
static bool complete(struct gt_tx *tx, const struct gt_txn_hunt *hunt, struct gt_orgs_seen *seen,
                     struct gt_txn_line *line)
{
    struct gt_org org;
    struct gt_terminal terminal;
    if (!gt_org_seen(tx, seen, line->txn.org_id, &org) ||
        !gt_grants_allow(&hunt->grants, GT_RIGHT_TXN_VIEW, org.path))
        return false;
    memcpy(line->org_name, org.name, sizeof line->org_name);
    line->terminal_no[0] = '\0';
    if (gt_row_find(tx, &gt_terminal_row, line->txn.terminal_id, &terminal))
        memcpy(line->terminal_no, terminal.terminal_no, sizeof line->terminal_no);
    return true;
}

void gt_txn_hunt_go(struct gt_tx *tx, struct gt_txn_hunt *hunt, struct gt_txn_line *lines,
                    size_t most, struct gt_txn_found *found)
{
    struct gt_orgs_seen seen = {.n = 0};
    *found = (struct gt_txn_found){.n = 0};
    if (hunt->nothing)
        return;
    if (hunt->exact) {
        if (!hunt->find.before && gt_row_find(tx, &gt_txn_row, hunt->exact, &lines[0].txn))
            found->n = complete(tx, hunt, &seen, &lines[0]);
        return;
    }
    struct gt_txn *txns = calloc(most, sizeof *txns);
    if (!txns) {
        (void)gt_tx_fail(tx, gt_err_set(GT_ERR_NOMEM, "no memory for a search"));
        return;
    }
    hunt->find.path = hunt->path;
    hunt->find.customer_no = hunt->customer_no;
    hunt->find.meter_no = hunt->meter_no;
    hunt->find.card_no = hunt->card_no;
    hunt->find.system = hunt->system;
    gt_txn_search(tx, &hunt->find, txns, most, found);
    size_t n = 0;
    for (size_t i = 0; i < found->n; i++) {
        lines[n].txn = txns[i];
        n += complete(tx, hunt, &seen, &lines[n]);
    }
    found->n = n;
    free(txns);
}
