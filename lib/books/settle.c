/*
 * Actions on items: asked for, decided, done.
 *
 * Not here: lists of items, notes and files beside them (item_view.c).
 */
#include "books/settle.h"

#include "access/approval.h"
#include "access/state.h"
#include "base/step.h"
#include "books/kept.h"
#include "books/resend.h"
#include "till/audit.h"
#include "till/bag.h"
#include "till/ledger.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const way_names[GT_WAY__MAX] = {[GT_WAY_SYSTEM] = "system",
                                                   [GT_WAY_BANK] = "bank",
                                                   [GT_WAY_WRITE_OFF] = "write_off",
                                                   [GT_WAY_CASH] = "cash"};

const char *gt_settle_way_name(enum gt_settle_way way)
{
    return way > GT_WAY_NONE && way < GT_WAY__MAX ? way_names[way] : "none";
}

bool gt_settle_way_find(const char *name, enum gt_settle_way *way)
{
    for (int i = 1; i < GT_WAY__MAX; i++) {
        if (strcmp(name, way_names[i]) != 0)
            continue;
        *way = (enum gt_settle_way)i;
        return true;
    }
    return false;
}

bool gt_item_action_find(const char *name, enum gt_item_action *action)
{
    for (int i = GT_ITEM_ACCEPT; i < GT_ITEM_ACTION__MAX; i++) {
        if (strcmp(name, gt_item_action_name((enum gt_item_action)i)) != 0)
            continue;
        *action = (enum gt_item_action)i;
        return true;
    }
    return false;
}

/* --- what an item permits ----------------------------------------------------------------------
 */

bool gt_settle_way_ok(const struct gt_item *item, enum gt_settle_way way)
{
    if (way <= GT_WAY_NONE || way >= GT_WAY__MAX)
        return false;
    return way != (item->source == GT_ITEM_DRAWER ? GT_WAY_SYSTEM : GT_WAY_CASH);
}

int64_t gt_settle_amount(const struct gt_item *item, enum gt_item_action action)
{
    bool money = item->source == GT_ITEM_SYSTEM && item->class != GT_ITEM_OTHER_DATE;

    switch (action) {
    case GT_ITEM_ADJUST:
    case GT_ITEM_TO_SUSPENSE:
        return money ? item->ours - item->theirs : 0;
    case GT_ITEM_CLEAR:
        return item->suspense;
    default:
        return 0;
    }
}

static bool is_not(const char **zh, const char **en, const char *why_zh, const char *why_en)
{
    *zh = why_zh;
    *en = why_en;
    return false;
}

/* Whether the transaction of the item was taken back since. */
static bool taken_back(struct gt_tx *tx, const struct gt_item *item)
{
    struct gt_txn txn;

    return item->txn_id && gt_row_find(tx, &gt_txn_row, item->txn_id, &txn) &&
           gt_txn_taken_back(&txn);
}

bool gt_settle_allowed(struct gt_tx *tx, const struct gt_item *item, enum gt_item_action action,
                       const char **zh, const char **en)
{
    if (item->state == GT_ITEM_CLOSED)
        return is_not(zh, en, "已经处理完毕", "it is closed");
    if (item->action == GT_ITEM_SEND_AGAIN)
        return is_not(zh, en, "正在重发，请等待上级答复",
                      "it is being sent again: wait for the answer");
    if ((item->state == GT_ITEM_SUSPENSE) != (action == GT_ITEM_CLEAR))
        return action == GT_ITEM_CLEAR ? is_not(zh, en, "没有挂账", "nothing of it is in suspense")
                                       : is_not(zh, en, "已挂账，只能清账",
                                                "its money is in suspense and has to be cleared");
    switch (action) {
    case GT_ITEM_ACCEPT:
    case GT_ITEM_CLEAR:
        return true;
    case GT_ITEM_ADJUST:
    case GT_ITEM_TO_SUSPENSE:
        return gt_settle_amount(item, action)
                   ? true
                   : is_not(zh, en, "双方金额没有差额", "there is no difference of money");
    case GT_ITEM_REVERSE:
    case GT_ITEM_REFUND:
        return taken_back(tx, item)
                   ? true
                   : is_not(zh, en, "请先对该交易办理冲正或退费",
                            "its transaction has to be reversed or refunded first");
    case GT_ITEM_SEND_AGAIN:
        return gt_resend_can(tx, item)
                   ? true
                   : is_not(zh, en, "只有我方单边、不写卡的成功交易可以重发",
                            "only a standing sale without a card, that only we have, can be");
    default:
        return is_not(zh, en, "没有这种处理", "there is no such action");
    }
}

enum gt_item_action gt_settle_proposed(struct gt_tx *tx, const struct gt_item *item)
{
    if (item->state == GT_ITEM_SUSPENSE)
        return GT_ITEM_CLEAR;
    if (taken_back(tx, item))
        return GT_ITEM_REVERSE;
    return gt_settle_amount(item, GT_ITEM_TO_SUSPENSE) ? GT_ITEM_TO_SUSPENSE : GT_ITEM_ACCEPT;
}

/* --- postings ----------------------------------------------------------------------------------
 */

/* The lines of an action that moves `amount`; how many. */
static int settle_lines(const struct gt_item *item, enum gt_item_action action,
                        enum gt_settle_way way, int64_t amount,
                        struct gt_line lines[GT_LEDGER_LINES])
{
    const char *kept = amount > 0 ? "over" : "loss";
    int n = 0;

    if (action == GT_ITEM_CLEAR)
        n = gt_line_add(lines, n, "suspense", "", amount);
    else
        n = gt_line_add(lines, n, "payable", item->system, amount);
    if (action == GT_ITEM_TO_SUSPENSE)
        return gt_line_add(lines, n, "suspense", "", -amount);
    if (action == GT_ITEM_ADJUST || way == GT_WAY_WRITE_OFF)
        return gt_line_add(lines, n, kept, "", -amount);
    if (way == GT_WAY_SYSTEM)
        return gt_line_add(lines, n, "payable", item->system, -amount);
    return gt_line_add(lines, n, "bank", "", -amount);
}

/* --- asking ------------------------------------------------------------------------------------
 */

struct asking {
    const struct gt_by *by;
    const struct gt_settle_form *form;
    struct gt_refusal *no;
    int64_t key, safe_key;
};

/* Refuses an action that the item does not permit. */
static enum gt_err refuse_action(struct gt_tx *tx, const struct gt_item *item,
                                 enum gt_item_action action, struct gt_refusal *no)
{
    const char *zh = "", *en = "";

    if (gt_settle_allowed(tx, item, action, &zh, &en) || gt_tx_err(tx) != GT_OK)
        return gt_tx_err(tx);
    enum gt_err err = gt_refuse_named(no, GT_WHY_ITEM_ACTION, "action", zh, en);
    return gt_tx_fail(tx, err);
}

/* Finds the item for somebody who may settle it. */
static enum gt_err find_item(struct gt_tx *tx, const struct gt_by *by, int64_t id,
                             struct gt_item *item, struct gt_refusal *no)
{
    if (!gt_row_lock(tx, &gt_item_row, id, item))
        return gt_tx_refuse(tx, no, GT_WHY_ABSENT, "", 0, NULL);
    return gt_by_may(tx, by, GT_RIGHT_ITEM_SETTLE, item->org_id, NULL, no);
}

static void log_action(struct gt_tx *tx, const struct gt_by *by, const char *what,
                       const char *object, enum gt_item_action action)
{
    char detail[40];

    (void)snprintf(detail, sizeof(detail), "action=%s", gt_item_action_name(action));
    gt_oplog_add(tx, by->logger, what, object, detail);
}

static enum gt_err ask_in(struct gt_tx *tx, void *arg)
{
    const struct asking *a = arg;
    const struct gt_settle_form *f = a->form;
    struct gt_approval row = {.id = a->key, .kind = GT_SETTLE_KIND, .object_id = f->item_id};
    struct gt_approval waits;
    struct gt_item item;

    *a->no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (find_item(tx, a->by, f->item_id, &item, a->no) != GT_OK ||
        refuse_action(tx, &item, f->action, a->no) != GT_OK)
        return gt_tx_err(tx);
    if (f->action == GT_ITEM_CLEAR && !gt_settle_way_ok(&item, f->way))
        return gt_tx_fail(tx, gt_refuse_named(a->no, GT_WHY_ITEM_ACTION, "way", "请选择款项去向",
                                              "choose where the money goes"));
    if (gt_approvals_about(tx, GT_SETTLE_KIND, item.id, &waits, 1) > 0)
        return gt_tx_refuse(tx, a->no, GT_WHY_ITEM_ASKED, "", 0, NULL);
    row.org_id = item.org_id;
    (void)snprintf(row.object, sizeof(row.object), "item %" PRId64, item.id);
    GT_FIELD_COPY(row.reason, f->reason);
    if (gt_asked_put(row.asked, "action", f->action) != GT_OK ||
        gt_asked_put(row.asked, "way", f->action == GT_ITEM_CLEAR ? f->way : GT_WAY_NONE) !=
            GT_OK ||
        gt_asked_put(row.asked, "amount", gt_settle_amount(&item, f->action)) != GT_OK ||
        gt_asked_put(row.asked, "safe", a->safe_key) != GT_OK)
        return gt_tx_fail(tx, GT_ERR_TOOBIG);
    if (gt_approval_ask(tx, a->by, &row, a->no) != GT_OK)
        return gt_tx_err(tx);
    item.approval_id = row.id;
    gt_counted_save(tx, &gt_item_row, &item);
    log_action(tx, a->by, "item.ask", row.object, f->action);
    return gt_tx_err(tx);
}

enum gt_err gt_settle_ask(const struct gt_by *by, const struct gt_settle_form *form,
                          int64_t *approval, struct gt_refusal *no)
{
    struct asking a = {.by = by, .form = form, .no = no};

    if (form->action < GT_ITEM_ACCEPT || form->action >= GT_ITEM_ACTION__MAX)
        return gt_refuse_named(no, GT_WHY_ITEM_ACTION, "action", "请选择处理方式",
                               "choose what is to be done");
    if (form->action == GT_ITEM_CLEAR && (form->way <= GT_WAY_NONE || form->way >= GT_WAY__MAX))
        return gt_refuse_named(no, GT_WHY_ITEM_ACTION, "way", "请选择款项去向",
                               "choose where the money goes");
    enum gt_err err = gt_key_next(by->src, "approval", &a.key);
    if (err == GT_OK)
        err = gt_key_next(by->src, "account", &a.safe_key);
    GT_STEP("item.asking");
    if (err == GT_OK)
        err = gt_db_transact(by->db, "item.ask", ask_in, &a);
    GT_STEP("item.asked");
    if (err == GT_OK)
        *approval = a.key;
    return err;
}

/* --- deciding ----------------------------------------------------------------------------------
 */

/* Whose transaction it is does not decide about it. */
static enum gt_err refuse_own(struct gt_tx *tx, const struct gt_by *by, const struct gt_item *item,
                              struct gt_refusal *no)
{
    struct gt_txn txn;

    if (item->txn_id && gt_row_find(tx, &gt_txn_row, item->txn_id, &txn) &&
        txn.user_id == by->user_id)
        return gt_tx_refuse(tx, no, GT_WHY_IS_SELF, "", 0, NULL);
    return gt_tx_err(tx);
}

/* The account in whose books the posting stands. */
static enum gt_err find_books(struct gt_tx *tx, const struct gt_approval *asked,
                              const struct gt_item *item, struct gt_account *account,
                              struct gt_refusal *no)
{
    if (item->source == GT_ITEM_DRAWER)
        return gt_kept_account(tx, item, account, no);
    gt_account_safe(tx, item->org_id, gt_asked_get(asked->asked, "safe"), account);
    return gt_tx_err(tx);
}

static enum gt_err post(struct gt_tx *tx, const struct gt_by *by, const struct gt_approval *asked,
                        const struct gt_item *item, int64_t date, const int64_t *keys,
                        struct gt_refusal *no)
{
    enum gt_item_action action = (enum gt_item_action)gt_asked_get(asked->asked, "action");
    enum gt_settle_way way = (enum gt_settle_way)gt_asked_get(asked->asked, "way");
    int64_t amount = gt_asked_get(asked->asked, "amount");
    struct gt_bag bag = {.count = GT_APPROVAL_KEYS};
    struct gt_line lines[GT_LEDGER_LINES];
    struct gt_account account;

    if (!amount)
        return gt_tx_err(tx);
    if (way == GT_WAY_CASH)
        return gt_kept_give(tx, item, no);
    memcpy(bag.key, keys, GT_APPROVAL_KEYS * sizeof(keys[0]));
    if (find_books(tx, asked, item, &account, no) != GT_OK)
        return gt_tx_err(tx);
    gt_ledger_book(tx, &account, GT_POSTING_ITEM, asked->id, date, gt_now(by->clock), lines,
                   settle_lines(item, action, way, amount, lines), &bag);
    gt_row_save(tx, &gt_account_row, &account);
    return gt_tx_err(tx);
}

static enum gt_err item_apply(struct gt_tx *tx, const struct gt_by *by,
                              const struct gt_approval *asked, const int64_t *keys,
                              struct gt_refusal *no)
{
    enum gt_item_action action = (enum gt_item_action)gt_asked_get(asked->asked, "action");
    struct gt_item item;
    struct gt_state state;

    gt_state_read(tx, &state);
    if (!gt_row_lock(tx, &gt_item_row, asked->object_id, &item))
        return gt_tx_refuse(tx, no, GT_WHY_ABSENT, "", 0, NULL);
    if (refuse_own(tx, by, &item, no) != GT_OK || refuse_action(tx, &item, action, no) != GT_OK)
        return gt_tx_err(tx);
    if (gt_settle_amount(&item, action) != gt_asked_get(asked->asked, "amount"))
        return gt_tx_refuse(tx, no, GT_WHY_CHANGED, "", 0, NULL);
    if (post(tx, by, asked, &item, state.biz_date, keys, no) != GT_OK)
        return gt_tx_err(tx);
    item.suspense = action == GT_ITEM_TO_SUSPENSE ? item.ours - item.theirs : 0;
    item.state = action == GT_ITEM_TO_SUSPENSE  ? GT_ITEM_SUSPENSE
                 : action == GT_ITEM_SEND_AGAIN ? GT_ITEM_OPEN /* the worker ends it */
                                                : GT_ITEM_CLOSED;
    item.closed_at = item.state == GT_ITEM_CLOSED ? gt_now(by->clock) : 0;
    item.closed_date = item.state == GT_ITEM_CLOSED ? state.biz_date : 0;
    item.action = action;
    item.maker_id = asked->maker_id;
    item.checker_id = by->user_id;
    GT_FIELD_COPY(item.reason, asked->reason);
    gt_counted_save(tx, &gt_item_row, &item);
    log_action(tx, by, "item.settle", asked->object, action);
    return gt_tx_err(tx);
}

GT_APPROVAL(item_settle, {.key = GT_SETTLE_KIND,
                          .zh = "差错处理",
                          .en = "What is done with a difference",
                          .ask = GT_RIGHT_ITEM_SETTLE,
                          .decide = GT_RIGHT_ITEM_DECIDE,
                          .apply = item_apply});

/* --- the auditor -------------------------------------------------------------------------------
 */

static bool find_unchecked(struct gt_audit *a, const struct gt_row *def, int64_t id, void *row)
{
    return gt_tx_one(a->tx, def->find, GT_INT(id)) &&
           (gt_row_read_unchecked(a->tx, def, row), true);
}

/* The lines that an item's posting must have, by the approval it was made under. */
static int audit_lines(struct gt_audit *a, const struct gt_posting *posting,
                       struct gt_line lines[GT_LEDGER_LINES])
{
    struct gt_approval asked;
    struct gt_item item;

    if (!find_unchecked(a, &gt_approval_row, posting->of_id, &asked) ||
        asked.state != GT_APPROVAL_APPROVED || strcmp(asked.kind, GT_SETTLE_KIND) != 0 ||
        !find_unchecked(a, &gt_item_row, asked.object_id, &item))
        return -1;
    return settle_lines(&item, (enum gt_item_action)gt_asked_get(asked.asked, "action"),
                        (enum gt_settle_way)gt_asked_get(asked.asked, "way"),
                        gt_asked_get(asked.asked, "amount"), lines);
}

GT_AUDIT_MADE(item_posting, {GT_POSTING_ITEM, audit_lines});
