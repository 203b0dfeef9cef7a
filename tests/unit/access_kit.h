/*
 * What the tests of access share: a database with the real schema and a small tree in it.
 */
#ifndef GT_TESTS_ACCESS_KIT_H
#define GT_TESTS_ACCESS_KIT_H

#include "store_kit.h"

#include "access/oplog.h"
#include "access/role.h"
#include "access/state.h"
#include "access/terminal.h"
#include "base/buf.h"

/* bureau B > county C > station S1, S2; S1 > agent A. */
enum { ID_B = 1, ID_C, ID_S1, ID_S2, ID_A };

static const uint8_t kit_seal[GT_KEY_SIZE] = "a key of thirty-two bytes.......";

static inline void access_add(struct gt_tx *tx, int64_t id, const char *code, const char *below,
                              enum gt_org_kind kind)
{
    struct gt_org org = {.id = id, .kind = kind};

    assert_ok(gt_str_copy(org.code, sizeof(org.code), code));
    assert_ok(gt_str_copy(org.name, sizeof(org.name), "供电所"));
    assert_ok(gt_org_add(tx, below, &org));
}

static inline enum gt_err access_tree(struct gt_tx *tx, void *arg)
{
    (void)arg;
    assert_ok(gt_state_create(tx, 20261122, -1));
    assert_ok(gt_roles_ensure(tx));
    access_add(tx, ID_B, "B", "", GT_ORG_BUREAU);
    access_add(tx, ID_C, "C", "B", GT_ORG_COUNTY);
    access_add(tx, ID_S1, "S1", "C", GT_ORG_STATION);
    access_add(tx, ID_S2, "S2", "C", GT_ORG_STATION);
    access_add(tx, ID_A, "A", "S1", GT_ORG_AGENT);
    return gt_tx_err(tx);
}

static inline void access_start(struct kit *kit)
{
    char sql[UNIT_PATH_MAX];
    int applied = 0;

    kit_new(kit);
    kit_open(kit, (struct gt_db_conf){.seal_key = kit_seal, .inline_mode = true});
    assert_ok(gt_migrate(kit->db, unit_source("sql", sql), &applied));
    assert_ok(gt_db_transact(kit->db, "test.tree", access_tree, NULL));
}

#endif
