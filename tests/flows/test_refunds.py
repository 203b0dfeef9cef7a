"""Refunds: a late reversal asked for at the window, approved in the inbox, carried out once, paid by window or bank."""

import re

import pytest

import books
from console import figures, signed_in
from terminal import Terminal, fresh


@pytest.fixture(scope="module")
def own(make_stack):
    """A platform whose date these tests may move."""
    one = make_stack()
    yield one
    books.wait_decided(one)
    books.assert_agree(one)


@pytest.fixture
def cashier(own):
    visitor = signed_in(own, "cashier")
    visitor.get("/cashier")
    if 'action="/cashier/shift/open"' in visitor.page.text:
        visitor.post("/cashier/shift/open", key=re.search(r'name="key" value="(\d+)"', visitor.page.text).group(1), float="")
    return visitor


def sell(stack, amount="50.00", customer=None, method="cash", **more):
    """A sale of the cashier's at a terminal, and its number."""
    number = customer or fresh("remote")
    reply = Terminal(stack).recharge(number, amount, method=method, **more)
    assert reply.ResultCode == 0, reply.ResultText
    return number, reply.TransactionNo


def cut(stack):
    stack.gridtill("date", "cut", "--from", str(figures(stack, "SELECT biz_date FROM gt_state")[0]))


def ask(visitor, where, sale, amount="50.00", method="cash", reason="户号录错", **more):
    visitor.get(f"/{where}/refund?id={sale}")
    return visitor.post(f"/{where}/refund?id={sale}", amount=amount, method=method, reason=reason, **more)


def decide(stack, login, sale, decision="approve", note=""):
    visitor = signed_in(stack, login)
    [(request,)] = stack.sql(f"SELECT MAX(id) FROM gt_approval WHERE object_id = {sale}")
    visitor.get(f"/console/approval?id={request}")
    version = re.search(r'name="version" value="(\d+)"', visitor.page.text)
    visitor.post(f"/console/approval?id={request}", decision=decision, version=version.group(1) if version else "1", note=note)
    return visitor


def trace(visitor):
    return re.search(r'name="trace" value="(\d+)"', visitor.page.text).group(1)


def run(visitor, sale):
    """Presses the button of an approved refund, and follows to the result."""
    visitor.get(f"/cashier/refund?id={sale}")
    number = trace(visitor)
    visitor.post(f"/cashier/refund/run?id={sale}", trace=number)
    assert visitor.page.status_code == 303, visitor.text()
    visitor.get(visitor.page.headers["Location"])
    return number


def state(stack, sale):
    return figures(stack, f"SELECT state FROM gt_txn WHERE id = {sale}")[0]


def test_a_late_reversal_becomes_a_request_and_is_given_back_in_cash(own, cashier):
    _, sale = sell(own)
    before = figures(own, "SELECT unremitted FROM gt_account WHERE id = (SELECT account_id FROM gt_user WHERE login = 'cashier')")[0]
    cut(own)
    cashier.get(f"/cashier/reverse?id={sale}")
    assert "不能隔日冲正" in cashier.text() and f"/cashier/refund?id={sale}" in cashier.page.text
    ask(cashier, "cashier", sale, amount="49.99")
    assert "与原交易金额不符" in cashier.text() and 'value="户号录错"' in cashier.page.text
    ask(cashier, "cashier", sale, reason="")
    assert cashier.page.status_code == 200 and state(own, sale) == 2
    ask(cashier, "cashier", sale)
    assert cashier.page.status_code == 303
    assert "待审批" in cashier.get("/cashier/refunds").text
    cashier.get(f"/cashier/refund?id={sale}")
    assert "/cashier/refund/run" not in cashier.page.text and 'name="amount"' not in cashier.page.text
    manager = decide(own, "manager", sale)
    assert manager.page.status_code == 303, manager.text()
    number = run(cashier, sale)
    assert "已退费 ¥50.00" in cashier.text() and "请退还客户 ¥50.00" in cashier.text()
    assert "电费退费凭证" in cashier.text() and "人民币负伍拾元整" in cashier.text()
    cashier.post(f"/cashier/refund/run?id={sale}", trace=number)  # the same click again
    assert "已退费 ¥50.00" in cashier.get(cashier.page.headers["Location"]).text
    assert figures(own, f"SELECT COUNT(*) FROM gt_txn WHERE orig_id = {sale} AND state = 2") == (1,)
    assert state(own, sale) == 6
    page = manager.get(f"/console/txn?id={sale}").text
    assert "已退费" in page and "已冲正" not in page
    assert f"/console/txn?id={sale}" in manager.get("/console/txns?state=refunded&from=2020-01-01").text
    assert figures(own, "SELECT unremitted FROM gt_account WHERE id = (SELECT account_id FROM gt_user WHERE login = 'cashier')")[0] == before - 5000
    assert "已退" in cashier.get("/cashier/refunds").text


def test_nobody_carries_out_what_is_not_approved_or_refused(own, cashier):
    _, sale = sell(own)
    cut(own)
    ask(cashier, "cashier", sale)
    cashier.get(f"/cashier/refund?id={sale}")
    forged = cashier.token()
    cashier.post(f"/cashier/refund/run?id={sale}", token=forged, trace="20261122000001")
    assert "5014" in cashier.get(cashier.page.headers["Location"]).text and state(own, sale) == 2
    manager = decide(own, "manager", sale, "refuse", "金额无误，不退")
    assert manager.page.status_code == 303
    cashier.get(f"/cashier/refund?id={sale}")
    assert "金额无误，不退" in cashier.text() and 'name="amount"' in cashier.page.text
    cashier.post(f"/cashier/refund/run?id={sale}", trace="20261122000002")
    assert "5014" in cashier.get(cashier.page.headers["Location"]).text and state(own, sale) == 2


def test_who_asked_withdraws_while_it_waits_and_asks_anew(own, cashier):
    number, sale = sell(own)
    cut(own)
    assert cashier.post(f"/cashier/refund/withdraw?id={sale}").status_code == 404  # nobody has asked
    cashier.get("/cashier")
    assert ask(cashier, "cashier", sale).status_code == 303, cashier.text()
    cashier.get(f"/cashier/refund?id={sale}")
    assert f'action="/cashier/refund/withdraw?id={sale}"' in cashier.page.text
    other = signed_in(own, "manager")
    if other.get(f"/cashier/refund?id={sale}").status_code == 200:
        assert "/cashier/refund/withdraw" not in other.page.text
    other.get("/console/password")
    other.post(f"/cashier/refund/withdraw?id={sale}")
    assert figures(own, f"SELECT MAX(state) FROM gt_approval WHERE object_id = {sale}") == (1,)
    for _ in range(2):  # a double click withdraws once, and is told so
        assert cashier.post(f"/cashier/refund/withdraw?id={sale}").status_code == 303
        cashier.get(f"/cashier/refund?id={sale}")
        assert "已撤回" in cashier.text() and "/cashier/refund/withdraw" not in cashier.page.text
    assert figures(own, f"SELECT state FROM gt_approval WHERE object_id = {sale}") == (4,)
    cashier.get("/cashier/refunds")
    assert number in cashier.text() and "已撤回" in cashier.text()
    assert ask(cashier, "cashier", sale).status_code == 303, cashier.text()
    decide(own, "manager", sale)
    cashier.get(f"/cashier/refund?id={sale}")
    cashier.post(f"/cashier/refund/withdraw?id={sale}")  # decided: too late
    assert figures(own, f"SELECT MIN(state), MAX(state) FROM gt_approval WHERE object_id = {sale}") == (2, 4)
    run(cashier, sale)
    assert 'data-state="posted"' in cashier.page.text, cashier.text()


def test_nobody_approves_their_own_refund(own):
    manager = signed_in(own, "manager")
    _, sale = sell(own)
    cut(own)
    assert ask(manager, "console", sale).status_code == 303
    [(request,)] = own.sql(f"SELECT MAX(id) FROM gt_approval WHERE object_id = {sale}")
    manager.get(f"/console/approval?id={request}")
    assert "申请人不能审批自己的申请" in manager.text() or "只能由他人审批" in manager.text()
    assert 'value="approve"' not in manager.page.text
    manager.post(f"/console/approval?id={request}", decision="approve", version="1")
    assert figures(own, f"SELECT state FROM gt_approval WHERE id = {request}") == (1,)
    decide(own, "admin", sale)
    assert figures(own, f"SELECT state FROM gt_approval WHERE id = {request}") == (2,)
    assert "已批准。请客户到营业窗口办理" in signed_in(own, "manager").get(f"/console/refund?id={sale}").text


def test_the_bank_pays_and_another_person_enters_it(own, cashier):
    _, sale = sell(own, method="wechat")
    cut(own)
    ask(cashier, "cashier", sale, method="transfer")
    decide(own, "admin", sale)
    run(cashier, sale)
    assert "已退费 ¥50.00" in cashier.text() and "由银行转账退还客户，不付现金" in cashier.text()
    manager = signed_in(own, "manager")
    assert "待转账" in manager.get("/console/refunds").text
    manager.get(f"/console/refund?id={sale}")
    refund = re.search(r'name="refund" value="(\d+)"', manager.page.text).group(1)
    token = manager.token()
    manager.post(f"/console/refund/pay?id={sale}", refund=refund)
    assert manager.page.status_code == 200 and 'aria-invalid="true"' in manager.page.text
    assert manager.post(f"/console/refund/pay?id={sale}", token=token, refund=refund, bank_no="ICBC-7").status_code == 303
    assert "转账已登记" in manager.get(manager.page.headers["Location"]).text and "ICBC-7" in manager.text()
    manager.post(f"/console/refund/pay?id={sale}", token=token, refund=refund, bank_no="ICBC-8")
    assert figures(own, f"SELECT COUNT(*) FROM gt_posting WHERE kind = 12 AND of_id = {refund}") == (1,)


def test_the_number_of_a_red_entry_goes_with_the_request(own, cashier):
    _, sale = sell(own)
    cut(own)
    ask(cashier, "cashier", sale, red_no="不是号码")
    assert cashier.page.status_code == 200 and "aria-invalid" in cashier.page.text
    ask(cashier, "cashier", sale, red_no="HC20261123-7")
    assert "HC20261123-7" in cashier.get(f"/cashier/refund?id={sale}").text
    decide(own, "admin", sale)  # carrying it out is in tests/unit/test_refund: the stand-in takes nothing back by hand
    assert figures(own, f"SELECT COUNT(*) FROM gt_refund WHERE orig_id = {sale} AND red_no = 'HC20261123-7' AND txn_id = 0") == (1,)


def test_another_cashiers_sale_of_today_is_reversed_with_an_approval(own, cashier):
    own.add_cashier("other.one", "900077", "10000")
    number = fresh("remote")
    reply = Terminal(own, operator="900077").recharge(number, "20.00")
    assert reply.ResultCode == 0, reply.ResultText
    sale = reply.TransactionNo
    sell(own, "30.00")  # there must be cash to give
    ask(cashier, "cashier", sale, amount="20.00")
    assert cashier.page.status_code == 303, cashier.text()
    decide(own, "admin", sale)
    run(cashier, sale)
    assert "已冲正 ¥20.00" in cashier.text() and state(own, sale) == 5
    assert figures(own, f"SELECT op FROM gt_txn WHERE orig_id = {sale} AND state = 2") == (7,)
    owes = "SELECT unremitted FROM gt_account WHERE id = (SELECT account_id FROM gt_user WHERE login = 'other.one')"
    assert figures(own, owes) == (2000,)  # who took the money still has it


def test_a_foreign_transaction_answers_like_none(own, cashier):
    agent = signed_in(own, "agent")
    _, sale = sell(own)
    assert agent.get(f"/cashier/refund?id={sale}").status_code == 404
    assert agent.get("/cashier/refund?id=202611220000099999").status_code == 404
    cashier.get(f"/cashier/refund?id={sale}")
    token = agent.get("/cashier/refunds") and agent.token()
    assert agent.post(f"/cashier/refund?id={sale}", token=token, amount="50.00", method="cash", reason="x").status_code == 404
    assert agent.post(f"/cashier/refund/run?id={sale}", token=token, trace="20261122000009").status_code == 404
    reversal = Terminal(own).reverse(sale, figures(own, f"SELECT customer_no FROM gt_txn WHERE id = {sale}")[0], "50.00")
    assert cashier.get(f"/cashier/refund?id={reversal.TransactionNo}").status_code == 404


def test_in_doubt_is_told_and_ends(own, cashier):
    number, sale = sell(own)
    cut(own)
    ask(cashier, "cashier", sale)
    decide(own, "admin", sale)
    own.fault("lost-reply")
    try:
        run(cashier, sale)
        assert "先不要退款" in cashier.text()
    finally:
        own.fault("none")
    books.wait_decided(own)
    assert state(own, sale) == 6
    assert "已退费 ¥50.00" in cashier.get(cashier.page.url).text


def numbers(page):
    """The originals of a list, in its order; at the cashier page of what one asked for."""
    return re.findall(r'href="/(?:cashier|console)/refund\?id=(\d+)"', page.text.split("我的申请")[-1])


def test_lists_of_refunds_are_filtered_sorted_and_taken_away(own, cashier):
    customer, first = sell(own)
    _, second = sell(own)
    _, third = sell(own)
    ask(cashier, "cashier", first)
    ask(cashier, "cashier", second, reason="重复缴费")
    decide(own, "manager", second, "refuse", "查无重复")
    admin = signed_in(own, "admin")
    for visitor, where in ((cashier, "cashier"), (admin, "console")):
        place = f"/{where}/refunds"
        page = visitor.get(f"{place}?state=refused")
        assert second in numbers(page) and first not in numbers(page)
        assert numbers(visitor.get(f"{place}?q={customer}&state=waiting")) == [first]
        assert numbers(visitor.get(f"{place}?q={first}"))[-1:] == [first]
        newest, oldest = numbers(visitor.get(f"{place}?q=3000")), numbers(visitor.get(f"{place}?q=3000&sort=at"))
        assert newest.index(second) < newest.index(first) and oldest.index(first) < oldest.index(second)
        assert "没有符合" in visitor.get(f"{place}?q=NO-SUCH").text
        lines = visitor.get(f"{place}/export?q={second}").content.decode("utf-8-sig").splitlines()
        assert len(lines) == 2 and "重复缴费" in lines[1] and "已拒绝" in lines[1] and "50.00" in lines[1]
    assert numbers(admin.get(f"/console/refunds?q={first}&org=DEMO-STATION")) == [first]
    assert first not in numbers(admin.get("/console/refunds?org=NO-SUCH"))
    ask(cashier, "cashier", third)
    decide(own, "manager", third)
    assert numbers(admin.get(f"/console/refunds?state=ready&q={third}")) == [third]
    run(cashier, third)
    for state in ("done", "ready", "running", "unpaid"):
        assert (third in numbers(admin.get(f"/console/refunds?state={state}"))) == (state == "done"), state
