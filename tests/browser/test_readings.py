"""Meter readings in Chromium: tasks are fetched, typed by keyboard alone, what is odd is confirmed in its place; in both
languages, wide and on a telephone."""

import itertools

from selenium.webdriver.common.keys import Keys

from console import PASSWORD
from slips import teller
from till import focused, keys

_routes = itertools.count(120)
WORDS = {"zh": {"odd": "小于上次示数", "took": "已接收 3 户", "others": "已派给其他抄表员", "none": "还没有抄表任务", "read": "已抄 4 / 50"},
         "en": {"odd": "below the last one", "took": "Accepted 3", "others": "another reader", "none": "no reading tasks yet",
                "read": "Read 4 / 50"}}


def last_of(browser, row):
    """What the meter of a row showed last."""
    return float(browser.all(".read")[row].find_element("css selector", ".read-last dd").text.replace(",", ""))


def enter(browser, *what):
    """Types where the cursor is, and waits for the page that comes of it."""
    browser.leave(browser.driver.switch_to.active_element, lambda: keys(browser, *what, Keys.ENTER))


def test_walk_readings_by_keyboard(browser, stack):
    words = WORDS[browser.language]
    _, login = teller(stack)
    route = f"R{next(_routes):04d}"
    browser.sign_in(login, PASSWORD)
    browser.go("/cashier")
    browser.leave(browser.one("body"), lambda: keys(browser, Keys.F9))
    assert words["none"] in browser.says() and focused(browser) == "route"
    browser.judge("readings-empty")
    enter(browser, "R0001?")
    assert browser.all(".is-invalid")
    browser.judge("readings-wrong")
    browser.one("#f-route").clear()
    enter(browser, route)
    assert len(browser.all(".read")) == 20
    browser.judge("round")
    # The cursor is in the first; Enter goes down; the third is below the last one; the last line sends.
    lasts = [last_of(browser, row) for row in range(20)]
    for row, shown in enumerate((lasts[0] + 20, lasts[1] + 30, lasts[2] - 5, lasts[3] + 40)):
        assert focused(browser) == browser.all("[data-read]")[row].get_attribute("name")
        keys(browser, f"{shown:.2f}", Keys.ENTER)
    for _ in range(15):
        keys(browser, Keys.ENTER)
    enter(browser)
    assert words["odd"] in browser.says() and words["took"] in browser.says()
    assert len(browser.all(".is-invalid")) == 1 and focused(browser) == browser.one(".is-invalid").get_attribute("name")
    browser.judge("round-odd")
    keys(browser, Keys.TAB, Keys.SPACE)  # the box beside it
    browser.leave(browser.one(".till-go button"))
    assert not browser.all(".is-invalid") and words["read"] in browser.says()
    browser.go(browser.path().split("&")[0] + "&state=accepted")
    assert len(browser.all(".read")) == 4
    browser.judge("round-accepted")
    browser.go("/cashier/readings")
    assert words["read"] in browser.says()
    browser.judge("readings")
    _, other = teller(stack)
    browser.driver.delete_all_cookies()
    browser.sign_in(other, PASSWORD)
    browser.go("/cashier/readings")
    enter(browser, route)
    assert words["others"] in browser.says()


def test_walk_readings_that_wait_and_that_were_sent_back(browser, stack):
    _, login = teller(stack)
    browser.sign_in(login, PASSWORD)
    browser.go("/cashier/readings")
    enter(browser, f"R{next(_routes):04d}")
    stack.fault("lost-request", "--operation", "readings")
    try:
        with stack.hold("worker", "worker"):
            keys(browser, f"{last_of(browser, 0) + 5:.2f}")
            browser.leave(browser.one(".till-go button"))
            browser.go(browser.path().split("&")[0])
            browser.judge("round-waits")
            assert browser.all('form[action^="/cashier/round/again"]')
    finally:
        stack.fault("none")
