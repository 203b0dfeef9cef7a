/*
 * The configured marketing systems: each a definition, a transport, and a breaker, behind the table
 * of functions of upstream.h.
 *
 * What a call does not know of dialect or wire is in two tables at the top: a new codec or
 * transport is a row there.
 */
#include "link/link.h"

#include "base/log.h"
#include "link/adapter.h"
#include "link/breaker.h"
#include "link/fetch.h"
#include "link/http.h"
#include "link/message.h"

#include <curl/curl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef const struct gt_transport *(*transport_of)(void);
typedef bool (*reader)(const struct gt_adapter *, const struct gt_up_request *, const char *,
                       size_t, struct gt_up_reply *);

static const transport_of transports[GT_TRANSPORT__MAX] = {
    [GT_TRANSPORT_HTTP] = gt_http_transport,
};
static const reader readers[GT_CODEC__MAX] = {
    [GT_CODEC_XML] = gt_reply_read,
};

struct gt_system {
    char name[16];
    struct gt_adapter *adapter;
    const struct gt_transport *transport;
    void *wires;
    struct gt_source source; /* of its statements */
    struct gt_breaker breaker;
    bool has_breaker;
    const struct gt_clock *clock;
    _Atomic int64_t calls;
    _Atomic int64_t by_class[GT_UP_UNKNOWN + 1];
    _Atomic int64_t last_ms;
};

struct gt_link {
    bool curl;
    struct gt_system systems[GT_MARKETING_MAX];
    struct gt_upstream table[GT_MARKETING_MAX];
    struct gt_upstreams all;
};

static void add(_Atomic int64_t *counter)
{
    atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
}

static int64_t get(_Atomic int64_t *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

/* --- one call ------------------------------------------------------------------------------ */

/* The request could not be made: nothing was sent, and the system is not to blame. */
static void not_made(enum gt_err err, enum gt_outcome outcome, struct gt_up_reply *reply)
{
    /* A value that upstream has no word for is refused for good, as upstream itself would. */
    if (err == GT_ERR_DENIED)
        gt_reply_fill(reply, GT_UP_REFUSED, outcome, gt_outcome_info(outcome)->zh);
    else
        gt_reply_fill(reply, GT_UP_NOT_SENT, GT_OUT_UPSTREAM_NOT_REACHED, gt_err_text());
}

/* Sends what the wire holds and reads the answer.  Gives whether the answer could be read. */
static bool exchange(struct gt_system *s, struct gt_wire *wire, const struct gt_up_request *request,
                     int64_t limit_ms, struct gt_up_reply *reply)
{
    s->transport->exchange(s->wires, wire, request->op, limit_ms);
    switch (wire->end) {
    case GT_WIRE_ANSWERED:
        return readers[s->adapter->codec](s->adapter, request, wire->answer.data, wire->answer.len,
                                          reply);
    case GT_WIRE_NOT_SENT:
        gt_reply_fill(reply, GT_UP_NOT_SENT, GT_OUT_UPSTREAM_NOT_REACHED, wire->why);
        return false;
    default:
        gt_reply_fill(reply, GT_UP_UNKNOWN, GT_OUT_IN_DOUBT, wire->why);
        return false;
    }
}

/* Whether people may want to see the answer itself later.  A plain sale pays nothing for it. */
static bool is_kept(const struct gt_up_request *request, const struct gt_wire *wire,
                    const struct gt_up_reply *reply)
{
    if (gt_up_op_asks(request->op) || wire->answer.len == 0)
        return false;
    return reply->class != GT_UP_OK || request->op == GT_UP_INQUIRE;
}

static enum gt_news make_call(struct gt_system *s, const struct gt_up_request *request,
                              int64_t limit_ms, struct gt_up_reply *reply)
{
    enum gt_outcome outcome = GT_OUT_UPSTREAM_REFUSED;
    struct gt_wire *wire = NULL;
    if (!s->adapter->ops[request->op].defined) {
        not_made(GT_ERR_DENIED, outcome, reply);
        return GT_NEWS_NONE;
    }
    enum gt_err err = s->transport->take(s->wires, &wire);
    if (err != GT_OK) {
        not_made(err, outcome, reply);
        return GT_NEWS_NONE;
    }
    err = gt_request_render(s->adapter, request, &wire->request, &outcome);
    if (err != GT_OK) {
        not_made(err, outcome, reply);
        s->transport->give(s->wires, wire, true);
        return GT_NEWS_NONE;
    }
    bool readable = exchange(s, wire, request, limit_ms, reply);
    if (is_kept(request, wire, reply))
        gt_message_keep(s->adapter, request, &wire->answer, reply);
    /* After anything but a readable answer the connection may be out of step: not used again. */
    s->transport->give(s->wires, wire, readable);
    return readable ? GT_NEWS_GOOD : GT_NEWS_BAD;
}

static void call(void *ctx, const struct gt_up_request *request, int64_t limit_ms,
                 struct gt_up_reply *reply)
{
    struct gt_system *s = ctx;
    int64_t began = s->clock->mono(s->clock->ctx);
    enum gt_news news = make_call(s, request, limit_ms, reply);
    reply->took_ms = s->clock->mono(s->clock->ctx) - began;
    if (gt_breaker_report(&s->breaker, news))
        gt_log(GT_LOG_WARN, news == GT_NEWS_GOOD ? "upstream.reopened" : "upstream.shut",
               "system=%s reason=%s", s->name, news == GT_NEWS_GOOD ? "answered" : reply->text);
    add(&s->calls);
    add(&s->by_class[reply->class]);
    if (news == GT_NEWS_GOOD)
        atomic_store_explicit(&s->last_ms, reply->took_ms, memory_order_relaxed);
}

static bool serves(void *ctx, const char *customer_no)
{
    const struct gt_system *s = ctx;
    return gt_adapter_serves(s->adapter, customer_no);
}

static enum gt_err admit(void *ctx, int64_t wait_ms)
{
    struct gt_system *s = ctx;
    enum gt_err err = gt_breaker_admit(&s->breaker, wait_ms);
    return gt_err_add(err, "%s", s->name);
}

static void leave(void *ctx)
{
    struct gt_system *s = ctx;
    gt_breaker_leave(&s->breaker);
}

static void health(void *ctx, struct gt_up_health *health)
{
    struct gt_system *s = ctx;
    int in_flight;
    gt_breaker_state(&s->breaker, &health->shut, &in_flight);
    health->in_flight = in_flight;
    health->calls = get(&s->calls);
    health->bad = get(&s->by_class[GT_UP_NOT_SENT]) + get(&s->by_class[GT_UP_UNKNOWN]);
    health->last_ms = get(&s->last_ms);
}

/* --- statements ---------------------------------------------------------------------------- */

static enum gt_err fetch(void *ctx, int64_t date, const char *path, const struct gt_up_tick *tick)
{
    const struct gt_system *s = ctx;
    const char *rest = s->adapter->statement.path;
    const char *mark = strstr(rest, "{date}");
    char name[160];

    if (mark == NULL)
        snprintf(name, sizeof name, "%s", rest);
    else
        snprintf(name, sizeof name, "%.*s%08lld%s", (int)(mark - rest), rest, (long long)date,
                 mark + strlen("{date}"));
    return gt_err_add(gt_fetch(&s->source, name, path, tick), "%s", s->name);
}

static enum gt_err lines(void *ctx, int64_t date, const char *path, gt_up_line_fn fn, void *arg)
{
    const struct gt_system *s = ctx;
    return gt_day_read(&s->adapter->statement, date, path, fn, arg);
}

/* Where the statements lie: an address of their own, or the system's. */
static enum gt_err find_source(struct gt_system *s, const struct gt_conf_marketing *m)
{
    struct gt_source *src = &s->source;
    const char *url = m->statement_url[0] != '\0' ? m->statement_url : m->url;
    enum gt_err err = gt_str_copy(src->url, sizeof src->url, url);
    if (err == GT_OK)
        err = gt_str_copy(src->key, sizeof src->key, m->statement_key);
    if (err == GT_OK)
        err = gt_str_copy(src->hosts, sizeof src->hosts, m->statement_hosts);
    if (err == GT_OK)
        err = gt_str_copy(src->ca_file, sizeof src->ca_file, s->adapter->ca_file);
    size_t n = strlen(src->url);
    if (n > 0 && src->url[n - 1] == '/')
        src->url[n - 1] = '\0';
    src->bytes_max = s->adapter->statement.bytes_max;
    return err;
}

/* --- all systems --------------------------------------------------------------------------- */

static enum gt_err start_breaker(struct gt_system *s, int slots)
{
    const struct gt_adapter *a = s->adapter;
    struct gt_breaker_limits limits = {
        .slots = a->slots > 0 && a->slots < slots ? a->slots : slots,
        .failures = a->breaker_failures,
        .open_ms = a->breaker_open_ms,
        .probe_ms = a->answer_ms + a->breaker_open_ms,
    };
    enum gt_err err = gt_breaker_init(&s->breaker, &limits, s->clock);
    s->has_breaker = err == GT_OK;
    return err;
}

static enum gt_err add_system(struct gt_link *link, const struct gt_conf *conf,
                              const struct gt_conf_marketing *m, int slots,
                              const struct gt_clock *clock)
{
    int i = link->all.count++;
    struct gt_system *s = &link->systems[i];
    struct gt_upstream *up = &link->table[i];
    s->clock = clock;
    enum gt_err err = gt_adapter_load(m->definition, NULL, conf->templates, &s->adapter);
    if (err != GT_OK)
        return err;
    s->transport = transports[s->adapter->transport]();
    err = gt_str_copy(s->name, sizeof s->name, m->name);
    if (err == GT_OK)
        err = find_source(s, m);
    if (err == GT_OK)
        err = s->transport->open(s->adapter, m->url, &s->wires);
    if (err == GT_OK)
        err = start_breaker(s, slots);
    *up = (struct gt_upstream){.ctx = s,
                               .clears_at = s->adapter->clears_at,
                               .grace_ms = s->adapter->grace_ms,
                               .serves = serves,
                               .admit = admit,
                               .leave = leave,
                               .call = call,
                               .health = health,
                               .totals = s->adapter->ops[GT_UP_TOTALS].defined,
                               .search = s->adapter->ops[GT_UP_SEARCH].defined,
                               .reads = s->adapter->ops[GT_UP_TASKS].defined &&
                                        s->adapter->ops[GT_UP_READINGS].defined};
    if (s->adapter->statement.path[0] != '\0') {
        up->fetch = fetch;
        up->lines = lines;
    }
    memcpy(up->name, s->name, sizeof up->name);
    return gt_err_add(err, "marketing system %s", m->name);
}

enum gt_err gt_link_new(const struct gt_conf *conf, const struct gt_clock *clock, int slots,
                        struct gt_link **link)
{
    struct gt_link *l = calloc(1, sizeof *l);
    if (l == NULL)
        return gt_err_set(GT_ERR_NOMEM, "no memory for the marketing systems");
    l->all.all = l->table;
    enum gt_err err = GT_OK;
    l->curl = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    if (!l->curl)
        err = gt_err_set(GT_ERR_INTERNAL, "cannot start libcurl");
    for (int i = 0; i < conf->nmarketing && err == GT_OK; i++)
        err = add_system(l, conf, &conf->marketing[i], slots, clock);
    if (err != GT_OK) {
        gt_link_free(l);
        return err;
    }
    *link = l;
    return GT_OK;
}

void gt_link_free(struct gt_link *link)
{
    if (link == NULL)
        return;
    for (int i = 0; i < link->all.count; i++) {
        struct gt_system *s = &link->systems[i];
        if (s->transport != NULL)
            s->transport->close(s->wires);
        if (s->has_breaker)
            gt_breaker_done(&s->breaker);
        gt_adapter_free(s->adapter);
    }
    if (link->curl)
        curl_global_cleanup();
    free(link);
}

const struct gt_adapter *gt_link_adapter(const struct gt_link *link, int i)
{
    return i < link->all.count ? link->systems[i].adapter : NULL;
}

const char *gt_link_name(const struct gt_link *link, int i)
{
    return i < link->all.count ? link->systems[i].name : NULL;
}

const struct gt_upstreams *gt_link_upstreams(struct gt_link *link)
{
    return &link->all;
}

bool gt_link_state(struct gt_link *link, int i, struct gt_link_state *state)
{
    if (i < 0 || i >= link->all.count)
        return false;
    struct gt_system *s = &link->systems[i];
    memset(state, 0, sizeof *state);
    memcpy(state->name, s->name, sizeof state->name);
    gt_breaker_state(&s->breaker, &state->breaker_open, &state->in_flight);
    state->calls = get(&s->calls);
    state->ok = get(&s->by_class[GT_UP_OK]);
    state->refused = get(&s->by_class[GT_UP_REFUSED]);
    state->not_sent = get(&s->by_class[GT_UP_NOT_SENT]);
    state->unknown = get(&s->by_class[GT_UP_UNKNOWN]);
    state->last_ms = get(&s->last_ms);
    return true;
}
