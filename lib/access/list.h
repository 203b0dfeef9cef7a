/*
 * Lists for pages: a page at a time by keyset, within a subtree, filtered.
 *
 * Each list is one statement, whatever is filtered: a filter that is not given is the whole range.
 * None counts, none skips rows.  Rows come as they are; the names beside them (organisation, owner)
 * are looked up by their ids, which is cheap.  All are called in a transaction, read at most `most`
 * rows (GT_LIST_MAX) and give how many; ask for one more than is shown to know if there is more.
 */
#ifndef GT_ACCESS_LIST_H
#define GT_ACCESS_LIST_H

#include "access/approval.h"
#include "access/oplog.h"
#include "access/terminal.h"

#define GT_LIST_MAX 101

/* What is asked for. */
struct gt_find {
    const char *path;     /* the subtree; "/" is all */
    const char *text;     /* stands somewhere in code, number or name; "" or NULL: any */
    int64_t kind;         /* of organisation, terminal, account; 0: any */
    int64_t state;        /* 0: any */
    const char *kind_key; /* of approvals: the kind's key; NULL: any */
    int64_t role_id;      /* of users: who hold it somewhere; 0: any */
    int64_t user_id;      /* of terminals: bound to this operator; 0: any */
    int64_t from, to;     /* of approvals: asked for at from <= time < to; to 0: any */
    int64_t used;         /* of accounts: percent that is used at least; 0: any */
    bool by_operator;     /* of users: by operator number, not by login */
    bool down;            /* of users and terminals: the greatest first */
    bool oldest;          /* of approvals: the oldest first, not the newest */
    const char *after;    /* keyset of organisations, users, terminals: "" or NULL to begin with */
    int64_t after_id;     /* keyset of the others, 0 to begin with */
    size_t most;
};

/* By path; the keyset is the path.  Text: code and name. */
size_t gt_org_list(struct gt_tx *tx, const struct gt_find *find, struct gt_org *orgs);
/* By login, or operator number; the keyset is that.  Text: login, operator number and name. */
size_t gt_user_list(struct gt_tx *tx, const struct gt_find *find, struct gt_user *users);
/* Roles that were made in the subtree or above it, and built-in ones, by id; the keyset is the id.
 * Text: code and name; built-in ones are there whatever it is, for their names are words. */
size_t gt_role_list(struct gt_tx *tx, const struct gt_find *find, struct gt_role *roles);
/* By number; the keyset is the number.  Text: number. */
size_t gt_terminal_list(struct gt_tx *tx, const struct gt_find *find,
                        struct gt_terminal *terminals);
/* What came of looking for approvals. */
struct gt_approvals_found {
    size_t n;
    bool more;       /* there may be more */
    int64_t reached; /* of less than `most`: all as far as this id were looked at */
};
/* Approvals that one call looks at, at most, where something is looked for in them. */
#define GT_APPROVAL_LOOK 5000
/* The newest or the oldest first; the keyset is the id.  Text: object and reason.  `maker_id` 0:
 * anybody's.  What no index finds is looked for in a bounded number of rows, so `more` may come
 * with few rows, or none: ask again with `reached` as the keyset. */
void gt_approval_list(struct gt_tx *tx, const struct gt_find *find, int64_t maker_id,
                      struct gt_approval *rows, struct gt_approvals_found *found);

/* The operation log: of the whole platform for who holds oplog.view at the top, else what people of
 * a subtree did. */
struct gt_oplog_find {
    const char *path;             /* the subtree of who did it; NULL: everybody, programs too */
    int64_t from, to;             /* times: from <= at < to */
    const char *who, *what;       /* all of it, or what stands somewhere in it; "" or NULL: any */
    const char *object;           /* the same */
    int64_t before_at, before_id; /* keyset: behind this row; 0 to begin with */
    size_t most;
};
/* What came of it. */
struct gt_oplog_found {
    size_t n;
    bool more;         /* there may be more */
    int64_t before_at; /* of less than `most`: everything from here on was looked at */
};
/* Rows that one call looks at, about. */
#define GT_OPLOG_LOOK 8000
/* The newest first.  A text that is an object, a login or an action in full finds just these;
 * another one is looked for in a bounded number of rows, so `more` may come with few rows, or none:
 * ask again with `before_at` as found and `before_id` 0. */
void gt_oplog_list(struct gt_tx *tx, const struct gt_oplog_find *find, struct gt_oplog *rows,
                   struct gt_oplog_found *found);
/* The history of one object, the newest first: `object` as the log has it (an organisation's code,
 * a user's login, a terminal's number).  The caller has looked whether the object may be seen. */
size_t gt_oplog_history(struct gt_tx *tx, const char *object, int64_t before_at, int64_t before_id,
                        struct gt_oplog *rows, size_t most);

/* What a page's rows name, read by one statement each: GT_PAGE_IDS ids at most, in any order, the
 * same one as often as it comes. */
#define GT_PAGE_IDS 51
#define GT_IN_PAGE                                         \
    "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, " \
    "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "  \
    "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
/* The values for GT_IN_PAGE: no row has the id 0, which fills it up. */
void gt_page_ids(const int64_t *ids, size_t n, struct gt_val vals[GT_PAGE_IDS]);
/* Each at the place of its id; id 0 where there is none. */
void gt_orgs_by_id(struct gt_tx *tx, const int64_t *ids, size_t n, struct gt_org *orgs);
void gt_users_by_id(struct gt_tx *tx, const int64_t *ids, size_t n, struct gt_user *users);
/* Operators that each of the terminals is bound to. */
void gt_bindings_by_id(struct gt_tx *tx, const int64_t *ids, size_t n, size_t *bound);
/* The roles that each of the users has, each once, the oldest grant first. */
struct gt_role_held {
    int64_t user_id, role_id;
    char code[33], name[193];
};
#define GT_ROLES_HELD_MAX (GT_PAGE_IDS * GT_GRANTS_MAX)
size_t gt_roles_by_user(struct gt_tx *tx, const int64_t *ids, size_t n,
                        struct gt_role_held held[GT_ROLES_HELD_MAX]);

/* The pattern of LOWER(…) LIKE … ESCAPE '!' for texts that hold `text`, written small or great:
 * NULL or "" is any. */
#define GT_LIKE_MAX 200
void gt_like(const char *text, char out[GT_LIKE_MAX]);

#endif
