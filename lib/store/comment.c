/*
 * Comments of a schema: what stands behind "--" in a migration, as the server itself keeps it.
 *
 * PostgreSQL has COMMENT ON.  MSSQL and Sybase would want a procedure call for each column, which
 * an ordinary user may not do everywhere; there the comments stay in the DDL as printed.
 */
#include "store/schema.h"

#include <string.h>

#define NAME_MAX_LEN 64

/* The comment on a line, without its dashes and the blanks around; its length, 0 if there is none.
 */
static size_t line_comment(const char *line, size_t len, const char **text)
{
    const char *dashes = memmem(line, len, "--", 2);
    if (!dashes)
        return 0;
    const char *end = line + len;
    const char *p = dashes + 2;
    while (p < end && *p == ' ')
        p++;
    while (end > p && (end[-1] == ' ' || end[-1] == '\r'))
        end--;
    *text = p;
    return (size_t)(end - p);
}

/* COMMENT ON TABLE table, or COLUMN table.column. */
static void comment_put(struct gt_buf *out, const char *table, const char *column,
                        size_t column_len, const char *text, size_t len)
{
    if (len == 0)
        return;
    if (column)
        gt_buf_printf(out, "COMMENT ON COLUMN %s.%.*s IS '", table, (int)column_len, column);
    else
        gt_buf_printf(out, "COMMENT ON TABLE %s IS '", table);
    for (size_t i = 0; i < len; i++) {
        gt_buf_putc(out, text[i]);
        if (text[i] == '\'')
            gt_buf_putc(out, '\'');
    }
    gt_buf_puts(out, "';\n");
}

/* What is known while going from line to line. */
struct scan {
    char table[NAME_MAX_LEN]; /* whose columns come; "" outside of a table */
    const char *before;       /* the comment on a line of its own before this one */
    size_t before_len;
};

static void table_begin(struct scan *s, const char *name, size_t len, struct gt_buf *out)
{
    if (len == 0 || len >= sizeof(s->table))
        return;
    memcpy(s->table, name, len);
    s->table[len] = '\0';
    comment_put(out, s->table, NULL, 0, s->before, s->before_len);
}

static void line_read(struct scan *s, const char *line, size_t len, struct gt_buf *out)
{
    static const char create[] = "CREATE TABLE ";
    const char *text = NULL;
    size_t n = line_comment(line, len, &text);
    size_t blanks = strspn(line, " ");
    if (line[blanks] == '-' && n > 0) {
        s->before = text;
        s->before_len = n;
        return;
    }
    if (strncmp(line, create, sizeof(create) - 1) == 0) {
        const char *name = line + sizeof(create) - 1;
        table_begin(s, name, strcspn(name, " (\n"), out);
    } else if (line[0] == ')') {
        s->table[0] = '\0';
    } else if (s->table[0] && blanks < len) {
        comment_put(out, s->table, line + blanks, strcspn(line + blanks, " \n"),
                    n > 0 ? text : s->before, n > 0 ? n : s->before_len);
    }
    s->before_len = 0;
}

enum gt_err gt_sql_comments(enum gt_dialect dialect, const char *sql, struct gt_buf *out)
{
    struct scan s = {.table = ""};
    if (dialect != GT_DIALECT_POSTGRES)
        return gt_buf_err(out);
    while (*sql) {
        size_t len = strcspn(sql, "\n");
        line_read(&s, sql, len, out);
        sql += len + (sql[len] == '\n');
    }
    return gt_buf_err(out);
}
