/*
 * What the tests of people share: the tree of access_kit.h, with somebody in it, and a gt_by whose
 * clock stands still until a test moves it.
 */
#ifndef GT_TESTS_BY_KIT_H
#define GT_TESTS_BY_KIT_H

#include "access_kit.h"

#include "access/param.h"
#include "access/session.h"

/* A platform; admin (id 1) at the bureau, manager (2) at the county, cashier (3) at station S1,
 * cashier (4) at station S2, staff (5) of the agent.  Their password is PASSWORD. */
#define PASSWORD "a long first secret"
enum { ADMIN = 1, MANAGER, CASHIER, OTHER, STAFF };

struct people {
    struct kit kit;
    struct gt_keysrc *src;
    struct gt_keys keys;
    struct gt_logger logger;
    int64_t now;
    struct gt_clock clock;
    struct gt_by by; /* a command; take another's by by_of() */
    struct gt_refusal no;
    char hash[161];
};

static inline int64_t people_now(void *ctx)
{
    return ((struct people *)ctx)->now;
}

static inline void people_add(struct gt_tx *tx, const struct people *p, int64_t id, int64_t org_id,
                              const char *login, int64_t role_id)
{
    struct gt_user user = {.id = id, .org_id = org_id, .name = "张三"};

    snprintf(user.login, sizeof(user.login), "%s", login);
    snprintf(user.operator_no, sizeof(user.operator_no), "90000%d", (int)id);
    assert_ok(gt_user_add(tx, &user));
    assert_ok(gt_credential_set(tx, id, p->hash, false, p->now));
    assert_ok(gt_grant_add(tx, id, id, role_id, org_id, 0, p->now));
}

static inline enum gt_err people_in(struct gt_tx *tx, void *arg)
{
    const struct people *p = arg;

    people_add(tx, p, ADMIN, ID_B, "admin", GT_ROLE_ADMIN);
    people_add(tx, p, MANAGER, ID_C, "manager", GT_ROLE_MANAGER);
    people_add(tx, p, CASHIER, ID_S1, "cashier", GT_ROLE_CASHIER);
    people_add(tx, p, OTHER, ID_S2, "other", GT_ROLE_CASHIER);
    people_add(tx, p, STAFF, ID_A, "staff", GT_ROLE_AGENT);
    return gt_tx_err(tx);
}

/* Takes keys behind those that were given by hand. */
static inline void people_keys(struct people *p, const char *series)
{
    int64_t key;

    for (int i = 0; i < 10; i++)
        assert_ok(gt_key_next(p->src, series, &key));
}

static inline void people_start(struct people *p)
{
    static const char *const series[] = {"org", "user", "grant"};

    memset(p, 0, sizeof(*p));
    access_start(&p->kit);
    memset(&p->keys, 5, sizeof(p->keys));
    p->now = INT64_C(1795327200000);
    p->clock = (struct gt_clock){.now = people_now, .ctx = p};
    assert_ok(gt_keysrc_new(p->kit.db, 100, &p->src));
    for (size_t i = 0; i < sizeof(series) / sizeof(series[0]); i++)
        people_keys(p, series[i]);
    assert_ok(gt_logger_init(&p->logger, p->src, &p->clock, "test", "127.0.0.1"));
    p->by = (struct gt_by){.db = p->kit.db,
                           .src = p->src,
                           .clock = &p->clock,
                           .random = gt_random_system(),
                           .keys = &p->keys,
                           .logger = &p->logger,
                           .user_id = GT_BY_COMMAND};
    assert_ok(gt_password_hash(gt_random_system(), PASSWORD, p->hash));
    assert_ok(gt_db_transact(p->kit.db, "people", people_in, p));
}

static inline void people_stop(struct people *p)
{
    gt_keysrc_free(p->src);
    kit_done(&p->kit);
}

static inline struct gt_by by_of(const struct people *p, int64_t user_id)
{
    struct gt_by by = p->by;

    by.user_id = user_id;
    return by;
}

/* Sets a parameter at the bureau. */
static inline void people_param(struct people *p, enum gt_param param, int64_t value)
{
    assert_ok(gt_param_put(&p->by, param, ID_B, false, value, 0, &p->no));
}

/* Asserts that a call is refused with a reason. */
#define assert_refused(p, reason, call)                 \
    do {                                                \
        (p)->no.why = GT_WHY_NONE;                      \
        assert_int_not_equal(GT_OK, (call));            \
        assert_int_equal(GT_WHY_##reason, (p)->no.why); \
    } while (0)

#endif
