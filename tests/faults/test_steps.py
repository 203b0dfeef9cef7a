"""Every process dies at every step between request and reply; nothing is lost, nothing is twice.

The steps are those in the source: a new GT_STEP is tested without anyone listing it here.
"""

import itertools
import re
import sqlite3
import time

import pytest
import requests

import books
import stack as stacks
from console import PASSWORD, signed_in
from persist import persist
from slips import cashier_slip, colleague
from stack import ORG
from terminal import Card, Terminal, fresh

PROGRAMS = {"terminal": "terminal.fcgi", "cashier": "cashier.fcgi", "worker": "worker", "sim": "gridtill-sim"}


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
    stacks.wait_until(lambda: stack.pid(name) != before, 60, f"{name} started again")


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
    results["batch"] = persist(terminal.close_batch)
    return results


def persist_query(terminal, customer):
    return persist(lambda number, trace: terminal.query(number), customer)


def passes(program, step):
    """Whether a program comes by a step."""
    if step.startswith("store."):
        return True
    if step.startswith("batch."):
        return program == "terminal"
    if step.startswith("remit."):
        return program == ("console" if step.startswith("remit.step_") else "cashier")
    for prefix, only in (("sim.", "sim"), ("resolve.", "worker"), ("shift.", "cashier"), ("fold.", None), ("report.", None), ("cut.", None),
                         ("recon.", None), ("resend.", None), ("reading.", None), ("item.", None), ("approval.", None)):
        if step.startswith(prefix):
            return program == only
    return program in ("terminal", "cashier")


_windows = itertools.count(1)


def insist(call, *arguments, **form):
    """Presses the same button again, or loads the same page, until there is an answer."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            page = call(*arguments, **form)
            if page.status_code < 500:
                return page
        except requests.RequestException:
            pass
        time.sleep(0.1)
    raise AssertionError(f"no answer to {arguments} within 30 s")


def field(page, name):
    return re.search(rf'name="{name}" value="(-?\d+)"', page.text).group(1)


def address(page, path):
    return re.search(rf'action="({path}\?id=\d+)"', page.text).group(1)


def day_at_the_window(stack, person, customer):
    """From opening the shift to its slip, with a recharge."""
    page = insist(person.get, "/cashier")
    insist(person.post, "/cashier/shift/open", token=person.token(), key=field(page, "key"), float="100")
    page = insist(person.get, f"/cashier?q={customer}")
    form = {name: field(page, name) for name in ("trace", "seen_date", "seen_mark")}
    insist(person.post, "/cashier/sale", token=person.token(), customer=customer, business="recharge", amount="50",
           method="cash", **form)
    insist(person.get, person.page.headers["Location"])
    books.wait_decided(stack)
    page = insist(person.get, "/cashier/shift")
    insist(person.post, address(page, "/cashier/shift/count"), token=person.token(), key=field(page, "key"),
           pieces_10000="1", pieces_5000="1")
    page = insist(person.get, "/cashier/shift")
    page = insist(person.post, address(page, "/cashier/shift/close"), token=person.token(), key=field(page, "key"),
                  seen=field(page, "seen"), note="断电")
    page = insist(person.get, page.headers["Location"])
    assert "已交班" in page.text
    page = insist(person.get, "/cashier/remit")
    return insist(person.post, "/cashier/remit", token=person.token(), key=field(page, "key"), amount="50")


@pytest.mark.slow
@pytest.mark.parametrize("step", [s for s in STEPS if passes("cashier", s)])
def test_the_window_dies_at(stack, step):
    login, customer = f"window{next(_windows)}", fresh("remote")
    stack.add_cashier(login, login, "10000")
    person = signed_in(stack, login, "GridTill-test-1")
    person.get("/console/password")
    person.post("/console/password", old="GridTill-test-1", password=PASSWORD, again=PASSWORD)
    before = deaths(stack, "cashier")
    arm(stack, step, PROGRAMS["cashier"], "cashier")
    assert day_at_the_window(stack, person, customer).status_code == 303, person.text()
    assert deaths(stack, "cashier") == before + 2, "once to be started anew, once at the step"
    sold = stack.sql(f"SELECT state FROM gt_txn WHERE customer_no = '{customer}'")
    assert len(sold) == 1 and int(sold[0][0]) in (2, 3), sold
    assert "待接收" in person.get(person.page.headers["Location"]).text
    books.assert_agree(stack)


# Steps of slips, and which passage of the way below: received, returned, received and banked at the top; made.
CONFIRMING = ["remit.step_begins:1", "remit.step_done:1", "remit.step_begins:2", "remit.step_done:2", "remit.step_begins:5",
              "remit.step_done:5", "remit.planned:1", "remit.submitted:1"]


def confirm(person, action, slip, **form):
    """Opens the form of a step and sends it, until there is an answer."""
    insist(person.get, f"/console/remit/{action}?id={slip}")
    reply = insist(person.post, f"/console/remit/{action}?id={slip}", token=person.token(), **form)
    assert reply.status_code == 303, person.text()


def send_on(person, org):
    """Sends what a safe holds a level up; gives the slip and its amount."""
    page = insist(person.get, f"/console/remit/send?id={org}")
    due = re.search(r'name="amount" value="([\d.]+)"', page.text).group(1)
    reply = insist(person.post, f"/console/remit/send?id={org}", token=person.token(), key=field(page, "key"), amount=due)
    assert reply.status_code == 303, person.text()
    return re.search(r"id=(\d+)", reply.headers["Location"]).group(1), due


@pytest.mark.slow
@pytest.mark.parametrize("step", CONFIRMING)
def test_the_console_dies_while_slips_go_up_at(stack, step):
    assert {s.split(":")[0] for s in CONFIRMING} == {s for s in STEPS if s.startswith("remit.")}
    _, slip = cashier_slip(stack)
    maker, other = colleague(stack, "manager", "DEMO-COUNTY"), colleague(stack, "manager", "DEMO-COUNTY")
    top = signed_in(stack, "admin")
    station, county = maker.org(ORG), maker.org("DEMO-COUNTY")
    before = deaths(stack, "console")
    arm(stack, step, "console.fcgi", "console")
    confirm(maker, "receive", slip)
    first, due = send_on(maker, station)
    confirm(other, "return", first, reason="重填")
    second, again = send_on(maker, station)
    assert first != second and due == again
    confirm(other, "receive", second)
    last, due = send_on(maker, county)
    confirm(top, "receive", last)
    confirm(top, "bank", last, bank="建行", bank_no="B-1", bank_date="2026-11-22", amount=due)
    assert deaths(stack, "console") == before + 2, "once to be started anew, once at the step"
    states = [int(stack.sql(f"SELECT state FROM gt_slip WHERE id = {s}")[0][0]) for s in (slip, first, second, last)]
    assert states == [2, 4, 2, 3]
    books.assert_agree(stack)


def ask_and_decide(stack, maker, checker, item, action, **more):
    """Presses the buttons until there is an answer; pressed again after it was done, they say so and do nothing."""
    way = f"/console/item/ask?id={item}&action={action}"
    insist(maker.get, way)
    insist(maker.post, way, token=maker.token(), reason="查明", **more)
    [(asked,)] = stack.sql(f"SELECT MAX(id) FROM gt_approval WHERE kind = 'item' AND object_id = {item}")
    insist(checker.get, "/console/account")
    insist(checker.post, f"/console/approval?id={asked}", token=checker.token(), decision="approve", version="1")


@pytest.mark.slow
@pytest.mark.parametrize("step", [step for step in STEPS if step.startswith(("item.", "approval."))])
def test_the_console_dies_while_an_item_is_settled_at(stack, step):
    date = stack.sql("SELECT biz_date FROM gt_state")[0][0]
    stack.sim("plant", "extra", "--db", stack.sim_db, "--date", date)
    with sqlite3.connect(stack.sim_db, timeout=20) as sim:  # other figures than the step's before, whose item is closed
        sim.execute("UPDATE gt_sim_txn SET amount = amount + ? WHERE planted = 1", (100 * STEPS.index(step),))
        [(amount,)] = sim.execute("SELECT amount FROM gt_sim_txn WHERE planted = 1").fetchall()
    assert stack.gridtill("reconcile", "sg186", date, "--lines", check=False).returncode == 3
    with sqlite3.connect(stack.sim_db, timeout=20) as sim:  # their books agree with ours again
        sim.execute("DELETE FROM gt_sim_txn WHERE planted = 1")
    item = stack.sql("SELECT MAX(id) FROM gt_item WHERE class = 5")[0][0]
    maker = signed_in(stack, "admin")
    checker = colleague(stack, "admin", stack.sql("SELECT code FROM gt_org WHERE parent_id = 0")[0][0])
    asked = f"SELECT COUNT(*) FROM gt_approval WHERE kind = 'item' AND object_id = {item}"
    before, requests_before = deaths(stack, "console"), int(stack.sql(asked)[0][0])
    arm(stack, step, "console.fcgi", "console")
    ask_and_decide(stack, maker, checker, item, "to_suspense")
    suspense = "SELECT COALESCE(SUM(debit - credit), 0) FROM gt_balance WHERE code = 'suspense'"
    assert int(stack.sql(suspense)[0][0]) == amount, "once"
    ask_and_decide(stack, maker, checker, item, "clear", way="bank")
    assert deaths(stack, "console") == before + 2, "once to be started anew, once at the step"
    assert int(stack.sql(suspense)[0][0]) == 0
    assert [int(n) for n in stack.sql(f"SELECT state, suspense FROM gt_item WHERE id = {item}")[0]] == [3, 0]
    assert int(stack.sql(asked)[0][0]) == requests_before + 2
    books.assert_agree(stack)


@pytest.mark.slow
@pytest.mark.parametrize("step", ["remit.planned", "remit.submitted"])
def test_a_terminal_remits_and_the_handler_dies_at(stack, step):
    number = step.replace("remit.", "R-")
    stack.add_terminal(number, "remit-secret-1")
    stack.add_cashier(number, number, "1000")
    terminal = Terminal(stack, number, "remit-secret-1", operator=number)
    persist(terminal.recharge, fresh("remote"), "10.00")
    persist(terminal.close_batch)
    books.wait_decided(stack)
    before = deaths(stack, "terminal")
    arm(stack, step, PROGRAMS["terminal"], "terminal")
    made = persist(terminal.remit, "10.00")
    assert made.ResultCode == 0 and made.Remittance.RemittanceNo == f"{number}-J1", made.ResultText
    assert made.Repeated == (step == "remit.submitted")
    assert deaths(stack, "terminal") == before + 2, "once to be started anew, once at the step"
    assert len(stack.sql(f"SELECT id FROM gt_slip WHERE slip_key LIKE 't%-{made.TraceNo}'")) == 1
    books.assert_agree(stack)


@pytest.mark.slow
@pytest.mark.parametrize("step, victim",
                         [(s, p) for s in STEPS for p in PROGRAMS if p != "cashier" and passes(p, s)])
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


@pytest.mark.slow
@pytest.mark.parametrize("step", [s for s in STEPS if s.startswith("resend.")])
def test_the_worker_dies_while_it_sends_again_at(stack, step):
    """Whoever lives asks first, so what went out before is not sent a second time.

    Stands before what cuts off: upstream has no statement of a date that its calendar has not reached.
    """
    customer = fresh("remote")
    sale = Terminal(stack).recharge(customer, "14.00").TransactionNo
    date = stack.sql("SELECT biz_date FROM gt_state")[0][0]
    stack.sim("plant", "missing", "--db", stack.sim_db, "--date", date, "--serial", sale)
    assert stack.gridtill("reconcile", "sg186", date, "--lines", check=False).returncode == 3
    item = stack.sql(f"SELECT id FROM gt_item WHERE txn_id = {sale}")[0][0]
    maker = signed_in(stack, "admin")
    checker = colleague(stack, "admin", stack.sql("SELECT code FROM gt_org WHERE parent_id = 0")[0][0])
    before = deaths(stack, "worker")
    arm(stack, step, PROGRAMS["worker"], "worker")
    ask_and_decide(stack, maker, checker, item, "send_again")
    stacks.wait_until(lambda: deaths(stack, "worker") == before + 2, 60, "the worker dies at the step")
    stacks.wait_until(lambda: stack.sql(f"SELECT state FROM gt_item WHERE id = {item}")[0][0] in (3, "3"), 60, "it is sent")
    assert [row["state"] for row in books.upstream(stack) if row["customer"] == customer] == ["posted"]
    books.assert_agree(stack)


_late = {}  # numbers by platform


def late_sale(stack):
    """A sale of a date that is over; many are made before one cut-off, for by hand a date goes a few days ahead at most."""
    ready = _late.setdefault(stack.port, [])
    if not ready:
        terminal = Terminal(stack)
        for _ in range(len(STEPS)):
            reply = persist(terminal.recharge, fresh("remote"), "50.00")
            assert reply.ResultCode == 0
            ready.append(reply.TransactionNo)
        stack.gridtill("date", "cut", "--from", stack.sql("SELECT biz_date FROM gt_state")[0][0])
    return ready.pop()


def approved_refund(stack, person):
    """A sale of an earlier date, and a refund of it that two persons have said yes to; the sale's number."""
    sale = late_sale(stack)
    person.get(f"/cashier/refund?id={sale}")
    person.post(f"/cashier/refund?id={sale}", amount="50", method="cash", reason="断电")
    [(request,)] = stack.sql(f"SELECT MAX(id) FROM gt_approval WHERE object_id = {sale}")
    admin = signed_in(stack, "admin")
    admin.get(f"/console/approval?id={request}")
    admin.post(f"/console/approval?id={request}", decision="approve", version=admin.version())
    return sale


@pytest.mark.slow
@pytest.mark.parametrize("step", [s for s in STEPS if passes("cashier", s) and not s.startswith(("shift.", "remit."))])
def test_a_refund_dies_at(stack, step):
    """Given back once, however often the button is pressed."""
    person = signed_in(stack, "cashier")
    page = person.get("/cashier")
    if 'action="/cashier/shift/open"' in page.text:
        person.post("/cashier/shift/open", key=field(page, "key"), float="")
    sale = approved_refund(stack, person)
    before = deaths(stack, "cashier")
    arm(stack, step, PROGRAMS["cashier"], "cashier")
    for _ in range(3):
        page = insist(person.get, f"/cashier/refund?id={sale}")
        if "/cashier/refund/run" not in page.text:
            break
        form = {"token": person.token(), "trace": field(page, "trace")}
        for _ in range(2):
            insist(person.post, f"/cashier/refund/run?id={sale}", **form)
        books.wait_decided(stack)
    assert deaths(stack, "cashier") == before + 2, "once to be started anew, once at the step"
    states = sorted(int(state) for (state,) in stack.sql(f"SELECT state FROM gt_txn WHERE orig_id = {sale}"))
    assert states.count(2) == 1 and set(states) <= {2, 3}, states
    assert int(stack.sql(f"SELECT state FROM gt_txn WHERE id = {sale}")[0][0]) == 6
    books.assert_agree(stack)


@pytest.mark.slow
@pytest.mark.parametrize("step", [s for s in STEPS if s.startswith(("fold.", "report."))])
def test_dies_over_a_closed_date(stack, step):
    """Totals and reports of a closed date are made by whichever worker lives."""
    assert Terminal(stack).recharge(fresh("remote"), "10.00").ResultCode == 0
    books.wait_decided(stack)
    date = stack.sql("SELECT biz_date FROM gt_state")[0][0]
    before = deaths(stack, "worker")
    arm(stack, step, PROGRAMS["worker"], "worker")
    stack.gridtill("date", "cut", "--from", str(date))
    stacks.wait_until(lambda: deaths(stack, "worker") == before + 2, 60, "the worker dies at the step")
    stacks.wait_until(lambda: stack.sql(f"SELECT 1 FROM gt_fold WHERE id = {date} AND written = lines"), 60, "the date is folded")
    folder = stack.home / "data" / "reports" / str(int(date) // 100)
    stacks.wait_until(lambda: len([*folder.glob(f"day-{date}-*.csv"), *folder.glob(f"day-{date}-*.xlsx")]) == 4, 60, "and reported")
    assert not list(folder.glob("*.part-*"))  # the half that the dead one left
    books.assert_agree(stack)


@pytest.mark.slow
@pytest.mark.parametrize("step", [s for s in STEPS if s.startswith("reading.")])
def test_a_reading_is_sent_and_the_handler_dies_at(stack, step):
    """What was read is kept before it is sent; whoever is alive sends it."""
    number = step.replace("reading.", "READ-")
    stack.add_terminal(number, "reader-secret-1")
    stack.add_cashier(number, number, "1000")
    terminal = Terminal(stack, number, "reader-secret-1", operator=number)
    task = terminal.call("DownloadReadingTasks", RouteNo=f"R{STEPS.index(step):04d}").Task[0]
    reading = {"TaskNo": task.TaskNo, "Shown": str(task.LastReading + 5), "ReadAt": "2026-11-22T14:00:00+08:00"}
    before = deaths(stack, "terminal")
    arm(stack, step, PROGRAMS["terminal"], "terminal")
    reply = persist(lambda trace: terminal.call("UploadReadings", trace, Reading=[reading]))
    assert reply.ResultCode == 0 and reply.Repeated, reply.ResultText
    assert deaths(stack, "terminal") == before + 2, "once to be started anew, once at the step"
    told = "SELECT state, reading FROM gt_reading WHERE task_no = '{}'".format(task.TaskNo)
    stacks.wait_until(lambda: stack.sql(told)[0][0] in (3, "3"), 60, "the worker sends it")
    [line] = [line for line in stack.sim("readings", "--db", stack.sim_db).stdout.splitlines() if line.startswith(task.TaskNo)]
    assert line.split("\t")[1] == str(task.LastReading + 5)
    books.assert_agree(stack)


def open_before(stack, date):
    return int(stack.sql(f"SELECT COUNT(*) FROM gt_batch WHERE closed_at = 0 AND biz_date < {date}")[0][0])


@pytest.mark.slow
@pytest.mark.parametrize("step", [s for s in STEPS if s.startswith("cut.")])
def test_a_cut_off_dies_at(stack, step):
    """Sales go on over it, the worker ends what it has begun, and the same command again does nothing."""
    terminal = Terminal(stack)
    assert persist(terminal.recharge, fresh("remote"), "3.00").ResultCode == 0
    date = int(stack.sql("SELECT biz_date FROM gt_state")[0][0])
    cut = (stack.program / "bin" / "gridtill", "--config", stack.config, "date", "cut", "--from", date)
    died = stack.command("env", f"GRIDTILL_DIE_AT={step}", *cut, check=False)
    assert died.returncode in (-9, 137), died.stdout + died.stderr
    after = int(stack.sql("SELECT biz_date FROM gt_state")[0][0])
    assert after > date
    stacks.wait_until(lambda: open_before(stack, after) == 0, 60, "no batch of the date before is open")
    assert "has ended already" in stack.command(*cut).stdout
    assert persist(terminal.recharge, fresh("remote"), "4.00").ResultCode == 0
    assert int(stack.sql("SELECT biz_date FROM gt_state")[0][0]) == after
    books.assert_agree(stack)
