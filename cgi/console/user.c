/*
 * One user: facts, what they may do and where, account, terminals, sessions, history; and what can
 * be done to them now, or why not.
 *
 * Not here: the doing (user_add.c, user_change.c, user_grant.c).
 */
#include "user.h"

#include "access/browse.h"
#include "history.h"
#include "scope.h"
#include "search.h"
#include "till/account.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SESSIONS 20

struct found {
    struct gt_user_found is;
    struct gt_page *page;
    struct gt_grant_line grants[GT_GRANTS_MAX];
    size_t ngrants;
    struct gt_account account; /* id 0: none */
    struct gt_terminal terminals[GT_BROWSE_MAX];
    size_t nterminals;
    struct gt_session sessions[SESSIONS];
    size_t nsessions;
    struct gt_history history;
};

void gt_user_read(struct gt_tx *tx, struct gt_page *page, enum gt_right right, int64_t id,
                  struct gt_user_found *found)
{
    found->there = gt_row_find(tx, &gt_user_row, id, &found->user) &&
                   gt_row_find(tx, &gt_org_row, found->user.org_id, &found->org) &&
                   gt_page_may(page, right, found->org.path);
    if (!found->there)
        return;
    found->self = id == gt_who_of(page)->visit.user.id;
    found->above = gt_by_above(tx, &gt_who_of(page)->by, &found->user);
    found->signs_in = gt_credential_of(tx, id, &found->credential);
}

void gt_user_show(struct gt_page *page, const struct gt_user_found *found)
{
    const struct gt_user *user = &found->user;
    gt_page_set_int(page, user->id, "User.Id");
    gt_page_set(page, user->login, "User.Login");
    gt_page_set(page, user->name, "User.Name");
    gt_page_set(page, user->operator_no, "User.Operator");
    gt_page_set(page, found->org.name, "User.Org");
    gt_page_set(page, found->org.code, "User.OrgCode");
    if (user->state == GT_ENABLED)
        gt_page_set(page, "1", "User.Enabled");
}

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    int64_t id = f->is.id;
    gt_user_read(tx, f->page, GT_RIGHT_USER_VIEW, id, &f->is);
    if (!f->is.there)
        return gt_tx_err(tx);
    f->ngrants = gt_grants_of_user(tx, id, f->grants);
    if (!f->is.user.account_id ||
        !gt_row_find(tx, &gt_account_row, f->is.user.account_id, &f->account))
        f->account.id = 0;
    f->nterminals = gt_terminals_of_user(tx, id, 0, f->terminals, GT_BROWSE_MAX);
    f->nsessions =
        gt_sessions_of_user(tx, id, gt_now(gt_console_of(f->page)->clock), f->sessions, SESSIONS);
    gt_history_read(tx, GT_ARGS("user", "grant"), f->is.user.login, &f->history);
    return gt_tx_err(tx);
}

/* --- showing */

static void show_sign_in(struct gt_page *page, const struct gt_user_found *is)
{
    const struct gt_credential *credential = &is->credential;
    if (!is->signs_in)
        return;
    gt_page_set_time(page, credential->last_at, "User.LastAt");
    gt_page_set(page, credential->last_origin, "User.LastOrigin");
    gt_page_set_time(page, credential->changed_at, "User.PasswordAt");
    gt_page_set(page, gt_page_word(page, credential->otp_state == GT_OTP_ON ? "yes" : "no"),
                "User.Otp");
    if (credential->must_change)
        gt_page_set(page, "1", "User.MustChange");
    if (gt_user_locked(page, is))
        gt_page_set_time(page, credential->locked_until, "User.LockedUntil");
}

/* A grant is taken back by who may manage roles where it holds; nobody takes their own. */
static void show_grants(struct gt_page *page, const struct found *f)
{
    if (!gt_page_may(page, GT_RIGHT_ROLE_VIEW, f->is.org.path))
        return;
    gt_page_set(page, "1", "Sees.Grants");
    for (size_t i = 0; i < f->ngrants; i++) {
        const struct gt_grant_line *line = &f->grants[i];
        gt_page_set_int(page, line->grant.id, "Grant.%zu.Id", i);
        gt_page_set_int(page, line->grant.role_id, "Grant.%zu.RoleId", i);
        gt_page_set(page,
                    gt_role_label(page, line->grant.role_id, line->role_code, line->role_name),
                    "Grant.%zu.Role", i);
        if (gt_page_may(page, GT_RIGHT_ORG_VIEW, line->org_path)) {
            gt_page_set(page, line->org_name, "Grant.%zu.Org", i);
            gt_page_set_int(page, line->grant.org_id, "Grant.%zu.OrgId", i);
        }
        gt_page_set_time(page, line->grant.at, "Grant.%zu.At", i);
        if (!f->is.self && gt_page_may(page, GT_RIGHT_ROLE_MANAGE, line->org_path))
            gt_page_set(page, "1", "Grant.%zu.MayTake", i);
    }
    if (gt_grants_anywhere(&gt_who_of(page)->visit.grants, GT_RIGHT_ROLE_MANAGE))
        gt_page_set(page, "1", "May.Grant");
}

static void show_account(struct gt_page *page, const struct found *f)
{
    const struct gt_account *account = &f->account;
    if (!gt_page_may(page, GT_RIGHT_CREDIT_VIEW, f->is.org.path))
        return;
    gt_page_set(page, "1", "Sees.Account");
    if (!account->id)
        return;
    gt_page_set_int(page, account->id, "Account.Id");
    gt_page_set_money(page, account->credit_limit, "Account.Limit");
    gt_page_set_money(page, account->deposit, "Account.Deposit");
    gt_page_set_money(page, account->unremitted, "Account.Unremitted");
    gt_page_set_money(page, account->held, "Account.Held");
    gt_page_set_money(page, gt_account_available(account), "Account.Available");
    if (account->kind == GT_ACCOUNT_AGENT)
        gt_page_set(page, "1", "Account.Shared");
}

static void show_terminals(struct gt_page *page, const struct found *f)
{
    if (!gt_page_may(page, GT_RIGHT_TERMINAL_VIEW, f->is.org.path))
        return;
    gt_page_set(page, "1", "Sees.Terminals");
    for (size_t i = 0; i < f->nterminals; i++) {
        gt_page_set_int(page, f->terminals[i].id, "Terminal.%zu.Id", i);
        gt_page_set(page, f->terminals[i].terminal_no, "Terminal.%zu.No", i);
        if (f->terminals[i].state == GT_ENABLED)
            gt_page_set(page, "1", "Terminal.%zu.Enabled", i);
        if (gt_route_find("/console/terminal"))
            gt_page_set(page, "1", "Terminal.%zu.Page", i);
    }
}

static void show_sessions(struct gt_page *page, const struct found *f)
{
    for (size_t i = 0; i < f->nsessions; i++) {
        const struct gt_session *s = &f->sessions[i];
        gt_page_set_int(page, s->id, "Session.%zu.Id", i);
        gt_page_set_time(page, s->since, "Session.%zu.Since", i);
        gt_page_set_time(page, s->seen_at, "Session.%zu.Seen", i);
        gt_page_set(page, s->origin, "Session.%zu.Origin", i);
        gt_page_set(page, s->agent, "Session.%zu.Agent", i);
    }
}

/* What can be done now; else why not, in words. */
static void show_actions(struct gt_page *page, const struct gt_user_found *is)
{
    if (!gt_page_may(page, GT_RIGHT_USER_MANAGE, is->org.path))
        return;
    if (!is->above) {
        gt_page_set(page, gt_page_word(page, "user.why_outranked"), "WhyNot");
        return;
    }
    gt_page_set(page, "1", "May.Change");
    if (is->self)
        gt_page_set(page, gt_page_word(page, "user.why_self"), "WhyNot");
    else
        gt_page_set(page, "1", "May.Disable");
    if (is->signs_in && is->credential.otp_state != GT_OTP_NONE)
        gt_page_set(page, "1", "May.Otp");
    if (gt_user_locked(page, is))
        gt_page_set(page, "1", "May.Unlock");
}

static enum gt_err show(struct gt_page *page)
{
    int64_t id;
    if (!gt_page_id(page, "id", &id))
        return gt_page_error(page, 404);
    struct found *f = calloc(1, sizeof *f);
    if (!f)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a user");
    f->page = page;
    f->is.id = id;
    enum gt_err err = gt_page_read(page, "user.show", read_in, f);
    if (err == GT_OK && !f->is.there) {
        err = gt_page_error(page, 404);
    } else if (err == GT_OK) {
        gt_user_show(page, &f->is);
        if (gt_page_may(page, GT_RIGHT_ORG_VIEW, f->is.org.path))
            gt_page_set_int(page, f->is.org.id, "User.OrgId");
        show_sign_in(page, &f->is);
        show_grants(page, f);
        show_account(page, f);
        show_terminals(page, f);
        show_sessions(page, f);
        show_actions(page, &f->is);
        gt_history_show(page, &f->history);
        err = gt_page_show(page, "user");
    }
    free(f);
    return err;
}

GT_ROUTE(user, .path = "/console/user", .name = "user", .get = show, .right = GT_RIGHT_USER_VIEW,
         .object = "user", .under = "users");

bool gt_user_locked(const struct gt_page *page, const struct gt_user_found *found)
{
    return found->signs_in && found->credential.locked_until > gt_now(gt_console_of(page)->clock);
}

/* By login or operator number. */
static bool find(struct gt_tx *tx, struct gt_page *page, const char *text, struct gt_found *found)
{
    struct gt_user user;
    struct gt_org org;
    if ((!gt_user_by_login(tx, text, &user) && !gt_user_by_operator(tx, text, &user)) ||
        !gt_row_find(tx, &gt_org_row, user.org_id, &org) ||
        !gt_page_may(page, GT_RIGHT_USER_VIEW, org.path))
        return false;
    (void)snprintf(found->path, sizeof found->path, "/console/user?id=%" PRId64, user.id);
    (void)snprintf(found->name, sizeof found->name, "%s", user.name);
    found->kind = "search.user";
    return true;
}

GT_FINDER(user, find);
