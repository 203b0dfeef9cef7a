/*
 * Failure points: places where a test may kill the process.
 *
 * `GT_STEP("intent.committed");` is nothing in a normal build.  In a build configured with
 * --enable-failpoints the process sends itself SIGKILL when the environment says
 * GRIDTILL_DIE_AT=intent.committed:3 and it passes there for the third time.
 */
#ifndef GT_BASE_STEP_H
#define GT_BASE_STEP_H

#ifdef GT_FAILPOINTS
void gt_step(const char *name);
#define GT_STEP(name) gt_step(name)
#else
#define GT_STEP(name) ((void)0)
#endif

#endif
