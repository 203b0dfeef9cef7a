"""Terminals, parameters, marketing systems and health in Chromium."""

import re

import stack as stacks
from console import PASSWORD


def test_walk_terminals(browser):
    number = f"WALK-{browser.language}".upper()
    browser.sign_in("manager", PASSWORD)
    browser.go("/console/terminals")
    browser.judge("terminals")
    browser.go("/console/terminals?operator=nobody")
    browser.judge("terminals-none")
    browser.go("/console/terminal/add")
    browser.judge("terminal-add")
    browser.type("terminal_no", number)
    browser.choose("kind", "handheld")
    browser.type("org_id", "NO-SUCH")
    browser.type("limit_txn", "2,000")
    browser.press()
    assert browser.all("#e-org_id") and browser.one("#f-limit_txn").get_attribute("value") == "2,000"
    browser.judge("terminal-add-wrong")
    browser.type("org_id", "DEMO-STATION")
    browser.press()
    browser.judge("terminal-secret-once")
    browser.press("main p a.btn-main")
    browser.judge("terminal-new")
    here = re.search(r"id=\d+", browser.path()).group(0)
    browser.go(f"/console/terminal/bind?{here}")
    browser.judge("terminal-bind")
    browser.type("user_id", "900001")
    browser.press()
    browser.judge("terminal-bound")
    browser.go(f"/console/terminal/unbind?{here}&operator=900001")
    browser.judge("terminal-unbind")
    for action in ("alter", "secret", "enable"):
        browser.go(f"/console/terminal/{action}?{here}")
        browser.judge(f"terminal-{action}")
    browser.type("reason", "走查")
    browser.press()
    browser.judge("terminal-disabled")
    browser.go("/console/search?q=T0000001")
    browser.judge("terminal")


def test_walk_parameters(browser):
    browser.sign_in("admin", PASSWORD)
    browser.go("/console/params")
    browser.judge("params")
    browser.go("/console/params?org=NO-SUCH")
    browser.judge("params-none")
    here = "name=credit.second&org=DEMO-COUNTY"
    browser.go(f"/console/param/change?{here}")
    browser.type("value", "much")
    browser.press()
    assert browser.driver.switch_to.active_element.get_attribute("id") == "f-value"
    browser.judge("param-wrong")
    browser.type("value", "50,000")
    browser.press()
    assert "50,000.00" in browser.says()
    browser.judge("param")
    browser.go(f"/console/param/change?{here}")
    browser.judge("param-change")
    browser.press('button[name="clear"]')
    assert "100,000.00" in browser.says()
    browser.go("/console/param?name=lock.after&org=DEMO-COUNTY")
    browser.judge("param-top")
    browser.go("/console/param/change?name=otp.who&org=DEMO")
    browser.judge("param-choice")


def test_walk_systems_and_health(browser):
    stacks.wait_until(lambda: len(browser.stack.sql("SELECT id FROM gt_process")) >= 3, 60, "all processes have said that they live")
    browser.sign_in("admin", PASSWORD)
    browser.go("/console/systems")
    browser.judge("systems")
    browser.go("/console/system?name=sg186")
    browser.judge("system")
    browser.go("/console/system/test?name=sg186")
    browser.judge("system-test")
    browser.type("customer_no", "3000000001")
    browser.press()
    assert "3000000001" in browser.says()
    browser.judge("system-test-answer")
    browser.go("/console/health")
    browser.judge("health")
