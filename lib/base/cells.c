/*
 * Reading CSV, in place.
 */
#include "base/cells.h"

#include <string.h>

void gt_cells_begin(struct gt_cells *cells, char *text)
{
    static const char mark[] = "\xEF\xBB\xBF";

    if (strncmp(text, mark, sizeof(mark) - 1) == 0)
        text += sizeof(mark) - 1;
    *cells = (struct gt_cells){.at = text, .next = 1};
}

/* Reads what stands behind an opening quote; `*end` is the end of the cell's text. */
static bool read_quoted(struct gt_cells *cells, char *from, char **end)
{
    char *to = from, *at = from;

    for (; *at && !(*at == '"' && at[1] != '"'); at++) {
        at += *at == '"';
        cells->next += *at == '\n';
        *to++ = *at;
    }
    if (*at != '"')
        return false;
    cells->at = at + 1 + strspn(at + 1, " \t");
    *end = to;
    return true;
}

/* Reads one cell, up to what ends it, which stays. */
static enum gt_err read_cell(struct gt_cells *cells, char **cell, char **end)
{
    char *at = cells->at + strspn(cells->at, " \t");

    *cell = at;
    if (*at == '"') {
        *cell = at + 1;
        if (!read_quoted(cells, at + 1, end))
            return gt_err_set(GT_ERR_SYNTAX, "line %zu: a quote is not closed", cells->number);
        if (!strchr(",\r\n", *cells->at))
            return gt_err_set(GT_ERR_SYNTAX, "line %zu: something follows a quoted cell",
                              cells->number);
        return GT_OK;
    }
    cells->at = at + strcspn(at, ",\r\n");
    *end = cells->at;
    while (*end > at && strchr(" \t", (*end)[-1]))
        (*end)--;
    return GT_OK;
}

enum gt_err gt_cells_next(struct gt_cells *cells, char **cell, size_t most, size_t *n)
{
    char *end = NULL, ends;

    for (; *cells->at && strchr("\r\n", *cells->at); cells->at++)
        cells->next += *cells->at == '\n';
    *n = 0;
    cells->number = cells->next;
    if (!*cells->at)
        return GT_OK;
    do {
        if (*n == most)
            return gt_err_set(GT_ERR_TOOBIG, "line %zu: more than %zu cells", cells->number, most);
        enum gt_err err = read_cell(cells, &cell[*n], &end);
        if (err != GT_OK)
            return err;
        ends = *cells->at;
        cells->at += ends == ',';
        if (ends != ',')
            cells->at += ends == '\r' && cells->at[1] == '\n';
        if (ends == '\r' || ends == '\n')
            cells->at++;
        *end = '\0'; /* after looking: the end may be the separator itself */
        (*n)++;
    } while (ends == ',');
    cells->next += ends != '\0';
    return GT_OK;
}
