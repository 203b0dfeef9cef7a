"""In doubt: what upstream did and did not do, late or never told, always ends in the truth."""

import time

import pytest

import books
import stack as stacks
from terminal import fresh, money, next_trace


@pytest.fixture(autouse=True)
def nothing_in_doubt(stack):
    """What earlier tests left is decided first: these tests compare credit before and after."""
    books.wait_decided(stack)


def timed(function, *arguments, **named):
    begin = time.monotonic()
    reply = function(*arguments, **named)
    return reply, time.monotonic() - begin


def wait_state(terminal, trace, state, seconds=45):
    """Inquires until the transaction is in this state."""
    def there():
        reply = terminal.inquire(trace)
        return reply if reply.Transaction and reply.Transaction.State == state else None
    return stacks.wait_until(there, seconds, f"transaction {trace} is {state}")


def test_upstream_answers_after_the_time_limit(stack, terminal):
    trace, before = next_trace(), terminal.credit()
    reply, took = timed(terminal.recharge, "3000009002", "30.00", trace)
    assert (reply.ResultCode, reply.ResultClass) == (1001, "in_doubt") and took < 8.5
    assert reply.TransactionNo and not reply.ReceiptNo
    assert reply.AvailableCredit == before.Available - money("30.00")
    posted = wait_state(terminal, trace, "posted")
    assert posted.Transaction.TransactionNo == reply.TransactionNo and posted.Transaction.ReceiptNo
    after = terminal.credit()
    assert after.Available == before.Available - money("30.00") and after.Unremitted == before.Unremitted + money("30.00")
    again = terminal.recharge("3000009002", "30.00", trace)
    assert again.ResultCode == 0 and again.Repeated and again.ReceiptNo == posted.Transaction.ReceiptNo


def test_credit_stays_held_while_in_doubt(stack, terminal):
    with stack.hold("worker", "worker"):
        before = terminal.credit()
        trace = next_trace()
        assert terminal.recharge("3000009003", "31.00", trace).ResultCode == 1001
        held = terminal.credit()
        assert held.Held == before.Held + money("31.00") and held.Unremitted == before.Unremitted
        assert terminal.recharge("3000009003", "31.00").ResultCode == 2020
    wait_state(terminal, trace, "posted")
    assert terminal.credit().Held == before.Held


def test_request_lost_is_released(stack, terminal):
    trace, before = next_trace(), terminal.credit()
    assert terminal.recharge("3000009004", "32.00", trace).ResultClass == "in_doubt"
    declined = wait_state(terminal, trace, "declined")
    assert declined.Transaction.ResultCode == 2092
    assert terminal.credit().Available == before.Available
    again = terminal.recharge("3000009004", "32.00", trace)
    assert again.ResultCode == 2092 and again.Repeated


def test_upstream_silent_is_in_doubt_within_eight_seconds(stack, terminal):
    trace = next_trace()
    reply, took = timed(terminal.recharge, "3000009005", "33.00", trace)
    assert reply.ResultClass == "in_doubt" and took < 8.5
    wait_state(terminal, trace, "declined")


def test_upstream_refuses(stack, terminal):
    before = terminal.credit()
    reply = terminal.recharge("3000009006", "34.00")
    assert (reply.ResultCode, reply.ResultClass) == (2008, "declined")
    assert "走收" in reply.ResultText and not reply.ReceiptNo
    assert terminal.credit().Available == before.Available and terminal.credit().Held == before.Held


def test_garbage_after_doing_it_ends_posted(terminal):
    trace = next_trace()
    assert terminal.recharge("3000009007", "35.00", trace).ResultClass == "in_doubt"
    wait_state(terminal, trace, "posted")


def test_answered_twice_is_one(stack, terminal):
    trace = next_trace()
    reply = terminal.recharge("3000009008", "36.00", trace)
    assert reply.ResultClass in ("ok", "in_doubt")
    wait_state(terminal, trace, "posted")
    assert len([row for row in books.upstream(stack) if row["customer"] == "3000009008"]) == 1


def test_a_second_answer_to_a_question_is_not_taken_for_the_next_one(stack, terminal):
    """By meter the answer alone does not tell whether it is to this question."""
    customers = [fresh("remote") for _ in range(12)]
    stack.fault("twice", "--operation", "query")
    try:
        replies = [(customer, terminal.call("QueryCustomer", MeterNo="M" + customer)) for customer in customers]
    finally:
        stack.fault("none")
    for customer, reply in replies:
        assert reply.ResultCode == 0 and reply.Customer.CustomerNo == customer, reply.ResultText
    assert terminal.query(customers[0]).ResultCode == 0


def test_server_error_after_doing_it_ends_posted_and_without_declined(terminal):
    done, undone = next_trace(), next_trace()
    assert terminal.recharge("3000009011", "37.00", done).ResultClass == "in_doubt"
    assert terminal.recharge("3000009012", "38.00", undone).ResultClass == "in_doubt"
    wait_state(terminal, done, "posted")
    wait_state(terminal, undone, "declined")


def test_inquiry_for_what_never_came_voids_it(stack, terminal):
    trace, customer = next_trace(), fresh("remote")
    reply = terminal.inquire(trace)
    assert reply.ResultCode == 6002 and "不存在" in reply.ResultText and reply.Transaction is None
    late = terminal.recharge(customer, "39.00", trace)
    assert (late.ResultCode, late.ResultClass) == (6003, "declined")
    assert not [row for row in books.upstream(stack) if row["customer"] == customer]
    assert terminal.inquire(trace).ResultCode == 6002
    assert terminal.recharge(customer, "39.00").ResultCode == 0


def test_another_transaction_of_the_customer_waits(terminal):
    trace = next_trace()
    assert terminal.recharge("3000019003", "40.00", trace).ResultClass in ("in_doubt", "ok")
    wait_state(terminal, trace, "posted")
    assert terminal.recharge("3000019003", "40.00").ResultCode in (0, 1001)


def test_refused_connection_is_declined_at_once(stack, terminal):
    before = terminal.credit()
    with stack.hold("gridtill-sim", "sim"):
        reply, took = timed(terminal.recharge, fresh("remote"), "41.00")
        assert reply.ResultClass in ("declined", "error") and reply.ResultCode in (2091, 9002) and took < 4
    assert terminal.credit().Available == before.Available
    stacks.wait_until(lambda: terminal.recharge(fresh("remote"), "1.00").ResultCode == 0, 60, "upstream is back")
