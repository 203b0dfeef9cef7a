/*
 * A cashier's shift: opened with a float, counted blindly, closed over or short.
 *
 * The page shows nothing of what should be in the drawer before it was counted.  Each form carries
 * a key that was made with it, so that sent twice it does once.
 */
#include "cashier.h"

#include "base/money.h"
#include "till/shift.h"
#include "till/void.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHIFTS_MOST 5

enum { F_FLOAT, F_OPEN_KEY, F_OPEN__MAX };
static const struct gt_field open_fields[F_OPEN__MAX] = {
    [F_FLOAT] = {"float", GT_FIELD_MONEY, .least = 0, .most = GT_FLOAT_MAX},
    [F_OPEN_KEY] = {"key", GT_FIELD_HIDDEN, .required = true, .least = 1, .most = INT64_MAX},
};

/* In the order of gt_denomination[]. */
#define PIECES(fen)                                                     \
    {                                                                   \
        "pieces_" #fen, GT_FIELD_INT, .least = 0, .most = GT_PIECES_MAX \
    }
enum { F_APART = GT_DENOMINATIONS, F_COUNT_KEY, F_COUNT__MAX };
static const struct gt_field count_fields[F_COUNT__MAX] = {
    PIECES(10000),
    PIECES(5000),
    PIECES(2000),
    PIECES(1000),
    PIECES(500),
    PIECES(200),
    PIECES(100),
    PIECES(50),
    PIECES(20),
    PIECES(10),
    PIECES(5),
    PIECES(2),
    PIECES(1),
    [F_APART] = {"apart", GT_FIELD_MONEY, .least = 0, .most = INT64_C(1000000000000)},
    [F_COUNT_KEY] = {"key", GT_FIELD_HIDDEN, .required = true, .least = 1, .most = INT64_MAX},
};

enum { F_NOTE, F_SEEN, F_CLOSE_KEY, F_CLOSE__MAX };
static const struct gt_field close_fields[F_CLOSE__MAX] = {
    [F_NOTE] = {"note", GT_FIELD_LINE, .most = 120},
    [F_SEEN] = {"seen", GT_FIELD_HIDDEN, .required = true, .least = INT64_MIN, .most = INT64_MAX},
    [F_CLOSE_KEY] = {"key", GT_FIELD_HIDDEN, .required = true, .least = 1, .most = INT64_MAX},
};

/* --- showing */

struct look {
    int64_t user_id, id; /* the shift that the address names; 0: the one not closed, if any */
    bool found;
    struct gt_shift_report report;
    struct gt_shift last[SHIFTS_MOST];
    size_t nlast;
    int64_t pending, pending_cash;
    struct gt_void voids[GT_VOIDS_MAX]; /* numbers made void in it, the newest first */
    size_t nvoids;
};

static enum gt_err look_in(struct gt_tx *tx, void *arg)
{
    struct look *l = arg;
    struct gt_shift shift = {.id = l->id};
    l->found = (l->id || gt_shift_unsettled(tx, l->user_id, &shift)) &&
               gt_shift_report(tx, shift.id, &l->report) && l->report.shift.user_id == l->user_id;
    l->nlast = gt_shifts_of(tx, l->user_id, 0, l->last, SHIFTS_MOST);
    gt_shift_pending(tx, l->user_id, &l->pending, &l->pending_cash);
    if (l->found)
        l->nvoids = gt_voids_find(tx,
                                  &(struct gt_void_find){.path = "/",
                                                         .user_id = l->user_id,
                                                         .shift_id = l->report.shift.id,
                                                         .most = GT_VOIDS_MAX},
                                  l->voids);
    return gt_tx_err(tx);
}

static void show_head(struct gt_page *page, const struct gt_shift *shift)
{
    static const char *const states[GT_SHIFT__MAX] = {"", "open", "counted", "closed"};
    char word[40];
    const char *state = states[shift->state];
    (void)snprintf(word, sizeof word, "cashier.shift_%s", state);
    gt_page_set(page, state, "Shift.State");
    gt_page_set(page, gt_page_word(page, word), "Shift.Word");
    gt_page_set_int(page, shift->id, "Shift.Id");
    gt_page_set_int(page, shift->shift_no, "Shift.No");
    gt_page_set_money(page, shift->float_amount, "Shift.Float");
    gt_page_set_time(page, shift->opened_at, "Shift.OpenedAt");
    gt_page_set_time(page, shift->closed_at, "Shift.ClosedAt");
    gt_page_set(page, shift->note, "Shift.Note");
}

static void show_lines(struct gt_page *page, const struct gt_shift_report *report)
{
    for (int i = 0; i < report->nlines; i++) {
        const struct gt_shift_line *line = &report->line[i];
        const char *op = gt_op_name((enum gt_op)line->op);
        gt_page_set(page, gt_txn_word(page->site->words, page->lang, "op", op), "Line.%d.Op", i);
        gt_page_set(page, gt_txn_method(page->site->words, page->lang, line->method),
                    "Line.%d.Method", i);
        gt_page_set_int(page, line->sales, "Line.%d.Sales", i);
        gt_page_set_money(page, line->amount, "Line.%d.Amount", i);
        gt_page_set_int(page, line->reversals, "Line.%d.Reversals", i);
        gt_page_set_money(page, line->reversed, "Line.%d.Reversed", i);
        gt_page_set_money(page, line->amount - line->reversed, "Line.%d.Net", i);
    }
}

/* What a count came to: only after it. */
static void show_report(struct gt_page *page, const struct gt_shift_report *report)
{
    int64_t difference = report->difference;
    show_lines(page, report);
    gt_page_set_money(page, report->taken, "Report.Taken");
    gt_page_set_money(page, report->shift.repaid, "Report.Repaid");
    if (report->shift.kept)
        gt_page_set_money(page, report->shift.kept, "Report.Kept");
    gt_page_set_money(page, report->expected, "Report.Expected");
    gt_page_set_money(page, report->count.total, "Report.Counted");
    if (report->count.apart)
        gt_page_set_money(page, report->count.apart, "Report.Apart");
    gt_page_set_money(page, difference < 0 ? -difference : difference, "Report.Difference");
    gt_page_set(page, difference < 0 ? "short" : difference > 0 ? "over" : "even", "Report.Kind");
    gt_page_set_int(page, difference, "Report.Seen");
    gt_page_set_money(page, report->unremitted, "Report.Unremitted");
    if (report->pending)
        gt_page_set_int(page, report->pending, "Report.Pending");
    gt_page_set_money(page, report->pending_cash, "Report.PendingCash");
}

static void show_voids(struct gt_page *page, const struct look *l, const char *operator_no)
{
    for (size_t i = 0; i < l->nvoids; i++) {
        char number[48];
        (void)snprintf(number, sizeof number, "%s-%07" PRId64, operator_no, l->voids[i].receipt_no);
        gt_page_set(page, number, "Void.%zu.Number", i);
        gt_page_set(page, l->voids[i].reason, "Void.%zu.Reason", i);
    }
}

static void show_last(struct gt_page *page, const struct look *l)
{
    for (size_t i = 0; i < l->nlast; i++) {
        gt_page_set_int(page, l->last[i].id, "Past.%zu.Id", i);
        gt_page_set_int(page, l->last[i].shift_no, "Past.%zu.No", i);
        gt_page_set_time(page, l->last[i].opened_at, "Past.%zu.At", i);
    }
}

/* A form that goes twice does once: its key, made when it is first shown. */
static enum gt_err set_key(struct gt_page *page)
{
    const char *sent = gt_params_get(&page->form, "key");
    int64_t key = 0;
    gt_page_set(page, sent, "Shift.Key");
    enum gt_err err = sent[0] ? GT_OK : gt_window_trace(&gt_who_of(page)->by, &key);
    if (err == GT_OK && key)
        gt_page_set_int(page, key, "Shift.Key");
    return err;
}

struct now {
    int64_t user_id;
    struct gt_shift shift;
    bool found;
};

static enum gt_err now_in(struct gt_tx *tx, void *arg)
{
    struct now *n = arg;
    n->found = gt_shift_unsettled(tx, n->user_id, &n->shift);
    return gt_tx_err(tx);
}

enum gt_err gt_shift_look(struct gt_page *page, const struct gt_actor *actor, bool *open)
{
    struct now n = {.user_id = actor->user.id};
    enum gt_err err = gt_page_read(page, "cashier.shift.now", now_in, &n);
    *open = n.found && n.shift.state == GT_SHIFT_OPEN;
    if (err == GT_OK && !n.found)
        return set_key(page);
    if (err == GT_OK && !*open)
        gt_page_set(page, "1", "Shift.Counted");
    return err;
}

static enum gt_err show_shift(struct gt_page *page, const struct gt_actor *actor, int64_t id)
{
    struct look *l = calloc(1, sizeof *l);
    if (!l)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a shift");
    l->user_id = actor->user.id;
    l->id = id;
    enum gt_err err = gt_page_read(page, "cashier.shift", look_in, l);
    if (err == GT_OK && id && !l->found)
        err = gt_page_error(page, 404);
    else if (err == GT_OK)
        err = set_key(page);
    if (err == GT_OK && !page->done) {
        if (l->found)
            show_head(page, &l->report.shift);
        if (l->found && l->report.shift.state != GT_SHIFT_OPEN)
            show_report(page, &l->report);
        else
            gt_page_set(page, "1", "Blind"); /* nothing of the day beside a count */
        if (l->pending) {
            gt_page_set_int(page, l->pending, "Shift.Pending");
            gt_page_set_money(page, l->pending_cash, "Shift.PendingCash");
        }
        show_voids(page, l, actor->user.operator_no);
        show_last(page, l);
        err = gt_cashier_show(page, actor, "cashier_shift");
    }
    free(l);
    return err;
}

/* The shift, with a form that was refused. */
static enum gt_err show_again(struct gt_page *page, const struct gt_actor *actor,
                              struct gt_form *form)
{
    int64_t id = 0;
    (void)gt_page_id(page, "id", &id);
    gt_form_show(form);
    return show_shift(page, actor, id);
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_actor actor;
    int64_t id = 0;
    enum gt_err err = gt_cashier_open(page, &actor);
    if (err != GT_OK || page->done)
        return err;
    if (gt_params_get(&page->query, "id")[0] && !gt_page_id(page, "id", &id))
        return gt_page_error(page, 404);
    return show_shift(page, &actor, id);
}

/* --- changing */

/* After a change: to where one sees the effect; or the form again with what was refused. */
static enum gt_err finish(struct gt_page *page, const struct gt_actor *actor, struct gt_form *form,
                          enum gt_err err, const struct gt_refusal *no, const char *path)
{
    if (err == GT_OK)
        return gt_page_go(page, path);
    err = gt_page_refused(form, err, no);
    return err != GT_OK || page->done ? err : show_again(page, actor, form);
}

static enum gt_err open(struct gt_page *page)
{
    struct gt_actor actor;
    struct gt_form form;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    int64_t id = 0;
    enum gt_err err = gt_cashier_open(page, &actor);
    if (err != GT_OK || page->done)
        return err;
    if (!gt_form_read(page, open_fields, F_OPEN__MAX, &form))
        return show_again(page, &actor, &form);
    err = gt_shift_open(&gt_who_of(page)->by, form.value[F_FLOAT].number,
                        form.value[F_OPEN_KEY].text, &id, &no);
    return finish(page, &actor, &form, err, &no, "/cashier");
}

GT_ROUTE(shift_open, .path = "/cashier/shift/open", .name = "cashier", .post = open,
         .right = GT_RIGHT_COLLECT);

static enum gt_err count(struct gt_page *page)
{
    struct gt_actor actor;
    struct gt_form form;
    struct gt_count_form counted = {.apart = 0};
    struct gt_refusal no = {.why = GT_WHY_NONE};
    int64_t id = 0;
    enum gt_err err = gt_cashier_open(page, &actor);
    if (err != GT_OK || page->done)
        return err;
    if (!gt_page_id(page, "id", &id))
        return gt_page_error(page, 404);
    if (!gt_form_read(page, count_fields, F_COUNT__MAX, &form))
        return show_again(page, &actor, &form);
    for (int i = 0; i < GT_DENOMINATIONS; i++)
        counted.pieces[i] = form.value[i].number;
    counted.apart = form.value[F_APART].number;
    err = gt_shift_count(&gt_who_of(page)->by, id, &counted, form.value[F_COUNT_KEY].text, &no);
    return finish(page, &actor, &form, err, &no, "/cashier/shift");
}

GT_ROUTE(shift_count, .path = "/cashier/shift/count", .name = "cashier", .post = count,
         .right = GT_RIGHT_COLLECT, .object = "shift");

static enum gt_err close(struct gt_page *page)
{
    struct gt_actor actor;
    struct gt_form form;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    char path[64];
    int64_t id = 0;
    enum gt_err err = gt_cashier_open(page, &actor);
    if (err != GT_OK || page->done)
        return err;
    if (!gt_page_id(page, "id", &id))
        return gt_page_error(page, 404);
    if (!gt_form_read(page, close_fields, F_CLOSE__MAX, &form))
        return show_again(page, &actor, &form);
    (void)snprintf(path, sizeof path, "/cashier/shift?id=%" PRId64, id);
    err = gt_shift_close(&gt_who_of(page)->by, id, form.value[F_SEEN].number,
                         form.value[F_NOTE].text, form.value[F_CLOSE_KEY].text, &no);
    return finish(page, &actor, &form, err, &no, path);
}

GT_ROUTE(shift, .path = "/cashier/shift", .name = "cashier", .get = show,
         .right = GT_RIGHT_COLLECT);
GT_ROUTE(shift_close, .path = "/cashier/shift/close", .name = "cashier", .post = close,
         .right = GT_RIGHT_COLLECT, .object = "shift");
