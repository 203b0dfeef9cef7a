/*
 * Events of a transaction.
 */
#include "till/event.h"

#include "till/flow.h"

#include <stdio.h>

void gt_event_add(struct gt_tx *tx, struct gt_txn *txn, int64_t key, int64_t now, const char *kind,
                  const char *note)
{
    struct gt_event event = {.id = key, .txn_id = txn->id, .at = now};

    event.seq = ++txn->events;
    snprintf(event.kind, sizeof(event.kind), "%s", kind);
    snprintf(event.note, sizeof(event.note), "%s", note);
    gt_row_insert(tx, &gt_event_row, &event);
}
