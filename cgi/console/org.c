/*
 * One organisation: facts, what stands below it, people, terminals, accounts, history; and what can
 * be done to it now.
 *
 * Not here: the doing (org_add.c, org_change.c).
 */
#include "access/browse.h"
#include "history.h"
#include "scope.h"
#include "search.h"
#include "till/account.h"
#include "till/hindrance.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS   GT_BROWSE_MAX
#define CRUMBS GT_ORG_DEPTH

struct found {
    struct gt_page *page;
    int64_t id;
    bool there;
    struct gt_org org;
    struct gt_org above[CRUMBS]; /* from the top down, without itself */
    size_t nabove;
    struct gt_org below[ROWS];
    size_t nbelow;
    struct gt_user users[ROWS];
    struct gt_account of_user[ROWS]; /* id 0: none */
    size_t nusers;
    struct gt_terminal terminals[ROWS];
    size_t nterminals;
    struct gt_account own; /* an agent's; id 0: none */
    struct gt_hindrance hindrance;
    struct gt_history history;
};

/* The organisations above, as far as the visitor may see them. */
static void read_above(struct gt_tx *tx, struct found *f)
{
    struct gt_org at = f->org;
    f->nabove = 0;
    while (at.parent_id && f->nabove < CRUMBS && gt_row_find(tx, &gt_org_row, at.parent_id, &at)) {
        if (!gt_page_may(f->page, GT_RIGHT_ORG_VIEW, at.path))
            return;
        memmove(f->above + 1, f->above, f->nabove * sizeof f->above[0]);
        f->above[0] = at;
        f->nabove++;
    }
}

static void read_people(struct gt_tx *tx, struct found *f)
{
    f->nusers = gt_users_of_org(tx, f->id, 0, f->users, ROWS);
    for (size_t i = 0; i < f->nusers; i++) {
        f->of_user[i].id = 0;
        if (!f->users[i].account_id ||
            !gt_row_find(tx, &gt_account_row, f->users[i].account_id, &f->of_user[i]))
            f->of_user[i].id = 0;
    }
}

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    f->there = gt_row_find(tx, &gt_org_row, f->id, &f->org) &&
               gt_page_may(f->page, GT_RIGHT_ORG_VIEW, f->org.path);
    if (!f->there)
        return gt_tx_err(tx);
    read_above(tx, f);
    f->nbelow = gt_orgs_below(tx, f->id, "", f->below, ROWS);
    read_people(tx, f);
    f->nterminals = gt_terminals_of_org(tx, f->id, 0, f->terminals, ROWS);
    if (f->org.kind != GT_ORG_AGENT || !gt_account_by_owner(tx, GT_ACCOUNT_AGENT, f->id, &f->own))
        f->own.id = 0;
    gt_hindrance_read(tx, f->org.path, &f->hindrance);
    gt_history_read(tx, GT_ARGS("org"), f->org.code, &f->history);
    return gt_tx_err(tx);
}

/* --- showing */

static const char *kind_word(struct gt_page *page, int64_t kind)
{
    char word[64];
    (void)snprintf(word, sizeof word, "org.kind_%s", gt_org_kind_name((enum gt_org_kind)kind));
    return gt_page_word(page, word);
}

static void show_facts(struct gt_page *page, const struct found *f)
{
    const struct gt_org *org = &f->org;
    gt_page_set_int(page, org->id, "Org.Id");
    gt_page_set(page, org->code, "Org.Code");
    gt_page_set(page, org->name, "Org.Name");
    gt_page_set(page, kind_word(page, org->kind), "Org.Kind");
    if (org->state == GT_ENABLED)
        gt_page_set(page, "1", "Org.Enabled");
    for (size_t i = 0; i < f->nabove; i++) {
        gt_page_set_int(page, f->above[i].id, "Above.%zu.Id", i);
        gt_page_set(page, f->above[i].name, "Above.%zu.Name", i);
    }
    gt_hindrance_show(page, &f->hindrance);
}

static void show_below(struct gt_page *page, const struct found *f)
{
    for (size_t i = 0; i < f->nbelow; i++) {
        const struct gt_org *org = &f->below[i];
        gt_page_set_int(page, org->id, "Below.%zu.Id", i);
        gt_page_set(page, org->code, "Below.%zu.Code", i);
        gt_page_set(page, org->name, "Below.%zu.Name", i);
        gt_page_set(page, kind_word(page, org->kind), "Below.%zu.Kind", i);
        if (org->state == GT_ENABLED)
            gt_page_set(page, "1", "Below.%zu.Enabled", i);
    }
    if (f->nbelow == ROWS)
        gt_page_set(page, "1", "BelowMore");
}

static void show_people(struct gt_page *page, const struct found *f)
{
    if (!gt_page_may(page, GT_RIGHT_USER_VIEW, f->org.path))
        return;
    gt_page_set(page, "1", "SeesPeople");
    if (gt_page_may(page, GT_RIGHT_USER_MANAGE, f->org.path))
        gt_page_set(page, "1", "May.AddUser");
    for (size_t i = 0; i < f->nusers; i++) {
        const struct gt_user *user = &f->users[i];
        gt_page_set_int(page, user->id, "User.%zu.Id", i);
        gt_page_set(page, user->login, "User.%zu.Login", i);
        gt_page_set(page, user->name, "User.%zu.Name", i);
        gt_page_set(page, user->operator_no, "User.%zu.Operator", i);
        if (user->state == GT_ENABLED)
            gt_page_set(page, "1", "User.%zu.Enabled", i);
    }
}

static void show_terminals(struct gt_page *page, const struct found *f)
{
    if (!gt_page_may(page, GT_RIGHT_TERMINAL_VIEW, f->org.path))
        return;
    gt_page_set(page, "1", "SeesTerminals");
    if (gt_page_may(page, GT_RIGHT_TERMINAL_MANAGE, f->org.path))
        gt_page_set(page, "1", "May.AddTerminal");
    for (size_t i = 0; i < f->nterminals; i++) {
        const struct gt_terminal *terminal = &f->terminals[i];
        char word[64];
        (void)snprintf(word, sizeof word, "org.terminal_%s",
                       gt_terminal_kind_name((enum gt_terminal_kind)terminal->kind));
        gt_page_set_int(page, terminal->id, "Terminal.%zu.Id", i);
        gt_page_set(page, terminal->terminal_no, "Terminal.%zu.No", i);
        gt_page_set(page, gt_page_word(page, word), "Terminal.%zu.Kind", i);
        if (terminal->state == GT_ENABLED)
            gt_page_set(page, "1", "Terminal.%zu.Enabled", i);
    }
}

static void show_account(struct gt_page *page, const struct gt_account *account, size_t i,
                         const char *owner)
{
    gt_page_set(page, owner, "Account.%zu.Owner", i);
    gt_page_set_money(page, account->credit_limit, "Account.%zu.Limit", i);
    gt_page_set_money(page, account->deposit, "Account.%zu.Deposit", i);
    gt_page_set_money(page, account->unremitted, "Account.%zu.Unremitted", i);
    gt_page_set_money(page, account->held, "Account.%zu.Held", i);
    gt_page_set_money(page, gt_account_available(account), "Account.%zu.Available", i);
    if (account->state == GT_ACCOUNT_ENABLED)
        gt_page_set(page, "1", "Account.%zu.Enabled", i);
}

/* An agent's account is one; cashiers have theirs each. */
static void show_accounts(struct gt_page *page, const struct found *f)
{
    size_t n = 0;
    if (!gt_page_may(page, GT_RIGHT_CREDIT_VIEW, f->org.path))
        return;
    gt_page_set(page, "1", "SeesAccounts");
    if (f->own.id)
        show_account(page, &f->own, n++, f->org.name);
    for (size_t i = 0; i < f->nusers; i++) {
        if (f->of_user[i].id && f->of_user[i].kind == GT_ACCOUNT_CASHIER)
            show_account(page, &f->of_user[i], n++, f->users[i].name);
    }
}

/* What can be done now: the top of the tree stays as it is. */
static void show_actions(struct gt_page *page, const struct found *f)
{
    if (!gt_page_may(page, GT_RIGHT_ORG_MANAGE, f->org.path))
        return;
    gt_page_set(page, "1", "May.Change");
    if (f->org.parent_id)
        gt_page_set(page, "1", "May.Move");
    if (f->org.kind != GT_ORG_AGENT || f->org.state == GT_ENABLED)
        gt_page_set(page, "1", "May.Add");
}

static enum gt_err show(struct gt_page *page)
{
    int64_t id;
    if (!gt_page_id(page, "id", &id))
        return gt_page_error(page, 404);
    struct found *f = calloc(1, sizeof *f);
    if (!f)
        return gt_err_set(GT_ERR_NOMEM, "no memory for an organisation");
    f->page = page;
    f->id = id;
    enum gt_err err = gt_page_read(page, "org.show", read_in, f);
    if (err == GT_OK && !f->there) {
        err = gt_page_error(page, 404);
    } else if (err == GT_OK) {
        show_facts(page, f);
        show_below(page, f);
        show_people(page, f);
        show_terminals(page, f);
        show_accounts(page, f);
        show_actions(page, f);
        gt_history_show(page, &f->history);
        err = gt_page_show(page, "org");
    }
    free(f);
    return err;
}

GT_ROUTE(org, .path = "/console/org", .name = "org", .get = show, .right = GT_RIGHT_ORG_VIEW,
         .object = "org", .under = "orgs");

/* By its code. */
static bool find(struct gt_tx *tx, struct gt_page *page, const char *text, struct gt_found *found)
{
    struct gt_org org;
    if (!gt_org_by_code(tx, text, &org) || !gt_page_may(page, GT_RIGHT_ORG_VIEW, org.path))
        return false;
    (void)snprintf(found->path, sizeof found->path, "/console/org?id=%" PRId64, org.id);
    (void)snprintf(found->name, sizeof found->name, "%s", org.name);
    found->kind = "search.org";
    return true;
}

GT_FINDER(org, find);
