/*
 * When certificates end, so that somebody is told before.
 */
#ifndef GT_BASE_CERT_H
#define GT_BASE_CERT_H

#include "base/err.h"

#include <stdint.h>

/* Who warns, does so this long before the end. */
#define GT_CERT_WARN_DAYS 30

struct gt_cert {
    char subject[256]; /* of the one that ends first: "CN=pay.example", cut where too long */
    int64_t ends;      /* time */
};

/* Reads the certificates of a PEM file, a chain or a bundle, and gives the one that ends first.
 * GT_ERR_ABSENT, GT_ERR_DENIED, GT_ERR_IO: the file cannot be read; GT_ERR_SYNTAX: there is none in
 * it. */
enum gt_err gt_cert_read(const char *path, struct gt_cert *cert) GT_CHECK;

#endif
