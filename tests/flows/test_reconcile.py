"""Reconciliation with a marketing system: what the stand-in's books are made to differ in is found, each as what it is."""

import html
import json
import re

import pytest

import stack as stacks
from console import signed_in
from terminal import Terminal, fresh

KINDS = ("date", "amount", "state", "missing", "extra", "twice")
CLASSES = {1: "date", 2: "amount", 3: "state", 4: "missing", 5: "extra", 6: "twice"}  # gt_item.class
COUNTS = ("other_date", "amount", "state_differs", "only_ours", "only_theirs", "twice")


@pytest.fixture(scope="module")
def stack(make_stack):
    """A platform of one's own: its books differ from upstream's in the end."""
    return make_stack()


@pytest.fixture(scope="module")
def terminal(stack):
    stack.set_limit("900001", "1000000")
    return Terminal(stack)


def reconcile(stack, date, *options):
    done = stack.gridtill("reconcile", "sg186", date, "--json", *options, check=False)
    return done, json.loads(done.stdout) if done.stdout else {}


def today(stack):
    return int(stack.sql("SELECT biz_date FROM gt_state")[0][0])


def sell(terminal, *amounts):
    """Recharges; gives their numbers."""
    numbers = []
    for amount in amounts:
        reply = terminal.recharge(fresh("remote"), amount)
        assert reply.ResultCode == 0, reply.ResultText
        numbers.append(reply.TransactionNo)
    return numbers


def plant(stack, kind, date, serial=None):
    """Makes the stand-in's books differ; gives serial and fen as they are there now."""
    done = stack.sim("plant", kind, "--db", stack.sim_db, "--date", date, *(("--serial", serial) if serial else ()))
    _, serial, _, amount = done.stdout.strip().split("\t")
    return serial, round(float(amount) * 100)


def items(stack, date):
    rows = stack.sql(f"SELECT class, txn_id, ref, ours, theirs, state FROM gt_item WHERE biz_date = {date} AND state = 1 ORDER BY id")
    return {CLASSES[int(row[0])]: (row[2], int(row[3]), int(row[4])) for row in rows}


def tables(stack):
    return [stack.sql(f"SELECT * FROM {table} ORDER BY id") for table in ("gt_recon", "gt_item", "gt_recon_job")]


def books_are_sound(stack):
    checked = stack.gridtill("check", "books", check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_books_that_agree(stack, terminal):
    date = today(stack)
    sell(terminal, "10.00", "20.00")
    wrong = terminal.recharge(customer := fresh("remote"), "30.00")
    assert terminal.reverse(wrong.TransactionNo, customer, "30.00").ResultCode == 0
    done, found = reconcile(stack, date)
    assert done.returncode == 0, done.stderr
    assert (found["state"], found["looked_at"], found["ours"], found["theirs"]) == ("agreed", "totals", 2, 2)
    assert found["ours_amount"] == found["theirs_amount"] == "30.00"
    done, found = reconcile(stack, date, "--lines")
    assert done.returncode == 0 and found["looked_at"] == "lines" and found["lines"] == found["matched"] == 2
    assert items(stack, date) == {}
    assert (stack.home / "data" / "statements" / f"sg186-{date}.txt").read_bytes().startswith(f"{date}|2|\n".encode())


def test_planted_differences_are_found_each_as_planted(stack, terminal):
    date = today(stack)
    sold = sell(terminal, "11.00", "12.00", "13.00", "14.00", "15.00")
    planted = {kind: plant(stack, kind, date, serial) for kind, serial in
               zip(("date", "amount", "state", "missing", "twice"), sold)}
    planted["extra"] = plant(stack, "extra", date)
    done, found = reconcile(stack, date)
    assert done.returncode == 3, done.stderr
    assert found["state"] == "differs" and [found[name] for name in COUNTS] == [1] * 6
    rows = items(stack, date)
    assert set(rows) == set(KINDS)
    for kind, (serial, amount) in planted.items():
        ref, ours, theirs = rows[kind]
        assert ref == serial, kind
        assert theirs == {"state": 0, "missing": 0, "twice": 2 * amount}.get(kind, amount)
        assert ours == {"extra": 0, "amount": amount - 100}.get(kind, amount)
    books_are_sound(stack)
    before = tables(stack)
    done, again = reconcile(stack, date)
    assert done.returncode == 3 and again == found
    assert tables(stack) == before, "a second run changes nothing"


@pytest.mark.parametrize("fault, says", [
    ("lost-reply", "could not be fetched"), ("cut", "breaks off"), ("garbage", "line "),
    ("absent", "no statement of that day"), ("http503", "HTTP status 503")])
def test_a_statement_that_does_not_come_right(stack, fault, says):
    date = today(stack)
    before = tables(stack)[1]
    stack.fault(fault, "--operation", "statement")
    try:
        done, found = reconcile(stack, date, "--lines")
    finally:
        stack.fault("none")
    assert done.returncode == 1 and found["state"] == "failed" and says in done.stderr, done.stderr
    assert tables(stack)[1] == before, "no item was touched"
    assert reconcile(stack, date, "--lines")[0].returncode == 3
    assert tables(stack)[1] == before


def test_upstream_that_is_down(stack):
    date = today(stack)
    with stack.hold("gridtill-sim", "sim"):
        done, found = reconcile(stack, date)
    assert done.returncode == 1 and found["state"] == "failed" and "could not be reconciled" in done.stderr
    admin = signed_in(stack, "admin")
    page_of(admin, f"/console/recon?system=sg186&date={date}", "上级系统没有答复")
    stacks.wait_until(lambda: reconcile(stack, date)[0].returncode == 3, 60, "it can be reconciled again")


def test_wrong_words(stack):
    assert stack.gridtill("reconcile", "sg186", "20261340", check=False).returncode == 2
    assert stack.gridtill("reconcile", "sg186", check=False).returncode == 2
    assert stack.gridtill("reconcile", "a8", "20261101", check=False).returncode == 1
    assert "Exit status" in stack.gridtill("reconcile", "--help").stdout


def page_of(visitor, path, word):
    """Loads the page until it shows a word."""
    def there():
        visitor.get(path)
        return word in visitor.text()
    stacks.wait_until(there, 60, f"{word} on {path}")
    return visitor.text()


def test_the_console_shows_totals_and_classes_and_runs_one(stack):
    date = today(stack)
    day = f"{date // 10000}-{date // 100 % 100:02}-{date % 100:02}"
    admin = signed_in(stack, "admin")
    text = page_of(admin, "/console/recons", day)
    assert "有差异" in text and "sg186" in text
    path = f"/console/recon?system=sg186&date={date}"
    text = page_of(admin, path, "逐笔结果")
    for words in ("我方", "上级", "日期不同 1", "金额不同 1", "状态不同 1", "仅我方有 1", "仅上级有 1", "上级重复 1"):
        assert words in text, words
    links = {found[1]: html.unescape(found[0]) for found in re.findall(r'href="(/console/items\?[^"]*class=(\w+)[^"]*)"', admin.page.text)}
    assert len(links) == 6
    admin.get(links["twice"])
    assert items(stack, date)["twice"][0][-10:].lstrip("0") in admin.text().replace(" ", "")
    admin.get(path)
    before = tables(stack)
    admin.post(f"/console/recon/run?system=sg186&date={date}", token=admin.token(), lines="1")
    assert admin.page.status_code == 303
    assert "已安排" in page_of(admin, path, "已安排")
    stacks.wait_until(lambda: stack.sql("SELECT id FROM gt_recon_job") == [], 60, "the worker has done it")
    assert tables(stack) == before, "nothing is changed by it"
    assert "要求对账" in page_of(admin, path, "执行对账命令")
    assert "还没有对过账" in page_of(admin, "/console/recon?system=sg186&date=2026-01-01", "立即对账")
    for wrong in ("system=a8&date=20261122", "system=sg186&date=20261340", "system=sg186&date=yesterday", "system=sg186"):
        admin.get(f"/console/recon?{wrong}")
        assert admin.page.status_code == 404, wrong


def test_who_may_not_run_it_cannot(stack):
    date = today(stack)
    manager = signed_in(stack, "manager")  # of a county: reconciling is the bureau's
    assert "立即对账" not in page_of(manager, f"/console/recon?system=sg186&date={date}", "逐笔结果")
    manager.post(f"/console/recon/run?system=sg186&date={date}", token=manager.token())
    assert manager.page.status_code in (403, 404)
    assert stack.sql("SELECT id FROM gt_recon_job") == []


def test_the_worker_reconciles_what_has_ended(make_stack):
    stack = make_stack()
    date = today(stack)
    sell(Terminal(stack), "10.00", "25.00")
    stack.gridtill("date", "cut", "--from", date)
    row = stacks.wait_until(
        lambda: stack.sql(f"SELECT state, lined, ours_count, theirs_count, by_whom FROM gt_recon WHERE biz_date = {date}"),
        90, "the worker reconciles")[0]
    assert [int(row[0]), int(row[1]), int(row[2]), int(row[3]), row[4]] == [1, 0, 2, 2, "schedule"]
    assert stack.sql("SELECT id FROM gt_recon_job") == []
    books_are_sound(stack)
