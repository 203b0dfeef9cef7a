/*
 * A store on a server, beside what test_store.c and test_row.c say of every store: many at once,
 * what its errors mean, what its drivers would do wrong, and how often it is asked.
 */
#include "store_kit.h"

#include "store/odbc.h"
#include "store/row.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

static const char migration[] =
    "CREATE TABLE t_sum (id {int} NOT NULL PRIMARY KEY, n {int} NOT NULL, version {int} NOT NULL,\n"
    "    seal {key 64}) {table};\n"
    "CREATE TABLE t_word (id {int} NOT NULL PRIMARY KEY, word {key 10}, body {text 20}, doc "
    "{doc})\n"
    "    {table};\n"
    "CREATE UNIQUE INDEX t_word_word ON t_word (word);\n";

#define T_SUM_COLS(KI, KT, I, T) KI(id) I(n) I(version)
struct t_sum {
    GT_ROW_STRUCT(T_SUM_COLS);
};
extern const struct gt_row t_sum_row;
GT_ROW_DEFINE(t_sum, T_SUM_COLS);

GT_STMT(word_new, "INSERT INTO t_word (id, word, body) VALUES (?, ?, ?)");
GT_STMT(word_doc, "UPDATE t_word SET doc = ? WHERE id = ?");
GT_STMT(word_by, "SELECT id FROM t_word WHERE word = ?");
GT_STMT(word_find, "SELECT word, body, doc FROM t_word WHERE id = ?");
GT_STMT(word_count, "SELECT COUNT(*), SUM(id) FROM t_word");

static struct kit kit;

static int setup(void **state)
{
    (void)state;
    kit_start(&kit, (struct gt_db_conf){0}, migration);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    kit_done(&kit);
    return 0;
}

/* Whether the server is that of tests/tds, which lets one write at a time: no race can be lost. */
static bool one_writes(void)
{
    struct client c;
    char version[200] = "";
    if (gt_db_dialect(kit.db) == GT_DIALECT_POSTGRES)
        return false;
    client_open(&c, kit.server.string);
    client_text(&c, "SELECT @@VERSION", version, sizeof(version));
    client_close(&c);
    return strstr(version, "stand-in over SQLite") != NULL;
}

#define only_where_many_write()                                               \
    do {                                                                      \
        if (one_writes())                                                     \
            skip_because("the server of tests/tds lets one write at a time"); \
    } while (0)

/* --- many at once ----------------------------------------------------------------------------- */

static enum gt_err add_sums(struct gt_tx *tx, void *arg)
{
    (void)arg;
    for (int id = 1; id <= 2; id++) {
        struct t_sum sum = {.id = id};
        gt_row_insert(tx, &t_sum_row, &sum);
    }
    return gt_tx_err(tx);
}

typedef bool (*find_fn)(struct gt_tx *tx, const struct gt_row *def, int64_t id, void *row);

/* One more in a row, read by `find`. */
struct more {
    find_fn find;
    int64_t first, second; /* ids; second 0: none */
    int turns;
    int stored;
    pthread_barrier_t *meet; /* between both, in the first run */
};

static enum gt_err one_more(struct gt_tx *tx, void *arg)
{
    struct more *m = arg;
    struct t_sum sum;
    const int64_t ids[2] = {m->first, m->second};
    for (int i = 0; i < 2 && ids[i] && m->find(tx, &t_sum_row, ids[i], &sum); i++) {
        sum.n++;
        gt_row_save(tx, &t_sum_row, &sum);
        if (i == 0 && m->meet) {
            pthread_barrier_wait(m->meet);
            m->meet = NULL;
        }
    }
    return gt_tx_err(tx);
}

static void *run_more(void *arg)
{
    struct more *m = arg;
    for (int i = 0; i < m->turns; i++)
        m->stored += gt_db_transact(kit.db, "more", one_more, m) == GT_OK;
    return NULL;
}

static enum gt_err read_sum(struct gt_tx *tx, void *arg)
{
    return gt_row_find(tx, &t_sum_row, ((struct t_sum *)arg)->id, arg) ? gt_tx_err(tx)
                                                                       : GT_ERR_ABSENT;
}

static int64_t sum_of(int64_t id)
{
    struct t_sum sum = {.id = id};
    assert_ok(gt_db_read(kit.db, "sum", read_sum, &sum));
    return sum.n;
}

/* Several threads, each so many times; gives how many of them were stored. */
static int crowd(find_fn find, int threads, int turns)
{
    pthread_t thread[8];
    struct more more[8];
    int stored = 0;
    assert_ok(gt_db_transact(kit.db, "sums", add_sums, NULL));
    for (int i = 0; i < threads; i++) {
        more[i] = (struct more){.find = find, .first = 1, .turns = turns};
        assert_int_equal(pthread_create(&thread[i], NULL, run_more, &more[i]), 0);
    }
    for (int i = 0; i < threads; i++) {
        pthread_join(thread[i], NULL);
        stored += more[i].stored;
    }
    return stored;
}

static void a_lost_race_is_run_again(void **state)
{
    (void)state;
    int stored = crowd(gt_row_find, 4, 25);
    assert_true(stored > 25);
    assert_int_equal(sum_of(1), stored);
}

static void who_locks_a_row_queues_for_it(void **state)
{
    (void)state;
    struct gt_db_stats stats;
    assert_int_equal(crowd(gt_row_lock, 8, 25), 200);
    assert_int_equal(sum_of(1), 200);
    gt_db_stats(kit.db, &stats);
    assert_int_equal(stats.retries, 0);
}

static void a_deadlock_is_run_again(void **state)
{
    (void)state;
    only_where_many_write();
    pthread_barrier_t meet;
    pthread_t thread;
    struct gt_db_stats stats;
    assert_ok(gt_db_transact(kit.db, "sums", add_sums, NULL));
    pthread_barrier_init(&meet, NULL, 2);
    struct more there = {.find = gt_row_find, .first = 1, .second = 2, .turns = 1, .meet = &meet};
    struct more back = {.find = gt_row_find, .first = 2, .second = 1, .turns = 1, .meet = &meet};
    assert_int_equal(pthread_create(&thread, NULL, run_more, &there), 0);
    run_more(&back);
    pthread_join(thread, NULL);
    pthread_barrier_destroy(&meet);
    assert_int_equal(there.stored + back.stored, 2);
    assert_int_equal(sum_of(1), 2);
    assert_int_equal(sum_of(2), 2);
    gt_db_stats(kit.db, &stats);
    assert_true(stats.retries >= 1);
}

struct word {
    int64_t id;
    const char *word, *body;
    int runs;
    int64_t found;
};

/* Adds a word unless it is there. */
static enum gt_err need_word(struct gt_tx *tx, void *arg)
{
    struct word *w = arg;
    w->runs++;
    w->found = gt_tx_one(tx, &word_by, GT_TEXT(w->word)) ? gt_col_int(tx) : 0;
    if (w->runs == 1) {
        char sql[200];
        (void)snprintf(sql, sizeof(sql), "INSERT INTO t_word (id, word) VALUES (77, '%s')",
                       w->word);
        server_run(kit.server.string, sql);
    }
    if (!w->found)
        gt_tx_exec(tx, &word_new, GT_INT(w->id), GT_TEXT(w->word), GT_TEXT(w->body));
    return gt_tx_err(tx);
}

static void a_key_that_another_took_meanwhile_is_found(void **state)
{
    (void)state;
    only_where_many_write();
    struct word w = {.id = 1, .word = "w"};
    assert_ok(gt_db_transact(kit.db, "need", need_word, &w));
    assert_int_equal(w.runs, 2);
    assert_int_equal(w.found, 77);
}

struct alone {
    atomic_bool began, ended;
    int64_t seen;
};

static enum gt_err slow_more(struct gt_tx *tx, void *arg)
{
    struct alone *a = arg;
    struct t_sum sum;
    atomic_store(&a->began, true);
    usleep(200000);
    gt_row_find(tx, &t_sum_row, 1, &sum);
    sum.n++;
    gt_row_save(tx, &t_sum_row, &sum);
    atomic_store(&a->ended, true);
    return gt_tx_err(tx);
}

static void *run_slow(void *arg)
{
    assert_ok(gt_db_transact(kit.db, "slow", slow_more, arg));
    return NULL;
}

static enum gt_err look_alone(struct gt_tx *tx, void *arg)
{
    struct alone *a = arg;
    struct t_sum sum = {0};
    gt_tx_alone(tx);
    assert_true(atomic_load(&a->ended));
    gt_row_find(tx, &t_sum_row, 1, &sum);
    a->seen = sum.n;
    return gt_tx_err(tx);
}

static void alone_waits_for_those_who_have_begun(void **state)
{
    (void)state;
    struct alone a = {.seen = -1};
    pthread_t thread;
    assert_ok(gt_db_transact(kit.db, "sums", add_sums, NULL));
    assert_int_equal(pthread_create(&thread, NULL, run_slow, &a), 0);
    while (!atomic_load(&a.began))
        usleep(1000);
    assert_ok(gt_db_transact(kit.db, "alone", look_alone, &a));
    pthread_join(thread, NULL);
    assert_int_equal(a.seen, 1);
}

/* --- values ----------------------------------------------------------------------------------- */

static enum gt_err add_word(struct gt_tx *tx, void *arg)
{
    const struct word *w = arg;
    gt_tx_exec(tx, &word_new, GT_INT(w->id), GT_TEXT(w->word), GT_TEXT(w->body));
    return gt_tx_err(tx);
}

static enum gt_err add(int64_t id, const char *word, const char *body)
{
    struct word w = {.id = id, .word = word, .body = body};
    return gt_db_transact(kit.db, "word", add_word, &w);
}

static enum gt_err count_words(struct gt_tx *tx, void *arg)
{
    *(int64_t *)arg = gt_tx_one0(tx, &word_count) ? gt_col_int(tx) : -1;
    return gt_tx_err(tx);
}

static int64_t words(void)
{
    int64_t n = -1;
    assert_ok(gt_db_look(kit.db, "count", count_words, &n));
    return n;
}

static void what_is_not_utf8_never_reaches_the_driver(void **state)
{
    (void)state;
    assert_err(GT_ERR_UTF8, add(1, "\xff\xfe", ""));
    assert_err(GT_ERR_UTF8, add(1, "a", "\xe7\x94"));
    /* The connection is as good as before. */
    assert_ok(add(1, "电业局", "收费员"));
    assert_int_equal(words(), 1);
}

static void a_text_too_long_for_its_column_is_refused_not_cut(void **state)
{
    (void)state;
    assert_err(GT_ERR_TOOBIG, add(1, "12345678901", ""));
    assert_err(GT_ERR_TOOBIG, add(1, "w", "一二三四五六七八九十一二三四五六七八九十一"));
    assert_ok(add(1, "一二三四五六七八九十", "一二三四五六七八九十一二三四五六七八九十"));
    assert_int_equal(words(), 1);
}

static void keys_differ_by_every_byte(void **state)
{
    (void)state;
    assert_ok(add(1, "a", ""));
    assert_ok(add(2, "A", ""));
    assert_ok(add(3, "\xc3\xa4", ""));
    assert_err(GT_ERR_EXISTS, add(4, "a", ""));
    assert_int_equal(words(), 3);
}

struct doc {
    char *text;
    size_t size;
    char back[100000];
};

static enum gt_err keep_doc(struct gt_tx *tx, void *arg)
{
    const struct doc *doc = arg;
    assert_int_equal(gt_tx_exec(tx, &word_doc, GT_TEXT(doc->text), GT_INT(1)), 1);
    return gt_tx_err(tx);
}

static enum gt_err read_doc(struct gt_tx *tx, void *arg)
{
    struct doc *doc = arg;
    char text[64];
    if (!gt_tx_one(tx, &word_find, GT_INT(1)))
        return GT_ERR_ABSENT;
    gt_col_text(tx, text, sizeof(text));
    gt_col_text(tx, text, sizeof(text));
    gt_col_text(tx, doc->back, sizeof(doc->back));
    return gt_tx_err(tx);
}

/* Lengths around every border: of the driver's types, of our own memory. */
static void texts_of_any_length_come_back(void **state)
{
    (void)state;
    static const size_t lengths[] = {1,    85,   86,   255,  256,  1333,
                                     1334, 2730, 2731, 4000, 4001, 20000};
    static struct doc doc;
    assert_ok(add(1, "w", ""));
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        doc.size = 3 * lengths[i] + 1;
        doc.text = malloc(doc.size);
        assert_non_null(doc.text);
        for (size_t j = 0; j < lengths[i]; j++)
            memcpy(doc.text + 3 * j, j % 7 ? "电" : "\xe2\x82\xac", 3);
        doc.text[doc.size - 1] = '\0';
        assert_ok(gt_db_transact(kit.db, "doc", keep_doc, &doc));
        assert_ok(gt_db_read(kit.db, "doc", read_doc, &doc));
        assert_string_equal(doc.back, doc.text);
        free(doc.text);
    }
}

/* --- round trips ------------------------------------------------------------------------------ */

static int64_t trips(void)
{
    struct gt_db_stats stats;
    gt_db_stats(kit.db, &stats);
    return stats.trips;
}

static void a_transaction_costs_its_statements_and_two_round_trips(void **state)
{
    (void)state;
    assert_ok(add(1, "a", ""));
    int64_t before = trips();
    assert_ok(add(2, "b", "another text"));
    assert_int_equal(trips() - before, 3);
    words();
    before = trips();
    words();
    assert_int_equal(trips() - before, 1);
}

struct together {
    bool seen, gone;
    int64_t trips;
};

static enum gt_err write_together(struct gt_tx *tx, void *arg)
{
    struct together *t = arg;
    struct t_sum sum = {.id = 1}, found;
    t->trips = trips();
    for (int64_t id = 11; id <= 14; id++) {
        struct t_sum row = {.id = id, .n = id};
        gt_row_insert(tx, &t_sum_row, &row);
    }
    t->seen = gt_row_find(tx, &t_sum_row, 13, &found) && found.n == 13 && found.version == 1;
    t->trips = trips() - t->trips;
    if (gt_row_find(tx, &t_sum_row, 1, &sum))
        gt_row_remove(tx, &t_sum_row, &sum);
    t->gone = !gt_row_find(tx, &t_sum_row, 1, &sum);
    return gt_tx_err(tx);
}

static void rows_are_written_together_and_seen_before(void **state)
{
    (void)state;
    struct together t = {.seen = false};
    struct t_sum sum = {.id = 1};
    assert_ok(gt_db_transact(kit.db, "sums", add_sums, NULL));
    assert_ok(gt_db_transact(kit.db, "together", write_together, &t));
    assert_true(t.seen);
    assert_true(t.gone);
    assert_int_equal(t.trips, 0);
    assert_err(GT_ERR_ABSENT, gt_db_read(kit.db, "sum", read_sum, &sum));
    for (int64_t id = 11; id <= 14; id++)
        assert_int_equal(sum_of(id), id);
}

/* Four rows wait, one of which somebody else has changed: none is stored. */
static enum gt_err write_stale(struct gt_tx *tx, void *arg)
{
    struct t_sum sum;
    ++*(int *)arg;
    gt_row_find(tx, &t_sum_row, 2, &sum);
    if (*(int *)arg == 1)
        server_run(kit.server.string, "UPDATE t_sum SET version = 9 WHERE id = 2");
    sum.n = 7;
    gt_row_save(tx, &t_sum_row, &sum);
    for (int64_t id = 21; id <= 23; id++) {
        struct t_sum row = {.id = id};
        gt_row_insert(tx, &t_sum_row, &row);
    }
    return gt_tx_err(tx);
}

static void a_stale_row_among_those_that_wait_undoes_all(void **state)
{
    (void)state;
    only_where_many_write();
    int runs = 0;
    assert_ok(gt_db_transact(kit.db, "sums", add_sums, NULL));
    assert_ok(gt_db_transact(kit.db, "stale", write_stale, &runs));
    assert_int_equal(runs, 2);
    assert_int_equal(sum_of(2), 7);
    assert_int_equal(sum_of(23), 0);
}

static enum gt_err look_twice(struct gt_tx *tx, void *arg)
{
    int64_t n;
    (void)arg;
    if (count_words(tx, &n))
        return gt_tx_err(tx);
    return count_words(tx, &n);
}

static void a_look_is_one_statement(void **state)
{
    (void)state;
    assert_err(GT_ERR_INTERNAL, gt_db_look(kit.db, "twice", look_twice, NULL));
    assert_holds(gt_err_text(), "second statement");
    assert_int_equal(words(), 0);
}

/* --- the server's own hand -------------------------------------------------------------------- */

static void a_mark_that_is_gone_is_made_again(void **state)
{
    (void)state;
    assert_ok(add(1, "a", ""));
    assert_true(server_run(kit.server.string, "DELETE FROM gt_mark") >= 1);
    assert_ok(add(2, "b", ""));
    assert_int_equal(words(), 2);
}

static void a_wrong_secret_is_said_without_it(void **state)
{
    (void)state;
    struct gt_db *db = NULL;
    char string[SERVER_STRING_MAX];
    const char *secret = strcasestr(kit.server.string, "Pwd=");
    assert_non_null(secret);
    (void)snprintf(string, sizeof(string), "%.*sPwd=not-the-secret%s",
                   (int)(secret - kit.server.string), kit.server.string,
                   secret + strcspn(secret, ";"));
    struct gt_db_conf conf = {.connection = string};
    assert_err(GT_ERR_DENIED, gt_db_open(&conf, &db));
    assert_holds(gt_err_text(), "cannot connect");
    assert_null(strstr(gt_err_text(), "not-the-secret"));
}

static void the_server_tells_about_itself(void **state)
{
    (void)state;
    struct gt_db_probe probe;
    assert_ok(gt_db_probe(kit.db, &probe));
    assert_holds(probe.server,
                 gt_db_dialect(kit.db) == GT_DIALECT_POSTGRES ? "PostgreSQL" : "SQL Server");
    assert_in_range(probe.clock_ms + 2000, 0, 4000);
    assert_in_range(probe.trip_us, 1, 1000000);
    assert_true(probe.collation[0] != '\0');
}

/* --- connection strings ----------------------------------------------------------------------- */

static void a_string_gets_what_its_driver_needs(void **state)
{
    (void)state;
    struct gt_buf out;
    char value[64];
    gt_buf_init(&out, 1000);
    assert_ok(gt_odbc_string("Driver={PostgreSQL ANSI};Server=h;Pwd={a;b}}c}", false, &out));
    assert_true(gt_odbc_value(out.data, "protocol", value, sizeof(value)));
    assert_string_equal(value, "7.4-0");
    assert_true(gt_odbc_value(out.data, "PWD", value, sizeof(value)));
    assert_string_equal(value, "a;b}c");
    assert_false(gt_odbc_value(out.data, "b", value, sizeof(value)));
    gt_buf_reset(&out);
    assert_ok(gt_odbc_string("Driver=FreeTDS;Server=h;Timeout=3", false, &out));
    assert_string_equal(out.data, "Driver=FreeTDS;Server=h;Timeout=3;ClientCharset=UTF-8");
    gt_buf_done(&out);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

static int run(const char *folder)
{
    (void)folder;
    const struct CMUnitTest tests[] = {
        TEST(a_lost_race_is_run_again),
        TEST(who_locks_a_row_queues_for_it),
        TEST(a_deadlock_is_run_again),
        TEST(a_key_that_another_took_meanwhile_is_found),
        TEST(alone_waits_for_those_who_have_begun),
        TEST(what_is_not_utf8_never_reaches_the_driver),
        TEST(a_text_too_long_for_its_column_is_refused_not_cut),
        TEST(keys_differ_by_every_byte),
        TEST(texts_of_any_length_come_back),
        TEST(a_transaction_costs_its_statements_and_two_round_trips),
        TEST(rows_are_written_together_and_seen_before),
        TEST(a_stale_row_among_those_that_wait_undoes_all),
        TEST(a_look_is_one_statement),
        TEST(a_mark_that_is_gone_is_made_again),
        TEST(a_wrong_secret_is_said_without_it),
        TEST(the_server_tells_about_itself),
        cmocka_unit_test(a_string_gets_what_its_driver_needs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    return server_run_tests(run);
}
