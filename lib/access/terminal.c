/*
 * Terminals, their secrets and bindings, and the actor behind a request.
 *
 * A secret is kept under the master key, bound to the terminal's number: put into another row it
 * does not open.
 */
#include "access/terminal.h"

#include "access/param.h"

#include "access/name.h"
#include "access/role.h"
#include "access/state.h"

#include <stdio.h>
#include <string.h>

#define NO_CHARS 20

GT_ROW_DEFINE(gt_terminal, GT_TERMINAL_COLS);
GT_ROW_DEFINE(gt_binding, GT_BINDING_COLS);
GT_STMT(terminal_by_no, GT_ROW_SELECT(gt_terminal, GT_TERMINAL_COLS) " WHERE terminal_no = ?");
GT_STMT(binding_pair,
        GT_ROW_SELECT(gt_binding, GT_BINDING_COLS) " WHERE terminal_id = ? AND user_id = ?");
GT_STMT(binding_of, GT_ROW_SELECT(gt_binding, GT_BINDING_COLS) " WHERE terminal_id = ? "
                                                               "ORDER BY user_id");

static const char *const kind_names[GT_TERMINAL__MAX] = {
    [GT_TERMINAL_POS] = "pos", [GT_TERMINAL_HANDHELD] = "handheld", [GT_TERMINAL_KIOSK] = "kiosk",
    [GT_TERMINAL_PC] = "pc",   [GT_TERMINAL_PAGE] = "page",
};

const char *gt_terminal_kind_name(enum gt_terminal_kind kind)
{
    return kind >= GT_TERMINAL_POS && kind < GT_TERMINAL__MAX ? kind_names[kind] : "none";
}

bool gt_terminal_kind_find(const char *name, enum gt_terminal_kind *kind)
{
    for (int i = GT_TERMINAL_POS; i < GT_TERMINAL__MAX; i++) {
        if (strcmp(kind_names[i], name) == 0) {
            *kind = (enum gt_terminal_kind)i;
            return true;
        }
    }
    return false;
}

bool gt_terminal_by_no(struct gt_tx *tx, const char *terminal_no, struct gt_terminal *terminal)
{
    return gt_row_one(tx, &gt_terminal_row, terminal, &terminal_by_no, GT_TEXT(terminal_no));
}

static enum gt_err check_form(const struct gt_terminal *terminal)
{
    if (!gt_code_ok(terminal->terminal_no, NO_CHARS, ".-_"))
        return gt_err_set(GT_ERR_SYNTAX,
                          "a terminal number is 1 to %d letters, digits, '.', '-' and '_'",
                          NO_CHARS);
    if (terminal->kind < GT_TERMINAL_POS || terminal->kind >= GT_TERMINAL__MAX)
        return gt_err_set(GT_ERR_SYNTAX, "a terminal is a pos, handheld, kiosk, pc or page");
    if (!*terminal->secret)
        return gt_err_set(GT_ERR_SYNTAX, "a terminal has a secret");
    if (terminal->limit_txn < 0 || terminal->limit_day < 0)
        return gt_err_set(GT_ERR_RANGE, "a limit is not below zero");
    return GT_OK;
}

enum gt_err gt_terminal_add(struct gt_tx *tx, struct gt_terminal *terminal)
{
    struct gt_terminal old;
    struct gt_org org;
    enum gt_err err = check_form(terminal);

    if (err != GT_OK)
        return gt_tx_fail(tx, err);
    if (gt_terminal_by_no(tx, terminal->terminal_no, &old))
        return gt_tx_fail(
            tx, gt_err_set(GT_ERR_EXISTS, "there is a terminal %s already", terminal->terminal_no));
    if (!gt_row_find(tx, &gt_org_row, terminal->org_id, &org))
        return gt_tx_fail(tx, gt_err_set(GT_ERR_ABSENT, "there is no such organisation"));
    terminal->state = GT_ENABLED;
    gt_row_insert(tx, &gt_terminal_row, terminal);
    gt_census_add(tx, gt_terminal_row.table, 1);
    gt_rights_changed(tx);
    return gt_tx_err(tx);
}

enum gt_err gt_terminal_change(struct gt_tx *tx, struct gt_terminal *terminal)
{
    enum gt_err err = check_form(terminal);

    if (err != GT_OK)
        return gt_tx_fail(tx, err);
    gt_row_save(tx, &gt_terminal_row, terminal);
    gt_rights_changed(tx);
    return gt_tx_err(tx);
}

enum gt_err gt_terminal_bind(struct gt_tx *tx, int64_t id, int64_t terminal_id, int64_t user_id)
{
    struct gt_binding binding;

    if (gt_row_one(tx, &gt_binding_row, &binding, &binding_pair, GT_INT(terminal_id),
                   GT_INT(user_id)))
        return gt_tx_fail(tx, gt_err_set(GT_ERR_EXISTS, "the operator is bound to it already"));
    binding = (struct gt_binding){.id = id, .terminal_id = terminal_id, .user_id = user_id};
    gt_row_insert(tx, &gt_binding_row, &binding);
    gt_census_add(tx, gt_binding_row.table, 1);
    gt_rights_changed(tx);
    return gt_tx_err(tx);
}

enum gt_err gt_terminal_unbind(struct gt_tx *tx, int64_t terminal_id, int64_t user_id)
{
    struct gt_binding binding;

    if (!gt_row_one(tx, &gt_binding_row, &binding, &binding_pair, GT_INT(terminal_id),
                    GT_INT(user_id)))
        return gt_tx_fail(tx, gt_err_set(GT_ERR_ABSENT, "the operator is not bound to it"));
    gt_row_remove(tx, &gt_binding_row, &binding);
    gt_census_add(tx, gt_binding_row.table, -1);
    gt_rights_changed(tx);
    return gt_tx_err(tx);
}

size_t gt_terminal_bindings(struct gt_tx *tx, int64_t terminal_id, int64_t *users, size_t most)
{
    struct gt_binding binding;
    size_t n = 0;

    gt_tx_query(tx, &binding_of, GT_INT(terminal_id));
    while (gt_tx_next(tx)) {
        gt_row_read(tx, &gt_binding_row, &binding);
        if (n < most)
            users[n] = binding.user_id;
        n++;
    }
    return gt_tx_err(tx) == GT_OK ? n : 0;
}

enum gt_err gt_terminal_hide(const struct gt_keys *keys, const struct gt_random *random,
                             const char *terminal_no, const char *secret, char out[201])
{
    char purpose[GT_TERMINAL_NO_MAX + 16];
    size_t len = strlen(secret);

    if (len == 0 || len >= GT_SECRET_MAX)
        return gt_err_set(GT_ERR_SYNTAX, "a secret has 1 to %d bytes", GT_SECRET_MAX - 1);
    snprintf(purpose, sizeof(purpose), "terminal:%s", terminal_no);
    return gt_secret_hide(keys, random, purpose, secret, out, 201);
}

enum gt_err gt_terminal_show(const struct gt_keys *keys, const struct gt_terminal *terminal,
                             char out[GT_SECRET_MAX])
{
    char purpose[GT_TERMINAL_NO_MAX + 16];

    snprintf(purpose, sizeof(purpose), "terminal:%s", terminal->terminal_no);
    return gt_secret_show(keys, purpose, terminal->secret, out, GT_SECRET_MAX);
}

/* Whether the terminal serves the user. */
static bool serves(struct gt_tx *tx, const struct gt_terminal *terminal, const struct gt_user *user,
                   const struct gt_org *org)
{
    struct gt_binding binding;
    struct gt_org place;

    if (gt_row_one(tx, &gt_binding_row, &binding, &binding_pair, GT_INT(terminal->id),
                   GT_INT(user->id)))
        return true;
    if (gt_row_one(tx, &gt_binding_row, &binding, &binding_of, GT_INT(terminal->id)))
        return false;
    return gt_row_find(tx, &gt_org_row, terminal->org_id, &place) && gt_org_within(org, &place);
}

/* Whether the user's grants let it collect where it belongs.  Looked at here, so that a sale only
 * compares the number of rights. */
static bool may_collect(struct gt_tx *tx, const struct gt_user *user, const struct gt_org *org)
{
    struct gt_grants grants;

    gt_grants_load(tx, user->id, &grants);
    return gt_grants_allow(&grants, GT_RIGHT_COLLECT, org->path);
}

bool gt_actor_load(struct gt_tx *tx, const char *terminal_no, const char *operator_no,
                   struct gt_actor *actor)
{
    struct gt_user user;
    struct gt_org org;

    memset(actor, 0, sizeof(*actor));
    actor->rights = gt_rights_version(tx);
    if (!gt_terminal_by_no(tx, terminal_no, &actor->terminal))
        return false;
    if (gt_user_by_operator(tx, operator_no, &user) && user.state == GT_ENABLED &&
        gt_row_find(tx, &gt_org_row, user.org_id, &org) && gt_org_active(tx, &org) &&
        serves(tx, &actor->terminal, &user, &org) && may_collect(tx, &user, &org)) {
        actor->wants_shift = gt_param_get(tx, GT_PARAM_SHIFT_TERMINALS, org.path) != 0;
        actor->user = user;
        actor->org = org;
    }
    return gt_tx_err(tx) == GT_OK;
}
