/*
 * Digests and HMAC against published vectors, secrets, encodings, the key file.
 */
#include "base/crypt.h"
#include "unit.h"

static void digests_match_published_vectors(void **state)
{
    (void)state;
    uint8_t out[GT_SHA256_SIZE];
    char hex[GT_SHA256_HEX];
    /* FIPS 180-4 examples. */
    assert_ok(gt_sha256("abc", 3, out));
    gt_hex_encode(out, GT_SHA256_SIZE, hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_ok(gt_sha256("", 0, out));
    gt_hex_encode(out, GT_SHA256_SIZE, hex);
    assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_ok(gt_sha1("abc", 3, out));
    gt_hex_encode(out, GT_SHA1_SIZE, hex);
    assert_string_equal(hex, "a9993e364706816aba3e25717850c26c9cd0d89d");
}

/* HMAC of `text` under a key that is `head` and then zeros, as hex. */
static void hmac_hex(const char *head, const char *text, char hex[GT_SHA256_HEX])
{
    struct gt_hmac *hmac = NULL;
    uint8_t key[GT_KEY_SIZE] = {0};
    uint8_t out[GT_SHA256_SIZE];
    memcpy(key, head, strlen(head));
    assert_ok(gt_hmac_new(key, &hmac));
    /* Twice: the second message must not feel the first. */
    assert_ok(gt_hmac(hmac, "something else", 14, out));
    assert_ok(gt_hmac(hmac, text, strlen(text), out));
    gt_hmac_free(hmac);
    gt_hex_encode(out, sizeof out, hex);
}

static void hmac_matches_published_vectors(void **state)
{
    (void)state;
    char hex[GT_SHA256_HEX];
    /* RFC 4231, cases 1 and 2: HMAC fills a short key up with zeros, so ours may be filled too. */
    hmac_hex("\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b",
             "Hi There", hex);
    assert_string_equal(hex, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    hmac_hex("Jefe", "what do ya want for nothing?", hex);
    assert_string_equal(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    gt_hmac_free(NULL);
}

static const struct gt_keys keys = {.master = {1, 2, 3}, .audit = {4, 5, 6}};

static void secret_opens_only_with_its_key_and_purpose(void **state)
{
    (void)state;
    char hidden[128];
    char again[128];
    char shown[32] = "untouched";
    struct gt_keys other = keys;
    other.master[31] ^= 1;
    assert_ok(gt_secret_hide(&keys, gt_random_system(), "terminal:T1", "s3cret中", hidden,
                             sizeof hidden));
    assert_ok(
        gt_secret_hide(&keys, gt_random_system(), "terminal:T1", "s3cret中", again, sizeof again));
    assert_string_not_equal(hidden, again);
    assert_null(strstr(hidden, "s3cret"));
    assert_err(GT_ERR_CRYPTO, gt_secret_show(&keys, "terminal:T2", hidden, shown, sizeof shown));
    assert_err(GT_ERR_CRYPTO, gt_secret_show(&other, "terminal:T1", hidden, shown, sizeof shown));
    assert_string_equal(shown, "untouched");
    assert_ok(gt_secret_show(&keys, "terminal:T1", hidden, shown, sizeof shown));
    assert_string_equal(shown, "s3cret中");
}

static void changed_secret_does_not_open(void **state)
{
    (void)state;
    char hidden[128];
    char shown[32];
    assert_ok(gt_secret_hide(&keys, gt_random_system(), "p", "secret", hidden, sizeof hidden));
    for (size_t i = 0; hidden[i]; i++) {
        char kept = hidden[i];
        hidden[i] = kept == 'A' ? 'B' : 'A';
        assert_err(GT_ERR_CRYPTO, gt_secret_show(&keys, "p", hidden, shown, sizeof shown));
        hidden[i] = kept;
    }
    assert_ok(gt_secret_show(&keys, "p", hidden, shown, sizeof shown));
    assert_err(GT_ERR_CRYPTO, gt_secret_show(&keys, "p", "", shown, sizeof shown));
    assert_err(GT_ERR_CRYPTO, gt_secret_show(&keys, "p", "AAAA", shown, sizeof shown));
}

static void secret_needs_room(void **state)
{
    (void)state;
    char hidden[64];
    char shown[6];
    char large[1200];
    memset(large, 'x', sizeof large - 1);
    large[sizeof large - 1] = '\0';
    assert_err(GT_ERR_TOOBIG, gt_secret_hide(&keys, gt_random_system(), "p", "secret", hidden, 48));
    assert_err(GT_ERR_TOOBIG,
               gt_secret_hide(&keys, gt_random_system(), "p", large, hidden, sizeof hidden));
    assert_ok(gt_secret_hide(&keys, gt_random_system(), "p", "secret", hidden, sizeof hidden));
    assert_err(GT_ERR_TOOBIG, gt_secret_show(&keys, "p", hidden, shown, sizeof shown));
    assert_ok(gt_secret_hide(&keys, gt_random_system(), "p", "", hidden, sizeof hidden));
    assert_ok(gt_secret_show(&keys, "p", hidden, shown, sizeof shown));
    assert_string_equal(shown, "");
}

static void base64_matches_published_vectors(void **state)
{
    (void)state;
    /* RFC 4648, section 10. */
    static const char *const cases[][2] = {{"", ""},
                                           {"f", "Zg=="},
                                           {"fo", "Zm8="},
                                           {"foo", "Zm9v"},
                                           {"foob", "Zm9vYg=="},
                                           {"fooba", "Zm9vYmE="},
                                           {"foobar", "Zm9vYmFy"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[16];
        uint8_t back[8];
        size_t len = 77;
        assert_ok(gt_base64_encode(cases[i][0], strlen(cases[i][0]), text, sizeof text));
        assert_string_equal(text, cases[i][1]);
        assert_ok(gt_base64_decode(text, back, sizeof back, &len));
        assert_int_equal(len, strlen(cases[i][0]));
        assert_memory_equal(back, cases[i][0], len);
    }
}

static void base64_that_is_not_canonical_is_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {"Z",        "Zg",   "Zg=",      "Zg===",  "=",    "====",
                                        "Z===",     "Zh==", "Zm9=",     "Zm9v\n", "Zm 9", "Zm9-",
                                        "Zg==Zg==", "Z=g=", "Zm9v====", "é==="};
    uint8_t out[16];
    size_t len = 77;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_err(GT_ERR_SYNTAX, gt_base64_decode(cases[i], out, sizeof out, &len));
    assert_err(GT_ERR_TOOBIG, gt_base64_decode("Zm9v", out, 2, &len));
    assert_int_equal(len, 77);
    char text[8];
    assert_err(GT_ERR_TOOBIG, gt_base64_encode("foobar", 6, text, sizeof text));
}

static void hex_reads_both_cases_and_writes_lower(void **state)
{
    (void)state;
    uint8_t out[4];
    char text[9];
    size_t len = 77;
    assert_ok(gt_hex_decode("00fFA9", out, sizeof out, &len));
    assert_int_equal(len, 3);
    gt_hex_encode(out, len, text);
    assert_string_equal(text, "00ffa9");
    assert_ok(gt_hex_decode("", out, sizeof out, &len));
    assert_int_equal(len, 0);
    assert_err(GT_ERR_SYNTAX, gt_hex_decode("0", out, sizeof out, &len));
    assert_err(GT_ERR_SYNTAX, gt_hex_decode("0g", out, sizeof out, &len));
    assert_err(GT_ERR_SYNTAX, gt_hex_decode("@0", out, sizeof out, &len));
    assert_err(GT_ERR_TOOBIG, gt_hex_decode("0011223344", out, sizeof out, &len));
}

static void comparing_and_wiping(void **state)
{
    (void)state;
    char text[] = "secret";
    assert_true(gt_same("secret", text, 6));
    assert_false(gt_same("secreT", text, 6));
    assert_true(gt_same("x", "y", 0));
    gt_wipe(text, sizeof text);
    for (size_t i = 0; i < sizeof text; i++)
        assert_int_equal(text[i], 0);
}

static void key_file_is_made_once_and_read_back(void **state)
{
    (void)state;
    char folder[UNIT_PATH_MAX];
    char path[UNIT_PATH_MAX + 8];
    struct gt_keys first;
    struct gt_keys second;
    struct stat st;
    (void)snprintf(path, sizeof path, "%s/keys", unit_folder(folder));
    memset(&first, 0, sizeof first);
    assert_err(GT_ERR_ABSENT, gt_keys_load(path, &first));
    mode_t mask = umask(0077);
    assert_ok(gt_keys_create(path, gt_random_system()));
    (void)umask(mask);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0640);
    assert_ok(gt_keys_load(path, &first));
    assert_memory_not_equal(first.master, first.audit, GT_KEY_SIZE);
    assert_err(GT_ERR_EXISTS, gt_keys_create(path, gt_random_system()));
    assert_ok(gt_keys_load(path, &second));
    assert_memory_equal(&first, &second, sizeof first);
    assert_err(GT_ERR_IO, gt_keys_create("/nonexistent/keys", gt_random_system()));
    unit_remove(folder);
}

static void key_file_others_can_reach_is_refused(void **state)
{
    (void)state;
    char folder[UNIT_PATH_MAX];
    char path[UNIT_PATH_MAX + 8];
    struct gt_keys out;
    (void)snprintf(path, sizeof path, "%s/keys", unit_folder(folder));
    assert_ok(gt_keys_create(path, gt_random_system()));
    static const mode_t open_modes[] = {0644, 0641, 0642, 0606};
    for (size_t i = 0; i < sizeof open_modes / sizeof open_modes[0]; i++) {
        assert_int_equal(chmod(path, open_modes[i]), 0);
        assert_err(GT_ERR_DENIED, gt_keys_load(path, &out));
    }
    assert_int_equal(chmod(path, 0600), 0);
    assert_ok(gt_keys_load(path, &out));
    unit_remove(folder);
}

#define HEX64 "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static void damaged_key_file_is_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "master " HEX64 "\n",
        "audit " HEX64 "\n",
        "master " HEX64 "0\naudit " HEX64 "\n",
        "master " HEX64 "\naudit " HEX64,
        "master x" HEX64 "\naudit " HEX64 "\n",
    };
    char folder[UNIT_PATH_MAX];
    char path[UNIT_PATH_MAX];
    struct gt_keys out;
    unit_folder(folder);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        unit_write(folder, "keys", cases[i], path);
        assert_int_equal(chmod(path, 0600), 0);
        /* Only the last line's end may be missing. */
        assert_err(i == 4 ? GT_OK : GT_ERR_SYNTAX, gt_keys_load(path, &out));
    }
    assert_null(strstr(gt_err_text(), "0011"));
    unit_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests_match_published_vectors),
        cmocka_unit_test(hmac_matches_published_vectors),
        cmocka_unit_test(secret_opens_only_with_its_key_and_purpose),
        cmocka_unit_test(changed_secret_does_not_open),
        cmocka_unit_test(secret_needs_room),
        cmocka_unit_test(base64_matches_published_vectors),
        cmocka_unit_test(base64_that_is_not_canonical_is_refused),
        cmocka_unit_test(hex_reads_both_cases_and_writes_lower),
        cmocka_unit_test(comparing_and_wiping),
        cmocka_unit_test(key_file_is_made_once_and_read_back),
        cmocka_unit_test(key_file_others_can_reach_is_refused),
        cmocka_unit_test(damaged_key_file_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
