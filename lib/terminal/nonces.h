/*
 * The nonces that were used lately.
 */
#ifndef GT_TERMINAL_NONCES_H
#define GT_TERMINAL_NONCES_H

#include "base/clock.h"
#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

struct gt_nonces; /* one a process; any thread may use it */

/* For tokens whose Created is less than `fresh_ms` from our time.  GT_ERR_NOMEM, GT_ERR_CRYPTO. */
enum gt_err gt_nonces_new(int64_t fresh_ms, const struct gt_random *random,
                          struct gt_nonces **nonces) GT_CHECK;
void gt_nonces_free(struct gt_nonces *nonces);

/* Enters the nonce of a fresh token; only call it when the digest was right, so that nobody else
 * can fill the memory.  GT_ERR_EXISTS: it was used before.  GT_ERR_RANGE: so old that it may have
 * been used and forgotten.  GT_ERR_FULL, GT_ERR_NOMEM, GT_ERR_CRYPTO. */
enum gt_err gt_nonces_enter(struct gt_nonces *nonces, const char *username, const void *nonce,
                            size_t len, int64_t created_ms) GT_CHECK;

/* Bytes the tables take now. */
size_t gt_nonces_memory(struct gt_nonces *nonces);

#endif
