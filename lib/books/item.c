/*
 * Items: entered once by whatever finds them, and what the auditor asks of them.
 *
 * Not here: what people do with an item (settle.c), and who looks for differences.
 */
#include "books/item.h"

#include "access/org.h"
#include "access/state.h"
#include "base/buf.h"
#include "base/crypt.h"
#include "till/audit.h"
#include "till/cash_back.h"
#include "till/txn.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

GT_ROW_DEFINE(gt_item, GT_ITEM_COLS);

/* clang-format off */
GT_STMT(item_by_finding, GT_ROW_SELECT(gt_item, GT_ITEM_COLS) " WHERE finding = ?");
GT_STMT(items_open_of_system, "SELECT {top 100} " GT_ROW_NAMES(GT_ITEM_COLS) " FROM gt_item "
        "WHERE biz_date = ? AND source = 1 AND system = ? AND state < 3 AND id > ? "
        "ORDER BY id {limit 100}");
GT_STMT(items_open_of_org, "SELECT {top 100} " GT_ROW_NAMES(GT_ITEM_COLS) " FROM gt_item "
        "WHERE biz_date = ? AND source = 2 AND org_id = ? AND state < 3 AND id > ? "
        "ORDER BY id {limit 100}");
GT_STMT(items_about, "SELECT {top 20} " GT_ROW_NAMES(GT_ITEM_COLS) " FROM gt_item "
        "WHERE txn_id = ? ORDER BY id {limit 20}");
/* clang-format on */

static const char *const class_names[GT_ITEM_CLASS__MAX] = {
    [GT_ITEM_OTHER_DATE] = "other_date",
    [GT_ITEM_AMOUNT] = "amount",
    [GT_ITEM_STATE] = "state",
    [GT_ITEM_ONLY_OURS] = "only_ours",
    [GT_ITEM_ONLY_THEIRS] = "only_theirs",
    [GT_ITEM_TWICE] = "twice",
    [GT_ITEM_COUNT] = "count",
    [GT_ITEM_MONEY] = "money",
    [GT_ITEM_KEPT] = "kept",
};
static const char *const state_names[GT_ITEM_STATE__MAX] = {
    [GT_ITEM_OPEN] = "open",
    [GT_ITEM_SUSPENSE] = "suspense",
    [GT_ITEM_CLOSED] = "closed",
};
static const char *const action_names[GT_ITEM_ACTION__MAX] = {
    [GT_ITEM_NOTHING] = "nothing",         [GT_ITEM_AGREED] = "agreed",
    [GT_ITEM_ACCEPT] = "accept",           [GT_ITEM_ADJUST] = "adjust",
    [GT_ITEM_REVERSE] = "reverse",         [GT_ITEM_SEND_AGAIN] = "send_again",
    [GT_ITEM_TO_SUSPENSE] = "to_suspense", [GT_ITEM_CLEAR] = "clear",
    [GT_ITEM_REFUND] = "refund",
};

const char *gt_item_class_name(enum gt_item_class class)
{
    return class > 0 && class < GT_ITEM_CLASS__MAX ? class_names[class] : "none";
}

bool gt_item_class_find(const char *name, enum gt_item_class *class)
{
    for (int i = 1; i < GT_ITEM_CLASS__MAX; i++) {
        if (strcmp(name, class_names[i]) != 0)
            continue;
        *class = (enum gt_item_class)i;
        return true;
    }
    return false;
}

const char *gt_item_state_name(enum gt_item_state state)
{
    return state > 0 && state < GT_ITEM_STATE__MAX ? state_names[state] : "none";
}

const char *gt_item_action_name(enum gt_item_action action)
{
    return action >= 0 && action < GT_ITEM_ACTION__MAX ? action_names[action] : "none";
}

bool gt_item_is_sending(const struct gt_item *item)
{
    return item->state == GT_ITEM_OPEN && item->action == GT_ITEM_SEND_AGAIN;
}

/* --- entering ----------------------------------------------------------------------------------
 */

/* What makes it this difference and no other. */
static enum gt_err finding_of(const struct gt_item *item, char hex[GT_SHA256_HEX])
{
    char text[256];
    uint8_t digest[GT_SHA256_SIZE];
    int len =
        snprintf(text, sizeof(text),
                 "%" PRId64 "|%" PRId64 "|%" PRId64 "|%s|%" PRId64 "|%" PRId64 "|%" PRId64 "|%s",
                 item->source, item->class, item->org_id, item->system, item->biz_date,
                 item->txn_id, item->op, item->ref);

    if (len < 0 || len >= (int)sizeof(text))
        return gt_err_set(GT_ERR_TOOBIG, "an item with a reference that is too long");
    enum gt_err err = gt_sha256(text, (size_t)len, digest);
    if (err == GT_OK)
        gt_hex_encode(digest, sizeof(digest), hex);
    return err;
}

static enum gt_err item_of(const struct gt_item_found *found, struct gt_item *item)
{
    *item = (struct gt_item){.source = found->source,
                             .class = found->class,
                             .org_id = found->org_id,
                             .biz_date = found->biz_date,
                             .txn_id = found->txn_id,
                             .op = found->op,
                             .ours = found->ours,
                             .theirs = found->theirs,
                             .state = found->suspense ? GT_ITEM_SUSPENSE : GT_ITEM_OPEN,
                             .suspense = found->suspense};
    if (gt_str_copy(item->system, sizeof(item->system), found->system ? found->system : "") ||
        gt_str_copy(item->ref, sizeof(item->ref), found->ref ? found->ref : ""))
        return gt_err_set(GT_ERR_TOOBIG, "an item with a name that is too long");
    GT_FIELD_COPY(item->note, found->note ? found->note : "");
    return finding_of(item, item->finding);
}

/* Found again: open with the new figures if they are others. */
static void found_again(struct gt_tx *tx, struct gt_item *old, const struct gt_item *item)
{
    bool same = old->ours == item->ours && old->theirs == item->theirs;
    bool gone = old->state == GT_ITEM_CLOSED && old->action == GT_ITEM_AGREED;

    if ((same && !gone) || old->state == GT_ITEM_SUSPENSE)
        return;
    old->ours = item->ours;
    old->theirs = item->theirs;
    memcpy(old->note, item->note, sizeof(old->note));
    old->state = GT_ITEM_OPEN;
    old->action = GT_ITEM_NOTHING;
    old->approval_id = old->maker_id = old->checker_id = 0;
    old->closed_at = old->closed_date = 0;
    old->reason[0] = '\0';
    gt_counted_save(tx, &gt_item_row, old);
}

enum gt_err gt_item_enter(struct gt_tx *tx, const struct gt_item_found *found, int64_t key,
                          int64_t now, int64_t *id, bool *is_new)
{
    struct gt_item item, old;
    enum gt_err err = item_of(found, &item);

    *id = 0;
    if (is_new)
        *is_new = false;
    if (err != GT_OK)
        return gt_tx_fail(tx, err);
    if (gt_row_one(tx, &gt_item_row, &old, &item_by_finding, GT_TEXT(item.finding))) {
        found_again(tx, &old, &item);
        *id = old.id;
        return gt_tx_err(tx);
    }
    item.id = key;
    item.found_at = now;
    gt_row_insert(tx, &gt_item_row, &item);
    gt_census_add(tx, gt_item_row.table, 1);
    *id = key;
    if (is_new)
        *is_new = true;
    return gt_tx_err(tx);
}

enum gt_err gt_item_agree(struct gt_tx *tx, int64_t id, int64_t now, int64_t date)
{
    struct gt_item item;

    if (!gt_row_lock(tx, &gt_item_row, id, &item) || item.state != GT_ITEM_OPEN)
        return gt_tx_err(tx);
    item.state = GT_ITEM_CLOSED;
    item.action = GT_ITEM_AGREED;
    item.closed_at = now;
    item.closed_date = date;
    gt_counted_save(tx, &gt_item_row, &item);
    return gt_tx_err(tx);
}

/* --- looking -----------------------------------------------------------------------------------
 */

static size_t read_items(struct gt_tx *tx, struct gt_item *items, size_t most)
{
    size_t n = 0;

    while (n < most && gt_tx_next(tx))
        gt_row_read(tx, &gt_item_row, &items[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}

size_t gt_items_open(struct gt_tx *tx, enum gt_item_source source, const char *system,
                     int64_t org_id, int64_t biz_date, int64_t after, struct gt_item *items,
                     size_t most)
{
    if (source == GT_ITEM_SYSTEM)
        gt_tx_query(tx, &items_open_of_system, GT_INT(biz_date), GT_TEXT(system), GT_INT(after));
    else
        gt_tx_query(tx, &items_open_of_org, GT_INT(biz_date), GT_INT(org_id), GT_INT(after));
    return read_items(tx, items, most);
}

size_t gt_items_about(struct gt_tx *tx, int64_t txn_id, struct gt_item *items, size_t most)
{
    gt_tx_query(tx, &items_about, GT_INT(txn_id));
    return read_items(tx, items, most);
}

/* --- the auditor -------------------------------------------------------------------------------
 */

/* Of a drawer's item: the cash that it is about. */
static bool has_kept(struct gt_audit *a, const struct gt_item *item)
{
    struct gt_cash_back back;

    if (!gt_tx_one(a->tx, gt_cash_back_row.find, GT_INT(item->txn_id)))
        return false;
    gt_row_read_unchecked(a->tx, &gt_cash_back_row, &back);
    return back.kept && back.amount == item->ours &&
           (item->state == GT_ITEM_CLOSED || (item->suspense == back.amount && !back.given_id));
}

static void audit_item(struct gt_audit *a, const void *row)
{
    const struct gt_item *item = row;
    char hex[GT_SHA256_HEX];

    if (finding_of(item, hex) != GT_OK || strcmp(hex, item->finding) != 0)
        gt_audit_say(a, "gt_item", item->id, "is not what was found");
    if (item->txn_id && !gt_tx_one(a->tx, gt_txn_row.find, GT_INT(item->txn_id)))
        gt_audit_say(a, "gt_item", item->id, "is about a transaction that is not there");
    if (item->source == GT_ITEM_DRAWER && !has_kept(a, item))
        gt_audit_say(a, "gt_item", item->id, "is about cash that was not kept so");
    if (!gt_tx_one(a->tx, gt_org_row.find, GT_INT(item->org_id)))
        gt_audit_say(a, "gt_item", item->id, "belongs to no organisation");
    if ((item->state == GT_ITEM_CLOSED) != (item->closed_at != 0))
        gt_audit_say(a, "gt_item", item->id, "is closed without a time, or open with one");
}

GT_AUDIT(item, {&gt_item_row, audit_item, GT_COUNTED_SAVES});
