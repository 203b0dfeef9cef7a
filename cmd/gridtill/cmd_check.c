/*
 * gridtill check: is everything as it should be, and what mends what is not.
 *
 * Each part reports problems: what is wrong, and the command that mends it.  Nothing is changed,
 * but that the operation log keeps what was found of the books.
 */
#include "access/state.h"
#include "base/buf.h"
#include "base/cert.h"
#include "base/xml.h"
#include "commands.h"
#include "common.h"
#include "store/schema.h"
#include "till/checked.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define DEFINITION_MAX  (1024 * 1024)
#define FREE_LEAST      (INT64_C(64) * 1024 * 1024)
#define CLOCK_SLACK_MS  60000
#define SERVER_SLACK_MS 2000
#define DAY_MS          INT64_C(86400000)

struct report {
    struct gt_cmd *cmd;
    const char *part;
    int64_t problems;             /* so far */
    char found[GT_CHECKED_FOUND]; /* the first differences of the books */
};

/* One problem; `mend` may be NULL. */
static void problem(struct report *r, const char *what, const char *mend)
{
    struct gt_buf buf;

    if (!r->cmd->json) {
        printf("%s: %s\n", r->part, what);
        if (mend)
            printf("    mend with: %s\n", mend);
    } else {
        gt_buf_init(&buf, 16 * 1024);
        gt_buf_puts(&buf, r->problems ? ",\n  {\"part\": " : "\n  {\"part\": ");
        gt_buf_put_json(&buf, r->part);
        gt_buf_puts(&buf, ", \"what\": ");
        gt_buf_put_json(&buf, what);
        gt_buf_puts(&buf, ", \"mend\": ");
        gt_buf_put_json(&buf, mend ? mend : "");
        gt_buf_putc(&buf, '}');
        fputs(gt_buf_err(&buf) == GT_OK ? buf.data : "", stdout);
        gt_buf_done(&buf);
    }
    r->problems++;
}

/* A problem that is this thread's failure. */
static void failure(struct report *r, enum gt_err err, const char *mend)
{
    const char *text = gt_err_text();

    problem(r, *text ? text : gt_err_name(err), mend);
}

static void note(struct report *r, const char *what)
{
    if (!r->cmd->json)
        printf("%s: %s\n", r->part, what);
}

/* --- config ----------------------------------------------------------------------------------- */

static void want_path(struct report *r, const char *path, int mode, const char *what)
{
    char text[GT_PATH_MAX + 80], mend[GT_PATH_MAX + 80];

    if (access(path, mode) == 0)
        return;
    snprintf(text, sizeof(text), "%s %s is not there or may not be used", what, path);
    snprintf(mend, sizeof(mend), "ls -ld %s", path);
    problem(r, text, mend);
}

static void check_definitions(struct report *r)
{
    const struct gt_conf *conf = &r->cmd->conf;

    for (int i = 0; i < conf->nmarketing; i++) {
        char mend[GT_PATH_MAX + 40];
        xmlDocPtr doc = NULL;
        enum gt_err err = gt_xml_load(conf->marketing[i].definition, DEFINITION_MAX, &doc);

        snprintf(mend, sizeof(mend), "xmllint --noout %s", conf->marketing[i].definition);
        if (err != GT_OK)
            failure(r, err, mend);
        xmlFreeDoc(doc);
    }
}

static void check_certificates(struct report *r)
{
    const struct gt_conf *conf = &r->cmd->conf;
    int64_t now = gt_now(gt_clock_system());

    for (int i = 0; i < conf->ncertificates; i++) {
        const char *path = conf->certificates[i];
        char text[GT_PATH_MAX + 400], mend[GT_PATH_MAX + 80], at[GT_TIME_MAX];
        struct gt_cert cert;
        enum gt_err err = gt_cert_read(path, &cert);

        snprintf(mend, sizeof(mend), "a new certificate in %s, then nginx -s reload", path);
        if (err != GT_OK) {
            failure(r, err, mend);
        } else if (cert.ends < now + GT_CERT_WARN_DAYS * DAY_MS) {
            snprintf(text, sizeof(text), "the certificate of %s ends at %s", cert.subject,
                     gt_time_format(cert.ends, conf->tz_minutes, at));
            problem(r, text, mend);
        }
    }
}

static void check_config(struct report *r)
{
    const struct gt_conf *conf = &r->cmd->conf;
    int64_t before = r->problems;
    struct gt_keys keys;
    char mend[GT_PATH_MAX + 40];

    r->part = "config";
    want_path(r, conf->sql, R_OK | X_OK, "the folder of the migrations");
    want_path(r, conf->templates, R_OK | X_OK, "the folder of the templates");
    want_path(r, conf->contract, R_OK | X_OK, "the folder of the terminal contract");
    if (*conf->log)
        want_path(r, conf->log, W_OK | X_OK, "the folder of the logs");
    enum gt_err err = gt_keys_load(conf->keys, &keys);
    gt_wipe(&keys, sizeof(keys));
    snprintf(mend, sizeof(mend), "chmod 0640 %s", conf->keys);
    if (err == GT_ERR_DENIED)
        failure(r, err, mend);
    else if (err != GT_OK)
        failure(r, err, "gridtill init, or the key file from the backup");
    check_definitions(r);
    check_certificates(r);
    if (r->problems == before)
        note(r, "good");
}

/* --- store ------------------------------------------------------------------------------------ */

static enum gt_err touch(struct gt_tx *tx, void *arg)
{
    gt_state_read(tx, arg);
    return gt_tx_err(tx);
}

static void check_schema(struct report *r, int *version)
{
    char text[120];
    int latest;
    enum gt_err err = gt_schema_version(r->cmd->db, version);

    if (err == GT_OK)
        err = gt_schema_latest(r->cmd->conf.sql, &latest);
    if (err != GT_OK) {
        failure(r, err, "gridtill check config");
    } else if (*version != latest) {
        snprintf(text, sizeof(text), "the schema has version %d, the newest is %d", *version,
                 latest);
        problem(r, text, *version < latest ? "gridtill migrate" : "install the newer program");
    }
}

/* The clock against what the store remembers. */
static void check_clock(struct report *r, const struct gt_state *state)
{
    int64_t now = gt_now(gt_clock_system());
    int64_t today = gt_time_date(now, r->cmd->conf.tz_minutes);
    char text[160], mend[80];

    if (state->cut_at > now + CLOCK_SLACK_MS)
        problem(r, "the clock is before the last cut-off", "timedatectl");
    if (state->biz_date > gt_date_next(today)) {
        snprintf(text, sizeof(text),
                 "the business date %" PRId64 " is beyond tomorrow, today is %" PRId64,
                 state->biz_date, today);
        problem(r, text, "timedatectl");
    }
    if (state->cut_minute >= 0 && gt_date_next(state->biz_date) < today) {
        snprintf(text, sizeof(text), "the business date %" PRId64 " was not cut off on schedule",
                 state->biz_date);
        snprintf(mend, sizeof(mend), "gridtill worker, or gridtill date cut --from %" PRId64,
                 state->biz_date);
        problem(r, text, mend);
    }
}

static void check_space(struct report *r)
{
    struct statvfs fs;
    char mend[GT_PATH_MAX + 40];

    if (statvfs(r->cmd->conf.store, &fs) != 0 || (int64_t)(fs.f_bavail * fs.f_frsize) >= FREE_LEAST)
        return;
    snprintf(mend, sizeof(mend), "df -h %s", r->cmd->conf.store);
    problem(r, "less than 64 MiB are free where the store is", mend);
}

/* What the database says of itself. */
static void check_server(struct report *r)
{
    struct gt_db_probe probe;
    char text[480];
    enum gt_err err = gt_db_probe(r->cmd->db, &probe);

    if (err != GT_OK) {
        failure(r, err, NULL);
        return;
    }
    snprintf(text, sizeof(text),
             "%s, isolation %s, collation %s, round trip %" PRId64 " us, clock %+" PRId64 " ms",
             probe.server, probe.isolation, probe.collation, probe.trip_us, probe.clock_ms);
    note(r, text);
    if (probe.problem[0])
        problem(r, probe.problem, probe.mend);
    if (probe.clock_ms > SERVER_SLACK_MS || probe.clock_ms < -SERVER_SLACK_MS) {
        snprintf(text, sizeof(text), "the server's clock differs from ours by %" PRId64 " ms",
                 probe.clock_ms);
        problem(r, text, "timedatectl, on both machines");
    }
}

static void check_store(struct report *r)
{
    int64_t before = r->problems;
    struct gt_state state = {0};
    int version = 0;

    r->part = "store";
    if (r->cmd->conf.store[0]) {
        want_path(r, r->cmd->conf.store, R_OK | W_OK, "the store");
        check_space(r);
    }
    check_server(r);
    check_schema(r, &version);
    enum gt_err err = version ? gt_db_transact(r->cmd->db, "check.store", touch, &state)
                              : gt_err_set(GT_ERR_CONFIG, "the store is empty");
    if (err == GT_ERR_CONFIG)
        failure(r, err, "gridtill init");
    else if (err != GT_OK)
        failure(r, err, err == GT_ERR_TAMPERED ? "gridtill check books" : NULL);
    else
        check_clock(r, &state);
    if (r->problems == before)
        note(r, "good");
}

/* --- statements and books --------------------------------------------------------------------- */

static void statement_wrong(void *ctx, const char *name, const char *why)
{
    char text[GT_ERR_TEXT_MAX + 80];

    snprintf(text, sizeof(text), "statement %s: %s", name, why);
    problem(ctx, text, "gridtill migrate");
}

static void check_statements(struct report *r)
{
    int64_t before = r->problems;

    r->part = "statements";
    enum gt_err err = gt_db_check_statements(r->cmd->db, statement_wrong, r);
    if (err != GT_OK && r->problems == before)
        failure(r, err, "gridtill migrate");
    if (r->problems == before)
        note(r, "good");
}

/* The first differences, as far as there is room, go into the operation log. */
static void note_first(struct report *r, const char *text)
{
    size_t len = strlen(r->found), more = strlen(text) + (len ? 2 : 0);

    if (len + more < sizeof(r->found))
        (void)snprintf(r->found + len, sizeof(r->found) - len, "%s%s", len ? "; " : "", text);
}

static void difference(void *ctx, const char *object, const char *what)
{
    struct report *r = ctx;
    struct gt_buf text;

    gt_buf_init(&text, 4096);
    gt_buf_printf(&text, "%s: %s", object, what);
    note_first(r, text.data);
    problem(ctx, gt_buf_err(&text) == GT_OK ? text.data : object, NULL);
    gt_buf_done(&text);
}

/* Keeps the result where the console finds it.  That it cannot be kept is no problem of the books:
 * they may lie in a copy that nobody may write. */
static void keep_result(struct report *r, const struct gt_check_sums *sums)
{
    enum gt_err err = r->cmd->src ? GT_OK : gt_cmd_open_keys(r->cmd);

    if (err == GT_OK)
        err = gt_cmd_log(r->cmd);
    struct gt_by by = gt_cmd_by(r->cmd);
    if (err == GT_OK)
        err = gt_checked_keep(&by, sums, r->found);
    if (err != GT_OK)
        fprintf(stderr, "books: what was found is not in the operation log: %s\n", gt_err_text());
}

static void check_books(struct report *r)
{
    struct gt_check_sums sums = {0};

    r->part = "books";
    enum gt_err err = gt_check_books(r->cmd->db, difference, r, &sums);
    if (err != GT_OK) {
        failure(r, err, "gridtill check store");
        return;
    }
    if (!r->cmd->json)
        printf("%" PRId64 " rows, %" PRId64 " transactions: %" PRId64 " posted, %" PRId64
               " declined, %" PRId64 " pending, %" PRId64 " reversed\n%" PRId64 " differences\n",
               sums.rows, sums.txns, sums.posted, sums.declined, sums.pending, sums.reversed,
               sums.differences);
    keep_result(r, &sums);
}

/* --- all of them ------------------------------------------------------------------------------ */

static const struct part {
    const char *name;
    void (*run)(struct report *r);
    bool store; /* needs the open store */
    bool seals; /* and what seals its rows */
} parts[] = {
    {"config", check_config, false, false},
    {"store", check_store, true, false},
    {"statements", check_statements, true, false},
    {"books", check_books, true, true},
};
#define PARTS (sizeof(parts) / sizeof(parts[0]))

static const char *mend_open(const struct gt_cmd *cmd, enum gt_err err)
{
    switch (err) {
    case GT_ERR_ABSENT:
        return "gridtill init, or the files from the backup";
    case GT_ERR_CONFIG:
        return "odbcinst -q -d, and the <store> of the configuration";
    case GT_ERR_DENIED:
        return "the user and the secret-file of <store>";
    case GT_ERR_BUSY:
    case GT_ERR_IO:
        return cmd->conf.connection[0] ? "start the server, or mend server and port of <store>"
                                       : NULL;
    default:
        return NULL;
    }
}

/* Opens the store for the parts that need it; a store that does not open is one problem.  A server
 * can be looked at before there is a key file: the first time it is, nothing was made yet. */
static bool open_store(struct report *r, const struct part *part)
{
    struct gt_cmd *cmd = r->cmd;
    bool keyless = cmd->conf.connection[0] && access(cmd->conf.keys, F_OK) != 0;

    if (cmd->db && !(part->seals && keyless))
        return true;
    r->part = part->name;
    enum gt_err err;
    if (keyless && !part->seals) {
        struct gt_db_conf conf = gt_cmd_store_conf(cmd);
        err = gt_db_open(&conf, &cmd->db);
    } else {
        err = keyless ? gt_keys_load(cmd->conf.keys, &cmd->keys) : gt_cmd_open_store(cmd, false);
    }
    if (err != GT_OK)
        failure(r, err, mend_open(cmd, err));
    return err == GT_OK;
}

static void run_parts(struct report *r, const char *only)
{
    enum gt_err err = gt_cmd_load(r->cmd);

    r->part = "config";
    if (err != GT_OK) {
        failure(r, err, "an editor: the configuration is refused as it is");
        return;
    }
    for (size_t i = 0; i < PARTS; i++) {
        if (only && strcmp(only, parts[i].name) != 0)
            continue;
        if (parts[i].store && !open_store(r, &parts[i]))
            return;
        parts[i].run(r);
    }
}

static int run(struct gt_cmd *cmd, const struct gt_args *args)
{
    struct report r = {.cmd = cmd};
    const char *only = args->operand[0];
    size_t known = 0;

    while (only && known < PARTS && strcmp(only, parts[known].name) != 0)
        known++;
    if (known == PARTS)
        return gt_args_wrong(args, "a part is config, store, statements or books, not %s", only);
    if (cmd->json)
        fputs("{\"problems\": [", stdout);
    run_parts(&r, only);
    if (cmd->json)
        printf("],\n \"count\": %" PRId64 "}\n", r.problems);
    return r.problems == 0 ? GT_EXIT_OK : GT_EXIT_FAILED;
}

static const struct gt_verb verbs[] = {
    {"", "[config|store|statements|books]",
     "Says what is wrong and the command that mends it; all parts if none is named.\n"
     "Exit status 1 if something is.",
     0, 1, NULL, run},
    {NULL, NULL, NULL, 0, 0, NULL, NULL},
};

const struct gt_command gt_command_check = {"check", "look for problems, recompute the books",
                                            verbs};
