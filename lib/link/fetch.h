/*
 * A file comes from another machine, or another folder, into ours: HTTP, SFTP, file://.
 */
#ifndef GT_LINK_FETCH_H
#define GT_LINK_FETCH_H

#include "base/conf.h"
#include "link/upstream.h"

/* Where a system's files lie, and how one gets at them. */
struct gt_source {
    char url[256];           /* without '/' at its end */
    char key[GT_PATH_MAX];   /* SFTP: private key; "" for none */
    char hosts[GT_PATH_MAX]; /* SFTP: known_hosts; an unknown host is refused */
    char ca_file[GT_PATH_MAX];
    int64_t bytes_max;
};

/* Gets `url`'s file `name` ("/day/20261122.txt") into the file `path`, which is there whole or not
 * at all: it is written beside, synced, and moved.  As `fetch` of upstream.h. */
enum gt_err gt_fetch(const struct gt_source *source, const char *name, const char *path,
                     const struct gt_up_tick *tick) GT_CHECK;

#endif
