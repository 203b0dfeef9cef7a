/*
 * The tasks of a round: what meters show is typed one below the other and sent together.
 *
 * The form holds a trace number, as every form here: sent twice it is one upload.  What looks odd
 * is not kept, and shown again with what was typed, to be confirmed in its place.
 */
#include "reading.h"

#include "base/money.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS 20

enum { F_Q, F_STATE, F__MAX };
static const char *const states[] = {"open", "waits", "accepted", "refused", NULL};
static const struct gt_field filters[F__MAX] = {
    [F_Q] = {"q", GT_FIELD_LINE, .most = 60},
    [F_STATE] = {"state", GT_FIELD_CHOICE, .choices = states},
};

/* What was typed for a task. */
struct typed {
    int64_t id;
    const char *text;
    const char *wrong; /* word of the page; NULL: it is a reading */
    bool odd;          /* it wants to be confirmed */
    int line;          /* among those that are sent, -1: not */
};

struct round {
    struct gt_page *page;
    struct gt_actor actor;
    struct gt_list list;
    int64_t id;
    bool found;
    struct gt_round row;
    int64_t counts[GT_READING__MAX];
    struct gt_reading tasks[ROWS + 1];
    size_t n;
    struct typed typed[GT_TASKS_MAX];
    int ntyped;
    struct gt_reading_line lines[GT_TASKS_MAX];
    int nlines;
};

static enum gt_err look_in(struct gt_tx *tx, void *arg)
{
    struct round *r = arg;
    const struct gt_form *form = &r->list.filters;
    struct gt_reading_find find = {.round_id = r->id, .text = form->value[F_Q].text};
    r->n = 0;
    r->found = gt_row_find(tx, &gt_round_row, r->id, &r->row) && r->row.user_id == r->actor.user.id;
    if (!r->found)
        return gt_tx_err(tx);
    if (form->value[F_STATE].text[0] && !form->value[F_STATE].bad)
        find.state = (enum gt_reading_state)(form->value[F_STATE].number + GT_READING_OPEN);
    if (r->list.after[0] && gt_int_parse(r->list.after, &find.after) != GT_OK)
        find.after = 0;
    gt_round_counts(tx, r->id, r->counts);
    r->n = gt_reading_list(tx, &find, r->tasks, ROWS + 1);
    return gt_tx_err(tx);
}

/* Owned by the caller.  What is answered at once: page->done. */
static enum gt_err begin(struct gt_page *page, struct round **round)
{
    struct round *r = calloc(1, sizeof *r);
    if (!r)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a round");
    r->page = page;
    gt_list_read(page, filters, F__MAX, NULL, &r->list);
    *round = r;
    enum gt_err err = gt_cashier_open(page, &r->actor);
    if (err == GT_OK && !page->done && gt_page_id(page, "id", &r->id))
        err = gt_page_read(page, "cashier.round", look_in, r);
    if (err == GT_OK && !page->done && !r->found)
        err = gt_page_error(page, 404);
    return err;
}

/* --- showing */

static const struct typed *typed_of(const struct round *r, int64_t id)
{
    for (int i = 0; i < r->ntyped; i++) {
        if (r->typed[i].id == id)
            return &r->typed[i];
    }
    return NULL;
}

static void show_typed(struct round *r, const struct typed *typed, const char *leaf)
{
    struct gt_page *page = r->page;
    gt_page_set(page, typed->text, "%s.Typed", leaf);
    if (typed->wrong)
        gt_page_set(page, gt_page_word(page, typed->wrong), "%s.Error", leaf);
    if (typed->line < 0 || r->lines[typed->line].outcome == GT_OUT_OK ||
        r->lines[typed->line].outcome == GT_OUT_READING_WAITS)
        return;
    const struct gt_outcome_info *info = gt_outcome_info(r->lines[typed->line].outcome);
    gt_page_set(page, page->lang == GT_LANG_EN ? info->en : info->zh, "%s.Error", leaf);
    if (typed->odd)
        gt_page_set(page, "1", "%s.Odd", leaf);
}

static void show_task(struct round *r, const struct gt_reading *task, const char *leaf)
{
    static const char *const kinds[GT_READING__MAX] = {"", "pending", "doubt", "posted",
                                                       "declined"};
    struct gt_page *page = r->page;
    const char *state = gt_reading_state_name((enum gt_reading_state)task->state);
    const struct typed *typed = typed_of(r, task->id);
    char word[40], name[sizeof task->customer_name];
    (void)snprintf(word, sizeof word, "readings.state_%s", state);
    gt_mask_name(task->customer_name, name, sizeof name);
    gt_page_set_int(page, task->id, "%s.Id", leaf);
    gt_page_set_int(page, task->seq, "%s.Place", leaf);
    gt_page_set(page, task->customer_no, "%s.Customer", leaf);
    gt_page_set(page, name, "%s.Name", leaf);
    gt_page_set(page, task->address, "%s.Address", leaf);
    gt_page_set(page, task->meter_no, "%s.Meter", leaf);
    gt_page_set(page, gt_page_word(page, word), "%s.Word", leaf);
    gt_page_set(page, kinds[task->state], "%s.Kind", leaf);
    gt_page_set(page, state, "%s.State", leaf);
    if (task->last_read >= 0)
        gt_page_set_money(page, task->last_read, "%s.Last", leaf); /* hundredths, like fen */
    gt_page_set_date(page, task->last_date, "%s.LastDate", leaf);
    if (task->usual)
        gt_page_set_money(page, task->usual, "%s.Usual", leaf);
    if (task->state != GT_READING_OPEN) {
        gt_page_set_money(page, task->reading, "%s.Reading", leaf);
        gt_page_set_time(page, task->read_at, "%s.At", leaf);
        if (task->last_read >= 0)
            gt_page_set_money(page, gt_reading_used(task), "%s.Used", leaf);
    }
    gt_page_set(page, task->note, "%s.Note", leaf);
    if (gt_reading_may_enter(task)) {
        gt_page_set(page, "1", "%s.May", leaf);
        gt_page_set(page, "1", "Round.May");
    }
    if (typed)
        show_typed(r, typed, leaf);
}

static enum gt_err show_round(struct round *r)
{
    struct gt_page *page = r->page;
    int64_t trace = 0;
    char next[24] = "", leaf[32];
    enum gt_err err = gt_window_trace(&gt_who_of(page)->by, &trace);
    if (err != GT_OK)
        return err;
    gt_round_show(page, &r->row, r->counts, "Round");
    gt_page_set_int(page, trace, "Trace");
    for (size_t i = 0; i < r->n && i < ROWS; i++) {
        (void)snprintf(leaf, sizeof leaf, "Task.%zu", i);
        show_task(r, &r->tasks[i], leaf);
    }
    if (r->n > ROWS)
        (void)snprintf(next, sizeof next, "%" PRId64, r->tasks[ROWS - 1].seq);
    gt_list_show(&r->list, next);
    return gt_reading_show(page, &r->actor, "cashier_round");
}

static enum gt_err show(struct gt_page *page)
{
    struct round *r = NULL;
    enum gt_err err = begin(page, &r);
    if (err == GT_OK && !page->done)
        err = show_round(r);
    free(r);
    return err;
}

/* --- what was typed */

/* "1,234.5" as a meter shows it; false if no meter does. */
static bool parse_shown(const char *text, int64_t *shown)
{
    char bare[16];
    size_t n = 0;
    for (; *text; text++) {
        if (*text == ',' || *text == ' ')
            continue;
        if (n + 1 == sizeof bare)
            return false;
        bare[n++] = *text;
    }
    bare[n] = '\0';
    return bare[0] >= '0' && bare[0] <= '9' && gt_money_parse(bare, shown) == GT_OK &&
           *shown <= GT_SHOWN_MOST;
}

/* What is confirmed is what was asked about, and not what was typed since. */
static bool is_confirmed(const struct gt_page *page, int64_t id, int64_t shown)
{
    char name[32];
    int64_t asked = -1;
    (void)snprintf(name, sizeof name, "ask%" PRId64, id);
    if (!parse_shown(gt_params_get(&page->form, name), &asked) || asked != shown)
        return false;
    (void)snprintf(name, sizeof name, "sure%" PRId64, id);
    return gt_params_get(&page->form, name)[0] != '\0';
}

/* Adds what stands in a field "read<id>"; false if there are too many. */
static bool take_field(struct round *r, const struct gt_pair *pair)
{
    struct typed typed = {.text = pair->value, .line = -1};
    int64_t shown = 0;
    if (strncmp(pair->name, "read", 4) != 0 || gt_int_parse(pair->name + 4, &typed.id) != GT_OK ||
        !pair->value[strspn(pair->value, " ")] || typed_of(r, typed.id))
        return true;
    if (r->ntyped == GT_TASKS_MAX)
        return false;
    if (parse_shown(pair->value, &shown)) {
        struct gt_reading_line *line = &r->lines[typed.line = r->nlines++];
        *line = (struct gt_reading_line){.reading = shown,
                                         .read_at = gt_now(gt_staff_of(r->page)->clock),
                                         .confirmed = is_confirmed(r->page, typed.id, shown)};
    } else {
        typed.wrong = "readings.bad_reading";
    }
    r->typed[r->ntyped++] = typed;
    return true;
}

static void name_line(struct gt_reading_line *line, const struct gt_reading *task)
{
    GT_FIELD_COPY(line->task_no, task->task_no);
    line->round_id = task->round_id;
}

/* The tasks' numbers; `found` is false where one is not of this round. */
static enum gt_err name_in(struct gt_tx *tx, void *arg)
{
    struct round *r = arg;
    for (int i = 0; i < r->ntyped && r->found; i++) {
        struct gt_reading task;
        r->found =
            gt_row_find(tx, &gt_reading_row, r->typed[i].id, &task) && task.round_id == r->id;
        if (r->found && r->typed[i].line >= 0)
            name_line(&r->lines[r->typed[i].line], &task);
    }
    return gt_tx_err(tx);
}

/* Says in a message what became of them; gives whether something is left to be looked at again. */
static bool say_results(struct round *r)
{
    int64_t took = 0, waits = 0, refused = 0;
    char a[24], b[24], c[24];
    bool again = false;
    for (int i = 0; i < r->ntyped; i++) {
        struct typed *typed = &r->typed[i];
        enum gt_outcome outcome = typed->line < 0 ? GT_OUT_INTERNAL : r->lines[typed->line].outcome;
        took += outcome == GT_OUT_OK;
        waits += outcome == GT_OUT_READING_WAITS;
        refused += outcome != GT_OUT_OK && outcome != GT_OUT_READING_WAITS;
        /* Upstream may refuse with these too: then it is in the row, and confirmed already. */
        typed->odd = (outcome == GT_OUT_READING_BELOW || outcome == GT_OUT_READING_FAR) &&
                     !r->lines[typed->line].confirmed;
        again = again || typed->wrong || typed->odd;
    }
    (void)snprintf(a, sizeof a, "%" PRId64, took);
    (void)snprintf(b, sizeof b, "%" PRId64, waits);
    (void)snprintf(c, sizeof c, "%" PRId64, refused);
    if (again)
        gt_page_set_word(r->page, "Said", "readings.said_again", GT_ARGS(a, b, c));
    else
        gt_page_flash(r->page, refused || waits ? "warning" : "success", "readings.said",
                      GT_ARGS(a, b, c));
    return again;
}

/* Back to where it was typed, filters and place included. */
static enum gt_err go_back(struct gt_page *page)
{
    char path[2048];
    int n = snprintf(path, sizeof path, "%s?%s", page->request->path, page->request->query);
    return gt_page_go(page, n < (int)sizeof path ? path : "/cashier/readings");
}

static enum gt_err upload(struct round *r)
{
    struct gt_page *page = r->page;
    enum gt_outcome outcome = GT_OUT_OK;
    int64_t trace = 0;
    bool repeated = false;
    if (gt_int_parse(gt_params_get(&page->form, "trace"), &trace) != GT_OK || trace <= 0)
        return gt_page_error(page, 400);
    enum gt_err err = gt_page_read(page, "cashier.round", name_in, r);
    if (err == GT_OK && !r->found)
        return gt_page_error(page, 404);
    if (err == GT_OK && r->nlines)
        err = gt_reading_upload(&gt_staff_of(page)->till, &r->actor, trace, r->lines, r->nlines,
                                &outcome, &repeated);
    if (err != GT_OK)
        return err;
    if (outcome != GT_OUT_OK) {
        gt_page_flash(page, "warning", "readings.old_page", NULL);
        return go_back(page);
    }
    if (!say_results(r))
        return go_back(page);
    err = gt_page_read(page, "cashier.round", look_in, r);
    return err == GT_OK ? show_round(r) : err;
}

static enum gt_err post(struct gt_page *page)
{
    struct round *r = NULL;
    bool few = true;
    enum gt_err err = begin(page, &r);
    for (size_t i = 0; err == GT_OK && !page->done && few && i < page->form.n; i++)
        few = take_field(r, &page->form.list[i]);
    if (err == GT_OK && !page->done && !few)
        err = gt_page_error(page, 400);
    if (err == GT_OK && !page->done && r->ntyped == 0) {
        gt_page_flash(page, "warning", "readings.nothing", NULL);
        err = go_back(page);
    } else if (err == GT_OK && !page->done) {
        err = upload(r);
    }
    free(r);
    return err;
}

GT_ROUTE(round, .path = "/cashier/round", .name = "readings", .get = show, .post = post,
         .right = GT_RIGHT_READ, .object = "round");

/* --- again what was not answered */

static enum gt_err again(struct gt_page *page)
{
    struct gt_actor actor;
    int64_t id = 0;
    int n = 0;
    char path[64], text[24];
    enum gt_err err = gt_cashier_open(page, &actor);
    if (err != GT_OK || page->done)
        return err;
    if (!gt_page_id(page, "id", &id))
        return gt_page_error(page, 404);
    err = gt_reading_again(&gt_staff_of(page)->till, &actor, id, &n);
    if (err == GT_ERR_ABSENT)
        return gt_page_error(page, 404);
    if (err != GT_OK)
        return err;
    (void)snprintf(text, sizeof text, "%d", n);
    gt_page_flash(page, "success", "readings.sent_again", GT_ARGS(text));
    (void)snprintf(path, sizeof path, "/cashier/round?id=%" PRId64, id);
    return gt_page_go(page, path);
}

GT_ROUTE(round_again, .path = "/cashier/round/again", .name = "readings", .post = again,
         .right = GT_RIGHT_READ, .object = "round");
