"""Credit: what an account may still collect is exact to the fen, whoever races for it."""

import concurrent.futures
import threading

import pytest

import books
from terminal import Terminal, fresh, money

AMOUNT = money("100.00")


@pytest.fixture
def poor(stack):
    """A cashier of its own, with a terminal, whose credit covers ten recharges and nine fen."""
    number = fresh("remote")[-6:]
    stack.add_cashier(login=f"poor{number}", operator=f"7{number}", limit="1000.09")
    stack.add_terminal(f"P{number}", f"secret-{number}")
    return {"number": f"P{number}", "secret": f"secret-{number}", "operator": f"7{number}"}


def test_sixty_four_clients_race_for_ten(stack, poor):
    barrier = threading.Barrier(64)

    def send(customer):
        terminal = Terminal(stack, **poor)
        barrier.wait(60)
        return terminal.recharge(customer, AMOUNT)

    customers = [fresh("remote") for _ in range(64)]
    with concurrent.futures.ThreadPoolExecutor(64) as pool:
        replies = list(pool.map(send, customers))
    codes = sorted(reply.ResultCode for reply in replies)
    assert codes == [0] * 10 + [3001] * 54
    credit = Terminal(stack, **poor).credit()
    assert (credit.Available, credit.Unremitted, credit.Held) == (money("0.09"), money("1000.00"), 0)
    theirs = [row for row in books.upstream(stack) if row["customer"] in customers]
    assert len(theirs) == 10


def test_credit_covers_to_the_fen(stack, poor):
    terminal = Terminal(stack, **poor)
    assert terminal.recharge(fresh("remote"), "1000.10").ResultCode == 3001
    assert terminal.recharge(fresh("remote"), "1000.00").ResultCode == 0
    assert terminal.credit().Available == money("0.09")


def test_a_reversal_gives_the_credit_back(stack, poor):
    terminal = Terminal(stack, **poor)
    customer = fresh("remote")
    bought = terminal.recharge(customer, "1000.00")
    assert terminal.reverse(bought.TransactionNo, customer, "1000.00").ResultCode == 0
    assert terminal.credit().Available == money("1000.09")


def test_a_sale_without_cash_uses_no_credit(stack, poor):
    terminal = Terminal(stack, **poor)
    assert terminal.recharge(fresh("remote"), "5000.00", method="wechat").ResultCode == 0
    assert terminal.credit().Available == money("1000.09")


def test_available_credit_is_in_every_reply(stack, poor):
    terminal = Terminal(stack, **poor)
    customer = fresh("remote")
    bought = terminal.recharge(customer, "10.00")
    assert bought.AvailableCredit == money("990.09")
    for reply in (terminal.query(customer), terminal.inquire(bought.TraceNo), terminal.receipt(bought.TransactionNo),
                  terminal.call("SignOn"), terminal.call("SignOff"), terminal.credit()):
        assert reply.AvailableCredit == money("990.09"), reply


def test_a_lowered_limit_accepts_nothing_more(stack, poor):
    terminal = Terminal(stack, **poor)
    assert terminal.recharge(fresh("remote"), "500.00").ResultCode == 0
    stack.set_limit(poor["operator"], "400.00")
    assert terminal.credit().Available == money("-100.00")
    assert terminal.recharge(fresh("remote"), "0.01").ResultCode == 3001
