/*
 * Organisations, users, terminals: who may be where, and who stands behind a request.
 */
#include "access_kit.h"

static struct kit kit;

static int start(void **state)
{
    (void)state;
    access_start(&kit);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    kit_done(&kit);
    return 0;
}

/* Runs `fn` in a transaction of its own. */
static enum gt_err run(gt_db_fn fn, void *arg)
{
    return gt_db_transact(kit.db, "test", fn, arg);
}

/* --- organisations ---------------------------------------------------------------------------- */

struct org_case {
    const char *code, *below, *name;
    enum gt_org_kind kind;
};

static enum gt_err org_in(struct gt_tx *tx, void *arg)
{
    const struct org_case *c = arg;
    struct gt_org org = {.id = 100, .kind = c->kind};

    snprintf(org.code, sizeof(org.code), "%s", c->code);
    snprintf(org.name, sizeof(org.name), "%s", c->name);
    return gt_org_add(tx, c->below, &org);
}

static void org_stands_only_where_it_may(void **state)
{
    static const struct {
        struct org_case given;
        enum gt_err expected;
    } cases[] = {
        {{"X", "NONE", "名", GT_ORG_STATION}, GT_ERR_ABSENT},
        {{"X", "S1", "名", GT_ORG_COUNTY}, GT_ERR_DENIED},
        {{"X", "A", "名", GT_ORG_STATION}, GT_ERR_DENIED},
        {{"X", "", "名", GT_ORG_STATION}, GT_ERR_DENIED},
        {{"X", "", "名", GT_ORG_BUREAU}, GT_ERR_EXISTS},
        {{"S1", "C", "名", GT_ORG_STATION}, GT_ERR_EXISTS},
        {{"a b", "C", "名", GT_ORG_STATION}, GT_ERR_SYNTAX},
        {{"", "C", "名", GT_ORG_STATION}, GT_ERR_SYNTAX},
        {{"X", "C", "", GT_ORG_STATION}, GT_ERR_SYNTAX},
        {{"X", "C", "a\nb", GT_ORG_STATION}, GT_ERR_SYNTAX},
        {{"X ", "C", "名", GT_ORG_STATION}, GT_ERR_SYNTAX},
        {{"X", "C", "名 ", GT_ORG_STATION}, GT_ERR_SYNTAX},
        {{"X", "A", "名", GT_ORG_AGENT}, GT_OK},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct org_case given = cases[i].given;
        assert_err(cases[i].expected, run(org_in, &given));
    }
}

static enum gt_err tree_in(struct gt_tx *tx, void *arg)
{
    struct gt_org page[10], station;

    (void)arg;
    assert_int_equal(gt_org_page(tx, "", page, 10), 5);
    assert_string_equal(page[0].code, "B");
    assert_string_equal(page[1].code, "C");
    assert_string_equal(page[2].code, "S1");
    assert_string_equal(page[3].code, "A");
    assert_string_equal(page[4].code, "S2");
    assert_string_equal(page[3].path, "/1/2/3/5/");
    assert_int_equal(gt_org_page(tx, page[3].path, page, 10), 1);
    assert_string_equal(page[0].code, "S2");
    assert_true(gt_org_by_code(tx, "S1", &station));
    assert_false(gt_org_within(&page[0], &station));
    assert_true(gt_org_within(&station, &station));
    return gt_tx_err(tx);
}

static void page_goes_through_the_tree_in_its_order(void **state)
{
    (void)state;
    assert_ok(gt_db_read(kit.db, "test", tree_in, NULL));
}

/* --- the census and the version of rights ------------------------------------------------------
 */

static enum gt_err counts_in(struct gt_tx *tx, void *arg)
{
    int64_t *counts = arg;

    counts[0] = gt_census_members(tx, "gt_org");
    counts[1] = gt_rights_version(tx);
    return gt_tx_err(tx);
}

static void every_change_counts(void **state)
{
    struct org_case good = {"X", "C", "名", GT_ORG_STATION},
                    bad = {"S1", "C", "名", GT_ORG_STATION};
    int64_t before[2], after[2];

    (void)state;
    assert_ok(gt_db_read(kit.db, "test", counts_in, before));
    assert_int_equal(before[0], 5);
    assert_err(GT_ERR_EXISTS, run(org_in, &bad));
    assert_ok(gt_db_read(kit.db, "test", counts_in, after));
    assert_memory_equal(before, after, sizeof(before));
    assert_ok(run(org_in, &good));
    assert_ok(gt_db_read(kit.db, "test", counts_in, after));
    assert_int_equal(after[0], 6);
    assert_true(after[1] > before[1]);
}

static enum gt_err uncounted_in(struct gt_tx *tx, void *arg)
{
    (void)arg;
    gt_census_add(tx, "gt_nothing", 1);
    return gt_tx_err(tx);
}

static void a_table_that_is_not_counted_is_refused(void **state)
{
    (void)state;
    assert_err(GT_ERR_INTERNAL, run(uncounted_in, NULL));
}

static enum gt_err second_state_in(struct gt_tx *tx, void *arg)
{
    (void)arg;
    return gt_state_create(tx, 20261123, 60);
}

static void state_is_made_once(void **state)
{
    (void)state;
    assert_err(GT_ERR_EXISTS, run(second_state_in, NULL));
}

/* --- users ------------------------------------------------------------------------------------ */

struct user_case {
    int64_t id, org_id;
    const char *login, *operator_no;
    int64_t role_id;
};

static enum gt_err user_in(struct gt_tx *tx, void *arg)
{
    const struct user_case *c = arg;
    struct gt_user user = {.id = c->id, .org_id = c->org_id, .name = "张三"};

    snprintf(user.login, sizeof(user.login), "%s", c->login);
    snprintf(user.operator_no, sizeof(user.operator_no), "%s", c->operator_no);
    if (gt_user_add(tx, &user) != GT_OK)
        return gt_tx_err(tx);
    return gt_grant_add(tx, c->id, c->id, c->role_id, c->org_id, 0, 0);
}

static void user_must_fit_its_place(void **state)
{
    static const struct {
        struct user_case given;
        enum gt_err expected;
    } cases[] = {
        {{1, ID_S1, "wang", "1001", GT_ROLE_CASHIER}, GT_OK},
        {{2, ID_S1, "wang", "1002", GT_ROLE_CASHIER}, GT_ERR_EXISTS},
        {{2, ID_S1, "li", "1001", GT_ROLE_CASHIER}, GT_ERR_EXISTS},
        {{2, 99, "li", "1002", GT_ROLE_CASHIER}, GT_ERR_ABSENT},
        {{2, ID_A, "li", "1002", GT_ROLE_CASHIER}, GT_ERR_DENIED},
        {{2, ID_S1, "li", "1002", GT_ROLE_AGENT}, GT_ERR_DENIED},
        {{2, ID_S1, "li", "1002", 77}, GT_ERR_ABSENT},
        {{2, ID_S1, "l i", "1002", GT_ROLE_CASHIER}, GT_ERR_SYNTAX},
        {{2, ID_S1, "li ", "1002", GT_ROLE_CASHIER}, GT_ERR_SYNTAX},
        {{2, ID_S1, "li", "1002 ", GT_ROLE_CASHIER}, GT_ERR_SYNTAX},
        {{2, ID_S1, "li", "", GT_ROLE_CASHIER}, GT_ERR_SYNTAX},
        {{2, ID_A, "li", "1002", GT_ROLE_AGENT}, GT_OK},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct user_case given = cases[i].given;
        assert_err(cases[i].expected, run(user_in, &given));
    }
}

/* --- terminals and actors ----------------------------------------------------------------------
 */

static void secret_opens_only_in_its_own_row(void **state)
{
    struct gt_keys keys = {.master = "master key", .audit = "audit key"};
    struct gt_terminal terminal = {.terminal_no = "T1"};
    char plain[GT_SECRET_MAX];

    (void)state;
    assert_ok(gt_terminal_hide(&keys, gt_random_system(), "T1", "s3cret", terminal.secret));
    assert_null(strstr(terminal.secret, "s3cret"));
    assert_ok(gt_terminal_show(&keys, &terminal, plain));
    assert_string_equal(plain, "s3cret");
    snprintf(terminal.terminal_no, sizeof(terminal.terminal_no), "T2");
    assert_err(GT_ERR_CRYPTO, gt_terminal_show(&keys, &terminal, plain));
}

/* Terminal T1 in S1; cashiers 1001 in S1, 1002 in S2; staff 1003 of A, below S1. */
static enum gt_err people_in(struct gt_tx *tx, void *arg)
{
    struct gt_terminal terminal = {.id = 1, .org_id = ID_S1, .kind = GT_TERMINAL_POS};
    struct user_case one = {1, ID_S1, "wang", "1001", GT_ROLE_CASHIER};
    struct user_case two = {2, ID_S2, "li", "1002", GT_ROLE_CASHIER};
    struct user_case three = {3, ID_A, "zhao", "1003", GT_ROLE_AGENT};

    (void)arg;
    snprintf(terminal.terminal_no, sizeof(terminal.terminal_no), "T1");
    snprintf(terminal.secret, sizeof(terminal.secret), "hidden");
    assert_ok(gt_terminal_add(tx, &terminal));
    assert_ok(user_in(tx, &one));
    assert_ok(user_in(tx, &two));
    assert_ok(user_in(tx, &three));
    return gt_tx_err(tx);
}

struct actor_case {
    const char *terminal_no, *operator_no;
    struct gt_actor actor;
    bool found;
};

static enum gt_err actor_in(struct gt_tx *tx, void *arg)
{
    struct actor_case *c = arg;

    c->found = gt_actor_load(tx, c->terminal_no, c->operator_no, &c->actor);
    return gt_tx_err(tx);
}

/* The id of the user that terminal and operator number give, 0: none, -1: no such terminal. */
static int64_t user_of(const char *terminal_no, const char *operator_no)
{
    struct actor_case c = {.terminal_no = terminal_no, .operator_no = operator_no};

    assert_ok(gt_db_read(kit.db, "test", actor_in, &c));
    return c.found ? c.actor.user.id : -1;
}

static void terminal_serves_the_subtree_it_stands_in(void **state)
{
    (void)state;
    assert_ok(run(people_in, NULL));
    assert_int_equal(user_of("T1", "1001"), 1);
    assert_int_equal(user_of("T1", "1003"), 3);
    assert_int_equal(user_of("T1", "1002"), 0);
    assert_int_equal(user_of("T1", "9999"), 0);
    assert_int_equal(user_of("T2", "1001"), -1);
}

static enum gt_err bind_in(struct gt_tx *tx, void *arg)
{
    (void)arg;
    return gt_terminal_bind(tx, 1, 1, 2);
}

static enum gt_err unbind_in(struct gt_tx *tx, void *arg)
{
    (void)arg;
    return gt_terminal_unbind(tx, 1, 2);
}

static void binding_admits_only_the_bound(void **state)
{
    (void)state;
    assert_ok(run(people_in, NULL));
    assert_ok(run(bind_in, NULL));
    assert_int_equal(user_of("T1", "1002"), 2);
    assert_int_equal(user_of("T1", "1001"), 0);
    assert_err(GT_ERR_EXISTS, run(bind_in, NULL));
    assert_ok(run(unbind_in, NULL));
    assert_err(GT_ERR_ABSENT, run(unbind_in, NULL));
    assert_int_equal(user_of("T1", "1001"), 1);
}

static enum gt_err disable_user_in(struct gt_tx *tx, void *arg)
{
    struct gt_user user;

    (void)arg;
    assert_true(gt_user_by_login(tx, "wang", &user));
    user.state = GT_DISABLED;
    return gt_user_change(tx, &user);
}

static enum gt_err disable_county_in(struct gt_tx *tx, void *arg)
{
    struct gt_org org;

    (void)arg;
    assert_true(gt_org_by_code(tx, "C", &org));
    org.state = GT_DISABLED;
    return gt_org_change(tx, &org);
}

static void disabled_user_is_no_actor(void **state)
{
    (void)state;
    assert_ok(run(people_in, NULL));
    assert_ok(run(disable_user_in, NULL));
    assert_int_equal(user_of("T1", "1001"), 0);
    assert_int_equal(user_of("T1", "1003"), 3);
}

static void disabled_organisation_stops_all_below_it(void **state)
{
    (void)state;
    assert_ok(run(people_in, NULL));
    assert_ok(run(disable_county_in, NULL));
    assert_int_equal(user_of("T1", "1001"), 0);
    assert_int_equal(user_of("T1", "1003"), 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, start, stop)
    const struct CMUnitTest tests[] = {
        T(org_stands_only_where_it_may),
        T(page_goes_through_the_tree_in_its_order),
        T(every_change_counts),
        T(a_table_that_is_not_counted_is_refused),
        T(state_is_made_once),
        T(user_must_fit_its_place),
        T(secret_opens_only_in_its_own_row),
        T(terminal_serves_the_subtree_it_stands_in),
        T(binding_admits_only_the_bound),
        T(disabled_user_is_no_actor),
        T(disabled_organisation_stops_all_below_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
