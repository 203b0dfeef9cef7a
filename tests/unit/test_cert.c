/* When certificates end: of a file with several, the one that ends first. */
#include "unit.h"

#include "base/cert.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <unistd.h>

#define FILE_NAME "test_cert.pem"
#define DAY_S     86400

/* Adds a certificate that ends `days` behind 2030-01-01 to the file. */
static void put_cert(FILE *file, const char *name, int days)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *cert = X509_new();
    X509_NAME *subject = X509_get_subject_name(cert);

    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1,
                               0);
    X509_set_issuer_name(cert, subject);
    ASN1_TIME_set(X509_getm_notBefore(cert), 1577836800);
    ASN1_TIME_set(X509_getm_notAfter(cert), 1893456000 + (time_t)days * DAY_S);
    X509_set_pubkey(cert, key);
    assert_true(X509_sign(cert, key, EVP_sha256()) > 0);
    assert_int_equal(PEM_write_X509(file, cert), 1);
    X509_free(cert);
    EVP_PKEY_free(key);
}

static void the_first_that_ends_counts(void **state)
{
    struct gt_cert cert;
    FILE *file = fopen(FILE_NAME, "w");

    (void)state;
    put_cert(file, "later.example", 10);
    put_cert(file, "供电公司", 3);
    put_cert(file, "last.example", 400);
    (void)fclose(file);
    assert_ok(gt_cert_read(FILE_NAME, &cert));
    assert_string_equal(cert.subject, "CN=供电公司");
    assert_true(cert.ends == (INT64_C(1893456000) + 3 * DAY_S) * 1000);
    (void)unlink(FILE_NAME);
}

static void what_is_no_certificate_says_so(void **state)
{
    struct gt_cert cert;
    FILE *file = fopen(FILE_NAME, "w");

    (void)state;
    (void)fputs("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", file);
    (void)fclose(file);
    assert_int_equal(gt_cert_read(FILE_NAME, &cert), GT_ERR_SYNTAX);
    assert_int_equal(gt_cert_read("/dev/null", &cert), GT_ERR_SYNTAX);
    (void)unlink(FILE_NAME);
    assert_int_equal(gt_cert_read(FILE_NAME, &cert), GT_ERR_ABSENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_that_ends_counts),
        cmocka_unit_test(what_is_no_certificate_says_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
