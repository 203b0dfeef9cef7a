/*
 * gridtill store copy: moves the platform to another store.
 *
 * What is copied and how it goes on after a kill is in lib/store/copy.c.  Here is what belongs
 * around it: nobody works on the source, the same keys, the newest schema, and the books of the
 * target in the end.
 */
#include "base/buf.h"
#include "commands.h"
#include "common.h"
#include "record.h"
#include "store/copy.h"
#include "store/schema.h"
#include "till/check.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The table without whose row no command and no service works on a store. */
#define LAST_TABLE "gt_state"

struct move {
    struct gt_cmd *from;
    struct gt_cmd to;
    bool json;
    bool counts; /* progress is a line that is written over */
    char table[40];
};

/* --- which stores ----------------------------------------------------------------------------- */

/* A connection string has a '=' in it and is no file. */
static bool is_connection(const char *text)
{
    return strchr(text, '=') && access(text, F_OK) != 0;
}

static bool names_secret(const char *connection)
{
    return strcasestr(connection, "pwd=") || strcasestr(connection, "password=");
}

/* Reads what --to says.  A string uses everything but the store of our own configuration. */
static enum gt_err load_target(struct move *m, const char *to)
{
    if (!is_connection(to)) {
        m->to.config = to;
        return gt_cmd_load(&m->to);
    }
    if (names_secret(to))
        fputs(
            "gridtill: others on this machine can see the secret on the command line; --to with a "
            "configuration file keeps it in its secret-file\n",
            stderr);
    m->to.config = m->from->config;
    m->to.conf = m->from->conf;
    m->to.conf.store[0] = '\0';
    return gt_str_copy(m->to.conf.connection, sizeof(m->to.conf.connection), to);
}

/* Whatever was sealed and hidden with one key file can be read with the same only. */
static enum gt_err check_keys(const struct move *m)
{
    struct gt_keys from, to;
    enum gt_err err = gt_keys_load(m->from->conf.keys, &from);

    if (err == GT_OK)
        err = gt_keys_load(m->to.conf.keys, &to);
    if (err == GT_ERR_ABSENT)
        err = GT_ERR_CONFIG;
    if (err == GT_OK && !gt_same(&from, &to, sizeof(from)))
        err = gt_err_set(GT_ERR_CONFIG,
                         "%s and %s are different key files: the copy's seals would be wrong.  "
                         "Copy the source's key file to the target",
                         m->from->conf.keys, m->to.conf.keys);
    gt_wipe(&from, sizeof(from));
    gt_wipe(&to, sizeof(to));
    return err;
}

static enum gt_err check_pair(const struct move *m)
{
    const struct gt_conf *from = &m->from->conf, *to = &m->to.conf;

    if (strcmp(from->store, to->store) == 0 && strcmp(from->connection, to->connection) == 0)
        return gt_err_set(GT_ERR_CONFIG, "both configurations name the same store");
    return check_keys(m);
}

/* Refuses a source that others work on.  Of a server's nobody can say: there a change is found. */
static enum gt_err check_quiet(const struct move *m)
{
    const char *path = m->from->conf.store;
    struct gt_db_user user = {.pid = 0};
    enum gt_err err = path[0] ? gt_db_file_user(path, &user) : GT_OK;

    if (err == GT_OK && user.pid)
        err = gt_err_set(GT_ERR_BUSY,
                         "%s is in use by process %ld (%s): stop all services first "
                         "(systemctl stop gridtill.target)",
                         path, user.pid, user.name);
    return err;
}

/* --- opening ---------------------------------------------------------------------------------- */

static enum gt_err open_source(const struct move *m)
{
    int version = 0, latest = 0;
    enum gt_err err = gt_cmd_open_store(m->from, false);

    if (err == GT_OK)
        err = gt_schema_version(m->from->db, &version);
    if (err == GT_OK)
        err = gt_schema_latest(m->from->conf.sql, &latest);
    if (err == GT_OK && version != latest)
        err = gt_err_set(GT_ERR_CONFIG,
                         "the source's schema has version %d, the newest is %d: gridtill migrate "
                         "first",
                         version, latest);
    return err;
}

/* The target gets the schema of the source's program. */
static enum gt_err open_target(struct move *m)
{
    int applied;
    enum gt_err err = gt_cmd_open_store(&m->to, true);

    if (err == GT_OK)
        err = gt_migrate(m->to.db, m->from->conf.sql, &applied);
    return gt_err_add(err, "target");
}

/* --- telling ---------------------------------------------------------------------------------- */

static void tell(void *ctx, const char *table, int64_t rows, int64_t of)
{
    struct move *m = ctx;
    bool same = strcmp(m->table, table) == 0;

    if (m->json || (same && !m->counts))
        return;
    snprintf(m->table, sizeof(m->table), "%s", table);
    if (m->counts)
        fprintf(stderr, "\r%-24s %" PRId64 " of %" PRId64 " rows ", table, rows, of);
    else
        fprintf(stderr, "%s\n", table);
}

static void tell_end(const struct move *m)
{
    if (!m->json && m->counts && m->table[0])
        fputc('\n', stderr);
}

static void difference(void *ctx, const char *object, const char *what)
{
    (void)ctx;
    fprintf(stderr, "gridtill: %s: %s\n", object, what);
}

static void print_done(const struct move *m, const struct gt_copy *copy,
                       const struct gt_check_sums *sums)
{
    const char *source = gt_cmd_store(m->from);

    if (m->json) {
        struct gt_record r = {.n = 0};
        gt_record_text(&r, "copy", 0, copy->there ? "there" : copy->resumed ? "resumed" : "whole");
        gt_record_int(&r, "tables", 0, copy->tables);
        gt_record_int(&r, "rows", 0, copy->rows);
        gt_record_int(&r, "transactions", 0, sums->txns);
        gt_record_int(&r, "differences", 0, sums->differences);
        gt_record_show(&r, true);
        return;
    }
    printf("%s %" PRId64 " rows of %d tables, %" PRId64 " transactions; %" PRId64
           " differences in the books of the target.\n",
           copy->there ? "The target holds all of it already:" : "Copied", copy->rows, copy->tables,
           sums->txns, sums->differences);
    if (sums->differences)
        return;
    printf(
        "What is left to do:\n"
        "  1. Put the <store> of the target into %s%s%s.\n"
        "  2. gridtill check store, then start the services.\n"
        "  3. Keep %s as a backup, under another name or stopped: what is sold there from now on "
        "is in no book here.\n",
        m->from->config, m->to.config == m->from->config ? "" : ", as it stands in ",
        m->to.config == m->from->config ? "" : m->to.config, source);
}

/* --- doing it --------------------------------------------------------------------------------- */

/* What a person can do about a copy that failed, besides what the failure says. */
static void advise(enum gt_err err)
{
    switch (err) {
    case GT_ERR_EXISTS:
        fputs("Copy into an empty database: create another one, or empty this one if nobody needs "
              "what is in it.\n",
              stderr);
        break;
    case GT_ERR_CHANGED:
        fputs("Stop everything that works on the source, then: gridtill store copy --anew, which "
              "first removes what this copy has left in the target.\n",
              stderr);
        break;
    case GT_ERR_BUSY:
    case GT_ERR_LOST:
    case GT_ERR_IO:
        fputs("Run it again when that is mended: it goes on where it was.\n", stderr);
        break;
    default:
        break;
    }
}

static enum gt_err copy(struct move *m, bool anew)
{
    struct gt_check_sums sums = {0};
    struct gt_copy copy = {.from = m->from->db,
                           .to = m->to.db,
                           .folder = m->from->conf.sql,
                           .last = LAST_TABLE,
                           .anew = anew,
                           .progress = tell,
                           .ctx = m};
    enum gt_err err = gt_copy_run(&copy);

    tell_end(m);
    if (err == GT_OK && !m->json)
        fputs("Checking the books of the target …\n", stderr);
    if (err == GT_OK)
        err = gt_check_books(m->to.db, difference, NULL, &sums);
    if (err != GT_OK)
        return err;
    print_done(m, &copy, &sums);
    return sums.differences
               ? gt_err_set(GT_ERR_TAMPERED, "the books of the target have differences;"
                                             " look at those of the source too")
               : GT_OK;
}

static int run_copy(struct gt_cmd *cmd, const struct gt_args *args)
{
    struct move m = {.from = cmd, .json = args->json, .counts = isatty(STDERR_FILENO)};
    const char *to = gt_arg(args, "to"), *given = getenv("GRIDTILL_STORE");

    if (!to)
        return gt_args_wrong(args, "wanted: --to CONFIG");
    if (given && *given)
        return gt_cmd_refuse(
            "GRIDTILL_STORE is set and stands above every configuration: unset it, "
            "so that source and target can differ");
    enum gt_err err = gt_cmd_load(cmd);
    if (err == GT_OK)
        err = load_target(&m, to);
    if (err == GT_OK)
        err = check_pair(&m);
    if (err == GT_OK)
        err = check_quiet(&m);
    if (err == GT_OK)
        err = open_source(&m);
    if (err == GT_OK)
        err = open_target(&m);
    if (err == GT_OK)
        err = copy(&m, gt_arg_given(args, "anew"));
    gt_cmd_done(&m.to);
    if (err == GT_OK)
        return GT_EXIT_OK;
    int status = gt_cmd_fail(err);
    advise(err);
    return status;
}

static const struct gt_option copy_options[] = {
    {"to", "CONFIG", "configuration with the target's <store>; or its connection string"},
    {"anew", NULL, "first remove what an unfinished copy has left in the target"},
    {NULL, NULL, NULL},
};

static const struct gt_verb verbs[] = {
    {"copy", "",
     "Copies the platform, its services stopped, into an empty store; goes on when run again.", 0,
     0, copy_options, run_copy},
    {NULL, NULL, NULL, 0, 0, NULL, NULL},
};

const struct gt_command gt_command_store = {"store", "move the platform to another database",
                                            verbs};
