/*
 * ODBC connections: opening and closing them, running text, and the one place where a driver's
 * diagnosis becomes a failure.
 *
 * A lost link shows in many ways, sometimes with no diagnosis at all, so after any error the driver
 * is also asked whether the connection is dead; it knows only after I/O that failed.
 */
#include "base/clock.h"
#include "base/text.h"
#include "store/later.h"
#include "store/odbc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* After a connection failed nobody tries anew for so long: a server that is down must not cost each
 * request its time-out. */
#define DOWN_MS 200

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

/* --- failures --------------------------------------------------------------------------------- */

/* The first line of a message, without the "[vendor][component]" in front: what follows may quote
 * data. */
static void message_plain(char *text)
{
    char *p = text;
    while (*p == '[' && strchr(p, ']'))
        p = strchr(p, ']') + 1;
    p += strspn(p, " ");
    size_t n = strcspn(p, "\r\n");
    while (n > 0 && (p[n - 1] == ';' || p[n - 1] == ' '))
        n--;
    memmove(text, p, n);
    text[n] = '\0';
}

/* Reads the first diagnosis; false if there is none. */
static bool diagnosis(SQLSMALLINT kind, SQLHANDLE handle, char state[6], SQLINTEGER *native,
                      char *text, size_t size)
{
    SQLSMALLINT len = 0;
    SQLRETURN rc = SQLGetDiagRec(kind, handle, 1, (SQLCHAR *)state, native, (SQLCHAR *)text,
                                 (SQLSMALLINT)size, &len);
    if (!SQL_SUCCEEDED(rc))
        return false;
    message_plain(text);
    return true;
}

static bool conn_dead(struct gt_odbc_conn *c)
{
    SQLUINTEGER dead = SQL_CD_FALSE;
    return SQL_SUCCEEDED(SQLGetConnectAttr(c->dbc, SQL_ATTR_CONNECTION_DEAD, &dead, 0, NULL)) &&
           dead == SQL_CD_TRUE;
}

static void fate_is(struct gt_odbc_conn *c, enum gt_fate fate)
{
    if (fate > c->fate)
        c->fate = fate;
}

enum gt_err gt_odbc_fail(struct gt_odbc_conn *c, SQLSMALLINT kind, SQLHANDLE handle,
                         const char *what)
{
    char state[6] = "", text[GT_ERR_TEXT_MAX] = "";
    SQLINTEGER native = 0;
    if (!diagnosis(kind, handle, state, &native, text, sizeof(text))) {
        fate_is(c, GT_FATE_LOST);
        return gt_err_set(GT_ERR_BUSY, "%.60s: the link to the database is lost", what);
    }
    const struct gt_server_code *code = gt_server_code(c->server, state, native);
    fate_is(c, code->fate);
    if (code->fate != GT_FATE_LOST && conn_dead(c)) {
        fate_is(c, GT_FATE_LOST);
        return gt_err_set(GT_ERR_BUSY, "%.60s: %s (%s %d)", what, text, state, (int)native);
    }
    return gt_err_set(code->err, "%.60s: %s (%s %d)", what, text, state, (int)native);
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

/* A failure to connect, in plain words; what the driver says never holds the secret, but a
 * mistyped string might come back in it. */
static enum gt_err connect_fail(struct gt_odbc_conn *c)
{
    char state[6] = "", text[GT_ERR_TEXT_MAX] = "", secret[256];
    SQLINTEGER native = 0;
    const char *string = c->db->odbc->string;
    if (!diagnosis(SQL_HANDLE_DBC, c->dbc, state, &native, text, sizeof(text)))
        return gt_err_set(GT_ERR_BUSY, "cannot connect to the database");
    if ((gt_odbc_value(string, "Pwd", secret, sizeof(secret)) ||
         gt_odbc_value(string, "Password", secret, sizeof(secret))) &&
        secret[0] && strstr(text, secret))
        text[0] = '\0';
    gt_wipe(secret, sizeof(secret));
    enum gt_err err = GT_ERR_BUSY;
    if (strcmp(state, "28000") == 0 || strcmp(state, "28P01") == 0 || native == 18456 ||
        native == 4002 || strstr(text, "password authentication failed"))
        err = GT_ERR_DENIED;
    else if (strncmp(state, "IM", 2) == 0 || strcmp(state, "01000") == 0)
        err = GT_ERR_CONFIG; /* no such driver */
    return gt_err_set(err, "cannot connect to the database: %s (%s %d)", text, state, (int)native);
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
    gt_odbc_in(c);
    SQLRETURN rc = SQLDriverConnect(c->dbc, NULL, (SQLCHAR *)o->string, SQL_NTS, NULL, 0, &len,
                                    SQL_DRIVER_NOPROMPT);
    gt_odbc_out(c);
    if (!SQL_SUCCEEDED(rc)) {
        enum gt_err err = connect_fail(c);
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
    return gt_odbc_text(c, c->server->setup, NULL);
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
    pthread_mutex_unlock(&o->lock);
}

enum gt_err gt_odbc_connect(struct gt_db *db, struct gt_odbc_conn **conn)
{
    struct gt_odbc *o = db->odbc;
    if (mono_now() < atomic_load(&o->down_until))
        return gt_err_set(GT_ERR_BUSY, "the database is not there");
    struct gt_odbc_conn *c = calloc(1, sizeof(*c));
    if (!c)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a connection");
    c->db = db;
    conn_list(c);
    enum gt_err err = GT_OK;
    c->stmts = calloc(gt_stmt_count() + 1, sizeof(struct gt_odbc_stmt *));
    if (!c->stmts)
        err = gt_err_set(GT_ERR_NOMEM, "no memory for statements");
    if (!err)
        err = gt_later_new(&c->later);
    if (!err && db->sealed)
        err = gt_hmac_new(db->seal_key, &c->hmac);
    if (!err)
        err = conn_login(c);
    if (err) {
        if (err == GT_ERR_BUSY)
            atomic_store(&o->down_until, mono_now() + DOWN_MS);
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
    /* A link that is gone cannot take a farewell. */
    if (c->mark && c->fate != GT_FATE_LOST)
        gt_mark_drop(c);
    gt_odbc_in(c);
    for (size_t i = 0; c->stmts && i < gt_stmt_count(); i++)
        gt_odbc_stmt_free(c->stmts[i]);
    free(c->stmts);
    gt_odbc_batches_free(c);
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
