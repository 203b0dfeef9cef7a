/*
 * gridtill journal: the journal as lines, to be compared with another system's.
 *
 * It is read in pages, each a read of its own, so that a slow reader at the other end of the pipe
 * keeps no transaction open.  A row that changes between two pages is printed as it was found.
 */
#include "base/money.h"
#include "commands.h"
#include "common.h"
#include "till/txn.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define PAGE 200

struct page {
    int64_t after; /* behind this id */
    struct gt_txn *txns;
    size_t n;
};

static enum gt_err read_page(struct gt_tx *tx, void *arg)
{
    struct page *p = arg;

    p->n = 0;
    gt_tx_query(tx, gt_txn_row.scan, GT_INT(p->after));
    while (p->n < PAGE && gt_tx_next(tx))
        gt_row_read(tx, &gt_txn_row, &p->txns[p->n++]);
    return gt_tx_err(tx);
}

static void print(const struct gt_txn *txn)
{
    char amount[GT_MONEY_MAX];

    printf("%" PRId64 "\t%s\t%s\t%s\t%s\n", txn->id, gt_op_name((enum gt_op)txn->op),
           txn->customer_no, gt_money_format(txn->amount + txn->fee, amount),
           gt_txn_state_name((enum gt_txn_state)txn->state));
}

static bool wanted(const struct gt_txn *txn, int64_t date, bool pending)
{
    enum gt_op op = (enum gt_op)txn->op;

    if (!gt_op_is_money(op) && op != GT_OP_CONFIRM)
        return false;
    return (date == 0 || txn->biz_date == date) && (!pending || txn->state == GT_TXN_PENDING);
}

static int run(struct gt_cmd *cmd, const struct gt_args *args)
{
    bool pending = gt_arg_given(args, "pending");
    struct page p = {.n = PAGE};
    int64_t date = 0;

    if (!gt_cmd_date(args, "date", &date))
        return GT_EXIT_USAGE;
    enum gt_err err = gt_cmd_open(cmd);
    p.txns = calloc(PAGE, sizeof(*p.txns));
    if (err == GT_OK && !p.txns)
        err = gt_err_set(GT_ERR_NOMEM, "no memory for a page of the journal");
    while (err == GT_OK && p.n == PAGE && !ferror(stdout)) {
        err = gt_db_read(cmd->db, "journal", read_page, &p);
        for (size_t i = 0; err == GT_OK && i < p.n; i++) {
            p.after = p.txns[i].id;
            if (wanted(&p.txns[i], date, pending))
                print(&p.txns[i]);
        }
    }
    free(p.txns);
    return err == GT_OK ? GT_EXIT_OK : gt_cmd_fail(err);
}

static const struct gt_option options[] = {
    {"date", "DATE", "only intents of this business date, like 20261122"},
    {"pending", NULL, "only those that are not decided"},
    {NULL, NULL, NULL},
};

static const struct gt_verb verbs[] = {
    {"", "",
     "Prints money operations and confirmations, a line each: number, operation, customer, amount\n"
     "with fee, and state, with a tab between.",
     0, 0, options, run},
    {NULL, NULL, NULL, 0, 0, NULL, NULL},
};

const struct gt_command gt_command_journal = {"journal", "the journal as lines", verbs};
