"""A cashier at the page, in Chromium: signed in, with a shift, a keyboard and a printer."""

import re

from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
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


class Replaced(StaleElementReferenceException):
    """A page that went on while it was looked at, in other words of Chromium."""


def until(browser, condition, seconds=15):
    """Waits.  A page that goes on meanwhile is looked at again; that it is so is said in several ways."""
    def met(_):
        try:
            return condition()
        except WebDriverException as why:
            if "does not belong to the document" in str(why) or "aborted by navigation" in str(why):
                raise Replaced(why.msg) from why
            raise

    return WebDriverWait(browser.driver, seconds, poll_frequency=0.05,
                         ignored_exceptions=[StaleElementReferenceException]).until(met)


def state(browser):
    """Asked in one go: the page replaces itself meanwhile, and an element that is held would be of the old one."""
    return browser.driver.execute_script("return document.querySelector('#result')?.dataset.state ?? ''")
