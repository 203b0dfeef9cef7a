/*
 * Messages with a marketing system, for people who look at them: masked, and short enough for a
 * page.  All masking of messages is here.
 */
#ifndef GT_LINK_MESSAGE_H
#define GT_LINK_MESSAGE_H

#include "base/buf.h"
#include "link/link.h"
#include "link/upstream.h"

/* Room for a rendered request, masked. */
#define GT_MESSAGE_MAX ((size_t)256 * 1024)

/* What is known of the transaction, and must not be read wherever it stands; NULL or "" for what is
 * not known.  Borrowed. */
struct gt_message_known {
    const char *name, *address, *card_no, *return_file, *random;
};

/* Appends `len` foreign bytes to `out` as well-formed UTF-8 of at most `most` characters, an
 * ellipsis at the end of what was cut.  Masked are: what `known` says; the elements that the
 * definition (NULL: none) reads as name, address, card data or MAC, and those called like a
 * password; and anything that looks like a card or an identity number (15 hex digits or more that
 * are no serial of ours).  What is masked already stays as it is. */
void gt_message_mask(const struct gt_adapter *adapter, const struct gt_message_known *known,
                     const char *data, size_t len, size_t most, struct gt_buf *out);

/* Puts the answer of an exchange into `reply->raw`, masked. */
void gt_message_keep(const struct gt_adapter *adapter, const struct gt_up_request *request,
                     const struct gt_buf *answer, struct gt_up_reply *reply);

/* Appends to `out` what `request` looks like under the definition of today, masked.  `*changed_at`
 * says when the definition was changed last (UTC ms).  GT_ERR_ABSENT: the system or the operation
 * is in no definition any more; else the request cannot be made with this one. */
enum gt_err gt_message_render(const struct gt_link *link, const char *system,
                              const struct gt_up_request *request, struct gt_buf *out,
                              int64_t *changed_at) GT_CHECK;
/* The definition of a system, NULL if there is none; borrowed from `link`. */
const struct gt_adapter *gt_message_adapter(const struct gt_link *link, const char *system);

#endif
