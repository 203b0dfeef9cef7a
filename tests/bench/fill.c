/*
 * Fills an initialised demo platform with a bureau's years: a thousand organisations, ten thousand
 * users, a million transactions and what goes with them.  For tests/bench/console.
 *
 *   fill --config FILE [--txns N] [--days N] [--busy N] [--log N]
 *
 * Rows are written straight into the store, in a way that no till sells, with their seals, and so
 * that the books are right: `gridtill check books` has nothing to say afterwards.  Everything is
 * made of numbers, so each run makes the same platform.  Nobody else may have the store open.
 */
#include "fill.h"

#include "access/credential.h"
#include "store/key.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Large ones: terminals and accounts stand scattered in the indexes, and each commit writes every
 * page it touched. */
#define ROWS_A_COMMIT 100000
#define CACHE_MIB     2048

void must(enum gt_err err, const char *what)
{
    if (err == GT_OK)
        return;
    fprintf(stderr, "fill: %s: %s: %s\n", what, gt_err_name(err), gt_err_text());
    exit(EXIT_FAILURE);
}

int64_t take_keys(struct fill *f, const char *series, int64_t n)
{
    struct gt_keysrc *keys;
    int64_t first;

    must(gt_keysrc_new(f->db, (int)n, &keys), series);
    must(gt_key_next(keys, series, &first), series);
    gt_keysrc_free(keys);
    return first;
}

struct putting {
    struct fill *f;
    put_fn put;
    int64_t from, to;
};

static enum gt_err put_some(struct gt_tx *tx, void *arg)
{
    struct putting *p = arg;

    for (int64_t i = p->from; i < p->to && gt_tx_err(tx) == GT_OK; i++)
        p->put(tx, p->f, i);
    return gt_tx_err(tx);
}

void put_all(struct fill *f, const char *what, int64_t n, put_fn put)
{
    for (int64_t i = 0; i < n; i += ROWS_A_COMMIT) {
        struct putting p = {f, put, i, i + ROWS_A_COMMIT < n ? i + ROWS_A_COMMIT : n};

        must(gt_db_transact(f->db, what, put_some, &p), what);
    }
}

struct counting {
    const char *table;
    int64_t n;
};

static enum gt_err count_in(struct gt_tx *tx, void *arg)
{
    const struct counting *c = arg;

    gt_census_add(tx, c->table, (int)c->n);
    return gt_tx_err(tx);
}

void put_census(struct fill *f, const char *table, int64_t n)
{
    struct counting c = {table, n};

    must(gt_db_transact(f->db, "census", count_in, &c), table);
}

/* What the demo has: date, bureau, password. */
static enum gt_err look(struct gt_tx *tx, void *arg)
{
    struct fill *f = arg;
    struct gt_user manager;
    struct gt_credential credential;

    gt_state_read(tx, &f->state);
    if (gt_org_page(tx, "", &f->top, 1) != 1 || !gt_user_by_login(tx, "manager", &manager) ||
        !gt_credential_of(tx, manager.id, &credential))
        return gt_err_set(GT_ERR_ABSENT, "the demo is not there: gridtill init --demo");
    memcpy(f->password, credential.password, sizeof(f->password));
    return gt_tx_err(tx);
}

static void begin(struct fill *f, const char *config)
{
    struct gt_db_conf conf = {
        .path = f->conf.store, .inline_mode = true, .sync = GT_DB_RELAXED, .cache_mib = CACHE_MIB};

    must(gt_conf_load(config, NULL, &f->conf), config);
    must(gt_keys_load(f->conf.keys, &f->keys), f->conf.keys);
    conf.seal_key = f->keys.audit;
    must(gt_db_open(&conf, &f->db), f->conf.store);
    must(gt_db_read(f->db, "look", look, f), "look");
    f->now = gt_now(gt_clock_system());
    f->orgs = calloc(ORGS, sizeof(*f->orgs));
    f->users = calloc(USERS, sizeof(*f->users));
    f->terminals = calloc(TERMINALS, sizeof(*f->terminals));
    f->accounts = calloc(ACCOUNTS, sizeof(*f->accounts));
    if (!f->orgs || !f->users || !f->terminals || !f->accounts)
        must(gt_err_set(GT_ERR_NOMEM, "no memory"), "begin");
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'}, {"txns", required_argument, NULL, 't'},
        {"days", required_argument, NULL, 'd'},   {"busy", required_argument, NULL, 'b'},
        {"log", required_argument, NULL, 'l'},    {NULL, 0, NULL, 0}};
    static struct fill f;
    const char *config = NULL;
    int64_t txns = 1000000, days = 30, busy = 100000, log_rows = 500000;
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        int64_t *number = c == 't' ? &txns : c == 'd' ? &days : c == 'b' ? &busy : &log_rows;
        if (c == '?')
            return EXIT_FAILURE;
        if (c == 'c')
            config = optarg;
        else
            *number = strtoll(optarg, NULL, 10);
    }
    if (!config || days < 3 || txns < 2 * busy + days || log_rows < 1) {
        fputs("Usage: fill --config FILE [--txns N] [--days N] [--busy N] [--log N]\n", stderr);
        return EXIT_FAILURE;
    }
    begin(&f, config);
    fill_access(&f, log_rows);
    fill_till(&f, txns, (int)days, busy);
    gt_db_close(f.db);
    return EXIT_SUCCESS;
}
