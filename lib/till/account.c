/*
 * Credit accounts: rows, and the arithmetic of holding and taking.
 */
#include "till/account.h"

#include "base/money.h"

#include <assert.h>

GT_ROW_DEFINE_KEPT(gt_account, GT_ACCOUNT_COLS);
GT_ROW_DEFINE(gt_use, GT_USE_COLS);

GT_STMT(account_by_owner,
        GT_ROW_SELECT(gt_account, GT_ACCOUNT_COLS) " WHERE kind = ? AND owner_id = ?");

GT_STMT(use_by_scope,
        GT_ROW_SELECT(gt_use, GT_USE_COLS) " WHERE scope = ? AND scope_id = ? AND biz_date = ?");

int64_t gt_account_available(const struct gt_account *account)
{
    return account->deposit + account->credit_limit - account->unremitted - account->held;
}

enum gt_err gt_account_add(struct gt_tx *tx, struct gt_account *account)
{
    account->state = GT_ACCOUNT_ENABLED;
    gt_row_insert(tx, &gt_account_row, account);
    gt_census_add(tx, "gt_account", 1);
    return gt_tx_err(tx);
}

bool gt_account_by_owner(struct gt_tx *tx, enum gt_account_kind kind, int64_t owner_id,
                         struct gt_account *account)
{
    return gt_row_one(tx, &gt_account_row, account, &account_by_owner, GT_INT((int64_t)kind),
                      GT_INT(owner_id));
}

void gt_account_safe(struct gt_tx *tx, int64_t org_id, int64_t key, struct gt_account *safe)
{
    if (gt_account_by_owner(tx, GT_ACCOUNT_SAFE, org_id, safe)) {
        (void)gt_row_lock(tx, &gt_account_row, safe->id, safe);
        return;
    }
    *safe = (struct gt_account){
        .id = key, .kind = GT_ACCOUNT_SAFE, .owner_id = org_id, .org_id = org_id};
    (void)gt_account_add(tx, safe);
}

bool gt_account_hold(struct gt_account *account, int64_t amount)
{
    int64_t left;

    assert(amount >= 0);
    if (gt_money_sub(gt_account_available(account), amount, &left) || left < 0)
        return false;
    account->held += amount;
    return true;
}

void gt_account_hold_beyond(struct gt_account *account, int64_t amount)
{
    assert(amount >= 0);
    account->held += amount;
}

void gt_account_release(struct gt_account *account, int64_t amount)
{
    assert(amount >= 0 && amount <= account->held);
    account->held -= amount;
}

void gt_account_take(struct gt_account *account, int64_t amount, int64_t *drawn)
{
    int64_t from_deposit = amount < account->deposit ? amount : account->deposit;

    gt_account_release(account, amount);
    account->deposit -= from_deposit;
    account->unremitted += amount - from_deposit;
    *drawn = from_deposit;
}

void gt_account_restore(struct gt_account *account, int64_t amount, int64_t drawn)
{
    account->deposit += drawn;
    account->unremitted -= amount - drawn;
}

void gt_account_give(struct gt_account *account, int64_t amount, int64_t *drawn)
{
    int64_t owed = account->unremitted > 0 ? account->unremitted : 0;
    int64_t repaid = amount < owed ? amount : owed;

    account->unremitted -= repaid;
    account->deposit += amount - repaid;
    *drawn = amount - repaid;
}

static bool use_find(struct gt_tx *tx, enum gt_use_scope scope, int64_t scope_id, int64_t biz_date,
                     struct gt_use *use)
{
    return gt_row_one(tx, &gt_use_row, use, &use_by_scope, GT_INT((int64_t)scope), GT_INT(scope_id),
                      GT_INT(biz_date));
}

bool gt_use_room(struct gt_tx *tx, enum gt_use_scope scope, int64_t scope_id, int64_t biz_date,
                 int64_t limit, int64_t amount)
{
    struct gt_use use;

    if (!limit)
        return true;
    if (!use_find(tx, scope, scope_id, biz_date, &use))
        use.amount = 0;
    return use.amount + amount <= limit;
}

void gt_use_add(struct gt_tx *tx, int64_t key, enum gt_use_scope scope, int64_t scope_id,
                int64_t biz_date, int64_t amount)
{
    struct gt_use use;

    if (use_find(tx, scope, scope_id, biz_date, &use)) {
        use.amount += amount;
        gt_row_save(tx, &gt_use_row, &use);
        return;
    }
    use = (struct gt_use){
        .id = key, .scope = scope, .scope_id = scope_id, .biz_date = biz_date, .amount = amount};
    gt_row_insert(tx, &gt_use_row, &use);
    gt_census_add(tx, "gt_use", 1);
}

void gt_use_return(struct gt_tx *tx, enum gt_use_scope scope, int64_t scope_id, int64_t biz_date,
                   int64_t amount)
{
    struct gt_use use;

    if (!use_find(tx, scope, scope_id, biz_date, &use))
        return;
    use.amount = amount < use.amount ? use.amount - amount : 0;
    gt_row_save(tx, &gt_use_row, &use);
}
