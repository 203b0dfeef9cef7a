"""Once: the same request any number of times is one transaction; other content is refused."""

import concurrent.futures
import threading

import books
from terminal import Terminal, fresh, money, next_trace

BUSINESS = ("ResultCode", "ResultClass", "ResultText", "TraceNo", "TransactionNo", "BusinessDate", "ReceiptNo")


def same(reply):
    """What must be the same in each copy of a reply."""
    return tuple(str(getattr(reply, name)) for name in BUSINESS)


def test_same_recharge_fifty_times_at_once_is_one(stack):
    customer, trace = fresh("remote"), next_trace()
    barrier = threading.Barrier(50)

    def send(_):
        terminal = Terminal(stack)
        barrier.wait(60)
        return terminal.recharge(customer, "66.60", trace)

    with concurrent.futures.ThreadPoolExecutor(50) as pool:
        replies = list(pool.map(send, range(50)))
    assert len({same(reply) for reply in replies}) == 1, {same(reply) for reply in replies}
    assert replies[0].ResultCode == 0 and replies[0].ReceiptNo
    assert sum(not reply.Repeated for reply in replies) == 1
    assert [row.state for row in books.journal(stack) if row.customer == customer] == ["posted"]
    theirs = [row for row in books.upstream(stack) if row["customer"] == customer]
    assert len(theirs) == 1 and money(str(theirs[0]["amount"])) == money("66.60")


def test_same_trace_number_with_another_amount_is_refused_and_named(stack, terminal):
    customer, trace = fresh("remote"), next_trace()
    first = terminal.recharge(customer, "10.00", trace)
    other = terminal.recharge(customer, "20.00", trace)
    assert (first.ResultCode, other.ResultCode) == (0, 6001)
    assert "流水号" in other.ResultText
    assert [str(row.amount) for row in books.journal(stack) if row.customer == customer] == ["10.00"]
    again = terminal.recharge(customer, "10.00", trace)
    assert same(again) == same(first) and again.Repeated


def test_same_trace_number_for_another_customer_or_operation_is_refused(terminal):
    customer, trace = fresh("remote"), next_trace()
    first = terminal.recharge(customer, "10.00", trace)
    assert terminal.recharge(fresh("remote"), "10.00", trace).ResultCode == 6001
    assert terminal.reverse(first.TransactionNo, customer, "10.00", trace=trace).ResultCode == 6001


def test_a_refusal_is_stored_like_a_sale(stack, terminal):
    trace = next_trace()
    first = terminal.recharge("3000009006", "10.00", trace)
    again = terminal.recharge("3000009006", "10.00", trace)
    assert first.ResultClass == "declined" and first.ResultCode == 2008
    assert same(again) == same(first) and again.Repeated and not first.Repeated
    mine = [row for row in books.journal(stack) if row.transaction == first.TransactionNo]
    assert [row.state for row in mine] == ["declined"]


def test_available_credit_of_a_repeat_is_live(terminal):
    trace, customer = next_trace(), fresh("remote")
    first = terminal.recharge(customer, "10.00", trace)
    terminal.recharge(fresh("remote"), "5.00")
    again = terminal.recharge(customer, "10.00", trace)
    assert again.AvailableCredit == first.AvailableCredit - money("5.00")


def test_leading_zeros_of_a_trace_number_do_not_count(terminal):
    trace, customer = next_trace(), fresh("remote")
    first = terminal.recharge(customer, "10.00", trace)
    again = terminal.recharge(customer, "10.00", "00" + str(trace))
    assert again.TransactionNo == first.TransactionNo and again.Repeated


def test_two_terminals_may_use_the_same_trace_number(stack, terminal):
    trace = next_trace()
    other = Terminal(stack, "T0000002", "demo-secret-2")
    one, two = terminal.recharge(fresh("remote"), "1.00", trace), other.recharge(fresh("remote"), "1.00", trace)
    assert one.ResultCode == two.ResultCode == 0
    assert one.TransactionNo != two.TransactionNo
