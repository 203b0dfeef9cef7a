"""The database gone under load, in each of its ways: every terminal is told in time, with "try again" or
"in doubt"; service is back within a second of the database; nothing is lost, and no hand is needed.

GRIDTILL_OUTAGE (12) says for how many seconds it is gone.
"""

import concurrent.futures
import os
import re
import signal
import subprocess
import time

import pytest

import books
import stack as stacks
from load import Load
from terminal import Terminal, fresh

SECONDS = float(os.environ.get("GRIDTILL_OUTAGE", "12"))
LIMIT = 8.0  # within which a handler answers
BACK = 1.0
CLIENTS = 32


def metric(nodes, node, name):
    """A figure of a node's handler."""
    text = subprocess.run([*node.way, "curl", "-s", "--max-time", "5", "--cacert", node.certificate,
                           f"https://localhost:{node.port}/metrics"], capture_output=True, text=True, check=True).stdout
    return int(re.search(rf"^{name} (\d+)", text, re.MULTILINE).group(1))


def lines(node, event, program="terminal.fcgi"):
    return [line for line in node.log(program).splitlines() if f" {event} " in line]


def pids(nodes):
    return [node.pid(name) for node in nodes.nodes for name in ("terminal", "worker", "nginx")]


def settled(nodes, load):
    """What must hold after any outage."""
    load.assert_final()
    books.wait_decided(nodes, 40)
    states = {row.state for row in books.journal(nodes)}
    assert states <= {"posted", "declined", "reversed"}, states
    books.assert_agree(nodes)


def told_in_time(answers):
    """Each answer came in time and says what to do: it is final, or "try again" (9001), or "in doubt"."""
    kinds = {(answer.kind, answer.code) for answer in answers if answer.kind not in ("ok", "declined")}
    assert kinds <= {("error", 9001), ("error", 9002), ("in_doubt", 1001)}, kinds
    slowest = max(answer.took for answer in answers)
    assert slowest <= LIMIT, f"an answer took {slowest:.1f} s"


@pytest.mark.parametrize("how", ["stopped", "frozen", "unreachable"])
def test_database_is_gone_under_load(nodes, how):
    before = pids(nodes)
    marks = [len(lines(node, "intent.failed")) for node in nodes.nodes]
    with Load(nodes, CLIENTS) as load:
        assert load.next_ok(within=5)
        gone = time.monotonic()
        nodes.database.go(how)
        time.sleep(SECONDS - 3)
        late = time.monotonic()
        assert [nodes.healthy(node) for node in nodes.nodes] == [503, 503]
        assert [metric(nodes, node, "gridtill_store_away") for node in nodes.nodes] == [1, 1]
        assert Terminal(nodes).query(fresh("remote")).ResultClass == "error"
        time.sleep(max(0, gone + SECONDS - time.monotonic()))
        during = load.since(gone)
        nodes.database.come(how)
        back = load.next_ok(within=10)
        assert back is not None and back <= BACK, f"the first sale came {back} s after the database"
        time.sleep(1)
        assert [nodes.healthy(node) for node in nodes.nodes] == [200, 200]
    told_in_time(load.since(gone))
    # Nobody waits in a queue: after the first seconds each is told at once, but for those who look
    # whether it is back.
    quick = [answer.took for answer in load.since(late) if answer in during]
    assert len(quick) > 100 and sum(took > 1 for took in quick) <= len(quick) / 20, sorted(quick)[-20:]
    assert pids(nodes) == before, "a process ended"
    for node, mark in zip(nodes.nodes, marks):
        written = len(lines(node, "intent.failed")) - mark
        assert written <= 6 * (SECONDS + 8), f"{written} lines of the same failure"
    settled(nodes, load)


def test_quick_restarts_are_hardly_felt(nodes):
    before = pids(nodes)
    with Load(nodes, CLIENTS) as load:
        assert load.next_ok(within=5)
        begin = time.monotonic()
        for _ in range(3):
            nodes.database.order("restart")
            back = load.next_ok(within=5)
            assert back is not None and back <= BACK, back
            time.sleep(0.5)
    told_in_time(load.since(begin))
    assert pids(nodes) == before, "a process ended"
    settled(nodes, load)


def test_database_freezes_while_upstream_is_waited_for(nodes):
    """Both waits together stay within the limit: a silent upstream takes 6 s of it, the outcome gets the rest."""
    customers = [f"30000{i}9005" for i in range(6)]

    def sell(customer):
        start = time.monotonic()
        reply = Terminal(nodes).recharge(customer)
        return reply.ResultClass, time.monotonic() - start

    with concurrent.futures.ThreadPoolExecutor(len(customers)) as pool:
        waiting = [pool.submit(sell, customer) for customer in customers]
        time.sleep(3)
        nodes.database.go("frozen")
        try:
            told = [one.result(20) for one in waiting]
        finally:
            nodes.database.come("frozen")
    assert {kind for kind, _ in told} == {"in_doubt"}, told
    assert all(4 < took <= LIMIT for _, took in told), told
    books.wait_decided(nodes, 40)
    states = [row.state for row in books.journal(nodes) if row.customer in customers]
    assert states == ["declined"] * len(customers), states
    books.assert_agree(nodes)


def test_services_that_start_without_the_database_wait_for_it(nodes):
    """Neither handler nor worker gives up, and none is started again and again."""
    nodes.database.go("stopped")
    try:
        for node in nodes.nodes:
            for name in ("terminal", "worker"):
                node.kill(name, signal.SIGTERM)
        time.sleep(3)
        running = pids(nodes)
        waiting = [lines(node, "service.waits_for_store") for node in nodes.nodes]
        time.sleep(2)
        assert pids(nodes) == running, "a process that waits was started again"
        assert all(waiting), waiting
    finally:
        nodes.database.come("stopped")
    stacks.wait_until(lambda: [nodes.healthy(node) for node in nodes.nodes] == [200, 200], BACK * 2, "both nodes are back")
    assert pids(nodes) == running
    assert Terminal(nodes).recharge(fresh("remote")).ResultCode == 0
    books.wait_decided(nodes, 40)
    books.assert_agree(nodes)
