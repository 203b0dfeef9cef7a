"""Reconciliation with marketing systems in Chromium: the list, a date with differences, run now."""

import sqlite3

import pytest

import stack as stacks
from console import PASSWORD
from terminal import Terminal, fresh


@pytest.fixture(scope="module")
def differing(stack):
    """A date that has ended long ago, of which the stand-in has one that we have not, as long as it takes."""
    date = 20260105
    serial = stack.sim("plant", "extra", "--db", stack.sim_db, "--date", date).stdout.split("\t")[1]
    done = stack.gridtill("reconcile", "sg186", date, check=False)
    assert done.returncode == 3, done.stdout + done.stderr
    yield date
    with sqlite3.connect(stack.sim_db) as db:
        db.execute("DELETE FROM gt_sim_txn WHERE serial = ?", (serial,))
    db.close()


def test_walk_reconciliation(stack, browser, differing):
    Terminal(stack).recharge(fresh("remote"), "10.00")
    today = int(stack.sql("SELECT biz_date FROM gt_state")[0][0])
    browser.sign_in("admin", PASSWORD)
    browser.go("/console/recons")
    browser.judge("recons")
    browser.go(f"/console/recon?system=sg186&date={differing}")
    browser.judge("recon-differs")
    browser.go("/console/recon?system=sg186&date=20250101")
    browser.judge("recon-none")
    browser.go(f"/console/recon?system=sg186&date={today}")
    button = browser.one('form[action*="/console/recon/run"] button')
    browser.leave(button)  # by keyboard: a button is pressed with Enter
    assert f"date={today}" in browser.path()
    stacks.wait_until(lambda: stack.sql(f"SELECT id FROM gt_recon WHERE biz_date = {today}"), 60, "the worker has done it")
    browser.go(f"/console/recon?system=sg186&date={today}")
    browser.judge("recon-agreed")
