/*
 * QR codes, as what an SVG path draws: the page needs no picture, and nothing stands in an address.
 */
#ifndef GT_KIT_QR_H
#define GT_KIT_QR_H

#include "base/buf.h"

/* Appends the path (attribute `d`) of a text's code to `path`, with the four modules of quiet
 * around it; `*size` is its width and height in modules.  GT_ERR_TOOBIG, GT_ERR_NOMEM. */
enum gt_err gt_qr_path(const char *text, struct gt_buf *path, int *size) GT_CHECK;

#endif
