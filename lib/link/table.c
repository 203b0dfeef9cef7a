/*
 * Maps and code tables of a definition: how they are read, and how they are looked through.
 */
#include "link/loader.h"

#include <stdlib.h>
#include <string.h>

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

enum gt_err gt_load_map_attr(const struct gt_adapter *adapter, xmlNodePtr node,
                             const struct gt_map **map)
{
    char name[24];
    enum gt_err err = gt_load_text(node, "map", name, sizeof name);
    if (err != GT_OK)
        return err;
    *map = find_map(adapter, name);
    return *map != NULL ? GT_OK : gt_load_wrong(node, "no map is called '%s'", name);
}

static enum gt_err load_map(xmlNodePtr node, struct gt_map *map)
{
    map->values = calloc(gt_load_count(node, "value"), sizeof *map->values);
    if (map->values == NULL)
        return gt_load_nomem();
    xmlNodePtr value = gt_xml_child(node, "value");
    for (; value != NULL; value = gt_xml_next(value)) {
        struct gt_map_value v;
        enum gt_err err = gt_load_text(value, "ours", v.ours, sizeof v.ours);
        if (err == GT_OK)
            err = gt_load_text(value, "theirs", v.theirs, sizeof v.theirs);
        if (err != GT_OK)
            return err;
        if (gt_map_ours(map, v.theirs) != NULL)
            return gt_load_wrong(value, "theirs '%s' stands twice in map %s", v.theirs, map->name);
        map->values[map->count++] = v;
    }
    return GT_OK;
}

enum gt_err gt_load_maps(struct gt_loader *l)
{
    struct gt_adapter *a = l->adapter;
    size_t n = gt_load_count(l->root, "map");
    a->maps = calloc(n + 1, sizeof *a->maps);
    if (a->maps == NULL)
        return gt_load_nomem();
    for (xmlNodePtr node = gt_xml_child(l->root, "map"); node != NULL; node = gt_xml_next(node)) {
        char name[24];
        enum gt_err err = gt_load_text(node, "name", name, sizeof name);
        if (err != GT_OK)
            return err;
        if (find_map(a, name) != NULL)
            return gt_load_wrong(node, "there are two maps called '%s'", name);
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

enum gt_up_class gt_load_class(const char *name)
{
    if (strcmp(name, "ok") == 0)
        return GT_UP_OK;
    return strcmp(name, "refused") == 0 ? GT_UP_REFUSED : GT_UP_UNKNOWN;
}

enum gt_err gt_load_outcome_attr(xmlNodePtr node, const char *name, enum gt_outcome fallback,
                                 enum gt_outcome *outcome)
{
    char text[48];
    enum gt_err err = gt_load_text(node, name, text, sizeof text);
    if (err != GT_OK)
        return err;
    *outcome = fallback;
    if (text[0] == '\0')
        return GT_OK;
    const struct gt_outcome_info *info = gt_outcome_find(text);
    if (info == NULL)
        return gt_load_wrong(node, "no outcome is called '%s'", text);
    if (info->class != GT_CLASS_DECLINED)
        return gt_load_wrong(node, "outcome %s is not one of a refusal", text);
    *outcome = info->number;
    return GT_OK;
}

static enum gt_err load_code(xmlNodePtr node, bool inquire, struct gt_code *code)
{
    char text[16];
    memset(code, 0, sizeof *code);
    enum gt_err err = gt_load_text(node, "value", code->value, sizeof code->value);
    if (err == GT_OK)
        err = gt_load_text(node, "class", text, sizeof text);
    if (err != GT_OK)
        return err;
    code->class = gt_load_class(text);
    err = gt_load_outcome_attr(node, "outcome", GT_OUT_UPSTREAM_REFUSED, &code->outcome);
    if (err == GT_OK)
        err = gt_load_text(node, "fate", text, sizeof text);
    if (err != GT_OK)
        return err;
    if (text[0] == '\0')
        return GT_OK;
    if (!inquire || code->class != GT_UP_OK)
        return gt_load_wrong(node, "a fate is only for codes of class ok of the operation inquire");
    code->fate = gt_fate_find(text);
    return GT_OK;
}

enum gt_err gt_load_codes(xmlNodePtr parent, bool inquire, struct gt_codes *codes)
{
    codes->all = calloc(gt_load_count(parent, "code") + 1, sizeof *codes->all);
    if (codes->all == NULL)
        return gt_load_nomem();
    xmlNodePtr node = gt_xml_child(parent, "code");
    for (; node != NULL; node = gt_xml_next(node)) {
        struct gt_code code;
        enum gt_err err = load_code(node, inquire, &code);
        if (err != GT_OK)
            return err;
        for (size_t i = 0; i < codes->count; i++)
            if (strcmp(codes->all[i].value, code.value) == 0)
                return gt_load_wrong(node, "code %s stands twice in one table", code.value);
        codes->all[codes->count++] = code;
    }
    qsort(codes->all, codes->count, sizeof *codes->all, compare_codes);
    return GT_OK;
}
