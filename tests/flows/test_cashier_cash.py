"""Cash of a sale that was in doubt and is then released: the cashier says whether it was given back; what was not is in the
drawer, expected at the count, and in suspense after the close."""

import itertools
import re

import pytest

import stack as stacks
from console import PASSWORD, figures, signed_in
from terminal import fresh

_logins = itertools.count(1)


def hidden(visitor, name):
    return re.search(rf'name="{name}" value="(-?\d+)"', visitor.page.text).group(1)


@pytest.fixture
def cashier(stack):
    login = f"cash{next(_logins)}"
    stack.add_cashier(login, login, "10000")
    visitor = signed_in(stack, login, "GridTill-test-1")
    visitor.get("/console/password")
    visitor.post("/console/password", old="GridTill-test-1", password=PASSWORD, again=PASSWORD)
    visitor.login = login
    visitor.get("/cashier")
    visitor.post("/cashier/shift/open", key=hidden(visitor, "key"), float="100")
    return visitor


def sell(visitor, number, amount="50", method="cash"):
    visitor.get(f"/cashier?q={number}")
    form = {name: hidden(visitor, name) for name in ("trace", "seen_date", "seen_mark")}
    visitor.post("/cashier/sale", customer=number, business="recharge", amount=amount, method=method, **form)
    assert visitor.page.status_code == 303, visitor.text()
    return visitor.page.headers["Location"]


def released(stack, visitor, amount="50", method="cash"):
    """A sale that is in doubt and then never was; gives its id, and the page shows it."""
    number = fresh("remote")
    stack.fault("lost-request", "--operation", "recharge")
    try:
        address = sell(visitor, number, amount, method)
        assert 'data-state="doubt"' in visitor.get(address).text
        assert 'name="cash"' not in visitor.page.text
    finally:
        stack.fault("none")
    stacks.wait_until(lambda: 'data-state="declined"' in visitor.get(address).text, 60, "the doubt ends")
    return figures(stack, f"SELECT id FROM gt_txn WHERE customer_no = '{number}'")[0]


def count_and_close(visitor, pieces, note=""):
    visitor.get("/cashier/shift")
    path = re.search(r'action="(/cashier/shift/count\?id=\d+)"', visitor.page.text).group(1)
    visitor.post(path, key=hidden(visitor, "key"), **pieces)
    text = visitor.get("/cashier/shift").text and visitor.text()
    path = re.search(r'action="(/cashier/shift/close\?id=\d+)"', visitor.page.text).group(1)
    assert visitor.post(path, key=hidden(visitor, "key"), seen=hidden(visitor, "seen"), note=note).status_code == 303, visitor.text()
    return text


def entries(stack, visitor, code):
    rows = stack.sql("SELECT e.amount FROM gt_entry e JOIN gt_user u ON u.account_id = e.account_id "
                     f"WHERE u.login = '{visitor.login}' AND e.code = '{code}'")
    return [int(amount) for (amount,) in rows]


def test_cash_that_was_kept_goes_to_suspense(stack, cashier):
    sell(cashier, fresh("remote"), "30")
    txn = released(stack, cashier)
    assert "现金退还了吗" in cashier.text() and "¥50.00" in cashier.text()
    assert "现金去向待登记： 1" in cashier.get("/cashier").text and cashier.text()
    assert f'href="/cashier/done?id={txn}"' in cashier.page.text
    for _ in range(3):
        assert cashier.post(f"/cashier/cash?id={txn}", cash="kept").status_code == 303
        cashier.get("/cashier/last")
    cashier.get(f"/cashier/done?id={txn}")
    assert "现金没有退还客户" in cashier.text() and 'name="cash"' not in cashier.page.text
    assert "待登记" not in cashier.get("/cashier").text
    assert cashier.post(f"/cashier/cash?id={txn}", cash="back").status_code == 303
    assert "不能改" in cashier.get(f"/cashier/done?id={txn}").text
    text = count_and_close(cashier, {"pieces_10000": "1", "pieces_5000": "1", "pieces_1000": "3"})
    assert "账款相符" in text and "未退还、转挂账 ¥50.00" in text and "应有现金 ¥180.00" in text
    assert entries(stack, cashier, "suspense") == [-5000]
    assert figures(stack, "SELECT a.unremitted, a.held FROM gt_account a JOIN gt_user u ON u.account_id = a.id "
                          f"WHERE u.login = '{cashier.login}'") == (8000, 0)
    cashier.get("/cashier/account")
    assert "¥80.00" in cashier.text()
    cashier.get("/cashier/remit")
    cashier.post("/cashier/remit", key=hidden(cashier, "key"), amount="80")
    assert cashier.page.status_code == 303, cashier.text()
    checked = stack.gridtill("check", "books", check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_cash_that_was_kept_and_then_lost_is_short(stack, cashier):
    txn = released(stack, cashier)
    cashier.post(f"/cashier/cash?id={txn}", cash="kept")
    text = count_and_close(cashier, {"pieces_10000": "1"}, "找不到了")
    assert "短款 ¥50.00" in text
    assert entries(stack, cashier, "suspense") == [-5000] and entries(stack, cashier, "short") == [5000]
    assert figures(stack, "SELECT a.unremitted FROM gt_account a JOIN gt_user u ON u.account_id = a.id "
                          f"WHERE u.login = '{cashier.login}'") == (5000,)


def test_cash_that_was_given_back_changes_nothing(stack, cashier):
    txn = released(stack, cashier)
    cashier.post(f"/cashier/cash?id={txn}", cash="back")
    assert "现金已退还客户" in cashier.get(f"/cashier/done?id={txn}").text
    text = count_and_close(cashier, {"pieces_10000": "1"})
    assert "账款相符" in text and "转挂账" not in text
    assert entries(stack, cashier, "suspense") == []


def test_only_cash_that_was_in_doubt_is_asked_about_and_only_who_took_it(stack, cashier):
    txn = released(stack, cashier, method="wechat")
    assert 'name="cash"' not in cashier.page.text
    cashier.get("/cashier/last")
    assert cashier.post(f"/cashier/cash?id={txn}", cash="kept").status_code == 404
    stack.fault("refuse", "--operation", "recharge")
    try:
        cashier.get(sell(cashier, fresh("remote")))
    finally:
        stack.fault("none")
    assert "如已收现金，请退还客户" in cashier.text() and 'name="cash"' not in cashier.page.text
    txn = released(stack, cashier)
    other = signed_in(stack, "agent")
    other.get("/cashier/last")
    assert other.post(f"/cashier/cash?id={txn}", cash="kept").status_code == 404
    cashier.get("/cashier/last")
    assert cashier.post(f"/cashier/cash?id={txn}", cash="spent").status_code == 400
    count_and_close(cashier, {"pieces_10000": "1"})
    cashier.get("/cashier/last")
    cashier.post(f"/cashier/cash?id={txn}", cash="kept")
    assert "没有开班" in cashier.get(f"/cashier/done?id={txn}").text
    cashier.post(f"/cashier/cash?id={txn}", cash="back")
    assert "现金已退还客户" in cashier.get(f"/cashier/done?id={txn}").text


# --- clearing: two of the office, as with any other difference


def item_of(stack, txn):
    """Id, state, fen in suspense and approval of the item about kept cash."""
    return figures(stack, f"SELECT id, state, suspense, approval_id FROM gt_item WHERE txn_id = {txn} AND source = 3")


SUSPENSE, CLOSED = 2, 3


def ask_clear(admin, item, way):
    admin.get(f"/console/item/ask?id={item}&action=clear")
    return admin.post(f"/console/item/ask?id={item}&action=clear", way=way, reason="客户来取")


def decide(other, stack, txn, decision="approve", note=""):
    number = item_of(stack, txn)[3]
    other.get(f"/console/approval?id={number}")
    return other.post(f"/console/approval?id={number}", version=1, note=note, decision=decision)


def clear(stack, admin, other, txn, way):
    assert ask_clear(admin, item_of(stack, txn)[0], way).status_code == 303, admin.text()
    return decide(other, stack, txn)


def books_are_sound(stack):
    checked = stack.gridtill("check", "books", check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_kept_cash_is_cleared_by_the_bank(stack, cashier, admin, other):
    txn = released(stack, cashier)
    cashier.post(f"/cashier/cash?id={txn}", cash="kept")
    item, state, suspense, _ = item_of(stack, txn)
    assert (state, suspense) == (SUSPENSE, 5000)
    page = admin.get(f"/console/item?id={item}").text
    assert "现金未退" in page and "¥50.00" in page and "清账" in page
    assert f'href="/console/item?id={item}"' in admin.get("/console/items?class=kept&state=suspense").text
    assert clear(stack, admin, other, txn, "bank").status_code == 200  # it lies in the drawer still
    assert "尚未交班" in other.text() and item_of(stack, txn)[1] == SUSPENSE
    assert decide(other, stack, txn, "refuse", "钱还在钱箱").status_code == 303
    count_and_close(cashier, {"pieces_10000": "1", "pieces_5000": "1"})
    assert ask_clear(admin, item, "system").status_code == 200  # no marketing system has anything to do with it
    assert clear(stack, admin, other, txn, "bank").status_code == 303, other.text()
    assert item_of(stack, txn)[1:3] == (CLOSED, 0)
    assert entries(stack, cashier, "suspense") == [-5000, 5000] and entries(stack, cashier, "bank") == [-5000]
    posted = stack.sql("SELECT p.kind, p.id FROM gt_posting p JOIN gt_user u ON u.account_id = p.account_id "
                       f"WHERE u.login = '{cashier.login}' AND p.kind IN (5, 13) ORDER BY p.kind")
    close, cleared = (admin.get(f"/console/posting?id={number}").text for _, number in posted)
    assert f"{cashier.login}-1" in close and f'href="/console/item?id={item}"' in cleared
    books_are_sound(stack)


def test_kept_cash_is_given_back_out_of_the_same_drawer(stack, cashier, admin, other):
    txn = released(stack, cashier)
    cashier.post(f"/cashier/cash?id={txn}", cash="kept")
    assert clear(stack, admin, other, txn, "cash").status_code == 303, other.text()
    assert item_of(stack, txn)[1:3] == (CLOSED, 0)
    text = count_and_close(cashier, {"pieces_10000": "1"})
    assert "账款相符" in text and entries(stack, cashier, "suspense") == []
    books_are_sound(stack)


def test_kept_cash_is_given_back_out_of_a_later_drawer(stack, cashier, admin, other):
    txn = released(stack, cashier)
    cashier.post(f"/cashier/cash?id={txn}", cash="kept")
    sell(cashier, fresh("remote"), "80")
    count_and_close(cashier, {"pieces_10000": "2", "pieces_1000": "3"})
    assert clear(stack, admin, other, txn, "cash").status_code == 200
    assert "没有开班" in other.text()
    cashier.get("/cashier")
    cashier.post("/cashier/shift/open", key=hidden(cashier, "key"), float="100")
    # There is only the float: what was collected before is not in this drawer.
    assert decide(other, stack, txn).status_code == 200 and "钱箱中收进的现金不足" in other.text()
    sell(cashier, fresh("remote"), "60")
    assert decide(other, stack, txn).status_code == 303, other.text()
    assert item_of(stack, txn)[1:3] == (CLOSED, 0)
    text = count_and_close(cashier, {"pieces_10000": "1", "pieces_1000": "1"})
    assert "账款相符" in text, text
    assert entries(stack, cashier, "suspense") == [-5000, 5000]
    assert figures(stack, "SELECT a.unremitted FROM gt_account a JOIN gt_user u ON u.account_id = a.id "
                          f"WHERE u.login = '{cashier.login}'") == (14000,)
    books_are_sound(stack)
