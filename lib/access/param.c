/*
 * Parameters: the table, and the values that hold somewhere.
 *
 * What holds at an organisation is the value set nearest above it: its path is gone up, a look at
 * a unique index each.
 */
#include "access/param.h"

#include "access/state.h"
#include "base/buf.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

GT_ROW_DEFINE(gt_setting, GT_SETTING_COLS);
GT_STMT(setting_at, GT_ROW_SELECT(gt_setting, GT_SETTING_COLS) " WHERE name = ? AND org_id = ?");
GT_STMT(setting_below, "SELECT {top 50} " GT_ROW_NAMES(
                           GT_SETTING_COLS) " FROM gt_setting "
                                            "WHERE name = ? AND org_id IN (SELECT o.id FROM gt_org "
                                            "o WHERE o.path > ? AND o.path < ?) "
                                            "ORDER BY org_id {limit 50}");
GT_STMT(param_top, "SELECT {top 1} id FROM gt_org ORDER BY path {limit 1}");

static const struct gt_param_info infos[GT_PARAM__MAX] = {
#define GT_X(name, key, unit, least, most, def, top, zh, en, zh_help, en_help) \
    [GT_PARAM_##name] = {key, GT_UNIT_##unit, least, most, def, top, zh, en, zh_help, en_help},
    GT_PARAMS(GT_X)
#undef GT_X
};

const struct gt_param_info *gt_param_info(enum gt_param param)
{
    assert((int)param >= 0 && param < GT_PARAM__MAX);
    return &infos[param];
}

bool gt_param_find(const char *key, enum gt_param *param)
{
    for (int i = 0; i < GT_PARAM__MAX; i++) {
        if (strcmp(infos[i].key, key) == 0) {
            *param = (enum gt_param)i;
            return true;
        }
    }
    return false;
}

const char *gt_param_unit_name(enum gt_param_unit unit, bool english)
{
    static const char *const names[GT_UNIT__MAX][2] = {
        [GT_UNIT_COUNT] = {"个", ""},        [GT_UNIT_MINUTES] = {"分钟", "minutes"},
        [GT_UNIT_HOURS] = {"小时", "hours"}, [GT_UNIT_DAYS] = {"天", "days"},
        [GT_UNIT_FEN] = {"元", "yuan"},      [GT_UNIT_PERCENT] = {"%", "%"},
        [GT_UNIT_CLOCK] = {"点", "o'clock"}, [GT_UNIT_CHOICE] = {"", ""},
    };

    assert((int)unit >= 0 && unit < GT_UNIT__MAX);
    return names[unit][english];
}

/* --- what holds --------------------------------------------------------------------------------
 */

static bool set_at(struct gt_tx *tx, enum gt_param param, int64_t org_id, struct gt_setting *set)
{
    return gt_row_one(tx, &gt_setting_row, set, &setting_at, GT_TEXT(infos[param].key),
                      GT_INT(org_id));
}

/* The last id of a path "/1/5/9/" of `len` bytes, and what is left in front of it. */
static int64_t last_id(const char *path, size_t *len)
{
    size_t end = *len - 1, begin = end;
    int64_t id = 0;

    while (begin > 0 && path[begin - 1] != '/')
        begin--;
    for (size_t i = begin; i < end; i++)
        id = id * 10 + (path[i] - '0');
    *len = begin;
    return id;
}

/* The value set nearest above; false if the default holds. */
static bool nearest(struct gt_tx *tx, enum gt_param param, const char *path, struct gt_setting *set)
{
    size_t len = strlen(path);

    if (len == 0 || infos[param].top)
        return gt_tx_one0(tx, &param_top) && set_at(tx, param, gt_col_int(tx), set);
    while (len > 1) {
        if (set_at(tx, param, last_id(path, &len), set))
            return true;
    }
    return false;
}

int64_t gt_param_get(struct gt_tx *tx, enum gt_param param, const char *path)
{
    struct gt_setting set;

    return nearest(tx, param, path, &set) ? set.setting : infos[param].standard;
}

void gt_param_look(struct gt_tx *tx, enum gt_param param, const struct gt_org *org,
                   struct gt_param_view *view)
{
    struct gt_setting set;

    *view = (struct gt_param_view){.value = infos[param].standard};
    if (!nearest(tx, param, org->path, &set))
        return;
    view->value = set.setting;
    view->from_id = set.org_id;
    view->version = set.org_id == org->id ? set.version : 0;
}

size_t gt_param_below(struct gt_tx *tx, enum gt_param param, const struct gt_org *org,
                      struct gt_setting settings[GT_PARAM_BELOW])
{
    char end[202];
    size_t n = 0;

    gt_org_range_end(org->path, end);
    gt_tx_query(tx, &setting_below, GT_TEXT(infos[param].key), GT_TEXT(org->path), GT_TEXT(end));
    while (n < GT_PARAM_BELOW && gt_tx_next(tx))
        gt_row_read(tx, &gt_setting_row, &settings[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}

/* --- setting -----------------------------------------------------------------------------------
 */

struct putting {
    const struct gt_by *by;
    struct gt_refusal *no;
    enum gt_param param;
    int64_t org_id, value, version, key;
    bool clear;
};

/* Whether the value is in range and the organisation one where it may be set. */
static enum gt_err check(struct gt_tx *tx, const struct putting *p, const struct gt_org *org)
{
    const struct gt_param_info *info = &infos[p->param];
    char range[64];

    if (info->top && org->parent_id != 0)
        return gt_tx_refuse(tx, p->no, GT_WHY_PARAM_TOP, info->key, 0, NULL);
    snprintf(range, sizeof(range), "%" PRId64 " – %" PRId64, info->least, info->most);
    if (!p->clear && (p->value < info->least || p->value > info->most))
        return gt_tx_refuse(tx, p->no, GT_WHY_PARAM_RANGE, info->key, 0, range);
    return GT_OK;
}

static enum gt_err put_in(struct gt_tx *tx, void *arg)
{
    const struct putting *p = arg;
    const struct gt_param_info *info = &infos[p->param];
    struct gt_setting set = {.version = 0};
    struct gt_org org;
    char object[80], detail[100];

    *p->no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (gt_by_may(tx, p->by, GT_RIGHT_PARAM_MANAGE, p->org_id, &org, p->no) != GT_OK ||
        check(tx, p, &org) != GT_OK)
        return gt_tx_err(tx);
    int64_t before = gt_param_get(tx, p->param, org.path);
    bool there = set_at(tx, p->param, org.id, &set);
    if (set.version != p->version)
        return gt_tx_refuse(tx, p->no, GT_WHY_CHANGED, info->key, 0, NULL);
    if (p->clear ? !there : there && set.setting == p->value)
        return gt_tx_err(tx);
    if (p->clear) {
        gt_row_remove(tx, &gt_setting_row, &set);
        gt_census_add(tx, gt_setting_row.table, -1);
    } else if (there) {
        set.setting = p->value;
        gt_row_save(tx, &gt_setting_row, &set);
    } else {
        set = (struct gt_setting){.id = p->key, .org_id = org.id, .setting = p->value};
        (void)!gt_str_copy(set.name, sizeof(set.name), info->key);
        gt_row_insert(tx, &gt_setting_row, &set);
        gt_census_add(tx, gt_setting_row.table, 1);
    }
    gt_rights_changed(tx); /* actors that are kept hold some */
    snprintf(object, sizeof(object), "%s@%s", info->key, org.code);
    snprintf(detail, sizeof(detail), "%" PRId64 " -> %" PRId64 "%s", before,
             gt_param_get(tx, p->param, org.path), p->clear ? " (inherited)" : "");
    gt_oplog_add(tx, p->by->logger, p->clear ? "param.clear" : "param.set", object, detail);
    return gt_tx_err(tx);
}

enum gt_err gt_param_put(const struct gt_by *by, enum gt_param param, int64_t org_id, bool clear,
                         int64_t value, int64_t version, struct gt_refusal *no)
{
    struct putting p = {.by = by,
                        .no = no,
                        .param = param,
                        .org_id = org_id,
                        .value = value,
                        .version = version,
                        .clear = clear};
    enum gt_err err = gt_key_next(by->src, "param", &p.key);

    return err == GT_OK ? gt_db_transact(by->db, "param.put", put_in, &p) : err;
}
