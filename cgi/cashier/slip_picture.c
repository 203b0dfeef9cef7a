/*
 * Pictures of the bank's paper beside one's own slip: put there, and looked at.
 */
#include "cashier.h"

#include "books/remit.h"
#include "staff/attached.h"

#include <inttypes.h>
#include <stdio.h>

/* --- put there */

struct own {
    int64_t account_id, id;
    bool there;
};

static bool is_own(struct gt_tx *tx, int64_t slip_id, void *account_id)
{
    struct gt_slip slip;
    return gt_row_find(tx, &gt_slip_row, slip_id, &slip) &&
           slip.account_id == *(const int64_t *)account_id;
}

static enum gt_err own_in(struct gt_tx *tx, void *arg)
{
    struct own *o = arg;
    o->there = is_own(tx, o->id, &o->account_id);
    return gt_tx_err(tx);
}

static enum gt_err attach(struct gt_page *page)
{
    struct gt_actor actor;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    struct own own = {.there = false};
    char path[64];
    int64_t id = 0;
    enum gt_err err = gt_cashier_open(page, &actor);
    if (err != GT_OK || page->done)
        return err;
    own.account_id = actor.user.account_id;
    if (gt_page_id(page, "id", &own.id))
        err = gt_page_read(page, "cashier.slip.own", own_in, &own);
    if (err != GT_OK || !own.there)
        return err != GT_OK ? err : gt_page_error(page, 404);
    (void)snprintf(path, sizeof path, "/cashier/slip?id=%" PRId64, own.id);
    const struct gt_pair *file = gt_attached_file(page);
    if (!file) {
        gt_page_flash(page, "danger", "cashier.attach_none", NULL);
        return gt_page_go(page, path);
    }
    err =
        gt_slip_attach(&gt_who_of(page)->by, own.id, file->file, file->value, file->len, &id, &no);
    if (err == GT_OK) {
        gt_page_flash(page, "success", "cashier.attach_done", NULL);
        return gt_page_go(page, path);
    }
    return gt_page_refused_to(page, err, &no, path);
}

GT_ROUTE(slip_attach, .path = "/cashier/slip/attach", .name = "cashier", .post = attach,
         .right = GT_RIGHT_COLLECT, .object = "slip", .body_max = GT_ATTACHED_BODY);

/* --- looked at */

static enum gt_err send_picture(struct gt_page *page)
{
    struct gt_actor actor;
    enum gt_err err = gt_cashier_open(page, &actor);
    if (err != GT_OK || page->done)
        return err;
    return gt_attached_send(page, GT_ATTACH_SLIP, is_own, &actor.user.account_id);
}

GT_ROUTE(slip_picture, .path = "/cashier/slip/picture", .name = "cashier", .get = send_picture,
         .right = GT_RIGHT_COLLECT, .object = "attachment");
