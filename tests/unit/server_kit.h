/*
 * A database of its own for each test on the server that GT_TEST_STORE names (an ODBC connection
 * string); without it tests run on SQLite.  Here the server is spoken to past the store, as
 * somebody with a client in hand does.
 */
#ifndef GT_TESTS_SERVER_KIT_H
#define GT_TESTS_SERVER_KIT_H

#include "unit.h"

#include <sql.h>
#include <sqlext.h>
#include <stdbool.h>

#define SERVER_STRING_MAX 1024

/* A test's own place on the server; `string` is "" where tests run on SQLite. */
struct server {
    char string[SERVER_STRING_MAX];
    char schema[64];
};

/* Runs SQL on a connection of its own; gives how many rows it changed, or fails the test. */
static inline long server_run(const char *string, const char *sql)
{
    SQLHENV env;
    SQLHDBC dbc;
    SQLHSTMT stmt;
    SQLLEN rows = 0;
    SQLCHAR state[6] = "", text[400] = "";
    SQLINTEGER native;
    SQLSMALLINT len;
    SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &env);
    SQLSetEnvAttr(env, SQL_ATTR_ODBC_VERSION, (SQLPOINTER)(uintptr_t)SQL_OV_ODBC3, 0);
    SQLAllocHandle(SQL_HANDLE_DBC, env, &dbc);
    SQLRETURN rc = SQLDriverConnect(dbc, NULL, (SQLCHAR *)(uintptr_t)string, SQL_NTS, NULL, 0, &len,
                                    SQL_DRIVER_NOPROMPT);
    if (!SQL_SUCCEEDED(rc)) {
        SQLGetDiagRec(SQL_HANDLE_DBC, dbc, 1, state, &native, text, sizeof(text), &len);
        fail_msg("cannot connect: %s %s", (char *)state, (char *)text);
    }
    SQLAllocHandle(SQL_HANDLE_STMT, dbc, &stmt);
    rc = SQLExecDirect(stmt, (SQLCHAR *)(uintptr_t)sql, SQL_NTS);
    if (!SQL_SUCCEEDED(rc) && rc != SQL_NO_DATA) {
        SQLGetDiagRec(SQL_HANDLE_STMT, stmt, 1, state, &native, text, sizeof(text), &len);
        fail_msg("%s: %s %s", sql, (char *)state, (char *)text);
    }
    SQLRowCount(stmt, &rows);
    SQLFreeHandle(SQL_HANDLE_STMT, stmt);
    SQLDisconnect(dbc);
    SQLFreeHandle(SQL_HANDLE_DBC, dbc);
    SQLFreeHandle(SQL_HANDLE_ENV, env);
    return (long)rows;
}

/* Whether tests run on a server. */
static inline bool server_given(void)
{
    const char *string = getenv("GT_TEST_STORE");
    return string && string[0];
}

/* Makes an empty schema and the string that leads to it. */
static inline void server_start(struct server *server)
{
    static int count;
    char sql[128];
    memset(server, 0, sizeof(*server));
    if (!server_given())
        return;
    const char *string = getenv("GT_TEST_STORE");
    (void)snprintf(server->schema, sizeof(server->schema), "t_%d_%d", (int)getpid(), ++count);
    (void)snprintf(sql, sizeof(sql), "CREATE SCHEMA %s", server->schema);
    server_run(string, sql);
    (void)snprintf(server->string, sizeof(server->string),
                   "%s;ConnSettings={SET search_path TO %s}", string, server->schema);
}

static inline void server_stop(struct server *server)
{
    char sql[128];
    if (!server->string[0])
        return;
    (void)snprintf(sql, sizeof(sql), "DROP SCHEMA %s CASCADE", server->schema);
    server_run(getenv("GT_TEST_STORE"), sql);
}

/* What a store's configuration wants: NULL for SQLite. */
static inline const char *server_string(const struct server *server)
{
    return server->string[0] ? server->string : NULL;
}

/* At the start of a test of what only files have. */
#define only_on_sqlite()    \
    do {                    \
        if (server_given()) \
            skip();         \
    } while (0)

#endif
