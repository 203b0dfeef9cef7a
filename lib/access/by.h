/*
 * By whom: what a function needs that changes something for a person.
 *
 * A page makes one for each request of its session; a command has one without a user, and may
 * everything, as the operating system has checked who may run it.  Functions that take a gt_by run
 * their own transaction: they look whether the person may, change, and write the operation log, all
 * in one commit.  They are never called inside a transaction.
 */
#ifndef GT_ACCESS_BY_H
#define GT_ACCESS_BY_H

#include "access/oplog.h"
#include "access/refusal.h"
#include "access/role.h"
#include "base/crypt.h"

/* A command of the operating system's user. */
#define GT_BY_COMMAND INT64_C(-1)

struct gt_by {
    struct gt_db *db;               /* borrowed, as all below */
    struct gt_keysrc *src;          /* of `db` */
    const struct gt_clock *clock;   /* for times and expiry */
    const struct gt_random *random; /* for tokens, secrets and salts */
    const struct gt_keys *keys;     /* master key, for secrets in the store */
    const struct gt_logger *logger; /* this process's chain, with who and origin of this request */
    int64_t user_id;                /* who; GT_BY_COMMAND may all, 0 is nobody and may nothing */
    int tz_minutes;                 /* zone of local hours */
};

/* In a transaction: whether the person may `right` at the organisation, as of this transaction.
 * GT_OK, with the organisation in `org` (may be NULL).  GT_WHY_ABSENT if there is none, or it is
 * outside all subtrees of the person: both the same.  GT_WHY_NO_RIGHT if it is inside one but the
 * right is not held there.  The error is the transaction's. */
enum gt_err gt_by_may(struct gt_tx *tx, const struct gt_by *by, enum gt_right right, int64_t org_id,
                      struct gt_org *org, struct gt_refusal *no) GT_CHECK;

/* In a transaction: whether the person holds all of `rights` at `path`, and so may give them on.
 * GT_WHY_NOT_HELD names the first that is not, field "rights". */
enum gt_err gt_by_holds(struct gt_tx *tx, const struct gt_by *by, int64_t rights, const char *path,
                        struct gt_refusal *no) GT_CHECK;
/* In a transaction: whether the person holds all that `user` holds, wherever they hold it: else
 * they could reset a password and be more than they are.  GT_OK, or GT_WHY_OUTRANKED. */
struct gt_user;
enum gt_err gt_by_outranks(struct gt_tx *tx, const struct gt_by *by, const struct gt_user *user,
                           struct gt_refusal *no) GT_CHECK;

/* In a transaction: the same as a question, for pages that say beforehand what cannot be done. */
bool gt_by_above(struct gt_tx *tx, const struct gt_by *by, const struct gt_user *user);

/* Characters of a reason that somebody gives. */
#define GT_REASON_CHARS 200
/* Whether `reason` says why: GT_OK, or GT_WHY_REASON, field "reason".  A command may do without, by
 * NULL. */
enum gt_err gt_by_reason(const struct gt_by *by, const char *reason,
                         struct gt_refusal *no) GT_CHECK;
/* Writes what the operation log says of an object that was disabled or enabled:
 * "state 1 -> 2; reason".  `reason` may be NULL. */
#define GT_STATE_DETAIL_MAX 900
void gt_state_detail(int64_t from, int64_t to, const char *reason, char out[GT_STATE_DETAIL_MAX]);

/* A logger of the same chain for another person: one a request. */
enum gt_err gt_logger_for(const struct gt_logger *process, const char *who, const char *origin,
                          struct gt_logger *logger) GT_CHECK;

#endif
