/*
 * Differences become items, some hundred a commit; items of the date that were not found again are
 * agreed.
 *
 * What was found is remembered as one mark of 64 bits each, so that a million differences take
 * eight megabytes.  Marks are compared once, at the end.
 */
#include "books/reconcile_run.h"

#include "base/step.h"

#include <stdlib.h>
#include <string.h>

/* More are not remembered; then nothing is closed by itself. */
#define SEEN_MOST  ((size_t)4 * 1000 * 1000)
#define ITEM_PAGE  100
#define ABOUT_MOST 20

/* FNV-1a over what makes an item the same. */
static uint64_t mark_of(int64_t date, int64_t class, int64_t txn_id, const char *ref)
{
    uint64_t mark = UINT64_C(14695981039346656037);
    const int64_t numbers[] = {date, class, txn_id};
    const unsigned char *p = (const unsigned char *)numbers;

    for (size_t i = 0; i < sizeof(numbers); i++)
        mark = (mark ^ p[i]) * UINT64_C(1099511628211);
    for (p = (const unsigned char *)ref; *p; p++)
        mark = (mark ^ *p) * UINT64_C(1099511628211);
    return mark;
}

static enum gt_err remember(struct gt_recon_run_state *r, const struct gt_recon_diff *d)
{
    if (r->nseen == r->seen_cap && r->seen_cap < SEEN_MOST) {
        size_t cap = r->seen_cap ? 2 * r->seen_cap : 1024;
        uint64_t *grown = reallocarray(r->seen, cap, sizeof(*grown));
        if (!grown)
            return gt_err_set(GT_ERR_NOMEM, "no memory for differences");
        r->seen = grown;
        r->seen_cap = cap;
    }
    if (r->nseen < r->seen_cap)
        r->seen[r->nseen++] = mark_of(d->biz_date, d->class, d->txn_id, d->ref);
    return GT_OK;
}

static void count(struct gt_recon *recon, enum gt_item_class class)
{
    switch (class) {
    case GT_ITEM_OTHER_DATE:
        recon->n_date++;
        break;
    case GT_ITEM_AMOUNT:
        recon->n_amount++;
        break;
    case GT_ITEM_STATE:
        recon->n_state++;
        break;
    case GT_ITEM_ONLY_OURS:
        recon->n_ours++;
        break;
    case GT_ITEM_ONLY_THEIRS:
        recon->n_theirs++;
        break;
    default:
        recon->n_twice++;
        break;
    }
}

enum gt_err gt_recon_found(struct gt_recon_run_state *r, const struct gt_recon_diff *diff)
{
    bool by_rule = r->dates_ok && diff->class == GT_ITEM_OTHER_DATE && diff->ours == diff->theirs;

    count(&r->recon, diff->class);
    if (by_rule) {
        r->recon.n_ruled++;
        return GT_OK;
    }
    enum gt_err err = remember(r, diff);
    if (err != GT_OK)
        return err;
    r->batch[r->nbatch++] = *diff;
    return r->nbatch == GT_RECON_BATCH ? gt_recon_flush(r) : GT_OK;
}

/* --- entering -----------------------------------------------------------------------------------
 */

struct entering {
    struct gt_recon_run_state *r;
    int64_t now;
    int64_t keys[GT_RECON_BATCH];
};

/* What was only ours by an earlier run, and has turned up on another date. */
static void agree_only_ours(struct gt_tx *tx, const struct entering *e,
                            const struct gt_recon_diff *d)
{
    struct gt_item about[ABOUT_MOST];
    size_t n = gt_items_about(tx, d->txn_id, about, ABOUT_MOST);

    for (size_t i = 0; i < n; i++)
        if (about[i].class == GT_ITEM_ONLY_OURS && about[i].source == GT_ITEM_SYSTEM &&
            gt_item_agree(tx, about[i].id, e->now, e->r->date) != GT_OK)
            return;
}

static enum gt_err enter_in(struct gt_tx *tx, void *arg)
{
    struct entering *e = arg;
    int64_t id;

    for (int i = 0; i < e->r->nbatch; i++) {
        const struct gt_recon_diff *d = &e->r->batch[i];
        const struct gt_item_found found = {.source = GT_ITEM_SYSTEM,
                                            .class = d->class,
                                            .org_id = d->org_id,
                                            .system = e->r->system,
                                            .biz_date = d->biz_date,
                                            .txn_id = d->txn_id,
                                            .op = d->op,
                                            .ref = d->ref,
                                            .ours = d->ours,
                                            .theirs = d->theirs,
                                            .note = d->note};
        if (gt_item_enter(tx, &found, e->keys[i], e->now, &id, NULL) != GT_OK)
            break;
        if (d->class == GT_ITEM_OTHER_DATE)
            agree_only_ours(tx, e, d);
    }
    return gt_tx_err(tx);
}

enum gt_err gt_recon_flush(struct gt_recon_run_state *r)
{
    const struct gt_till *till = r->conf->till;
    struct entering e = {.r = r, .now = gt_now(till->clock)};
    enum gt_err err = GT_OK;

    for (int i = 0; i < r->nbatch && err == GT_OK; i++)
        err = gt_key_next(till->keys, "item", &e.keys[i]);
    if (err == GT_OK && r->nbatch)
        err = gt_db_transact(till->db, "recon.items", enter_in, &e);
    r->nbatch = 0;
    GT_STEP("recon.entered");
    return err;
}

/* --- closing ------------------------------------------------------------------------------------
 */

struct paging {
    struct gt_recon_run_state *r;
    int64_t after, now;
    struct gt_item rows[ITEM_PAGE];
    size_t n;
    bool gone[ITEM_PAGE];
};

static enum gt_err page_in(struct gt_tx *tx, void *arg)
{
    struct paging *p = arg;

    p->n = gt_items_open(tx, GT_ITEM_SYSTEM, p->r->system, 0, p->r->date, p->after, p->rows,
                         ITEM_PAGE);
    return gt_tx_err(tx);
}

static enum gt_err agree_in(struct gt_tx *tx, void *arg)
{
    struct paging *p = arg;

    for (size_t i = 0; i < p->n; i++)
        if (p->gone[i] && gt_item_agree(tx, p->rows[i].id, p->now, p->r->date) != GT_OK)
            break;
    return gt_tx_err(tx);
}

static int by_mark(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return x < y ? -1 : x > y;
}

/* Looks at one page of open items. */
static enum gt_err close_page(struct paging *p)
{
    const struct gt_recon_run_state *r = p->r;
    bool any = false;

    for (size_t i = 0; i < p->n; i++) {
        const struct gt_item *item = &p->rows[i];
        uint64_t mark = mark_of(item->biz_date, item->class, item->txn_id, item->ref);

        p->gone[i] = item->state == GT_ITEM_OPEN &&
                     !(r->nseen && bsearch(&mark, r->seen, r->nseen, sizeof(mark), by_mark));
        any = any || p->gone[i];
    }
    return any ? gt_db_transact(r->conf->till->db, "recon.agree", agree_in, p) : GT_OK;
}

enum gt_err gt_recon_close_others(struct gt_recon_run_state *r)
{
    struct paging *p = r->nseen < SEEN_MOST ? calloc(1, sizeof(*p)) : NULL;
    enum gt_err err = GT_OK;

    if (!p)
        return r->nseen < SEEN_MOST ? gt_err_set(GT_ERR_NOMEM, "no memory for items") : GT_OK;
    p->r = r;
    p->now = gt_now(r->conf->till->clock);
    if (r->nseen)
        qsort(r->seen, r->nseen, sizeof(*r->seen), by_mark);
    do {
        err = gt_db_read(r->conf->till->db, "recon.open", page_in, p);
        if (err == GT_OK)
            err = close_page(p);
        if (p->n)
            p->after = p->rows[p->n - 1].id;
    } while (err == GT_OK && p->n == ITEM_PAGE);
    free(p);
    return err;
}

enum gt_err gt_recon_open_items(struct gt_recon_run_state *r, bool *open)
{
    struct paging *p = calloc(1, sizeof(*p));

    if (!p)
        return gt_err_set(GT_ERR_NOMEM, "no memory for items");
    p->r = r;
    enum gt_err err = gt_db_read(r->conf->till->db, "recon.open", page_in, p);
    *open = p->n > 0;
    free(p);
    return err;
}
