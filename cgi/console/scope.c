/*
 * Subtrees of lists, organisations of their rows, and roles as pages name them.
 */
#include "scope.h"

#include "access/list.h"
#include "base/text.h"
#include "till/hindrance.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void gt_scopes_read(struct gt_tx *tx, struct gt_page *page, enum gt_right right, const char *code,
                    struct gt_scopes *scopes)
{
    const struct gt_grants *grants = &gt_who_of(page)->visit.grants;
    const char *path;
    *scopes = (struct gt_scopes){.n = 0};
    if (!code[0]) {
        while (scopes->n < GT_GRANTS_MAX && (path = gt_grants_scope(grants, right, scopes->n)))
            (void)!gt_str_copy(scopes->path[scopes->n++], sizeof scopes->path[0], path);
    } else if (gt_org_by_code(tx, code, &scopes->org) &&
               gt_page_may(page, right, scopes->org.path)) {
        (void)!gt_str_copy(scopes->path[scopes->n++], sizeof scopes->path[0], scopes->org.path);
    } else {
        scopes->org.id = 0;
        scopes->absent = true;
    }
}

bool gt_org_seen(struct gt_tx *tx, struct gt_orgs_seen *seen, int64_t id, struct gt_org *org)
{
    for (size_t i = 0; i < seen->n && i < GT_ORGS_SEEN; i++) {
        if (seen->org[i].id == id) {
            *org = seen->org[i];
            return true;
        }
    }
    if (!gt_row_find(tx, &gt_org_row, id, org))
        return false;
    seen->org[seen->n++ % GT_ORGS_SEEN] = *org;
    return true;
}

static void show_number(struct gt_page *page, int64_t n, const char *leaf)
{
    if (n)
        gt_page_set_int(page, n, "%s", leaf);
}

static void show_money(struct gt_page *page, int64_t fen, const char *leaf)
{
    if (fen)
        gt_page_set_money(page, fen, "%s", leaf);
}

void gt_hindrance_show(struct gt_page *page, const struct gt_hindrance *h)
{
    show_number(page, h->open_txns, "Open.Txns");
    show_number(page, h->shifts, "Open.Shifts");
    show_number(page, h->slips, "Open.Slips");
    show_number(page, h->batches, "Open.Batches");
    show_money(page, h->unremitted, "Open.Unremitted");
    show_money(page, h->safe, "Open.Safe");
    show_money(page, h->deposit, "Open.Deposit");
}

size_t gt_rows_merge(void *rows, size_t n, size_t size, size_t most,
                     int (*compare)(const void *, const void *))
{
    if (n > 1)
        qsort(rows, n, size, compare);
    return n < most ? n : most;
}

const char *gt_role_name(const struct gt_words *words, enum gt_lang lang, int64_t id,
                         const char *code, const char *name)
{
    char word[64];
    if (id >= GT_ROLE_OWN)
        return name;
    (void)snprintf(word, sizeof word, "built_in.%s", code);
    return gt_words_get(words, lang, word);
}

const char *gt_role_label(const struct gt_page *page, int64_t id, const char *code,
                          const char *name)
{
    return gt_role_name(page->site->words, page->lang, id, code, name);
}

/* --- roles to choose from */

static int by_id(const void *a, const void *b)
{
    const struct gt_role *one = a, *two = b;
    return (one->id > two->id) - (one->id < two->id);
}

size_t gt_roles_list(struct gt_tx *tx, const struct gt_scopes *scopes, struct gt_find *find,
                     struct gt_role *roles)
{
    size_t n = 0, kept = 0;
    for (size_t i = 0; i < scopes->n; i++) {
        find->path = scopes->path[i];
        n += gt_role_list(tx, find, roles + n);
    }
    n = gt_rows_merge(roles, n, sizeof roles[0], n, by_id);
    for (size_t i = 0; i < n; i++) {
        if (kept == 0 || roles[kept - 1].id != roles[i].id)
            roles[kept++] = roles[i];
    }
    return kept < find->most ? kept : find->most;
}

/* The names of built-in roles are words, in which the store cannot look for a text. */
static bool is_named(const struct gt_page *page, const struct gt_role *role, const char *text)
{
    return role->id >= GT_ROLE_OWN || strstr(role->code, text) ||
           strstr(gt_role_label(page, role->id, role->code, role->name), text);
}

void gt_roles_read(struct gt_tx *tx, struct gt_page *page, enum gt_right right, const char *text,
                   struct gt_role_choice *roles)
{
    struct gt_find find = {.text = text, .most = GT_ROLE_CHOICES + 1};
    struct gt_scopes scopes;
    roles->n = 0;
    gt_scopes_read(tx, page, right, "", &scopes);
    struct gt_role *found = calloc(scopes.n * find.most + 1, sizeof *found);
    if (!found) {
        gt_tx_fail(tx, gt_err_set(GT_ERR_NOMEM, "no memory for roles"));
        return;
    }
    size_t n = gt_roles_list(tx, &scopes, &find, found);
    roles->more = n > GT_ROLE_CHOICES;
    for (size_t i = 0; i < n && roles->n < GT_ROLE_CHOICES; i++) {
        if (is_named(page, &found[i], text))
            roles->role[roles->n++] = found[i];
    }
    free(found);
}

void gt_roles_show(struct gt_form *form, size_t field, const struct gt_role_choice *roles)
{
    for (size_t i = 0; i < roles->n; i++) {
        const struct gt_role *role = &roles->role[i];
        char value[24];
        (void)snprintf(value, sizeof value, "%" PRId64, role->id);
        gt_form_choice(form, field, i, value,
                       gt_role_label(form->page, role->id, role->code, role->name));
    }
    if (roles->more) /* says so: it chooses nothing */
        gt_form_choice(form, field, roles->n, "", gt_page_word(form->page, "roles_more"));
}

int64_t gt_role_chosen(const struct gt_form *form, size_t field)
{
    int64_t id = 0;
    if (gt_int_parse(form->value[field].text, &id) != GT_OK || id < 0)
        return 0;
    return id;
}
