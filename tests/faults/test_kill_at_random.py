"""SIGKILL at random, under load: every transaction ends without a hand, and all books agree.

GRIDTILL_KILLS (100) says how often, GRIDTILL_SEED which order.
"""

import os
import random
import threading
import time

import pytest
import requests

import books
import stack as stacks
from envelope import Wire, field, recharge
from terminal import next_trace

KILLS = int(os.environ.get("GRIDTILL_KILLS", "100"))
SEED = int(os.environ.get("GRIDTILL_SEED", str(time.time_ns() % 1_000_000)))
CLIENTS = 12
PAUSE = 0.7
TERMINALS = [("T0000001", "demo-secret-1"), ("T0000002", "demo-secret-2"), ("T0000003", "demo-secret-3")]


@pytest.fixture
def stack(make_faulty):
    """A platform of its own: thousands of sales that no other test need check."""
    one = make_faulty()
    yield one
    one.stop()


class Client(threading.Thread):
    """Recharges customers of its own; repeats two in three until they are final, forgets the rest."""

    def __init__(self, stack, number, stopping):
        super().__init__(daemon=True)
        self.stack, self.number, self.stopping = stack, number, stopping
        self.random = random.Random(SEED * 1000 + number)
        self.final = {}  # trace: class the platform committed to
        self.sent = 0
        self.broken = []

    def run(self):
        wire = Wire(self.stack)
        turn = 0
        while not self.stopping.is_set():
            customer = str(3000020000 + self.number * 500 + turn % 500 + 1)
            turn += 1
            self.one(wire, customer, next_trace(), self.random.choice(TERMINALS), self.random.random() < 0.67)

    def one(self, wire, customer, trace, terminal, persistent):
        for _ in range(200):
            self.sent += 1
            kind = self.ask(wire, customer, trace, terminal)
            if kind in ("ok", "declined"):
                if self.final.setdefault(trace, kind) != kind:
                    self.broken.append((trace, self.final[trace], kind))
                if self.random.random() < 0.95:
                    return
            elif not persistent or self.stopping.is_set():
                return
            else:
                time.sleep(0.05)

    @staticmethod
    def ask(wire, customer, trace, terminal):
        try:
            reply = wire.post(recharge(trace, customer, "1.00", *terminal))
            return field(reply.text, "ResultClass") if reply.status_code == 200 else None
        except requests.RequestException:
            return None


@pytest.mark.slow
def test_a_hundred_kills_under_load(stack):
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    stopping = threading.Event()
    clients = [Client(stack, number, stopping) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    killed = {}
    for _ in range(KILLS):
        time.sleep(PAUSE * chance.uniform(0.5, 1.5))
        name = chance.choice(("terminal", "worker", "sim"))
        stacks.wait_until(lambda: stack.pid(name) != killed.get(name), 60, f"{name} started again")
        killed[name] = stack.pid(name)
        stack.kill(name)
    time.sleep(1)
    stopping.set()
    for client in clients:
        client.join(60)
        assert not client.is_alive()
    assert not [broken for client in clients for broken in client.broken], "an answer that was final changed"
    finals = [kind for client in clients for kind in client.final.values()]
    assert finals.count("ok") > KILLS, f"hardly any load: {finals.count('ok')} sales"
    assert stack.said().count("by signal KILL") >= KILLS * 0.9
    stack.wait_healthy()
    books.wait_decided(stack, 90)
    states = {row.state for row in books.journal(stack)}
    assert states <= {"posted", "declined", "reversed"}, states
    books.assert_agree(stack)
