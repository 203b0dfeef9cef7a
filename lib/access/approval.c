/*
 * Approvals: kinds, requests and decisions.
 */
#include "access/approval.h"

#include "access/name.h"
#include "access/param.h"
#include "access/state.h"
#include "base/buf.h"
#include "base/step.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_MS      (INT64_C(24) * 60 * 60 * 1000)
#define SECTION_END __attribute__((weak, visibility("hidden")))

GT_ROW_DEFINE(gt_approval, GT_APPROVAL_COLS);
GT_STMT(approvals_expired,
        "SELECT {top 100} " GT_ROW_NAMES(GT_APPROVAL_COLS) " FROM gt_approval WHERE state = 1 AND "
                                                           "expires_at <= ? {limit 100}");
GT_STMT(approvals_waiting, "SELECT COUNT(*) FROM gt_approval a JOIN gt_org o ON o.id = a.org_id "
                           "WHERE a.state = 1 AND o.path >= ? AND o.path < ? AND a.maker_id <> ?");

GT_STMT(approvals_about,
        "SELECT {top 20} " GT_ROW_NAMES(GT_APPROVAL_COLS) " FROM gt_approval WHERE state = 1 AND "
                                                          "kind = ? AND object_id = ? ORDER BY id "
                                                          "{limit 20}");

extern const struct gt_approval_kind *const __start_gt_kinds[] SECTION_END;
extern const struct gt_approval_kind *const __stop_gt_kinds[] SECTION_END;

const struct gt_approval_kind *gt_approval_kind_at(size_t i)
{
    return i < (size_t)(__stop_gt_kinds - __start_gt_kinds) ? __start_gt_kinds[i] : NULL;
}

const struct gt_approval_kind *gt_approval_kind(const char *key)
{
    const struct gt_approval_kind *kind;

    for (size_t i = 0; (kind = gt_approval_kind_at(i)); i++) {
        if (strcmp(kind->key, key) == 0)
            return kind;
    }
    return NULL;
}

/* --- what is asked -----------------------------------------------------------------------------
 */

enum gt_err gt_asked_put(char asked[201], const char *name, int64_t value)
{
    size_t len = strlen(asked);
    int n = snprintf(asked + len, 201 - len, "%s%s=%" PRId64, len ? " " : "", name, value);

    if (n < 0 || len + (size_t)n >= 201)
        return gt_err_set(GT_ERR_TOOBIG, "what is asked is too long");
    return GT_OK;
}

int64_t gt_asked_get(const char *asked, const char *name)
{
    size_t len = strlen(name);

    for (const char *at = asked; at; at = strchr(at, ' ')) {
        at += *at == ' ';
        if (strncmp(at, name, len) == 0 && at[len] == '=')
            return strtoll(at + len + 1, NULL, 10);
    }
    return 0;
}

enum gt_err gt_approval_ask(struct gt_tx *tx, const struct gt_by *by, struct gt_approval *row,
                            struct gt_refusal *no)
{
    if (!gt_reason_ok(row->reason))
        return gt_tx_refuse(tx, no, GT_WHY_REASON, "reason", 0, NULL);
    row->maker_id = by->user_id;
    row->made_at = gt_now(by->clock);
    row->expires_at = row->made_at + gt_param_get(tx, GT_PARAM_APPROVAL_DAYS, "") * DAY_MS;
    row->state = GT_APPROVAL_WAITING;
    gt_row_insert(tx, &gt_approval_row, row);
    gt_census_add(tx, gt_approval_row.table, 1);
    return gt_tx_err(tx);
}

/* --- decisions ---------------------------------------------------------------------------------
 */

struct decision {
    const struct gt_by *by;
    struct gt_refusal *no;
    int64_t id, version;
    bool approve;
    const char *note;
    int64_t keys[GT_APPROVAL_KEYS];
};

static void log_decision(struct gt_tx *tx, const struct gt_by *by, const struct gt_approval *row,
                         const char *what)
{
    char detail[400];

    snprintf(detail, sizeof(detail), "%s %" PRId64 ": %s", row->kind, row->id, row->asked);
    gt_oplog_add(tx, by->logger, what, row->object, detail);
}

/* Whether it can be decided at all, by this person. */
static enum gt_err check(struct gt_tx *tx, const struct decision *d, const struct gt_approval *row,
                         const struct gt_approval_kind *kind)
{
    if (gt_by_may(tx, d->by, kind->decide, row->org_id, NULL, d->no) != GT_OK)
        return gt_tx_err(tx);
    if (row->maker_id == d->by->user_id)
        return gt_tx_refuse(tx, d->no, GT_WHY_OWN_APPROVAL, "", 0, NULL);
    if (row->state != GT_APPROVAL_WAITING || row->version != d->version)
        return gt_tx_refuse(tx, d->no, GT_WHY_DECIDED, "", 0, NULL);
    if (gt_now(d->by->clock) >= row->expires_at)
        return gt_tx_refuse(tx, d->no, GT_WHY_EXPIRED, "", 0, NULL);
    return GT_OK;
}

static enum gt_err decide_in(struct gt_tx *tx, void *arg)
{
    const struct decision *d = arg;
    const struct gt_approval_kind *kind;
    struct gt_approval row;

    *d->no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (!gt_row_lock(tx, &gt_approval_row, d->id, &row) || !(kind = gt_approval_kind(row.kind)))
        return gt_tx_refuse(tx, d->no, GT_WHY_ABSENT, "", 0, NULL);
    if (check(tx, d, &row, kind) != GT_OK)
        return gt_tx_err(tx);
    if (d->approve && kind->apply(tx, d->by, &row, d->keys, d->no) != GT_OK)
        return gt_tx_err(tx);
    row.state = d->approve ? GT_APPROVAL_APPROVED : GT_APPROVAL_REFUSED;
    row.checker_id = d->by->user_id;
    row.decided_at = gt_now(d->by->clock);
    (void)!gt_str_copy(row.note, sizeof(row.note), d->note);
    gt_counted_save(tx, &gt_approval_row, &row);
    log_decision(tx, d->by, &row, d->approve ? "approval.approve" : "approval.refuse");
    return gt_tx_err(tx);
}

enum gt_err gt_approval_decide(const struct gt_by *by, int64_t id, int64_t version, bool approve,
                               const char *note, struct gt_refusal *no)
{
    struct decision d = {
        .by = by, .no = no, .id = id, .version = version, .approve = approve, .note = note};
    enum gt_err err = GT_OK;

    /* A refusal is told to who asked: it has a reason. */
    if ((*note || !approve) && !gt_reason_ok(note))
        return gt_refuse(no, GT_WHY_REASON, "note", 0, NULL);
    for (int i = 0; err == GT_OK && approve && i < GT_APPROVAL_KEYS; i++)
        err = gt_key_next(by->src, "row", &d.keys[i]);
    GT_STEP("approval.deciding");
    if (err == GT_OK)
        err = gt_db_transact(by->db, "approval.decide", decide_in, &d);
    GT_STEP("approval.decided");
    return err;
}

static enum gt_err withdraw_in(struct gt_tx *tx, void *arg)
{
    const struct decision *d = arg;
    struct gt_approval row;

    *d->no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (!gt_row_lock(tx, &gt_approval_row, d->id, &row) || row.maker_id != d->by->user_id)
        return gt_tx_refuse(tx, d->no, GT_WHY_ABSENT, "", 0, NULL);
    if (row.state != GT_APPROVAL_WAITING)
        return gt_tx_refuse(tx, d->no, GT_WHY_DECIDED, "", 0, NULL);
    row.state = GT_APPROVAL_WITHDRAWN;
    row.decided_at = gt_now(d->by->clock);
    gt_counted_save(tx, &gt_approval_row, &row);
    log_decision(tx, d->by, &row, "approval.withdraw");
    return gt_tx_err(tx);
}

enum gt_err gt_approval_withdraw(const struct gt_by *by, int64_t id, struct gt_refusal *no)
{
    struct decision d = {.by = by, .no = no, .id = id};

    return gt_db_transact(by->db, "approval.withdraw", withdraw_in, &d);
}

/* --- the worker's ------------------------------------------------------------------------------
 */

struct expiry {
    int64_t now, n;
};

static enum gt_err expire_in(struct gt_tx *tx, void *arg)
{
    struct expiry *e = arg;
    struct gt_approval rows[20];
    size_t n = 0;

    gt_tx_query(tx, &approvals_expired, GT_INT(e->now));
    while (n < sizeof(rows) / sizeof(rows[0]) && gt_tx_next(tx))
        gt_row_read(tx, &gt_approval_row, &rows[n++]);
    for (size_t i = 0; i < n; i++) {
        rows[i].state = GT_APPROVAL_EXPIRED;
        rows[i].decided_at = e->now;
        gt_counted_save(tx, &gt_approval_row, &rows[i]);
    }
    e->n = (int64_t)n;
    return gt_tx_err(tx);
}

enum gt_err gt_approval_expire(struct gt_db *db, int64_t now, int64_t *n)
{
    struct expiry e = {.now = now};
    enum gt_err err = gt_db_transact(db, "approval.expire", expire_in, &e);

    if (err == GT_OK)
        *n = e.n;
    return err;
}

int64_t gt_approval_waiting(struct gt_tx *tx, const char *path, int64_t not_by)
{
    char end[202];

    gt_org_range_end(path, end);
    if (!gt_tx_one(tx, &approvals_waiting, GT_TEXT(path), GT_TEXT(end), GT_INT(not_by)))
        return 0;
    return gt_col_int(tx);
}

size_t gt_approvals_about(struct gt_tx *tx, const char *kind, int64_t object_id,
                          struct gt_approval *rows, size_t most)
{
    size_t n = 0;

    gt_tx_query(tx, &approvals_about, GT_TEXT(kind), GT_INT(object_id));
    while (n < most && gt_tx_next(tx))
        gt_row_read(tx, &gt_approval_row, &rows[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}
