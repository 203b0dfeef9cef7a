"""A date from its cut-off to the day closes in Chromium, by keyboard: the pages of managers who end the day."""

import pytest
from selenium.webdriver.common.keys import Keys

import stack as stacks
from console import PASSWORD
from terminal import Terminal, fresh

WORDS = {"zh": {"ours": "平台金额", "agrees": "相符", "confirmed": "已确认", "station": "城关供电所", "correct": "更正申报"},
         "en": {"ours": "Ours, money", "agrees": "agrees", "confirmed": "Confirmed", "station": "城关供电所", "correct": "Correct it"}}


@pytest.fixture(scope="module")
def stack(make_stack):
    return make_stack()


def enter(browser, name):
    """Sends the form as the Enter key does."""
    field = browser.one(f"#f-{name}")
    browser.leave(field, lambda: field.send_keys(Keys.ENTER))


def date_of(stack):
    return str(stack.sql("SELECT biz_date FROM gt_state")[0][0])


def another(browser, login):
    browser.begin(browser.language)
    browser.sign_in(login, PASSWORD)


def test_walk_the_end_of_a_day(browser, stack):
    words, date = WORDS[browser.language], date_of(stack)
    typed = f"{date[:4]}-{date[4:6]}-{date[6:]}"
    assert Terminal(stack).recharge(fresh("remote"), "25.00").ResultCode == 0
    browser.sign_in("admin", PASSWORD)
    browser.go("/console/dates")
    browser.judge("dates")
    browser.go("/console/dates/schedule")
    browser.judge("date-schedule")
    browser.go("/console/dates/cut")
    browser.type("typed", "2020-01-01")
    enter(browser, "typed")
    assert browser.all("#e-typed") and date_of(stack) == date
    browser.judge("date-cut-wrong")
    browser.type("typed", typed)
    enter(browser, "typed")
    assert browser.path() == "/console/dates" and date_of(stack) > date and typed in browser.says()
    browser.judge("dates-moved")
    stacks.wait_until(lambda: stack.sql(f"SELECT 1 FROM gt_fold WHERE id = {date} AND written = lines"), 60, "the totals")

    another(browser, "manager")
    browser.go("/console/days")
    browser.judge("days")
    browser.follow(words["station"])
    assert words["ours"] not in browser.says()
    browser.judge("day-blind")
    browser.type("recharge_count", "1")
    browser.type("recharge_amount", "20")
    enter(browser, "recharge_amount")
    assert words["ours"] in browser.says() and words["correct"] in browser.says()
    browser.judge("day-differs")
    browser.type("recharge_count", "1")
    browser.type("recharge_amount", "25")
    enter(browser, "recharge_amount")
    assert words["agrees"] in browser.says() and not browser.all("form[action*='/day/confirm']")
    station = browser.driver.current_url.replace(stack.url, "")

    another(browser, "admin")
    browser.go(station)
    browser.judge("day-to-confirm")
    browser.go(station.replace("/day?", "/day/return?"))
    browser.judge("day-return")
    browser.go(station)
    browser.press("form[action*='/day/confirm'] button")
    assert words["confirmed"] in browser.says()
    browser.judge("day-confirmed")
    browser.go(station.replace("/day?", "/day/reopen?"))
    browser.judge("day-reopen")
    browser.go("/console/days")
    browser.judge("days-begun")
