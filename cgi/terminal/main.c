/*
 * terminal.fcgi: the terminal interface over FastCGI.
 *
 * Here is only the order in which things begin and end.  Threads begin last.
 */
#include "base/crypt.h"
#include "base/stop.h"
#include "base/template.h"
#include "base/xml.h"
#include "handler.h"
#include "kit/fcgi.h"
#include "store/schema.h"

#include <getopt.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Ends with this when the configuration or the surroundings are wrong (sysexits.h, EX_CONFIG):
 * starting again would not help. */
#define EXIT_CONFIG 78

/* Keys of a series taken at a time. */
#define KEY_BLOCK 1000

/* Between two looks for a store that is not there. */
#define STORE_EVERY_MS 200

static const char usage[] =
    "Usage: terminal.fcgi --config FILE [--socket PATH]\n"
    "Serves the terminal interface on a Unix socket, for a web server that speaks FastCGI.\n"
    "\n"
    "  --config FILE   gridtill.xml\n"
    "  --socket PATH   instead of the socket that the configuration names\n"
    "  --help          this text\n"
    "\n"
    "SIGTERM stops it when the requests in flight are answered; SIGHUP opens the log anew.\n";

struct process {
    struct gt_conf conf;
    struct gt_keys keys;
    struct gt_db *db;
    struct gt_keysrc *keysrc;
    struct gt_link *link;
    struct gt_till till;
    struct gt_service service;
};

static enum gt_err open_log(const struct gt_conf *conf)
{
    char path[GT_PATH_MAX + 32];
    (void)snprintf(path, sizeof path, "%s/terminal.fcgi.log", conf->log);
    gt_log_level(conf->log_level);
    return gt_log_open(conf->log[0] ? path : NULL, "terminal.fcgi", conf->tz_minutes);
}

static enum gt_err open_store(struct process *p)
{
    struct gt_db_conf conf = {.path = p->conf.store,
                              .connection = p->conf.connection[0] ? p->conf.connection : NULL,
                              .connections = p->conf.connections,
                              .seal_key = p->keys.audit,
                              .readers = p->conf.readers,
                              .sync = GT_DB_DURABLE};
    enum gt_err err = gt_db_open(&conf, &p->db);
    if (err != GT_OK)
        return err;
    int version = 0, latest = 0;
    err = gt_schema_version(p->db, &version);
    if (err == GT_OK)
        err = gt_schema_latest(p->conf.sql, &latest);
    if (err == GT_OK && version < latest)
        err =
            gt_err_set(GT_ERR_CONFIG, "the database is at migration %d of %d: run gridtill migrate",
                       version, latest);
    return err == GT_OK ? gt_keysrc_new(p->db, KEY_BLOCK, &p->keysrc) : err;
}

static void close_store(struct process *p)
{
    gt_keysrc_free(p->keysrc);
    if (p->db)
        gt_db_close(p->db);
    p->keysrc = NULL;
    p->db = NULL;
}

/* A server that is not there is waited for: ending would not bring it back.  GT_ERR_BUSY: the end
 * came first. */
static enum gt_err await_store(struct process *p)
{
    enum gt_err err = open_store(p);
    if (err == GT_ERR_BUSY)
        gt_log_err("service.waits_for_store", err);
    while (err == GT_ERR_BUSY && !gt_stop_within(STORE_EVERY_MS)) {
        close_store(p);
        err = open_store(p);
    }
    return err;
}

static enum gt_err open_contract(struct process *p)
{
    /* Half of the threads may wait for one marketing system. */
    int slots = p->conf.threads > 1 ? p->conf.threads / 2 : 1;
    enum gt_err err = gt_link_new(&p->conf, gt_clock_system(), slots, &p->link);
    if (err != GT_OK)
        return err;
    p->till = (struct gt_till){
        .db = p->db,
        .keys = p->keysrc,
        .clock = gt_clock_system(),
        .upstreams = gt_link_upstreams(p->link),
        .tz_minutes = p->conf.tz_minutes,
        .answer_ms = p->conf.answer_ms,
        .slot_wait_ms = 1000,
        .lease_ms = 2 * p->conf.answer_ms,
    };
    struct gt_contract_conf conf = {
        .folder = p->conf.contract,
        .bureau = p->conf.bureau,
        .till = &p->till,
        .keys = &p->keys,
        .random = gt_random_system(),
        .fresh_ms = p->conf.fresh_ms,
        .rate = p->conf.rate,
    };
    err = gt_contract_new(&conf, &p->service.contract);
    if (err == GT_OK)
        err = gt_metrics_new(&p->service.metrics);
    p->service.db = p->db;
    p->service.link = p->link;
    p->service.answer_ms = p->conf.answer_ms;
    return err;
}

static enum gt_err begin(struct process *p, const char *config, const char *socket)
{
    enum gt_err err = gt_conf_load(config, NULL, &p->conf);
    if (err == GT_OK && socket)
        err = gt_str_copy(p->conf.socket, sizeof p->conf.socket, socket);
    if (err == GT_OK)
        err = open_log(&p->conf);
    if (err == GT_OK)
        err = gt_tmpl_start();
    if (err == GT_OK)
        err = gt_keys_load(p->conf.keys, &p->keys);
    if (err == GT_OK)
        err = await_store(p);
    if (err == GT_OK)
        err = open_contract(p);
    return err;
}

static void end(struct process *p)
{
    gt_metrics_free(p->service.metrics);
    gt_contract_free(p->service.contract);
    if (p->link)
        gt_link_free(p->link);
    close_store(p);
    gt_wipe(&p->keys, sizeof p->keys);
}

static int run(const char *config, const char *socket)
{
    static struct process process;
    struct process *p = &process;
    gt_xml_start();
    enum gt_err err = begin(p, config, socket);
    int status = err == GT_ERR_BUSY ? EXIT_SUCCESS : EXIT_CONFIG;
    if (err == GT_OK) {
        status = EXIT_FAILURE;
        struct gt_server server = {
            .socket = p->conf.socket,
            .threads = p->conf.threads,
            .body_max = (size_t)p->conf.body_max,
            .handler = gt_service_answer,
            .ctx = &p->service,
        };
        err = gt_fcgi_serve(&server);
    }
    if (err == GT_OK)
        status = EXIT_SUCCESS;
    else
        gt_log_err("service.failed", err);
    end(p);
    gt_xml_stop();
    return err == GT_ERR_FATAL ? GT_EXIT_FATAL : status;
}

/* Read by jemalloc, where it is linked, before main(). */
extern const char *malloc_conf;
const char *malloc_conf = "narenas:2";

int main(int argc, char **argv)
{
    static const struct option options[] = {{"config", required_argument, NULL, 'c'},
                                            {"socket", required_argument, NULL, 's'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    const char *config = NULL, *socket = NULL;
    int c;
    while ((c = getopt_long(argc, argv, "c:s:h", options, NULL)) != -1) {
        if (c == 'c')
            config = optarg;
        else if (c == 's')
            socket = optarg;
        else if (c == 'h')
            return fputs(usage, stdout) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
        else
            return EXIT_CONFIG;
    }
    if (!config || optind < argc) {
        (void)fputs(usage, stderr);
        return EXIT_CONFIG;
    }
    /* Hundreds of threads with an arena each would hold far more than they use (malloc's word for
     * what malloc_conf says to jemalloc). */
    (void)mallopt(M_ARENA_MAX, 8);
    gt_fcgi_block_signals();
    return run(config, socket);
}
