/*
 * Addresses of lists.
 */
#include "kit/list.h"

#include <stdio.h>
#include <string.h>

#define ADDRESS_MAX 4096

static void read_sort(struct gt_list *list)
{
    const char *text = gt_params_get(&list->page->query, "sort");
    bool down = text[0] == '-';
    for (size_t i = 0; list->sorts && list->sorts[i]; i++) {
        if (strcmp(list->sorts[i], text + down) == 0) {
            list->sort = i;
            list->down = down;
        }
    }
}

void gt_list_read(struct gt_page *page, const struct gt_field *filters, size_t n,
                  const char *const *sorts, struct gt_list *list)
{
    *list = (struct gt_list){.page = page, .sorts = sorts};
    (void)gt_form_read_query(page, filters, n, &list->filters);
    list->after = gt_params_get(&page->query, "after");
    read_sort(list);
}

bool gt_list_filtered(const struct gt_list *list)
{
    for (size_t i = 0; i < list->filters.n; i++) {
        if (list->filters.value[i].text[0] && list->filters.fields[i].kind != GT_FIELD_HIDDEN)
            return true;
    }
    return false;
}

static void put_pair(struct gt_buf *out, const char *name, const char *value)
{
    gt_buf_putc(out, strchr(out->data, '?') ? '&' : '?');
    gt_buf_puts(out, name);
    gt_buf_putc(out, '=');
    gt_url_put(out, value);
}

/* Sets `leaf` to this list's address with other sort and place; `id` of an object stays. */
static void set_address(const struct gt_list *list, const char *leaf, const char *sort, bool down,
                        const char *after)
{
    struct gt_buf out;
    gt_buf_init(&out, ADDRESS_MAX);
    gt_buf_puts(&out, list->page->request->path);
    const char *id = gt_params_get(&list->page->query, "id");
    if (id[0])
        put_pair(&out, "id", id);
    for (size_t i = 0; i < list->filters.n; i++) {
        if (list->filters.value[i].text[0])
            put_pair(&out, list->filters.fields[i].name, list->filters.value[i].text);
    }
    if (sort) {
        char text[64];
        (void)snprintf(text, sizeof text, "%s%s", down ? "-" : "", sort);
        put_pair(&out, "sort", text);
    }
    if (after[0])
        put_pair(&out, "after", after);
    if (gt_buf_err(&out) == GT_OK)
        gt_page_set(list->page, out.data, "%s", leaf);
    gt_buf_done(&out);
}

static void show_sorts(struct gt_list *list)
{
    for (size_t i = 0; list->sorts && list->sorts[i]; i++) {
        char leaf[96];
        bool this = i == list->sort;
        (void)snprintf(leaf, sizeof leaf, "List.Sort.%s.Href", list->sorts[i]);
        set_address(list, leaf, list->sorts[i], this && !list->down, "");
        gt_page_set(list->page,
                    !this        ? "none"
                    : list->down ? "descending"
                                 : "ascending",
                    "List.Sort.%s.Dir", list->sorts[i]);
    }
}

void gt_list_show(struct gt_list *list, const char *next)
{
    const char *sort = list->sorts ? list->sorts[list->sort] : NULL;
    const char *given = gt_params_get(&list->page->query, "sort");
    gt_form_show(&list->filters);
    if (next[0])
        set_address(list, "List.Next", sort, list->down, next);
    if (list->after[0])
        set_address(list, "List.First", sort, list->down, "");
    if (gt_list_filtered(list))
        gt_page_set(list->page, "1", "List.Filtered");
    gt_page_set(list->page, given, "List.Given.Sort");
    gt_page_set(list->page, gt_params_get(&list->page->query, "id"), "List.Given.Id");
    show_sorts(list);
}
