/*
 * The shipped sg186 definition against a server on loopback that gives every fault.
 *
 * The server is a thread that serves its connections one after the other by poll(); what it does
 * with the next request is set by the test, what it saw is asked afterwards.
 */
#include "base/template.h"
#include "base/xml.h"
#include "link/link.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum fault {
    FAULT_NONE,
    FAULT_CLOSE_ON_ACCEPT,
    FAULT_CLOSE_AFTER_REQUEST,
    FAULT_DIE, /* closes the connection and stops listening */
    FAULT_HALF,
    FAULT_GARBAGE,
    FAULT_NOT_HTTP,
    FAULT_OTHER_XML,
    FAULT_500,
    FAULT_503,
    FAULT_REDIRECT,
    FAULT_SLOW,
    FAULT_HUGE,
    FAULT_TWICE
};

#define CONNS 16
#define ROOM  16384

struct conn {
    int fd;
    size_t len;
    char data[ROOM];
};

struct server {
    bool running;
    int listener;
    int port;
    pthread_t thread;
    atomic_bool stop;
    _Atomic int fault;
    _Atomic int requests; /* whole requests seen */
    _Atomic int accepted;
    pthread_mutex_t lock;
    char last[ROOM];   /* head and body of the last request */
    char answer[ROOM]; /* body to answer with */
    struct conn conns[CONNS];
};

struct fixture {
    struct server server;
    int64_t now;
    struct gt_clock clock;
    struct gt_link *link;
    struct gt_upstream *up;
};

static void send_all(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t n = send(fd, data, len, MSG_NOSIGNAL);
        if (n <= 0)
            return;
        data += n;
        len -= (size_t)n;
    }
}

static void send_reply(int fd, const char *status, const char *body, size_t claimed)
{
    char reply[ROOM + 256]; /* in one piece: two would wait for each other's acknowledgement */
    int n = snprintf(reply, sizeof reply,
                     "HTTP/1.1 %s\r\nContent-Type: text/xml\r\nLocation: /elsewhere\r\n"
                     "Content-Length: %zu\r\n\r\n%s",
                     status, claimed, body);
    send_all(fd, reply, (size_t)n);
}

static void pause_ms(long ms)
{
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L}, NULL);
}

static void send_huge(int fd)
{
    static const char line[] = "<a>0123456789012345678901234567890123456789</a>\n";
    send_all(fd, "HTTP/1.1 200 OK\r\nContent-Length: 960000\r\n\r\n", 43);
    for (int i = 0; i < 20000; i++)
        send_all(fd, line, sizeof line - 1);
}

/* Answers one request; false: the connection is closed. */
static bool answer(struct server *s, int fd)
{
    char body[ROOM];
    pthread_mutex_lock(&s->lock);
    memcpy(body, s->answer, sizeof body);
    pthread_mutex_unlock(&s->lock);
    size_t len = strlen(body);
    switch ((enum fault)s->fault) {
    case FAULT_CLOSE_AFTER_REQUEST:
        return false;
    case FAULT_DIE:
        close(s->listener);
        s->listener = -1;
        return false;
    case FAULT_HALF:
        body[len / 2] = '\0';
        send_reply(fd, "200 OK", body, len);
        return false;
    case FAULT_GARBAGE:
        send_reply(fd, "200 OK", "\x01\xff<<<", 5);
        return true;
    case FAULT_NOT_HTTP:
        send_all(fd, "garbage of no protocol\r\n\r\n", 26);
        return false;
    case FAULT_OTHER_XML:
        send_reply(fd, "200 OK", "<a><Body><b/></Body></a>", 24);
        return true;
    case FAULT_500:
        send_reply(fd, "500 Internal Server Error", body, len);
        return true;
    case FAULT_503:
        send_reply(fd, "503 Service Unavailable", body, len);
        return true;
    case FAULT_REDIRECT:
        send_reply(fd, "302 Found", body, len);
        return true;
    case FAULT_SLOW:
        pause_ms(400);
        send_reply(fd, "200 OK", body, len);
        return true;
    case FAULT_HUGE:
        send_huge(fd);
        return false;
    case FAULT_TWICE:
        send_reply(fd, "200 OK", body, len);
        send_reply(fd, "200 OK", body, len);
        return true;
    default:
        send_reply(fd, "200 OK", body, len);
        return true;
    }
}

/* Whether `data` holds a whole request. */
static bool whole(const char *data)
{
    const char *end = strstr(data, "\r\n\r\n");
    const char *length = strcasestr(data, "Content-Length:");
    if (end == NULL)
        return false;
    size_t want = length != NULL && length < end ? strtoul(length + 15, NULL, 10) : 0;
    return strlen(end + 4) >= want;
}

static void drop(struct conn *c)
{
    close(c->fd);
    c->fd = -1;
    c->len = 0;
}

static void serve(struct server *s, struct conn *c)
{
    ssize_t n = recv(c->fd, c->data + c->len, sizeof c->data - 1 - c->len, 0);
    if (n <= 0) {
        drop(c);
        return;
    }
    c->len += (size_t)n;
    c->data[c->len] = '\0';
    if (!whole(c->data))
        return;
    pthread_mutex_lock(&s->lock);
    memcpy(s->last, c->data, c->len + 1);
    pthread_mutex_unlock(&s->lock);
    s->requests++;
    c->len = 0;
    if (!answer(s, c->fd))
        drop(c);
}

static void greet(struct server *s)
{
    int fd = accept(s->listener, NULL, NULL);
    if (fd < 0)
        return;
    s->accepted++;
    if (s->fault == FAULT_CLOSE_ON_ACCEPT) {
        close(fd);
        return;
    }
    for (int i = 0; i < CONNS; i++) {
        if (s->conns[i].fd < 0) {
            s->conns[i].fd = fd;
            s->conns[i].len = 0;
            return;
        }
    }
    close(fd);
}

static void *run_server(void *arg)
{
    struct server *s = arg;
    while (!s->stop) {
        struct pollfd p[CONNS + 1] = {{.fd = s->listener, .events = POLLIN}};
        for (int i = 0; i < CONNS; i++)
            p[i + 1] = (struct pollfd){.fd = s->conns[i].fd, .events = POLLIN};
        if (poll(p, CONNS + 1, 20) <= 0)
            continue;
        for (int i = 0; i < CONNS; i++)
            if (p[i + 1].revents != 0 && s->conns[i].fd >= 0)
                serve(s, &s->conns[i]);
        if (p[0].revents != 0)
            greet(s);
    }
    return NULL;
}

static void server_start(struct server *s)
{
    struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof addr;
    memset(s, 0, sizeof *s);
    for (int i = 0; i < CONNS; i++)
        s->conns[i].fd = -1;
    s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(s->listener >= 0);
    assert_int_equal(bind(s->listener, (struct sockaddr *)&addr, sizeof addr), 0);
    assert_int_equal(listen(s->listener, 16), 0);
    assert_int_equal(getsockname(s->listener, (struct sockaddr *)&addr, &len), 0);
    s->port = ntohs(addr.sin_port);
    pthread_mutex_init(&s->lock, NULL);
    s->running = true;
    assert_int_equal(pthread_create(&s->thread, NULL, run_server, s), 0);
}

static void server_stop(struct server *s)
{
    if (!s->running)
        return;
    s->running = false;
    s->stop = true;
    pthread_join(s->thread, NULL);
    for (int i = 0; i < CONNS; i++)
        if (s->conns[i].fd >= 0)
            close(s->conns[i].fd);
    if (s->listener >= 0)
        close(s->listener);
    pthread_mutex_destroy(&s->lock);
}

static void will_answer_to(struct fixture *f, const char *serial, const char *operation,
                           const char *fields)
{
    struct server *s = &f->server;
    pthread_mutex_lock(&s->lock);
    snprintf(s->answer, sizeof s->answer,
             "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>"
             "<%sResponse xmlns=\"urn:sg186:pay\"><jylsh>%s</jylsh>%s</%sResponse></s:Body>"
             "</s:Envelope>",
             operation, serial, fields, operation);
    pthread_mutex_unlock(&s->lock);
}

#define will_answer(f, operation, fields) will_answer_to(f, "202611220000000001", operation, fields)

static bool saw(struct fixture *f, const char *text)
{
    pthread_mutex_lock(&f->server.lock);
    bool found = strstr(f->server.last, text) != NULL;
    pthread_mutex_unlock(&f->server.lock);
    return found;
}

static int64_t fake_now(void *ctx)
{
    return ((struct fixture *)ctx)->now;
}

static void make_link(struct fixture *f, const char *url)
{
    static struct gt_conf conf;
    const char *src = getenv("srcdir") != NULL ? getenv("srcdir") : ".";
    memset(&conf, 0, sizeof conf);
    snprintf(conf.templates, sizeof conf.templates, "%s/templates", src);
    snprintf(conf.marketing[0].name, sizeof conf.marketing[0].name, "sg186");
    snprintf(conf.marketing[0].definition, sizeof conf.marketing[0].definition,
             "%s/conf/marketing/sg186.xml", src);
    snprintf(conf.marketing[0].url, sizeof conf.marketing[0].url, "%s", url);
    conf.nmarketing = 1;
    if (gt_link_new(&conf, &f->clock, 4, &f->link) != GT_OK)
        fail_msg("%s", gt_err_text());
    f->up = gt_upstream_named(gt_link_upstreams(f->link), "sg186");
    assert_non_null(f->up);
}

static int setup(void **state)
{
    static struct fixture f;
    char url[64];
    f.now = 5000;
    f.link = NULL;
    f.clock = (struct gt_clock){.now = fake_now, .mono = fake_now, .ctx = &f};
    server_start(&f.server);
    snprintf(url, sizeof url, "http://127.0.0.1:%d", f.server.port);
    make_link(&f, url);
    *state = &f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    gt_link_free(f->link);
    server_stop(&f->server);
    return 0;
}

static struct gt_up_request a_payment(void)
{
    struct gt_up_request r = {.op = GT_UP_PAY,
                              .serial = "202611220000000001",
                              .operator_no = "900001",
                              .terminal_no = "T0000001",
                              .customer_no = "1000000001",
                              .amount = 8640,
                              .biz_date = 20261122,
                              .sent_at = 1795327385000, /* 2026-11-22 14:03:05 +08:00 */
                              .method = "cash",
                              .nbills = 2};
    snprintf(r.bills[0].bill_no, sizeof r.bills[0].bill_no, "B<1");
    snprintf(r.bills[1].bill_no, sizeof r.bills[1].bill_no, "B2");
    return r;
}

#define PAID                                                                                     \
    "<retcode>1001</retcode><retmsg>成功</retmsg><yhbh>1000000001</yhbh><yhmc>张三</yhmc>"   \
    "<yddz>光明路 1 号</yddz><dbbh>M1000000001</dbbh><sgls>SG77</sgls><zwrq>20261122</zwrq>" \
    "<bcys>1.00</bcys><zdmx><ysbs>B1</ysbs><dfny>202610</dfny><dl>123.45</dl><ysje>86.40</ysje>" \
    "<wyjje>1.40</wyjje></zdmx>"

/* One call through admit and leave, with `limit_ms`. */
static struct gt_up_reply call(struct fixture *f, const struct gt_up_request *r, int64_t limit_ms)
{
    struct gt_up_reply reply;
    memset(&reply, 0xA5, sizeof reply);
    assert_int_equal(f->up->admit(f->up->ctx, 0), GT_OK);
    f->up->call(f->up->ctx, r, limit_ms, &reply);
    f->up->leave(f->up->ctx);
    return reply;
}

static struct gt_up_reply pay(struct fixture *f)
{
    struct gt_up_request r = a_payment();
    return call(f, &r, 3000);
}

static struct gt_link_state state_of(struct fixture *f)
{
    struct gt_link_state s;
    assert_true(gt_link_state(f->link, 0, &s));
    assert_false(gt_link_state(f->link, 1, &s));
    assert_true(gt_link_state(f->link, 0, &s));
    return s;
}

static void payment_is_sent_and_its_answer_read(void **state)
{
    struct fixture *f = *state;
    will_answer(f, "dfjf", PAID);
    struct gt_up_reply reply = pay(f);
    assert_int_equal(reply.class, GT_UP_OK);
    assert_int_equal(reply.outcome, GT_OUT_OK);
    assert_string_equal(reply.code, "1001");
    assert_string_equal(reply.ref, "SG77");
    assert_string_equal(reply.customer_name, "张三");
    assert_int_equal(reply.up_date, 20261122);
    assert_int_equal(reply.advance_part, 100);
    assert_int_equal(reply.nbills, 1);
    assert_string_equal(reply.bills[0].bill_no, "B1");
    assert_int_equal(reply.bills[0].period, 202610);
    assert_int_equal(reply.bills[0].kwh, 12345);
    assert_int_equal(reply.bills[0].amount, 8640);
    assert_int_equal(reply.bills[0].late_fee, 140);
    assert_false(reply.packet.present);
    assert_int_equal(reply.fate, GT_UP_FATE_NONE);
    assert_true(saw(f, "POST /sg186 HTTP/1.1\r\n"));
    assert_true(saw(f, "\r\nSOAPAction: \"dfjf\"\r\n"));
    assert_true(saw(f, "\r\nContent-Type: text/xml; charset=utf-8\r\n"));
    assert_false(saw(f, "Expect"));
    assert_true(saw(f, "<jylsh>202611220000000001</jylsh><czybh>900001</czybh>"
                       "<zdbh>T0000001</zdbh><zwrq>20261122</zwrq><jysj>20261122140305</jysj>"
                       "<yhbh>1000000001</yhbh><jfje>86.40</jfje><jsfs>01</jsfs><jfbs>2</jfbs>"
                       "<zdmx><ysbs>B&lt;1</ysbs></zdmx><zdmx><ysbs>B2</ysbs></zdmx></dfjf>"));
    struct gt_link_state s = state_of(f);
    assert_string_equal(s.name, "sg186");
    assert_int_equal(s.calls, 1);
    assert_int_equal(s.ok, 1);
    assert_int_equal(s.in_flight, 0);
}

static void connection_is_used_again(void **state)
{
    struct fixture *f = *state;
    will_answer(f, "dfjf", PAID);
    for (int i = 0; i < 20; i++)
        assert_int_equal(pay(f).class, GT_UP_OK);
    assert_int_equal(f->server.requests, 20);
    assert_int_equal(f->server.accepted, 1);
}

static void refused_connection_is_not_sent(void **state)
{
    struct fixture *f = *state;
    server_stop(&f->server);
    struct gt_up_reply reply = pay(f);
    assert_int_equal(reply.class, GT_UP_NOT_SENT);
    assert_true(reply.text[0] != '\0');
    assert_int_equal(state_of(f).not_sent, 1);
}

static void unknown_host_is_not_sent(void **state)
{
    struct fixture *f = *state;
    gt_link_free(f->link);
    make_link(f, "http://no-such-host.invalid:1");
    assert_int_equal(pay(f).class, GT_UP_NOT_SENT);
}

static void broken_tls_is_not_sent(void **state)
{
    struct fixture *f = *state;
    char url[64];
    gt_link_free(f->link);
    snprintf(url, sizeof url, "https://127.0.0.1:%d", f->server.port);
    make_link(f, url);
    f->server.fault = FAULT_CLOSE_ON_ACCEPT;
    assert_int_equal(pay(f).class, GT_UP_NOT_SENT);
    assert_int_equal(f->server.requests, 0);
}

/* The fault leaves the call unknown, once, with a reason and nothing else in the reply. */
static void assert_fault_is_unknown(struct fixture *f, enum fault fault, int requests)
{
    struct gt_up_request r = a_payment();
    will_answer(f, "dfjf", PAID);
    f->server.fault = (int)fault;
    struct gt_up_reply reply = call(f, &r, 150);
    assert_int_equal(reply.class, GT_UP_UNKNOWN);
    assert_true(reply.text[0] != '\0');
    assert_string_equal(reply.ref, "");
    assert_int_equal(reply.nbills, 0);
    assert_int_equal(f->server.requests, requests);
    assert_int_equal(state_of(f).unknown, 1);
}

#define FAULT_TEST(name, fault, requests)                 \
    static void name(void **state)                        \
    {                                                     \
        assert_fault_is_unknown(*state, fault, requests); \
    }

FAULT_TEST(closed_after_accept_is_unknown, FAULT_CLOSE_ON_ACCEPT, 0)
FAULT_TEST(closed_after_request_is_unknown, FAULT_CLOSE_AFTER_REQUEST, 1)
FAULT_TEST(half_a_reply_is_unknown, FAULT_HALF, 1)
FAULT_TEST(garbage_is_unknown, FAULT_GARBAGE, 1)
FAULT_TEST(no_http_is_unknown, FAULT_NOT_HTTP, 1)
FAULT_TEST(other_xml_is_unknown, FAULT_OTHER_XML, 1)
FAULT_TEST(status_500_is_unknown, FAULT_500, 1)
FAULT_TEST(status_503_is_unknown, FAULT_503, 1)
FAULT_TEST(redirect_is_not_followed, FAULT_REDIRECT, 1)
FAULT_TEST(slow_is_unknown_at_its_limit, FAULT_SLOW, 1)

static void huge_reply_is_unknown(void **state)
{
    struct fixture *f = *state;
    f->server.fault = FAULT_HUGE;
    struct gt_up_reply reply = pay(f);
    assert_int_equal(reply.class, GT_UP_UNKNOWN);
    assert_non_null(strstr(reply.text, "longer than allowed"));
}

static void kept_connection_that_dies_is_unknown_and_sent_once(void **state)
{
    struct fixture *f = *state;
    will_answer(f, "dfjf", PAID);
    assert_int_equal(pay(f).class, GT_UP_OK);
    f->server.fault = FAULT_CLOSE_AFTER_REQUEST;
    struct gt_up_reply reply = pay(f);
    assert_int_equal(reply.class, GT_UP_UNKNOWN);
    assert_non_null(strstr(reply.text, "kept connection"));
    assert_int_equal(f->server.requests, 2); /* a silent repeat would be a third */
    f->server.fault = FAULT_NONE;
    assert_int_equal(pay(f).class, GT_UP_OK);
    assert_int_equal(f->server.requests, 3);
}

/* The request is out, then connecting again fails: that is no proof that nothing was sent. */
static void refused_after_a_kept_connection_died_is_unknown(void **state)
{
    struct fixture *f = *state;
    will_answer(f, "dfjf", PAID);
    assert_int_equal(pay(f).class, GT_UP_OK);
    f->server.fault = FAULT_DIE;
    assert_int_equal(pay(f).class, GT_UP_UNKNOWN);
    assert_int_equal(f->server.requests, 2);
    assert_int_equal(pay(f).class, GT_UP_NOT_SENT);
}

static void second_reply_is_not_taken_for_the_next_answer(void **state)
{
    struct fixture *f = *state;
    struct gt_up_request r = a_payment();
    for (int pause = 0; pause <= 50; pause += 50) {
        will_answer(f, "dfjf", PAID);
        f->server.fault = FAULT_TWICE;
        assert_int_equal(pay(f).class, GT_UP_OK);
        pause_ms(pause);
        f->server.fault = FAULT_NONE;
        snprintf(r.serial, sizeof r.serial, "%s", "202611220000000002");
        will_answer_to(f, r.serial, "dfjf", "<retcode>1004</retcode>");
        assert_int_not_equal(call(f, &r, 3000).class, GT_UP_OK);
    }
}

static void answer_to_another_request_is_unknown(void **state)
{
    struct fixture *f = *state;
    struct gt_up_request r = a_payment();
    will_answer_to(f, "202611220000000002", "dfjf", PAID);
    assert_int_equal(call(f, &r, 3000).class, GT_UP_UNKNOWN);
    will_answer_to(f, "", "dfjf", PAID);
    assert_int_equal(call(f, &r, 3000).class, GT_UP_UNKNOWN);
}

static void answer_about_another_customer_is_unknown(void **state)
{
    struct fixture *f = *state;
    struct gt_up_request r = a_payment();
    snprintf(r.customer_no, sizeof r.customer_no, "1000000002");
    will_answer(f, "dfjf", PAID);
    struct gt_up_reply reply = call(f, &r, 3000);
    assert_int_equal(reply.class, GT_UP_UNKNOWN);
    assert_string_equal(reply.customer_no, "");
}

static void method_without_a_code_is_refused_unsent(void **state)
{
    struct fixture *f = *state;
    struct gt_up_request r = a_payment();
    snprintf(r.method, sizeof r.method, "shells");
    struct gt_up_reply reply = call(f, &r, 3000);
    assert_int_equal(reply.class, GT_UP_REFUSED);
    assert_int_equal(reply.outcome, GT_OUT_METHOD_NOT_ALLOWED);
    assert_int_equal(f->server.requests, 0);
}

static void breaker_opens_probes_and_closes(void **state)
{
    struct fixture *f = *state;
    will_answer(f, "dfjf", PAID);
    f->server.fault = FAULT_CLOSE_AFTER_REQUEST;
    for (int i = 0; i < 5; i++)
        assert_int_equal(pay(f).class, GT_UP_UNKNOWN);
    assert_true(state_of(f).breaker_open);
    assert_int_equal(f->up->admit(f->up->ctx, 60000), GT_ERR_BUSY);
    f->server.fault = FAULT_NONE;
    f->now += 2000;
    assert_int_equal(pay(f).class, GT_UP_OK);
    assert_false(state_of(f).breaker_open);
    assert_int_equal(pay(f).class, GT_UP_OK);
}

static void refusals_keep_the_breaker_closed(void **state)
{
    struct fixture *f = *state;
    will_answer(f, "dfjf", "<retcode>1040</retcode>");
    for (int i = 0; i < 10; i++)
        assert_int_equal(pay(f).outcome, GT_OUT_COLLECTED_ELSEWHERE);
    assert_false(state_of(f).breaker_open);
    assert_int_equal(state_of(f).refused, 10);
}

static void customers_find_their_system(void **state)
{
    struct fixture *f = *state;
    const struct gt_upstreams *all = gt_link_upstreams(f->link);
    assert_ptr_equal(gt_upstream_for(all, "3000000001"), f->up);
    assert_null(gt_upstream_for(all, "9000000001"));
    assert_null(gt_upstream_named(all, "a8"));
    assert_int_equal(f->up->grace_ms, 30000);
}

#define THREADS 4
#define CALLS   50

static void *call_many(void *arg)
{
    struct fixture *f = arg;
    struct gt_up_request r = a_payment();
    struct gt_up_reply reply;
    intptr_t ok = 0;
    for (int i = 0; i < CALLS; i++) {
        if (f->up->admit(f->up->ctx, 5000) != GT_OK)
            continue;
        f->up->call(f->up->ctx, &r, 3000, &reply);
        f->up->leave(f->up->ctx);
        ok += reply.class == GT_UP_OK;
    }
    return (void *)ok;
}

static void threads_share_a_system(void **state)
{
    struct fixture *f = *state;
    pthread_t threads[THREADS];
    will_answer(f, "dfjf", PAID);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, call_many, f), 0);
    for (int i = 0; i < THREADS; i++) {
        void *ok;
        assert_int_equal(pthread_join(threads[i], &ok), 0);
        assert_int_equal((intptr_t)ok, CALLS);
    }
    assert_int_equal(f->server.requests, THREADS * CALLS);
    assert_true(f->server.accepted <= THREADS);
    assert_int_equal(state_of(f).ok, THREADS * CALLS);
}

static int start(void **state)
{
    (void)state;
    gt_xml_start();
    return gt_tmpl_start() == GT_OK ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    gt_xml_stop();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        T(payment_is_sent_and_its_answer_read),
        T(connection_is_used_again),
        T(refused_connection_is_not_sent),
        T(unknown_host_is_not_sent),
        T(broken_tls_is_not_sent),
        T(closed_after_accept_is_unknown),
        T(closed_after_request_is_unknown),
        T(half_a_reply_is_unknown),
        T(garbage_is_unknown),
        T(no_http_is_unknown),
        T(other_xml_is_unknown),
        T(status_500_is_unknown),
        T(status_503_is_unknown),
        T(redirect_is_not_followed),
        T(slow_is_unknown_at_its_limit),
        T(huge_reply_is_unknown),
        T(kept_connection_that_dies_is_unknown_and_sent_once),
        T(refused_after_a_kept_connection_died_is_unknown),
        T(second_reply_is_not_taken_for_the_next_answer),
        T(answer_to_another_request_is_unknown),
        T(answer_about_another_customer_is_unknown),
        T(method_without_a_code_is_refused_unsent),
        T(breaker_opens_probes_and_closes),
        T(refusals_keep_the_breaker_closed),
        T(customers_find_their_system),
        T(threads_share_a_system),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
