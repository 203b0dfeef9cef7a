/*
 * Databases on the server of GT_TEST_STORE for tests that are not in C: made, asked, taken away.
 *
 *   client make NAME          makes an empty database, prints the connection string that names it
 *   client ask STRING SQL     runs one statement; a line a row, tabs between columns, \N for NULL
 *   client drop NAME          takes the database away, whoever may still be connected
 *
 * The platform's store has no part in it: this is another hand.
 */
#include "../unit/server_kit.h"

static void print_row(SQLHSTMT stmt, SQLSMALLINT ncols)
{
    static char text[65536];
    for (SQLSMALLINT i = 1; i <= ncols; i++) {
        SQLLEN len = SQL_NULL_DATA;
        SQLGetData(stmt, (SQLUSMALLINT)i, SQL_C_CHAR, text, sizeof(text), &len);
        printf("%s%s", i > 1 ? "\t" : "", len == SQL_NULL_DATA ? "\\N" : text);
    }
    printf("\n");
}

static void ask(const char *string, const char *sql)
{
    struct client c;
    SQLSMALLINT ncols = 0;
    char utf8[SERVER_STRING_MAX + 32];
    /* FreeTDS gives a '?' for what its default character set has not. */
    (void)snprintf(utf8, sizeof(utf8), "%s%s", string,
                   strcasestr(string, "TDS") ? ";ClientCharset=UTF-8" : "");
    client_open(&c, utf8);
    SQLRETURN rc = SQLExecDirect(c.stmt, (SQLCHAR *)(uintptr_t)sql, SQL_NTS);
    if (!SQL_SUCCEEDED(rc) && rc != SQL_NO_DATA)
        client_fail(SQL_HANDLE_STMT, c.stmt, sql);
    SQLNumResultCols(c.stmt, &ncols);
    while (ncols > 0 && SQL_SUCCEEDED(SQLFetch(c.stmt)))
        print_row(c.stmt, ncols);
    client_close(&c);
}

int main(int argc, char **argv)
{
    char string[SERVER_STRING_MAX];
    const char *verb = argc > 2 ? argv[1] : "";
    if (strcmp(verb, "ask") == 0 && argc == 4) {
        ask(argv[2], argv[3]);
        return 0;
    }
    if (!server_given() || argc != 3) {
        fprintf(stderr, "client: GT_TEST_STORE is not set, or see the top of tests/kit/client.c\n");
        return 2;
    }
    if (strcmp(verb, "make") == 0) {
        database_make(getenv("GT_TEST_STORE"), argv[2], string);
        printf("%s\n", string);
    } else {
        database_drop(getenv("GT_TEST_STORE"), argv[2]);
    }
    return 0;
}
