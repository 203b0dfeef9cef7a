"""Differences by hand in Chromium: the list, an item, its actions by two persons; both languages, wide and narrow."""

import pytest
from selenium.webdriver.common.keys import Keys

from console import PASSWORD, signed_in
from slips import png
from terminal import Terminal, fresh


@pytest.fixture(scope="module")
def stack(make_stack):
    """A platform of one's own: its books differ from upstream's in the end."""
    return make_stack()


@pytest.fixture(scope="module")
def items(stack):
    """One of each of some classes: their numbers by class."""
    terminal = Terminal(stack)
    sold = [terminal.recharge(fresh("remote"), amount).TransactionNo for amount in ("1234.50", "66.60", "10.00", "20.00")]
    date = stack.sql("SELECT biz_date FROM gt_state")[0][0]
    for kind, serial in (("missing", sold[0]), ("amount", sold[1]), ("twice", sold[2]), ("state", sold[3]), ("extra", None)):
        stack.sim("plant", kind, "--db", stack.sim_db, "--date", date, *(("--serial", serial) if serial else ()))
    assert stack.gridtill("reconcile", "sg186", date, "--lines", check=False).returncode == 3
    return {int(row[0]): int(row[1]) for row in stack.sql("SELECT class, id FROM gt_item")}


def decide(stack, item):
    admin = signed_in(stack, "admin")
    [(asked,)] = stack.sql(f"SELECT MAX(id) FROM gt_approval WHERE kind = 'item' AND object_id = {item}")
    admin.get("/console/account")
    assert admin.post(f"/console/approval?id={asked}", decision="approve", version="1").status_code == 303


def test_walk_items(browser, stack, items):
    only_ours, twice = items[4], items[6]
    browser.sign_in("manager", PASSWORD)
    browser.go("/console/items")
    browser.judge("items")
    browser.go("/console/items?q=nothing-like-it&age=week&org=NO-SUCH&from=x")
    browser.judge("items-empty")
    hostile = signed_in(stack, "manager")
    hostile.get(f"/console/item/note?id={twice}")
    hostile.post(f"/console/item/note?id={twice}", note='<script>alert(1)</script>"\'&' + "长" * 150)
    hostile.get(f"/console/item/attach?id={twice}")
    hostile.session.post(hostile.url(f"/console/item/attach?id={twice}"), data={"token": hostile.token()}, timeout=30,
                         files={"file": ("<b>回单.png", png(str(twice)))})
    browser.go(f"/console/item?id={twice}")
    browser.judge("item-hostile")
    for path in ("note", "attach"):
        browser.go(f"/console/item/{path}?id={twice}")
        browser.judge(f"item-{path}")
    browser.go(f"/console/item?id={only_ours}")
    if stack.sql(f"SELECT state FROM gt_item WHERE id = {only_ours}")[0][0] in (1, "1"):
        browser.judge("item-open")
    browser.go(f"/console/item/ask?id={twice}&action=to_suspense")
    browser.judge("item-ask")
    browser.go("/console/dashboard")
    browser.judge("items-dashboard")


def test_an_item_is_settled_by_keyboard(alone, stack, items):
    """From the list to suspense and out of it, without a mouse; another person decides."""
    item = items[5] if stack.sql(f"SELECT o.parent_id FROM gt_item i JOIN gt_org o ON o.id = i.org_id WHERE i.id = {items[5]}")[0][0] not in (0, "0") else items[4]
    alone.sign_in("manager", PASSWORD)
    for action, way in (("to_suspense", None), ("clear", "bank")):
        alone.go("/console/items")
        alone.leave(alone.one(f"tbody a[href='/console/item?id={item}']"), lambda: alone.one(
            f"tbody a[href='/console/item?id={item}']").send_keys(Keys.ENTER))
        link = alone.one(f".choices a[href*='action={action}']")
        alone.leave(link, lambda link=link: link.send_keys(Keys.ENTER))
        if way:
            alone.choose("way", way)
        reason = alone.one("#f-reason")
        reason.send_keys("已与营销核对")
        alone.leave(reason, lambda reason=reason: reason.send_keys(Keys.ENTER))
        assert "待审批" in alone.says()
        if action == "clear":
            alone.judge("item-asked")
        decide(stack, item)
    alone.go(f"/console/item?id={item}")
    assert "已处理" in alone.says() and "清账" in alone.says()
    alone.judge("item-closed")
