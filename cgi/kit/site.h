/*
 * A handler's pages as a whole: from a request to a page function and back.
 *
 * The order is the same for every page: address, method, size, form of the parameters, who it is
 * and whether they may (the handler's `enter`), CSRF token and Origin, and then the page's
 * function.
 */
#ifndef GT_KIT_SITE_H
#define GT_KIT_SITE_H

#include "kit/metrics.h"
#include "kit/page.h"

struct gt_site {
    const char *name;      /* of the handler, in metrics: "console" */
    const char *prefix;    /* of its addresses: "/console" */
    const char *common;    /* page whose words all its pages have besides; NULL: none */
    const char *templates; /* folder */
    const struct gt_words *words;
    struct gt_metrics *metrics;
    const struct gt_clock *clock;
    const struct gt_random *random;
    int tz_minutes; /* zone of the times that people see */
    /* Finds who asks: sets page->who, and page->token if there is a session.  May answer (sets
     * page->done), as it must if page->route wants a right that they do not have.  The route may
     * be NULL. */
    enum gt_err (*enter)(struct gt_page *page);
    /* Sets what the frame shows (menu, user); `who` may be NULL. */
    void (*frame)(struct gt_page *page);
    /* Frees page->who. */
    void (*leave)(struct gt_page *page);
    void *ctx; /* becomes page->ctx */
};

/* Answers a request for a page; as a gt_http_handler, whose `ctx` is a struct gt_site. */
enum gt_err gt_site_answer(void *site, const struct gt_http_request *request,
                           struct gt_http_reply *reply) GT_CHECK;

#endif
