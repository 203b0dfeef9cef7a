/*
 * Importing organisations, users and terminals from a table.
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
 * of manage.h, with their rights, refusals and operation log.  First all of the file is looked at,
 * by making it and taking it back, and only a file without mistakes is imported.  That takes many
 * commits, some hundred lines each, and may be cut short by anything; what is there already, just
 * as its line says, is passed over, so the same file given again goes on where it ended.
 */
#ifndef GT_TILL_IMPORT_H
#define GT_TILL_IMPORT_H

#include "till/manage.h"

/* Lines of one file, without the first. */
#define GT_IMPORT_LINES 5000
/* Bytes of a file, as CSV. */
#define GT_IMPORT_BYTES (512 * 1024)
/* Lines that a look finds wrong before it ends. */
#define GT_IMPORT_WRONG 20

struct gt_import;

struct gt_import_line {
    size_t number;    /* in the file; the one with the columns' names is 1 */
    const char *kind; /* this and the next as they stand there */
    const char *code, *name, *below;
    struct gt_refusal no; /* what is wrong with it; GT_WHY_NONE: nothing was found */
    bool there;           /* it was there before */
    bool secret_due;      /* a user or a terminal, which has a first password or a secret */
    const char *secret;   /* once it was made by this run; or "" */
};

/* Reads a file of `len` bytes of CSV; `*import` is owned by the caller.  GT_WHY_IMPORT_…: it is no
 * file of this form. */
enum gt_err gt_import_read(const char *text, size_t len, struct gt_import **import,
                           struct gt_refusal *no) GT_CHECK;
void gt_import_free(struct gt_import *import); /* NULL is allowed; secrets are wiped */

size_t gt_import_count(const struct gt_import *import);
/* The i-th line, borrowed until `import` changes. */
struct gt_import_line gt_import_line(const struct gt_import *import, size_t i);

/* Looks what is wrong with each line, as things are now, and changes nothing: GT_OK, with the
 * number of wrong lines in `*wrong`; at GT_IMPORT_WRONG there may be more.  Once a file. */
enum gt_err gt_import_check(const struct gt_by *by, struct gt_import *import,
                            size_t *wrong) GT_CHECK;

/* Called after each commit: lines [from, to) of `all` are there now.  False: it ends here. */
typedef bool (*gt_import_progress)(void *ctx, const struct gt_import *import, size_t from,
                                   size_t to, size_t all);
/* Makes the lines from `*at` on, of a file that was found good, and moves `*at` behind what is
 * committed, whatever happens.  GT_OK: all is there (`*at` is the count), `progress` ended it, or
 * somebody else was faster with a code, say, and `*wrong` is 1. */
enum gt_err gt_import_apply(const struct gt_by *by, struct gt_import *import, size_t *at,
                            gt_import_progress progress, void *ctx, size_t *wrong) GT_CHECK;

#endif
