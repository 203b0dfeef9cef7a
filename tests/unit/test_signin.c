/*
 * Sign-in: passwords, locks, sessions, one-time codes.
 */
#include "by_kit.h"

#include <liboath/oath.h>

static struct people p;

static int start(void **state)
{
    (void)state;
    people_start(&p);
    people_param(&p, GT_PARAM_OTP_WHO, 0);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    people_stop(&p);
    return 0;
}

#define MINUTE INT64_C(60000)

static enum gt_err sign_in(const char *login, const char *password, char token[GT_TOKEN_MAX],
                           struct gt_visit *visit)
{
    return gt_sign_in(&p.by, login, password, "10.0.0.7", "Firefox", token, visit, &p.no);
}

/* --- passwords ---------------------------------------------------------------------------------
 */

static void password_opens_only_with_itself(void **state)
{
    char hash[161], other[161];

    (void)state;
    assert_ok(gt_password_hash(gt_random_system(), "一个很长的密码 really", hash));
    assert_ok(gt_password_hash(gt_random_system(), "一个很长的密码 really", other));
    assert_memory_equal(hash, "$y$", 3);
    assert_string_not_equal(hash, other);
    assert_ok(gt_password_verify("一个很长的密码 really", hash));
    assert_err(GT_ERR_DENIED, gt_password_verify("一个很长的密码 Really", hash));
    assert_err(GT_ERR_DENIED, gt_password_verify("", ""));
    assert_err(GT_ERR_SYNTAX, gt_password_hash(gt_random_system(), "", hash));
}

static void password_rule_says_what_is_wrong(void **state)
{
    (void)state;
    assert_refused(&p, PASSWORD_SHORT, gt_password_check(p.kit.db, "wang", "12345x78901", &p.no));
    assert_int_equal(p.no.n, 12);
    assert_string_equal(p.no.field, "password");
    assert_refused(&p, PASSWORD_SHORT, gt_password_check(p.kit.db, "wang", "密码密码密码", &p.no));
    assert_ok(gt_password_check(p.kit.db, "wang", "我家门前有两棵枣树一棵啊", &p.no));
    assert_refused(&p, PASSWORD_NAME,
                   gt_password_check(p.kit.db, "wang", "i am Wang of the bureau", &p.no));
    assert_refused(&p, PASSWORD_COMMON, gt_password_check(p.kit.db, "w", "1234567890123", &p.no));
    assert_refused(&p, PASSWORD_COMMON, gt_password_check(p.kit.db, "w", "Password123456!", &p.no));
    assert_refused(&p, PASSWORD_COMMON,
                   gt_password_check(p.kit.db, "w", "abababababababab", &p.no));
    assert_refused(&p, PASSWORD_LONG,
                   gt_password_check(p.kit.db, "w",
                                     "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", &p.no));
    people_param(&p, GT_PARAM_PASSWORD_KINDS, 3);
    assert_refused(&p, PASSWORD_KINDS,
                   gt_password_check(p.kit.db, "w", "only small letters", &p.no));
    assert_ok(gt_password_check(p.kit.db, "w", "Capitals too, and 1", &p.no));
}

/* --- sessions ----------------------------------------------------------------------------------
 */

static void a_right_password_makes_a_session(void **state)
{
    char token[GT_TOKEN_MAX];
    struct gt_visit visit, again;

    (void)state;
    assert_ok(sign_in("manager", PASSWORD, token, &visit));
    assert_int_equal(visit.session.stage, GT_STAGE_FULL);
    assert_ok(gt_visit_find(&p.by, token, &again, &p.no));
    assert_int_equal(again.user.id, MANAGER);
    assert_true(gt_grants_allow(&again.grants, GT_RIGHT_USER_MANAGE, "/1/2/3/"));
    assert_false(gt_grants_allow(&again.grants, GT_RIGHT_USER_MANAGE, "/1/"));
    assert_string_equal(again.csrf, visit.csrf);
    assert_true(gt_session_csrf_ok(&again, visit.csrf));
    assert_false(gt_session_csrf_ok(&again, ""));
    assert_false(gt_session_csrf_ok(&again, token));
    assert_null(strstr(visit.session.digest, token));
    token[3] = token[3] == 'a' ? 'b' : 'a';
    assert_refused(&p, SESSION, gt_visit_find(&p.by, token, &again, &p.no));
    assert_refused(&p, SESSION, gt_visit_find(&p.by, "", &again, &p.no));
}

static enum gt_err disable_in(struct gt_tx *tx, void *arg)
{
    struct gt_user user;

    (void)arg;
    assert_true(gt_row_find(tx, &gt_user_row, OTHER, &user));
    user.state = GT_DISABLED;
    return gt_user_change(tx, &user);
}

static void nobody_learns_whether_a_name_exists(void **state)
{
    char token[GT_TOKEN_MAX], wrong[300], unknown[300];
    struct gt_visit visit;

    (void)state;
    assert_refused(&p, SIGN_IN, sign_in("manager", "not the password", token, &visit));
    gt_refusal_text(&p.no, false, wrong, sizeof(wrong));
    assert_refused(&p, SIGN_IN, sign_in("nobody", "not the password", token, &visit));
    gt_refusal_text(&p.no, false, unknown, sizeof(unknown));
    assert_string_equal(wrong, unknown);
    assert_ok(gt_db_transact(p.kit.db, "test", disable_in, NULL));
    assert_refused(&p, SIGN_IN, sign_in("other", PASSWORD, token, &visit));
    assert_refused(&p, SIGN_IN, sign_in("' OR 1 = 1 --", PASSWORD, token, &visit));
    assert_refused(&p, SIGN_IN, sign_in("\xff\xfe", PASSWORD, token, &visit));
}

static void too_many_failures_lock_for_longer_and_longer(void **state)
{
    char token[GT_TOKEN_MAX];
    struct gt_visit visit;

    (void)state;
    for (int i = 0; i < 5; i++)
        assert_refused(&p, SIGN_IN, sign_in("manager", "wrong wrong wrong", token, &visit));
    assert_refused(&p, SIGN_IN, sign_in("manager", PASSWORD, token, &visit));
    p.now += MINUTE - 1;
    assert_refused(&p, SIGN_IN, sign_in("manager", PASSWORD, token, &visit));
    p.now += 1;
    assert_refused(&p, SIGN_IN, sign_in("manager", "wrong wrong wrong", token, &visit));
    p.now += MINUTE; /* the second lock is two minutes */
    assert_refused(&p, SIGN_IN, sign_in("manager", PASSWORD, token, &visit));
    p.now += MINUTE;
    assert_ok(sign_in("manager", PASSWORD, token, &visit));
    /* What was counted is forgotten. */
    for (int i = 0; i < 4; i++)
        assert_refused(&p, SIGN_IN, sign_in("manager", "wrong wrong wrong", token, &visit));
    assert_ok(sign_in("manager", PASSWORD, token, &visit));
}

static void a_manager_lifts_a_lock(void **state)
{
    char token[GT_TOKEN_MAX];
    struct gt_visit visit;
    struct gt_by manager = by_of(&p, MANAGER), cashier = by_of(&p, CASHIER);

    (void)state;
    for (int i = 0; i < 5; i++)
        assert_refused(&p, SIGN_IN, sign_in("cashier", "wrong wrong wrong", token, &visit));
    assert_refused(&p, SIGN_IN, sign_in("cashier", PASSWORD, token, &visit));
    assert_refused(&p, NO_RIGHT, gt_user_unlock(&cashier, CASHIER, &p.no));
    assert_refused(&p, ABSENT, gt_user_unlock(&manager, ADMIN, &p.no));
    assert_ok(gt_user_unlock(&manager, CASHIER, &p.no));
    assert_ok(sign_in("cashier", PASSWORD, token, &visit));
}

static void a_session_ends_by_idling_and_in_any_case(void **state)
{
    char token[GT_TOKEN_MAX];
    struct gt_visit visit;

    (void)state;
    assert_ok(sign_in("manager", PASSWORD, token, &visit));
    p.now += 29 * MINUTE;
    assert_ok(gt_visit_find(&p.by, token, &visit, &p.no));
    p.now += 29 * MINUTE;
    assert_ok(gt_visit_find(&p.by, token, &visit, &p.no));
    p.now += 30 * MINUTE;
    assert_refused(&p, SESSION, gt_visit_find(&p.by, token, &visit, &p.no));
    assert_ok(sign_in("manager", PASSWORD, token, &visit));
    for (int i = 0; i < 12 * 60 / 20 - 1; i++) {
        p.now += 20 * MINUTE;
        assert_ok(gt_visit_find(&p.by, token, &visit, &p.no));
    }
    p.now += 20 * MINUTE;
    assert_refused(&p, SESSION, gt_visit_find(&p.by, token, &visit, &p.no));
}

struct sessions {
    struct gt_session list[20];
    size_t n;
};

static enum gt_err list_in(struct gt_tx *tx, void *arg)
{
    struct sessions *s = arg;

    s->n = gt_sessions_of_user(tx, MANAGER, p.now, s->list, 20);
    return gt_tx_err(tx);
}

static void a_request_writes_at_most_once_a_minute(void **state)
{
    char token[GT_TOKEN_MAX];
    struct gt_visit visit;
    struct sessions s;

    (void)state;
    assert_ok(sign_in("manager", PASSWORD, token, &visit));
    p.now += MINUTE - 1;
    assert_ok(gt_visit_find(&p.by, token, &visit, &p.no));
    assert_ok(gt_db_read(p.kit.db, "test", list_in, &s));
    assert_int_equal(s.list[0].version, 1);
    p.now += 1;
    assert_ok(gt_visit_find(&p.by, token, &visit, &p.no));
    assert_ok(gt_db_read(p.kit.db, "test", list_in, &s));
    assert_int_equal(s.list[0].version, 2);
    assert_int_equal(s.list[0].seen_at, p.now);
}

static void one_sees_and_ends_ones_own_sessions(void **state)
{
    char first[GT_TOKEN_MAX], second[GT_TOKEN_MAX], theirs[GT_TOKEN_MAX];
    struct gt_visit one, two, their;
    struct sessions s;
    int64_t n;

    (void)state;
    assert_ok(sign_in("manager", PASSWORD, first, &one));
    assert_ok(sign_in("manager", PASSWORD, second, &two));
    assert_ok(sign_in("cashier", PASSWORD, theirs, &their));
    assert_ok(gt_db_read(p.kit.db, "test", list_in, &s));
    assert_int_equal(s.n, 2);
    assert_string_equal(s.list[0].origin, "10.0.0.7");
    assert_string_equal(s.list[0].agent, "Firefox");
    assert_refused(&p, ABSENT, gt_session_end_one(&p.by, &one, their.session.id, &p.no));
    assert_ok(gt_session_end_one(&p.by, &one, two.session.id, &p.no));
    assert_refused(&p, SESSION, gt_visit_find(&p.by, second, &two, &p.no));
    assert_ok(gt_visit_find(&p.by, first, &one, &p.no));
    assert_ok(gt_session_end_all(&p.by, &one));
    assert_refused(&p, SESSION, gt_visit_find(&p.by, first, &one, &p.no));
    assert_ok(gt_session_end(&p.by, &one));
    p.now += 13 * 60 * MINUTE;
    assert_ok(gt_sessions_sweep(p.kit.db, p.now, &n));
    assert_int_equal(n, 1);
}

/* --- new passwords -----------------------------------------------------------------------------
 */

static void a_first_password_must_be_changed(void **state)
{
    char token[GT_TOKEN_MAX], next[GT_TOKEN_MAX], first[32];
    struct gt_by manager = by_of(&p, MANAGER);
    struct gt_visit visit;

    (void)state;
    assert_ok(sign_in("cashier", PASSWORD, token, &visit));
    assert_ok(gt_user_reset(&manager, CASHIER, first, &p.no));
    assert_refused(&p, SESSION, gt_visit_find(&p.by, token, &visit, &p.no));
    assert_refused(&p, SIGN_IN, sign_in("cashier", PASSWORD, token, &visit));
    assert_ok(sign_in("cashier", first, token, &visit));
    assert_int_equal(visit.session.stage, GT_STAGE_PASSWORD);
    assert_int_equal(visit.grants.n, 0);
    assert_refused(&p, PASSWORD_SAME,
                   gt_session_password(&p.by, &visit, first, first, next, &p.no));
    assert_refused(&p, PASSWORD_OLD,
                   gt_session_password(&p.by, &visit, "wrong", "quite another one", next, &p.no));
    assert_ok(gt_session_password(&p.by, &visit, first, "quite another one", next, &p.no));
    assert_int_equal(visit.session.stage, GT_STAGE_FULL);
    assert_int_equal(visit.grants.n, 1);
    assert_refused(&p, SESSION, gt_visit_find(&p.by, token, &visit, &p.no));
    assert_ok(gt_visit_find(&p.by, next, &visit, &p.no));
    assert_ok(sign_in("cashier", "quite another one", token, &visit));
}

static void a_new_password_ends_the_other_sessions(void **state)
{
    char first[GT_TOKEN_MAX], second[GT_TOKEN_MAX], next[GT_TOKEN_MAX];
    struct gt_visit one, two;

    (void)state;
    assert_ok(sign_in("manager", PASSWORD, first, &one));
    assert_ok(sign_in("manager", PASSWORD, second, &two));
    assert_refused(&p, PASSWORD_OLD,
                   gt_session_password(&p.by, &one, NULL, "quite another one", next, &p.no));
    assert_ok(gt_session_password(&p.by, &one, PASSWORD, "quite another one", next, &p.no));
    assert_refused(&p, SESSION, gt_visit_find(&p.by, second, &two, &p.no));
    assert_ok(gt_visit_find(&p.by, next, &two, &p.no));
}

static void nobody_resets_who_holds_more(void **state)
{
    char first[32];
    struct gt_by manager = by_of(&p, MANAGER), admin = by_of(&p, ADMIN);
    int64_t id;

    (void)state;
    /* The cashier becomes an administrator of the county: the manager is less. */
    assert_ok(gt_grant_give(&p.by, CASHIER, GT_ROLE_ADMIN, ID_C, &id, &p.no));
    assert_refused(&p, OUTRANKED, gt_user_reset(&manager, CASHIER, first, &p.no));
    assert_ok(gt_user_reset(&admin, CASHIER, first, &p.no));
}

/* --- one-time codes ----------------------------------------------------------------------------
 */

/* The code of a secret at `now`. */
static void code_of(const char *secret, int64_t now, char out[7])
{
    char *key;
    size_t len;

    assert_int_equal(oath_base32_decode(secret, strlen(secret), &key, &len), OATH_OK);
    assert_int_equal(oath_totp_generate(key, len, (time_t)(now / 1000), 30, 0, 6, out), OATH_OK);
    free(key);
}

struct enrolled {
    char token[GT_TOKEN_MAX], secret[64], recovery[GT_RECOVERY_CODES][GT_RECOVERY_MAX];
    struct gt_visit visit;
};

static void enrol(struct enrolled *e)
{
    char uri[400], code[7], before[GT_TOKEN_MAX];

    people_param(&p, GT_PARAM_OTP_WHO, 1);
    assert_ok(sign_in("admin", PASSWORD, e->token, &e->visit));
    assert_int_equal(e->visit.session.stage, GT_STAGE_ENROL);
    memcpy(before, e->token, sizeof(before));
    assert_refused(&p, OTP_NONE,
                   gt_otp_confirm(&p.by, &e->visit, "123456", e->recovery, e->token, &p.no));
    assert_ok(gt_otp_begin(&p.by, &e->visit, e->secret, uri, &p.no));
    assert_non_null(strstr(uri, e->secret));
    assert_refused(&p, CODE_WRONG,
                   gt_otp_confirm(&p.by, &e->visit, "12345", e->recovery, e->token, &p.no));
    code_of(e->secret, p.now, code);
    assert_ok(gt_otp_confirm(&p.by, &e->visit, code, e->recovery, e->token, &p.no));
    assert_int_equal(e->visit.session.stage, GT_STAGE_FULL);
    assert_string_not_equal(before, e->token);
}

static void an_administrator_enrols_and_then_needs_a_code(void **state)
{
    struct enrolled e;
    struct gt_visit visit;
    char token[GT_TOKEN_MAX], next[GT_TOKEN_MAX], code[7];

    (void)state;
    people_param(&p, GT_PARAM_LOCK_AFTER, 50);
    /* people_param() wants no value before: the one of start() is taken away first. */
    assert_ok(gt_param_put(&p.by, GT_PARAM_OTP_WHO, ID_B, true, 0, 1, &p.no));
    enrol(&e);
    assert_ok(sign_in("admin", PASSWORD, token, &visit));
    assert_int_equal(visit.session.stage, GT_STAGE_CODE);
    assert_int_equal(visit.grants.n, 0);
    code_of(e.secret, p.now, code);
    /* The code that enrolled is used. */
    assert_refused(&p, CODE_WRONG, gt_session_code(&p.by, &visit, code, next, &p.no));
    p.now += 30000;
    code_of(e.secret, p.now, code);
    assert_ok(gt_session_code(&p.by, &visit, code, next, &p.no));
    assert_int_equal(visit.session.stage, GT_STAGE_FULL);
    assert_true(visit.otp);
    assert_refused(&p, SESSION, gt_visit_find(&p.by, token, &visit, &p.no));
    assert_ok(gt_visit_find(&p.by, next, &visit, &p.no));
    /* Nor is it taken in another session. */
    assert_ok(sign_in("admin", PASSWORD, token, &visit));
    assert_refused(&p, CODE_WRONG, gt_session_code(&p.by, &visit, code, next, &p.no));
    /* A cashier goes without. */
    assert_ok(sign_in("cashier", PASSWORD, token, &visit));
    assert_int_equal(visit.session.stage, GT_STAGE_FULL);
}

static void a_recovery_code_is_good_once(void **state)
{
    struct enrolled e;
    struct gt_visit visit;
    char token[GT_TOKEN_MAX], next[GT_TOKEN_MAX];

    (void)state;
    assert_ok(gt_param_put(&p.by, GT_PARAM_OTP_WHO, ID_B, true, 0, 1, &p.no));
    enrol(&e);
    assert_ok(sign_in("admin", PASSWORD, token, &visit));
    assert_ok(gt_session_code(&p.by, &visit, e.recovery[2], next, &p.no));
    assert_ok(sign_in("admin", PASSWORD, token, &visit));
    assert_refused(&p, CODE_WRONG, gt_session_code(&p.by, &visit, e.recovery[2], next, &p.no));
    assert_ok(gt_session_code(&p.by, &visit, e.recovery[7], next, &p.no));
}

static void wrong_codes_lock_and_end_the_session(void **state)
{
    struct enrolled e;
    struct gt_visit visit;
    char token[GT_TOKEN_MAX], next[GT_TOKEN_MAX];

    (void)state;
    assert_ok(gt_param_put(&p.by, GT_PARAM_OTP_WHO, ID_B, true, 0, 1, &p.no));
    enrol(&e);
    assert_ok(sign_in("admin", PASSWORD, token, &visit));
    for (int i = 0; i < 4; i++)
        assert_refused(&p, CODE_WRONG, gt_session_code(&p.by, &visit, "000000", next, &p.no));
    assert_refused(&p, SESSION, gt_session_code(&p.by, &visit, "000000", next, &p.no));
    assert_refused(&p, SESSION, gt_visit_find(&p.by, token, &visit, &p.no));
    assert_refused(&p, SIGN_IN, sign_in("admin", PASSWORD, token, &visit));
    /* The device is lost: codes are taken away, and enrolled anew. */
    assert_ok(gt_user_otp_reset(&p.by, ADMIN, &p.no));
    assert_ok(gt_user_unlock(&p.by, ADMIN, &p.no));
    assert_ok(sign_in("admin", PASSWORD, token, &visit));
    assert_int_equal(visit.session.stage, GT_STAGE_ENROL);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, start, stop)
    const struct CMUnitTest tests[] = {
        T(password_opens_only_with_itself),
        T(password_rule_says_what_is_wrong),
        T(a_right_password_makes_a_session),
        T(nobody_learns_whether_a_name_exists),
        T(too_many_failures_lock_for_longer_and_longer),
        T(a_manager_lifts_a_lock),
        T(a_session_ends_by_idling_and_in_any_case),
        T(a_request_writes_at_most_once_a_minute),
        T(one_sees_and_ends_ones_own_sessions),
        T(a_first_password_must_be_changed),
        T(a_new_password_ends_the_other_sessions),
        T(nobody_resets_who_holds_more),
        T(an_administrator_enrols_and_then_needs_a_code),
        T(a_recovery_code_is_good_once),
        T(wrong_codes_lock_and_end_the_session),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
