/*
 * Attachments on pages.
 */
#include "staff/attached.h"

#include <inttypes.h>
#include <stdio.h>

static const char *const kinds[GT_ATTACH__MAX] = {"bin", "png", "jpg", "pdf"};

static int64_t kind_of(const struct gt_attachment *row)
{
    return row->type > 0 && row->type < GT_ATTACH__MAX ? row->type : 0;
}

void gt_attached_show(struct gt_page *page, const struct gt_attachment *rows, size_t n,
                      const char *path)
{
    for (size_t i = 0; i < n; i++) {
        char href[160];
        (void)snprintf(href, sizeof href, "%s?id=%" PRId64, path, rows[i].id);
        gt_page_set(page, rows[i].name, "Attached.%zu.Name", i);
        gt_page_set(page, kinds[kind_of(&rows[i])], "Attached.%zu.Kind", i);
        gt_page_set_int(page, (rows[i].size + 1023) / 1024, "Attached.%zu.Size", i);
        gt_page_set_time(page, rows[i].made_at, "Attached.%zu.At", i);
        gt_page_set(page, href, "Attached.%zu.Href", i);
        if (rows[i].type != GT_ATTACH_PDF)
            gt_page_set(page, "1", "Attached.%zu.Picture", i);
    }
}

const struct gt_pair *gt_attached_file(const struct gt_page *page)
{
    const struct gt_pair *file = gt_params_at(&page->form, "file", 0);
    return file && file->file && file->len > 0 ? file : NULL;
}

/* --- one of them, as a file */

struct sending {
    int64_t id;
    enum gt_attach_owner kind;
    gt_attached_may may;
    void *arg;
    bool there;
    struct gt_attachment row;
    struct gt_buf bytes;
};

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct sending *s = arg;
    gt_buf_reset(&s->bytes);
    s->there = gt_row_find(tx, &gt_attachment_row, s->id, &s->row) &&
               s->row.owner_kind == (int64_t)s->kind && s->may(tx, s->row.owner_id, s->arg);
    return s->there ? gt_attachment_read(tx, &s->row, &s->bytes) : gt_tx_err(tx);
}

static enum gt_err put_file(struct gt_page *page, const struct sending *s)
{
    struct gt_http_reply *reply = page->reply;
    char value[96];
    /* The name that somebody gave the file is on the page; here it could only do harm. */
    (void)snprintf(value, sizeof value, "%s; filename=\"%" PRId64 ".%s\"",
                   s->row.type == GT_ATTACH_PDF ? "attachment" : "inline", s->row.id,
                   kinds[kind_of(&s->row)]);
    gt_buf_reset(&reply->body);
    reply->status = 200;
    reply->content_type = gt_attach_mime((enum gt_attach_type)s->row.type);
    gt_http_reply_header(reply, "Content-Disposition", value);
    gt_buf_put(&reply->body, s->bytes.data, s->bytes.len);
    page->done = true;
    return gt_buf_err(&reply->body);
}

enum gt_err gt_attached_send(struct gt_page *page, enum gt_attach_owner kind, gt_attached_may may,
                             void *arg)
{
    struct sending s = {.kind = kind, .may = may, .arg = arg};
    enum gt_err err = GT_OK;
    gt_buf_init(&s.bytes, GT_ATTACH_BYTES);
    if (gt_page_id(page, "id", &s.id))
        err = gt_page_read(page, "attachment", read_in, &s);
    if (err == GT_OK)
        err = s.there ? put_file(page, &s) : gt_page_error(page, 404);
    gt_buf_done(&s.bytes);
    return err;
}
