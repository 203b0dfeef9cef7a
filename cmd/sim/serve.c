/*
 * The service; see serve.h.  An answer leaves only after its commit.
 *
 * The rule for faults is read again from the books by whichever request comes first after
 * RULE_FRESH_MS, and those that come meanwhile wait for it: a command takes effect without a
 * signal, a restart changes nothing, and no request meets a rule that is older than this.
 */
#include "serve.h"

#include "base/log.h"
#include "base/step.h"
#include "base/text.h"
#include "day.h"
#include "fault.h"
#include "http.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RULE_FRESH_MS 100
#define ANSWER_MAX    (64 * 1024)
#define XML_TYPE      "text/xml; charset=utf-8"

struct gt_sim_server {
    struct gt_sim sim;
    int delay_percent;
    struct gt_sim_http *http;
    pthread_mutex_t lock; /* of what follows */
    struct gt_sim_fault_rule rule;
    int64_t rule_until; /* when to read it again */
};

static struct gt_sim_fault_rule current_rule(struct gt_sim_server *s)
{
    const struct gt_clock *clock = s->sim.clock;
    int64_t now = clock->mono(clock->ctx);
    (void)pthread_mutex_lock(&s->lock);
    if (now >= s->rule_until) {
        enum gt_err err = gt_sim_fault_load(s->sim.db, &s->rule);
        if (err)
            gt_log_err("fault.unread", err);
        else
            s->rule_until = now + RULE_FRESH_MS;
    }
    struct gt_sim_fault_rule rule = s->rule;
    (void)pthread_mutex_unlock(&s->lock);
    return rule;
}

/* Does the work; a failure of the store becomes 9999, with nothing stored. */
static void work(struct gt_sim_server *s, const struct gt_sg_request *req, int64_t refuse_with,
                 struct gt_sg_answer *ans)
{
    enum gt_err err = gt_sim_run(&s->sim, req, refuse_with, ans);
    if (err == GT_ERR_FATAL) {
        /* Whether it is stored is not known: no answer may leave, and nothing may run on. */
        gt_log_err("store.lost", err);
        _exit(2);
    }
    if (err) {
        gt_log_err("request.failed", err);
        *ans = (struct gt_sg_answer){.op = req->op, .code = GT_SG_INTERNAL};
        strncpy(ans->text, gt_sg_code_text(GT_SG_INTERNAL), sizeof(ans->text) - 1);
    }
}

static bool send_answer(struct gt_sim_http_conn *conn, const struct gt_sg_request *req,
                        const struct gt_sg_answer *ans, int times)
{
    struct gt_buf out;
    bool sent = false;
    gt_buf_init(&out, ANSWER_MAX);
    if (gt_sg_render(req, ans, &out) == GT_OK) {
        do {
            sent = gt_sim_http_answer(conn, 200, XML_TYPE, out.data, out.len);
        } while (sent && --times > 0);
    }
    gt_buf_done(&out);
    return sent;
}

static bool send_text(struct gt_sim_http_conn *conn, int status, const char *type, const char *text)
{
    return gt_sim_http_answer(conn, status, type, text, strlen(text));
}

static bool send_fault(struct gt_sim_http_conn *conn, int status, const char *why)
{
    struct gt_buf out;
    gt_buf_init(&out, ANSWER_MAX);
    bool sent = gt_sg_render_fault(why, &out) == GT_OK &&
                gt_sim_http_answer(conn, status, XML_TYPE, out.data, out.len);
    gt_buf_done(&out);
    return sent;
}

static bool reply(struct gt_sim_http_conn *conn, enum gt_sim_fault_reply how,
                  const struct gt_sg_request *req, struct gt_sg_answer *ans)
{
    switch (how) {
    case GT_SIM_REPLY_ANSWER:
        return send_answer(conn, req, ans, 1);
    case GT_SIM_REPLY_TWICE:
        return send_answer(conn, req, ans, 2);
    case GT_SIM_REPLY_GARBAGE:
        return send_text(conn, 200, XML_TYPE, "\x1b\x7f<<%$ \xff\xfe not what you wait for <<");
    case GT_SIM_REPLY_DUPLICATE:
        *ans = (struct gt_sg_answer){.op = ans->op, .code = GT_SG_DUPLICATE};
        strncpy(ans->text, gt_sg_code_text(GT_SG_DUPLICATE), sizeof(ans->text) - 1);
        return send_answer(conn, req, ans, 1);
    case GT_SIM_REPLY_500:
        return send_text(conn, 500, "text/html", "<html><h1>500</h1></html>");
    case GT_SIM_REPLY_503:
        return send_text(conn, 503, "text/html", "<html><h1>503</h1></html>");
    case GT_SIM_REPLY_404:
        return send_text(conn, 404, "text/html", "<html><h1>404</h1></html>");
    case GT_SIM_REPLY_CUT:
        return send_text(conn, 200, XML_TYPE, "<?xml version=\"1.0\"?><soap:Envelope xmlns:soap=");
    case GT_SIM_REPLY_CLOSE:
        return false;
    case GT_SIM_REPLY_HANG:
        gt_sim_http_hang(conn);
        return false;
    }
    return false;
}

static void wait_for(struct gt_sim_server *s, struct gt_sim_http_conn *conn, int64_t ms)
{
    if (ms > 0) {
        gt_sim_http_wait(conn, ms * s->delay_percent / 100);
    }
}

static bool deal(struct gt_sim_server *s, struct gt_sim_http_conn *conn,
                 const struct gt_sg_request *req)
{
    struct gt_sg_answer ans = {.op = req->op};
    struct gt_sim_fault_rule rule = current_rule(s);
    enum gt_sim_fault kind = gt_sim_fault_pick(&rule, req);
    const struct gt_sim_fault_info *fault = gt_sim_fault_info(kind);
    wait_for(s, conn, fault->before_ms);
    if (fault->works) {
        GT_STEP("sim.received");
        work(s, req, fault->refuse_with, &ans);
        GT_STEP("sim.stored");
    }
    gt_log(kind == GT_SIM_FAULT_NONE ? GT_LOG_DEBUG : GT_LOG_INFO, "request.done",
           "op=%s serial=%s customer=%s retcode=%" PRId64 " fault=%s", gt_sg_op_name(req->op),
           *req->serial ? req->serial : req->orig_serial, req->customer, ans.code, fault->name);
    wait_for(s, conn, fault->after_ms);
    return reply(conn, fault->reply, req, &ans);
}

static bool serve_sg186(struct gt_sim_server *s, struct gt_sim_http_conn *conn,
                        const struct gt_sim_http_request *http)
{
    struct gt_sg_request req;
    bool wellformed = false;
    if (gt_sg_parse(http->body, http->body_len, &req, &wellformed)) {
        gt_log(GT_LOG_WARN, "request.refused", "why=%s", gt_err_text());
        return send_fault(conn, wellformed ? 500 : 400, gt_err_text());
    }
    bool on = deal(s, conn, &req);
    gt_sg_done(&req);
    return on;
}

/* --- statements */

/* A statement on its way, and the fault that it meets in the middle. */
struct sending {
    struct gt_sim_http_conn *conn;
    enum gt_sim_fault_reply how;
    bool ended; /* on purpose: nothing more leaves */
};

/* A part of the statement; `middle`: half of its lines have gone. */
static bool send_part(void *ctx, const char *data, size_t len, bool middle)
{
    struct sending *s = ctx;
    if (middle && s->how == GT_SIM_REPLY_GARBAGE) {
        static const char strange[] = "\x1b\xff|<<%$ not what you wait for\n";
        return gt_sim_http_part(s->conn, strange, sizeof(strange) - 1) &&
               gt_sim_http_part(s->conn, data, len);
    }
    if (middle && (s->how == GT_SIM_REPLY_CLOSE || s->how == GT_SIM_REPLY_CUT)) {
        s->ended = true;
        return false;
    }
    return gt_sim_http_part(s->conn, data, len);
}

static bool send_statement(struct gt_sim_server *s, struct gt_sim_http_conn *conn, int64_t date,
                           enum gt_sim_fault_reply how)
{
    struct sending sending = {.conn = conn, .how = how};
    if (date > gt_time_date(gt_now(s->sim.clock), GT_SIM_TZ_MINUTES)) {
        return send_text(conn, 404, "text/plain", "no statement yet\n");
    }
    if (!gt_sim_http_begin(conn, "text/plain; charset=gbk")) {
        return false;
    }
    enum gt_err err = gt_sim_day_write(s->sim.db, date, send_part, &sending);
    if (sending.ended) {
        return how == GT_SIM_REPLY_CUT && gt_sim_http_end(conn);
    }
    if (err) {
        gt_log_err("statement.failed", err);
        return false; /* without the end, so that nobody takes it for whole */
    }
    return gt_sim_http_end(conn);
}

static bool serve_statement(struct gt_sim_server *s, struct gt_sim_http_conn *conn, int64_t date)
{
    const struct gt_sg_request req = {.op = GT_SG_STATEMENT};
    struct gt_sim_fault_rule rule = current_rule(s);
    const struct gt_sim_fault_info *fault = gt_sim_fault_info(gt_sim_fault_pick(&rule, &req));
    gt_log(GT_LOG_INFO, "statement.asked", "date=%" PRId64 " fault=%s", date, fault->name);
    wait_for(s, conn, fault->before_ms + fault->after_ms);
    switch (fault->reply) {
    case GT_SIM_REPLY_500:
    case GT_SIM_REPLY_503:
    case GT_SIM_REPLY_404:
    case GT_SIM_REPLY_HANG:
        return reply(conn, fault->reply, &req, NULL);
    default:
        return send_statement(s, conn, date, fault->reply);
    }
}

/* "/sg186/dz/20261122.txt". */
static bool is_statement(const char *path, int64_t *date)
{
    char digits[9];
    static const char prefix[] = "/sg186/dz/";
    size_t n = sizeof(prefix) - 1;
    if (strncmp(path, prefix, n) != 0 || strlen(path) != n + 12 ||
        strcmp(path + n + 8, ".txt") != 0) {
        return false;
    }
    memcpy(digits, path + n, 8);
    digits[8] = '\0';
    return gt_int_parse(digits, date) == GT_OK && gt_date_valid(*date);
}

static bool serve(void *ctx, struct gt_sim_http_conn *conn, const struct gt_sim_http_request *http)
{
    bool post = strcmp(http->method, "POST") == 0;
    bool get = strcmp(http->method, "GET") == 0;
    int64_t date = 0;
    if (is_statement(http->path, &date)) {
        return get ? serve_statement(ctx, conn, date)
                   : send_text(conn, 405, "text/plain", "GET only\n");
    }
    if (strcmp(http->path, "/sg186") == 0) {
        return post ? serve_sg186(ctx, conn, http)
                    : send_text(conn, 405, "text/plain", "POST only\n");
    }
    if (strcmp(http->path, "/health") == 0) {
        return get ? send_text(conn, 200, "text/plain", "ok\n")
                   : send_text(conn, 405, "text/plain", "GET only\n");
    }
    return send_text(conn, 404, "text/plain", "not found\n");
}

enum gt_err gt_sim_server_start(const struct gt_sim_server_conf *conf,
                                struct gt_sim_server **server)
{
    struct gt_sim_server *s = calloc(1, sizeof(*s));
    if (!s) {
        return GT_ERR_NOMEM;
    }
    *s = (struct gt_sim_server){.sim = conf->sim, .delay_percent = conf->delay_percent};
    (void)pthread_mutex_init(&s->lock, NULL);
    enum gt_err err = gt_sim_fault_load(s->sim.db, &s->rule);
    if (err == GT_OK)
        err = gt_sim_http_start(conf->listen, serve, s, &s->http);
    if (err) {
        (void)pthread_mutex_destroy(&s->lock);
        free(s);
        return err;
    }
    *server = s;
    return GT_OK;
}

int gt_sim_server_port(const struct gt_sim_server *server)
{
    return gt_sim_http_port(server->http);
}

void gt_sim_server_stop(struct gt_sim_server *server)
{
    if (server) {
        gt_sim_http_stop(server->http);
        (void)pthread_mutex_destroy(&server->lock);
        free(server);
    }
}
