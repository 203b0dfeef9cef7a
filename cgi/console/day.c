/*
 * The day close of one organisation: declaring it, the figures side by side, deciding on it, those
 * below and its history.
 *
 * Declaring is blind: before it is done nothing of our figures is on the page, and nothing is
 * filled in.
 */
#include "day.h"
#include "history.h"

#include "access/user.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_MOST 96

enum { F_ROUNDS, F_NOTE, F_FIRST, F__MAX = F_FIRST + 2 * GT_DAY_LINES };
#define COUNT(name)                                       \
    {                                                     \
        name, GT_FIELD_INT, .least = 0, .most = 100000000 \
    }
#define AMOUNT(name)                                              \
    {                                                             \
        name, GT_FIELD_MONEY, .least = 0, .most = 100000000000000 \
    }
static const struct gt_field fields[F__MAX] = {
    [F_ROUNDS] = {"rounds", GT_FIELD_HIDDEN, .required = true},
    [F_NOTE] = {"note", GT_FIELD_LINE, .most = 200},
    [F_FIRST] = COUNT("pay_count"),
    AMOUNT("pay_amount"),
    COUNT("recharge_count"),
    AMOUNT("recharge_amount"),
    COUNT("open_count"),
    AMOUNT("open_amount"),
    COUNT("replace_count"),
    AMOUNT("replace_amount"),
    COUNT("reverse_count"),
    AMOUNT("reverse_amount"),
};

struct found {
    struct gt_page *page;
    int64_t org_id, date; /* date 0: the last that has ended */
    bool there, waits;    /* waits: opening it again was asked for */
    struct gt_org org, above;
    int64_t shifts, pending, biz_date;
    struct gt_day_tree tree;
    const struct gt_day_node *node; /* in it */
    struct gt_day up;               /* of the level above; id 0: none */
    struct gt_day_line line[GT_DAY_LINES];
    struct gt_day_figure below[GT_DAY_LINES];
    struct gt_user declared, confirmed; /* id 0: none */
    struct gt_history history;
};

/* What stands beside the tree. */
static void read_beside(struct gt_tx *tx, struct found *f)
{
    const struct gt_day *day = &f->node->day;
    struct gt_approval waiting;
    char name[GT_DAY_NAME];
    f->shifts = gt_day_shifts(tx, f->org_id, f->date);
    f->pending = gt_day_pending(tx, f->org_id, f->date);
    f->up.id = 0;
    if (f->above.id && !gt_day_of(tx, f->above.id, f->date, &f->up))
        f->up.id = 0;
    if (!day->id || !gt_row_find(tx, &gt_user_row, day->declared_by, &f->declared))
        f->declared.id = 0;
    if (!day->id || !gt_row_find(tx, &gt_user_row, day->confirmed_by, &f->confirmed))
        f->confirmed.id = 0;
    gt_day_lines(tx, day->id, f->line);
    gt_day_below(tx, day->id, f->below);
    f->waits = day->id && gt_approvals_about(tx, "day.reopen", day->id, &waiting, 1) > 0;
    gt_history_read(tx, GT_ARGS("day", "approval"), gt_day_name(f->org.code, f->date, name),
                    &f->history);
}

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    struct gt_state state;
    gt_state_read(tx, &state);
    f->there = gt_row_find(tx, &gt_org_row, f->org_id, &f->org) &&
               gt_page_may(f->page, GT_RIGHT_DAY_VIEW, f->org.path);
    if (!f->there || gt_tx_err(tx) != GT_OK)
        return gt_tx_err(tx);
    f->biz_date = state.biz_date;
    if (!f->date)
        f->date = gt_day_before(tx, state.biz_date);
    f->above.id = 0;
    if (f->org.parent_id && !gt_row_find(tx, &gt_org_row, gt_day_confirmer(&f->org), &f->above))
        f->above.id = 0;
    gt_day_tree_read(tx, f->org.path, f->date, &f->tree);
    f->node = gt_day_node_of(&f->tree, f->org_id);
    f->there = f->node != NULL;
    if (f->there)
        read_beside(tx, f);
    return gt_tx_err(tx);
}

static void found_free(struct found *f)
{
    if (f)
        gt_day_tree_free(&f->tree);
    free(f);
}

/* The organisation and date that the address names, owned by the caller; answers 404 if the visitor
 * may not see it. */
static enum gt_err find(struct gt_page *page, struct found **found)
{
    struct found *f = *found = calloc(1, sizeof *f);
    if (!f)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a day close");
    f->page = page;
    enum gt_err err = GT_OK;
    if (!gt_page_id(page, "date", &f->date) || !gt_date_valid(f->date))
        f->date = 0;
    if (gt_page_id(page, "id", &f->org_id))
        err = gt_page_read(page, "day.find", read_in, f);
    return err == GT_OK && !f->there ? gt_page_error(page, 404) : err;
}

/* --- showing */

static void show_lines(struct gt_page *page, const struct found *f)
{
    char word[64];
    for (int i = 0; i < GT_DAY_LINES; i++) {
        const struct gt_day_line *l = &f->line[i];
        (void)snprintf(word, sizeof word, "day.op_%" PRId64, gt_day_op[i]);
        gt_page_set(page, gt_page_word(page, word), "Line.%d.Op", i);
        gt_page_set_int(page, l->told_count, "Line.%d.ToldCount", i);
        gt_page_set_money(page, l->told_amount, "Line.%d.Told", i);
        gt_page_set_int(page, l->ours_count, "Line.%d.OursCount", i);
        gt_page_set_money(page, l->ours_amount, "Line.%d.Ours", i);
        if (l->told_count == l->ours_count && l->told_amount == l->ours_amount)
            continue;
        gt_page_set(page, "1", "Line.%d.Differs", i);
        gt_page_set_int(page, l->told_count - l->ours_count, "Line.%d.LessCount", i);
        gt_page_set_money(page, l->told_amount - l->ours_amount, "Line.%d.Less", i);
        if (f->below[i].count || f->below[i].amount) {
            gt_page_set_int(page, f->below[i].count, "Line.%d.BelowCount", i);
            gt_page_set_money(page, f->below[i].amount, "Line.%d.Below", i);
        }
    }
}

/* Shows those it counts; gives how many are not confirmed. */
static int64_t show_below(struct gt_page *page, const struct found *f)
{
    int64_t missing = 0;
    size_t shown = 0;
    char leaf[32];
    for (size_t i = 0; i < f->tree.n; i++) {
        const struct gt_day_node *node = &f->tree.node[i];
        if (!node->due || !gt_day_counts(node, f->org_id))
            continue;
        (void)snprintf(leaf, sizeof leaf, "Below.%zu", shown++);
        gt_day_node_set(page, node, f->date, leaf);
        missing += node->day.state != GT_DAY_CONFIRMED;
    }
    return missing;
}

/* Why it cannot be declared now: the name of a word, NULL if it can; "" where there is nothing to
 * say. */
static const char *why_not_declare(const struct found *f, int64_t missing)
{
    if (f->date >= f->biz_date)
        return "day.why_runs";
    if (!f->tree.ready)
        return "day.why_not_ready";
    if (!f->node->due)
        return "day.why_nothing";
    if (f->node->day.state == GT_DAY_CONFIRMED)
        return "";
    if (!gt_page_may(f->page, GT_RIGHT_DAY_DECLARE, f->org.path))
        return "day.why_no_right";
    if (f->up.id && f->up.state >= GT_DAY_DECLARED)
        return "day.why_above";
    if (f->shifts)
        return "day.why_shifts";
    return missing ? "day.why_below" : NULL;
}

/* What the level above may do with a declared one, or why not. */
static void show_decision(struct gt_page *page, const struct found *f)
{
    const struct gt_day *day = &f->node->day;
    const char *path = f->above.id ? f->above.path : f->org.path;
    char version[24];
    if (day->state != GT_DAY_DECLARED || !gt_page_may(page, GT_RIGHT_DAY_CONFIRM, path))
        return;
    (void)snprintf(version, sizeof version, "%" PRId64, day->version);
    gt_page_set(page, version, "Day.Version");
    if (day->declared_by == gt_who_of(page)->visit.user.id)
        gt_page_set(page, gt_page_word(page, "day.why_own"), "WhyNotConfirm");
    else
        gt_page_set(page, "1", "May.Confirm");
}

static void show_actions(struct gt_page *page, const struct found *f, int64_t missing)
{
    const struct gt_day *day = &f->node->day;
    const char *why = why_not_declare(f, missing);
    bool above = f->up.id && f->up.state >= GT_DAY_DECLARED;
    char n[24];
    (void)snprintf(n, sizeof n, "%" PRId64, f->shifts ? f->shifts : missing);
    if (!why)
        gt_page_set(page, "1", "May.Declare");
    else if (*why)
        gt_page_set_word(page, "WhyNotDeclare", why, GT_ARGS(n));
    show_decision(page, f);
    if (day->state != GT_DAY_CONFIRMED || !gt_page_may(page, GT_RIGHT_DAY_DECLARE, f->org.path))
        return;
    if (f->waits)
        gt_page_set(page, gt_page_word(page, "day.why_asked"), "WhyNotReopen");
    else if (above)
        gt_page_set(page, gt_page_word(page, "day.why_above"), "WhyNotReopen");
    else
        gt_page_set(page, "1", "May.Reopen");
}

static void show_facts(struct gt_page *page, const struct found *f)
{
    const struct gt_day *day = &f->node->day;
    gt_day_node_set(page, f->node, f->date, "Day");
    gt_page_set_date(page, f->date, "Day.Day");
    gt_page_set(page, f->above.id ? f->above.name : gt_page_word(page, "day.bureau"), "Day.Above");
    gt_page_set_int(page, f->shifts, "Day.Shifts");
    gt_page_set_int(page, f->pending, "Day.Pending");
    gt_page_set(page, f->declared.name, "Day.DeclaredBy");
    gt_page_set(page, f->confirmed.name, "Day.ConfirmedBy");
    gt_page_set(page, day->note, "Day.Note");
    if (day->state < GT_DAY_DECLARED)
        return;
    gt_page_set(page, "1", "Compared");
    show_lines(page, f);
}

static enum gt_err show_page(struct gt_form *form, const struct found *f)
{
    struct gt_page *page = form->page;
    char rounds[24];
    (void)snprintf(rounds, sizeof rounds, "%" PRId64, f->node->day.rounds);
    gt_form_put(form, F_ROUNDS, rounds);
    show_facts(page, f);
    show_actions(page, f, show_below(page, f));
    gt_history_show(page, &f->history);
    gt_form_show(form);
    return gt_page_show(page, "day");
}

static enum gt_err show(struct gt_page *page)
{
    struct found *f = NULL;
    struct gt_form form;
    enum gt_err err = find(page, &f);
    if (err == GT_OK && !page->done) {
        gt_form_start(page, fields, F__MAX, &form);
        err = show_page(&form, f);
    }
    found_free(f);
    return err;
}

/* --- declaring */

static void go_path(const struct found *f, const char *page, char path[PATH_MOST])
{
    (void)snprintf(path, PATH_MOST, "/console/%s?id=%" PRId64 "&date=%" PRId64, page, f->org_id,
                   f->date);
}

static enum gt_err declare_with(struct gt_form *form, const struct found *f)
{
    struct gt_page *page = form->page;
    struct gt_day_form told = {.rounds = form->value[F_ROUNDS].number,
                               .note = form->value[F_NOTE].text};
    struct gt_refusal no = {.why = GT_WHY_NONE};
    char path[PATH_MOST];
    int64_t id = 0;
    for (int i = 0; i < GT_DAY_LINES; i++) {
        told.told[i].count = form->value[F_FIRST + 2 * i].number;
        told.told[i].amount = form->value[F_FIRST + 2 * i + 1].number;
    }
    enum gt_err err = gt_day_declare(&gt_who_of(page)->by, f->org_id, f->date, &told, &id, &no);
    if (err == GT_OK) {
        go_path(f, "day", path);
        gt_page_flash(page, "success", "day.declared", NULL);
        return gt_page_go(page, path);
    }
    err = gt_page_refused(form, err, &no);
    return err != GT_OK || page->done ? err : show_page(form, f);
}

static enum gt_err declare(struct gt_page *page)
{
    struct found *f = NULL;
    struct gt_form form;
    enum gt_err err = find(page, &f);
    if (err == GT_OK && !page->done)
        err = gt_form_read(page, fields, F__MAX, &form) ? declare_with(&form, f)
                                                        : show_page(&form, f);
    found_free(f);
    return err;
}

GT_ROUTE(day, .path = "/console/day", .name = "day", .get = show, .post = declare,
         .right = GT_RIGHT_DAY_VIEW, .object = "org", .under = "days");

/* --- confirming: one button, which carries what was shown */

static enum gt_err confirm(struct gt_page *page)
{
    struct found *f = NULL;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    char path[PATH_MOST];
    int64_t version = 0;
    enum gt_err err = find(page, &f);
    if (err == GT_OK && !page->done) {
        go_path(f, "day", path);
        if (gt_int_parse(gt_params_get(&page->form, "version"), &version) != GT_OK)
            err = gt_page_error(page, 400);
        else if (!f->node->day.id)
            err = gt_page_error(page, 404);
        else if ((err = gt_day_confirm(&gt_who_of(page)->by, f->node->day.id, version, &no)) !=
                 GT_OK)
            err = gt_page_refused_to(page, err, &no, path);
        else {
            gt_page_flash(page, "success", "day.confirmed", NULL);
            err = gt_page_go(page, path);
        }
    }
    found_free(f);
    return err;
}

GT_ROUTE(day_confirm, .path = "/console/day/confirm", .name = "day", .post = confirm,
         .right = GT_RIGHT_DAY_CONFIRM, .object = "org", .under = "days");

/* --- giving back, and asking that it be opened again: each with a reason */

enum { R_VERSION, R_REASON, R__MAX };
static const struct gt_field reason_fields[R__MAX] = {
    [R_VERSION] = {"version", GT_FIELD_HIDDEN, .required = true},
    [R_REASON] = {"reason", GT_FIELD_LINE, .required = true, .most = 200},
};

static enum gt_err show_reason(struct gt_form *form, const struct found *f)
{
    struct gt_page *page = form->page;
    char version[24];
    (void)snprintf(version, sizeof version, "%" PRId64, f->node->day.version);
    gt_form_put(form, R_VERSION, version);
    show_facts(page, f);
    gt_form_show(form);
    return gt_page_show(page, page->route->name);
}

static enum gt_err ask_reason(struct gt_page *page)
{
    struct found *f = NULL;
    struct gt_form form;
    enum gt_err err = find(page, &f);
    if (err == GT_OK && !page->done) {
        gt_form_start(page, reason_fields, R__MAX, &form);
        err = show_reason(&form, f);
    }
    found_free(f);
    return err;
}

static enum gt_err give_back(const struct gt_by *by, int64_t id, const struct gt_form *form,
                             struct gt_refusal *no)
{
    return gt_day_return(by, id, form->value[R_VERSION].number, form->value[R_REASON].text, no);
}

static enum gt_err reopen(const struct gt_by *by, int64_t id, const struct gt_form *form,
                          struct gt_refusal *no)
{
    int64_t approval = 0;
    return gt_day_reopen(by, id, form->value[R_REASON].text, &approval, no);
}

static enum gt_err with_reason(struct gt_page *page, const char *done,
                               enum gt_err (*act)(const struct gt_by *, int64_t,
                                                  const struct gt_form *, struct gt_refusal *))
{
    struct found *f = NULL;
    struct gt_form form;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    char path[PATH_MOST];
    enum gt_err err = find(page, &f);
    if (err == GT_OK && !page->done && !f->node->day.id)
        err = gt_page_error(page, 404);
    if (err == GT_OK && !page->done) {
        if (!gt_form_read(page, reason_fields, R__MAX, &form)) {
            err = show_reason(&form, f);
        } else if ((err = act(&gt_who_of(page)->by, f->node->day.id, &form, &no)) == GT_OK) {
            go_path(f, "day", path);
            gt_page_flash(page, "success", done, NULL);
            err = gt_page_go(page, path);
        } else if ((err = gt_page_refused(&form, err, &no)) == GT_OK && !page->done) {
            err = show_reason(&form, f);
        }
    }
    found_free(f);
    return err;
}

static enum gt_err do_return(struct gt_page *page)
{
    return with_reason(page, "day_return.done", give_back);
}

GT_ROUTE(day_return, .path = "/console/day/return", .name = "day_return", .get = ask_reason,
         .post = do_return, .right = GT_RIGHT_DAY_CONFIRM, .object = "org", .under = "days");

static enum gt_err do_reopen(struct gt_page *page)
{
    return with_reason(page, "day_reopen.done", reopen);
}

GT_ROUTE(day_reopen, .path = "/console/day/reopen", .name = "day_reopen", .get = ask_reason,
         .post = do_reopen, .right = GT_RIGHT_DAY_DECLARE, .object = "org", .under = "days");
