/*
 * Finding slips, the newest first.
 *
 * What waits is little, and found by its state.  A small subtree is found organisation by
 * organisation, each by an index; of a large one the slips of all are gone through downwards, for
 * there a page is soon full.  Both look at a bounded number of rows and say where to go on: rows
 * that one walk found below the place where another ended are left for the next call.
 */
#include "access/list.h"
#include "books/remit.h"

#include <stdlib.h>
#include <string.h>

#define PAGE   51   /* rows of a call, and of the statements */
#define WINDOW 1000 /* as the statements have it */
#define FEW    8    /* organisations that are asked one by one */

/* clang-format off */
#define HOLDS(column) "LOWER(COALESCE(" column ", '-')) LIKE ? ESCAPE '!' "
#define MATCHES "id < ? AND id >= ? AND state >= ? AND state <= ? AND kind >= ? AND kind <= ? "       \
    "AND to_bank >= ? AND maker_id >= ? AND maker_id <= ? AND made_date >= ? AND made_date <= ? "      \
    "AND (? = 1 OR " HOLDS("bank") "OR " HOLDS("bank_no") "OR " HOLDS("note") ") "
#define ROWS(place) "SELECT {top 51} " GT_ROW_NAMES(GT_SLIP_COLS) " FROM gt_slip WHERE " place MATCHES
/* Asked of each slip: a page of a large subtree is full long before its organisations are listed. */
#define IS_BELOW(column) "EXISTS (SELECT o.id FROM gt_org o WHERE o.id = gt_slip." column " AND o.path >= ? AND o.path < ?) "
#define IN_TREE "AND (" IS_BELOW("org_id") "OR " IS_BELOW("to_org_id") ") "
#define NEWEST "ORDER BY id DESC {limit 51}"
/* How far a thousand rows go, whatever stands in them. */
#define IDS(place) "SELECT {top 1000} id FROM gt_slip WHERE " place "id < ? ORDER BY id DESC {limit 1000}"
GT_STMT(slips_waiting, ROWS("state = ? AND ") IN_TREE NEWEST);
GT_STMT(slips_of_account, ROWS("account_id = ? AND ") IN_TREE NEWEST);
GT_STMT(slips_all, ROWS("") IN_TREE NEWEST);
GT_STMT(slips_all_ids, IDS(""));
GT_STMT(slips_sent, ROWS("org_id = ? AND ") NEWEST);
GT_STMT(slips_sent_ids, IDS("org_id = ? AND "));
GT_STMT(slips_received, ROWS("to_org_id = ? AND ") NEWEST);
GT_STMT(slips_received_ids, IDS("to_org_id = ? AND "));
GT_STMT(slip_places, "SELECT {top 9} id FROM gt_org WHERE path >= ? AND path < ? ORDER BY path {limit 9}");
/* clang-format on */

struct walk {
    const struct gt_stmt *const *rows, *const *ids; /* no ids: what there is, is little */
    int64_t place;                                  /* value in front; 0: none */
    bool tree;                                      /* the statement asks for the subtree */
};

/* What all walks of a call share. */
struct finding {
    const struct gt_slip_find *find;
    char end[202], like[GT_LIKE_MAX];
    struct gt_slip rows[2 * PAGE]; /* found so far, and by this walk */
    size_t n;
    bool more;
    int64_t before; /* the greatest id below which a walk did not look */
};

static int64_t most(int64_t value)
{
    return value ? value : INT64_MAX;
}

static void open_rows(struct gt_tx *tx, const struct finding *f, const struct walk *w,
                      int64_t before, int64_t low)
{
    const struct gt_slip_find *find = f->find;
    bool any = !find->text || !*find->text;
    struct gt_val val[20];
    size_t n = 0;

    if (w->place)
        val[n++] = GT_INT(w->place);
    val[n++] = GT_INT(before);
    val[n++] = GT_INT(low);
    val[n++] = GT_INT((int64_t)find->state);
    val[n++] = GT_INT(most((int64_t)find->state));
    val[n++] = GT_INT(find->kind);
    val[n++] = GT_INT(most(find->kind));
    val[n++] = GT_INT(find->to_bank);
    val[n++] = GT_INT(find->maker_id ? find->maker_id : INT64_MIN);
    val[n++] = GT_INT(most(find->maker_id));
    val[n++] = GT_INT(find->from);
    val[n++] = GT_INT(most(find->to));
    val[n++] = GT_INT(any);
    for (int i = 0; i < 3; i++)
        val[n++] = GT_TEXT(f->like);
    if (w->tree) {
        val[n++] = GT_TEXT(find->receives ? "/" : find->path);
        val[n++] = GT_TEXT(find->receives ? "/" : f->end);
        val[n++] = GT_TEXT(find->path);
        val[n++] = GT_TEXT(f->end);
    }
    gt_tx_query_(tx, w->rows, val, n);
}

/* The id of the last row of the window below `before`; 0 if the window holds all that there is. */
static int64_t window_end(struct gt_tx *tx, const struct walk *w, int64_t before)
{
    struct gt_val val[2] = {GT_INT(w->place), GT_INT(before)};
    int64_t id = 0;
    int n = 0;

    gt_tx_query_(tx, w->ids, w->place ? val : val + 1, w->place ? 2 : 1);
    while (gt_tx_next(tx)) {
        id = gt_col_int(tx);
        n++;
    }
    return n == WINDOW ? id : 0;
}

static int newest_first(const void *a, const void *b)
{
    const struct gt_slip *one = a, *two = b;

    return (one->id < two->id) - (one->id > two->id);
}

/* Puts what a walk found among the others: each once, a page at most. */
static void merge(struct finding *f)
{
    size_t kept = 0;

    if (f->n > 1)
        qsort(f->rows, f->n, sizeof(f->rows[0]), newest_first);
    for (size_t i = 0; i < f->n && kept < PAGE; i++)
        if (!kept || f->rows[i].id != f->rows[kept - 1].id)
            f->rows[kept++] = f->rows[i];
    f->n = kept;
}

static void walk_down(struct gt_tx *tx, struct finding *f, const struct walk *w, int look)
{
    int64_t before = most(f->find->before_id), low = 1;
    size_t room = f->n + f->find->most;

    for (int looked = 0; low && looked < look; looked += WINDOW) {
        low = w->ids ? window_end(tx, w, before) : 0;
        open_rows(tx, f, w, before, low);
        while (f->n < room && gt_tx_next(tx))
            gt_row_read(tx, &gt_slip_row, &f->rows[f->n++]);
        if (f->n == room || gt_tx_err(tx) != GT_OK)
            break;
        before = low;
    }
    f->more |= low != 0 || f->n == room;
    if (low && f->n < room && before > f->before)
        f->before = before;
    merge(f);
}

static bool waits(const struct gt_slip_find *find)
{
    return find->state == GT_SLIP_SUBMITTED || (find->state == GT_SLIP_RECEIVED && find->to_bank);
}

static void walk_places(struct gt_tx *tx, struct finding *f, const int64_t *orgs, size_t n)
{
    int look = GT_SLIP_LOOK / (int)n;

    for (size_t i = 0; i < n; i++) {
        walk_down(tx, f, &(struct walk){&slips_received, &slips_received_ids, orgs[i], false},
                  look);
        if (!f->find->receives)
            walk_down(tx, f, &(struct walk){&slips_sent, &slips_sent_ids, orgs[i], false}, look);
    }
}

static void look(struct gt_tx *tx, struct finding *f)
{
    const struct gt_slip_find *find = f->find;
    int64_t orgs[FEW + 1];
    size_t n = 0;

    if (waits(find) || find->account_id) {
        int64_t place = find->account_id ? find->account_id : (int64_t)find->state;
        walk_down(tx, f,
                  &(struct walk){find->account_id ? &slips_of_account : &slips_waiting, NULL, place,
                                 true},
                  GT_SLIP_LOOK);
        return;
    }
    gt_tx_query(tx, &slip_places, GT_TEXT(find->path), GT_TEXT(f->end));
    while (n <= FEW && gt_tx_next(tx))
        orgs[n++] = gt_col_int(tx);
    if (n > FEW)
        walk_down(tx, f, &(struct walk){&slips_all, &slips_all_ids, 0, true}, GT_SLIP_LOOK);
    else if (n > 0)
        walk_places(tx, f, orgs, n);
}

void gt_slips_find(struct gt_tx *tx, const struct gt_slip_find *find, struct gt_slip *slips,
                   struct gt_slips_found *found)
{
    struct finding *f = calloc(1, sizeof(*f));

    *found = (struct gt_slips_found){.n = 0};
    if (!f) {
        (void)gt_tx_fail(tx, gt_err_set(GT_ERR_NOMEM, "no memory for a list of slips"));
        return;
    }
    f->find = find;
    gt_org_range_end(find->path, f->end);
    gt_like(find->text, f->like);
    look(tx, f);
    while (f->n > 0 && f->rows[f->n - 1].id < f->before)
        f->n--;
    if (gt_tx_err(tx) == GT_OK) {
        found->n = f->n < find->most ? f->n : find->most;
        found->more = f->more || found->n == find->most;
        found->before = f->before;
        memcpy(slips, f->rows, found->n * sizeof(slips[0]));
    }
    free(f);
}
