/*
 * A stand-in marketing system on a database of its own, with a clock that the test turns.
 */
#ifndef GT_TESTS_SIM_KIT_H
#define GT_TESTS_SIM_KIT_H

#include "../../cmd/sim/rules.h"
#include "store/schema.h"
#include "unit.h"

struct world {
    char folder[UNIT_PATH_MAX];
    int64_t now;
    struct gt_clock clock;
    struct gt_sim sim;
    int serials;
    struct gt_sg_answer ans; /* the last answer */
};

static inline int64_t world_now(void *ctx)
{
    return *(int64_t *)ctx;
}

static inline int set_up(void **state)
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
    assert_int_equal(applied, 1);
    w->now = 1795312800000; /* 2026-11-22, ten in the morning in China */
    w->clock = (struct gt_clock){.now = world_now, .mono = world_now, .ctx = &w->now};
    w->sim.clock = &w->clock;
    *state = w;
    return 0;
}

static inline int tear_down(void **state)
{
    struct world *w = *state;
    gt_db_close(w->sim.db);
    unit_remove(w->folder);
    free(w);
    return 0;
}

/* A request with a new serial. */
static inline struct gt_sg_request request(struct world *w, enum gt_sg_op op, const char *customer,
                                           int64_t amount)
{
    struct gt_sg_request req = {.op = op, .amount = amount};
    (void)snprintf(req.serial, sizeof(req.serial), "20261122%010d", ++w->serials);
    assert_ok(gt_str_copy(req.customer, sizeof(req.customer), customer));
    return req;
}

static inline int64_t run(struct world *w, const struct gt_sg_request *req)
{
    assert_ok(gt_sim_run(&w->sim, req, 0, &w->ans));
    return w->ans.code;
}

static inline void about(struct gt_sg_request *req, const char *serial)
{
    assert_ok(gt_str_copy(req->orig_serial, sizeof(req->orig_serial), serial));
}

/* The card `serial` of a customer at `count`; a return file only if it was inserted. */
static inline void show(struct gt_sg_request *req, const char *serial, int64_t count, bool inserted)
{
    assert_ok(gt_str_copy(req->card.serial, sizeof(req->card.serial), serial));
    (void)snprintf(req->card.meter, sizeof(req->card.meter), "M%.30s", req->customer);
    (void)snprintf(req->card.return_file, sizeof(req->card.return_file), "%s",
                   inserted ? "68a0010203" : "0000");
    (void)snprintf(req->card.random, sizeof(req->card.random), "0102030405060708");
    req->card.count = count;
}

static inline void show_blank(struct gt_sg_request *req, const char *serial)
{
    show(req, serial, 0, false);
    req->card.meter[0] = '\0';
}

static inline int64_t query(struct world *w, const char *customer)
{
    struct gt_sg_request req = {.op = GT_SG_QUERY};
    assert_ok(gt_str_copy(req.customer, sizeof(req.customer), customer));
    return run(w, &req);
}

static inline enum gt_sg_fate inquire(struct world *w, const char *serial)
{
    struct gt_sg_request req = {.op = GT_SG_INQUIRE};
    about(&req, serial);
    assert_int_equal(run(w, &req), GT_SG_DONE);
    return w->ans.fate;
}

static inline int64_t pay(struct world *w, const char *customer, int64_t amount)
{
    struct gt_sg_request req = request(w, GT_SG_PAY, customer, amount);
    return run(w, &req);
}

static inline int64_t reverse(struct world *w, const struct gt_sg_request *orig)
{
    struct gt_sg_request req = request(w, GT_SG_REVERSE, orig->customer, orig->amount);
    about(&req, orig->serial);
    return run(w, &req);
}

/* A recharge with the customer's first card; `*req` is what was asked. */
static inline int64_t card_recharge(struct world *w, const char *customer, int64_t count,
                                    bool inserted, struct gt_sg_request *req)
{
    char serial[GT_SG_KEY_MAX];
    *req = request(w, GT_SG_RECHARGE, customer, 5000);
    (void)snprintf(serial, sizeof(serial), "C%.30s", customer);
    show(req, serial, count, inserted);
    return run(w, req);
}

static inline int64_t confirm(struct world *w, const char *customer, const char *serial,
                              int written)
{
    struct gt_sg_request req = request(w, GT_SG_CONFIRM, customer, -1);
    about(&req, serial);
    req.written = written;
    return run(w, &req);
}

#define CARD   "2000000001"
#define BILL   "1000000001"
#define REMOTE "3000000001"

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
