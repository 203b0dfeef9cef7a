/*
 * What was typed: commands, their verbs, options and operands, and the help that is made of them.
 *
 * A command is data: const tables of verbs and options, from which parsing, checking and --help
 * come alike.  Every verb also takes --config PATH, --json and --help.
 */
#ifndef GT_CMD_ARGS_H
#define GT_CMD_ARGS_H

#include <stdbool.h>
#include <stddef.h>

/* How a command ends. */
enum gt_exit {
    GT_EXIT_OK = 0,
    GT_EXIT_FAILED = 1,  /* refused, or failed */
    GT_EXIT_USAGE = 2,   /* typed wrong */
    GT_EXIT_DIFFERS = 3, /* done: two sides differ */
    GT_EXIT_STORE = 70   /* the store cannot be trusted any more: start anew */
};

#define GT_ARGS_OPTIONS_MAX  16
#define GT_ARGS_OPERANDS_MAX 4

struct gt_option {
    const char *name; /* "below" for --below; NULL ends the table */
    const char *arg;  /* "CODE"; NULL for an option without a value */
    const char *help;
};

struct gt_args; /* what was typed, below */
struct gt_cmd;  /* common.h */

struct gt_verb {
    const char *name;     /* "add"; "" if the command has no verbs; NULL ends the table */
    const char *operands; /* "CODE NAME"; "" for none */
    const char *help;     /* one sentence */
    int least, most;      /* operands */
    const struct gt_option *options; /* NULL for none */
    int (*run)(struct gt_cmd *cmd, const struct gt_args *args);
};

struct gt_command {
    const char *name;
    const char *help; /* one sentence */
    const struct gt_verb *verbs;
};

struct gt_args {
    const struct gt_command *command;
    const struct gt_verb *verb;
    const char *operand[GT_ARGS_OPERANDS_MAX]; /* NULL behind the last */
    int noperands;
    const char *value[GT_ARGS_OPTIONS_MAX]; /* of the verb's options; "" for one without value */
    const char *config;                     /* --config, NULL if not given */
    bool json, help;
};

/* Reads what stands behind the command's name.  False if it is wrong: said on standard error. */
bool gt_args_read(const struct gt_command *command, int argc, char **argv, struct gt_args *args);
/* The value of --name, NULL if it was not given; the verb must have the option. */
const char *gt_arg(const struct gt_args *args, const char *name);
bool gt_arg_given(const struct gt_args *args, const char *name);

/* Prints how the command, or the verb in `args` if there is one, is used. */
void gt_args_help(const struct gt_args *args);
/* Says on standard error what is wrong and how to get help; gives GT_EXIT_USAGE. */
int gt_args_wrong(const struct gt_args *args, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
