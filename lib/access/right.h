/*
 * Rights: what a person may do, one by one.  Roles are made of them (role.h).
 *
 * A right's number is its bit in gt_role.rights: numbers are given once and never change.
 */
#ifndef GT_ACCESS_RIGHT_H
#define GT_ACCESS_RIGHT_H

#include <stdbool.h>
#include <stdint.h>

/* X(name, number, key, group, Chinese, English).  The groups are those of the menu. */
/* clang-format off */
#define GT_RIGHTS(X)                                                                              \
    X(ORG_VIEW, 0, "org.view", ORG, "查看机构", "See organisations")                              \
    X(ORG_MANAGE, 1, "org.manage", ORG, "管理机构", "Add, rename, move and disable organisations") \
    X(USER_VIEW, 2, "user.view", ORG, "查看用户", "See users")                                    \
    X(USER_MANAGE, 3, "user.manage", ORG, "管理用户", "Add, change, disable, unlock and reset users") \
    X(ROLE_VIEW, 4, "role.view", ORG, "查看角色与授权", "See roles and who has them")             \
    X(ROLE_MANAGE, 5, "role.manage", ORG, "管理角色与授权", "Make roles and grant them")          \
    X(CREDIT_VIEW, 6, "credit.view", CREDIT, "查看信用额", "See credit")                          \
    X(CREDIT_GRANT, 7, "credit.grant", CREDIT, "设置信用额", "Set credit limits, enter deposits") \
    X(CREDIT_APPROVE, 8, "credit.approve", CREDIT, "审批信用额与预存款", "Approve credit limits and deposits") \
    X(TERMINAL_VIEW, 9, "terminal.view", ORG, "查看终端", "See terminals")                        \
    X(TERMINAL_MANAGE, 10, "terminal.manage", ORG, "管理终端", "Register, bind, rotate and disable terminals") \
    X(PARAM_VIEW, 11, "param.view", SYSTEM, "查看参数", "See parameters")                         \
    X(PARAM_MANAGE, 12, "param.manage", SYSTEM, "设置参数", "Set parameters")                     \
    X(SYSTEM_VIEW, 13, "system.view", SYSTEM, "查看营销系统", "See marketing systems")            \
    X(SYSTEM_MANAGE, 14, "system.manage", SYSTEM, "测试营销系统", "Test marketing systems")       \
    X(TXN_VIEW, 15, "txn.view", TXN, "查询交易", "See transactions")                              \
    X(TXN_DECIDE, 16, "txn.decide", TXN, "处理未决交易", "Decide transactions in doubt")          \
    X(APPROVAL_VIEW, 17, "approval.view", TXN, "查看审批", "See what waits for approval")         \
    X(OPLOG_VIEW, 18, "oplog.view", SYSTEM, "查看操作日志", "See the operation log")              \
    X(HEALTH_VIEW, 19, "health.view", SYSTEM, "查看健康状况", "See the health of the platform")   \
    X(STATS_VIEW, 20, "stats.view", STATS, "查看工作台与统计", "See dashboard and statistics")    \
    X(COLLECT, 21, "cashier.collect", TILL, "收费", "Collect")                                    \
    X(REVERSE, 22, "cashier.reverse", TILL, "冲正", "Reverse one's own transactions")             \
    X(NAME_FULL, 23, "name.full", TXN, "查看客户全名", "See customers' full names")               \
    X(EXPORT, 24, "list.export", STATS, "导出", "Export lists")                                  \
    X(SHIFT_MANAGE, 25, "shift.manage", TILL, "代为交班", "See shifts, count and close those of others") \
    X(REMIT_VIEW, 26, "remit.view", BOOKS, "查看解缴", "See remittance")                          \
    X(REMIT_SEND, 27, "remit.send", BOOKS, "解缴机构款项", "Remit what an organisation received") \
    X(REMIT_CONFIRM, 28, "remit.confirm", BOOKS, "确认解缴", "Receive, return and bank remittance slips") \
    X(REFUND_APPROVE, 29, "refund.approve", TXN, "审批退费", "Approve refunds and late reversals") \
    X(DATE_VIEW, 30, "date.view", BOOKS, "查看日切", "See business date and clearing dates")      \
    X(DATE_CUT, 31, "date.cut", BOOKS, "日切", "Move business date and clearing dates") \
    X(RECON_VIEW, 32, "recon.view", BOOKS, "查看接口对账", "See reconciliation with marketing systems") \
    X(RECON_RUN, 33, "recon.run", BOOKS, "执行接口对账", "Reconcile with marketing systems") \
    X(DAY_VIEW, 34, "day.view", BOOKS, "查看日结", "See day closes")                              \
    X(DAY_DECLARE, 35, "day.declare", BOOKS, "申报日结", "Declare the day of an organisation")    \
    X(DAY_CONFIRM, 36, "day.confirm", BOOKS, "确认下级日结", "Confirm and return the day closes of those below") \
    X(ITEM_VIEW, 37, "item.view", BOOKS, "查看差错", "See differences")                           \
    X(ITEM_SETTLE, 38, "item.settle", BOOKS, "处理差错", "Ask for what is done with differences") \
    X(ITEM_DECIDE, 39, "item.decide", BOOKS, "审批差错处理", "Approve what is done with differences") \
    X(LEDGER_VIEW, 40, "ledger.view", BOOKS, "查看分类账", "See the ledger")                            \
    X(READ, 41, "meter.read", TILL, "抄表", "Read meters")                                        \
    X(VOID, 42, "cashier.void", TILL, "作废凭证号", "Make receipt numbers void")
/* clang-format on */

enum gt_right {
#define GT_X(name, number, key, group, zh, en) GT_RIGHT_##name = number,
    GT_RIGHTS(GT_X)
#undef GT_X
        GT_RIGHT__MAX
};

enum gt_right_group {
    GT_RIGHTS_ORG,
    GT_RIGHTS_CREDIT,
    GT_RIGHTS_TXN,
    GT_RIGHTS_STATS,
    GT_RIGHTS_BOOKS,
    GT_RIGHTS_TILL,
    GT_RIGHTS_SYSTEM,
    GT_RIGHTS__MAX
};

/* The set that holds one right; a set of rights is an int64_t. */
#define GT_RIGHT_BIT(right) (INT64_C(1) << (right))
/* The set of all rights. */
#define GT_RIGHTS_ALL (GT_RIGHT_BIT(GT_RIGHT__MAX) - 1)

struct gt_right_info {
    const char *key; /* "org.view": in addresses, files and the operation log */
    enum gt_right_group group;
    const char *zh, *en; /* what people read */
};

/* The entry of a right.  Static. */
const struct gt_right_info *gt_right_info(enum gt_right right);
/* The right called `key`; false if there is none. */
bool gt_right_find(const char *key, enum gt_right *right);
/* The name of a group, Chinese or English.  Static. */
const char *gt_right_group_name(enum gt_right_group group, bool english);

#endif
