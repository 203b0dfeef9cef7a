/*
 * The routing table: which address is answered by what, and who may.
 *
 * A page writes its line where its code is, and is found by being written, as statements are
 * (store/stmt.h).  The table is data: the program prints it (--routes), and a test walks every line
 * as every role, so a new page is in that test without anyone adding it.
 *
 *     GT_ROUTE(orgs, .path = "/console/orgs", .get = show, .name = "orgs",
 *              .right = GT_RIGHT_ORG_VIEW, .menu = MENU_ORG + 1);
 *
 * Every POST carries the CSRF token of its session; there is no way to leave it out.
 */
#ifndef GT_KIT_ROUTE_H
#define GT_KIT_ROUTE_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

struct gt_page;
typedef enum gt_err (*gt_page_fn)(struct gt_page *page);

/* Rights are the handler's numbers from 0 on, so a route that says nothing wants one; these two are
 * the kit's. */
#define GT_ROUTE_SIGNED (-1) /* whoever is signed in */
#define GT_ROUTE_OPEN   (-2) /* everybody */

/* Bytes of a form's body, where a route says nothing else. */
#define GT_ROUTE_BODY ((size_t)64 * 1024)

struct gt_route {
    const char *path;    /* of the address, in full: "/console/org" */
    const char *name;    /* of the page: its template and its words */
    const char *words;   /* page whose words its fields have; NULL: its own */
    gt_page_fn get;      /* shows; NULL: not to be asked for */
    gt_page_fn post;     /* changes; NULL: changes nothing */
    int right;           /* who may */
    const char *object;  /* kind of object that the parameter `id` names; NULL: none */
    size_t body_max;     /* bytes of a body; 0: GT_ROUTE_BODY */
    int menu;            /* its place in the menu, which the handler numbers; 0: none */
    const char *under;   /* name of the page in the menu that it belongs to; NULL: none */
    bool while_changing; /* also for who must first set a password or give a code */
};

#define GT_ROUTE(ident, ...)                                    \
    static const struct gt_route ident##_route = {__VA_ARGS__}; \
    static const struct gt_route *const ident##_route_at        \
        __attribute__((section("gt_routes"), used)) = &ident##_route

/* How many there are, and the i-th.  Static. */
size_t gt_route_count(void);
const struct gt_route *gt_route_at(size_t i);
/* The one with this path, NULL if there is none. */
const struct gt_route *gt_route_find(const char *path);

/* GT_ERR_CONFIG with the reason if two have one path, or one lacks what it needs. */
enum gt_err gt_routes_check(void) GT_CHECK;
/* Appends a line a method of each route, tabs between: path, method, right (`right_name` gives its
 * word), csrf or -, bytes of a body, kind of object or -. */
void gt_routes_print(struct gt_buf *out, const char *(*right_name)(int right));

#endif
