/*
 * Importing organisations, users and terminals.
 *
 * Not here: what may be made by whom (manage_*.c).  A transaction ends with its first refusal, so
 * what is wrong is found by trying: each try leaves out the lines that are known to be wrong, and
 * ends at the next one; the last try finds none, and is taken back too.
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

/* A terminal may do all that there is: what is less is set on its page. */
#define ALL_OPS ((INT64_C(1) << GT_OP_VOID) - 2)

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
    union {
        struct gt_org_new org;
        struct gt_user_new user;
        struct gt_terminal_new terminal;
    } new;
};

struct gt_import {
    char *text;
    size_t size, n;
    bool applied;
    struct line line[GT_IMPORT_LINES];
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
        if (import->n == GT_IMPORT_LINES)
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
    own->size = len + 1;
    own->text = malloc(own->size);
    enum gt_err err = own->text ? GT_OK : gt_err_set(GT_ERR_NOMEM, "no memory for an import");
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
    gt_wipe(import, sizeof(*import));
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

    if (import->applied && line->sort == SORT_USER)
        secret = line->new.user.first;
    if (import->applied && line->sort == SORT_TERMINAL)
        secret = line->new.terminal.secret;
    return (struct gt_import_line){line->number,
                                   line->cell[C_KIND],
                                   line->cell[C_CODE],
                                   line->cell[C_NAME],
                                   line->cell[C_BELOW],
                                   line->no,
                                   secret};
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
    form->ops = ALL_OPS;
    return err == GT_OK ? gt_terminal_prepare(by, &line->new.terminal, &line->no) : err;
}

static enum gt_err prepare(const struct gt_by *by, struct line *line)
{
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
    bool keep;
    struct gt_refusal no; /* of the line at `at` */
    size_t at;
    bool whole; /* all lines were made */
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

static enum gt_err make_line(struct gt_tx *tx, const struct run *r, const struct line *line,
                             struct gt_refusal *no)
{
    struct gt_org_new org = line->new.org;
    struct gt_terminal_new terminal = line->new.terminal;
    int64_t below = 0;
    enum gt_err err = find_below(tx, line, &below, no);

    if (err != GT_OK)
        return err;
    if (line->sort == SORT_USER) {
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

static enum gt_err make_all(struct gt_tx *tx, void *arg)
{
    struct run *r = arg;
    char detail[80];

    r->no = (struct gt_refusal){.why = GT_WHY_NONE};
    r->whole = false;
    for (r->at = 0; r->at < r->import->n; r->at++) {
        const struct line *line = &r->import->line[r->at];

        if (line->no.why == GT_WHY_NONE && make_line(tx, r, line, &r->no) != GT_OK)
            return gt_tx_err(tx);
    }
    snprintf(detail, sizeof(detail), "lines=%zu", r->import->n);
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

/* Runs all lines that nothing is known against.  GT_OK: `*found` says if one more is wrong. */
static enum gt_err try_once(const struct gt_by *by, struct gt_import *import, bool keep,
                            bool *found)
{
    struct run r = {.by = by, .import = import, .keep = keep};
    enum gt_err err = gt_db_transact(by->db, "import", make_all, &r);

    *found = r.no.why != GT_WHY_NONE;
    if (*found) {
        import->line[r.at].no = r.no;
        blame(import, &import->line[r.at]);
        return GT_OK;
    }
    return err == GT_ERR_DENIED && r.whole && !keep ? GT_OK : err;
}

enum gt_err gt_import_check(const struct gt_by *by, struct gt_import *import, size_t *wrong)
{
    bool found = true;

    *wrong = 0;
    for (size_t i = 0; i < import->n && *wrong < GT_IMPORT_WRONG; i++) {
        struct line *line = &import->line[i];
        enum gt_err err = prepare(by, line);

        if (err != GT_OK && line->no.why == GT_WHY_NONE)
            return err;
        *wrong += line->no.why != GT_WHY_NONE;
    }
    while (found && *wrong < GT_IMPORT_WRONG) {
        enum gt_err err = try_once(by, import, false, &found);

        if (err != GT_OK)
            return err;
        *wrong += found;
    }
    return GT_OK;
}

/* First passwords: what takes long, so it stands before the transaction. */
static enum gt_err make_passwords(const struct gt_by *by, struct gt_import *import,
                                  gt_import_progress progress, void *ctx)
{
    size_t all = 0, done = 0;
    enum gt_err err = GT_OK;

    for (size_t i = 0; i < import->n; i++)
        all += import->line[i].sort == SORT_USER;
    for (size_t i = 0; err == GT_OK && i < import->n; i++) {
        if (import->line[i].sort != SORT_USER)
            continue;
        err = gt_user_prepare_password(by, &import->line[i].new.user);
        if (progress)
            progress(ctx, ++done, all);
    }
    return err;
}

enum gt_err gt_import_apply(const struct gt_by *by, struct gt_import *import,
                            gt_import_progress progress, void *ctx, size_t *wrong)
{
    bool found;
    enum gt_err err = gt_import_check(by, import, wrong);

    if (err != GT_OK || *wrong > 0)
        return err;
    err = make_passwords(by, import, progress, ctx);
    if (err == GT_OK)
        err = try_once(by, import, true, &found);
    if (err != GT_OK)
        return err;
    *wrong = found; /* somebody was faster with a code, say */
    import->applied = !found;
    return GT_OK;
}
