/*
 * gridtill outcomes: the table of result codes as Markdown, for documents and for people who write
 * terminals.
 */
#include "base/outcome.h"
#include "commands.h"
#include "common.h"
#include "record.h"

#include <stdio.h>

static int run(struct gt_cmd *cmd, const struct gt_args *args)
{
    struct gt_listing list = {.json = true};
    const struct gt_outcome_info *info;

    (void)args;
    if (!cmd->json)
        fputs("| ResultCode | ResultClass | name | Chinese | English |\n"
              "| --- | --- | --- | --- | --- |\n",
              stdout);
    for (size_t i = 0; (info = gt_outcome_at(i)) != NULL; i++) {
        struct gt_record r = {.n = 0};

        if (!cmd->json) {
            printf("| %d | %s | %s | %s | %s |\n", (int)info->number, gt_class_name(info->class),
                   info->name, info->zh, info->en);
            continue;
        }
        gt_record_int(&r, "number", 0, (int)info->number);
        gt_record_text(&r, "class", 0, gt_class_name(info->class));
        gt_record_text(&r, "name", 0, info->name);
        gt_record_text(&r, "zh", 0, info->zh);
        gt_record_text(&r, "en", 0, info->en);
        gt_listing_row(&list, &r);
    }
    if (cmd->json)
        gt_listing_end(&list);
    return GT_EXIT_OK;
}

static const struct gt_verb verbs[] = {
    {"", "", "Prints the table of result codes as Markdown.", 0, 0, NULL, run},
    {NULL, NULL, NULL, 0, 0, NULL, NULL},
};

const struct gt_command gt_command_outcomes = {"outcomes", "the table of result codes", verbs};
