/*
 * WS-Security: the UsernameToken with a password digest, as the OASIS UsernameToken Profile 1.0
 * has it: Password_Digest = Base64(SHA-1(nonce + created + password)).
 *
 * The digest proves that the terminal knows its secret; it does not cover the body.  Against a
 * second copy stand the time (here), the nonce (nonces.h) and, for money, the trace number.
 */
#ifndef GT_TERMINAL_SECURITY_H
#define GT_TERMINAL_SECURITY_H

#include "access/terminal.h"
#include "terminal/envelope.h"

#define GT_WSSE_NS \
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"

#define GT_NONCE_MIN 8
#define GT_NONCE_MAX 64

struct gt_token {
    char username[GT_TERMINAL_NO_MAX];
    uint8_t digest[GT_SHA1_SIZE];
    uint8_t nonce[GT_NONCE_MAX];
    size_t nonce_len;
    char created[GT_TIME_MAX]; /* as it was sent: the digest is over this text */
    int64_t created_ms;
};

/* Reads the token of a Security element (NULL: there was none). */
bool gt_token_read(xmlNodePtr security, struct gt_token *token, struct gt_fault *fault) GT_CHECK;

/* Whether the token was made less than `fresh_ms` before or after `now`. */
bool gt_token_fresh(const struct gt_token *token, int64_t now, int64_t fresh_ms,
                    struct gt_fault *fault) GT_CHECK;

/* Whether the digest was made with `secret`: `*right`.  GT_ERR_CRYPTO. */
enum gt_err gt_token_verify(const struct gt_token *token, const char *secret, bool *right) GT_CHECK;

#endif
