"""Remittance in Chromium: the lists, a slip in each state, every form of it; in both languages, wide and on a telephone."""

import re

import pytest

from browser import NARROW
from console import PASSWORD, signed_in
from slips import cashier_slip, close_shift, colleague, key, open_shift, png, teller
from stack import ORG
from till import focused

WORDS = {
    "zh": {"receive": "接收", "back": "退回", "attach": "上传回单影像", "bank": "确认到账", "received": "已接收", "returned": "已退回",
           "banked": "已到账", "own": "不能确认自己的解缴单", "send": "解缴机构款项"},
    "en": {"receive": "Receive", "back": "Return", "attach": "Add a picture", "bank": "Found in the bank", "received": "received",
           "returned": "returned", "banked": "in the bank", "own": "Nobody confirms their own slip",
           "send": "Send on what a safe holds"},
}


@pytest.fixture(scope="module")
def other(stack):
    """A second manager of the county, by requests."""
    return colleague(stack, "manager", "DEMO-COUNTY")


def do(person, action, slip, **form):
    person.get(f"/console/remit/{action}?id={slip}")
    assert person.post(f"/console/remit/{action}?id={slip}", **form).status_code == 303, person.text()


def send_on(person, org):
    person.get(f"/console/remit/send?id={org}")
    due = re.search(r'name="amount" value="([\d.]+)"', person.page.text).group(1)
    place = person.post(f"/console/remit/send?id={org}", key=key(person), amount=due).headers["Location"]
    return re.search(r"id=(\d+)", place).group(1), due


def test_walk_a_slip_of_a_cashier(browser, stack, tmp_path):
    words = WORDS[browser.language]
    _, slip = cashier_slip(stack, "86")
    _, second = cashier_slip(stack, "12")
    browser.sign_in("manager", PASSWORD)
    browser.go("/console/remit?q=900001-J9999")
    browser.judge("remit-empty")
    browser.go("/console/remit?view=receive")
    assert browser.all(f'a[href="/console/remit/slip?id={slip}"]')
    browser.judge("remit-receive")
    browser.go("/console/remit?from=x&org=NO-SUCH")
    browser.judge("remit-wrong")
    browser.go(f"/console/remit/slip?id={slip}")
    browser.judge("slip-submitted")
    picture = tmp_path / "回单.png"
    picture.write_bytes(png(browser.language))
    browser.follow(words["attach"])
    browser.judge("slip-attach")
    wrong = tmp_path / "wrong.png"
    wrong.write_text("<script>alert(1)</script>")
    browser.one("#f-file").send_keys(str(wrong))
    browser.press()
    browser.judge("slip-attach-wrong")
    browser.one("#f-file").send_keys(str(picture))
    browser.press()
    shown = browser.one(".attached img")
    assert browser.driver.execute_async_script(
        "const [image, done] = arguments; image.complete ? done(image.naturalWidth) : image.onload = () => done(image.naturalWidth)",
        shown) == 1
    browser.follow(words["receive"])
    browser.judge("slip-receive")
    browser.press()
    assert words["received"] in browser.says()
    browser.judge("slip-received")
    browser.go(f"/console/remit/slip?id={second}")
    browser.follow(words["back"])
    browser.one(".form button[type=submit]").click()
    assert browser.all("#f-reason:invalid")  # the browser itself asks for it
    browser.type("reason", "少一元")
    browser.judge("slip-return")
    browser.press()
    assert words["returned"] in browser.says() and "少一元" in browser.says()
    browser.judge("slip-returned")


def test_walk_from_the_safe_to_the_bank(browser, stack, other):
    words = WORDS[browser.language]
    _, slip = cashier_slip(stack, "200")
    do(other, "receive", slip)
    county = other.org("DEMO-COUNTY")
    browser.sign_in("manager", PASSWORD)
    browser.go("/console/remit")
    browser.follow(words["send"])
    browser.judge("safes")
    browser.go(f"/console/remit/send?id={other.org(ORG)}")
    browser.type("amount", "1")
    browser.press()
    browser.judge("slip-send-wrong")
    browser.go(f"/console/remit/send?id={other.org(ORG)}")
    browser.judge("slip-send")
    browser.press()
    assert words["own"] in browser.says() and not browser.all('a[href^="/console/remit/receive"]')
    browser.judge("slip-own")
    own = browser.path().split("=")[1]
    do(other, "receive", own)
    last, due = send_on(other, county)
    top = signed_in(stack, "admin")
    do(top, "receive", last)
    browser.go(f"/console/remit/slip?id={last}")
    browser.judge("slip-to-bank")
    browser.begin(browser.language)
    browser.sign_in("admin", PASSWORD)
    browser.go("/console/remit?view=bank")
    browser.judge("remit-bank")
    browser.go(f"/console/remit/slip?id={last}")
    browser.follow(words["bank"])
    browser.type("bank", "建设银行")
    browser.type("bank_no", "B-1")
    browser.driver.execute_script("document.getElementById('f-bank_date').value = '2026-11-22'")
    browser.type("amount", "0.01")
    browser.press()
    browser.judge("slip-bank-wrong")
    browser.type("amount", due)
    browser.press()
    assert words["banked"] in browser.says()
    browser.judge("slip-banked")


def test_walk_a_short(browser, stack):
    person, login = teller(stack)
    open_shift(person, "100")
    close_shift(person, "40", "少六十元")
    browser.sign_in(login, PASSWORD)
    browser.go("/cashier/short")
    browser.judge("short-no-shift")
    open_shift(person, "0")
    browser.go("/cashier/remit")
    assert "¥60.00" in browser.says()
    browser.judge("remit-short")
    browser.one('a[href="/cashier/short"]').click()
    browser.type("amount", "61")
    browser.press(".till-go button")
    browser.judge("short-wrong")
    browser.type("amount", "60")
    browser.press(".till-go button")
    assert not browser.all("#e-amount")
    browser.judge("short")
    close_shift(person, "60")
    browser.go("/cashier/short")
    browser.judge("short-none")


def test_walk_ones_own_slip(browser, stack, tmp_path):
    person, slip = cashier_slip(stack, "21")
    login = re.search(r"teller\d+", signed_in(stack, "manager").get(f"/console/remit/slip?id={slip}").text).group(0)
    browser.sign_in(login, PASSWORD)
    browser.go(f"/cashier/slip?id={slip}")
    browser.judge("own-slip")
    picture = tmp_path / "回单.png"
    picture.write_bytes(png(slip))
    browser.one("#f-file").send_keys(str(picture))
    browser.press(".till-attached form button")
    assert browser.one(".attached img").is_displayed()
    browser.judge("own-slip-picture")
    open_shift(person, "0")
    browser.go("/cashier/remit")
    assert browser.all('.till-hint a[href="/cashier/shift"]')
    browser.judge("own-remit-nothing")
    close_shift(person, "7", "多七元")
    browser.go("/cashier/remit")
    assert focused(browser) == "amount"
    browser.judge("own-remit")
    browser.type("amount", "6")
    browser.press(".till-go button")
    assert focused(browser) == "amount" and browser.all("#e-amount")
    browser.judge("own-remit-wrong")
    browser.type("amount", "7")
    browser.press(".till-go button")
    assert "¥7.00" in browser.says() and browser.path().startswith("/cashier/slip?id=")


def test_a_slip_is_received_by_keyboard(alone, stack):
    _, slip = cashier_slip(stack, "33")
    name = re.search(r"teller\d+-J1", signed_in(stack, "manager").get(f"/console/remit/slip?id={slip}").text).group(0)
    alone.sign_in("manager", PASSWORD)
    alone.one("body").send_keys("/")
    box = alone.driver.switch_to.active_element
    box.send_keys(name)
    alone.leave(box, lambda: box.send_keys("\ue007"))
    assert alone.path() == f"/console/remit/slip?id={slip}"
    for text in ("接收", "确认接收"):
        for _ in range(80):
            active = alone.driver.switch_to.active_element
            if active.text == text:
                break
            active.send_keys("\ue004")  # Tab
        alone.leave(active, lambda active=active: active.send_keys("\ue007"))
    assert "已接收" in alone.says() and alone.path() == f"/console/remit/slip?id={slip}"


def test_a_slip_on_a_telephone(alone, stack):
    _, slip = cashier_slip(stack, "45")
    alone.sign_in("manager", PASSWORD)
    alone.resize(NARROW)
    alone.go(f"/console/remit/slip?id={slip}")
    button = alone.one('a[href^="/console/remit/receive"]')
    assert button.is_displayed() and button.rect["x"] + button.rect["width"] <= NARROW
