/*
 * The journal's side: rows of one system that bring in money, by their numbers, page by page.
 *
 * Numbers begin with the business date, so a date is a range of the primary key, and what goes
 * upstream as the serial is its order.
 */
#include "books/reconcile_run.h"

#include <stdlib.h>
#include <string.h>

#define PAGE 1000

#define OURS_COLS                                                                             \
    "id, op, system, customer_no, amount, fee, biz_date, clear_date, up_date, state, org_id," \
    " reversed_by FROM gt_txn"

GT_STMT(recon_page, "SELECT {top 1000} " OURS_COLS " WHERE id > ? AND id < ? ORDER BY id"
                    " {limit 1000}");
GT_STMT(recon_one, "SELECT " OURS_COLS " WHERE id = ?");

struct gt_recon_journal {
    struct gt_recon_run_state *r;
    int64_t after, end; /* numbers between these are still to be read */
    int64_t last_id;    /* of the page, wanted or not */
    struct gt_recon_ours page[PAGE];
    int n, at;
    bool last; /* nothing is behind the page */
};

bool gt_recon_stands(const struct gt_recon_ours *ours)
{
    return ours->state == GT_TXN_POSTED || ours->state == GT_TXN_REVERSING;
}

/* Reads the row the statement stands on; false if it is none to be matched. */
static bool read_ours(struct gt_tx *tx, const char *system, struct gt_recon_ours *ours)
{
    char named[17];

    ours->id = gt_col_int(tx);
    ours->op = gt_col_int(tx);
    gt_col_text(tx, named, sizeof(named));
    gt_col_text(tx, ours->customer_no, sizeof(ours->customer_no));
    ours->amount = gt_col_int(tx);
    ours->amount += gt_col_int(tx);
    ours->biz_date = gt_col_int(tx);
    int64_t clear_date = gt_col_int(tx);
    int64_t up_date = gt_col_int(tx);
    ours->date = up_date ? up_date : clear_date;
    ours->state = gt_col_int(tx);
    ours->org_id = gt_col_int(tx);
    /* What a later day took back was refunded: on its own date it stands, for both sides. */
    int64_t reversed_by = gt_col_int(tx);
    if ((ours->state == GT_TXN_REVERSED || ours->state == GT_TXN_REFUNDED) &&
        reversed_by / GT_RECON_FIRST(1) != ours->id / GT_RECON_FIRST(1))
        ours->state = GT_TXN_POSTED;
    return gt_tx_err(tx) == GT_OK && strcmp(named, system) == 0 && ours->op >= GT_OP_PAY &&
           ours->op <= GT_OP_REPLACE;
}

static enum gt_err page_in(struct gt_tx *tx, void *arg)
{
    struct gt_recon_journal *j = arg;
    struct gt_recon_ours row;
    int rows = 0;

    j->n = j->at = 0;
    gt_tx_query(tx, &recon_page, GT_INT(j->after), GT_INT(j->end));
    while (rows < PAGE && gt_tx_next(tx)) {
        if (read_ours(tx, j->r->system, &row))
            j->page[j->n++] = row;
        j->last_id = row.id;
        rows++;
    }
    j->last = rows < PAGE;
    return gt_tx_err(tx);
}

enum gt_err gt_recon_journal_open(struct gt_recon_run_state *r, int64_t from_date, int64_t to_date,
                                  struct gt_recon_journal **journal)
{
    struct gt_recon_journal *j = calloc(1, sizeof(*j));

    if (!j)
        return gt_err_set(GT_ERR_NOMEM, "no memory to read the journal");
    j->r = r;
    j->after = GT_RECON_FIRST(from_date) - 1;
    j->end = GT_RECON_FIRST(to_date + 1);
    *journal = j;
    return GT_OK;
}

void gt_recon_journal_close(struct gt_recon_journal *journal)
{
    free(journal);
}

enum gt_err gt_recon_journal_next(struct gt_recon_journal *journal,
                                  const struct gt_recon_ours **ours)
{
    *ours = NULL;
    while (journal->at == journal->n) {
        if (journal->last)
            return GT_OK;
        enum gt_err err = gt_db_read(journal->r->conf->till->db, "recon.page", page_in, journal);
        if (err != GT_OK)
            return err;
        journal->after = journal->last_id;
    }
    *ours = &journal->page[journal->at++];
    return GT_OK;
}

/* --- one ----------------------------------------------------------------------------------------
 */

struct finding {
    const char *system;
    int64_t id;
    struct gt_recon_ours *ours;
    bool found;
};

static enum gt_err find_in(struct gt_tx *tx, void *arg)
{
    struct finding *f = arg;

    f->found = gt_tx_one(tx, &recon_one, GT_INT(f->id)) && read_ours(tx, f->system, f->ours);
    return gt_tx_err(tx);
}

enum gt_err gt_recon_ours_find(struct gt_recon_run_state *r, int64_t id, struct gt_recon_ours *ours,
                               bool *found)
{
    struct finding f = {.system = r->system, .id = id, .ours = ours};
    enum gt_err err = gt_db_look(r->conf->till->db, "recon.one", find_in, &f);

    *found = f.found;
    return err;
}
