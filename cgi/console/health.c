/*
 * Health: processes, store, disk, clock, certificate, versions: what somebody looks at first when
 * something is wrong.
 *
 * What only the machine itself knows (disk, clock, certificate) is that of the machine that answers
 * this page.
 */
#include "access/state.h"
#include "console.h"
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

struct found {
    struct gt_process processes[GT_PROCESSES_MAX];
    size_t n;
    struct gt_state state;
};

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    f->n = gt_process_list(tx, f->processes, GT_PROCESSES_MAX);
    gt_state_read(tx, &f->state);
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
    (void)snprintf(text, sizeof text, "%" PRId64 " / %" PRId64 " MiB", free_mib, all_mib);
    put(page, n, "health.disk", text, free_mib < FREE_LEAST_MIB ? "error" : "posted");
}

static void put_clock(struct gt_page *page, const struct gt_state *state, size_t *n)
{
    int64_t now = gt_now(gt_console_of(page)->clock);
    char text[GT_TIME_MAX];
    put(page, n, "health.clock", gt_time_format(now, page->site->tz_minutes, text),
        state->cut_at > now ? "error" : "posted");
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
    put_versions(page, &n);
    return gt_page_show(page, "health");
}

GT_ROUTE(health, .path = "/console/health", .name = "health", .get = show,
         .right = GT_RIGHT_HEALTH_VIEW, .menu = GT_MENU_SYSTEM + 50);
