/*
 * The menu: the routes that have a place in it, as far as the visitor may use them.
 */
#include "console.h"

#include <stdio.h>
#include <string.h>

static bool sees(const struct gt_who *who, const struct gt_route *route)
{
    return route->menu > 0 && route->get &&
           (route->right < 0 ||
            gt_grants_anywhere(&who->visit.grants, (enum gt_right)route->right));
}

/* The route behind `place` that the visitor sees, NULL if there is none. */
static const struct gt_route *next_in_menu(const struct gt_who *who, int place)
{
    const struct gt_route *next = NULL;
    for (size_t i = 0; i < gt_route_count(); i++) {
        const struct gt_route *route = gt_route_at(i);
        if (sees(who, route) && route->menu > place && (!next || route->menu < next->menu))
            next = route;
    }
    return next;
}

const char *gt_console_first(const struct gt_who *who)
{
    const struct gt_route *first = next_in_menu(who, 0);
    if (gt_staff_collects(who) && (!first || first->menu >= GT_MENU_TXN))
        return "/cashier";
    return first ? first->path : "/console/account";
}

/* The cashier page is another program's: it has no route here. */
static void set_cashier(struct gt_page *page)
{
    gt_page_set(page, gt_page_word(page, "menu.cashier"), "Menu.cashier.Label");
    gt_page_set(page, gt_page_word(page, "menu.cashier_page"), "Menu.cashier.Item.0.Label");
    gt_page_set(page, "/cashier", "Menu.cashier.Item.0.Href");
}

void gt_console_menu(struct gt_page *page)
{
    const struct gt_who *who = gt_who_of(page);
    const char *here = page->route ? page->route->under : NULL;
    const struct gt_route *route;
    char word[96];
    int i = 0;
    gt_page_set(page, "1", "Frame.Menu");
    if (gt_staff_collects(who))
        set_cashier(page);
    for (int place = 0; (route = next_in_menu(who, place)); place = route->menu, i++) {
        int group = route->menu / 100;
        bool this = route == page->route || (here && strcmp(here, route->name) == 0);
        (void)snprintf(word, sizeof word, "menu.group%d", group);
        gt_page_set(page, gt_page_word(page, word), "Menu.%d.Label", group);
        (void)snprintf(word, sizeof word, "%s.menu", route->name);
        gt_page_set(page, gt_page_word(page, word), "Menu.%d.Item.%d.Label", group, i);
        gt_page_set(page, route->path, "Menu.%d.Item.%d.Href", group, i);
        if (this)
            gt_page_set(page, "1", "Menu.%d.Item.%d.Here", group, i);
    }
}
