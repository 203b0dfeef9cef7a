/*
 * Managing organisations, users and terminals: what a page or a command asks for.
 *
 * Here and not in lib/access, because an organisation with money, or with transactions in flight,
 * neither moves nor is disabled, and an agent or a cashier comes with a credit account.  Each
 * function runs its own transaction, see access/by.h: it checks the right, refuses with a reason
 * and a field, changes, and writes the operation log.
 */
#ifndef GT_TILL_MANAGE_H
#define GT_TILL_MANAGE_H

#include "access/by.h"
#include "access/terminal.h"

/* Disabling and enabling take a reason, which stands in the object's history.  A command may do
 * without (NULL); field: reason. */

/* --- organisations: org.manage -----------------------------------------------------------------
 */

/* Fields: code, name, kind, parent_id, limit. */
struct gt_org_form {
    int64_t parent_id;
    const char *code, *name;
    enum gt_org_kind kind;
    int64_t limit; /* credit limit of an agent, fen; wants credit.grant above 0 */
};
enum gt_err gt_org_make(const struct gt_by *by, const struct gt_org_form *form, int64_t *id,
                        struct gt_refusal *no) GT_CHECK;
/* `version` as read: GT_WHY_CHANGED if somebody else was first. */
enum gt_err gt_org_rename(const struct gt_by *by, int64_t id, int64_t version, const char *name,
                          struct gt_refusal *no) GT_CHECK;
/* Puts the organisation, with all below it, under another one.  Refused: GT_WHY_TOP, BELOW_ITSELF,
 * KIND_PLACE, TOO_DEEP, QUOTA (of the new place), what hindrance.h tells. */
enum gt_err gt_org_move(const struct gt_by *by, int64_t id, int64_t version, int64_t parent_id,
                        struct gt_refusal *no) GT_CHECK;
/* Enables or disables it, and with it all below.  Refused when disabling: GT_WHY_TOP,
 * IS_SELF (one's own, or one above it), what hindrance.h tells. */
enum gt_err gt_org_enable(const struct gt_by *by, int64_t id, int64_t version, bool enable,
                          const char *reason, struct gt_refusal *no) GT_CHECK;

/* --- users: user.manage -------------------------------------------------------------------------
 */

/* Fields: org_id, login, operator_no, name, role_id, limit. */
struct gt_user_form {
    int64_t org_id;
    const char *login, *operator_no, *name;
    int64_t role_id;      /* first grant, at the organisation; 0: none.  Its rights must be held */
    int64_t limit;        /* credit limit of a cashier, fen; wants credit.grant above 0 */
    const char *password; /* first password, NULL: one is made and given in `first` */
    bool settled;         /* it need not be changed at the first sign-in: for the demo */
};
/* Staff of an agent get the agent's account, others one of their own if `limit` says so.  The first
 * password must be changed at the first sign-in. */
enum gt_err gt_user_make(const struct gt_by *by, const struct gt_user_form *form, int64_t *id,
                         char first[32], struct gt_refusal *no) GT_CHECK;
enum gt_err gt_user_rename(const struct gt_by *by, int64_t id, int64_t version, const char *name,
                           struct gt_refusal *no) GT_CHECK;
/* Disabling ends the user's sessions, at once whatever they have in flight: what is in flight finds
 * its end without them.  Refused: GT_WHY_IS_SELF, OUTRANKED, USER_SHIFT. */
enum gt_err gt_user_enable(const struct gt_by *by, int64_t id, int64_t version, bool enable,
                           const char *reason, struct gt_refusal *no) GT_CHECK;

/* --- terminals: terminal.manage -----------------------------------------------------------------
 */

/* Fields: org_id, terminal_no, kind, ops, limit_txn, limit_day. */
struct gt_terminal_form {
    int64_t org_id; /* where it stands; 0 when altered: stays there */
    const char *terminal_no;
    enum gt_terminal_kind kind;
    int64_t ops; /* bit n for operation n, 0: all */
    int64_t limit_txn, limit_day;
};
/* The secret is made, and shown once in `secret`; given beforehand in `secret` if it is not "". */
enum gt_err gt_terminal_make(const struct gt_by *by, const struct gt_terminal_form *form,
                             int64_t *id, char secret[GT_SECRET_MAX],
                             struct gt_refusal *no) GT_CHECK;
/* Changes organisation, ops and limits; number and kind stay.  Refused: GT_WHY_TERMINAL_SHIFT (to
 * stand elsewhere, or to be disabled, it must be in no shift). */
enum gt_err gt_terminal_alter(const struct gt_by *by, int64_t id, int64_t version,
                              const struct gt_terminal_form *form, struct gt_refusal *no) GT_CHECK;
/* A new secret, as above; the old one is no longer good. */
enum gt_err gt_terminal_rotate(const struct gt_by *by, int64_t id, char secret[GT_SECRET_MAX],
                               struct gt_refusal *no) GT_CHECK;
enum gt_err gt_terminal_enable(const struct gt_by *by, int64_t id, int64_t version, bool enable,
                               const char *reason, struct gt_refusal *no) GT_CHECK;
/* Binds or unbinds an operator, who must be in a subtree where user.view is held. */
enum gt_err gt_terminal_operator(const struct gt_by *by, int64_t id, int64_t user_id, bool bind,
                                 struct gt_refusal *no) GT_CHECK;

/* --- many in one transaction (import.h) ---------------------------------------------------------
 *
 * What the functions that make one are made of: what is done before a transaction (`form` is
 * checked, keys are taken), and what is done in it, with the right, the refusals and the operation
 * log.  `form` may name its organisation later than the check, for it may be made in the same
 * transaction.
 */

struct gt_org_new {
    struct gt_org_form form;
    int64_t id, account_id; /* keys */
};
enum gt_err gt_org_prepare(const struct gt_by *by, struct gt_org_new *new,
                           struct gt_refusal *no) GT_CHECK;
enum gt_err gt_org_make_in(struct gt_tx *tx, const struct gt_by *by, const struct gt_org_new *new,
                           struct gt_refusal *no) GT_CHECK;

struct gt_user_new {
    struct gt_user_form form;
    int64_t id, account_id, grant_id; /* keys */
    char first[32];                   /* the password that was made */
    char hash[161];
};
enum gt_err gt_user_prepare(const struct gt_by *by, struct gt_user_new *new,
                            struct gt_refusal *no) GT_CHECK;
/* Hashes the password, after making one if the form has none: some tens of milliseconds. */
enum gt_err gt_user_prepare_password(const struct gt_by *by, struct gt_user_new *new) GT_CHECK;
enum gt_err gt_user_make_in(struct gt_tx *tx, const struct gt_by *by, const struct gt_user_new *new,
                            struct gt_refusal *no) GT_CHECK;

struct gt_terminal_new {
    struct gt_terminal_form form;
    int64_t id;                 /* key */
    char secret[GT_SECRET_MAX]; /* given beforehand, or made */
    char hidden[201];
};
enum gt_err gt_terminal_prepare(const struct gt_by *by, struct gt_terminal_new *new,
                                struct gt_refusal *no) GT_CHECK;
enum gt_err gt_terminal_make_in(struct gt_tx *tx, const struct gt_by *by,
                                const struct gt_terminal_new *new, struct gt_refusal *no) GT_CHECK;

#endif
