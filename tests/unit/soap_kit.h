/*
 * What the tests of the terminal contract share: making signed envelopes, and looking into answers.
 */
#ifndef GT_TESTS_SOAP_KIT_H
#define GT_TESTS_SOAP_KIT_H

#include "unit.h"

#include "terminal/security.h"

#define SOAP_WSU \
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
#define SOAP_OPEN "<s:Envelope xmlns:s='" GT_SOAP_NS "'>"
#define SOAP_PROFILE \
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0"

/* A Security element; `type` is what stands behind the '#' of the password's Type. */
static inline void soap_security(struct gt_buf *out, const char *username, const char *type,
                                 const char *digest, const char *nonce, const char *created)
{
    gt_buf_printf(out,
                  "<w:Security xmlns:w='" GT_WSSE_NS "' xmlns:u='" SOAP_WSU
                  "'><w:UsernameToken><w:Username>%s</w:Username><w:Password Type='" SOAP_PROFILE
                  "#%s'>%s</w:Password><w:Nonce>%s</w:Nonce><u:Created>%s</u:Created>"
                  "</w:UsernameToken></w:Security>",
                  username, type, digest, nonce, created);
}

/* The same with the right digest over a nonce made from `number`. */
static inline void soap_sign(struct gt_buf *out, const char *username, const char *secret,
                             int64_t number, int64_t created_ms)
{
    char nonce[64], nonce64[64], created[GT_TIME_MAX], digest64[64], text[256];
    uint8_t digest[GT_SHA1_SIZE];
    (void)snprintf(nonce, sizeof nonce, "nonce-%08lld", (long long)number);
    gt_time_format_xsd(created_ms, 0, created);
    (void)snprintf(text, sizeof text, "%s%s%s", nonce, created, secret);
    assert_ok(gt_sha1(text, strlen(text), digest));
    assert_ok(gt_base64_encode(digest, sizeof digest, digest64, sizeof digest64));
    assert_ok(gt_base64_encode(nonce, strlen(nonce), nonce64, sizeof nonce64));
    soap_security(out, username, "PasswordDigest", digest64, nonce64, created);
}

/* The text of the first element called `name`, whatever its prefix; "" if there is none. */
static inline const char *soap_field(const char *xml, const char *name, char *out, size_t size)
{
    char mark[64];
    (void)snprintf(mark, sizeof mark, "<%s>", name);
    const char *from = strstr(xml, mark);
    const char *to = from ? strchr(from += strlen(mark), '<') : NULL;
    size_t n = to ? (size_t)(to - from) : 0;
    assert_true(n < size);
    memcpy(out, from ? from : "", n);
    out[n] = '\0';
    return out;
}

#endif
