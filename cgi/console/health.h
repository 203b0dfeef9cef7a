/*
 * What is wrong with the platform itself, as the health page says in full and the dashboard in a
 * line.
 */
#ifndef GT_CONSOLE_HEALTH_H
#define GT_CONSOLE_HEALTH_H

#include "console.h"
#include "till/checked.h"

/* How something is, as the colour of its state: "posted", "doubt" (look at it soon), "error". */
const char *gt_books_state(const struct gt_checked *last, int64_t now);

/* One certificate that somebody must renew in time. */
struct gt_cert_found {
    const char *path;  /* borrowed from the configuration */
    char subject[256]; /* "" if it cannot be read */
    int64_t ends;      /* time */
    const char *state; /* as above */
    char problem[256]; /* why it cannot be read, "" if it can */
};
/* The i-th of those that are watched: of the configuration, and what the marketing systems'
 * definitions trust; false behind the last. */
bool gt_cert_found(const struct gt_page *page, size_t i, struct gt_cert_found *found);

#endif
