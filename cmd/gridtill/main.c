/*
 * gridtill: administration of the platform, and its worker.
 *
 * Here is only the way to a command.  Exit status: 0 done, 1 refused or failed, 2 typed wrong, 70
 * the store cannot be trusted any more.
 */
#include "base/xml.h"
#include "commands.h"
#include "common.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_CONFIG "/etc/gridtill/gridtill.xml"

static const struct gt_command *const commands[] = {
    &gt_command_init,      &gt_command_migrate,  &gt_command_schema,  &gt_command_org,
    &gt_command_user,      &gt_command_terminal, &gt_command_account, &gt_command_date,
    &gt_command_import,    &gt_command_outcomes, &gt_command_journal, &gt_command_check,
    &gt_command_reconcile, &gt_command_store,    &gt_command_worker,
};
#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void print_help(FILE *out)
{
    fputs("Usage: gridtill [--config PATH] COMMAND [VERB] [OPTION]...\n\n", out);
    for (size_t i = 0; i < COMMANDS; i++)
        fprintf(out, "  %-10s %s\n", commands[i]->name, commands[i]->help);
    fputs("\nThe configuration is $GRIDTILL_CONFIG, or " DEFAULT_CONFIG ".\n"
          "Help on a command: gridtill COMMAND --help\n",
          out);
}

static const struct gt_command *find_command(const char *name)
{
    for (size_t i = 0; i < COMMANDS; i++) {
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    }
    return NULL;
}

/* The configuration's path: typed, from the environment, or the usual one. */
static const char *config_path(const char *before, const struct gt_args *args)
{
    const char *env = getenv("GRIDTILL_CONFIG");

    if (args->config)
        return args->config;
    if (before)
        return before;
    return env && *env ? env : DEFAULT_CONFIG;
}

static int run(const char *config, const struct gt_args *args)
{
    struct gt_cmd cmd = {.config = config_path(config, args), .json = args->json};
    int status = args->verb->run(&cmd, args);

    gt_cmd_done(&cmd);
    /* A full disk behind standard output must not look like success. */
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fputs("gridtill: cannot write to standard output\n", stderr);
        return status ? status : GT_EXIT_FAILED;
    }
    return status;
}

int main(int argc, char **argv)
{
    const char *config = NULL;
    struct gt_args args;
    int at = 1;

    if (at + 1 < argc && strcmp(argv[at], "--config") == 0) {
        config = argv[at + 1];
        at += 2;
    } else if (at < argc && strncmp(argv[at], "--config=", 9) == 0) {
        config = argv[at++] + 9;
    }
    if (at >= argc) {
        print_help(stderr);
        return GT_EXIT_USAGE;
    }
    if (strcmp(argv[at], "--help") == 0 || strcmp(argv[at], "-h") == 0) {
        print_help(stdout);
        return GT_EXIT_OK;
    }
    const struct gt_command *command = find_command(argv[at]);
    if (!command) {
        fprintf(stderr, "gridtill: there is no command %s\nTry: gridtill --help\n", argv[at]);
        return GT_EXIT_USAGE;
    }
    if (!gt_args_read(command, argc - at - 1, argv + at + 1, &args))
        return GT_EXIT_USAGE;
    if (args.help) {
        gt_args_help(&args);
        return GT_EXIT_OK;
    }
    gt_xml_start();
    int status = run(config, &args);
    gt_xml_stop();
    return status;
}
