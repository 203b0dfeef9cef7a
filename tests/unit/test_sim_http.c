/*
 * The stand-in's server and each of its faults, over raw sockets.
 */
#include "../../cmd/sim/fault.h"
#include "../../cmd/sim/http.h"
#include "../../cmd/sim/serve.h"
#include "base/xml.h"
#include "sim_client.h"
#include "store/schema.h"
#include "unit.h"

#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>

#define DELAY_PERCENT 3 /* 10 s become 300 ms */

struct world {
    char folder[UNIT_PATH_MAX];
    struct gt_sim sim;
    struct gt_sim_server *server;
};

static void start_with_delay(struct world *w, int percent)
{
    const struct gt_sim_server_conf conf = {
        .listen = "127.0.0.1:0", .sim = w->sim, .delay_percent = percent};
    assert_ok(gt_sim_server_start(&conf, &w->server));
}

static void start(struct world *w)
{
    start_with_delay(w, DELAY_PERCENT);
}

/* What is late is so by some seconds: nobody on a busy machine is later. */
static void delay_seconds(struct world *w)
{
    gt_sim_server_stop(w->server);
    start_with_delay(w, 30);
}

static int set_up(void **state)
{
    char db[UNIT_PATH_MAX + 8], sql[UNIT_PATH_MAX];
    int applied = 0;
    struct world *w = calloc(1, sizeof(*w));
    assert_non_null(w);
    unit_folder(w->folder);
    (void)snprintf(db, sizeof(db), "%s/sim.db", w->folder);
    const struct gt_db_conf conf = {.path = db, .sync = GT_DB_RELAXED, .create = true};
    assert_ok(gt_db_open(&conf, &w->sim.db));
    assert_ok(gt_migrate(w->sim.db, unit_source("sql/sim", sql), &applied));
    w->sim.clock = gt_clock_system();
    start(w);
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    gt_sim_server_stop(w->server);
    gt_db_close(w->sim.db);
    unit_remove(w->folder);
    free(w);
    return 0;
}

/* --- a client */

static int dial(const struct world *w)
{
    int fd = sim_dial(gt_sim_server_port(w->server));
    assert_true(fd >= 0);
    return fd;
}

static char fate(const struct world *w, const char *serial)
{
    return sim_fate(gt_sim_server_port(w->server), serial);
}

static int64_t now_ms(void)
{
    const struct gt_clock *clock = gt_clock_system();
    return clock->mono(clock->ctx);
}

/* One recharge; gives the status, 0 for a closed connection, and how long it took. */
static int recharge(const struct world *w, const char *serial, const char *customer, char *body,
                    size_t size, int64_t *took)
{
    int64_t begun = now_ms();
    int fd = dial(w);
    sim_ask_recharge(fd, serial, customer);
    int status = sim_get(fd, body, size);
    close(fd);
    *took = now_ms() - begun;
    return status;
}

static char buffer[65536];
static int64_t took_ms;
#define RECHARGE(serial, customer) \
    recharge(w, (serial), (customer), buffer, sizeof(buffer), &took_ms)

/* --- HTTP */

static void health_is_ok(void **state)
{
    struct world *w = *state;
    int fd = dial(w);
    sim_put(fd, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_int_equal(sim_get(fd, buffer, sizeof(buffer)), 200);
    sim_put(fd, "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n"); /* the connection was kept */
    assert_int_equal(sim_get(fd, buffer, sizeof(buffer)), 404);
    sim_put(fd, "GET /sg186 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assert_int_equal(sim_get(fd, buffer, sizeof(buffer)), 405);
    assert_int_equal(recv(fd, buffer, 1, 0), 0);
    close(fd);
}

static void bad_requests_are_refused(void **state)
{
    static const struct {
        const char *text;
        int status;
    } bad[] = {
        {"nonsense\r\n\r\n", 400},
        {"GET /health HTTP/2.0\r\n\r\n", 400},
        {"GET health HTTP/1.1\r\n\r\n", 400},
        {"GET /health HTTP/1.1\r\nno colon\r\n\r\n", 400},
        {"GET /health HTTP/1.1\r\nA: b\r\n folded\r\n\r\n", 400},
        {"POST /sg186 HTTP/1.1\r\nContent-Length : 0\r\n\r\n", 400},
        {"POST /sg186 HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400},
        {"POST /sg186 HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx", 400},
        {"POST /sg186 HTTP/1.1\r\nHost: x\r\n\r\n", 411},
        {"POST /sg186 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411},
        {"POST /sg186 HTTP/1.1\r\nContent-Length: 262145\r\n\r\n", 413},
        {"POST /sg186 HTTP/1.1\r\nContent-Length: 1\r\n\r\n<", 400},
        {"POST /sg186 HTTP/1.1\r\nContent-Length: 4\r\n\r\n<a/>", 500},
    };
    struct world *w = *state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        int fd = dial(w);
        sim_put(fd, bad[i].text);
        assert_int_equal(sim_get(fd, buffer, sizeof(buffer)), bad[i].status);
        close(fd);
    }
}

static void a_head_without_end_is_refused(void **state)
{
    struct world *w = *state;
    int fd = dial(w);
    sim_put(fd, "GET /health HTTP/1.1\r\nX: ");
    memset(buffer, 'x', GT_SIM_HTTP_HEAD_MAX);
    (void)send(fd, buffer, GT_SIM_HTTP_HEAD_MAX, MSG_NOSIGNAL);
    assert_int_equal(sim_get(fd, buffer, sizeof(buffer)), 431);
    close(fd);
}

static void a_slow_sender_is_understood(void **state)
{
    static const char text[] =
        "POST /sg186 HTTP/1.1\r\nContent-Length: 4\r\nExpect: 100-continue\r\n"
        "\r\n";
    struct world *w = *state;
    int fd = dial(w);
    for (size_t i = 0; i < sizeof(text) - 1; i++)
        assert_int_equal(send(fd, text + i, 1, MSG_NOSIGNAL), 1);
    assert_int_equal(recv(fd, buffer, 25, MSG_WAITALL), 25);
    assert_memory_equal(buffer, "HTTP/1.1 100 Continue\r\n\r\n", 25);
    sim_put(fd, "<a/>");
    assert_int_equal(sim_get(fd, buffer, sizeof(buffer)), 500);
    close(fd);
}

static void wrong_fields_are_named(void **state)
{
    static const struct {
        const char *op, *fields, *why;
    } wrong[] = {
        {"gdcz", "<yhbh>3000000001</yhbh><jfje>1</jfje>", "jylsh is missing"},
        {"gdcz", "<jylsh>1</jylsh><jfje>1</jfje>", "yhbh is missing"},
        {"gdcz", "<jylsh>1</jylsh><yhbh>3000000001</yhbh>", "jfje is missing"},
        {"gdcz", "<jylsh>1</jylsh><yhbh>3000000001</yhbh><jfje>1.234</jfje>", "jfje has a wrong"},
        {"gdcz", "<jylsh>1</jylsh><yhbh>3000000001</yhbh><jfje>-1</jfje>", "jfje has a wrong"},
        {"gdcz", "<jylsh>1 2</jylsh><yhbh>3000000001</yhbh><jfje>1</jfje>", "jylsh has a wrong"},
        {"gdcz", "<jylsh>1</jylsh><yhbh>2000000001</yhbh><jfje>1</jfje><kxlh>C1</kxlh>",
         "sjs is missing"},
        {"dfjf",
         "<jylsh>1</jylsh><yhbh>1000000001</yhbh><jfje>1</jfje><jfbs>2</jfbs>"
         "<zdmx><ysbs>1</ysbs></zdmx>",
         "jfbs has a wrong"},
        {"jycx", "", "yjylsh is missing"},
        {"dfcx", "", "yhbh, dbbh or kh is missing"},
        {"nosuch", "", "no operation"},
    };
    struct world *w = *state;
    int fd = dial(w);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        sim_ask(fd, wrong[i].op, wrong[i].fields);
        assert_int_equal(sim_get(fd, buffer, sizeof(buffer)), 500);
        assert_holds(buffer, "<soap:Fault>");
        assert_holds(buffer, wrong[i].why);
    }
    close(fd);
    assert_int_equal(fate(w, "1"), '3');
}

static void an_answer_has_the_fields_of_the_dialect(void **state)
{
    struct world *w = *state;
    int fd = dial(w);
    sim_ask(fd, "dfcx", "<yhbh>1000000001</yhbh>");
    assert_int_equal(sim_get(fd, buffer, sizeof(buffer)), 200);
    assert_holds(buffer,
                 "<dfcxResponse "
                 "xmlns=\"urn:sg186:pay\"><jylsh></jylsh><yjylsh></yjylsh><retcode>1001</retcode>");
    assert_holds(buffer, "<hjje>86.40</hjje><hjwyj>1.40</hjwyj><hjys>0.00</hjys>");
    assert_holds(buffer, "<zdmx><ysbs>100000000120261001</ysbs><dfny>202610</dfny>"
                         "<dl>155.42</dl><ysje>86.40</ysje><wyjje>1.40</wyjje></zdmx>");
    sim_ask_recharge(fd, "501", "3000000001");
    assert_int_equal(sim_get(fd, buffer, sizeof(buffer)), 200);
    assert_holds(buffer, "<sgls>SG501</sgls>");
    assert_holds(buffer, "<gdcs>1</gdcs></gdczResponse>");
    sim_ask_recharge(fd, "501", "3000000001");
    assert_int_equal(sim_get(fd, buffer, sizeof(buffer)), 200);
    assert_holds(buffer, "<retcode>11004</retcode>");
    close(fd);
}

/* --- faults by customer */

static void slow_answers_after_a_while(void **state)
{
    struct world *w = *state;
    assert_int_equal(RECHARGE("601", "3000009001"), 200);
    assert_true(took_ms >= 80); /* 3 s at 3 percent */
    assert_holds(buffer, "<retcode>1001</retcode>");
}

static void late_is_done_at_once_and_answered_late(void **state)
{
    struct world *w = *state;
    delay_seconds(w);
    int fd = dial(w);
    sim_ask_recharge(fd, "602", "3000009002");
    struct pollfd p = {.fd = fd, .events = POLLIN};
    while (fate(w, "602") == '3' && poll(&p, 1, 5) == 0)
        ;
    assert_int_equal(poll(&p, 1, 0), 0); /* done, and not yet answered */
    assert_int_equal(sim_get(fd, buffer, sizeof(buffer)), 200);
    assert_holds(buffer, "<retcode>1001</retcode>");
    close(fd);
}

static void a_lost_reply_is_done(void **state)
{
    struct world *w = *state;
    assert_int_equal(RECHARGE("603", "3000009003"), 0);
    assert_int_equal(fate(w, "603"), '1');
}

static void a_lost_request_is_not_done(void **state)
{
    struct world *w = *state;
    assert_int_equal(RECHARGE("604", "3000009004"), 0);
    assert_int_equal(fate(w, "604"), '3');
}

static void silent_says_and_does_nothing(void **state)
{
    struct world *w = *state;
    int fd = dial(w);
    sim_ask_recharge(fd, "605", "3000009005");
    struct pollfd p = {.fd = fd, .events = POLLIN};
    assert_int_equal(poll(&p, 1, 400), 0);
    assert_int_equal(fate(w, "605"), '3');
    close(fd);
}

static void refusals_are_in_the_books(void **state)
{
    struct world *w = *state;
    assert_int_equal(RECHARGE("606", "3000009006"), 200);
    assert_holds(buffer, "<retcode>1040</retcode>");
    assert_int_equal(fate(w, "606"), '2');
    assert_int_equal(RECHARGE("609", "3000009009"), 200);
    assert_holds(buffer, "<retcode>1090</retcode>");
    assert_int_equal(fate(w, "609"), '2');
}

static void garbage_is_not_xml_and_done(void **state)
{
    struct world *w = *state;
    xmlDocPtr doc = NULL;
    assert_int_equal(RECHARGE("607", "3000009007"), 200);
    const char *body = strstr(buffer, "\r\n\r\n");
    assert_non_null(body);
    assert_int_not_equal(gt_xml_parse(body + 4, strlen(body + 4), &doc), GT_OK);
    assert_int_equal(fate(w, "607"), '1');
}

static void twice_answers_twice_and_does_it_once(void **state)
{
    struct world *w = *state;
    int fd = dial(w);
    sim_ask_recharge(fd, "608", "3000009008");
    for (int i = 0; i < 2; i++) {
        assert_int_equal(sim_get(fd, buffer, sizeof(buffer)), 200);
        assert_holds(buffer, "<retcode>1001</retcode>");
        assert_holds(buffer, "<gdcs>1</gdcs>");
    }
    close(fd);
}

static void queued_is_done_though_the_client_has_left(void **state)
{
    struct world *w = *state;
    delay_seconds(w);
    int fd = dial(w);
    sim_ask_recharge(fd, "610", "3000009010");
    usleep(20000);
    close(fd);
    assert_int_equal(fate(w, "610"), '3'); /* not yet */
    int64_t begun = now_ms();
    while (fate(w, "610") == '3' && now_ms() - begun < 60000)
        usleep(20000);
    assert_int_equal(fate(w, "610"), '1');
}

static void http_errors_say_nothing_of_the_work(void **state)
{
    struct world *w = *state;
    assert_int_equal(RECHARGE("611", "3000009011"), 500);
    assert_int_equal(fate(w, "611"), '1');
    assert_int_equal(RECHARGE("612", "3000019012"), 503);
    assert_int_equal(fate(w, "612"), '3');
}

static void queries_of_faulty_customers_are_answered(void **state)
{
    struct world *w = *state;
    int fd = dial(w);
    for (int i = 9001; i <= 9012; i++) {
        char fields[64];
        (void)snprintf(fields, sizeof(fields), "<yhbh>300000%d</yhbh>", i);
        sim_ask(fd, "dfcx", fields);
        assert_int_equal(sim_get(fd, buffer, sizeof(buffer)), 200);
        assert_holds(buffer, "<retcode>1001</retcode>");
    }
    close(fd);
    assert_int_equal(RECHARGE("613", "3000009013"), 200);
    assert_holds(buffer, "<retcode>1001</retcode>");
}

/* --- faults by command */

static void command(struct world *w, enum gt_sim_fault kind, enum gt_sg_op operation, int rate)
{
    struct gt_sim_fault_rule rule = {.kind = kind, .operation = operation, .rate = rate};
    assert_ok(gt_sim_fault_save(w->sim.db, &rule));
    usleep(200000); /* within which the server has noticed */
}

static void a_command_holds_for_everybody_until_none(void **state)
{
    struct world *w = *state;
    assert_int_equal(RECHARGE("700", "3000000001"), 200);
    command(w, GT_SIM_FAULT_HTTP_503, GT_SG_OP__MAX, 100);
    assert_int_equal(RECHARGE("701", "3000000001"), 503);
    assert_int_equal(fate(w, "701"), '3'); /* inquiries are answered */
    gt_sim_server_stop(w->server);
    start(w);
    assert_int_equal(RECHARGE("702", "3000000002"), 503); /* across a restart */
    command(w, GT_SIM_FAULT_NONE, GT_SG_OP__MAX, 100);
    assert_int_equal(RECHARGE("703", "3000000001"), 200);
}

static void a_command_may_concern_one_operation(void **state)
{
    struct world *w = *state;
    command(w, GT_SIM_FAULT_HTTP_500, GT_SG_INQUIRE, 100);
    assert_int_equal(RECHARGE("711", "3000000001"), 200);
    int fd = dial(w);
    sim_ask(fd, "jycx", "<yjylsh>711</yjylsh>");
    assert_int_equal(sim_get(fd, buffer, sizeof(buffer)), 500);
    close(fd);
}

static void a_duplicate_is_done_and_denied(void **state)
{
    struct world *w = *state;
    command(w, GT_SIM_FAULT_DUPLICATE, GT_SG_OP__MAX, 100);
    assert_int_equal(RECHARGE("721", "3000000001"), 200);
    assert_holds(buffer, "<retcode>11004</retcode>");
    assert_int_equal(fate(w, "721"), '1');
}

static void a_rate_hits_some(void **state)
{
    struct world *w = *state;
    int hit = 0;
    command(w, GT_SIM_FAULT_HTTP_503, GT_SG_OP__MAX, 50);
    for (int i = 0; i < 60; i++) {
        char serial[16];
        (void)snprintf(serial, sizeof(serial), "73%03d", i);
        hit += RECHARGE(serial, "3000000003") == 503;
    }
    assert_in_range(hit, 1, 59);
}

/* --- many at once, and the end */

static void a_waiting_connection_holds_up_no_other(void **state)
{
    struct world *w = *state;
    delay_seconds(w);
    int slow = dial(w);
    sim_ask_recharge(slow, "801", "3000009002");
    assert_int_equal(RECHARGE("802", "3000000001"), 200);
    struct pollfd p = {.fd = slow, .events = POLLIN};
    assert_int_equal(poll(&p, 1, 0), 0);
    assert_int_equal(sim_get(slow, buffer, sizeof(buffer)), 200);
    close(slow);
}

struct client {
    pthread_t thread;
    const struct world *w;
    int number;
    int good;
};

static void *load(void *arg)
{
    struct client *c = arg;
    char body[8192];
    int fd = dial(c->w);
    for (int i = 0; i < 50; i++) {
        char serial[24], customer[24];
        (void)snprintf(serial, sizeof(serial), "9%02d%03d", c->number, i);
        (void)snprintf(customer, sizeof(customer), "30000%05d", c->number * 100 + i + 1);
        sim_ask_recharge(fd, serial, customer);
        c->good += sim_get(fd, body, sizeof(body)) == 200 && strstr(body, "<retcode>1001<") != NULL;
    }
    close(fd);
    return NULL;
}

static void kept_connections_work_side_by_side(void **state)
{
    struct client clients[32];
    for (int i = 0; i < 32; i++) {
        clients[i] = (struct client){.w = *state, .number = i};
        assert_int_equal(pthread_create(&clients[i].thread, NULL, load, &clients[i]), 0);
    }
    for (int i = 0; i < 32; i++) {
        assert_int_equal(pthread_join(clients[i].thread, NULL), 0);
        assert_int_equal(clients[i].good, 50);
    }
}

static void *stop_soon(void *arg)
{
    struct world *w = arg;
    usleep(500000); /* within which the server has read what was sent */
    gt_sim_server_stop(w->server);
    return NULL;
}

static void stopping_finishes_what_is_in_flight(void **state)
{
    struct world *w = *state;
    pthread_t stopper;
    delay_seconds(w);
    int queued = dial(w), idle = dial(w), silent = dial(w);
    sim_ask_recharge(queued, "901", "3000009010");
    sim_ask_recharge(silent, "902", "3000009005");
    sim_put(idle, "GET /health HTTP/1.1\r\n\r\n");
    assert_int_equal(sim_get(idle, buffer, sizeof(buffer)), 200);
    assert_int_equal(pthread_create(&stopper, NULL, stop_soon, w), 0);
    assert_int_equal(sim_get(queued, buffer, sizeof(buffer)), 200);
    assert_holds(buffer, "<retcode>1001</retcode>");
    assert_int_equal(sim_get(silent, buffer, sizeof(buffer)), 0);
    assert_int_equal(sim_get(idle, buffer, sizeof(buffer)), 0);
    assert_int_equal(pthread_join(stopper, NULL), 0);
    close(queued);
    close(silent);
    close(idle);
    start(w);
    assert_int_equal(fate(w, "901"), '1');
}

static int before_all(void **state)
{
    (void)state;
    gt_xml_start();
    return 0;
}

static int after_all(void **state)
{
    (void)state;
    gt_xml_stop();
    return 0;
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(health_is_ok),
        T(bad_requests_are_refused),
        T(a_head_without_end_is_refused),
        T(a_slow_sender_is_understood),
        T(wrong_fields_are_named),
        T(an_answer_has_the_fields_of_the_dialect),
        T(slow_answers_after_a_while),
        T(late_is_done_at_once_and_answered_late),
        T(a_lost_reply_is_done),
        T(a_lost_request_is_not_done),
        T(silent_says_and_does_nothing),
        T(refusals_are_in_the_books),
        T(garbage_is_not_xml_and_done),
        T(twice_answers_twice_and_does_it_once),
        T(queued_is_done_though_the_client_has_left),
        T(http_errors_say_nothing_of_the_work),
        T(queries_of_faulty_customers_are_answered),
        T(a_command_holds_for_everybody_until_none),
        T(a_command_may_concern_one_operation),
        T(a_duplicate_is_done_and_denied),
        T(a_rate_hits_some),
        T(a_waiting_connection_holds_up_no_other),
        T(kept_connections_work_side_by_side),
        T(stopping_finishes_what_is_in_flight),
    };
    return cmocka_run_group_tests(tests, before_all, after_all);
}
