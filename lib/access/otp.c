/*
 * One-time codes by liboath, and recovery codes.
 */
#include "access/otp.h"

#include "base/buf.h"
#include "base/crypt.h"

#include <liboath/oath.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS        6
#define STEP_MS       INT64_C(30000)
#define SECRET_BYTES  20
#define RECOVERY_LEN  24
#define RECOVERY_PART 6

/* Random bytes as base32, without padding; `len` a multiple of 5. */
static enum gt_err random_base32(const struct gt_random *random, size_t len, char *out, size_t size)
{
    char bytes[SECRET_BYTES];
    char *text = NULL;

    enum gt_err err = random->fill(random->ctx, bytes, len);
    if (err != GT_OK)
        return err;
    if (oath_base32_encode(bytes, len, &text, NULL) != OATH_OK)
        err = gt_err_set(GT_ERR_NOMEM, "no memory for base32");
    else
        err = gt_str_copy(out, size, text);
    if (text)
        gt_wipe(text, strlen(text));
    free(text);
    gt_wipe(bytes, sizeof(bytes));
    return err;
}

enum gt_err gt_otp_secret(const struct gt_random *random, char out[GT_OTP_SECRET_MAX])
{
    return random_base32(random, SECRET_BYTES, out, GT_OTP_SECRET_MAX);
}

enum gt_err gt_otp_check(const char *secret, const char *code, int64_t now, int64_t last,
                         int64_t *step)
{
    char *key = NULL, right[DIGITS + 1];
    size_t len;
    bool found = false;

    if (oath_base32_decode(secret, strlen(secret), &key, &len) != OATH_OK)
        return gt_err_set(GT_ERR_CRYPTO, "a secret of one-time codes is no base32");
    for (int64_t at = now / STEP_MS - 1; at <= now / STEP_MS + 1; at++) {
        if (at <= last || oath_hotp_generate(key, len, (uint64_t)at, DIGITS, false,
                                             OATH_HOTP_DYNAMIC_TRUNCATION, right) != OATH_OK)
            continue;
        if (strlen(code) == DIGITS && gt_same(code, right, DIGITS)) {
            *step = at;
            found = true;
        }
    }
    gt_wipe(key, len);
    free(key);
    return found ? GT_OK : gt_err_set(GT_ERR_DENIED, "no code of these half minutes");
}

enum gt_err gt_recovery_make(const struct gt_random *random, char out[32])
{
    char plain[RECOVERY_LEN + 1];
    char *to = out;
    enum gt_err err = random_base32(random, RECOVERY_LEN * 5 / 8, plain, sizeof(plain));

    if (err != GT_OK)
        return err;
    for (size_t i = 0; i < RECOVERY_LEN; i++) {
        if (i && i % RECOVERY_PART == 0)
            *to++ = '-';
        *to++ = plain[i];
    }
    *to = '\0';
    return GT_OK;
}

enum gt_err gt_recovery_digest(const char *code, char out[65])
{
    char plain[RECOVERY_LEN];
    uint8_t digest[GT_SHA256_SIZE];
    size_t len = 0;

    for (; *code; code++) {
        char c = *code >= 'a' && *code <= 'z' ? (char)(*code - 'a' + 'A') : *code;

        if (c == '-' || c == ' ')
            continue;
        if (len == RECOVERY_LEN)
            return gt_err_set(GT_ERR_DENIED, "no recovery code");
        plain[len++] = c;
    }
    if (len != RECOVERY_LEN)
        return gt_err_set(GT_ERR_DENIED, "no recovery code");
    enum gt_err err = gt_sha256(plain, len, digest);
    if (err == GT_OK)
        gt_hex_encode(digest, sizeof(digest), out);
    return err;
}
