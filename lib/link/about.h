/*
 * What a definition says, for people who look at it: plain figures and texts, without the compiled
 * form of adapter.h.  All texts are borrowed from the link, or static.
 */
#ifndef GT_LINK_ABOUT_H
#define GT_LINK_ABOUT_H

#include "link/link.h"

struct gt_link_about {
    int64_t connect_ms, answer_ms, grace_ms, breaker_open_ms, reply_max;
    int slots, breaker_failures; /* slots 0: no limit of its own */
    const char *settle;          /* "inquire", "repeat", "reverse", "statement" */
    const char *ca_file; /* that the system's certificate must come from, "": the machine's */
};
/* Of system `i`; false behind the last. */
bool gt_link_about(const struct gt_link *link, int i, struct gt_link_about *about);

/* The `k`-th rule of whose customers are system `i`'s: a prefix of their numbers, or "" for one
 * that is a pattern; NULL behind the last. */
const char *gt_link_serves(const struct gt_link *link, int i, size_t k);

/* What a code of upstream's means. */
struct gt_link_code {
    const char *value;
    enum gt_up_class class;
    enum gt_outcome outcome; /* of one that is refused or unknown */
    const char *op;          /* the operation it holds for, NULL: all others */
};
/* The `k`-th code of system `i`: those for all operations first; false behind the last. */
bool gt_link_code(const struct gt_link *link, int i, size_t k, struct gt_link_code *code);

#endif
