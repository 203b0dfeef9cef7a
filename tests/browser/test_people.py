"""Users, roles, credit, approvals and the operation log in Chromium: judged, in both languages, wide and narrow."""

import re

import stack as stacks
from console import PASSWORD, signed_in


def number_of(browser):
    return re.search(r"id=(\d+)", browser.path()).group(1)


def test_walk_users_and_roles(browser):
    login = f"walk.{browser.language}"
    browser.sign_in("manager", PASSWORD)
    browser.go("/console/users")
    browser.judge("users")
    browser.go("/console/users?q=nothing-like-this&org=NOT-THERE")
    browser.judge("users-empty")
    browser.go("/console/user/add")
    browser.judge("user-add")
    for name, text in (("name", "走查用户"), ("login", "bad login"), ("operator_no", login), ("org_id", "DEMO-STATION"),
                       ("limit", "20000")):
        browser.type(name, text)
    browser.choose("role_id", "3")
    browser.press()
    assert browser.driver.switch_to.active_element.get_attribute("id") == "f-login"
    browser.judge("user-add-wrong")
    browser.type("login", login)
    browser.press()
    browser.judge("user-first")
    browser.go(f"/console/search?q={login}")
    browser.judge("user")
    user = number_of(browser)
    for action in ("rename", "enable", "reset", "otp", "grant"):
        browser.go(f"/console/user/{action}?id={user}")
        browser.judge(f"user-{action}")
    browser.go(f"/console/user?id={user}")
    browser.leave(browser.one('a[href*="/grant/take"]'))
    browser.judge("grant-take")
    for path in ("roles", "role?id=2", "role/add", "who?user=cashier", "who?right=cashier.collect&org=DEMO-STATION",
                 "who?right=txn.view&org=DEMO-STATION", "who?user=nobody"):
        browser.go(f"/console/{path}")
        browser.judge(re.sub(r"\W+", "-", path))
    browser.go("/console/role/add")
    browser.type("name", "走查角色")
    browser.type("code", login)
    browser.one('[id="r-txn.view"]').send_keys(" ")
    browser.press()
    browser.judge("role-own")
    role = number_of(browser)
    for action in ("change", "remove"):
        browser.go(f"/console/role/{action}?id={role}")
        browser.judge(f"role-{action}")


def test_walk_credit_approvals_and_log(stack, browser):
    browser.sign_in("manager", PASSWORD)
    browser.go("/console/approvals?state=expired")
    browser.judge("approvals-empty")
    browser.go("/console/credit")
    browser.judge("credit")
    browser.leave(browser.one('a[href*="/credit/account"]'))
    account = number_of(browser)
    for action, fields in (("limit", {"credit": "300000", "reason": "春节前缴费高峰"}),
                           ("deposit", {"amount": "12,345.60", "reason": "工行 20261122-0042"}),
                           ("permit", {"customer_no": "3000000001", "amount": "6000", "reason": "敬老院集中购电"})):
        browser.go(f"/console/credit/{action}?id={account}")
        browser.judge(f"credit-{action}")
        for name, text in fields.items():
            browser.type(name, text)
        browser.press()
        assert browser.path() == f"/console/credit/account?id={account}"
    browser.go(f"/console/credit/suspend?id={account}")
    browser.judge("credit-suspend")
    browser.go(f"/console/credit/account?id={account}")
    browser.judge("credit-account")
    browser.go("/console/credit")
    browser.leave(browser.one('a[href*="/credit/quota"]'))
    browser.judge("credit-quota")
    browser.go("/console/approvals")
    browser.judge("approvals")
    requests = [a.get_attribute("href").split("/console")[1] for a in browser.all('tbody a[href*="/approval?"]')]
    browser.go(f"/console{requests[0]}")
    assert not browser.all('[name="decision"]')
    browser.judge("approval-own")
    browser.leave(browser.one(".actions button"))
    browser.judge("approval-withdrawn")
    browser.driver.delete_all_cookies()
    browser.sign_in("admin", PASSWORD)
    browser.go(f"/console{requests[1]}")
    browser.judge("approval")
    browser.type("note", "额度足够")
    browser.leave(browser.one('[value="refuse"]'))
    browser.judge("approval-refused")
    browser.go("/console/oplog")
    browser.judge("oplog")
    browser.leave(browser.one(".actions button"))
    browser.judge("oplog-check")


def test_credit_keeps_itself_true(stack, alone):
    """A limit that somebody else changes shows without a reload."""
    other = signed_in(stack, "admin")
    alone.sign_in("manager", PASSWORD)
    alone.go("/console/credit?kind=agent")
    alone.leave(alone.one('a[href*="/credit/account"]'))
    account = number_of(alone)
    other.get(f"/console/credit/limit?id={account}")
    seen = re.search(r'name="seen" value="(\d+)"', other.page.text).group(1)
    other.post(f"/console/credit/limit?id={account}", seen=seen, credit="43210")
    stacks.wait_until(lambda: "¥43,210.00" in alone.one("#live-credit").text, 60, "the new limit")
