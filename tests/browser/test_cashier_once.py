"""The cashier page in a browser that is interrupted: clicked twice, loaded anew, gone back, left for another tab, offline,
its service killed.  Whatever happens, the money moves once and the page finds back to what became of it.

Each form as requests, and sent in wrong ways: tests/flows/test_cashier_once.py.  Not here: cards, which ask the card
(test_cashier_cards.py).
"""

import re

import pytest
from selenium.webdriver.common.keys import Keys

from console import PASSWORD, figures, signed_in
from terminal import fresh
from till import PRINTER, at_work, keys, state, until

BILLS, RECHARGE, REVERSE = "缴费", "充值", "冲正"


@pytest.fixture
def desk(stack, alone):
    return at_work(stack, alone)


def due(stack, kind):
    """A customer, one with bills for BILLS."""
    visitor = signed_in(stack, "cashier")
    while True:
        number = fresh("bill" if kind == BILLS else "remote")
        page = visitor.get(f"/cashier?q={number}").text
        if kind != BILLS or 'name="bill"' in page:
            return number


def ready(stack, desk, kind):
    """Brings the page to where one Enter does it; gives the customer."""
    number = due(stack, kind)
    desk.go(f"/cashier?q={number}")
    if kind == BILLS:
        keys(desk, "5000")
    else:
        keys(desk, "50")
    if kind == REVERSE:
        keys(desk, Keys.ENTER)
        until(desk, lambda: state(desk) == "posted")
        keys(desk, Keys.F7)
        until(desk, lambda: desk.all("#f-reason"))
        keys(desk, "50", Keys.TAB, "金额输错")
    return number


def moved(stack, number, kind):
    """How often the business was stored for the customer, in any state."""
    op = {BILLS: 1, RECHARGE: 2, REVERSE: 7}[kind]
    return figures(stack, f"SELECT COUNT(*) FROM gt_txn WHERE customer_no = '{number}' AND op = {op}")[0]


def under_way(stack, desk, number, kind):
    until(desk, lambda: moved(stack, number, kind) == 1)


def clicked(stack, desk, number, kind):
    desk.driver.execute_script("const b = document.querySelector('.till-go button'); b.click(); b.click(); b.click();")


def loaded_anew(stack, desk, number, kind):
    keys(desk, Keys.ENTER)
    under_way(stack, desk, number, kind)
    desk.driver.refresh()


def gone_back(stack, desk, number, kind):
    keys(desk, Keys.ENTER)
    under_way(stack, desk, number, kind)
    desk.driver.back()


def left(stack, desk, number, kind):
    keys(desk, Keys.ENTER)
    under_way(stack, desk, number, kind)
    desk.go("/cashier")


def typed_again_in_a_second_tab(stack, desk, number, kind):
    keys(desk, Keys.ENTER)
    under_way(stack, desk, number, kind)
    first = desk.driver.current_window_handle
    desk.driver.switch_to.new_window("tab")
    desk.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": PRINTER})
    desk.go(f"/cashier?q={number}")
    second = desk.driver.current_window_handle
    desk.driver.switch_to.window(first)
    desk.driver.close()
    desk.driver.switch_to.window(second)


def offline(stack, desk, number, kind):
    desk.driver.execute_cdp_cmd("Network.enable", {})  # in this tab, which may be a new one
    away = {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}
    desk.driver.execute_cdp_cmd("Network.emulateNetworkConditions", away)
    try:
        keys(desk, Keys.ENTER)
        until(desk, lambda: "正在用同一单号" in desk.says())
    finally:
        desk.driver.execute_cdp_cmd("Network.emulateNetworkConditions", {**away, "offline": False, "downloadThroughput": -1,
                                                                         "uploadThroughput": -1})


def killed(stack, desk, number, kind):
    keys(desk, Keys.ENTER)
    under_way(stack, desk, number, kind)
    stack.kill("cashier")


WAYS = (clicked, loaded_anew, gone_back, left, typed_again_in_a_second_tab, offline, killed)


@pytest.mark.parametrize("kind", [BILLS, RECHARGE, REVERSE], ids=["bills", "recharge", "reverse"])
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_however_it_is_interrupted_it_is_done_once_and_found(stack, desk, way, kind):
    number = ready(stack, desk, kind)
    said = "已冲正 ¥50.00" if kind == REVERSE else "已收 ¥"
    operation = {BILLS: "pay", RECHARGE: "recharge", REVERSE: "reverse"}[kind]
    stack.fault("slow", "--operation", operation)
    try:
        way(stack, desk, number, kind)
        until(desk, lambda: state(desk) == "posted" and said in desk.says(), 40)
    finally:
        stack.fault("none")
    until(desk, lambda: desk.all(".receipt.counted"))
    assert moved(stack, number, kind) == 1
    desk.go("/cashier")  # what was found is not looked for again
    assert desk.path() == "/cashier" and state(desk) == ""


def test_a_page_left_before_its_order_arrived_says_so_and_nothing_was_taken(stack, desk):
    number = ready(stack, desk, RECHARGE)
    desk.driver.execute_script("window.fetch = () => new Promise(() => {})")  # the line is dead
    keys(desk, Keys.ENTER)
    until(desk, lambda: "正在办理" in desk.says())
    desk.driver.refresh()
    until(desk, lambda: "平台没有收到这一笔" in desk.says())
    assert moved(stack, number, RECHARGE) == 0
    desk.go(f"/cashier?q={number}")
    keys(desk, "50", Keys.ENTER)
    until(desk, lambda: state(desk) == "posted")
    assert moved(stack, number, RECHARGE) == 1


def test_an_order_that_arrives_late_is_still_found(stack, desk):
    number = ready(stack, desk, RECHARGE)
    form = desk.driver.execute_script("return [...new FormData(document.querySelector('[data-sale]'))]")
    trace = dict(form)["trace"]
    desk.go(f"/cashier/done?trace={trace}")
    assert "平台没有收到这一笔" in desk.says()
    desk.driver.execute_script("fetch('/cashier/sale', {method: 'POST', body: new URLSearchParams(arguments[0])})", form)
    until(desk, lambda: state(desk) == "posted")
    assert moved(stack, number, RECHARGE) == 1


# --- the shift


@pytest.fixture
def own(stack, alone):
    """A cashier of the test's own, without a shift."""
    login = "interrupted"
    if not stack.sql(f"SELECT id FROM gt_user WHERE login = '{login}'"):
        stack.add_cashier(login, "770001", "10000")
        visitor = signed_in(stack, login, "GridTill-test-1")
        visitor.get("/console/password")
        visitor.post("/console/password", old="GridTill-test-1", password=PASSWORD, again=PASSWORD)
    alone.sign_in(login, PASSWORD)
    return alone


def submit(browser, css, how):
    """Sends a form: clicked three times; or once, and then gone back and sent again, or loaded anew."""
    browser.driver.execute_script("document.documentElement.dataset.old = '1'")
    click = f"const b = document.querySelector({css!r}); b.click();"
    browser.driver.execute_script(click + (" b.click(); b.click();" if how == "clicked" else ""))
    until(browser, lambda: browser.driver.execute_script(
        "return document.readyState === 'complete' && !document.documentElement.dataset.old"))
    if how == "loaded":
        browser.driver.refresh()
    elif how == "back":
        browser.driver.back()
        # An answer at the form's own address takes its place: there is nothing to go back to.
        if browser.driver.execute_script(f"return !!document.querySelector({css!r})?.checkVisibility()"):
            browser.press(css)


@pytest.mark.parametrize("how", ["clicked", "loaded", "back"])
def test_a_shift_is_opened_counted_closed_and_remitted_once(stack, own, how):
    user = figures(stack, "SELECT id FROM gt_user WHERE login = 'interrupted'")[0]
    shifts = figures(stack, f"SELECT COUNT(*) FROM gt_shift WHERE user_id = {user}")[0]
    slips = "SELECT COUNT(*) FROM gt_slip WHERE account_id = (SELECT account_id FROM gt_user WHERE login = 'interrupted')"
    before = figures(stack, slips)[0]
    own.go("/cashier")
    own.one("#f-float").send_keys("100")
    submit(own, 'form[action="/cashier/shift/open"] button', how)
    own.go(f"/cashier?q={fresh('remote')}")
    keys(own, "50", Keys.ENTER)
    until(own, lambda: state(own) == "posted")
    own.go("/cashier/shift")
    assert "当班" in own.says()
    own.one("#p-5000, #f-pieces_5000").send_keys("3")
    submit(own, ".till-count button[type=submit]", how)
    own.go("/cashier/shift")
    assert "账款相符" in own.says() and "清点合计" in own.says()
    submit(own, 'form[action^="/cashier/shift/close"] button[type=submit]', how)
    own.go("/cashier/remit")
    assert re.search(r"待解缴\s*¥50.00", own.says()), own.says()
    own.type("amount", "50")
    submit(own, 'form[action="/cashier/remit"] button[type=submit]', how)
    assert figures(stack, f"SELECT COUNT(*), SUM(counts), MIN(state) FROM gt_shift WHERE user_id = {user}") == (
        shifts + 1, shifts + 1, 3)
    assert figures(stack, slips)[0] == before + 1
    own.go("/cashier/remit")
    assert "没有可解缴的款项" in own.says()
