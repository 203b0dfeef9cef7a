/*
 * Terminals, and the actor: who stands behind a request.
 */
#ifndef GT_ACCESS_TERMINAL_H
#define GT_ACCESS_TERMINAL_H

#include "access/state.h"
#include "access/user.h"
#include "base/crypt.h"

enum gt_terminal_kind {
    GT_TERMINAL_POS = 1,
    GT_TERMINAL_HANDHELD,
    GT_TERMINAL_KIOSK,
    GT_TERMINAL_PC,
    GT_TERMINAL_PAGE, /* the cashier page of one operator: made by itself (till/window.h) */
    GT_TERMINAL__MAX
};

#define GT_TERMINAL_NO_MAX 21
#define GT_SECRET_MAX      129 /* a terminal's secret in clear, with its end */

#define GT_TERMINAL_COLS(KI, KT, I, T) \
    KI(id)                             \
    KT(terminal_no, 21)                \
    I(org_id) I(kind) T(secret, 201) I(ops) I(limit_txn) I(limit_day) I(state) I(version)
struct gt_terminal {
    GT_ROW_STRUCT(GT_TERMINAL_COLS)
};
extern const struct gt_row gt_terminal_row;

#define GT_BINDING_COLS(KI, KT, I, T) KI(id) KI(terminal_id) KI(user_id) I(version)
struct gt_binding {
    GT_ROW_STRUCT(GT_BINDING_COLS)
};
extern const struct gt_row gt_binding_row;

const char *gt_terminal_kind_name(enum gt_terminal_kind kind);
bool gt_terminal_kind_find(const char *name, enum gt_terminal_kind *kind);

bool gt_terminal_by_no(struct gt_tx *tx, const char *terminal_no, struct gt_terminal *terminal);
/* In a transaction: adds a terminal whose id (series "terminal"), terminal_no, org_id, kind, secret
 * (hidden, below), ops and limits are filled in.  GT_ERR_EXISTS, GT_ERR_SYNTAX (number: 1 to 20 of
 * letters, digits, '.', '-', '_'), GT_ERR_RANGE (a limit below zero), GT_ERR_ABSENT (no such
 * organisation). */
enum gt_err gt_terminal_add(struct gt_tx *tx, struct gt_terminal *terminal);
/* In a transaction: binds an operator; `id` is a key of the series "binding".  GT_ERR_EXISTS: it
 * is bound already. */
enum gt_err gt_terminal_bind(struct gt_tx *tx, int64_t id, int64_t terminal_id, int64_t user_id);
/* In a transaction: takes the binding away.  GT_ERR_ABSENT: there is none. */
enum gt_err gt_terminal_unbind(struct gt_tx *tx, int64_t terminal_id, int64_t user_id);
/* In a transaction: the operators a terminal is bound to, at most `most` ids into `users`; gives
 * how many there are in all. */
size_t gt_terminal_bindings(struct gt_tx *tx, int64_t terminal_id, int64_t *users, size_t most);
/* In a transaction: saves a terminal that was read and changed (secret, ops, limits, state). */
enum gt_err gt_terminal_change(struct gt_tx *tx, struct gt_terminal *terminal);

/* The secret of a terminal under the master key, and back. */
enum gt_err gt_terminal_hide(const struct gt_keys *keys, const struct gt_random *random,
                             const char *terminal_no, const char *secret, char out[201]) GT_CHECK;
enum gt_err gt_terminal_show(const struct gt_keys *keys, const struct gt_terminal *terminal,
                             char out[GT_SECRET_MAX]) GT_CHECK;

/* Who stands behind a request: terminal, operator, organisation.  Copied, so it can be cached: it
 * is true as long as gt_state.rights is `rights`. */
struct gt_actor {
    int64_t rights;
    struct gt_terminal terminal;
    struct gt_user user; /* user.id 0: no such operator for this terminal */
    struct gt_org org;   /* of the user */
    bool wants_shift;    /* parameter shift.terminals there: no money moves without an open shift */
};

/* In a transaction: the actor of a terminal and an operator number.  False if there is no such
 * terminal; whether it is disabled is for the caller to look at.  The user is left zero if there is
 * none of that number, if it, its organisation or one above that is disabled, if it does not hold
 * cashier.collect there, or if the terminal is not for it: bound to others, or, without any
 * binding, the user is not in the subtree of the terminal's organisation. */
bool gt_actor_load(struct gt_tx *tx, const char *terminal_no, const char *operator_no,
                   struct gt_actor *actor);

#endif
