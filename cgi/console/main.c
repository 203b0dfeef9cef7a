/*
 * console.fcgi: the pages of administrators and managers.
 *
 * Here is what it has besides what every handler begins with (start.c): words, rights, the site,
 * and the two addresses that are no pages: health and metrics.
 */
#include "console.h"

#include "base/log.h"
#include "kit/fcgi.h"
#include "till/bizdate.h"
#include "till/service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of the largest body, an import; nginx has its own limit, each route a smaller one. */
#define BODY_MAX ((size_t)8 * 1024 * 1024)

/* Calls in flight to one marketing system, of those that people ask for. */
#define SLOTS        4
#define SLOT_WAIT_MS 1000

/* Healthy is who can read the store. */
static enum gt_err answer_health(struct gt_console *console, struct gt_http_reply *reply)
{
    struct gt_state state;
    enum gt_err err = gt_bizdate_get(console->start->db, &state);
    if (err == GT_ERR_FATAL)
        return err;
    gt_http_reply_text(reply, err == GT_OK ? 200 : 503, err == GT_OK ? "ok" : gt_err_name(err));
    return GT_OK;
}

static enum gt_err answer(void *ctx, const struct gt_http_request *request,
                          struct gt_http_reply *reply)
{
    struct gt_console *console = ctx;
    if (strcmp(request->path, "/console/healthz") == 0)
        return answer_health(console, reply);
    if (strcmp(request->path, "/console/metrics") == 0) {
        reply->content_type = "text/plain; version=0.0.4; charset=utf-8";
        gt_metrics_write(console->metrics, &reply->body);
        return GT_OK;
    }
    return gt_site_answer(&console->site, request, reply);
}

/* The till, for inquiries: the console sells nothing. */
static enum gt_err set_up_till(struct gt_console *console)
{
    const struct gt_conf *conf = &console->start->conf;
    enum gt_err err = gt_link_new(conf, console->clock, SLOTS, &console->link);
    if (err != GT_OK)
        return err;
    console->till = (struct gt_till){
        .db = console->start->db,
        .keys = console->start->keysrc,
        .clock = console->clock,
        .upstreams = gt_link_upstreams(console->link),
        .tz_minutes = conf->tz_minutes,
        .answer_ms = conf->answer_ms,
        .slot_wait_ms = SLOT_WAIT_MS,
        .lease_ms = 2 * conf->answer_ms,
    };
    return GT_OK;
}

static enum gt_err set_up(struct gt_start *start, struct gt_console *console)
{
    const struct gt_conf *conf = &start->conf;
    console->start = start;
    console->clock = gt_clock_system();
    console->random = gt_random_system();
    (void)snprintf(console->words_folder, sizeof console->words_folder, "%.500s/lang",
                   conf->templates);
    enum gt_err err = gt_routes_check();
    if (err == GT_OK)
        err = gt_words_load(console->words_folder, &console->words);
    if (err == GT_OK)
        err = gt_metrics_new(&console->metrics);
    if (err == GT_OK)
        err = gt_logger_init(&console->logger, start->keysrc, console->clock, "console.fcgi", "");
    if (err == GT_OK)
        err = set_up_till(console);
    console->site = (struct gt_site){
        .name = "console",
        .prefix = "/console",
        .templates = conf->templates,
        .words = console->words,
        .metrics = console->metrics,
        .clock = console->clock,
        .random = console->random,
        .tz_minutes = conf->tz_minutes,
        .enter = gt_console_enter,
        .frame = gt_console_frame,
        .leave = gt_console_leave,
        .ctx = console,
    };
    return err;
}

static enum gt_err serve(struct gt_start *start, bool *served)
{
    static struct gt_console console;
    struct gt_beat *beat = NULL;
    enum gt_err err = set_up(start, &console);
    if (err == GT_OK)
        err = gt_beat_start(&(struct gt_beat_conf){.db = start->db,
                                                   .src = start->keysrc,
                                                   .clock = console.clock,
                                                   .name = "console.fcgi"},
                            &beat);
    if (err == GT_OK) {
        struct gt_server server = {
            .socket = start->conf.console_socket,
            .threads = start->conf.console_threads,
            .body_max = BODY_MAX,
            .handler = answer,
            .ctx = &console,
        };
        *served = true;
        err = gt_fcgi_serve(&server);
    }
    gt_beat_stop(beat);
    gt_metrics_free(console.metrics);
    gt_words_free(console.words);
    if (console.link)
        gt_link_free(console.link);
    return err;
}

static const char *right_name(int right)
{
    if (right == GT_ROUTE_OPEN)
        return "open";
    return right == GT_ROUTE_SIGNED ? "signed" : gt_right_info((enum gt_right)right)->key;
}

static int print_routes(void)
{
    struct gt_buf out;
    gt_buf_init(&out, 1 << 20);
    gt_routes_print(&out, right_name);
    int status =
        gt_buf_err(&out) == GT_OK && fputs(out.data, stdout) >= 0 ? EXIT_SUCCESS : EXIT_FAILURE;
    gt_buf_done(&out);
    return status;
}

static char *socket_of(struct gt_conf *conf)
{
    return conf->console_socket;
}

int main(int argc, char **argv)
{
    static const struct gt_program program = {
        .name = "console.fcgi",
        .about = "Serves the pages of administrators and managers",
        .socket = socket_of,
        .serve = serve,
        .routes = print_routes,
    };
    return gt_start_main(&program, argc, argv);
}
