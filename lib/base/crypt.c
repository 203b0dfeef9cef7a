/*
 * Digests, ciphers, encodings and the key file.
 *
 * Not here: passwords (the access room uses crypt(3)), and TLS.  HMAC is built from the digest by
 * hand (RFC 2104), because EVP_MAC cannot be given its key once and then be used again cheaply:
 * here the states after the inner and the outer pad are made once and copied for each message.
 */
#include "base/crypt.h"

#include "base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SHA256_BLOCK 64
#define NONCE_SIZE   12
#define TAG_SIZE     16
#define SECRET_MAX   1024 /* bytes of a secret in the clear */
#define KEY_FILE_MAX 1024

/* Says what failed, and empties OpenSSL's own queue, which would grow for ever. */
static enum gt_err openssl_failed(const char *what)
{
    unsigned long code = ERR_peek_last_error();
    const char *reason = code ? ERR_reason_error_string(code) : NULL;
    ERR_clear_error();
    return gt_err_set(GT_ERR_CRYPTO, "%s failed: %s", what, reason ? reason : "no reason given");
}

bool gt_same(const void *a, const void *b, size_t len)
{
    return CRYPTO_memcmp(a, b, len) == 0;
}

void gt_wipe(void *data, size_t len)
{
    OPENSSL_cleanse(data, len);
}

/* OpenSSL looks an algorithm up by its name each time that it is used, which takes longer than a
 * short digest; here each is looked up once.  One that is not to be had is NULL, and fails where
 * it is used. */
static struct {
    EVP_MD *sha256, *sha1;
    EVP_CIPHER *gcm;
} fetched;

static void fetch(void)
{
    fetched.sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    fetched.sha1 = EVP_MD_fetch(NULL, "SHA1", NULL);
    fetched.gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
}

static void fetch_once(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, fetch);
}

/* --- digests */

enum gt_err gt_sha256(const void *data, size_t len, uint8_t out[GT_SHA256_SIZE])
{
    fetch_once();
    if (!fetched.sha256 || EVP_Digest(data, len, out, NULL, fetched.sha256, NULL) != 1)
        return openssl_failed("SHA-256");
    return GT_OK;
}

enum gt_err gt_sha1(const void *data, size_t len, uint8_t out[GT_SHA1_SIZE])
{
    fetch_once();
    if (!fetched.sha1 || EVP_Digest(data, len, out, NULL, fetched.sha1, NULL) != 1)
        return openssl_failed("SHA-1");
    return GT_OK;
}

struct gt_hmac {
    EVP_MD_CTX *inner; /* after the key with the inner pad */
    EVP_MD_CTX *outer; /* after the key with the outer pad */
    EVP_MD_CTX *work;  /* a copy of either, for the message at hand */
};

/* Makes the state after one block of the key, each byte changed by `pad`. */
static EVP_MD_CTX *keyed(EVP_MD *md, const uint8_t key[GT_KEY_SIZE], uint8_t pad)
{
    uint8_t block[SHA256_BLOCK];
    for (size_t i = 0; i < sizeof block; i++)
        block[i] = i < GT_KEY_SIZE ? key[i] ^ pad : pad;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    if (ctx && (EVP_DigestInit_ex2(ctx, md, NULL) != 1 ||
                EVP_DigestUpdate(ctx, block, sizeof block) != 1)) {
        EVP_MD_CTX_free(ctx);
        ctx = NULL;
    }
    gt_wipe(block, sizeof block);
    return ctx;
}

enum gt_err gt_hmac_new(const uint8_t key[GT_KEY_SIZE], struct gt_hmac **hmac)
{
    struct gt_hmac *h = calloc(1, sizeof *h);
    if (!h)
        return gt_err_set(GT_ERR_NOMEM, "no memory for an HMAC");
    fetch_once();
    if (fetched.sha256) {
        h->inner = keyed(fetched.sha256, key, 0x36);
        h->outer = keyed(fetched.sha256, key, 0x5C);
        h->work = EVP_MD_CTX_new();
    }
    if (!h->inner || !h->outer || !h->work) {
        gt_hmac_free(h);
        return openssl_failed("setting up HMAC-SHA256");
    }
    *hmac = h;
    return GT_OK;
}

void gt_hmac_free(struct gt_hmac *hmac)
{
    if (!hmac)
        return;
    EVP_MD_CTX_free(hmac->inner);
    EVP_MD_CTX_free(hmac->outer);
    EVP_MD_CTX_free(hmac->work);
    free(hmac);
}

/* Goes on from a keyed state with `data` and takes the digest. */
static int digest_from(struct gt_hmac *hmac, const EVP_MD_CTX *state, const void *data, size_t len,
                       uint8_t out[GT_SHA256_SIZE])
{
    return EVP_MD_CTX_copy_ex(hmac->work, state) == 1 &&
           EVP_DigestUpdate(hmac->work, data, len) == 1 &&
           EVP_DigestFinal_ex(hmac->work, out, NULL) == 1;
}

enum gt_err gt_hmac(struct gt_hmac *hmac, const void *data, size_t len, uint8_t out[GT_SHA256_SIZE])
{
    uint8_t inner[GT_SHA256_SIZE];
    if (!digest_from(hmac, hmac->inner, data, len, inner) ||
        !digest_from(hmac, hmac->outer, inner, sizeof inner, out))
        return openssl_failed("HMAC-SHA256");
    return GT_OK;
}

/* --- secrets */

/* Runs AES-256-GCM over `in`, with `purpose` as additional data, in either direction.  `tag` is
 * written when encrypting and checked when decrypting. */
static int gcm(int encrypt, const uint8_t *key, const uint8_t *nonce, const char *purpose,
               const uint8_t *in, size_t len, uint8_t *out, uint8_t *tag)
{
    int n = 0;
    int ok = 0;
    fetch_once();
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    if (!ctx || !fetched.gcm ||
        EVP_CipherInit_ex2(ctx, fetched.gcm, key, nonce, encrypt, NULL) != 1)
        goto out;
    if (EVP_CipherUpdate(ctx, NULL, &n, (const uint8_t *)purpose, (int)strlen(purpose)) != 1)
        goto out;
    if (len > 0 && EVP_CipherUpdate(ctx, out, &n, in, (int)len) != 1)
        goto out;
    if (!encrypt && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, TAG_SIZE, tag) != 1)
        goto out;
    if (EVP_CipherFinal_ex(ctx, out + len, &n) != 1)
        goto out;
    if (encrypt && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, TAG_SIZE, tag) != 1)
        goto out;
    ok = 1;
out:
    EVP_CIPHER_CTX_free(ctx);
    return ok;
}

enum gt_err gt_secret_hide(const struct gt_keys *keys, const struct gt_random *random,
                           const char *purpose, const char *plain, char *out, size_t size)
{
    uint8_t sealed[NONCE_SIZE + SECRET_MAX + TAG_SIZE];
    size_t len = strlen(plain);
    if (len > SECRET_MAX)
        return gt_err_set(GT_ERR_TOOBIG, "a secret of more than %d bytes", SECRET_MAX);
    enum gt_err err = random->fill(random->ctx, sealed, NONCE_SIZE);
    if (err != GT_OK)
        return err;
    if (!gcm(1, keys->master, sealed, purpose, (const uint8_t *)plain, len, sealed + NONCE_SIZE,
             sealed + NONCE_SIZE + len))
        return openssl_failed("hiding a secret");
    return gt_base64_encode(sealed, NONCE_SIZE + len + TAG_SIZE, out, size);
}

enum gt_err gt_secret_show(const struct gt_keys *keys, const char *purpose, const char *hidden,
                           char *out, size_t size)
{
    uint8_t sealed[NONCE_SIZE + SECRET_MAX + TAG_SIZE];
    char plain[SECRET_MAX + 1];
    size_t total = 0;
    if (gt_base64_decode(hidden, sealed, sizeof sealed, &total) != GT_OK ||
        total < NONCE_SIZE + TAG_SIZE)
        return gt_err_set(GT_ERR_CRYPTO, "the secret of %s is damaged", purpose);
    size_t len = total - NONCE_SIZE - TAG_SIZE;
    if (!gcm(0, keys->master, sealed, purpose, sealed + NONCE_SIZE, len, (uint8_t *)plain,
             sealed + NONCE_SIZE + len)) {
        ERR_clear_error();
        gt_wipe(plain, sizeof plain);
        return gt_err_set(GT_ERR_CRYPTO, "the secret of %s was not made with this key", purpose);
    }
    plain[len] = '\0';
    enum gt_err err = gt_str_copy(out, size, plain);
    gt_wipe(plain, sizeof plain);
    return err;
}

/* --- encodings */

enum gt_err gt_base64_encode(const void *data, size_t len, char *out, size_t size)
{
    if (len > INT32_MAX / 2 || (len + 2) / 3 * 4 + 1 > size)
        return gt_err_set(GT_ERR_TOOBIG, "no room for %zu bytes as base64", len);
    (void)EVP_EncodeBlock((unsigned char *)out, data, (int)len);
    return GT_OK;
}

/* The value of a base64 digit, -1 if it is none. */
static int base64_value(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : -1;
}

enum gt_err gt_base64_decode(const char *text, uint8_t *out, size_t size, size_t *len)
{
    size_t chars = strlen(text);
    size_t pads = 0;
    while (pads < 2 && pads < chars && text[chars - 1 - pads] == '=')
        pads++;
    size_t n = chars / 4 * 3 - pads;
    if (chars % 4 != 0)
        return gt_err_set(GT_ERR_SYNTAX, "base64 comes in groups of four characters");
    if (n > size)
        return gt_err_set(GT_ERR_TOOBIG, "%zu bytes of base64 where %zu fit", n, size);
    uint32_t bits = 0;
    size_t done = 0;
    for (size_t i = 0; i < chars; i++) {
        int value = i < chars - pads ? base64_value(text[i]) : 0;
        if (value < 0)
            return gt_err_set(GT_ERR_SYNTAX, "character %zu is not base64", i + 1);
        bits = bits << 6 | (uint32_t)value;
        if (i % 4 != 3)
            continue;
        for (int shift = 16; shift >= 0; shift -= 8) {
            if (done < n)
                out[done++] = (uint8_t)(bits >> shift);
            else if ((bits >> shift & 0xFF) != 0)
                return gt_err_set(GT_ERR_SYNTAX, "base64 with bits behind its end");
        }
        bits = 0;
    }
    *len = n;
    return GT_OK;
}

void gt_hex_encode(const uint8_t *data, size_t len, char *out)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < len; i++) {
        *out++ = digits[data[i] >> 4];
        *out++ = digits[data[i] & 0xF];
    }
    *out = '\0';
}

/* The value of a hex digit, -1 if it is none. */
static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

enum gt_err gt_hex_decode(const char *text, uint8_t *out, size_t size, size_t *len)
{
    size_t chars = strlen(text);
    if (chars % 2 != 0)
        return gt_err_set(GT_ERR_SYNTAX, "hex digits come in pairs");
    if (chars / 2 > size)
        return gt_err_set(GT_ERR_TOOBIG, "%zu bytes of hex where %zu fit", chars / 2, size);
    for (size_t i = 0; i < chars; i += 2) {
        int high = hex_value(text[i]);
        int low = hex_value(text[i + 1]);
        if (high < 0 || low < 0)
            return gt_err_set(GT_ERR_SYNTAX, "digit %zu is not hex", i + (high >= 0) + 1);
        out[i / 2] = (uint8_t)(high << 4 | low);
    }
    *len = chars / 2;
    return GT_OK;
}

/* --- the key file */

/* Reads a key from the line "name HEX" among the lines of `text`. */
static enum gt_err find_key(const char *text, const char *name, uint8_t key[GT_KEY_SIZE])
{
    size_t n = strlen(name);
    for (const char *line = text; *line;) {
        size_t length = strcspn(line, "\n");
        if (length == n + 1 + 2 * GT_KEY_SIZE && memcmp(line, name, n) == 0 && line[n] == ' ') {
            char hex[2 * GT_KEY_SIZE + 1];
            size_t bytes = 0;
            memcpy(hex, line + n + 1, 2 * GT_KEY_SIZE);
            hex[2 * GT_KEY_SIZE] = '\0';
            enum gt_err err = gt_hex_decode(hex, key, GT_KEY_SIZE, &bytes);
            gt_wipe(hex, sizeof hex);
            return err;
        }
        line += length + (line[length] == '\n');
    }
    return gt_err_set(GT_ERR_SYNTAX, "no line '%s' with %d hex digits", name, 2 * GT_KEY_SIZE);
}

/* Reads both keys from an open file. */
static enum gt_err read_keys(int fd, struct gt_keys *keys)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return gt_err_sys(GT_ERR_IO, errno, "cannot look at it");
    if ((st.st_mode & S_IRWXO) != 0)
        return gt_err_set(GT_ERR_DENIED, "mode %04o lets others at it: use 0640 or 0600",
                          (unsigned)(st.st_mode & 07777));
    struct gt_keys found;
    struct gt_buf text;
    gt_buf_init(&text, KEY_FILE_MAX);
    gt_buf_read(&text, fd);
    enum gt_err err = gt_buf_err(&text);
    if (err == GT_ERR_TOOBIG)
        err = GT_ERR_SYNTAX;
    if (err == GT_OK)
        err = find_key(text.data, "master", found.master);
    if (err == GT_OK)
        err = find_key(text.data, "audit", found.audit);
    if (err == GT_OK)
        *keys = found;
    gt_wipe(&found, sizeof found);
    gt_wipe(text.data, text.len);
    gt_buf_done(&text);
    return err;
}

enum gt_err gt_keys_load(const char *path, struct gt_keys *keys)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        enum gt_err err = errno == ENOENT ? GT_ERR_ABSENT : GT_ERR_IO;
        return gt_err_sys(errno == EACCES ? GT_ERR_DENIED : err, errno, "key file %s", path);
    }
    enum gt_err err = read_keys(fd, keys);
    (void)close(fd);
    return gt_err_add(err, "key file %s", path);
}

/* Makes the new name in the folder of `path` survive a power cut. */
static int sync_folder(const char *path)
{
    char *copy = strdup(path);
    if (!copy)
        return -1;
    int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(copy);
    if (fd < 0)
        return -1;
    int result = fsync(fd);
    (void)close(fd);
    return result;
}

enum gt_err gt_keys_create(const char *path, const struct gt_random *random)
{
    struct gt_keys keys;
    char master[2 * GT_KEY_SIZE + 1];
    char audit[2 * GT_KEY_SIZE + 1];
    char text[KEY_FILE_MAX];
    int fd = -1;

    enum gt_err err = random->fill(random->ctx, &keys, sizeof keys);
    if (err != GT_OK)
        return err;
    gt_hex_encode(keys.master, sizeof keys.master, master);
    gt_hex_encode(keys.audit, sizeof keys.audit, audit);
    int len = snprintf(text, sizeof text, "master %s\naudit %s\n", master, audit);

    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    if (fd < 0) {
        err = gt_err_sys(errno == EEXIST ? GT_ERR_EXISTS : GT_ERR_IO, errno, "key file %s", path);
        goto out;
    }
    if (fchmod(fd, 0640) != 0 || write(fd, text, (size_t)len) != len || fsync(fd) != 0 ||
        sync_folder(path) != 0) {
        err = gt_err_sys(GT_ERR_IO, errno, "cannot write the key file %s", path);
        (void)unlink(path);
    }
    (void)close(fd);
out:
    gt_wipe(&keys, sizeof keys);
    gt_wipe(master, sizeof master);
    gt_wipe(audit, sizeof audit);
    gt_wipe(text, sizeof text);
    return err;
}
