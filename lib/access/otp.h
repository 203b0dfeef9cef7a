/*
 * One-time codes (RFC 6238: SHA-1, 6 digits, 30 s).  For the files of lib/access only.
 */
#ifndef GT_ACCESS_OTP_H
#define GT_ACCESS_OTP_H

#include "base/clock.h"

#include <stdint.h>

/* A secret of 20 bytes as base32, with its end. */
#define GT_OTP_SECRET_MAX 40

enum gt_err gt_otp_secret(const struct gt_random *random, char out[GT_OTP_SECRET_MAX]) GT_CHECK;
/* The half minute whose code this is: the one of `now`, the one before or after it, but none up to
 * `last`, so that no code is taken twice.  GT_ERR_DENIED if it is none of them. */
enum gt_err gt_otp_check(const char *secret, const char *code, int64_t now, int64_t last,
                         int64_t *step) GT_CHECK;
/* A recovery code of 120 bits: ABCDEF-GHIJKL-MNOPQR-STUVWX, in `out` of 32 bytes; and its digest,
 * for which case and '-' do not matter. */
enum gt_err gt_recovery_make(const struct gt_random *random, char out[32]) GT_CHECK;
enum gt_err gt_recovery_digest(const char *code, char out[65]) GT_CHECK;

#endif
