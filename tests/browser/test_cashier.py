"""A cashier's way through the page, by keyboard alone."""

import re
import time

import pytest
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from console import PASSWORD, signed_in
from terminal import fresh

# The printer of a test: counts what would be printed, and how the receipt then looked.
PRINTER = "window.printed = []; window.print = () => window.printed.push(document.querySelector('.receipt').textContent);"


def open_shift(stack):
    """Nobody collects without a shift."""
    visitor = signed_in(stack, "cashier")
    visitor.get("/cashier")
    if 'action="/cashier/shift/open"' in visitor.page.text:
        visitor.post("/cashier/shift/open", key=re.search(r'name="key" value="(\d+)"', visitor.page.text).group(1))


@pytest.fixture
def till(stack, browser):
    """A cashier at the page, in each language."""
    return at_work(stack, browser)


@pytest.fixture
def desk(stack, alone):
    """A cashier at the page, in Chinese."""
    return at_work(stack, alone)


def at_work(stack, browser):
    open_shift(stack)
    browser.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": PRINTER})
    browser.sign_in("cashier", PASSWORD)
    return browser


def keys(browser, *what):
    """Types where the cursor is."""
    browser.driver.switch_to.active_element.send_keys(*what)


def focused(browser):
    return browser.driver.switch_to.active_element.get_attribute("name")


def until(browser, condition, seconds=15):
    return WebDriverWait(browser.driver, seconds, poll_frequency=0.05).until(lambda _: condition())


def state(browser):
    found = browser.all("#result")
    return found[0].get_attribute("data-state") if found else ""


def shows_customer(browser):
    return until(browser, lambda: browser.all("[data-sale]"))


def test_every_page_is_as_it_should_be(till):
    browser = till
    assert browser.path() == "/cashier"
    browser.judge("cashier-1-empty")
    remote, bill = fresh("remote"), fresh("bill")
    browser.go("/cashier?q=3999999999")
    browser.judge("cashier-2-nobody")
    browser.go(f"/cashier?q={remote}")
    browser.judge("cashier-3-recharge")
    keys(browser, "50", Keys.TAB, "100")
    browser.shot("cashier-4-typed")
    keys(browser, Keys.ENTER)
    until(browser, lambda: state(browser) == "posted")
    until(browser, lambda: browser.all(".receipt.counted"))
    browser.judge("cashier-5-posted")
    browser.go(f"/cashier?q={bill}")
    browser.judge("cashier-6-bills")
    browser.go("/cashier/last")
    browser.judge("cashier-7-last")
    browser.one('a[href^="/cashier/reverse"]').click()
    until(browser, lambda: browser.all("#f-reason"))
    browser.judge("cashier-8-reverse")
    browser.go("/cashier/done?trace=1")
    browser.judge("cashier-9-absent")
    browser.go("/cashier/shift")
    browser.judge("cashier-a-count")
    keys(browser, "1")
    browser.press(".till-count button[type=submit]")
    browser.judge("cashier-b-counted")
    browser.go("/cashier")
    browser.judge("cashier-c-counted-first")
    browser.go("/cashier/shift")
    if browser.all("#f-note"):
        browser.one("#f-note").send_keys("找零")
    browser.press('form[action^="/cashier/shift/close"] button')
    browser.judge("cashier-d-closed")
    browser.go("/cashier")
    browser.judge("cashier-e-no-shift")
    keys(browser, "200", Keys.ENTER)
    until(browser, lambda: focused(browser) == "q")


def test_ten_seconds_and_ten_keys(desk):
    number = fresh("remote")
    begun = time.monotonic()
    pressed = 0
    assert focused(desk) == "q"
    keys(desk, number)
    keys(desk, Keys.ENTER)
    pressed += 1
    shows_customer(desk)
    assert focused(desk) == "amount"
    keys(desk, "50")
    keys(desk, Keys.ENTER)
    pressed += 1
    until(desk, lambda: state(desk) == "posted")
    until(desk, lambda: desk.driver.execute_script("return window.printed.length"))
    assert time.monotonic() - begun < 10 and pressed < 10
    [paper] = desk.driver.execute_script("return window.printed")
    assert f"户号 {number}" in paper and "补打" not in paper
    assert "本笔用时" in desk.one("#clock").text
    assert "已收 ¥50.00" in desk.says()
    assert focused(desk) == "q"
    keys(desk, Keys.ENTER)
    until(desk, lambda: desk.path().startswith("/cashier?") or desk.path() == "/cashier")
