/*
 * ClearSilver, for pages and for messages to marketing systems.  The only file that knows it.
 *
 * A data set is a tree of names ("Bill.0.Amount") with text at the leaves; raw data go in, and
 * every template is rendered in escaping mode `html`, which also fits XML.  A data set belongs to
 * one thread.
 */
#ifndef GT_BASE_TEMPLATE_H
#define GT_BASE_TEMPLATE_H

#include "base/buf.h"
#include "base/err.h"

#include <stdint.h>

struct gt_tmpl_data;

/* Before threads start: ClearSilver has global tables.  GT_ERR_NOMEM, GT_ERR_INTERNAL. */
enum gt_err gt_tmpl_start(void) GT_CHECK;

enum gt_err gt_tmpl_data_new(struct gt_tmpl_data **data) GT_CHECK;
void gt_tmpl_data_free(struct gt_tmpl_data *data);

/* Set a leaf; the name is copied, so is the text.  The first failure sticks and is given by
 * gt_tmpl_render().  Money is set as yuan with two decimals; ClearSilver knows no 64-bit numbers,
 * so all are text. */
void gt_tmpl_set(struct gt_tmpl_data *data, const char *name, const char *text);
void gt_tmpl_set_int(struct gt_tmpl_data *data, const char *name, int64_t value);
void gt_tmpl_set_money(struct gt_tmpl_data *data, const char *name, int64_t fen);
/* The same below item `i` of list `list`: "list.i.name". */
void gt_tmpl_set_item(struct gt_tmpl_data *data, const char *list, size_t i, const char *name,
                      const char *text);

/* Renders template text (not changed; it is copied) into `out`, appended.  Includes are refused for
 * text; for a file they are looked for beside it.  GT_ERR_SYNTAX with ClearSilver's message,
 * GT_ERR_TOOBIG, GT_ERR_NOMEM, GT_ERR_ABSENT. */
enum gt_err gt_tmpl_render_text(struct gt_tmpl_data *data, const char *text,
                                struct gt_buf *out) GT_CHECK;
enum gt_err gt_tmpl_render_file(struct gt_tmpl_data *data, const char *path,
                                struct gt_buf *out) GT_CHECK;

#endif
