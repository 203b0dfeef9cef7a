/*
 * Services: each running process says in the store that it lives, and how it finds the marketing
 * systems.
 *
 * A row a process and one for each of its systems, saved every few seconds by a thread of its own,
 * so that any page on any machine can tell how the platform is without asking the processes.  A
 * process that ends takes its rows away; one that was killed leaves them, and they grow old.
 */
#ifndef GT_TILL_SERVICE_H
#define GT_TILL_SERVICE_H

#include "base/clock.h"
#include "link/upstream.h"
#include "store/key.h"
#include "store/row.h"

#define GT_BEAT_FIRST_MS  10000 /* after the start */
#define GT_BEAT_EVERY_MS  5000
#define GT_PROCESS_OLD_MS 30000 /* a row this old is of a process that does not live */
#define GT_PROCESSES_MAX  50

/* clang-format off */
#define GT_PROCESS_COLS(KI, KT, I, T) \
    KI(id) KT(name, 33) KT(host, 65) KI(pid) KT(build, 41) KI(since) I(seen_at) I(version)
/* clang-format on */
struct gt_process {
    GT_ROW_STRUCT(GT_PROCESS_COLS)
};
extern const struct gt_row gt_process_row;

/* calls and bad are of the last minute. */
#define GT_PROCESS_LINK_COLS(KI, KT, I, T) \
    KI(id)                                 \
    KI(process_id) KT(system, 17) I(shut) I(in_flight) I(calls) I(bad) I(last_ms) I(version)
struct gt_process_link {
    GT_ROW_STRUCT(GT_PROCESS_LINK_COLS)
};
extern const struct gt_row gt_process_link_row;

/* What a process says of itself.  All is borrowed until gt_beat_stop(). */
struct gt_beat_conf {
    struct gt_db *db;
    struct gt_keysrc *src; /* for keys of the series "service" */
    const struct gt_clock *clock;
    const char *name;               /* "terminal.fcgi" */
    const struct gt_upstreams *ups; /* NULL: it calls none */
};
struct gt_beat;

/* Starts the thread; `*beat` is owned by the caller (gt_beat_stop).  A store that cannot be written
 * is no failure: the next beat tries again.  GT_ERR_NOMEM. */
enum gt_err gt_beat_start(const struct gt_beat_conf *conf, struct gt_beat **beat) GT_CHECK;
/* Ends the thread and takes the rows away.  NULL is allowed. */
void gt_beat_stop(struct gt_beat *beat);

/* In a transaction: services by name, the old ones too; and how each finds its systems. */
size_t gt_process_list(struct gt_tx *tx, struct gt_process *services, size_t most);
size_t gt_process_links(struct gt_tx *tx, int64_t process_id, struct gt_process_link *links,
                        size_t most);

/* What is in flight at one system. */
struct gt_system_load {
    char system[17];
    int64_t in_flight; /* sent, not known yet */
    int64_t in_doubt;
    int64_t oldest; /* time of the oldest that is in doubt, 0: none */
};
#define GT_SYSTEM_LOADS 16
/* In a transaction: of each system that has any; gives how many. */
size_t gt_system_loads(struct gt_tx *tx, struct gt_system_load loads[GT_SYSTEM_LOADS]);

#endif
