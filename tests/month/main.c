/*
 * month: a simulated month by one command - three bureaus, forty stations, twenty agents, two
 * marketing systems, all business, faults of all kinds, differences planted in the statements.
 *
 *     month [--days N] [--seed S] [--customers N] [--sql FOLDER] [--verbose]
 *
 * Exit status 0: everything that must be true at the end is true.
 */
#include "month.h"

#include "base/log.h"
#include "base/text.h"
#include "till/bizdate.h"
#include "till/check.h"
#include "till/resolve.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct options {
    int64_t days, seed, customers;
    bool verbose;
    const char *sql;
};

/* --- verdict
 * -------------------------------------------------------------------------------------- */

void month_fail(struct month *m, const char *fmt, ...)
{
    va_list ap;

    m->failed = true;
    fputs("month: ", stderr);
    va_start(ap, fmt);
    (void)vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
}

void month_must(struct month *m, enum gt_err err, const char *what)
{
    if (err)
        month_fail(m, "%s: %s: %s", what, gt_err_name(err), gt_err_text());
}

void month_say(const struct month *m, const char *fmt, ...)
{
    va_list ap;

    if (!m->verbose)
        return;
    va_start(ap, fmt);
    (void)vprintf(fmt, ap);
    va_end(ap);
    putchar('\n');
}

/* --- the month
 * ------------------------------------------------------------------------------------ */

static void day(struct month *m, int64_t customers, int64_t before, bool last)
{
    int64_t date = month_date(m);

    m->last = last;

    for (int i = 0; i < MONTH_SITES; i++) {
        m->site[i].market.date = date;
        month_open(m, &m->site[i]);
    }
    for (int64_t n = customers * MONTH_SITES; n > 0 && !m->failed; n--) {
        if (n % 97 == 0)
            month_weather(m, false);
        month_trade(m, &m->site[sim_rng_below(&m->rng, MONTH_SITES)]);
        if (n % 31 == 0) {
            int looked = 0;
            month_must(m, gt_resolve_due(&m->till, 50, 30000, &looked), "the worker");
        }
    }
    month_settle(m);
    for (int i = 0; i < MONTH_SITES && !m->failed; i++)
        month_close(m, &m->site[i]);
    month_remit(m);
    if (!m->failed)
        month_must(m, gt_bizdate_cut(&m->till, date, 0, "month"), "cut-off");
    if (!m->failed)
        month_books(m, date, before, last);
    m->now += INT64_C(36000000);
    month_say(m, "%lld: %lld sales so far", (long long)date, (long long)m->tally.sales);
}

static void difference(void *ctx, const char *object, const char *what)
{
    month_fail(ctx, "the auditor: %s: %s", object, what);
}

static void last_look(struct month *m)
{
    struct gt_check_sums sums = {.rows = 0};

    if (!m->failed)
        month_items_check(m);
    if (!m->failed)
        month_balances_check(m);
    month_must(m, gt_check_books(m->db, difference, m, &sums), "the auditor");
    printf("%lld rows audited, %lld differences\n", (long long)sums.rows,
           (long long)sums.differences);
}

static void report(const struct month *m)
{
    const struct month_tally *t = &m->tally;

    printf("%lld sales, %lld refused, %lld in doubt, %lld reversals, %lld cards written, %lld "
           "rewrites\n",
           (long long)t->sales, (long long)t->refused, (long long)t->doubts,
           (long long)t->reversals, (long long)t->cards, (long long)t->rewrites);
    printf("cash of %lld released sales kept, %lld times given back later\n", (long long)t->kept,
           (long long)t->given);
    printf("%lld refunds; %lld shifts, %lld over, %lld short; %lld slips, %lld of them with a "
           "deposit\n",
           (long long)t->refunds, (long long)t->shifts, (long long)t->over, (long long)t->shorts,
           (long long)t->slips, (long long)t->deposits);
    printf("%lld day closes, %d figures of them wrong; %d differences planted, %lld items settled, "
           "%lld of them sent again\n",
           (long long)t->days, m->nmistold, m->nplants, (long long)t->settled,
           (long long)t->resent);
}

/* --- command line
 * --------------------------------------------------------------------------------- */

static bool options_read(int argc, char **argv, struct options *o)
{
    for (int i = 1; i < argc; i++) {
        int64_t *number = NULL;
        if (strcmp(argv[i], "--verbose") == 0) {
            o->verbose = true;
            continue;
        }
        if (i + 1 == argc)
            return false;
        if (strcmp(argv[i], "--sql") == 0) {
            o->sql = argv[++i];
            continue;
        }
        if (strcmp(argv[i], "--days") == 0)
            number = &o->days;
        else if (strcmp(argv[i], "--seed") == 0)
            number = &o->seed;
        else if (strcmp(argv[i], "--customers") == 0)
            number = &o->customers;
        if (!number || gt_int_parse(argv[++i], number) || *number <= 0)
            return false;
    }
    return true;
}

/* All files in it: the database, and statements. */
static void folder_remove(const char *folder)
{
    struct dirent *entry;
    DIR *dir = opendir(folder);

    while (dir && (entry = readdir(dir)))
        if (entry->d_name[0] != '.')
            (void)unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir)
        (void)closedir(dir);
    (void)rmdir(folder);
}

int main(int argc, char **argv)
{
    struct options o = {.days = 30, .seed = 1, .customers = 12, .sql = SIM_SQL};
    static struct month m;

    if (!options_read(argc, argv, &o)) {
        fputs("usage: month [--days N] [--seed S] [--customers N] [--sql FOLDER] [--verbose]\n",
              stderr);
        return 2;
    }
    gt_log_level(GT_LOG__MAX);
    m.seed = (uint64_t)o.seed;
    m.verbose = o.verbose;
    const char *tmp = getenv("TMPDIR");
    (void)snprintf(m.folder, sizeof(m.folder), "%s/month-XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(m.folder)) {
        perror(m.folder);
        return 1;
    }
    if (month_found(&m, o.sql))
        for (int64_t d = 0, date = 0; d < o.days && !m.failed; d++) {
            int64_t today = month_date(&m);
            day(&m, o.customers, date, d + 1 == o.days);
            date = today;
        }
    if (m.db)
        last_look(&m);
    report(&m);
    month_end(&m);
    folder_remove(m.folder);
    printf("seed %lld: %s\n", (long long)o.seed, m.failed ? "FAILED" : "all is as it must be");
    return m.failed ? 1 : 0;
}
