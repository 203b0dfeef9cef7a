/*
 * Attachments: pictures and papers that people put beside what they decide on, as evidence.
 *
 * One table for all owners (a slip, an item).  Only PNG, JPEG and PDF are taken, told by what is in
 * the file and not by its name, and bounded; the bytes lie in the store in parts, so that every
 * node has them and a backup too.  The row holds their digest under its seal: what comes out is
 * what was put in.  Nothing is ever taken away or changed.
 *
 * Who may look or add is the owner's matter: its function checks that in the same transaction, and
 * writes the operation log.
 */
#ifndef GT_BOOKS_ATTACH_H
#define GT_BOOKS_ATTACH_H

#include "access/by.h"
#include "base/buf.h"
#include "store/row.h"

enum gt_attach_owner { GT_ATTACH_SLIP = 1, GT_ATTACH_ITEM };
enum gt_attach_type { GT_ATTACH_PNG = 1, GT_ATTACH_JPEG, GT_ATTACH_PDF, GT_ATTACH__MAX };

#define GT_ATTACH_BYTES (2 * 1024 * 1024) /* of a file */
#define GT_ATTACH_MOST  10                /* of an owner */
#define GT_ATTACH_NAME  80                /* characters of a name; longer ones are cut */

/* Bytes of a part; of its text (base64), with the end. */
#define GT_ATTACH_PART      24000
#define GT_ATTACH_PART_TEXT 32001
/* The id of a part: attachment and part (1 …). */
#define GT_ATTACH_PART_ID(attachment, part) ((attachment)*256 + (part))

/* clang-format off */
#define GT_ATTACHMENT_COLS(KI, KT, I, T)                                                           \
    KI(id) KI(owner_kind) KI(owner_id) KI(type) KT(name, 241) KI(size) KI(parts) KT(digest, 65)    \
    KI(made_by) KI(made_at) I(version)
#define GT_ATTACHMENT_PART_COLS(KI, KT, I, T)                                                      \
    KI(id) KT(data, GT_ATTACH_PART_TEXT) I(version)
/* clang-format on */
struct gt_attachment {
    GT_ROW_STRUCT(GT_ATTACHMENT_COLS)
};
extern const struct gt_row gt_attachment_row;
struct gt_attachment_part {
    GT_ROW_STRUCT(GT_ATTACHMENT_PART_COLS)
};
extern const struct gt_row gt_attachment_part_row;

/* "image/png" …; static. */
const char *gt_attach_mime(enum gt_attach_type type);
/* What the bytes are; 0 if they are no whole file of any of these kinds. */
enum gt_attach_type gt_attach_type_of(const void *data, size_t len);

/* --- adding ------------------------------------------------------------------------------------
 */

/* A file on its way in: looked at, cut into parts, with its keys; made before the transaction. */
struct gt_attaching;
/* `data` is borrowed during the call, `name` (of the file, as a browser sent it) too.  `*out` is
 * owned by the caller (gt_attach_free).  GT_WHY_ATTACH_TYPE, GT_WHY_ATTACH_BIG, field "file". */
enum gt_err gt_attach_begin(const struct gt_by *by, const char *name, const void *data, size_t len,
                            struct gt_attaching **out, struct gt_refusal *no) GT_CHECK;
void gt_attach_free(struct gt_attaching *a);
/* In a transaction that holds the owner's row: adds it.  The same bytes again are the attachment
 * that is there; `*added` says whether it is new.  GT_WHY_ATTACH_MANY. */
enum gt_err gt_attach_add(struct gt_tx *tx, struct gt_attaching *a, enum gt_attach_owner owner,
                          int64_t owner_id, bool *added, struct gt_refusal *no) GT_CHECK;
/* What was added, or was there: valid when the transaction is committed.  Borrowed from `a`. */
const struct gt_attachment *gt_attach_made(const struct gt_attaching *a);

/* --- looking: in a read ------------------------------------------------------------------------
 */

/* Those of an owner, the first first; `rows` has room for GT_ATTACH_MOST.  Gives how many. */
size_t gt_attachments_of(struct gt_tx *tx, enum gt_attach_owner owner, int64_t owner_id,
                         struct gt_attachment *rows);
/* Appends the bytes of one to `out`, whose ceiling is GT_ATTACH_BYTES at least.  The error is the
 * transaction's: GT_ERR_TAMPERED if they are not those that were put in. */
enum gt_err gt_attachment_read(struct gt_tx *tx, const struct gt_attachment *attachment,
                               struct gt_buf *out) GT_CHECK;

#endif
