/*
 * The order in which things of a handler begin and end.  Threads begin last.
 */
#include "start/start.h"

#include "base/log.h"
#include "base/stop.h"
#include "base/template.h"
#include "base/xml.h"
#include "kit/fcgi.h"
#include "store/schema.h"

#include <getopt.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Keys of a series taken at a time. */
#define KEY_BLOCK 1000

/* Between two looks for a store that is not there. */
#define STORE_EVERY_MS 200

static const char usage[] =
    "Usage: %s --config FILE [--socket PATH]\n"
    "%s on a Unix socket, for a web server that speaks FastCGI.\n"
    "\n"
    "  --config FILE   gridtill.xml\n"
    "  --socket PATH   instead of the socket that the configuration names\n"
    "%s"
    "  --help          this text\n"
    "\n"
    "SIGTERM stops it when the requests in flight are answered; SIGHUP opens the log anew.\n";

static int print_usage(const struct gt_program *program, FILE *out)
{
    const char *routes = program->routes ? "  --routes        prints its addresses: path, method, "
                                           "right, CSRF token, bytes of a body, object\n"
                                         : "";
    return fprintf(out, usage, program->name, program->about, routes) < 0 ? EXIT_FAILURE
                                                                          : EXIT_SUCCESS;
}

static enum gt_err open_log(const struct gt_conf *conf, const char *name)
{
    char path[GT_PATH_MAX + 32];
    (void)snprintf(path, sizeof path, "%s/%s.log", conf->log, name);
    gt_log_level(conf->log_level);
    return gt_log_open(conf->log[0] ? path : NULL, name, conf->tz_minutes);
}

static enum gt_err open_store(struct gt_start *start)
{
    struct gt_db_conf conf = {.path = start->conf.store,
                              .connection =
                                  start->conf.connection[0] ? start->conf.connection : NULL,
                              .connections = start->conf.connections,
                              .together = true,
                              .seal_key = start->keys.audit,
                              .readers = start->conf.readers,
                              .sync = GT_DB_DURABLE};
    enum gt_err err = gt_db_open(&conf, &start->db);
    if (err != GT_OK)
        return err;
    int version = 0, latest = 0;
    err = gt_schema_version(start->db, &version);
    if (err == GT_OK)
        err = gt_schema_latest(start->conf.sql, &latest);
    if (err == GT_OK && version < latest)
        err =
            gt_err_set(GT_ERR_CONFIG, "the database is at migration %d of %d: run gridtill migrate",
                       version, latest);
    return err == GT_OK ? gt_keysrc_new(start->db, KEY_BLOCK, &start->keysrc) : err;
}

static void close_store(struct gt_start *start)
{
    gt_keysrc_free(start->keysrc);
    if (start->db)
        gt_db_close(start->db);
    start->keysrc = NULL;
    start->db = NULL;
}

/* A server that is not there is waited for: ending would not bring it back.  GT_ERR_BUSY: the end
 * came first. */
static enum gt_err await_store(struct gt_start *start)
{
    enum gt_err err = open_store(start);
    if (err == GT_ERR_BUSY)
        gt_log_err("service.waits_for_store", err);
    while (err == GT_ERR_BUSY && !gt_stop_within(STORE_EVERY_MS)) {
        close_store(start);
        err = open_store(start);
    }
    return err;
}

static enum gt_err begin(const struct gt_program *program, struct gt_start *start,
                         const char *config, const char *socket)
{
    enum gt_err err = gt_conf_load(config, NULL, &start->conf);
    if (err == GT_OK && socket)
        err = gt_str_copy(program->socket(&start->conf), GT_PATH_MAX, socket);
    if (err == GT_OK)
        err = open_log(&start->conf, program->name);
    if (err == GT_OK)
        err = gt_tmpl_start();
    if (err == GT_OK)
        err = gt_keys_load(start->conf.keys, &start->keys);
    return err == GT_OK ? await_store(start) : err;
}

static int run(const struct gt_program *program, const char *config, const char *socket)
{
    static struct gt_start start;
    bool served = false;
    gt_xml_start();
    enum gt_err err = begin(program, &start, config, socket);
    int status = err == GT_ERR_BUSY ? EXIT_SUCCESS : GT_EXIT_CONFIG;
    if (err == GT_OK) {
        err = program->serve(&start, &served);
        status = err == GT_OK ? EXIT_SUCCESS : served ? EXIT_FAILURE : GT_EXIT_CONFIG;
    }
    if (err != GT_OK)
        gt_log_err("service.failed", err);
    close_store(&start);
    gt_wipe(&start.keys, sizeof start.keys);
    gt_xml_stop();
    return err == GT_ERR_FATAL ? GT_EXIT_FATAL : status;
}

/* Read by jemalloc, where it is linked, before main(). */
extern const char *malloc_conf;
const char *malloc_conf = "narenas:2";

int gt_start_main(const struct gt_program *program, int argc, char **argv)
{
    static const struct option options[] = {{"config", required_argument, NULL, 'c'},
                                            {"socket", required_argument, NULL, 's'},
                                            {"routes", no_argument, NULL, 'r'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    const char *config = NULL, *socket = NULL;
    int c;
    while ((c = getopt_long(argc, argv, "c:s:h", options, NULL)) != -1) {
        if (c == 'c')
            config = optarg;
        else if (c == 's')
            socket = optarg;
        else if (c == 'r' && program->routes)
            return program->routes();
        else if (c == 'h')
            return print_usage(program, stdout);
        else
            return GT_EXIT_CONFIG;
    }
    if (!config || optind < argc) {
        (void)print_usage(program, stderr);
        return GT_EXIT_CONFIG;
    }
    /* Hundreds of threads with an arena each would hold far more than they use (malloc's word for
     * what malloc_conf says to jemalloc). */
    (void)mallopt(M_ARENA_MAX, 8);
    gt_fcgi_block_signals();
    return run(program, config, socket);
}
