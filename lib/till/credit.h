/*
 * Credit as managers see it: limits, quotas, deposits, warnings.
 *
 * A quota is what an organisation was granted to give on: the limits of accounts below it and the
 * quotas of organisations below it never exceed it together.  An organisation without a quota gives
 * on of the nearest one above that has one; without any, nothing bounds it.
 */
#ifndef GT_TILL_CREDIT_H
#define GT_TILL_CREDIT_H

#include "access/by.h"
#include "access/param.h"
#include "till/account.h"

#define GT_QUOTA_COLS(KI, KT, I, T) KI(id) I(granted) I(version)
struct gt_quota {
    GT_ROW_STRUCT(GT_QUOTA_COLS) /* id: the organisation */
};
extern const struct gt_row gt_quota_row;

/* Fields: credit, txn, day, reason. */
struct gt_limit_form {
    int64_t seen;             /* credit limit as it was shown, -1: whatever it is */
    int64_t credit, txn, day; /* new limits, fen; -1: stays */
    const char *reason;       /* wanted where a second person is; may be NULL elsewhere */
};
/* Sets limits of an account.  credit.grant at the account's organisation.  A credit limit above
 * the parameter credit.second, if it is raised, is not set but asked for: `*approval` is then the
 * request's id, else 0.  Commands set it at once. */
enum gt_err gt_credit_limit(const struct gt_by *by, int64_t account_id,
                            const struct gt_limit_form *form, int64_t *approval,
                            struct gt_refusal *no) GT_CHECK;
/* Sets (or with -1 takes away) an organisation's quota.  credit.grant at the organisation above it:
 * nobody sets their own. */
enum gt_err gt_credit_quota(const struct gt_by *by, int64_t org_id, int64_t granted,
                            struct gt_refusal *no) GT_CHECK;
/* Asks for a deposit to be posted: money that reached the bank.  credit.grant asks, another person
 * with credit.approve decides.  Fields: amount, reason. */
enum gt_err gt_credit_deposit(const struct gt_by *by, int64_t account_id, int64_t amount,
                              const char *reason, int64_t *approval,
                              struct gt_refusal *no) GT_CHECK;
/* Suspends an account, or lets it collect again. */
enum gt_err gt_credit_suspend(const struct gt_by *by, int64_t account_id, bool suspend,
                              const char *reason, struct gt_refusal *no) GT_CHECK;

/* Most of one deposit, fen. */
#define GT_DEPOSIT_MAX INT64_C(1000000000000)

/* In a transaction: whether `more` fen may be given at an organisation, by the quota that bounds
 * it. GT_WHY_QUOTA.  And whether a limit wants a second person there. */
enum gt_err gt_credit_room(struct gt_tx *tx, const struct gt_org *org, int64_t more,
                           const char *field, struct gt_refusal *no) GT_CHECK;
bool gt_credit_wants_second(struct gt_tx *tx, const struct gt_by *by, const struct gt_org *org,
                            int64_t limit);
/* In a transaction: whether a new account at `org` may begin with this limit: right, second person,
 * quota.  GT_WHY_SECOND: another person would have to approve it. */
enum gt_err gt_credit_first(struct gt_tx *tx, const struct gt_by *by, const struct gt_org *org,
                            int64_t limit, struct gt_refusal *no) GT_CHECK;
/* In a transaction: fen that an organisation gave on below it. */
int64_t gt_quota_given(struct gt_tx *tx, const struct gt_org *org);
/* In a transaction: whether the person's own takings go to the account.  Nobody asks for, decides
 * or changes what their own account may: those who do answer GT_WHY_IS_SELF. */
bool gt_credit_own(struct gt_tx *tx, const struct gt_by *by, const struct gt_account *account);
/* In a transaction: an account, locked, and its organisation (may be NULL), if the person may
 * `right` there and it is not their own.  GT_WHY_ABSENT, NO_RIGHT, IS_SELF. */
enum gt_err gt_credit_find(struct gt_tx *tx, const struct gt_by *by, int64_t account_id,
                           enum gt_right right, struct gt_account *account, struct gt_org *org,
                           struct gt_refusal *no) GT_CHECK;
/* In a transaction: what people call an account: "account 5 900001". */
void gt_account_name(struct gt_tx *tx, const struct gt_account *account, char out[241]);

/* What an organisation was granted and what it gave on. */
struct gt_quota_view {
    int64_t org_id;  /* whose quota bounds it: its own, or that of one above; 0: nothing does */
    char name[289];  /* of that organisation */
    int64_t granted; /* fen */
    int64_t given;   /* fen: quotas and limits below it */
};
/* In a transaction. */
void gt_quota_look(struct gt_tx *tx, const struct gt_org *org, struct gt_quota_view *view);

/* Whether an account has used more of its credit and deposit than credit.warn says. */
bool gt_credit_warns(const struct gt_account *account, int64_t warn_percent);

#endif
