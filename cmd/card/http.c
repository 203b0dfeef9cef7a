/*
 * HTTP, through libmicrohttpd, with a thread a connection: a slow card keeps nobody else waiting.
 */
#include "http.h"

#include "base/buf.h"
#include "base/log.h"
#include "base/text.h"
#include "json.h"
#include "say.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define CONNECTIONS 64
#define IDLE_S      20
#define HEAD_MAX    ((size_t)16 * 1024) /* memory of a connection: its head must fit */

struct gt_card_http {
    struct gt_card_http_conf conf;
    struct MHD_Daemon *daemon;
    uint16_t port;
};

/* One request while its body comes in. */
struct visit {
    struct gt_buf body;
};

/* --- answers */

struct error {
    unsigned status;
    const char *word;
    const char *zh, *en;
};

static const struct error no_host = {403, "host", "请用 127.0.0.1 访问读卡服务",
                                     "Ask for this bridge as 127.0.0.1"};
static const struct error no_origin = {403, "origin",
                                       "此页面无权使用读卡服务，请管理员把平台地址加入 --origin",
                                       "This page may not use the bridge: the platform's address "
                                       "belongs into its --origin"};
static const struct error no_path = {404, "path", "没有此地址", "There is nothing at this address"};
static const struct error no_method = {405, "method", "请求方法不对", "Not with this method"};
static const struct error too_big = {413, "size", "请求过长", "The request is too long"};
static const struct error no_type = {415, "type", "请求须为 application/json",
                                     "The request must be application/json"};
static const struct error no_json = {400, "json", "请求不是 JSON 对象",
                                     "The request is no JSON object"};
static const struct error no_memory = {500, "memory", "内存不足", "No memory"};

static const char *header(struct MHD_Connection *conn, const char *name)
{
    return MHD_lookup_connection_value(conn, MHD_HEADER_KIND, name);
}

/* The origin that the request comes from, if it may ask; NULL. */
static const char *allowed_origin(const struct gt_card_http *http, struct MHD_Connection *conn)
{
    const char *origin = header(conn, MHD_HTTP_HEADER_ORIGIN);
    for (int i = 0; origin && i < http->conf.norigins; i++)
        if (strcmp(origin, http->conf.origins[i]) == 0)
            return http->conf.origins[i];
    return NULL;
}

static enum MHD_Result send_response(struct MHD_Connection *conn, unsigned status,
                                     const char *origin, struct MHD_Response *response)
{
    if (!response)
        return MHD_NO;
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    MHD_add_response_header(response, MHD_HTTP_HEADER_VARY, "Origin");
    if (origin)
        MHD_add_response_header(response, MHD_HTTP_HEADER_ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    enum MHD_Result queued = MHD_queue_response(conn, status, response);
    MHD_destroy_response(response);
    return queued;
}

/* Sends JSON; takes `text`, NULL: there was no memory for it. */
static enum MHD_Result send_json(struct MHD_Connection *conn, unsigned status, const char *origin,
                                 char *text)
{
    struct MHD_Response *response =
        text ? MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_FREE) : NULL;
    if (!response) {
        free(text);
        return MHD_NO;
    }
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "application/json");
    return send_response(conn, status, origin, response);
}

static enum MHD_Result send_error(struct MHD_Connection *conn, const char *origin,
                                  const struct error *error)
{
    return send_json(conn, error->status, origin,
                     gt_card_json_error(error->word, error->zh, error->en));
}

/* --- what is asked */

typedef enum MHD_Result (*work)(struct gt_card_http *http, struct MHD_Connection *conn,
                                const char *origin, const struct gt_buf *body);

static enum MHD_Result get_status(struct gt_card_http *http, struct MHD_Connection *conn,
                                  const char *origin, const struct gt_buf *body)
{
    struct gt_presence seen;
    (void)body;
    gt_reader_look(http->conf.reader, &seen);
    return send_json(conn, MHD_HTTP_OK, origin, gt_card_json_status(&seen));
}

static enum MHD_Result get_card(struct gt_card_http *http, struct MHD_Connection *conn,
                                const char *origin, const struct gt_buf *body)
{
    struct gt_presence seen;
    struct gt_chip chip;
    uint8_t random[GT_CHIP_RANDOM];
    (void)body;
    gt_reader_read(http->conf.reader, &seen, &chip, random);
    gt_log(GT_LOG_DEBUG, "card.read", "state=%s", gt_say_state(seen.state)->word);
    return send_json(conn, MHD_HTTP_OK, origin, gt_card_json_card(&seen, &chip, random));
}

static void log_write(const struct gt_chip_packet *packet, const struct gt_chip_report *report)
{
    char card_no[GT_CHIP_TEXT + 8];
    gt_mask_number(packet->card_no, card_no, sizeof(card_no));
    gt_log(report->result == GT_CHIP_WRITTEN ? GT_LOG_INFO : GT_LOG_WARN, "card.write",
           "result=%s reason=%s sw=%04x card=%s count=%u", gt_say_result(report->result),
           gt_say_reason(report->reason)->word, (unsigned)report->sw, card_no,
           (unsigned)gt_chip_number(packet->data + GT_CHIP_AT_COUNT, 4));
}

static enum MHD_Result post_write(struct gt_card_http *http, struct MHD_Connection *conn,
                                  const char *origin, const struct gt_buf *body)
{
    struct gt_chip_packet packet;
    struct gt_chip_report report;
    uint8_t random[GT_CHIP_RANDOM];
    const char *member;
    char zh[80], en[80];
    enum gt_err err = gt_card_packet_parse(body->data, body->len, &packet, &member);
    if (err && !member)
        return send_error(conn, origin, err == GT_ERR_NOMEM ? &no_memory : &no_json);
    if (err) {
        (void)snprintf(zh, sizeof(zh), "请求的 %s 项缺失或有误", member);
        (void)snprintf(en, sizeof(en), "Member %s is missing or of a wrong form", member);
        return send_json(conn, MHD_HTTP_BAD_REQUEST, origin, gt_card_json_error("member", zh, en));
    }
    gt_reader_write(http->conf.reader, &packet, &report, random);
    log_write(&packet, &report);
    return send_json(conn, MHD_HTTP_OK, origin, gt_card_json_report(&report, random));
}

static const struct {
    const char *path, *method;
    work run;
} paths[] = {
    {"/status", MHD_HTTP_METHOD_GET, get_status},
    {"/card", MHD_HTTP_METHOD_GET, get_card},
    {"/card/write", MHD_HTTP_METHOD_POST, post_write},
};

#define NPATHS (sizeof(paths) / sizeof(paths[0]))

/* --- the door */

static bool host_is_ours(const struct gt_card_http *http, struct MHD_Connection *conn)
{
    char one[32], other[32];
    const char *host = header(conn, MHD_HTTP_HEADER_HOST);
    (void)snprintf(one, sizeof(one), "127.0.0.1:%u", (unsigned)http->port);
    (void)snprintf(other, sizeof(other), "localhost:%u", (unsigned)http->port);
    return host && (strcasecmp(host, one) == 0 || strcasecmp(host, other) == 0);
}

static bool type_is_json(struct MHD_Connection *conn)
{
    static const char json[] = "application/json";
    const char *type = header(conn, MHD_HTTP_HEADER_CONTENT_TYPE);
    return type && strncasecmp(type, json, sizeof(json) - 1) == 0 &&
           (type[sizeof(json) - 1] == '\0' || strchr("; ", type[sizeof(json) - 1]));
}

/* The browser asks whether the page may ask. */
static enum MHD_Result send_preflight(struct MHD_Connection *conn, const char *origin)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    if (!response)
        return MHD_NO;
    MHD_add_response_header(response, MHD_HTTP_HEADER_ACCESS_CONTROL_ALLOW_METHODS, "GET, POST");
    MHD_add_response_header(response, MHD_HTTP_HEADER_ACCESS_CONTROL_ALLOW_HEADERS, "Content-Type");
    MHD_add_response_header(response, MHD_HTTP_HEADER_ACCESS_CONTROL_MAX_AGE, "600");
    if (header(conn, "Access-Control-Request-Private-Network"))
        MHD_add_response_header(response, "Access-Control-Allow-Private-Network", "true");
    return send_response(conn, MHD_HTTP_NO_CONTENT, origin, response);
}

static enum MHD_Result route(struct gt_card_http *http, struct MHD_Connection *conn,
                             const char *url, const char *method, const struct gt_buf *body)
{
    const char *origin = allowed_origin(http, conn);
    size_t i = 0;
    if (!host_is_ours(http, conn))
        return send_error(conn, NULL, &no_host);
    if (!origin)
        return send_error(conn, NULL, &no_origin);
    while (i < NPATHS && strcmp(paths[i].path, url) != 0)
        i++;
    if (i == NPATHS)
        return send_error(conn, origin, &no_path);
    if (strcmp(method, MHD_HTTP_METHOD_OPTIONS) == 0)
        return send_preflight(conn, origin);
    if (strcmp(method, paths[i].method) != 0)
        return send_error(conn, origin, &no_method);
    if (strcmp(method, MHD_HTTP_METHOD_POST) == 0 && !type_is_json(conn))
        return send_error(conn, origin, &no_type);
    if (gt_buf_err(body))
        return send_error(conn, origin, gt_buf_err(body) == GT_ERR_TOOBIG ? &too_big : &no_memory);
    return paths[i].run(http, conn, origin, body);
}

static enum MHD_Result handle(void *cls, struct MHD_Connection *conn, const char *url,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_size, void **state)
{
    struct gt_card_http *http = cls;
    struct visit *visit = *state;
    (void)version;
    if (!visit) {
        visit = calloc(1, sizeof(*visit));
        if (!visit)
            return MHD_NO;
        gt_buf_init(&visit->body, GT_CARD_BODY_MAX);
        *state = visit;
        return MHD_YES;
    }
    if (*upload_size > 0) {
        /* Beyond the ceiling the rest is dropped; the answer comes when it is all here. */
        gt_buf_put(&visit->body, upload, *upload_size);
        *upload_size = 0;
        return MHD_YES;
    }
    return route(http, conn, url, method, &visit->body);
}

static void completed(void *cls, struct MHD_Connection *conn, void **state,
                      enum MHD_RequestTerminationCode how)
{
    struct visit *visit = *state;
    (void)cls, (void)conn, (void)how;
    if (visit)
        gt_buf_done(&visit->body);
    free(visit);
    *state = NULL;
}

bool gt_card_origin_valid(const char *origin)
{
    static const char host[] = "abcdefghijklmnopqrstuvwxyz0123456789.-";
    const char *at = strncmp(origin, "https://", 8) == 0  ? origin + 8
                     : strncmp(origin, "http://", 7) == 0 ? origin + 7
                                                          : NULL;
    size_t len = at ? strspn(at, host) : 0;
    if (at && *at == '[') /* an IPv6 address */
        len = strcspn(at, "]") + 1;
    if (len == 0 || len > strlen(at))
        return false;
    at += len;
    int64_t port;
    return *at == '\0' ||
           (*at == ':' && gt_int_parse(at + 1, &port) == GT_OK && port > 0 && port < 65536);
}

enum gt_err gt_card_http_start(const struct gt_card_http_conf *conf, struct gt_card_http **http)
{
    const struct sockaddr_in address = {.sin_family = AF_INET,
                                        .sin_port = htons(conf->port),
                                        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct gt_card_http *h = calloc(1, sizeof(*h));
    if (!h)
        return GT_ERR_NOMEM;
    h->conf = *conf;
    h->daemon = MHD_start_daemon(
        MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL, conf->port,
        NULL, NULL, handle, h, MHD_OPTION_SOCK_ADDR, (const struct sockaddr *)&address,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)IDLE_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT, HEAD_MAX, MHD_OPTION_NOTIFY_COMPLETED,
        completed, NULL, MHD_OPTION_END);
    if (!h->daemon) {
        free(h);
        return gt_err_sys(GT_ERR_IO, errno, "cannot listen on 127.0.0.1:%u", (unsigned)conf->port);
    }
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_BIND_PORT);
    h->port = info ? info->port : conf->port;
    *http = h;
    return GT_OK;
}

uint16_t gt_card_http_port(const struct gt_card_http *http)
{
    return http->port;
}

void gt_card_http_stop(struct gt_card_http *http)
{
    if (http) {
        MHD_stop_daemon(http->daemon);
        free(http);
    }
}
