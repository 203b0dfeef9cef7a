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

/* A template that is rendered often: it is parsed once for each thread that uses it at the same
 * time, which saves more than half of what rendering a message costs.  Any thread may use it. */
struct gt_tmpl;
/* `text` is copied; mistakes in it show when it is first taken. */
enum gt_err gt_tmpl_new(const char *text, struct gt_tmpl **tmpl) GT_CHECK;
void gt_tmpl_free(struct gt_tmpl *tmpl);
/* Gives a data set without names for one rendering; it goes back with gt_tmpl_give(), whatever
 * happened.  As gt_tmpl_render_text() where it has to parse. */
enum gt_err gt_tmpl_take(struct gt_tmpl *tmpl, struct gt_tmpl_data **data) GT_CHECK;
/* Renders the data set's template into `out`, appended; as gt_tmpl_render_text(). */
enum gt_err gt_tmpl_render(struct gt_tmpl_data *data, struct gt_buf *out) GT_CHECK;
/* Takes the data set back.  NULL is allowed. */
void gt_tmpl_give(struct gt_tmpl *tmpl, struct gt_tmpl_data *data);

#endif
