/*
 * Roles: the built-in ones, those made above the visitor's organisations, and those made in them.
 *
 * There are few, so what belongs to the list is read whole and cut in C; built-in ones come first.
 */
#include "base/text.h"
#include "scope.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE 50

enum { F_Q, F__MAX };
static const struct gt_field filters[F__MAX] = {
    [F_Q] = {"q", GT_FIELD_LINE, .most = 64},
};

struct found {
    struct gt_page *page;
    struct gt_role_choice roles;
    struct gt_org orgs[GT_ROLE_CHOICES]; /* where they were made; id 0: built in */
};

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    gt_roles_read(tx, f->page, GT_RIGHT_ROLE_VIEW, &f->roles);
    for (size_t i = 0; i < f->roles.n; i++) {
        if (!f->roles.role[i].org_id ||
            !gt_row_find(tx, &gt_org_row, f->roles.role[i].org_id, &f->orgs[i]))
            f->orgs[i].id = 0;
    }
    return gt_tx_err(tx);
}

static int count(int64_t rights)
{
    int n = 0;
    for (int right = 0; right < GT_RIGHT__MAX; right++)
        n += (rights & GT_RIGHT_BIT(right)) != 0;
    return n;
}

static void set_row(struct gt_page *page, const struct found *f, size_t i, size_t row)
{
    const struct gt_role *role = &f->roles.role[i];
    gt_page_set_int(page, role->id, "Role.%zu.Id", row);
    gt_page_set(page, gt_role_label(page, role->id, role->code, role->name), "Role.%zu.Name", row);
    gt_page_set(page, role->code, "Role.%zu.Code", row);
    gt_page_set_int(page, count(role->rights), "Role.%zu.Rights", row);
    if (f->orgs[i].id && gt_page_may(page, GT_RIGHT_ROLE_VIEW, f->orgs[i].path))
        gt_page_set(page, f->orgs[i].name, "Role.%zu.Org", row);
    else
        gt_page_set(page, gt_page_word(page, f->orgs[i].id ? "role_above" : "role_built_in"),
                    "Role.%zu.Org", row);
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_list list;
    char next[24] = "";
    struct found *f = calloc(1, sizeof *f);
    if (!f)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a list");
    gt_list_read(page, filters, F__MAX, NULL, &list);
    f->page = page;
    enum gt_err err = gt_page_read(page, "roles.list", read_in, f);
    if (err == GT_OK) {
        const char *q = list.filters.value[F_Q].bad ? "" : list.filters.value[F_Q].text;
        int64_t after = 0;
        if (gt_int_parse(list.after, &after) != GT_OK)
            after = 0;
        size_t rows = 0;
        for (size_t i = 0; i < f->roles.n && !next[0]; i++) {
            const struct gt_role *role = &f->roles.role[i];
            if (role->id <= after ||
                (!strstr(role->code, q) &&
                 !strstr(gt_role_label(page, role->id, role->code, role->name), q)))
                continue;
            set_row(page, f, i, rows++);
            if (rows == PAGE && i + 1 < f->roles.n)
                (void)snprintf(next, sizeof next, "%" PRId64, role->id);
        }
        if (gt_grants_anywhere(&gt_who_of(page)->visit.grants, GT_RIGHT_ROLE_MANAGE))
            gt_page_set(page, "1", "May.Add");
        gt_list_show(&list, next);
        err = gt_page_show(page, "roles");
    }
    free(f);
    return err;
}

GT_ROUTE(roles, .path = "/console/roles", .name = "roles", .get = show, .right = GT_RIGHT_ROLE_VIEW,
         .menu = GT_MENU_ORG + 30);
