/*
 * Items: the same difference found again is the same row, and nothing people did is undone by a run
 * that finds what they know already.
 */
#include "office_kit.h"

#include "books/item.h"

struct entering {
    struct office *o;
    struct gt_item_found found;
    int64_t key, id;
    bool is_new;
};

static enum gt_err enter_in(struct gt_tx *tx, void *arg)
{
    struct entering *e = arg;

    return gt_item_enter(tx, &e->found, e->key, e->o->kit.now, &e->id, &e->is_new);
}

/* Enters it; true if it is new. */
static bool enter(struct entering *e)
{
    e->key++;
    assert_ok(gt_db_transact(e->o->kit.till.db, "enter", enter_in, e));
    return e->is_new;
}

struct looking {
    struct gt_item item;
    size_t open, about;
};

static enum gt_err look_in(struct gt_tx *tx, void *arg)
{
    struct looking *l = arg;
    struct gt_item items[100];
    int64_t id = l->item.id;

    assert_true(gt_row_find(tx, &gt_item_row, id, &l->item));
    l->open = gt_items_open(tx, l->item.source, l->item.system, l->item.org_id, l->item.biz_date, 0,
                            items, 100);
    l->about = l->item.txn_id ? gt_items_about(tx, l->item.txn_id, items, 20) : 0;
    return gt_tx_err(tx);
}

static struct looking look(struct entering *e)
{
    struct looking l = {.item.id = e->id};

    assert_ok(gt_db_read(e->o->kit.till.db, "look", look_in, &l));
    return l;
}

static enum gt_err agree_in(struct gt_tx *tx, void *arg)
{
    struct entering *e = arg;

    return gt_item_agree(tx, e->id, e->o->kit.now, KIT_DATE);
}

static enum gt_err close_in(struct gt_tx *tx, void *arg)
{
    struct entering *e = arg;
    struct gt_item item;

    assert_true(gt_row_find(tx, &gt_item_row, e->id, &item));
    item.state = GT_ITEM_CLOSED;
    item.action = GT_ITEM_ACCEPT;
    item.closed_at = e->o->kit.now;
    gt_counted_save(tx, &gt_item_row, &item);
    return gt_tx_err(tx);
}

static struct entering begin(struct office *o)
{
    office_start(o);
    return (struct entering){.o = o,
                             .found = {.source = GT_ITEM_SYSTEM,
                                       .class = GT_ITEM_ONLY_THEIRS,
                                       .org_id = 1,
                                       .system = "sg186",
                                       .biz_date = KIT_DATE,
                                       .ref = "R1",
                                       .theirs = 5000}};
}

static void found_again_is_the_same_row(void **state)
{
    (void)state;
    struct office o;
    struct entering e = begin(&o);

    assert_true(enter(&e));
    int64_t first = e.id;
    assert_false(enter(&e));
    assert_int_equal(e.id, first);
    assert_int_equal(look(&e).item.version, 1);
    e.found.ref = "R2";
    assert_true(enter(&e));
    assert_int_equal(look(&e).open, 2);
    e.found.txn_id = sell(&o, &o.kit.cashier, 1, 1000);
    assert_true(enter(&e));
    assert_int_equal(look(&e).about, 1);
    office_stop(&o);
}

static void one_that_is_gone_is_agreed_and_may_come_back(void **state)
{
    (void)state;
    struct office o;
    struct entering e = begin(&o);

    (void)enter(&e);
    assert_ok(gt_db_transact(o.kit.till.db, "agree", agree_in, &e));
    assert_ok(gt_db_transact(o.kit.till.db, "agree", agree_in, &e));
    struct looking l = look(&e);
    assert_int_equal(l.item.state, GT_ITEM_CLOSED);
    assert_int_equal(l.item.action, GT_ITEM_AGREED);
    assert_int_equal(l.item.version, 2);
    assert_int_equal(l.open, 0);
    assert_false(enter(&e));
    assert_int_equal(look(&e).item.state, GT_ITEM_OPEN);
    office_stop(&o);
}

static void what_people_closed_stays_closed_until_its_figures_change(void **state)
{
    (void)state;
    struct office o;
    struct entering e = begin(&o);

    (void)enter(&e);
    assert_ok(gt_db_transact(o.kit.till.db, "close", close_in, &e));
    (void)enter(&e);
    assert_int_equal(look(&e).item.state, GT_ITEM_CLOSED);
    e.found.theirs = 6000;
    (void)enter(&e);
    struct looking l = look(&e);
    assert_int_equal(l.item.state, GT_ITEM_OPEN);
    assert_int_equal(l.item.theirs, 6000);
    assert_int_equal(l.item.closed_at, 0);
    office_stop(&o);
}

static void names_lead_back(void **state)
{
    (void)state;
    for (int i = 1; i < GT_ITEM_CLASS__MAX; i++) {
        enum gt_item_class class = 0;
        assert_true(gt_item_class_find(gt_item_class_name((enum gt_item_class)i), &class));
        assert_int_equal(class, i);
    }
    enum gt_item_class class = 0;
    assert_false(gt_item_class_find("nothing", &class));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(found_again_is_the_same_row),
        cmocka_unit_test(one_that_is_gone_is_agreed_and_may_come_back),
        cmocka_unit_test(what_people_closed_stays_closed_until_its_figures_change),
        cmocka_unit_test(names_lead_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
