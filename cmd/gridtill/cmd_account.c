/*
 * gridtill account: credit accounts of cashiers and agents.
 *
 * Limits only.  Money that is paid in is remittance, which needs two persons.
 */
#include "access/user.h"
#include "commands.h"
#include "common.h"
#include "record.h"
#include "till/credit.h"

/* Whose account: one of the two. */
struct owner {
    const char *operator_no;
    const char *agent; /* code of the organisation */
};

static void fill(struct gt_record *r, const void *row)
{
    const struct gt_account *account = row;
    *r = (struct gt_record){.n = 0};
    gt_record_int(r, "id", 8, account->id);
    gt_record_text(r, "kind", 8, account->kind == GT_ACCOUNT_AGENT ? "agent" : "cashier");
    gt_record_int(r, "owner_id", 8, account->owner_id);
    gt_record_int(r, "org_id", 8, account->org_id);
    gt_record_text(r, "state", 9, account->state == GT_ACCOUNT_ENABLED ? "enabled" : "suspended");
    gt_record_money(r, "deposit", 12, account->deposit);
    gt_record_money(r, "credit_limit", 12, account->credit_limit);
    gt_record_money(r, "unremitted", 12, account->unremitted);
    gt_record_money(r, "held", 12, account->held);
    gt_record_money(r, "available", 12, gt_account_available(account));
    gt_record_money(r, "limit_txn", 0, account->limit_txn);
    gt_record_money(r, "limit_day", 0, account->limit_day);
    gt_record_int(r, "txn_count", 0, account->txn_count);
}

static const struct gt_option show_options[] = {
    {"operator", "NO", "account of this operator"},
    {"agent", "CODE", "account of this agent organisation"},
    {NULL, NULL, NULL},
};

static bool read_owner(const struct gt_args *args, struct owner *owner)
{
    owner->operator_no = gt_arg(args, "operator");
    owner->agent = gt_arg(args, "agent");
    if (!owner->operator_no == !owner->agent) {
        gt_args_wrong(args, "whose: --operator NO or --agent CODE");
        return false;
    }
    return true;
}

/* In a transaction: the account; without one the transaction fails. */
static void find_account(struct gt_tx *tx, const struct owner *owner, struct gt_account *account)
{
    struct gt_user user;
    struct gt_org org;
    bool found;

    if (owner->operator_no)
        found = gt_user_by_operator(tx, owner->operator_no, &user) &&
                gt_row_find(tx, &gt_account_row, user.account_id, account);
    else
        found = gt_org_by_code(tx, owner->agent, &org) &&
                gt_account_by_owner(tx, GT_ACCOUNT_AGENT, org.id, account);
    if (!found && gt_tx_err(tx) == GT_OK)
        gt_tx_fail(tx, gt_err_set(GT_ERR_ABSENT, "%s has no credit account",
                                  owner->operator_no ? owner->operator_no : owner->agent));
}

struct found {
    struct owner owner;
    struct gt_account account;
};

static enum gt_err read_one(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;

    find_account(tx, &f->owner, &f->account);
    return gt_tx_err(tx);
}

/* --- limit ------------------------------------------------------------------------------------ */

static int run_limit(struct gt_cmd *cmd, const struct gt_args *args)
{
    struct gt_limit_form form = {.seen = -1, .credit = -1, .txn = -1, .day = -1};
    struct found f = {.account = {.id = 0}};
    struct gt_refusal no;
    struct gt_record r;
    int64_t approval;

    if (!read_owner(args, &f.owner) || !gt_cmd_money(args, "credit", &form.credit) ||
        !gt_cmd_money(args, "txn", &form.txn) || !gt_cmd_money(args, "day", &form.day))
        return GT_EXIT_USAGE;
    if (form.credit < 0 && form.txn < 0 && form.day < 0)
        return gt_args_wrong(args, "which limit: --credit, --txn or --day");
    enum gt_err err = gt_cmd_open(cmd);
    struct gt_by by = gt_cmd_by(cmd);
    if (err == GT_OK)
        err = gt_cmd_log(cmd);
    if (err == GT_OK)
        err = gt_db_read(cmd->db, "account.find", read_one, &f);
    if (err == GT_OK)
        err = gt_credit_limit(&by, f.account.id, &form, &approval, &no);
    if (err == GT_OK)
        err = gt_db_read(cmd->db, "account.show", read_one, &f);
    if (err != GT_OK)
        return gt_cmd_fail(err);
    fill(&r, &f.account);
    gt_record_show(&r, cmd->json);
    return GT_EXIT_OK;
}

/* --- show and list ---------------------------------------------------------------------------- */

static int run_show(struct gt_cmd *cmd, const struct gt_args *args)
{
    struct found f = {0};
    struct gt_record r;

    if (!read_owner(args, &f.owner))
        return GT_EXIT_USAGE;
    enum gt_err err = gt_cmd_open(cmd);
    if (err == GT_OK)
        err = gt_db_read(cmd->db, "account.show", read_one, &f);
    if (err != GT_OK)
        return gt_cmd_fail(err);
    fill(&r, &f.account);
    gt_record_show(&r, cmd->json);
    return GT_EXIT_OK;
}

static int run_list(struct gt_cmd *cmd, const struct gt_args *args)
{
    (void)args;
    return gt_listing_table(cmd, &gt_account_row, fill);
}

static const struct gt_option limit_options[] = {
    {"operator", "NO", "account of this operator"},
    {"agent", "CODE", "account of this agent organisation"},
    {"credit", "YUAN", "credit limit: collected and not yet remitted"},
    {"txn", "YUAN", "most of one transaction, 0: no limit"},
    {"day", "YUAN", "most of one business date, 0: no limit"},
    {NULL, NULL, NULL},
};

static const struct gt_verb verbs[] = {
    {"list", "", "Lists accounts with what is available.", 0, 0, NULL, run_list},
    {"show", "", "Shows one.", 0, 0, show_options, run_show},
    {"limit", "", "Sets limits.", 0, 0, limit_options, run_limit},
    {NULL, NULL, NULL, 0, 0, NULL, NULL},
};

const struct gt_command gt_command_account = {"account", "credit accounts and their limits", verbs};
