/*
 * Whether a person may do what they ask for, looked at in the transaction that does it.
 */
#include "access/by.h"

#include "access/name.h"
#include "access/state.h"
#include "access/user.h"
#include "base/buf.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* What the person holds. */
static void load(struct gt_tx *tx, const struct gt_by *by, struct gt_grants *grants)
{
    if (by->user_id == GT_BY_COMMAND)
        *grants = (struct gt_grants){.all = true};
    else
        gt_grants_load(tx, by->user_id, grants);
}

enum gt_err gt_by_may(struct gt_tx *tx, const struct gt_by *by, enum gt_right right, int64_t org_id,
                      struct gt_org *org, struct gt_refusal *no)
{
    const struct gt_right_info *info = gt_right_info(right);
    struct gt_grants grants;
    struct gt_org own;

    if (!org)
        org = &own;
    if (!gt_row_find(tx, &gt_org_row, org_id, org))
        return gt_tx_refuse(tx, no, GT_WHY_ABSENT, "", 0, NULL);
    load(tx, by, &grants);
    if (gt_tx_err(tx) != GT_OK)
        return gt_tx_err(tx);
    if (gt_grants_at(&grants, org->path) == 0)
        return gt_tx_refuse(tx, no, GT_WHY_ABSENT, "", 0, NULL);
    if (!gt_grants_allow(&grants, right, org->path))
        return gt_tx_fail(tx, gt_refuse_named(no, GT_WHY_NO_RIGHT, "", info->zh, info->en));
    return GT_OK;
}

enum gt_err gt_by_holds(struct gt_tx *tx, const struct gt_by *by, int64_t rights, const char *path,
                        struct gt_refusal *no)
{
    struct gt_grants grants;

    load(tx, by, &grants);
    if (gt_tx_err(tx) != GT_OK)
        return gt_tx_err(tx);
    int64_t lacking = rights & ~gt_grants_at(&grants, path);
    for (int right = 0; right < GT_RIGHT__MAX; right++) {
        const struct gt_right_info *info = gt_right_info((enum gt_right)right);

        if (lacking & GT_RIGHT_BIT(right))
            return gt_tx_fail(tx,
                              gt_refuse_named(no, GT_WHY_NOT_HELD, "rights", info->zh, info->en));
    }
    return GT_OK;
}

bool gt_by_above(struct gt_tx *tx, const struct gt_by *by, const struct gt_user *user)
{
    struct gt_grants own, theirs;

    load(tx, by, &own);
    gt_grants_held(tx, user->id, &theirs);
    for (size_t i = 0; i < theirs.n; i++) {
        if (theirs.grant[i].rights & ~gt_grants_at(&own, theirs.grant[i].path))
            return false;
    }
    return true;
}

enum gt_err gt_by_outranks(struct gt_tx *tx, const struct gt_by *by, const struct gt_user *user,
                           struct gt_refusal *no)
{
    if (!gt_by_above(tx, by, user))
        return gt_tx_refuse(tx, no, GT_WHY_OUTRANKED, "", 0, NULL);
    return gt_tx_err(tx);
}

enum gt_err gt_logger_for(const struct gt_logger *process, const char *who, const char *origin,
                          struct gt_logger *logger)
{
    logger->chain = process->chain;
    logger->clock = process->clock;
    enum gt_err err = gt_str_copy(logger->who, sizeof(logger->who), who);
    if (err == GT_OK)
        err = gt_str_copy(logger->origin, sizeof(logger->origin), origin);
    return err;
}

enum gt_err gt_by_reason(const struct gt_by *by, const char *reason, struct gt_refusal *no)
{
    *no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (reason ? gt_reason_ok(reason) : by->user_id == GT_BY_COMMAND)
        return GT_OK;
    return gt_refuse(no, GT_WHY_REASON, "reason", 0, NULL);
}

void gt_state_detail(int64_t from, int64_t to, const char *reason, char out[GT_STATE_DETAIL_MAX])
{
    (void)snprintf(out, GT_STATE_DETAIL_MAX, "state %" PRId64 " -> %" PRId64 "%s%s", from, to,
                   reason ? "; " : "", reason ? reason : "");
}
