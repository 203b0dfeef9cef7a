"""Cards at the cashier page: a virtual reader and card, the bridge, Chromium."""

import contextlib
import re
import time

import pytest
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.keys import Keys

from desk import ORIGIN, Desk
from stack import Unable, free_port
from terminal import fresh
from till import at_work, focused, keys, state, until


@pytest.fixture(scope="module")
def port():
    return free_port()


@pytest.fixture(scope="module")
def stack(make_stack, port):
    """A platform whose cashiers have their bridges at a port of this test."""
    return make_stack(environment={"GRIDTILL_BRIDGE": f"http://127.0.0.1:{port}"})


@pytest.fixture(scope="module")
def reader(stack, port):
    try:
        one = Desk(origins=(stack.url, ORIGIN), port=port)
    except Unable as why:
        pytest.skip(str(why))
    yield one
    one.stop()


@pytest.fixture
def desk(stack, alone, reader):
    return at_work(stack, alone)


@pytest.fixture
def card(reader):
    """A customer of a card meter, whose card is in the reader; card 0."""
    number = fresh("card")
    reader.customer(number)
    reader.put_in()
    yield number
    reader.take_out()


def sell(browser, number, amount="50"):
    browser.go(f"/cashier?q={number}")
    until(browser, lambda: browser.all("form[data-ready]"))
    browser.one("#f-amount").send_keys(amount, Keys.ENTER)


def card_state(stack, number):
    rows = stack.sql(f"SELECT card_state, state FROM gt_txn WHERE customer_no = '{number}' AND op IN (2, 3, 4) ORDER BY id")
    return [(int(leg), int(ours)) for leg, ours in rows]


def test_a_card_is_charged_from_reading_to_receipt(stack, desk, reader, card):
    sell(desk, card)
    until(desk, lambda: state(desk) == "posted", 20)
    until(desk, lambda: desk.driver.execute_script("return window.printed.length"))
    assert "购电次数 2" in desk.driver.execute_script("return window.printed")[0]
    assert reader.read()["purchase_count"] == 2
    assert card_state(stack, card) == [(2, 2)]


def test_a_card_is_charged_in_ten_seconds_with_one_key(stack, desk, reader, card):
    """From the card put in to the receipt: besides the amount, one key."""
    reader.take_out()
    desk.driver.execute_script("localStorage.setItem('bridge', '1')")
    desk.go("/cashier")
    begun = time.monotonic()
    reader.put_in()
    until(desk, lambda: desk.all("form[data-ready]"))
    assert f"q={card}" in desk.path() and focused(desk) == "amount"
    keys(desk, "50", Keys.ENTER)
    until(desk, lambda: state(desk) == "posted", 20)
    until(desk, lambda: desk.driver.execute_script("return window.printed.length"))
    assert time.monotonic() - begun < 10
    shown = re.fullmatch(r"本笔用时 ([\d.]+) s", desk.one("#clock").text)
    assert 0 < float(shown.group(1)) < 10
    assert reader.read()["purchase_count"] == 2 and card_state(stack, card) == [(2, 2)]


def test_a_page_that_lost_its_place_asks_the_card(stack, desk, reader, card):
    reader.take_out()
    reader.put_in()
    desk.go(f"/cashier?q={card}")
    until(desk, lambda: desk.all("form[data-ready]"))
    desk.driver.execute_script("writeCard = () => {}; document.querySelector('#f-amount').value = '50'")
    desk.one("#f-amount").send_keys(Keys.ENTER)
    until(desk, lambda: state(desk))
    until(desk, lambda: state(desk) == "posted", 20)
    assert reader.read()["purchase_count"] == 2
    assert card_state(stack, card) == [(2, 2)]


def test_a_write_that_fails_is_written_again(stack, desk, reader, card):
    desk.go(f"/cashier?q={card}")
    until(desk, lambda: desk.all("form[data-ready]"))
    reader.do("tear 8 before")  # behind the looking (6 commands), before the step that counts
    desk.one("#f-amount").send_keys("50", Keys.ENTER)
    until(desk, lambda: state(desk) == "to_write")
    until(desk, lambda: reader.get("/status")["state"] != "card")
    desk.judge("cashier-g-writing")
    reader.put_in()
    until(desk, lambda: desk.one("[data-rewrite]").is_displayed())
    desk.judge("cashier-g-rewrite")
    keys(desk, Keys.ENTER)
    until(desk, lambda: state(desk) == "posted", 20)
    assert reader.read()["purchase_count"] == 2
    assert card_state(stack, card) == [(2, 2)]


@pytest.mark.parametrize("how", ["loaded anew", "left", "in a second tab", "killed"])
def test_a_purchase_interrupted_on_its_way_is_written_once(stack, desk, reader, card, how):
    """While upstream is slow: whoever comes back finds the purchase, and its card is written by then."""
    first = desk.driver.current_window_handle
    stack.fault("slow", "--operation", "recharge")
    try:
        sell(desk, card)
        until(desk, lambda: card_state(stack, card))
        if how == "loaded anew":
            desk.driver.refresh()
        elif how == "left":
            desk.go("/cashier")
        elif how == "killed":
            stack.kill("cashier")
        else:
            desk.driver.switch_to.new_window("tab")
            desk.go(f"/cashier?q={card}")
        until(desk, lambda: state(desk) == "posted", 40)
    finally:
        stack.fault("none")
        if how == "in a second tab":
            desk.driver.close()
            desk.driver.switch_to.window(first)
    assert reader.read()["purchase_count"] == 2
    assert card_state(stack, card) == [(2, 2)]


def test_writing_that_is_interrupted_goes_on_where_the_card_says(stack, desk, reader, card):
    """The card is torn out, the page loaded anew and opened in a second tab, the service killed: one purchase, one write."""
    desk.go(f"/cashier?q={card}")
    until(desk, lambda: desk.all("form[data-ready]"))
    reader.do("tear 8 before")
    desk.one("#f-amount").send_keys("50", Keys.ENTER)
    until(desk, lambda: state(desk) == "to_write")
    until(desk, lambda: reader.get("/status")["state"] != "card")
    desk.driver.refresh()
    assert state(desk) == "to_write"
    first, address = desk.driver.current_window_handle, desk.path()
    desk.driver.switch_to.new_window("tab")
    desk.go(address)
    stack.kill("cashier")
    reader.put_in()

    def written():
        """Two tabs read the card in turns, and a packet is for one reading: it is written again until it is there."""
        with contextlib.suppress(WebDriverException):  # the page goes on meanwhile
            desk.driver.execute_script("const f = document.querySelector('[data-rewrite]:not([hidden])');"
                                       "if (f) { const b = f.querySelector('button'); b.click(); b.click(); }")
            return state(desk) == "posted"
        return False

    until(desk, written, 30)
    desk.driver.close()
    desk.driver.switch_to.window(first)
    desk.driver.refresh()
    until(desk, lambda: state(desk) == "posted", 20)
    assert reader.read()["purchase_count"] == 2
    assert card_state(stack, card) == [(2, 2)]


def test_the_card_of_another_is_not_charged(stack, desk, reader, card):
    other = fresh("card")
    desk.go(f"/cashier?q={other}")
    until(desk, lambda: "不是要用的卡" in desk.one("[data-card-status]").text)
    desk.one("#f-amount").send_keys("50", Keys.ENTER)
    assert card_state(stack, other) == []
    desk.go(f"/cashier?q=C{card}")
    until(desk, lambda: desk.all("form[data-ready]"))


def test_an_account_is_opened_with_a_blank_card(stack, desk, reader):
    number = fresh("unopened")
    reader.do(f"card 1 N{number}")
    reader.put_in(1)
    try:
        desk.go(f"/cashier?q={number}")
        until(desk, lambda: desk.all("form[data-ready]"))
        desk.judge("cashier-h-open")
        desk.one("#f-amount").send_keys("100", Keys.ENTER)
        until(desk, lambda: state(desk) == "posted", 20)
        assert reader.read()["customer_no"] == number
        assert card_state(stack, number) == [(2, 2)]
    finally:
        reader.take_out()


def test_a_lost_card_is_replaced(stack, desk, reader):
    number = fresh("card")
    reader.do(f"card 2 R{number}")
    reader.put_in(2)
    try:
        desk.go(f"/cashier?q={number}")
        until(desk, lambda: desk.all("[data-card-status]"))
        keys(desk, Keys.F4)
        until(desk, lambda: desk.all("#f-fee"))
        until(desk, lambda: desk.all("form[data-ready]"))
        desk.judge("cashier-i-replace")
        keys(desk, "20", Keys.TAB, "卡遗失", Keys.ENTER)
        until(desk, lambda: state(desk) == "posted", 20)
        assert "已收 ¥20.00" in desk.says()
        assert reader.read()["customer_no"] == number
    finally:
        reader.take_out()


def test_a_purchase_is_taken_back_from_its_card_before_the_cash(stack, desk, reader, card):
    sell(desk, card)
    until(desk, lambda: state(desk) == "posted", 20)
    assert reader.read()["purchase_count"] == 2
    keys(desk, Keys.F7)
    until(desk, lambda: desk.all("form[data-ready] #f-reason"))
    keys(desk, "50", Keys.TAB, "金额输错", Keys.ENTER)
    until(desk, lambda: state(desk) == "posted" and "请退还客户 ¥50.00" in desk.says(), 20)
    assert reader.read()["purchase_count"] == 1


def test_without_the_bridge_the_page_says_so(desk, reader, card):
    reader.kill_bridge()
    try:
        desk.go(f"/cashier?q={card}")
        until(desk, lambda: "读卡程序没有应答" in desk.one("[data-card-status]").text)
        desk.one("#f-amount").send_keys("50", Keys.ENTER)
        assert state(desk) == ""
    finally:
        reader.start_bridge()
    until(desk, lambda: desk.all("form[data-ready]"))


def test_a_card_that_is_put_in_finds_its_customer(desk, reader, card):
    desk.go("/cashier")
    until(desk, lambda: f"q={card}" in desk.path())


def test_a_purchase_in_doubt_is_written_when_it_is_known(stack, desk, reader, card):
    with stack.hold("worker", "worker"):
        stack.fault("lost-reply", "--operation", "recharge")
        try:
            sell(desk, card)
            until(desk, lambda: state(desk) == "doubt")
        finally:
            stack.fault("none")
    until(desk, lambda: state(desk) == "posted", 40)
    assert reader.read()["purchase_count"] == 2
    assert card_state(stack, card) == [(2, 2)]
