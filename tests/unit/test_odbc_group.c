/*
 * Callbacks that share a transaction of a server, and what they presume: each comes to what it
 * would have come to alone, whatever befalls the others.
 */
#include "proxy_kit.h"
#include "store_kit.h"

#include "store/row.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

static const char migration[] =
    "CREATE TABLE t_sum (id {int} NOT NULL PRIMARY KEY, n {int} NOT NULL, note {text 40},\n"
    "    version {int} NOT NULL, seal {key 64}) {table};\n"
    "CREATE TABLE t_word (id {int} NOT NULL PRIMARY KEY, word {key 40} NOT NULL,\n"
    "    version {int} NOT NULL, seal {key 64}) {table};\n"
    "CREATE UNIQUE INDEX t_word_word ON t_word (word);\n";

/* Rows that are kept. */
#define T_SUM_COLS(KI, KT, I, T) KI(id) I(n) T(note, 80) I(version)
struct t_sum {
    GT_ROW_STRUCT(T_SUM_COLS);
};
extern const struct gt_row t_sum_row;
GT_ROW_DEFINE_KEPT(t_sum, T_SUM_COLS);

/* Rows that are not, with a key besides. */
#define T_WORD_COLS(KI, KT, I, T) KI(id) T(word, 40) I(version)
struct t_word {
    GT_ROW_STRUCT(T_WORD_COLS);
};
extern const struct gt_row t_word_row;
GT_ROW_DEFINE(t_word, T_WORD_COLS);

GT_STMT(word_by, "SELECT id FROM t_word WHERE word = ?");
GT_STMT(word_count, "SELECT COUNT(*) FROM t_word");

#define CROWD 8

static struct kit kit;
static struct proxy wire;
static const uint8_t seal_key[GT_KEY_SIZE] = {1, 2, 3};

static const struct gt_db_conf conf_together = {.together = true, .seal_key = seal_key};

static enum gt_err add_sums(struct gt_tx *tx, void *arg)
{
    (void)arg;
    for (int id = 1; id <= 3; id++) {
        struct t_sum sum = {.id = id};
        gt_row_insert(tx, &t_sum_row, &sum);
    }
    return gt_tx_err(tx);
}

static int setup(void **state)
{
    (void)state;
    kit_start(&kit, conf_together, migration);
    assert_ok(gt_db_transact(kit.db, "sums", add_sums, NULL));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    kit_done(&kit);
    return 0;
}

/* The same through a wire that can be cut. */
static int setup_wire(void **state)
{
    char through[SERVER_STRING_MAX];
    struct gt_db_conf conf = conf_together;
    setup(state);
    gt_db_close(kit.db);
    kit.db = NULL;
    proxy_start(&wire, kit.server.string, through);
    conf.connection = through;
    conf.connect_ms = 1000;
    assert_ok(gt_db_open(&conf, &kit.db));
    return 0;
}

static int teardown_wire(void **state)
{
    gt_db_close(kit.db);
    kit.db = NULL;
    proxy_stop(&wire);
    return teardown(state);
}

#define only_where_groups_are()                           \
    do {                                                  \
        if (gt_db_dialect(kit.db) != GT_DIALECT_POSTGRES) \
            skip();                                       \
    } while (0)

/* --- a crowd ---------------------------------------------------------------------------------- */

/* One of a crowd: adds a word, one to a sum, and maybe fails. */
struct member {
    pthread_t thread;
    struct gt_db *db;
    int64_t id, sum;
    const char *word; /* NULL: one of its own */
    bool fails;
    int runs;
    enum gt_err err;
};

static enum gt_err member_write(struct gt_tx *tx, void *arg)
{
    struct member *m = arg;
    struct t_word word = {.id = m->id};
    struct t_sum sum;
    m->runs++;
    snprintf(word.word, sizeof(word.word), m->word ? "%s" : "%s%d", m->word ? m->word : "w",
             (int)m->id);
    gt_row_insert(tx, &t_word_row, &word);
    if (gt_row_lock(tx, &t_sum_row, m->sum, &sum)) {
        sum.n++;
        snprintf(sum.note, sizeof(sum.note), "{\"%d\\ 凭证', NULL}", (int)m->id);
        gt_row_save(tx, &t_sum_row, &sum);
    }
    return m->fails ? gt_err_set(GT_ERR_RANGE, "as it was told") : gt_tx_err(tx);
}

static void *member_run(void *arg)
{
    struct member *m = arg;
    m->err = gt_db_transact(m->db, "member", member_write, m);
    return NULL;
}

static enum gt_err member_alone(struct member *m)
{
    m->db = kit.db;
    member_run(m);
    return m->err;
}

static struct gt_db_stats stats_now(void)
{
    struct gt_db_stats stats;
    gt_db_stats(kit.db, &stats);
    return stats;
}

/* Keeps the writer busy until so many wait behind it, for the first time; then the wire may be told
 * something, and it fails, so that no commit of its own is on the wire. */
struct hold {
    int n;
    const char *word; /* NULL: the wire is told nothing */
    enum proxy_moment moment;
    atomic_bool inside;
};

static enum gt_err hold_until(struct gt_tx *tx, void *arg)
{
    struct hold *h = arg;
    struct gt_db_stats stats;
    (void)tx;
    atomic_store(&h->inside, true);
    do {
        usleep(1000);
        gt_db_stats(kit.db, &stats);
    } while (stats.queue_max < h->n);
    if (h->moment == PROXY_NEVER)
        return GT_OK;
    if (h->word)
        proxy_at(&wire, h->word, h->moment);
    h->word = NULL;
    return GT_ERR_RANGE;
}

static void *hold_run(void *arg)
{
    const struct hold *h = arg;
    assert_err(h->moment == PROXY_NEVER ? GT_OK : GT_ERR_RANGE,
               gt_db_transact(kit.db, "hold", hold_until, arg));
    return NULL;
}

/* Runs all of them in one group. */
static void crowd_run(struct member *crowd, int n, const char *word, enum proxy_moment moment)
{
    struct hold h = {.n = n, .word = word, .moment = moment};
    pthread_t hold;
    assert_true(stats_now().queue_max < n); /* else they would not be waited for */
    assert_int_equal(pthread_create(&hold, NULL, hold_run, &h), 0);
    while (!atomic_load(&h.inside))
        usleep(1000);
    for (int i = 0; i < n; i++) {
        crowd[i].db = kit.db;
        assert_int_equal(pthread_create(&crowd[i].thread, NULL, member_run, &crowd[i]), 0);
    }
    for (int i = 0; i < n; i++)
        pthread_join(crowd[i].thread, NULL);
    pthread_join(hold, NULL);
}

static enum gt_err read_all(struct gt_tx *tx, void *arg)
{
    int64_t *n = arg;
    struct t_sum sum;
    n[0] = gt_tx_one0(tx, &word_count) ? gt_col_int(tx) : -1;
    for (int id = 1; id <= 3; id++)
        n[id] = gt_row_find(tx, &t_sum_row, id, &sum) ? sum.n : -1;
    return gt_tx_err(tx);
}

/* How many words there are, and the first sums. */
static void assert_stored(int64_t words, int64_t one, int64_t two)
{
    int64_t n[4];
    assert_ok(gt_db_read(kit.db, "all", read_all, n));
    assert_int_equal(n[0], words);
    assert_int_equal(n[1], one);
    assert_int_equal(n[2], two);
}

static void a_group_costs_one_commit_and_three_round_trips(void **state)
{
    (void)state;
    only_where_groups_are();
    struct member crowd[CROWD];
    for (int i = 0; i < 2; i++) {
        crowd[i] = (struct member){.id = 101 + i, .sum = 1 + i};
        assert_ok(member_alone(&crowd[i]));
    }
    struct gt_db_stats before = stats_now();
    assert_int_equal(before.retries, 0);
    for (int i = 0; i < CROWD; i++)
        crowd[i] = (struct member){.id = 1 + i, .sum = 1 + i % 2};
    crowd_run(crowd, CROWD, NULL, PROXY_NEVER);
    struct gt_db_stats after = stats_now();
    assert_stored(CROWD + 2, 1 + CROWD / 2, 1 + CROWD / 2);
    /* Theirs, and those of who held them up. */
    assert_int_equal(after.transactions - before.transactions, CROWD + 1);
    assert_int_equal(after.commits - before.commits, 2);
    assert_int_equal(after.trips - before.trips, 3 + 2);
    for (int i = 0; i < CROWD; i++)
        assert_int_equal(crowd[i].runs, 1);
}

static void one_that_fails_takes_nobody_along(void **state)
{
    (void)state;
    only_where_groups_are();
    struct member crowd[CROWD];
    for (int i = 0; i < CROWD; i++)
        crowd[i] = (struct member){.id = 1 + i, .sum = 1, .fails = i % 4 == 1};
    crowd_run(crowd, CROWD, NULL, PROXY_NEVER);
    for (int i = 0; i < CROWD; i++)
        assert_int_equal(crowd[i].err, crowd[i].fails ? GT_ERR_RANGE : GT_OK);
    assert_stored(CROWD - 2, CROWD - 2, 0);
}

static void two_with_one_key_come_to_one(void **state)
{
    (void)state;
    only_where_groups_are();
    struct member crowd[CROWD];
    int stored = 0;
    for (int i = 0; i < CROWD; i++)
        crowd[i] = (struct member){.id = 1 + i, .sum = 1, .word = i < 2 ? "same" : NULL};
    crowd_run(crowd, CROWD, NULL, PROXY_NEVER);
    for (int i = 0; i < CROWD; i++) {
        stored += crowd[i].err == GT_OK;
        assert_true(crowd[i].err == GT_OK || (i < 2 && crowd[i].err == GT_ERR_EXISTS));
    }
    assert_int_equal(stored, CROWD - 1);
    assert_stored(CROWD - 1, CROWD - 1, 0);
}

/* --- what is presumed ------------------------------------------------------------------------- */

/* Another process saves a row that is kept here. */
static void a_kept_row_that_another_changed_is_read_again(void **state)
{
    (void)state;
    only_where_groups_are();
    struct gt_db *other = NULL;
    struct gt_db_conf conf = conf_together;
    struct member mine = {.id = 1, .sum = 1}, theirs = {.id = 2, .sum = 1};
    conf.connection = kit.server.string;
    assert_ok(member_alone(&mine));
    assert_ok(gt_db_open(&conf, &other));
    theirs.db = other;
    member_run(&theirs);
    assert_ok(theirs.err);
    gt_db_close(other);
    mine = (struct member){.id = 3, .sum = 1};
    assert_ok(member_alone(&mine));
    assert_int_equal(mine.runs, 2);
    assert_stored(3, 3, 0);
}

/* Takes a kept row for granted, without saving it. */
static enum gt_err copy_sum(struct gt_tx *tx, void *arg)
{
    struct t_sum one, three;
    ++*(int *)arg;
    if (!gt_row_lock(tx, &t_sum_row, 1, &one) || !gt_row_lock(tx, &t_sum_row, 3, &three))
        return gt_err_set(GT_ERR_ABSENT, "no sums");
    three.n = one.n;
    gt_row_save(tx, &t_sum_row, &three);
    return gt_tx_err(tx);
}

static void a_kept_row_that_is_only_read_is_compared_too(void **state)
{
    (void)state;
    only_where_groups_are();
    struct gt_db *other = NULL;
    struct gt_db_conf conf = conf_together;
    struct member theirs = {.id = 2, .sum = 1};
    int runs = 0;
    int64_t n[4];
    assert_ok(gt_db_transact(kit.db, "copy", copy_sum, &runs));
    conf.connection = kit.server.string;
    assert_ok(gt_db_open(&conf, &other));
    theirs.db = other;
    member_run(&theirs);
    assert_ok(theirs.err);
    gt_db_close(other);
    runs = 0;
    assert_ok(gt_db_transact(kit.db, "copy", copy_sum, &runs));
    assert_int_equal(runs, 2);
    assert_ok(gt_db_read(kit.db, "all", read_all, n));
    assert_int_equal(n[3], 1);
}

/* Adds a word unless it is there; the look-up may be left out. */
struct need {
    const char *word;
    int64_t id;
    int runs;
    bool found;
};

static enum gt_err need_word(struct gt_tx *tx, void *arg)
{
    struct need *need = arg;
    struct t_word word = {.id = need->id};
    need->runs++;
    need->found = !gt_row_unheard(tx, &word_by, GT_TEXT(need->word)) &&
                  gt_tx_one(tx, &word_by, GT_TEXT(need->word));
    if (need->found)
        return gt_tx_err(tx);
    snprintf(word.word, sizeof(word.word), "%s", need->word);
    gt_row_insert(tx, &t_word_row, &word);
    return gt_tx_err(tx);
}

static void a_row_presumed_new_is_found_all_the_same(void **state)
{
    (void)state;
    only_where_groups_are();
    struct need need = {.word = "mine", .id = 1};
    assert_ok(gt_db_transact(kit.db, "need", need_word, &need));
    assert_int_equal(need.runs, 1);
    need = (struct need){.word = "mine", .id = 2};
    assert_ok(gt_db_transact(kit.db, "need", need_word, &need)); /* asked: it was heard of */
    assert_int_equal(need.runs, 1);
    assert_true(need.found);
    server_run(kit.server.string, "INSERT INTO t_word (id, word, version) VALUES (7, 'their', 1)");
    need = (struct need){.word = "their", .id = 3};
    assert_ok(gt_db_transact(kit.db, "need", need_word, &need));
    assert_int_equal(need.runs, 2);
    assert_true(need.found);
    assert_stored(2, 0, 0);
}

/* --- others in the way ------------------------------------------------------------------------ */

/* Locks two rows; in the first run it waits between them for the other. */
struct two {
    struct gt_db *db;
    int64_t first, second;
    pthread_barrier_t *meet;
    enum gt_err err;
};

static enum gt_err lock_two(struct gt_tx *tx, void *arg)
{
    struct two *t = arg;
    struct t_sum sum;
    const int64_t ids[2] = {t->first, t->second};
    for (int i = 0; i < 2 && gt_row_lock(tx, &t_sum_row, ids[i], &sum); i++) {
        sum.n++;
        gt_row_save(tx, &t_sum_row, &sum);
        if (t->meet)
            pthread_barrier_wait(t->meet);
        t->meet = NULL;
    }
    return gt_tx_err(tx);
}

static void *two_run(void *arg)
{
    struct two *t = arg;
    t->err = gt_db_transact(t->db, "two", lock_two, t);
    return NULL;
}

static void groups_of_two_processes_that_lock_each_other_both_come_through(void **state)
{
    (void)state;
    only_where_groups_are();
    struct gt_db *other = NULL;
    struct gt_db_conf conf = conf_together;
    pthread_barrier_t meet;
    pthread_t thread;
    kit_reopen(&kit, conf_together); /* nothing is kept, so that they lock and do not guess */
    conf.connection = kit.server.string;
    assert_ok(gt_db_open(&conf, &other));
    pthread_barrier_init(&meet, NULL, 2);
    struct two there = {.db = kit.db, .first = 1, .second = 2, .meet = &meet};
    struct two back = {.db = other, .first = 2, .second = 1, .meet = &meet};
    assert_int_equal(pthread_create(&thread, NULL, two_run, &there), 0);
    two_run(&back);
    pthread_join(thread, NULL);
    pthread_barrier_destroy(&meet);
    gt_db_close(other);
    assert_ok(there.err);
    assert_ok(back.err);
    assert_stored(0, 2, 2);
}

/* Two processes with one row between them, as fast as they can. */
static void *many_run(void *arg)
{
    struct member *m = arg;
    for (int i = 0; i < 50 && m->err == GT_OK; i++) {
        m->id += CROWD;
        m->err = gt_db_transact(m->db, "many", member_write, m);
    }
    return NULL;
}

static void two_processes_share_a_row_and_lose_nothing(void **state)
{
    (void)state;
    only_where_groups_are();
    struct gt_db *other = NULL;
    struct gt_db_conf conf = conf_together;
    struct member crowd[CROWD];
    conf.connection = kit.server.string;
    assert_ok(gt_db_open(&conf, &other));
    for (int i = 0; i < CROWD; i++) {
        crowd[i] = (struct member){.db = i % 2 ? other : kit.db, .id = i, .sum = 1};
        assert_int_equal(pthread_create(&crowd[i].thread, NULL, many_run, &crowd[i]), 0);
    }
    for (int i = 0; i < CROWD; i++)
        pthread_join(crowd[i].thread, NULL);
    gt_db_close(other);
    for (int i = 0; i < CROWD; i++)
        assert_ok(crowd[i].err);
    assert_stored(50 * CROWD, 50 * CROWD, 0);
}

/* --- the link, and the process ---------------------------------------------------------------- */

static void lost_in_a_group(const char *word, enum proxy_moment moment, int runs)
{
    struct member crowd[CROWD], first = {.id = 100, .sum = 1};
    assert_ok(member_alone(&first));
    for (int i = 0; i < CROWD; i++)
        crowd[i] = (struct member){.id = i, .sum = 1};
    crowd_run(crowd, CROWD, word, moment);
    for (int i = 0; i < CROWD; i++) {
        assert_ok(crowd[i].err);
        assert_true(crowd[i].runs >= runs);
    }
    assert_stored(1 + CROWD, 1 + CROWD, 0);
    assert_int_equal(atomic_load(&wire.cuts), 1);
}

static void a_groups_commit_that_never_came_runs_each_again(void **state)
{
    (void)state;
    only_where_groups_are();
    lost_in_a_group("COMMIT", PROXY_BEFORE, 2);
}

static void a_groups_commit_whose_answer_is_lost_is_found_for_all(void **state)
{
    (void)state;
    only_where_groups_are();
    lost_in_a_group("COMMIT", PROXY_AFTER, 1);
}

static void a_link_lost_before_the_group_began_is_made_again(void **state)
{
    (void)state;
    only_where_groups_are();
    lost_in_a_group("UPDATE gt_mark", PROXY_BEFORE, 1);
}

/* The process dies when some of its group have run. */
static enum gt_err die(struct gt_tx *tx, void *arg)
{
    (void)tx;
    (void)arg;
    kill(getpid(), SIGKILL);
    return GT_OK;
}

static void *die_run(void *arg)
{
    return gt_db_transact(arg, "die", die, NULL) == GT_OK ? arg : NULL;
}

static void a_process_killed_in_a_group_has_stored_nothing_of_it(void **state)
{
    (void)state;
    only_where_groups_are();
    int status = 0;
    gt_db_close(kit.db); /* whoever forks has no threads */
    kit.db = NULL;
    pid_t child = fork();
    if (child == 0) {
        struct gt_db_conf conf = conf_together;
        struct member crowd[CROWD];
        pthread_t thread, hold;
        struct hold h = {.n = CROWD + 1};
        conf.connection = kit.server.string;
        if (gt_db_open(&conf, &kit.db) != GT_OK)
            _exit(3);
        pthread_create(&hold, NULL, hold_run, &h);
        while (!atomic_load(&h.inside))
            usleep(1000);
        for (int i = 0; i < CROWD; i++) {
            crowd[i] = (struct member){.db = kit.db, .id = 1 + i, .sum = 1};
            pthread_create(&crowd[i].thread, NULL, member_run, &crowd[i]);
        }
        usleep(50000);
        pthread_create(&thread, NULL, die_run, kit.db);
        alarm(10);
        pause();
        _exit(4);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    kit_open(&kit, conf_together);
    assert_stored(0, 0, 0);
    struct member next = {.id = 1, .sum = 1};
    assert_ok(member_alone(&next));
    assert_stored(1, 1, 0);
}

#define TEST(function)      cmocka_unit_test_setup_teardown(function, setup, teardown)
#define TEST_WIRE(function) cmocka_unit_test_setup_teardown(function, setup_wire, teardown_wire)

static int run(const char *folder)
{
    (void)folder;
    const struct CMUnitTest tests[] = {
        TEST(a_group_costs_one_commit_and_three_round_trips),
        TEST(one_that_fails_takes_nobody_along),
        TEST(two_with_one_key_come_to_one),
        TEST(a_kept_row_that_another_changed_is_read_again),
        TEST(a_kept_row_that_is_only_read_is_compared_too),
        TEST(a_row_presumed_new_is_found_all_the_same),
        TEST(groups_of_two_processes_that_lock_each_other_both_come_through),
        TEST(two_processes_share_a_row_and_lose_nothing),
        TEST(a_process_killed_in_a_group_has_stored_nothing_of_it),
        TEST_WIRE(a_groups_commit_that_never_came_runs_each_again),
        TEST_WIRE(a_groups_commit_whose_answer_is_lost_is_found_for_all),
        TEST_WIRE(a_link_lost_before_the_group_began_is_made_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    return server_run_tests(run);
}
