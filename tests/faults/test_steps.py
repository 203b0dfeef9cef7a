"""Every process dies at every step between request and reply; nothing is lost, nothing is twice.

The steps are those in the source: a new GT_STEP is tested without anyone listing it here.
"""

import re

import pytest

import books
import stack as stacks
from persist import persist
from terminal import Card, Terminal, fresh

PROGRAMS = {"terminal": "terminal.fcgi", "worker": "worker", "sim": "gridtill-sim"}


def all_steps():
    """The names of the failure points in the source."""
    names = set()
    for place in ("lib", "cgi", "cmd"):
        for path in (stacks.TOP / place).rglob("*.c"):
            if path.name != "step.c":
                names.update(re.findall(r'GT_STEP\("([^"]+)"\)', path.read_text()))
    assert names
    return sorted(names)


STEPS = all_steps()


def arm(stack, step, program, name):
    """Starts a program anew, to die at the step."""
    stack.die_at(program, step)
    before = stack.pid(name)
    stack.kill(name)
    stacks.wait_until(lambda: stack.pid(name) != before, 5, f"{name} started again")


def deaths(stack, program):
    return stack.said().count(f"{program} ended by signal KILL")


def session(terminal, number):
    """One of each kind of business; gives results that must be final."""
    customer, bill, card = fresh("remote"), fresh("bill"), Card(fresh("card"))
    results = {"recharge": persist(terminal.recharge, customer, "10.00")}
    results["lost"] = persist(terminal.recharge, f"30000{number % 10}9003", "11.00")
    due = sum(one.Amount for one in persist_query(terminal, bill).Bill)
    results["pay"] = persist(terminal.pay, bill, due)
    results["card"] = persist(terminal.recharge, card.customer, "12.00", card=card)
    if results["card"].ResultCode == 0:
        card.write(results["card"].CardWrite)
        results["confirm"] = persist(terminal.confirm, results["card"].TransactionNo)
    if results["recharge"].ResultCode == 0:
        results["reverse"] = persist(terminal.reverse, results["recharge"].TransactionNo, customer, "10.00")
    return results


def persist_query(terminal, customer):
    return persist(lambda number, trace: terminal.query(number), customer)


def passes(program, step):
    """Whether a program comes by a step."""
    if step.startswith("store."):
        return True
    if step.startswith("sim."):
        return program == "sim"
    return program == ("worker" if step.startswith("resolve.") else "terminal")


@pytest.mark.slow
@pytest.mark.parametrize("step, victim", [(s, p) for s in STEPS for p in PROGRAMS if passes(p, s)])
def test_dies_at(stack, step, victim):
    terminal = Terminal(stack)  # which has read the WSDL
    before = deaths(stack, victim)
    arm(stack, step, PROGRAMS[victim], victim)
    results = session(terminal, STEPS.index(step))
    books.wait_decided(stack)
    for name, reply in results.items():
        assert reply.ResultCode in (0, 2091, 2092), (name, reply.ResultCode, reply.ResultText)
    assert deaths(stack, victim) == before + 2, "once to be started anew, once at the step"
    books.assert_agree(stack)
