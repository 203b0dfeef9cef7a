"""Upstream does anything: each fault, for everybody, then back; all ends in the truth."""

import time

import pytest

import books
import stack as stacks
from persist import persist
from terminal import Terminal, fresh, next_trace

# What must become of a recharge, and whether the terminal may know it at once.
KINDS = {
    "slow": "posted", "late": "posted", "lost-reply": "posted", "lost-request": "declined", "silent": "declined",
    "refuse": "declined", "garbage": "posted", "twice": "posted", "clearing": "declined", "queued": "posted",
    "http500": "posted", "http503": "declined", "duplicate": "posted",
}


@pytest.fixture
def faulty(stack):
    """Ends the fault, whatever the test did."""
    yield stack
    stack.fault("none")
    stacks.wait_until(lambda: Terminal(stack).query("3000000001").ResultCode == 0, 15, "upstream is back")


@pytest.mark.parametrize("kind", KINDS)
def test_fault(faulty, kind):
    terminal = Terminal(faulty)
    before, trace, customer = terminal.credit(), next_trace(), fresh("remote")
    faulty.fault(kind)
    begin = time.monotonic()
    reply = terminal.recharge(customer, "10.00", trace)
    assert time.monotonic() - begin < 3.5, "the terminal waited too long"
    assert reply.ResultClass in ("ok", "declined", "in_doubt")
    if reply.ResultClass == "in_doubt":
        assert reply.AvailableCredit == before.Available - 10
    faulty.fault("none")
    books.wait_decided(faulty, 30)
    final = terminal.inquire(trace)
    assert final.Transaction.State == KINDS[kind]
    after = terminal.credit()
    assert after.Held == before.Held
    assert before.Available - after.Available == (10 if KINDS[kind] == "posted" else 0)
    theirs = [row for row in books.upstream(faulty) if row["customer"] == customer and row["state"] == "posted"]
    assert len(theirs) == (1 if KINDS[kind] == "posted" else 0)


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
    stacks.wait_until(lambda: terminal.recharge(fresh("remote"), "1.00").ResultCode == 0, 15, "upstream is back")


def test_a_third_of_all_calls_fails_and_every_sale_ends_right(faulty):
    terminal = Terminal(faulty)
    faulty.fault("lost-reply", "--rate", "33")
    replies = [persist(terminal.recharge, fresh("remote"), "1.00") for _ in range(12)]
    assert all(reply.ResultCode == 0 for reply in replies), [reply.ResultCode for reply in replies]
