/*
 * Marketing systems as the pages see them: the configuration's, their definitions, and how the
 * processes that call them find them.
 */
#ifndef GT_CONSOLE_SYSTEMS_H
#define GT_CONSOLE_SYSTEMS_H

#include "console.h"
#include "link/about.h"
#include "till/service.h"

#define GT_SYSTEM_REPORTS (GT_PROCESSES_MAX * 2)

/* What one process says of one system. */
struct gt_system_report {
    struct gt_process process;
    struct gt_process_link link;
};

struct gt_systems_found {
    int64_t now;
    struct gt_system_load loads[GT_SYSTEM_LOADS];
    size_t nloads;
    struct gt_system_report reports[GT_SYSTEM_REPORTS]; /* of processes that live */
    size_t nreports;
};

/* In a transaction; `now` is filled in. */
void gt_systems_read(struct gt_tx *tx, struct gt_systems_found *found);
/* Gives the template what is known of a system as <prefix>.Colour, .State, .Processes, .Calls,
 * .InFlight, .LastMs, .ErrorRate, .TxnsInFlight, .InDoubt, .Oldest. */
void gt_system_set(struct gt_page *page, const struct gt_systems_found *found, const char *name,
                   const char *prefix);
/* The place of a system in the configuration, -1 if there is none of that name. */
int gt_system_place(const struct gt_page *page, const char *name);

#endif
