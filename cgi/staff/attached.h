/*
 * Attachments on pages: what is there, a file that comes, a picture that goes out.
 *
 * Who may see them is for the owner's page to look at.
 */
#ifndef GT_STAFF_ATTACHED_H
#define GT_STAFF_ATTACHED_H

#include "books/attach.h"
#include "staff/staff.h"

/* Bytes of a body that brings a file: for the route. */
#define GT_ATTACHED_BODY ((size_t)GT_ATTACH_BYTES + (size_t)64 * 1024)

/* Gives the template Attached.i with .Name, .Kind, .Size, .At, .Href and, of pictures, .Picture,
 * for call:attached().  `path` is the address that sends one by its id: "/console/remit/picture".
 */
void gt_attached_show(struct gt_page *page, const struct gt_attachment *rows, size_t n,
                      const char *path);
/* The file of the field "file"; NULL if none was chosen. */
const struct gt_pair *gt_attached_file(const struct gt_page *page);
/* Whether the visitor may see an attachment of this owner: in a read, with `arg` as it was given.
 */
typedef bool (*gt_attached_may)(struct gt_tx *tx, int64_t owner_id, void *arg);
/* Makes the reply the attachment that `?id=` names, if it is of that kind of owner and `may` says
 * so, and 404 if not.  A browser shows a picture as a picture and a paper not at all, whatever
 * stands in it. */
enum gt_err gt_attached_send(struct gt_page *page, enum gt_attach_owner kind, gt_attached_may may,
                             void *arg) GT_CHECK;

#endif
