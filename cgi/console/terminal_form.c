/*
 * Registering a terminal, and changing where it stands, what it may do and up to how much: one
 * form, twice.
 *
 * The secret of a new one stands in the answer to the form, and nowhere else.
 */
#include "base/money.h"
#include "scope.h"
#include "terminal.h"
#include "till/manage.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LIMIT_MOST INT64_C(100000000000)

/* Named as what gt_terminal_make() refuses.  An alteration has no number and kind, but a version.
 */
enum { F_ORG, F_LIMIT_TXN, F_LIMIT_DAY, F_OPS, F_NO = F_OPS + GT_TERMINAL_OPS, F_KIND, F__MAX };
enum { F_VERSION = F_NO, F__ALTER_MAX };
#define SHARED_FIELDS                                                              \
    [F_ORG] = {"org_id", GT_FIELD_LINE, .required = true, .most = 32},             \
    [F_LIMIT_TXN] = {"limit_txn", GT_FIELD_MONEY, .least = 0, .most = LIMIT_MOST}, \
    [F_LIMIT_DAY] = {"limit_day", GT_FIELD_MONEY, .least = 0, .most = LIMIT_MOST}, \
    GT_TERMINAL_OP_FIELDS(F_OPS)
static const char *const kinds[] = {"pos", "handheld", "kiosk", "pc", NULL};
static const struct gt_field add_fields[F__MAX] = {
    SHARED_FIELDS,
    [F_NO] = {"terminal_no", GT_FIELD_LINE, .required = true, .most = 20},
    [F_KIND] = {"kind", GT_FIELD_CHOICE, .required = true, .choices = kinds},
};
static const struct gt_field alter_fields[F__ALTER_MAX] = {
    SHARED_FIELDS,
    [F_VERSION] = {"version", GT_FIELD_HIDDEN, .required = true},
};

struct ground {
    struct gt_page *page;
    const char *code;            /* of the organisation that was typed */
    int64_t id;                  /* of the terminal; 0: a new one */
    struct gt_terminal_found is; /* it */
    struct gt_scopes place;
};

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct ground *g = arg;
    gt_scopes_read(tx, g->page, GT_RIGHT_TERMINAL_MANAGE, g->code, &g->place);
    if (g->id)
        gt_terminal_find(tx, g->page, GT_RIGHT_TERMINAL_MANAGE, g->id, &g->is);
    return gt_tx_err(tx);
}

/* --- what both share */

static void put_money(struct gt_form *form, size_t field, int64_t fen, char text[GT_MONEY_MAX])
{
    if (fen)
        gt_form_put(form, field, gt_money_format(fen, text));
}

static void put_ops(struct gt_form *form, int64_t ops)
{
    for (size_t i = 0; i < GT_TERMINAL_OPS; i++)
        gt_form_put(form, F_OPS + i, gt_terminal_has_op(ops, i) ? "1" : "");
}

/* The set of the boxes that are ticked, 0 if all are.  None at all is no set: false. */
static bool read_ops(struct gt_form *form, int64_t *ops)
{
    size_t ticked = 0;
    *ops = 0;
    for (size_t i = 0; i < GT_TERMINAL_OPS; i++) {
        if (form->value[F_OPS + i].number) {
            *ops |= INT64_C(1) << gt_terminal_op(i);
            ticked++;
        }
    }
    *ops |= INT64_C(1) << GT_OP_CONFIRM;
    if (ticked == GT_TERMINAL_OPS)
        *ops = 0;
    return ticked > 0;
}

/* Where it shall stand and what it may do; what is wrong goes to its field: false. */
static bool read_shared(struct gt_form *form, const struct ground *g,
                        struct gt_terminal_form *given)
{
    if (g->place.absent)
        gt_form_fail(form, F_ORG, "no_such_org", NULL);
    if (!read_ops(form, &given->ops))
        gt_form_fail(form, F_OPS, "terminal.no_op", NULL);
    given->org_id = g->place.org.id;
    given->limit_txn = form->value[F_LIMIT_TXN].number;
    given->limit_day = form->value[F_LIMIT_DAY].number;
    return !form->bad;
}

static enum gt_err show_form(struct gt_form *form, const struct ground *g)
{
    struct gt_page *page = form->page;
    if (g->id)
        gt_terminal_set(page, &g->is);
    gt_form_show(form);
    for (size_t i = 0; i < GT_TERMINAL_OPS; i++) {
        char word[64], leaf[64];
        (void)snprintf(word, sizeof word, "terminal.op_%s", gt_op_name(gt_terminal_op(i)));
        (void)snprintf(leaf, sizeof leaf, "Form.op_%s.Label", gt_op_name(gt_terminal_op(i)));
        gt_page_set_word(page, leaf, word, NULL);
    }
    return gt_page_show(page, page->route->name);
}

/* --- registering */

static enum gt_err show_add(struct gt_page *page)
{
    struct gt_form form;
    struct ground g = {.page = page, .code = gt_params_get(&page->query, "org")};
    enum gt_err err = gt_page_read(page, "terminal.ground", read_in, &g);
    if (err != GT_OK)
        return err;
    gt_form_start(page, add_fields, F__MAX, &form);
    gt_form_put(&form, F_ORG, g.place.org.id ? g.place.org.code : "");
    put_ops(&form, 0);
    return show_form(&form, &g);
}

static enum gt_err make(struct gt_form *form, const struct ground *g,
                        const struct gt_terminal_form *given)
{
    struct gt_page *page = form->page;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    char secret[GT_SECRET_MAX] = "";
    int64_t id = 0;
    enum gt_err err = gt_terminal_make(&gt_who_of(page)->by, given, &id, secret, &no);
    if (err == GT_OK) {
        gt_page_set_int(page, id, "Terminal.Id");
        gt_page_set(page, given->terminal_no, "Terminal.No");
        gt_page_set(page, secret, "Secret");
        gt_wipe(secret, sizeof secret);
        return gt_page_show(page, "terminal_add");
    }
    err = gt_page_refused(form, err, &no);
    return err != GT_OK || page->done ? err : show_form(form, g);
}

static enum gt_err add(struct gt_page *page)
{
    struct gt_form form;
    (void)gt_form_read(page, add_fields, F__MAX, &form);
    struct ground g = {.page = page, .code = form.value[F_ORG].text};
    struct gt_terminal_form given = {
        .terminal_no = form.value[F_NO].text,
        .kind = (enum gt_terminal_kind)(GT_TERMINAL_POS + form.value[F_KIND].number),
    };
    enum gt_err err = gt_page_read(page, "terminal.ground", read_in, &g);
    if (err != GT_OK)
        return err;
    return read_shared(&form, &g, &given) ? make(&form, &g, &given) : show_form(&form, &g);
}

GT_ROUTE(terminal_add, .path = "/console/terminal/add", .name = "terminal_add", .get = show_add,
         .post = add, .right = GT_RIGHT_TERMINAL_MANAGE, .under = "terminals");

/* --- altering */

/* The terminal that the address names; answers 404 if the visitor may not change it. */
static enum gt_err find(struct gt_page *page, const char *code, struct ground *g)
{
    *g = (struct ground){.page = page, .code = code};
    enum gt_err err = GT_OK;
    if (gt_page_id(page, "id", &g->id))
        err = gt_page_read(page, "terminal.ground", read_in, g);
    return err == GT_OK && !g->is.there ? gt_page_error(page, 404) : err;
}

static enum gt_err show_altered(struct gt_form *form, const struct ground *g)
{
    char version[24];
    (void)snprintf(version, sizeof version, "%" PRId64, g->is.terminal.version);
    gt_form_put(form, F_VERSION, version);
    return show_form(form, g);
}

static enum gt_err show_alter(struct gt_page *page)
{
    struct gt_form form;
    struct ground g;
    char money[2][GT_MONEY_MAX];
    enum gt_err err = find(page, "", &g);
    if (err != GT_OK || page->done)
        return err;
    gt_form_start(page, alter_fields, F__ALTER_MAX, &form);
    gt_form_put(&form, F_ORG, g.is.org.code);
    put_money(&form, F_LIMIT_TXN, g.is.terminal.limit_txn, money[0]);
    put_money(&form, F_LIMIT_DAY, g.is.terminal.limit_day, money[1]);
    put_ops(&form, g.is.terminal.ops);
    return show_altered(&form, &g);
}

static enum gt_err alter(struct gt_page *page)
{
    struct gt_form form;
    struct ground g;
    struct gt_terminal_form given = {.org_id = 0};
    struct gt_refusal no = {.why = GT_WHY_NONE};
    (void)gt_form_read(page, alter_fields, F__ALTER_MAX, &form);
    enum gt_err err = find(page, form.value[F_ORG].text, &g);
    if (err != GT_OK || page->done)
        return err;
    if (!read_shared(&form, &g, &given))
        return show_altered(&form, &g);
    err = gt_terminal_alter(&gt_who_of(page)->by, g.id, form.value[F_VERSION].number, &given, &no);
    if (err == GT_OK) {
        char path[64];
        (void)snprintf(path, sizeof path, "/console/terminal?id=%" PRId64, g.id);
        gt_page_flash(page, "success", "terminal_alter.done", GT_ARGS(g.is.terminal.terminal_no));
        return gt_page_go(page, path);
    }
    err = gt_page_refused(&form, err, &no);
    return err != GT_OK || page->done ? err : show_altered(&form, &g);
}

GT_ROUTE(terminal_alter, .path = "/console/terminal/alter", .name = "terminal_alter",
         .get = show_alter, .post = alter, .right = GT_RIGHT_TERMINAL_MANAGE, .object = "terminal",
         .under = "terminals");
