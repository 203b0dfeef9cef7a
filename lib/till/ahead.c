/*
 * The auditor's look ahead: rows that a rule asks for by id are read a page at a time.
 *
 * Rules go through a table by its ids and ask for rows whose ids rise alike, so of five hundred
 * questions to a server one is left.  Where several handlers have sold at once ids are a little out
 * of order, so a page begins a little before what was asked for.
 */
#include "till/audit.h"

#include "till/flow.h"

#include <stdlib.h>
#include <string.h>

#define SLACK 128

static const struct {
    const struct gt_row *def;
    int64_t slack;
} tables[GT_AHEAD__MAX] = {
    [GT_AHEAD_TXN] = {&gt_txn_row, SLACK},         [GT_AHEAD_PENDING] = {&gt_pending_row, 0},
    [GT_AHEAD_RECEIPT] = {&gt_receipt_row, 0},     [GT_AHEAD_PACKET] = {&gt_packet_row, 0},
    [GT_AHEAD_POSTING] = {&gt_posting_row, SLACK}, [GT_AHEAD_ENTRY] = {&gt_entry_row, 0},
};

static int64_t id_at(const struct gt_ahead *ahead, size_t size, int i)
{
    int64_t id;

    memcpy(&id, ahead->rows + (size_t)i * size, sizeof(id));
    return id;
}

/* Reads the page that begins at id `from`.  Seals were looked at already. */
static void page_fill(struct gt_audit *a, struct gt_ahead *ahead, const struct gt_row *def,
                      int64_t from)
{
    if (!ahead->rows)
        ahead->rows = malloc(GT_AHEAD_ROWS * def->size);
    if (!ahead->rows) {
        gt_tx_fail(a->tx, GT_ERR_NOMEM);
        return;
    }
    ahead->n = 0;
    gt_tx_query(a->tx, def->scan, GT_INT(from - 1));
    while (ahead->n < GT_AHEAD_ROWS && gt_tx_next(a->tx)) {
        gt_row_read_unchecked(a->tx, def, ahead->rows + (size_t)ahead->n * def->size);
        ahead->n++;
    }
    ahead->known = true;
    ahead->from = from;
    ahead->to = ahead->n == GT_AHEAD_ROWS ? id_at(ahead, def->size, ahead->n - 1) : INT64_MAX;
}

/* The index of the first row with an id of at least `id`. */
static int first_from(const struct gt_ahead *ahead, size_t size, int64_t id)
{
    int low = 0, high = ahead->n;

    while (low < high) {
        int middle = (low + high) / 2;

        if (id_at(ahead, size, middle) < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const void *gt_audit_rows(struct gt_audit *a, enum gt_ahead_table table, int64_t first,
                          int64_t last, int *n)
{
    struct gt_ahead *ahead = &a->ahead[table];
    const struct gt_row *def = tables[table].def;

    *n = 0;
    if (!ahead->known || first < ahead->from || last > ahead->to)
        page_fill(a, ahead, def, first > tables[table].slack ? first - tables[table].slack : first);
    if (gt_tx_err(a->tx))
        return NULL;
    int at = first_from(ahead, def->size, first);
    while (at + *n < ahead->n && id_at(ahead, def->size, at + *n) <= last)
        ++*n;
    return *n ? ahead->rows + (size_t)at * def->size : NULL;
}

const void *gt_audit_row(struct gt_audit *a, enum gt_ahead_table table, int64_t id)
{
    int n;

    return gt_audit_rows(a, table, id, id, &n);
}

void gt_audit_rows_done(struct gt_audit *a)
{
    for (int i = 0; i < GT_AHEAD__MAX; i++)
        free(a->ahead[i].rows);
}
