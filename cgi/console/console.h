/*
 * The console: what its pages share.
 *
 * A page is a file of its own here, with a template and words named after it; doc/architecture.md,
 * "A page", tells how to add one.  A page function finds its visitor with gt_who_of(), reads with
 * gt_page_read(), changes through functions that take `&who->by`, and gives what they refuse to
 * gt_page_refused().
 */
#ifndef GT_CONSOLE_CONSOLE_H
#define GT_CONSOLE_CONSOLE_H

#include "access/session.h"
#include "kit/form.h"
#include "kit/list.h"
#include "kit/site.h"
#include "link/link.h"
#include "start/start.h"
#include "till/till.h"

/* Groups of the menu, in their order; a route's place is a group and a number below 100. */
enum gt_menu {
    GT_MENU_DESK = 100,  /* 工作台 */
    GT_MENU_TXN = 200,   /* 交易 */
    GT_MENU_BOOKS = 300, /* 账务 */
    GT_MENU_STATS = 400, /* 统计 */
    GT_MENU_ORG = 500,   /* 组织 */
    GT_MENU_SYSTEM = 600 /* 系统 */
};

struct gt_console {
    struct gt_start *start; /* configuration, keys, store */
    const struct gt_clock *clock;
    const struct gt_random *random;
    struct gt_logger logger; /* the process's chain of the operation log */
    struct gt_site site;
    struct gt_words *words;
    struct gt_metrics *metrics;
    struct gt_link *link; /* to the marketing systems, for questions of people */
    struct gt_till till;  /* with these */
    char words_folder[GT_PATH_MAX];
};

/* Who asks: page->who.  NULL if nobody is signed in. */
struct gt_who {
    struct gt_visit visit;
    struct gt_logger logger;
    struct gt_by by; /* for what they change */
};

struct gt_console *gt_console_of(const struct gt_page *page);
struct gt_who *gt_who_of(const struct gt_page *page);

/* Fills the parts of a gt_by that do not depend on who asks; `logger` is borrowed by it. */
void gt_console_by(struct gt_console *console, const struct gt_logger *logger, struct gt_by *by);
/* The address of the request, and the browser's name as far as it is UTF-8; borrowed. */
const char *gt_page_origin(const struct gt_page *page);
const char *gt_page_agent(const struct gt_page *page);
/* Gives the browser the cookie of a session. */
void gt_page_session(struct gt_page *page, const char *token);

/* The site's functions (site.h). */
enum gt_err gt_console_enter(struct gt_page *page);
void gt_console_frame(struct gt_page *page);
void gt_console_leave(struct gt_page *page);
/* Where who has just signed in, or gone a step further, is sent: code, password, enrol, or
 * "/console".  Static. */
const char *gt_console_next(const struct gt_visit *visit);
/* The first page of the visitor's menu.  Static. */
const char *gt_console_first(const struct gt_who *who);

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
