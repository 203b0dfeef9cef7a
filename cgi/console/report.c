/*
 * Reports: the files that the worker has written, of one organisation and one month at a time.
 *
 * What is listed is what lies in the folder of this machine: several consoles share it.
 */
#include "staff/export.h"
#include "stats.h"

#include "access/note.h"
#include "base/text.h"
#include "books/report.h"
#include "till/bizdate.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PIECE 65536

enum { F_ORG, F_MONTH, F__MAX };
static const struct gt_field filters[F__MAX] = {
    [F_ORG] = {"org", GT_FIELD_LINE, .most = 32},
    [F_MONTH] = {"month", GT_FIELD_LINE, .most = 7},
};

/* Whose reports they are: the one that is named, or the first that the visitor sees. */
struct found {
    struct gt_page *page;
    char code[33 * 4];
    struct gt_scopes scopes;
    struct gt_org org; /* id 0: none */
};

static enum gt_err find_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    const char *path;
    gt_scopes_read(tx, f->page, GT_RIGHT_STATS_VIEW, f->code, &f->scopes);
    f->org = f->scopes.org;
    path = f->scopes.n ? f->scopes.path[0] : "/";
    if (f->org.id == 0 && !f->scopes.absent && strlen(path) > 1) {
        /* The last id of "/1/5/9/". */
        const char *at = path + strlen(path) - 1;
        while (at > path && at[-1] != '/')
            at--;
        if (!gt_row_find(tx, &gt_org_row, strtoll(at, NULL, 10), &f->org))
            f->org.id = 0;
    }
    return gt_tx_err(tx);
}

static enum gt_err find(struct gt_page *page, const char *code, struct found *f)
{
    *f = (struct found){.page = page};
    (void)!gt_str_copy(f->code, sizeof f->code, code);
    return gt_page_read(page, "reports", find_in, f);
}

/* Reads "2026-11"; false if it is no month. */
static bool month_of(const char *text, int64_t *month)
{
    char digits[8];
    int64_t value;
    if (strlen(text) != 7 || text[4] != '-')
        return false;
    (void)snprintf(digits, sizeof digits, "%.4s%.2s", text, text + 5);
    if (gt_int_parse(digits, &value) != GT_OK || !gt_date_valid(value * 100 + 1))
        return false;
    *month = value;
    return true;
}

/* --- the list */

static const char *const kinds[GT_REPORT_KINDS] = {"csv", "xlsx"};

static void set_file(struct gt_page *page, const struct gt_org *org, const struct gt_report *report,
                     enum gt_report_kind kind, const char *leaf)
{
    int64_t size = gt_report_size(gt_console_of(page)->start->conf.reports, report, kind);
    struct gt_buf out;
    if (size < 0)
        return;
    gt_page_set_int(page, (size + 1023) / 1024, "%s.%sKb", leaf,
                    kind == GT_REPORT_CSV ? "Csv" : "Xlsx");
    if (!gt_grants_anywhere(&gt_who_of(page)->visit.grants, GT_RIGHT_EXPORT))
        return;
    gt_buf_init(&out, 1024);
    gt_buf_printf(&out, "/console/stats/report?period=%" PRId64 "&as=%s&org=", report->period,
                  kinds[kind]);
    gt_url_put(&out, org->code);
    if (gt_buf_err(&out) == GT_OK)
        gt_page_set(page, out.data, "%s.%s", leaf, kind == GT_REPORT_CSV ? "Csv" : "Xlsx");
    gt_buf_done(&out);
}

/* Sets a row if one of its files is there. */
static void set_report(struct gt_page *page, const struct gt_org *org,
                       const struct gt_report *report, size_t *n)
{
    char leaf[32], text[16];
    const char *folder = gt_console_of(page)->start->conf.reports;
    if (gt_report_size(folder, report, GT_REPORT_CSV) < 0 &&
        gt_report_size(folder, report, GT_REPORT_XLSX) < 0)
        return;
    (void)snprintf(leaf, sizeof leaf, "Report.%zu", (*n)++);
    int64_t first = gt_report_first(report);
    (void)snprintf(text, sizeof text, "%04d-%02d-%02d", (int)(first / 10000),
                   (int)(first / 100 % 100), (int)(first % 100));
    if (report->month)
        text[7] = '\0';
    gt_page_set(page, text, "%s.Period", leaf);
    gt_page_set(page, gt_page_word(page, report->month ? "reports.by_month" : "reports.by_day"),
                "%s.Kind", leaf);
    for (int kind = 0; kind < GT_REPORT_KINDS; kind++)
        set_file(page, org, report, (enum gt_report_kind)kind, leaf);
}

static void show_month(struct gt_page *page, const struct gt_org *org, int64_t month)
{
    struct gt_report report = {.org_id = org->id, .month = true, .period = month};
    size_t n = 0;
    set_report(page, org, &report, &n);
    report.month = false;
    for (int64_t day = 31; day > 0; day--) {
        report.period = month * 100 + day;
        if (gt_date_valid(report.period))
            set_report(page, org, &report, &n);
    }
}

static void put_month(struct gt_list *list, int64_t month, const char *leaf)
{
    struct gt_value given = list->filters.value[F_MONTH];
    char text[16];
    (void)snprintf(text, sizeof text, "%04d-%02d", (int)(month / 100), (int)(month % 100));
    gt_page_set(list->page, text, "%s.Label", leaf);
    char name[32];
    (void)snprintf(name, sizeof name, "%s.Href", leaf);
    list->filters.value[F_MONTH] = (struct gt_value){.text = text};
    gt_list_elsewhere(list, name, list->page->request->path);
    list->filters.value[F_MONTH] = given;
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_list list;
    struct gt_state state;
    struct found *f = calloc(1, sizeof *f);
    char text[16];
    if (!f)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a list");
    gt_list_read(page, filters, F__MAX, NULL, &list);
    struct gt_value *given = &list.filters.value[F_MONTH];
    enum gt_err err = gt_bizdate_get(gt_console_of(page)->start->db, &state);
    if (err == GT_OK)
        err = find(page, list.filters.value[F_ORG].bad ? "" : list.filters.value[F_ORG].text, f);
    if (err == GT_OK) {
        int64_t month = state.biz_date / 100;
        if (given->text[0] && !month_of(given->text, &month))
            gt_form_fail(&list.filters, F_MONTH, "reports.no_month", NULL);
        if (f->org.id == 0)
            gt_form_fail(&list.filters, F_ORG, "no_such_org", NULL);
        else
            show_month(page, &f->org, month);
        (void)snprintf(text, sizeof text, "%04d-%02d", (int)(month / 100), (int)(month % 100));
        if (!given->text[0])
            *given = (struct gt_value){.text = text};
        gt_page_set(page, f->org.name, "Org");
        put_month(&list, month % 100 == 1 ? month - 89 : month - 1, "Earlier");
        if (month < state.biz_date / 100)
            put_month(&list, month % 100 == 12 ? month + 89 : month + 1, "Later");
        gt_list_show(&list, "");
        err = gt_page_show(page, "reports");
    }
    free(f);
    return err;
}

GT_ROUTE(reports, .path = "/console/stats/reports", .name = "reports", .get = show,
         .right = GT_RIGHT_STATS_VIEW, .menu = GT_MENU_STATS + 70);

/* --- a file */

struct sending {
    int fd;
};

static bool more(void *stream, struct gt_buf *piece)
{
    const struct sending *s = stream;
    char bytes[PIECE / 4];
    while (piece->len < PIECE) {
        ssize_t n = read(s->fd, bytes, sizeof bytes);
        if (n < 0)
            piece->err = gt_err_sys(GT_ERR_IO, errno, "a report");
        if (n <= 0)
            return false;
        gt_buf_put(piece, bytes, (size_t)n);
    }
    return true;
}

static void done(void *stream)
{
    struct sending *s = stream;
    (void)close(s->fd);
    free(s);
}

/* Which report the address names; false if it names none. */
static bool read_report(const struct gt_page *page, struct gt_report *report)
{
    int64_t period;
    if (!gt_page_id(page, "period", &period))
        return false;
    report->month = period < 1000000;
    report->period = period;
    return gt_date_valid(report->month ? period * 100 + 1 : period);
}

static enum gt_err send_file(struct gt_page *page, const struct gt_org *org,
                             const struct gt_report *report, enum gt_report_kind kind)
{
    struct gt_http_reply *reply = page->reply;
    char path[GT_REPORT_PATH_MAX], value[160];
    struct sending *s = calloc(1, sizeof *s);
    if (!s)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a file");
    s->fd = open(gt_report_path(gt_console_of(page)->start->conf.reports, report, kind, path),
                 O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (s->fd < 0) {
        free(s);
        return gt_page_error(page, 404);
    }
    (void)snprintf(value, sizeof value, "attachment; filename=\"report-%s-%" PRId64 ".%s\"",
                   org->code, report->period, kinds[kind]);
    gt_buf_reset(&reply->body);
    reply->status = 200;
    reply->content_type = kind == GT_REPORT_CSV
                              ? "text/csv; charset=utf-8"
                              : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    gt_http_reply_header(reply, "Content-Disposition", value);
    reply->more = more;
    reply->stream = s;
    reply->stream_done = done;
    page->done = true;
    return GT_OK;
}

static enum gt_err take(struct gt_page *page)
{
    struct gt_report report = {.org_id = 0};
    bool workbook = strcmp(gt_params_get(&page->query, "as"), "xlsx") == 0;
    if (!gt_params_get(&page->query, "period")[0])
        return gt_page_go(page, "/console/stats/reports");
    struct found *f = calloc(1, sizeof *f);
    if (!f)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a file");
    enum gt_err err = find(page, gt_params_get(&page->query, "org"), f);
    struct gt_org org = f->org;
    free(f);
    if (err != GT_OK)
        return err;
    if (org.id == 0 || !read_report(page, &report))
        return gt_page_error(page, 404);
    report.org_id = org.id;
    err = gt_note(&gt_who_of(page)->by, "stats.report", org.code, page->request->query);
    return err == GT_OK ? send_file(page, &org, &report, workbook ? GT_REPORT_XLSX : GT_REPORT_CSV)
                        : err;
}

GT_ROUTE(report, .path = "/console/stats/report", .name = "report", .get = take,
         .right = GT_RIGHT_EXPORT, .under = "reports");
