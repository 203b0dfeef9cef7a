/*
 * Changing a user: renaming, disabling and enabling, unlocking, a new first password, one-time
 * codes, signing out.
 *
 * Each has a page that names the user and asks, but unlocking and signing out, which are a button.
 * A new password is shown in the answer to the form itself: it is kept nowhere, so it cannot be
 * shown again.
 */
#include "user.h"

#include "base/text.h"
#include "till/manage.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define PATH_MOST 64

struct asked {
    struct gt_page *page;
    struct gt_user_found is;
};

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct asked *a = arg;
    gt_user_read(tx, a->page, GT_RIGHT_USER_MANAGE, a->is.id, &a->is);
    return gt_tx_err(tx);
}

/* The user that the address names; answers 404 if the visitor may not change them. */
static enum gt_err find(struct gt_page *page, struct asked *a)
{
    *a = (struct asked){.page = page};
    enum gt_err err = GT_OK;
    if (gt_page_id(page, "id", &a->is.id))
        err = gt_page_read(page, "user.change", read_in, a);
    return err == GT_OK && !a->is.there ? gt_page_error(page, 404) : err;
}

static enum gt_err show_form(struct gt_form *form, const struct asked *a)
{
    struct gt_page *page = form->page;
    char version[24];
    (void)snprintf(version, sizeof version, "%" PRId64, a->is.user.version);
    gt_form_put(form, 0, version);
    gt_user_show(page, &a->is);
    gt_form_show(form);
    return gt_page_show(page, page->route->name);
}

/* What became of a change: on to the user's page, or the form again with the reason. */
static enum gt_err finish(struct gt_form *form, const struct asked *a, enum gt_err err,
                          const struct gt_refusal *no, const char *done)
{
    struct gt_page *page = form->page;
    char path[PATH_MOST];
    if (err == GT_OK) {
        (void)snprintf(path, sizeof path, "/console/user?id=%" PRId64, a->is.id);
        gt_page_flash(page, "success", done, GT_ARGS(a->is.user.name));
        return gt_page_go(page, path);
    }
    err = gt_page_refused(form, err, no);
    return err != GT_OK || page->done ? err : show_form(form, a);
}

/* --- renaming */

enum { R_VERSION, R_NAME, R__MAX };
static const struct gt_field rename_fields[R__MAX] = {
    [R_VERSION] = {"version", GT_FIELD_HIDDEN, .required = true},
    [R_NAME] = {"name", GT_FIELD_LINE, .required = true, .most = 80},
};

static enum gt_err show_rename(struct gt_page *page)
{
    struct asked a;
    struct gt_form form;
    enum gt_err err = find(page, &a);
    if (err != GT_OK || page->done)
        return err;
    gt_form_start(page, rename_fields, R__MAX, &form);
    gt_form_put(&form, R_NAME, a.is.user.name);
    return show_form(&form, &a);
}

static enum gt_err do_rename(struct gt_page *page)
{
    struct asked a;
    struct gt_form form;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    enum gt_err err = find(page, &a);
    if (err != GT_OK || page->done)
        return err;
    if (!gt_form_read(page, rename_fields, R__MAX, &form))
        return show_form(&form, &a);
    err = gt_user_rename(&gt_who_of(page)->by, a.is.id, form.value[R_VERSION].number,
                         form.value[R_NAME].text, &no);
    return finish(&form, &a, err, &no, "user_rename.done");
}

GT_ROUTE(user_rename, .path = "/console/user/rename", .name = "user_rename", .get = show_rename,
         .post = do_rename, .right = GT_RIGHT_USER_MANAGE, .object = "user", .under = "users");

/* --- questions: a new password, one-time codes; disabling and enabling, which want a reason */

enum { Q_VERSION, Q__MAX };
static const struct gt_field question_fields[Q__MAX] = {
    [Q_VERSION] = {"version", GT_FIELD_HIDDEN, .required = true},
};

static enum gt_err show_question(struct gt_page *page)
{
    struct asked a;
    struct gt_form form;
    enum gt_err err = find(page, &a);
    if (err != GT_OK || page->done)
        return err;
    gt_form_start(page, question_fields, Q__MAX, &form);
    return show_form(&form, &a);
}

/* Reads the answer to a question; shows it again, and sets page->done, if it is no answer. */
static enum gt_err read_answer(struct gt_page *page, struct asked *a, struct gt_form *form)
{
    enum gt_err err = find(page, a);
    if (err != GT_OK || page->done)
        return err;
    return gt_form_read(page, question_fields, Q__MAX, form) ? GT_OK : show_form(form, a);
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
    enum gt_err err = find(page, &a);
    if (err != GT_OK || page->done)
        return err;
    gt_form_start(page, enable_fields, E__MAX, &form);
    return show_form(&form, &a);
}

static enum gt_err do_enable(struct gt_page *page)
{
    struct asked a;
    struct gt_form form;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    enum gt_err err = find(page, &a);
    if (err != GT_OK || page->done)
        return err;
    if (!gt_form_read(page, enable_fields, E__MAX, &form))
        return show_form(&form, &a);
    bool enable = a.is.user.state != GT_ENABLED;
    err = gt_user_enable(&gt_who_of(page)->by, a.is.id, form.value[E_VERSION].number, enable,
                         form.value[E_REASON].text, &no);
    return finish(&form, &a, err, &no, enable ? "user_enable.enabled" : "user_enable.disabled");
}

GT_ROUTE(user_enable, .path = "/console/user/enable", .name = "user_enable", .get = show_enable,
         .post = do_enable, .right = GT_RIGHT_USER_MANAGE, .object = "user", .under = "users");

static enum gt_err do_reset(struct gt_page *page)
{
    struct asked a;
    struct gt_form form;
    char first[32] = "";
    struct gt_refusal no = {.why = GT_WHY_NONE};
    enum gt_err err = read_answer(page, &a, &form);
    if (err != GT_OK || page->done)
        return err;
    err = gt_user_reset(&gt_who_of(page)->by, a.is.id, first, &no);
    if (err != GT_OK)
        return finish(&form, &a, err, &no, "");
    gt_page_set(page, first, "First");
    gt_wipe(first, sizeof first);
    return show_form(&form, &a);
}

GT_ROUTE(user_reset, .path = "/console/user/reset", .name = "user_reset", .get = show_question,
         .post = do_reset, .right = GT_RIGHT_USER_MANAGE, .object = "user", .under = "users");

static enum gt_err do_otp(struct gt_page *page)
{
    struct asked a;
    struct gt_form form;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    enum gt_err err = read_answer(page, &a, &form);
    if (err != GT_OK || page->done)
        return err;
    err = gt_user_otp_reset(&gt_who_of(page)->by, a.is.id, &no);
    return finish(&form, &a, err, &no, "user_otp.done");
}

GT_ROUTE(user_otp, .path = "/console/user/otp", .name = "user_otp", .get = show_question,
         .post = do_otp, .right = GT_RIGHT_USER_MANAGE, .object = "user", .under = "users");

static enum gt_err do_unlock(struct gt_page *page)
{
    struct asked a;
    char path[PATH_MOST];
    struct gt_refusal no = {.why = GT_WHY_NONE};
    enum gt_err err = find(page, &a);
    if (err != GT_OK || page->done)
        return err;
    (void)snprintf(path, sizeof path, "/console/user?id=%" PRId64, a.is.id);
    err = gt_user_unlock(&gt_who_of(page)->by, a.is.id, &no);
    if (err != GT_OK)
        return gt_page_refused_to(page, err, &no, path);
    gt_page_flash(page, "success", "user.unlocked", GT_ARGS(a.is.user.name));
    return gt_page_go(page, path);
}

GT_ROUTE(user_unlock, .path = "/console/user/unlock", .name = "user", .post = do_unlock,
         .right = GT_RIGHT_USER_MANAGE, .object = "user", .under = "users");

/* One session of theirs, or with none named all: at once, as an account may be in wrong hands. */
static enum gt_err do_sign_out(struct gt_page *page)
{
    struct asked a;
    char path[PATH_MOST];
    struct gt_refusal no = {.why = GT_WHY_NONE};
    const char *given = gt_params_get(&page->form, "session");
    int64_t session = 0;
    enum gt_err err = find(page, &a);
    if (err != GT_OK || page->done)
        return err;
    if (given[0] && (gt_int_parse(given, &session) != GT_OK || session <= 0))
        return gt_page_error(page, 404);
    (void)snprintf(path, sizeof path, "/console/user?id=%" PRId64, a.is.id);
    err = gt_user_sign_out(&gt_who_of(page)->by, a.is.id, session, &no);
    if (err != GT_OK)
        return gt_page_refused_to(page, err, &no, path);
    gt_page_flash(page, "success", session ? "user.signed_out" : "user.signed_out_all",
                  GT_ARGS(a.is.user.name));
    return gt_page_go(page, path);
}

GT_ROUTE(user_sign_out, .path = "/console/user/sign-out", .name = "user", .post = do_sign_out,
         .right = GT_RIGHT_USER_MANAGE, .object = "user", .under = "users");
