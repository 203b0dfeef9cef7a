"""A cashier's way through the page, by keyboard alone."""

import base64
import re
import time

import pytest
from selenium.webdriver.common.keys import Keys

from terminal import fresh
from till import at_work, focused, keys, state, until


@pytest.fixture
def till(stack, browser):
    """A cashier at the page, in each language."""
    return at_work(stack, browser)


@pytest.fixture
def desk(stack, alone):
    """A cashier at the page, in Chinese."""
    return at_work(stack, alone)


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
    browser.go("/cashier/account")
    browser.judge("cashier-l-account")
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
    keys(browser, Keys.F10)
    until(browser, lambda: browser.all("form #f-amount"))
    browser.judge("cashier-j-remit")
    keys(browser, Keys.ENTER)
    until(browser, lambda: browser.path().startswith("/cashier/slip"))
    browser.judge("cashier-k-slip")
    browser.go("/cashier")
    browser.judge("cashier-e-no-shift")
    keys(browser, "0", Keys.ENTER)
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


def printed(desk):
    return desk.driver.execute_script("return window.printed")


def with_bills(stack, desk, least):
    """A customer with so many bills at least, looked up at the page."""
    while True:
        number = fresh("bill")
        keys(desk, number, Keys.ENTER)
        shows_customer(desk)
        if len(desk.all('[name="bill"]')) >= least:
            return number
        keys(desk, Keys.F2)
        until(desk, lambda: not desk.all("[data-sale]") and focused(desk) == "q")


def test_bills_from_number_to_receipt_all_chosen_and_in_advance(stack, desk):
    """By keyboard alone: one bill of several, then the others and something in advance."""
    number = with_bills(stack, desk, 2)
    bills = desk.all('[name="bill"]')
    due = [int(bill.get_attribute("data-fen")) for bill in bills]
    assert focused(desk) == "tendered"
    for bill in bills[1:]:  # the cursor goes to a box by Tab; a space takes the tick away
        while desk.driver.switch_to.active_element != bill:
            keys(desk, Keys.SHIFT + Keys.TAB)
        keys(desk, Keys.SPACE)
    assert desk.one("[data-due]").text == f"¥{due[0] / 100:,.2f}"
    keys(desk, Keys.ENTER)
    until(desk, lambda: state(desk) == "posted" and printed(desk))
    assert f"户号 {number}" in printed(desk)[0] and f"¥{due[0] / 100:,.2f}" in printed(desk)[0]
    keys(desk, number, Keys.ENTER)
    until(desk, lambda: desk.all("[data-sale]"))
    assert "该客户今日已有" in desk.says() and len(desk.all('[name="bill"]')) == len(due) - 1
    while focused(desk) != "advance":
        keys(desk, Keys.SHIFT + Keys.TAB)
    total = f"¥{(sum(due[1:]) + 1000) / 100:,.2f}"
    keys(desk, "10")
    assert desk.one("[data-due]").text == total
    keys(desk, Keys.ENTER)
    until(desk, lambda: state(desk) == "posted" and printed(desk))
    assert total in printed(desk)[0] and "其中预收 ¥10.00" in printed(desk)[0] and "本笔用时" in desk.one("#clock").text
    keys(desk, Keys.F6)
    until(desk, lambda: len(printed(desk)) == 2)
    assert "（补打 1）" in printed(desk)[1]
    keys(desk, number, Keys.ENTER)
    until(desk, lambda: "没有欠费，无需缴费" in desk.says())
    assert not desk.all("[data-sale]") and focused(desk) == "q"
    desk.judge("cashier-n-nothing-due")


def test_f3_goes_between_arrears_and_recharge(stack, desk):
    number = fresh("remote")
    stack.sim("bill", "--db", stack.sim_db, number, "30.00")
    keys(desk, number, Keys.ENTER)
    until(desk, lambda: desk.all('[name="bill"]'))
    keys(desk, Keys.F3)
    until(desk, lambda: desk.all("#f-amount"))
    assert "该客户有欠费" in desk.says() and focused(desk) == "amount"
    desk.judge("cashier-m-arrears")
    keys(desk, Keys.F3)
    until(desk, lambda: desk.all('[name="bill"]'))
    keys(desk, Keys.ENTER)
    until(desk, lambda: state(desk) == "posted" and printed(desk))
    assert "已收 ¥30.00" in desk.says()
    keys(desk, number, Keys.ENTER)
    until(desk, lambda: desk.all("#f-amount"))
    keys(desk, "50", Keys.ENTER)
    until(desk, lambda: state(desk) == "posted" and "已收 ¥50.00" in desk.says())


def test_a_customer_is_found_by_name_with_the_keyboard(till):
    keys(till, "阳光小区 人民路", Keys.ENTER)
    until(till, lambda: till.all(".till-what td.number"))
    number = till.one(".till-what td.number a").text
    till.judge("cashier-r-found")
    assert till.driver.switch_to.active_element.text == number
    keys(till, Keys.ENTER)
    shows_customer(till)
    assert number in till.says()
    till.go("/cashier?q=月球 环形山")
    till.judge("cashier-s-none-found")
    assert focused(till) == "q"


# --- never twice ---


def sell(browser, number, amount="50"):
    """Types number and amount; the sale is then on its way."""
    browser.go("/cashier")
    keys(browser, number, Keys.ENTER)
    shows_customer(browser)
    keys(browser, amount, Keys.ENTER)


def sold(stack, number):
    """How many sales of a customer were posted, and how many there are at all."""
    rows = stack.sql(f"SELECT state FROM gt_txn WHERE customer_no = '{number}'")
    return sum(1 for (state,) in rows if int(state) == 2), len(rows)


def test_a_second_click_and_a_reload_collect_once(stack, desk):
    number = fresh("remote")
    desk.go(f"/cashier?q={number}")
    keys(desk, "50")
    desk.driver.execute_script("const b = document.querySelector('.till-go button'); b.click(); b.click(); b.click();")
    until(desk, lambda: state(desk) == "posted")
    until(desk, lambda: desk.driver.execute_script("return window.printed.length"))
    desk.driver.refresh()
    assert state(desk) == "posted" and "已收 ¥50.00" in desk.says()
    assert desk.driver.execute_script("return window.printed.length") == 0  # it was printed already
    assert sold(stack, number) == (1, 1)


def test_back_and_again_is_another_sale_only_if_it_is_meant(stack, desk):
    number = fresh("remote")
    sell(desk, number)
    until(desk, lambda: state(desk) == "posted")
    desk.driver.back()
    until(desk, lambda: not state(desk))
    desk.driver.forward()
    until(desk, lambda: state(desk) == "posted")
    assert sold(stack, number) == (1, 1)


def test_the_page_without_scripts_goes_back_to_what_was_sold(stack, desk):
    number = fresh("remote")
    desk.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        desk.go(f"/cashier?q={number}")
        desk.one("#f-amount").send_keys("50", Keys.ENTER)
        until(desk, lambda: "已收 ¥50.00" in desk.says())
        desk.driver.back()
        until(desk, lambda: desk.all("#f-amount"))
        assert sold(stack, number) == (1, 1)
        desk.driver.forward()
        until(desk, lambda: "已收 ¥50.00" in desk.says())
        desk.one(".till-print button").click()
        until(desk, lambda: desk.all(".receipt.counted"))
    finally:
        desk.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    assert sold(stack, number) == (1, 1)


def test_two_tabs_of_one_customer_collect_once(stack, desk):
    number = fresh("remote")
    desk.go(f"/cashier?q={number}")
    first = desk.driver.current_window_handle
    desk.driver.switch_to.new_window("tab")
    second = desk.driver.current_window_handle
    try:
        desk.go(f"/cashier?q={number}")
        for tab in (first, second):
            desk.driver.switch_to.window(tab)
            desk.one("#f-amount").send_keys("50", Keys.ENTER)
            until(desk, lambda: state(desk))
        assert state(desk) == "declined" and "此页打开后该客户又有交易" in desk.says()
        assert sold(stack, number) == (1, 2)
    finally:
        desk.driver.close()
        desk.driver.switch_to.window(first)


@pytest.mark.parametrize("process", ["cashier", "nginx"])
def test_a_connection_that_is_cut_finds_its_way_back(stack, desk, process):
    number = fresh("remote")
    stack.fault("slow", "--operation", "recharge")
    try:
        sell(desk, number)
        until(desk, lambda: stack.sql(f"SELECT id FROM gt_txn WHERE customer_no = '{number}'"))
        stack.kill(process)
        until(desk, lambda: "请勿重复收费" in desk.says() or state(desk))
        until(desk, lambda: state(desk) == "posted", 40)
    finally:
        stack.fault("none")
    assert sold(stack, number) == (1, 1)


def test_a_browser_that_is_offline_asks_again(stack, desk):
    number = fresh("remote")
    desk.go(f"/cashier?q={number}")
    offline = {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}
    desk.driver.execute_cdp_cmd("Network.emulateNetworkConditions", offline)
    try:
        keys(desk, "50", Keys.ENTER)
        until(desk, lambda: "正在用同一单号" in desk.says())
        assert sold(stack, number) == (0, 0)
    finally:
        desk.driver.execute_cdp_cmd("Network.emulateNetworkConditions", {
            "offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1})
    until(desk, lambda: state(desk) == "posted")
    assert sold(stack, number) == (1, 1)


def test_a_slow_system_shows_seconds(stack, desk):
    stack.fault("slow", "--operation", "recharge")
    try:
        sell(desk, fresh("remote"))
        until(desk, lambda: re.search(r"正在办理… [12] s", desk.one("[data-status]").text))
        until(desk, lambda: state(desk) == "posted")
    finally:
        stack.fault("none")


def test_in_doubt_is_lived_with(stack, till):
    number = fresh("remote")
    with stack.hold("worker", "worker"):
        stack.fault("lost-reply", "--operation", "recharge")
        try:
            sell(till, number)
            until(till, lambda: state(till) == "doubt")
        finally:
            stack.fault("none")
        before = int(till.one("[data-seconds]").text)
        until(till, lambda: int(till.one("[data-seconds]").text) > before)
        till.judge("cashier-f-doubt")
        assert not till.driver.execute_script("return window.printed.length")
    until(till, lambda: state(till) == "posted", 30)
    until(till, lambda: till.driver.execute_script("return window.printed.length"))
    assert focused(till) == "q"
    assert sold(stack, number) == (1, 1)


def test_the_cash_of_what_was_released_is_asked_about(stack, till):
    number = fresh("remote")
    stack.fault("lost-request", "--operation", "recharge")
    try:
        sell(till, number)
        until(till, lambda: state(till) == "doubt")
    finally:
        stack.fault("none")
    until(till, lambda: state(till) == "declined", 30)
    assert focused(till) == "cash"
    till.judge("cashier-o-cash")
    till.one('.till-find [name="q"]').send_keys(number, Keys.ENTER)
    shows_customer(till)
    till.judge("cashier-p-untold")
    till.one('a[href^="/cashier/done?id="]').click()
    until(till, lambda: state(till) == "declined")
    keys(till, Keys.ENTER)
    until(till, lambda: state(till) == "declined" and not till.all('[name="cash"]'))
    till.judge("cashier-q-told")
    assert sold(stack, number) == (0, 1)


# --- keys, scanner, paper ---


def test_the_keys_do_what_they_say(stack, desk):
    number = fresh("remote")
    sell(desk, number)
    until(desk, lambda: state(desk) == "posted")
    until(desk, lambda: desk.driver.execute_script("return window.printed.length") == 1)
    keys(desk, Keys.F6)
    until(desk, lambda: desk.driver.execute_script("return window.printed.length") == 2)
    assert "（补打 1）" in desk.driver.execute_script("return window.printed")[1]
    keys(desk, Keys.F7)
    until(desk, lambda: desk.all("#f-reason"))
    keys(desk, "50", Keys.TAB, "金额输错", Keys.ENTER)
    until(desk, lambda: state(desk) == "posted" and "已冲正 ¥50.00" in desk.says())
    keys(desk, Keys.F2)
    until(desk, lambda: desk.path() == "/cashier")
    keys(desk, Keys.F8)
    until(desk, lambda: desk.path() == "/cashier/shift")
    keys(desk, Keys.ESCAPE)
    until(desk, lambda: desk.path() == "/cashier")
    keys(desk, Keys.F7)
    until(desk, lambda: desk.path() == "/cashier/last")
    assert focused(desk) == "q"


def test_a_scanner_types_wherever_the_cursor_is(desk):
    number = fresh("remote")
    desk.go("/cashier")
    desk.driver.execute_script("document.activeElement.blur()")
    keys(desk, number + Keys.ENTER)
    shows_customer(desk)
    assert number in desk.says()


def test_the_sums_follow_what_is_typed(stack, desk):
    number = fresh("bill")
    desk.go(f"/cashier?q={number}")
    due = desk.one("[data-due]").text
    keys(desk, "5000")
    assert desk.one("[data-change]").text.startswith("¥4,") or desk.one("[data-change]").text.startswith("¥5,000")
    desk.one("[data-fen]").click()
    assert desk.one("[data-due]").text != due
    desk.one('input[value="wechat"]').click()
    assert not desk.one("#f-tendered").is_displayed()


@pytest.mark.parametrize("paper, width", [("80", 227), ("a5", 595)])
def test_the_receipt_fits_its_paper(desk, paper, width):
    number = fresh("remote")
    sell(desk, number)
    until(desk, lambda: desk.all(".receipt.counted"))
    desk.press(f'.till-papers button[value="{paper}"]')
    pdf = base64.b64decode(desk.driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})["data"])
    [box] = set(re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf))  # one page
    assert abs(float(box[0]) - width) < 2
    desk.press('.till-papers button[value="80"]')
