/*
 * Lists of what belongs to an organisation.
 *
 * Each statement reads an index in its order, so that nothing is sorted and nothing beyond the rows
 * that are shown is read.
 */
#include "access/browse.h"

GT_STMT(orgs_below, "SELECT {top 50} " GT_ROW_NAMES(
                        GT_ORG_COLS) " FROM gt_org WHERE parent_id = ? AND code > ? "
                                     "ORDER BY code {limit 50}");
GT_STMT(orgs_below_all, "SELECT {top 50} " GT_ROW_NAMES(
                            GT_ORG_COLS) " FROM gt_org WHERE parent_id = ? ORDER BY code "
                                         "{limit 50}");
GT_STMT(users_of_org, "SELECT {top 50} " GT_ROW_NAMES(
                          GT_USER_COLS) " FROM gt_user WHERE org_id = ? AND id > ? ORDER BY id "
                                        "{limit 50}");
GT_STMT(terminals_of_org, "SELECT {top 50} " GT_ROW_NAMES(
                              GT_TERMINAL_COLS) " FROM gt_terminal WHERE org_id = ? AND id > ? "
                                                "ORDER BY id {limit 50}");
GT_STMT(terminals_of_user,
        "SELECT {top 50} " GT_ROW_NAMES(GT_TERMINAL_COLS) " FROM gt_terminal WHERE id IN (SELECT "
                                                          "b.terminal_id FROM gt_binding b WHERE "
                                                          "b.user_id = ?) AND id > ? ORDER BY id "
                                                          "{limit 50}");

size_t gt_orgs_below(struct gt_tx *tx, int64_t parent_id, const char *after, struct gt_org *orgs,
                     size_t most)
{
    size_t n = 0;

    /* An empty text would be bound as NULL, which nothing is greater than. */
    if (*after)
        gt_tx_query(tx, &orgs_below, GT_INT(parent_id), GT_TEXT(after));
    else
        gt_tx_query(tx, &orgs_below_all, GT_INT(parent_id));
    while (n < most && gt_tx_next(tx))
        gt_row_read(tx, &gt_org_row, &orgs[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}

size_t gt_users_of_org(struct gt_tx *tx, int64_t org_id, int64_t after, struct gt_user *users,
                       size_t most)
{
    size_t n = 0;

    gt_tx_query(tx, &users_of_org, GT_INT(org_id), GT_INT(after));
    while (n < most && gt_tx_next(tx))
        gt_row_read(tx, &gt_user_row, &users[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}

size_t gt_terminals_of_org(struct gt_tx *tx, int64_t org_id, int64_t after,
                           struct gt_terminal *terminals, size_t most)
{
    size_t n = 0;

    gt_tx_query(tx, &terminals_of_org, GT_INT(org_id), GT_INT(after));
    while (n < most && gt_tx_next(tx))
        gt_row_read(tx, &gt_terminal_row, &terminals[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}

size_t gt_terminals_of_user(struct gt_tx *tx, int64_t user_id, int64_t after,
                            struct gt_terminal *terminals, size_t most)
{
    size_t n = 0;

    gt_tx_query(tx, &terminals_of_user, GT_INT(user_id), GT_INT(after));
    while (n < most && gt_tx_next(tx))
        gt_row_read(tx, &gt_terminal_row, &terminals[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}
