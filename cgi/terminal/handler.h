/*
 * What terminal.fcgi answers.
 */
#ifndef GT_TERMINAL_HANDLER_H
#define GT_TERMINAL_HANDLER_H

#include "kit/metrics.h"
#include "kit/request.h"
#include "link/link.h"
#include "terminal/contract.h"

struct gt_service {
    struct gt_contract *contract;
    struct gt_metrics *metrics;
    struct gt_db *db;
    struct gt_link *link;
    int64_t answer_ms; /* within which a request is answered */
};

/* POST /terminal, GET /terminal?wsdl, /healthz, /metrics; `ctx` is a struct gt_service. */
enum gt_err gt_service_answer(void *ctx, const struct gt_http_request *request,
                              struct gt_http_reply *reply) GT_CHECK;

#endif
