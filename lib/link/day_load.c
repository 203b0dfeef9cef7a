/*
 * Loads what a definition says of its statement: where it lies, and what its columns are.
 */
#include "link/loader.h"

#include <string.h>

#define BYTES_MAX_MB 4096

static const char *const column_names[GT_DAY_COL__MAX] = {
    [GT_DAY_COL_SERIAL] = "serial", [GT_DAY_COL_ORIG] = "orig_serial",
    [GT_DAY_COL_REF] = "ref",       [GT_DAY_COL_CUSTOMER] = "customer_no",
    [GT_DAY_COL_KIND] = "kind",     [GT_DAY_COL_STATE] = "state",
    [GT_DAY_COL_AMOUNT] = "amount", [GT_DAY_COL_FEE] = "fee",
    [GT_DAY_COL_DATE] = "date",     [GT_DAY_COL_COUNT] = "count",
};

static enum gt_day_column column_find(const char *name)
{
    for (int i = 1; i < GT_DAY_COL__MAX; i++)
        if (strcmp(column_names[i], name) == 0)
            return (enum gt_day_column)i;
    return GT_DAY_COL_NONE;
}

/* The words that a column's map may give. */
static bool column_knows(enum gt_day_column column, const char *ours)
{
    if (column == GT_DAY_COL_KIND)
        return strcmp(ours, "sale") == 0 || strcmp(ours, "reversal") == 0;
    return strcmp(ours, "posted") == 0 || strcmp(ours, "reversed") == 0;
}

static enum gt_err load_map_of(const struct gt_adapter *a, xmlNodePtr node,
                               struct gt_day_cell *cell)
{
    if (cell->column != GT_DAY_COL_KIND && cell->column != GT_DAY_COL_STATE)
        return GT_OK;
    enum gt_err err = gt_load_map_attr(a, node, &cell->map);
    for (size_t i = 0; err == GT_OK && i < cell->map->count; i++)
        if (!column_knows(cell->column, cell->map->values[i].ours))
            err = gt_load_wrong(node, "map %s: '%s' means nothing to %s", cell->map->name,
                                cell->map->values[i].ours, column_names[cell->column]);
    return err;
}

/* The <column> children of <head> or <line>. */
static enum gt_err load_cells(const struct gt_adapter *a, xmlNodePtr parent, bool head,
                              struct gt_day_cell *cells, int *ncells)
{
    char name[16], kind[8];
    int64_t n = 0;
    *ncells = 0;
    for (xmlNodePtr node = gt_xml_child(parent, "column"); node != NULL; node = gt_xml_next(node)) {
        enum gt_err err = gt_load_number(node, "n", 0, &n);
        if (err == GT_OK)
            err = gt_load_text(node, "name", name, sizeof name);
        if (err == GT_OK)
            err = gt_load_text(node, "kind", kind, sizeof kind);
        if (err != GT_OK)
            return err;
        enum gt_day_column column = column_find(name);
        if (n < 1 || n > GT_DAY_COLUMNS || column == GT_DAY_COL_NONE)
            return gt_load_wrong(node, "no such column");
        if ((column == GT_DAY_COL_COUNT) != head && column != GT_DAY_COL_DATE)
            return gt_load_wrong(node, "column %s does not belong here", name);
        if (cells[n - 1].column != GT_DAY_COL_NONE)
            return gt_load_wrong(node, "column %d stands twice", (int)n);
        cells[n - 1].column = column;
        cells[n - 1].fen = strcmp(kind, "fen") == 0;
        if (n > *ncells)
            *ncells = (int)n;
        err = load_map_of(a, node, &cells[n - 1]);
        if (err != GT_OK)
            return err;
    }
    return GT_OK;
}

static bool has_column(const struct gt_day_format *f, enum gt_day_column column)
{
    for (int i = 0; i < f->ncells; i++)
        if (f->cells[i].column == column)
            return true;
    return false;
}

/* What matching cannot do without. */
static enum gt_err check(xmlNodePtr node, const struct gt_day_format *f)
{
    if (!has_column(f, GT_DAY_COL_SERIAL) || !has_column(f, GT_DAY_COL_AMOUNT))
        return gt_load_wrong(node, "a line needs the columns serial and amount");
    return GT_OK;
}

enum gt_err gt_load_day(struct gt_loader *l)
{
    struct gt_day_format *f = &l->adapter->statement;
    xmlNodePtr node = gt_xml_child(l->root, "statement");
    char charset[8], delimiter[8];
    int64_t mb = 0;
    if (node == NULL)
        return GT_OK;
    enum gt_err err = gt_load_text(node, "path", f->path, sizeof f->path);
    if (err == GT_OK)
        err = gt_load_text(node, "charset", charset, sizeof charset);
    if (err == GT_OK)
        err = gt_load_text(node, "delimiter", delimiter, sizeof delimiter);
    if (err == GT_OK)
        err = gt_load_number(node, "max-mb", BYTES_MAX_MB, &mb);
    if (err != GT_OK)
        return err;
    f->gbk = strcmp(charset, "gbk") == 0;
    f->delimiter = strcmp(delimiter, "tab") == 0 ? '\t' : delimiter[0];
    f->bytes_max = mb * 1024 * 1024;
    xmlNodePtr head = gt_xml_child(node, "head");
    f->head = head != NULL;
    if (f->head)
        err = load_cells(l->adapter, head, true, f->heads, &f->nheads);
    if (err == GT_OK)
        err = load_cells(l->adapter, gt_xml_child(node, "line"), false, f->cells, &f->ncells);
    return err == GT_OK ? check(node, f) : err;
}
