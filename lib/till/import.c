/*
 * Importing organisations, users and terminals.
 *
 * Not here: what may be made by whom (manage_*.c).  A transaction ends with its first refusal, so
 * what is wrong is found by trying: each try leaves out the lines that are known to be wrong, and
 * ends at the next one; the last try finds none, and is taken back too.  A transaction holds some
 * hundred lines.  As each look is taken back, the ones behind it first make the organisations of
 * earlier lines that theirs stand below.
 */
#include "till/import.h"

#include "access/role.h"
#include "base/buf.h"
#include "base/cells.h"
#include "base/money.h"
#include "base/text.h"
#include "till/txn.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Lines of a transaction, and users of one that hashes their passwords before: some two seconds. */
#define CHUNK_LINES 100
#define CHUNK_USERS 25
/* Organisations above one another. */
#define DEPTH_MOST 16

enum column { C_KIND, C_CODE, C_NAME, C_BELOW, C_OPERATOR, C_ROLE, C_LIMIT, C__MAX };
static const struct {
    const char *en, *zh;
    bool wanted;
} columns[C__MAX] = {
    [C_KIND] = {"kind", "类别", true},
    [C_CODE] = {"code", "编码", true},
    [C_NAME] = {"name", "名称", true},
    [C_BELOW] = {"below", "上级", true},
    [C_OPERATOR] = {"operator_no", "工号", false},
    [C_ROLE] = {"role", "角色", false},
    [C_LIMIT] = {"limit", "信用额", false},
};

enum sort { SORT_NONE, SORT_ORG, SORT_USER, SORT_TERMINAL };
static const struct {
    const char *en, *zh;
    enum sort sort;
    int kind; /* of the sort */
} kinds[] = {
    {"bureau", "电业局", SORT_ORG, GT_ORG_BUREAU},
    {"county", "县公司", SORT_ORG, GT_ORG_COUNTY},
    {"station", "供电所", SORT_ORG, GT_ORG_STATION},
    {"agent", "代理商", SORT_ORG, GT_ORG_AGENT},
    {"user", "用户", SORT_USER, 0},
    {"pos", "移动 POS", SORT_TERMINAL, GT_TERMINAL_POS},
    {"handheld", "抄收一体机", SORT_TERMINAL, GT_TERMINAL_HANDHELD},
    {"kiosk", "自助缴费终端", SORT_TERMINAL, GT_TERMINAL_KIOSK},
    {"pc", "电脑客户端", SORT_TERMINAL, GT_TERMINAL_PC},
};

struct line {
    size_t number;
    const char *cell[C__MAX]; /* "" where there is none; of the import's text */
    enum sort sort;
    struct gt_refusal no;
    bool there;    /* before */
    bool made;     /* by this run */
    bool prepared; /* keys are taken */
    union {
        struct gt_org_new org;
        struct gt_user_new user;
        struct gt_terminal_new terminal;
    } new;
};

struct gt_import {
    char *text;
    size_t n, room;
    struct line *line;
};

/* --- reading the file --------------------------------------------------------------------------
 */

/* Which column each cell of the first line is; C__MAX for one that nobody asked for. */
static enum gt_err read_heads(char *const *cell, size_t n, size_t *at, struct gt_refusal *no)
{
    bool there[C__MAX] = {false};

    for (size_t i = 0; i < n; i++) {
        at[i] = C__MAX;
        for (size_t c = 0; c < C__MAX; c++) {
            if (!there[c] &&
                (strcmp(cell[i], columns[c].en) == 0 || strcmp(cell[i], columns[c].zh) == 0)) {
                at[i] = c;
                there[c] = true;
                break;
            }
        }
        if (at[i] == C__MAX)
            return gt_refuse(no, GT_WHY_IMPORT_COLUMN, "file", 0, cell[i]);
    }
    for (size_t c = 0; c < C__MAX; c++) {
        if (columns[c].wanted && !there[c])
            return gt_refuse_named(no, GT_WHY_IMPORT_HEAD, "file", columns[c].zh, columns[c].en);
    }
    return GT_OK;
}

static void read_kind(struct line *line)
{
    const char *kind = line->cell[C_KIND];

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (strcmp(kind, kinds[i].en) != 0 && strcmp(kind, kinds[i].zh) != 0)
            continue;
        line->sort = kinds[i].sort;
        if (line->sort == SORT_ORG)
            line->new.org.form.kind = (enum gt_org_kind)kinds[i].kind;
        if (line->sort == SORT_TERMINAL)
            line->new.terminal.form.kind = (enum gt_terminal_kind)kinds[i].kind;
    }
}

static enum gt_err read_lines(struct gt_import *import, struct gt_refusal *no)
{
    char *cell[C__MAX];
    size_t at[C__MAX], n;
    struct gt_cells cells;

    gt_cells_begin(&cells, import->text);
    if (gt_cells_next(&cells, cell, C__MAX, &n) != GT_OK)
        return gt_refuse(no, GT_WHY_IMPORT_FORM, "file", (int64_t)cells.number, NULL);
    size_t heads = n;
    enum gt_err err = read_heads(cell, heads, at, no);
    while (err == GT_OK) {
        if (gt_cells_next(&cells, cell, heads, &n) != GT_OK)
            return gt_refuse(no, GT_WHY_IMPORT_FORM, "file", (int64_t)cells.number, NULL);
        if (n == 0)
            break;
        if (import->n == import->room)
            return gt_refuse(no, GT_WHY_IMPORT_MANY, "file", GT_IMPORT_LINES, NULL);
        struct line *line = &import->line[import->n++];
        line->number = cells.number;
        for (size_t c = 0; c < C__MAX; c++)
            line->cell[c] = "";
        for (size_t i = 0; i < n; i++)
            line->cell[at[i]] = cell[i];
        read_kind(line);
    }
    return err == GT_OK && import->n == 0 ? gt_refuse(no, GT_WHY_IMPORT_EMPTY, "file", 0, NULL)
                                          : err;
}

enum gt_err gt_import_read(const char *text, size_t len, struct gt_import **import,
                           struct gt_refusal *no)
{
    *no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (len > GT_IMPORT_BYTES)
        return gt_refuse(no, GT_WHY_IMPORT_MANY, "file", GT_IMPORT_LINES, NULL);
    if (!gt_utf8_valid(text, len) || memchr(text, '\0', len))
        return gt_refuse(no, GT_WHY_IMPORT_UTF8, "file", 0, NULL);
    struct gt_import *own = calloc(1, sizeof(*own));
    if (!own)
        return gt_err_set(GT_ERR_NOMEM, "no memory for an import");
    for (size_t i = 0; i < len && own->room < GT_IMPORT_LINES; i++)
        own->room += text[i] == '\n' || text[i] == '\r';
    own->text = malloc(len + 1);
    own->line = calloc(own->room + 1, sizeof(*own->line));
    enum gt_err err =
        own->text && own->line ? GT_OK : gt_err_set(GT_ERR_NOMEM, "no memory for an import");
    if (err == GT_OK) {
        memcpy(own->text, text, len);
        own->text[len] = '\0';
        err = read_lines(own, no);
    }
    if (err != GT_OK)
        gt_import_free(own);
    else
        *import = own;
    return err;
}

void gt_import_free(struct gt_import *import)
{
    if (!import)
        return;
    free(import->text);
    if (import->line)
        gt_wipe(import->line, (import->room + 1) * sizeof(*import->line));
    free(import->line);
    free(import);
}

size_t gt_import_count(const struct gt_import *import)
{
    return import->n;
}

struct gt_import_line gt_import_line(const struct gt_import *import, size_t i)
{
    const struct line *line = &import->line[i];
    const char *secret = "";

    if (line->made && line->sort == SORT_USER)
        secret = line->new.user.first;
    if (line->made && line->sort == SORT_TERMINAL)
        secret = line->new.terminal.secret;
    return (struct gt_import_line){.number = line->number,
                                   .kind = line->cell[C_KIND],
                                   .code = line->cell[C_CODE],
                                   .name = line->cell[C_NAME],
                                   .below = line->cell[C_BELOW],
                                   .no = line->no,
                                   .there = line->there,
                                   .secret_due =
                                       line->sort == SORT_USER || line->sort == SORT_TERMINAL,
                                   .secret = secret};
}

/* --- before the transaction --------------------------------------------------------------------
 */

/* Reads the limit of a line that may have one. */
static enum gt_err read_limit(struct line *line, bool may, int64_t *limit)
{
    const char *text = line->cell[C_LIMIT];

    if (!*text)
        return GT_OK;
    if (!may)
        return gt_refuse(&line->no, GT_WHY_IMPORT_LIMIT, "limit", 0, NULL);
    if (gt_money_parse(text, limit) != GT_OK || *limit < 0)
        return gt_refuse(&line->no, GT_WHY_MONEY_FORM, "limit", 0, NULL);
    return GT_OK;
}

static enum gt_err prepare_org(const struct gt_by *by, struct line *line)
{
    struct gt_org_form *form = &line->new.org.form;
    enum gt_err err = read_limit(line, form->kind == GT_ORG_AGENT, &form->limit);

    form->code = line->cell[C_CODE];
    form->name = line->cell[C_NAME];
    return err == GT_OK ? gt_org_prepare(by, &line->new.org, &line->no) : err;
}

static enum gt_err prepare_user(const struct gt_by *by, struct line *line)
{
    struct gt_user_form *form = &line->new.user.form;
    bool cashier = strcmp(line->cell[C_ROLE], "cashier") == 0;

    *form = (struct gt_user_form){.login = line->cell[C_CODE],
                                  .operator_no = line->cell[C_OPERATOR],
                                  .name = line->cell[C_NAME],
                                  .limit = cashier ? 0 : -1};
    enum gt_err err = read_limit(line, cashier, &form->limit);
    return err == GT_OK ? gt_user_prepare(by, &line->new.user, &line->no) : err;
}

static enum gt_err prepare_terminal(const struct gt_by *by, struct line *line)
{
    struct gt_terminal_form *form = &line->new.terminal.form;
    int64_t none;
    enum gt_err err = read_limit(line, false, &none);

    form->terminal_no = line->cell[C_CODE];
    form->ops = GT_OPS_ALL;
    return err == GT_OK ? gt_terminal_prepare(by, &line->new.terminal, &line->no) : err;
}

static enum gt_err prepare(const struct gt_by *by, struct line *line)
{
    if (line->prepared)
        return GT_OK;
    line->prepared = true;
    switch (line->sort) {
    case SORT_ORG:
        return prepare_org(by, line);
    case SORT_USER:
        return prepare_user(by, line);
    case SORT_TERMINAL:
        return prepare_terminal(by, line);
    case SORT_NONE:
        break;
    }
    return gt_refuse(&line->no, GT_WHY_IMPORT_KIND, "kind", 0, line->cell[C_KIND]);
}

/* --- in the transaction ------------------------------------------------------------------------
 */

struct run {
    const struct gt_by *by;
    struct gt_import *import;
    size_t from, to; /* its lines */
    bool keep;
    struct gt_refusal no; /* of the line at `at` */
    size_t at;
    bool whole;              /* all lines were made */
    bool there[CHUNK_LINES]; /* of them: it was there before */
};

/* The organisation that a line stands below.  One that the person may not see is none. */
static enum gt_err find_below(struct gt_tx *tx, const struct line *line, int64_t *id,
                              struct gt_refusal *no)
{
    struct gt_org org;

    if (!*line->cell[C_BELOW] || !gt_org_by_code(tx, line->cell[C_BELOW], &org))
        return gt_tx_refuse(tx, no, GT_WHY_IMPORT_BELOW, "below", 0, line->cell[C_BELOW]);
    *id = org.id;
    return gt_tx_err(tx);
}

static enum gt_err make_user(struct gt_tx *tx, const struct run *r, const struct line *line,
                             int64_t org_id, struct gt_refusal *no)
{
    struct gt_user_new new = line->new.user;
    struct gt_role role;

    if (!*line->cell[C_ROLE] || !gt_role_by_code(tx, line->cell[C_ROLE], &role))
        return gt_tx_refuse(tx, no, GT_WHY_IMPORT_ROLE, "role", 0, line->cell[C_ROLE]);
    new.form.org_id = org_id;
    new.form.role_id = role.id;
    enum gt_err err = gt_user_make_in(tx, r->by, &new, no);
    gt_wipe(&new, sizeof(new));
    return err;
}

/* Whether just what the line says is there already. */
static bool is_there(struct gt_tx *tx, const struct line *line, int64_t below)
{
    struct gt_org org;
    struct gt_user user;
    struct gt_terminal terminal;

    switch (line->sort) {
    case SORT_ORG:
        return gt_org_by_code(tx, line->cell[C_CODE], &org) && org.parent_id == below &&
               org.kind ==
                   (int64_t)line->new.org.form.kind &&strcmp(org.name, line->cell[C_NAME]) == 0;
    case SORT_USER:
        return gt_user_by_login(tx, line->cell[C_CODE], &user) && user.org_id == below &&
               strcmp(user.operator_no, line->cell[C_OPERATOR]) == 0 &&
               strcmp(user.name, line->cell[C_NAME]) == 0;
    case SORT_TERMINAL:
        return gt_terminal_by_no(tx, line->cell[C_CODE], &terminal) && terminal.org_id == below &&
               terminal.kind == (int64_t)line->new.terminal.form.kind;
    case SORT_NONE:
        break;
    }
    return false;
}

/* The same, for somebody who may make it there: others learn nothing. */
static enum gt_err look_there(struct gt_tx *tx, const struct run *r, const struct line *line,
                              int64_t below, bool *there, struct gt_refusal *no)
{
    static const enum gt_right rights[] = {[SORT_NONE] = GT_RIGHT_ORG_MANAGE,
                                           [SORT_ORG] = GT_RIGHT_ORG_MANAGE,
                                           [SORT_USER] = GT_RIGHT_USER_MANAGE,
                                           [SORT_TERMINAL] = GT_RIGHT_TERMINAL_MANAGE};

    *there = is_there(tx, line, below);
    return *there ? gt_by_may(tx, r->by, rights[line->sort], below, NULL, no) : gt_tx_err(tx);
}

static enum gt_err make_line(struct gt_tx *tx, const struct run *r, const struct line *line,
                             bool *there, struct gt_refusal *no)
{
    struct gt_org_new org = line->new.org;
    struct gt_terminal_new terminal = line->new.terminal;
    int64_t below = 0;
    enum gt_err err = find_below(tx, line, &below, no);

    if (err != GT_OK)
        return err;
    err = look_there(tx, r, line, below, there, no);
    if (err == GT_OK && *there)
        return GT_OK;
    if (err != GT_OK) {
        *there = false;
    } else if (line->sort == SORT_USER) {
        err = make_user(tx, r, line, below, no);
    } else if (line->sort == SORT_ORG) {
        org.form.parent_id = below;
        err = gt_org_make_in(tx, r->by, &org, no);
    } else {
        terminal.form.org_id = below;
        err = gt_terminal_make_in(tx, r->by, &terminal, no);
    }
    if (no->why == GT_WHY_ABSENT && !no->field[0])
        (void)gt_refuse(no, GT_WHY_IMPORT_BELOW, "below", 0, line->cell[C_BELOW]);
    if (no->why == GT_WHY_ABSENT && strcmp(no->field, "role_id") == 0)
        (void)gt_refuse(no, GT_WHY_IMPORT_ROLE, "role", 0, line->cell[C_ROLE]);
    return err;
}

/* The line before `end` that makes an organisation of this code; `end` if there is none. */
static size_t line_of_org(const struct gt_import *import, const char *code, size_t end)
{
    size_t i = 0;

    while (i < end &&
           (import->line[i].sort != SORT_ORG || strcmp(import->line[i].cell[C_CODE], code) != 0))
        i++;
    return i;
}

/* For a look: makes the organisations of earlier lines that this one stands below, the top one
 * first.  What is wrong with them was said where they stand. */
static enum gt_err make_above(struct gt_tx *tx, const struct run *r, const struct line *line)
{
    size_t above[DEPTH_MOST], n = 0;
    struct gt_refusal no;
    struct gt_org org;
    bool there;

    while (n < DEPTH_MOST && *line->cell[C_BELOW] &&
           !gt_org_by_code(tx, line->cell[C_BELOW], &org)) {
        size_t at = line_of_org(r->import, line->cell[C_BELOW], r->from);

        if (at == r->from || r->import->line[at].no.why != GT_WHY_NONE)
            return gt_tx_err(tx);
        above[n++] = at;
        line = &r->import->line[at];
    }
    while (n > 0 && make_line(tx, r, &r->import->line[above[n - 1]], &there, &no) == GT_OK)
        n--;
    return gt_tx_err(tx);
}

/* All lines of a run that nothing is known against. */
static enum gt_err make_all(struct gt_tx *tx, void *arg)
{
    struct run *r = arg;
    char detail[80];

    r->no = (struct gt_refusal){.why = GT_WHY_NONE};
    r->whole = false;
    for (r->at = r->from; r->at < r->to; r->at++) {
        const struct line *line = &r->import->line[r->at];

        if (line->no.why != GT_WHY_NONE)
            continue;
        if (!r->keep && make_above(tx, r, line) != GT_OK)
            return gt_tx_err(tx);
        if (make_line(tx, r, line, &r->there[r->at - r->from], &r->no) != GT_OK)
            return gt_tx_err(tx);
    }
    snprintf(detail, sizeof(detail), "lines=%zu-%zu of=%zu", r->from + 1, r->to, r->import->n);
    gt_oplog_add(tx, r->by->logger, "import", "", detail);
    r->whole = gt_tx_err(tx) == GT_OK;
    if (!r->keep)
        return gt_tx_fail(tx, gt_err_set(GT_ERR_DENIED, "a dry run is taken back"));
    return gt_tx_err(tx);
}

/* Says of a line below an organisation of the file which line is to blame. */
static void blame(const struct gt_import *import, struct line *line)
{
    for (size_t i = 0; line->no.why == GT_WHY_IMPORT_BELOW && i < import->n; i++) {
        const struct line *above = &import->line[i];

        if (above->sort == SORT_ORG && above != line &&
            strcmp(above->cell[C_CODE], line->cell[C_BELOW]) == 0)
            (void)gt_refuse(&line->no, GT_WHY_IMPORT_ABOVE, "below", (int64_t)above->number, NULL);
    }
}

/* Runs the lines [from, to).  GT_OK: `*found` says if one more is wrong; if not, and it is kept,
 * they are there. */
static enum gt_err try_once(const struct gt_by *by, struct gt_import *import, size_t from,
                            size_t to, bool keep, bool *found)
{
    struct run r = {.by = by, .import = import, .from = from, .to = to, .keep = keep};
    enum gt_err err = gt_db_transact(by->db, "import", make_all, &r);

    *found = r.no.why != GT_WHY_NONE;
    if (*found) {
        import->line[r.at].no = r.no;
        blame(import, &import->line[r.at]);
        return GT_OK;
    }
    if (err != GT_OK && !(err == GT_ERR_DENIED && r.whole && !keep))
        return err;
    for (size_t i = from; i < to; i++) {
        import->line[i].there = r.there[i - from];
        import->line[i].made = keep && !r.there[i - from];
    }
    return GT_OK;
}

/* --- the whole file ----------------------------------------------------------------------------
 */

static int by_code(const void *a, const void *b)
{
    const struct line *one = *(struct line *const *)a, *two = *(struct line *const *)b;
    int order = one->sort != two->sort ? (one->sort > two->sort) - (one->sort < two->sort)
                                       : strcmp(one->cell[C_CODE], two->cell[C_CODE]);

    return order ? order : (one->number > two->number) - (one->number < two->number);
}

static int by_operator(const void *a, const void *b)
{
    const struct line *one = *(struct line *const *)a, *two = *(struct line *const *)b;
    int order = strcmp(one->cell[C_OPERATOR], two->cell[C_OPERATOR]);

    return order ? order : (one->number > two->number) - (one->number < two->number);
}

/* Refuses lines that say again what stands before them: no transaction sees both. */
static enum gt_err refuse_twice(struct gt_import *import)
{
    struct line **sorted = malloc((import->n + 1) * sizeof(struct line *));
    size_t users = 0;

    if (!sorted)
        return gt_err_set(GT_ERR_NOMEM, "no memory for an import");
    for (size_t i = 0; i < import->n; i++)
        sorted[i] = &import->line[i];
    qsort(sorted, import->n, sizeof(struct line *), by_code);
    for (size_t i = 1; i < import->n; i++) {
        if (sorted[i]->sort != SORT_NONE && sorted[i]->sort == sorted[i - 1]->sort &&
            strcmp(sorted[i]->cell[C_CODE], sorted[i - 1]->cell[C_CODE]) == 0)
            (void)gt_refuse(&sorted[i]->no, GT_WHY_TAKEN, "code", 0, sorted[i]->cell[C_CODE]);
    }
    for (size_t i = 0; i < import->n; i++) {
        if (import->line[i].sort == SORT_USER && *import->line[i].cell[C_OPERATOR])
            sorted[users++] = &import->line[i];
    }
    qsort(sorted, users, sizeof(struct line *), by_operator);
    for (size_t i = 1; i < users; i++) {
        if (strcmp(sorted[i]->cell[C_OPERATOR], sorted[i - 1]->cell[C_OPERATOR]) == 0)
            (void)gt_refuse(&sorted[i]->no, GT_WHY_TAKEN, "operator_no", 0,
                            sorted[i]->cell[C_OPERATOR]);
    }
    free(sorted);
    return GT_OK;
}

enum gt_err gt_import_check(const struct gt_by *by, struct gt_import *import, size_t *wrong)
{
    enum gt_err err = refuse_twice(import);

    *wrong = 0;
    for (size_t i = 0; err == GT_OK && i < import->n && *wrong < GT_IMPORT_WRONG; i++) {
        struct line *line = &import->line[i];

        if (line->no.why == GT_WHY_NONE)
            err = prepare(by, line);
        if (line->no.why != GT_WHY_NONE)
            err = GT_OK;
        *wrong += line->no.why != GT_WHY_NONE;
    }
    for (size_t from = 0, to; err == GT_OK && from < import->n; from = to) {
        bool found = true;

        to = import->n - from < CHUNK_LINES ? import->n : from + CHUNK_LINES;
        while (found && *wrong < GT_IMPORT_WRONG && err == GT_OK) {
            err = try_once(by, import, from, to, false, &found);
            *wrong += err == GT_OK && found;
        }
        if (*wrong >= GT_IMPORT_WRONG)
            break;
    }
    return err;
}

/* Where the lines of a commit end that begins at `from`; their keys and first passwords are made,
 * what takes long, so it stands before the transaction. */
static enum gt_err begin_chunk(const struct gt_by *by, struct gt_import *import, size_t from,
                               size_t *to)
{
    size_t users = 0, i = from;
    enum gt_err err = GT_OK;

    for (; err == GT_OK && i < import->n && i - from < CHUNK_LINES && users < CHUNK_USERS; i++) {
        struct line *line = &import->line[i];

        err = prepare(by, line);
        if (err != GT_OK || line->sort != SORT_USER || line->there)
            continue;
        err = gt_user_prepare_password(by, &line->new.user);
        users++;
    }
    *to = i;
    return err;
}

enum gt_err gt_import_apply(const struct gt_by *by, struct gt_import *import, size_t *at,
                            gt_import_progress progress, void *ctx, size_t *wrong)
{
    bool found = false, on = true;
    enum gt_err err = GT_OK;
    size_t to;

    *wrong = 0;
    while (err == GT_OK && on && *at < import->n) {
        err = begin_chunk(by, import, *at, &to);
        if (err != GT_OK && import->line[to - 1].no.why != GT_WHY_NONE) {
            *wrong = 1; /* of a file that was not looked at */
            return GT_OK;
        }
        if (err == GT_OK)
            err = try_once(by, import, *at, to, true, &found);
        if (err != GT_OK || found)
            break;
        if (progress)
            on = progress(ctx, import, *at, to, import->n);
        *at = to;
    }
    *wrong = found;
    return err;
}
