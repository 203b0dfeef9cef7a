/*
 * Reports: names of their files.
 */
#include "books/report.h"

#include "base/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

char *gt_report_path(const char *folder, const struct gt_report *report, enum gt_report_kind kind,
                     char out[GT_REPORT_PATH_MAX])
{
    int64_t month = report->month ? report->period : report->period / 100;

    (void)snprintf(out, GT_REPORT_PATH_MAX, "%s/%06" PRId64 "/%s-%" PRId64 "-%" PRId64 ".%s",
                   folder, month, report->month ? "month" : "day", report->period, report->org_id,
                   kind == GT_REPORT_CSV ? "csv" : "xlsx");
    return out;
}

int64_t gt_report_size(const char *folder, const struct gt_report *report, enum gt_report_kind kind)
{
    char path[GT_REPORT_PATH_MAX];
    struct stat st;

    if (stat(gt_report_path(folder, report, kind, path), &st) != 0 || !S_ISREG(st.st_mode))
        return -1;
    return (int64_t)st.st_size;
}

int64_t gt_report_first(const struct gt_report *report)
{
    return report->month ? report->period * 100 + 1 : report->period;
}

int64_t gt_report_last(const struct gt_report *report)
{
    int64_t date = report->month ? report->period * 100 + 31 : report->period;

    while (!gt_date_valid(date))
        date--;
    return date;
}
