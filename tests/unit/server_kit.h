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
#include <sys/wait.h>

#define SERVER_STRING_MAX 1024

/* A test's own place on the server; `string` is "" where tests run on SQLite. */
struct server {
    char string[SERVER_STRING_MAX];
    char name[64]; /* of its schema or database */
    bool schema;
};

/* A connection past the store. */
struct client {
    SQLHENV env;
    SQLHDBC dbc;
    SQLHSTMT stmt;
};

static inline void client_fail(SQLSMALLINT kind, SQLHANDLE handle, const char *what)
{
    SQLCHAR state[6] = "", text[400] = "";
    SQLINTEGER native = 0;
    SQLSMALLINT len;
    SQLGetDiagRec(kind, handle, 1, state, &native, text, sizeof(text), &len);
    fail_msg("%s: %s %s", what, (char *)state, (char *)text);
}

static inline void client_open(struct client *c, const char *string)
{
    SQLSMALLINT len;
    SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &c->env);
    SQLSetEnvAttr(c->env, SQL_ATTR_ODBC_VERSION, (SQLPOINTER)(uintptr_t)SQL_OV_ODBC3, 0);
    SQLAllocHandle(SQL_HANDLE_DBC, c->env, &c->dbc);
    if (!SQL_SUCCEEDED(SQLDriverConnect(c->dbc, NULL, (SQLCHAR *)(uintptr_t)string, SQL_NTS, NULL,
                                        0, &len, SQL_DRIVER_NOPROMPT)))
        client_fail(SQL_HANDLE_DBC, c->dbc, "connect");
    SQLAllocHandle(SQL_HANDLE_STMT, c->dbc, &c->stmt);
}

static inline void client_close(struct client *c)
{
    SQLFreeHandle(SQL_HANDLE_STMT, c->stmt);
    SQLDisconnect(c->dbc);
    SQLFreeHandle(SQL_HANDLE_DBC, c->dbc);
    SQLFreeHandle(SQL_HANDLE_ENV, c->env);
}

/* Runs SQL; gives how many rows it changed. */
static inline long client_run(struct client *c, const char *sql)
{
    SQLLEN rows = 0;
    SQLRETURN rc = SQLExecDirect(c->stmt, (SQLCHAR *)(uintptr_t)sql, SQL_NTS);
    if (!SQL_SUCCEEDED(rc) && rc != SQL_NO_DATA)
        client_fail(SQL_HANDLE_STMT, c->stmt, sql);
    SQLRowCount(c->stmt, &rows);
    SQLFreeStmt(c->stmt, SQL_CLOSE);
    return (long)rows;
}

/* The first column of the first row; false if there is none. */
static inline bool client_text(struct client *c, const char *sql, char *out, size_t size)
{
    SQLRETURN rc = SQLExecDirect(c->stmt, (SQLCHAR *)(uintptr_t)sql, SQL_NTS);
    if (!SQL_SUCCEEDED(rc))
        client_fail(SQL_HANDLE_STMT, c->stmt, sql);
    bool there = SQL_SUCCEEDED(SQLFetch(c->stmt));
    if (there)
        SQLGetData(c->stmt, 1, SQL_C_CHAR, out, (SQLLEN)size, NULL);
    SQLFreeStmt(c->stmt, SQL_CLOSE);
    return there;
}

/* Runs SQL on a connection of its own; gives how many rows it changed. */
static inline long server_run(const char *string, const char *sql)
{
    struct client c;
    client_open(&c, string);
    long rows = client_run(&c, sql);
    client_close(&c);
    return rows;
}

/* Whether tests run on a server. */
static inline bool server_given(void)
{
    const char *string = getenv("GT_TEST_STORE");
    return string && string[0];
}

/* --- databases -------------------------------------------------------------------------------- */

/* How a database is made and taken away; %s is its name. */
struct database_words {
    const char *make[4], *drop[3];
};

static inline const struct database_words *database_words(struct client *c)
{
    static const struct database_words postgres = {
        .make = {"CREATE DATABASE %s"},
        .drop = {"DROP DATABASE IF EXISTS %s WITH (FORCE)"},
    };
    static const struct database_words mssql = {
        .make = {"CREATE DATABASE %s",
                 "ALTER DATABASE %s SET READ_COMMITTED_SNAPSHOT ON WITH ROLLBACK IMMEDIATE",
                 "ALTER DATABASE %s SET ALLOW_SNAPSHOT_ISOLATION ON"},
        .drop = {"ALTER DATABASE %s SET SINGLE_USER WITH ROLLBACK IMMEDIATE", "DROP DATABASE %s"},
    };
    static const struct database_words sybase = {
        .make = {"USE master", "CREATE DATABASE %s", "EXEC sp_dboption %s, 'ddl in tran', true"},
        .drop = {"USE master", "DROP DATABASE %s"},
    };
    char product[128] = "";
    SQLSMALLINT len;
    SQLGetInfo(c->dbc, SQL_DBMS_NAME, product, sizeof(product), &len);
    if (strstr(product, "PostgreSQL"))
        return &postgres;
    return strstr(product, "Microsoft") ? &mssql : &sybase;
}

static inline void database_say(struct client *c, const char *const words[], const char *name)
{
    for (; *words; words++) {
        const char *at = strstr(*words, "%s"), *end = at ? at + 2 : "";
        char sql[256];
        (void)snprintf(sql, sizeof(sql), "%.*s%s%s", at ? (int)(at - *words) : 255, *words,
                       at ? name : "", end);
        client_run(c, sql);
    }
}

/* Makes an empty database on the server of `string`; `out` gets the string that names it. */
static inline void database_make(const char *string, const char *name, char out[SERVER_STRING_MAX])
{
    struct client c;
    const char *at = strcasestr(string, "Database=");
    if (!at)
        fail_msg("the connection string names no database: Database=… is missing");
    client_open(&c, string);
    database_say(&c, database_words(&c)->make, name);
    client_close(&c);
    (void)snprintf(out, SERVER_STRING_MAX, "%.*sDatabase=%s%s", (int)(at - string), string, name,
                   at + strcspn(at, ";"));
}

/* Takes it away, whoever may still be connected. */
static inline void database_drop(const char *string, const char *name)
{
    struct client c;
    client_open(&c, string);
    database_say(&c, database_words(&c)->drop, name);
    client_close(&c);
}

/* --- a test's own place ----------------------------------------------------------------------- */

/* A schema on PostgreSQL, where it is made sooner; a database elsewhere. */
static inline void server_start(struct server *server)
{
    static int count;
    char sql[128];
    memset(server, 0, sizeof(*server));
    if (!server_given())
        return;
    const char *string = getenv("GT_TEST_STORE");
    (void)snprintf(server->name, sizeof(server->name), "gt_unit_%d_%d", (int)getpid(), ++count);
    server->schema = strstr(string, "PostgreSQL") != NULL;
    if (!server->schema) {
        database_make(string, server->name, server->string);
        return;
    }
    (void)snprintf(sql, sizeof(sql), "CREATE SCHEMA %s", server->name);
    server_run(string, sql);
    (void)snprintf(server->string, sizeof(server->string),
                   "%s;ConnSettings={SET search_path TO %s}", string, server->name);
}

static inline void server_stop(struct server *server)
{
    char sql[128];
    if (!server->name[0])
        return;
    if (!server->schema) {
        database_drop(getenv("GT_TEST_STORE"), server->name);
        return;
    }
    (void)snprintf(sql, sizeof(sql), "DROP SCHEMA %s CASCADE", server->name);
    server_run(getenv("GT_TEST_STORE"), sql);
}

/* What a store's configuration wants: NULL for SQLite. */
static inline const char *server_string(const struct server *server)
{
    return server->string[0] ? server->string : NULL;
}

/* Runs tests/kit/postgres or tests/kit/tds with a verb; `out` (may be NULL) gets its first line.
 * Its status. */
static inline int server_script(const char *kit, const char *verb, const char *folder, char *out,
                                size_t size)
{
    char program[UNIT_PATH_MAX];
    int fds[2], status = -1;
    unit_source(kit, program);
    if (pipe2(fds, O_CLOEXEC) != 0)
        return -1;
    pid_t child = fork();
    if (child == 0) {
        dup2(fds[1], STDOUT_FILENO);
        execl(program, program, verb, folder, (char *)NULL);
        _exit(127);
    }
    close(fds[1]);
    size_t n = 0;
    ssize_t got;
    char c;
    while ((got = read(fds[0], &c, 1)) == 1) {
        if (out && n + 1 < size && c != '\n')
            out[n++] = c;
    }
    if (out)
        out[n] = '\0';
    close(fds[0]);
    return waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Runs tests on a server of their own, which a script of tests/kit starts.  Their exit status; 77
 * where there is none. */
static inline int server_run_on(const char *kit, int (*run)(const char *folder))
{
    char folder[UNIT_PATH_MAX], string[SERVER_STRING_MAX];
    (void)snprintf(folder, sizeof(folder), "%s/gridtill-server-%d",
                   getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp", (int)getpid());
    int status = server_script(kit, "start", folder, string, sizeof(string));
    if (status == 0) {
        setenv("GT_TEST_STORE", string, 1);
        status = run(folder);
        server_script(kit, "stop", folder, NULL, 0);
        return status;
    }
    return status == 77 ? 77 : 1;
}

/* Runs tests that need a server: the one that is given, or a PostgreSQL of their own. */
static inline int server_run_tests(int (*run)(const char *folder))
{
    return server_given() ? run(NULL) : server_run_on("tests/kit/postgres", run);
}

/* At the start of a test of what only SQLite has, and why a server has not. */
#define only_on_sqlite(why)    \
    do {                       \
        if (server_given())    \
            skip_because(why); \
    } while (0)

#endif
