/*
 * A terminal as its page and the forms that change it find it, and the business it may do.
 */
#ifndef GT_CONSOLE_TERMINAL_H
#define GT_CONSOLE_TERMINAL_H

#include "access/terminal.h"
#include "console.h"
#include "till/txn.h"

struct gt_terminal_found {
    int64_t id;
    bool there; /* there is one, and the visitor holds the right where it stands */
    struct gt_terminal terminal;
    struct gt_org org;
};

/* In a transaction: finds a terminal where the visitor holds `right`. */
void gt_terminal_find(struct gt_tx *tx, struct gt_page *page, enum gt_right right, int64_t id,
                      struct gt_terminal_found *found);
/* Gives the template Terminal.Id, .No, .Kind, .Org, .OrgId (if it may be seen), .LimitTxn,
 * .LimitDay, .Enabled. */
void gt_terminal_set(struct gt_page *page, const struct gt_terminal_found *found);
/* "移动 POS"; borrowed. */
const char *gt_terminal_kind_word(const struct gt_page *page, int64_t kind);

/* Business that can be allowed or not, each a box of the forms.  Confirming a card write is none of
 * them: who may sell to a card must be able to tell what became of it. */
#define GT_TERMINAL_OPS 7
#define GT_TERMINAL_OP_FIELDS(first)                                                              \
    [(first)] = {"op_pay", GT_FIELD_FLAG}, [(first) + 1] = {"op_recharge", GT_FIELD_FLAG},        \
    [(first) + 2] = {"op_open", GT_FIELD_FLAG}, [(first) + 3] = {"op_replace", GT_FIELD_FLAG},    \
    [(first) + 4] = {"op_rewrite", GT_FIELD_FLAG}, [(first) + 5] = {"op_reverse", GT_FIELD_FLAG}, \
    [(first) + 6] = {"op_reading", GT_FIELD_FLAG}

/* The i-th, and whether `ops` of a terminal (0: all) has it. */
enum gt_op gt_terminal_op(size_t i);
bool gt_terminal_has_op(int64_t ops, size_t i);

#endif
