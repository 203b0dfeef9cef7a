/*
 * Receipts: numbers, prints, and the lines that a terminal prints.
 */
#include "till/receipt.h"

#include "access/state.h"
#include "base/money.h"
#include "base/text.h"
#include "till/flow.h"

#include <inttypes.h>
#include <string.h>

GT_ROW_DEFINE_KEPT(gt_series, GT_SERIES_COLS);
GT_ROW_DEFINE(gt_receipt, GT_RECEIPT_COLS);

int64_t gt_series_next(struct gt_tx *tx, int64_t user_id)
{
    struct gt_series series;

    if (gt_row_find(tx, &gt_series_row, user_id, &series)) {
        series.last_no++;
        gt_row_save(tx, &gt_series_row, &series);
    } else {
        series = (struct gt_series){.id = user_id, .last_no = 1};
        gt_row_insert(tx, &gt_series_row, &series);
        gt_census_add(tx, "gt_series", 1);
    }
    return series.last_no;
}

int64_t gt_receipt_take(struct gt_tx *tx, const struct gt_txn *txn)
{
    struct gt_receipt receipt = {.id = txn->id, .user_id = txn->user_id};

    receipt.receipt_no = gt_series_next(tx, txn->user_id);
    gt_row_insert(tx, &gt_receipt_row, &receipt);
    return receipt.receipt_no;
}

struct printing {
    const struct gt_actor *actor;
    int64_t txn_id;
    int64_t seen; /* prints there were before, if it is to be counted only then */
    bool once;
    struct gt_txn txn;
    struct gt_receipt receipt;
    struct gt_org org;
    enum gt_outcome outcome;
};

static enum gt_err print_find(struct gt_tx *tx, void *arg)
{
    struct printing *p = arg;

    p->outcome = GT_OUT_ABSENT;
    if (!gt_row_find(tx, &gt_txn_row, p->txn_id, &p->txn) || !gt_flow_may_see(p->actor, &p->txn))
        return gt_tx_err(tx);
    p->outcome = GT_OUT_NO_RECEIPT;
    if (!gt_row_find(tx, &gt_receipt_row, p->txn_id, &p->receipt))
        return gt_tx_err(tx);
    if (!gt_row_find(tx, &gt_org_row, p->txn.org_id, &p->org))
        p->org.name[0] = '\0';
    p->outcome = GT_OUT_OK;
    return gt_tx_err(tx);
}

static enum gt_err print_count(struct gt_tx *tx, void *arg)
{
    struct printing *p = arg;

    if (print_find(tx, p) != GT_OK || p->outcome != GT_OUT_OK ||
        (p->once && p->receipt.prints != p->seen))
        return gt_tx_err(tx);
    p->receipt.prints++;
    gt_row_save(tx, &gt_receipt_row, &p->receipt);
    return gt_tx_err(tx);
}

static const char *business_name(const struct gt_txn *txn)
{
    bool card = txn->card_no[0] != '\0';

    switch ((enum gt_op)txn->op) {
    case GT_OP_PAY:
        return "电费缴费";
    case GT_OP_RECHARGE:
        return card ? "充值（购电卡）" : "充值（远程）";
    case GT_OP_OPEN:
        return "开户购电";
    case GT_OP_REPLACE:
        return "补卡";
    case GT_OP_REVERSE:
        return "冲正";
    case GT_OP_REFUND:
        return "退费";
    default:
        return gt_op_name((enum gt_op)txn->op);
    }
}

static const char *method_name(const char *method)
{
    static const char *const names[][2] = {{"cash", "现金"},   {"card", "银行卡"},
                                           {"wechat", "微信"}, {"alipay", "支付宝"},
                                           {"cheque", "支票"}, {"transfer", "转账"}};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(names[i][0], method) == 0)
            return names[i][1];
    return method;
}

static void put_heading(struct gt_buf *b, const struct gt_txn *txn,
                        const struct gt_receipt *receipt)
{
    gt_buf_puts(b, txn->op == GT_OP_REVERSE  ? "电费冲正凭证"
                   : txn->op == GT_OP_REFUND ? "电费退费凭证"
                                             : "电费缴费凭证");
    if (receipt->prints > 1)
        gt_buf_printf(b, "（补打 %" PRId64 "）", receipt->prints - 1);
    if (txn->state == GT_TXN_REVERSED)
        gt_buf_puts(b, "（已冲正，作废）");
    else if (txn->state == GT_TXN_REFUNDED)
        gt_buf_puts(b, "（已退费，作废）");
    gt_buf_printf(b, "\n凭证号 %s-%07" PRId64 "\n", txn->operator_no, receipt->receipt_no);
}

static void put_customer(struct gt_buf *b, const struct gt_txn *txn)
{
    char name[sizeof(txn->customer_name)];

    gt_mask_name(txn->customer_name, name, sizeof(name));
    gt_buf_printf(b, "户号 %s", txn->customer_no);
    if (name[0])
        gt_buf_printf(b, "   户名 %s", name);
    gt_buf_puts(b, "\n");
    if (txn->meter_no[0])
        gt_buf_printf(b, "表号 %s   ", txn->meter_no);
    gt_buf_printf(b, "业务 %s\n", business_name(txn));
    if (txn->card_no[0] && txn->purchase_count)
        gt_buf_printf(b, "卡号 %s   购电次数 %" PRId64 "\n", txn->card_no, txn->purchase_count);
}

static void put_money(struct gt_buf *b, const struct gt_txn *txn)
{
    int64_t due = txn->amount + txn->fee;
    int64_t shown = gt_op_gives_back((enum gt_op)txn->op) ? -due : due;
    char text[GT_MONEY_MAX];

    gt_buf_printf(b, "金额 ¥%s\n大写 ", gt_money_format(shown, text));
    gt_money_words(b, shown);
    if (txn->advance)
        gt_buf_printf(b, "\n其中预收 ¥%s", gt_money_format(txn->advance, text));
    gt_buf_printf(b, "\n方式 %s", method_name(txn->method));
    if (txn->tendered >= due && !gt_op_gives_back((enum gt_op)txn->op)) {
        gt_buf_printf(b, "  收款 ¥%s", gt_money_format(txn->tendered, text));
        gt_buf_printf(b, "  找零 ¥%s", gt_money_format(txn->tendered - due, text));
    }
    gt_buf_puts(b, "\n");
}

static void put_number(struct gt_buf *b, const char *label, int64_t id)
{
    int64_t tail = 10000000000;

    gt_buf_printf(b, "%s %" PRId64 " %010" PRId64 "\n", label, id / tail, id % tail);
}

void gt_receipt_write(struct gt_buf *lines, const struct gt_txn *txn,
                      const struct gt_receipt *receipt, const char *bureau, const char *org,
                      int tz_minutes)
{
    char time[GT_TIME_MAX];

    gt_buf_printf(lines, "%s %s\n", bureau, org);
    put_heading(lines, txn, receipt);
    put_customer(lines, txn);
    put_money(lines, txn);
    put_number(lines, "流水号", txn->id);
    if (gt_op_gives_back((enum gt_op)txn->op))
        put_number(lines, "原流水号", txn->orig_id);
    gt_buf_printf(lines, "时间 %s  收费员 %s\n", gt_time_format(txn->decided_at, tz_minutes, time),
                  txn->operator_no);
}

/* What was found and counted, as lines; `err` is what that came to. */
static enum gt_err print_write(const struct gt_till *till, const struct printing *p,
                               enum gt_err err, const char *bureau, struct gt_buf *lines,
                               int64_t *prints, enum gt_outcome *outcome)
{
    if (err)
        return gt_err_add(err, "receipt of %" PRId64, p->txn_id);
    *outcome = p->outcome;
    if (p->outcome != GT_OUT_OK)
        return GT_OK;
    *prints = p->receipt.prints;
    gt_receipt_write(lines, &p->txn, &p->receipt, bureau, p->org.name, till->tz_minutes);
    return gt_buf_err(lines);
}

enum gt_err gt_till_receipt(const struct gt_till *till, const struct gt_actor *actor,
                            const char *bureau, int64_t txn_id, struct gt_buf *lines,
                            int64_t *prints, enum gt_outcome *outcome)
{
    struct printing p = {.actor = actor, .txn_id = txn_id};
    enum gt_err err = gt_db_transact(till->db, "receipt.print", print_count, &p);

    return print_write(till, &p, err, bureau, lines, prints, outcome);
}

enum gt_err gt_till_receipt_once(const struct gt_till *till, const struct gt_actor *actor,
                                 const char *bureau, int64_t txn_id, int64_t seen,
                                 struct gt_buf *lines, int64_t *prints, enum gt_outcome *outcome)
{
    struct printing p = {.actor = actor, .txn_id = txn_id, .seen = seen, .once = true};
    enum gt_err err = seen < 0 ? gt_db_read(till->db, "receipt.show", print_find, &p)
                               : gt_db_transact(till->db, "receipt.print", print_count, &p);

    return print_write(till, &p, err, bureau, lines, prints, outcome);
}
