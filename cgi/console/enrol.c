/*
 * Enrolling one-time codes: a secret for the telephone, a first code, recovery codes.
 *
 * Showing the page begins nothing: a secret is made when it is asked for, and shown in the answer
 * to that, as a QR code and as text; a first code confirms it.  The recovery codes are shown once,
 * in the answer to the code.
 */
#include "console.h"
#include "kit/qr.h"

#include <string.h>

/* Bytes of a code's path: some 40 runs in each of some 50 rows. */
#define QR_PATH_MAX 32768

enum { F_CODE, F__MAX };
static const struct gt_field fields[F__MAX] = {
    [F_CODE] = {"code", GT_FIELD_LINE, .required = true, .most = 6},
};

static bool may(const struct gt_visit *visit)
{
    return visit->session.stage == GT_STAGE_ENROL || visit->session.stage == GT_STAGE_FULL;
}

static enum gt_err show_form(struct gt_page *page, struct gt_form *form)
{
    const struct gt_visit *visit = &gt_who_of(page)->visit;
    if (visit->session.stage == GT_STAGE_ENROL)
        gt_page_set(page, "1", "MustEnrol");
    if (visit->otp)
        gt_page_set(page, "1", "Enrolled");
    gt_form_show(form);
    return gt_page_show(page, "enrol");
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_form form;
    const struct gt_visit *visit = &gt_who_of(page)->visit;
    if (!may(visit))
        return gt_page_go(page, gt_staff_next(visit));
    gt_form_start(page, fields, F__MAX, &form);
    return show_form(page, &form);
}

/* Puts the secret into groups of four, as people type it. */
static void set_secret(struct gt_page *page, const char *secret)
{
    char grouped[160];
    size_t n = 0;
    for (size_t i = 0; secret[i] && n + 2 < sizeof grouped; i++) {
        if (i > 0 && i % 4 == 0)
            grouped[n++] = ' ';
        grouped[n++] = secret[i];
    }
    grouped[n] = '\0';
    gt_page_set(page, grouped, "Secret");
    gt_wipe(grouped, sizeof grouped);
}

/* The same for the telephone's camera.  It stands in the page itself, like the text. */
static enum gt_err set_qr(struct gt_page *page, const char *uri)
{
    struct gt_buf path;
    int size = 0;
    gt_buf_init(&path, QR_PATH_MAX);
    enum gt_err err = gt_qr_path(uri, &path, &size);
    if (err == GT_OK) {
        gt_page_set(page, path.data, "Qr.Path");
        gt_page_set_int(page, size, "Qr.Size");
        gt_wipe(path.data, path.len);
    }
    gt_buf_done(&path);
    return err;
}

static enum gt_err begin(struct gt_page *page, struct gt_form *form)
{
    struct gt_who *who = gt_who_of(page);
    char secret[64], uri[400];
    struct gt_refusal no = {.why = GT_WHY_NONE};
    enum gt_err err = gt_otp_begin(&who->by, &who->visit, secret, uri, &no);
    if (err != GT_OK)
        return gt_page_refused_to(page, err, &no, "/console/account");
    set_secret(page, secret);
    err = set_qr(page, uri);
    gt_wipe(secret, sizeof secret);
    gt_wipe(uri, sizeof uri);
    return err == GT_OK ? show_form(page, form) : err;
}

static enum gt_err confirm(struct gt_page *page, struct gt_form *form)
{
    struct gt_who *who = gt_who_of(page);
    char recovery[GT_RECOVERY_CODES][GT_RECOVERY_MAX], token[GT_TOKEN_MAX];
    struct gt_refusal no = {.why = GT_WHY_NONE};
    enum gt_err err =
        gt_otp_confirm(&who->by, &who->visit, form->value[F_CODE].text, recovery, token, &no);
    if (err != GT_OK) {
        err = gt_page_refused(form, err, &no);
        gt_page_set(page, "1", "Begun");
        return err != GT_OK || page->done ? err : show_form(page, form);
    }
    gt_page_session(page, token);
    for (int i = 0; i < GT_RECOVERY_CODES; i++)
        gt_page_set(page, recovery[i], "Recovery.%d", i);
    gt_wipe(recovery, sizeof recovery);
    gt_wipe(token, sizeof token);
    return show_form(page, form);
}

static enum gt_err change(struct gt_page *page)
{
    struct gt_form form;
    const struct gt_visit *visit = &gt_who_of(page)->visit;
    if (!may(visit))
        return gt_page_go(page, gt_staff_next(visit));
    if (!gt_params_at(&page->form, "code", 0)) {
        gt_form_start(page, fields, F__MAX, &form);
        return begin(page, &form);
    }
    if (gt_form_read(page, fields, F__MAX, &form))
        return confirm(page, &form);
    gt_page_set(page, "1", "Begun");
    return show_form(page, &form);
}

GT_ROUTE(enrol, .path = "/console/enrol", .name = "enrol", .get = show, .post = change,
         .right = GT_ROUTE_SIGNED, .while_changing = true, .under = "account");
