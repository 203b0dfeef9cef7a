"""Statistics and reports in Chromium: full and empty, with their charts, in both languages, wide and on a telephone."""

import datetime

import pytest

import stack as stacks
from console import PASSWORD
from keyboard import Keyboard
from terminal import Terminal, fresh

PAGES = ("org", "operator", "agent", "channel", "op", "system")


@pytest.fixture(scope="module")
def stack(make_stack):
    """A platform with a closed date, which has its reports, and a running one."""
    own = make_stack()
    sell(own, "T0000001", "900001", "50.00", "120.50", "88.80")
    sell(own, "T0000002", "900001", "30.00")
    sell(own, "T0000001", "900002", "45.00")
    date = own.sql("SELECT biz_date FROM gt_state")[0][0]
    own.gridtill("date", "cut", "--from", str(date))
    sell(own, "T0000001", "900001", "66.60", "20.00")
    sell(own, "T0000002", "900002", "12.00")
    customer, terminal = fresh("remote"), Terminal(own)
    sale = terminal.recharge(customer, "10.00")
    assert terminal.reverse(sale.TransactionNo, customer, "10.00").ResultCode == 0
    folder = own.home / "data" / "reports" / str(int(date) // 100)
    stacks.wait_until(lambda: len(list(folder.glob("day-*.xlsx"))) == 2, 60, "the reports are written")
    return own


def sell(stack, number, operator, *amounts):
    terminal = Terminal(stack, number, f"demo-secret-{number[-1]}", operator)
    for amount in amounts:
        assert terminal.recharge(fresh("remote"), amount).ResultCode == 0


def drawn(browser):
    """What the charts show: for each the sums of its rows of bars."""
    return browser.driver.execute_script(
        "return [...document.querySelectorAll('canvas')].map(c => Chart.getChart(c))"
        ".map(c => c && c.data.datasets.map(d => Math.round(d.data.reduce((a, b) => a + b, 0) * 100)))")


@pytest.mark.parametrize("page", PAGES)
def test_walk_statistics(browser, page):
    browser.sign_in("manager", PASSWORD)
    browser.go(f"/console/stats/{page}")
    total = [cell.text for cell in browser.all("#lines tfoot tr:last-child td")]
    net = int(total[4].replace("¥", "").replace(",", "").replace(".", ""))
    time, lines = drawn(browser)
    assert lines[-1] == net and len(lines) == 2 and (page == "agent" or time == [net])
    browser.judge(f"stats-{page}")
    browser.go(f"/console/stats/{page}?from=2020-01-01&to=2020-01-31&versus=year")
    assert not browser.all("#lines") and browser.all(".empty")
    browser.judge(f"stats-{page}-empty")


def test_walk_down_to_a_transaction(browser):
    browser.sign_in("manager", PASSWORD)
    browser.go("/console/stats/org")
    browser.follow("城关供电所")
    browser.judge("stats-org-below")
    browser.leave(browser.one("#lines tbody tr td a"))
    assert browser.path().startswith("/console/txns?") and browser.all("tbody tr")
    browser.go("/console/stats/org?from=2026-02-02&to=2026-01-01&org=NO-SUCH")
    browser.judge("stats-wrong")
    year = datetime.date.today().year
    browser.go(f"/console/stats/op?from={year - 2}-01-01")
    browser.judge("stats-years")


def test_walk_reports(browser):
    browser.sign_in("manager", PASSWORD)
    browser.go("/console/stats/reports")
    assert len(browser.all("tbody tr a")) == 2
    browser.judge("reports")
    browser.go("/console/stats/reports?month=2020-01")
    browser.judge("reports-empty")
    browser.go("/console/stats/reports?month=x&org=NO-SUCH")
    browser.judge("reports-wrong")


def test_a_range_by_keyboard(alone):
    alone.sign_in("manager", PASSWORD)
    alone.go("/console/stats/op")
    keyboard = Keyboard(alone)
    keyboard.fill("org", "DEMO-STATION").enter()
    assert "org=DEMO-STATION" in alone.path() and alone.all("#lines tbody tr")


def test_on_paper_are_figures_alone(alone):
    alone.sign_in("manager", PASSWORD)
    alone.go("/console/stats/org")
    alone.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        for hidden in (".side", ".filters", ".ranges", ".actions", ".bar"):
            assert not any(element.is_displayed() for element in alone.all(hidden)), hidden
        assert alone.one("#lines").is_displayed() and alone.one("#points").is_displayed()
    finally:
        alone.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
