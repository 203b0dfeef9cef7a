/*
 * Managing users.
 */
#include "access/credential.h"
#include "access/name.h"
#include "access/session.h"
#include "access/state.h"
#include "base/buf.h"
#include "base/money.h"
#include "till/credit.h"
#include "till/hindrance.h"
#include "till/manage.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LOGIN_CHARS    32
#define OPERATOR_CHARS 20
#define NAME_CHARS     80

struct change {
    const struct gt_by *by;
    struct gt_refusal *no;
    int64_t id, version;
    const struct gt_user_form *form;
    int64_t account_id, grant_id; /* keys */
    char hash[161];
    int64_t now;
    const char *name;
    bool enable;
    const char *reason; /* for disabling or enabling; NULL: none */
};

/* --- making one --------------------------------------------------------------------------------
 */

/* Whether role, organisation and the person's own rights go together. */
static enum gt_err check_role(struct gt_tx *tx, const struct change *c, const struct gt_org *org)
{
    struct gt_role role;
    struct gt_org of;

    if (c->form->role_id == 0)
        return gt_tx_err(tx);
    if (!gt_row_find(tx, &gt_role_row, c->form->role_id, &role) ||
        (role.org_id &&
         (!gt_row_find(tx, &gt_org_row, role.org_id, &of) || !gt_org_within(org, &of))))
        return gt_tx_refuse(tx, c->no, GT_WHY_ABSENT, "role_id", 0, NULL);
    if (role.id < GT_ROLE_OWN && (role.id == GT_ROLE_AGENT) != (org->kind == GT_ORG_AGENT))
        return gt_tx_refuse(tx, c->no, GT_WHY_ROLE_ORG, "role_id", 0, NULL);
    if (gt_by_may(tx, c->by, GT_RIGHT_ROLE_MANAGE, org->id, NULL, c->no) != GT_OK)
        return gt_tx_err(tx);
    return gt_by_holds(tx, c->by, role.rights, org->path, c->no);
}

/* The account that the user's takings go to; one of their own is made. */
static enum gt_err give_account(struct gt_tx *tx, const struct change *c, const struct gt_org *org,
                                struct gt_user *user)
{
    struct gt_account account = {.id = c->account_id,
                                 .kind = GT_ACCOUNT_CASHIER,
                                 .owner_id = user->id,
                                 .org_id = org->id,
                                 .credit_limit = c->form->limit};

    if (org->kind == GT_ORG_AGENT) {
        if (gt_account_by_owner(tx, GT_ACCOUNT_AGENT, org->id, &account))
            user->account_id = account.id;
        return gt_tx_err(tx);
    }
    if (c->form->limit < 0 || gt_credit_first(tx, c->by, org, c->form->limit, c->no) != GT_OK)
        return gt_tx_err(tx);
    user->account_id = account.id;
    return gt_account_add(tx, &account);
}

static enum gt_err refuse_taken(struct gt_tx *tx, const struct change *c)
{
    struct gt_user old;

    if (gt_user_by_login(tx, c->form->login, &old))
        return gt_tx_refuse(tx, c->no, GT_WHY_TAKEN, "login", 0, c->form->login);
    if (gt_user_by_operator(tx, c->form->operator_no, &old))
        return gt_tx_refuse(tx, c->no, GT_WHY_TAKEN, "operator_no", 0, c->form->operator_no);
    return gt_tx_err(tx);
}

static enum gt_err make_in(struct gt_tx *tx, void *arg)
{
    const struct change *c = arg;
    struct gt_user user = {.id = c->id};
    struct gt_role role = {.code = "none"};
    struct gt_org org;
    char detail[300], money[GT_MONEY_MAX];

    *c->no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (gt_by_may(tx, c->by, GT_RIGHT_USER_MANAGE, c->form->org_id, &org, c->no) != GT_OK ||
        check_role(tx, c, &org) != GT_OK || refuse_taken(tx, c) != GT_OK)
        return gt_tx_err(tx);
    user.org_id = org.id;
    (void)!gt_str_copy(user.login, sizeof(user.login), c->form->login);
    (void)!gt_str_copy(user.operator_no, sizeof(user.operator_no), c->form->operator_no);
    (void)!gt_str_copy(user.name, sizeof(user.name), c->form->name);
    if (give_account(tx, c, &org, &user) != GT_OK || gt_user_add(tx, &user) != GT_OK ||
        gt_credential_set(tx, user.id, c->hash, !c->form->settled, c->now) != GT_OK)
        return gt_tx_err(tx);
    if (c->form->role_id && (gt_grant_add(tx, c->grant_id, user.id, c->form->role_id, org.id,
                                          c->by->user_id, c->now) != GT_OK ||
                             !gt_row_find(tx, &gt_role_row, c->form->role_id, &role)))
        return gt_tx_err(tx);
    snprintf(detail, sizeof(detail), "operator_no=%s role=%s org=%s limit=%s", user.operator_no,
             role.code, org.code,
             c->form->limit >= 0 ? gt_money_format(c->form->limit, money) : "none");
    gt_oplog_add(tx, c->by->logger, "user.add", user.login, detail);
    return gt_tx_err(tx);
}

static enum gt_err check_form(const struct gt_by *by, const struct gt_user_form *form,
                              struct gt_refusal *no)
{
    if (!gt_code_ok(form->login, LOGIN_CHARS, ".-_"))
        return gt_refuse(no, GT_WHY_CODE_FORM, "login", LOGIN_CHARS, ". - _");
    if (!gt_code_ok(form->operator_no, OPERATOR_CHARS, ".-_"))
        return gt_refuse(no, GT_WHY_CODE_FORM, "operator_no", OPERATOR_CHARS, ". - _");
    if (!gt_name_ok(form->name, NAME_CHARS))
        return gt_refuse(no, GT_WHY_NAME_FORM, "name", NAME_CHARS, NULL);
    return form->password ? gt_password_check(by->db, form->login, form->password, no) : GT_OK;
}

static struct change making(const struct gt_by *by, const struct gt_user_new *new,
                            struct gt_refusal *no)
{
    struct change c = {.by = by,
                       .no = no,
                       .form = &new->form,
                       .id = new->id,
                       .account_id = new->account_id,
                       .grant_id = new->grant_id,
                       .now = gt_now(by->clock)};

    memcpy(c.hash, new->hash, sizeof(c.hash));
    return c;
}

enum gt_err gt_user_prepare(const struct gt_by *by, struct gt_user_new *new, struct gt_refusal *no)
{
    *no = (struct gt_refusal){.why = GT_WHY_NONE};
    enum gt_err err = check_form(by, &new->form, no);
    if (err == GT_OK)
        err = gt_key_next(by->src, "user", &new->id);
    if (err == GT_OK)
        err = gt_key_next(by->src, "account", &new->account_id);
    return err == GT_OK ? gt_key_next(by->src, "grant", &new->grant_id) : err;
}

enum gt_err gt_user_prepare_password(const struct gt_by *by, struct gt_user_new *new)
{
    const char *given = new->form.password;
    enum gt_err err = given ? GT_OK : gt_password_make(by->random, new->first);

    return err == GT_OK ? gt_password_hash(by->random, given ? given : new->first, new->hash) : err;
}

enum gt_err gt_user_make_in(struct gt_tx *tx, const struct gt_by *by, const struct gt_user_new *new,
                            struct gt_refusal *no)
{
    struct change c = making(by, new, no);

    return make_in(tx, &c);
}

enum gt_err gt_user_make(const struct gt_by *by, const struct gt_user_form *form, int64_t *id,
                         char first[32], struct gt_refusal *no)
{
    struct gt_user_new new = {.form = *form};
    enum gt_err err = gt_user_prepare(by, &new, no);

    if (err == GT_OK)
        err = gt_user_prepare_password(by, &new);
    struct change c = making(by, &new, no);
    if (err == GT_OK)
        err = gt_db_transact(by->db, "user.make", make_in, &c);
    if (err == GT_OK) {
        *id = new.id;
        memcpy(first, new.first, sizeof(new.first));
    }
    gt_wipe(&new, sizeof(new));
    return err;
}

/* --- changing one ------------------------------------------------------------------------------
 */

/* In a transaction: the user who is to be changed, as they were shown. */
static enum gt_err find_own(struct gt_tx *tx, const struct change *c, struct gt_user *user)
{
    *c->no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (!gt_row_find(tx, &gt_user_row, c->id, user))
        return gt_tx_refuse(tx, c->no, GT_WHY_ABSENT, "", 0, NULL);
    if (gt_by_may(tx, c->by, GT_RIGHT_USER_MANAGE, user->org_id, NULL, c->no) != GT_OK ||
        gt_by_outranks(tx, c->by, user, c->no) != GT_OK)
        return gt_tx_err(tx);
    if (c->version && user->version != c->version)
        return gt_tx_refuse(tx, c->no, GT_WHY_CHANGED, "", 0, NULL);
    return GT_OK;
}

static enum gt_err rename_in(struct gt_tx *tx, void *arg)
{
    const struct change *c = arg;
    struct gt_user user;
    char detail[500];

    if (find_own(tx, c, &user) != GT_OK || strcmp(user.name, c->name) == 0)
        return gt_tx_err(tx);
    snprintf(detail, sizeof(detail), "name %s -> %s", user.name, c->name);
    (void)!gt_str_copy(user.name, sizeof(user.name), c->name);
    if (gt_user_change(tx, &user) == GT_OK)
        gt_oplog_add(tx, c->by->logger, "user.rename", user.login, detail);
    return gt_tx_err(tx);
}

enum gt_err gt_user_rename(const struct gt_by *by, int64_t id, int64_t version, const char *name,
                           struct gt_refusal *no)
{
    struct change c = {.by = by, .no = no, .id = id, .version = version, .name = name};

    if (!gt_name_ok(name, NAME_CHARS))
        return gt_refuse(no, GT_WHY_NAME_FORM, "name", NAME_CHARS, NULL);
    return gt_db_transact(by->db, "user.rename", rename_in, &c);
}

static enum gt_err enable_in(struct gt_tx *tx, void *arg)
{
    const struct change *c = arg;
    int64_t state = c->enable ? GT_ENABLED : GT_DISABLED;
    struct gt_user user;
    char detail[GT_STATE_DETAIL_MAX];

    if (find_own(tx, c, &user) != GT_OK || user.state == state)
        return gt_tx_err(tx);
    if (user.id == c->by->user_id)
        return gt_tx_refuse(tx, c->no, GT_WHY_IS_SELF, "", 0, NULL);
    if (!c->enable && gt_hindered_user(tx, user.id, c->no) != GT_OK)
        return gt_tx_err(tx);
    gt_state_detail(user.state, state, c->reason, detail);
    user.state = state;
    if (gt_user_change(tx, &user) != GT_OK)
        return gt_tx_err(tx);
    if (!c->enable)
        gt_sessions_drop(tx, user.id);
    gt_oplog_add(tx, c->by->logger, c->enable ? "user.enable" : "user.disable", user.login, detail);
    return gt_tx_err(tx);
}

enum gt_err gt_user_enable(const struct gt_by *by, int64_t id, int64_t version, bool enable,
                           const char *reason, struct gt_refusal *no)
{
    struct change c = {.by = by, .no = no, .id = id, .version = version, .enable = enable};
    enum gt_err err = gt_by_reason(by, reason, no);

    c.reason = reason;
    return err == GT_OK ? gt_db_transact(by->db, "user.enable", enable_in, &c) : err;
}
