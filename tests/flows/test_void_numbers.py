"""Void numbers: paper that was spoiled costs a receipt number, with a reason; the receipt goes on under the next one, and the
void one stands in the cashier's list, the shift's report and the console's list."""

import re

import pytest

from console import figures, signed_in
from slips import close_shift, colleague, open_shift, teller
from stack import ORG
from terminal import fresh


def hidden(visitor, name):
    return re.search(rf'name="{name}" value="(\d+)"', visitor.page.text).group(1)


def sell(visitor, amount="30"):
    """A sale at the page; gives its id."""
    number = fresh("remote")
    visitor.get(f"/cashier?q={number}")
    form = {name: hidden(visitor, name) for name in ("trace", "seen_date", "seen_mark")}
    visitor.post("/cashier/sale", customer=number, business="recharge", amount=amount, method="cash", **form)
    assert visitor.page.status_code == 303, visitor.text()
    [(sale,)] = visitor.stack.sql(f"SELECT id FROM gt_txn WHERE customer_no = '{number}'")
    return sale


def spoil(visitor, sale, reason="打印机卡纸"):
    visitor.get(f"/cashier/void?id={sale}")
    return visitor.post(f"/cashier/void?id={sale}", no=hidden(visitor, "no"), reason=reason)


def print_once(visitor, sale):
    visitor.get(f"/cashier/receipt?id={sale}")
    visitor.post(f"/cashier/receipt?id={sale}", prints=hidden(visitor, "prints"))
    return visitor.get(f"/cashier/receipt?id={sale}").text


@pytest.fixture
def cashier(stack):
    person, person.login = teller(stack)
    open_shift(person, "0")
    return person


def test_a_spoiled_receipt_gets_the_next_number(stack, cashier):
    sale = sell(cashier)
    login = cashier.login
    print_once(cashier, sale)
    assert f"凭证号 {login}-0000001" in print_once(cashier, sale) and "（补打 1）" in cashier.page.text
    assert f'href="/cashier/void?id={sale}"' in cashier.page.text
    cashier.get(f"/cashier/void?id={sale}")
    assert f"凭证作废 {login}-0000001" in cashier.text()
    number = hidden(cashier, "no")
    for _ in range(2):  # a double click
        cashier.post(f"/cashier/void?id={sale}", no=number, reason="打印机卡纸")
        assert cashier.page.headers["Location"] == f"/cashier/receipt?id={sale}"
        cashier.get(f"/cashier/receipt?id={sale}")
        assert "原凭证号已作废" in cashier.text()
    text = print_once(cashier, sale)
    assert f"凭证号 {login}-0000002" in text and "补打" not in cashier.text().split("凭证号")[0]
    assert figures(stack, f"SELECT COUNT(*) FROM gt_void WHERE txn_id = {sale}") == (1,)
    cashier.get("/cashier/voids")
    assert f"{login}-0000001" in cashier.text() and f"{login}-0000002" in cashier.text() and "打印机卡纸" in cashier.text()
    lines = cashier.get("/cashier/voids/export").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2 and f"{login}-0000001,{login}-0000002" in lines[1] and lines[1].endswith("打印机卡纸")
    cashier.get("/cashier/voids?to=2020-01-01")
    assert f"{login}-0000001" not in cashier.text()


def test_a_reason_and_ones_own_receipt_are_wanted(stack, cashier):
    sale = sell(cashier)
    assert spoil(cashier, sale, reason="").status_code == 200
    assert "is-invalid" in cashier.page.text
    other, _ = teller(stack)
    for path in (f"/cashier/void?id={sale}", "/cashier/void?id=202001010000000001", "/cashier/void"):
        assert other.get(path).status_code == 404
    other.get("/cashier")
    assert other.post(f"/cashier/void?id={sale}", no="1", reason="卡纸").status_code == 404
    cashier.get(f"/cashier/void?id={sale}")
    assert cashier.post(f"/cashier/void?id={sale}", no="77", reason="卡纸").status_code == 303
    assert figures(stack, f"SELECT receipt_no FROM gt_receipt WHERE id = {sale}") == (1,)
    assert figures(stack, f"SELECT COUNT(*) FROM gt_void WHERE txn_id = {sale}") == (0,)


def test_the_shift_reports_its_void_numbers(stack, cashier):
    spoil(cashier, sell(cashier, "5"))
    close_shift(cashier, "5")
    cashier.get("/cashier")
    shift = figures(stack, f"SELECT MAX(s.id) FROM gt_shift s JOIN gt_user u ON u.id = s.user_id WHERE u.login = '{cashier.login}'")[0]
    cashier.get(f"/cashier/shift?id={shift}")
    assert f"{cashier.login}-0000001 打印机卡纸" in cashier.text()
    open_shift(cashier, "0")
    cashier.get("/cashier/shift")
    assert f"{cashier.login}-0000001" not in cashier.text()


def test_the_console_lists_everybodys(stack, cashier):
    login = cashier.login
    sale = sell(cashier)
    spoil(cashier, sale)
    manager = signed_in(stack, "manager")
    for query in (f"q={login}", f"q={login}-0000001", f"q={login}&org={ORG}"):
        manager.get(f"/console/voids?{query}")
        assert f"{login}-0000001" in manager.text() and f'href="/console/txn?id={sale}"' in manager.page.text, query
    for query in (f"q={login}-0000002", "q=NO-SUCH", f"q={login}&to=2020-01-01", f"q={login}&org=NO-SUCH"):
        assert f"{login}-0000001" not in manager.get(f"/console/voids?{query}").text, query
    lines = manager.get(f"/console/voids/export?q={login}").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2 and f"{login}-0000001,{login}-0000002" in lines[1] and lines[1].endswith("打印机卡纸")
    assert "作废凭证号" in manager.get(f"/console/txn?id={sale}").text
    assert manager.get(f"/console/search?q={login}-0000001").headers["Location"] == f"/console/txn?id={sale}"
    stack.gridtill("org", "add", login.upper(), "外站", "--below", "DEMO-COUNTY", "--kind", "station")
    elsewhere = colleague(stack, "manager", login.upper())
    assert f"{login}-0000001" not in elsewhere.get(f"/console/voids?q={login}").text
