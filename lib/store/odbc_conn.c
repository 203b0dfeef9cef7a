/*
 * ODBC connections: opening and closing them, and running text on them.
 *
 * A process opens one at a time: psqlodbc sets the process's locale while it connects, which is a
 * race with itself.
 */
#include "base/clock.h"
#include "base/limit.h"
#include "base/text.h"
#include "store/later.h"
#include "store/odbc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* After a connection failed nobody tries anew for so long: a server that is down must not cost each
 * request its time-out. */
#define DOWN_MS 200

/* A server that is there takes a connection within this. */
#define HURRY_MS 300

static int64_t mono_now(void)
{
    const struct gt_clock *clock = gt_clock_system();
    return clock->mono(clock->ctx);
}

void gt_odbc_in(struct gt_odbc_conn *c)
{
    atomic_store_explicit(&c->since, mono_now(), memory_order_relaxed);
}

void gt_odbc_out(struct gt_odbc_conn *c)
{
    atomic_store_explicit(&c->since, 0, memory_order_relaxed);
    atomic_fetch_add_explicit(&c->db->trips, 1, memory_order_relaxed);
}

/* --- text ------------------------------------------------------------------------------------- */

/* Goes through all results of what was run: an error of a later one shows only there. */
static enum gt_err text_drain(struct gt_odbc_conn *c, const char *sql, int64_t *rows)
{
    SQLLEN n = -1;
    SQLRETURN rc = SQL_SUCCESS;
    while (SQL_SUCCEEDED(rc)) {
        if (SQL_SUCCEEDED(SQLRowCount(c->text, &n)) && rows)
            *rows = n;
        rc = SQLMoreResults(c->text);
    }
    enum gt_err err = rc == SQL_NO_DATA ? GT_OK : gt_odbc_fail(c, SQL_HANDLE_STMT, c->text, sql);
    SQLFreeStmt(c->text, SQL_CLOSE);
    return err;
}

enum gt_err gt_odbc_text(struct gt_odbc_conn *c, const char *sql, int64_t *rows)
{
    gt_odbc_in(c);
    SQLRETURN rc = SQLExecDirect(c->text, (SQLCHAR *)(uintptr_t)sql, SQL_NTS);
    enum gt_err err = GT_OK;
    if (SQL_SUCCEEDED(rc))
        err = text_drain(c, sql, rows);
    else if (rc == SQL_NO_DATA)
        err = text_drain(c, sql, NULL);
    else
        err = gt_odbc_fail(c, SQL_HANDLE_STMT, c->text, sql);
    gt_odbc_out(c);
    return err;
}

enum gt_err gt_odbc_value_text(struct gt_odbc_conn *c, const char *sql, char *out, size_t size)
{
    SQLLEN len = 0;
    enum gt_err err = GT_OK;
    gt_odbc_in(c);
    SQLRETURN rc = SQLExecDirect(c->text, (SQLCHAR *)(uintptr_t)sql, SQL_NTS);
    if (SQL_SUCCEEDED(rc))
        rc = SQLFetch(c->text);
    if (SQL_SUCCEEDED(rc))
        rc = SQLGetData(c->text, 1, SQL_C_CHAR, out, (SQLLEN)size, &len);
    if (rc == SQL_NO_DATA)
        err = gt_err_set(GT_ERR_ABSENT, "%s: nothing", sql);
    else if (!SQL_SUCCEEDED(rc))
        err = gt_odbc_fail(c, SQL_HANDLE_STMT, c->text, sql);
    else if (len == SQL_NULL_DATA)
        out[0] = '\0';
    SQLFreeStmt(c->text, SQL_CLOSE);
    gt_odbc_out(c);
    return err;
}

enum gt_err gt_odbc_value_int(struct gt_odbc_conn *c, const char *sql, int64_t *out)
{
    char text[40];
    enum gt_err err = gt_odbc_value_text(c, sql, text, sizeof(text));
    return err ? err : gt_int_parse(text, out);
}

/* --- opening ---------------------------------------------------------------------------------- */

/* Who connects.  A variable of the whole process, as the locale is that the driver sets. */
static pthread_mutex_t connecting = PTHREAD_MUTEX_INITIALIZER;

/* Waits for the turn to connect, no longer than a connect takes, and not at all while the server is
 * away; who had it before may have found that there is nothing to connect to.  (By the clock of the
 * wall, as TSan knows no other here: who has the turn gives it back in time whatever the clock
 * does.)
 */
static enum gt_err turn_take(struct gt_odbc *o)
{
    int64_t wait_ms = gt_away(o) ? 0 : gt_limit_wait(o->connect_ms);
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += wait_ms / 1000;
    until.tv_nsec += wait_ms % 1000 * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_nsec -= 1000000000L;
        until.tv_sec++;
    }
    if (pthread_mutex_timedlock(&connecting, &until) != 0)
        return gt_err_set(GT_ERR_BUSY,
                          "the database is not there: others have tried to connect for %d ms",
                          (int)wait_ms);
    if (mono_now() >= atomic_load(&o->down_until))
        return GT_OK;
    pthread_mutex_unlock(&connecting);
    return gt_err_set(GT_ERR_BUSY, "the database is not there");
}

static enum gt_err driver_connect(struct gt_odbc_conn *c)
{
    struct gt_odbc *o = c->db->odbc;
    struct gt_wires before;
    SQLSMALLINT len = 0;
    if (gt_away(o) && !gt_away_reach(o))
        return gt_err_set(GT_ERR_BUSY, "the database is not there: nobody takes a connection");
    gt_wire_before(o, &before);
    gt_odbc_in(c);
    SQLRETURN rc = SQLDriverConnect(c->dbc, NULL, (SQLCHAR *)o->string, SQL_NTS, NULL, 0, &len,
                                    SQL_DRIVER_NOPROMPT);
    gt_odbc_out(c);
    if (!SQL_SUCCEEDED(rc))
        return gt_odbc_connect_fail(c);
    gt_wire_find(c, &before);
    return GT_OK;
}

static enum gt_err conn_dial(struct gt_odbc_conn *c)
{
    struct gt_odbc *o = c->db->odbc;
    enum gt_err err = turn_take(o);
    if (err)
        return err;
    err = driver_connect(c);
    if (err == GT_ERR_BUSY) {
        atomic_store(&o->down_until, mono_now() + DOWN_MS);
        gt_away_begin(o, gt_err_text());
    }
    pthread_mutex_unlock(&connecting);
    return err;
}

static enum gt_err conn_login(struct gt_odbc_conn *c)
{
    struct gt_odbc *o = c->db->odbc;
    SQLCHAR product[128] = "";
    SQLSMALLINT len = 0;
    uintptr_t seconds = (uintptr_t)(o->connect_ms + 999) / 1000;
    if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_DBC, o->env, &c->dbc)))
        return gt_err_set(GT_ERR_NOMEM, "no memory for a connection");
    SQLSetConnectAttr(c->dbc, SQL_ATTR_LOGIN_TIMEOUT, (SQLPOINTER)seconds, SQL_IS_UINTEGER);
    enum gt_err err = conn_dial(c);
    if (err) {
        SQLFreeHandle(SQL_HANDLE_DBC, c->dbc);
        c->dbc = NULL;
        return err;
    }
    SQLGetInfo(c->dbc, SQL_DBMS_NAME, product, sizeof(product), &len);
    c->server = gt_server_find((const char *)product);
    if (!c->server)
        return gt_err_set(GT_ERR_CONFIG, "the platform cannot work with a database of %s",
                          (const char *)product);
    if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, c->dbc, &c->text)))
        return gt_err_set(GT_ERR_NOMEM, "no memory for a connection");
    /* Braces and question marks in a script are its own. */
    SQLSetStmtAttr(c->text, SQL_ATTR_NOSCAN, (SQLPOINTER)(uintptr_t)SQL_NOSCAN_ON, 0);
    err = gt_odbc_text(c, c->server->setup, NULL);
    /* Commands that a person runs may read for minutes between two statements. */
    if (!err && c->server->setup_serving && o->stuck_ms > 0)
        err = gt_odbc_text(c, c->server->setup_serving, NULL);
    return err;
}

static void conn_list(struct gt_odbc_conn *c)
{
    struct gt_odbc *o = c->db->odbc;
    pthread_mutex_lock(&o->lock);
    c->other = o->all;
    o->all = c;
    pthread_mutex_unlock(&o->lock);
}

static void conn_unlist(struct gt_odbc_conn *c)
{
    struct gt_odbc *o = c->db->odbc;
    pthread_mutex_lock(&o->lock);
    struct gt_odbc_conn **at = &o->all;
    while (*at && *at != c)
        at = &(*at)->other;
    if (*at)
        *at = c->other;
    gt_wire_close(c);
    pthread_mutex_unlock(&o->lock);
}

enum gt_err gt_odbc_connect(struct gt_db *db, struct gt_odbc_conn **conn)
{
    struct gt_odbc *o = db->odbc;
    /* Looked at before anybody queues for his turn.  A driver cannot be told to hurry: while the
     * server is away, who has little time left leaves the try to others; and who has next to none,
     * even where nobody has found out yet that it is. */
    if (mono_now() < atomic_load(&o->down_until) || gt_limit_wait(HURRY_MS) < HURRY_MS ||
        (gt_away(o) && gt_limit_wait(o->connect_ms) < o->connect_ms))
        return gt_err_set(GT_ERR_BUSY, "the database is not there");
    struct gt_odbc_conn *c = calloc(1, sizeof(*c));
    if (!c)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a connection");
    c->db = db;
    c->wire = -1;
    conn_list(c);
    enum gt_err err = GT_OK;
    c->stmts = calloc(gt_stmt_count() + 1, sizeof(struct gt_odbc_stmt *));
    if (!c->stmts)
        err = gt_err_set(GT_ERR_NOMEM, "no memory for statements");
    if (!err && db->sealed)
        err = gt_hmac_new(db->seal_key, &c->hmac);
    if (!err)
        err = conn_login(c);
    if (!err)
        err =
            gt_later_new(c->server->join == GT_JOIN_WITH ? GT_LATER_MAX : GT_BATCH_MOST, &c->later);
    if (err) {
        gt_odbc_disconnect(c);
        return err;
    }
    *conn = c;
    return GT_OK;
}

void gt_odbc_disconnect(struct gt_odbc_conn *c)
{
    if (!c)
        return;
    /* A link that is gone cannot take a farewell, and the driver must not wait for one. */
    if (c->fate == GT_FATE_LOST)
        (void)gt_wire_cut(c);
    else if (c->mark)
        gt_mark_drop(c);
    gt_odbc_in(c);
    for (size_t i = 0; c->stmts && i <= gt_stmt_count(); i++)
        gt_odbc_stmt_free(c->stmts[i]);
    free(c->stmts);
    gt_odbc_batches_free(c);
    gt_odbc_merges_free(c);
    if (c->text)
        SQLFreeHandle(SQL_HANDLE_STMT, c->text);
    if (c->dbc) {
        SQLDisconnect(c->dbc);
        SQLFreeHandle(SQL_HANDLE_DBC, c->dbc);
    }
    gt_odbc_out(c);
    conn_unlist(c);
    gt_hmac_free(c->hmac);
    gt_later_free(c->later);
    free(c->cell);
    free(c);
}
