/*
 * Receipts: shown, counted when they are printed, on the paper that this PC has.
 *
 * A print is counted before it is made.  The form says how many prints the page knew of: sent
 * twice, it counts once.
 */
#include "cashier.h"

#include "base/text.h"
#include "kit/cookie.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define RECEIPT_MAX 16384
#define YEAR        (365 * 24 * 3600)

static const char *const papers[] = {"80", "a5", "none"};

/* The paper that the browser's cookie names, 80 mm if none. */
static const char *paper_of(const struct gt_page *page)
{
    char text[8];
    const char *header = page->request->param(page->request->ctx, "HTTP_COOKIE");
    if (gt_cookie_get(header, "paper", text, sizeof text)) {
        for (size_t i = 0; i < sizeof papers / sizeof papers[0]; i++) {
            if (strcmp(papers[i], text) == 0)
                return papers[i];
        }
    }
    return papers[0];
}

/* Sets Receipt, after counting a print if there were `seen` before (-1: none is counted). */
static enum gt_err show_receipt(struct gt_page *page, const struct gt_actor *actor, int64_t txn_id,
                                int64_t seen, enum gt_outcome *outcome)
{
    struct gt_staff *staff = gt_staff_of(page);
    struct gt_buf lines;
    int64_t prints = 0;
    gt_buf_init(&lines, RECEIPT_MAX);
    enum gt_err err = gt_till_receipt_once(&staff->till, actor, staff->start->conf.bureau, txn_id,
                                           seen, &lines, &prints, outcome);
    if (err == GT_OK && *outcome == GT_OUT_OK) {
        gt_page_set(page, lines.data, "Receipt.Lines");
        gt_page_set_int(page, prints, "Receipt.Prints");
        gt_page_set_int(page, txn_id, "Receipt.Id");
        gt_page_set(page, paper_of(page), "Receipt.Paper");
    }
    gt_buf_done(&lines);
    return err;
}

enum gt_err gt_receipt_show(struct gt_page *page, const struct gt_actor *actor, int64_t txn_id)
{
    enum gt_outcome outcome = GT_OUT_OK;
    return show_receipt(page, actor, txn_id, -1, &outcome);
}

/* The receipt by itself, to be printed at once. */
static enum gt_err show(struct gt_page *page)
{
    struct gt_actor actor;
    enum gt_outcome outcome = GT_OUT_ABSENT;
    int64_t id = 0;
    enum gt_err err = gt_cashier_open(page, &actor);
    if (err != GT_OK || page->done)
        return err;
    if (gt_page_id(page, "id", &id))
        err = show_receipt(page, &actor, id, -1, &outcome);
    if (err == GT_OK && outcome != GT_OUT_OK)
        return gt_page_error(page, 404);
    if (gt_grants_anywhere(&gt_who_of(page)->visit.grants, GT_RIGHT_VOID))
        gt_page_set(page, "1", "May.Void"); /* the page of it looks whose it is */
    if (gt_params_get(&page->query, "now")[0])
        gt_page_set(page, "1", "Receipt.Now");
    return err == GT_OK ? gt_cashier_show(page, &actor, "cashier_receipt") : err;
}

/* Counts a print and goes to what is to be printed. */
static enum gt_err print(struct gt_page *page)
{
    struct gt_actor actor;
    enum gt_outcome outcome = GT_OUT_ABSENT;
    char path[64];
    int64_t id = 0, seen = 0;
    enum gt_err err = gt_cashier_open(page, &actor);
    if (err != GT_OK || page->done)
        return err;
    if (gt_page_id(page, "id", &id) &&
        gt_int_parse(gt_params_get(&page->form, "prints"), &seen) == GT_OK && seen >= 0)
        err = show_receipt(page, &actor, id, seen, &outcome);
    if (err != GT_OK || outcome != GT_OUT_OK)
        return err == GT_OK ? gt_page_error(page, 404) : err;
    (void)snprintf(path, sizeof path, "/cashier/receipt?id=%" PRId64 "&now=1", id);
    return gt_page_go(page, path);
}

GT_ROUTE(receipt, .path = "/cashier/receipt", .name = "cashier", .get = show, .post = print,
         .right = GT_RIGHT_COLLECT, .object = "txn");

/* The paper of this PC. */
static enum gt_err set_paper(struct gt_page *page)
{
    const char *paper = gt_params_get(&page->form, "paper");
    const char *back = gt_params_get(&page->form, "back");
    for (size_t i = 0; i < sizeof papers / sizeof papers[0]; i++) {
        if (strcmp(papers[i], paper) == 0) {
            gt_cookie_set(page->reply, "paper", papers[i], YEAR);
            return gt_page_go(page, gt_path_good(back) ? back : "/cashier");
        }
    }
    return gt_page_error(page, 400);
}

GT_ROUTE(paper, .path = "/cashier/paper", .name = "cashier", .post = set_paper,
         .right = GT_RIGHT_COLLECT);
