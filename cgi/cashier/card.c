/*
 * Cards: what was read of one, and the steps after a purchase: written and confirmed, or written
 * again.
 *
 * The card is read and written by the bridge on the cashier's PC (doc/card.md), which speaks to the
 * page and not to us.  A page that lost its place reads the card: its count tells whether it was
 * written.
 */
#include "cashier.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define COUNT_MOST 0xFFFFFFFF

static const char hex[] = "0123456789ABCDEFabcdef";
static const char number[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-";

/* Copies a field of the body that holds nothing but `fit`. */
static bool take(const struct gt_page *page, const char *name, const char *fit, char *out,
                 size_t size)
{
    const char *text = gt_params_get(&page->form, name);
    size_t n = strlen(text);
    if (n >= size || text[strspn(text, fit)])
        return false;
    memcpy(out, text, n + 1);
    return true;
}

bool gt_card_fields(const struct gt_page *page, struct gt_card_read *card)
{
    const char *count = gt_params_get(&page->form, "card_count");
    *card = (struct gt_card_read){.present = gt_params_get(&page->form, "card_no")[0] != '\0'};
    if (!card->present)
        return true;
    return take(page, "card_no", number, card->card_no, sizeof card->card_no) &&
           take(page, "card_meter", number, card->meter_no, sizeof card->meter_no) &&
           take(page, "card_return", hex, card->return_file, sizeof card->return_file) &&
           take(page, "card_random", hex, card->random, sizeof card->random) &&
           gt_int_parse(count, &card->count) == GT_OK && card->count >= 0 &&
           card->count <= COUNT_MOST;
}

/* --- what is to be written */

static enum gt_err set_trace(struct gt_page *page, const char *leaf)
{
    int64_t trace = 0;
    enum gt_err err = gt_window_trace(&gt_who_of(page)->by, &trace);
    gt_page_set_int(page, trace, "%s", leaf);
    return err;
}

bool gt_card_waits(const struct gt_txn *txn)
{
    return gt_txn_is_posted(txn) &&
           (txn->card_state == GT_CARD_TO_WRITE || txn->card_state == GT_CARD_FAILED);
}

enum gt_err gt_card_show(struct gt_page *page, const struct gt_result *purchase,
                         const struct gt_result *written)
{
    const struct gt_card_packet *packet = &written->packet;
    gt_page_set_int(page, purchase->txn.id, "Write.Id");
    gt_page_set(page, purchase->txn.card_no, "Write.CardNo");
    gt_page_set_int(page, written->txn.trace_no, "Write.Trace");
    gt_page_set_int(page, packet->count, "Write.Count");
    gt_page_set(page, packet->data, "Write.Data");
    for (int i = 0; i < 4; i++)
        gt_page_set(page, packet->mac[i], "Write.Mac%d", i + 1);
    enum gt_err err = set_trace(page, "Write.ConfirmTrace");
    return err == GT_OK ? set_trace(page, "Write.RewriteTrace") : err;
}

/* --- the steps */

/* Runs an order about the transaction that the address names, and goes on to what it then is: the
 * purchase, or the order itself where that has something to show. */
static enum gt_err step(struct gt_page *page, enum gt_op op)
{
    struct gt_actor actor;
    struct gt_result original, result;
    struct gt_order order = {.op = op, .actor = &actor, .written = op == GT_OP_CONFIRM};
    char path[64];
    enum gt_err err = gt_cashier_open(page, &actor);
    if (err != GT_OK || page->done)
        return err;
    if (!gt_page_id(page, "id", &order.orig_id))
        return gt_page_error(page, 404);
    if (gt_int_parse(gt_params_get(&page->form, "trace"), &order.trace_no) != GT_OK ||
        order.trace_no <= 0 || (op == GT_OP_REWRITE && !gt_card_fields(page, &order.card)))
        return gt_page_error(page, 400);
    err = gt_till_look(&gt_staff_of(page)->till, &actor, 0, order.orig_id, &original);
    if (err == GT_OK && original.txn.id == 0)
        return gt_page_error(page, 404);
    if (err == GT_OK)
        err = gt_till_run(&gt_staff_of(page)->till, &order, &result);
    if (err != GT_OK)
        return err;
    const struct gt_outcome_info *info = gt_outcome_info(result.outcome);
    if (op == GT_OP_REWRITE && (info->class == GT_CLASS_OK || info->class == GT_CLASS_IN_DOUBT))
        return gt_cashier_go_done(page, order.trace_no);
    if (info->class == GT_CLASS_DECLINED || info->class == GT_CLASS_ERROR)
        gt_page_flash(page, "warning", "as_it_is",
                      GT_ARGS(page->lang == GT_LANG_EN ? info->en : info->zh));
    (void)snprintf(path, sizeof path, "/cashier/done?id=%" PRId64, order.orig_id);
    return gt_page_go(page, path);
}

static enum gt_err confirm(struct gt_page *page)
{
    return step(page, GT_OP_CONFIRM);
}

static enum gt_err rewrite(struct gt_page *page)
{
    return step(page, GT_OP_REWRITE);
}

GT_ROUTE(card_confirm, .path = "/cashier/card/confirm", .name = "cashier", .post = confirm,
         .right = GT_RIGHT_COLLECT, .object = "txn");
GT_ROUTE(card_rewrite, .path = "/cashier/card/rewrite", .name = "cashier", .post = rewrite,
         .right = GT_RIGHT_COLLECT, .object = "txn");
