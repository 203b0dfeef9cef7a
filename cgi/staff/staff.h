/*
 * What the handlers of people's pages share: who asks, what they may, and the handler around it.
 *
 * The console and the cashier page are two programs with one sign-in: a session is a row of the
 * store, and its cookie is for the whole host.  Signing in and out, and one's own account, are
 * pages of the console; the other sends people there.  A page function finds its visitor with
 * gt_who_of(), reads with gt_page_read(), changes through functions that take `&who->by`, and gives
 * what they refuse to gt_page_refused().
 */
#ifndef GT_STAFF_STAFF_H
#define GT_STAFF_STAFF_H

#include "access/session.h"
#include "kit/form.h"
#include "kit/list.h"
#include "kit/site.h"
#include "link/link.h"
#include "start/start.h"
#include "till/hours.h"
#include "till/till.h"

/* Which of the handlers it is. */
struct gt_staff_kind {
    const char *name;    /* "console": in metrics */
    const char *service; /* "console.fcgi": in the log and among the processes */
    const char *prefix;  /* of its addresses: "/console" */
    const char *common;  /* page whose words all its pages have; NULL: none */
    size_t body_max; /* bytes of the largest body; nginx has its own limit, each route a smaller */
    bool sells;      /* orders go upstream: within the time for an answer, and counted */
    /* What its frame shows besides who it is; called only for who is signed in wholly. */
    void (*frame)(struct gt_page *page);
};

struct gt_staff {
    const struct gt_staff_kind *kind;
    struct gt_start *start; /* configuration, keys, store */
    const struct gt_clock *clock;
    const struct gt_random *random;
    struct gt_logger logger; /* the process's chain of the operation log */
    struct gt_site site;
    struct gt_words *words;
    struct gt_metrics *metrics;
    struct gt_link *link;   /* to the marketing systems */
    struct gt_till till;    /* with these */
    struct gt_hours *hours; /* of the dashboard */
    char words_folder[GT_PATH_MAX];
};

/* --- the program (serve.c) */

/* Sets up what is the handler's own and serves until the end; as gt_program.serve. */
enum gt_err gt_staff_serve(struct gt_start *start, const struct gt_staff_kind *kind,
                           const char *socket, int threads, bool *served) GT_CHECK;
/* Prints its routes; as gt_program.routes. */
int gt_staff_routes(void);

/* --- who asks (visitor.c) */

/* page->who.  NULL if nobody is signed in. */
struct gt_who {
    struct gt_visit visit;
    struct gt_logger logger;
    struct gt_by by; /* for what they change */
};

struct gt_staff *gt_staff_of(const struct gt_page *page);
struct gt_who *gt_who_of(const struct gt_page *page);

/* Fills the parts of a gt_by that do not depend on who asks; `logger` is borrowed by it. */
void gt_staff_by(struct gt_staff *staff, const struct gt_logger *logger, struct gt_by *by);
/* The address of the request, and the browser's name as far as it is UTF-8; borrowed. */
const char *gt_page_origin(const struct gt_page *page);
const char *gt_page_agent(const struct gt_page *page);
/* Gives the browser the cookie of a session. */
void gt_page_session(struct gt_page *page, const char *token);

/* The site's functions (site.h). */
enum gt_err gt_staff_enter(struct gt_page *page);
void gt_staff_frame(struct gt_page *page);
void gt_staff_leave(struct gt_page *page);
/* Where who has just signed in, or gone a step further, is sent: code, password, enrol, or
 * "/console".  Static. */
const char *gt_staff_next(const struct gt_visit *visit);
/* Whether the visitor has a cashier page: may collect, and has an account to collect on. */
bool gt_staff_collects(const struct gt_who *who);

/* Whether the visitor holds the right at an organisation with this path; asks no store. */
bool gt_page_may(const struct gt_page *page, enum gt_right right, const char *path);
/* Reads on one consistent state of the store. */
enum gt_err gt_page_read(struct gt_page *page, const char *name, gt_db_fn fn, void *arg) GT_CHECK;

/* Takes what a change was refused with: 404 or 403 are answered at once (page->done), anything else
 * goes to its field of the form, which the page then shows again.  GT_OK, or the failure. */
enum gt_err gt_page_refused(struct gt_form *form, enum gt_err err,
                            const struct gt_refusal *no) GT_CHECK;
/* The same for a change without a form: the refusal becomes a message on the page `path`. */
enum gt_err gt_page_refused_to(struct gt_page *page, enum gt_err err, const struct gt_refusal *no,
                               const char *path) GT_CHECK;

#endif
