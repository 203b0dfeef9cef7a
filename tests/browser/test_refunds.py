"""A refund in Chromium: asked for at the window by keyboard, approved, carried out; in both languages, wide and narrow."""

import pytest
from selenium.webdriver.common.keys import Keys

from console import PASSWORD, figures, signed_in
from terminal import Terminal, fresh

ASKED = {"zh": "待审批", "en": "Waits for approval"}
DONE = {"zh": "已退费 ¥50.00", "en": "Refunded ¥50.00"}


@pytest.fixture(scope="module")
def stack(make_stack):
    """A platform whose date these tests may move."""
    return make_stack()


def sell(stack, method="cash"):
    """A sale of yesterday."""
    reply = Terminal(stack).recharge(fresh("remote"), "50.00", method=method)
    assert reply.ResultCode == 0
    stack.gridtill("date", "cut", "--from", str(figures(stack, "SELECT biz_date FROM gt_state")[0]))
    return reply.TransactionNo


def approve(stack, sale):
    admin = signed_in(stack, "admin")
    [(request,)] = stack.sql(f"SELECT MAX(id) FROM gt_approval WHERE object_id = {sale}")
    admin.get(f"/console/approval?id={request}")
    assert admin.post(f"/console/approval?id={request}", decision="approve", version=admin.version()).status_code == 303


def enter(browser, text=""):
    """Types where the cursor is, and Enter."""
    there = browser.driver.switch_to.active_element
    browser.leave(there, lambda: there.send_keys(text, Keys.ENTER))


def begin(browser):
    browser.sign_in("cashier", PASSWORD)
    browser.go("/cashier")
    for button in browser.all("form[action='/cashier/shift/open'] button"):
        browser.leave(button)


def test_walk_a_refund_at_the_window(browser, stack):
    begin(browser)
    browser.go("/cashier/refunds")
    browser.judge("cashier-refunds-empty")
    sale = sell(stack)
    browser.go(f"/cashier/reverse?id={sale}")
    browser.judge("cashier-reverse-late")
    browser.go("/cashier/refunds")
    enter(browser, str(sale))
    browser.judge("cashier-refund-ask")
    browser.type("amount", "49")
    browser.choose("method", "cash")
    browser.type("reason", "户号录错")
    browser.press()
    browser.judge("cashier-refund-wrong")
    browser.type("amount", "50")
    browser.press()
    assert ASKED[browser.language] in browser.says()
    browser.judge("cashier-refund-waiting")
    approve(stack, sale)
    browser.go("/cashier/refunds")
    browser.judge("cashier-refunds")
    browser.go(f"/cashier/refund?id={sale}")
    browser.judge("cashier-refund-ready")
    enter(browser)
    assert DONE[browser.language] in browser.says()
    browser.judge("cashier-refund-done")


def test_walk_refunds_in_the_console(browser, stack):
    sale = sell(stack, "wechat")
    browser.sign_in("manager", PASSWORD)
    browser.go(f"/console/txn?id={sale}")
    browser.leave(browser.one(".actions a[href^='/console/refund']"))
    browser.judge("refund-ask")
    browser.type("amount", "50")
    browser.choose("method", "transfer")
    browser.type("reason", "重复缴费")
    browser.press()
    browser.judge("refund-waiting")
    approve(stack, sale)
    browser.go(f"/console/refund?id={sale}")
    browser.judge("refund-ready")
    window = signed_in(stack, "cashier")
    window.get("/cashier")
    if 'action="/cashier/shift/open"' in window.page.text:
        window.post("/cashier/shift/open", key=window.page.text.split('name="key" value="')[1].split('"')[0], float="")
    window.get(f"/cashier/refund?id={sale}")
    window.post(f"/cashier/refund/run?id={sale}", trace=window.page.text.split('name="trace" value="')[1].split('"')[0])
    assert window.page.status_code == 303
    browser.go("/console/refunds")
    browser.judge("refunds")
    browser.go("/console/refunds?state=expired&org=NO-SUCH&from=x")
    browser.judge("refunds-wrong")
    browser.go(f"/console/refund?id={sale}")
    browser.judge("refund-unpaid")
    browser.begin(browser.language)
    browser.sign_in("admin", PASSWORD)
    browser.go(f"/console/refund?id={sale}")
    browser.type("bank_no", "ICBC-20261123-7")
    browser.press()
    assert "ICBC-20261123-7" in browser.says()
    browser.judge("refund-paid")
