/*
 * Faults; see fault.h.
 */
#include "fault.h"

#include "base/clock.h"
#include "rows.h"

#include <string.h>

static const struct gt_sim_fault_info faults[GT_SIM_FAULT__MAX] = {
    [GT_SIM_FAULT_NONE] = {"none", "no fault", 0, true, 0, 0, GT_SIM_REPLY_ANSWER},
    [GT_SIM_FAULT_SLOW] = {"slow", "does it after 3 s", 3000, true, 0, 0, GT_SIM_REPLY_ANSWER},
    [GT_SIM_FAULT_LATE] = {"late", "does it at once, answers after 10 s", 0, true, 0, 10000,
                           GT_SIM_REPLY_ANSWER},
    [GT_SIM_FAULT_LOST_REPLY] = {"lost-reply", "does it, closes the connection", 0, true, 0, 0,
                                 GT_SIM_REPLY_CLOSE},
    [GT_SIM_FAULT_LOST_REQUEST] = {"lost-request", "does nothing, closes the connection", 0, false,
                                   0, 0, GT_SIM_REPLY_CLOSE},
    [GT_SIM_FAULT_SILENT] = {"silent", "does nothing, never answers", 0, false, 0, 0,
                             GT_SIM_REPLY_HANG},
    [GT_SIM_FAULT_REFUSE] = {"refuse", "refuses with 1040", 0, true, GT_SG_ELSEWHERE, 0,
                             GT_SIM_REPLY_ANSWER},
    [GT_SIM_FAULT_GARBAGE] = {"garbage", "does it, answers garbage", 0, true, 0, 0,
                              GT_SIM_REPLY_GARBAGE},
    [GT_SIM_FAULT_TWICE] = {"twice", "does it once, answers twice", 0, true, 0, 0,
                            GT_SIM_REPLY_TWICE},
    [GT_SIM_FAULT_CLEARING] = {"clearing", "refuses with 1090", 0, true, GT_SG_CLEARING, 0,
                               GT_SIM_REPLY_ANSWER},
    [GT_SIM_FAULT_QUEUED] = {"queued", "does it after 10 s, whether anybody waits or not", 10000,
                             true, 0, 0, GT_SIM_REPLY_ANSWER},
    [GT_SIM_FAULT_HTTP_500] = {"http500", "does it, answers HTTP 500", 0, true, 0, 0,
                               GT_SIM_REPLY_500},
    [GT_SIM_FAULT_HTTP_503] = {"http503", "does nothing, answers HTTP 503", 0, false, 0, 0,
                               GT_SIM_REPLY_503},
    [GT_SIM_FAULT_DUPLICATE] = {"duplicate", "does it, answers 11004 duplicate serial", 0, true, 0,
                                0, GT_SIM_REPLY_DUPLICATE},
    [GT_SIM_FAULT_CUT] = {"cut", "does it, answers half of what it should", 0, true, 0, 0,
                          GT_SIM_REPLY_CUT},
    [GT_SIM_FAULT_ABSENT] = {"absent", "does nothing, answers HTTP 404", 0, false, 0, 0,
                             GT_SIM_REPLY_404},
};

const struct gt_sim_fault_info *gt_sim_fault_info(enum gt_sim_fault kind)
{
    return &faults[kind < GT_SIM_FAULT__MAX ? kind : GT_SIM_FAULT_NONE];
}

bool gt_sim_fault_named(const char *name, enum gt_sim_fault *kind)
{
    for (int i = 0; i < GT_SIM_FAULT__MAX; i++) {
        if (strcmp(faults[i].name, name) == 0) {
            *kind = (enum gt_sim_fault)i;
            return true;
        }
    }
    return false;
}

/* 3000009003 has the third fault. */
static enum gt_sim_fault fault_of_customer(const char *number)
{
    size_t len = strlen(number);
    if (len != 10 || strncmp(number + 6, "90", 2) != 0) {
        return GT_SIM_FAULT_NONE;
    }
    int n = (number[8] - '0') * 10 + (number[9] - '0');
    return n >= GT_SIM_FAULT_SLOW && n <= GT_SIM_FAULT_HTTP_503 ? (enum gt_sim_fault)n
                                                                : GT_SIM_FAULT_NONE;
}

static bool rate_hits(int rate)
{
    const struct gt_random *random = gt_random_system();
    uint32_t value = 0;
    if (rate >= 100 || random->fill(random->ctx, &value, sizeof(value))) {
        return true;
    }
    return (int)(value % 100) < rate;
}

enum gt_sim_fault gt_sim_fault_pick(const struct gt_sim_fault_rule *rule,
                                    const struct gt_sg_request *req)
{
    bool money = gt_sg_op_moves_money(req->op);
    enum gt_sim_fault own = money ? fault_of_customer(req->customer) : GT_SIM_FAULT_NONE;
    if (own != GT_SIM_FAULT_NONE || rule->kind == GT_SIM_FAULT_NONE) {
        return own;
    }
    bool concerned = rule->operation == GT_SG_OP__MAX ? money : rule->operation == req->op;
    return concerned && rate_hits(rule->rate) ? rule->kind : GT_SIM_FAULT_NONE;
}

/* --- in the books */

static enum gt_err load_tx(struct gt_tx *tx, void *arg)
{
    struct gt_sim_fault_rule *rule = arg;
    char kind[17], operation[17];
    int64_t rate = 0;
    *rule = (struct gt_sim_fault_rule){.operation = GT_SG_OP__MAX, .rate = 100};
    if (gt_sim_fault_find(tx, kind, operation, &rate) && gt_sim_fault_named(kind, &rule->kind)) {
        (void)gt_sg_op_find(operation, &rule->operation);
        rule->rate = (int)rate;
    }
    return gt_tx_err(tx);
}

static enum gt_err save_tx(struct gt_tx *tx, void *arg)
{
    const struct gt_sim_fault_rule *rule = arg;
    if (rule->kind == GT_SIM_FAULT_NONE) {
        gt_sim_fault_clear(tx);
    } else {
        bool one = rule->operation < GT_SG_OP__MAX;
        gt_sim_fault_store(tx, faults[rule->kind].name, one ? gt_sg_op_name(rule->operation) : "",
                           rule->rate);
    }
    return gt_tx_err(tx);
}

enum gt_err gt_sim_fault_load(struct gt_db *db, struct gt_sim_fault_rule *rule)
{
    struct gt_sim_fault_rule read;
    enum gt_err err = gt_db_read(db, "sim.fault", load_tx, &read);
    if (err == GT_OK) {
        *rule = read;
    }
    return err;
}

enum gt_err gt_sim_fault_save(struct gt_db *db, const struct gt_sim_fault_rule *rule)
{
    struct gt_sim_fault_rule copy = *rule;
    return gt_db_transact(db, "sim.fault", save_tx, &copy);
}
