/*
 * Managing organisations, users, terminals and credit: what is refused and why, and that a second
 * person is a second person.
 */
#include "till_kit.h"

#include "access/approval.h"
#include "access/credential.h"
#include "access/session.h"
#include "till/credit.h"
#include "till/list.h"
#include "till/manage.h"
#include "till/permit.h"

/* Besides the people of the till's kit (bureau 1 > county 2 > station 3, agent 4): an administrator
 * 11 at the bureau, managers 12 and 13 at the county. */
enum { ADMIN = 11, MANAGER, SECOND };

static struct kit kit;
static struct gt_logger logger;
static struct gt_keys keys;
static struct gt_refusal no;

static void add_person(struct gt_tx *tx, int64_t id, int64_t org_id, int64_t role_id)
{
    struct gt_user user = {.id = id, .org_id = org_id, .name = "管理员"};

    snprintf(user.login, sizeof(user.login), "m%d", (int)id);
    snprintf(user.operator_no, sizeof(user.operator_no), "8000%d", (int)id);
    assert_ok(gt_user_add(tx, &user));
    assert_ok(gt_credential_set(tx, id, "", true, 0));
    assert_ok(gt_grant_add(tx, id, id, role_id, org_id, 0, 0));
}

static enum gt_err people_in(struct gt_tx *tx, void *arg)
{
    (void)arg;
    add_person(tx, ADMIN, 1, GT_ROLE_ADMIN);
    add_person(tx, MANAGER, 2, GT_ROLE_MANAGER);
    add_person(tx, SECOND, 2, GT_ROLE_MANAGER);
    return gt_tx_err(tx);
}

static int start(void **state)
{
    static const char *const series[] = {"org", "user", "grant", "account", "terminal"};
    int64_t key;

    (void)state;
    kit_start(&kit);
    for (size_t i = 0; i < sizeof(series) / sizeof(series[0]); i++)
        for (int k = 0; k < 20; k++)
            assert_ok(gt_key_next(kit.till.keys, series[i], &key));
    assert_ok(gt_logger_init(&logger, kit.till.keys, &kit.clock, "test", "127.0.0.1"));
    assert_ok(gt_db_transact(kit.till.db, "people", people_in, NULL));
    return 0;
}

static int stop(void **state)
{
    (void)state;
    kit_books_agree(&kit);
    kit_stop(&kit);
    return 0;
}

static struct gt_by by_of(int64_t user_id)
{
    return (struct gt_by){.db = kit.till.db,
                          .src = kit.till.keys,
                          .clock = &kit.clock,
                          .random = gt_random_system(),
                          .keys = &keys,
                          .logger = &logger,
                          .user_id = user_id};
}

#define assert_refused(reason, call)               \
    do {                                           \
        no.why = GT_WHY_NONE;                      \
        assert_int_not_equal(GT_OK, (call));       \
        assert_int_equal(GT_WHY_##reason, no.why); \
    } while (0)

struct seen {
    int64_t id;
    struct gt_org org;
    struct gt_account account;
    struct gt_terminal terminal;
    struct gt_approval approval;
};

static enum gt_err see_in(struct gt_tx *tx, void *arg)
{
    struct seen *s = arg;

    (void)gt_row_find(tx, &gt_org_row, s->id, &s->org);
    (void)gt_row_find(tx, &gt_account_row, s->id, &s->account);
    (void)gt_row_find(tx, &gt_terminal_row, s->id, &s->terminal);
    (void)gt_row_find(tx, &gt_approval_row, s->id, &s->approval);
    return gt_tx_err(tx);
}

/* What has this id, of whatever kind. */
static struct seen see(int64_t id)
{
    struct seen s = {.id = id};

    assert_ok(gt_db_read(kit.till.db, "see", see_in, &s));
    return s;
}

static int64_t make_org(const struct gt_by *by, int64_t parent_id, const char *code,
                        enum gt_org_kind kind)
{
    struct gt_org_form form = {.parent_id = parent_id, .code = code, .name = "机构", .kind = kind};
    int64_t id;

    assert_ok(gt_org_make(by, &form, &id, &no));
    return id;
}

/* --- organisations -----------------------------------------------------------------------------
 */

static void an_organisation_is_made_where_one_may(void **state)
{
    struct gt_by manager = by_of(MANAGER);
    struct gt_org_form form = {
        .parent_id = 2, .code = "S9", .name = "九所", .kind = GT_ORG_STATION};
    int64_t id;

    (void)state;
    assert_ok(gt_org_make(&manager, &form, &id, &no));
    assert_string_equal(see(id).org.name, "九所");
    assert_refused(TAKEN, gt_org_make(&manager, &form, &id, &no));
    assert_string_equal(no.field, "code");
    form.code = "S10";
    form.parent_id = 1; /* above the manager's */
    assert_refused(ABSENT, gt_org_make(&manager, &form, &id, &no));
    form.parent_id = 99;
    assert_refused(ABSENT, gt_org_make(&manager, &form, &id, &no));
    form.parent_id = 4; /* an agent */
    assert_refused(KIND_PLACE, gt_org_make(&manager, &form, &id, &no));
    form.parent_id = 2;
    form.name = "";
    assert_refused(NAME_FORM, gt_org_make(&manager, &form, &id, &no));
    assert_refused(CHANGED, gt_org_rename(&manager, 3, 9, "新名", &no));
    assert_ok(gt_org_rename(&manager, 3, 1, "新名", &no));
    assert_string_equal(see(3).org.name, "新名");
}

static void a_subtree_moves_with_all_below_it(void **state)
{
    struct gt_by admin = by_of(ADMIN), manager = by_of(MANAGER);
    int64_t county = make_org(&admin, 1, "C2", GT_ORG_COUNTY);
    int64_t station = make_org(&manager, 2, "S9", GT_ORG_STATION);
    int64_t agent = make_org(&manager, station, "A9", GT_ORG_AGENT);
    int64_t deeper = make_org(&manager, agent, "A10", GT_ORG_AGENT);
    char path[201];

    (void)state;
    assert_refused(ABSENT, gt_org_move(&manager, station, 0, county, &no));
    assert_refused(BELOW_ITSELF, gt_org_move(&admin, station, 0, agent, &no));
    assert_refused(KIND_PLACE, gt_org_move(&admin, county, 0, 3, &no));
    assert_refused(TOP, gt_org_move(&admin, 1, 0, county, &no));
    assert_ok(gt_org_move(&admin, station, 0, county, &no));
    snprintf(path, sizeof(path), "/1/%d/%d/%d/%d/", (int)county, (int)station, (int)agent,
             (int)deeper);
    assert_string_equal(see(deeper).org.path, path);
    /* It is the manager's no more. */
    assert_refused(ABSENT, gt_org_rename(&manager, deeper, 0, "x", &no));
}

static void an_organisation_with_money_or_transactions_stays(void **state)
{
    struct gt_by admin = by_of(ADMIN);
    int64_t county = make_org(&admin, 1, "C2", GT_ORG_COUNTY);

    (void)state;
    kit_recharge(&kit, 1, "3000000001", 5000);
    kit.up.next = GT_UP_UNKNOWN;
    assert_int_equal(kit_run(&kit), GT_OUT_IN_DOUBT);
    assert_refused(OPEN_TXNS, gt_org_enable(&admin, 3, 0, false, "because", &no));
    assert_int_equal(no.n, 1);
    assert_refused(OPEN_TXNS, gt_org_move(&admin, 3, 0, county, &no));
    /* So does what is above it. */
    assert_refused(OPEN_TXNS, gt_org_enable(&admin, 2, 0, false, "because", &no));
    kit.up.next = GT_UP_OK;
    kit_recharge(&kit, 2, "3000000002", 700)->actor = &kit.agent;
    assert_int_equal(kit_run(&kit), GT_OUT_OK);
    assert_refused(MONEY_OUT, gt_org_enable(&admin, 4, 0, false, "because", &no));
    assert_int_equal(no.n, 700);
    assert_refused(TOP, gt_org_enable(&admin, 1, 0, false, "because", &no));
}

static void an_organisation_without_any_can_be_disabled(void **state)
{
    struct gt_by manager = by_of(MANAGER);
    struct gt_org_form form = {.parent_id = 3, .code = "A9", .name = "代理", .kind = GT_ORG_AGENT};
    int64_t id;

    (void)state;
    assert_refused(REASON, gt_org_enable(&manager, 3, 0, false, "", &no));
    assert_refused(REASON, gt_org_enable(&manager, 3, 0, false, NULL, &no));
    assert_refused(IS_SELF, gt_org_enable(&manager, 2, 0, false, "because", &no));
    assert_ok(gt_org_enable(&manager, 3, 0, false, "because", &no));
    assert_refused(DISABLED_ABOVE, gt_org_make(&manager, &form, &id, &no));
    assert_ok(gt_org_enable(&manager, 3, 0, true, "because", &no));
    assert_ok(gt_org_make(&manager, &form, &id, &no));
}

/* --- users and terminals -----------------------------------------------------------------------
 */

static struct gt_user_form new_user(int64_t org_id, int64_t role_id, int64_t limit)
{
    return (struct gt_user_form){.org_id = org_id,
                                 .login = "zhao",
                                 .operator_no = "700001",
                                 .name = "赵六",
                                 .role_id = role_id,
                                 .limit = limit};
}

static void a_cashier_comes_with_account_grant_and_first_password(void **state)
{
    struct gt_by manager = by_of(MANAGER), cashier = by_of(1);
    struct gt_user_form form = new_user(3, GT_ROLE_CASHIER, 5000);
    char first[32], token[GT_TOKEN_MAX];
    struct gt_visit visit;
    int64_t id;

    (void)state;
    assert_refused(NO_RIGHT, gt_user_make(&cashier, &form, &id, first, &no));
    form.role_id = GT_ROLE_ADMIN;
    assert_refused(NOT_HELD, gt_user_make(&manager, &form, &id, first, &no));
    form.role_id = GT_ROLE_AGENT;
    assert_refused(ROLE_ORG, gt_user_make(&manager, &form, &id, first, &no));
    form.role_id = GT_ROLE_CASHIER;
    assert_ok(gt_user_make(&manager, &form, &id, first, &no));
    assert_refused(TAKEN, gt_user_make(&manager, &form, &id, first, &no));
    assert_string_equal(no.field, "login");
    assert_ok(gt_user_reset(&manager, id, first, &no));
    assert_ok(gt_sign_in(&manager, "zhao", first, "", "", token, &visit, &no));
    assert_int_equal(visit.session.stage, GT_STAGE_PASSWORD);
    assert_int_equal(see(visit.user.account_id).account.credit_limit, 5000);
    assert_ok(gt_user_enable(&manager, id, 0, false, "because", &no));
    assert_refused(SESSION, gt_visit_find(&manager, token, &visit, &no));
    assert_refused(IS_SELF, gt_user_enable(&manager, MANAGER, 0, false, "because", &no));
    assert_refused(ABSENT, gt_user_enable(&manager, ADMIN, 0, false, "because", &no));
}

static void a_terminal_shows_its_secret_once(void **state)
{
    struct gt_by manager = by_of(MANAGER);
    struct gt_terminal_form form = {
        .org_id = 3, .terminal_no = "T9", .kind = GT_TERMINAL_POS, .limit_txn = 100};
    char secret[GT_SECRET_MAX] = "", next[GT_SECRET_MAX] = "", plain[GT_SECRET_MAX];
    struct gt_terminal terminal;
    int64_t id;

    (void)state;
    assert_ok(gt_terminal_make(&manager, &form, &id, secret, &no));
    terminal = see(id).terminal;
    assert_ok(gt_terminal_show(&keys, &terminal, plain));
    assert_string_equal(plain, secret);
    assert_refused(TAKEN, gt_terminal_make(&manager, &form, &id, next, &no));
    *next = '\0';
    assert_ok(gt_terminal_rotate(&manager, id, next, &no));
    assert_string_not_equal(next, secret);
    form.limit_day = -1;
    assert_refused(MONEY_FORM, gt_terminal_alter(&manager, id, 0, &form, &no));
    form.limit_day = 9;
    form.org_id = 1;
    assert_refused(ABSENT, gt_terminal_alter(&manager, id, 0, &form, &no));
    form.org_id = 2;
    assert_ok(gt_terminal_alter(&manager, id, 0, &form, &no));
    assert_int_equal(see(id).terminal.org_id, 2);
    assert_ok(gt_terminal_operator(&manager, id, 1, true, &no));
    assert_refused(BOUND, gt_terminal_operator(&manager, id, 1, true, &no));
    assert_refused(ABSENT, gt_terminal_operator(&manager, id, ADMIN, true, &no));
    assert_ok(gt_terminal_operator(&manager, id, 1, false, &no));
    assert_refused(NOT_BOUND, gt_terminal_operator(&manager, id, 1, false, &no));
}

/* --- credit ------------------------------------------------------------------------------------
 */

static enum gt_err set_limit(int64_t user_id, int64_t account_id, int64_t credit,
                             const char *reason, int64_t *approval)
{
    struct gt_by by = by_of(user_id);
    struct gt_limit_form form = {
        .seen = -1, .credit = credit, .txn = -1, .day = -1, .reason = reason};

    return gt_credit_limit(&by, account_id, &form, approval, &no);
}

static void a_limit_above_the_threshold_wants_a_second_person(void **state)
{
    struct gt_by admin = by_of(ADMIN), manager = by_of(MANAGER), second = by_of(SECOND),
                 cashier = by_of(1);
    int64_t id, other;

    (void)state;
    assert_ok(gt_param_put(&admin, GT_PARAM_CREDIT_SECOND, 2, false, KIT_LIMIT + 1000, 0, &no));
    assert_ok(set_limit(MANAGER, 1, KIT_LIMIT + 1000, "", &id));
    assert_int_equal(id, 0);
    assert_int_equal(see(1).account.credit_limit, KIT_LIMIT + 1000);
    assert_refused(REASON, set_limit(MANAGER, 1, KIT_LIMIT + 5000, "", &id));
    assert_ok(set_limit(MANAGER, 1, KIT_LIMIT + 5000, "旺季", &id));
    assert_int_equal(see(1).account.credit_limit, KIT_LIMIT + 1000);
    assert_refused(OWN_APPROVAL, gt_approval_decide(&manager, id, 1, true, "", &no));
    assert_refused(NO_RIGHT, gt_approval_decide(&cashier, id, 1, true, "", &no));
    assert_ok(gt_approval_decide(&second, id, 1, true, "", &no));
    assert_int_equal(see(1).account.credit_limit, KIT_LIMIT + 5000);
    assert_refused(DECIDED, gt_approval_decide(&second, id, 2, true, "", &no));
    /* What changed meanwhile is asked for anew. */
    assert_ok(set_limit(MANAGER, 1, KIT_LIMIT + 9000, "旺季", &id));
    assert_ok(set_limit(MANAGER, 1, KIT_LIMIT + 8000, "旺季", &other));
    assert_ok(gt_approval_decide(&second, other, 1, true, "", &no));
    assert_refused(STALE, gt_approval_decide(&second, id, 1, true, "", &no));
    assert_refused(REASON, gt_approval_decide(&second, id, 1, false, "", &no));
    assert_ok(gt_approval_decide(&second, id, 1, false, "不需要", &no));
    assert_int_equal(see(1).account.credit_limit, KIT_LIMIT + 8000);
    /* A limit is lowered by one person. */
    assert_ok(set_limit(MANAGER, 1, 100, "", &id));
    assert_int_equal(see(1).account.credit_limit, 100);
}

static void a_request_expires_and_can_be_withdrawn(void **state)
{
    struct gt_by manager = by_of(MANAGER), second = by_of(SECOND);
    int64_t id, other, n;

    (void)state;
    assert_ok(gt_credit_deposit(&manager, 2, 5000, "转账", &id, &no));
    assert_ok(gt_credit_deposit(&manager, 2, 6000, "转账", &other, &no));
    assert_refused(ABSENT, gt_approval_withdraw(&second, other, &no));
    assert_ok(gt_approval_withdraw(&manager, other, &no));
    assert_refused(DECIDED, gt_approval_decide(&second, other, 2, true, "", &no));
    kit.now += INT64_C(7) * 24 * 60 * 60 * 1000;
    assert_refused(EXPIRED, gt_approval_decide(&second, id, 1, true, "", &no));
    assert_ok(gt_approval_expire(kit.till.db, kit.now, &n));
    assert_int_equal(n, 1);
    assert_int_equal(see(id).approval.state, GT_APPROVAL_EXPIRED);
}

static void a_deposit_is_posted_once_by_the_second_person(void **state)
{
    struct gt_by manager = by_of(MANAGER), second = by_of(SECOND);
    int64_t id;

    (void)state;
    kit_recharge(&kit, 1, "3000000001", 2000)->actor = &kit.agent;
    assert_int_equal(kit_run(&kit), GT_OUT_OK);
    assert_refused(MONEY_ZERO, gt_credit_deposit(&manager, 2, 0, "转账", &id, &no));
    assert_ok(gt_credit_deposit(&manager, 2, 5000, "转账", &id, &no));
    assert_int_equal(see(2).account.deposit, 0);
    assert_ok(gt_approval_decide(&second, id, 1, true, "", &no));
    /* What was not remitted is repaid first. */
    assert_int_equal(see(2).account.unremitted, 0);
    assert_int_equal(see(2).account.deposit, 3000);
    assert_refused(DECIDED, gt_approval_decide(&second, id, 1, true, "", &no));
    assert_int_equal(see(2).account.deposit, 3000);
}

static void nobody_gives_more_than_was_granted(void **state)
{
    struct gt_by admin = by_of(ADMIN), manager = by_of(MANAGER);
    int64_t id;

    (void)state;
    /* Two accounts with KIT_LIMIT each are below the county. */
    assert_refused(QUOTA_GIVEN, gt_credit_quota(&admin, 2, 2 * KIT_LIMIT - 1, &no));
    assert_int_equal(no.n, 2 * KIT_LIMIT);
    assert_ok(gt_credit_quota(&admin, 2, 2 * KIT_LIMIT + 500, &no));
    assert_refused(NO_RIGHT, gt_credit_quota(&manager, 2, 9 * KIT_LIMIT, &no));
    assert_refused(QUOTA, set_limit(MANAGER, 1, KIT_LIMIT + 501, "", &id));
    assert_int_equal(no.n, 500);
    assert_ok(set_limit(MANAGER, 1, KIT_LIMIT + 200, "", &id));
    /* A quota below it counts in place of what is below that. */
    assert_refused(QUOTA, gt_credit_quota(&manager, 4, KIT_LIMIT + 301, &no));
    assert_ok(gt_credit_quota(&manager, 4, KIT_LIMIT + 300, &no));
    assert_refused(QUOTA, set_limit(MANAGER, 1, KIT_LIMIT + 201, "", &id));
    assert_ok(set_limit(MANAGER, 2, KIT_LIMIT + 300, "", &id));
    assert_refused(QUOTA, set_limit(MANAGER, 2, KIT_LIMIT + 301, "", &id));
    assert_ok(gt_credit_quota(&manager, 4, -1, &no));
    assert_ok(gt_credit_quota(&admin, 2, -1, &no));
    assert_ok(set_limit(MANAGER, 2, KIT_LIMIT + 9999, "", &id));
}

static void a_permission_lifts_the_limits_once(void **state)
{
    struct gt_by admin = by_of(ADMIN), manager = by_of(MANAGER), cashier = by_of(1);
    int64_t id, more = KIT_LIMIT + 100;

    (void)state;
    assert_refused(NO_RIGHT, gt_permit_give(&cashier, 1, "3000000001", more, "急", &id, &no));
    assert_refused(REASON, gt_permit_give(&manager, 1, "3000000001", more, "", &id, &no));
    assert_ok(gt_param_put(&admin, GT_PARAM_CREDIT_SECOND, 2, false, more, 0, &no));
    assert_refused(PERMIT_MOST,
                   gt_permit_give(&manager, 1, "3000000001", more + 1, "急", &id, &no));
    assert_ok(gt_permit_give(&manager, 1, "3000000001", more, "急", &id, &no));
    /* Another customer, another amount, another account: not meant. */
    kit_recharge(&kit, 1, "3000000002", more);
    assert_int_equal(kit_run(&kit), GT_OUT_NO_CREDIT);
    kit_recharge(&kit, 2, "3000000001", more + 1);
    assert_int_equal(kit_run(&kit), GT_OUT_NO_CREDIT);
    kit_recharge(&kit, 3, "3000000001", more)->actor = &kit.agent;
    assert_int_equal(kit_run(&kit), GT_OUT_NO_CREDIT);
    kit_recharge(&kit, 4, "3000000001", more);
    assert_int_equal(kit_run(&kit), GT_OUT_OK);
    assert_int_equal(see(1).account.unremitted, more);
    kit_recharge(&kit, 5, "3000000001", more);
    assert_int_equal(kit_run(&kit), GT_OUT_NO_CREDIT);
    /* One that is too old is none. */
    assert_ok(gt_permit_give(&manager, 1, "3000000001", 50, "急", &id, &no));
    kit.now += INT64_C(24) * 3600000;
    kit_recharge(&kit, 6, "3000000001", 50);
    assert_int_equal(kit_run(&kit), GT_OUT_NO_CREDIT);
}

static void a_warning_comes_at_its_share(void **state)
{
    struct gt_account account = {.credit_limit = 1000, .deposit = 50, .unremitted = 839};

    (void)state;
    assert_false(gt_credit_warns(&account, 80));
    account.held = 1;
    assert_true(gt_credit_warns(&account, 80));
    account.credit_limit = account.deposit = 0;
    assert_true(gt_credit_warns(&account, 80));
    account.unremitted = account.held = 0;
    assert_false(gt_credit_warns(&account, 80));
}

/* --- lists -------------------------------------------------------------------------------------
 */

struct listing {
    struct gt_doubt doubts[10];
    size_t n;
    int64_t seen, page_seen[3];
    size_t bound[3];
    struct gt_org orgs[3];
    struct gt_user users[3];
    struct gt_role_held held[GT_ROLES_HELD_MAX];
    size_t nheld;
};

static enum gt_err list_in(struct gt_tx *tx, void *arg)
{
    struct listing *l = arg;

    l->n = gt_doubt_list(tx, "/1/2/3/", 0, l->doubts, 10);
    l->seen = gt_terminal_seen(tx, 1);
    gt_terminals_seen(tx, (const int64_t[]){2, 1, 99}, 3, l->page_seen);
    gt_bindings_by_id(tx, (const int64_t[]){2, 1, 99}, 3, l->bound);
    gt_orgs_by_id(tx, (const int64_t[]){3, 99, 3}, 3, l->orgs);
    gt_users_by_id(tx, (const int64_t[]){99, MANAGER, ADMIN}, 3, l->users);
    l->nheld = gt_roles_by_user(tx, (const int64_t[]){MANAGER, ADMIN, 99}, 3, l->held);
    return gt_tx_err(tx);
}

static enum gt_err bind_in(struct gt_tx *tx, void *arg)
{
    (void)arg;
    return gt_terminal_bind(tx, 500, 1, 1);
}

static void what_is_listed_and_what_a_pages_rows_name(void **state)
{
    static struct listing l;

    (void)state;
    assert_ok(gt_db_transact(kit.till.db, "bind", bind_in, NULL));
    kit_recharge(&kit, 1, "3000000001", 1000);
    assert_int_equal(kit_run(&kit), GT_OUT_OK);
    kit.up.next = GT_UP_UNKNOWN;
    kit_recharge(&kit, 2, "3000000003", 900);
    assert_int_equal(kit_run(&kit), GT_OUT_IN_DOUBT);
    assert_ok(gt_db_read(kit.till.db, "list", list_in, &l));
    assert_int_equal(l.n, 1);
    assert_true(l.seen == kit.now);
    assert_int_equal(l.page_seen[0], 0);
    assert_int_equal(l.page_seen[1], kit.now);
    assert_int_equal(l.page_seen[2], 0);
    assert_int_equal(l.bound[0] + l.bound[2], 0);
    assert_int_equal(l.bound[1], 1);
    assert_string_equal(l.orgs[0].code, "station");
    assert_int_equal(l.orgs[1].id, 0);
    assert_int_equal(l.orgs[2].id, 3);
    assert_int_equal(l.users[0].id, 0);
    assert_int_equal(l.users[1].id, MANAGER);
    assert_int_equal(l.users[2].id, ADMIN);
    assert_int_equal(l.nheld, 2); /* by grant: the administrator's is the older one */
    assert_int_equal(l.held[0].user_id, ADMIN);
    assert_int_equal(l.held[0].role_id, GT_ROLE_ADMIN);
    assert_string_equal(l.held[1].code, "manager");
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, start, stop)
    const struct CMUnitTest tests[] = {
        T(an_organisation_is_made_where_one_may),
        T(a_subtree_moves_with_all_below_it),
        T(an_organisation_with_money_or_transactions_stays),
        T(an_organisation_without_any_can_be_disabled),
        T(a_cashier_comes_with_account_grant_and_first_password),
        T(a_terminal_shows_its_secret_once),
        T(a_limit_above_the_threshold_wants_a_second_person),
        T(a_request_expires_and_can_be_withdrawn),
        T(a_deposit_is_posted_once_by_the_second_person),
        T(nobody_gives_more_than_was_granted),
        T(a_permission_lifts_the_limits_once),
        T(a_warning_comes_at_its_share),
        T(what_is_listed_and_what_a_pages_rows_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
