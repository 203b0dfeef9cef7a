"""The ledger in Chromium: trial balance, entries, a posting, an account; in both languages, wide and narrow."""

from console import PASSWORD
from terminal import Terminal, fresh


def test_walk_the_ledger(browser, stack):
    sale = Terminal(stack).recharge(fresh("remote"), "1234.50")
    assert sale.ResultCode == 0
    browser.sign_in("manager", PASSWORD)
    browser.go("/console/ledger")
    assert {"zh": "借贷平衡", "en": "Debits equal credits"}[browser.language] in browser.says()
    browser.judge("ledger")
    browser.leave(browser.one("tbody a[href*='code=cash']"))
    assert browser.all(f"a[href='/console/posting?id={sale.TransactionNo}']")
    browser.judge("ledger-entries")
    browser.leave(browser.one(f"a[href='/console/posting?id={sale.TransactionNo}']"))
    browser.judge("posting")
    browser.leave(browser.one("a[href^='/console/ledger/account']"))
    browser.judge("ledger-account")
    browser.go("/console/ledger?from=2026-12-02&to=2026-12-01&org=NO-SUCH")
    browser.judge("ledger-wrong")
    browser.go("/console/ledger/entries")
    browser.judge("ledger-entries-empty")
