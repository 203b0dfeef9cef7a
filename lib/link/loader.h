/*
 * Inside the loader of definitions: what its files share.  Nobody else includes this.
 *
 * adapter.c reads the head of a definition, table.c its maps and codes, operation.c its operations,
 * their fields and templates, day_load.c what its statement looks like.  Failures say "line
 * N, element: reason".
 */
#ifndef GT_LINK_LOADER_H
#define GT_LINK_LOADER_H

#include "base/xml.h"
#include "link/adapter.h"

struct gt_loader {
    struct gt_adapter *adapter;
    xmlNodePtr root;
    char folder[GT_PATH_MAX];    /* of the definition, with '/'; "" for the current one */
    char templates[GT_PATH_MAX]; /* of this adapter's templates */
    char url_path[128];          /* of operations without one of their own */
    char *common;                /* text in front of each template; NULL for none */
};

/* GT_ERR_CONFIG with the line of `node` and a printf text; GT_ERR_NOMEM. */
enum gt_err gt_load_wrong(xmlNodePtr node, const char *fmt, ...) GT_PRINTF(2, 3) GT_CHECK;
enum gt_err gt_load_nomem(void) GT_CHECK;
/* An attribute as text, "" if it is not there; as a number, `fallback` if it is not there. */
enum gt_err gt_load_text(xmlNodePtr node, const char *name, char *out, size_t size) GT_CHECK;
enum gt_err gt_load_number(xmlNodePtr node, const char *name, int64_t fallback,
                           int64_t *out) GT_CHECK;
/* Notes that the definition has a file of which this is the state. */
struct stat;
void gt_load_changed(const struct gt_loader *l, const struct stat *file);
/* How many children `parent` has of that name. */
size_t gt_load_count(xmlNodePtr parent, const char *name);

enum gt_err gt_load_maps(struct gt_loader *l) GT_CHECK;
/* The map that attribute `map` of `node` names.  Borrowed from the adapter. */
enum gt_err gt_load_map_attr(const struct gt_adapter *adapter, xmlNodePtr node,
                             const struct gt_map **map) GT_CHECK;
/* The outcome of a refusal that an attribute names; `fallback` if it is not there. */
enum gt_err gt_load_outcome_attr(xmlNodePtr node, const char *name, enum gt_outcome fallback,
                                 enum gt_outcome *outcome) GT_CHECK;
/* The class called "ok", "refused" or "unknown". */
enum gt_up_class gt_load_class(const char *name);
/* The <code> children of `parent`; `inquire`: they are the operation inquire's. */
enum gt_err gt_load_codes(xmlNodePtr parent, bool inquire, struct gt_codes *codes) GT_CHECK;

enum gt_err gt_load_ops(struct gt_loader *l) GT_CHECK;
/* The <statement>, if there is one. */
enum gt_err gt_load_day(struct gt_loader *l) GT_CHECK;
/* `*out` becomes the text of the template that attribute `attr` names, with `before` (or NULL) in
 * front of it; owned by the caller (free). */
enum gt_err gt_load_template(const struct gt_loader *l, xmlNodePtr node, const char *attr,
                             const char *before, char **out) GT_CHECK;

#endif
