/*
 * Writing reports: statistics of closed dates and months as CSV and XLSX, in the folder <paths
 * reports>.
 */
#ifndef GT_CMD_REPORT_H
#define GT_CMD_REPORT_H

#include "base/conf.h"
#include "store/db.h"

struct gt_words;

struct gt_reports {
    struct gt_db *db;
    const struct gt_conf *conf;
    struct gt_words *words; /* owned; read when the first report is written */
    bool (*stopping)(void *ctx);
    void *ctx;
    bool swept;            /* halves of files that a killed worker left are gone */
    int64_t folded, month; /* what was looked at last: no more is there to do until they move */
};

/* Writes what is not there yet of the last GT_REPORT_BACK dates and of the month before. */
#define GT_REPORT_BACK 40
enum gt_err gt_reports_do(struct gt_reports *reports) GT_CHECK;
void gt_reports_done(struct gt_reports *reports);

#endif
