/*
 * Roles: the built-in ones, those made above the visitor's organisations, and those made in them.
 *
 * By id, which is the keyset; so built-in ones come first.  Their names are words of the page's
 * language, so a text is looked for in them here and not in the store.
 */
#include "access/list.h"
#include "base/text.h"
#include "scope.h"
#include "staff/export.h"

#include <stdlib.h>
#include <string.h>

#define PAGE 50

enum { F_Q, F__MAX };
static const struct gt_field filters[F__MAX] = {
    [F_Q] = {"q", GT_FIELD_LINE, .most = 64},
};

/* What is found; it outlives the page where it is exported. */
struct found {
    struct gt_page *page; /* as long as it lasts */
    struct gt_db *db;
    const struct gt_words *words;
    enum gt_lang lang;
    struct gt_grants grants;
    struct gt_scopes scopes;
    char text[64 * 4 + 1];
    struct gt_find find; /* with this */
    struct gt_role rows[GT_GRANTS_MAX * GT_LIST_MAX];
    struct gt_org orgs[PAGE + 1]; /* where they were made; id 0: built in */
    size_t n;
};

static const char *name_of(const struct found *f, const struct gt_role *role)
{
    return gt_role_name(f->words, f->lang, role->id, role->code, role->name);
}

static enum gt_err scopes_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    gt_scopes_read(tx, f->page, GT_RIGHT_ROLE_VIEW, "", &f->scopes);
    return gt_tx_err(tx);
}

/* Reads one row more than is shown, to know whether there are more. */
static enum gt_err read_on(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    struct gt_orgs_seen seen = {.n = 0};
    size_t found = gt_roles_list(tx, &f->scopes, &f->find, f->rows);
    f->n = 0;
    for (size_t i = 0; i < found && f->n <= PAGE; i++) {
        const struct gt_role *role = &f->rows[i];
        if (role->id >= GT_ROLE_OWN || strstr(role->code, f->text) ||
            strstr(name_of(f, role), f->text))
            f->rows[f->n++] = *role;
    }
    for (size_t i = 0; i < f->n; i++) {
        if (!f->rows[i].org_id || !gt_org_seen(tx, &seen, f->rows[i].org_id, &f->orgs[i]))
            f->orgs[i].id = 0;
    }
    return gt_tx_err(tx);
}

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    return scopes_in(tx, arg) == GT_OK ? read_on(tx, arg) : gt_tx_err(tx);
}

/* Owned by the caller. */
static enum gt_err begin(struct gt_page *page, struct gt_list *list, struct found **found)
{
    struct found *f = calloc(1, sizeof *f);
    if (!f)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a list");
    gt_list_read(page, filters, F__MAX, NULL, list);
    f->page = page;
    f->db = gt_console_of(page)->start->db;
    f->words = page->site->words;
    f->lang = page->lang;
    f->grants = gt_who_of(page)->visit.grants;
    if (!list->filters.value[F_Q].bad)
        (void)!gt_str_copy(f->text, sizeof f->text, list->filters.value[F_Q].text);
    f->find = (struct gt_find){.text = f->text, .most = GT_LIST_MAX};
    *found = f;
    return GT_OK;
}

/* Who made a role: a name, or (in `word`) what is said instead. */
static const char *made_by(const struct found *f, size_t i, const char **word)
{
    const struct gt_org *org = &f->orgs[i];
    *word = !org->id                                                     ? "role_built_in"
            : gt_grants_allow(&f->grants, GT_RIGHT_ROLE_VIEW, org->path) ? NULL
                                                                         : "role_above";
    return org->name;
}

static int count(int64_t rights)
{
    int n = 0;
    for (int right = 0; right < GT_RIGHT__MAX; right++)
        n += (rights & GT_RIGHT_BIT(right)) != 0;
    return n;
}

static void set_row(struct gt_page *page, const struct found *f, size_t i)
{
    const struct gt_role *role = &f->rows[i];
    const char *word, *name = made_by(f, i, &word);
    gt_page_set_int(page, role->id, "Role.%zu.Id", i);
    gt_page_set(page, name_of(f, role), "Role.%zu.Name", i);
    gt_page_set(page, role->code, "Role.%zu.Code", i);
    gt_page_set_int(page, count(role->rights), "Role.%zu.Rights", i);
    gt_page_set(page, word ? gt_page_word(page, word) : name, "Role.%zu.Org", i);
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_list list;
    struct found *f;
    enum gt_err err = begin(page, &list, &f);
    if (err != GT_OK)
        return err;
    f->find.after_id = gt_list_after_id(&list);
    err = gt_page_read(page, "roles.list", read_in, f);
    if (err == GT_OK) {
        for (size_t i = 0; i < f->n && i < PAGE; i++)
            set_row(page, f, i);
        if (gt_grants_anywhere(&f->grants, GT_RIGHT_ROLE_MANAGE))
            gt_page_set(page, "1", "May.Add");
        if (f->n > 0)
            gt_export_show(&list, "/console/roles/export");
        gt_list_show_id(&list, f->n > PAGE ? f->rows[PAGE - 1].id : 0);
        err = gt_page_show(page, "roles");
    }
    free(f);
    return err;
}

GT_ROUTE(roles, .path = "/console/roles", .name = "roles", .get = show, .right = GT_RIGHT_ROLE_VIEW,
         .menu = GT_MENU_ORG + 30);

/* --- as a file */

static const char *const columns[] = {"name", "code", "org", "rights", NULL};

static enum gt_err put_rows(struct gt_sheet *sheet, void *list, bool *more)
{
    struct found *f = list;
    enum gt_err err = gt_db_read(f->db, "roles.export", read_on, f);
    size_t n = f->n < PAGE ? f->n : PAGE;
    for (size_t i = 0; err == GT_OK && i < n; i++) {
        const char *word, *name = made_by(f, i, &word);
        gt_cell_text(sheet, name_of(f, &f->rows[i]));
        gt_cell_text(sheet, f->rows[i].code);
        gt_cell_text(sheet, word ? gt_words_get(f->words, f->lang, word) : name);
        gt_cell_int(sheet, count(f->rows[i].rights));
        f->find.after_id = f->rows[i].id;
    }
    *more = f->n > PAGE;
    return err;
}

static enum gt_err send(struct gt_page *page)
{
    static const struct gt_sheet_source source = {"roles", "roles", columns, put_rows, free};
    struct gt_list list;
    struct found *f;
    enum gt_err err = begin(page, &list, &f);
    if (err != GT_OK)
        return err;
    return gt_export_send_read(page, scopes_in, GT_RIGHT_ROLE_VIEW, &list.filters, "role.export",
                               &source, f);
}

GT_ROUTE(roles_export, .path = "/console/roles/export", .name = "roles", .get = send,
         .right = GT_RIGHT_EXPORT, .under = "roles");
