"""Void numbers in Chromium: a spoiled receipt printed anew, the cashier's and the console's list, in both languages, wide and narrow."""

from console import PASSWORD
from terminal import Terminal, fresh


def test_walk_void_numbers(browser, stack):
    reply = Terminal(stack).recharge(fresh("remote"), "50.00", method="cash")
    assert reply.ResultCode == 0
    sale = reply.TransactionNo
    browser.sign_in("cashier", PASSWORD)
    browser.go("/cashier/voids?to=2020-01-01")
    browser.judge("cashier-voids-empty")
    browser.go(f"/cashier/receipt?id={sale}")
    browser.judge("cashier-receipt-void")
    browser.go(f"/cashier/void?id={sale}")
    browser.judge("cashier-void")
    browser.type("reason", "打印机卡纸")
    browser.leave(browser.one(".form button[type=submit]"))
    assert browser.path().startswith("/cashier/receipt?id=")
    browser.judge("cashier-void-done")
    browser.go("/cashier/voids")
    assert browser.all(f'a[href="/cashier/done?id={sale}"]') and "打印机卡纸" in browser.says()
    browser.judge("cashier-voids")
    browser.begin(browser.language)
    browser.sign_in("manager", PASSWORD)
    browser.go("/console/voids?q=NO-SUCH")
    browser.judge("voids-empty")
    browser.go("/console/voids?q=900001")
    assert browser.all(f'a[href="/console/txn?id={sale}"]')
    browser.judge("voids")
