/*
 * What every unit test includes: cmocka with what it needs, checks that tell why, files to try on.
 *
 * A test is named after the behaviour it holds on to and can run alone.  Files live in a new folder
 * under $TMPDIR that the test makes with unit_folder() and removes with unit_remove().
 */
#ifndef GT_TESTS_UNIT_H
#define GT_TESTS_UNIT_H

#include "base/err.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* Checks a result, and says the context when it is another. */
#define assert_err(expected, call)                                                       \
    do {                                                                                 \
        enum gt_err got_ = (call);                                                       \
        if (got_ != (expected))                                                          \
            fail_msg("%s gave %s (%s), not %s", #call, gt_err_name(got_), gt_err_text(), \
                     gt_err_name(expected));                                             \
    } while (0)
#define assert_ok(call) assert_err(GT_OK, call)

/* Checks that `text` holds `part`. */
#define assert_holds(text, part)                                 \
    do {                                                         \
        if (!strstr((text), (part)))                             \
            fail_msg("'%s' does not hold '%s'", (text), (part)); \
    } while (0)

#define UNIT_PATH_MAX 512

/* Leaves the test out, and says why. */
#define skip_because(why)                                      \
    do {                                                       \
        print_message("# skipped: %s: %s\n", __func__, (why)); \
        skip();                                                \
    } while (0)

/* A file of the source tree: `make check` says in the environment where that is. */
static inline const char *unit_source(const char *name, char path[UNIT_PATH_MAX])
{
    const char *top = getenv("srcdir");
    (void)snprintf(path, UNIT_PATH_MAX, "%s/%s", top ? top : ".", name);
    return path;
}

/* Makes a new folder and gives its path back. */
static inline const char *unit_folder(char path[UNIT_PATH_MAX])
{
    const char *top = getenv("TMPDIR");
    (void)snprintf(path, UNIT_PATH_MAX, "%s/gridtill-unit-XXXXXX", top ? top : "/tmp");
    assert_non_null(mkdtemp(path));
    return path;
}

static inline int unit_remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    (void)kind;
    (void)at;
    return remove(path);
}

/* Removes the folder and all that is in it. */
static inline void unit_remove(const char *folder)
{
    assert_int_equal(nftw(folder, unit_remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

/* Writes `text` to the file `name` of `folder` and gives its path back. */
static inline const char *unit_write(const char *folder, const char *name, const char *text,
                                     char path[UNIT_PATH_MAX])
{
    (void)snprintf(path, UNIT_PATH_MAX, "%.400s/%.100s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fputs(text, file) < 0, 0);
    assert_int_equal(fclose(file), 0);
    return path;
}

#endif
