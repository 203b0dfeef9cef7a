/*
 * Reading certificates for when they end.
 *
 * Not here: whom to trust, which is nginx's, libcurl's and the drivers' own.
 */
#include "base/cert.h"

#include "base/clock.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* Time of an ASN.1 time; the last there is if it is none that can be. */
static int64_t time_of(const ASN1_TIME *asn1)
{
    struct tm tm;

    if (!asn1 || ASN1_TIME_to_tm(asn1, &tm) != 1)
        return INT64_MAX;
    return (int64_t)timegm(&tm) * 1000;
}

static void take(X509 *x509, struct gt_cert *first)
{
    int64_t ends = time_of(X509_get0_notAfter(x509));

    if (ends >= first->ends)
        return;
    first->ends = ends;
    first->subject[0] = '\0';
    BIO *out = BIO_new(BIO_s_mem());
    if (out && X509_NAME_print_ex(out, X509_get_subject_name(x509), 0,
                                  XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) >= 0) {
        int n = BIO_read(out, first->subject, sizeof(first->subject) - 1);
        first->subject[n > 0 ? n : 0] = '\0';
    }
    BIO_free(out);
}

enum gt_err gt_cert_read(const char *path, struct gt_cert *cert)
{
    struct gt_cert first = {.ends = INT64_MAX};
    int n = 0;
    X509 *x509;
    FILE *file = fopen(path, "re");

    if (!file)
        return gt_err_sys(errno == ENOENT   ? GT_ERR_ABSENT
                          : errno == EACCES ? GT_ERR_DENIED
                                            : GT_ERR_IO,
                          errno, "certificate %s", path);
    while ((x509 = PEM_read_X509(file, NULL, NULL, NULL))) {
        take(x509, &first);
        X509_free(x509);
        n++;
    }
    ERR_clear_error();
    (void)fclose(file);
    if (n == 0)
        return gt_err_set(GT_ERR_SYNTAX, "there is no certificate in %s", path);
    *cert = first;
    return GT_OK;
}
