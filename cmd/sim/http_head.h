/*
 * The head of an HTTP/1.x request: request line and headers, taken apart in place.
 */
#ifndef GT_SIM_HTTP_HEAD_H
#define GT_SIM_HTTP_HEAD_H

#include <stdbool.h>
#include <stddef.h>

struct gt_sim_http_head {
    char *method, *path; /* in the text that was parsed; the path without its query */
    size_t body_len;     /* Content-Length */
    bool has_length;
    bool chunked; /* there is a Transfer-Encoding, of any kind */
    bool keep;    /* the connection is to be kept */
    bool expects; /* Expect: 100-continue */
};

/* Takes a head of `len` bytes apart, which end with the empty line, and writes NULs into it; false
 * if it is not HTTP/1.0 or 1.1. */
bool gt_sim_http_parse_head(char *text, size_t len, struct gt_sim_http_head *head);

#endif
