/*
 * Moving a date by hand, and giving it another hour.
 *
 * A date that has begun cannot be taken back, so the one that ends is typed.  The form carries it:
 * whoever presses twice, or comes from a page of yesterday, is told that it has ended.
 */
#include "dates.h"

#include "base/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct asked {
    struct gt_dates_found is;
    const char *system; /* "": the business date */
    int64_t date, minute;
    const struct gt_clearing *clearing; /* NULL: the platform's */
};

/* What the address names; answers 404 if there is no such system. */
static enum gt_err find(struct gt_page *page, struct asked *a)
{
    *a = (struct asked){.system = gt_params_get(&page->query, "system")};
    enum gt_err err = gt_page_read(page, "dates.show", gt_dates_read, &a->is);
    if (err != GT_OK)
        return err;
    a->date = a->is.state.biz_date;
    a->minute = a->is.state.cut_minute;
    for (size_t i = 0; *a->system && i < a->is.n && !a->clearing; i++) {
        if (strcmp(a->is.clearing[i].system, a->system) == 0)
            a->clearing = &a->is.clearing[i];
    }
    if ((*a->system && !a->clearing) || !gt_page_may(page, GT_RIGHT_DATE_CUT, a->is.top_path))
        return gt_page_error(page, 404);
    if (a->clearing) {
        a->minute = a->clearing->cut_minute;
        if (!gt_clearing_follows(a->clearing))
            a->date = a->clearing->clear_date;
    }
    return GT_OK;
}

static enum gt_err show_form(struct gt_form *form, const struct asked *a)
{
    struct gt_page *page = form->page;
    char text[32];
    gt_page_set(page, a->system, "Date.System");
    gt_page_set_date(page, a->date, "Date.Is");
    gt_page_set(page,
                a->minute == GT_CUT_AS_DEFINED ? gt_page_word(page, "dates.as_defined")
                                               : gt_date_minute(page, a->minute, text),
                "Date.Schedule");
    if (a->clearing && gt_clearing_follows(a->clearing))
        gt_page_set(page, "1", "Date.Follows");
    if (a->clearing && a->clearing->defined >= 0)
        gt_page_set(page, gt_date_minute(page, a->clearing->defined, text), "Date.Defined");
    gt_form_show(form);
    return gt_page_show(page, page->route->name);
}

/* Back to the dates, where one sees the effect, or the form again with the reason. */
static enum gt_err finish(struct gt_form *form, const struct asked *a, enum gt_err err,
                          const struct gt_refusal *no, const char *done, const char *what)
{
    struct gt_page *page = form->page;
    if (err == GT_OK) {
        gt_page_flash(page, "success", done, GT_ARGS(what));
        return gt_page_go(page, "/console/dates");
    }
    err = gt_page_refused(form, err, no);
    return err != GT_OK || page->done ? err : show_form(form, a);
}

/* --- the cut-off */

enum { C_FROM, C_TO, C_TYPED, C__MAX };
static const struct gt_field cut_fields[C__MAX] = {
    [C_FROM] = {"from", GT_FIELD_HIDDEN, .required = true},
    [C_TO] = {"to", GT_FIELD_DATE, .required = true},
    [C_TYPED] = {"typed", GT_FIELD_LINE, .required = true, .most = 10},
};

/* The next day; or today, where the date was left behind. */
static int64_t next_date(const struct gt_page *page, int64_t date)
{
    const struct gt_staff *console = gt_console_of(page);
    int64_t today = gt_time_date(gt_now(console->clock), console->start->conf.tz_minutes);
    return today > date ? today : gt_date_next(date);
}

static enum gt_err show_cut(struct gt_page *page)
{
    struct asked a;
    struct gt_form form;
    char from[24], to[GT_DATE_TEXT];
    enum gt_err err = find(page, &a);
    if (err != GT_OK || page->done)
        return err;
    (void)snprintf(from, sizeof from, "%" PRId64, a.date);
    gt_form_start(page, cut_fields, C__MAX, &form);
    gt_form_put(&form, C_FROM, from);
    gt_form_put(&form, C_TO, gt_date_text(next_date(page, a.date), to));
    return show_form(&form, &a);
}

static enum gt_err do_cut(struct gt_page *page)
{
    struct asked a;
    struct gt_form form;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    char from[GT_DATE_TEXT], to[GT_DATE_TEXT];
    enum gt_err err = find(page, &a);
    if (err != GT_OK || page->done)
        return err;
    (void)gt_form_read(page, cut_fields, C__MAX, &form);
    gt_date_text(form.value[C_FROM].number, from);
    if (!form.value[C_TYPED].bad && strcmp(form.value[C_TYPED].text, from) != 0)
        gt_form_fail(&form, C_TYPED, "date_cut.differs", GT_ARGS(from));
    if (form.bad)
        return show_form(&form, &a);
    err = gt_date_cut(&gt_who_of(page)->by, a.system, form.value[C_FROM].number,
                      form.value[C_TO].number, &no);
    if (no.why == GT_WHY_DATE_ENDED) /* which the page shows then */
        (void)snprintf(no.field, sizeof no.field, "%s", "");
    gt_date_text(form.value[C_TO].number, to);
    return finish(&form, &a, err, &no, "date_cut.done", to);
}

GT_ROUTE(date_cut, .path = "/console/dates/cut", .name = "date_cut", .get = show_cut,
         .post = do_cut, .right = GT_RIGHT_DATE_CUT, .under = "dates");

/* --- the schedule */

enum { S_MINUTE, S__MAX };
static const struct gt_field schedule_fields[S__MAX] = {
    [S_MINUTE] = {"minute", GT_FIELD_LINE, .most = 5},
};

/* Reads "HH:MM"; nothing typed is by hand, or for a system what its definition says. */
static bool read_minute(const char *text, bool system, int64_t *minute)
{
    bool form = strlen(text) == 5 && text[2] == ':';
    for (int i = 0; form && i < 5; i++)
        form = i == 2 || (text[i] >= '0' && text[i] <= '9');
    *minute = system ? GT_CUT_AS_DEFINED : GT_CUT_BY_HAND;
    if (!*text)
        return true;
    if (form)
        *minute =
            ((text[0] - '0') * 10 + text[1] - '0') * 60 + (text[3] - '0') * 10 + text[4] - '0';
    return form && text[3] < '6' && *minute <= 1440;
}

static enum gt_err show_schedule(struct gt_page *page)
{
    struct asked a;
    struct gt_form form;
    char text[32];
    enum gt_err err = find(page, &a);
    if (err != GT_OK || page->done)
        return err;
    gt_form_start(page, schedule_fields, S__MAX, &form);
    if (a.minute >= 0)
        gt_form_put(&form, S_MINUTE, gt_date_minute(page, a.minute, text));
    return show_form(&form, &a);
}

static enum gt_err do_schedule(struct gt_page *page)
{
    struct asked a;
    struct gt_form form;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    int64_t minute;
    char text[32];
    enum gt_err err = find(page, &a);
    if (err != GT_OK || page->done)
        return err;
    if (!gt_form_read(page, schedule_fields, S__MAX, &form))
        return show_form(&form, &a);
    if (!read_minute(form.value[S_MINUTE].text, a.clearing != NULL, &minute)) {
        gt_form_fail(&form, S_MINUTE, "date_schedule.wrong", NULL);
        return show_form(&form, &a);
    }
    err = gt_date_schedule(&gt_who_of(page)->by, a.system, minute, &no);
    return finish(&form, &a, err, &no, "date_schedule.done",
                  minute == GT_CUT_AS_DEFINED ? gt_page_word(page, "dates.as_defined")
                                              : gt_date_minute(page, minute, text));
}

GT_ROUTE(date_schedule, .path = "/console/dates/schedule", .name = "date_schedule",
         .get = show_schedule, .post = do_schedule, .right = GT_RIGHT_DATE_CUT, .under = "dates");
