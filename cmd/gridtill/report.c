/*
 * Writing reports.
 *
 * What is there is known by the files themselves: each gets its name when it is whole, and what it
 * tells of never changes.  So a worker that died goes on where a file is missing, and two do the
 * same work without harm.
 */
#include "report.h"

#include "access/org.h"
#include "access/param.h"
#include "access/state.h"
#include "access/terminal.h"
#include "access/user.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/step.h"
#include "books/report.h"
#include "books/stats.h"
#include "kit/csv.h"
#include "kit/words.h"
#include "kit/xlsx.h"
#include "till/total.h"
#include "till/txn.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CSV_MAX     ((size_t)16 << 20)
#define COLUMNS     12
#define PART        ".part-"    /* of the name of a half: "….part-HOST-PROCESS" */
#define HOST_ROOM   65          /* of the name of a computer */
#define OLD_S       (24 * 3600) /* since when nobody writes another computer's half any more */
#define NAME_ROOM   260         /* of a slash and a name in a folder */
#define MONTH_CHARS 6           /* of the name of a folder */

/* clang-format off */
GT_STMT(report_orgs, GT_ROW_SELECT(gt_org, GT_ORG_COLS) " WHERE kind <= ? ORDER BY path");
GT_STMT(report_dates, "SELECT id FROM gt_fold WHERE id > ? AND written = lines ORDER BY id");
/* clang-format on */

/* --- a report being made -----------------------------------------------------------------------
 */

struct made {
    const struct gt_words *words;
    struct gt_buf csv;
    struct gt_xlsx *xlsx;
    int64_t row;
    size_t column;
    enum gt_err err;
};

static void cell(struct made *m, const char *text, const int64_t *fen)
{
    bool end = m->column + 1 == COLUMNS;

    if (fen)
        gt_csv_put_money(&m->csv, *fen, end);
    else
        gt_csv_put(&m->csv, text, end);
    if (m->err == GT_OK)
        m->err = fen ? gt_xlsx_money(m->xlsx, m->row, m->column, *fen)
                     : gt_xlsx_text(m->xlsx, m->row, m->column, text);
    m->column = end ? 0 : m->column + 1;
    m->row += end;
}

static void cell_money(struct made *m, int64_t fen)
{
    cell(m, NULL, &fen);
}

static void cell_int(struct made *m, int64_t value)
{
    char text[24];

    (void)snprintf(text, sizeof(text), "%" PRId64, value);
    cell(m, text, NULL);
}

static const char *word(const struct made *m, const char *name)
{
    return gt_words_get(m->words, GT_LANG_ZH, name);
}

static void heads(struct made *m)
{
    static const char *const names[COLUMNS] = {"stats.by",           "stats.name",
                                               "stats.code",         "stats.sales",
                                               "stats.amount",       "stats.reversals",
                                               "stats.reversed",     "stats.net",
                                               "stats.before_sales", "stats.before_reversals",
                                               "stats.before_net",   "stats.change"};

    for (size_t i = 0; i < COLUMNS; i++)
        cell(m, word(m, names[i]), NULL);
}

static void line(struct made *m, const char *part, const char *name, const char *code,
                 const struct gt_sum sum[GT_STATS_RANGES])
{
    const struct gt_sum *now = &sum[GT_STATS_NOW], *before = &sum[GT_STATS_BEFORE];

    cell(m, part, NULL);
    cell(m, name, NULL);
    cell(m, code, NULL);
    cell_int(m, now->sales);
    cell_money(m, now->amount);
    cell_int(m, now->reversals);
    cell_money(m, now->reversed);
    cell_money(m, gt_sum_net(now));
    cell_int(m, before->sales);
    cell_int(m, before->reversals);
    cell_money(m, gt_sum_net(before));
    cell_money(m, gt_sum_net(now) - gt_sum_net(before));
}

/* --- what stands in it -------------------------------------------------------------------------
 */

struct content {
    struct gt_report report;
    const char *path; /* of the organisation */
    int64_t parts;    /* GT_PARAM_REPORT_PARTS */
    int tz_minutes;
    struct made made;
};

static void put_named(struct gt_tx *tx, struct content *c, enum gt_stats_by by, const char *part,
                      const struct gt_stats_line *l)
{
    struct made *m = &c->made;
    struct gt_org org = {.name = ""};
    struct gt_user user = {.name = ""};
    char name[64];

    switch (by) {
    case GT_STATS_ORG:
    case GT_STATS_AGENT:
        gt_row_find(tx, &gt_org_row, l->id, &org);
        line(m, part, org.name, org.code, l->sum);
        break;
    case GT_STATS_OPERATOR:
        gt_row_find(tx, &gt_user_row, l->id, &user);
        line(m, part, user.name, user.operator_no, l->sum);
        break;
    case GT_STATS_CHANNEL:
        (void)snprintf(name, sizeof(name), "txn.channel_%s",
                       gt_terminal_kind_name((enum gt_terminal_kind)l->id));
        line(m, part, word(m, name), "", l->sum);
        break;
    case GT_STATS_OP:
        (void)snprintf(name, sizeof(name), "txn.op_%s", gt_op_name((enum gt_op)l->id));
        line(m, part, word(m, name), "", l->sum);
        break;
    default:
        line(m, part, l->name, "", l->sum);
    }
}

/* The days of a month. */
static void put_days(struct content *c, const struct gt_stats *stats)
{
    char date[16];

    for (size_t i = 0; c->report.month && i < stats->npoints; i++) {
        const struct gt_stats_point *point = &stats->point[i];
        struct gt_sum sum[GT_STATS_RANGES] = {[GT_STATS_NOW] = point->sum};

        (void)snprintf(date, sizeof(date), "%04d-%02d-%02d", (int)(point->period / 10000),
                       (int)(point->period / 100 % 100), (int)(point->period % 100));
        line(&c->made, word(&c->made, "stats.period"), date, "", sum);
    }
}

static void put_part(struct gt_tx *tx, struct content *c, enum gt_stats_by by)
{
    static const char *const words[GT_STATS__MAX] = {
        [GT_STATS_ORG] = "stats.by_org",     [GT_STATS_OPERATOR] = "stats.by_operator",
        [GT_STATS_AGENT] = "stats.by_agent", [GT_STATS_CHANNEL] = "stats.by_channel",
        [GT_STATS_OP] = "stats.by_op",       [GT_STATS_SYSTEM] = "stats.by_system",
    };
    struct gt_stats_range range = {gt_report_first(&c->report), gt_report_last(&c->report)};
    struct gt_stats_ask ask = {.by = by,
                               .range = {range, gt_stats_before(range)},
                               .path = &c->path,
                               .npaths = 1,
                               .tz_minutes = c->tz_minutes};
    const char *part = word(&c->made, words[by]);
    struct gt_stats stats;

    gt_stats_read(tx, &ask, &stats);
    for (size_t i = 0; i < stats.nlines; i++)
        put_named(tx, c, by, part, &stats.line[i]);
    line(&c->made, part, word(&c->made, "stats.total"), "", stats.total);
    if (by == GT_STATS_ORG)
        put_days(c, &stats);
    gt_stats_free(&stats);
}

static void made_done(struct made *m)
{
    gt_xlsx_free(m->xlsx);
    gt_buf_done(&m->csv);
}

/* Begins anew: a read may run again. */
static enum gt_err made_begin(struct made *m)
{
    const struct gt_words *words = m->words;

    made_done(m);
    *m = (struct made){.words = words};
    gt_buf_init(&m->csv, CSV_MAX);
    gt_buf_puts(&m->csv, GT_CSV_MARK);
    enum gt_err err = gt_xlsx_new(COLUMNS, &m->xlsx);
    if (err == GT_OK)
        heads(m);
    return err;
}

static enum gt_err content_in(struct gt_tx *tx, void *arg)
{
    struct content *c = arg;

    gt_tx_fail(tx, made_begin(&c->made));
    for (int by = 0; by < GT_STATS__MAX && gt_tx_err(tx) == GT_OK; by++) {
        if (by == GT_STATS_AGENT ? c->parts >= 1 : by == GT_STATS_OPERATOR ? c->parts >= 2 : true)
            put_part(tx, c, (enum gt_stats_by)by);
    }
    return gt_tx_err(tx);
}

/* --- files -------------------------------------------------------------------------------------
 */

static enum gt_err write_all(int fd, const char *data, size_t len, const char *path)
{
    while (len > 0) {
        ssize_t n = write(fd, data, len);

        if (n < 0)
            return gt_err_sys(errno == ENOSPC ? GT_ERR_FULL : GT_ERR_IO, errno, "%s", path);
        data += n;
        len -= (size_t)n;
    }
    return GT_OK;
}

static enum gt_err copy_all(int fd, int from, const char *path)
{
    char piece[65536];
    ssize_t n;
    enum gt_err err = GT_OK;

    while (err == GT_OK && (n = read(from, piece, sizeof(piece))) != 0)
        err = n < 0 ? gt_err_sys(GT_ERR_IO, errno, "a workbook")
                    : write_all(fd, piece, (size_t)n, path);
    return err;
}

/* Makes the folder of a file and the one above it. */
static enum gt_err make_folder(const char *folder, const char *path, char out[GT_REPORT_PATH_MAX])
{
    (void)snprintf(out, GT_REPORT_PATH_MAX, "%.*s", (int)(strrchr(path, '/') - path), path);
    if ((mkdir(folder, 0750) != 0 && errno != EEXIST) || (mkdir(out, 0750) != 0 && errno != EEXIST))
        return gt_err_sys(GT_ERR_IO, errno, "cannot make the folder %s of <paths reports>", out);
    return GT_OK;
}

/* A name is on the disk when its folder is. */
static enum gt_err sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    enum gt_err err = GT_OK;

    if (fd < 0 || fsync(fd) != 0)
        err = gt_err_sys(GT_ERR_IO, errno, "%s", path);
    if (fd >= 0)
        (void)close(fd);
    return err;
}

/* Of this computer: workers of several may write to one folder. */
static void host_name(char host[HOST_ROOM])
{
    if (gethostname(host, HOST_ROOM) != 0)
        host[0] = '\0';
    host[HOST_ROOM - 1] = '\0';
}

/* Writes a file whole, then gives it its name. */
static enum gt_err write_file(const char *folder, const struct gt_report *report,
                              enum gt_report_kind kind, const struct made *m)
{
    char path[GT_REPORT_PATH_MAX], part[GT_REPORT_PATH_MAX + 96], where[GT_REPORT_PATH_MAX];
    char host[HOST_ROOM];
    enum gt_err err = make_folder(folder, gt_report_path(folder, report, kind, path), where);

    if (err != GT_OK)
        return err;
    host_name(host);
    (void)snprintf(part, sizeof(part), "%s" PART "%s-%ld", path, host, (long)getpid());
    int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    if (fd < 0)
        return gt_err_sys(GT_ERR_IO, errno, "cannot write %s", part);
    err = kind == GT_REPORT_CSV ? write_all(fd, m->csv.data, m->csv.len, part)
                                : copy_all(fd, gt_xlsx_fd(m->xlsx), part);
    if (err == GT_OK && fsync(fd) != 0)
        err = gt_err_sys(GT_ERR_IO, errno, "%s", part);
    (void)close(fd);
    GT_STEP("report.written");
    if (err == GT_OK && rename(part, path) != 0)
        err = gt_err_sys(GT_ERR_IO, errno, "%s", path);
    if (err != GT_OK)
        (void)unlink(part);
    return err == GT_OK ? sync_folder(where) : err;
}

static bool is_there(const char *folder, const struct gt_report *report)
{
    for (int kind = 0; kind < GT_REPORT_KINDS; kind++) {
        if (gt_report_size(folder, report, (enum gt_report_kind)kind) < 0)
            return false;
    }
    return true;
}

static enum gt_err write_report(struct gt_reports *r, struct content *c)
{
    const char *folder = r->conf->reports;
    struct made *m = &c->made;

    if (is_there(folder, &c->report))
        return GT_OK;
    enum gt_err err = gt_db_read(r->db, "report", content_in, c);
    if (err == GT_OK)
        err = m->err != GT_OK ? m->err : gt_buf_err(&m->csv);
    if (err == GT_OK)
        err = gt_xlsx_end(m->xlsx);
    for (int kind = 0; kind < GT_REPORT_KINDS && err == GT_OK; kind++)
        err = write_file(folder, &c->report, (enum gt_report_kind)kind, m);
    made_done(m);
    return err;
}

/* --- what is to be done ------------------------------------------------------------------------
 */

struct plan {
    int64_t after, after_month; /* what is looked after already */
    bool due;                   /* there is more */
    int64_t folded, month, day_level, month_level, parts;
    int64_t date[GT_REPORT_BACK];
    size_t ndates;
    struct gt_org *org;
    size_t norgs, room;
};

static void read_orgs(struct gt_tx *tx, struct plan *p)
{
    int64_t level = p->day_level > p->month_level ? p->day_level : p->month_level;

    p->norgs = 0;
    gt_tx_query(tx, &report_orgs, GT_INT(level));
    while (gt_tx_next(tx)) {
        if (p->norgs == p->room) {
            size_t room = p->room ? 2 * p->room : 64;
            struct gt_org *more = realloc(p->org, room * sizeof(*more));

            if (!more) {
                gt_tx_fail(tx, gt_err_set(GT_ERR_NOMEM, "no memory for organisations"));
                return;
            }
            p->org = more;
            p->room = room;
        }
        gt_row_read(tx, &gt_org_row, &p->org[p->norgs++]);
    }
}

static enum gt_err plan_in(struct gt_tx *tx, void *arg)
{
    struct plan *p = arg;
    struct gt_state state;

    gt_state_read(tx, &state);
    p->folded = gt_fold_last(tx, state.biz_date);
    /* A month is over when nothing of it is left to fold. */
    int64_t left = gt_fold_next_date(tx, p->folded);
    p->month = (left && left < state.biz_date ? left : state.biz_date) / 100;
    p->due = p->folded && (p->folded != p->after || p->month != p->after_month);
    if (!p->due)
        return gt_tx_err(tx);
    p->day_level = gt_param_get(tx, GT_PARAM_REPORT_DAY, "");
    p->month_level = gt_param_get(tx, GT_PARAM_REPORT_MONTH, "");
    p->parts = gt_param_get(tx, GT_PARAM_REPORT_PARTS, "");
    p->ndates = 0;
    gt_tx_query(tx, &report_dates, GT_INT(p->after));
    while (gt_tx_next(tx)) {
        if (p->ndates == GT_REPORT_BACK) /* the oldest makes room */
            memmove(p->date, p->date + 1, --p->ndates * sizeof(p->date[0]));
        p->date[p->ndates++] = gt_col_int(tx);
    }
    read_orgs(tx, p);
    return gt_tx_err(tx);
}

/* One period for all organisations down to a level. */
static enum gt_err write_period(struct gt_reports *r, const struct plan *p, bool month,
                                int64_t period)
{
    enum gt_err err = GT_OK;

    for (size_t i = 0; i < p->norgs && err == GT_OK && !r->stopping(r->ctx); i++) {
        struct content c = {.report = {p->org[i].id, month, period},
                            .path = p->org[i].path,
                            .parts = p->parts,
                            .tz_minutes = r->conf->tz_minutes,
                            .made = {.words = r->words}};

        gt_buf_init(&c.made.csv, CSV_MAX);
        if (p->org[i].kind <= (month ? p->month_level : p->day_level))
            err = write_report(r, &c);
    }
    return err;
}

static enum gt_err write_due(struct gt_reports *r, const struct plan *p)
{
    int64_t before = p->month % 100 == 1 ? p->month - 100 + 11 : p->month - 1;
    enum gt_err err = GT_OK;
    char folder[GT_PATH_MAX + 8];

    (void)snprintf(folder, sizeof(folder), "%s/lang", r->conf->templates);
    if (!r->words)
        err = gt_words_load(folder, &r->words);
    for (size_t i = 0; i < p->ndates && err == GT_OK; i++)
        err = write_period(r, p, false, p->date[i]);
    /* A month in which nothing was sold has no report. */
    if (err == GT_OK && p->folded >= before * 100)
        err = write_period(r, p, true, before);
    if (err == GT_OK && !r->stopping(r->ctx)) {
        r->folded = p->folded;
        r->month = p->month;
        gt_log(GT_LOG_INFO, "reports.written", "to=%" PRId64, p->folded);
    }
    return err;
}

/* --- what a killed worker left -----------------------------------------------------------------
 */

/* Whether the process that a half names, "HOST-PROCESS", is one of this computer; *pid is it. */
static bool is_ours(const char *maker, pid_t *pid)
{
    char host[HOST_ROOM], *end;
    const char *number = strrchr(maker, '-');

    host_name(host);
    if (!number || strlen(host) != (size_t)(number - maker) ||
        strncmp(maker, host, strlen(host)) != 0)
        return false;
    long found = strtol(number + 1, &end, 10);
    *pid = (pid_t)found;
    return *end == '\0' && found > 0;
}

/* Whether a file is a half that nobody writes any more.  What another computer does is not seen
 * from here; its halves go when they are old. */
static bool is_left(const char *path, const char *name)
{
    const char *part = strstr(name, PART);
    struct stat st;
    pid_t pid;

    if (!part)
        return false;
    if (is_ours(part + strlen(PART), &pid))
        return pid == getpid() || (kill(pid, 0) != 0 && errno == ESRCH);
    return stat(path, &st) == 0 && st.st_mtime < gt_now(gt_clock_system()) / 1000 - OLD_S;
}

static void sweep_folder(const char *folder)
{
    char path[GT_REPORT_PATH_MAX + 2 * NAME_ROOM];
    struct dirent *entry;
    DIR *dir = opendir(folder);

    while (dir && (entry = readdir(dir)) != NULL) {
        (void)snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        if (is_left(path, entry->d_name) && unlink(path) == 0)
            gt_log(GT_LOG_INFO, "reports.swept", "file=%s", path);
    }
    if (dir)
        (void)closedir(dir);
}

/* Halves of files lie in the folders of months. */
static void sweep(const char *reports)
{
    char path[GT_REPORT_PATH_MAX + NAME_ROOM];
    struct dirent *entry;
    DIR *dir = opendir(reports);

    while (dir && (entry = readdir(dir)) != NULL) {
        if (strspn(entry->d_name, "0123456789") != MONTH_CHARS || entry->d_name[MONTH_CHARS])
            continue;
        (void)snprintf(path, sizeof(path), "%s/%s", reports, entry->d_name);
        sweep_folder(path);
    }
    if (dir)
        (void)closedir(dir);
}

enum gt_err gt_reports_do(struct gt_reports *r)
{
    struct plan p = {.after = r->folded, .after_month = r->month};

    if (!r->swept)
        sweep(r->conf->reports);
    r->swept = true;
    enum gt_err err = gt_db_read(r->db, "reports", plan_in, &p);
    if (err == GT_OK && p.due)
        err = write_due(r, &p);
    free(p.org);
    return err;
}

void gt_reports_done(struct gt_reports *r)
{
    gt_words_free(r->words);
    r->words = NULL;
}
