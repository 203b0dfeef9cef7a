/*
 * A handler of people's pages, from its parts to its end.
 *
 * Here is what it has besides what every handler begins with (start.c): words, rights, the site,
 * the till, and the two addresses that are no pages: health and metrics.
 */
#include "staff/staff.h"

#include "base/limit.h"
#include "base/log.h"
#include "kit/fcgi.h"
#include "till/bizdate.h"
#include "till/service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Calls in flight to one marketing system, of those that people only ask for. */
#define SLOTS        4
#define SLOT_WAIT_MS 1000

/* Healthy is who can read the store. */
static enum gt_err answer_health(struct gt_staff *staff, struct gt_http_reply *reply)
{
    struct gt_state state;
    enum gt_err err = gt_bizdate_get(staff->start->db, &state);
    if (err == GT_ERR_FATAL)
        return err;
    gt_http_reply_text(reply, err == GT_OK ? 200 : 503, err == GT_OK ? "ok" : gt_err_name(err));
    return GT_OK;
}

/* Whether `path` is `leaf` right below the handler's prefix. */
static bool is_own(const struct gt_staff *staff, const char *path, const char *leaf)
{
    size_t n = strlen(staff->kind->prefix);
    return strncmp(path, staff->kind->prefix, n) == 0 && strcmp(path + n, leaf) == 0;
}

static enum gt_err answer(void *ctx, const struct gt_http_request *request,
                          struct gt_http_reply *reply)
{
    struct gt_staff *staff = ctx;
    const struct gt_clock *clock = staff->clock;
    if (is_own(staff, request->path, "/healthz"))
        return answer_health(staff, reply);
    if (is_own(staff, request->path, "/metrics")) {
        reply->content_type = "text/plain; version=0.0.4; charset=utf-8";
        gt_metrics_write(staff->metrics, &reply->body);
        return GT_OK;
    }
    if (staff->kind->sells)
        gt_limit_set(clock->mono(clock->ctx) + staff->till.answer_ms - GT_LIMIT_MARGIN_MS);
    enum gt_err err = gt_site_answer(&staff->site, request, reply);
    gt_limit_set(0);
    return err;
}

static enum gt_err set_up_till(struct gt_staff *staff, int threads)
{
    const struct gt_conf *conf = &staff->start->conf;
    /* Half of the threads may wait for one marketing system. */
    int slots = staff->kind->sells ? (threads > 1 ? threads / 2 : 1) : SLOTS;
    enum gt_err err = gt_link_new(conf, staff->clock, slots, &staff->link);
    if (err != GT_OK)
        return err;
    staff->till = (struct gt_till){
        .db = staff->start->db,
        .keys = staff->start->keysrc,
        .clock = staff->clock,
        .upstreams = gt_link_upstreams(staff->link),
        .tz_minutes = conf->tz_minutes,
        .answer_ms = conf->answer_ms,
        .slot_wait_ms = SLOT_WAIT_MS,
        .lease_ms = 2 * conf->answer_ms,
    };
    return GT_OK;
}

static struct gt_site make_site(struct gt_staff *staff)
{
    const struct gt_conf *conf = &staff->start->conf;
    return (struct gt_site){
        .name = staff->kind->name,
        .prefix = "/console", /* of the pages that both have: language, account, signing out */
        .common = staff->kind->common,
        .templates = conf->templates,
        .words = staff->words,
        .metrics = staff->metrics,
        .clock = staff->clock,
        .random = staff->random,
        .tz_minutes = conf->tz_minutes,
        .enter = gt_staff_enter,
        .frame = gt_staff_frame,
        .leave = gt_staff_leave,
        .ctx = staff,
    };
}

static enum gt_err set_up(struct gt_start *start, int threads, struct gt_staff *staff)
{
    staff->start = start;
    staff->clock = gt_clock_system();
    staff->random = gt_random_system();
    (void)snprintf(staff->words_folder, sizeof staff->words_folder, "%.500s/lang",
                   start->conf.templates);
    enum gt_err err = gt_routes_check();
    if (err == GT_OK)
        err = gt_words_load(staff->words_folder, &staff->words);
    if (err == GT_OK)
        err = gt_metrics_new(&staff->metrics);
    if (err == GT_OK)
        err = gt_logger_init(&staff->logger, start->keysrc, staff->clock, staff->kind->service, "");
    if (err == GT_OK)
        err = gt_hours_new(&staff->hours);
    if (err == GT_OK)
        err = set_up_till(staff, threads);
    staff->site = make_site(staff);
    return err;
}

enum gt_err gt_staff_serve(struct gt_start *start, const struct gt_staff_kind *kind,
                           const char *socket, int threads, bool *served)
{
    static struct gt_staff staff;
    struct gt_beat *beat = NULL;
    staff.kind = kind;
    enum gt_err err = set_up(start, threads, &staff);
    if (err == GT_OK)
        err =
            gt_beat_start(&(struct gt_beat_conf){.db = start->db,
                                                 .src = start->keysrc,
                                                 .clock = staff.clock,
                                                 .name = kind->service,
                                                 .ups = kind->sells ? staff.till.upstreams : NULL},
                          &beat);
    if (err == GT_OK) {
        struct gt_server server = {
            .socket = socket,
            .threads = threads,
            .body_max = kind->body_max,
            .handler = answer,
            .ctx = &staff,
        };
        *served = true;
        err = gt_fcgi_serve(&server);
    }
    gt_beat_stop(beat);
    gt_metrics_free(staff.metrics);
    gt_words_free(staff.words);
    gt_hours_free(staff.hours);
    if (staff.link)
        gt_link_free(staff.link);
    return err;
}

static const char *right_name(int right)
{
    if (right == GT_ROUTE_OPEN)
        return "open";
    return right == GT_ROUTE_SIGNED ? "signed" : gt_right_info((enum gt_right)right)->key;
}

int gt_staff_routes(void)
{
    struct gt_buf out;
    gt_buf_init(&out, 1 << 20);
    gt_routes_print(&out, right_name);
    int status =
        gt_buf_err(&out) == GT_OK && fputs(out.data, stdout) >= 0 ? EXIT_SUCCESS : EXIT_FAILURE;
    gt_buf_done(&out);
    return status;
}
