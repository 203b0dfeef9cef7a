/*
 * Digests, ciphers and encodings, through OpenSSL.
 */
#ifndef GT_BASE_CRYPT_H
#define GT_BASE_CRYPT_H

#include "base/clock.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GT_KEY_SIZE    32
#define GT_SHA256_SIZE 32
#define GT_SHA1_SIZE   20
#define GT_SHA256_HEX  65 /* with its end */

/* The platform's keys: the master key hides secrets in the store, the audit key seals rows. */
struct gt_keys {
    uint8_t master[GT_KEY_SIZE];
    uint8_t audit[GT_KEY_SIZE];
};

/* Reads both keys from `path` (two lines "master HEX" and "audit HEX"), which must not be readable
 * by others.  GT_ERR_ABSENT, GT_ERR_DENIED (mode), GT_ERR_SYNTAX, GT_ERR_IO. */
enum gt_err gt_keys_load(const char *path, struct gt_keys *keys) GT_CHECK;
/* Makes new keys and writes them to `path`, mode 0640, synced.  GT_ERR_EXISTS if it is there. */
enum gt_err gt_keys_create(const char *path, const struct gt_random *random) GT_CHECK;

enum gt_err gt_sha256(const void *data, size_t len, uint8_t out[GT_SHA256_SIZE]) GT_CHECK;
enum gt_err gt_sha1(const void *data, size_t len, uint8_t out[GT_SHA1_SIZE]) GT_CHECK;

/* HMAC-SHA256 with a key that is set up once: one object a thread, about a microsecond a message.
 */
struct gt_hmac;
enum gt_err gt_hmac_new(const uint8_t key[GT_KEY_SIZE], struct gt_hmac **hmac) GT_CHECK;
void gt_hmac_free(struct gt_hmac *hmac);
enum gt_err gt_hmac(struct gt_hmac *hmac, const void *data, size_t len,
                    uint8_t out[GT_SHA256_SIZE]) GT_CHECK;

/* A secret under the master key: AES-256-GCM, 12 bytes nonce, text and 16 bytes tag as base64.
 * `purpose` ("terminal:T0000001") is bound to it: a secret moved to another row does not open. */
enum gt_err gt_secret_hide(const struct gt_keys *keys, const struct gt_random *random,
                           const char *purpose, const char *plain, char *out, size_t size) GT_CHECK;
/* GT_ERR_CRYPTO if it was not made with this key and purpose. */
enum gt_err gt_secret_show(const struct gt_keys *keys, const char *purpose, const char *hidden,
                           char *out, size_t size) GT_CHECK;

/* Encodings.  `size` counts the end.  GT_ERR_TOOBIG; GT_ERR_SYNTAX when reading. */
enum gt_err gt_base64_encode(const void *data, size_t len, char *out, size_t size) GT_CHECK;
enum gt_err gt_base64_decode(const char *text, uint8_t *out, size_t size, size_t *len) GT_CHECK;
void gt_hex_encode(const uint8_t *data, size_t len, char *out); /* 2 * len + 1 bytes, lower case */
enum gt_err gt_hex_decode(const char *text, uint8_t *out, size_t size, size_t *len) GT_CHECK;

/* Whether both are equal, in a time that does not tell where they differ. */
bool gt_same(const void *a, const void *b, size_t len);
/* Overwrites a secret in memory in a way that is not optimised away. */
void gt_wipe(void *data, size_t len);

#endif
