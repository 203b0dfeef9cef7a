/*
 * The demo: a small bureau with everything needed for a first sale.
 */
#ifndef GT_CMD_DEMO_H
#define GT_CMD_DEMO_H

#include "common.h"

#define GT_DEMO_BUREAU      "DEMO"
#define GT_DEMO_BUREAU_NAME "示范供电公司"

/* Adds what is missing of the demo below the bureau at the top; keeps what is there. */
enum gt_err gt_demo_make(struct gt_cmd *cmd) GT_CHECK;

#endif
