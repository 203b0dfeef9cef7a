/*
 * A store over TDS, with the small server of tests/tds: what the server answers in the middle of a
 * transaction, ordered on its control port.  Nothing is stored twice, nothing half.
 *
 * Not here: what holds for every server (test_odbc.c), links that break (test_odbc_link.c).
 */
#include "store_kit.h"

#include "store/odbc.h"
#include "store/row.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

static const char migration[] =
    "CREATE TABLE t_first (id {int} NOT NULL PRIMARY KEY, n {int} NOT NULL) {table};\n"
    "CREATE TABLE t_second (id {int} NOT NULL PRIMARY KEY, n {int} NOT NULL) {table};\n"
    "CREATE TABLE t_sum (id {int} NOT NULL PRIMARY KEY, n {int} NOT NULL, version {int} NOT NULL,\n"
    "    seal {key 64}) {table};\n";

#define T_SUM_COLS(KI, KT, I, T) KI(id) I(n) I(version)
struct t_sum {
    GT_ROW_STRUCT(T_SUM_COLS);
};
extern const struct gt_row t_sum_row;
GT_ROW_DEFINE(t_sum, T_SUM_COLS);

GT_STMT(first_new, "INSERT INTO t_first (id, n) VALUES (?, ?)");
GT_STMT(first_move, "UPDATE t_first SET n = ? WHERE id = ?");
GT_STMT(first_count, "SELECT COUNT(*) FROM t_first");
GT_STMT(second_new, "INSERT INTO t_second (id, n) VALUES (?, ?)");
GT_STMT(second_count, "SELECT COUNT(*) FROM t_second");
GT_STMT(missing_find, "SELECT n FROM t_missing WHERE id = ?");

static struct kit kit;
static int control; /* port */

/* --- the server's control port ---------------------------------------------------------------- */

/* Gives an order (tests/tds/faults.py); its answer. */
static const char *order(const char *line)
{
    static char answer[400];
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)control),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
    assert_int_equal(dprintf(fd, "%s\n", line), strlen(line) + 1);
    size_t n = 0;
    while (n + 1 < sizeof(answer) && recv(fd, answer + n, 1, 0) == 1 && answer[n] != '\n')
        n++;
    answer[n] = '\0';
    close(fd);
    assert_true(strcmp(answer, "ok") == 0 || answer[0] == '{');
    return answer;
}

static void order_number(const char *fmt_before, int number, const char *after)
{
    char line[200];
    (void)snprintf(line, sizeof(line), "%s %d %s", fmt_before, number, after);
    order(line);
}

/* A counter of the server. */
static long counter(const char *name)
{
    const char *at = strstr(order("stats"), name);
    assert_non_null(at);
    return strtol(at + strcspn(at, ":") + 1, NULL, 10);
}

static int setup(void **state)
{
    (void)state;
    order("clear");
    kit_start(&kit, (struct gt_db_conf){0}, migration);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    order("clear");
    kit_done(&kit);
    return 0;
}

/* --- a transaction of several statements ------------------------------------------------------ */

struct both {
    int64_t id;
    int runs;
    int64_t moved;
};

/* A row in each of the tables; whatever happens it goes on to its end, as a careless callback. */
static enum gt_err add_both(struct gt_tx *tx, void *arg)
{
    struct both *b = arg;
    b->runs++;
    gt_tx_exec(tx, &first_new, GT_INT(b->id), GT_INT(0));
    gt_tx_exec(tx, &second_new, GT_INT(b->id), GT_INT(0));
    b->moved = gt_tx_exec(tx, &first_move, GT_INT(7), GT_INT(b->id));
    return GT_OK;
}

struct counts {
    int64_t first, second;
};

static enum gt_err count_both(struct gt_tx *tx, void *arg)
{
    struct counts *c = arg;
    c->first = gt_tx_one0(tx, &first_count) ? gt_col_int(tx) : -1;
    c->second = gt_tx_one0(tx, &second_count) ? gt_col_int(tx) : -1;
    return gt_tx_err(tx);
}

static void assert_rows(int64_t each)
{
    struct counts c;
    assert_ok(gt_db_read(kit.db, "count", count_both, &c));
    assert_int_equal(c.first, each);
    assert_int_equal(c.second, each);
}

static const int passing[] = {1205, 1222, 3960};
#define PASSING (sizeof(passing) / sizeof(passing[0]))

static void a_refusal_in_the_middle_runs_the_whole_callback_again(void **state)
{
    (void)state;
    for (size_t i = 0; i < PASSING; i++) {
        struct both b = {.id = (int64_t)i + 1};
        order_number("error", passing[i], "statement 1 ~t_second");
        assert_ok(gt_db_transact(kit.db, "both", add_both, &b));
        assert_int_equal(b.runs, 2);
        assert_int_equal(b.moved, 1);
        assert_rows((int64_t)i + 1);
    }
}

static void a_refusal_at_the_commit_runs_the_whole_callback_again(void **state)
{
    (void)state;
    /* 3902: the server had ended the transaction and nobody noticed. */
    const int at_commit[] = {1205, 3960, 3902};
    for (size_t i = 0; i < 3; i++) {
        struct both b = {.id = (int64_t)i + 1};
        order_number("error", at_commit[i], "commit 1");
        assert_ok(gt_db_transact(kit.db, "both", add_both, &b));
        assert_int_equal(b.runs, 2);
        assert_rows((int64_t)i + 1);
    }
}

/* The server has rolled back; what came behind would be stored by itself, statement by statement.
 */
static void nothing_is_sent_behind_a_refusal(void **state)
{
    (void)state;
    for (size_t i = 0; i < PASSING; i++) {
        struct both b = {.id = 1};
        order_number("error", passing[i], "statement 99 ~t_second");
        long commits = counter("commits");
        enum gt_err err = gt_db_transact(kit.db, "both", add_both, &b);
        assert_int_equal(err, passing[i] == 3960 ? GT_ERR_CHANGED : GT_ERR_BUSY);
        assert_true(b.runs > 2);
        assert_int_equal(b.moved, 0);
        assert_int_equal(counter("commits"), commits);
        order("clear");
        assert_rows(0);
    }
}

static void a_duplicate_undoes_all_and_the_connection_serves_on(void **state)
{
    (void)state;
    struct both b = {.id = 1};
    assert_ok(gt_db_transact(kit.db, "both", add_both, &b));
    long logins = counter("logins");
    assert_int_equal(server_run(kit.server.string, "DELETE FROM t_first"), 1);
    b.runs = 0;
    assert_err(GT_ERR_EXISTS, gt_db_transact(kit.db, "both", add_both, &b));
    assert_holds(gt_err_text(), "second_new");
    assert_holds(gt_err_text(), "2627");
    b.id = 2;
    assert_ok(gt_db_transact(kit.db, "both", add_both, &b));
    assert_int_equal(counter("logins"), logins + 1); /* the one that deleted */
    struct counts c;
    assert_ok(gt_db_read(kit.db, "count", count_both, &c));
    assert_int_equal(c.first, 1);
    assert_int_equal(c.second, 2);
}

static enum gt_err move_nothing(struct gt_tx *tx, void *arg)
{
    *(int64_t *)arg = gt_tx_exec(tx, &first_move, GT_INT(1), GT_INT(404));
    return gt_tx_err(tx);
}

static void an_update_of_no_row_counts_none(void **state)
{
    (void)state;
    int64_t moved = -1;
    assert_ok(gt_db_transact(kit.db, "nothing", move_nothing, &moved));
    assert_int_equal(moved, 0);
}

/* A statement that is bound anew is prepared anew, at half the speed. */
static void a_statement_is_prepared_once(void **state)
{
    (void)state;
    struct both b = {.id = 1};
    struct counts c;
    assert_ok(gt_db_transact(kit.db, "both", add_both, &b));
    assert_ok(gt_db_read(kit.db, "count", count_both, &c));
    long prepares = counter("prepares");
    assert_true(prepares > 0);
    for (int i = 0; i < 5; i++) {
        b.id++;
        assert_ok(gt_db_transact(kit.db, "both", add_both, &b));
        assert_ok(gt_db_read(kit.db, "count", count_both, &c));
    }
    assert_int_equal(counter("prepares"), prepares);
    assert_rows(6);
}

/* --- several writes in one batch -------------------------------------------------------------- */

static enum gt_err add_sums(struct gt_tx *tx, void *arg)
{
    ++*(int *)arg;
    for (int64_t id = 1; id <= 4; id++) {
        struct t_sum sum = {.id = id, .n = id};
        gt_row_insert(tx, &t_sum_row, &sum);
    }
    return gt_tx_err(tx);
}

static enum gt_err read_sum(struct gt_tx *tx, void *arg)
{
    return gt_row_find(tx, &t_sum_row, ((struct t_sum *)arg)->id, arg) ? gt_tx_err(tx)
                                                                       : GT_ERR_ABSENT;
}

static void an_error_later_in_a_batch_undoes_the_batch(void **state)
{
    (void)state;
    int runs = 0;
    assert_int_equal(
        server_run(kit.server.string, "INSERT INTO t_sum (id, n, version) VALUES (3, 0, 1)"), 1);
    assert_err(GT_ERR_EXISTS, gt_db_transact(kit.db, "sums", add_sums, &runs));
    for (int64_t id = 1; id <= 4; id++) {
        struct t_sum sum = {.id = id};
        assert_err(id == 3 ? GT_OK : GT_ERR_ABSENT, gt_db_read(kit.db, "sum", read_sum, &sum));
    }
    assert_int_equal(server_run(kit.server.string, "DELETE FROM t_sum"), 1);
    runs = 0;
    order("error 1205 statement 1 ~t_sum");
    assert_ok(gt_db_transact(kit.db, "sums", add_sums, &runs));
    assert_int_equal(runs, 2);
    for (int64_t id = 1; id <= 4; id++) {
        struct t_sum sum = {.id = id};
        assert_ok(gt_db_read(kit.db, "sum", read_sum, &sum));
        assert_int_equal(sum.n, id);
        assert_int_equal(sum.version, 1);
    }
}

/* --- answers that come late ------------------------------------------------------------------- */

/* A store that waits for a second, which FreeTDS doubles. */
static void impatient(void)
{
    char string[SERVER_STRING_MAX + 16];
    gt_db_close(kit.db);
    kit.db = NULL;
    (void)snprintf(string, sizeof(string), "%s;Timeout=1", kit.server.string);
    struct gt_db_conf conf = {.connection = string};
    assert_ok(gt_db_open(&conf, &kit.db));
}

static void a_statement_that_is_late_is_not_stored_twice(void **state)
{
    (void)state;
    struct both b = {.id = 1};
    impatient();
    order("late 3 statement 1 ~t_second");
    enum gt_err err = gt_db_transact(kit.db, "both", add_both, &b);
    assert_true(err == GT_OK || err == GT_ERR_BUSY);
    usleep(3500000);
    assert_rows(err == GT_OK ? 1 : 0);
}

static void what_became_of_a_late_commit_is_looked_up(void **state)
{
    (void)state;
    struct both b = {.id = 1};
    impatient();
    order("late 3 commit 1");
    assert_ok(gt_db_transact(kit.db, "both", add_both, &b));
    assert_rows(1);
    order("stall before commit 1");
    b = (struct both){.id = 2};
    enum gt_err err = gt_db_transact(kit.db, "both", add_both, &b);
    order("clear");
    assert_true(err == GT_OK || err == GT_ERR_BUSY || err == GT_ERR_LOST);
    if (err != GT_ERR_LOST)
        assert_rows(err == GT_OK ? 2 : 1);
}

/* --- what errors mean ------------------------------------------------------------------------- */

/* "Could not be prepared" (8180) comes with the reason, in any order. */
static enum gt_err find_missing(struct gt_tx *tx, void *arg)
{
    (void)arg;
    gt_tx_one(tx, &missing_find, GT_INT(1));
    return gt_tx_err(tx);
}

static void of_several_records_the_one_that_tells_is_said(void **state)
{
    (void)state;
    struct both b = {.id = 1};
    assert_err(GT_ERR_SYNTAX, gt_db_look(kit.db, "missing", find_missing, NULL));
    assert_holds(gt_err_text(), "t_missing");
    assert_holds(gt_err_text(), "208");
    order("error 8180,1205 statement 1 ~t_second");
    assert_ok(gt_db_transact(kit.db, "both", add_both, &b));
    assert_int_equal(b.runs, 2);
    order("error 8180,2627 statement 9 ~t_second");
    b = (struct both){.id = 2};
    assert_err(GT_ERR_EXISTS, gt_db_transact(kit.db, "both", add_both, &b));
    assert_holds(gt_err_text(), "2627");
    order("clear");
    assert_rows(1);
}

static void native_codes_decide(void **state)
{
    (void)state;
    static const struct {
        const char *product, *state;
        SQLINTEGER native;
        enum gt_err err;
        enum gt_fate fate;
    } codes[] = {
        {"Microsoft SQL Server", "23000", 2627, GT_ERR_EXISTS, GT_FATE_FAILED},
        {"Microsoft SQL Server", "23000", 2601, GT_ERR_EXISTS, GT_FATE_FAILED},
        {"Microsoft SQL Server", "42000", 1205, GT_ERR_BUSY, GT_FATE_AGAIN},
        {"Microsoft SQL Server", "42000", 1222, GT_ERR_BUSY, GT_FATE_AGAIN},
        {"Microsoft SQL Server", "42000", 3960, GT_ERR_CHANGED, GT_FATE_AGAIN},
        {"Microsoft SQL Server", "42000", 3902, GT_ERR_BUSY, GT_FATE_AGAIN},
        {"Microsoft SQL Server", "42000", 3903, GT_ERR_BUSY, GT_FATE_AGAIN},
        {"Microsoft SQL Server", "08S01", 20017, GT_ERR_BUSY, GT_FATE_LOST},
        {"Microsoft SQL Server", "42000", 8180, GT_ERR_INTERNAL, GT_FATE_FAILED},
        {"Adaptive Server Enterprise", "42000", 1205, GT_ERR_BUSY, GT_FATE_AGAIN},
        {"PostgreSQL", "23505", 1, GT_ERR_EXISTS, GT_FATE_FAILED},
        {"PostgreSQL", "40001", 1, GT_ERR_CHANGED, GT_FATE_AGAIN},
        {"PostgreSQL", "40P01", 1, GT_ERR_BUSY, GT_FATE_AGAIN},
        {"PostgreSQL", "55P03", 1, GT_ERR_BUSY, GT_FATE_AGAIN},
        {"PostgreSQL", "57P01", 1, GT_ERR_BUSY, GT_FATE_LOST},
    };
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        const struct gt_server *server = gt_server_find(codes[i].product);
        assert_non_null(server);
        const struct gt_server_code *code = gt_server_code(server, codes[i].state, codes[i].native);
        assert_int_equal(code->err, codes[i].err);
        assert_int_equal(code->fate, codes[i].fate);
    }
}

/* --- words without the secret ----------------------------------------------------------------- */

static void only_the_secret_is_masked(void **state)
{
    (void)state;
    static const struct {
        const char *string, *text, *masked;
    } cases[] = {
        {"Server=h;Pwd=a", "no such database", "no such database"},
        {"Server=h;Pwd=h", "near Server=h;Pwd=h;x", "near Server=h;Pwd=***;x"},
        {"Server=h;PWD={a;b}", "near pwd={a;b};Uid=u", "near pwd=***;Uid=u"},
        {"Server=h;Password=long-secret", "option \"long-secret\"", "option \"***\""},
        {"Server=h;Pwd=gridtill", "user gridtill of gridtill_test", "user *** of gridtill_test"},
        {"Server=h", "password = x y", "password = *** y"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[GT_ERR_TEXT_MAX];
        (void)snprintf(text, sizeof(text), "%s", cases[i].text);
        gt_odbc_mask(cases[i].string, text, sizeof(text));
        assert_string_equal(text, cases[i].masked);
    }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

static int run(const char *folder)
{
    const struct CMUnitTest tests[] = {
        TEST(a_refusal_in_the_middle_runs_the_whole_callback_again),
        TEST(a_refusal_at_the_commit_runs_the_whole_callback_again),
        TEST(nothing_is_sent_behind_a_refusal),
        TEST(a_duplicate_undoes_all_and_the_connection_serves_on),
        TEST(an_update_of_no_row_counts_none),
        TEST(a_statement_is_prepared_once),
        TEST(an_error_later_in_a_batch_undoes_the_batch),
        TEST(a_statement_that_is_late_is_not_stored_twice),
        TEST(what_became_of_a_late_commit_is_looked_up),
        TEST(of_several_records_the_one_that_tells_is_said),
        cmocka_unit_test(native_codes_decide),
        cmocka_unit_test(only_the_secret_is_masked),
    };
    char path[UNIT_PATH_MAX], word[4][40];
    (void)snprintf(path, sizeof(path), "%s/ready", folder);
    FILE *ready = fopen(path, "r");
    if (!ready || fscanf(ready, "%39s %39s %39s %39s", word[0], word[1], word[2], word[3]) != 4)
        return 1;
    (void)fclose(ready);
    control = (int)strtol(word[3], NULL, 10);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* On a server of its own, whatever is given: it is told to misbehave. */
int main(void)
{
    return server_run_on("tests/kit/tds", run);
}
