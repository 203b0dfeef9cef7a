/*
 * Reading a loaded definition out.
 */
#include "link/about.h"

#include "link/adapter.h"

bool gt_link_about(const struct gt_link *link, int i, struct gt_link_about *about)
{
    static const char *const settles[GT_SETTLE__MAX] = {
        [GT_SETTLE_INQUIRE] = "inquire",
        [GT_SETTLE_REPEAT] = "repeat",
        [GT_SETTLE_REVERSE] = "reverse",
        [GT_SETTLE_STATEMENT] = "statement",
    };
    const struct gt_adapter *a = gt_link_adapter(link, i);

    if (!a)
        return false;
    *about = (struct gt_link_about){
        .connect_ms = a->connect_ms,
        .answer_ms = a->answer_ms,
        .grace_ms = a->grace_ms,
        .breaker_open_ms = a->breaker_open_ms,
        .reply_max = a->reply_max,
        .slots = a->slots,
        .breaker_failures = a->breaker_failures,
        .settle = settles[a->settle],
        .ca_file = a->ca_file,
    };
    return true;
}

const char *gt_link_serves(const struct gt_link *link, int i, size_t k)
{
    const struct gt_adapter *a = gt_link_adapter(link, i);

    if (!a || k >= a->nserves)
        return NULL;
    return a->serves[k].is_regex ? "" : a->serves[k].prefix;
}

/* The k-th of `codes`; else `*k` is what is left to go in the next ones. */
static bool take(const struct gt_codes *codes, const char *op, size_t *k, struct gt_link_code *code)
{
    if (*k >= codes->count) {
        *k -= codes->count;
        return false;
    }
    const struct gt_code *found = &codes->all[*k];
    *code = (struct gt_link_code){found->value, found->class, found->outcome, op};
    return true;
}

bool gt_link_code(const struct gt_link *link, int i, size_t k, struct gt_link_code *code)
{
    const struct gt_adapter *a = gt_link_adapter(link, i);

    if (!a)
        return false;
    bool found = take(&a->codes, NULL, &k, code);
    for (int op = 0; op < GT_UP_OP__MAX && !found; op++)
        found = take(&a->ops[op].codes, gt_up_op_name((enum gt_up_op)op), &k, code);
    return found;
}
