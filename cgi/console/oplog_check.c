/*
 * Checking the operation log's chains, on demand: seals, numbers, digests, heads.
 *
 * For who sees all of it: it is about every chain.  One read of the store, so what is written
 * meanwhile cannot look like damage.
 */
#include "access/oplog.h"
#include "history.h"

#include <stdio.h>
#include <string.h>

#define BAD_MOST 50

struct checked {
    struct {
        char object[80], what[200];
    } bad[BAD_MOST];
    size_t nbad; /* in all; only the first are kept */
    int64_t rows;
};

static void note(void *ctx, const char *object, const char *what)
{
    struct checked *c = ctx;
    if (c->nbad < BAD_MOST) {
        (void)snprintf(c->bad[c->nbad].object, sizeof c->bad[0].object, "%s", object);
        (void)snprintf(c->bad[c->nbad].what, sizeof c->bad[0].what, "%s", what);
    }
    c->nbad++;
}

static enum gt_err check_in(struct gt_tx *tx, void *arg)
{
    struct checked *c = arg;
    c->nbad = 0;
    c->rows = 0;
    gt_oplog_check(tx, note, c, &c->rows);
    return gt_tx_err(tx);
}

static enum gt_err check(struct gt_page *page)
{
    struct checked c;
    const struct gt_clock *clock = gt_console_of(page)->clock;
    if (!gt_oplog_sees_all(page))
        return gt_page_error(page, 403);
    int64_t began = gt_now(clock);
    enum gt_err err = gt_page_read(page, "oplog.check", check_in, &c);
    if (err != GT_OK)
        return err;
    gt_page_set_time(page, began, "Checked.At");
    gt_page_set_int(page, c.rows, "Checked.Rows");
    gt_page_set_int(page, gt_now(clock) - began, "Checked.Ms");
    if (c.nbad)
        gt_page_set_int(page, (int64_t)c.nbad, "Checked.Bad");
    for (size_t i = 0; i < c.nbad && i < BAD_MOST; i++) {
        gt_page_set(page, c.bad[i].object, "Bad.%zu.Object", i);
        gt_page_set(page, c.bad[i].what, "Bad.%zu.What", i);
    }
    return gt_page_show(page, "oplog_check");
}

GT_ROUTE(oplog_check, .path = "/console/oplog/check", .name = "oplog_check", .post = check,
         .right = GT_RIGHT_OPLOG_VIEW, .under = "oplog");
