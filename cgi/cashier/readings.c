/*
 * F9: the reader's rounds, and fetching tasks from the marketing systems.
 *
 * Not here: the tasks of a round and what is read of them (round.c).
 */
#include "reading.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define ROUNDS 20

enum { F_ROUTE, F__MAX };
static const struct gt_field fields[F__MAX] = {
    [F_ROUTE] = {"route", GT_FIELD_LINE, .most = 30},
};

struct look {
    int64_t user_id, before;
    const char *route_no; /* NULL: the list */
    struct gt_round rounds[ROUNDS + 1];
    int64_t counts[ROUNDS][GT_READING__MAX];
    size_t n;
};

static enum gt_err look_in(struct gt_tx *tx, void *arg)
{
    struct look *l = arg;
    if (l->route_no) {
        l->n = gt_round_of_route(tx, l->user_id, l->route_no, &l->rounds[0]);
        return gt_tx_err(tx);
    }
    l->n = gt_rounds_of(tx, l->user_id, l->before, l->rounds, ROUNDS);
    for (size_t i = 0; i < l->n; i++)
        gt_round_counts(tx, l->rounds[i].id, l->counts[i]);
    return gt_tx_err(tx);
}

enum gt_err gt_reading_show(struct gt_page *page, const struct gt_actor *actor, const char *name)
{
    gt_page_words(page, "readings");
    return gt_cashier_show(page, actor, name);
}

void gt_round_show(struct gt_page *page, const struct gt_round *round, const int64_t *counts,
                   const char *leaf)
{
    int64_t read = round->tasks - counts[GT_READING_OPEN] - counts[GT_READING_REFUSED];
    gt_page_set_int(page, round->id, "%s.Id", leaf);
    gt_page_set(page, round->route_no, "%s.Route", leaf);
    gt_page_set(page, round->name, "%s.Name", leaf);
    char period[16];
    (void)snprintf(period, sizeof period, "%04d-%02d", (int)(round->period / 100),
                   (int)(round->period % 100));
    gt_page_set(page, period, "%s.Period", leaf);
    gt_page_set_int(page, round->tasks, "%s.Tasks", leaf);
    gt_page_set_int(page, read, "%s.Read", leaf);
    gt_page_set_int(page, round->tasks ? read * 100 / round->tasks : 0, "%s.Share", leaf);
    gt_page_set_int(page, counts[GT_READING_OPEN], "%s.Open", leaf);
    if (counts[GT_READING_WAITS])
        gt_page_set_int(page, counts[GT_READING_WAITS], "%s.Waits", leaf);
    if (counts[GT_READING_REFUSED])
        gt_page_set_int(page, counts[GT_READING_REFUSED], "%s.Refused", leaf);
    gt_page_set_time(page, round->fetched_at, "%s.At", leaf);
    if (read == round->tasks)
        gt_page_set(page, "1", "%s.Done", leaf);
}

static enum gt_err show_list(struct gt_form *form, const struct gt_actor *actor)
{
    struct gt_page *page = form->page;
    struct look *l = calloc(1, sizeof *l);
    if (!l)
        return gt_err_set(GT_ERR_NOMEM, "no memory for rounds");
    l->user_id = actor->user.id;
    (void)gt_page_id(page, "before", &l->before);
    enum gt_err err = gt_page_read(page, "cashier.rounds", look_in, l);
    for (size_t i = 0; err == GT_OK && i < l->n; i++) {
        char leaf[32];
        (void)snprintf(leaf, sizeof leaf, "Round.%zu", i);
        gt_round_show(page, &l->rounds[i], l->counts[i], leaf);
    }
    if (err == GT_OK && l->n == ROUNDS)
        gt_page_set_int(page, l->rounds[ROUNDS - 1].id, "Next");
    gt_form_show(form);
    if (err == GT_OK)
        err = gt_reading_show(page, actor, "cashier_readings");
    free(l);
    return err;
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_actor actor;
    struct gt_form form;
    enum gt_err err = gt_cashier_open(page, &actor);
    if (err != GT_OK || page->done)
        return err;
    gt_form_start(page, fields, F__MAX, &form);
    return show_list(&form, &actor);
}

/* To the tasks of the route that was named; else to the list. */
static enum gt_err go_on(struct gt_page *page, const struct gt_actor *actor, const char *route_no)
{
    char path[64] = "/cashier/readings";
    struct look *l = calloc(1, sizeof *l);
    if (!l)
        return gt_err_set(GT_ERR_NOMEM, "no memory for rounds");
    l->user_id = actor->user.id;
    l->route_no = route_no;
    enum gt_err err = route_no[0] ? gt_page_read(page, "cashier.rounds", look_in, l) : GT_OK;
    if (err == GT_OK && l->n)
        (void)snprintf(path, sizeof path, "/cashier/round?id=%" PRId64 "&state=open",
                       l->rounds[0].id);
    free(l);
    return err == GT_OK ? gt_page_go(page, path) : err;
}

static enum gt_err fetch(struct gt_page *page)
{
    struct gt_actor actor;
    struct gt_form form;
    enum gt_outcome outcome = GT_OUT_OK;
    char said[601];
    bool part = false;
    enum gt_err err = gt_cashier_open(page, &actor);
    if (err != GT_OK || page->done)
        return err;
    bool good = gt_form_read(page, fields, F__MAX, &form);
    const char *route = form.value[F_ROUTE].text;
    if (good && route[strspn(route, GT_READING_NO)])
        gt_form_fail(&form, F_ROUTE, "readings.bad_route", NULL);
    if (form.bad)
        return show_list(&form, &actor);
    err = gt_reading_fetch(&gt_staff_of(page)->till, &actor, route, &outcome, &part, said);
    if (err != GT_OK)
        return err;
    if (outcome == GT_OUT_OK) {
        gt_page_flash(page, part ? "warning" : "success",
                      part ? "readings.fetched_part" : "readings.fetched", NULL);
        return go_on(page, &actor, route);
    }
    const struct gt_outcome_info *info = gt_outcome_info(outcome);
    gt_form_fail_text(&form, "route", page->lang == GT_LANG_EN ? info->en : info->zh);
    return show_list(&form, &actor);
}

GT_ROUTE(readings, .path = "/cashier/readings", .name = "readings", .get = show, .post = fetch,
         .right = GT_RIGHT_READ);
