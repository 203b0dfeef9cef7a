/*
 * Tables and columns, read from the migrations as SQLite runs them.
 *
 * A migration says a column a line and a table's end on a line of its own (lint holds it to that),
 * so no grammar of SQL is needed.  A test compares what is read with what SQLite then has.
 */
#include "store/layout.h"

#include "base/buf.h"
#include "store/schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX (4 << 20)

int gt_layout_col(const struct gt_layout_table *table, const char *name)
{
    for (int i = 0; i < table->ncols; i++) {
        if (strcmp(table->cols[i].name, name) == 0)
            return i;
    }
    return -1;
}

static struct gt_layout_table *table_find(struct gt_layout *l, const char *name)
{
    for (int i = 0; i < l->n; i++) {
        if (strcmp(l->tables[i].name, name) == 0)
            return &l->tables[i];
    }
    return NULL;
}

static enum gt_err table_add(struct gt_layout *l, const char *name, struct gt_layout_table **table)
{
    if (l->n == GT_LAYOUT_TABLES_MAX)
        return gt_err_set(GT_ERR_FULL, "more than %d tables", GT_LAYOUT_TABLES_MAX);
    *table = &l->tables[l->n++];
    memset(*table, 0, sizeof(**table));
    (*table)->key = -1;
    return gt_str_copy((*table)->name, GT_LAYOUT_NAME, name);
}

static void table_drop(struct gt_layout *l, const char *name)
{
    struct gt_layout_table *table = table_find(l, name);
    if (!table)
        return;
    size_t behind = (size_t)(&l->tables[l->n] - (table + 1));
    memmove(table, table + 1, behind * sizeof(*table));
    l->n--;
}

/* Reads "name INTEGER NOT NULL PRIMARY KEY, -- …". */
static enum gt_err column_add(struct gt_layout_table *table, const char *line)
{
    char name[GT_LAYOUT_NAME], type[16];
    if (table->ncols == GT_LAYOUT_COLS_MAX)
        return gt_err_set(GT_ERR_FULL, "%s has more than %d columns", table->name,
                          GT_LAYOUT_COLS_MAX);
    if (sscanf(line, " %31[a-z0-9_] %15[A-Z]", name, type) != 2 ||
        (strcmp(type, "INTEGER") != 0 && strcmp(type, "TEXT") != 0))
        return gt_err_set(GT_ERR_SYNTAX, "%s: not a column: %.60s", table->name, line);
    const char *comment = strstr(line, "--"), *key = strstr(line, "PRIMARY KEY");
    if (key && (!comment || key < comment))
        table->key = table->ncols;
    struct gt_layout_col *col = &table->cols[table->ncols++];
    col->text = type[0] == 'T';
    return gt_str_copy(col->name, sizeof(col->name), name);
}

/* Reads a line; `*open` is the table whose columns come. */
static enum gt_err line_read(struct gt_layout *l, const char *line, struct gt_layout_table **open)
{
    char name[GT_LAYOUT_NAME];
    size_t blanks = strspn(line, " ");
    if (*open && line[0] == ')') {
        const char *table = (*open)->name;
        bool keyed = (*open)->key >= 0;
        *open = NULL;
        return keyed ? GT_OK : gt_err_set(GT_ERR_SYNTAX, "%s has no primary key", table);
    }
    if (*open)
        return line[blanks] == '\0' || strncmp(line + blanks, "--", 2) == 0
                   ? GT_OK
                   : column_add(*open, line);
    if (sscanf(line, "CREATE TABLE %31[a-z0-9_]", name) == 1)
        return table_add(l, name, open);
    if (sscanf(line, "DROP TABLE %31[a-z0-9_]", name) == 1)
        table_drop(l, name);
    if (sscanf(line, "ALTER TABLE %31[a-z0-9_] ADD", name) != 1)
        return GT_OK;
    struct gt_layout_table *table = table_find(l, name);
    const char *add = strstr(line, " ADD ");
    if (!table || !add)
        return gt_err_set(GT_ERR_SYNTAX, "not understood: %.80s", line);
    return column_add(table, add + 5);
}

static enum gt_err text_read(struct gt_layout *l, char *text)
{
    struct gt_layout_table *open = NULL;
    enum gt_err err = GT_OK;
    while (!err && *text) {
        size_t len = strcspn(text, "\n");
        char *next = text + len + (text[len] == '\n');
        text[len] = '\0';
        err = line_read(l, text, &open);
        text = next;
    }
    if (!err && open)
        err = gt_err_set(GT_ERR_SYNTAX, "%s does not end", open->name);
    table_drop(l, "gt_migration");
    return err;
}

enum gt_err gt_layout_read(const char *folder, struct gt_layout **layout)
{
    struct gt_buf text;
    struct gt_layout *l = calloc(1, sizeof(*l));
    if (!l)
        return gt_err_set(GT_ERR_NOMEM, "no memory for the tables");
    gt_buf_init(&text, TEXT_MAX);
    enum gt_err err = gt_schema_print(GT_DIALECT_SQLITE, folder, &text);
    if (!err)
        err = gt_err_add(text_read(l, text.data), "%s", folder);
    gt_buf_done(&text);
    if (err)
        free(l);
    else
        *layout = l;
    return err;
}
