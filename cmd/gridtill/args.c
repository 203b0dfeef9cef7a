/*
 * Reading what was typed, and telling how it should have been.
 */
#include "args.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* "gridtill org add", as far as it is known. */
static void print_name(FILE *out, const struct gt_args *args)
{
    fprintf(out, "gridtill %s", args->command->name);
    if (args->verb && *args->verb->name)
        fprintf(out, " %s", args->verb->name);
}

int gt_args_wrong(const struct gt_args *args, const char *fmt, ...)
{
    va_list ap;

    print_name(stderr, args);
    fputs(": ", stderr);
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputs("\nTry: ", stderr);
    print_name(stderr, args);
    fputs(" --help\n", stderr);
    return GT_EXIT_USAGE;
}

static void print_option(const char *name, const char *arg, const char *help)
{
    char left[40];

    snprintf(left, sizeof(left), "--%s%s%s", name, arg ? " " : "", arg ? arg : "");
    printf("  %-24s %s\n", left, help);
}

static void help_of_verb(const struct gt_args *args)
{
    const struct gt_verb *verb = args->verb;

    fputs("Usage: ", stdout);
    print_name(stdout, args);
    printf("%s%s [OPTION]...\n%s\n\n", *verb->operands ? " " : "", verb->operands, verb->help);
    for (const struct gt_option *o = verb->options; o && o->name; o++)
        print_option(o->name, o->arg, o->help);
    print_option("config", "PATH", "configuration file, instead of $GRIDTILL_CONFIG");
    print_option("json", NULL, "answer in JSON, where there is something to show");
    print_option("help", NULL, "this text");
}

void gt_args_help(const struct gt_args *args)
{
    if (args->verb) {
        help_of_verb(args);
        return;
    }
    printf("Usage: gridtill %s VERB [OPTION]...\n%s\n\n", args->command->name, args->command->help);
    for (const struct gt_verb *v = args->command->verbs; v->name; v++) {
        char left[64];

        snprintf(left, sizeof(left), "%s %s", v->name, v->operands);
        printf("  %-28s %s\n", left, v->help);
    }
    printf("\nHelp on one of them: gridtill %s VERB --help\n", args->command->name);
}

static const struct gt_verb *find_verb(const struct gt_command *command, const char *name)
{
    for (const struct gt_verb *v = command->verbs; v->name; v++) {
        if (strcmp(v->name, name) == 0)
            return v;
    }
    return NULL;
}

/* Reads one option of any verb: how many words it took, 0 if it is none of those. */
static int read_common(struct gt_args *args, int argc, char **argv)
{
    if (strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0) {
        args->help = true;
        return 1;
    }
    if (strcmp(argv[0], "--json") == 0) {
        args->json = true;
        return 1;
    }
    if (strncmp(argv[0], "--config=", 9) == 0) {
        args->config = argv[0] + 9;
        return 1;
    }
    if (strcmp(argv[0], "--config") == 0 && argc > 1) {
        args->config = argv[1];
        return 2;
    }
    return 0;
}

/* Reads one option of the verb: how many words it took, 0 (said why) if it is wrong. */
static int read_option(struct gt_args *args, int argc, char **argv)
{
    const char *name = argv[0] + 2;
    const char *equals = strchr(name, '=');
    size_t len = equals ? (size_t)(equals - name) : strlen(name);
    const struct gt_option *o = args->verb->options;
    size_t i = 0;

    while (o && o[i].name && (strncmp(o[i].name, name, len) != 0 || o[i].name[len] != '\0'))
        i++;
    if (!o || !o[i].name) {
        gt_args_wrong(args, "unknown option %s", argv[0]);
        return 0;
    }
    assert(i < GT_ARGS_OPTIONS_MAX);
    if (!o[i].arg) {
        if (equals) {
            gt_args_wrong(args, "--%s takes no value", o[i].name);
            return 0;
        }
        args->value[i] = "";
        return 1;
    }
    if (!equals && argc < 2) {
        gt_args_wrong(args, "--%s wants a value: %s", o[i].name, o[i].arg);
        return 0;
    }
    args->value[i] = equals ? equals + 1 : argv[1];
    return equals ? 1 : 2;
}

/* Reads options and operands in any order; behind "--" all are operands. */
static bool read_words(struct gt_args *args, int argc, char **argv)
{
    bool options = true;

    for (int i = 0; i < argc;) {
        bool dashed = options && argv[i][0] == '-' && argv[i][1] != '\0';

        if (dashed && strcmp(argv[i], "--") == 0) {
            options = false;
            i++;
        } else if (dashed) {
            int took = read_common(args, argc - i, argv + i);

            if (took == 0 && argv[i][1] != '-') {
                gt_args_wrong(args, "unknown option %s", argv[i]);
                return false;
            }
            if (took == 0)
                took = read_option(args, argc - i, argv + i);
            if (took == 0)
                return false;
            i += took;
        } else if (args->noperands == args->verb->most) {
            gt_args_wrong(args, "one word too many: %s", argv[i]);
            return false;
        } else {
            args->operand[args->noperands++] = argv[i++];
        }
    }
    return true;
}

bool gt_args_read(const struct gt_command *command, int argc, char **argv, struct gt_args *args)
{
    *args = (struct gt_args){.command = command};
    args->verb = find_verb(command, "");
    if (!args->verb) {
        if (argc > 0 && (args->verb = find_verb(command, argv[0])) != NULL) {
            argc--;
            argv++;
        } else if (argc > 0 && read_common(args, argc, argv) > 0 && args->help) {
            return true;
        } else {
            gt_args_wrong(args, argc > 0 ? "there is no verb %s" : "a verb is missing%s",
                          argc > 0 ? argv[0] : "");
            return false;
        }
    }
    if (!read_words(args, argc, argv))
        return false;
    if (!args->help && args->noperands < args->verb->least) {
        gt_args_wrong(args, "wanted: %s", args->verb->operands);
        return false;
    }
    return true;
}

const char *gt_arg(const struct gt_args *args, const char *name)
{
    const struct gt_option *o = args->verb->options;

    for (size_t i = 0; o && o[i].name; i++) {
        if (strcmp(o[i].name, name) == 0)
            return args->value[i];
    }
    assert(!"an option that the verb does not have");
    return NULL;
}

bool gt_arg_given(const struct gt_args *args, const char *name)
{
    return gt_arg(args, name) != NULL;
}
