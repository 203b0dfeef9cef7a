/*
 * The WSDL as it is served.
 *
 * In the tree WSDL and schema are two files, so that the schema can be used alone.  Served they are
 * one, because tool kits differ in how they follow an import.  The address is the one thing that is
 * known only at the request: a mark in the text shows where it goes.
 */
#include "terminal/wsdl.h"

#include "base/conf.h"
#include "base/xml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX 262144
#define MARK     "@location@"

/* Puts the root of the schema in the place of the schema that only imports it. */
static enum gt_err join(xmlDocPtr wsdl, xmlDocPtr schema)
{
    xmlNodePtr root = xmlDocGetRootElement(wsdl);
    xmlNodePtr stub = gt_xml_path(root, "types/schema");
    xmlNodePtr address = gt_xml_path(root, "service/port/address");
    if (!stub || !address)
        return gt_err_set(GT_ERR_SYNTAX, "terminal.wsdl has no types/schema or no address");
    xmlNodePtr copy = xmlDocCopyNode(xmlDocGetRootElement(schema), wsdl, 1);
    if (!copy)
        return gt_err_set(GT_ERR_NOMEM, "no memory for the WSDL");
    xmlNodePtr old = xmlReplaceNode(stub, copy);
    xmlFreeNode(old);
    if (!xmlSetProp(address, (const xmlChar *)"location", (const xmlChar *)MARK))
        return gt_err_set(GT_ERR_NOMEM, "no memory for the WSDL");
    return GT_OK;
}

/* Keeps the text of the document, parted at the mark. */
static enum gt_err keep(xmlDocPtr doc, struct gt_wsdl *wsdl)
{
    xmlChar *text = NULL;
    int len = 0;
    xmlDocDumpMemoryEnc(doc, &text, &len, "UTF-8");
    const char *mark = text ? strstr((const char *)text, MARK) : NULL;
    char *kept = mark ? malloc((size_t)len) : NULL;
    if (!kept) {
        xmlFree(text);
        return gt_err_set(GT_ERR_NOMEM, "no memory for the WSDL");
    }
    wsdl->before = (size_t)(mark - (const char *)text);
    wsdl->len = (size_t)len - (sizeof MARK - 1);
    memcpy(kept, text, wsdl->before);
    memcpy(kept + wsdl->before, mark + sizeof MARK - 1, wsdl->len - wsdl->before);
    wsdl->text = kept;
    xmlFree(text);
    return GT_OK;
}

static enum gt_err load(const char *folder, const char *name, xmlDocPtr *doc)
{
    char path[GT_PATH_MAX + 32];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return gt_xml_load(path, FILE_MAX, doc);
}

enum gt_err gt_wsdl_load(const char *folder, struct gt_wsdl *wsdl)
{
    xmlDocPtr doc = NULL;
    xmlDocPtr schema = NULL;
    enum gt_err err = load(folder, "terminal.wsdl", &doc);
    if (err == GT_OK)
        err = load(folder, "terminal.xsd", &schema);
    if (err == GT_OK)
        err = join(doc, schema);
    if (err == GT_OK)
        err = keep(doc, wsdl);
    if (schema)
        xmlFreeDoc(schema);
    if (doc)
        xmlFreeDoc(doc);
    return err;
}

void gt_wsdl_done(struct gt_wsdl *wsdl)
{
    free(wsdl->text);
    *wsdl = (struct gt_wsdl){.text = NULL};
}

void gt_wsdl_write(const struct gt_wsdl *wsdl, const char *location, struct gt_buf *out)
{
    gt_buf_put(out, wsdl->text, wsdl->before);
    gt_buf_put_xml(out, location);
    gt_buf_put(out, wsdl->text + wsdl->before, wsdl->len - wsdl->before);
}
