/*
 * Managing organisations.
 */
#include "access/name.h"
#include "access/state.h"
#include "base/buf.h"
#include "base/money.h"
#include "till/credit.h"
#include "till/hindrance.h"
#include "till/manage.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define CODE_CHARS 32
#define NAME_CHARS 96

struct change {
    const struct gt_by *by;
    struct gt_refusal *no;
    int64_t id, version, parent_id;
    const struct gt_org_form *form;
    int64_t account_id; /* key for an agent's */
    const char *name;
    bool enable;
    const char *reason; /* for disabling or enabling; NULL: none */
};

/* In a transaction: the organisation that is to be changed, as it was shown. */
static enum gt_err find_own(struct gt_tx *tx, const struct change *c, struct gt_org *org)
{
    *c->no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (gt_by_may(tx, c->by, GT_RIGHT_ORG_MANAGE, c->id, org, c->no) != GT_OK)
        return gt_tx_err(tx);
    if (c->version && org->version != c->version)
        return gt_tx_refuse(tx, c->no, GT_WHY_CHANGED, "", 0, NULL);
    return GT_OK;
}

/* --- making one --------------------------------------------------------------------------------
 */

/* The organisation above, where the person may add one of this kind. */
static enum gt_err find_parent(struct gt_tx *tx, const struct change *c, struct gt_org *parent)
{
    *c->no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (gt_by_may(tx, c->by, GT_RIGHT_ORG_MANAGE, c->form->parent_id, parent, c->no) != GT_OK)
        return gt_tx_err(tx);
    if (!gt_org_active(tx, parent))
        return gt_tx_refuse(tx, c->no, GT_WHY_DISABLED_ABOVE, "parent_id", 0, parent->name);
    if ((int64_t)c->form->kind < parent->kind)
        return gt_tx_refuse(tx, c->no, GT_WHY_KIND_PLACE, "kind", 0, parent->name);
    return GT_OK;
}

static enum gt_err make_in(struct gt_tx *tx, void *arg)
{
    const struct change *c = arg;
    struct gt_org org = {.id = c->id, .kind = c->form->kind}, parent, old;
    struct gt_account account = {.id = c->account_id,
                                 .kind = GT_ACCOUNT_AGENT,
                                 .owner_id = c->id,
                                 .org_id = c->id,
                                 .credit_limit = c->form->limit > 0 ? c->form->limit : 0};
    char detail[256], money[GT_MONEY_MAX];

    if (find_parent(tx, c, &parent) != GT_OK ||
        gt_credit_first(tx, c->by, &parent, c->form->limit, c->no) != GT_OK)
        return gt_tx_err(tx);
    if (gt_org_by_code(tx, c->form->code, &old))
        return gt_tx_refuse(tx, c->no, GT_WHY_TAKEN, "code", 0, c->form->code);
    (void)!gt_str_copy(org.code, sizeof(org.code), c->form->code);
    (void)!gt_str_copy(org.name, sizeof(org.name), c->form->name);
    enum gt_err err = gt_org_add(tx, parent.code, &org);
    if (err == GT_ERR_TOOBIG)
        return gt_refuse(c->no, GT_WHY_TOO_DEEP, "parent_id", 0, NULL);
    if (err == GT_OK && org.kind == GT_ORG_AGENT)
        err = gt_account_add(tx, &account);
    if (err != GT_OK)
        return err;
    snprintf(detail, sizeof(detail), "kind=%s below=%s limit=%s",
             gt_org_kind_name((enum gt_org_kind)org.kind), parent.code,
             gt_money_format(account.credit_limit, money));
    gt_oplog_add(tx, c->by->logger, "org.add", org.code, detail);
    return gt_tx_err(tx);
}

static struct change making(const struct gt_by *by, const struct gt_org_new *new,
                            struct gt_refusal *no)
{
    return (struct change){
        .by = by, .no = no, .form = &new->form, .id = new->id, .account_id = new->account_id};
}

enum gt_err gt_org_prepare(const struct gt_by *by, struct gt_org_new *new, struct gt_refusal *no)
{
    if (!gt_code_ok(new->form.code, CODE_CHARS, "-_"))
        return gt_refuse(no, GT_WHY_CODE_FORM, "code", CODE_CHARS, "- _");
    if (!gt_name_ok(new->form.name, NAME_CHARS))
        return gt_refuse(no, GT_WHY_NAME_FORM, "name", NAME_CHARS, NULL);
    enum gt_err err = gt_key_next(by->src, "org", &new->id);
    return err == GT_OK ? gt_key_next(by->src, "account", &new->account_id) : err;
}

enum gt_err gt_org_make_in(struct gt_tx *tx, const struct gt_by *by, const struct gt_org_new *new,
                           struct gt_refusal *no)
{
    struct change c = making(by, new, no);

    return make_in(tx, &c);
}

enum gt_err gt_org_make(const struct gt_by *by, const struct gt_org_form *form, int64_t *id,
                        struct gt_refusal *no)
{
    struct gt_org_new new = {.form = *form};
    enum gt_err err = gt_org_prepare(by, &new, no);
    struct change c = making(by, &new, no);

    if (err == GT_OK)
        err = gt_db_transact(by->db, "org.make", make_in, &c);
    if (err == GT_OK)
        *id = new.id;
    return err;
}

/* --- renaming, moving, disabling ---------------------------------------------------------------
 */

static enum gt_err rename_in(struct gt_tx *tx, void *arg)
{
    const struct change *c = arg;
    struct gt_org org;
    char detail[700];

    if (find_own(tx, c, &org) != GT_OK || strcmp(org.name, c->name) == 0)
        return gt_tx_err(tx);
    snprintf(detail, sizeof(detail), "name %s -> %s", org.name, c->name);
    (void)!gt_str_copy(org.name, sizeof(org.name), c->name);
    if (gt_org_change(tx, &org) == GT_OK)
        gt_oplog_add(tx, c->by->logger, "org.rename", org.code, detail);
    return gt_tx_err(tx);
}

enum gt_err gt_org_rename(const struct gt_by *by, int64_t id, int64_t version, const char *name,
                          struct gt_refusal *no)
{
    struct change c = {.by = by, .no = no, .id = id, .version = version, .name = name};

    if (!gt_name_ok(name, NAME_CHARS))
        return gt_refuse(no, GT_WHY_NAME_FORM, "name", NAME_CHARS, NULL);
    return gt_db_transact(by->db, "org.rename", rename_in, &c);
}

/* Whether the organisation may stand below the new one, and may leave where it stands. */
static enum gt_err check_move(struct gt_tx *tx, const struct change *c, const struct gt_org *org,
                              const struct gt_org *parent)
{
    struct gt_quota quota;

    if (org->parent_id == 0)
        return gt_tx_refuse(tx, c->no, GT_WHY_TOP, "", 0, NULL);
    if (gt_org_within(parent, org))
        return gt_tx_refuse(tx, c->no, GT_WHY_BELOW_ITSELF, "parent_id", 0, NULL);
    if (org->kind < parent->kind)
        return gt_tx_refuse(tx, c->no, GT_WHY_KIND_PLACE, "parent_id", 0, parent->name);
    if (!gt_org_active(tx, parent))
        return gt_tx_refuse(tx, c->no, GT_WHY_DISABLED_ABOVE, "parent_id", 0, parent->name);
    if (gt_hindered_org(tx, org->path, false, c->no) != GT_OK)
        return gt_tx_err(tx);
    bool own = gt_row_find(tx, &gt_quota_row, org->id, &quota);
    return gt_credit_room(tx, parent, own ? quota.granted : gt_quota_given(tx, org), "parent_id",
                          c->no);
}

static enum gt_err move_in(struct gt_tx *tx, void *arg)
{
    const struct change *c = arg;
    struct gt_org org, from, to;
    char detail[200];

    if (find_own(tx, c, &org) != GT_OK ||
        gt_by_may(tx, c->by, GT_RIGHT_ORG_MANAGE, c->parent_id, &to, c->no) != GT_OK ||
        to.id == org.parent_id || check_move(tx, c, &org, &to) != GT_OK ||
        gt_by_may(tx, c->by, GT_RIGHT_ORG_MANAGE, org.parent_id, &from, c->no) != GT_OK)
        return gt_tx_err(tx);
    enum gt_err err = gt_org_put(tx, &org, &to);
    if (err == GT_ERR_TOOBIG)
        return gt_refuse(c->no, GT_WHY_TOO_MANY, "parent_id", GT_ORG_MOVE_MAX, NULL);
    if (err != GT_OK)
        return err;
    snprintf(detail, sizeof(detail), "below %s -> %s", from.code, to.code);
    gt_oplog_add(tx, c->by->logger, "org.move", org.code, detail);
    return gt_tx_err(tx);
}

enum gt_err gt_org_move(const struct gt_by *by, int64_t id, int64_t version, int64_t parent_id,
                        struct gt_refusal *no)
{
    struct change c = {.by = by, .no = no, .id = id, .version = version, .parent_id = parent_id};

    return gt_db_transact(by->db, "org.move", move_in, &c);
}

/* Whether the person stands in the subtree: they would lock themselves out. */
static bool is_own(struct gt_tx *tx, const struct gt_by *by, const struct gt_org *org)
{
    struct gt_user user;
    struct gt_org own;

    return gt_row_find(tx, &gt_user_row, by->user_id, &user) &&
           gt_row_find(tx, &gt_org_row, user.org_id, &own) && gt_org_within(&own, org);
}

static enum gt_err enable_in(struct gt_tx *tx, void *arg)
{
    const struct change *c = arg;
    int64_t state = c->enable ? GT_ENABLED : GT_DISABLED;
    struct gt_org org;
    char detail[GT_STATE_DETAIL_MAX];

    if (find_own(tx, c, &org) != GT_OK || org.state == state)
        return gt_tx_err(tx);
    if (!c->enable && org.parent_id == 0)
        return gt_tx_refuse(tx, c->no, GT_WHY_TOP, "", 0, NULL);
    if (!c->enable && is_own(tx, c->by, &org))
        return gt_tx_refuse(tx, c->no, GT_WHY_IS_SELF, "", 0, NULL);
    if (!c->enable && gt_hindered_org(tx, org.path, true, c->no) != GT_OK)
        return gt_tx_err(tx);
    gt_state_detail(org.state, state, c->reason, detail);
    org.state = state;
    if (gt_org_change(tx, &org) == GT_OK)
        gt_oplog_add(tx, c->by->logger, c->enable ? "org.enable" : "org.disable", org.code, detail);
    return gt_tx_err(tx);
}

enum gt_err gt_org_enable(const struct gt_by *by, int64_t id, int64_t version, bool enable,
                          const char *reason, struct gt_refusal *no)
{
    struct change c = {.by = by, .no = no, .id = id, .version = version, .enable = enable};
    enum gt_err err = gt_by_reason(by, reason, no);

    c.reason = reason;
    return err == GT_OK ? gt_db_transact(by->db, "org.enable", enable_in, &c) : err;
}
