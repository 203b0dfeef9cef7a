/*
 * The till: what a terminal is told, and what the books say afterwards.
 */
#include "till_kit.h"

#include "till/summary.h"

#define CUSTOMER "3000000001"

static int setup(void **state)
{
    struct kit *kit = malloc(sizeof(*kit));

    assert_non_null(kit);
    kit_start(kit);
    *state = kit;
    return 0;
}

static int teardown(void **state)
{
    kit_books_agree(*state);
    kit_stop(*state);
    free(*state);
    return 0;
}

static void recharge_posts_and_takes_credit(void **state)
{
    struct kit *kit = *state;

    kit_recharge(kit, 1, CUSTOMER, 5000);
    kit->up.count = 3;
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    assert_int_equal(kit->result.receipt_no, 1);
    assert_int_equal(kit->result.available, KIT_LIMIT - 5000);
    assert_int_equal(kit->result.txn.state, GT_TXN_POSTED);
    assert_int_equal(kit->result.txn.id / 10000000000, KIT_DATE);
    assert_int_equal(kit_credit(kit, &kit->cashier).unremitted, 5000);
    assert_int_equal(kit_credit(kit, &kit->agent).available, KIT_LIMIT);
}

/* What a recharge waits for besides upstream, where the store is a server.  On PostgreSQL intent
 * and outcome each are BEGIN, all rows together, COMMIT, if need be shared with others.  Elsewhere
 * each has a transaction of its own.  Intent, 7: BEGIN, state, account, trace, guard, its rows
 * together, COMMIT.  Outcome, 13: BEGIN, state, row, account, pending, batch, balance, rows, the
 * other balance, series, summaries, the other rows, COMMIT.  The first ones also make rows and
 * prepare statements. */
static void a_recharge_asks_the_server_seldom(void **state)
{
    struct kit *kit = *state;
    struct gt_db_stats before, after;
    struct gt_logger logger;
    int moved;

    if (!server_given())
        skip_because("SQLite is asked without round trips");
    /* The worker has given the system its clearing date. */
    assert_ok(gt_logger_init(&logger, kit->till.keys, &kit->clock, "test", "here"));
    assert_ok(gt_bizdate_tick(&kit->till, &logger, &moved));
    for (int i = 1; i <= 3; i++) {
        gt_db_stats(kit->till.db, &before);
        kit_recharge(kit, i, CUSTOMER, 5000);
        assert_int_equal(kit_run(kit), GT_OUT_OK);
        gt_db_stats(kit->till.db, &after);
    }
    if (gt_db_dialect(kit->till.db) == GT_DIALECT_POSTGRES)
        assert_in_range(after.trips - before.trips, 6, 7);
    else
        assert_in_range(after.trips - before.trips, 10, 20);
    assert_int_equal(after.transactions - before.transactions, 2);
}

static void post_twice_is_once(void **state)
{
    struct kit *kit = *state;
    int64_t id;

    kit_recharge(kit, 1, CUSTOMER, 5000);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    id = kit->result.txn.id;
    snprintf(kit->order.card.random, sizeof(kit->order.card.random), "%s", "another");
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    assert_true(kit->result.repeated);
    assert_int_equal(kit->result.txn.id, id);
    assert_int_equal(kit->result.receipt_no, 1);
    assert_int_equal(kit->up.calls, 1);
    assert_int_equal(kit_credit(kit, &kit->cashier).unremitted, 5000);
}

static void same_trace_other_amount_is_refused(void **state)
{
    struct kit *kit = *state;

    kit_recharge(kit, 1, CUSTOMER, 5000);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    kit_recharge(kit, 1, CUSTOMER, 5001);
    assert_int_equal(kit_run(kit), GT_OUT_TRACE_REUSED);
    assert_int_equal(kit->up.calls, 1);
}

static void same_trace_on_another_terminal_is_another(void **state)
{
    struct kit *kit = *state;

    kit_recharge(kit, 1, CUSTOMER, 5000);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    kit_recharge(kit, 1, CUSTOMER, 5000)->actor = &kit->handheld;
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    assert_false(kit->result.repeated);
    assert_int_equal(kit->result.receipt_no, 2);
}

static void credit_is_exact_to_the_fen(void **state)
{
    struct kit *kit = *state;

    kit_recharge(kit, 1, CUSTOMER, KIT_LIMIT);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    assert_int_equal(kit->result.available, 0);
    kit_recharge(kit, 2, CUSTOMER, 1);
    assert_int_equal(kit_run(kit), GT_OUT_NO_CREDIT);
    assert_int_equal(kit->result.txn.state, GT_TXN_DECLINED);
    assert_int_equal(kit->up.calls, 1);
    kit_recharge(kit, 2, CUSTOMER, 1);
    assert_int_equal(kit_run(kit), GT_OUT_NO_CREDIT);
    assert_true(kit->result.repeated);
}

static void card_payment_uses_no_credit(void **state)
{
    struct kit *kit = *state;

    snprintf(kit_recharge(kit, 1, CUSTOMER, KIT_LIMIT * 2)->method, 13, "%s", "wechat");
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    assert_int_equal(kit->result.available, KIT_LIMIT);
}

static void refused_upstream_holds_nothing(void **state)
{
    struct kit *kit = *state;

    kit->up.next = GT_UP_REFUSED;
    kit->up.refusal = GT_OUT_ARREARS_FIRST;
    kit_recharge(kit, 1, CUSTOMER, 5000);
    assert_int_equal(kit_run(kit), GT_OUT_ARREARS_FIRST);
    assert_string_equal(kit->result.text, "上级拒绝的原因");
    assert_int_equal(kit_credit(kit, &kit->cashier).held, 0);
    assert_int_equal(kit_credit(kit, &kit->cashier).available, KIT_LIMIT);
}

static void not_sent_is_declined_at_once(void **state)
{
    struct kit *kit = *state;

    kit->up.next = GT_UP_NOT_SENT;
    kit_recharge(kit, 1, CUSTOMER, 5000);
    assert_int_equal(kit_run(kit), GT_OUT_UPSTREAM_NOT_REACHED);
    assert_int_equal(kit->result.txn.up_state, GT_UPS_NOT_SENT);
    assert_int_equal(kit_credit(kit, &kit->cashier).held, 0);
}

static void silence_holds_until_upstream_says_posted(void **state)
{
    struct kit *kit = *state;

    kit->up.next = GT_UP_UNKNOWN;
    kit_recharge(kit, 1, CUSTOMER, 5000);
    assert_int_equal(kit_run(kit), GT_OUT_IN_DOUBT);
    assert_int_equal(kit_credit(kit, &kit->cashier).held, 5000);
    assert_int_equal(kit->result.receipt_no, 0);
    kit->up.fate = GT_UP_FATE_POSTED;
    kit_work(kit, 1000);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    assert_true(kit->result.repeated);
    assert_int_equal(kit->result.receipt_no, 1);
    assert_int_equal(kit_credit(kit, &kit->cashier).held, 0);
    assert_int_equal(kit_credit(kit, &kit->cashier).unremitted, 5000);
}

static void absent_is_believed_only_after_the_grace_time(void **state)
{
    struct kit *kit = *state;

    kit->up.next = GT_UP_UNKNOWN;
    kit->up.fate = GT_UP_FATE_ABSENT;
    kit_recharge(kit, 1, CUSTOMER, 5000);
    assert_int_equal(kit_run(kit), GT_OUT_IN_DOUBT);
    kit_work(kit, 29000);
    assert_int_equal(kit->up.inquiries, 1);
    assert_int_equal(kit_credit(kit, &kit->cashier).held, 5000);
    /* The request may have left as late as the time limit of an answer after the intent. */
    kit_work(kit, 8000);
    assert_int_equal(kit_credit(kit, &kit->cashier).held, 5000);
    kit_work(kit, 2000);
    assert_int_equal(kit_credit(kit, &kit->cashier).held, 0);
    assert_int_equal(kit_run(kit), GT_OUT_UPSTREAM_NEVER_GOT);
}

static void one_in_flight_per_customer(void **state)
{
    struct kit *kit = *state;

    kit->up.next = GT_UP_UNKNOWN;
    kit_recharge(kit, 1, CUSTOMER, 5000);
    assert_int_equal(kit_run(kit), GT_OUT_IN_DOUBT);
    kit->up.next = GT_UP_OK;
    kit_recharge(kit, 2, CUSTOMER, 5000);
    assert_int_equal(kit_run(kit), GT_OUT_CUSTOMER_BUSY);
    kit_recharge(kit, 3, "3000000002", 5000);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
}

static void upstream_down_stores_nothing(void **state)
{
    struct kit *kit = *state;

    kit->up.down = true;
    kit_recharge(kit, 1, CUSTOMER, 5000);
    assert_int_equal(kit_run(kit), GT_OUT_UPSTREAM_DOWN);
    assert_int_equal(kit->result.txn.id, 0);
    kit->up.down = false;
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    assert_false(kit->result.repeated);
    kit->up.down = true;
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    assert_true(kit->result.repeated);
}

static void an_inquiry_voids_what_never_came(void **state)
{
    struct kit *kit = *state;
    struct gt_result original;

    assert_ok(gt_till_inquire(&kit->till, &kit->cashier, 7, 0, &original));
    assert_int_equal(original.outcome, GT_OUT_ABSENT);
    assert_ok(gt_till_inquire(&kit->till, &kit->cashier, 7, 0, &original));
    assert_int_equal(original.outcome, GT_OUT_ABSENT);
    kit_recharge(kit, 7, CUSTOMER, 5000);
    assert_int_equal(kit_run(kit), GT_OUT_VOIDED);
    assert_int_equal(kit->up.calls, 0);
    kit_recharge(kit, 8, CUSTOMER, 5000);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
}

static void inquiry_answers_as_the_sale_did(void **state)
{
    struct kit *kit = *state;
    struct gt_result original;

    kit_recharge(kit, 1, CUSTOMER, 5000);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    assert_ok(gt_till_inquire(&kit->till, &kit->cashier, 0, kit->result.txn.id, &original));
    assert_int_equal(original.outcome, GT_OUT_OK);
    assert_int_equal(original.receipt_no, 1);
    assert_int_equal(original.txn.amount, 5000);
    /* T2 with the agent's operator: neither terminal nor account. */
    struct gt_actor foreign = kit->handheld;
    foreign.user = kit->agent.user;
    assert_ok(gt_till_inquire(&kit->till, &foreign, 0, kit->result.txn.id, &original));
    assert_int_equal(original.outcome, GT_OUT_ABSENT);
}

static void reversal_gives_the_credit_back(void **state)
{
    struct kit *kit = *state;
    int64_t id;

    kit_recharge(kit, 1, CUSTOMER, 5000);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    id = kit->result.txn.id;
    kit_reverse(kit, 2, id, 4999);
    assert_int_equal(kit_run(kit), GT_OUT_REV_AMOUNT);
    kit_reverse(kit, 3, id, 5000)->actor = &kit->agent;
    assert_int_equal(kit_run(kit), GT_OUT_REV_OTHER_OPERATOR);
    kit_reverse(kit, 4, id + 1000000, 5000);
    assert_int_equal(kit_run(kit), GT_OUT_REV_NO_ORIGINAL);
    kit_reverse(kit, 5, id, 5000);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    assert_int_equal(kit->result.available, KIT_LIMIT);
    assert_int_equal(kit->result.receipt_no, 2);
    kit_reverse(kit, 6, id, 5000);
    assert_int_equal(kit_run(kit), GT_OUT_REV_DONE);
    assert_int_equal(kit_credit(kit, &kit->cashier).unremitted, 0);
}

/* --- summaries */

static enum gt_err summaries_read(struct gt_tx *tx, void *arg)
{
    struct gt_summary *rows = arg;
    int n = 0;

    gt_tx_query(tx, gt_summary_row.scan, GT_INT(0));
    while (gt_tx_next(tx) && n < 4)
        gt_row_read(tx, &gt_summary_row, &rows[n++]);
    return gt_tx_err(tx);
}

static void summaries_count_what_was_posted(void **state)
{
    struct kit *kit = *state;
    struct gt_summary rows[4] = {{.id = 0}};
    int64_t id;

    for (int i = 1; i <= 3; i++) {
        kit_recharge(kit, i, CUSTOMER, 1000 * i);
        assert_int_equal(kit_run(kit), GT_OUT_OK);
    }
    id = kit->result.txn.id;
    kit->up.next = GT_UP_REFUSED;
    kit->up.refusal = GT_OUT_ARREARS_FIRST;
    kit_recharge(kit, 4, CUSTOMER, 7000);
    assert_int_equal(kit_run(kit), GT_OUT_ARREARS_FIRST);
    kit->up.next = GT_UP_OK;
    kit_reverse(kit, 5, id, 3000);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    kit->now += 3600000;
    kit_recharge(kit, 6, CUSTOMER, 500);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    assert_ok(gt_db_read(kit->till.db, "summaries", summaries_read, rows));
    assert_int_equal(rows[0].sales, 3);
    assert_int_equal(rows[0].amount, 6000);
    assert_int_equal(rows[0].reversals, 1);
    assert_int_equal(rows[0].reversed, 3000);
    assert_int_equal(rows[0].op, GT_OP_RECHARGE);
    assert_int_equal(rows[0].channel, kit->cashier.terminal.kind);
    assert_int_equal(rows[1].hour, (rows[0].hour + 1) % 24);
    assert_int_equal(rows[1].amount, 500);
    assert_int_equal(rows[2].id, 0);
}

static void reversal_in_doubt_refunds_nothing_yet(void **state)
{
    struct kit *kit = *state;
    int64_t id;

    kit_recharge(kit, 1, CUSTOMER, 5000);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    id = kit->result.txn.id;
    kit->up.next = GT_UP_UNKNOWN;
    kit_reverse(kit, 2, id, 5000);
    assert_int_equal(kit_run(kit), GT_OUT_IN_DOUBT);
    assert_int_equal(kit_credit(kit, &kit->cashier).unremitted, 5000);
    kit->up.next = GT_UP_OK;
    kit_reverse(kit, 3, id, 5000);
    assert_int_equal(kit_run(kit), GT_OUT_REV_IN_PROGRESS);
    kit->up.fate = GT_UP_FATE_ABSENT;
    kit_work(kit, 39000);
    kit_reverse(kit, 4, id, 5000);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    assert_int_equal(kit_credit(kit, &kit->cashier).unremitted, 0);
}

static void no_reversal_on_the_next_business_date(void **state)
{
    struct kit *kit = *state;
    int64_t id;

    kit_recharge(kit, 1, CUSTOMER, 5000);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    id = kit->result.txn.id;
    assert_ok(gt_bizdate_cut(&kit->till, KIT_DATE, 0, "test"));
    kit_reverse(kit, 2, id, 5000);
    assert_int_equal(kit_run(kit), GT_OUT_REV_NEXT_DAY);
}

static void deposit_is_drawn_first_and_given_back_alike(void **state)
{
    struct kit *kit = *state;
    int64_t id;

    kit_pay_in(kit, 3000);
    kit_recharge(kit, 1, CUSTOMER, 5000);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    id = kit->result.txn.id;
    assert_int_equal(kit_credit(kit, &kit->cashier).deposit, 0);
    assert_int_equal(kit_credit(kit, &kit->cashier).unremitted, 2000);
    kit_reverse(kit, 2, id, 5000);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    assert_int_equal(kit_credit(kit, &kit->cashier).deposit, 3000);
    assert_int_equal(kit_credit(kit, &kit->cashier).unremitted, 0);
}

static void an_outcome_after_the_cut_off_belongs_to_the_new_date(void **state)
{
    struct kit *kit = *state;

    kit->up.next = GT_UP_UNKNOWN;
    kit_recharge(kit, 1, CUSTOMER, 5000);
    assert_int_equal(kit_run(kit), GT_OUT_IN_DOUBT);
    assert_ok(gt_bizdate_cut(&kit->till, KIT_DATE, 0, "test"));
    kit->up.fate = GT_UP_FATE_POSTED;
    kit_work(kit, 1000);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    assert_int_equal(kit->result.txn.biz_date, KIT_DATE);
    assert_int_equal(kit->result.biz_date, 20261123);
    /* The same trace number after the cut-off is still the same sale. */
    assert_true(kit->result.repeated);
}

static void bill_payment_keeps_bills_and_advance(void **state)
{
    struct kit *kit = *state;

    kit->up.nbills = 2;
    kit->up.advance = 2000;
    kit_pay(kit, 1, "1000000001", 12000);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    assert_int_equal(kit->result.nbills, 2);
    assert_int_equal(kit->result.txn.advance, 2000);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    assert_int_equal(kit->result.nbills, 2);
}

static void card_is_written_confirmed_and_inserted(void **state)
{
    struct kit *kit = *state;
    int64_t id;

    kit_card_recharge(kit, 1, 1, "aa55", 5000);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    id = kit->result.txn.id;
    assert_true(kit->result.packet.present);
    assert_int_equal(kit->result.packet.count, 2);
    assert_int_equal(kit->result.txn.card_state, GT_CARD_TO_WRITE);
    kit_card_recharge(kit, 2, 1, "aa55", 5000);
    assert_int_equal(kit_run(kit), GT_OUT_CARD_NOT_WRITTEN);
    kit_confirm(kit, 3, id, true);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    kit_card_recharge(kit, 4, 2, "", 5000);
    assert_int_equal(kit_run(kit), GT_OUT_CARD_NOT_INSERTED);
    kit_card_recharge(kit, 5, 1, "aa55", 5000);
    assert_int_equal(kit_run(kit), GT_OUT_CARD_COUNT);
    kit_card_recharge(kit, 6, 2, "aa55", 5000);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
}

static void a_failed_write_is_rewritten_with_the_same_count(void **state)
{
    struct kit *kit = *state;
    int64_t id;

    kit_card_recharge(kit, 1, 1, "aa55", 5000);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    id = kit->result.txn.id;
    kit_confirm(kit, 2, id, false);
    kit->up.down = true; /* nobody upstream is needed to say that a write failed */
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    kit->up.down = false;
    kit_rewrite(kit, 3, id, 1);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    assert_int_equal(kit->result.packet.count, 2);
    kit_rewrite(kit, 4, id, 5);
    assert_int_equal(kit_run(kit), GT_OUT_CARD_COUNT);
    kit_confirm(kit, 5, id, true);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    kit_rewrite(kit, 6, id, 1);
    assert_int_equal(kit_run(kit), GT_OUT_CARD_ALREADY_WRITTEN);
    assert_int_equal(kit_credit(kit, &kit->cashier).unremitted, 5000);
}

static void a_rewrite_with_another_count_is_not_handed_out(void **state)
{
    struct kit *kit = *state;
    int64_t id;

    kit_card_recharge(kit, 1, 1, "aa55", 5000);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    id = kit->result.txn.id;
    kit_rewrite(kit, 2, id, 1);
    kit->up.count = 3;
    assert_int_equal(kit_run(kit), GT_OUT_CARD_COUNT);
    assert_false(kit->result.packet.present);
}

static void a_reading_of_the_card_confirms_the_write(void **state)
{
    struct kit *kit = *state;
    struct gt_result original;
    int64_t id;

    kit_card_recharge(kit, 1, 1, "aa55", 5000);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    id = kit->result.txn.id;
    kit_card_recharge(kit, 2, 2, "aa55", 5000);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    assert_ok(gt_till_inquire(&kit->till, &kit->cashier, 0, id, &original));
    assert_int_equal(original.txn.card_state, GT_CARD_WRITTEN);
}

static void an_inserted_card_is_not_reversed(void **state)
{
    struct kit *kit = *state;
    int64_t id;

    kit_card_recharge(kit, 1, 1, "aa55", 5000);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    id = kit->result.txn.id;
    struct gt_card_read card = kit->order.card;
    kit_reverse(kit, 2, id, 5000);
    snprintf(kit->order.customer_no, sizeof(kit->order.customer_no), "%s", "2000000001");
    assert_int_equal(kit_run(kit), GT_OUT_REV_CARD_MISSING);
    kit->order.trace_no = 3;
    kit->order.card = card;
    kit->order.card.count = 2;
    assert_int_equal(kit_run(kit), GT_OUT_REV_CARD_INSERTED);
    kit->order.trace_no = 4;
    kit->order.card.return_file[0] = '\0';
    kit->up.packet = true;
    kit->up.count = 1;
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    assert_int_equal(kit->result.packet.count, 1);
    /* Whoever repeats the purchase now must not write it any more. */
    kit_card_recharge(kit, 1, 1, "aa55", 5000);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    assert_true(kit->result.repeated);
    assert_false(kit->result.packet.present);
}

static void a_failed_write_back_is_written_again(void **state)
{
    struct kit *kit = *state;
    int64_t id, reversal;

    kit_card_recharge(kit, 1, 1, "aa55", 5000);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    id = kit->result.txn.id;
    struct gt_card_read card = kit->order.card;
    card.count = 2;
    card.return_file[0] = '\0';
    kit_reverse(kit, 2, id, 5000)->card = card;
    snprintf(kit->order.customer_no, sizeof(kit->order.customer_no), "%s", "2000000001");
    kit->up.packet = true;
    kit->up.count = 1;
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    reversal = kit->result.txn.id;
    kit_confirm(kit, 3, reversal, false);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    kit_rewrite(kit, 4, reversal, 2);
    kit->up.count = 1;
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    assert_int_equal(kit->result.packet.count, 1);
    kit_confirm(kit, 5, reversal, true);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
}

static void a_replaced_card_is_refused(void **state)
{
    struct kit *kit = *state;

    kit_card_recharge(kit, 1, 1, "aa55", 5000);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    kit_card_recharge(kit, 2, 0, "", 0)->op = GT_OP_REPLACE;
    snprintf(kit->order.card.card_no, sizeof(kit->order.card.card_no), "%s", "C-NEW");
    kit->order.fee = 2000;
    kit->up.count = 2;
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    kit_card_recharge(kit, 3, 2, "aa55", 5000);
    assert_int_equal(kit_run(kit), GT_OUT_CARD_OLD);
    assert_int_equal(kit_credit(kit, &kit->cashier).unremitted, 7000);
}

static void a_failed_write_of_a_new_card_is_written_again(void **state)
{
    struct kit *kit = *state;
    int64_t id;

    kit_card_recharge(kit, 1, 0, "", 0)->op = GT_OP_REPLACE;
    kit->up.count = 7;
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    id = kit->result.txn.id;
    kit_confirm(kit, 2, id, false);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    kit_rewrite(kit, 3, id, 6);
    kit->up.count = 7;
    assert_int_equal(kit_run(kit), GT_OUT_CARD_COUNT);
    kit_rewrite(kit, 4, id, 0);
    kit->up.count = 7;
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    assert_int_equal(kit->result.packet.count, 7);
}

static void receipts_have_no_gaps_and_count_prints(void **state)
{
    struct kit *kit = *state;
    struct gt_buf lines;
    int64_t prints;
    enum gt_outcome outcome;

    kit_recharge(kit, 1, CUSTOMER, 5000)->tendered = 10000;
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    kit_recharge(kit, 2, CUSTOMER, KIT_LIMIT);
    assert_int_equal(kit_run(kit), GT_OUT_NO_CREDIT);
    kit_recharge(kit, 3, CUSTOMER, 100);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    assert_int_equal(kit->result.receipt_no, 2);
    gt_buf_init(&lines, 4096);
    for (int i = 1; i <= 2; i++) {
        struct gt_result first;

        gt_buf_reset(&lines);
        assert_ok(gt_till_inquire(&kit->till, &kit->cashier, 1, 0, &first));
        assert_ok(gt_till_receipt(&kit->till, &kit->cashier, "国网", first.txn.id, &lines, &prints,
                                  &outcome));
        assert_int_equal(outcome, GT_OUT_OK);
        assert_int_equal(prints, i);
    }
    assert_holds(lines.data, "人民币伍拾元整");
    assert_holds(lines.data, "900001-0000001");
    assert_holds(lines.data, "补打 1");
    assert_holds(lines.data, "找零 ¥50.00");
    assert_holds(lines.data, "张*三");
    assert_ok(gt_till_receipt(&kit->till, &kit->cashier, "国网", 42, &lines, &prints, &outcome));
    assert_int_equal(outcome, GT_OUT_ABSENT);
    gt_buf_done(&lines);
}

static void sign_on_tells_the_last_trace_number(void **state)
{
    struct kit *kit = *state;
    struct gt_signon on;

    assert_ok(gt_till_sign_on(&kit->till, &kit->cashier, &on));
    assert_int_equal(on.batch_no, 1);
    assert_int_equal(on.last_trace, 0);
    kit_recharge(kit, 20261122000001, CUSTOMER, 5000);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    assert_ok(gt_till_sign_on(&kit->till, &kit->cashier, &on));
    assert_int_equal(on.batch_no, 1);
    assert_int_equal(on.last_trace, 20261122000001);
    assert_ok(gt_till_sign_off(&kit->till, &kit->cashier, &on));
    assert_int_equal(on.batch_no, 1);
    assert_ok(gt_till_sign_on(&kit->till, &kit->cashier, &on));
    assert_int_equal(on.batch_no, 2);
}

static void a_customer_nobody_serves_is_declined(void **state)
{
    struct kit *kit = *state;

    kit_recharge(kit, 1, "9000000001", 5000);
    assert_int_equal(kit_run(kit), GT_OUT_NOT_SERVED);
    assert_true(kit->result.txn.id > 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(recharge_posts_and_takes_credit),
        TEST(a_recharge_asks_the_server_seldom),
        TEST(post_twice_is_once),
        TEST(same_trace_other_amount_is_refused),
        TEST(same_trace_on_another_terminal_is_another),
        TEST(credit_is_exact_to_the_fen),
        TEST(card_payment_uses_no_credit),
        TEST(refused_upstream_holds_nothing),
        TEST(not_sent_is_declined_at_once),
        TEST(silence_holds_until_upstream_says_posted),
        TEST(absent_is_believed_only_after_the_grace_time),
        TEST(one_in_flight_per_customer),
        TEST(upstream_down_stores_nothing),
        TEST(an_inquiry_voids_what_never_came),
        TEST(inquiry_answers_as_the_sale_did),
        TEST(reversal_gives_the_credit_back),
        TEST(summaries_count_what_was_posted),
        TEST(reversal_in_doubt_refunds_nothing_yet),
        TEST(no_reversal_on_the_next_business_date),
        TEST(deposit_is_drawn_first_and_given_back_alike),
        TEST(an_outcome_after_the_cut_off_belongs_to_the_new_date),
        TEST(bill_payment_keeps_bills_and_advance),
        TEST(card_is_written_confirmed_and_inserted),
        TEST(a_failed_write_is_rewritten_with_the_same_count),
        TEST(a_rewrite_with_another_count_is_not_handed_out),
        TEST(a_reading_of_the_card_confirms_the_write),
        TEST(an_inserted_card_is_not_reversed),
        TEST(a_failed_write_back_is_written_again),
        TEST(a_replaced_card_is_refused),
        TEST(a_failed_write_of_a_new_card_is_written_again),
        TEST(receipts_have_no_gaps_and_count_prints),
        TEST(sign_on_tells_the_last_trace_number),
        TEST(a_customer_nobody_serves_is_declined),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
