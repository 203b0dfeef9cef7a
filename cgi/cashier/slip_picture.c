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

static enum gt_err own_in(struct gt_tx *tx, void *arg)
{
    struct own *o = arg;
    struct gt_slip slip;
    o->there = gt_row_find(tx, &gt_slip_row, o->id, &slip) && slip.account_id == o->account_id;
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

struct picture {
    int64_t account_id, id;
    bool there;
    struct gt_attachment row;
    struct gt_buf bytes;
};

static enum gt_err picture_in(struct gt_tx *tx, void *arg)
{
    struct picture *p = arg;
    struct gt_slip slip;
    p->there = gt_row_find(tx, &gt_attachment_row, p->id, &p->row) &&
               p->row.owner_kind == GT_ATTACH_SLIP &&
               gt_row_find(tx, &gt_slip_row, p->row.owner_id, &slip) &&
               slip.account_id == p->account_id;
    return p->there ? gt_attachment_read(tx, &p->row, &p->bytes) : gt_tx_err(tx);
}

static enum gt_err send_picture(struct gt_page *page)
{
    struct gt_actor actor;
    enum gt_err err = gt_cashier_open(page, &actor);
    if (err != GT_OK || page->done)
        return err;
    struct picture p = {.account_id = actor.user.account_id};
    gt_buf_init(&p.bytes, GT_ATTACH_BYTES);
    if (gt_page_id(page, "id", &p.id))
        err = gt_page_read(page, "cashier.picture", picture_in, &p);
    if (err == GT_OK)
        err = p.there ? gt_attached_send(page, &p.row, &p.bytes) : gt_page_error(page, 404);
    gt_buf_done(&p.bytes);
    return err;
}

GT_ROUTE(slip_picture, .path = "/cashier/slip/picture", .name = "cashier", .get = send_picture,
         .right = GT_RIGHT_COLLECT, .object = "attachment");
