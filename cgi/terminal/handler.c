/*
 * The paths of terminal.fcgi.
 *
 * Not here: what an envelope says (lib/terminal).  Who may see /metrics is the web server's matter.
 */
#include "handler.h"

#include "base/limit.h"
#include "till/bizdate.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

static enum gt_err refuse_method(struct gt_http_reply *reply, const char *allow)
{
    gt_http_reply_text(reply, 405, "this method is not for this address");
    gt_http_reply_header(reply, "Allow", allow);
    return GT_OK;
}

static int64_t microseconds(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static enum gt_err answer_envelope(struct gt_service *service,
                                   const struct gt_http_request *request,
                                   struct gt_http_reply *reply)
{
    if (!gt_http_type_is(request->content_type, "text/xml")) {
        gt_http_reply_text(reply, 415, "send SOAP 1.1 as text/xml in UTF-8");
        return GT_OK;
    }
    int64_t start = microseconds();
    struct gt_answer answer;
    enum gt_err err = gt_contract_answer(service->contract, request->body, request->body_len,
                                         &reply->body, &answer);
    if (err != GT_OK)
        return err;
    reply->status = answer.http_status;
    reply->content_type = "text/xml; charset=utf-8";
    gt_metrics_count(service->metrics, answer.operation, answer.class, microseconds() - start);
    return GT_OK;
}

static enum gt_err answer_wsdl(const struct gt_service *service,
                               const struct gt_http_request *request, struct gt_http_reply *reply)
{
    if (!gt_http_host_good(request->host)) {
        gt_http_reply_text(reply, 400, "the Host header is no name and port");
        return GT_OK;
    }
    char location[320];
    (void)snprintf(location, sizeof location, "https://%s%s", request->host, request->path);
    gt_contract_wsdl(service->contract, location, &reply->body);
    reply->content_type = "text/xml; charset=utf-8";
    return GT_OK;
}

static enum gt_err answer_terminal(struct gt_service *service,
                                   const struct gt_http_request *request,
                                   struct gt_http_reply *reply)
{
    if (strcmp(request->method, "POST") == 0)
        return answer_envelope(service, request, reply);
    if (strcmp(request->method, "GET") != 0)
        return refuse_method(reply, "GET, POST");
    if (strcasecmp(request->query, "wsdl") == 0)
        return answer_wsdl(service, request, reply);
    gt_http_reply_text(reply, 405, "POST a SOAP 1.1 envelope, or GET ?wsdl");
    gt_http_reply_header(reply, "Allow", "POST");
    return GT_OK;
}

/* Healthy is who can read the store. */
static enum gt_err answer_health(const struct gt_service *service, struct gt_http_reply *reply)
{
    struct gt_state state;
    enum gt_err err = gt_bizdate_get(service->db, &state);
    if (err == GT_ERR_FATAL)
        return err;
    if (err == GT_OK)
        gt_http_reply_text(reply, 200, "ok");
    else
        gt_http_reply_text(reply, 503, gt_err_name(err));
    return GT_OK;
}

static void put_store(struct gt_db *db, struct gt_buf *out)
{
    struct gt_db_stats stats;
    gt_db_stats(db, &stats);
    const struct {
        const char *name, *type, *help;
        int64_t value;
    } figures[] = {
        {"gridtill_store_transactions_total", "counter", "Write transactions.", stats.transactions},
        {"gridtill_store_commits_total", "counter", "Durable commits; each holds a group of them.",
         stats.commits},
        {"gridtill_store_retries_total", "counter", "Callbacks that ran again.", stats.retries},
        {"gridtill_store_round_trips_total", "counter", "Questions to a database server.",
         stats.trips},
        {"gridtill_store_away", "gauge", "1 while the database server is taken for away.",
         stats.away},
        {"gridtill_store_refused_total", "counter",
         "Transactions turned away while it was, tries included.", stats.refused},
        {"gridtill_store_cuts_total", "counter",
         "Links to the server cut because it did not answer in time.", stats.cuts},
        {"gridtill_store_queue_max", "gauge", "Longest queue of writers seen.", stats.queue_max},
    };
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
        gt_metrics_put_head(out, figures[i].name, figures[i].type, figures[i].help);
        gt_buf_printf(out, "%s %" PRId64 "\n", figures[i].name, figures[i].value);
    }
}

static void put_calls(const struct gt_link_state *state, struct gt_buf *out)
{
    const struct {
        const char *class;
        int64_t calls;
    } figures[] = {
        {"ok", state->ok},
        {"refused", state->refused},
        {"not_sent", state->not_sent},
        {"unknown", state->unknown},
    };
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++)
        gt_buf_printf(out,
                      "gridtill_upstream_calls_total{system=\"%s\",class=\"%s\"} %" PRId64 "\n",
                      state->name, figures[i].class, figures[i].calls);
}

static void put_link(struct gt_link *link, struct gt_buf *out)
{
    struct gt_link_state state;
    gt_metrics_put_head(out, "gridtill_upstream_calls_total", "counter",
                        "Calls to a marketing system, by what is known of them.");
    for (int i = 0; gt_link_state(link, i, &state); i++)
        put_calls(&state, out);
    gt_metrics_put_head(out, "gridtill_upstream_breaker_open", "gauge",
                        "1 while a marketing system is taken for down.");
    for (int i = 0; gt_link_state(link, i, &state); i++)
        gt_buf_printf(out, "gridtill_upstream_breaker_open{system=\"%s\"} %d\n", state.name,
                      (int)state.breaker_open);
    gt_metrics_put_head(out, "gridtill_upstream_in_flight", "gauge", "Calls in flight.");
    for (int i = 0; gt_link_state(link, i, &state); i++)
        gt_buf_printf(out, "gridtill_upstream_in_flight{system=\"%s\"} %d\n", state.name,
                      state.in_flight);
}

static enum gt_err answer_metrics(const struct gt_service *service, struct gt_http_reply *reply)
{
    reply->content_type = "text/plain; version=0.0.4; charset=utf-8";
    gt_metrics_write(service->metrics, &reply->body);
    put_store(service->db, &reply->body);
    put_link(service->link, &reply->body);
    return GT_OK;
}

static enum gt_err answer(struct gt_service *service, const struct gt_http_request *request,
                          struct gt_http_reply *reply)
{
    bool get = strcmp(request->method, "GET") == 0;
    if (strcmp(request->path, "/terminal") == 0)
        return answer_terminal(service, request, reply);
    if (strcmp(request->path, "/healthz") == 0)
        return get ? answer_health(service, reply) : refuse_method(reply, "GET");
    if (strcmp(request->path, "/metrics") == 0)
        return get ? answer_metrics(service, reply) : refuse_method(reply, "GET");
    gt_http_reply_text(reply, 404, "there is nothing at this address");
    return GT_OK;
}

enum gt_err gt_service_answer(void *ctx, const struct gt_http_request *request,
                              struct gt_http_reply *reply)
{
    struct gt_service *service = ctx;
    gt_limit_set(microseconds() / 1000 + service->answer_ms - GT_LIMIT_MARGIN_MS);
    enum gt_err err = answer(service, request, reply);
    gt_limit_set(0);
    return err;
}
