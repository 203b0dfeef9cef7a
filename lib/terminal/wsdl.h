/*
 * The WSDL as it is served: one document, with the schema in it.
 */
#ifndef GT_TERMINAL_WSDL_H
#define GT_TERMINAL_WSDL_H

#include "base/buf.h"

struct gt_wsdl {
    char *text;    /* up to where the address goes, and behind it; owned */
    size_t before; /* bytes in front of the address */
    size_t len;
};

/* Reads terminal.wsdl and terminal.xsd of `folder` and puts the second into the first.
 * GT_ERR_SYNTAX, GT_ERR_ABSENT, GT_ERR_IO, GT_ERR_NOMEM. */
enum gt_err gt_wsdl_load(const char *folder, struct gt_wsdl *wsdl) GT_CHECK;
void gt_wsdl_done(struct gt_wsdl *wsdl);

/* Appends the document for a service at `location`. */
void gt_wsdl_write(const struct gt_wsdl *wsdl, const char *location, struct gt_buf *out);

#endif
