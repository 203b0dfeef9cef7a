/*
 * A client of one ODBC connection for test_tds.py: commands on standard input, answers on standard
 * output, so that a test can hold many of them and order what each does.
 *
 *     probe CONNECTION-STRING
 *
 * A command is a line, its words are parted by tabs:
 *
 *     direct SQL                   run a text
 *     prepare N SQL                prepare it as number N
 *     describe N                   what columns it will have
 *     execute N [i:INT|t:TEXT|n]…  run it; bound once, at the first execution
 *     once SQL [i:INT|t:TEXT|n]…   run a text with parameters, without preparing it
 *     timeout SECONDS              of `direct` from now on
 *     dead                         what SQL_ATTR_CONNECTION_DEAD says
 *     load THREADS SECONDS         single-row updates of table probe, a connection a thread
 *
 * Answers are lines: `columns NAME:TYPE:SIZE …`, `row …` (NULL as \N), `count N` a result, `error
 * SQLSTATE NATIVE WORDS` for each diagnostic; at last `done RETURNCODE`.
 */
#include <sql.h>
#include <sqlext.h>

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { STATEMENTS = 8, PARAMS = 8, COLUMNS = 64, TEXT = 16004, LINE = 1 << 20 };

struct param {
    int64_t number;
    char text[TEXT];
    char *big; /* a text that does not fit into `text` */
    SQLLEN length;
};

struct statement {
    SQLHSTMT handle;
    struct param params[PARAMS];
    bool bound;
};

static bool good(SQLRETURN rc)
{
    return rc == SQL_SUCCESS || rc == SQL_SUCCESS_WITH_INFO;
}

static void print_errors(SQLSMALLINT kind, SQLHANDLE handle)
{
    SQLCHAR state[6], words[1024];
    SQLINTEGER native;
    for (SQLSMALLINT i = 1;
         good(SQLGetDiagRec(kind, handle, i, state, &native, words, sizeof(words), NULL)); i++) {
        for (SQLCHAR *p = words; *p; p++) {
            if (*p == '\n')
                *p = ' ';
        }
        printf("error\t%s\t%d\t%s\n", (char *)state, (int)native, (char *)words);
    }
}

static SQLHDBC connect_to(SQLHENV env, char *string)
{
    SQLHDBC link;
    SQLAllocHandle(SQL_HANDLE_DBC, env, &link);
    SQLSetConnectAttr(link, SQL_ATTR_LOGIN_TIMEOUT, (SQLPOINTER)5, SQL_IS_UINTEGER);
    SQLRETURN rc = SQLDriverConnect(link, NULL, (SQLCHAR *)string, SQL_NTS, NULL, 0, NULL,
                                    SQL_DRIVER_NOPROMPT);
    if (good(rc))
        return link;
    print_errors(SQL_HANDLE_DBC, link);
    SQLFreeHandle(SQL_HANDLE_DBC, link);
    return NULL;
}

/* --- results ---------------------------------------------------------------------------------- */

static void print_columns(SQLHSTMT handle, SQLSMALLINT n)
{
    printf("columns");
    for (SQLUSMALLINT i = 1; i <= n; i++) {
        SQLCHAR name[129];
        SQLSMALLINT type, digits, null;
        SQLULEN size;
        if (!good(
                SQLDescribeCol(handle, i, name, sizeof(name), NULL, &type, &size, &digits, &null)))
            return;
        printf("\t%s:%d:%lu", (char *)name, type, (unsigned long)size);
    }
    putchar('\n');
}

static void print_column(SQLHSTMT handle, SQLUSMALLINT i)
{
    static char value[LINE];
    SQLLEN length;
    if (!good(SQLGetData(handle, i, SQL_C_CHAR, value, sizeof(value), &length)))
        printf("\t?");
    else
        printf("\t%s", length == SQL_NULL_DATA ? "\\N" : value);
}

/* Prints every result of what was run with return code `rc`. */
static void print_results(SQLHSTMT handle, SQLRETURN rc)
{
    for (; good(rc) || rc == SQL_NO_DATA; rc = SQLMoreResults(handle)) {
        SQLSMALLINT n = 0;
        SQLLEN count = -1;
        SQLNumResultCols(handle, &n);
        if (n > 0) {
            print_columns(handle, n);
            SQLRETURN got;
            while (good(got = SQLFetch(handle))) {
                printf("row");
                for (SQLUSMALLINT i = 1; i <= n; i++)
                    print_column(handle, i);
                putchar('\n');
            }
            if (got != SQL_NO_DATA) {
                rc = got;
                break;
            }
        } else {
            SQLRowCount(handle, &count);
        }
        printf("count\t%ld\t%d\n", (long)count, rc);
        if (rc == SQL_NO_DATA)
            rc = SQL_SUCCESS;
        SQLRETURN more = SQLMoreResults(handle);
        if (more == SQL_NO_DATA)
            break;
        rc = more;
        if (!good(rc))
            break;
    }
    if (!good(rc))
        print_errors(SQL_HANDLE_STMT, handle);
    printf("done\t%d\n", rc);
}

/* --- commands --------------------------------------------------------------------------------- */

static void run_direct(SQLHDBC link, char *sql, SQLULEN seconds)
{
    SQLHSTMT handle;
    if (!good(SQLAllocHandle(SQL_HANDLE_STMT, link, &handle))) {
        print_errors(SQL_HANDLE_DBC, link);
        printf("done\t-1\n");
        return;
    }
    if (seconds > 0) /* setting 0 would undo the connection's own limit */
        SQLSetStmtAttr(handle, SQL_ATTR_QUERY_TIMEOUT, (SQLPOINTER)(uintptr_t)seconds, 0);
    print_results(handle, SQLExecDirect(handle, (SQLCHAR *)sql, SQL_NTS));
    SQLFreeHandle(SQL_HANDLE_STMT, handle);
}

static void prepare(SQLHDBC link, struct statement *s, char *sql)
{
    if (s->handle)
        SQLFreeHandle(SQL_HANDLE_STMT, s->handle);
    s->bound = false;
    SQLAllocHandle(SQL_HANDLE_STMT, link, &s->handle);
    SQLRETURN rc = SQLPrepare(s->handle, (SQLCHAR *)sql, SQL_NTS);
    if (!good(rc))
        print_errors(SQL_HANDLE_STMT, s->handle);
    printf("done\t%d\n", rc);
}

static void describe(struct statement *s)
{
    SQLSMALLINT n = 0;
    SQLRETURN rc = SQLNumResultCols(s->handle, &n);
    if (good(rc))
        print_columns(s->handle, n);
    else
        print_errors(SQL_HANDLE_STMT, s->handle);
    printf("done\t%d\n", rc);
}

/* Binds parameter `i` to its buffer; 4000 is what the column, not the driver, is to cut at. */
static void bind(struct statement *s, SQLUSMALLINT i, char kind)
{
    struct param *p = &s->params[i];
    if (kind == 'i')
        SQLBindParameter(s->handle, (SQLUSMALLINT)(i + 1), SQL_PARAM_INPUT, SQL_C_SBIGINT,
                         SQL_BIGINT, 0, 0, &p->number, 0, &p->length);
    else if (p->big)
        SQLBindParameter(s->handle, (SQLUSMALLINT)(i + 1), SQL_PARAM_INPUT, SQL_C_CHAR,
                         SQL_WLONGVARCHAR, LINE, 0, p->big, 0, &p->length);
    else
        SQLBindParameter(s->handle, (SQLUSMALLINT)(i + 1), SQL_PARAM_INPUT, SQL_C_CHAR,
                         SQL_WVARCHAR, 4000, 0, p->text, TEXT, &p->length);
}

static void set_param(struct param *p, char *word)
{
    size_t length = strlen(word);
    free(p->big);
    p->big = NULL;
    p->length = length < 2 ? SQL_NULL_DATA : SQL_NTS;
    if (word[0] == 'i')
        p->number = strtoll(word + 2, NULL, 10);
    else if (length > 2 + 4000)
        p->big = strdup(word + 2);
    else
        snprintf(p->text, sizeof(p->text), "%s", length < 2 ? "" : word + 2);
}

/* Sets the parameters, and binds them unless they are. */
static void set_params(struct statement *s, char *words)
{
    bool big = false;
    for (SQLUSMALLINT i = 0; words && i < PARAMS; i++) {
        char *word = strsep(&words, "\t");
        set_param(&s->params[i], word);
        big |= s->params[i].big != NULL;
        if (!s->bound || big)
            bind(s, i, word[0]);
    }
    s->bound = !big;
}

static void execute(struct statement *s, char *words)
{
    set_params(s, words);
    SQLFreeStmt(s->handle, SQL_CLOSE);
    print_results(s->handle, SQLExecute(s->handle));
}

static void run_once(SQLHDBC link, char *words)
{
    static struct statement s;
    char *sql = strsep(&words, "\t");
    s.bound = false;
    SQLAllocHandle(SQL_HANDLE_STMT, link, &s.handle);
    set_params(&s, words);
    print_results(s.handle, SQLExecDirect(s.handle, (SQLCHAR *)sql, SQL_NTS));
    SQLFreeHandle(SQL_HANDLE_STMT, s.handle);
}

/* --- load ------------------------------------------------------------------------------------- */

struct load {
    SQLHENV env;
    char *string;
    int64_t id;
    time_t end;
    long done, failed;
};

static void *load_thread(void *arg)
{
    struct load *load = arg;
    SQLHDBC link = connect_to(load->env, load->string);
    SQLHSTMT handle;
    if (!link || !good(SQLAllocHandle(SQL_HANDLE_STMT, link, &handle))) {
        load->failed++;
        return NULL;
    }
    SQLPrepare(handle, (SQLCHAR *)"UPDATE probe SET n = n + 1 WHERE id = ?", SQL_NTS);
    SQLBindParameter(handle, 1, SQL_PARAM_INPUT, SQL_C_SBIGINT, SQL_BIGINT, 0, 0, &load->id, 0,
                     NULL);
    while (time(NULL) < load->end) {
        SQLLEN count = 0;
        bool ok = good(SQLExecute(handle)) && good(SQLRowCount(handle, &count)) && count == 1;
        load->done += ok;
        load->failed += !ok;
    }
    SQLFreeHandle(SQL_HANDLE_STMT, handle);
    SQLDisconnect(link);
    SQLFreeHandle(SQL_HANDLE_DBC, link);
    return NULL;
}

static void run_load(SQLHENV env, char *string, int n, int seconds)
{
    pthread_t *threads = calloc((size_t)n, sizeof(*threads));
    struct load *loads = calloc((size_t)n, sizeof(*loads));
    long done = 0, failed = 0;
    for (int i = 0; i < n; i++) {
        loads[i] = (struct load){env, string, i, time(NULL) + seconds, 0, 0};
        pthread_create(&threads[i], NULL, load_thread, &loads[i]);
    }
    for (int i = 0; i < n; i++) {
        pthread_join(threads[i], NULL);
        done += loads[i].done;
        failed += loads[i].failed;
    }
    printf("count\t%ld\t%ld\ndone\t0\n", done, failed);
    free(threads);
    free(loads);
}

/* --- the loop --------------------------------------------------------------------------------- */

static struct statement statements[STATEMENTS];

static void command(SQLHENV env, SQLHDBC link, char *string, char *line)
{
    static SQLULEN seconds;
    char *verb = strsep(&line, "\t");
    if (strcmp(verb, "direct") == 0) {
        run_direct(link, line, seconds);
    } else if (strcmp(verb, "once") == 0) {
        run_once(link, line);
    } else if (strcmp(verb, "timeout") == 0) {
        seconds = strtoul(line, NULL, 10);
        printf("done\t0\n");
    } else if (strcmp(verb, "dead") == 0) {
        SQLUINTEGER dead = 9;
        SQLGetConnectAttr(link, SQL_ATTR_CONNECTION_DEAD, &dead, sizeof(dead), NULL);
        printf("count\t%u\t0\ndone\t0\n", dead);
    } else if (strcmp(verb, "load") == 0) {
        int n = (int)strtol(strsep(&line, "\t"), NULL, 10);
        run_load(env, string, n, (int)strtol(line, NULL, 10));
    } else {
        struct statement *s = &statements[strtol(strsep(&line, "\t"), NULL, 10) % STATEMENTS];
        if (strcmp(verb, "prepare") == 0)
            prepare(link, s, line);
        else if (strcmp(verb, "describe") == 0)
            describe(s);
        else if (strcmp(verb, "execute") == 0)
            execute(s, line);
        else
            printf("done\t-9\n");
    }
}

int main(int argc, char **argv)
{
    static char line[LINE];
    SQLHENV env;
    if (argc != 2)
        return 2;
    setvbuf(stdout, NULL, _IOFBF, 1 << 16);
    SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &env);
    SQLSetEnvAttr(env, SQL_ATTR_ODBC_VERSION, (SQLPOINTER)SQL_OV_ODBC3, 0);
    SQLHDBC link = connect_to(env, argv[1]);
    printf("done\t%d\n", link ? 0 : -1);
    fflush(stdout);
    while (link && fgets(line, sizeof(line), stdin)) {
        line[strcspn(line, "\n")] = '\0';
        command(env, link, argv[1], line);
        fflush(stdout);
    }
    return 0;
}
