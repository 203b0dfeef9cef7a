"""A reconciliation that dies at any step, or at any moment, and is run again ends as one that was left alone."""

import pathlib
import random
import re
import subprocess
import time

import pytest

import books
import stack as stacks
from terminal import Terminal, fresh

STEPS = sorted({step for path in (stacks.TOP / "lib" / "books").glob("reconcile*.c")
                for step in re.findall(r'GT_STEP\("([^"]+)"\)', path.read_text())})


@pytest.fixture(scope="module")
def stack(make_faulty):
    """A platform of one's own, whose books differ from upstream's."""
    one = make_faulty()
    one.set_limit("900001", "1000000")
    terminal = Terminal(one)
    date = int(one.sql("SELECT biz_date FROM gt_state")[0][0])
    for amount in range(10, 22):
        assert terminal.recharge(fresh("remote"), f"{amount}.00").ResultCode == 0
    for kind in ("date", "amount", "state", "missing", "twice", "extra"):
        one.sim("plant", kind, "--db", one.sim_db, "--date", date)
    books.wait_decided(one)
    one.date = date
    return one


def results(stack):
    """What reconciling left, but for keys and times."""
    return (stack.sql("SELECT system, biz_date, state, lined, ours_count, ours_amount, theirs_count, theirs_amount, lines, matched,"
                      " n_date, n_amount, n_state, n_ours, n_theirs, n_twice, doubt FROM gt_recon"),
            stack.sql("SELECT class, txn_id, ref, ours, theirs, state, biz_date FROM gt_item ORDER BY class, txn_id, ref"),
            stack.sql("SELECT id FROM gt_recon_job"))


def forget(stack):
    """A new date to reconcile is the old one without its results; by another hand, so it is put right in the census too."""
    for table in ("gt_recon", "gt_item", "gt_recon_job"):
        stack.sql(f"DELETE FROM {table}")


def run(stack, **environment):
    words = [stack.program / "bin" / "gridtill", "--config", stack.config, "reconcile", "sg186", str(stack.date)]
    way = ["setpriv", f"--reuid={stacks.USER}", f"--regid={stacks.USER}", "--init-groups"] if stacks.as_root() else []
    return subprocess.Popen([*way, *map(str, words)], env={**stack.place.env, **environment}, cwd="/",
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def ended(stack):
    """Runs it to the end; waits for the claim of the one that died."""
    assert run(stack).wait(60) == 3
    return results(stack)


@pytest.fixture(scope="module")
def whole(stack):
    """What an undisturbed run leaves."""
    found = ended(stack)
    assert len(found[1]) == 6 and found[2] == []
    return found


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
def test_dies_at(stack, whole, step):
    forget(stack)
    assert run(stack, GRIDTILL_DIE_AT=step).wait(60) == -9
    with stack.hold("worker", "worker"):
        assert ended(stack) == whole


@pytest.mark.slow
def test_dies_at_any_moment(stack, whole):
    chance = random.Random(1)
    with stack.hold("worker", "worker"):
        for _ in range(4):
            forget(stack)
            one = run(stack)
            time.sleep(chance.uniform(0, 0.4))
            one.kill()
            one.wait()
            assert ended(stack) == whole


def test_statements_are_whole_or_not_there(stack, whole):
    folder = pathlib.Path(stack.home / "data" / "statements")
    assert not [name for name in folder.iterdir() if name.suffix != ".txt" and name.suffix != ".part"]
    assert whole
