"""Load of many terminals that repeat until they have a final answer, and what each was told when."""

import collections
import itertools
import threading
import time

import requests

from envelope import Wire, field, recharge
from terminal import next_trace

TERMINALS = [("T0000001", "demo-secret-1"), ("T0000002", "demo-secret-2"), ("T0000003", "demo-secret-3")]
CUSTOMERS = itertools.count(3000020001)  # remote meters without a fault, each used once

# One answer: when it came (monotonic), after how many seconds, its class and code; for a fault the class is
# "fault" and the HTTP status its code; both are None where no answer came.
Answer = collections.namedtuple("Answer", "at took kind code")


class Load:
    """As long as this lasts, `clients` threads recharge; at its end each repeats its last one until
    that is final.  `pause`: seconds between two requests of a client."""

    def __init__(self, stack, clients, pause=0.02):
        self.stack, self.pause = stack, pause
        self.lock = threading.Lock()
        self.answers = []
        self.final = {}  # trace: class the platform committed to
        self.changed = []  # traces with two final classes
        self.open = set()  # traces without a final answer
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self._run, args=(i,), daemon=True) for i in range(clients)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *failure):
        self.stopping.set()
        for thread in self.threads:
            thread.join(60)

    def _run(self, number):
        wire = Wire(self.stack)
        while not self.stopping.is_set():
            with self.lock:
                customer = str(next(CUSTOMERS))
            self._persist(wire, customer, next_trace(), TERMINALS[number % len(TERMINALS)])

    def _persist(self, wire, customer, trace, terminal):
        self.open.add(trace)
        end = None
        while end is None or time.monotonic() < end:
            kind = self._ask(wire, recharge(trace, customer, "1.00", *terminal))
            if kind in ("ok", "declined"):
                if self.final.setdefault(trace, kind) != kind:
                    self.changed.append(trace)
                self.open.discard(trace)
                return
            if self.stopping.is_set() and end is None:
                end = time.monotonic() + 30
            time.sleep(self.pause)

    def _ask(self, wire, body):
        start = time.monotonic()
        try:
            reply = wire.post(body)
            kind, code = "fault", reply.status_code
            if reply.status_code == 200:
                kind, code = field(reply.text, "ResultClass"), int(field(reply.text, "ResultCode"))
        except requests.RequestException:
            kind = code = None
        now = time.monotonic()
        with self.lock:
            self.answers.append(Answer(now, now - start, kind, code))
        return kind

    # --- what came of it ---

    def since(self, moment):
        """The answers to requests that began after a monotonic moment."""
        with self.lock:
            return [answer for answer in self.answers if answer.at - answer.took >= moment]

    def counts(self):
        with self.lock:
            return collections.Counter(answer.kind for answer in self.answers)

    def count(self, kind):
        return self.counts()[kind]

    def next_ok(self, within):
        """Waits for the first sale from now on; gives the seconds it took, None if none came."""
        start = time.monotonic()
        while time.monotonic() < start + within:
            with self.lock:
                good = [answer.at for answer in self.answers if answer.at >= start and answer.kind == "ok"]
            if good:
                return min(good) - start
            time.sleep(0.02)
        return None

    def assert_final(self):
        """Each request ended with one final answer."""
        assert not self.changed, f"an answer that was final changed: {self.changed}"
        assert not self.open, f"without a final answer: {len(self.open)}"
