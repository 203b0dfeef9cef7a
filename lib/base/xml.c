/*
 * Reading XML, and checking it against a schema.
 *
 * Not here: what the elements mean.  What an attacker could use is refused while parsing, by
 * callbacks put between the parser and libxml2's tree builder: a DOCTYPE stops the parser before
 * any of its declarations is read, and depth is counted before a node is made.  libxml2's errors
 * are caught by its structured handler, which is a variable of the thread, put back afterwards;
 * so nothing reaches standard error and threads do not see each other's.
 */
#include "base/xml.h"

#include "base/money.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>
#include <libxml/xmlschemas.h>
#include <libxml/xmlschemastypes.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define PARSE_OPTIONS (XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_COMPACT)

/* Longest text of a number or an amount. */
#define NUMBER_MAX 64

/* --- beginning and end */

static pthread_key_t parser_key; /* the parser of a thread, freed at its end */
static bool parser_keyed;
static pthread_once_t parser_once = PTHREAD_ONCE_INIT;

static void parser_free(void *ctxt)
{
    xmlFreeParserCtxt(ctxt);
}

static void parser_make_key(void)
{
    parser_keyed = pthread_key_create(&parser_key, parser_free) == 0;
}

void gt_xml_thread_end(void)
{
    if (!parser_keyed)
        return;
    parser_free(pthread_getspecific(parser_key));
    (void)pthread_setspecific(parser_key, NULL);
}

void gt_xml_start(void)
{
    xmlInitParser();
    xmlSchemaInitTypes();
    /* Also for what a schema would import. */
    xmlSetExternalEntityLoader(xmlNoNetExternalEntityLoader);
}

void gt_xml_stop(void)
{
    gt_xml_thread_end();
    xmlSchemaCleanupTypes();
    xmlCleanupParser();
}

/* --- errors */

/* The first error of one parse or check, and the handler that was there before. */
struct catcher {
    int code; /* of libxml2; 0 for none */
    int line;
    char message[GT_ERR_TEXT_MAX / 2];
    xmlStructuredErrorFunc before;
    void *before_ctx;
};

/* libxml2 changed the constness of the second parameter in 2.12. */
#if LIBXML_VERSION >= 21200
static void catch_error(void *ctx, const xmlError *error)
#else
static void catch_error(void *ctx, xmlErrorPtr error)
#endif
{
    struct catcher *c = ctx;
    if (c->code != 0 || error->level < XML_ERR_ERROR)
        return;
    c->code = error->code;
    c->line = error->line;
    const char *message = error->message ? error->message : "no reason given";
    size_t n = strcspn(message, "\n");
    n = n < sizeof c->message ? n : sizeof c->message - 1;
    memcpy(c->message, message, n);
    c->message[n] = '\0';
}

static void catch_begin(struct catcher *c)
{
    *c = (struct catcher){.before = xmlStructuredError, .before_ctx = xmlStructuredErrorContext};
    xmlSetStructuredErrorFunc(c, catch_error);
}

static void catch_end(struct catcher *c)
{
    xmlSetStructuredErrorFunc(c->before_ctx, c->before);
    xmlResetLastError();
}

/* --- parsing */

/* What our callbacks keep about one document. */
struct guard {
    int depth;
    enum gt_err err; /* why we stopped the parser, GT_OK if we did not */
};

static struct guard *guard_of(void *ctx)
{
    return ((xmlParserCtxtPtr)ctx)->_private;
}

static void on_doctype(void *ctx, const xmlChar *name, const xmlChar *public_id,
                       const xmlChar *system_id)
{
    (void)name;
    (void)public_id;
    (void)system_id;
    guard_of(ctx)->err =
        gt_err_set(GT_ERR_SYNTAX, "line %d: a DTD is not allowed", xmlSAX2GetLineNumber(ctx));
    xmlStopParser(ctx);
}

static void on_start(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
                     int nnamespaces, const xmlChar **namespaces, int nattributes, int ndefaulted,
                     const xmlChar **attributes)
{
    struct guard *guard = guard_of(ctx);
    if (++guard->depth > GT_XML_DEPTH_MAX) {
        guard->err = gt_err_set(GT_ERR_TOOBIG, "line %d: elements are nested more than %d deep",
                                xmlSAX2GetLineNumber(ctx), GT_XML_DEPTH_MAX);
        xmlStopParser(ctx);
        return;
    }
    xmlSAX2StartElementNs(ctx, name, prefix, uri, nnamespaces, namespaces, nattributes, ndefaulted,
                          attributes);
}

static void on_end(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    guard_of(ctx)->depth--;
    xmlSAX2EndElementNs(ctx, name, prefix, uri);
}

/* Refuses what is not UTF-8, and names the line. */
static enum gt_err check_utf8(const char *data, size_t len)
{
    int line = 1;
    while (len > 0) {
        uint32_t code;
        if ((unsigned char)*data - 1U < 0x7f) { /* ASCII, nearly always */
            line += *data++ == '\n';
            len--;
            continue;
        }
        size_t n = gt_utf8_next(data, len, &code);
        if (n == 0 || code == 0)
            return gt_err_set(GT_ERR_UTF8, "line %d: not UTF-8", line);
        line += code == '\n';
        data += n;
        len -= n;
    }
    return GT_OK;
}

/* The encoding the document says it has, NULL if it says none.  Borrowed from the context. */
static const char *declared_encoding(const xmlParserCtxt *ctxt)
{
    const xmlChar *of_input = ctxt->input ? ctxt->input->encoding : NULL;
    return (const char *)(of_input ? of_input : ctxt->encoding);
}

/* Tells why a parse gave no document, or a document that is refused. */
static enum gt_err judge(const xmlParserCtxt *ctxt, const xmlDoc *doc, const struct guard *guard,
                         const struct catcher *caught)
{
    if (guard->err != GT_OK)
        return guard->err;
    if (caught->code == XML_ERR_NO_MEMORY)
        return gt_err_set(GT_ERR_NOMEM, "no memory for an XML document");
    const char *declared = declared_encoding(ctxt);
    if (declared && strcasecmp(declared, "UTF-8") != 0)
        return gt_err_set(GT_ERR_SYNTAX, "line 1: encoding %.32s, where only UTF-8 is taken",
                          declared);
    if (caught->code != 0)
        return gt_err_set(GT_ERR_SYNTAX, "line %d: %s", caught->line, caught->message);
    if (!doc)
        return gt_err_set(GT_ERR_SYNTAX, "not an XML document");
    return GT_OK;
}

/* The parser of this thread, which is made once: that takes as long as reading a short document.
 * NULL if there is no memory. */
static xmlParserCtxtPtr parser_of_thread(void)
{
    (void)pthread_once(&parser_once, parser_make_key);
    if (!parser_keyed)
        return NULL;
    xmlParserCtxtPtr ctxt = pthread_getspecific(parser_key);
    if (ctxt)
        return ctxt;
    ctxt = xmlNewParserCtxt();
    if (!ctxt || pthread_setspecific(parser_key, ctxt) != 0) {
        xmlFreeParserCtxt(ctxt);
        return NULL;
    }
    ctxt->sax->internalSubset = on_doctype;
    ctxt->sax->startElementNs = on_start;
    ctxt->sax->endElementNs = on_end;
    return ctxt;
}

/* Makes the parser ready for the next document.  Each has a dictionary of its own: names of all
 * that ever came would pile up, and a document may be freed by another thread. */
static void parser_put_back(xmlParserCtxtPtr ctxt)
{
    xmlCtxtReset(ctxt);
    xmlDictFree(ctxt->dict);
    ctxt->dict = xmlDictCreate();
    if (!ctxt->dict)
        gt_xml_thread_end();
}

enum gt_err gt_xml_parse(const char *data, size_t len, xmlDocPtr *doc)
{
    if (len > INT_MAX)
        return gt_err_set(GT_ERR_TOOBIG, "an XML document of %zu bytes", len);
    enum gt_err err = check_utf8(data, len);
    if (err != GT_OK)
        return err;
    xmlParserCtxtPtr ctxt = parser_of_thread();
    if (!ctxt)
        return gt_err_set(GT_ERR_NOMEM, "no memory for an XML parser");

    struct guard guard = {.depth = 0};
    struct catcher caught;
    ctxt->_private = &guard;
    catch_begin(&caught);
    xmlDocPtr made = xmlCtxtReadMemory(ctxt, data, (int)len, NULL, NULL, PARSE_OPTIONS);
    err = judge(ctxt, made, &guard, &caught);
    catch_end(&caught);
    if (err == GT_OK)
        *doc = made;
    else
        xmlFreeDoc(made);
    parser_put_back(ctxt);
    return err;
}

enum gt_err gt_xml_load(const char *path, size_t ceiling, xmlDocPtr *doc)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return gt_err_sys(errno == ENOENT ? GT_ERR_ABSENT : GT_ERR_IO, errno, "%s", path);
    struct gt_buf text;
    gt_buf_init(&text, ceiling);
    gt_buf_read(&text, fd);
    (void)close(fd);
    enum gt_err err = gt_buf_err(&text);
    if (err == GT_OK)
        err = gt_xml_parse(text.data, text.len, doc);
    gt_buf_done(&text);
    return gt_err_add(err, "%s", path);
}

/* --- schemas */

struct gt_xml_schema {
    xmlSchemaPtr schema;
};

enum gt_err gt_xml_schema_load(const char *path, struct gt_xml_schema **schema)
{
    if (access(path, R_OK) != 0)
        return gt_err_sys(errno == ENOENT ? GT_ERR_ABSENT : GT_ERR_IO, errno, "schema %s", path);
    struct gt_xml_schema *made = calloc(1, sizeof *made);
    struct catcher caught;
    catch_begin(&caught);
    xmlSchemaParserCtxtPtr ctxt = xmlSchemaNewParserCtxt(path);
    if (made && ctxt) {
        xmlSchemaSetParserStructuredErrors(ctxt, catch_error, &caught);
        made->schema = xmlSchemaParse(ctxt);
    }
    xmlSchemaFreeParserCtxt(ctxt);
    catch_end(&caught);
    if (made && made->schema) {
        *schema = made;
        return GT_OK;
    }
    enum gt_err err = gt_err_set(GT_ERR_NOMEM, "no memory for the schema %s", path);
    if (caught.code != 0 && caught.code != XML_ERR_NO_MEMORY)
        err =
            gt_err_set(GT_ERR_SYNTAX, "schema %s, line %d: %s", path, caught.line, caught.message);
    free(made);
    return err;
}

void gt_xml_schema_free(struct gt_xml_schema *schema)
{
    if (!schema)
        return;
    xmlSchemaFree(schema->schema);
    free(schema);
}

/* If a namespace in braces begins at `s` its length, 0 otherwise.  Braces of a pattern ("{1,9}")
 * hold no colon. */
static size_t namespace_length(const char *s)
{
    size_t n = s[0] == '{' ? strcspn(s, "}") : 0;
    return n > 0 && s[n] == '}' && memchr(s, ':', n) ? n + 1 : 0;
}

/* Turns "Element '{urn:x}Amount': [facet 'pattern'] The value '1' is …" into
 * "Amount: '1' is …", in place. */
static void make_friendly(char *message)
{
    static const char element[] = "Element '";
    static const char facet[] = "[facet '";
    static const char value[] = "The value '";
    const char *from = message;
    char *to = message;
    int in_name = strncmp(from, element, sizeof element - 1) == 0;
    if (in_name)
        from += sizeof element - 1;
    while (*from) {
        size_t skip = namespace_length(from);
        if (in_name && *from == '\'') {
            in_name = 0;
            skip = 1;
        } else if (strncmp(from, facet, sizeof facet - 1) == 0) {
            skip = strcspn(from, "]");
            skip += strspn(from + skip, "] ");
        } else if (strncmp(from, value, sizeof value - 1) == 0) {
            skip = sizeof value - 2;
        }
        from += skip;
        if (skip == 0)
            *to++ = *from++;
    }
    *to = '\0';
}

enum gt_err gt_xml_schema_check(const struct gt_xml_schema *schema, xmlNodePtr node)
{
    struct catcher caught;
    catch_begin(&caught);
    int result = -1;
    xmlSchemaValidCtxtPtr ctxt = xmlSchemaNewValidCtxt(schema->schema);
    if (ctxt) {
        xmlSchemaSetValidStructuredErrors(ctxt, catch_error, &caught);
        result = xmlSchemaValidateOneElement(ctxt, node);
    }
    xmlSchemaFreeValidCtxt(ctxt);
    catch_end(&caught);
    if (result == 0)
        return GT_OK;
    if (result < 0)
        return gt_err_set(GT_ERR_NOMEM, "a schema check could not be made");
    make_friendly(caught.message);
    return gt_err_set(GT_ERR_SYNTAX, "line %d, %s", caught.line, caught.message);
}

/* --- finding */

/* The first element called `name` among `node` and its next siblings. */
static xmlNodePtr first_of(xmlNodePtr node, const xmlChar *name, size_t len)
{
    for (; node; node = node->next) {
        if (node->type == XML_ELEMENT_NODE && strlen((const char *)node->name) == len &&
            memcmp(node->name, name, len) == 0)
            return node;
    }
    return NULL;
}

xmlNodePtr gt_xml_child(xmlNodePtr parent, const char *name)
{
    return first_of(parent->children, (const xmlChar *)name, strlen(name));
}

xmlNodePtr gt_xml_next(xmlNodePtr node)
{
    return first_of(node->next, node->name, strlen((const char *)node->name));
}

bool gt_xml_is(xmlNodePtr node, const char *ns, const char *name)
{
    return node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0 &&
           node->ns && strcmp((const char *)node->ns->href, ns) == 0;
}

xmlNodePtr gt_xml_path(xmlNodePtr node, const char *path)
{
    while (node && *path) {
        size_t n = strcspn(path, "/");
        node = first_of(node->children, (const xmlChar *)path, n);
        path += n + (path[n] == '/');
    }
    return node;
}

/* --- texts */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Copies the text nodes of a list without blanks at both ends. */
static enum gt_err copy_text(const xmlNode *nodes, char *out, size_t size)
{
    size_t n = 0;   /* bytes from the first that is no blank */
    size_t end = 0; /* bytes up to the last that is no blank */
    for (; nodes; nodes = nodes->next) {
        if (nodes->type != XML_TEXT_NODE && nodes->type != XML_CDATA_SECTION_NODE)
            continue;
        for (const char *s = (const char *)nodes->content; s && *s; s++) {
            if (n == 0 && is_blank(*s))
                continue;
            if (n < size)
                out[n] = *s;
            n++;
            if (!is_blank(*s))
                end = n;
        }
    }
    if (end >= size) {
        out[0] = '\0';
        return gt_err_set(GT_ERR_TOOBIG, "a text of %zu bytes where %zu fit", end, size - 1);
    }
    out[end] = '\0';
    return GT_OK;
}

enum gt_err gt_xml_text(xmlNodePtr node, char *out, size_t size)
{
    enum gt_err err = copy_text(node ? node->children : NULL, out, size);
    return err == GT_OK ? err : gt_err_add(err, "%s", (const char *)node->name);
}

enum gt_err gt_xml_child_text(xmlNodePtr parent, const char *name, char *out, size_t size)
{
    return gt_xml_text(gt_xml_child(parent, name), out, size);
}

/* Reads a child's text through `parse`, unless it is absent or empty. */
static enum gt_err child_number(xmlNodePtr parent, const char *name, int64_t *out,
                                enum gt_err (*parse)(const char *, int64_t *))
{
    char text[NUMBER_MAX];
    enum gt_err err = gt_xml_child_text(parent, name, text, sizeof text);
    if (err != GT_OK)
        return err == GT_ERR_TOOBIG ? GT_ERR_SYNTAX : err;
    if (!text[0])
        return GT_OK;
    return gt_err_add(parse(text, out), "%s", name);
}

enum gt_err gt_xml_child_int(xmlNodePtr parent, const char *name, int64_t *out)
{
    return child_number(parent, name, out, gt_int_parse);
}

enum gt_err gt_xml_child_money(xmlNodePtr parent, const char *name, int64_t *out)
{
    return child_number(parent, name, out, gt_money_parse);
}

enum gt_err gt_xml_attr(xmlNodePtr node, const char *name, char *out, size_t size)
{
    const xmlAttr *attr = node->properties;
    while (attr && (attr->ns || strcmp((const char *)attr->name, name) != 0))
        attr = attr->next;
    return gt_err_add(copy_text(attr ? attr->children : NULL, out, size), "%s", name);
}
