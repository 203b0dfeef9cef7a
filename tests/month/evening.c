/*
 * Morning and evening: shifts with float, blind count, over and short; slips up to the bank.
 */
#include "month.h"

#include "books/remit.h"
#include "till/account.h"

#include <stdio.h>
#include <string.h>

#define MORE 50000 /* fen that an agent pays in beyond what is due, now and then */

/* --- shifts
 * --------------------------------------------------------------------------------------- */

void month_open(struct month *m, struct month_site *site)
{
    struct gt_by by = month_by(m, site->user_id);
    struct gt_refusal no;
    char key[24];

    month_must(m, gt_shift_open(&by, MONTH_FLOAT, month_key(m, key), &site->shift_id, &no),
               "open a shift");
    site->drawer = MONTH_FLOAT;
    month_remember(m, site);
    site->nsales = 0;
}

struct reporting {
    int64_t id;
    bool found;
    struct gt_shift_report report;
};

static enum gt_err report_read(struct gt_tx *tx, void *arg)
{
    struct reporting *r = arg;

    r->found = gt_shift_report(tx, r->id, &r->report);
    return gt_tx_err(tx);
}

static struct gt_shift_report report_of(struct month *m, int64_t id)
{
    struct reporting r = {.id = id};

    month_must(m, gt_db_read(m->db, "month.shift", report_read, &r), "report of a shift");
    if (!r.found)
        month_fail(m, "shift %lld is gone", (long long)id);
    return r.report;
}

/* What is missing or too much in the drawer, of which the till knows nothing: mostly nothing. */
static int64_t mishap(struct month *m)
{
    if (!sim_rng_hit(&m->rng, 60))
        return 0;
    int64_t fen = sim_rng_from(&m->rng, 1, 50) * 100;
    return sim_rng_hit(&m->rng, 500) ? fen : -fen;
}

void month_close(struct month *m, struct month_site *site)
{
    struct gt_by by = month_by(m, site->user_id);
    struct gt_count_form form = {.apart = 0};
    struct gt_refusal no;
    char key[24];
    int64_t gone = mishap(m);

    for (int64_t i = 0, rest = site->drawer + gone; i < GT_DENOMINATIONS; i++) {
        form.pieces[i] = rest / gt_denomination[i];
        rest %= gt_denomination[i];
    }
    month_must(m, gt_shift_count(&by, site->shift_id, &form, month_key(m, key), &no), "count");
    struct gt_shift_report report = report_of(m, site->shift_id);
    if (report.difference != gone)
        month_fail(m, "%s: the drawer is %lld off by the books, and %lld really", site->terminal_no,
                   (long long)report.difference, (long long)gone);
    month_must(m,
               gt_shift_close(&by, site->shift_id, report.difference, gone ? "原因不明" : "",
                              month_key(m, key), &no),
               "close a shift");
    if (report_of(m, site->shift_id).difference != gone)
        month_fail(m, "%s: its shift was closed with another difference than %lld",
                   site->terminal_no, (long long)gone);
    m->tally.shifts++;
    m->tally.over += gone > 0;
    m->tally.shorts += gone < 0;
}

/* --- slips
 * ---------------------------------------------------------------------------------------- */

/* A slip of all that waits, by its maker; 0: nothing does. */
static int64_t slip_make(struct month *m, int64_t user_id, int64_t account_id, int64_t org_id)
{
    struct gt_by by = month_by(m, user_id);
    struct gt_remit_form form = {.account_id = account_id, .org_id = org_id};
    struct gt_remit_offer offer;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    char key[24];
    int64_t id = 0;

    month_must(m, gt_remit_offer(&by, &form, &offer, &no), "what waits for a slip");
    form.amount = offer.due > 0 ? offer.due : 0;
    if (offer.account.kind == GT_ACCOUNT_AGENT && offer.due >= 0 && sim_rng_hit(&m->rng, 150))
        form.amount += MORE;
    form.key = month_key(m, key);
    enum gt_err err = gt_remit_submit(&by, &form, &id, &no);
    if (err && no.why != GT_WHY_REMIT_NONE && no.why != GT_WHY_REMIT_BELOW)
        month_must(m, err, "make a slip");
    m->tally.slips += id != 0;
    m->tally.deposits += id && offer.due >= 0 && form.amount > offer.due;
    return id;
}

static void slip_receive(struct month *m, int64_t user_id, int64_t id)
{
    struct gt_by by = month_by(m, user_id);
    struct gt_refusal no;

    if (id)
        month_must(m, gt_remit_receive(&by, id, &no), "receive a slip");
}

static void slip_bank(struct month *m, int64_t user_id, int64_t id)
{
    struct gt_by by = month_by(m, user_id);
    struct gt_refusal no;
    char bank_no[24];

    if (id)
        month_must(m, gt_remit_bank(&by, id, "建设银行", month_key(m, bank_no), month_date(m), &no),
                   "bank a slip");
}

void month_remit(struct month *m)
{
    for (int i = 0; i < MONTH_SITES && !m->failed; i++) {
        const struct month_site *site = &m->site[i];
        const int64_t *manager = m->manager[site->bureau];
        int64_t id = slip_make(m, site->user_id, site->account_id, 0);
        if (site->is_agent) { /* straight to the top */
            slip_receive(m, m->head[0], id);
            slip_bank(m, m->head[1], id);
            continue;
        }
        slip_receive(m, manager[0], id);
        slip_receive(m, manager[1], slip_make(m, manager[0], 0, site->org_id));
    }
    for (int b = 0; b < MONTH_BUREAUS && !m->failed; b++) {
        int64_t id = slip_make(m, m->manager[b][0], 0, m->bureau_id[b]);
        slip_receive(m, m->head[0], id);
        slip_bank(m, m->head[1], id);
    }
}
