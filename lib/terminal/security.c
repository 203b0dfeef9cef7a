/*
 * The WS-Security token.
 *
 * Not here: whose secret it is, and the memory of nonces.  Everything in the token is bounded
 * before it is decoded, and an element that stands there twice is refused: two readers could
 * otherwise disagree about which one counts.
 */
#include "terminal/security.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define WSU_NS  "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
#define PROFILE "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0"
#define MESSAGE "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0"

/* Base64 of the longest nonce, with its end and room for blanks inside. */
#define NONCE_TEXT_MAX 96
#define TYPE_MAX       160

/* What a token does when it is refused for its time or its nonce: nothing, and the terminal must
 * know it. */
#define DID_NOTHING \
    "; this message did nothing: repeat it with a new nonce and the same trace number"

/* Finds the one child `name`. */
static bool find_one(xmlNodePtr parent, const char *ns, const char *name, xmlNodePtr *child,
                     struct gt_fault *fault)
{
    *child = NULL;
    for (xmlNodePtr node = parent->children; node; node = node->next) {
        if (!gt_xml_is(node, ns, name))
            continue;
        if (*child)
            return gt_fault_set(fault, GT_FAULT_SecurityMalformed, "%s: there is more than one",
                                name);
        *child = node;
    }
    if (!*child)
        return gt_fault_set(fault, GT_FAULT_SecurityMalformed, "%s: it is missing in %s", name,
                            (const char *)parent->name);
    return true;
}

static bool read_text(xmlNodePtr parent, const char *ns, const char *name, char *out, size_t size,
                      struct gt_fault *fault)
{
    xmlNodePtr node;
    if (!find_one(parent, ns, name, &node, fault))
        return false;
    if (gt_xml_text(node, out, size) != GT_OK)
        return gt_fault_set(fault, GT_FAULT_SecurityMalformed, "%s: longer than %zu bytes", name,
                            size - 1);
    if (!out[0])
        return gt_fault_set(fault, GT_FAULT_SecurityMalformed, "%s: it is empty", name);
    return true;
}

static bool read_password(xmlNodePtr token_node, struct gt_token *token, struct gt_fault *fault)
{
    xmlNodePtr node;
    if (!find_one(token_node, GT_WSSE_NS, "Password", &node, fault))
        return false;
    char type[TYPE_MAX];
    if (gt_xml_attr(node, "Type", type, sizeof type) != GT_OK)
        type[0] = '?';
    /* The profile: without a Type it is the password itself. */
    if (!type[0] || strcmp(type, PROFILE "#PasswordText") == 0)
        return gt_fault_set(fault, GT_FAULT_PasswordText,
                            "Password: a password in clear is refused; send Type PasswordDigest, "
                            "Base64(SHA1(nonce + created + secret))");
    if (strcmp(type, PROFILE "#PasswordDigest") != 0)
        return gt_fault_set(fault, GT_FAULT_SecurityMalformed,
                            "Password: its Type is not " PROFILE "#PasswordDigest");
    char text[64];
    size_t len = 0;
    if (gt_xml_text(node, text, sizeof text) != GT_OK ||
        gt_base64_decode(text, token->digest, sizeof token->digest, &len) != GT_OK ||
        len != sizeof token->digest)
        return gt_fault_set(fault, GT_FAULT_SecurityMalformed,
                            "Password: not the Base64 of a SHA-1 digest");
    return true;
}

static bool read_nonce(xmlNodePtr token_node, struct gt_token *token, struct gt_fault *fault)
{
    xmlNodePtr node;
    if (!find_one(token_node, GT_WSSE_NS, "Nonce", &node, fault))
        return false;
    char type[TYPE_MAX];
    if (gt_xml_attr(node, "EncodingType", type, sizeof type) != GT_OK ||
        (type[0] && strcmp(type, MESSAGE "#Base64Binary") != 0))
        return gt_fault_set(fault, GT_FAULT_SecurityMalformed,
                            "Nonce: its EncodingType is not " MESSAGE "#Base64Binary");
    char text[NONCE_TEXT_MAX];
    if (gt_xml_text(node, text, sizeof text) != GT_OK ||
        gt_base64_decode(text, token->nonce, sizeof token->nonce, &token->nonce_len) != GT_OK ||
        token->nonce_len < GT_NONCE_MIN)
        return gt_fault_set(fault, GT_FAULT_SecurityMalformed,
                            "Nonce: not the Base64 of %d to %d bytes", GT_NONCE_MIN, GT_NONCE_MAX);
    return true;
}

bool gt_token_read(xmlNodePtr security, struct gt_token *token, struct gt_fault *fault)
{
    if (!security)
        return gt_fault_set(fault, GT_FAULT_SecurityMissing,
                            "Header: there is no wsse:Security; sign the message with a "
                            "UsernameToken");
    *token = (struct gt_token){.nonce_len = 0};
    xmlNodePtr node;
    if (!find_one(security, GT_WSSE_NS, "UsernameToken", &node, fault) ||
        !read_text(node, GT_WSSE_NS, "Username", token->username, sizeof token->username, fault) ||
        !read_password(node, token, fault) || !read_nonce(node, token, fault) ||
        !read_text(node, WSU_NS, "Created", token->created, sizeof token->created, fault))
        return false;
    if (gt_time_parse_xsd(token->created, 0, &token->created_ms) != GT_OK)
        return gt_fault_set(fault, GT_FAULT_SecurityMalformed, "Created: not an xs:dateTime");
    return true;
}

bool gt_token_fresh(const struct gt_token *token, int64_t now, int64_t fresh_ms,
                    struct gt_fault *fault)
{
    int64_t off = token->created_ms - now;
    if (llabs(off) < fresh_ms)
        return true;
    return gt_fault_set(fault, GT_FAULT_StaleMessage,
                        "Created: %" PRId64 " s %s our time, more than %" PRId64
                        " s are not taken; set the clock" DID_NOTHING,
                        (int64_t)(llabs(off) / 1000), off < 0 ? "before" : "after",
                        fresh_ms / 1000);
}

enum gt_err gt_token_verify(const struct gt_token *token, const char *secret, bool *right)
{
    struct gt_buf text;
    gt_buf_init(&text, GT_NONCE_MAX + GT_TIME_MAX + GT_SECRET_MAX);
    gt_buf_put(&text, token->nonce, token->nonce_len);
    gt_buf_puts(&text, token->created);
    gt_buf_puts(&text, secret);
    uint8_t digest[GT_SHA1_SIZE];
    enum gt_err err = gt_buf_err(&text);
    if (err == GT_OK)
        err = gt_sha1(text.data, text.len, digest);
    if (err == GT_OK)
        *right = gt_same(digest, token->digest, sizeof digest);
    if (text.cap > 0)
        gt_wipe(text.data, text.len);
    gt_buf_done(&text);
    return err;
}
