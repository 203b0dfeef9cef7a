/*
 * The token of a message, and the memory of nonces.
 */
#include "soap_kit.h"
#include "terminal/nonces.h"

#include <pthread.h>

/* Base64 of 0123456789abcdef; and the digest of it, the time and demo-secret-1, by another program.
 */
#define NONCE   "MDEyMzQ1Njc4OWFiY2RlZg=="
#define CREATED "2026-11-22T06:00:00Z"
#define DIGEST  "ubMA7+Mpb+IGeECHDUkp3HMllnM="

#define FRESH INT64_C(300000)

/* Reads a token from the text of a Security element. */
static bool read_token(const char *xml, struct gt_token *token, struct gt_fault *fault)
{
    xmlDocPtr doc;
    assert_ok(gt_xml_parse(xml, strlen(xml), &doc));
    bool good = gt_token_read(xmlDocGetRootElement(doc), token, fault);
    xmlFreeDoc(doc);
    return good;
}

static bool read_parts(const char *type, const char *digest, const char *nonce, const char *created,
                       struct gt_token *token, struct gt_fault *fault)
{
    struct gt_buf xml;
    gt_buf_init(&xml, 8192);
    soap_security(&xml, "T0000001", type, digest, nonce, created);
    assert_ok(gt_buf_err(&xml));
    bool good = read_token(xml.data, token, fault);
    gt_buf_done(&xml);
    return good;
}

static void refused(const char *type, const char *digest, const char *nonce, const char *created,
                    enum gt_fault_code code, const char *words)
{
    struct gt_token token;
    struct gt_fault fault = {.code = GT_FAULT__MAX};
    assert_false(read_parts(type, digest, nonce, created, &token, &fault));
    assert_string_equal(gt_fault_name(fault.code), gt_fault_name(code));
    assert_holds(fault.text, words);
}

static void right_digest_is_right(void **state)
{
    (void)state;
    struct gt_token token;
    struct gt_fault fault;
    bool right = false;
    assert_true(read_parts("PasswordDigest", DIGEST, NONCE, CREATED, &token, &fault));
    assert_string_equal(token.username, "T0000001");
    assert_int_equal(token.nonce_len, 16);
    assert_int_equal(token.created_ms, 1795327200000);
    assert_ok(gt_token_verify(&token, "demo-secret-1", &right));
    assert_true(right);
    assert_ok(gt_token_verify(&token, "demo-secret-2", &right));
    assert_false(right);
    assert_ok(gt_token_verify(&token, "", &right));
    assert_false(right);
}

static void digest_covers_nonce_and_time(void **state)
{
    (void)state;
    struct gt_token token;
    struct gt_fault fault;
    bool right = true;
    assert_true(
        read_parts("PasswordDigest", DIGEST, NONCE, "2026-11-22T06:00:01Z", &token, &fault));
    assert_ok(gt_token_verify(&token, "demo-secret-1", &right));
    assert_false(right);
    assert_true(
        read_parts("PasswordDigest", DIGEST, "MDEyMzQ1Njc4OWFiY2RlZw==", CREATED, &token, &fault));
    assert_ok(gt_token_verify(&token, "demo-secret-1", &right));
    assert_false(right);
}

static void missing_security_is_told(void **state)
{
    (void)state;
    struct gt_token token;
    struct gt_fault fault;
    assert_false(gt_token_read(NULL, &token, &fault));
    assert_int_equal(fault.code, GT_FAULT_SecurityMissing);
    assert_holds(fault.text, "UsernameToken");
}

static void password_in_clear_is_refused(void **state)
{
    (void)state;
    refused("PasswordText", "demo-secret-1", NONCE, CREATED, GT_FAULT_PasswordText,
            "PasswordDigest");
    struct gt_token token;
    struct gt_fault fault;
    assert_false(read_token("<w:Security xmlns:w='" GT_WSSE_NS "'><w:UsernameToken><w:Username>T1"
                            "</w:Username><w:Password>demo-secret-1</w:Password></w:UsernameToken>"
                            "</w:Security>",
                            &token, &fault));
    assert_int_equal(fault.code, GT_FAULT_PasswordText);
}

static void malformed_token_is_named(void **state)
{
    (void)state;
    const enum gt_fault_code bad = GT_FAULT_SecurityMalformed;
    refused("PasswordOther", DIGEST, NONCE, CREATED, bad, "Password");
    refused("PasswordDigest", "", NONCE, CREATED, bad, "Password");
    refused("PasswordDigest", "AAAA", NONCE, CREATED, bad, "SHA-1");
    refused("PasswordDigest", "!!!!", NONCE, CREATED, bad, "SHA-1");
    refused("PasswordDigest", DIGEST, "", CREATED, bad, "Nonce");
    refused("PasswordDigest", DIGEST, "MDEyMzQ1Ng==", CREATED, bad, "8 to 64");
    refused("PasswordDigest", DIGEST, "not base64", CREATED, bad, "Nonce");
    refused("PasswordDigest", DIGEST, NONCE, "", bad, "Created");
    refused("PasswordDigest", DIGEST, NONCE, "yesterday", bad, "Created");
    refused("PasswordDigest", DIGEST, NONCE,
            "2026-11-22T06:00:00.000000000000000000000000000000000000Z", bad, "Created");
}

static void nonce_of_more_than_64_bytes_is_refused(void **state)
{
    (void)state;
    char nonce[128];
    uint8_t bytes[65] = {1};
    assert_ok(gt_base64_encode(bytes, 65, nonce, sizeof nonce));
    refused("PasswordDigest", DIGEST, nonce, CREATED, GT_FAULT_SecurityMalformed, "8 to 64");
    struct gt_token token;
    struct gt_fault fault;
    assert_ok(gt_base64_encode(bytes, 64, nonce, sizeof nonce));
    assert_true(read_parts("PasswordDigest", DIGEST, nonce, CREATED, &token, &fault));
    assert_int_equal(token.nonce_len, 64);
}

static void element_that_stands_twice_is_refused(void **state)
{
    (void)state;
    struct gt_token token;
    struct gt_fault fault;
    assert_false(read_token("<w:Security xmlns:w='" GT_WSSE_NS "'><w:UsernameToken><w:Username>T1"
                            "</w:Username><w:Username>T2</w:Username></w:UsernameToken>"
                            "</w:Security>",
                            &token, &fault));
    assert_int_equal(fault.code, GT_FAULT_SecurityMalformed);
    assert_holds(fault.text, "Username");
    assert_false(read_token("<w:Security xmlns:w='" GT_WSSE_NS "'/>", &token, &fault));
    assert_holds(fault.text, "UsernameToken");
}

static void stale_token_did_nothing(void **state)
{
    (void)state;
    const int64_t now = 1795327200000;
    struct gt_fault fault;
    struct gt_token token = {.created_ms = now - FRESH + 1};
    assert_true(gt_token_fresh(&token, now, FRESH, &fault));
    token.created_ms = now + FRESH - 1;
    assert_true(gt_token_fresh(&token, now, FRESH, &fault));
    token.created_ms = now - FRESH;
    assert_false(gt_token_fresh(&token, now, FRESH, &fault));
    assert_int_equal(fault.code, GT_FAULT_StaleMessage);
    assert_holds(fault.text, "before our time");
    assert_holds(fault.text, "did nothing");
    assert_holds(fault.text, "same trace number");
    token.created_ms = now + FRESH;
    assert_false(gt_token_fresh(&token, now, FRESH, &fault));
    assert_holds(fault.text, "after our time");
}

/* --- nonces */

static struct gt_nonces *new_nonces(void)
{
    struct gt_nonces *nonces;
    assert_ok(gt_nonces_new(FRESH, gt_random_system(), &nonces));
    return nonces;
}

static enum gt_err enter(struct gt_nonces *nonces, const char *username, int64_t nonce, int64_t at)
{
    return gt_nonces_enter(nonces, username, &nonce, sizeof nonce, at);
}

static void nonce_is_used_once(void **state)
{
    (void)state;
    struct gt_nonces *nonces = new_nonces();
    const int64_t at = 1795327200000;
    assert_ok(enter(nonces, "T1", 1, at));
    assert_err(GT_ERR_EXISTS, enter(nonces, "T1", 1, at));
    assert_err(GT_ERR_EXISTS, enter(nonces, "T1", 1, at + 1000));
    assert_err(GT_ERR_EXISTS, enter(nonces, "T1", 1, at + FRESH));
    assert_ok(enter(nonces, "T2", 1, at));
    assert_ok(enter(nonces, "T1", 2, at));
    gt_nonces_free(nonces);
}

/* Whatever the clock does between, a nonce is known as long as its token is fresh. */
static void nonce_is_known_as_long_as_it_is_fresh(void **state)
{
    (void)state;
    for (int64_t start = 0; start < 2 * FRESH; start += FRESH / 7) {
        struct gt_nonces *nonces = new_nonces();
        const int64_t created = 1795327200000 + start;
        assert_ok(enter(nonces, "T1", -1, created));
        /* Our time goes on until the token is stale; terminals with clocks ahead sign on too. */
        for (int64_t now = created - FRESH + 1; now < created + FRESH; now += FRESH / 5) {
            assert_ok(enter(nonces, "T2", now, now));
            assert_ok(enter(nonces, "T3", now, now + FRESH - 1));
            assert_err(GT_ERR_EXISTS, enter(nonces, "T1", -1, created));
        }
        gt_nonces_free(nonces);
    }
}

static void forgotten_time_is_not_taken(void **state)
{
    (void)state;
    struct gt_nonces *nonces = new_nonces();
    const int64_t at = 1795327200000;
    for (int64_t i = 0; i < 2000; i++)
        assert_ok(enter(nonces, "T1", i, at + 3 * FRESH));
    int forgotten = 0;
    for (int64_t i = 0; i < 100; i++)
        forgotten += enter(nonces, "T2", i, at) == GT_ERR_RANGE;
    assert_int_equal(forgotten, 100);
    gt_nonces_free(nonces);
}

/* 2,000 messages a second for a quarter of an hour, clocks up to a minute off. */
static void memory_stays_below_16_mib(void **state)
{
    (void)state;
    struct gt_nonces *nonces = new_nonces();
    const int64_t start = 1795327200000;
    size_t most = 0;
    for (int64_t i = 0; i < INT64_C(2000) * 900; i++) {
        int64_t created = start + i / 2 + (i * 7919) % 120000 - 60000;
        assert_int_equal(enter(nonces, "T0000001", i, created), GT_OK);
        if (i % 20000 == 0 && gt_nonces_memory(nonces) > most)
            most = gt_nonces_memory(nonces);
    }
    print_message("nonces took %zu KiB\n", most / 1024);
    assert_in_range(most, 4 << 20, 16 << 20);
    gt_nonces_free(nonces);
}

#define RACERS 8
#define RACES  2000

struct race {
    struct gt_nonces *nonces;
    int64_t won; /* nonces this thread entered */
};

static void *race(void *arg)
{
    struct race *race = arg;
    for (int64_t i = 0; i < RACES; i++)
        race->won += enter(race->nonces, "T1", i, 1795327200000) == GT_OK;
    return NULL;
}

static void one_of_many_threads_wins(void **state)
{
    (void)state;
    struct gt_nonces *nonces = new_nonces();
    struct race racer[RACERS];
    pthread_t thread[RACERS];
    int64_t won = 0;
    for (size_t i = 0; i < RACERS; i++) {
        racer[i] = (struct race){.nonces = nonces};
        assert_int_equal(pthread_create(&thread[i], NULL, race, &racer[i]), 0);
    }
    for (size_t i = 0; i < RACERS; i++) {
        assert_int_equal(pthread_join(thread[i], NULL), 0);
        won += racer[i].won;
    }
    assert_int_equal(won, RACES);
    gt_nonces_free(nonces);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(right_digest_is_right),
        cmocka_unit_test(digest_covers_nonce_and_time),
        cmocka_unit_test(missing_security_is_told),
        cmocka_unit_test(password_in_clear_is_refused),
        cmocka_unit_test(malformed_token_is_named),
        cmocka_unit_test(nonce_of_more_than_64_bytes_is_refused),
        cmocka_unit_test(element_that_stands_twice_is_refused),
        cmocka_unit_test(stale_token_did_nothing),
        cmocka_unit_test(nonce_is_used_once),
        cmocka_unit_test(nonce_is_known_as_long_as_it_is_fresh),
        cmocka_unit_test(forgotten_time_is_not_taken),
        cmocka_unit_test(memory_stays_below_16_mib),
        cmocka_unit_test(one_of_many_threads_wins),
    };
    gt_xml_start();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    gt_xml_stop();
    return failed;
}
