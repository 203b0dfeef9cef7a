/*
 * What people do with items: a second person decides, the posting is made once and with the item,
 * suspense ends empty, and nobody decides about their own.
 */
#include "remit_kit.h"

#include "books/settle.h"

struct desk {
    struct office o;
    struct gt_item_found found;
    int64_t key, id, approval;
};

static enum gt_err enter_in(struct gt_tx *tx, void *arg)
{
    struct desk *d = arg;

    return gt_item_enter(tx, &d->found, d->key, d->o.kit.now, &d->id, NULL);
}

static void begin(struct desk *d, enum gt_item_class class, int64_t ours, int64_t theirs)
{
    memset(d, 0, sizeof(*d));
    start(&d->o);
    d->found = (struct gt_item_found){.source = GT_ITEM_SYSTEM,
                                      .class = class,
                                      .org_id = 2,
                                      .system = "sg186",
                                      .biz_date = KIT_DATE,
                                      .ref = "R1",
                                      .ours = ours,
                                      .theirs = theirs};
    d->key = 1;
    assert_ok(gt_db_transact(d->o.kit.till.db, "enter", enter_in, d));
}

static enum gt_err item_in(struct gt_tx *tx, void *arg)
{
    struct gt_item *item = arg;
    int64_t id = item->id;

    assert_true(gt_row_find(tx, &gt_item_row, id, item));
    return gt_tx_err(tx);
}

static struct gt_item item_of(struct desk *d)
{
    struct gt_item item = {.id = d->id};

    assert_ok(gt_db_read(d->o.kit.till.db, "item", item_in, &item));
    return item;
}

static enum gt_err ask(struct desk *d, int64_t user_id, enum gt_item_action action,
                       enum gt_settle_way way)
{
    struct gt_settle_form form = {
        .item_id = d->id, .action = action, .way = way, .reason = "已与营销核对"};

    return gt_settle_ask(by_of(&d->o, user_id), &form, &d->approval, &d->o.no);
}

static enum gt_err decide(struct desk *d, int64_t user_id, bool approve)
{
    return gt_approval_decide(by_of(&d->o, user_id), d->approval, 1, approve, "看过", &d->o.no);
}

static void settle(struct desk *d, enum gt_item_action action, enum gt_settle_way way)
{
    assert_ok(ask(d, BOSS, action, way));
    assert_ok(decide(d, OTHER_BOSS, true));
}

static void only_ours_goes_to_suspense_and_out_by_the_bank(void **state)
{
    (void)state;
    struct desk d;

    begin(&d, GT_ITEM_ONLY_OURS, 5000, 0);
    settle(&d, GT_ITEM_TO_SUSPENSE, GT_WAY_NONE);
    assert_int_equal(item_of(&d).state, GT_ITEM_SUSPENSE);
    assert_int_equal(item_of(&d).suspense, 5000);
    assert_int_equal(balance(&d.o, "suspense"), -5000);
    assert_int_equal(balance(&d.o, "payable:sg186"), 5000);
    kit_books_agree(&d.o.kit);
    settle(&d, GT_ITEM_CLEAR, GT_WAY_BANK);
    struct gt_item item = item_of(&d);
    assert_int_equal(item.state, GT_ITEM_CLOSED);
    assert_int_equal(item.suspense, 0);
    assert_int_equal(item.maker_id, BOSS);
    assert_int_equal(item.checker_id, OTHER_BOSS);
    assert_int_equal(item.closed_date, KIT_DATE);
    assert_int_equal(balance(&d.o, "suspense"), 0);
    assert_int_equal(balance(&d.o, "bank"), -5000);
    assert_int_equal(sum_of(&d.o, &remit_trial, GT_INT(0)), 0);
    office_stop(&d.o);
}

static void only_theirs_is_collected_later_or_written_off(void **state)
{
    (void)state;
    struct desk d;

    begin(&d, GT_ITEM_ONLY_THEIRS, 0, 700);
    settle(&d, GT_ITEM_TO_SUSPENSE, GT_WAY_NONE);
    assert_int_equal(balance(&d.o, "suspense"), 700);
    assert_int_equal(balance(&d.o, "payable:sg186"), -700);
    settle(&d, GT_ITEM_CLEAR, GT_WAY_WRITE_OFF);
    assert_int_equal(balance(&d.o, "suspense"), 0);
    assert_int_equal(balance(&d.o, "loss"), 700);
    office_stop(&d.o);
}

static void what_the_system_booked_after_all_goes_back_to_it(void **state)
{
    (void)state;
    struct desk d;

    begin(&d, GT_ITEM_ONLY_OURS, 900, 0);
    settle(&d, GT_ITEM_TO_SUSPENSE, GT_WAY_NONE);
    settle(&d, GT_ITEM_CLEAR, GT_WAY_SYSTEM);
    assert_int_equal(balance(&d.o, "suspense"), 0);
    assert_int_equal(balance(&d.o, "payable:sg186"), 0);
    office_stop(&d.o);
}

static void an_amount_is_adjusted(void **state)
{
    (void)state;
    struct desk d;

    begin(&d, GT_ITEM_AMOUNT, 5000, 5100);
    settle(&d, GT_ITEM_ADJUST, GT_WAY_NONE);
    assert_int_equal(item_of(&d).state, GT_ITEM_CLOSED);
    assert_int_equal(balance(&d.o, "loss"), 100);
    assert_int_equal(balance(&d.o, "payable:sg186"), -100);
    office_stop(&d.o);
}

static void nobody_decides_alone_and_nobody_asks_twice(void **state)
{
    (void)state;
    struct desk d;

    begin(&d, GT_ITEM_ONLY_OURS, 5000, 0);
    assert_ok(ask(&d, BOSS, GT_ITEM_ACCEPT, GT_WAY_NONE));
    assert_int_not_equal(GT_OK, decide(&d, BOSS, true));
    assert_int_equal(d.o.no.why, GT_WHY_OWN_APPROVAL);
    assert_int_equal(item_of(&d).state, GT_ITEM_OPEN);
    int64_t first = d.approval;
    assert_int_not_equal(GT_OK, ask(&d, OTHER_BOSS, GT_ITEM_ADJUST, GT_WAY_NONE));
    assert_int_equal(d.o.no.why, GT_WHY_ITEM_ASKED);
    d.approval = first;
    assert_ok(decide(&d, OTHER_BOSS, false));
    assert_int_equal(item_of(&d).state, GT_ITEM_OPEN);
    settle(&d, GT_ITEM_ACCEPT, GT_WAY_NONE);
    assert_int_equal(item_of(&d).state, GT_ITEM_CLOSED);
    assert_int_not_equal(GT_OK, ask(&d, BOSS, GT_ITEM_ACCEPT, GT_WAY_NONE));
    assert_int_equal(d.o.no.why, GT_WHY_ITEM_ACTION);
    assert_int_not_equal(GT_OK, ask(&d, CASHIER, GT_ITEM_ACCEPT, GT_WAY_NONE));
    assert_int_equal(d.o.no.why, GT_WHY_ABSENT);
    office_stop(&d.o);
}

static void what_an_item_does_not_permit_is_refused(void **state)
{
    (void)state;
    struct desk d;

    begin(&d, GT_ITEM_OTHER_DATE, 5000, 5000);
    assert_int_not_equal(GT_OK, ask(&d, BOSS, GT_ITEM_TO_SUSPENSE, GT_WAY_NONE));
    assert_int_equal(d.o.no.why, GT_WHY_ITEM_ACTION);
    assert_int_not_equal(GT_OK, ask(&d, BOSS, GT_ITEM_CLEAR, GT_WAY_BANK));
    assert_int_equal(d.o.no.why, GT_WHY_ITEM_ACTION);
    assert_int_not_equal(GT_OK, ask(&d, BOSS, GT_ITEM_REVERSE, GT_WAY_NONE));
    assert_int_equal(d.o.no.why, GT_WHY_ITEM_ACTION);
    assert_int_not_equal(GT_OK, ask(&d, BOSS, GT_ITEM_AGREED, GT_WAY_NONE));
    assert_int_not_equal(GT_OK, ask(&d, BOSS, GT_ITEM_SEND_AGAIN, GT_WAY_NONE));
    settle(&d, GT_ITEM_ACCEPT, GT_WAY_NONE);
    office_stop(&d.o);
}

static void figures_that_changed_meanwhile_are_not_approved(void **state)
{
    (void)state;
    struct desk d;

    begin(&d, GT_ITEM_ONLY_OURS, 5000, 0);
    assert_ok(ask(&d, BOSS, GT_ITEM_TO_SUSPENSE, GT_WAY_NONE));
    d.found.ours = 6000;
    assert_ok(gt_db_transact(d.o.kit.till.db, "enter", enter_in, &d));
    assert_int_not_equal(GT_OK, decide(&d, OTHER_BOSS, true));
    assert_int_equal(d.o.no.why, GT_WHY_CHANGED);
    assert_int_equal(balance(&d.o, "suspense"), 0);
    office_stop(&d.o);
}

struct listing {
    struct gt_item_find find;
    struct gt_item items[101];
    size_t n;
    struct gt_item_ages ages;
    int64_t now;
};

static enum gt_err list_in(struct gt_tx *tx, void *arg)
{
    struct listing *l = arg;

    l->n = gt_item_list(tx, &l->find, l->items);
    gt_item_ages(tx, l->find.path, l->now, &l->ages);
    return gt_tx_err(tx);
}

static size_t listed(struct desk *d, struct listing *l)
{
    assert_ok(gt_db_read(d->o.kit.till.db, "list", list_in, l));
    return l->n;
}

static void lists_find_by_what_is_asked(void **state)
{
    (void)state;
    struct desk d;
    static struct listing l;

    begin(&d, GT_ITEM_ONLY_THEIRS, 0, 700);
    l = (struct listing){.find = {.path = "/", .most = 101}, .now = d.o.kit.now + 86400001};
    for (int64_t i = 2; i <= 120; i++) {
        char ref[16];
        snprintf(ref, sizeof(ref), "R%d", (int)i);
        d.key = i;
        d.found.ref = ref;
        d.found.class = i % 2 ? GT_ITEM_ONLY_THEIRS : GT_ITEM_TWICE;
        assert_ok(gt_db_transact(d.o.kit.till.db, "enter", enter_in, &d));
    }
    assert_int_equal(listed(&d, &l), 101);
    assert_int_equal(l.items[0].id, 120);
    l.find.before = l.items[100].id;
    assert_int_equal(listed(&d, &l), 19);
    assert_int_equal(l.ages.open, 120);
    assert_int_equal(l.ages.days, 120);
    assert_int_equal(l.ages.old, 0);
    l.find = (struct gt_item_find){.path = "/", .text = "r12", .most = 101};
    assert_int_equal(listed(&d, &l), 2); /* R12, R120 */
    l.find = (struct gt_item_find){.path = "/", .class = GT_ITEM_TWICE, .most = 101};
    assert_int_equal(listed(&d, &l), 60);
    l.find = (struct gt_item_find){.path = "/", .system = "a8", .most = 101};
    assert_int_equal(listed(&d, &l), 0);
    l.find = (struct gt_item_find){.path = "/1/2/3/", .most = 101};
    assert_int_equal(listed(&d, &l), 0);
    l.find = (struct gt_item_find){.path = "/", .state = GT_ITEM_CLOSED, .most = 101};
    assert_int_equal(listed(&d, &l), 0);
    office_stop(&d.o);
}

static void a_note_and_a_paper_lie_beside_it(void **state)
{
    (void)state;
    static const char paper[] = "%PDF-1.4\n1 0 obj <<>> endobj\n%%EOF\n";
    struct desk d;
    int64_t id = 0;

    begin(&d, GT_ITEM_ONLY_THEIRS, 0, 700);
    assert_ok(gt_settle_note(by_of(&d.o, BOSS), d.id, "已致电营销", &d.o.no));
    assert_int_not_equal(GT_OK, gt_settle_note(by_of(&d.o, BOSS), d.id, "", &d.o.no));
    assert_int_not_equal(GT_OK, gt_settle_note(by_of(&d.o, CASHIER), d.id, "x", &d.o.no));
    assert_int_equal(d.o.no.why, GT_WHY_ABSENT);
    assert_ok(gt_settle_attach(by_of(&d.o, BOSS), d.id, "函.pdf", paper, sizeof(paper) - 1, &id,
                               &d.o.no));
    assert_int_not_equal(id, 0);
    office_stop(&d.o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_ours_goes_to_suspense_and_out_by_the_bank),
        cmocka_unit_test(only_theirs_is_collected_later_or_written_off),
        cmocka_unit_test(what_the_system_booked_after_all_goes_back_to_it),
        cmocka_unit_test(an_amount_is_adjusted),
        cmocka_unit_test(nobody_decides_alone_and_nobody_asks_twice),
        cmocka_unit_test(what_an_item_does_not_permit_is_refused),
        cmocka_unit_test(figures_that_changed_meanwhile_are_not_approved),
        cmocka_unit_test(lists_find_by_what_is_asked),
        cmocka_unit_test(a_note_and_a_paper_lie_beside_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
