/*
 * Links to a server that break, stand still or are not there: what a transaction then came to is
 * known, or is said to be unknown; nothing is stored twice, nobody waits for ever.
 */
#include "base/limit.h"
#include "proxy_kit.h"
#include "store_kit.h"

#include <signal.h>
#include <time.h>

static const char migration[] =
    "CREATE TABLE t_entry (id {int} NOT NULL PRIMARY KEY, n {int} NOT NULL) {table};\n";

GT_STMT(entry_new, "INSERT INTO t_entry (id, n) VALUES (?, ?)");
GT_STMT(entry_of, "SELECT n FROM t_entry WHERE id = ?");
GT_STMT(entry_count, "SELECT COUNT(*) FROM t_entry");

/* The kit's database is reached through the wire. */
static struct kit kit;
static struct proxy wire;
static char wire_string[SERVER_STRING_MAX];

static int setup_conf(struct gt_db_conf conf)
{
    kit_start(&kit, (struct gt_db_conf){0}, migration);
    gt_db_close(kit.db);
    kit.db = NULL;
    proxy_start(&wire, kit.server.string, wire_string);
    conf.connection = wire_string;
    assert_ok(gt_db_open(&conf, &kit.db));
    return 0;
}

static int setup(void **state)
{
    (void)state;
    return setup_conf((struct gt_db_conf){.connect_ms = 1000});
}

static int teardown(void **state)
{
    (void)state;
    atomic_store(&wire.frozen, false);
    gt_db_close(kit.db);
    kit.db = NULL;
    proxy_stop(&wire);
    kit_done(&kit);
    return 0;
}

static int64_t millis(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct entry {
    int64_t id, n;
    int runs;
};

static enum gt_err add_entry(struct gt_tx *tx, void *arg)
{
    struct entry *e = arg;
    e->runs++;
    gt_tx_exec(tx, &entry_new, GT_INT(e->id), GT_INT(e->n));
    return gt_tx_err(tx);
}

static enum gt_err find_entry(struct gt_tx *tx, void *arg)
{
    struct entry *e = arg;
    e->runs++;
    e->n = gt_tx_one(tx, &entry_of, GT_INT(e->id)) ? gt_col_int(tx) : -1;
    return gt_tx_err(tx);
}

static enum gt_err count_entries(struct gt_tx *tx, void *arg)
{
    *(int64_t *)arg = gt_tx_one0(tx, &entry_count) ? gt_col_int(tx) : -1;
    return gt_tx_err(tx);
}

static int64_t count(void)
{
    int64_t n = -1;
    assert_ok(gt_db_read(kit.db, "count", count_entries, &n));
    return n;
}

/* At the start of a test that forks, which TSan cannot follow where there are threads. */
#ifdef __SANITIZE_THREAD__
#define not_under_tsan() skip()
#else
#define not_under_tsan() ((void)0)
#endif

/* --- lost links ------------------------------------------------------------------------------- */

/* Prepares the statements on the connection, so that the wire sees nothing but their runs. */
static void warm(void)
{
    struct entry e = {.id = 1000};
    assert_ok(gt_db_transact(kit.db, "warm", add_entry, &e));
    assert_int_equal(count(), 1);
}

static void lost_before_the_commit_runs_again(void **state)
{
    (void)state;
    struct entry e = {.id = 1, .n = 5};
    warm();
    proxy_at(&wire, "UPDATE gt_mark", PROXY_BEFORE);
    assert_ok(gt_db_transact(kit.db, "add", add_entry, &e));
    assert_int_equal(atomic_load(&wire.cuts), 1);
    assert_int_equal(e.runs, 1); /* not even begun on the link that was cut */
    assert_int_equal(count(), 2);
    proxy_at(&wire, "UPDATE gt_mark", PROXY_AFTER);
    e = (struct entry){.id = 2};
    assert_ok(gt_db_transact(kit.db, "add", add_entry, &e));
    assert_int_equal(atomic_load(&wire.cuts), 2);
    assert_int_equal(count(), 3);
}

static void a_commit_that_never_came_runs_again(void **state)
{
    (void)state;
    struct entry e = {.id = 1, .n = 5};
    warm();
    proxy_at(&wire, "COMMIT", PROXY_BEFORE);
    assert_ok(gt_db_transact(kit.db, "add", add_entry, &e));
    assert_int_equal(atomic_load(&wire.cuts), 1);
    assert_int_equal(e.runs, 2);
    assert_int_equal(count(), 2);
}

static void a_commit_whose_answer_is_lost_is_found(void **state)
{
    (void)state;
    struct entry e = {.id = 1, .n = 5};
    warm();
    proxy_at(&wire, "COMMIT", PROXY_AFTER);
    assert_ok(gt_db_transact(kit.db, "add", add_entry, &e));
    assert_int_equal(atomic_load(&wire.cuts), 1);
    assert_int_equal(e.runs, 1);
    assert_int_equal(count(), 2);
}

/* Nobody can be asked: neither "stored" nor "not stored" is said, and that within its time. */
static void a_commit_that_nobody_can_tell_of_is_lost(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct entry e = {.id = i + 1};
        if (i == 0)
            warm();
        atomic_store(&wire.refuse_on, true);
        proxy_at(&wire, "COMMIT", i == 0 ? PROXY_BEFORE : PROXY_AFTER);
        int64_t start = millis();
        assert_err(GT_ERR_LOST, gt_db_transact(kit.db, "add", add_entry, &e));
        assert_in_range(millis() - start, 2500, 6000);
        assert_int_equal(e.runs, 1);
        atomic_store(&wire.refuse_on, false);
        atomic_store(&wire.refuse, false);
        usleep(300000);
        assert_int_equal(count(), 1 + i); /* the first is not there, the second is */
    }
}

static void a_reader_whose_link_is_lost_reads_again(void **state)
{
    (void)state;
    struct entry e = {.id = 1000};
    warm();
    proxy_at(&wire, "BEGIN", PROXY_AFTER);
    assert_ok(gt_db_read(kit.db, "find", find_entry, &e));
    assert_int_equal(e.n, 0);
    assert_int_equal(atomic_load(&wire.cuts), 1);
    assert_int_equal(e.runs, 1);
}

/* The server ends a session in the middle, as an administrator or its restart does. */
static enum gt_err add_and_be_cut(struct gt_tx *tx, void *arg)
{
    struct entry *e = arg;
    e->runs++;
    gt_tx_exec(tx, &entry_new, GT_INT(e->id), GT_INT(e->n));
    if (e->runs == 1) {
        atomic_store(&wire.cut, true);
        usleep(100000);
    }
    gt_tx_exec(tx, &entry_new, GT_INT(e->id + 1), GT_INT(e->n));
    return gt_tx_err(tx);
}

static void lost_between_two_statements_runs_again(void **state)
{
    (void)state;
    struct entry e = {.id = 1};
    warm();
    assert_ok(gt_db_transact(kit.db, "cut", add_and_be_cut, &e));
    assert_int_equal(e.runs, 2);
    assert_int_equal(count(), 3);
}

/* --- no server -------------------------------------------------------------------------------- */

static void a_server_that_is_gone_is_said_soon_and_is_back_soon(void **state)
{
    (void)state;
    struct entry e = {.id = 1};
    warm();
    atomic_store(&wire.refuse, true);
    atomic_store(&wire.cut, true);
    usleep(100000);
    int64_t start = millis();
    assert_err(GT_ERR_BUSY, gt_db_transact(kit.db, "add", add_entry, &e));
    assert_in_range(millis() - start, 0, 4000);
    assert_int_equal(e.runs, 0);
    atomic_store(&wire.refuse, false);
    usleep(300000);
    start = millis();
    assert_ok(gt_db_transact(kit.db, "add", add_entry, &e));
    assert_in_range(millis() - start, 0, 1000);
}

static void no_server_at_the_start(void **state)
{
    (void)state;
    struct gt_db *db = NULL;
    char string[SERVER_STRING_MAX];
    const char *port = strstr(kit.server.string, "Port=");
    assert_non_null(port);
    (void)snprintf(string, sizeof(string), "%.*sPort=1%s", (int)(port - kit.server.string),
                   kit.server.string, port + 5 + strspn(port + 5, "0123456789"));
    struct gt_db_conf conf = {.connection = string, .connect_ms = 1000};
    assert_err(GT_ERR_BUSY, gt_db_open(&conf, &db));
    assert_null(db);
    assert_holds(gt_err_text(), "cannot connect");
}

struct waiter {
    pthread_t thread;
    enum gt_err err;
    int64_t ms;
};

static void *run_waiter(void *arg)
{
    struct waiter *w = arg;
    struct entry e = {.id = 1};
    int64_t start = millis();
    w->err = gt_db_look(kit.db, "find", find_entry, &e);
    w->ms = millis() - start;
    return NULL;
}

/* One connects at a time, but nobody waits for all who were before him. */
static void a_server_that_takes_nobody_in_keeps_nobody_long(void **state)
{
    (void)state;
    struct waiter w[12] = {{.ms = 0}};
    struct gt_db_conf conf = {.connection = wire_string, .connect_ms = 1000, .stuck_ms = -1};
    gt_db_close(kit.db);
    kit.db = NULL;
    assert_ok(gt_db_open(&conf, &kit.db));
    atomic_store(&wire.cut, true);
    usleep(100000);
    atomic_store(&wire.frozen, true);
    for (size_t i = 0; i < sizeof(w) / sizeof(w[0]); i++)
        assert_int_equal(pthread_create(&w[i].thread, NULL, run_waiter, &w[i]), 0);
    for (size_t i = 0; i < sizeof(w) / sizeof(w[0]); i++) {
        pthread_join(w[i].thread, NULL);
        assert_int_equal(w[i].err, GT_ERR_BUSY);
        assert_in_range(w[i].ms, 0, 7000);
    }
    atomic_store(&wire.frozen, false);
    usleep(400000);
    assert_int_equal(count(), 0);
}

struct hold {
    struct gt_db *db;
    atomic_bool inside, leave;
};

static enum gt_err hold_on(struct gt_tx *tx, void *arg)
{
    struct hold *h = arg;
    atomic_store(&h->inside, true);
    /* A server ends a session that does nothing in its transaction. */
    while (!atomic_load(&h->leave) && gt_tx_one0(tx, &entry_count))
        usleep(10000);
    return gt_tx_err(tx);
}

static void *run_hold(void *arg)
{
    struct hold *h = arg;
    assert_ok(gt_db_transact(h->db, "hold", hold_on, h));
    return NULL;
}

static int setup_one(void **state)
{
    (void)state;
    return setup_conf((struct gt_db_conf){.connections = 1});
}

static void who_gets_no_connection_in_time_is_told(void **state)
{
    (void)state;
    struct hold hold = {.db = kit.db};
    struct entry e = {.id = 1};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, run_hold, &hold), 0);
    while (!atomic_load(&hold.inside))
        usleep(1000);
    int64_t start = millis();
    assert_err(GT_ERR_BUSY, gt_db_transact(kit.db, "add", add_entry, &e));
    assert_in_range(millis() - start, 1500, 5000);
    atomic_store(&hold.leave, true);
    pthread_join(thread, NULL);
    assert_ok(gt_db_transact(kit.db, "add", add_entry, &e));
    assert_int_equal(e.runs, 1);
}

/* --- a server that stands still --------------------------------------------------------------- */

static void a_thread_stuck_in_the_driver_ends_the_process(void **state)
{
    (void)state;
    char through[SERVER_STRING_MAX];
    int status = 0;
    struct proxy still;
    not_under_tsan();
    pid_t child = fork();
    if (child == 0) {
        struct gt_db *db = NULL;
        struct entry e = {.id = 1};
        proxy_start(&still, kit.server.string, through);
        struct gt_db_conf conf = {.connection = through, .stuck_ms = 500};
        if (gt_db_open(&conf, &db) != GT_OK)
            _exit(3);
        if (gt_db_transact(db, "add", add_entry, &e) != GT_OK)
            _exit(4);
        atomic_store(&still.frozen, true);
        alarm(10);
        _exit(gt_db_transact(db, "add", add_entry, &e) == GT_OK ? 5 : 6);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 70);
}

/* The server does not answer, here because somebody else has the key: the link is cut from outside,
 * the thread is told in time, the process goes on. */
static void a_thread_that_waits_too_long_has_its_link_cut(void **state)
{
    (void)state;
    struct client other;
    struct entry e = {.id = 7};
    struct gt_db_conf conf = {.connection = kit.server.string, .stuck_ms = 3000};
    struct gt_db *db = NULL;
    struct gt_db_stats stats;
    assert_ok(gt_db_open(&conf, &db));
    bool tds = gt_db_dialect(db) != GT_DIALECT_POSTGRES;
    for (int i = 0; i < 2; i++) {
        client_open(&other, kit.server.string);
        client_run(&other, tds ? "BEGIN TRANSACTION" : "BEGIN");
        client_run(&other, "INSERT INTO t_entry (id, n) VALUES (7, 7)");
        int64_t start = millis();
        /* First by the watch alone, then by the limit of the thread. */
        gt_limit_set(i == 0 ? 0 : start + 600);
        enum gt_err err = gt_db_transact(db, "add", add_entry, &e);
        gt_limit_set(0);
        int64_t took = millis() - start;
        assert_err(GT_ERR_BUSY, err);
        assert_in_range(took, i == 0 ? 900 : 500, i == 0 ? 4500 : 1500);
        client_run(&other, "ROLLBACK");
        client_close(&other);
        /* What was held for so long may pass for a server that is away: it is heard again. */
        struct entry free = {.id = 8 + i};
        while (gt_db_transact(db, "add", add_entry, &free) != GT_OK && millis() - start < 10000)
            usleep(50000);
    }
    gt_db_stats(db, &stats);
    assert_true(stats.cuts >= 2);
    assert_ok(gt_db_transact(db, "add", add_entry, &e));
    gt_db_close(db);
}

/* --- a process that is killed ----------------------------------------------------------------- */

static void a_killed_process_loses_nothing_it_acknowledged(void **state)
{
    (void)state;
    int fds[2];
    int64_t id = 0, last = 0, acked = 0;
    not_under_tsan();
    assert_int_equal(pipe(fds), 0);
    pid_t child = fork();
    if (child == 0) {
        struct gt_db *db = NULL;
        struct gt_db_conf conf = {.connection = kit.server.string};
        if (gt_db_open(&conf, &db) != GT_OK)
            _exit(3);
        for (struct entry e = {.id = 1};; e.id++) {
            if (gt_db_transact(db, "add", add_entry, &e) != GT_OK ||
                write(fds[1], &e.id, sizeof(e.id)) != sizeof(e.id))
                _exit(4);
        }
    }
    close(fds[1]);
    while (last < 50 && read(fds[0], &id, sizeof(id)) == sizeof(id))
        last = id;
    assert_int_equal(kill(child, SIGKILL), 0);
    while (read(fds[0], &id, sizeof(id)) == sizeof(id))
        last = id;
    close(fds[0]);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_true(last >= 50);
    for (int64_t i = 1; i <= last; i++) {
        struct entry e = {.id = i};
        assert_ok(gt_db_look(kit.db, "find", find_entry, &e));
        acked += e.n == 0;
    }
    assert_int_equal(acked, last);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

static int run(const char *folder)
{
    (void)folder;
    const struct CMUnitTest tests[] = {
        TEST(lost_before_the_commit_runs_again),
        TEST(a_commit_that_never_came_runs_again),
        TEST(a_commit_whose_answer_is_lost_is_found),
        TEST(a_commit_that_nobody_can_tell_of_is_lost),
        TEST(a_reader_whose_link_is_lost_reads_again),
        TEST(lost_between_two_statements_runs_again),
        TEST(a_server_that_is_gone_is_said_soon_and_is_back_soon),
        TEST(no_server_at_the_start),
        TEST(a_server_that_takes_nobody_in_keeps_nobody_long),
        cmocka_unit_test_setup_teardown(who_gets_no_connection_in_time_is_told, setup_one,
                                        teardown),
        TEST(a_thread_stuck_in_the_driver_ends_the_process),
        TEST(a_thread_that_waits_too_long_has_its_link_cut),
        TEST(a_killed_process_loses_nothing_it_acknowledged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    return server_run_tests(run);
}
