/*
 * Attachments: into the store in parts, and out again; what the auditor asks of them.
 *
 * Not here: what kind a file is (attach_type.c), and who may (the owner's functions).
 */
#include "books/attach.h"

#include "base/clock.h"
#include "base/text.h"
#include "store/key.h"
#include "till/audit.h"
#include "till/slip.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

GT_ROW_DEFINE(gt_attachment, GT_ATTACHMENT_COLS);
GT_ROW_DEFINE(gt_attachment_part, GT_ATTACHMENT_PART_COLS);

#define PARTS_MOST ((GT_ATTACH_BYTES + GT_ATTACH_PART - 1) / GT_ATTACH_PART)

/* clang-format off */
GT_STMT(attachments_of, "SELECT {top 10} " GT_ROW_NAMES(GT_ATTACHMENT_COLS) " FROM gt_attachment "
        "WHERE owner_kind = ? AND owner_id = ? ORDER BY id {limit 10}");
GT_STMT(attachment_same, GT_ROW_SELECT(gt_attachment, GT_ATTACHMENT_COLS)
        " WHERE owner_kind = ? AND owner_id = ? AND digest = ?");
GT_STMT(attachment_count, "SELECT COUNT(*) FROM gt_attachment WHERE owner_kind = ? AND owner_id = ?");
GT_STMT(parts_of, "SELECT {top 200} " GT_ROW_NAMES(GT_ATTACHMENT_PART_COLS)
        " FROM gt_attachment_part WHERE id > ? AND id < ? ORDER BY id {limit 200}");
GT_STMT(parts_made, "SELECT parts FROM gt_attachment WHERE id = ?");
/* clang-format on */

struct gt_attaching {
    struct gt_attachment row, made; /* as it is to be; as it is in the store */
    struct gt_attachment_part *parts;
};

/* --- before the transaction --------------------------------------------------------------------
 */

/* The name as it is kept: without control characters and blanks around it, cut where it is long. */
static void keep_name(const char *name, char out[241])
{
    size_t n = 0, chars = 0, len = strlen(name);

    for (size_t at = 0, step; at < len && chars < GT_ATTACH_NAME; at += step) {
        uint32_t code = 0;

        step = gt_utf8_next(name + at, len - at, &code);
        if (!step)
            break;
        if (code < 0x20 || code == 0x7f || step > 3 || (n == 0 && code == ' '))
            continue;
        memcpy(out + n, name + at, step);
        n += step;
        chars++;
    }
    while (n > 0 && out[n - 1] == ' ')
        n--;
    out[n] = '\0';
    if (!n)
        (void)snprintf(out, 241, "-");
}

static enum gt_err digest_of(const void *data, size_t len, char hex[GT_SHA256_HEX])
{
    uint8_t digest[GT_SHA256_SIZE];
    enum gt_err err = gt_sha256(data, len, digest);

    if (err == GT_OK)
        gt_hex_encode(digest, sizeof(digest), hex);
    return err;
}

static enum gt_err cut_parts(struct gt_attaching *a, const uint8_t *data, size_t len)
{
    enum gt_err err = GT_OK;

    a->row.parts = (int64_t)((len + GT_ATTACH_PART - 1) / GT_ATTACH_PART);
    a->parts = calloc((size_t)a->row.parts, sizeof(*a->parts));
    if (!a->parts)
        return gt_err_set(GT_ERR_NOMEM, "no memory for an attachment");
    for (int64_t i = 0; i < a->row.parts && err == GT_OK; i++) {
        size_t from = (size_t)i * GT_ATTACH_PART;
        size_t size = len - from < GT_ATTACH_PART ? len - from : GT_ATTACH_PART;

        a->parts[i].id = GT_ATTACH_PART_ID(a->row.id, i + 1);
        err = gt_base64_encode(data + from, size, a->parts[i].data, sizeof(a->parts[i].data));
    }
    return err;
}

enum gt_err gt_attach_begin(const struct gt_by *by, const char *name, const void *data, size_t len,
                            struct gt_attaching **out, struct gt_refusal *no)
{
    enum gt_attach_type type = gt_attach_type_of(data, len);

    *no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (len > GT_ATTACH_BYTES)
        return gt_refuse(no, GT_WHY_ATTACH_BIG, "file", GT_ATTACH_BYTES / 1024 / 1024, NULL);
    if (!type)
        return gt_refuse(no, GT_WHY_ATTACH_TYPE, "file", 0, NULL);
    struct gt_attaching *a = calloc(1, sizeof(*a));
    if (!a)
        return gt_err_set(GT_ERR_NOMEM, "no memory for an attachment");
    a->row.type = type;
    a->row.size = (int64_t)len;
    a->row.made_by = by->user_id;
    a->row.made_at = gt_now(by->clock);
    keep_name(name, a->row.name);
    enum gt_err err = digest_of(data, len, a->row.digest);
    if (err == GT_OK)
        err = gt_key_next(by->src, "attachment", &a->row.id);
    if (err == GT_OK)
        err = cut_parts(a, data, len);
    if (err == GT_OK)
        *out = a;
    else
        gt_attach_free(a);
    return err;
}

void gt_attach_free(struct gt_attaching *a)
{
    if (!a)
        return;
    free(a->parts);
    free(a);
}

const struct gt_attachment *gt_attach_made(const struct gt_attaching *a)
{
    return &a->made;
}

/* --- in transactions ---------------------------------------------------------------------------
 */

enum gt_err gt_attach_add(struct gt_tx *tx, struct gt_attaching *a, enum gt_attach_owner owner,
                          int64_t owner_id, bool *added, struct gt_refusal *no)
{
    *added = false;
    if (gt_row_one(tx, &gt_attachment_row, &a->made, &attachment_same, GT_INT(owner),
                   GT_INT(owner_id), GT_TEXT(a->row.digest)))
        return gt_tx_err(tx);
    if (gt_tx_one(tx, &attachment_count, GT_INT(owner), GT_INT(owner_id)) &&
        gt_col_int(tx) >= GT_ATTACH_MOST)
        return gt_tx_refuse(tx, no, GT_WHY_ATTACH_MANY, "file", GT_ATTACH_MOST, NULL);
    a->made = a->row;
    a->made.owner_kind = owner;
    a->made.owner_id = owner_id;
    gt_row_insert(tx, &gt_attachment_row, &a->made);
    for (int64_t i = 0; i < a->row.parts; i++)
        gt_row_insert(tx, &gt_attachment_part_row, &a->parts[i]);
    gt_census_add(tx, gt_attachment_row.table, 1);
    *added = true;
    return gt_tx_err(tx);
}

size_t gt_attachments_of(struct gt_tx *tx, enum gt_attach_owner owner, int64_t owner_id,
                         struct gt_attachment *rows)
{
    size_t n = 0;

    gt_tx_query(tx, &attachments_of, GT_INT(owner), GT_INT(owner_id));
    while (n < GT_ATTACH_MOST && gt_tx_next(tx))
        gt_row_read(tx, &gt_attachment_row, &rows[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}

/* Appends the bytes of the parts to `out`; seals are looked at only for who is not the auditor, who
 * has looked at them already. */
static void read_parts(struct gt_tx *tx, const struct gt_attachment *attachment, bool audit,
                       struct gt_buf *out)
{
    struct gt_attachment_part *part = malloc(sizeof(*part));
    uint8_t *bytes = malloc(GT_ATTACH_PART_TEXT);
    size_t len = 0;

    if (!part || !bytes)
        (void)!gt_tx_fail(tx, gt_err_set(GT_ERR_NOMEM, "no memory for an attachment"));
    gt_tx_query(tx, &parts_of, GT_INT(GT_ATTACH_PART_ID(attachment->id, 0)),
                GT_INT(GT_ATTACH_PART_ID(attachment->id + 1, 0)));
    while (part && bytes && gt_tx_next(tx)) {
        if (audit)
            (void)gt_row_read_unchecked(tx, &gt_attachment_part_row, part);
        else
            gt_row_read(tx, &gt_attachment_part_row, part);
        if (gt_base64_decode(part->data, bytes, GT_ATTACH_PART_TEXT, &len) == GT_OK)
            gt_buf_put(out, bytes, len);
    }
    free(bytes);
    free(part);
}

/* Whether `out` holds what was put in. */
static bool is_whole(const struct gt_attachment *attachment, const struct gt_buf *out)
{
    char hex[GT_SHA256_HEX];

    return gt_buf_err(out) == GT_OK && (int64_t)out->len == attachment->size &&
           digest_of(out->data, out->len, hex) == GT_OK && strcmp(hex, attachment->digest) == 0;
}

enum gt_err gt_attachment_read(struct gt_tx *tx, const struct gt_attachment *attachment,
                               struct gt_buf *out)
{
    gt_buf_reset(out); /* the read may run again */
    read_parts(tx, attachment, false, out);
    if (gt_tx_err(tx) == GT_OK && !is_whole(attachment, out))
        return gt_tx_fail(tx, gt_err_set(GT_ERR_TAMPERED,
                                         "attachment %" PRId64 ": its bytes are not those put in",
                                         attachment->id));
    return gt_tx_err(tx);
}

/* --- the auditor -------------------------------------------------------------------------------
 */

static void audit_attachment(struct gt_audit *a, const void *row)
{
    const struct gt_attachment *attachment = row;
    struct gt_buf bytes;

    gt_buf_init(&bytes, (size_t)2 * GT_ATTACH_BYTES);
    read_parts(a->tx, attachment, true, &bytes);
    if (!is_whole(attachment, &bytes))
        gt_audit_say(a, "gt_attachment", attachment->id, "its bytes are not those put in");
    gt_buf_done(&bytes);
    if (attachment->owner_kind == GT_ATTACH_SLIP &&
        !gt_tx_one(a->tx, gt_slip_row.find, GT_INT(attachment->owner_id)))
        gt_audit_say(a, "gt_attachment", attachment->id, "belongs to no slip");
}

static void audit_part(struct gt_audit *a, const void *row)
{
    int64_t id = ((const struct gt_attachment_part *)row)->id;

    if (!gt_tx_one(a->tx, &parts_made, GT_INT(id / GT_ATTACH_PART_ID(1, 0))) ||
        gt_col_int(a->tx) < id % GT_ATTACH_PART_ID(1, 0))
        gt_audit_say(a, "gt_attachment_part", id, "belongs to no attachment");
}

GT_AUDIT(attachment, {&gt_attachment_row, audit_attachment, true});
GT_AUDIT(attachment_part, {&gt_attachment_part_row, audit_part, false});

_Static_assert(PARTS_MOST < GT_ATTACH_PART_ID(1, 0), "a part has its place in the id");
