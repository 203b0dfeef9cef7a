/*
 * The terminal contract: an envelope in, an envelope out.
 *
 * Every transport hands its messages to gt_contract_answer(); what they carry is the same.
 */
#ifndef GT_TERMINAL_CONTRACT_H
#define GT_TERMINAL_CONTRACT_H

#include "base/conf.h"
#include "till/till.h"

/* Greatest envelope of a reply. */
#define GT_REPLY_MAX 262144

struct gt_contract; /* one a process; any thread may use it */

struct gt_contract_conf {
    const char *folder;         /* of terminal.xsd and terminal.wsdl; borrowed during the call */
    const char *bureau;         /* name on receipts; borrowed */
    const struct gt_till *till; /* borrowed */
    const struct gt_keys *keys; /* borrowed */
    const struct gt_random *random; /* borrowed */
    int64_t fresh_ms;               /* how far Created may be from our time */
    int64_t rate;                   /* requests a second of one terminal; 0: no limit */
};

/* Loads schema and WSDL.  What is borrowed must live as long as the contract.  `*contract` is owned
 * by the caller.  GT_ERR_ABSENT, GT_ERR_IO, GT_ERR_SYNTAX, GT_ERR_NOMEM, GT_ERR_CRYPTO. */
enum gt_err gt_contract_new(const struct gt_contract_conf *conf,
                            struct gt_contract **contract) GT_CHECK;
void gt_contract_free(struct gt_contract *contract);

/* What became of a message, for the transport and for metrics. */
struct gt_answer {
    int http_status;       /* 200, or 500 for a fault */
    const char *operation; /* "Recharge"; "none" if it was none of the contract's; static */
    const char *class;     /* "ok", "declined", "in_doubt", "error"; "fault"; static */
};

/* Answers the envelope of `len` bytes: appends an envelope to `reply` (ceiling: GT_REPLY_MAX) and
 * fills `answer`.  The request id of the log stands in faults.  GT_OK; GT_ERR_FATAL: the process
 * must end, and `reply` must not be sent; others: no reply could be
 * made, and the client must ask again. */
enum gt_err gt_contract_answer(struct gt_contract *contract, const char *body, size_t len,
                               struct gt_buf *reply, struct gt_answer *answer) GT_CHECK;

/* Appends the WSDL, with the schema in it, for a service at `location`. */
void gt_contract_wsdl(const struct gt_contract *contract, const char *location, struct gt_buf *out);

#endif
