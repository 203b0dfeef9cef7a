/*
 * One role: its rights in words, who holds it, history.
 *
 * Not here: making and changing (role_change.c).
 */
#include "role.h"

#include "history.h"
#include "rights.h"
#include "scope.h"

#include <stdlib.h>
#include <string.h>

#define PAGE 50

struct found {
    struct gt_role_found is;
    struct gt_grant_line lines[GT_GRANTS_MAX * (PAGE + 1)];
    size_t n;
    int64_t after;
    struct gt_history history;
};

/* Whether one of the visitor's subtrees is at or below the organisation: a role that was made above
 * is used here too. */
static bool made_above(const struct gt_page *page, const char *path)
{
    const struct gt_grants *grants = &gt_who_of(page)->visit.grants;
    const char *scope;
    for (size_t i = 0; (scope = gt_grants_scope(grants, GT_RIGHT_ROLE_VIEW, i)); i++) {
        if (strncmp(scope, path, strlen(path)) == 0)
            return true;
    }
    return false;
}

void gt_role_read(struct gt_tx *tx, struct gt_role_found *found)
{
    struct gt_page *page = found->page;
    found->org.id = 0;
    found->there = gt_row_find(tx, &gt_role_row, found->id, &found->role);
    if (!found->there || !found->role.org_id)
        return;
    found->there = gt_row_find(tx, &gt_org_row, found->role.org_id, &found->org) &&
                   (gt_page_may(page, GT_RIGHT_ROLE_VIEW, found->org.path) ||
                    made_above(page, found->org.path));
    found->own = found->there && gt_page_may(page, GT_RIGHT_ROLE_MANAGE, found->org.path);
}

void gt_role_show(struct gt_page *page, const struct gt_role_found *found)
{
    const struct gt_role *role = &found->role;
    gt_page_set_int(page, role->id, "Role.Id");
    gt_page_set(page, role->code, "Role.Code");
    gt_page_set(page, gt_role_label(page, role->id, role->code, role->name), "Role.Name");
    if (found->org.id && gt_page_may(page, GT_RIGHT_ROLE_VIEW, found->org.path))
        gt_page_set(page, found->org.name, "Role.Org");
    else
        gt_page_set(page, gt_page_word(page, found->org.id ? "role_above" : "role_built_in"),
                    "Role.Org");
}

static int by_id(const void *a, const void *b)
{
    const struct gt_grant_line *one = a, *two = b;
    return (one->grant.id > two->grant.id) - (one->grant.id < two->grant.id);
}

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    struct gt_scopes scopes;
    gt_role_read(tx, &f->is);
    if (!f->is.there)
        return gt_tx_err(tx);
    gt_scopes_read(tx, f->is.page, GT_RIGHT_ROLE_VIEW, "", &scopes);
    f->n = 0;
    for (size_t i = 0; i < scopes.n; i++)
        f->n +=
            gt_grants_of_role(tx, f->is.id, scopes.path[i], f->after, f->lines + f->n, PAGE + 1);
    f->n = gt_rows_merge(f->lines, f->n, sizeof f->lines[0], PAGE + 1, by_id);
    gt_history_read(tx, GT_ARGS("role"), f->is.role.code, &f->history);
    return gt_tx_err(tx);
}

static void show_holders(struct gt_page *page, const struct found *f)
{
    for (size_t i = 0; i < f->n && i < PAGE; i++) {
        const struct gt_grant_line *line = &f->lines[i];
        gt_page_set_int(page, line->grant.user_id, "Holder.%zu.Id", i);
        gt_page_set(page, line->user_name, "Holder.%zu.Name", i);
        gt_page_set(page, line->user_login, "Holder.%zu.Login", i);
        gt_page_set_int(page, line->grant.org_id, "Holder.%zu.OrgId", i);
        gt_page_set(page, line->org_name, "Holder.%zu.Org", i);
        gt_page_set_time(page, line->grant.at, "Holder.%zu.At", i);
        if (line->user_state == GT_ENABLED)
            gt_page_set(page, "1", "Holder.%zu.Enabled", i);
    }
}

static enum gt_err show_all(struct gt_page *page, const struct found *f, struct gt_list *list)
{
    gt_role_show(page, &f->is);
    gt_rights_show(page, f->is.role.rights, GT_RIGHTS_ALL);
    show_holders(page, f);
    if (f->is.own)
        gt_page_set(page, "1", "May.Change");
    else
        gt_page_set(page, gt_page_word(page, f->is.org.id ? "role.why_above" : "role.why_built_in"),
                    "WhyNot");
    if (f->is.own && f->n == 0 && f->after == 0)
        gt_page_set(page, "1", "May.Remove");
    gt_history_show(page, &f->history);
    gt_list_show_id(list, f->n > PAGE ? f->lines[PAGE - 1].grant.id : 0);
    return gt_page_show(page, "role");
}

static enum gt_err show(struct gt_page *page)
{
    int64_t id;
    struct gt_list list;
    if (!gt_page_id(page, "id", &id))
        return gt_page_error(page, 404);
    struct found *f = calloc(1, sizeof *f);
    if (!f)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a role");
    gt_list_read(page, NULL, 0, NULL, &list);
    f->is.page = page;
    f->is.id = id;
    f->after = gt_list_after_id(&list);
    enum gt_err err = gt_page_read(page, "role.show", read_in, f);
    if (err == GT_OK)
        err = f->is.there ? show_all(page, f, &list) : gt_page_error(page, 404);
    free(f);
    return err;
}

GT_ROUTE(role, .path = "/console/role", .name = "role", .get = show, .right = GT_RIGHT_ROLE_VIEW,
         .object = "role", .under = "roles");
