/*
 * The console: what its pages share.
 *
 * A page is a file of its own here, with a template and words named after it; doc/architecture.md,
 * "A page", tells how to add one.  Who asks, and how pages read and change, is in staff/staff.h.
 */
#ifndef GT_CONSOLE_CONSOLE_H
#define GT_CONSOLE_CONSOLE_H

#include "staff/staff.h"

/* Groups of the menu, in their order; a route's place is a group and a number below 100. */
enum gt_menu {
    GT_MENU_DESK = 100,  /* 工作台 */
    GT_MENU_TXN = 200,   /* 交易 */
    GT_MENU_BOOKS = 300, /* 账务 */
    GT_MENU_STATS = 400, /* 统计 */
    GT_MENU_ORG = 500,   /* 组织 */
    GT_MENU_SYSTEM = 600 /* 系统 */
};

/* The handler. */
static inline struct gt_staff *gt_console_of(const struct gt_page *page)
{
    return gt_staff_of(page);
}

/* Sets the menu of who is signed in: Menu. */
void gt_console_menu(struct gt_page *page);
/* The first page of the visitor's menu.  Static. */
const char *gt_console_first(const struct gt_who *who);

#endif
