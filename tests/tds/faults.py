"""Faults that a test orders on the control port, a line a command; each is answered `ok` or why not.

    lose before|after [TARGET] [N] [~REGEX]    cut the link before or after the next N are executed
    stall before|after [TARGET] [N] [~REGEX]   never answer them, executed or not
    late SECONDS [TARGET] [N] [~REGEX]         execute them so much later, even if the client is gone
    error NUMBER [TARGET] [N] [~REGEX]         refuse them with this error of the server's; several,
                                               8180,1205 say, are sent in this order, the last counts
    cut                                        cut all links now
    refuse | accept                            close each new link at once | take them again
    freeze | thaw                              answer nobody, not even new links | go on
    clear                                      forget all of these orders
    stats                                      counters, as JSON

TARGET is `statement` (work, that is: no SET and no word of transactions), `begin`, `commit` or
`login`; N is 1 if not told.  REGEX is looked for in the statement.  "Before" means that nothing is
stored, "after" that it is stored and only the answer is missing.
"""

import asyncio
import json
import re

from tsql import ERRORS, SqlError

TARGETS = ("statement", "begin", "commit", "login")
WORK = ("select", "insert", "update", "delete", "ddl")


class LinkLost(Exception):
    """The link is to be cut now."""


class Order:
    """One fault that was ordered."""

    def __init__(self, action, words):
        self.action = action
        self.moment, self.value = "before", 0
        if action in ("lose", "stall"):
            self.moment = words.pop(0)
            if self.moment not in ("before", "after"):
                raise ValueError(f"{action} before or after, not {self.moment}")
        elif action == "late":
            self.value = float(words.pop(0))
        else:
            *self.before, self.value = (int(number) for number in words.pop(0).split(","))
            for number in (*self.before, self.value):
                if number not in ERRORS:
                    raise ValueError(f"error {number} is not known here")
        self.target = words.pop(0) if words and words[0] in TARGETS else "statement"
        self.left = int(words.pop(0)) if words and words[0].isdigit() else 1
        self.pattern = re.compile(words.pop(0)[1:], re.IGNORECASE) if words and words[0][0] == "~" else None
        if words:
            raise ValueError(f"what is {' '.join(words)}?")

    def fits(self, moment, target, sql):
        return (self.left > 0 and self.moment == moment and self.target == target and
                (self.pattern is None or self.pattern.search(sql) is not None))


class Faults:
    """The orders in force, and the counters."""

    def __init__(self):
        self.orders = []
        self.going = asyncio.Event()
        self.going.set()
        self.refusing = False
        self.counters = dict.fromkeys(("logins", "prepares", "statements", "begins", "commits", "faults"), 0)

    async def before(self, statement, session):
        if statement.kind in WORK:
            self.counters["statements"] += 1
        elif statement.kind in ("begin", "commit"):
            self.counters[statement.kind + "s"] += 1
        if self.orders:
            await self.apply("before", statement, session)

    async def after(self, statement, session):
        if self.orders:
            await self.apply("after", statement, session)

    async def apply(self, moment, statement, session):
        target = "statement" if statement.kind in WORK else statement.kind
        for order in self.orders:
            if order.fits(moment, target, statement.sql[0] if statement.sql else ""):
                order.left -= 1
                self.counters["faults"] += 1
                await self.strike(order, session)
                break
        self.orders = [order for order in self.orders if order.left > 0]

    async def strike(self, order, session):
        if order.action == "lose":
            raise LinkLost
        if order.action == "error":
            raise SqlError(order.value, session.number, before=order.before)
        session.deaf = True
        if order.action == "stall":
            await asyncio.Event().wait()
        session.late = True
        await asyncio.sleep(order.value)
        session.late = session.deaf = False

    def login(self):
        """Whether a login is to be cut."""
        self.counters["logins"] += 1
        for order in self.orders:
            if order.action == "lose" and order.target == "login" and order.left > 0:
                order.left -= 1
                return True
        return False

    def command(self, line, server):
        """Does what a line of the control port says; gives the answer."""
        words = line.split(maxsplit=4)
        action = words.pop(0) if words else ""
        try:
            if action in ("lose", "stall", "late", "error"):
                self.orders.append(Order(action, words))
            elif action == "cut":
                server.cut()
            elif action in ("refuse", "accept"):
                self.refusing = action == "refuse"
            elif action in ("freeze", "thaw"):
                server.freeze(action == "freeze")
            elif action == "clear":
                self.orders.clear()
                self.refusing = False
                server.freeze(False)
            elif action == "stats":
                return json.dumps({**self.counters, **server.stats()})
            else:
                return f"there is no command {action}"
        except (ValueError, IndexError) as error:
            return f"not understood: {error}"
        return "ok"
