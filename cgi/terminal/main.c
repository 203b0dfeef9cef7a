/*
 * terminal.fcgi: the terminal interface over FastCGI.
 *
 * Here is only what it has besides what every handler begins with (start.c): the links upstream,
 * the till, the contract.
 */
#include "handler.h"
#include "kit/fcgi.h"
#include "start/start.h"
#include "till/service.h"

struct process {
    struct gt_link *link;
    struct gt_till till;
    struct gt_service service;
};

static enum gt_err open_contract(struct gt_start *start, struct process *p)
{
    const struct gt_conf *given = &start->conf;
    /* Half of the threads may wait for one marketing system. */
    int slots = given->threads > 1 ? given->threads / 2 : 1;
    enum gt_err err = gt_link_new(given, gt_clock_system(), slots, &p->link);
    if (err != GT_OK)
        return err;
    p->till = (struct gt_till){
        .db = start->db,
        .keys = start->keysrc,
        .clock = gt_clock_system(),
        .upstreams = gt_link_upstreams(p->link),
        .tz_minutes = given->tz_minutes,
        .answer_ms = given->answer_ms,
        .slot_wait_ms = 1000,
        .lease_ms = 2 * given->answer_ms,
    };
    struct gt_contract_conf conf = {
        .folder = given->contract,
        .bureau = given->bureau,
        .till = &p->till,
        .keys = &start->keys,
        .random = gt_random_system(),
        .fresh_ms = given->fresh_ms,
        .rate = given->rate,
    };
    err = gt_contract_new(&conf, &p->service.contract);
    if (err == GT_OK)
        err = gt_metrics_new(&p->service.metrics);
    p->service.db = start->db;
    p->service.link = p->link;
    p->service.answer_ms = given->answer_ms;
    return err;
}

static enum gt_err serve(struct gt_start *start, bool *served)
{
    static struct process process;
    struct process *p = &process;
    struct gt_beat *beat = NULL;
    enum gt_err err = open_contract(start, p);
    if (err == GT_OK)
        err = gt_beat_start(&(struct gt_beat_conf){.db = start->db,
                                                   .src = start->keysrc,
                                                   .clock = gt_clock_system(),
                                                   .name = "terminal.fcgi",
                                                   .ups = gt_link_upstreams(p->link)},
                            &beat);
    if (err == GT_OK) {
        struct gt_server server = {
            .socket = start->conf.socket,
            .threads = start->conf.threads,
            .body_max = (size_t)start->conf.body_max,
            .handler = gt_service_answer,
            .ctx = &p->service,
        };
        *served = true;
        err = gt_fcgi_serve(&server);
    }
    gt_beat_stop(beat);
    gt_metrics_free(p->service.metrics);
    gt_contract_free(p->service.contract);
    if (p->link)
        gt_link_free(p->link);
    return err;
}

static char *socket_of(struct gt_conf *conf)
{
    return conf->socket;
}

int main(int argc, char **argv)
{
    static const struct gt_program program = {
        .name = "terminal.fcgi",
        .about = "Serves the terminal interface",
        .socket = socket_of,
        .serve = serve,
    };
    return gt_start_main(&program, argc, argv);
}
