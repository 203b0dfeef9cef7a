/*
 * Changing a terminal: disabling and enabling, a new secret, binding and unbinding an operator.
 *
 * Each has a page that names the terminal and asks.  A new secret is shown in the answer to the
 * form itself: it cannot be shown again.  Unbinding the last operator opens the terminal to every
 * one of its organisation, so the question says so.
 */
#include "terminal.h"

#include "till/manage.h"

#include <inttypes.h>
#include <stdio.h>

struct asked {
    struct gt_page *page;
    int64_t id;
    const char *operator_no; /* who is to be bound or unbound; NULL: nobody */
    struct gt_terminal_found is;
    struct gt_user user; /* id 0: the visitor may see no such operator */
    size_t bound;        /* operators, in all */
};

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct asked *a = arg;
    struct gt_org org;
    gt_terminal_find(tx, a->page, GT_RIGHT_TERMINAL_MANAGE, a->id, &a->is);
    a->user.id = 0;
    if (!a->is.there)
        return gt_tx_err(tx);
    a->bound = gt_terminal_bindings(tx, a->id, NULL, 0);
    if (a->operator_no && (!gt_user_by_operator(tx, a->operator_no, &a->user) ||
                           !gt_row_find(tx, &gt_org_row, a->user.org_id, &org) ||
                           !gt_page_may(a->page, GT_RIGHT_USER_VIEW, org.path)))
        a->user.id = 0;
    return gt_tx_err(tx);
}

/* The terminal that the address names; answers 404 if the visitor may not change it. */
static enum gt_err find(struct gt_page *page, const char *operator_no, struct asked *a)
{
    *a = (struct asked){.page = page, .operator_no = operator_no};
    enum gt_err err = GT_OK;
    if (gt_page_id(page, "id", &a->id))
        err = gt_page_read(page, "terminal.change", read_in, a);
    return err == GT_OK && !a->is.there ? gt_page_error(page, 404) : err;
}

static enum gt_err show_form(struct gt_form *form, const struct asked *a)
{
    struct gt_page *page = form->page;
    gt_terminal_set(page, &a->is);
    if (a->user.id) {
        gt_page_set(page, a->user.operator_no, "Operator.No");
        gt_page_set(page, a->user.name, "Operator.Name");
    }
    if (a->bound)
        gt_page_set_int(page, (int64_t)a->bound, "Bound");
    if (a->bound == 1)
        gt_page_set(page, "1", "LastBound");
    gt_form_show(form);
    return gt_page_show(page, page->route->name);
}

/* What became of a change: on to the terminal's page, or the form again with the reason. */
static enum gt_err finish(struct gt_form *form, const struct asked *a, enum gt_err err,
                          const struct gt_refusal *no, const char *done)
{
    struct gt_page *page = form->page;
    if (err == GT_OK) {
        char path[64];
        (void)snprintf(path, sizeof path, "/console/terminal?id=%" PRId64, a->id);
        gt_page_flash(page, "success", done,
                      GT_ARGS(a->is.terminal.terminal_no, a->user.id ? a->user.operator_no : ""));
        return gt_page_go(page, path);
    }
    err = gt_page_refused(form, err, no);
    return err != GT_OK || page->done ? err : show_form(form, a);
}

/* --- questions: a new secret; disabling and enabling, which want a reason */

enum { Q_VERSION, Q__MAX };
static const struct gt_field question_fields[Q__MAX] = {
    [Q_VERSION] = {"version", GT_FIELD_HIDDEN, .required = true},
};

static enum gt_err ask(struct gt_form *form, const struct asked *a)
{
    char version[24];
    (void)snprintf(version, sizeof version, "%" PRId64, a->is.terminal.version);
    gt_form_put(form, Q_VERSION, version);
    return show_form(form, a);
}

static enum gt_err show_question(struct gt_page *page)
{
    struct asked a;
    struct gt_form form;
    enum gt_err err = find(page, NULL, &a);
    if (err != GT_OK || page->done)
        return err;
    gt_form_start(page, question_fields, Q__MAX, &form);
    return ask(&form, &a);
}

/* Reads the answer to a question; asks again, and sets page->done, if it is none. */
static enum gt_err read_answer(struct gt_page *page, struct asked *a, struct gt_form *form)
{
    enum gt_err err = find(page, NULL, a);
    if (err != GT_OK || page->done)
        return err;
    return gt_form_read(page, question_fields, Q__MAX, form) ? GT_OK : ask(form, a);
}

enum { E_VERSION, E_REASON, E__MAX };
static const struct gt_field enable_fields[E__MAX] = {
    [E_VERSION] = {"version", GT_FIELD_HIDDEN, .required = true},
    [E_REASON] = {"reason", GT_FIELD_LINE, .required = true, .most = GT_REASON_CHARS},
};

static enum gt_err show_enable(struct gt_page *page)
{
    struct asked a;
    struct gt_form form;
    enum gt_err err = find(page, NULL, &a);
    if (err != GT_OK || page->done)
        return err;
    gt_form_start(page, enable_fields, E__MAX, &form);
    return ask(&form, &a);
}

static enum gt_err do_enable(struct gt_page *page)
{
    struct asked a;
    struct gt_form form;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    enum gt_err err = find(page, NULL, &a);
    if (err != GT_OK || page->done)
        return err;
    if (!gt_form_read(page, enable_fields, E__MAX, &form))
        return ask(&form, &a);
    bool enable = a.is.terminal.state != GT_ENABLED;
    err = gt_terminal_enable(&gt_who_of(page)->by, a.id, form.value[E_VERSION].number, enable,
                             form.value[E_REASON].text, &no);
    return finish(&form, &a, err, &no,
                  enable ? "terminal_enable.enabled" : "terminal_enable.disabled");
}

GT_ROUTE(terminal_enable, .path = "/console/terminal/enable", .name = "terminal_enable",
         .get = show_enable, .post = do_enable, .right = GT_RIGHT_TERMINAL_MANAGE,
         .object = "terminal", .under = "terminals");

static enum gt_err do_rotate(struct gt_page *page)
{
    struct asked a;
    struct gt_form form;
    char secret[GT_SECRET_MAX] = "";
    struct gt_refusal no = {.why = GT_WHY_NONE};
    enum gt_err err = read_answer(page, &a, &form);
    if (err != GT_OK || page->done)
        return err;
    err = gt_terminal_rotate(&gt_who_of(page)->by, a.id, secret, &no);
    if (err != GT_OK)
        return finish(&form, &a, err, &no, "");
    gt_page_set(page, secret, "Secret");
    gt_wipe(secret, sizeof secret);
    return show_form(&form, &a);
}

GT_ROUTE(terminal_secret, .path = "/console/terminal/secret", .name = "terminal_secret",
         .get = show_question, .post = do_rotate, .right = GT_RIGHT_TERMINAL_MANAGE,
         .object = "terminal", .under = "terminals");

/* --- operators */

enum { O_OPERATOR, O__MAX };
static const struct gt_field operator_fields[O__MAX] = {
    [O_OPERATOR] = {"user_id", GT_FIELD_LINE, .required = true, .most = 20},
};

static enum gt_err show_bind(struct gt_page *page)
{
    struct asked a;
    struct gt_form form;
    enum gt_err err = find(page, NULL, &a);
    if (err != GT_OK || page->done)
        return err;
    gt_form_start(page, operator_fields, O__MAX, &form);
    return show_form(&form, &a);
}

static enum gt_err change_operator(struct gt_page *page, bool bind, const char *done)
{
    struct asked a;
    struct gt_form form;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    bool good = gt_form_read(page, operator_fields, O__MAX, &form);
    enum gt_err err = find(page, form.value[O_OPERATOR].text, &a);
    if (err != GT_OK || page->done)
        return err;
    if (good && !a.user.id) {
        gt_form_fail(&form, O_OPERATOR, "terminal.no_operator", NULL);
        good = false;
    }
    if (!good)
        return show_form(&form, &a);
    err = gt_terminal_operator(&gt_who_of(page)->by, a.id, a.user.id, bind, &no);
    return finish(&form, &a, err, &no, done);
}

static enum gt_err do_bind(struct gt_page *page)
{
    return change_operator(page, true, "terminal_bind.done");
}

GT_ROUTE(terminal_bind, .path = "/console/terminal/bind", .name = "terminal_bind", .get = show_bind,
         .post = do_bind, .right = GT_RIGHT_TERMINAL_MANAGE, .object = "terminal",
         .under = "terminals");

/* The address may name whom; then it is only asked whether. */
static enum gt_err show_unbind(struct gt_page *page)
{
    struct asked a;
    struct gt_form form;
    enum gt_err err = find(page, gt_params_get(&page->query, "operator"), &a);
    if (err != GT_OK || page->done)
        return err;
    gt_form_start(page, operator_fields, O__MAX, &form);
    gt_form_put(&form, O_OPERATOR, a.user.id ? a.user.operator_no : "");
    return show_form(&form, &a);
}

static enum gt_err do_unbind(struct gt_page *page)
{
    return change_operator(page, false, "terminal_unbind.done");
}

GT_ROUTE(terminal_unbind, .path = "/console/terminal/unbind", .name = "terminal_unbind",
         .get = show_unbind, .post = do_unbind, .right = GT_RIGHT_TERMINAL_MANAGE,
         .object = "terminal", .under = "terminals");
