"""Transactions in Chromium: the list, one of them, its receipt; in both languages, wide and on a telephone."""

import pytest

import books
from console import PASSWORD
from terminal import Card, Terminal, fresh


@pytest.fixture(scope="module")
def sales(stack):
    """A recharge, a card purchase, and a reversed one; their numbers."""
    terminal, remote, card = Terminal(stack), fresh("remote"), fresh("card")
    sale = terminal.recharge(remote, "66.60")
    purchase = terminal.recharge(card, "50.00", card=Card(card))
    third = fresh("remote")
    taken_back = terminal.recharge(third, "1234.50")
    back = terminal.reverse(taken_back.TransactionNo, third, "1234.50")
    assert all(r.ResultCode == 0 for r in (sale, purchase, taken_back, back))
    return {"sale": sale.TransactionNo, "card": purchase.TransactionNo, "reversed": taken_back.TransactionNo,
            "customer": remote}


def test_walk_transactions(browser, sales):
    browser.sign_in("manager", PASSWORD)
    browser.go("/console/txns")
    browser.judge("txns")
    browser.type("customer", sales["customer"])
    browser.press(".filter-end button")
    assert len(browser.all("tbody tr")) >= 1 and sales["customer"] in browser.says()
    browser.one(".more summary").click()
    browser.judge("txns-more")
    browser.go("/console/txns?q=12&org=NO-SUCH&least=x")
    browser.judge("txns-wrong")
    browser.go("/console/txns?customer=9999999999")
    browser.judge("txns-empty")
    for name in ("sale", "card", "reversed"):
        browser.go(f"/console/txn?id={sales[name]}")
        browser.judge(f"txn-{name}")
    browser.go(f"/console/txn/receipt?id={sales['sale']}")
    browser.press(".head form button")
    browser.judge("txn-receipt")


def test_walk_messages(browser, stack):
    """What upstream said: refused, garbage and found by an inquiry."""
    terminal = Terminal(stack)
    refused, garbage = terminal.recharge("3000009006", "21.00"), terminal.recharge("3000009007", "22.00")
    assert (refused.ResultClass, garbage.ResultClass) == ("declined", "in_doubt")
    books.wait_decided(stack)
    browser.sign_in("manager", PASSWORD)
    for name, reply, count in (("refused", refused, 2), ("garbage", garbage, 4)):
        browser.go(f"/console/txn?id={reply.TransactionNo}")
        assert len(browser.all(".message")) == count
        browser.judge(f"txn-{name}")


def test_walk_in_doubt(browser, stack):
    browser.sign_in("manager", PASSWORD)
    browser.go("/console/doubts")
    browser.judge("doubts-empty")
    with stack.hold("worker", "worker"):
        doubt = Terminal(stack).recharge("3000009003", "31.25")
        assert doubt.ResultClass == "in_doubt"
        browser.go("/console/doubts")
        browser.judge("doubts")
        browser.go(f"/console/txn?id={doubt.TransactionNo}")
        browser.judge("txn-doubt")
        browser.follow({"zh": "人工认定", "en": "Decide by hand"}[browser.language])
        browser.judge("doubt-decide")
        browser.choose("posted", "never")
        browser.type("amount", "1")
        browser.type("reason", "x")
        browser.press()
        browser.judge("doubt-decide-wrong")
        browser.go(f"/console/txn?id={doubt.TransactionNo}")
        browser.press(".actions form button")
        assert {"zh": "已有结果", "en": "is decided"}[browser.language] in browser.says()


def test_walk_dashboard(browser, sales):
    browser.sign_in("manager", PASSWORD)
    assert browser.path() == "/console/dashboard"
    drawn = browser.driver.execute_script(
        "const c = document.querySelector('canvas'); const chart = c && Chart.getChart(c);"
        "return chart ? chart.data.datasets.map(d => d.data.reduce((a, b) => a + b, 0)) : null")
    assert drawn and drawn[1] > 0
    browser.judge("dashboard")
    assert browser.driver.execute_script("return document.documentElement.scrollHeight") <= 800
