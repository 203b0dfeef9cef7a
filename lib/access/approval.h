/*
 * Approvals: what one person asks for and another decides.
 *
 * A kind is registered by the room that can carry it out; its apply function runs in the
 * transaction of the decision, so that approved means done.  Maker and checker are never the same
 * person, and everything that was checked when it was asked is checked again when it is applied.
 *
 *     GT_APPROVAL(credit_limit, {.key = "credit.limit", …, .apply = limit_apply});
 */
#ifndef GT_ACCESS_APPROVAL_H
#define GT_ACCESS_APPROVAL_H

#include "access/by.h"

enum gt_approval_state {
    GT_APPROVAL_WAITING = 1,
    GT_APPROVAL_APPROVED, /* and done, in the same commit */
    GT_APPROVAL_REFUSED,
    GT_APPROVAL_WITHDRAWN, /* by who asked */
    GT_APPROVAL_EXPIRED,
    GT_APPROVAL__MAX
};

/* clang-format off */
#define GT_APPROVAL_COLS(KI, KT, I, T)                                                            \
    KI(id) KT(kind, 25) KI(org_id) KI(object_id) KT(object, 241) KT(asked, 201) KT(reason, 601)   \
    KI(maker_id) KI(made_at) KI(expires_at) I(state) I(checker_id) I(decided_at) T(note, 601)     \
    I(version)
/* clang-format on */
struct gt_approval {
    GT_ROW_STRUCT(GT_APPROVAL_COLS)
};
extern const struct gt_row gt_approval_row;

/* Keys that an apply function may use. */
#define GT_APPROVAL_KEYS 16

struct gt_approval_kind {
    const char *key;      /* "credit.limit", in the row */
    const char *zh, *en;  /* what people read */
    enum gt_right ask;    /* right at the organisation to ask, */
    enum gt_right decide; /* and to decide */
    /* In the transaction of the decision: checks again and does it; `keys` are GT_APPROVAL_KEYS of
     * the series "row", good for one run.  A refusal (filled in `no`) leaves the request waiting.
     */
    enum gt_err (*apply)(struct gt_tx *tx, const struct gt_by *by, const struct gt_approval *asked,
                         const int64_t *keys, struct gt_refusal *no);
};

/* Makes a kind known to the program by being written. */
#define GT_APPROVAL(ident, ...)                                      \
    static const struct gt_approval_kind ident##_kind = __VA_ARGS__; \
    static const struct gt_approval_kind *const ident##_kind_at      \
        __attribute__((section("gt_kinds"), used)) = &ident##_kind

/* The kind called `key`, NULL if there is none; the i-th, NULL behind the last.  Static. */
const struct gt_approval_kind *gt_approval_kind(const char *key);
const struct gt_approval_kind *gt_approval_kind_at(size_t i);

/* What is asked: figures by name.  `asked` in the row is "limit=100000 from=5000": numbers only. */
enum gt_err gt_asked_put(char asked[201], const char *name, int64_t value) GT_CHECK;
int64_t gt_asked_get(const char *asked, const char *name); /* 0 if it is not there */

/* In a transaction: enters a request; the row's id (series "approval"), kind, org_id, object_id,
 * object, asked and reason are filled in.  Who may was looked at by the caller.  GT_WHY_REASON. */
enum gt_err gt_approval_ask(struct gt_tx *tx, const struct gt_by *by, struct gt_approval *row,
                            struct gt_refusal *no) GT_CHECK;

/* Decides: approves (and applies) or refuses, with a note.  GT_WHY_ABSENT, NO_RIGHT, OWN_APPROVAL,
 * DECIDED, EXPIRED, and what the kind's apply says. */
enum gt_err gt_approval_decide(const struct gt_by *by, int64_t id, int64_t version, bool approve,
                               const char *note, struct gt_refusal *no) GT_CHECK;
/* Takes one's own request back. */
enum gt_err gt_approval_withdraw(const struct gt_by *by, int64_t id,
                                 struct gt_refusal *no) GT_CHECK;
/* Marks what has expired; for the worker.  `*n` is how many. */
enum gt_err gt_approval_expire(struct gt_db *db, int64_t now, int64_t *n) GT_CHECK;

/* In a transaction: what waits about one object, the oldest first, `most` (20) at most; gives how
 * many. */
size_t gt_approvals_about(struct gt_tx *tx, const char *kind, int64_t object_id,
                          struct gt_approval *rows, size_t most);
/* In a transaction: how many wait below `path` and are not by `not_by`; for the dashboard. */
int64_t gt_approval_waiting(struct gt_tx *tx, const char *path, int64_t not_by);

#endif
