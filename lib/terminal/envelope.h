/*
 * SOAP 1.1 envelopes: taking one apart, and writing a fault.
 *
 * Functions that judge what a client sent give true, or false with `fault` filled in: one sentence
 * that names the element, and a code that a program can tell apart.
 */
#ifndef GT_TERMINAL_ENVELOPE_H
#define GT_TERMINAL_ENVELOPE_H

#include "base/buf.h"
#include "base/xml.h"

#define GT_SOAP_NS     "http://schemas.xmlsoap.org/soap/envelope/"
#define GT_TERMINAL_NS "urn:gridtill:terminal:1"

/* X(name, faultcode).  The name stands in the fault's detail: terminals know it. */
#define GT_FAULTS(X)                                                                           \
    X(NotXml, "Client")                   /* no XML, or XML that is refused */                 \
    X(NotSoap, "Client")                  /* no SOAP 1.1 envelope with one request in it */    \
    X(VersionMismatch, "VersionMismatch") /* an envelope of another SOAP version */            \
    X(MustUnderstand, "MustUnderstand")   /* a header entry that must be, and is not, known */ \
    X(UnknownOperation, "Client")         /* the request is none of the contract's */          \
    X(BadRequest, "Client")               /* the request is not as the schema wants it */      \
    X(SecurityMissing, "Client")          /* no WS-Security header */                          \
    X(SecurityMalformed, "Client")        /* a token that cannot be read */                    \
    X(PasswordText, "Client")             /* a password in clear */                            \
    X(TerminalDiffers, "Client")          /* token and request name different terminals */     \
    X(NotAuthentic, "Client")             /* unknown terminal or wrong digest */               \
    X(StaleMessage, "Client")             /* Created is too far from our time */               \
    X(RepeatedNonce, "Client")            /* the nonce was used before */                      \
    X(Busy, "Server")                     /* nothing was done: again, later */                 \
    X(Internal, "Server")                 /* a failure of ours; nothing was done */

enum gt_fault_code {
#define GT_X(name, faultcode) GT_FAULT_##name,
    GT_FAULTS(GT_X)
#undef GT_X
        GT_FAULT__MAX
};

struct gt_fault {
    enum gt_fault_code code;
    char text[GT_ERR_TEXT_MAX]; /* a plain sentence */
};

/* Fills a fault; gives false, so that a judge can say `return gt_fault_set(…)`. */
bool gt_fault_set(struct gt_fault *fault, enum gt_fault_code code, const char *fmt, ...)
    GT_PRINTF(3, 4);
/* The same for a failure of ours: Busy if the same message may pass later, Internal otherwise. */
bool gt_fault_failure(struct gt_fault *fault, enum gt_err err);
/* "BadRequest"; static. */
const char *gt_fault_name(enum gt_fault_code code);
/* Appends the envelope of a fault.  `time` is ours, as an xs:dateTime. */
void gt_fault_write(const struct gt_fault *fault, const char *time, const char *request_id,
                    struct gt_buf *out);

/* An envelope taken apart. */
struct gt_envelope {
    xmlDocPtr doc;       /* owned; the rest points into it */
    xmlNodePtr security; /* wsse:Security of the header, NULL if there is none */
    xmlNodePtr request;  /* the one element of the body */
};

/* Takes `len` bytes apart.  Give the envelope to gt_envelope_done() in either case. */
bool gt_envelope_read(const char *data, size_t len, struct gt_envelope *envelope,
                      struct gt_fault *fault) GT_CHECK;
void gt_envelope_done(struct gt_envelope *envelope);

/* Writes what stands before and behind the element of a reply. */
void gt_envelope_begin(struct gt_buf *out);
void gt_envelope_end(struct gt_buf *out);

#endif
