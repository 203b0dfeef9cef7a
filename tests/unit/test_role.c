/*
 * Roles, grants and parameters: nobody gives what they do not hold, nor touches what is outside.
 */
#include "by_kit.h"

#include "access/list.h"

static struct people p;

static int start(void **state)
{
    (void)state;
    people_start(&p);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    people_stop(&p);
    return 0;
}

#define BIT(name) GT_RIGHT_BIT(GT_RIGHT_##name)

static enum gt_err load_in(struct gt_tx *tx, void *arg)
{
    struct gt_grants *grants = arg;

    gt_grants_load(tx, grants->user_id, grants);
    return gt_tx_err(tx);
}

static struct gt_grants grants_of(int64_t user_id)
{
    struct gt_grants grants = {.user_id = user_id};

    assert_ok(gt_db_read(p.kit.db, "test", load_in, &grants));
    return grants;
}

/* --- who may -----------------------------------------------------------------------------------
 */

static void a_grant_holds_for_the_subtree(void **state)
{
    struct gt_grants manager = grants_of(MANAGER);

    (void)state;
    assert_ok(gt_access_may(p.kit.db, &manager, GT_RIGHT_USER_MANAGE, ID_C));
    assert_ok(gt_access_may(p.kit.db, &manager, GT_RIGHT_USER_MANAGE, ID_A));
    assert_err(GT_ERR_DENIED, gt_access_may(p.kit.db, &manager, GT_RIGHT_PARAM_MANAGE, ID_C));
    /* The bureau above answers like an organisation that is not there. */
    assert_err(GT_ERR_ABSENT, gt_access_may(p.kit.db, &manager, GT_RIGHT_USER_MANAGE, ID_B));
    assert_err(GT_ERR_ABSENT, gt_access_may(p.kit.db, &manager, GT_RIGHT_USER_MANAGE, 99));
}

static void whoever_is_not_named_may_nothing(void **state)
{
    struct gt_grants nobody = {.n = 0};
    struct gt_by by = by_of(&p, 0);
    int64_t id;

    (void)state;
    assert_false(gt_grants_allow(&nobody, GT_RIGHT_ORG_VIEW, "/1/"));
    assert_null(gt_grants_scope(&nobody, GT_RIGHT_ORG_VIEW, 0));
    assert_refused(&p, ABSENT, gt_grant_give(&by, OTHER, GT_ROLE_CASHIER, ID_S1, &id, &p.no));
    assert_err(GT_ERR_ABSENT, gt_access_may(p.kit.db, &nobody, GT_RIGHT_ORG_VIEW, ID_B));
}

static void what_is_cached_is_read_again_when_rights_change(void **state)
{
    struct gt_grants cashier = grants_of(CASHIER);
    int64_t id;

    (void)state;
    assert_err(GT_ERR_DENIED, gt_access_may(p.kit.db, &cashier, GT_RIGHT_TXN_VIEW, ID_S1));
    assert_ok(gt_grant_give(&p.by, CASHIER, GT_ROLE_MANAGER, ID_S1, &id, &p.no));
    assert_ok(gt_access_may(p.kit.db, &cashier, GT_RIGHT_TXN_VIEW, ID_S1));
    assert_ok(gt_grant_take(&p.by, id, &p.no));
    assert_err(GT_ERR_DENIED, gt_access_may(p.kit.db, &cashier, GT_RIGHT_TXN_VIEW, ID_S1));
}

static void scopes_are_not_inside_each_other(void **state)
{
    struct gt_grants manager;
    int64_t id;

    (void)state;
    assert_ok(gt_grant_give(&p.by, MANAGER, GT_ROLE_MANAGER, ID_S1, &id, &p.no));
    manager = grants_of(MANAGER);
    assert_int_equal(manager.n, 2);
    assert_string_equal(gt_grants_scope(&manager, GT_RIGHT_ORG_VIEW, 0), "/1/2/");
    assert_null(gt_grants_scope(&manager, GT_RIGHT_ORG_VIEW, 1));
    assert_null(gt_grants_scope(&manager, GT_RIGHT_PARAM_MANAGE, 0));
}

/* --- granting ----------------------------------------------------------------------------------
 */

static void nobody_grants_what_they_do_not_hold(void **state)
{
    struct gt_by manager = by_of(&p, MANAGER), cashier = by_of(&p, CASHIER);
    int64_t id;

    (void)state;
    assert_refused(&p, NOT_HELD,
                   gt_grant_give(&manager, CASHIER, GT_ROLE_ADMIN, ID_S1, &id, &p.no));
    assert_string_equal(p.no.field, "rights");
    assert_refused(&p, NO_RIGHT,
                   gt_grant_give(&cashier, CASHIER, GT_ROLE_MANAGER, ID_S1, &id, &p.no));
    assert_ok(gt_grant_give(&manager, CASHIER, GT_ROLE_MANAGER, ID_S1, &id, &p.no));
    assert_refused(&p, GRANTED,
                   gt_grant_give(&manager, CASHIER, GT_ROLE_MANAGER, ID_S1, &id, &p.no));
    assert_refused(&p, ROLE_ORG,
                   gt_grant_give(&manager, STAFF, GT_ROLE_CASHIER, ID_S1, &id, &p.no));
}

static void nobody_grants_outside_their_subtree(void **state)
{
    struct gt_by manager = by_of(&p, MANAGER);
    int64_t id;

    (void)state;
    assert_refused(&p, ABSENT, gt_grant_give(&manager, CASHIER, GT_ROLE_CASHIER, ID_B, &id, &p.no));
    assert_refused(&p, ABSENT, gt_grant_give(&manager, CASHIER, GT_ROLE_CASHIER, 99, &id, &p.no));
    assert_refused(&p, ABSENT, gt_grant_give(&manager, ADMIN, GT_ROLE_CASHIER, ID_S1, &id, &p.no));
    assert_refused(&p, ABSENT, gt_grant_give(&manager, 99, GT_ROLE_CASHIER, ID_S1, &id, &p.no));
    assert_refused(&p, ABSENT, gt_grant_take(&manager, 1, &p.no)); /* the administrator's */
    assert_refused(&p, ABSENT, gt_grant_take(&manager, 99, &p.no));
    assert_refused(&p, IS_SELF, gt_grant_take(&manager, MANAGER, &p.no));
    assert_ok(gt_grant_take(&manager, OTHER, &p.no));
}

static void a_role_is_made_of_rights_one_holds(void **state)
{
    struct gt_by manager = by_of(&p, MANAGER);
    int64_t role, other, grant;

    (void)state;
    assert_refused(&p, NOT_HELD,
                   gt_role_make(&manager, ID_C, "boss", "老大", BIT(PARAM_MANAGE) | BIT(ORG_VIEW),
                                &role, &p.no));
    assert_refused(&p, ABSENT,
                   gt_role_make(&manager, ID_B, "look", "查", BIT(ORG_VIEW), &role, &p.no));
    assert_refused(&p, CODE_FORM, gt_role_make(&manager, ID_C, "a b", "查", 1, &role, &p.no));
    assert_ok(gt_role_make(&manager, ID_S1, "look", "查看", BIT(ORG_VIEW), &role, &p.no));
    assert_refused(&p, TAKEN, gt_role_make(&p.by, ID_B, "look", "查看", 1, &other, &p.no));
    /* It is for its own subtree. */
    assert_refused(&p, ABSENT, gt_grant_give(&p.by, OTHER, role, ID_S2, &grant, &p.no));
    assert_ok(gt_grant_give(&manager, CASHIER, role, ID_S1, &grant, &p.no));
    assert_refused(&p, ROLE_USED, gt_role_drop(&manager, role, &p.no));
    assert_refused(&p, BUILT_IN, gt_role_drop(&p.by, GT_ROLE_AGENT, &p.no));
    assert_refused(&p, CHANGED, gt_role_alter(&manager, role, 7, "查看", BIT(USER_VIEW), &p.no));
    assert_refused(&p, NOT_HELD,
                   gt_role_alter(&manager, role, 1, "查看", BIT(PARAM_MANAGE), &p.no));
    assert_ok(gt_role_alter(&manager, role, 1, "查看人员", BIT(USER_VIEW), &p.no));
    assert_true(grants_of(CASHIER).grant[1].rights == BIT(USER_VIEW));
    assert_ok(gt_grant_take(&manager, grant, &p.no));
    assert_ok(gt_role_drop(&manager, role, &p.no));
}

struct both {
    struct gt_grant_line lines[GT_LIST_MAX];
    size_t n;
    struct gt_role roles[20];
    size_t nroles;
};

static enum gt_err both_in(struct gt_tx *tx, void *arg)
{
    struct both *b = arg;

    b->n = gt_grants_at_org(tx, "/1/2/3/", BIT(USER_MANAGE), 0, b->lines, GT_LIST_MAX);
    b->nroles = gt_role_list(tx, &(struct gt_find){.path = "/1/2/3/", .most = 20}, b->roles);
    return gt_tx_err(tx);
}

static enum gt_err of_user_in(struct gt_tx *tx, void *arg)
{
    struct both *b = arg;

    b->n = gt_grants_of_user(tx, MANAGER, b->lines);
    return gt_tx_err(tx);
}

static void who_may_do_what_is_seen_both_ways(void **state)
{
    static struct both b;
    int64_t id;

    (void)state;
    assert_ok(gt_role_make(&p.by, ID_S2, "elsewhere", "别处", 1, &id, &p.no));
    assert_ok(gt_role_make(&p.by, ID_C, "here", "此处", 1, &id, &p.no));
    assert_ok(gt_db_read(p.kit.db, "test", both_in, &b));
    assert_int_equal(b.n, 2);
    assert_string_equal(b.lines[0].user_login, "admin");
    assert_string_equal(b.lines[1].user_login, "manager");
    assert_string_equal(b.lines[1].org_code, "C");
    assert_int_equal(b.nroles, 5);
    assert_string_equal(b.roles[4].code, "here");
    assert_ok(gt_db_read(p.kit.db, "test", of_user_in, &b));
    assert_int_equal(b.n, 1);
    assert_string_equal(b.lines[0].role_code, "manager");
    assert_int_equal(b.lines[0].rights & BIT(USER_MANAGE), BIT(USER_MANAGE));
}

/* --- parameters --------------------------------------------------------------------------------
 */

struct look {
    int64_t second, warn;
    struct gt_param_view view;
};

static enum gt_err look_in(struct gt_tx *tx, void *arg)
{
    struct look *l = arg;
    struct gt_org org;

    l->second = gt_param_get(tx, GT_PARAM_CREDIT_SECOND, "/1/2/3/5/");
    l->warn = gt_param_get(tx, GT_PARAM_CREDIT_SECOND, "/1/2/4/");
    assert_true(gt_row_find(tx, &gt_org_row, ID_S1, &org));
    gt_param_look(tx, GT_PARAM_CREDIT_SECOND, &org, &l->view);
    return gt_tx_err(tx);
}

static void a_parameter_is_inherited_and_overridden(void **state)
{
    struct look l;

    (void)state;
    assert_ok(gt_param_put(&p.by, GT_PARAM_CREDIT_SECOND, ID_C, false, 500, 0, &p.no));
    assert_ok(gt_db_read(p.kit.db, "test", look_in, &l));
    assert_int_equal(l.second, 500);
    assert_int_equal(l.view.value, 500);
    assert_int_equal(l.view.from_id, ID_C);
    assert_int_equal(l.view.version, 0);
    assert_ok(gt_param_put(&p.by, GT_PARAM_CREDIT_SECOND, ID_S1, false, 700, 0, &p.no));
    assert_ok(gt_db_read(p.kit.db, "test", look_in, &l));
    assert_int_equal(l.second, 700);
    assert_int_equal(l.warn, 500);
    assert_int_equal(l.view.from_id, ID_S1);
    assert_refused(&p, CHANGED,
                   gt_param_put(&p.by, GT_PARAM_CREDIT_SECOND, ID_S1, true, 0, 9, &p.no));
    assert_ok(gt_param_put(&p.by, GT_PARAM_CREDIT_SECOND, ID_S1, true, 0, 1, &p.no));
    assert_ok(gt_db_read(p.kit.db, "test", look_in, &l));
    assert_int_equal(l.second, 500);
}

static void a_parameter_keeps_to_its_range_and_place(void **state)
{
    struct gt_by manager = by_of(&p, MANAGER), admin = by_of(&p, ADMIN);

    (void)state;
    assert_refused(&p, PARAM_RANGE,
                   gt_param_put(&admin, GT_PARAM_LOCK_AFTER, ID_B, false, 2, 0, &p.no));
    assert_string_equal(p.no.field, "lock.after");
    assert_refused(&p, PARAM_TOP,
                   gt_param_put(&admin, GT_PARAM_LOCK_AFTER, ID_C, false, 5, 0, &p.no));
    assert_refused(&p, NO_RIGHT,
                   gt_param_put(&manager, GT_PARAM_CREDIT_SECOND, ID_C, false, 5, 0, &p.no));
    assert_refused(&p, ABSENT,
                   gt_param_put(&manager, GT_PARAM_LOCK_AFTER, ID_B, false, 5, 0, &p.no));
}

/* --- lists -------------------------------------------------------------------------------------
 */

struct listing {
    struct gt_find find;
    struct gt_user users[GT_LIST_MAX];
    struct gt_org orgs[GT_LIST_MAX];
    struct gt_oplog log[GT_LIST_MAX];
    size_t nusers, norgs, nlog;
};

static enum gt_err list_in(struct gt_tx *tx, void *arg)
{
    struct listing *l = arg;

    l->nusers = gt_user_list(tx, &l->find, l->users);
    l->norgs = gt_org_list(tx, &l->find, l->orgs);
    return gt_tx_err(tx);
}

static void lists_keep_to_the_subtree_and_to_what_is_asked(void **state)
{
    static struct listing l;

    (void)state;
    l.find = (struct gt_find){.path = "/1/2/3/", .most = 100};
    assert_ok(gt_db_read(p.kit.db, "test", list_in, &l));
    assert_int_equal(l.nusers, 2);
    assert_string_equal(l.users[0].login, "cashier");
    assert_string_equal(l.users[1].login, "staff");
    assert_int_equal(l.norgs, 2);
    l.find = (struct gt_find){.path = "/", .most = 2};
    assert_ok(gt_db_read(p.kit.db, "test", list_in, &l));
    assert_int_equal(l.nusers, 2);
    assert_string_equal(l.users[0].login, "admin");
    l.find.after = l.users[1].login;
    assert_ok(gt_db_read(p.kit.db, "test", list_in, &l));
    assert_string_equal(l.users[0].login, "manager");
    l.find = (struct gt_find){.path = "/", .down = true, .most = 2};
    assert_ok(gt_db_read(p.kit.db, "test", list_in, &l));
    assert_string_equal(l.users[0].login, "staff");
    assert_string_equal(l.users[1].login, "other");
    l.find.after = l.users[1].login;
    assert_ok(gt_db_read(p.kit.db, "test", list_in, &l));
    assert_string_equal(l.users[0].login, "manager");
    l.find = (struct gt_find){.path = "/", .by_operator = true, .most = 100};
    assert_ok(gt_db_read(p.kit.db, "test", list_in, &l));
    assert_int_equal(l.nusers, 5);
    for (size_t i = 1; i < l.nusers; i++)
        assert_true(strcmp(l.users[i - 1].operator_no, l.users[i].operator_no) < 0);
    l.find = (struct gt_find){.path = "/", .text = "ash", .most = 100};
    assert_ok(gt_db_read(p.kit.db, "test", list_in, &l));
    assert_int_equal(l.nusers, 1);
    l.find = (struct gt_find){.path = "/", .text = "%", .state = GT_DISABLED, .most = 100};
    assert_ok(gt_db_read(p.kit.db, "test", list_in, &l));
    assert_int_equal(l.nusers, 0);
    l.find = (struct gt_find){.path = "/", .kind = GT_ORG_STATION, .most = 100};
    assert_ok(gt_db_read(p.kit.db, "test", list_in, &l));
    assert_int_equal(l.norgs, 2);
}

static enum gt_err log_in(struct gt_tx *tx, void *arg)
{
    struct listing *l = arg;
    struct gt_oplog_find find = {.what = "grant", .most = 3};
    struct gt_oplog_found found;

    gt_oplog_list(tx, &find, l->log, &found);
    l->nlog = found.n;
    find.before_at = l->log[2].at;
    find.before_id = l->log[2].id;
    find.most = 100;
    gt_oplog_list(tx, &find, l->log, &found);
    l->nlog += found.n;
    l->norgs = gt_oplog_history(tx, "other", 0, 0, l->log, 100);
    return gt_tx_err(tx);
}

static void every_change_is_in_the_log(void **state)
{
    static struct listing l;
    struct gt_by manager = by_of(&p, MANAGER);
    int64_t id;

    (void)state;
    for (int i = 0; i < 3; i++) {
        assert_ok(gt_grant_give(&manager, OTHER, GT_ROLE_MANAGER, ID_S2, &id, &p.no));
        assert_ok(gt_grant_take(&manager, id, &p.no));
        p.now += i;
    }
    assert_refused(&p, ABSENT, gt_grant_take(&manager, id, &p.no));
    assert_ok(gt_db_read(p.kit.db, "test", log_in, &l));
    assert_int_equal(l.nlog, 6);
    assert_int_equal(l.norgs, 6);
    assert_string_equal(l.log[0].what, "grant.take");
    assert_string_equal(l.log[0].detail, "role=manager org=S2");
}

/* Whose part of the log: all of the tree's people, those of a subtree, or programs too. */
static enum gt_err log_below_in(struct gt_tx *tx, void *arg)
{
    struct listing *l = arg;
    struct gt_oplog_find find = {.path = l->find.path, .most = 100};
    struct gt_oplog_found found;

    gt_oplog_list(tx, &find, l->log, &found);
    l->nlog = found.n;
    return gt_tx_err(tx);
}

static size_t logged_below(const char *path)
{
    static struct listing l;

    l.find.path = path;
    assert_ok(gt_db_read(p.kit.db, "test", log_below_in, &l));
    return l.nlog;
}

static void who_sees_a_part_of_the_tree_sees_what_its_people_did(void **state)
{
    struct gt_by manager = by_of(&p, MANAGER), admin = by_of(&p, ADMIN);
    size_t all = logged_below(NULL);
    struct gt_logger of_manager, of_admin;
    int64_t id;

    (void)state;
    assert_ok(gt_logger_init(&of_manager, p.src, &p.clock, "manager", "here"));
    assert_ok(gt_logger_init(&of_admin, p.src, &p.clock, "admin", "there"));
    manager.logger = &of_manager;
    admin.logger = &of_admin;
    assert_int_equal(logged_below("/1/"), 0);
    assert_ok(gt_grant_give(&manager, OTHER, GT_ROLE_MANAGER, ID_S2, &id, &p.no));
    assert_ok(gt_grant_take(&admin, id, &p.no));
    assert_ok(gt_param_put(&p.by, GT_PARAM_LOCK_AFTER, ID_B, false, 6, 0, &p.no)); /* a program */
    assert_int_equal(logged_below(NULL), all + 3);
    assert_int_equal(logged_below("/1/"), 2);
    assert_int_equal(logged_below("/1/2/"), 1);
    assert_int_equal(logged_below("/1/2/3/"), 0);
}

/* --- approvals ---------------------------------------------------------------------------------
 */

#define MANY (GT_APPROVAL_LOOK + 500)

/* Decided ones, of which the oldest is told apart by its reason. */
static enum gt_err decide_many_in(struct gt_tx *tx, void *arg)
{
    const int *from = arg;

    for (int i = *from; i < *from + 500; i++) {
        struct gt_approval row = {.id = 5000 + i, .org_id = ID_C, .state = GT_APPROVAL_APPROVED};

        (void)snprintf(row.kind, sizeof row.kind, "%s", "test.kind");
        (void)snprintf(row.object, sizeof row.object, "%s", "thing");
        (void)snprintf(row.asked, sizeof row.asked, "%s", "amount=1");
        (void)snprintf(row.reason, sizeof row.reason, "%s",
                       i == 0          ? "the needle"
                       : i == MANY - 1 ? "the last"
                                       : "usual");
        gt_row_insert(tx, &gt_approval_row, &row);
    }
    return gt_tx_err(tx);
}

struct asking {
    struct gt_find find;
    struct gt_approval rows[GT_LIST_MAX];
    struct gt_approvals_found found;
};

static enum gt_err approvals_in(struct gt_tx *tx, void *arg)
{
    struct asking *a = arg;

    gt_approval_list(tx, &a->find, 0, a->rows, &a->found);
    return gt_tx_err(tx);
}

static void a_rare_request_is_found_by_going_on(void **state)
{
    static struct asking a;
    const struct gt_find finds[] = {
        {.path = "/", .text = "NEEDLE", .most = 50},
        {.path = "/", .text = "needle", .state = GT_APPROVAL_APPROVED, .most = 50},
        {.path = "/1/2/", .text = "needle", .most = 50},
    };

    (void)state;
    for (int i = 0; i < MANY; i += 500)
        assert_ok(gt_db_transact(p.kit.db, "fill", decide_many_in, &i));
    for (size_t i = 0; i < sizeof finds / sizeof finds[0]; i++) {
        a.find = finds[i];
        assert_ok(gt_db_read(p.kit.db, "find", approvals_in, &a));
        assert_int_equal(a.found.n, 0);
        assert_true(a.found.more);
        a.find.after_id = a.found.reached;
        assert_ok(gt_db_read(p.kit.db, "find", approvals_in, &a));
        assert_int_equal(a.found.n, 1);
        assert_int_equal(a.rows[0].id, 5000);
        assert_false(a.found.more);
    }
    /* Where nothing is looked for, a page is the newest of all, and then the next ones. */
    a.find = (struct gt_find){.path = "/", .most = 50};
    assert_ok(gt_db_read(p.kit.db, "find", approvals_in, &a));
    assert_int_equal(a.found.n, 50);
    assert_int_equal(a.rows[0].id, 5000 + MANY - 1);
    assert_true(a.found.more);
    /* The oldest first, too: what is the newest is then found by going on. */
    a.find = (struct gt_find){.path = "/1/2/", .oldest = true, .most = 50};
    assert_ok(gt_db_read(p.kit.db, "find", approvals_in, &a));
    assert_int_equal(a.found.n, 50);
    assert_int_equal(a.rows[0].id, 5000);
    assert_int_equal(a.rows[49].id, 5049);
    a.find = (struct gt_find){.path = "/", .oldest = true, .text = "the last", .most = 50};
    assert_ok(gt_db_read(p.kit.db, "find", approvals_in, &a));
    assert_int_equal(a.found.n, 0);
    assert_true(a.found.more);
    assert_int_equal(a.found.reached, 5000 + GT_APPROVAL_LOOK - 1);
    a.find.after_id = a.found.reached;
    assert_ok(gt_db_read(p.kit.db, "find", approvals_in, &a));
    assert_int_equal(a.found.n, 1);
    assert_int_equal(a.rows[0].id, 5000 + MANY - 1);
    assert_false(a.found.more);
    a.find = (struct gt_find){.path = "/", .state = GT_APPROVAL_WAITING, .text = "x", .most = 50};
    assert_ok(gt_db_read(p.kit.db, "find", approvals_in, &a));
    assert_int_equal(a.found.n, 0);
    assert_false(a.found.more);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, start, stop)
    const struct CMUnitTest tests[] = {
        T(a_grant_holds_for_the_subtree),
        T(whoever_is_not_named_may_nothing),
        T(what_is_cached_is_read_again_when_rights_change),
        T(scopes_are_not_inside_each_other),
        T(nobody_grants_what_they_do_not_hold),
        T(nobody_grants_outside_their_subtree),
        T(a_role_is_made_of_rights_one_holds),
        T(who_may_do_what_is_seen_both_ways),
        T(a_parameter_is_inherited_and_overridden),
        T(a_parameter_keeps_to_its_range_and_place),
        T(lists_keep_to_the_subtree_and_to_what_is_asked),
        T(every_change_is_in_the_log),
        T(who_sees_a_part_of_the_tree_sees_what_its_people_did),
        T(a_rare_request_is_found_by_going_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
