/*
 * What every handler begins with and ends with: command line, configuration, log, keys, store.
 */
#ifndef GT_START_START_H
#define GT_START_START_H

#include "base/conf.h"
#include "base/crypt.h"
#include "store/key.h"

#include <stdbool.h>

/* A process ends with this when the configuration or the surroundings are wrong (sysexits.h,
 * EX_CONFIG): starting again would not help. */
#define GT_EXIT_CONFIG 78

struct gt_start {
    struct gt_conf conf;
    struct gt_keys keys;
    struct gt_db *db;
    struct gt_keysrc *keysrc;
};

/* What a handler is: its name in usage and log, and what it does. */
struct gt_program {
    const char *name;  /* "terminal.fcgi" */
    const char *about; /* a line for the usage */
    /* Where its socket stands in the configuration. */
    char *(*socket)(struct gt_conf *conf);
    /* Sets up what is its own and serves until the end; `*served` says that it came to serving. */
    enum gt_err (*serve)(struct gt_start *start, bool *served);
    /* Prints its routes; NULL: it has none. */
    int (*routes)(void);
};

/* The whole of a handler's main(): gives its exit status. */
int gt_start_main(const struct gt_program *program, int argc, char **argv);

#endif
