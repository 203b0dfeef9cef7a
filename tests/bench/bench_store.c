/*
 * How fast the store writes: small durable transactions from many threads.
 *
 *   bench_store [-d folder] [-s seconds] [-p processes] [threads…]
 *
 * Each transaction reads an account of its thread, saves it and inserts a journal row, both sealed.
 * Printed for each number of threads: transactions a second, processor time a transaction (of the
 * whole process, and the same without what SQLite does for one in a single thread, which is what
 * threads and waking cost), and the 50th, 99th and greatest latency.  The disk's fdatasync time
 * stands beside them, without which they mean nothing.
 */
#include "base/clock.h"
#include "base/err.h"
#include "store/db.h"
#include "store/row.h"
#include "store/schema.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define THREADS_MAX 256
#define SAMPLES_MAX 200000

#define BENCH_ACCOUNT_COLS(KI, KT, I, T) KI(id) I(held) I(unremitted) I(version)
struct bench_account {
    GT_ROW_STRUCT(BENCH_ACCOUNT_COLS);
};
extern const struct gt_row bench_account_row;
GT_ROW_DEFINE(bench_account, BENCH_ACCOUNT_COLS);

#define BENCH_TXN_COLS(KI, KT, I, T) \
    KI(id) KI(account_id) KT(customer_no, 24) KT(trace_no, 24) I(state) T(reply, 400) I(version)
struct bench_txn {
    GT_ROW_STRUCT(BENCH_TXN_COLS);
};
extern const struct gt_row bench_txn_row;
GT_ROW_DEFINE(bench_txn, BENCH_TXN_COLS);

static const char migration[] =
    "CREATE TABLE bench_account (id {int} NOT NULL PRIMARY KEY, held {int}, unremitted {int},\n"
    "    version {int}, seal {key 64}) {table};\n"
    "CREATE TABLE bench_txn (id {int} NOT NULL PRIMARY KEY, account_id {int},\n"
    "    customer_no {key 23}, trace_no {key 23}, state {int}, reply {text 399},\n"
    "    version {int}, seal {key 64}) {table};\n"
    "CREATE UNIQUE INDEX bench_txn_trace ON bench_txn (account_id, trace_no);\n";

struct worker {
    struct gt_db *db;
    int64_t account, next_id;
    atomic_bool *stop;
    int64_t done;
    int32_t *micros; /* latencies, SAMPLES_MAX at most */
    pthread_t thread;
};

static int64_t nanos(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void must(enum gt_err err, const char *what)
{
    if (err) {
        fprintf(stderr, "%s: %s: %s\n", what, gt_err_name(err), gt_err_text());
        exit(1);
    }
}

static enum gt_err make_account(struct gt_tx *tx, void *arg)
{
    struct worker *w = arg;
    struct bench_account acc = {.id = w->account};
    gt_row_insert(tx, &bench_account_row, &acc);
    return gt_tx_err(tx);
}

static enum gt_err sell(struct gt_tx *tx, void *arg)
{
    struct worker *w = arg;
    struct bench_account acc;
    if (!gt_row_find(tx, &bench_account_row, w->account, &acc))
        return gt_tx_fail(tx, GT_ERR_ABSENT);
    acc.held += 100;
    gt_row_save(tx, &bench_account_row, &acc);
    struct bench_txn txn = {.id = w->next_id, .account_id = w->account, .state = 1};
    snprintf(txn.customer_no, sizeof(txn.customer_no), "%lld", (long long)(2000000000 + w->done));
    snprintf(txn.trace_no, sizeof(txn.trace_no), "%lld", (long long)w->next_id);
    memset(txn.reply, 'r', 300);
    gt_row_insert(tx, &bench_txn_row, &txn);
    return gt_tx_err(tx);
}

static void *work(void *arg)
{
    struct worker *w = arg;
    while (!atomic_load_explicit(w->stop, memory_order_relaxed)) {
        int64_t start = nanos(CLOCK_MONOTONIC);
        must(gt_db_transact(w->db, "sell", sell, w), "transact");
        if (w->done < SAMPLES_MAX)
            w->micros[w->done] = (int32_t)((nanos(CLOCK_MONOTONIC) - start) / 1000);
        w->done++;
        w->next_id++;
    }
    return NULL;
}

static int compare(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

static void print_latency(const struct worker *workers, int threads)
{
    size_t n = 0, cap = 0;
    for (int i = 0; i < threads; i++)
        cap += (size_t)(workers[i].done < SAMPLES_MAX ? workers[i].done : SAMPLES_MAX);
    int32_t *all = calloc(cap + 1, sizeof(*all));
    for (int i = 0; all && i < threads; i++) {
        for (int64_t j = 0; j < workers[i].done && j < SAMPLES_MAX; j++)
            all[n++] = workers[i].micros[j];
    }
    if (n > 0) {
        qsort(all, n, sizeof(*all), compare);
        printf("%8.2f %8.2f %8.2f", all[n / 2] / 1e3, all[n - 1 - n / 100] / 1e3, all[n - 1] / 1e3);
    }
    free(all);
}

static void run(const char *path, int process, int threads, double seconds)
{
    static const uint8_t key[GT_KEY_SIZE] = {1, 2, 3};
    static int64_t accounts;
    struct gt_db *db = NULL;
    must(gt_db_open(&(struct gt_db_conf){.path = path, .seal_key = key}, &db), "open");
    struct worker workers[THREADS_MAX];
    atomic_bool stop = false;
    for (int i = 0; i < threads; i++) {
        int64_t account = ((int64_t)process << 32) + ++accounts;
        workers[i] = (struct worker){.db = db, .account = account, .stop = &stop};
        workers[i].next_id = account << 24;
        workers[i].micros = malloc(SAMPLES_MAX * sizeof(int32_t));
        must(gt_db_transact(db, "account", make_account, &workers[i]), "account");
    }
    struct gt_db_stats before, after;
    gt_db_stats(db, &before);
    int64_t cpu = nanos(CLOCK_PROCESS_CPUTIME_ID), wall = nanos(CLOCK_MONOTONIC);
    for (int i = 0; i < threads; i++)
        pthread_create(&workers[i].thread, NULL, work, &workers[i]);
    usleep((useconds_t)(seconds * 1e6));
    atomic_store(&stop, true);
    int64_t done = 0;
    for (int i = 0; i < threads; i++) {
        pthread_join(workers[i].thread, NULL);
        done += workers[i].done;
    }
    cpu = nanos(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    wall = nanos(CLOCK_MONOTONIC) - wall;
    gt_db_stats(db, &after);
    printf("%3d %7d %10.0f %10.1f %9.1f ", process, threads, (double)done * 1e9 / (double)wall,
           (double)cpu / 1e3 / (double)done,
           (double)done / (double)(after.commits - before.commits));
    print_latency(workers, threads);
    printf("\n");
    fflush(stdout);
    for (int i = 0; i < threads; i++)
        free(workers[i].micros);
    gt_db_close(db);
}

/* What one transaction costs without any thread or sync: the floor. */
static enum gt_err nothing(struct gt_tx *tx, void *arg)
{
    (void)arg;
    return gt_tx_err(tx);
}

static void run_floor(const char *path)
{
    static const uint8_t key[GT_KEY_SIZE] = {1, 2, 3};
    struct gt_db *db = NULL;
    must(gt_db_open(
             &(struct gt_db_conf){
                 .path = path, .seal_key = key, .inline_mode = true, .sync = GT_DB_RELAXED},
             &db),
         "open");
    struct worker w = {.db = db, .account = (int64_t)1 << 38};
    w.next_id = w.account << 16;
    must(gt_db_transact(db, "account", make_account, &w), "account");
    int64_t cpu = nanos(CLOCK_PROCESS_CPUTIME_ID);
    for (; w.done < 20000; w.done++, w.next_id++)
        must(gt_db_transact(db, "sell", sell, &w), "transact");
    double each = (double)(nanos(CLOCK_PROCESS_CPUTIME_ID) - cpu) / 1e3 / (double)w.done;
    cpu = nanos(CLOCK_PROCESS_CPUTIME_ID);
    for (int i = 0; i < 20000; i++)
        must(gt_db_transact(db, "nothing", nothing, NULL), "transact");
    printf("inline, no sync: %.1f us a transaction, %.1f us an empty one\n", each,
           (double)(nanos(CLOCK_PROCESS_CPUTIME_ID) - cpu) / 1e3 / 20000);
    gt_db_close(db);
}

static void print_sync_time(const char *folder)
{
    char path[512], block[4096] = "";
    snprintf(path, sizeof(path), "%s/sync", folder);
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    int64_t start = nanos(CLOCK_MONOTONIC);
    for (int i = 0; i < 200; i++) {
        if (pwrite(fd, block, sizeof(block), (off_t)i * 4096) < 0 || fdatasync(fd) != 0)
            exit(1);
    }
    printf("fdatasync: %.3f ms\n", (double)(nanos(CLOCK_MONOTONIC) - start) / 1e6 / 200);
    close(fd);
    unlink(path);
}

static void migrate(const char *folder, const char *path)
{
    char file[600];
    snprintf(file, sizeof(file), "%s/0001_bench.sql", folder);
    FILE *f = fopen(file, "w");
    if (!f || fputs(migration, f) < 0 || fclose(f) != 0)
        exit(1);
    struct gt_db *db = NULL;
    int applied = 0;
    must(gt_db_open(&(struct gt_db_conf){.path = path, .create = true}, &db), "create");
    must(gt_migrate(db, folder, &applied), "migrate");
    gt_db_close(db);
}

int main(int argc, char **argv)
{
    const char *base = ".";
    double seconds = 3;
    int processes = 1, opt;
    while ((opt = getopt(argc, argv, "d:s:p:")) != -1) {
        if (opt == 'd')
            base = optarg;
        else if (opt == 's')
            seconds = strtod(optarg, NULL);
        else if (opt == 'p')
            processes = (int)strtol(optarg, NULL, 10);
        else
            return 2;
    }
    char folder[400], path[500];
    snprintf(folder, sizeof(folder), "%s/bench_store.XXXXXX", base);
    if (!mkdtemp(folder)) {
        perror(folder);
        return 1;
    }
    snprintf(path, sizeof(path), "%s/bench.db", folder);
    print_sync_time(folder);
    migrate(folder, path);
    run_floor(path);
    printf("  p threads      txn/s  cpu us each txn/commit   p50 ms   p99 ms   max ms\n");
    fflush(stdout);
    static const char *const usual[] = {"1", "8", "32", "128"};
    int n = argc > optind ? argc - optind : 4;
    for (int p = 1; p <= processes; p++) {
        if (p < processes && fork() != 0)
            continue;
        for (int i = 0; i < n; i++) {
            const char *text = argc > optind ? argv[optind + i] : usual[i];
            int threads = (int)strtol(text, NULL, 10);
            if (threads >= 1 && threads <= THREADS_MAX)
                run(path, p, threads, seconds);
        }
        if (p < processes)
            _exit(0);
    }
    while (wait(NULL) > 0)
        continue;
    char command[600];
    static const char *const left[] = {"bench.db",      "bench.db-wal", "bench.db-shm",
                                       "bench.db.next", "bench.db.now", "0001_bench.sql"};
    for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++) {
        snprintf(command, sizeof(command), "%s/%s", folder, left[i]);
        unlink(command);
    }
    rmdir(folder);
    return 0;
}
