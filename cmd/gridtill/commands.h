/*
 * The commands of gridtill: each is a file of its own, cmd_<name>.c.
 */
#ifndef GT_CMD_COMMANDS_H
#define GT_CMD_COMMANDS_H

#include "args.h"

extern const struct gt_command gt_command_init;
extern const struct gt_command gt_command_migrate;
extern const struct gt_command gt_command_schema;
extern const struct gt_command gt_command_store;
extern const struct gt_command gt_command_org;
extern const struct gt_command gt_command_user;
extern const struct gt_command gt_command_terminal;
extern const struct gt_command gt_command_account;
extern const struct gt_command gt_command_date;
extern const struct gt_command gt_command_outcomes;
extern const struct gt_command gt_command_import;
extern const struct gt_command gt_command_journal;
extern const struct gt_command gt_command_reconcile;
extern const struct gt_command gt_command_check;
extern const struct gt_command gt_command_worker;

#endif
