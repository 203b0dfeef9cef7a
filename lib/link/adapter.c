/*
 * Loads a definition: the schema checks its form, loader.h's files what a schema cannot say, and
 * compile it.  Every name is resolved here, so that a call only follows pointers.
 */
#include "link/loader.h"

#include "base/text.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Greatest size of a definition. */
#define DEFINITION_MAX ((size_t)1024 * 1024)

enum gt_err gt_load_wrong(xmlNodePtr node, const char *fmt, ...)
{
    char text[GT_ERR_TEXT_MAX / 2];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return gt_err_set(GT_ERR_CONFIG, "line %ld, %s: %s", xmlGetLineNo(node),
                      (const char *)node->name, text);
}

enum gt_err gt_load_nomem(void)
{
    return gt_err_set(GT_ERR_NOMEM, "no memory for a definition");
}

enum gt_err gt_load_text(xmlNodePtr node, const char *name, char *out, size_t size)
{
    if (gt_xml_attr(node, name, out, size) != GT_OK)
        return gt_load_wrong(node, "%s is longer than %zu bytes", name, size - 1);
    return GT_OK;
}

enum gt_err gt_load_number(xmlNodePtr node, const char *name, int64_t fallback, int64_t *out)
{
    char text[24];
    enum gt_err err = gt_load_text(node, name, text, sizeof text);
    if (err != GT_OK)
        return err;
    if (text[0] == '\0') {
        *out = fallback;
        return GT_OK;
    }
    if (gt_int_parse(text, out) != GT_OK || *out > INT_MAX || *out < INT_MIN)
        return gt_load_wrong(node, "%s is not a number", name);
    return GT_OK;
}

size_t gt_load_count(xmlNodePtr parent, const char *name)
{
    size_t n = 0;
    for (xmlNodePtr node = gt_xml_child(parent, name); node != NULL; node = gt_xml_next(node))
        n++;
    return n;
}

void gt_load_changed(const struct gt_loader *l, const struct stat *file)
{
    int64_t at = (int64_t)file->st_mtim.tv_sec * 1000 + file->st_mtim.tv_nsec / 1000000;

    if (at > l->adapter->changed_at)
        l->adapter->changed_at = at;
}

/* --- the head of the definition ------------------------------------------------------------ */

static enum gt_err load_limits(struct gt_loader *l)
{
    struct gt_adapter *a = l->adapter;
    xmlNodePtr node = gt_xml_child(l->root, "limits");
    int64_t slots = 0, failures = 0;
    enum gt_err err = gt_load_number(node, "connect-ms", 1000, &a->connect_ms);
    if (err == GT_OK)
        err = gt_load_number(node, "answer-ms", 6000, &a->answer_ms);
    if (err == GT_OK)
        err = gt_load_number(node, "grace-ms", 0, &a->grace_ms);
    if (err == GT_OK)
        err = gt_load_number(node, "slots", 0, &slots);
    if (err == GT_OK)
        err = gt_load_number(node, "breaker-failures", 5, &failures);
    if (err == GT_OK)
        err = gt_load_number(node, "breaker-open-ms", 2000, &a->breaker_open_ms);
    if (err == GT_OK)
        err = gt_load_number(node, "reply-max", 262144, &a->reply_max);
    a->slots = (int)slots;
    a->breaker_failures = (int)failures;
    return err;
}

static enum gt_err load_http(struct gt_loader *l)
{
    struct gt_adapter *a = l->adapter;
    xmlNodePtr node = gt_xml_child(l->root, "http");
    char ca[GT_PATH_MAX];
    int64_t idle = 0;
    enum gt_err err = gt_load_text(node, "path", l->url_path, sizeof l->url_path);
    if (err == GT_OK)
        err = gt_load_text(node, "content-type", a->content_type, sizeof a->content_type);
    if (err == GT_OK && a->content_type[0] == '\0')
        err = gt_str_copy(a->content_type, sizeof a->content_type, "text/xml; charset=utf-8");
    if (err == GT_OK)
        err = gt_load_number(node, "idle-s", 30, &idle);
    if (err == GT_OK)
        err = gt_load_text(node, "ca-file", ca, sizeof ca);
    if (err != GT_OK)
        return err;
    a->idle_s = (int)idle;
    int n = snprintf(a->ca_file, sizeof a->ca_file, "%s%s",
                     ca[0] == '/' || ca[0] == '\0' ? "" : l->folder, ca);
    return n < (int)sizeof a->ca_file ? GT_OK : gt_load_wrong(node, "ca-file is too long");
}

static enum gt_err load_pattern(xmlNodePtr node, struct gt_serves *serves)
{
    char match[128], whole[160], why[96];
    memset(serves, 0, sizeof *serves);
    enum gt_err err = gt_load_text(node, "prefix", serves->prefix, sizeof serves->prefix);
    if (err == GT_OK)
        err = gt_load_text(node, "match", match, sizeof match);
    if (err != GT_OK)
        return err;
    if ((serves->prefix[0] != '\0') == (match[0] != '\0'))
        return gt_load_wrong(node, "give a prefix or a match");
    if (match[0] == '\0')
        return GT_OK;
    snprintf(whole, sizeof whole, "^(%s)$", match);
    int rc = regcomp(&serves->regex, whole, REG_EXTENDED | REG_NOSUB);
    if (rc != 0) {
        regerror(rc, &serves->regex, why, sizeof why);
        return gt_load_wrong(node, "match '%s': %s", match, why);
    }
    serves->is_regex = true;
    return GT_OK;
}

static enum gt_err load_serves(struct gt_loader *l)
{
    struct gt_adapter *a = l->adapter;
    xmlNodePtr parent = gt_xml_child(l->root, "serves");
    a->serves = calloc(gt_load_count(parent, "customer") + 1, sizeof *a->serves);
    if (a->serves == NULL)
        return gt_load_nomem();
    xmlNodePtr node = gt_xml_child(parent, "customer");
    for (; node != NULL; node = gt_xml_next(node)) {
        enum gt_err err = load_pattern(node, &a->serves[a->nserves]);
        if (err != GT_OK)
            return err;
        a->nserves++;
    }
    return GT_OK;
}

bool gt_adapter_serves(const struct gt_adapter *adapter, const char *customer_no)
{
    for (size_t i = 0; i < adapter->nserves; i++) {
        const struct gt_serves *s = &adapter->serves[i];
        if (s->is_regex ? regexec(&s->regex, customer_no, 0, NULL, 0) == 0
                        : strncmp(customer_no, s->prefix, strlen(s->prefix)) == 0)
            return true;
    }
    return false;
}

static enum gt_err load_requests(struct gt_loader *l)
{
    struct gt_adapter *a = l->adapter;
    xmlNodePtr parent = gt_xml_child(l->root, "requests");
    char common[64];
    enum gt_err err = gt_load_text(parent, "common", common, sizeof common);
    if (err == GT_OK && common[0] != '\0')
        err = gt_load_template(l, parent, "common", NULL, &l->common);
    if (err != GT_OK)
        return err;
    a->sends = calloc(gt_load_count(parent, "send") + 1, sizeof *a->sends);
    if (a->sends == NULL)
        return gt_load_nomem();
    xmlNodePtr node = gt_xml_child(parent, "send");
    for (; node != NULL; node = gt_xml_next(node)) {
        struct gt_send *send = &a->sends[a->nsends++];
        err = gt_load_text(node, "name", send->name, sizeof send->name);
        if (err == GT_OK)
            err = gt_load_map_attr(a, node, &send->map);
        if (err == GT_OK)
            err =
                gt_load_outcome_attr(node, "otherwise", GT_OUT_UPSTREAM_REFUSED, &send->otherwise);
        if (err != GT_OK)
            return err;
    }
    return GT_OK;
}

static enum gt_err load_answers(struct gt_loader *l)
{
    xmlNodePtr node = gt_xml_child(l->root, "answers");
    enum gt_err err =
        gt_load_text(node, "code", l->adapter->code_path, sizeof l->adapter->code_path);
    if (err == GT_OK)
        err = gt_load_text(node, "text", l->adapter->text_path, sizeof l->adapter->text_path);
    if (err == GT_OK)
        err = gt_load_text(node, "serial", l->adapter->serial_path, sizeof l->adapter->serial_path);
    if (err == GT_OK)
        err =
            gt_load_text(node, "orig-serial", l->adapter->orig_path, sizeof l->adapter->orig_path);
    if (err == GT_OK)
        err = gt_load_codes(gt_xml_child(l->root, "codes"), false, &l->adapter->codes);
    return err;
}

/* How doubt is settled; what that needs must be there. */
static enum gt_err load_settle(struct gt_loader *l)
{
    static const char *const names[GT_SETTLE__MAX] = {"inquire", "repeat", "reverse", "statement"};
    xmlNodePtr node = gt_xml_child(l->root, "doubt");
    char text[16];
    enum gt_err err = gt_load_text(node, "settle", text, sizeof text);
    if (err != GT_OK)
        return err;
    for (size_t i = 0; i < GT_SETTLE__MAX; i++)
        if (strcmp(names[i], text) == 0)
            l->adapter->settle = (enum gt_settle)i;
    if (l->adapter->settle == GT_SETTLE_INQUIRE && !l->adapter->ops[GT_UP_INQUIRE].defined)
        return gt_load_wrong(node, "settle by inquire needs the operation inquire");
    if (l->adapter->settle == GT_SETTLE_REVERSE && !l->adapter->ops[GT_UP_REVERSE].defined)
        return gt_load_wrong(node, "settle by reverse needs the operation reverse");
    return GT_OK;
}

/* When its own day ends: "HH:MM", by the schema. */
static enum gt_err load_clearing(struct gt_loader *l)
{
    char at[8];
    xmlNodePtr node = gt_xml_child(l->root, "clearing");
    if (node == NULL)
        return GT_OK;
    enum gt_err err = gt_load_text(node, "at", at, sizeof at);
    if (err != GT_OK)
        return err;
    int minute = ((at[0] - '0') * 10 + at[1] - '0') * 60 + (at[3] - '0') * 10 + at[4] - '0';
    l->adapter->clears_at = minute ? minute : 1440;
    return GT_OK;
}

static enum gt_err load_head(struct gt_loader *l, const char *templates)
{
    struct gt_adapter *a = l->adapter;
    int64_t tz = 0;
    enum gt_err err = gt_load_text(l->root, "name", a->name, sizeof a->name);
    if (err == GT_OK)
        err = gt_load_number(l->root, "tz-minutes", 480, &tz);
    if (err != GT_OK)
        return err;
    a->tz_minutes = (int)tz;
    /* The schema allows one of each. */
    a->codec = GT_CODEC_XML;
    a->transport = GT_TRANSPORT_HTTP;
    int n = snprintf(l->templates, sizeof l->templates, "%s/marketing/%s", templates, a->name);
    return n < (int)sizeof l->templates
               ? GT_OK
               : gt_load_wrong(l->root, "the path of templates is too long");
}

static enum gt_err load_all(struct gt_loader *l, const char *templates)
{
    enum gt_err err = load_head(l, templates);
    if (err == GT_OK)
        err = load_limits(l);
    if (err == GT_OK)
        err = load_http(l);
    if (err == GT_OK)
        err = load_serves(l);
    if (err == GT_OK)
        err = load_clearing(l);
    if (err == GT_OK)
        err = gt_load_maps(l);
    if (err == GT_OK)
        err = load_requests(l);
    if (err == GT_OK)
        err = load_answers(l);
    if (err == GT_OK)
        err = gt_load_ops(l);
    if (err == GT_OK)
        err = gt_load_day(l);
    return err == GT_OK ? load_settle(l) : err;
}

/* Checks the document against the schema. */
static enum gt_err check(const struct gt_loader *l, const char *xsd)
{
    char beside[GT_PATH_MAX + 16];
    struct gt_xml_schema *schema = NULL;
    snprintf(beside, sizeof beside, "%sadapter.xsd", l->folder);
    enum gt_err err = gt_xml_schema_load(xsd != NULL ? xsd : beside, &schema);
    if (err == GT_OK)
        err = gt_xml_schema_check(schema, l->root);
    gt_xml_schema_free(schema);
    return err;
}

enum gt_err gt_adapter_load(const char *path, const char *xsd, const char *templates,
                            struct gt_adapter **adapter)
{
    struct gt_loader l = {.common = NULL};
    struct stat file;
    xmlDocPtr doc = NULL;
    const char *slash = strrchr(path, '/');
    int n = slash != NULL ? (int)(slash - path) + 1 : 0;
    snprintf(l.folder, sizeof l.folder, "%.*s", n, path);
    enum gt_err err = gt_xml_load(path, DEFINITION_MAX, &doc);
    if (err == GT_OK) {
        l.root = xmlDocGetRootElement(doc);
        err = check(&l, xsd);
    }
    if (err == GT_OK && (l.adapter = calloc(1, sizeof *l.adapter)) == NULL)
        err = gt_load_nomem();
    if (err == GT_OK && stat(path, &file) == 0)
        gt_load_changed(&l, &file);
    if (err == GT_OK)
        err = load_all(&l, templates);
    free(l.common);
    xmlFreeDoc(doc);
    if (err != GT_OK) {
        gt_adapter_free(l.adapter);
        return gt_err_add(err == GT_ERR_NOMEM ? err : GT_ERR_CONFIG, "%s", path);
    }
    *adapter = l.adapter;
    return GT_OK;
}

void gt_adapter_free(struct gt_adapter *adapter)
{
    if (adapter == NULL)
        return;
    for (size_t i = 0; i < adapter->nserves; i++)
        if (adapter->serves[i].is_regex)
            regfree(&adapter->serves[i].regex);
    for (size_t i = 0; i < adapter->nmaps; i++)
        free(adapter->maps[i].values);
    for (int i = 0; i < GT_UP_OP__MAX; i++) {
        struct gt_adapter_op *op = &adapter->ops[i];
        gt_tmpl_free(op->template);
        free(op->fields.all);
        free(op->items.all);
        free(op->codes.all);
    }
    free(adapter->serves);
    free(adapter->maps);
    free(adapter->sends);
    free(adapter->codes.all);
    free(adapter);
}
