/*
 * The operations of a definition: their fields, their codes, and their templates, each of which is
 * rendered once to see that it makes XML.
 */
#include "link/loader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Greatest size of a template with the common part in front. */
#define TEMPLATE_MAX ((size_t)64 * 1024)

/* --- fields -------------------------------------------------------------------------------- */

static enum gt_err load_kind(xmlNodePtr node, enum gt_field_kind *kind)
{
    static const char *const names[] = {
        [GT_FIELD_TEXT] = "text", [GT_FIELD_INT] = "int", [GT_FIELD_MONEY] = "money",
        [GT_FIELD_FEN] = "fen",   [GT_FIELD_KWH] = "kwh", [GT_FIELD_DATE] = "date",
        [GT_FIELD_MAP] = "map",
    };
    char text[16];
    enum gt_err err = gt_load_text(node, "kind", text, sizeof text);
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
    enum gt_err err = gt_load_map_attr(adapter, node, &field->map);
    if (err != GT_OK)
        return err;
    for (size_t i = 0; i < field->map->count; i++)
        if (!gt_field_target_knows(field->target, field->map->values[i].ours))
            return gt_load_wrong(node, "map %s: '%s' means nothing to %s", field->map->name,
                                 field->map->values[i].ours, name);
    return GT_OK;
}

static enum gt_err load_field(const struct gt_adapter *adapter, xmlNodePtr node,
                              enum gt_field_of of, struct gt_field *field)
{
    static const char *const owners[] = {
        [GT_OF_REPLY] = "a reply",
        [GT_OF_BILL] = "a bill",
        [GT_OF_FOUND] = "a customer that was found",
        [GT_OF_TASK] = "a reading task",
    };
    char text[24];
    memset(field, 0, sizeof *field);
    enum gt_err err = gt_load_text(node, "required", text, sizeof text);
    field->required = strcmp(text, "true") == 0 || strcmp(text, "1") == 0;
    if (err == GT_OK)
        err = gt_load_text(node, "path", field->path, sizeof field->path);
    if (err == GT_OK)
        err = gt_load_text(node, "name", text, sizeof text);
    if (err == GT_OK)
        err = load_kind(node, &field->kind);
    if (err != GT_OK)
        return err;
    field->target = gt_field_target_find(text, of);
    if (field->target == NULL)
        return gt_load_wrong(node, "%s has no field called '%s'", owners[of], text);
    if (!gt_field_target_takes(field->target, &field->kind))
        return gt_load_wrong(node, "field %s cannot be of this kind", text);
    return field->kind == GT_FIELD_MAP ? load_field_map(adapter, node, text, field) : GT_OK;
}

/* Adds the <field> children of `parent`. */
static enum gt_err add_fields(const struct gt_adapter *adapter, xmlNodePtr parent,
                              enum gt_field_of of, struct gt_fields *fields)
{
    size_t more = gt_load_count(parent, "field");
    struct gt_field *all = realloc(fields->all, (fields->count + more + 1) * sizeof *all);
    if (all == NULL)
        return gt_load_nomem();
    fields->all = all;
    xmlNodePtr node = gt_xml_child(parent, "field");
    for (; node != NULL; node = gt_xml_next(node)) {
        enum gt_err err = load_field(adapter, node, of, &fields->all[fields->count]);
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
    char name[16];
    enum gt_err err = add_fields(adapter, group, GT_OF_REPLY, &op->fields);
    xmlNodePtr list = gt_xml_child(group, "list");
    for (; list != NULL && err == GT_OK; list = gt_xml_next(list)) {
        if (op->list[0] != '\0')
            return gt_load_wrong(list, "an operation has one list");
        err = gt_load_text(list, "path", op->list, sizeof op->list);
        if (err == GT_OK)
            err = gt_load_text(list, "name", name, sizeof name);
        if (err != GT_OK)
            break;
        op->list_of = strcmp(name, "found") == 0   ? GT_OF_FOUND
                      : strcmp(name, "tasks") == 0 ? GT_OF_TASK
                                                   : GT_OF_BILL;
        err = add_fields(adapter, list, op->list_of, &op->items);
    }
    return err;
}

static enum gt_err add_used(struct gt_loader *l, xmlNodePtr node, struct gt_adapter_op *op)
{
    xmlNodePtr use = gt_xml_child(node, "use");
    for (; use != NULL; use = gt_xml_next(use)) {
        char wanted[24], name[24] = "";
        enum gt_err err = gt_load_text(use, "fields", wanted, sizeof wanted);
        xmlNodePtr group = gt_xml_child(l->root, "fields");
        for (; group != NULL && err == GT_OK; group = gt_xml_next(group)) {
            err = gt_load_text(group, "name", name, sizeof name);
            if (err == GT_OK && strcmp(name, wanted) == 0)
                break;
        }
        if (err == GT_OK && group == NULL)
            err = gt_load_wrong(use, "no fields are called '%s'", wanted);
        if (err == GT_OK)
            err = add_group(l->adapter, group, op);
        if (err != GT_OK)
            return err;
    }
    return GT_OK;
}

/* --- operations ---------------------------------------------------------------------------- */

/* Reads a template behind what `text` holds already; `node` names it in attribute `attr`. */
static enum gt_err read_template(const struct gt_loader *l, xmlNodePtr node, const char *attr,
                                 struct gt_buf *text)
{
    char name[64], path[GT_PATH_MAX + 64], chunk[4096];
    struct stat state;
    enum gt_err err = gt_load_text(node, attr, name, sizeof name);
    if (err != GT_OK)
        return err;
    snprintf(path, sizeof path, "%s/%s", l->templates, name);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return gt_load_wrong(node, "cannot open template %s", path);
    size_t n;
    if (fstat(fileno(file), &state) == 0)
        gt_load_changed(l, &state);
    while ((n = fread(chunk, 1, sizeof chunk, file)) > 0)
        gt_buf_put(text, chunk, n);
    bool failed = ferror(file) != 0;
    fclose(file);
    if (failed)
        return gt_load_wrong(node, "cannot read template %s", path);
    return gt_buf_err(text) == GT_OK ? GT_OK : gt_load_wrong(node, "template %s is too long", path);
}

enum gt_err gt_load_template(const struct gt_loader *l, xmlNodePtr node, const char *attr,
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
            err = gt_load_nomem();
    }
    gt_buf_done(&text);
    return err;
}

/* Renders the template of an operation once: what it makes must be XML. */
static enum gt_err try_template(const struct gt_loader *l, xmlNodePtr node, enum gt_up_op op)
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
        err = gt_load_wrong(node, "template: %s", why);
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
        return gt_load_wrong(node, "only the operation inquire tells a fate");
    enum gt_err err = gt_load_text(node, "path", op->fate_path, sizeof op->fate_path);
    if (err == GT_OK)
        err = gt_load_text(node, "code", op->fate_code, sizeof op->fate_code);
    if (err == GT_OK)
        err = gt_load_text(node, "text", op->fate_text, sizeof op->fate_text);
    if (err == GT_OK)
        err = gt_load_map_attr(adapter, node, &op->fate_map);
    for (size_t i = 0; err == GT_OK && i < op->fate_map->count; i++)
        if (gt_fate_find(op->fate_map->values[i].ours) < 0)
            err = gt_load_wrong(node, "map %s: '%s' is not a fate", op->fate_map->name,
                                op->fate_map->values[i].ours);
    return err;
}

/* Attributes of an operation. */
static enum gt_err load_op_attrs(const struct gt_loader *l, xmlNodePtr node, enum gt_up_op which,
                                 struct gt_adapter_op *op)
{
    char otherwise[16];
    enum gt_err err = gt_load_text(node, "path", op->path, sizeof op->path);
    if (err == GT_OK && op->path[0] == '\0')
        err = gt_str_copy(op->path, sizeof op->path, l->url_path);
    if (err == GT_OK)
        err = gt_load_text(node, "action", op->action, sizeof op->action);
    if (err == GT_OK)
        err = gt_load_text(node, "answer", op->answer, sizeof op->answer);
    if (err == GT_OK)
        err = gt_load_text(node, "otherwise", otherwise, sizeof otherwise);
    if (err != GT_OK)
        return err;
    /* A code nobody explained is no refusal to trust, where something is at stake. */
    op->otherwise = gt_up_op_asks(which) ? GT_UP_REFUSED : GT_UP_UNKNOWN;
    if (otherwise[0] != '\0')
        op->otherwise = gt_load_class(otherwise);
    return GT_OK;
}

/* The common part and the operation's own. */
static enum gt_err load_own_template(const struct gt_loader *l, xmlNodePtr node,
                                     struct gt_adapter_op *op)
{
    char *text = NULL;
    enum gt_err err = gt_load_template(l, node, "template", l->common, &text);
    if (err == GT_OK)
        err = gt_tmpl_new(text, &op->template);
    free(text);
    return err;
}

static enum gt_err load_op(struct gt_loader *l, xmlNodePtr node)
{
    enum gt_up_op which;
    char name[16];
    enum gt_err err = gt_load_text(node, "name", name, sizeof name);
    if (err != GT_OK)
        return err;
    if (!gt_up_op_find(name, &which))
        return gt_load_wrong(node, "no operation is called '%s'", name);
    struct gt_adapter_op *op = &l->adapter->ops[which];
    if (op->defined)
        return gt_load_wrong(node, "operation %s stands twice", name);
    op->defined = true;
    err = load_op_attrs(l, node, which, op);
    if (err == GT_OK)
        err = add_used(l, node, op);
    if (err == GT_OK)
        err = add_group(l->adapter, node, op);
    if (err == GT_OK)
        err = gt_load_codes(node, which == GT_UP_INQUIRE, &op->codes);
    if (err == GT_OK)
        err = load_fate(l->adapter, node, which, op);
    if (err == GT_OK)
        err = load_own_template(l, node, op);
    return err == GT_OK ? try_template(l, node, which) : err;
}

enum gt_err gt_load_ops(struct gt_loader *l)
{
    xmlNodePtr node = gt_xml_child(l->root, "operation");
    for (; node != NULL; node = gt_xml_next(node)) {
        enum gt_err err = load_op(l, node);
        if (err != GT_OK)
            return err;
    }
    return GT_OK;
}
