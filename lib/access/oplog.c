/*
 * Writing the operation log, and checking its chains.
 *
 * The check goes through the rows in the order of their ids, which is chain by chain, remembering
 * only the row before; so its memory does not grow with the log.
 */
#include "access/oplog.h"

#include "access/state.h"
#include "base/buf.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DETAIL_CHARS 400
#define OBJECT_CHARS 80
#define WHO_CHARS    80
#define ORIGIN_CHARS 64
#define HEADS        64

GT_ROW_DEFINE(gt_chain, GT_CHAIN_COLS);
GT_ROW_DEFINE(gt_oplog, GT_OPLOG_COLS);
GT_STMT(chain_last, "SELECT MAX(seq) FROM gt_oplog WHERE chain = ?");
GT_STMT(chain_headless, "SELECT DISTINCT chain FROM gt_oplog WHERE NOT EXISTS "
                        "(SELECT id FROM gt_chain WHERE gt_chain.id = gt_oplog.chain) "
                        "ORDER BY chain");

enum gt_err gt_logger_init(struct gt_logger *logger, struct gt_keysrc *src,
                           const struct gt_clock *clock, const char *who, const char *origin)
{
    int64_t chain;

    if (!*who || gt_utf8_length(who) > WHO_CHARS || gt_utf8_length(origin) > ORIGIN_CHARS)
        return gt_err_set(GT_ERR_TOOBIG, "who or origin of the operation log");
    enum gt_err err = gt_str_copy(logger->who, sizeof(logger->who), who);
    if (err == GT_OK)
        err = gt_str_copy(logger->origin, sizeof(logger->origin), origin);
    if (err == GT_OK)
        err = gt_key_next(src, "chain", &chain);
    if (err != GT_OK)
        return err;
    logger->chain = chain;
    logger->clock = clock;
    return GT_OK;
}

/* Copies at most DETAIL_CHARS characters, the last one "…" if some were left out. */
static void copy_detail(char *out, size_t size, const char *detail)
{
    size_t all = strlen(detail), len = 0, last = 0;
    uint32_t code;

    for (int chars = 0; len < all && chars < DETAIL_CHARS; chars++) {
        size_t n = gt_utf8_next(detail + len, all - len, &code);

        if (n == 0 || len + sizeof("…") > size)
            break;
        last = len;
        len += n;
    }
    snprintf(out, size, "%.*s%s", (int)(len < all ? last : len), detail, len < all ? "…" : "");
}

static void put_int(struct gt_buf *buf, int64_t value)
{
    gt_buf_printf(buf, "%" PRId64 "\n", value);
}

/* Texts go with their length in front, so that no two rows have the same bytes. */
static void put_text(struct gt_buf *buf, const char *text)
{
    gt_buf_printf(buf, "%zu:%s\n", strlen(text), text);
}

enum gt_err gt_oplog_digest(const struct gt_oplog *row, char out[65])
{
    struct gt_buf buf;
    uint8_t digest[GT_SHA256_SIZE];

    gt_buf_init(&buf, 2 * sizeof(*row));
    put_int(&buf, row->id);
    put_int(&buf, row->chain);
    put_int(&buf, row->seq);
    put_int(&buf, row->at);
    put_text(&buf, row->who);
    put_text(&buf, row->origin);
    put_text(&buf, row->what);
    put_text(&buf, row->object);
    put_text(&buf, row->detail);
    put_text(&buf, row->prev);
    enum gt_err err = gt_buf_err(&buf);
    if (err == GT_OK)
        err = gt_sha256(buf.data, buf.len, digest);
    if (err == GT_OK)
        gt_hex_encode(digest, sizeof(digest), out);
    gt_buf_done(&buf);
    return err;
}

/* Reads the end of the chain and fills the place of the row behind it; makes the head if the chain
 * has none. */
static enum gt_err append_head(struct gt_tx *tx, struct gt_oplog *row)
{
    struct gt_chain head = {.id = row->chain, .opened_at = row->at, .members = 1};
    struct gt_oplog before;

    row->seq = 1;
    if (gt_row_lock(tx, &gt_chain_row, row->chain, &head)) {
        int64_t last = row->chain * GT_OPLOG_CHAIN_MAX + head.members;

        if (!gt_row_find(tx, &gt_oplog_row, last, &before))
            return gt_err_set(GT_ERR_TAMPERED, "gt_oplog %" PRId64 " is gone", last);
        enum gt_err err = gt_oplog_digest(&before, row->prev);
        if (err != GT_OK)
            return err;
        row->seq = ++head.members;
        gt_row_save(tx, &gt_chain_row, &head);
    } else {
        gt_row_insert(tx, &gt_chain_row, &head);
        gt_census_add(tx, gt_chain_row.table, 1);
    }
    if (row->seq >= GT_OPLOG_CHAIN_MAX)
        return gt_err_set(GT_ERR_RANGE, "chain %" PRId64 " of the operation log is full",
                          row->chain);
    row->id = row->chain * GT_OPLOG_CHAIN_MAX + row->seq;
    return gt_tx_err(tx);
}

void gt_oplog_add(struct gt_tx *tx, const struct gt_logger *logger, const char *what,
                  const char *object, const char *detail)
{
    struct gt_oplog row = {.chain = logger->chain, .at = gt_now(logger->clock)};
    enum gt_err err = gt_tx_err(tx);

    if (err == GT_OK && gt_utf8_length(object) > OBJECT_CHARS)
        err = gt_err_set(GT_ERR_TOOBIG, "object of the operation log");
    if (err == GT_OK)
        err = gt_str_copy(row.who, sizeof(row.who), logger->who);
    if (err == GT_OK)
        err = gt_str_copy(row.origin, sizeof(row.origin), logger->origin);
    if (err == GT_OK)
        err = gt_str_copy(row.what, sizeof(row.what), what);
    if (err == GT_OK)
        err = gt_str_copy(row.object, sizeof(row.object), object);
    copy_detail(row.detail, sizeof(row.detail), detail);
    if (err == GT_OK)
        err = append_head(tx, &row);
    if (err != GT_OK) {
        gt_tx_fail(tx, err);
        return;
    }
    gt_row_insert(tx, &gt_oplog_row, &row);
}

/* What the check remembers on its way through the rows. */
struct walk {
    gt_oplog_report report;
    void *ctx;
    int64_t id, chain, seq; /* of the row before */
    char digest[65];        /* of the row before */
};

static void say(const struct walk *walk, const char *table, int64_t id, const char *what)
{
    char object[48];

    snprintf(object, sizeof(object), "%s %" PRId64, table, id);
    walk->report(walk->ctx, object, what);
}

static void check_row(struct walk *walk, const struct gt_oplog *row, bool sealed)
{
    bool first = row->chain != walk->chain;
    int64_t expected = first ? 1 : walk->seq + 1;

    if (!sealed)
        say(walk, "gt_oplog", row->id, "the seal is wrong: the row was changed by another hand");
    else if (row->id != row->chain * GT_OPLOG_CHAIN_MAX + row->seq)
        say(walk, "gt_oplog", row->id, "the row is not at its place in the chain");
    if (row->seq != expected)
        say(walk, "gt_oplog", row->id, "rows before it are missing");
    else if (strcmp(row->prev, first ? "" : walk->digest) != 0)
        say(walk, "gt_oplog", row->id, "it does not follow from the row before");
}

static enum gt_err check_rows(struct gt_tx *tx, struct walk *walk, int64_t *rows)
{
    struct gt_oplog row;
    bool more = true;

    while (more) {
        more = false;
        gt_tx_query(tx, gt_oplog_row.scan, GT_INT(walk->id));
        while (gt_tx_next(tx)) {
            bool sealed = gt_row_read_unchecked(tx, &gt_oplog_row, &row);

            check_row(walk, &row, sealed);
            walk->id = row.id;
            walk->chain = row.chain;
            walk->seq = row.seq;
            enum gt_err err = gt_oplog_digest(&row, walk->digest);
            if (err != GT_OK)
                return gt_tx_fail(tx, err);
            (*rows)++;
            more = true;
        }
    }
    return gt_tx_err(tx);
}

/* Reads up to HEADS chain heads behind `after`; the ids of those with a wrong seal are reported. */
static size_t read_heads(struct gt_tx *tx, const struct walk *walk, int64_t after,
                         struct gt_chain heads[HEADS])
{
    size_t n = 0;

    gt_tx_query(tx, gt_chain_row.scan, GT_INT(after));
    while (n < HEADS && gt_tx_next(tx)) {
        if (!gt_row_read_unchecked(tx, &gt_chain_row, &heads[n]))
            say(walk, "gt_chain", heads[n].id,
                "the seal is wrong: the row was changed by another hand");
        n++;
    }
    return n;
}

static void check_heads(struct gt_tx *tx, const struct walk *walk, int64_t *rows)
{
    struct gt_chain heads[HEADS];
    int64_t after = INT64_MIN, all = 0;
    size_t n;

    while ((n = read_heads(tx, walk, after, heads)) > 0 && gt_tx_err(tx) == GT_OK) {
        for (size_t i = 0; i < n; i++) {
            int64_t last = 0;

            if (gt_tx_one(tx, &chain_last, GT_INT(heads[i].id)))
                last = gt_col_int(tx);
            if (gt_tx_err(tx) == GT_OK && last != heads[i].members)
                say(walk, "gt_chain", heads[i].id, "the chain does not end where its head says");
        }
        after = heads[n - 1].id;
        all += (int64_t)n;
    }
    *rows += all;
    if (gt_census_members(tx, gt_chain_row.table) != all && gt_tx_err(tx) == GT_OK)
        say(walk, "gt_chain", 0, "there are more or fewer chains than the census says");
    gt_tx_query0(tx, &chain_headless);
    while (gt_tx_next(tx))
        say(walk, "gt_chain", gt_col_int(tx), "the chain has rows but no head");
}

void gt_oplog_check(struct gt_tx *tx, gt_oplog_report report, void *ctx, int64_t *rows)
{
    struct walk walk = {.report = report, .ctx = ctx, .id = INT64_MIN};

    if (check_rows(tx, &walk, rows) == GT_OK)
        check_heads(tx, &walk, rows);
}
