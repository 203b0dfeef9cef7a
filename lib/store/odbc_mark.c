/*
 * Marks: how the outcome of a lost COMMIT is found out.
 *
 * Each connection has a row of gt_mark, and each of its write transactions first writes its number
 * there, together with BEGIN in one round trip.  The row is locked until that transaction has
 * ended, so who reads it with a lock, on another connection, learns what became of it for good.
 * The server's own transaction ids would not do: after a failover another transaction may have the
 * same one.
 */
#include "base/clock.h"
#include "store/odbc.h"

#include <stdio.h>

/* Rows that a killed process left behind go when they are this old.  A connection may be older: it
 * then finds its row gone and makes another. */
#define MARK_KEPT_MS (INT64_C(30) * 24 * 3600 * 1000)

static enum gt_err has_marks(struct gt_tx *tx, void *arg)
{
    *(bool *)arg = gt_tx_has_table(tx, "gt_mark");
    return gt_tx_err(tx);
}

/* Gives the connection a row; none before the first migration has made the table. */
static enum gt_err mark_make(struct gt_odbc_conn *c)
{
    const struct gt_random *random = gt_random_system();
    char sql[160];
    bool there = false;
    uint64_t chance = 0;
    int64_t now = gt_now(gt_clock_system());
    enum gt_err err = gt_odbc_call(c, false, has_marks, &there);
    if (err || !there)
        return err;
    err = random->fill(random->ctx, &chance, sizeof(chance));
    if (err)
        return err;
    int64_t id = (int64_t)(chance >> 2) + 1;
    (void)snprintf(sql, sizeof(sql), "DELETE FROM gt_mark WHERE made_at < %lld",
                   (long long)(now - MARK_KEPT_MS));
    err = gt_odbc_text(c, sql, NULL);
    (void)snprintf(sql, sizeof(sql),
                   "INSERT INTO gt_mark (id, seq, made_at) VALUES (%lld, 0, %lld)", (long long)id,
                   (long long)now);
    if (!err)
        err = gt_odbc_text(c, sql, NULL);
    if (!err) {
        c->mark = id;
        c->seq = 0;
    }
    return err;
}

enum gt_err gt_mark_begin(struct gt_odbc_conn *c)
{
    char sql[512];
    int64_t rows = 0;
    const char *begin = c->holder ? c->server->begin_together : c->server->begin;
    enum gt_err err = c->mark ? GT_OK : mark_make(c);
    if (err || !c->mark)
        return err ? err : gt_odbc_text(c, begin, NULL);
    c->seq++;
    (void)snprintf(sql, sizeof(sql), "%s; UPDATE gt_mark SET seq = %lld WHERE id = %lld", begin,
                   (long long)c->seq, (long long)c->mark);
    err = gt_odbc_text(c, sql, &rows);
    if (err || rows == 1)
        return err;
    c->mark = 0;
    c->fate = GT_FATE_AGAIN;
    return gt_err_set(GT_ERR_CHANGED, "the connection's mark is gone");
}

void gt_mark_drop(struct gt_odbc_conn *c)
{
    char sql[80];
    (void)snprintf(sql, sizeof(sql), "DELETE FROM gt_mark WHERE id = %lld", (long long)c->mark);
    /* What is left behind goes by its age. */
    if (gt_odbc_text(c, sql, NULL) != GT_OK)
        gt_err_clear();
    c->mark = 0;
}

enum gt_err gt_mark_find(struct gt_odbc_conn *c, int64_t mark, int64_t seq, bool *stored)
{
    char sql[160];
    int64_t found = 0;
/* The text is the dialect's own, with one number in it. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    (void)snprintf(sql, sizeof(sql), c->server->mark_look, (long long)mark);
#pragma GCC diagnostic pop
    enum gt_err err = gt_odbc_value_int(c, sql, &found);
    if (!err)
        *stored = found == seq;
    return err;
}
