/*
 * Reports: statistics of a closed date or month as files, which the worker writes and the console
 * gives out.  Here is where each lies.
 */
#ifndef GT_BOOKS_REPORT_H
#define GT_BOOKS_REPORT_H

#include "base/conf.h"

#include <stdbool.h>

struct gt_report {
    int64_t org_id;
    bool month;
    int64_t period; /* yyyymmdd, or yyyymm of a month */
};

enum gt_report_kind { GT_REPORT_CSV, GT_REPORT_XLSX, GT_REPORT_KINDS };

#define GT_REPORT_PATH_MAX (GT_PATH_MAX + 80)
/* The path of a file, in a folder of its month; gives `out` back. */
char *gt_report_path(const char *folder, const struct gt_report *report, enum gt_report_kind kind,
                     char out[GT_REPORT_PATH_MAX]);
/* Its bytes; -1 if it is not there. */
int64_t gt_report_size(const char *folder, const struct gt_report *report,
                       enum gt_report_kind kind);

/* The first and the last day of a period. */
int64_t gt_report_first(const struct gt_report *report);
int64_t gt_report_last(const struct gt_report *report);

#endif
