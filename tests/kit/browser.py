"""A real browser: Chromium without a window, at two widths, with pictures and two judges.

Pictures go to the folder that GRIDTILL_SHOTS names, if it names one.  The judges are axe-core (WCAG 2
A and AA) and html-validate; both come by `npm ci` in tests/browser, without which they are skipped.
"""

import json
import os
import pathlib
import subprocess
import tempfile

import pytest
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "browser"
OPTIONS = ("--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
           "--disable-component-update --disable-sync --ignore-certificate-errors --no-proxy-server").split()
HEIGHT = {1280: 800, 390: 844}


class Browser:
    """One browser of a width; `language` is that of its pages."""

    def __init__(self, stack, width=1280, language="zh"):
        options = webdriver.ChromeOptions()
        for option in OPTIONS:
            options.add_argument(option)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.stack, self.width, self.language = stack, width, language
        self.driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        self.driver.set_page_load_timeout(20)
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": HEIGHT[width], "deviceScaleFactor": 1, "mobile": width < 600})

    def close(self):
        self.driver.quit()

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

    def leave(self, element):
        """Clicks what leads to another page, and waits until that one is there."""
        self.driver.execute_script("document.documentElement.dataset.old = '1'")
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", element)
        element.click()

        def there(driver):
            return driver.execute_script("return document.readyState === 'complete' && !document.documentElement.dataset.old")

        WebDriverWait(self.driver, 20, ignored_exceptions=[WebDriverException]).until(there)

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
            self.driver.save_screenshot(str(pathlib.Path(folder) / f"{name}-{self.language}-{self.width}.png"))

    def judge(self, name):
        """A picture, and everything a page must be: fits its width, no error in the console, no violation of WCAG
        2 AA, valid HTML."""
        self.shot(name)
        wide = self.driver.execute_script("return document.documentElement.scrollWidth")
        errors = [e["message"] for e in self.driver.get_log("browser")
                  if e["level"] == "SEVERE" and "status of 4" not in e["message"]]
        found = {"width": [wide] if wide > self.width else [], "console": errors, "axe": axe(self.driver),
                 "html": validator(self.driver)}
        assert not any(found.values()), f"{name}: {found}"


def axe(driver):
    """What axe-core finds, as (rule, elements)."""
    script = FOLDER / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists():
        pytest.skip("axe-core: run npm ci in tests/browser")
    driver.execute_script(script.read_text())
    found = driver.execute_async_script(
        "const done = arguments[arguments.length - 1];"
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']}).then(r => done(r.violations));")
    return [(v["id"], [n["html"] for n in v["nodes"]]) for v in found]


def validator(driver):
    """What html-validate finds in the page as it was sent."""
    program = FOLDER / "node_modules" / ".bin" / "html-validate"
    if not program.exists():
        pytest.skip("html-validate: run npm ci in tests/browser")
    source = driver.execute_async_script(
        "const done = arguments[arguments.length - 1];"
        "fetch(location.href, {credentials: 'same-origin'}).then(r => r.text()).then(done);")
    with tempfile.NamedTemporaryFile("w", suffix=".html", dir=FOLDER) as page:
        page.write(source)
        page.flush()
        done = subprocess.run([program, "--formatter", "json", "--config", FOLDER / "html-validate.json", page.name],
                              capture_output=True, text=True, check=False, timeout=60)
    return [(m["ruleId"], m["line"], m["message"]) for r in json.loads(done.stdout or "[]") for m in r["messages"]]
