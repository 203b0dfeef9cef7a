/*
 * SOAP 1.1 envelopes.
 *
 * Not here: what the security header says (security.c) and whether the request is as the schema
 * wants it (contract.c).  Header entries of others are passed over unless they must be understood.
 */
#include "terminal/envelope.h"

#include "terminal/security.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define SOAP12_NS "http://www.w3.org/2003/05/soap-envelope"

static const struct {
    const char *name, *faultcode;
} faults[] = {
#define GT_X(name, faultcode) [GT_FAULT_##name] = {#name, faultcode},
    GT_FAULTS(GT_X)
#undef GT_X
};

bool gt_fault_set(struct gt_fault *fault, enum gt_fault_code code, const char *fmt, ...)
{
    fault->code = code;
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(fault->text, sizeof fault->text, fmt, ap);
    va_end(ap);
    return false;
}

bool gt_fault_failure(struct gt_fault *fault, enum gt_err err)
{
    bool busy =
        err == GT_ERR_BUSY || err == GT_ERR_TIMEOUT || err == GT_ERR_CHANGED || err == GT_ERR_NOMEM;
    return gt_fault_set(fault, busy ? GT_FAULT_Busy : GT_FAULT_Internal,
                        "%s; this message did nothing: repeat it with a new nonce and the same "
                        "trace number",
                        busy ? "the platform is busy" : "the platform failed");
}

const char *gt_fault_name(enum gt_fault_code code)
{
    return faults[code].name;
}

void gt_fault_write(const struct gt_fault *fault, const char *time, const char *request_id,
                    struct gt_buf *out)
{
    gt_envelope_begin(out);
    gt_buf_puts(out, "<soap:Fault><faultcode>soap:");
    gt_buf_puts(out, faults[fault->code].faultcode);
    gt_buf_puts(out, "</faultcode><faultstring>");
    gt_buf_put_xml(out, fault->text);
    gt_buf_puts(out, "</faultstring><detail><FaultDetail xmlns=\"" GT_TERMINAL_NS "\"><Code>");
    gt_buf_puts(out, faults[fault->code].name);
    gt_buf_puts(out, "</Code><ServerTime>");
    gt_buf_put_xml(out, time);
    gt_buf_puts(out, "</ServerTime><RequestId>");
    gt_buf_put_xml(out, request_id);
    gt_buf_puts(out, "</RequestId></FaultDetail></detail></soap:Fault>");
    gt_envelope_end(out);
}

void gt_envelope_begin(struct gt_buf *out)
{
    gt_buf_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                     "<soap:Envelope xmlns:soap=\"" GT_SOAP_NS "\"><soap:Body>");
}

void gt_envelope_end(struct gt_buf *out)
{
    gt_buf_puts(out, "</soap:Body></soap:Envelope>\n");
}

static xmlNodePtr next_element(xmlNodePtr node)
{
    while (node && node->type != XML_ELEMENT_NODE)
        node = node->next;
    return node;
}

/* Whether a header entry says that it must be understood. */
static bool must_be_understood(const xmlNode *entry)
{
    for (const xmlAttr *attr = entry->properties; attr; attr = attr->next) {
        if (!attr->ns || strcmp((const char *)attr->ns->href, GT_SOAP_NS) != 0 ||
            strcmp((const char *)attr->name, "mustUnderstand") != 0)
            continue;
        const xmlNode *value = attr->children;
        return value && value->content && strcmp((const char *)value->content, "0") != 0;
    }
    return false;
}

static bool read_header(xmlNodePtr header, struct gt_envelope *envelope, struct gt_fault *fault)
{
    for (xmlNodePtr entry = next_element(header->children); entry;
         entry = next_element(entry->next)) {
        if (gt_xml_is(entry, GT_WSSE_NS, "Security")) {
            if (envelope->security)
                return gt_fault_set(fault, GT_FAULT_SecurityMalformed,
                                    "Header: there is more than one Security element");
            envelope->security = entry;
        } else if (must_be_understood(entry)) {
            return gt_fault_set(fault, GT_FAULT_MustUnderstand,
                                "Header: %.64s must be understood, and is not",
                                (const char *)entry->name);
        }
    }
    return true;
}

static bool read_body(xmlNodePtr body, struct gt_envelope *envelope, struct gt_fault *fault)
{
    envelope->request = next_element(body->children);
    if (!envelope->request)
        return gt_fault_set(fault, GT_FAULT_NotSoap, "Body: there is no request in it");
    xmlNodePtr second = next_element(envelope->request->next);
    if (second)
        return gt_fault_set(fault, GT_FAULT_NotSoap,
                            "Body: %.64s stands behind %.64s, where only one request may be",
                            (const char *)second->name, (const char *)envelope->request->name);
    return true;
}

static bool read_parts(struct gt_envelope *envelope, struct gt_fault *fault)
{
    xmlNodePtr root = xmlDocGetRootElement(envelope->doc);
    if (gt_xml_is(root, SOAP12_NS, "Envelope"))
        return gt_fault_set(fault, GT_FAULT_VersionMismatch,
                            "Envelope: this is SOAP 1.2, where SOAP 1.1 is spoken");
    if (!gt_xml_is(root, GT_SOAP_NS, "Envelope"))
        return gt_fault_set(fault, GT_FAULT_NotSoap,
                            "%.64s: not an Envelope of the namespace " GT_SOAP_NS,
                            (const char *)root->name);
    xmlNodePtr part = next_element(root->children);
    if (part && gt_xml_is(part, GT_SOAP_NS, "Header")) {
        if (!read_header(part, envelope, fault))
            return false;
        part = next_element(part->next);
    }
    if (!part || !gt_xml_is(part, GT_SOAP_NS, "Body"))
        return gt_fault_set(fault, GT_FAULT_NotSoap, "Envelope: there is no Body in its place");
    if (next_element(part->next))
        return gt_fault_set(fault, GT_FAULT_NotSoap, "Envelope: %.64s stands behind the Body",
                            (const char *)next_element(part->next)->name);
    return read_body(part, envelope, fault);
}

bool gt_envelope_read(const char *data, size_t len, struct gt_envelope *envelope,
                      struct gt_fault *fault)
{
    *envelope = (struct gt_envelope){.doc = NULL};
    enum gt_err err = gt_xml_parse(data, len, &envelope->doc);
    if (err == GT_ERR_NOMEM)
        return gt_fault_failure(fault, err);
    if (err != GT_OK)
        return gt_fault_set(fault, GT_FAULT_NotXml, "the message is refused: %s", gt_err_text());
    return read_parts(envelope, fault);
}

void gt_envelope_done(struct gt_envelope *envelope)
{
    if (envelope->doc)
        xmlFreeDoc(envelope->doc);
    *envelope = (struct gt_envelope){.doc = NULL};
}
