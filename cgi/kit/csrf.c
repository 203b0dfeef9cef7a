/*
 * Tokens against forged requests.
 *
 * Nothing is stored for a visit: its token is a digest of its cookie, so every handler can check
 * it.
 */
#include "kit/csrf.h"

#include <stdio.h>
#include <string.h>

enum gt_err gt_csrf_token(const char *visit, char out[GT_SHA256_HEX])
{
    char text[256];
    uint8_t digest[GT_SHA256_SIZE];
    int n = snprintf(text, sizeof text, "gridtill form token:%s", visit);
    if (n < 0 || (size_t)n >= sizeof text)
        return gt_err_set(GT_ERR_TOOBIG, "a visit's cookie that is too long");
    enum gt_err err = gt_sha256(text, (size_t)n, digest);
    if (err == GT_OK)
        gt_hex_encode(digest, sizeof digest, out);
    gt_wipe(text, sizeof text);
    return err;
}

bool gt_csrf_good(const char *token, const char *given)
{
    size_t n = strlen(token);
    return n > 0 && strlen(given) == n && gt_same(token, given, n);
}

bool gt_origin_good(const struct gt_http_request *request)
{
    char ours[320];
    const char *origin = request->param(request->ctx, "HTTP_ORIGIN");
    const char *site = request->param(request->ctx, "HTTP_SEC_FETCH_SITE");
    if (site[0] && strcmp(site, "same-origin") != 0)
        return false;
    if (!origin[0])
        return true;
    if (!gt_http_host_good(request->host))
        return false;
    (void)snprintf(ours, sizeof ours, "https://%s", request->host);
    return strcmp(origin, ours) == 0;
}
