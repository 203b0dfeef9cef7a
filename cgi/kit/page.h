/*
 * A page on its way to the browser: what was asked, what its template will see, the reply.
 *
 * A page function looks at `query` or `form`, sets data, and ends with one of gt_page_show(),
 * gt_page_go() and gt_page_error(), whose result it returns.  What it returns otherwise is a
 * failure, of which the visitor sees an error page with the request's number.
 */
#ifndef GT_KIT_PAGE_H
#define GT_KIT_PAGE_H

#include "base/clock.h"
#include "base/template.h"
#include "kit/csrf.h"
#include "kit/params.h"
#include "kit/request.h"
#include "kit/route.h"
#include "kit/words.h"

#define GT_VISIT_MAX 64 /* of a visit's cookie, with its end */

struct gt_site;

struct gt_page {
    const struct gt_site *site;
    const struct gt_http_request *request;
    struct gt_http_reply *reply;
    const struct gt_route *route; /* NULL: there is nothing at this address */
    struct gt_params query;       /* of the address */
    struct gt_params form;        /* of the body */
    struct gt_tmpl_data *data;    /* what the template sees */
    enum gt_lang lang;
    char token[GT_SHA256_HEX]; /* CSRF token of the session, or of the visit */
    char visit[GT_VISIT_MAX];  /* a visit's cookie that has to be set; "": none */
    bool done;                 /* the reply is made */
    void *ctx;                 /* the handler's own */
    void *who;                 /* the handler's: who is signed in, NULL: nobody */
};

/* Shows the template of that name with its words, in the frame, with `status`. */
enum gt_err gt_page_show_as(struct gt_page *page, const char *name, int status) GT_CHECK;
enum gt_err gt_page_show(struct gt_page *page, const char *name) GT_CHECK;
/* Sends the browser on to a path of this host; after every change that was done (303). */
enum gt_err gt_page_go(struct gt_page *page, const char *path) GT_CHECK;
/* Shows an error page: 400, 403, 404, 405, 413, 415, 429, 500 or 503, in both languages. */
enum gt_err gt_page_error(struct gt_page *page, int status) GT_CHECK;

/* A message on the next page that is shown: a word, with {1} … put in; `args` ends with NULL.
 * `level` is "success", "warning" or "danger". */
void gt_page_flash(struct gt_page *page, const char *level, const char *word,
                   const char *const *args);
#define GT_ARGS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* A word in the page's language; borrowed. */
const char *gt_page_word(const struct gt_page *page, const char *name);
/* Gives the template the words of another page too. */
void gt_page_words(struct gt_page *page, const char *name);
/* Sets a leaf to a word with its places filled in; `args` ends with NULL, or is NULL. */
void gt_page_set_word(struct gt_page *page, const char *leaf, const char *word,
                      const char *const *args);
/* Sets a leaf "list.i.name" (printf), as people write it: yuan with grouping, local time, and
 * nothing for a time of 0. */
void gt_page_set(struct gt_page *page, const char *text, const char *leaf, ...) GT_PRINTF(3, 4);
void gt_page_set_int(struct gt_page *page, int64_t value, const char *leaf, ...) GT_PRINTF(3, 4);
void gt_page_set_money(struct gt_page *page, int64_t fen, const char *leaf, ...) GT_PRINTF(3, 4);
void gt_page_set_time(struct gt_page *page, int64_t ms, const char *leaf, ...) GT_PRINTF(3, 4);
/* A business date as 2026-11-22. */
void gt_page_set_date(struct gt_page *page, int64_t date, const char *leaf, ...) GT_PRINTF(3, 4);

/* A parameter of the address that is a number above zero; false if it is none. */
bool gt_page_id(const struct gt_page *page, const char *name, int64_t *id);
/* Appends text as a part of an address: all but letters, digits and -._~ escaped. */
void gt_url_put(struct gt_buf *out, const char *text);
/* Whether a path given by the browser leads to this host and nowhere else. */
bool gt_path_good(const char *path);

#endif
