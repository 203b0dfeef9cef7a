/*
 * Addresses of lists.
 */
#include "kit/list.h"

#include "base/text.h"
#include "kit/site.h"

#include <inttypes.h>
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

/* Sets `leaf` to an address with this list's filters and other sort and place; `id` of an object
 * stays. */
static void set_address_at(const struct gt_list *list, const char *path, const char *leaf,
                           const char *sort, bool down, const char *after)
{
    struct gt_buf out;
    gt_buf_init(&out, ADDRESS_MAX);
    gt_buf_puts(&out, path);
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

static void set_address(const struct gt_list *list, const char *leaf, const char *sort, bool down,
                        const char *after)
{
    set_address_at(list, list->page->request->path, leaf, sort, down, after);
}

void gt_list_elsewhere(struct gt_list *list, const char *leaf, const char *path)
{
    bool given = list->sorts && gt_params_get(&list->page->query, "sort")[0];
    set_address_at(list, path, leaf, given ? list->sorts[list->sort] : NULL, list->down, "");
}

/* --- dates */

#define DATE_MAX 16
#define DAY_MS   86400000

static const char *date_text(int64_t date, char out[DATE_MAX])
{
    (void)snprintf(out, DATE_MAX, "%04d-%02d-%02d", (int)(date / 10000), (int)(date / 100 % 100),
                   (int)(date % 100));
    return out;
}

/* When the day that a field names begins; false if it names none. */
static bool day_begins(const struct gt_list *list, size_t field, int64_t *at)
{
    const struct gt_value *value = &list->filters.value[field];
    char text[32];
    if (!value->text[0] || value->bad)
        return false;
    (void)snprintf(text, sizeof text, "%sT00:00:00", value->text);
    return gt_time_parse_xsd(text, list->page->site->tz_minutes, at) == GT_OK;
}

void gt_list_days(const struct gt_list *list, size_t from, size_t to, int64_t *begin, int64_t *end)
{
    if (!day_begins(list, from, begin))
        *begin = 0;
    if (day_begins(list, to, end))
        *end += DAY_MS;
    else
        *end = INT64_MAX;
}

/* Days since Monday: Zeller's congruence, whose weeks begin with Saturday. */
static int weekday(int64_t date)
{
    int year = (int)(date / 10000), month = (int)(date / 100 % 100), day = (int)(date % 100);
    if (month < 3) {
        month += 12;
        year--;
    }
    return (day + 13 * (month + 1) / 5 + year + year / 4 - year / 100 + year / 400 + 5) % 7;
}

void gt_list_ranges(struct gt_list *list, size_t from, size_t to, int64_t today)
{
    static const char *const names[] = {"today", "yesterday", "week", "month"};
    int64_t monday = today;
    for (int days = weekday(today); days > 0; days--)
        monday = gt_date_before(monday);
    int64_t yesterday = gt_date_before(today), month = today / 100 * 100 + 1;
    const int64_t begins[] = {today, yesterday, monday, month};
    const int64_t ends[] = {today, yesterday, today, today};
    struct gt_value *value = list->filters.value;
    const char *given_from = value[from].text, *given_to = value[to].text;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char begin[DATE_MAX], end[DATE_MAX], leaf[32], word[32];
        value[from].text = date_text(begins[i], begin);
        value[to].text = date_text(ends[i], end);
        (void)snprintf(leaf, sizeof leaf, "Range.%zu.Href", i);
        set_address(list, leaf, NULL, false, "");
        (void)snprintf(word, sizeof word, "range.%s", names[i]);
        gt_page_set(list->page, gt_page_word(list->page, word), "Range.%zu.Label", i);
        if (strcmp(begin, given_from) == 0 && strcmp(end, given_to) == 0)
            gt_page_set(list->page, "1", "Range.%zu.Here", i);
    }
    value[from].text = given_from;
    value[to].text = given_to;
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

int64_t gt_list_after_id(const struct gt_list *list)
{
    int64_t id;
    return gt_int_parse(list->after, &id) == GT_OK && id > 0 ? id : 0;
}

void gt_list_show_id(struct gt_list *list, int64_t next)
{
    char text[24] = "";
    if (next)
        (void)snprintf(text, sizeof text, "%" PRId64, next);
    gt_list_show(list, text);
}
