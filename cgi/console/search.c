/*
 * The search box.  One thing found is shown at once; several as a list.
 */
#include "search.h"

#define FOUND_MOST 16

extern const struct gt_finder_at *const __start_gt_finders[] __attribute__((weak));
extern const struct gt_finder_at *const __stop_gt_finders[] __attribute__((weak));

enum { F_Q, F__MAX };
static const struct gt_field fields[F__MAX] = {
    [F_Q] = {"q", GT_FIELD_LINE, .required = true, .most = 64},
};

struct looking {
    struct gt_page *page;
    const char *text;
    struct gt_found found[FOUND_MOST];
    size_t n;
};

static enum gt_err look(struct gt_tx *tx, void *arg)
{
    struct looking *l = arg;
    size_t finders = __start_gt_finders ? (size_t)(__stop_gt_finders - __start_gt_finders) : 0;
    l->n = 0;
    for (size_t i = 0; i < finders && l->n < FOUND_MOST; i++)
        l->n += __start_gt_finders[i]->find(tx, l->page, l->text, &l->found[l->n]);
    return gt_tx_err(tx);
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_form form;
    struct looking l = {.page = page};
    if (gt_form_read_query(page, fields, F__MAX, &form)) {
        l.text = form.value[F_Q].text;
        enum gt_err err = gt_page_read(page, "search", look, &l);
        if (err != GT_OK)
            return err;
        if (l.n == 1)
            return gt_page_go(page, l.found[0].path);
    }
    gt_page_set(page, form.value[F_Q].text, "Find");
    for (size_t i = 0; i < l.n; i++) {
        gt_page_set(page, l.found[i].path, "Found.%zu.Href", i);
        gt_page_set(page, l.found[i].name, "Found.%zu.Name", i);
        gt_page_set(page, gt_page_word(page, l.found[i].kind), "Found.%zu.Kind", i);
    }
    return gt_page_show(page, "search");
}

GT_ROUTE(search, .path = "/console/search", .name = "search", .get = show,
         .right = GT_ROUTE_SIGNED);
