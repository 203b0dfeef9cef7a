/*
 * Reconciliation with marketing systems, as its two pages show it.
 */
#ifndef GT_CONSOLE_RECON_H
#define GT_CONSOLE_RECON_H

#include "books/reconcile.h"
#include "console.h"

/* Gives the template a result as <prefix>.Colour, .State, .Date, .Day (for addresses), .System,
 * .OursCount, .OursAmount, .TheirsCount, .TheirsAmount, .Differences, .Doubt, .EndedAt, .By. */
void gt_recon_set(struct gt_page *page, const struct gt_recon *recon, const char *prefix);
/* The same for a job: .Date, .Day, .System, .Phase, .Done, .Total, .Since, .By; .Runs while
 * somebody runs it. */
void gt_recon_job_set(struct gt_page *page, const struct gt_recon_job *job, const char *prefix);
/* System and date of the address, the date with or without '-'; false if there is no such system,
 * or it is no date. */
bool gt_recon_named(const struct gt_page *page, const struct gt_upstream **system, int64_t *date);

#endif
