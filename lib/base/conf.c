/*
 * Reading gridtill.xml.
 *
 * Not here: the business's parameters, which are rows in the store.  The schema has checked forms
 * and ranges before anything is read, so what is left to go wrong here is a value without room.
 */
#include "base/conf.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"
#include "base/xml.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FILE_MAX_BYTES (256 * 1024)

/* Where things are that were installed with the programs. */
#define DATA_SCHEMA    GT_DATADIR "/conf/gridtill.xsd"
#define DATA_SQL       GT_DATADIR "/sql"
#define DATA_TEMPLATES GT_DATADIR "/templates"
#define DATA_CONTRACT  GT_DATADIR "/conf/terminal"

/* The file being read. */
struct reader {
    xmlNodePtr root;
    char folder[GT_PATH_MAX]; /* of the file, with its '/'; "" for the current one */
};

/* Reads an attribute of the element `element`; `out` keeps its default if either is not there. */
static enum gt_err read_text(const struct reader *r, const char *element, const char *name,
                             char *out, size_t size)
{
    char text[GT_PATH_MAX];
    xmlNodePtr node = gt_xml_child(r->root, element);
    if (!node)
        return GT_OK;
    enum gt_err err = gt_xml_attr(node, name, text, sizeof text);
    if (err == GT_OK && text[0])
        err = gt_str_copy(out, size, text);
    return gt_err_add(err, "<%s %s>", element, name);
}

static enum gt_err read_number(const struct reader *r, const char *element, const char *name,
                               int64_t *out)
{
    char text[24] = "";
    enum gt_err err = read_text(r, element, name, text, sizeof text);
    if (err == GT_OK && text[0])
        err = gt_int_parse(text, out);
    return err;
}

static enum gt_err read_int(const struct reader *r, const char *element, const char *name, int *out)
{
    int64_t value = *out;
    enum gt_err err = read_number(r, element, name, &value);
    *out = (int)value;
    return err;
}

/* Puts the file's folder in front of a relative path. */
static enum gt_err resolve(const struct reader *r, char path[GT_PATH_MAX])
{
    char text[GT_PATH_MAX];
    if (path[0] == '/' || path[0] == '\0')
        return GT_OK;
    int n = snprintf(text, sizeof text, "%s%s", r->folder, path);
    if (n < 0 || (size_t)n >= sizeof text)
        return gt_err_set(GT_ERR_TOOBIG, "the path %s%s is too long", r->folder, path);
    return gt_str_copy(path, GT_PATH_MAX, text);
}

static enum gt_err read_path(const struct reader *r, const char *element, const char *name,
                             char out[GT_PATH_MAX])
{
    enum gt_err err = read_text(r, element, name, out, GT_PATH_MAX);
    return err == GT_OK ? resolve(r, out) : err;
}

/* Reads "+08:00" as minutes: what midnight in that zone is away from midnight UTC. */
static enum gt_err read_zone(const struct reader *r, int *tz_minutes)
{
    char zone[16] = "";
    char moment[40];
    int64_t ms = 0;
    enum gt_err err = read_text(r, "platform", "timezone", zone, sizeof zone);
    if (err != GT_OK || !zone[0])
        return err;
    (void)snprintf(moment, sizeof moment, "1970-01-01T00:00:00%s", zone);
    err = gt_time_parse_xsd(moment, 0, &ms);
    if (err == GT_OK)
        *tz_minutes = (int)(-ms / 60000);
    return err;
}

static enum gt_err read_level(const struct reader *r, enum gt_log_level *level)
{
    static const char *const names[] = {"debug", "info", "warn", "error"};
    char text[8] = "";
    enum gt_err err = read_text(r, "log", "level", text, sizeof text);
    for (size_t i = 0; err == GT_OK && i < GT_LOG__MAX; i++) {
        if (strcmp(names[i], text) == 0)
            *level = (enum gt_log_level)i;
    }
    return err;
}

static enum gt_err read_marketing(const struct reader *r, struct gt_conf *conf)
{
    enum gt_err err = GT_OK;
    xmlNodePtr node = gt_xml_path(r->root, "marketing/system");
    for (; err == GT_OK && node; node = gt_xml_next(node)) {
        if (conf->nmarketing == GT_MARKETING_MAX)
            return gt_err_set(GT_ERR_FULL, "more than %d marketing systems", GT_MARKETING_MAX);
        struct gt_conf_marketing *m = &conf->marketing[conf->nmarketing++];
        err = gt_xml_attr(node, "name", m->name, sizeof m->name);
        if (err == GT_OK)
            err = gt_xml_attr(node, "definition", m->definition, sizeof m->definition);
        if (err == GT_OK)
            err = resolve(r, m->definition);
        if (err == GT_OK)
            err = gt_xml_attr(node, "url", m->url, sizeof m->url);
    }
    return err;
}

static void set_defaults(struct gt_conf *conf)
{
    *conf = (struct gt_conf){
        .readers = 8,
        .sql = DATA_SQL,
        .templates = DATA_TEMPLATES,
        .contract = DATA_CONTRACT,
        .log_level = GT_LOG_INFO,
        .tz_minutes = 480,
        .bureau = "供电公司",
        .socket = "/run/gridtill/terminal.sock",
        .threads = 256,
        .body_max = 65536,
        .answer_ms = 8000,
        .fresh_ms = 300000,
        .poll_ms = 1000,
        .retry_ms = 5000,
    };
}

static enum gt_err read_all(const struct reader *r, struct gt_conf *conf)
{
    enum gt_err err = GT_OK;
    const struct {
        const char *element;
        const char *name;
        char *out;
    } paths[] = {
        {"store", "path", conf->store},        {"paths", "keys", conf->keys},
        {"paths", "sql", conf->sql},           {"paths", "templates", conf->templates},
        {"paths", "contract", conf->contract}, {"log", "folder", conf->log},
        {"terminal", "socket", conf->socket},
    };
    const struct {
        const char *element;
        const char *name;
        int64_t *out;
    } numbers[] = {
        {"terminal", "body-max", &conf->body_max}, {"terminal", "answer-ms", &conf->answer_ms},
        {"terminal", "fresh-ms", &conf->fresh_ms}, {"worker", "poll-ms", &conf->poll_ms},
        {"worker", "retry-ms", &conf->retry_ms},
    };
    for (size_t i = 0; err == GT_OK && i < sizeof paths / sizeof paths[0]; i++)
        err = read_path(r, paths[i].element, paths[i].name, paths[i].out);
    for (size_t i = 0; err == GT_OK && i < sizeof numbers / sizeof numbers[0]; i++)
        err = read_number(r, numbers[i].element, numbers[i].name, numbers[i].out);
    if (err == GT_OK)
        err = read_int(r, "store", "readers", &conf->readers);
    if (err == GT_OK)
        err = read_int(r, "terminal", "threads", &conf->threads);
    if (err == GT_OK)
        err = read_text(r, "platform", "bureau", conf->bureau, sizeof conf->bureau);
    if (err == GT_OK)
        err = read_zone(r, &conf->tz_minutes);
    if (err == GT_OK)
        err = read_level(r, &conf->log_level);
    if (err == GT_OK)
        err = read_marketing(r, conf);
    return err;
}

/* Loads the schema: the one given, the one beside the file, or the installed one. */
static enum gt_err load_schema(const struct reader *r, const char *given,
                               struct gt_xml_schema **schema)
{
    char beside[GT_PATH_MAX] = "gridtill.xsd";
    if (given)
        return gt_xml_schema_load(given, schema);
    enum gt_err err = resolve(r, beside);
    if (err != GT_OK)
        return err;
    return gt_xml_schema_load(access(beside, R_OK) == 0 ? beside : DATA_SCHEMA, schema);
}

/* Takes the folder out of the file's own path. */
static enum gt_err set_folder(struct reader *r, const char *path)
{
    const char *slash = strrchr(path, '/');
    size_t n = slash ? (size_t)(slash - path) + 1 : 0;
    if (n >= sizeof r->folder)
        return gt_err_set(GT_ERR_CONFIG, "the path %s is too long", path);
    memcpy(r->folder, path, n);
    r->folder[n] = '\0';
    return GT_OK;
}

enum gt_err gt_conf_load(const char *path, const char *schema, struct gt_conf *conf)
{
    struct reader r = {.folder = ""};
    struct gt_conf made;
    struct gt_xml_schema *checked = NULL;
    xmlDocPtr doc = NULL;

    enum gt_err err = set_folder(&r, path);
    if (err != GT_OK)
        return err;
    err = gt_xml_load(path, FILE_MAX_BYTES, &doc);
    if (err != GT_OK)
        return err == GT_ERR_ABSENT || err == GT_ERR_NOMEM ? err : GT_ERR_CONFIG;
    err = load_schema(&r, schema, &checked);
    if (err != GT_OK)
        goto out;
    r.root = xmlDocGetRootElement(doc);
    err = gt_xml_schema_check(checked, r.root);
    if (err == GT_OK) {
        set_defaults(&made);
        err = read_all(&r, &made);
    }
    if (err == GT_OK)
        *conf = made;
    err = gt_err_add(err, "%s", path);
out:
    gt_xml_schema_free(checked);
    xmlFreeDoc(doc);
    return err == GT_OK || err == GT_ERR_NOMEM ? err : GT_ERR_CONFIG;
}
