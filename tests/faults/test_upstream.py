"""Upstream does anything: each fault, for everybody, then back; all ends in the truth."""

import time

import pytest

import books
import stack as stacks
from persist import persist
from terminal import Terminal, fresh, next_trace

# What the terminal is told of a recharge, and what must become of it.
KINDS = {
    "slow": ("ok", "posted"), "late": ("in_doubt", "posted"), "lost-reply": ("in_doubt", "posted"),
    "lost-request": ("in_doubt", "declined"), "silent": ("in_doubt", "declined"), "refuse": ("declined", "declined"),
    "garbage": ("in_doubt", "posted"), "twice": ("ok", "posted"), "clearing": ("declined", "declined"),
    "queued": ("in_doubt", "posted"), "http500": ("in_doubt", "posted"), "http503": ("in_doubt", "declined"),
    "duplicate": ("in_doubt", "posted"),
}


@pytest.fixture
def faulty(stack):
    """Ends the fault, whatever the test did."""
    yield stack
    stack.fault("none")
    stacks.wait_until(lambda: Terminal(stack).query("3000000001").ResultCode == 0, 60, "upstream is back")


@pytest.mark.parametrize("kind", KINDS)
def test_fault(faulty, kind):
    told, state = KINDS[kind]
    terminal = Terminal(faulty)
    before, trace, customer = terminal.credit(), next_trace(), fresh("remote")
    faulty.fault(kind)
    begin = time.monotonic()
    reply = terminal.recharge(customer, "10.00", trace)
    assert time.monotonic() - begin < 3.5, "the terminal waited too long"
    assert reply.ResultClass == told
    if told == "in_doubt":
        assert reply.AvailableCredit == before.Available - 10
    faulty.fault("none")
    books.wait_decided(faulty, 30)
    final = terminal.inquire(trace)
    assert final.Transaction.State == state
    after = terminal.credit()
    assert after.Held == before.Held
    assert before.Available - after.Available == (10 if state == "posted" else 0)
    theirs = [row for row in books.upstream(faulty) if row["customer"] == customer and row["state"] == "posted"]
    assert len(theirs) == (1 if state == "posted" else 0)


def test_a_fault_that_stays_is_met_with_refusals_at_once(faulty):
    """After some calls in a row without an answer the breaker opens: error, nothing held."""
    terminal = Terminal(faulty)
    faulty.fault("silent")
    codes = [terminal.recharge(fresh("remote"), "1.00").ResultCode for _ in range(7)]
    assert 9002 in codes or 9001 in codes, codes
    faulty.fault("none")
    books.wait_decided(faulty, 30)


def test_refused_connection_and_back(stack):
    terminal = Terminal(stack)
    before = terminal.credit()
    with stack.hold("gridtill-sim", "sim"):
        for _ in range(3):
            reply = terminal.recharge(fresh("remote"), "10.00")
            assert reply.ResultCode in (2091, 9002), reply.ResultText
    after = terminal.credit()
    assert (after.Available, after.Held) == (before.Available, before.Held)
    stacks.wait_until(lambda: terminal.recharge(fresh("remote"), "1.00").ResultCode == 0, 60, "upstream is back")


def test_a_third_of_all_calls_fails_and_every_sale_ends_right(faulty):
    terminal = Terminal(faulty)
    faulty.fault("lost-reply", "--rate", "33")
    replies = [persist(terminal.recharge, fresh("remote"), "1.00") for _ in range(12)]
    assert all(reply.ResultCode == 0 for reply in replies), [reply.ResultCode for reply in replies]
