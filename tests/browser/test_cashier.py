"""A cashier's way through the page, by keyboard alone."""

import time

import pytest
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from browser import Browser
from console import PASSWORD
from terminal import fresh

# The printer of a test: counts what would be printed, and how the receipt then looked.
PRINTER = "window.printed = []; window.print = () => window.printed.push(document.querySelector('.receipt').textContent);"


@pytest.fixture(params=[(1280, "zh"), (1280, "en"), (390, "zh"), (390, "en")], ids=lambda p: f"{p[0]}-{p[1]}")
def browser(stack, request):
    one = Browser(stack, *request.param)
    one.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": PRINTER})
    one.sign_in("cashier", PASSWORD)
    yield one
    one.close()


@pytest.fixture
def desk(stack):
    """One browser at a desk, in Chinese."""
    one = Browser(stack)
    one.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": PRINTER})
    one.sign_in("cashier", PASSWORD)
    yield one
    one.close()


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


def test_every_page_is_as_it_should_be(stack, browser):
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
    browser.go("/cashier/done?trace=1")
    browser.judge("cashier-9-absent")


def test_ten_seconds_and_ten_keys(stack, desk):
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
