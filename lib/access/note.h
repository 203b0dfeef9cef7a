/*
 * What changes nothing and still has to be known: who looked at a full name, who took a list away.
 */
#ifndef GT_ACCESS_NOTE_H
#define GT_ACCESS_NOTE_H

#include "access/by.h"

/* Writes a row of the operation log, in a commit of its own.  As gt_oplog_add(). */
enum gt_err gt_note(const struct gt_by *by, const char *what, const char *object,
                    const char *detail) GT_CHECK;

#endif
