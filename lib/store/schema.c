/*
 * Dialects: the words in braces and what each database makes of them.
 *
 * Words are expanded in SQL only, not in its comments and texts.  Whatever is a type of text holds
 * any character of Unicode: N types on MSSQL, UNI types on Sybase.  Keys are compared by byte;
 * Sybase has no collation by column, its server must be installed with binary sort order.
 */
#include "store/schema.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum word {
    WORD_INT,
    WORD_KEY,
    WORD_TEXT,
    WORD_DOC,
    WORD_TABLE,
    WORD_TOP,
    WORD_LIMIT,
    WORD_LOCK,
    WORD_LOCKED,
    WORD__MAX
};

/* A number in a word: characters, or rows.  MSSQL's NVARCHAR ends at 4000. */
#define NUMBER_MAX 4000

static const struct {
    const char *name;
    bool number; /* takes one */
} words[WORD__MAX] = {
    [WORD_INT] = {"int", false},       [WORD_KEY] = {"key", true},
    [WORD_TEXT] = {"text", true},      [WORD_DOC] = {"doc", false},
    [WORD_TABLE] = {"table", false},   [WORD_TOP] = {"top", true},
    [WORD_LIMIT] = {"limit", true},    [WORD_LOCK] = {"lock", false},
    [WORD_LOCKED] = {"locked", false},
};

/* '#' stands for the number. */
static const struct {
    const char *name;
    const char *word[WORD__MAX];
    const char *reserved; /* names of ours that are the server's own words, each between blanks; or
                             NULL: in brackets they are names */
} dialects[GT_DIALECT__MAX] = {
    [GT_DIALECT_SQLITE] = {"sqlite",
                           {[WORD_INT] = "INTEGER",
                            [WORD_KEY] = "TEXT",
                            [WORD_TEXT] = "TEXT",
                            [WORD_DOC] = "TEXT",
                            [WORD_TABLE] = "STRICT",
                            [WORD_TOP] = "",
                            [WORD_LIMIT] = "LIMIT #",
                            [WORD_LOCK] = "",
                            [WORD_LOCKED] = ""}},
    [GT_DIALECT_POSTGRES] = {"postgres",
                             {[WORD_INT] = "BIGINT",
                              [WORD_KEY] = "VARCHAR(#) COLLATE \"C\"",
                              [WORD_TEXT] = "VARCHAR(#)",
                              [WORD_DOC] = "TEXT",
                              [WORD_TABLE] = "",
                              [WORD_TOP] = "",
                              [WORD_LIMIT] = "LIMIT #",
                              [WORD_LOCK] = "",
                              [WORD_LOCKED] = "FOR UPDATE"}},
    [GT_DIALECT_MSSQL] = {"mssql",
                          {[WORD_INT] = "BIGINT",
                           [WORD_KEY] = "NVARCHAR(#) COLLATE Latin1_General_BIN2",
                           [WORD_TEXT] = "NVARCHAR(#)",
                           [WORD_DOC] = "NVARCHAR(MAX)",
                           [WORD_TABLE] = "",
                           [WORD_TOP] = "TOP #",
                           [WORD_LIMIT] = "",
                           [WORD_LOCK] = "WITH (UPDLOCK, ROWLOCK)",
                           [WORD_LOCKED] = ""}},
    [GT_DIALECT_SYBASE] = {"sybase",
                           {[WORD_INT] = "BIGINT",
                            [WORD_KEY] = "VARCHAR(#)",
                            [WORD_TEXT] = "UNIVARCHAR(#)",
                            [WORD_DOC] = "UNITEXT",
                            [WORD_TABLE] = "LOCK DATAROWS",
                            [WORD_TOP] = "TOP #",
                            [WORD_LIMIT] = "",
                            [WORD_LOCK] = "HOLDLOCK",
                            [WORD_LOCKED] = ""},
                           .reserved = " at role "},
};

bool gt_dialect_find(const char *name, enum gt_dialect *dialect)
{
    for (int i = 0; i < GT_DIALECT__MAX; i++) {
        if (strcmp(dialects[i].name, name) == 0) {
            *dialect = (enum gt_dialect)i;
            return true;
        }
    }
    return false;
}

const char *gt_dialect_name(enum gt_dialect dialect)
{
    return dialects[dialect].name;
}

/* The length of the comment or quoted piece at `p`, which is taken as it is; 0 if none begins. */
static size_t verbatim_length(const char *p)
{
    const char *end = NULL;
    if (p[0] == '-' && p[1] == '-')
        return strcspn(p, "\n");
    if (p[0] == '/' && p[1] == '*') {
        end = strstr(p + 2, "*/");
        return end ? (size_t)(end - p) + 2 : strlen(p);
    }
    if (p[0] == '\'' || p[0] == '"') {
        end = strchr(p + 1, p[0]);
        return end ? (size_t)(end - p) + 1 : strlen(p);
    }
    return 0;
}

/* Reads the word between braces.  `number` is -1 if there is none. */
static bool word_read(const char *text, size_t len, enum word *word, int *number)
{
    char name[16], rest[2];
    char copy[32];
    if (len >= sizeof(copy))
        return false;
    memcpy(copy, text, len);
    copy[len] = '\0';
    *number = -1;
    int got = sscanf(copy, "%15[a-z]%4d%1s", name, number, rest);
    if (got != 1 && got != 2)
        return false;
    for (int i = 0; i < WORD__MAX; i++) {
        if (strcmp(words[i].name, name) == 0) {
            *word = (enum word)i;
            return words[i].number ? *number >= 1 && *number <= NUMBER_MAX : got == 1;
        }
    }
    return false;
}

static void word_put(const char *expansion, int number, struct gt_buf *out)
{
    const char *mark = strchr(expansion, '#');
    if (!mark) {
        gt_buf_puts(out, expansion);
        return;
    }
    gt_buf_put(out, expansion, (size_t)(mark - expansion));
    gt_buf_printf(out, "%d%s", number, mark + 1);
}

/* Whether the type before `rest` is a column's that may be NULL, where that must be said: Sybase
 * takes a column for NOT NULL otherwise, MSSQL as its session is set. */
static bool needs_null(enum gt_dialect dialect, enum word word, const char *rest)
{
    bool type = word == WORD_INT || word == WORD_KEY || word == WORD_TEXT || word == WORD_DOC;
    rest += strspn(rest, " ");
    return type && (dialect == GT_DIALECT_MSSQL || dialect == GT_DIALECT_SYBASE) &&
           strncmp(rest, "NOT NULL", 8) != 0 && strncmp(rest, "NULL", 4) != 0;
}

/* Appends SQL without words in braces, comments and texts. */
static void plain_put(const char *reserved, const char *p, size_t len, struct gt_buf *out)
{
    while (reserved && len > 0) {
        char name[40];
        size_t n = 0;
        while (n < len && (p[n] == '_' || isalnum((unsigned char)p[n])))
            n++;
        (void)snprintf(name, sizeof(name), " %.*s ", (int)n, p);
        bool bracketed = n > 0 && strcasestr(reserved, name);
        n += n == 0;
        gt_buf_printf(out, bracketed ? "[%.*s]" : "%.*s", (int)n, p);
        p += n;
        len -= n;
    }
    gt_buf_put(out, p, len);
}

enum gt_err gt_sql_expand(enum gt_dialect dialect, const char *sql, struct gt_buf *out)
{
    for (const char *p = sql; *p;) {
        size_t len = verbatim_length(p);
        const char *reserved = len > 0 ? NULL : dialects[dialect].reserved;
        if (len == 0 && *p != '{')
            len = 1 + strcspn(p + 1, "{-/'\"");
        if (len > 0) {
            plain_put(reserved, p, len, out);
            p += len;
            continue;
        }
        len = strcspn(p, "}");
        enum word word;
        int number;
        if (p[len] != '}' || !word_read(p + 1, len - 1, &word, &number))
            return gt_err_set(GT_ERR_SYNTAX, "unknown word %.*s", (int)(len < 40 ? len + 1 : 40),
                              p);
        word_put(dialects[dialect].word[word], number, out);
        p += len + 1;
        if (needs_null(dialect, word, p))
            gt_buf_puts(out, " NULL");
    }
    return gt_buf_err(out);
}

bool gt_sql_single(const char *sql)
{
    bool ended = false;
    for (const char *p = sql; *p;) {
        size_t len = verbatim_length(p);
        bool comment = len > 0 && (*p == '-' || *p == '/');
        if (ended && !comment && !strchr(" \t\n;", *p))
            return false;
        ended = ended || *p == ';';
        p += len > 0 ? len : 1;
    }
    return true;
}
