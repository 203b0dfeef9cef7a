/*
 * Health: processes, store, disk, clock, certificate, versions: what somebody looks at first when
 * something is wrong.
 *
 * What only the machine itself knows (disk, clock, certificates) is that of the machine that
 * answers this page.
 */
#include "health.h"

#include "access/state.h"
#include "base/buf.h"
#include "base/cert.h"
#include "link/about.h"
#include "store/schema.h"
#include "till/bizdate.h"
#include "till/service.h"

#include <curl/curl.h>
#include <inttypes.h>
#include <libxml/xmlversion.h>
#include <openssl/crypto.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "config.h"

#define CLOCK_SLACK_MS 2000
#define FREE_LEAST_MIB 1024
#define MIB            (1024 * 1024)
#define DAY_MS         INT64_C(86400000)

struct found {
    struct gt_process processes[GT_PROCESSES_MAX];
    size_t n;
    struct gt_state state;
    struct gt_checked checked;
};

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    f->n = gt_process_list(tx, f->processes, GT_PROCESSES_MAX);
    gt_state_read(tx, &f->state);
    gt_checked_read(tx, &f->checked);
    return gt_tx_err(tx);
}

static void show_processes(struct gt_page *page, const struct found *f)
{
    int64_t now = gt_now(gt_console_of(page)->clock);
    for (size_t i = 0; i < f->n; i++) {
        const struct gt_process *p = &f->processes[i];
        gt_page_set(page, p->name, "Process.%zu.Name", i);
        gt_page_set(page, p->host, "Process.%zu.Host", i);
        gt_page_set_int(page, p->pid, "Process.%zu.Pid", i);
        gt_page_set(page, p->build, "Process.%zu.Version", i);
        gt_page_set_time(page, p->since, "Process.%zu.Since", i);
        gt_page_set_time(page, p->seen_at, "Process.%zu.Seen", i);
        if (p->seen_at >= now - GT_PROCESS_OLD_MS)
            gt_page_set(page, "1", "Process.%zu.Lives", i);
    }
}

/* A line of facts: what, how it is, and whether that is good ("" where there is no telling). */
static void put(struct gt_page *page, size_t *n, const char *word, const char *text,
                const char *state)
{
    gt_page_set(page, gt_page_word(page, word), "Fact.%zu.Name", *n);
    gt_page_set(page, text, "Fact.%zu.Text", *n);
    gt_page_set(page, state, "Fact.%zu.State", *n);
    (*n)++;
}

static void put_store(struct gt_page *page, size_t *n)
{
    struct gt_start *start = gt_console_of(page)->start;
    struct gt_db_probe probe;
    int version = 0, latest = 0;
    char text[480];
    if (gt_db_probe(start->db, &probe) != GT_OK) {
        put(page, n, "health.store", gt_err_text(), "error");
        return;
    }
    put(page, n, "health.store", probe.problem[0] ? probe.problem : probe.server,
        probe.problem[0] ? "error" : "posted");
    (void)snprintf(text, sizeof text, "%" PRId64 " µs", probe.trip_us);
    put(page, n, "health.trip", text, "");
    (void)snprintf(text, sizeof text, "%+" PRId64 " ms", probe.clock_ms);
    put(page, n, "health.clock_store", text,
        probe.clock_ms > CLOCK_SLACK_MS || probe.clock_ms < -CLOCK_SLACK_MS ? "error" : "posted");
    if (gt_schema_version(start->db, &version) == GT_OK &&
        gt_schema_latest(start->conf.sql, &latest) == GT_OK) {
        (void)snprintf(text, sizeof text, "%d / %d", version, latest);
        put(page, n, "health.schema", text, version == latest ? "posted" : "error");
    }
}

/* The folder of the store; of the key file where a server keeps the data. */
static void put_disk(struct gt_page *page, size_t *n)
{
    const struct gt_conf *conf = &gt_console_of(page)->start->conf;
    struct statvfs fs;
    char text[80];
    if (statvfs(conf->store[0] ? conf->store : conf->keys, &fs) != 0)
        return;
    int64_t free_mib = (int64_t)(fs.f_bavail * fs.f_frsize / MIB);
    int64_t all_mib = (int64_t)(fs.f_blocks * fs.f_frsize / MIB);
    (void)snprintf(text, sizeof text, "%" PRId64 " / %" PRId64 " GiB", free_mib / 1024,
                   all_mib / 1024);
    put(page, n, "health.disk", text, free_mib < FREE_LEAST_MIB ? "error" : "posted");
}

static void put_clock(struct gt_page *page, const struct gt_state *state, size_t *n)
{
    int64_t now = gt_now(gt_console_of(page)->clock);
    char text[GT_TIME_MAX];
    put(page, n, "health.clock", gt_time_format(now, page->site->tz_minutes, text),
        state->cut_at > now ? "error" : "posted");
}

/* --- books and certificates */

const char *gt_books_state(const struct gt_checked *last, int64_t now)
{
    if (last->differences > 0)
        return "error";
    return last->at < now - GT_CHECKED_OLD_MS ? "doubt" : "posted";
}

static void put_books(struct gt_page *page, const struct gt_checked *last, size_t *n)
{
    int64_t now = gt_now(gt_console_of(page)->clock);
    char text[400], at[GT_TIME_MAX];
    if (last->at)
        (void)snprintf(text, sizeof text, "%s · %s %" PRId64 " · %s %" PRId64 " · %s",
                       gt_time_format(last->at, page->site->tz_minutes, at),
                       gt_page_word(page, "health.differences"), last->differences,
                       gt_page_word(page, "health.rows"), last->rows, last->who);
    else
        (void)snprintf(text, sizeof text, "%s", gt_page_word(page, "health.books_never"));
    put(page, n, "health.books", text, gt_books_state(last, now));
    if (last->found[0])
        put(page, n, "health.books_found", last->found, "error");
}

/* The path of the i-th certificate; NULL behind the last. */
static const char *cert_path(const struct gt_staff *console, size_t i)
{
    const struct gt_conf *conf = &console->start->conf;
    struct gt_link_about about;
    if (i < (size_t)conf->ncertificates)
        return conf->certificates[i];
    i -= (size_t)conf->ncertificates;
    for (int system = 0; gt_link_about(console->link, system, &about); system++) {
        if (about.ca_file[0] && i-- == 0)
            return about.ca_file;
    }
    return NULL;
}

bool gt_cert_found(const struct gt_page *page, size_t i, struct gt_cert_found *found)
{
    const struct gt_staff *console = gt_console_of(page);
    struct gt_cert cert;
    *found = (struct gt_cert_found){.path = cert_path(console, i), .state = "error"};
    if (!found->path)
        return false;
    if (gt_cert_read(found->path, &cert) != GT_OK) {
        (void)snprintf(found->problem, sizeof found->problem, "%.255s", gt_err_text());
        return true;
    }
    int64_t left = cert.ends - gt_now(console->clock);
    (void)!gt_str_copy(found->subject, sizeof found->subject, cert.subject);
    found->ends = cert.ends;
    found->state = left <= 0 ? "error" : left < GT_CERT_WARN_DAYS * DAY_MS ? "doubt" : "posted";
    return true;
}

static void put_certificates(struct gt_page *page, size_t *n)
{
    struct gt_cert_found found;
    for (size_t i = 0; gt_cert_found(page, i, &found); i++) {
        char text[1000], at[GT_TIME_MAX], days[24];
        int64_t left = (found.ends - gt_now(gt_console_of(page)->clock)) / DAY_MS;
        (void)snprintf(days, sizeof days, "%" PRId64, left);
        if (found.problem[0])
            (void)snprintf(text, sizeof text, "%s", found.problem);
        else
            (void)snprintf(text, sizeof text, "%s · %s %s · %s %s · %s", found.subject,
                           gt_page_word(page, "health.ends"),
                           gt_time_format(found.ends, page->site->tz_minutes, at),
                           gt_page_word(page, "health.days"), days, found.path);
        put(page, n, "health.certificate", text, found.state);
    }
}

static void put_versions(struct gt_page *page, size_t *n)
{
    put(page, n, "health.program", PACKAGE_VERSION, "");
    put(page, n, "health.openssl", OpenSSL_version(OPENSSL_VERSION), "");
    put(page, n, "health.sqlite", sqlite3_libversion(), "");
    put(page, n, "health.curl", curl_version_info(CURLVERSION_NOW)->version, "");
    put(page, n, "health.libxml2", LIBXML_DOTTED_VERSION, "");
}

static enum gt_err show(struct gt_page *page)
{
    struct found f;
    size_t n = 0;
    char host[65] = "";
    enum gt_err err = gt_page_read(page, "health.show", read_in, &f);
    if (err != GT_OK)
        return err;
    if (gethostname(host, sizeof host - 1) != 0)
        host[0] = '\0';
    gt_page_set(page, host, "Host");
    show_processes(page, &f);
    put_store(page, &n);
    put_disk(page, &n);
    put_clock(page, &f.state, &n);
    put_books(page, &f.checked, &n);
    put_certificates(page, &n);
    put_versions(page, &n);
    return gt_page_show(page, "health");
}

GT_ROUTE(health, .path = "/console/health", .name = "health", .get = show,
         .right = GT_RIGHT_HEALTH_VIEW, .menu = GT_MENU_SYSTEM + 50);
