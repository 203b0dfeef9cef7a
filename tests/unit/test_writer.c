/*
 * Group commit and its accidents: bad neighbours, a full disk, a disk that fails, a killed process,
 * two processes at once, a process that holds the others up.  What does not speak of files and
 * their locks holds on a server too.
 */
#include "store_kit.h"

#include "fault_vfs.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

static const char migration[] =
    "CREATE TABLE t_entry (id {int} NOT NULL PRIMARY KEY, txn {int} NOT NULL, body {text 4000})\n"
    "    {table};\n"
    "CREATE INDEX t_entry_txn ON t_entry (txn);\n";

GT_STMT(entry_new, "INSERT INTO t_entry (id, txn, body) VALUES (?, ?, ?)");
GT_STMT(entry_count, "SELECT COUNT(*) FROM t_entry");
GT_STMT(entry_of, "SELECT COUNT(*) FROM t_entry WHERE txn = ?");
GT_STMT(entry_halves, "SELECT COUNT(*) FROM t_entry WHERE (SELECT COUNT(*) FROM t_entry b WHERE "
                      "b.txn = t_entry.txn) <> 2");

/* A transaction of two entries that belong together. */
struct pair {
    int64_t txn;
    const char *body;
    enum gt_err fail; /* after the first entry */
    int runs;
};

static enum gt_err add_pair(struct gt_tx *tx, void *arg)
{
    struct pair *p = arg;
    p->runs++;
    gt_tx_exec(tx, &entry_new, GT_INT(2 * p->txn), GT_INT(p->txn), GT_TEXT(p->body));
    if (p->fail)
        return gt_tx_fail(tx, gt_err_set(p->fail, "pair %lld", (long long)p->txn));
    gt_tx_exec(tx, &entry_new, GT_INT(2 * p->txn + 1), GT_INT(p->txn), GT_TEXT(p->body));
    return gt_tx_err(tx);
}

static enum gt_err count_by(struct gt_tx *tx, void *arg)
{
    int64_t *count = arg;
    if (gt_tx_one0(tx, *count < 0 ? &entry_halves : &entry_count))
        *count = gt_col_int(tx);
    return gt_tx_err(tx);
}

static int64_t count(struct kit *kit)
{
    int64_t n = 0;
    assert_ok(gt_db_read(kit->db, "count", count_by, &n));
    return n;
}

static int64_t count_halves(struct kit *kit)
{
    int64_t n = -1;
    assert_ok(gt_db_read(kit->db, "halves", count_by, &n));
    return n;
}

static int setup(void **state)
{
    static struct kit kit;
    memset(&fault, 0, sizeof(fault));
    kit_start(&kit, (struct gt_db_conf){.vfs = "fault"}, migration);
    *state = &kit;
    return 0;
}

static int setup_inline(void **state)
{
    static struct kit kit;
    memset(&fault, 0, sizeof(fault));
    kit_start(&kit, (struct gt_db_conf){.vfs = "fault", .inline_mode = true}, migration);
    *state = &kit;
    return 0;
}

static int teardown(void **state)
{
    kit_done(*state);
    return 0;
}

/* --- many at once ----------------------------------------------------------------------------- */

#define CROWD 50

/* A thread that runs one pair, all of them let go together while the writer is held. */
struct member {
    struct kit *kit;
    struct pair pair;
    enum gt_err err;
    char text[GT_ERR_TEXT_MAX];
    pthread_t thread;
};

static void *run_member(void *arg)
{
    struct member *m = arg;
    m->err = gt_db_transact(m->kit->db, "pair", add_pair, &m->pair);
    snprintf(m->text, sizeof(m->text), "%s", gt_err_text());
    return NULL;
}

/* Holds the writer until the crowd waits, so that it goes into one group. */
static enum gt_err hold_until_queued(struct gt_tx *tx, void *arg)
{
    struct gt_db_stats stats;
    for (int i = 0; i < 500; i++) {
        gt_db_stats(arg, &stats);
        if (stats.queue_max >= CROWD)
            break;
        usleep(10000);
    }
    return gt_tx_err(tx);
}

static void *run_hold(void *arg)
{
    assert_ok(gt_db_transact(arg, "hold", hold_until_queued, arg));
    return NULL;
}

static void let_go(struct kit *kit, struct member crowd[CROWD])
{
    for (int i = 0; i < CROWD; i++) {
        crowd[i].kit = kit;
        assert_int_equal(pthread_create(&crowd[i].thread, NULL, run_member, &crowd[i]), 0);
    }
    for (int i = 0; i < CROWD; i++)
        pthread_join(crowd[i].thread, NULL);
}

/* Runs the crowd in one group; gives how many commits that took. */
static int64_t run_crowd(struct kit *kit, struct member crowd[CROWD])
{
    struct gt_db_stats before, after;
    pthread_t hold;
    assert_int_equal(pthread_create(&hold, NULL, run_hold, kit->db), 0);
    usleep(20000);
    gt_db_stats(kit->db, &before);
    let_go(kit, crowd);
    pthread_join(hold, NULL);
    gt_db_stats(kit->db, &after);
    assert_int_equal(after.queue_max, CROWD);
    return after.commits - before.commits;
}

static void failing_callbacks_harm_no_neighbour(void **state)
{
    struct kit *kit = *state;
    static struct member crowd[CROWD];
    memset(crowd, 0, sizeof(crowd));
    for (int i = 0; i < CROWD; i++)
        crowd[i].pair.txn = i + 1;
    crowd[7].pair.fail = GT_ERR_ABSENT;
    crowd[8].pair.fail = GT_ERR_DENIED;
    crowd[20].pair.txn = 20; /* the same as crowd[19]: one of them exists already */
    if (server_given())
        let_go(kit, crowd); /* it has no groups: each commits for itself */
    else
        assert_true(run_crowd(kit, crowd) <= 3);
    for (int i = 0; i < CROWD; i++) {
        if (i == 7 || i == 8) {
            char text[40];
            snprintf(text, sizeof(text), "pair: pair %d", i + 1);
            assert_int_equal(crowd[i].err, i == 7 ? GT_ERR_ABSENT : GT_ERR_DENIED);
            assert_string_equal(crowd[i].text, text);
        } else if (i != 19 && i != 20) {
            assert_int_equal(crowd[i].err, GT_OK);
        }
    }
    assert_int_equal(crowd[19].err + crowd[20].err, GT_ERR_EXISTS);
    assert_int_equal(count(kit), 2 * (CROWD - 3));
    assert_int_equal(count_halves(kit), 0);
}

/* The group does not fit on the disk: it runs again one by one, and those that fit are stored. */
static void a_full_disk_refuses_those_that_do_not_fit(void **state)
{
    only_on_sqlite("the server syncs its files itself");
    struct kit *kit = *state;
    static struct member crowd[CROWD];
    static char body[3900];
    memset(body, 'b', sizeof(body) - 1);
    memset(crowd, 0, sizeof(crowd));
    for (int i = 0; i < CROWD; i++) {
        crowd[i].pair.txn = i + 1;
        crowd[i].pair.body = body;
    }
    atomic_store(&fault.wal_limit, 250000);
    atomic_store(&fault.wal_write, true);
    run_crowd(kit, crowd);
    int stored = 0;
    for (int i = 0; i < CROWD; i++) {
        if (crowd[i].err)
            assert_int_equal(crowd[i].err, GT_ERR_FULL);
        else
            stored++;
        assert_true(crowd[i].pair.runs >= 2 || stored > 0);
    }
    assert_in_range(stored, 1, CROWD - 1);
    atomic_store(&fault.wal_write, false);
    assert_int_equal(count(kit), 2 * stored);
    struct pair again = {.txn = 1000, .body = body};
    assert_ok(gt_db_transact(kit->db, "again", add_pair, &again));
    kit_reopen(kit, (struct gt_db_conf){.vfs = "fault"});
    assert_int_equal(count(kit), 2 * stored + 2);
    assert_int_equal(count_halves(kit), 0);
}

/* --- a disk that fails ------------------------------------------------------------------------ */

static void nothing_is_trusted_after_a_failed_sync(void **state)
{
    only_on_sqlite("the server syncs its files itself");
    struct kit *kit = *state;
    struct pair good = {.txn = 1}, bad = {.txn = 2}, late = {.txn = 3};
    int64_t n = 0;
    assert_ok(gt_db_transact(kit->db, "good", add_pair, &good));
    atomic_store(&fault.sync, true);
    assert_err(GT_ERR_FATAL, gt_db_transact(kit->db, "bad", add_pair, &bad));
    atomic_store(&fault.sync, false);
    assert_err(GT_ERR_FATAL, gt_db_transact(kit->db, "late", add_pair, &late));
    assert_int_equal(late.runs, 0);
    assert_err(GT_ERR_FATAL, gt_db_read(kit->db, "count", count_by, &n));
    assert_holds(gt_err_text(), "COMMIT");
}

static void a_failed_sync_and_a_new_start(void **state)
{
    only_on_sqlite("the server syncs its files itself");
    struct kit *kit = *state;
    struct pair good = {.txn = 1}, bad = {.txn = 2}, late = {.txn = 3};
    assert_ok(gt_db_transact(kit->db, "good", add_pair, &good));
    atomic_store(&fault.sync, true);
    assert_err(GT_ERR_FATAL, gt_db_transact(kit->db, "bad", add_pair, &bad));
    gt_db_close(kit->db); /* while the disk still fails */
    kit->db = NULL;
    atomic_store(&fault.sync, false);
    kit_open(kit, (struct gt_db_conf){.vfs = "fault"});
    int64_t n = count(kit);
    assert_true(n == 2 || n == 4);
    assert_int_equal(count_halves(kit), 0);
    assert_ok(gt_db_transact(kit->db, "late", add_pair, &late));
    assert_int_equal(count(kit), n + 2);
}

/* --- processes -------------------------------------------------------------------------------- */

#define WRITERS 8

/* A child's thread: pairs without end, each acknowledged on a pipe after its commit. */
struct child_thread {
    struct gt_db *db;
    int64_t next;
    int acks;
    pthread_t thread;
};

static void *write_for_ever(void *arg)
{
    struct child_thread *t = arg;
    for (;;) {
        struct pair p = {.txn = t->next, .body = "some text of a usual length, say a reply"};
        if (gt_db_transact(t->db, "pair", add_pair, &p) != GT_OK)
            _exit(1);
        if (write(t->acks, &t->next, sizeof(t->next)) != sizeof(t->next))
            _exit(2);
        t->next++;
    }
    return NULL;
}

static pid_t start_child(const struct kit *kit, int64_t first, int *acks)
{
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    pid_t child = fork();
    if (child != 0) {
        close(fds[1]);
        *acks = fds[0];
        return child;
    }
    static struct child_thread threads[WRITERS];
    struct gt_db *db = NULL;
    struct gt_db_conf conf = {.path = kit->path, .connection = server_string(&kit->server)};
    close(fds[0]);
    if (gt_db_open(&conf, &db) != GT_OK)
        _exit(3);
    for (int i = 0; i < WRITERS; i++) {
        threads[i] = (struct child_thread){.db = db, .next = first + i * 1000000, .acks = fds[1]};
        pthread_create(&threads[i].thread, NULL, write_for_ever, &threads[i]);
    }
    for (;;)
        pause();
}

static enum gt_err find_both(struct gt_tx *tx, void *arg)
{
    int64_t *txn = arg;
    int64_t n = gt_tx_one(tx, &entry_of, GT_INT(*txn)) ? gt_col_int(tx) : 0;
    return n == 2 ? GT_OK : gt_tx_fail(tx, GT_ERR_ABSENT);
}

static void a_killed_process_loses_nothing_it_acknowledged(void **state)
{
    struct kit *kit = *state;
    gt_db_close(kit->db); /* no thread is left when forking */
    kit->db = NULL;
    for (int round = 0; round < 3; round++) {
        static int64_t acked[100000];
        int acks = -1, n = 0;
        pid_t child = start_child(kit, 1 + round * 100000000, &acks);
        while (n < 400 + 77 * round && read(acks, &acked[n], sizeof(acked[n])) > 0)
            n++;
        assert_int_equal(kill(child, SIGKILL), 0);
        while (n < 100000 && read(acks, &acked[n], sizeof(acked[n])) > 0)
            n++;
        close(acks);
        assert_int_equal(waitpid(child, NULL, 0), child);
        assert_true(n >= 400 && n < 100000);
        kit_open(kit, (struct gt_db_conf){0});
        for (int i = 0; i < n; i++)
            assert_ok(gt_db_read(kit->db, "both", find_both, &acked[i]));
        assert_int_equal(count_halves(kit), 0);
        gt_db_close(kit->db);
        kit->db = NULL;
    }
}

static int64_t millis(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* While another process writes all the time, ours gets its turn before many of theirs, and so does
 * the other. */
static void processes_take_turns(void **state)
{
    struct kit *kit = *state;
    int64_t ack, theirs = 0;
    int acks = -1, overtaken = 0;
    gt_db_close(kit->db);
    kit->db = NULL;
    pid_t child = start_child(kit, 1, &acks);
    assert_int_equal(read(acks, &ack, sizeof(ack)), sizeof(ack));
    kit_open(kit, (struct gt_db_conf){0});
    for (int i = 0; i < 300; i++) {
        struct pair p = {.txn = 900000000 + i};
        assert_ok(gt_db_transact(kit->db, "pair", add_pair, &p));
        int64_t buffer[8192 / 8];
        /* Never more than what is there, and at least what one turn of theirs gives. */
        ssize_t got = read(acks, buffer, sizeof(buffer));
        assert_true(got > 0);
        theirs += got / 8;
        overtaken += got / 8 > 100;
    }
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    close(acks);
    assert_in_range(overtaken, 0, 9); /* of 300: a machine that does much else may pause us */
    assert_true(theirs >= 300);
}

/* Root sets a database up, another user runs the service: both must be able to take turns. */
static void who_may_write_the_database_may_lock(void **state)
{
    only_on_sqlite("a server has no lock files");
    struct kit *kit = *state;
    static const char *const suffixes[] = {".next", ".now"};
    gt_db_close(kit->db);
    kit->db = NULL;
    if (geteuid() == 0)
        assert_int_equal(chown(kit->path, 4321, 1234), 0);
    assert_int_equal(chmod(kit->path, 0660), 0);
    kit_open(kit, (struct gt_db_conf){0});
    for (size_t i = 0; i < 2; i++) {
        char path[UNIT_PATH_MAX + 16];
        struct stat st;
        snprintf(path, sizeof(path), "%s%s", kit->path, suffixes[i]);
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 0777, 0660);
        assert_int_equal(st.st_uid, geteuid() == 0 ? 4321 : geteuid());
    }
}

/* Somebody else's transaction, past the store. */
static sqlite3 *begin_as_stranger(struct kit *kit)
{
    sqlite3 *sqlite = NULL;
    assert_int_equal(sqlite3_open(kit->path, &sqlite), SQLITE_OK);
    assert_int_equal(sqlite3_exec(sqlite, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    return sqlite;
}

static void *close_soon(void *sqlite)
{
    usleep(300000);
    sqlite3_close(sqlite);
    return NULL;
}

static void a_stranger_is_waited_for(void **state)
{
    only_on_sqlite("a server has no lock files");
    struct kit *kit = *state;
    struct pair p = {.txn = 1};
    pthread_t thread;
    sqlite3 *stranger = begin_as_stranger(kit);
    assert_int_equal(pthread_create(&thread, NULL, close_soon, stranger), 0);
    assert_ok(gt_db_transact(kit->db, "pair", add_pair, &p));
    pthread_join(thread, NULL);
}

static void lock_file(int fd, short type)
{
    struct flock lock = {.l_type = type, .l_whence = SEEK_SET};
    assert_int_equal(fcntl(fd, F_OFD_SETLK, &lock), 0);
}

/* Slow: it waits the whole time that a writer waits. */
static void a_process_that_stands_still_makes_others_busy(void **state)
{
    only_on_sqlite("a server has no lock files");
    struct kit *kit = *state;
    struct pair p = {.txn = 1};
    char path[UNIT_PATH_MAX + 16];
    snprintf(path, sizeof(path), "%s.now", kit->path);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    lock_file(fd, F_WRLCK);
    int64_t start = millis();
    assert_err(GT_ERR_BUSY, gt_db_transact(kit->db, "pair", add_pair, &p));
    assert_in_range(millis() - start, 4900, 7000);
    assert_int_equal(p.runs, 0);
    close(fd); /* as when it dies */
    assert_ok(gt_db_transact(kit->db, "pair", add_pair, &p));
    assert_int_equal(count(kit), 2);
}

static enum gt_err linger(struct gt_tx *tx, void *arg)
{
    struct pair *p = arg;
    usleep(5300000);
    return add_pair(tx, p);
}

/* Slow.  What has begun is never given up, however long it takes: its result is known. */
static void a_callback_that_has_begun_is_waited_for(void **state)
{
    struct kit *kit = *state;
    struct pair p = {.txn = 1};
    only_on_sqlite("a server ends a transaction that idles");
    assert_ok(gt_db_transact(kit->db, "linger", linger, &p));
    assert_int_equal(count(kit), 2);
}

/* --- the log does not grow without end -------------------------------------------------------- */

static void the_log_is_moved_into_the_database(void **state)
{
    only_on_sqlite("the server syncs its files itself");
    struct kit *kit = *state;
    static char body[3900];
    struct stat wal;
    char path[UNIT_PATH_MAX + 16];
    memset(body, 'b', sizeof(body) - 1);
    for (int i = 1; i <= 3000; i++) {
        struct pair p = {.txn = i, .body = body};
        assert_ok(gt_db_transact(kit->db, "pair", add_pair, &p));
    }
    snprintf(path, sizeof(path), "%s-wal", kit->path);
    assert_int_equal(stat(path, &wal), 0);
    assert_true(wal.st_size < 6000 * 4120);
    assert_int_equal(count(kit), 6000);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
#define INLINE_TEST(function)                                         \
    {                                                                 \
#function " (inline)", function, setup_inline, teardown, NULL \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(failing_callbacks_harm_no_neighbour),
        TEST(a_full_disk_refuses_those_that_do_not_fit),
        TEST(nothing_is_trusted_after_a_failed_sync),
        INLINE_TEST(nothing_is_trusted_after_a_failed_sync),
        TEST(a_failed_sync_and_a_new_start),
        INLINE_TEST(a_failed_sync_and_a_new_start),
        TEST(a_killed_process_loses_nothing_it_acknowledged),
        TEST(processes_take_turns),
        TEST(who_may_write_the_database_may_lock),
        TEST(a_stranger_is_waited_for),
        TEST(a_process_that_stands_still_makes_others_busy),
        TEST(a_callback_that_has_begun_is_waited_for),
        TEST(the_log_is_moved_into_the_database),
        INLINE_TEST(the_log_is_moved_into_the_database),
    };
    fault_vfs_register();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
