/*
 * Credit as managers see it.
 *
 * The account's row is locked before anything is compared: sales go on beside it.
 */
#include "till/credit.h"

#include "access/approval.h"
#include "access/name.h"
#include "access/param.h"
#include "access/state.h"
#include "access/user.h"
#include "base/buf.h"
#include "base/money.h"
#include "till/ledger.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

GT_ROW_DEFINE(gt_quota, GT_QUOTA_COLS);
GT_STMT(quota_outermost, "SELECT o.path, q.granted FROM gt_quota q JOIN gt_org o ON o.id = q.id "
                         "WHERE o.path > ? AND o.path < ? ORDER BY o.path");
GT_STMT(limits_below, "SELECT CAST(SUM(a.credit_limit) AS BIGINT) FROM gt_account a "
                      "JOIN gt_org o ON o.id = a.org_id WHERE o.path >= ? AND o.path < ?");

/* --- quotas ------------------------------------------------------------------------------------
 */

/* The sum of the credit limits of a subtree. */
static int64_t limits_of(struct gt_tx *tx, const char *path)
{
    char end[202];

    gt_org_range_end(path, end);
    return gt_tx_one(tx, &limits_below, GT_TEXT(path), GT_TEXT(end)) ? gt_col_int(tx) : 0;
}

/* What an organisation gave on: quotas below it that are in no other, and the limits of accounts
 * that are below none of them. */
static int64_t given_by(struct gt_tx *tx, const char *path)
{
    enum { QUOTAS_MAX = 512 };
    static const size_t size = 201;
    char *inner = calloc(QUOTAS_MAX, size), end[202], at[201];
    int64_t given = 0;
    int n = 0;

    if (!inner) {
        gt_tx_fail(tx, gt_err_set(GT_ERR_NOMEM, "no memory for quotas"));
        return 0;
    }
    gt_org_range_end(path, end);
    gt_tx_query(tx, &quota_outermost, GT_TEXT(path), GT_TEXT(end));
    while (gt_tx_next(tx)) {
        const char *last = n ? inner + (size_t)(n - 1) * size : NULL;

        gt_col_text(tx, at, sizeof(at));
        if (last && strncmp(at, last, strlen(last)) == 0)
            continue; /* inside one that was counted */
        if (n == QUOTAS_MAX) {
            gt_tx_fail(tx, gt_err_set(GT_ERR_TOOBIG, "more than %d quotas below", QUOTAS_MAX));
            break;
        }
        given += gt_col_int(tx);
        memcpy(inner + (size_t)n++ * size, at, size);
    }
    given += limits_of(tx, path);
    for (int i = 0; i < n; i++)
        given -= limits_of(tx, inner + (size_t)i * size);
    free(inner);
    return given;
}

int64_t gt_quota_given(struct gt_tx *tx, const struct gt_org *org)
{
    return given_by(tx, org->path);
}

/* The organisation whose quota bounds what is given at `org`; false if nothing does.  Locked, so
 * that two who give at once are one behind the other. */
static bool bounding(struct gt_tx *tx, const struct gt_org *org, struct gt_org *of,
                     struct gt_quota *quota)
{
    *of = *org;
    for (int depth = 0; depth < GT_ORG_DEPTH; depth++) {
        if (gt_row_find(tx, &gt_quota_row, of->id, quota))
            return true;
        if (of->parent_id == 0 || !gt_row_find(tx, &gt_org_row, of->parent_id, of))
            return false;
    }
    return false;
}

void gt_quota_look(struct gt_tx *tx, const struct gt_org *org, struct gt_quota_view *view)
{
    struct gt_quota quota;
    struct gt_org of;

    *view = (struct gt_quota_view){.org_id = 0};
    if (!bounding(tx, org, &of, &quota)) {
        view->given = given_by(tx, org->path);
        return;
    }
    view->org_id = of.id;
    memcpy(view->name, of.name, sizeof(view->name));
    view->granted = quota.granted;
    view->given = given_by(tx, of.path);
}

enum gt_err gt_credit_room(struct gt_tx *tx, const struct gt_org *org, int64_t more,
                           const char *field, struct gt_refusal *no)
{
    struct gt_quota quota;
    struct gt_org of;

    if (more <= 0 || !bounding(tx, org, &of, &quota) ||
        !gt_row_lock(tx, &gt_quota_row, of.id, &quota))
        return gt_tx_err(tx);
    int64_t left = quota.granted - given_by(tx, of.path);
    if (more > left)
        return gt_tx_refuse(tx, no, GT_WHY_QUOTA, field, left > 0 ? left : 0, of.name);
    return gt_tx_err(tx);
}

struct quota_change {
    const struct gt_by *by;
    struct gt_refusal *no;
    int64_t org_id, granted;
};

/* Writes the row: made, changed, or taken away (granted below zero). */
static void quota_write(struct gt_tx *tx, const struct quota_change *c)
{
    struct gt_quota quota = {.id = c->org_id};
    bool there = gt_row_lock(tx, &gt_quota_row, c->org_id, &quota);

    if (c->granted < 0) {
        if (there) {
            gt_row_remove(tx, &gt_quota_row, &quota);
            gt_census_add(tx, gt_quota_row.table, -1);
        }
        return;
    }
    quota.granted = c->granted;
    if (there) {
        gt_row_save(tx, &gt_quota_row, &quota);
    } else {
        gt_row_insert(tx, &gt_quota_row, &quota);
        gt_census_add(tx, gt_quota_row.table, 1);
    }
}

static enum gt_err quota_in(struct gt_tx *tx, void *arg)
{
    const struct quota_change *c = arg;
    struct gt_quota quota = {.granted = 0};
    struct gt_org org, above;
    char before[GT_MONEY_MAX], after[GT_MONEY_MAX], detail[100];

    *c->no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (gt_by_may(tx, c->by, GT_RIGHT_CREDIT_VIEW, c->org_id, &org, c->no) != GT_OK)
        return gt_tx_err(tx);
    /* Whoever stands at the organisation itself does not set what it is granted. */
    if (gt_by_may(tx, c->by, GT_RIGHT_CREDIT_GRANT, org.parent_id ? org.parent_id : org.id, &above,
                  c->no) != GT_OK) {
        if (c->no->why == GT_WHY_ABSENT)
            (void)!gt_refuse_named(c->no, GT_WHY_NO_RIGHT, "",
                                   gt_right_info(GT_RIGHT_CREDIT_GRANT)->zh,
                                   gt_right_info(GT_RIGHT_CREDIT_GRANT)->en);
        return gt_tx_err(tx);
    }
    bool there = gt_row_find(tx, &gt_quota_row, org.id, &quota);
    int64_t given = given_by(tx, org.path);
    if (c->granted >= 0 && c->granted < given)
        return gt_tx_refuse(tx, c->no, GT_WHY_QUOTA_GIVEN, "granted", given, NULL);
    /* Of the one above, the quota takes the place of what it was before, or of what was given here
     * without one. */
    int64_t now = there ? quota.granted : given, then = c->granted >= 0 ? c->granted : given;
    if (org.parent_id && gt_credit_room(tx, &above, then - now, "granted", c->no) != GT_OK)
        return gt_tx_err(tx);
    quota_write(tx, c);
    snprintf(detail, sizeof(detail), "quota %s -> %s",
             there ? gt_money_format(quota.granted, before) : "none",
             c->granted >= 0 ? gt_money_format(c->granted, after) : "none");
    gt_oplog_add(tx, c->by->logger, "credit.quota", org.code, detail);
    return gt_tx_err(tx);
}

enum gt_err gt_credit_quota(const struct gt_by *by, int64_t org_id, int64_t granted,
                            struct gt_refusal *no)
{
    struct quota_change c = {by, no, org_id, granted < 0 ? -1 : granted};

    return gt_db_transact(by->db, "credit.quota", quota_in, &c);
}

/* --- limits ------------------------------------------------------------------------------------
 */

struct limit_change {
    const struct gt_by *by;
    struct gt_refusal *no;
    int64_t account_id, key;
    struct gt_limit_form form;
    int64_t amount;   /* of a deposit */
    int64_t approval; /* result */
    bool suspend;
};

void gt_account_name(struct gt_tx *tx, const struct gt_account *account, char out[241])
{
    struct gt_user user;
    struct gt_org org;

    snprintf(out, 241, "account %" PRId64, account->id);
    if (account->kind != GT_ACCOUNT_CASHIER) {
        if (gt_row_find(tx, &gt_org_row, account->owner_id, &org))
            snprintf(out, 241, "account %" PRId64 " %s", account->id, org.code);
    } else if (gt_row_find(tx, &gt_user_row, account->owner_id, &user)) {
        snprintf(out, 241, "account %" PRId64 " %s", account->id, user.operator_no);
    }
}

enum gt_err gt_credit_find(struct gt_tx *tx, const struct gt_by *by, int64_t account_id,
                           enum gt_right right, struct gt_account *account, struct gt_org *org,
                           struct gt_refusal *no)
{
    *no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (!gt_row_lock(tx, &gt_account_row, account_id, account))
        return gt_tx_refuse(tx, no, GT_WHY_ABSENT, "", 0, NULL);
    if (gt_by_may(tx, by, right, account->org_id, org, no) != GT_OK)
        return gt_tx_err(tx);
    if (gt_credit_own(tx, by, account))
        return gt_tx_refuse(tx, no, GT_WHY_IS_SELF, "", 0, NULL);
    return gt_tx_err(tx);
}

/* The account that is to be changed by who may grant credit there. */
static enum gt_err find_account(struct gt_tx *tx, struct limit_change *c,
                                struct gt_account *account, struct gt_org *org)
{
    c->approval = 0;
    return gt_credit_find(tx, c->by, c->account_id, GT_RIGHT_CREDIT_GRANT, account, org, c->no);
}

bool gt_credit_own(struct gt_tx *tx, const struct gt_by *by, const struct gt_account *account)
{
    struct gt_user user;

    return by->user_id != GT_BY_COMMAND && gt_row_find(tx, &gt_user_row, by->user_id, &user) &&
           user.account_id == account->id;
}

/* Changes one limit and notes it. */
static void set_limit(const char *name, int64_t *limit, int64_t value, struct gt_buf *detail)
{
    char before[GT_MONEY_MAX], after[GT_MONEY_MAX];

    if (value < 0 || *limit == value)
        return;
    gt_buf_printf(detail, "%s%s %s -> %s", detail->len ? ", " : "", name,
                  gt_money_format(*limit, before), gt_money_format(value, after));
    *limit = value;
}

/* Saves what changed, and logs it. */
static enum gt_err save_limits(struct gt_tx *tx, const struct gt_by *by, struct gt_account *account,
                               int64_t credit, int64_t txn, int64_t day)
{
    struct gt_buf detail;
    char object[241];

    gt_buf_init(&detail, 400);
    set_limit("credit_limit", &account->credit_limit, credit, &detail);
    set_limit("limit_txn", &account->limit_txn, txn, &detail);
    set_limit("limit_day", &account->limit_day, day, &detail);
    enum gt_err err = gt_buf_err(&detail);
    if (err != GT_OK) {
        gt_tx_fail(tx, err);
    } else if (detail.len > 0) {
        gt_row_save(tx, &gt_account_row, account);
        gt_account_name(tx, account, object);
        gt_oplog_add(tx, by->logger, "account.limit", object, detail.data);
    }
    gt_buf_done(&detail);
    return gt_tx_err(tx);
}

/* Enters a request about an account. */
static enum gt_err ask(struct gt_tx *tx, struct limit_change *c, const char *kind,
                       const struct gt_account *account, const char *asked, const char *what)
{
    struct gt_approval row = {.id = c->key, .org_id = account->org_id, .object_id = account->id};

    (void)!gt_str_copy(row.kind, sizeof(row.kind), kind);
    (void)!gt_str_copy(row.asked, sizeof(row.asked), asked);
    (void)!gt_str_copy(row.reason, sizeof(row.reason), c->form.reason ? c->form.reason : "");
    gt_account_name(tx, account, row.object);
    if (gt_approval_ask(tx, c->by, &row, c->no) != GT_OK)
        return gt_tx_err(tx);
    c->approval = row.id;
    gt_oplog_add(tx, c->by->logger, what, row.object, asked);
    return gt_tx_err(tx);
}

bool gt_credit_wants_second(struct gt_tx *tx, const struct gt_by *by, const struct gt_org *org,
                            int64_t limit)
{
    return by->user_id != GT_BY_COMMAND &&
           limit > gt_param_get(tx, GT_PARAM_CREDIT_SECOND, org->path);
}

enum gt_err gt_credit_first(struct gt_tx *tx, const struct gt_by *by, const struct gt_org *org,
                            int64_t limit, struct gt_refusal *no)
{
    if (limit <= 0)
        return gt_tx_err(tx);
    if (gt_by_may(tx, by, GT_RIGHT_CREDIT_GRANT, org->id, NULL, no) != GT_OK)
        return gt_tx_err(tx);
    if (gt_credit_wants_second(tx, by, org, limit))
        return gt_tx_refuse(tx, no, GT_WHY_SECOND, "limit",
                            gt_param_get(tx, GT_PARAM_CREDIT_SECOND, org->path), NULL);
    return gt_credit_room(tx, org, limit, "limit", no);
}

static enum gt_err limit_in(struct gt_tx *tx, void *arg)
{
    struct limit_change *c = arg;
    struct gt_limit_form form = c->form;
    struct gt_account account;
    struct gt_org org;
    char asked[201] = "";

    if (find_account(tx, c, &account, &org) != GT_OK)
        return gt_tx_err(tx);
    if (form.seen >= 0 && form.seen != account.credit_limit)
        return gt_tx_refuse(tx, c->no, GT_WHY_CHANGED, "", 0, NULL);
    int64_t more = form.credit < 0 ? 0 : form.credit - account.credit_limit;
    if (gt_credit_room(tx, &org, more, "credit", c->no) != GT_OK)
        return gt_tx_err(tx);
    if (more > 0 && gt_credit_wants_second(tx, c->by, &org, form.credit)) {
        enum gt_err err = gt_asked_put(asked, "limit", form.credit);

        if (err == GT_OK)
            err = gt_asked_put(asked, "from", account.credit_limit);
        if (err != GT_OK)
            return gt_tx_fail(tx, err);
        if (ask(tx, c, "credit.limit", &account, asked, "account.limit_ask") != GT_OK)
            return gt_tx_err(tx);
        form.credit = -1;
    }
    return save_limits(tx, c->by, &account, form.credit, form.txn, form.day);
}

enum gt_err gt_credit_limit(const struct gt_by *by, int64_t account_id,
                            const struct gt_limit_form *form, int64_t *approval,
                            struct gt_refusal *no)
{
    struct limit_change c = {.by = by, .no = no, .account_id = account_id, .form = *form};
    enum gt_err err = gt_key_next(by->src, "approval", &c.key);

    if (err == GT_OK)
        err = gt_db_transact(by->db, "account.limit", limit_in, &c);
    if (err == GT_OK)
        *approval = c.approval;
    return err;
}

/* In a transaction: the account a request is about, and its organisation; not one's own. */
static enum gt_err asked_account(struct gt_tx *tx, const struct gt_by *by,
                                 const struct gt_approval *asked, struct gt_account *account,
                                 struct gt_org *org, struct gt_refusal *no)
{
    if (!gt_row_lock(tx, &gt_account_row, asked->object_id, account) ||
        !gt_row_find(tx, &gt_org_row, account->org_id, org))
        return gt_tx_refuse(tx, no, GT_WHY_ABSENT, "", 0, NULL);
    if (gt_credit_own(tx, by, account))
        return gt_tx_refuse(tx, no, GT_WHY_IS_SELF, "", 0, NULL);
    return gt_tx_err(tx);
}

static enum gt_err limit_apply(struct gt_tx *tx, const struct gt_by *by,
                               const struct gt_approval *asked, const int64_t *keys,
                               struct gt_refusal *no)
{
    int64_t limit = gt_asked_get(asked->asked, "limit"), from = gt_asked_get(asked->asked, "from");
    struct gt_account account;
    struct gt_org org;

    (void)keys;
    if (asked_account(tx, by, asked, &account, &org, no) != GT_OK)
        return gt_tx_err(tx);
    if (account.credit_limit != from)
        return gt_tx_refuse(tx, no, GT_WHY_STALE, "", 0, NULL);
    if (gt_credit_room(tx, &org, limit - from, "credit", no) != GT_OK)
        return gt_tx_err(tx);
    return save_limits(tx, by, &account, limit, -1, -1);
}

GT_APPROVAL(credit_limit, {.key = "credit.limit",
                           .zh = "信用额",
                           .en = "Credit limit",
                           .ask = GT_RIGHT_CREDIT_GRANT,
                           .decide = GT_RIGHT_CREDIT_APPROVE,
                           .apply = limit_apply});

/* --- deposits ----------------------------------------------------------------------------------
 */

static enum gt_err deposit_in(struct gt_tx *tx, void *arg)
{
    struct limit_change *c = arg;
    struct gt_account account;
    char asked[201] = "";

    if (find_account(tx, c, &account, NULL) != GT_OK)
        return gt_tx_err(tx);
    enum gt_err err = gt_asked_put(asked, "amount", c->amount);
    if (err != GT_OK)
        return gt_tx_fail(tx, err);
    return ask(tx, c, "credit.deposit", &account, asked, "account.deposit_ask");
}

enum gt_err gt_credit_deposit(const struct gt_by *by, int64_t account_id, int64_t amount,
                              const char *reason, int64_t *approval, struct gt_refusal *no)
{
    struct limit_change c = {.by = by, .no = no, .account_id = account_id, .amount = amount};

    *no = (struct gt_refusal){.why = GT_WHY_NONE};
    c.form.reason = reason;
    if (amount <= 0 || amount > GT_DEPOSIT_MAX)
        return gt_refuse(no, GT_WHY_MONEY_ZERO, "amount", amount, NULL);
    enum gt_err err = gt_key_next(by->src, "approval", &c.key);
    if (err == GT_OK)
        err = gt_db_transact(by->db, "account.deposit", deposit_in, &c);
    if (err == GT_OK)
        *approval = c.approval;
    return err;
}

static enum gt_err deposit_apply(struct gt_tx *tx, const struct gt_by *by,
                                 const struct gt_approval *asked, const int64_t *keys,
                                 struct gt_refusal *no)
{
    struct gt_bag bag = {.count = GT_APPROVAL_KEYS};
    int64_t amount = gt_asked_get(asked->asked, "amount");
    struct gt_account account;
    struct gt_state state;
    struct gt_org org;
    char detail[300], money[GT_MONEY_MAX];

    memcpy(bag.key, keys, GT_APPROVAL_KEYS * sizeof(keys[0]));
    gt_state_read(tx, &state);
    if (asked_account(tx, by, asked, &account, &org, no) != GT_OK)
        return gt_tx_err(tx);
    gt_ledger_pay_in(tx, &account, amount, state.biz_date, gt_now(by->clock), &bag);
    gt_row_save(tx, &gt_account_row, &account);
    snprintf(detail, sizeof(detail), "%s on %" PRId64, gt_money_format(amount, money),
             state.biz_date);
    gt_oplog_add(tx, by->logger, "account.deposit", asked->object, detail);
    return gt_tx_err(tx);
}

_Static_assert(GT_APPROVAL_KEYS >= GT_LEDGER_KEYS, "a deposit is one posting");
GT_APPROVAL(credit_deposit, {.key = "credit.deposit",
                             .zh = "预存款",
                             .en = "Deposit",
                             .ask = GT_RIGHT_CREDIT_GRANT,
                             .decide = GT_RIGHT_CREDIT_APPROVE,
                             .apply = deposit_apply});

/* --- suspension and warning --------------------------------------------------------------------
 */

static enum gt_err suspend_in(struct gt_tx *tx, void *arg)
{
    struct limit_change *c = arg;
    struct gt_account account;
    char object[241];

    if (find_account(tx, c, &account, NULL) != GT_OK)
        return gt_tx_err(tx);
    int64_t state = c->suspend ? GT_ACCOUNT_SUSPENDED : GT_ACCOUNT_ENABLED;
    if (account.state == state)
        return gt_tx_err(tx);
    account.state = state;
    gt_row_save(tx, &gt_account_row, &account);
    gt_account_name(tx, &account, object);
    gt_oplog_add(tx, c->by->logger, c->suspend ? "account.suspend" : "account.resume", object,
                 c->form.reason);
    return gt_tx_err(tx);
}

enum gt_err gt_credit_suspend(const struct gt_by *by, int64_t account_id, bool suspend,
                              const char *reason, struct gt_refusal *no)
{
    struct limit_change c = {.by = by, .no = no, .account_id = account_id, .suspend = suspend};

    c.form.reason = reason;
    if (!gt_reason_ok(reason))
        return gt_refuse(no, GT_WHY_REASON, "reason", 0, NULL);
    return gt_db_transact(by->db, "account.suspend", suspend_in, &c);
}

bool gt_credit_warns(const struct gt_account *account, int64_t warn_percent)
{
    int64_t all = account->deposit + account->credit_limit;
    int64_t used = account->unremitted + account->held;

    /* Divided and not multiplied: no product of sums that could overflow. */
    return used > 0 &&
           (all <= 0 || used >= all / 100 * warn_percent + all % 100 * warn_percent / 100);
}
