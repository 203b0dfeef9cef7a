/*
 * From a request to a page function.
 *
 * Not here: what a page shows, and who may (the handler).  Before a session is there, a visitor has
 * a visit: a random cookie that the sign-in form's token is made from, so that nobody can be signed
 * in by a page of somebody else.
 */
#include "kit/site.h"

#include "base/log.h"
#include "base/text.h"
#include "kit/cookie.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define VISIT_BYTES 24

/* --- looking at the request */

static bool is_post(const struct gt_page *page)
{
    return strcmp(page->request->method, "POST") == 0;
}

/* Address, method, size: the status of what is wrong, 0 if nothing is. */
static int check_address(struct gt_page *page)
{
    const char *method = page->request->method;
    const struct gt_route *route = page->route;
    if (!route)
        return 404;
    bool get = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
    if ((get && route->get) || (is_post(page) && route->post)) {
        size_t most = route->body_max ? route->body_max : GT_ROUTE_BODY;
        return page->request->body_len > most ? 413 : 0;
    }
    gt_http_reply_header(page->reply, "Allow",
                         !route->post ? "GET, HEAD"
                         : route->get ? "GET, HEAD, POST"
                                      : "POST");
    return 405;
}

static int status_of(enum gt_err err)
{
    if (err == GT_OK)
        return 0;
    gt_log(GT_LOG_WARN, "page.bad_parameters", "%s", gt_err_text());
    return err == GT_ERR_TOOBIG ? 413 : err == GT_ERR_NOMEM ? 503 : 400;
}

/* Reads query and body: the status of what is wrong, 0 if nothing is. */
static int read_params(struct gt_page *page)
{
    const struct gt_http_request *request = page->request;
    enum gt_err err = gt_params_urlencoded(&page->query, request->query, strlen(request->query));
    if (err != GT_OK || !is_post(page) || request->body_len == 0)
        return status_of(err);
    if (gt_http_type_is(request->content_type, "application/x-www-form-urlencoded"))
        return status_of(gt_params_urlencoded(&page->form, request->body, request->body_len));
    if (strncasecmp(request->content_type, "multipart/form-data", 19) == 0)
        return status_of(gt_params_multipart(&page->form, request->content_type, request->body,
                                             request->body_len));
    return 415;
}

static void read_language(struct gt_page *page)
{
    char text[8];
    const char *header = page->request->param(page->request->ctx, "HTTP_COOKIE");
    page->lang = GT_LANG_ZH;
    if (gt_cookie_get(header, "lang", text, sizeof text))
        (void)gt_lang_find(text, &page->lang);
}

/* The token of who has no session: of the visit that the cookie names, or of a new one. */
static enum gt_err read_visit(struct gt_page *page)
{
    char visit[GT_VISIT_MAX];
    const char *header = page->request->param(page->request->ctx, "HTTP_COOKIE");
    if (gt_cookie_get(header, "visit", visit, sizeof visit) && strlen(visit) == 2 * VISIT_BYTES)
        return gt_csrf_token(visit, page->token);
    const struct gt_random *random = page->site->random;
    uint8_t bytes[VISIT_BYTES];
    enum gt_err err = random->fill(random->ctx, bytes, sizeof bytes);
    if (err != GT_OK)
        return err;
    gt_hex_encode(bytes, sizeof bytes, page->visit);
    return gt_csrf_token(page->visit, page->token);
}

/* Whether a change comes from one of our pages; logged if not. */
static bool asked_by_us(const struct gt_page *page)
{
    if (!gt_origin_good(page->request)) {
        gt_log(GT_LOG_WARN, "page.foreign_origin", "path=%s", page->route->path);
        return false;
    }
    if (!gt_csrf_good(page->token, gt_params_get(&page->form, "token"))) {
        gt_log(GT_LOG_WARN, "page.bad_token", "path=%s", page->route->path);
        return false;
    }
    return true;
}

/* --- answering */

static enum gt_err answer(struct gt_page *page)
{
    read_language(page);
    int status = check_address(page);
    if (status == 0)
        status = read_params(page);
    enum gt_err err = page->site->enter(page);
    if (err == GT_OK && !page->token[0])
        err = read_visit(page);
    if (err != GT_OK)
        return err;
    /* Who has no business here learns nothing of what is wrong with the request. */
    if (page->done)
        return GT_OK;
    if (status != 0)
        return gt_page_error(page, status);
    if (!is_post(page))
        return page->route->get(page);
    return asked_by_us(page) ? page->route->post(page) : gt_page_error(page, 403);
}

/* A failure, as the visitor sees it. */
static enum gt_err answer_failure(struct gt_page *page, enum gt_err err)
{
    gt_log_err("page.failed", err);
    bool later = err == GT_ERR_BUSY || err == GT_ERR_FULL || err == GT_ERR_TIMEOUT ||
                 err == GT_ERR_LOST || err == GT_ERR_NOMEM;
    gt_buf_reset(&page->reply->headers);
    return gt_page_error(page, later ? 503 : 500);
}

static const char *class_of(int status)
{
    if (status < 300)
        return "ok";
    return status < 400 ? "moved" : status < 500 ? "refused" : "failed";
}

static void note(const struct gt_page *page, int64_t begun)
{
    int64_t ms = page->site->clock->mono(page->site->clock->ctx) - begun;
    gt_metrics_count(page->site->metrics, page->site->name, class_of(page->reply->status),
                     ms * 1000);
    gt_log(GT_LOG_INFO, "page", "method=%s path=%s status=%d ms=%d", page->request->method,
           page->request->path, page->reply->status, (int)ms);
}

enum gt_err gt_site_answer(void *ctx, const struct gt_http_request *request,
                           struct gt_http_reply *reply)
{
    const struct gt_site *site = ctx;
    struct gt_page page = {.site = site,
                           .request = request,
                           .reply = reply,
                           .route = gt_route_find(request->path),
                           .ctx = site->ctx};
    int64_t begun = site->clock->mono(site->clock->ctx);
    enum gt_err err = gt_tmpl_data_new(&page.data);
    if (err == GT_OK)
        err = answer(&page);
    if (err != GT_OK && err != GT_ERR_FATAL)
        err = answer_failure(&page, err);
    note(&page, begun);
    site->leave(&page);
    gt_params_done(&page.query);
    gt_params_done(&page.form);
    gt_tmpl_data_free(page.data);
    return err;
}
