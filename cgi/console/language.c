/*
 * The language of the pages: a cookie.
 */
#include "console.h"

#include "kit/cookie.h"

#define YEAR (365 * 24 * 3600)

static enum gt_err change(struct gt_page *page)
{
    enum gt_lang lang;
    const char *back = gt_params_get(&page->form, "back");
    if (!gt_lang_find(gt_params_get(&page->form, "lang"), &lang))
        return gt_page_error(page, 400);
    gt_cookie_set(page->reply, "lang", gt_lang_name(lang), YEAR);
    return gt_page_go(page, gt_path_good(back) ? back : "/console");
}

GT_ROUTE(language, .path = "/console/language", .name = "language", .post = change,
         .right = GT_ROUTE_OPEN, .while_changing = true);
