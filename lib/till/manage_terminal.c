/*
 * Managing terminals.
 */
#include "access/name.h"
#include "access/state.h"
#include "base/buf.h"
#include "base/money.h"
#include "till/hindrance.h"
#include "till/manage.h"
#include "till/txn.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NO_CHARS     20
#define SECRET_BYTES 24

struct change {
    const struct gt_by *by;
    struct gt_refusal *no;
    int64_t id, version, user_id, key;
    const struct gt_terminal_form *form;
    char secret[GT_SECRET_MAX]; /* in clear */
    char hidden[201];
    bool on;            /* enable, bind */
    const char *reason; /* for disabling or enabling; NULL: none */
};

/* In a transaction: the terminal that is to be changed, as it was shown. */
static enum gt_err find_own(struct gt_tx *tx, const struct change *c, struct gt_terminal *terminal)
{
    *c->no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (!gt_row_find(tx, &gt_terminal_row, c->id, terminal))
        return gt_tx_refuse(tx, c->no, GT_WHY_ABSENT, "", 0, NULL);
    if (gt_by_may(tx, c->by, GT_RIGHT_TERMINAL_MANAGE, terminal->org_id, NULL, c->no) != GT_OK)
        return gt_tx_err(tx);
    if (c->version && terminal->version != c->version)
        return gt_tx_refuse(tx, c->no, GT_WHY_CHANGED, "", 0, NULL);
    return GT_OK;
}

/* Makes a secret, unless one was given, and hides it. */
static enum gt_err make_secret(struct change *c, const char *terminal_no, const char *given)
{
    uint8_t bytes[SECRET_BYTES];
    enum gt_err err = GT_OK;

    if (*given) {
        err = gt_str_copy(c->secret, sizeof(c->secret), given);
    } else {
        err = c->by->random->fill(c->by->random->ctx, bytes, sizeof(bytes));
        if (err == GT_OK)
            err = gt_base64_encode(bytes, sizeof(bytes), c->secret, sizeof(c->secret));
        gt_wipe(bytes, sizeof(bytes));
    }
    if (err == GT_OK)
        err = gt_terminal_hide(c->by->keys, c->by->random, terminal_no, c->secret, c->hidden);
    return err;
}

/* --- making one --------------------------------------------------------------------------------
 */

static enum gt_err check_limits(const struct gt_terminal_form *form, struct gt_refusal *no)
{
    if (form->limit_txn < 0)
        return gt_refuse(no, GT_WHY_MONEY_FORM, "limit_txn", 0, NULL);
    if (form->limit_day < 0)
        return gt_refuse(no, GT_WHY_MONEY_FORM, "limit_day", 0, NULL);
    return GT_OK;
}

static enum gt_err make_in(struct gt_tx *tx, void *arg)
{
    const struct change *c = arg;
    struct gt_terminal terminal = {.id = c->id,
                                   .kind = c->form->kind,
                                   .ops = c->form->ops,
                                   .limit_txn = c->form->limit_txn,
                                   .limit_day = c->form->limit_day},
                       old;
    struct gt_org org;
    char detail[120];

    *c->no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (gt_by_may(tx, c->by, GT_RIGHT_TERMINAL_MANAGE, c->form->org_id, &org, c->no) != GT_OK)
        return gt_tx_err(tx);
    if (gt_terminal_by_no(tx, c->form->terminal_no, &old))
        return gt_tx_refuse(tx, c->no, GT_WHY_TAKEN, "terminal_no", 0, c->form->terminal_no);
    terminal.org_id = org.id;
    (void)!gt_str_copy(terminal.terminal_no, sizeof(terminal.terminal_no), c->form->terminal_no);
    memcpy(terminal.secret, c->hidden, sizeof(terminal.secret));
    if (gt_terminal_add(tx, &terminal) != GT_OK)
        return gt_tx_err(tx);
    snprintf(detail, sizeof(detail), "kind=%s org=%s",
             gt_terminal_kind_name((enum gt_terminal_kind)terminal.kind), org.code);
    gt_oplog_add(tx, c->by->logger, "terminal.add", terminal.terminal_no, detail);
    return gt_tx_err(tx);
}

static struct change making(const struct gt_by *by, const struct gt_terminal_new *new,
                            struct gt_refusal *no)
{
    struct change c = {.by = by, .no = no, .form = &new->form, .id = new->id};

    memcpy(c.hidden, new->hidden, sizeof(c.hidden));
    return c;
}

enum gt_err gt_terminal_prepare(const struct gt_by *by, struct gt_terminal_new *new,
                                struct gt_refusal *no)
{
    struct change c = {.by = by};

    *no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (!gt_code_ok(new->form.terminal_no, NO_CHARS, ".-_"))
        return gt_refuse(no, GT_WHY_CODE_FORM, "terminal_no", NO_CHARS, ". - _");
    if (new->form.kind < GT_TERMINAL_POS || new->form.kind >= GT_TERMINAL_PAGE)
        return gt_refuse(no, GT_WHY_ABSENT, "kind", 0, NULL);
    enum gt_err err = check_limits(&new->form, no);
    if (err == GT_OK)
        err = make_secret(&c, new->form.terminal_no, new->secret);
    if (err == GT_OK)
        err = gt_key_next(by->src, "terminal", &new->id);
    if (err == GT_OK) {
        memcpy(new->secret, c.secret, sizeof(new->secret));
        memcpy(new->hidden, c.hidden, sizeof(new->hidden));
    }
    gt_wipe(c.secret, sizeof(c.secret));
    return err;
}

enum gt_err gt_terminal_make_in(struct gt_tx *tx, const struct gt_by *by,
                                const struct gt_terminal_new *new, struct gt_refusal *no)
{
    struct change c = making(by, new, no);

    return make_in(tx, &c);
}

enum gt_err gt_terminal_make(const struct gt_by *by, const struct gt_terminal_form *form,
                             int64_t *id, char secret[GT_SECRET_MAX], struct gt_refusal *no)
{
    struct gt_terminal_new new = {.form = *form};

    memcpy(new.secret, secret, sizeof(new.secret));
    enum gt_err err = gt_terminal_prepare(by, &new, no);
    struct change c = making(by, &new, no);
    if (err == GT_OK)
        err = gt_db_transact(by->db, "terminal.make", make_in, &c);
    if (err == GT_OK) {
        *id = new.id;
        memcpy(secret, new.secret, sizeof(new.secret));
    }
    gt_wipe(&new, sizeof(new));
    return err;
}

/* --- changing one ------------------------------------------------------------------------------
 */

/* Appends " ops all -> pay recharge": only what is other than before. */
static void put_ops(struct gt_buf *out, int64_t ops)
{
    gt_buf_puts(out, ops ? "" : " all");
    for (int op = GT_OP_PAY; op < GT_OP__MAX; op++) {
        if (ops >> op & 1) {
            gt_buf_putc(out, ' ');
            gt_buf_puts(out, gt_op_name((enum gt_op)op));
        }
    }
}

static void put_limit(struct gt_buf *out, const char *name, int64_t before, int64_t after)
{
    char from[GT_MONEY_MAX], to[GT_MONEY_MAX];

    if (before != after)
        gt_buf_printf(out, "%s%s %s -> %s", out->len ? ", " : "", name,
                      gt_money_format(before, from), gt_money_format(after, to));
}

/* What is other than before, for the operation log. */
static void put_changes(struct gt_buf *out, const struct gt_terminal *before,
                        const struct gt_terminal *after, const char *from, const char *to)
{
    if (before->org_id != after->org_id)
        gt_buf_printf(out, "org %s -> %s", from, to);
    put_limit(out, "limit_txn", before->limit_txn, after->limit_txn);
    put_limit(out, "limit_day", before->limit_day, after->limit_day);
    if (before->ops != after->ops) {
        gt_buf_printf(out, "%sops", out->len ? ", " : "");
        put_ops(out, before->ops);
        gt_buf_puts(out, " ->");
        put_ops(out, after->ops);
    }
}

static enum gt_err alter_in(struct gt_tx *tx, void *arg)
{
    const struct change *c = arg;
    struct gt_terminal terminal, before;
    struct gt_org from, to;
    struct gt_buf detail;

    if (find_own(tx, c, &terminal) != GT_OK ||
        !gt_row_find(tx, &gt_org_row, terminal.org_id, &from))
        return gt_tx_err(tx);
    before = terminal;
    to = from;
    if (c->form->org_id && c->form->org_id != terminal.org_id) {
        if (gt_by_may(tx, c->by, GT_RIGHT_TERMINAL_MANAGE, c->form->org_id, &to, c->no) != GT_OK)
            return gt_tx_err(tx);
        if (gt_hindered_terminal(tx, terminal.id, c->no) != GT_OK)
            return gt_tx_err(tx);
        terminal.org_id = to.id;
    }
    terminal.ops = c->form->ops;
    terminal.limit_txn = c->form->limit_txn;
    terminal.limit_day = c->form->limit_day;
    gt_buf_init(&detail, 1024);
    put_changes(&detail, &before, &terminal, from.code, to.code);
    enum gt_err err = gt_buf_err(&detail);
    if (err == GT_OK && detail.len > 0 && gt_terminal_change(tx, &terminal) == GT_OK)
        gt_oplog_add(tx, c->by->logger, "terminal.change", terminal.terminal_no, detail.data);
    gt_buf_done(&detail);
    return err == GT_OK ? gt_tx_err(tx) : err;
}

enum gt_err gt_terminal_alter(const struct gt_by *by, int64_t id, int64_t version,
                              const struct gt_terminal_form *form, struct gt_refusal *no)
{
    struct change c = {.by = by, .no = no, .id = id, .version = version, .form = form};
    enum gt_err err = check_limits(form, no);

    return err == GT_OK ? gt_db_transact(by->db, "terminal.alter", alter_in, &c) : err;
}

struct looking {
    struct change *c;
    char terminal_no[GT_TERMINAL_NO_MAX];
};

static enum gt_err look_in(struct gt_tx *tx, void *arg)
{
    struct looking *l = arg;
    struct gt_terminal terminal;

    if (find_own(tx, l->c, &terminal) == GT_OK)
        memcpy(l->terminal_no, terminal.terminal_no, sizeof(l->terminal_no));
    return gt_tx_err(tx);
}

static enum gt_err rotate_in(struct gt_tx *tx, void *arg)
{
    const struct change *c = arg;
    struct gt_terminal terminal;

    if (find_own(tx, c, &terminal) != GT_OK)
        return gt_tx_err(tx);
    memcpy(terminal.secret, c->hidden, sizeof(terminal.secret));
    if (gt_terminal_change(tx, &terminal) == GT_OK)
        gt_oplog_add(tx, c->by->logger, "terminal.secret", terminal.terminal_no, "");
    return gt_tx_err(tx);
}

enum gt_err gt_terminal_rotate(const struct gt_by *by, int64_t id, char secret[GT_SECRET_MAX],
                               struct gt_refusal *no)
{
    struct change c = {.by = by, .no = no, .id = id};
    struct looking l = {.c = &c};
    enum gt_err err = gt_db_read(by->db, "terminal.rotate", look_in, &l);

    if (err == GT_OK)
        err = make_secret(&c, l.terminal_no, secret);
    if (err == GT_OK)
        err = gt_db_transact(by->db, "terminal.rotate", rotate_in, &c);
    if (err == GT_OK)
        memcpy(secret, c.secret, sizeof(c.secret));
    gt_wipe(c.secret, sizeof(c.secret));
    return err;
}

static enum gt_err enable_in(struct gt_tx *tx, void *arg)
{
    const struct change *c = arg;
    int64_t state = c->on ? GT_ENABLED : GT_DISABLED;
    struct gt_terminal terminal;
    char detail[GT_STATE_DETAIL_MAX];

    if (find_own(tx, c, &terminal) != GT_OK || terminal.state == state)
        return gt_tx_err(tx);
    if (!c->on && gt_hindered_terminal(tx, terminal.id, c->no) != GT_OK)
        return gt_tx_err(tx);
    gt_state_detail(terminal.state, state, c->reason, detail);
    terminal.state = state;
    if (gt_terminal_change(tx, &terminal) == GT_OK)
        gt_oplog_add(tx, c->by->logger, c->on ? "terminal.enable" : "terminal.disable",
                     terminal.terminal_no, detail);
    return gt_tx_err(tx);
}

enum gt_err gt_terminal_enable(const struct gt_by *by, int64_t id, int64_t version, bool enable,
                               const char *reason, struct gt_refusal *no)
{
    struct change c = {.by = by, .no = no, .id = id, .version = version, .on = enable};
    enum gt_err err = gt_by_reason(by, reason, no);

    c.reason = reason;
    return err == GT_OK ? gt_db_transact(by->db, "terminal.enable", enable_in, &c) : err;
}

/* --- operators ---------------------------------------------------------------------------------
 */

static enum gt_err operator_in(struct gt_tx *tx, void *arg)
{
    const struct change *c = arg;
    struct gt_terminal terminal;
    struct gt_user user;
    char detail[40];

    if (find_own(tx, c, &terminal) != GT_OK)
        return gt_tx_err(tx);
    if (!gt_row_find(tx, &gt_user_row, c->user_id, &user))
        return gt_tx_refuse(tx, c->no, GT_WHY_ABSENT, "user_id", 0, NULL);
    if (gt_by_may(tx, c->by, GT_RIGHT_USER_VIEW, user.org_id, NULL, c->no) != GT_OK)
        return gt_tx_err(tx);
    enum gt_err err = c->on ? gt_terminal_bind(tx, c->key, terminal.id, user.id)
                            : gt_terminal_unbind(tx, terminal.id, user.id);
    if (err == GT_ERR_EXISTS)
        return gt_refuse(c->no, GT_WHY_BOUND, "user_id", 0, NULL);
    if (err == GT_ERR_ABSENT)
        return gt_refuse(c->no, GT_WHY_NOT_BOUND, "user_id", 0, NULL);
    snprintf(detail, sizeof(detail), "operator=%s", user.operator_no);
    gt_oplog_add(tx, c->by->logger, c->on ? "terminal.bind" : "terminal.unbind",
                 terminal.terminal_no, detail);
    return gt_tx_err(tx);
}

enum gt_err gt_terminal_operator(const struct gt_by *by, int64_t id, int64_t user_id, bool bind,
                                 struct gt_refusal *no)
{
    struct change c = {.by = by, .no = no, .id = id, .user_id = user_id, .on = bind};
    enum gt_err err = gt_key_next(by->src, "binding", &c.key);

    return err == GT_OK ? gt_db_transact(by->db, "terminal.operator", operator_in, &c) : err;
}
