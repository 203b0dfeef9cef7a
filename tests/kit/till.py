"""A cashier at the page, in Chromium: signed in, with a shift, a keyboard and a printer."""

import re

from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.support.ui import WebDriverWait

from console import PASSWORD, signed_in

# The printer of a test: counts what would be printed, and how the receipt then looked.
PRINTER = "window.printed = []; window.print = () => window.printed.push(document.querySelector('.receipt').textContent);"


def open_shift(stack):
    """Nobody collects without a shift."""
    visitor = signed_in(stack, "cashier")
    visitor.get("/cashier")
    if 'action="/cashier/shift/open"' in visitor.page.text:
        visitor.post("/cashier/shift/open", key=re.search(r'name="key" value="(\d+)"', visitor.page.text).group(1))


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
    return WebDriverWait(browser.driver, seconds, poll_frequency=0.05,
                         ignored_exceptions=[StaleElementReferenceException]).until(lambda _: condition())


def state(browser):
    found = browser.all("#result")
    return found[0].get_attribute("data-state") if found else ""
