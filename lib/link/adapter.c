/*
 * Loads a definition: the schema checks its form, this file what a schema cannot say, and compiles
 * it.  Every name is resolved here, so that a call only follows pointers.
 *
 * Failures inside say "line N: reason"; gt_adapter_load() puts the file in front.
 */
#include "link/adapter.h"

#include "base/template.h"
#include "base/text.h"
#include "base/xml.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Greatest size of a definition, and of a template. */
#define DEFINITION_MAX ((size_t)1024 * 1024)
#define TEMPLATE_MAX   ((size_t)64 * 1024)

struct loader {
    struct gt_adapter *adapter;
    xmlNodePtr root;
    char folder[GT_PATH_MAX];    /* of the definition, with '/'; "" for the current one */
    char templates[GT_PATH_MAX]; /* of this adapter's templates */
    char url_path[128];          /* of operations without one of their own */
    char *common;                /* text in front of each template; NULL for none */
};

static enum gt_err wrong(xmlNodePtr node, const char *fmt, ...) GT_PRINTF(2, 3);

static enum gt_err wrong(xmlNodePtr node, const char *fmt, ...)
{
    char text[GT_ERR_TEXT_MAX / 2];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return gt_err_set(GT_ERR_CONFIG, "line %ld, %s: %s", xmlGetLineNo(node),
                      (const char *)node->name, text);
}

static enum gt_err no_memory(void)
{
    return gt_err_set(GT_ERR_NOMEM, "no memory for a definition");
}

static enum gt_err text_attr(xmlNodePtr node, const char *name, char *out, size_t size)
{
    if (gt_xml_attr(node, name, out, size) != GT_OK)
        return wrong(node, "%s is longer than %zu bytes", name, size - 1);
    return GT_OK;
}

/* A number; `fallback` if the attribute is not there. */
static enum gt_err number_attr(xmlNodePtr node, const char *name, int64_t fallback, int64_t *out)
{
    char text[24];
    enum gt_err err = text_attr(node, name, text, sizeof text);
    if (err != GT_OK)
        return err;
    if (text[0] == '\0') {
        *out = fallback;
        return GT_OK;
    }
    if (gt_int_parse(text, out) != GT_OK || *out > INT_MAX || *out < INT_MIN)
        return wrong(node, "%s is not a number", name);
    return GT_OK;
}

static size_t count_children(xmlNodePtr parent, const char *name)
{
    size_t n = 0;
    for (xmlNodePtr node = gt_xml_child(parent, name); node != NULL; node = gt_xml_next(node))
        n++;
    return n;
}

/* --- maps ---------------------------------------------------------------------------------- */

const char *gt_map_ours(const struct gt_map *map, const char *theirs)
{
    for (size_t i = 0; i < map->count; i++)
        if (strcmp(map->values[i].theirs, theirs) == 0)
            return map->values[i].ours;
    return NULL;
}

const char *gt_map_theirs(const struct gt_map *map, const char *ours)
{
    for (size_t i = 0; i < map->count; i++)
        if (strcmp(map->values[i].ours, ours) == 0)
            return map->values[i].theirs;
    return NULL;
}

static const struct gt_map *find_map(const struct gt_adapter *adapter, const char *name)
{
    for (size_t i = 0; i < adapter->nmaps; i++)
        if (strcmp(adapter->maps[i].name, name) == 0)
            return &adapter->maps[i];
    return NULL;
}

/* The map that attribute `map` names; an error if there is none. */
static enum gt_err map_attr(const struct gt_adapter *adapter, xmlNodePtr node,
                            const struct gt_map **map)
{
    char name[24];
    enum gt_err err = text_attr(node, "map", name, sizeof name);
    if (err != GT_OK)
        return err;
    *map = find_map(adapter, name);
    return *map != NULL ? GT_OK : wrong(node, "no map is called '%s'", name);
}

static enum gt_err load_map(xmlNodePtr node, struct gt_map *map)
{
    map->values = calloc(count_children(node, "value"), sizeof *map->values);
    if (map->values == NULL)
        return no_memory();
    xmlNodePtr value = gt_xml_child(node, "value");
    for (; value != NULL; value = gt_xml_next(value)) {
        struct gt_map_value v;
        enum gt_err err = text_attr(value, "ours", v.ours, sizeof v.ours);
        if (err == GT_OK)
            err = text_attr(value, "theirs", v.theirs, sizeof v.theirs);
        if (err != GT_OK)
            return err;
        if (gt_map_ours(map, v.theirs) != NULL)
            return wrong(value, "theirs '%s' stands twice in map %s", v.theirs, map->name);
        map->values[map->count++] = v;
    }
    return GT_OK;
}

static enum gt_err load_maps(struct loader *l)
{
    struct gt_adapter *a = l->adapter;
    size_t n = count_children(l->root, "map");
    a->maps = calloc(n + 1, sizeof *a->maps);
    if (a->maps == NULL)
        return no_memory();
    for (xmlNodePtr node = gt_xml_child(l->root, "map"); node != NULL; node = gt_xml_next(node)) {
        char name[24];
        enum gt_err err = text_attr(node, "name", name, sizeof name);
        if (err != GT_OK)
            return err;
        if (find_map(a, name) != NULL)
            return wrong(node, "there are two maps called '%s'", name);
        struct gt_map *map = &a->maps[a->nmaps++];
        memcpy(map->name, name, sizeof map->name);
        err = load_map(node, map);
        if (err != GT_OK)
            return err;
    }
    return GT_OK;
}

/* --- codes --------------------------------------------------------------------------------- */

static int compare_codes(const void *a, const void *b)
{
    const struct gt_code *left = a, *right = b;
    return strcmp(left->value, right->value);
}

static const struct gt_code *find_code(const struct gt_codes *codes, const char *value)
{
    struct gt_code key = {.fate = GT_UP_FATE_NONE};
    if (codes->count == 0 || gt_str_copy(key.value, sizeof key.value, value) != GT_OK)
        return NULL;
    return bsearch(&key, codes->all, codes->count, sizeof *codes->all, compare_codes);
}

const struct gt_code *gt_adapter_code(const struct gt_adapter *adapter, enum gt_up_op op,
                                      const char *code)
{
    const struct gt_code *found = find_code(&adapter->ops[op].codes, code);
    return found != NULL ? found : find_code(&adapter->codes, code);
}

static enum gt_up_class class_named(const char *name)
{
    if (strcmp(name, "ok") == 0)
        return GT_UP_OK;
    return strcmp(name, "refused") == 0 ? GT_UP_REFUSED : GT_UP_UNKNOWN;
}

/* The outcome that an attribute names; `fallback` if it is not there. */
static enum gt_err outcome_attr(xmlNodePtr node, const char *name, enum gt_outcome fallback,
                                enum gt_outcome *outcome)
{
    char text[48];
    enum gt_err err = text_attr(node, name, text, sizeof text);
    if (err != GT_OK)
        return err;
    *outcome = fallback;
    if (text[0] == '\0')
        return GT_OK;
    const struct gt_outcome_info *info = gt_outcome_find(text);
    if (info == NULL)
        return wrong(node, "no outcome is called '%s'", text);
    if (info->class != GT_CLASS_DECLINED)
        return wrong(node, "outcome %s is not one of a refusal", text);
    *outcome = info->number;
    return GT_OK;
}

static enum gt_err load_code(xmlNodePtr node, bool inquire, struct gt_code *code)
{
    char text[16];
    memset(code, 0, sizeof *code);
    enum gt_err err = text_attr(node, "value", code->value, sizeof code->value);
    if (err == GT_OK)
        err = text_attr(node, "class", text, sizeof text);
    if (err != GT_OK)
        return err;
    code->class = class_named(text);
    err = outcome_attr(node, "outcome", GT_OUT_UPSTREAM_REFUSED, &code->outcome);
    if (err == GT_OK)
        err = text_attr(node, "fate", text, sizeof text);
    if (err != GT_OK)
        return err;
    if (text[0] == '\0')
        return GT_OK;
    if (!inquire || code->class != GT_UP_OK)
        return wrong(node, "a fate is only for codes of class ok of the operation inquire");
    code->fate = gt_fate_find(text);
    return GT_OK;
}

/* The <code> children of `parent`, sorted. */
static enum gt_err load_codes(xmlNodePtr parent, bool inquire, struct gt_codes *codes)
{
    codes->all = calloc(count_children(parent, "code") + 1, sizeof *codes->all);
    if (codes->all == NULL)
        return no_memory();
    xmlNodePtr node = gt_xml_child(parent, "code");
    for (; node != NULL; node = gt_xml_next(node)) {
        struct gt_code code;
        enum gt_err err = load_code(node, inquire, &code);
        if (err != GT_OK)
            return err;
        for (size_t i = 0; i < codes->count; i++)
            if (strcmp(codes->all[i].value, code.value) == 0)
                return wrong(node, "code %s stands twice in one table", code.value);
        codes->all[codes->count++] = code;
    }
    qsort(codes->all, codes->count, sizeof *codes->all, compare_codes);
    return GT_OK;
}

/* --- fields -------------------------------------------------------------------------------- */

static enum gt_err load_kind(xmlNodePtr node, enum gt_field_kind *kind)
{
    static const char *const names[] = {
        [GT_FIELD_TEXT] = "text", [GT_FIELD_INT] = "int", [GT_FIELD_MONEY] = "money",
        [GT_FIELD_FEN] = "fen",   [GT_FIELD_KWH] = "kwh", [GT_FIELD_DATE] = "date",
        [GT_FIELD_MAP] = "map",
    };
    char text[16];
    enum gt_err err = text_attr(node, "kind", text, sizeof text);
    if (err != GT_OK)
        return err;
    *kind = GT_FIELD__MAX;
    for (size_t i = 0; i < GT_FIELD__MAX; i++)
        if (strcmp(text, names[i]) == 0)
            *kind = (enum gt_field_kind)i;
    return GT_OK;
}

static enum gt_err load_field_map(const struct gt_adapter *adapter, xmlNodePtr node,
                                  const char *name, struct gt_field *field)
{
    enum gt_err err = map_attr(adapter, node, &field->map);
    if (err != GT_OK)
        return err;
    for (size_t i = 0; i < field->map->count; i++)
        if (!gt_field_target_knows(field->target, field->map->values[i].ours))
            return wrong(node, "map %s: '%s' means nothing to %s", field->map->name,
                         field->map->values[i].ours, name);
    return GT_OK;
}

static enum gt_err load_field(const struct gt_adapter *adapter, xmlNodePtr node, bool item,
                              struct gt_field *field)
{
    char text[24];
    memset(field, 0, sizeof *field);
    enum gt_err err = text_attr(node, "required", text, sizeof text);
    field->required = strcmp(text, "true") == 0 || strcmp(text, "1") == 0;
    if (err == GT_OK)
        err = text_attr(node, "path", field->path, sizeof field->path);
    if (err == GT_OK)
        err = text_attr(node, "name", text, sizeof text);
    if (err == GT_OK)
        err = load_kind(node, &field->kind);
    if (err != GT_OK)
        return err;
    field->target = gt_field_target_find(text, item);
    if (field->target == NULL)
        return wrong(node, "%s has no field called '%s'", item ? "a bill" : "a reply", text);
    if (!gt_field_target_takes(field->target, &field->kind))
        return wrong(node, "field %s cannot be of this kind", text);
    return field->kind == GT_FIELD_MAP ? load_field_map(adapter, node, text, field) : GT_OK;
}

/* Adds the <field> children of `parent`. */
static enum gt_err add_fields(const struct gt_adapter *adapter, xmlNodePtr parent, bool item,
                              struct gt_fields *fields)
{
    size_t more = count_children(parent, "field");
    struct gt_field *all = realloc(fields->all, (fields->count + more + 1) * sizeof *all);
    if (all == NULL)
        return no_memory();
    fields->all = all;
    xmlNodePtr node = gt_xml_child(parent, "field");
    for (; node != NULL; node = gt_xml_next(node)) {
        enum gt_err err = load_field(adapter, node, item, &fields->all[fields->count]);
        if (err != GT_OK)
            return err;
        fields->count++;
    }
    return GT_OK;
}

/* Adds fields and list of an operation, or of a <fields> that it uses. */
static enum gt_err add_group(const struct gt_adapter *adapter, xmlNodePtr group,
                             struct gt_adapter_op *op)
{
    enum gt_err err = add_fields(adapter, group, false, &op->fields);
    xmlNodePtr list = gt_xml_child(group, "list");
    for (; list != NULL && err == GT_OK; list = gt_xml_next(list)) {
        if (op->list[0] != '\0')
            return wrong(list, "an operation has one list of bills");
        err = text_attr(list, "path", op->list, sizeof op->list);
        if (err == GT_OK)
            err = add_fields(adapter, list, true, &op->items);
    }
    return err;
}

static enum gt_err add_used(struct loader *l, xmlNodePtr node, struct gt_adapter_op *op)
{
    xmlNodePtr use = gt_xml_child(node, "use");
    for (; use != NULL; use = gt_xml_next(use)) {
        char wanted[24], name[24] = "";
        enum gt_err err = text_attr(use, "fields", wanted, sizeof wanted);
        xmlNodePtr group = gt_xml_child(l->root, "fields");
        for (; group != NULL && err == GT_OK; group = gt_xml_next(group)) {
            err = text_attr(group, "name", name, sizeof name);
            if (err == GT_OK && strcmp(name, wanted) == 0)
                break;
        }
        if (err == GT_OK && group == NULL)
            err = wrong(use, "no fields are called '%s'", wanted);
        if (err == GT_OK)
            err = add_group(l->adapter, group, op);
        if (err != GT_OK)
            return err;
    }
    return GT_OK;
}

/* --- operations ---------------------------------------------------------------------------- */

/* Reads a template behind what `text` holds already; `node` names it in attribute `attr`. */
static enum gt_err read_template(const struct loader *l, xmlNodePtr node, const char *attr,
                                 struct gt_buf *text)
{
    char name[64], path[GT_PATH_MAX + 64], chunk[4096];
    enum gt_err err = text_attr(node, attr, name, sizeof name);
    if (err != GT_OK)
        return err;
    snprintf(path, sizeof path, "%s/%s", l->templates, name);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return wrong(node, "cannot open template %s", path);
    size_t n;
    while ((n = fread(chunk, 1, sizeof chunk, file)) > 0)
        gt_buf_put(text, chunk, n);
    bool failed = ferror(file) != 0;
    fclose(file);
    if (failed)
        return wrong(node, "cannot read template %s", path);
    return gt_buf_err(text) == GT_OK ? GT_OK : wrong(node, "template %s is too long", path);
}

/* `*out` becomes the text of a template with `before` (or NULL) in front of it. */
static enum gt_err load_template(const struct loader *l, xmlNodePtr node, const char *attr,
                                 const char *before, char **out)
{
    struct gt_buf text;
    gt_buf_init(&text, TEMPLATE_MAX);
    if (before != NULL)
        gt_buf_puts(&text, before);
    enum gt_err err = read_template(l, node, attr, &text);
    if (err == GT_OK) {
        *out = strdup(text.data);
        if (*out == NULL)
            err = no_memory();
    }
    gt_buf_done(&text);
    return err;
}

/* Renders the template of an operation once: what it makes must be XML. */
static enum gt_err try_template(const struct loader *l, xmlNodePtr node, enum gt_up_op op)
{
    struct gt_up_request request = {.op = op, .orig_op = GT_UP_PAY, .nbills = 1};
    enum gt_outcome outcome;
    struct gt_buf out;
    xmlDocPtr doc = NULL;
    char why[GT_ERR_TEXT_MAX / 2];
    gt_buf_init(&out, GT_ADAPTER_REQUEST_MAX);
    enum gt_err err = gt_str_copy(request.customer_no, sizeof request.customer_no, "<&>");
    if (err == GT_OK)
        err = gt_request_render(l->adapter, &request, &out, &outcome);
    if (err == GT_OK && l->adapter->codec == GT_CODEC_XML)
        err = gt_xml_parse(out.data, out.len, &doc);
    if (err != GT_OK) {
        snprintf(why, sizeof why, "%s", gt_err_text());
        err = wrong(node, "template: %s", why);
    }
    xmlFreeDoc(doc);
    gt_buf_done(&out);
    return err;
}

static enum gt_err load_fate(const struct gt_adapter *adapter, xmlNodePtr operation,
                             enum gt_up_op which, struct gt_adapter_op *op)
{
    xmlNodePtr node = gt_xml_child(operation, "fate");
    if (node == NULL)
        return GT_OK;
    if (which != GT_UP_INQUIRE)
        return wrong(node, "only the operation inquire tells a fate");
    enum gt_err err = text_attr(node, "path", op->fate_path, sizeof op->fate_path);
    if (err == GT_OK)
        err = text_attr(node, "code", op->fate_code, sizeof op->fate_code);
    if (err == GT_OK)
        err = text_attr(node, "text", op->fate_text, sizeof op->fate_text);
    if (err == GT_OK)
        err = map_attr(adapter, node, &op->fate_map);
    for (size_t i = 0; err == GT_OK && i < op->fate_map->count; i++)
        if (gt_fate_find(op->fate_map->values[i].ours) < 0)
            err = wrong(node, "map %s: '%s' is not a fate", op->fate_map->name,
                        op->fate_map->values[i].ours);
    return err;
}

/* Attributes of an operation. */
static enum gt_err load_op_attrs(const struct loader *l, xmlNodePtr node, enum gt_up_op which,
                                 struct gt_adapter_op *op)
{
    char otherwise[16];
    enum gt_err err = text_attr(node, "path", op->path, sizeof op->path);
    if (err == GT_OK && op->path[0] == '\0')
        err = gt_str_copy(op->path, sizeof op->path, l->url_path);
    if (err == GT_OK)
        err = text_attr(node, "action", op->action, sizeof op->action);
    if (err == GT_OK)
        err = text_attr(node, "answer", op->answer, sizeof op->answer);
    if (err == GT_OK)
        err = text_attr(node, "otherwise", otherwise, sizeof otherwise);
    if (err != GT_OK)
        return err;
    /* A code nobody explained is no refusal to trust, where something is at stake. */
    op->otherwise = which == GT_UP_QUERY ? GT_UP_REFUSED : GT_UP_UNKNOWN;
    if (otherwise[0] != '\0')
        op->otherwise = class_named(otherwise);
    return GT_OK;
}

static enum gt_err load_op(struct loader *l, xmlNodePtr node)
{
    enum gt_up_op which;
    char name[16];
    enum gt_err err = text_attr(node, "name", name, sizeof name);
    if (err != GT_OK)
        return err;
    if (!gt_up_op_find(name, &which))
        return wrong(node, "no operation is called '%s'", name);
    struct gt_adapter_op *op = &l->adapter->ops[which];
    if (op->defined)
        return wrong(node, "operation %s stands twice", name);
    op->defined = true;
    err = load_op_attrs(l, node, which, op);
    if (err == GT_OK)
        err = add_used(l, node, op);
    if (err == GT_OK)
        err = add_group(l->adapter, node, op);
    if (err == GT_OK)
        err = load_codes(node, which == GT_UP_INQUIRE, &op->codes);
    if (err == GT_OK)
        err = load_fate(l->adapter, node, which, op);
    if (err == GT_OK)
        err = load_template(l, node, "template", l->common, &op->template);
    return err == GT_OK ? try_template(l, node, which) : err;
}

static enum gt_err load_ops(struct loader *l)
{
    xmlNodePtr node = gt_xml_child(l->root, "operation");
    for (; node != NULL; node = gt_xml_next(node)) {
        enum gt_err err = load_op(l, node);
        if (err != GT_OK)
            return err;
    }
    return GT_OK;
}

/* --- the head of the definition ------------------------------------------------------------ */

static enum gt_err load_limits(struct loader *l)
{
    struct gt_adapter *a = l->adapter;
    xmlNodePtr node = gt_xml_child(l->root, "limits");
    int64_t slots = 0, failures = 0;
    enum gt_err err = number_attr(node, "connect-ms", 1000, &a->connect_ms);
    if (err == GT_OK)
        err = number_attr(node, "answer-ms", 6000, &a->answer_ms);
    if (err == GT_OK)
        err = number_attr(node, "grace-ms", 0, &a->grace_ms);
    if (err == GT_OK)
        err = number_attr(node, "slots", 0, &slots);
    if (err == GT_OK)
        err = number_attr(node, "breaker-failures", 5, &failures);
    if (err == GT_OK)
        err = number_attr(node, "breaker-open-ms", 2000, &a->breaker_open_ms);
    if (err == GT_OK)
        err = number_attr(node, "reply-max", 262144, &a->reply_max);
    a->slots = (int)slots;
    a->breaker_failures = (int)failures;
    return err;
}

static enum gt_err load_http(struct loader *l)
{
    struct gt_adapter *a = l->adapter;
    xmlNodePtr node = gt_xml_child(l->root, "http");
    char ca[GT_PATH_MAX];
    int64_t idle = 0;
    enum gt_err err = text_attr(node, "path", l->url_path, sizeof l->url_path);
    if (err == GT_OK)
        err = text_attr(node, "content-type", a->content_type, sizeof a->content_type);
    if (err == GT_OK && a->content_type[0] == '\0')
        err = gt_str_copy(a->content_type, sizeof a->content_type, "text/xml; charset=utf-8");
    if (err == GT_OK)
        err = number_attr(node, "idle-s", 30, &idle);
    if (err == GT_OK)
        err = text_attr(node, "ca-file", ca, sizeof ca);
    if (err != GT_OK)
        return err;
    a->idle_s = (int)idle;
    int n = snprintf(a->ca_file, sizeof a->ca_file, "%s%s",
                     ca[0] == '/' || ca[0] == '\0' ? "" : l->folder, ca);
    return n < (int)sizeof a->ca_file ? GT_OK : wrong(node, "ca-file is too long");
}

static enum gt_err load_pattern(xmlNodePtr node, struct gt_serves *serves)
{
    char match[128], whole[160], why[96];
    memset(serves, 0, sizeof *serves);
    enum gt_err err = text_attr(node, "prefix", serves->prefix, sizeof serves->prefix);
    if (err == GT_OK)
        err = text_attr(node, "match", match, sizeof match);
    if (err != GT_OK)
        return err;
    if ((serves->prefix[0] != '\0') == (match[0] != '\0'))
        return wrong(node, "give a prefix or a match");
    if (match[0] == '\0')
        return GT_OK;
    snprintf(whole, sizeof whole, "^(%s)$", match);
    int rc = regcomp(&serves->regex, whole, REG_EXTENDED | REG_NOSUB);
    if (rc != 0) {
        regerror(rc, &serves->regex, why, sizeof why);
        return wrong(node, "match '%s': %s", match, why);
    }
    serves->is_regex = true;
    return GT_OK;
}

static enum gt_err load_serves(struct loader *l)
{
    struct gt_adapter *a = l->adapter;
    xmlNodePtr parent = gt_xml_child(l->root, "serves");
    a->serves = calloc(count_children(parent, "customer") + 1, sizeof *a->serves);
    if (a->serves == NULL)
        return no_memory();
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

static enum gt_err load_requests(struct loader *l)
{
    struct gt_adapter *a = l->adapter;
    xmlNodePtr parent = gt_xml_child(l->root, "requests");
    char common[64];
    enum gt_err err = text_attr(parent, "common", common, sizeof common);
    if (err == GT_OK && common[0] != '\0')
        err = load_template(l, parent, "common", NULL, &l->common);
    if (err != GT_OK)
        return err;
    a->sends = calloc(count_children(parent, "send") + 1, sizeof *a->sends);
    if (a->sends == NULL)
        return no_memory();
    xmlNodePtr node = gt_xml_child(parent, "send");
    for (; node != NULL; node = gt_xml_next(node)) {
        struct gt_send *send = &a->sends[a->nsends++];
        err = text_attr(node, "name", send->name, sizeof send->name);
        if (err == GT_OK)
            err = map_attr(a, node, &send->map);
        if (err == GT_OK)
            err = outcome_attr(node, "otherwise", GT_OUT_UPSTREAM_REFUSED, &send->otherwise);
        if (err != GT_OK)
            return err;
    }
    return GT_OK;
}

static enum gt_err load_answers(struct loader *l)
{
    xmlNodePtr node = gt_xml_child(l->root, "answers");
    enum gt_err err = text_attr(node, "code", l->adapter->code_path, sizeof l->adapter->code_path);
    if (err == GT_OK)
        err = text_attr(node, "text", l->adapter->text_path, sizeof l->adapter->text_path);
    if (err == GT_OK)
        err = load_codes(gt_xml_child(l->root, "codes"), false, &l->adapter->codes);
    return err;
}

/* How doubt is settled; what that needs must be there. */
static enum gt_err load_settle(struct loader *l)
{
    static const char *const names[GT_SETTLE__MAX] = {"inquire", "repeat", "reverse", "statement"};
    xmlNodePtr node = gt_xml_child(l->root, "doubt");
    char text[16];
    enum gt_err err = text_attr(node, "settle", text, sizeof text);
    if (err != GT_OK)
        return err;
    for (size_t i = 0; i < GT_SETTLE__MAX; i++)
        if (strcmp(names[i], text) == 0)
            l->adapter->settle = (enum gt_settle)i;
    if (l->adapter->settle == GT_SETTLE_INQUIRE && !l->adapter->ops[GT_UP_INQUIRE].defined)
        return wrong(node, "settle by inquire needs the operation inquire");
    if (l->adapter->settle == GT_SETTLE_REVERSE && !l->adapter->ops[GT_UP_REVERSE].defined)
        return wrong(node, "settle by reverse needs the operation reverse");
    return GT_OK;
}

static enum gt_err load_head(struct loader *l, const char *templates)
{
    struct gt_adapter *a = l->adapter;
    int64_t tz = 0;
    enum gt_err err = text_attr(l->root, "name", a->name, sizeof a->name);
    if (err == GT_OK)
        err = number_attr(l->root, "tz-minutes", 480, &tz);
    if (err != GT_OK)
        return err;
    a->tz_minutes = (int)tz;
    /* The schema allows one of each. */
    a->codec = GT_CODEC_XML;
    a->transport = GT_TRANSPORT_HTTP;
    int n = snprintf(l->templates, sizeof l->templates, "%s/marketing/%s", templates, a->name);
    return n < (int)sizeof l->templates ? GT_OK
                                        : wrong(l->root, "the path of templates is too long");
}

static enum gt_err load_all(struct loader *l, const char *templates)
{
    enum gt_err err = load_head(l, templates);
    if (err == GT_OK)
        err = load_limits(l);
    if (err == GT_OK)
        err = load_http(l);
    if (err == GT_OK)
        err = load_serves(l);
    if (err == GT_OK)
        err = load_maps(l);
    if (err == GT_OK)
        err = load_requests(l);
    if (err == GT_OK)
        err = load_answers(l);
    if (err == GT_OK)
        err = load_ops(l);
    return err == GT_OK ? load_settle(l) : err;
}

/* Checks the document against the schema. */
static enum gt_err check(const struct loader *l, const char *xsd)
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
    struct loader l = {.common = NULL};
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
        err = no_memory();
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
        free(op->template);
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
