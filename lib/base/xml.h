/*
 * XML from outside, through libxml2, with nothing that an attacker could use: no DTD (a document
 * with one is refused), no entities but XML's five, no network, bounded depth and size.
 */
#ifndef GT_BASE_XML_H
#define GT_BASE_XML_H

#include "base/buf.h"
#include "base/err.h"

#include <libxml/tree.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Deeper than this is refused. */
#define GT_XML_DEPTH_MAX 64

struct gt_xml_schema; /* a compiled XSD; may be used by any number of threads at once */

/* Before threads start, and at the very end. */
void gt_xml_start(void);
void gt_xml_stop(void);
/* At the end of a thread that may outlive gt_xml_stop(), for nobody joins it: frees what it keeps
 * for parsing.  Other threads need not call it. */
void gt_xml_thread_end(void);

/* Parses `len` bytes.  `*doc` is owned by the caller (xmlFreeDoc).  GT_ERR_SYNTAX with the line and
 * the reason as context; GT_ERR_UTF8; GT_ERR_TOOBIG for depth; GT_ERR_NOMEM. */
enum gt_err gt_xml_parse(const char *data, size_t len, xmlDocPtr *doc) GT_CHECK;
/* Reads and parses a file of at most `ceiling` bytes.  As above, and GT_ERR_IO, GT_ERR_ABSENT. */
enum gt_err gt_xml_load(const char *path, size_t ceiling, xmlDocPtr *doc) GT_CHECK;

/* Compiles the XSD in `path`.  `*schema` is owned by the caller (gt_xml_schema_free). */
enum gt_err gt_xml_schema_load(const char *path, struct gt_xml_schema **schema) GT_CHECK;
void gt_xml_schema_free(struct gt_xml_schema *schema);
/* Checks the element `node` (of a parsed document) against a global element of the schema.
 * GT_ERR_SYNTAX with context "line 12, Amount: '12.345' is not …": the first thing that is wrong.
 */
enum gt_err gt_xml_schema_check(const struct gt_xml_schema *schema, xmlNodePtr node) GT_CHECK;

/* First child element with this local name, whatever its namespace; NULL if none.  Borrowed. */
xmlNodePtr gt_xml_child(xmlNodePtr parent, const char *name);
/* Next sibling element with the same local name; NULL if none. */
xmlNodePtr gt_xml_next(xmlNodePtr node);
/* Whether the element has this local name and this namespace. */
bool gt_xml_is(xmlNodePtr node, const char *ns, const char *name);
/* Follows local names separated by '/' ("body/row") from `node`; NULL if there is none. */
xmlNodePtr gt_xml_path(xmlNodePtr node, const char *path);

/* Copies the text of the element (NULL: of none, "") without blanks at both ends.  GT_ERR_TOOBIG.
 */
enum gt_err gt_xml_text(xmlNodePtr node, char *out, size_t size) GT_CHECK;
/* The same of the child `name`; "" if it is not there. */
enum gt_err gt_xml_child_text(xmlNodePtr parent, const char *name, char *out, size_t size) GT_CHECK;
/* The child's text as a number or as money; `*out` untouched if the child is not there or empty. */
enum gt_err gt_xml_child_int(xmlNodePtr parent, const char *name, int64_t *out) GT_CHECK;
enum gt_err gt_xml_child_money(xmlNodePtr parent, const char *name, int64_t *out) GT_CHECK;
/* An attribute without a namespace; "" if it is not there. */
enum gt_err gt_xml_attr(xmlNodePtr node, const char *name, char *out, size_t size) GT_CHECK;

#endif
