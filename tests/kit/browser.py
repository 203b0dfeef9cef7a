"""A real browser: Chromium without a window, at two widths, with pictures and two judges.

Pictures, of whole pages, go to the folder that GRIDTILL_SHOTS names, if it names one.  The judges are
axe-core (WCAG 2 A and AA) and html-validate; both come by `npm ci` in tests/browser, without which they
are skipped.  A page is loaded once and judged at both widths, as a window that is made narrow.
"""

import atexit
import base64
import functools
import json
import os
import pathlib
import subprocess

import pytest
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "browser"
OPTIONS = ("--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
           "--disable-component-update --disable-sync --ignore-certificate-errors --no-proxy-server").split()
PATIENCE = 60  # seconds after which something hangs, however busy the machine is
HEIGHT = {1280: 800, 390: 844}
WIDE, NARROW = HEIGHT


class Browser:
    """One browser; `language` is that of its pages."""

    def __init__(self, stack, language="zh"):
        options = webdriver.ChromeOptions()
        for option in OPTIONS:
            options.add_argument(option)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.stack, self.language = stack, language
        self.driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        self.driver.set_page_load_timeout(PATIENCE)
        self.driver.set_script_timeout(PATIENCE)
        self.driver.execute_cdp_cmd("Network.enable", {})
        self.resize(WIDE)

    def close(self):
        self.driver.quit()

    def begin(self, language):
        """As if it had just been started: nobody is signed in, nothing is open."""
        self.driver.get("about:blank")
        self.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
        self.driver.get_log("browser")
        self.language = language
        self.resize(WIDE)

    def resize(self, width):
        """Gives the window one of the two widths; the narrow one is a telephone."""
        self.width = width
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": HEIGHT[width], "deviceScaleFactor": 1, "mobile": width == NARROW})

    # --- doing ---

    def go(self, path):
        self.driver.get(self.stack.url + path)

    def one(self, css):
        return self.driver.find_element(By.CSS_SELECTOR, css)

    def all(self, css):
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def type(self, name, text):
        field = self.one(f'main [name="{name}"]')
        field.clear()
        field.send_keys(text)

    def choose(self, name, value):
        self.one(f'main select[name="{name}"] option[value="{value}"]').click()

    def press(self, css=".form button[type=submit]"):
        """Presses what sends a form, and waits for the page that comes of it."""
        self.leave(self.one(css))

    def leave(self, element, how=None):
        """Clicks what leads to another page, or does `how`, and waits until that one is there."""
        self.driver.execute_script("document.documentElement.dataset.old = '1'")
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", element)
        (how or element.click)()

        def there(driver):
            return driver.execute_script("return document.readyState === 'complete' && !document.documentElement.dataset.old")

        WebDriverWait(self.driver, PATIENCE, poll_frequency=0.05, ignored_exceptions=[WebDriverException]).until(there)

    def type_above(self, text):
        """Into the search box of the frame, with Enter."""
        box = self.one('.find [name="q"]')
        box.clear()
        box.send_keys(text)
        self.leave(box, lambda: box.send_keys("\ue007"))

    def follow(self, text):
        self.leave(self.driver.find_element(By.LINK_TEXT, text))

    def sign_in(self, login, password):
        self.go("/console/signin")
        if self.language == "en" and self.all('input[name="lang"][value="en"]'):
            self.press(".language button")
        self.type("login", login)
        self.type("password", password)
        self.press()

    # --- looking ---

    def says(self):
        return self.one("body").text

    def path(self):
        return self.driver.current_url.removeprefix(self.stack.url)

    def shot(self, name):
        folder = os.environ.get("GRIDTILL_SHOTS")
        if folder:
            pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
            high = self.driver.execute_script("return Math.max(innerHeight, document.documentElement.scrollHeight)")
            picture = self.driver.execute_cdp_cmd("Page.captureScreenshot", {
                "captureBeyondViewport": True,
                "clip": {"x": 0, "y": 0, "width": self.width, "height": high, "scale": 1}})
            (pathlib.Path(folder) / f"{name}-{self.language}-{self.width}.png").write_bytes(
                base64.b64decode(picture["data"]))

    def source(self):
        """The page as it was sent, also where it answers a form."""
        document = self.driver.execute_cdp_cmd("Page.getFrameTree", {})["frameTree"]["frame"]["loaderId"]
        return self.driver.execute_cdp_cmd("Network.getResponseBody", {"requestId": document})["body"]

    def errors(self):
        """What the browser complained about since it was asked last; that an answer is 4xx is none."""
        return [e["message"] for e in self.driver.get_log("browser")
                if e["level"] == "SEVERE" and "status of 4" not in e["message"]]

    def judge(self, name):
        """A picture, and everything a page must be: no error in the console, valid HTML; at both widths it fits
        and has no violation of WCAG 2 AA."""
        errors = self.errors()
        if any("ERR_NETWORK_CHANGED" in error for error in errors):  # an interface came or went: nothing of ours
            self.driver.refresh()
            errors = self.errors()
        found = {"console": errors, "html": validate(self.source())}
        for width in HEIGHT:
            self.resize(width)
            wide = self.driver.execute_async_script(
                "const done = arguments[0];"
                "requestAnimationFrame(() => requestAnimationFrame(() => done(document.documentElement.scrollWidth)));")
            self.shot(name)
            found[f"too wide at {width}"] = [wide] if wide > width else []
            found[f"axe at {width}"] = axe(self.driver)
        self.resize(WIDE)
        assert not any(found.values()), f"{name}: {found}"


def axe(driver):
    """What axe-core finds, as (rule, elements)."""
    script = FOLDER / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists():
        pytest.skip("axe-core: run npm ci in tests/browser")
    if not driver.execute_script("return !!window.axe"):
        driver.execute_script(script.read_text())
    found = driver.execute_async_script(
        "const done = arguments[arguments.length - 1];"
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'], resultTypes: ['violations']})"
        ".then(r => done(r.violations.map(v => [v.id, v.nodes.map(n => n.html)])));")
    return found


@functools.cache
def validator():
    """The process that knows html-validate."""
    if not (FOLDER / "node_modules" / "html-validate").exists():
        pytest.skip("html-validate: run npm ci in tests/browser")
    process = subprocess.Popen(["node", FOLDER / "validator.mjs"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(process.kill)
    return process


def validate(source):
    """What html-validate finds in a page, as (rule, line, message)."""
    process = validator()
    process.stdin.write(json.dumps(source) + "\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())
