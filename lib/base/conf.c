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

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

/* Where the statements of a system lie. */
static enum gt_err read_source(const struct reader *r, xmlNodePtr node, struct gt_conf_marketing *m)
{
    enum gt_err err = gt_xml_attr(node, "statement-url", m->statement_url, sizeof m->statement_url);
    if (err == GT_OK)
        err = gt_xml_attr(node, "statement-key", m->statement_key, sizeof m->statement_key);
    if (err == GT_OK)
        err = resolve(r, m->statement_key);
    if (err == GT_OK)
        err = gt_xml_attr(node, "statement-hosts", m->statement_hosts, sizeof m->statement_hosts);
    return err == GT_OK ? resolve(r, m->statement_hosts) : err;
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
        if (err == GT_OK)
            err = read_source(r, node, m);
    }
    return err;
}

static enum gt_err read_certificates(const struct reader *r, struct gt_conf *conf)
{
    enum gt_err err = read_path(r, "store", "tls-ca", conf->certificates[0]);
    if (conf->certificates[0][0])
        conf->ncertificates = 1;
    xmlNodePtr node = gt_xml_path(r->root, "certificates/certificate");
    for (; err == GT_OK && node; node = gt_xml_next(node)) {
        if (conf->ncertificates == GT_CERTIFICATES_MAX)
            return gt_err_set(GT_ERR_FULL, "more than %d certificates", GT_CERTIFICATES_MAX);
        char *path = conf->certificates[conf->ncertificates++];
        err = gt_xml_attr(node, "path", path, GT_PATH_MAX);
        if (err == GT_OK)
            err = resolve(r, path);
    }
    return err;
}

/* --- a server as the store -------------------------------------------------------------------- */

static const struct {
    const char *kind, *driver, *port, *more;
} servers[] = {
    {"postgres", "PostgreSQL ANSI", "5432", ""},
    {"mssql", "FreeTDS", NULL, ";TDS_Version=7.4"},
    {"sybase", "FreeTDS", NULL, ";TDS_Version=5.0"},
};

/* Reads the first line of a file that nobody else may read. */
static enum gt_err read_secret(const char *path, char *out, size_t size)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return gt_err_sys(GT_ERR_CONFIG, errno, "secret-file %s", path);
    ssize_t n = fstat(fd, &st) == 0 && (st.st_mode & 07) == 0 ? read(fd, out, size - 1) : -2;
    (void)close(fd);
    if (n < 0)
        return gt_err_set(GT_ERR_CONFIG, "secret-file %s %s", path,
                          n == -2 ? "may be read by others: chmod o= it" : "cannot be read");
    out[n] = '\0';
    out[strcspn(out, "\r\n")] = '\0';
    return out[0] ? GT_OK : gt_err_set(GT_ERR_CONFIG, "secret-file %s is empty", path);
}

/* Appends the secret, in braces where it must be: a closing one in it is then written twice.  The
 * schema keeps such characters out of the other values, whose braces psqlodbc would keep. */
static void put_secret(struct gt_buf *out, const char *secret)
{
    bool plain = !strpbrk(secret, ";{}=[]()?*!@ ");
    gt_buf_puts(out, plain ? ";Pwd=" : ";Pwd={");
    for (; *secret; secret++) {
        gt_buf_putc(out, *secret);
        if (*secret == '}' && !plain)
            gt_buf_putc(out, '}');
    }
    if (!plain)
        gt_buf_putc(out, '}');
}

/* What <store> says of a server. */
struct server {
    char driver[129], server[129], port[8], database[129], user[129];
    char secret_file[GT_PATH_MAX], tls_ca[GT_PATH_MAX];
    char secret[256];
};

static enum gt_err read_server(const struct reader *r, struct server *s)
{
    const struct {
        const char *name;
        char *out;
        size_t size;
        bool needed;
    } texts[] = {
        {"driver", s->driver, sizeof s->driver, false},
        {"server", s->server, sizeof s->server, true},
        {"port", s->port, sizeof s->port, false},
        {"database", s->database, sizeof s->database, true},
        {"user", s->user, sizeof s->user, true},
        {"secret-file", s->secret_file, sizeof s->secret_file, true},
        {"tls-ca", s->tls_ca, sizeof s->tls_ca, false},
    };
    enum gt_err err = GT_OK;
    for (size_t i = 0; err == GT_OK && i < sizeof texts / sizeof texts[0]; i++) {
        err = read_text(r, "store", texts[i].name, texts[i].out, texts[i].size);
        if (err == GT_OK && texts[i].needed && !texts[i].out[0])
            err =
                gt_err_set(GT_ERR_CONFIG, "<store>: '%s' is required for a server", texts[i].name);
    }
    if (err == GT_OK)
        err = resolve(r, s->secret_file);
    if (err == GT_OK)
        err = resolve(r, s->tls_ca);
    return err == GT_OK ? read_secret(s->secret_file, s->secret, sizeof s->secret) : err;
}

static enum gt_err make_connection(size_t kind, const struct server *s, char *out, size_t size)
{
    struct gt_buf text;
    bool tds = !servers[kind].port;
    const char *port = s->port[0] || tds ? s->port : servers[kind].port;
    if (tds && s->tls_ca[0])
        return gt_err_set(GT_ERR_CONFIG,
                          "<store>: with FreeTDS the CA is named in freetds.conf, not in tls-ca");
    gt_buf_init(&text, size - 1);
    gt_buf_printf(&text, "Driver=%s", s->driver[0] ? s->driver : servers[kind].driver);
    /* FreeTDS: without a port it is a section of freetds.conf. */
    gt_buf_printf(&text, ";%s=%s", tds && !port[0] ? "Servername" : "Server", s->server);
    if (port[0])
        gt_buf_printf(&text, ";Port=%s", port);
    gt_buf_printf(&text, ";Database=%s;Uid=%s", s->database, s->user);
    put_secret(&text, s->secret);
    gt_buf_puts(&text, servers[kind].more);
    if (s->tls_ca[0])
        gt_buf_printf(&text, ";SSLmode=verify-full;pqopt={sslrootcert=%s tcp_user_timeout=8000}",
                      s->tls_ca);
    enum gt_err err = gt_buf_err(&text);
    if (err == GT_OK)
        err = gt_str_copy(out, size, text.data);
    if (text.cap)
        memset(text.data, 0, text.len);
    gt_buf_done(&text);
    return gt_err_add(err, "<store>");
}

/* Where the data is: what the environment says, a server, or a file. */
static enum gt_err read_store(const struct reader *r, struct gt_conf *conf)
{
    struct server server = {.driver = ""};
    char kind[16] = "sqlite";
    size_t i = 0, n = sizeof servers / sizeof servers[0];
    const char *given = getenv("GRIDTILL_STORE");
    enum gt_err err = read_text(r, "store", "kind", kind, sizeof kind);
    if (err == GT_OK)
        err = read_int(r, "store", "connections", &conf->connections);
    while (i < n && strcmp(servers[i].kind, kind) != 0)
        i++;
    if (err == GT_OK && given && given[0])
        err = gt_err_add(gt_str_copy(conf->connection, sizeof conf->connection, given),
                         "GRIDTILL_STORE");
    else if (err == GT_OK && i < n && (err = read_server(r, &server)) == GT_OK)
        err = make_connection(i, &server, conf->connection, sizeof conf->connection);
    else if (err == GT_OK && i == n && !conf->store[0])
        err = gt_err_set(GT_ERR_CONFIG, "<store>: 'path' is required");
    if (conf->connection[0])
        conf->store[0] = '\0';
    explicit_bzero(server.secret, sizeof server.secret);
    return err;
}

static void set_defaults(struct gt_conf *conf)
{
    *conf = (struct gt_conf){
        .readers = 8,
        .connections = 16,
        .sql = DATA_SQL,
        .templates = DATA_TEMPLATES,
        .contract = DATA_CONTRACT,
        .statements = "/var/lib/gridtill/statements",
        .reports = "/var/lib/gridtill/reports",
        .log_level = GT_LOG_INFO,
        .tz_minutes = 480,
        .bureau = "供电公司",
        .socket = "/run/gridtill/terminal.sock",
        .threads = 256,
        .body_max = 65536,
        .answer_ms = 8000,
        .fresh_ms = 300000,
        .rate = 5000,
        .console_socket = "/run/gridtill/console.sock",
        .console_threads = 32,
        .cashier_socket = "/run/gridtill/cashier.sock",
        .cashier_threads = 64,
        .bridge = "http://127.0.0.1:8450",
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
        {"store", "path", conf->store},
        {"paths", "keys", conf->keys},
        {"paths", "sql", conf->sql},
        {"paths", "templates", conf->templates},
        {"paths", "contract", conf->contract},
        {"paths", "statements", conf->statements},
        {"paths", "reports", conf->reports},
        {"log", "folder", conf->log},
        {"terminal", "socket", conf->socket},
        {"console", "socket", conf->console_socket},
        {"cashier", "socket", conf->cashier_socket},
    };
    const struct {
        const char *element;
        const char *name;
        int64_t *out;
    } numbers[] = {
        {"terminal", "body-max", &conf->body_max}, {"terminal", "answer-ms", &conf->answer_ms},
        {"terminal", "fresh-ms", &conf->fresh_ms}, {"worker", "poll-ms", &conf->poll_ms},
        {"worker", "retry-ms", &conf->retry_ms},   {"terminal", "rate", &conf->rate},
    };
    for (size_t i = 0; err == GT_OK && i < sizeof paths / sizeof paths[0]; i++)
        err = read_path(r, paths[i].element, paths[i].name, paths[i].out);
    for (size_t i = 0; err == GT_OK && i < sizeof numbers / sizeof numbers[0]; i++)
        err = read_number(r, numbers[i].element, numbers[i].name, numbers[i].out);
    if (err == GT_OK)
        err = read_store(r, conf);
    if (err == GT_OK)
        err = read_int(r, "store", "readers", &conf->readers);
    if (err == GT_OK)
        err = read_int(r, "terminal", "threads", &conf->threads);
    if (err == GT_OK)
        err = read_int(r, "console", "threads", &conf->console_threads);
    if (err == GT_OK)
        err = read_int(r, "cashier", "threads", &conf->cashier_threads);
    if (err == GT_OK)
        err = read_text(r, "platform", "bureau", conf->bureau, sizeof conf->bureau);
    if (err == GT_OK)
        err = read_text(r, "cashier", "bridge", conf->bridge, sizeof conf->bridge);
    if (err == GT_OK)
        err = read_zone(r, &conf->tz_minutes);
    if (err == GT_OK)
        err = read_level(r, &conf->log_level);
    if (err == GT_OK)
        err = read_marketing(r, conf);
    if (err == GT_OK)
        err = read_certificates(r, conf);
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
