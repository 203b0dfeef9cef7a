/*
 * The operation log: who did what, from where, on which object, before and after.
 *
 * Every process that logs has a chain of its own, so that writers do not wait for each other's last
 * row.  A row carries its place in the chain (1, 2, …) and the digest of the row before; the sealed
 * head of the chain (gt_chain) counts them.  A row that is changed, taken out anywhere, put in, or
 * cut off at the end shows.
 *
 * Nothing about the chain's end is kept in memory: a callback may run again, or its commit may
 * fail, so the end is read from the store in the transaction that adds to it.
 */
#ifndef GT_ACCESS_OPLOG_H
#define GT_ACCESS_OPLOG_H

#include "base/clock.h"
#include "store/key.h"
#include "store/row.h"

/* Most rows of one chain: ids are chain times this, and seq. */
#define GT_OPLOG_CHAIN_MAX INT64_C(1000000000)

#define GT_CHAIN_COLS(KI, KT, I, T) KI(id) KI(opened_at) I(members) I(version)
struct gt_chain {
    GT_ROW_STRUCT(GT_CHAIN_COLS)
};
extern const struct gt_row gt_chain_row;

#define GT_OPLOG_COLS(KI, KT, I, T) \
    KI(id)                          \
    KI(chain)                       \
    KI(seq)                         \
    KI(at)                          \
    KT(who, 241)                    \
    KT(origin, 193) KT(what, 49) KT(object, 241) KT(detail, 1201) KT(prev, 65) I(version)
struct gt_oplog {
    GT_ROW_STRUCT(GT_OPLOG_COLS)
};
extern const struct gt_row gt_oplog_row;

/* What a process writes its rows with. */
struct gt_logger {
    int64_t chain;                /* its chain */
    const struct gt_clock *clock; /* borrowed */
    char who[241];                /* user; "os:root" for one of the operating system */
    char origin[193];             /* address, or host */
};

/* Takes a chain for this process.  `who` and `origin` (at most 80 and 64 characters) are copied;
 * the chain's head is made with its first row.  Not inside a transaction: it takes a key. */
enum gt_err gt_logger_init(struct gt_logger *logger, struct gt_keysrc *src,
                           const struct gt_clock *clock, const char *who,
                           const char *origin) GT_CHECK;

/* In a transaction, that of the change itself: adds a row.  `what` is "org.add"; `object` and
 * `detail` may be "".  A detail that is too long is cut at a character and ends in "…".  Sticks to
 * `tx`: GT_ERR_TOOBIG (an object over 80 characters), GT_ERR_RANGE (the chain is full). */
void gt_oplog_add(struct gt_tx *tx, const struct gt_logger *logger, const char *what,
                  const char *object, const char *detail);

/* The digest of a row, which the next one in its chain holds as `prev`: SHA-256 over all columns,
 * as hex. */
enum gt_err gt_oplog_digest(const struct gt_oplog *row, char out[65]) GT_CHECK;

/* One thing that is wrong: `object` is "gt_oplog 3000000007".  Both borrowed during the call. */
typedef void (*gt_oplog_report)(void *ctx, const char *object, const char *what);
/* In a read: goes through all chains, checks seals, numbers, digests and heads, and reports what is
 * wrong; `*rows` goes up by the rows read.  A failure of the store sticks to `tx`. */
void gt_oplog_check(struct gt_tx *tx, gt_oplog_report report, void *ctx, int64_t *rows);

#endif
