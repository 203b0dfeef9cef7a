/*
 * The auditor: any single row that another hand changed, added or removed is found and named.
 *
 * A platform with a bit of everything is made once; each try copies it, changes one random row with
 * SQLite directly, and asks the auditor.  GT_TAMPER_TRIES says how often (default 400).  A server's
 * database is not copied: there each table has a number changed and put back.
 */
#include "till_kit.h"

#include "access/approval.h"
#include "access/credential.h"
#include "access/param.h"
#include "access/role.h"
#include "access/session.h"
#include "books/day.h"
#include "books/item.h"
#include "books/kept.h"
#include "books/reconcile_row.h"
#include "books/remit.h"
#include "books/settle.h"
#include "till/account.h"
#include "till/audit.h"
#include "till/batch.h"
#include "till/card.h"
#include "till/cash_back.h"
#include "till/checked.h"
#include "till/credit.h"
#include "till/ledger.h"
#include "till/limit.h"
#include "till/permit.h"
#include "till/reading.h"
#include "till/receipt.h"
#include "till/refund.h"
#include "till/service.h"
#include "till/shift.h"
#include "till/total.h"
#include "till/void.h"

#include <sqlite3.h>

/* The auditor's tables, but for those whose rows may go: a sign-out, the end of a process, a run of
 * reconciliation that nobody wants any more. */
enum { TABLES_MAX = 100 };
static const struct gt_row *sealed[TABLES_MAX];
static size_t nsealed;

static int find_sealed(void **state)
{
    const struct gt_row *const passing[] = {&gt_session_row, &gt_process_row, &gt_process_link_row,
                                            &gt_recon_job_row};
    const struct gt_audit_table *table;

    (void)state;
    for (size_t i = 0; (table = gt_audit_table_at(i)); i++) {
        bool passes = false;

        for (size_t k = 0; k < sizeof(passing) / sizeof(passing[0]); k++)
            passes = passes || table->def == passing[k];
        assert_true(nsealed < TABLES_MAX);
        if (!passes)
            sealed[nsealed++] = table->def;
    }
    return 0;
}

/* --- a platform with a bit of everything
 * ---------------------------------------------------------- */

static enum gt_err limit_day(struct gt_tx *tx, void *arg)
{
    struct gt_terminal terminal;

    (void)arg;
    assert_true(gt_row_find(tx, &gt_terminal_row, 1, &terminal));
    terminal.limit_day = 10000000;
    return gt_terminal_change(tx, &terminal);
}

/* A row of each table of rights that business alone does not make. */
static enum gt_err rights_in(struct gt_tx *tx, void *arg)
{
    struct gt_recovery recovery = {.id = 1, .user_id = 1, .digest = "d"};
    struct gt_setting setting = {.id = 1, .org_id = 1, .name = "lock.after", .setting = 7};
    struct gt_quota quota = {.id = 3, .granted = 100};
    struct gt_limit limit = {
        .id = GT_LIMIT_ID(1, GT_OP_PAY), .account_id = 1, .op = GT_OP_PAY, .limit_day = 100};
    struct gt_permit permit = {
        .id = 1, .account_id = 1, .customer_no = "9", .amount = 5, .reason = "why"};
    struct gt_approval approval = {.id = 900,
                                   .kind = "credit.limit",
                                   .org_id = 3,
                                   .object_id = 1,
                                   .object = "account 1",
                                   .asked = "limit=5 from=1",
                                   .reason = "why",
                                   .maker_id = 1,
                                   .state = GT_APPROVAL_WAITING};

    struct gt_round round = {
        .id = 1, .system = "sg186", .route_no = "R1", .period = 202611, .user_id = 1, .tasks = 1};
    struct gt_reading reading = {.id = 1,
                                 .round_id = 1,
                                 .seq = 1,
                                 .task_no = "T1",
                                 .customer_no = "9",
                                 .state = GT_READING_OPEN};

    (void)arg;
    gt_row_insert(tx, &gt_round_row, &round);
    gt_census_add(tx, "gt_round", 1);
    gt_row_insert(tx, &gt_reading_row, &reading);
    gt_row_insert(tx, &gt_recovery_row, &recovery);
    gt_row_insert(tx, &gt_setting_row, &setting);
    gt_row_insert(tx, &gt_quota_row, &quota);
    gt_row_insert(tx, &gt_limit_row, &limit);
    gt_census_add(tx, "gt_limit", 1);
    gt_row_insert(tx, &gt_approval_row, &approval);
    gt_census_add(tx, "gt_recovery", 1);
    gt_census_add(tx, "gt_setting", 1);
    gt_census_add(tx, "gt_quota", 1);
    gt_row_insert(tx, &gt_permit_row, &permit);
    gt_census_add(tx, "gt_permit", 1);
    gt_census_add(tx, "gt_approval", 1);
    gt_tx_fail(tx, gt_terminal_bind(tx, 900, 2, 1));
    return gt_grant_add(tx, 900, 1, GT_ROLE_MANAGER, 1, 0, 0);
}

/* Who does what follows; `logger` is made for it. */
static struct gt_by by_in(struct kit *kit, struct gt_logger *logger, int64_t user_id)
{
    assert_ok(gt_logger_init(logger, kit->till.keys, &kit->clock, "test", "here"));
    return (struct gt_by){.db = kit->till.db,
                          .src = kit->till.keys,
                          .clock = &kit->clock,
                          .logger = logger,
                          .user_id = user_id};
}

/* A slip that was returned, and the same money in one that was received. */
static void slips(struct gt_by *by)
{
    static const char paper[] = "%PDF-1.4\n1 0 obj <<>> endobj\n%%EOF\n";
    struct gt_remit_form form = {.account_id = 1, .key = "s1"};
    struct gt_remit_offer offer;
    struct gt_refusal no;
    int64_t id;

    assert_ok(gt_remit_offer(by, &form, &offer, &no));
    form.amount = offer.due;
    assert_ok(gt_remit_submit(by, &form, &id, &no));
    by->user_id = GT_BY_COMMAND;
    assert_ok(gt_remit_return(by, id, "少", &no));
    by->user_id = 1;
    form.key = "s2";
    assert_ok(gt_remit_submit(by, &form, &id, &no));
    by->user_id = GT_BY_COMMAND;
    assert_ok(gt_remit_receive(by, id, &no));
    assert_ok(gt_slip_attach(by, id, "存单.pdf", paper, sizeof(paper) - 1, &id, &no));
}

/* A difference of each kind that has a transaction, and one that has none. */
static enum gt_err items_in(struct gt_tx *tx, void *arg)
{
    struct gt_item_found found = {.source = GT_ITEM_SYSTEM,
                                  .class = GT_ITEM_ONLY_THEIRS,
                                  .org_id = 1,
                                  .system = "sg186",
                                  .biz_date = KIT_DATE,
                                  .ref = "R1",
                                  .theirs = 5000};
    int64_t id;

    struct gt_recon recon = {.id = 1,
                             .system = "sg186",
                             .biz_date = KIT_DATE,
                             .state = GT_RECON_DIFFERS,
                             .n_theirs = 2,
                             .by_whom = "schedule"};

    gt_row_insert(tx, &gt_recon_row, &recon);
    gt_census_add(tx, gt_recon_row.table, 1);
    gt_counted_save(tx, &gt_recon_row, &recon); /* a second run found something else */
    assert_ok(gt_item_enter(tx, &found, 5, *(int64_t *)arg, &id, NULL));
    found.ref = "R2";
    assert_ok(gt_item_enter(tx, &found, 6, *(int64_t *)arg, &id, NULL));
    return gt_item_agree(tx, id, *(int64_t *)arg, KIT_DATE);
}

/* A shift that is closed, with two counts, over; and an open one. */
static void shift(struct kit *kit)
{
    struct gt_logger logger;
    struct gt_by by = by_in(kit, &logger, 1);
    struct gt_count_form form = {.pieces = {[0] = 2, [6] = 20}};
    struct gt_refusal no;
    int64_t id, taken = 0;

    while (taken < 10) /* accounts were numbered by hand */
        assert_ok(gt_key_next(kit->till.keys, "account", &taken));
    assert_ok(gt_shift_open(&by, 20000, "k1", &id, &no));
    kit_recharge(kit, 100, "3000000001", 1200);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    kit->up.next = GT_UP_REFUSED; /* released, and its cash kept */
    kit->up.refusal = GT_OUT_UPSTREAM_NEVER_GOT;
    kit_recharge(kit, 101, "3000000002", 700);
    assert_int_equal(kit_run(kit), GT_OUT_UPSTREAM_NEVER_GOT);
    kit->up.next = GT_UP_OK;
    assert_ok(gt_kept_tell(&by, kit->result.txn.id, true, &no));
    assert_ok(gt_shift_count(&by, id, &form, "c1", &no));
    form.pieces[7] = 1;
    assert_ok(gt_shift_count(&by, id, &form, "c2", &no));
    assert_ok(gt_shift_close(&by, id, 150, "多收", "z1", &no));
    assert_ok(gt_shift_open(&by, 100, "k2", &id, &no));
    slips(&by);
    int64_t now = gt_now(by.clock);
    assert_ok(gt_db_transact(by.db, "items", items_in, &now));
}

/* The item of kept cash, into *arg. */
static enum gt_err kept_in(struct gt_tx *tx, void *arg)
{
    struct gt_item item = {.id = 0};

    gt_tx_query(tx, gt_item_row.scan, GT_INT(INT64_MIN));
    while (item.class != GT_ITEM_KEPT && gt_tx_next(tx))
        gt_row_read(tx, &gt_item_row, &item);
    assert_int_equal(item.class, GT_ITEM_KEPT);
    *(int64_t *)arg = item.id;
    return gt_tx_err(tx);
}

/* The customer comes for the kept cash. */
static void give_back(struct kit *kit)
{
    struct gt_logger logger;
    struct gt_by by = by_in(kit, &logger, 1);
    struct gt_settle_form form = {
        .action = GT_ITEM_CLEAR, .way = GT_WAY_CASH, .reason = "顾客来取"};
    struct gt_refusal no;
    int64_t id;

    assert_ok(gt_db_read(by.db, "kept", kept_in, &form.item_id));
    assert_ok(gt_settle_ask(&by, &form, &id, &no));
    by.user_id = GT_BY_COMMAND;
    assert_ok(gt_approval_decide(&by, id, 1, true, "", &no));
}

/* A late refund of what was printed on spoiled paper first, done, and one that is asked for. */
static void refunds(struct kit *kit, int64_t sale, int64_t other)
{
    struct gt_logger logger;
    struct gt_by by = by_in(kit, &logger, 1);
    struct gt_refund_form form = {
        .txn_id = sale, .amount = 1001, .method = "cash", .red_no = "", .reason = "错"};
    struct gt_refusal no;
    int64_t id;

    assert_ok(gt_receipt_void(&by, sale, 2, "卡纸", &no));
    assert_ok(gt_refund_ask(&by, &form, &id, &no));
    by.user_id = GT_BY_COMMAND;
    assert_ok(gt_approval_decide(&by, id, 1, true, "", &no));
    kit_reverse(kit, 28, sale, 1001)->op = GT_OP_REFUND;
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    by.user_id = 1;
    form.txn_id = other;
    form.amount = 1002;
    form.method = "transfer";
    assert_ok(gt_refund_ask(&by, &form, &id, &no));
}

/* The agent's day close, confirmed with differences. */
static void close_day(struct kit *kit)
{
    struct gt_logger logger;
    struct gt_by by = by_in(kit, &logger, GT_BY_COMMAND);
    struct gt_day_form form = {.told = {[0] = {1, 2}}, .note = "少报"};
    struct gt_refusal no;
    int64_t id = 0, taken = 0;

    while (taken < 10) /* items were numbered by hand */
        assert_ok(gt_key_next(kit->till.keys, "item", &taken));
    assert_ok(gt_day_declare(&by, 4, KIT_DATE, &form, &id, &no));
    assert_ok(gt_day_confirm(&by, id, 1, &no));
}

/* Gives the system a clearing date, and moves it once. */
static void clear(struct kit *kit)
{
    struct gt_logger logger;
    int moved;

    assert_ok(gt_logger_init(&logger, kit->till.keys, &kit->clock, "test", "here"));
    assert_ok(gt_bizdate_tick(&kit->till, &logger, &moved));
    kit->now += INT64_C(86400000);
    assert_ok(gt_bizdate_tick(&kit->till, &logger, &moved));
    assert_int_equal(moved, 1);
}

static void business(struct kit *kit)
{
    int64_t id, sold[13];

    assert_ok(gt_db_transact(kit->till.db, "limit", limit_day, NULL));
    assert_ok(gt_db_transact(kit->till.db, "rights", rights_in, NULL));
    kit_pay_in(kit, 3000);
    shift(kit);
    for (int64_t i = 1; i <= 12; i++) {
        kit_recharge(kit, i, "3000000001", 1000 + i);
        kit->order.actor = i % 3 ? &kit->cashier : &kit->agent;
        assert_int_equal(kit_run(kit), GT_OUT_OK);
        sold[i] = kit->result.txn.id;
    }
    id = kit->result.txn.id;
    give_back(kit);
    kit_reverse(kit, 20, id, 1012)->actor = &kit->agent;
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    kit->up.nbills = 2;
    kit->up.advance = 100;
    kit_pay(kit, 21, "1000000001", 2100);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    kit_card_recharge(kit, 22, 1, "aa", 700);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    kit_confirm(kit, 23, kit->result.txn.id, true);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    kit_recharge(kit, 24, "3000000003", KIT_LIMIT * 3);
    assert_int_equal(kit_run(kit), GT_OUT_NO_CREDIT);
    assert_ok(gt_bizdate_cut(&kit->till, KIT_DATE, 0, "test"));
    bool taken;
    assert_ok(gt_checked_take(kit->till.db, kit->till.keys, kit->now, 480, &taken));
    assert_ok(gt_fold_next(kit->till.db, &id));
    assert_int_equal(id, KIT_DATE);
    close_day(kit);
    kit->upstream.clears_at = 60;
    clear(kit);
    kit->up.packet = false;
    kit_recharge(kit, 25, "3000000004", 900);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    refunds(kit, sold[1], sold[2]);
    kit->up.next = GT_UP_REFUSED;
    kit->up.refusal = GT_OUT_UPSTREAM_REFUSED;
    kit->up.raw = "<retcode>1040</retcode>";
    kit_recharge(kit, 27, "3000000006", 900);
    assert_int_equal(kit_run(kit), GT_OUT_UPSTREAM_REFUSED);
    kit->up.next = GT_UP_UNKNOWN;
    kit_recharge(kit, 26, "3000000005", 900);
    assert_int_equal(kit_run(kit), GT_OUT_IN_DOUBT);
}

/* --- another hand
 * ------------------------------------------------------------------------------------ */

static void run_sql(sqlite3 *db, const char *sql)
{
    char *why = NULL;

    if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
        fail_msg("%s: %s", sql, why);
}

static int64_t ask_int(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt;
    int64_t value;

    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    if (sqlite3_step(stmt) != SQLITE_ROW)
        fail_msg("nothing found: %s", sql);
    value = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return value;
}

/* The name and kind of a random column but id and seal. */
static void random_column(sqlite3 *db, const char *table, char name[64], bool *integer)
{
    char sql[200];
    sqlite3_stmt *stmt;

    snprintf(sql, sizeof(sql),
             "SELECT name, type FROM pragma_table_info('%s') WHERE name NOT IN ('id', 'seal')"
             " ORDER BY random() LIMIT 1",
             table);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    snprintf(name, 64, "%s", (const char *)sqlite3_column_text(stmt, 0));
    *integer = strcmp((const char *)sqlite3_column_text(stmt, 1), "INTEGER") == 0;
    sqlite3_finalize(stmt);
}

/* Changes, removes or doubles one row; `what` tells what was done.  False if that cannot be done.
 */
static bool tamper(sqlite3 *db, const char *table, int how, char what[400])
{
    char sql[200], column[64];
    bool integer;
    int64_t id;

    snprintf(sql, sizeof(sql), "SELECT id FROM %s ORDER BY random() LIMIT 1", table);
    id = ask_int(db, sql);
    random_column(db, table, column, &integer);
    if (how == 0)
        snprintf(what, 400, "DELETE FROM %s WHERE id = %lld", table, (long long)id);
    else if (how == 1)
        snprintf(what, 400, "UPDATE %s SET id = id + 1000003 WHERE id = %lld", table,
                 (long long)id);
    else if (integer)
        snprintf(what, 400, "UPDATE %s SET %s = %s + 1 WHERE id = %lld", table, column, column,
                 (long long)id);
    else
        snprintf(what, 400, "UPDATE %s SET %s = coalesce(%s, '') || 'x' WHERE id = %lld", table,
                 column, column, (long long)id);
    return sqlite3_exec(db, what, NULL, NULL, NULL) == SQLITE_OK;
}

/* --- tries
 * ---------------------------------------------------------------------------------------------- */

struct found {
    char first[400];
};

static void note_first(void *ctx, const char *object, const char *what)
{
    struct found *found = ctx;

    if (!found->first[0])
        snprintf(found->first, sizeof(found->first), "%s: %s", object, what);
}

/* How many differences the auditor finds in the kit's store, or in a copy of its file. */
static int64_t differences(const struct kit *kit, const char *path, struct found *found)
{
    struct gt_db_conf conf = {.path = path,
                              .connection = server_string(&kit->server),
                              .seal_key = kit->key,
                              .inline_mode = true};
    struct gt_check_sums sums;
    struct gt_db *db;

    conf.sync = GT_DB_RELAXED;
    assert_ok(gt_db_open(&conf, &db));
    assert_ok(gt_check_books(db, note_first, found, &sums));
    gt_db_close(db);
    return sums.differences;
}

static void copy_of(const char *from, const char *to)
{
    sqlite3 *db;
    char sql[1200];

    (void)remove(to);
    assert_int_equal(sqlite3_open(from, &db), SQLITE_OK);
    snprintf(sql, sizeof(sql), "VACUUM INTO '%s'", to);
    run_sql(db, sql);
    sqlite3_close(db);
}

static void any_single_row_is_found(void **state)
{
    const char *asked = getenv("GT_TAMPER_TRIES");
    long tries = asked ? strtol(asked, NULL, 10) : 400;
    struct kit kit;
    char copy[UNIT_PATH_MAX + 32];
    long done = 0;

    (void)state;
    only_on_sqlite("it takes copies of the file");
    kit_start(&kit);
    business(&kit);
    kit_books_agree(&kit);
    gt_keysrc_free(kit.till.keys);
    gt_db_close(kit.till.db);
    snprintf(copy, sizeof(copy), "%s/copy.db", kit.folder);
    for (long i = 0; done < tries; i++) {
        char what[400];
        struct found found = {.first = ""};
        sqlite3 *db;
        bool could;

        copy_of(kit.path, copy);
        assert_int_equal(sqlite3_open(copy, &db), SQLITE_OK);
        could =
            tamper(db, sealed[(size_t)i % nsealed]->table, (int)((size_t)i / nsealed % 4), what);
        sqlite3_close(db);
        if (!could) /* a unique key stood in the way */
            continue;
        if (differences(&kit, copy, &found) == 0)
            fail_msg("not found: %s", what);
        done++;
    }
    unit_remove(kit.folder);
}

/* Puts a row back as it was when it was made, with a seal that fits. */
static enum gt_err put_back_in(struct gt_tx *tx, void *arg)
{
    const struct gt_row *def = arg;
    size_t n = 0;
    const struct gt_row_col *cols = def->cols(&n);
    char *row = malloc(def->size);
    int64_t version = 1;

    assert_non_null(row);
    gt_tx_query(tx, def->scan, GT_INT(INT64_MIN));
    while (version == 1 && gt_tx_next(tx)) {
        gt_row_read(tx, def, row);
        memcpy(&version, row + cols[n - 1].offset, sizeof(version));
    }
    if (version == 1)
        fail_msg("no row of %s was ever saved", def->table);
    gt_row_remove(tx, def, row);
    gt_row_insert(tx, def, row);
    free(row);
    return gt_tx_err(tx);
}

/* The seal fits and no row is gone, so something else has to tell. */
static void an_earlier_state_put_back_is_found(void **state)
{
    const struct gt_audit_table *table;
    struct kit kit;
    char copy[UNIT_PATH_MAX + 32];

    (void)state;
    only_on_sqlite("it takes copies of the file");
    kit_start(&kit);
    business(&kit);
    gt_keysrc_free(kit.till.keys);
    gt_db_close(kit.till.db);
    snprintf(copy, sizeof(copy), "%s/copy.db", kit.folder);
    for (size_t i = 0; (table = gt_audit_table_at(i)); i++) {
        if (table->counted != GT_COUNTED_SAVES)
            continue;
        struct gt_db_conf conf = {
            .path = copy, .seal_key = kit.key, .inline_mode = true, .sync = GT_DB_RELAXED};
        struct found found = {.first = ""};
        struct gt_db *db;

        copy_of(kit.path, copy);
        assert_ok(gt_db_open(&conf, &db));
        assert_ok(gt_db_transact(db, "put back", put_back_in, (void *)(uintptr_t)table->def));
        gt_db_close(db);
        assert_true(differences(&kit, copy, &found) > 0);
        assert_holds(found.first, table->def->table);
        assert_holds(found.first, "an old state");
    }
    unit_remove(kit.folder);
}

/* Another hand on the kit's own store: changes one row. */
static void hand(const struct kit *kit, const char *sql)
{
    sqlite3 *db;

    if (server_given()) {
        assert_int_equal(server_run(kit->server.string, sql), 1);
        return;
    }
    assert_int_equal(sqlite3_open(kit->path, &db), SQLITE_OK);
    run_sql(db, sql);
    sqlite3_close(db);
}

/* Changes a number of a row, asks the auditor, and puts it back. */
static void try_number(const struct kit *kit, const char *table, const char *column, long long id)
{
    bool key = strcmp(column, "id") == 0;
    const long long by = 1000003;
    struct found found = {.first = ""};
    char change[200], back[200];

    snprintf(change, sizeof(change), "UPDATE %s SET %s = %s + %lld WHERE id = %lld", table, column,
             column, by, id);
    snprintf(back, sizeof(back), "UPDATE %s SET %s = %s - %lld WHERE id = %lld", table, column,
             column, by, key ? id + by : id);
    hand(kit, change);
    if (differences(kit, kit->path, &found) == 0)
        fail_msg("not found: %s", change);
    hand(kit, back);
}

static void a_changed_number_of_any_table_is_found(void **state)
{
    struct found found = {.first = ""};
    struct kit kit;

    (void)state;
    if (!server_given())
        skip_because("any_single_row_is_found does more where the store is a file");
    kit_start(&kit);
    business(&kit);
    for (size_t i = 0; i < nsealed; i++) {
        char sql[100], id[32] = "";
        size_t ncols, at;
        const struct gt_row_col *cols = sealed[i]->cols(&ncols);
        struct client c;

        snprintf(sql, sizeof(sql), "SELECT MIN(id) FROM %s", sealed[i]->table);
        client_open(&c, kit.server.string);
        assert_true(client_text(&c, sql, id, sizeof(id)) && id[0]);
        client_close(&c);
        do
            at = 1 + (size_t)random() % (ncols - 1);
        while (cols[at].size > 0);
        try_number(&kit, sealed[i]->table, "id", strtoll(id, NULL, 10));
        try_number(&kit, sealed[i]->table, cols[at].name, strtoll(id, NULL, 10));
    }
    assert_int_equal(differences(&kit, kit.path, &found), 0);
    kit_stop(&kit);
}

static void a_changed_row_is_named(void **state)
{
    struct kit kit;
    struct found found = {.first = ""};
    char sql[200], object[64];

    (void)state;
    kit_start(&kit);
    kit_recharge(&kit, 1, "3000000001", 5000);
    assert_int_equal(kit_run(&kit), GT_OUT_OK);
    gt_keysrc_free(kit.till.keys);
    gt_db_close(kit.till.db);
    kit.till.keys = NULL;
    kit.till.db = NULL;
    snprintf(sql, sizeof(sql), "UPDATE gt_txn SET amount = 1 WHERE id = %lld",
             (long long)kit.result.txn.id);
    hand(&kit, sql);
    assert_true(differences(&kit, kit.path, &found) > 0);
    snprintf(object, sizeof(object), "gt_txn %lld: the seal", (long long)kit.result.txn.id);
    assert_holds(found.first, object);
    kit_stop(&kit);
}

/* --- at night ----------------------------------------------------------------------------------
 */

#define HOUR_MS INT64_C(3600000)

static bool is_due(struct kit *kit)
{
    bool taken;

    assert_ok(gt_checked_take(kit->till.db, kit->till.keys, kit->now, 480, &taken));
    return taken;
}

static enum gt_err read_checked_in(struct gt_tx *tx, void *arg)
{
    gt_checked_read(tx, arg);
    return gt_tx_err(tx);
}

static void the_books_are_checked_once_a_night(void **state)
{
    struct gt_check_sums sums = {.rows = 7, .differences = 2};
    struct gt_checked last;
    struct gt_logger logger;
    struct kit kit;

    (void)state;
    kit_start(&kit);
    struct gt_by by = by_in(&kit, &logger, GT_BY_COMMAND);

    assert_true(is_due(&kit)); /* 14:00, and never before */
    assert_false(is_due(&kit));
    assert_ok(gt_checked_keep(&by, &sums, ""));
    kit.now += 11 * HOUR_MS; /* 01:00 */
    assert_false(is_due(&kit));
    kit.now += HOUR_MS; /* 02:00 */
    assert_true(is_due(&kit));
    assert_false(is_due(&kit)); /* somebody is at it */
    kit.now += GT_CHECKED_LEASE_MS + 1;
    assert_true(is_due(&kit)); /* who died */
    assert_ok(gt_checked_keep(&by, &sums, "gt_txn 1: this; gt_org 2: that"));
    assert_ok(gt_db_read(kit.till.db, "checked", read_checked_in, &last));
    assert_int_equal(last.at, kit.now);
    assert_int_equal(last.differences, 2);
    assert_int_equal(last.rows, 7);
    assert_string_equal(last.found, "gt_txn 1: this; gt_org 2: that");
    kit.now += GT_CHECKED_LEASE_MS + 1;
    assert_false(is_due(&kit)); /* it is done */
    kit.now += 40 * HOUR_MS;
    assert_true(is_due(&kit)); /* a night was missed */
    kit_stop(&kit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_single_row_is_found),
        cmocka_unit_test(an_earlier_state_put_back_is_found),
        cmocka_unit_test(a_changed_number_of_any_table_is_found),
        cmocka_unit_test(a_changed_row_is_named),
        cmocka_unit_test(the_books_are_checked_once_a_night),
    };

    return cmocka_run_group_tests(tests, find_sealed, NULL);
}
