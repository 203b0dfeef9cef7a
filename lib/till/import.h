/*
 * Importing organisations, users and terminals from a CSV file: all of it, or nothing.
 *
 * The first line names the columns, in any order, in Chinese or English:
 *
 *     类别 kind         bureau county station agent · user · pos handheld kiosk pc, or Chinese
 *     编码 code         of the organisation; login; terminal number
 *     名称 name         none for a terminal
 *     上级 below        code of the organisation it stands below, or belongs to
 *     工号 operator_no  of a user
 *     角色 role         of a user: code of a role
 *     信用额 limit      of an agent or a cashier, yuan
 *
 * A line may stand below an organisation of a line before it.  Everything is made by the functions
 * of manage.h, with their rights, refusals and operation log, in one transaction: so there is no
 * half import, whatever dies when, and a file has a bounded number of lines.  A dry run does the
 * same and takes it back.
 */
#ifndef GT_TILL_IMPORT_H
#define GT_TILL_IMPORT_H

#include "till/manage.h"

/* Lines of one file, without the first: each writes up to six rows. */
#define GT_IMPORT_LINES 250
/* Bytes of a file. */
#define GT_IMPORT_BYTES 60000
/* Lines that a run finds wrong before it stops looking. */
#define GT_IMPORT_WRONG 20

struct gt_import;

struct gt_import_line {
    size_t number;    /* in the file; the one with the columns' names is 1 */
    const char *kind; /* this and the next as they stand there */
    const char *code, *name, *below;
    struct gt_refusal no; /* what is wrong with it; GT_WHY_NONE: nothing was found */
    const char *secret; /* behind an import: a user's first password, a terminal's secret; or "" */
};

/* Reads a file of `len` bytes; `*import` is owned by the caller.  GT_WHY_IMPORT_…: it is no file of
 * this form. */
enum gt_err gt_import_read(const char *text, size_t len, struct gt_import **import,
                           struct gt_refusal *no) GT_CHECK;
void gt_import_free(struct gt_import *import); /* NULL is allowed; secrets are wiped */

size_t gt_import_count(const struct gt_import *import);
/* The i-th line, borrowed until `import` changes. */
struct gt_import_line gt_import_line(const struct gt_import *import, size_t i);

/* How far a run is; `all` are passwords to be hashed, what takes long. */
typedef void (*gt_import_progress)(void *ctx, size_t done, size_t all);

/* Looks what is wrong with each line, as things are now, and changes nothing: GT_OK, with the
 * number of wrong lines in `*wrong`; at GT_IMPORT_WRONG there may be more.  Once a file. */
enum gt_err gt_import_check(const struct gt_by *by, struct gt_import *import,
                            size_t *wrong) GT_CHECK;
/* The same, and if nothing is wrong (`*wrong` 0) makes all of it; `progress` may be NULL. */
enum gt_err gt_import_apply(const struct gt_by *by, struct gt_import *import,
                            gt_import_progress progress, void *ctx, size_t *wrong) GT_CHECK;

#endif
