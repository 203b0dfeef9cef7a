/*
 * What a list may show: subtrees below which the visitor holds a right, cut down to the
 * organisation that a filter names; how pages call roles, and what hinders an organisation.
 */
#ifndef GT_CONSOLE_SCOPE_H
#define GT_CONSOLE_SCOPE_H

#include "console.h"

struct gt_scopes {
    char path[GT_GRANTS_MAX][201]; /* none inside another */
    size_t n;
    struct gt_org org; /* that the filter names; id 0: none */
    bool absent;       /* the filter names none that the visitor may see */
};

/* In a transaction: the subtrees of `right`; `code` is of an organisation, "" for all. */
void gt_scopes_read(struct gt_tx *tx, struct gt_page *page, enum gt_right right, const char *code,
                    struct gt_scopes *scopes);

/* The name of a role: people's own roles have one, built-in ones one in each language. */
const char *gt_role_name(const struct gt_words *words, enum gt_lang lang, int64_t id,
                         const char *code, const char *name);
/* In the page's language. */
const char *gt_role_label(const struct gt_page *page, int64_t id, const char *code,
                          const char *name);

/* Gives the page, as Open.…, what stands in the way of moving or disabling an organisation. */
struct gt_hindrance;
void gt_hindrance_show(struct gt_page *page, const struct gt_hindrance *h);

/* Rows of a list from several subtrees are merged by their keys: sorts, and gives how many of `n`
 * are kept. */
size_t gt_rows_merge(void *rows, size_t n, size_t size, size_t most,
                     int (*compare)(const void *, const void *));

/* The organisations that the rows of one read name: few, so each is asked for once, not once
 * a row.  Begins zeroed in each run of the read. */
#define GT_ORGS_SEEN 16
struct gt_orgs_seen {
    struct gt_org org[GT_ORGS_SEEN]; /* with more of them the oldest make room */
    size_t n;                        /* put in so far */
};
/* In a transaction: reads an organisation into `org`, from the server only the first time; false if
 * there is none. */
bool gt_org_seen(struct gt_tx *tx, struct gt_orgs_seen *seen, int64_t id, struct gt_org *org);

/* In a transaction: roles that are built in, were made above the subtrees, or in them, by id; at
 * most `find->most`; `roles` has as many places for each subtree. */
struct gt_find;
size_t gt_roles_list(struct gt_tx *tx, const struct gt_scopes *scopes, struct gt_find *find,
                     struct gt_role *roles);

/* Sets the parts of a role choice: the first roles that the visitor may see and whose code or name
 * holds `text`, "" for any; the value is the id.  In a transaction. */
#define GT_ROLE_CHOICES 100
struct gt_role_choice {
    struct gt_role role[GT_ROLE_CHOICES];
    size_t n;
    bool more; /* there are more */
};
void gt_roles_read(struct gt_tx *tx, struct gt_page *page, enum gt_right right, const char *text,
                   struct gt_role_choice *roles);
/* Gives them to a form's field. */
void gt_roles_show(struct gt_form *form, size_t field, const struct gt_role_choice *roles);
/* The id that was chosen, 0 if none was. */
int64_t gt_role_chosen(const struct gt_form *form, size_t field);

#endif
