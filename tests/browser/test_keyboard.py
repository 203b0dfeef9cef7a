"""Whole tasks by keyboard alone; and on every page: Tab comes to all that can be used, in the order of the page, and one
sees where one is."""

import pytest
from selenium.webdriver.common.keys import Keys

from browser import NARROW, WIDE
from console import PASSWORD, routes, signed_in, walk
from keyboard import Keyboard
from terminal import Terminal, fresh
from till import open_shift, until

ROWS = 60  # more than a page of a list


@pytest.fixture
def keyboard(alone):
    return Keyboard(alone)


def sign_in(browser, keyboard, login):
    browser.go("/console/signin")
    keyboard.fill("login", login).fill("password", PASSWORD).enter()


@pytest.fixture(scope="module")
def objects(stack):
    """What has to be there so that every kind of page is met."""
    manager = signed_in(stack, "manager")
    [(account,)] = stack.sql("SELECT account_id FROM gt_user WHERE login = 'cashier'")
    manager.get(f"/console/credit/deposit?id={account}")
    assert manager.post(f"/console/credit/deposit?id={account}", amount="1", reason="键盘").status_code == 303
    manager.get("/console/role/add")
    assert manager.post("/console/role/add", code="KEYS", name="键盘角色", org="DEMO-COUNTY", rights=("txn.view",)).status_code == 303
    sale = Terminal(stack).recharge(fresh("remote"), "12.00")
    assert sale.ResultCode == 0
    open_shift(stack)
    [(role,)] = stack.sql("SELECT id FROM gt_role WHERE code = 'KEYS'")
    with stack.hold("worker", "worker"):
        doubt = Terminal(stack).recharge("3000009003", "12.10")
        assert doubt.ResultClass == "in_doubt"
        yield [f"/console/role?id={role}", f"/console/txn?id={sale.TransactionNo}", f"/console/txn?id={doubt.TransactionNo}"]


def codes(browser):
    return [cell.text for cell in browser.all("tbody td.number")]


def pages_of(stack, handler):
    return {path for path, method, *_ in routes(stack, handler) if method == "GET" and not path.endswith(("/export", "/receipt"))}


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_page_goes_round_by_tab_and_shows_where_one_is(stack, alone, keyboard, objects, width):
    alone.resize(width)
    seen, wrong = set(), {}
    for login, home, handler in (("manager", "/console", "console.fcgi"), ("admin", "/console", "console.fcgi"),
                                 ("cashier", "/cashier", "cashier.fcgi")):
        pages = pages_of(stack, handler)
        known = walk(signed_in(stack, login), pages, [*objects, home] if home == "/console" else [home, f"/cashier?q={fresh('remote')}"])
        alone.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
        alone.sign_in(login, PASSWORD)
        for path in sorted(set(known) - seen):
            seen.add(path)
            alone.go(known[path])
            count, found = keyboard.walk()
            if found or count < 3:
                wrong[path] = found or f"{count} places"
    assert not wrong, "\n".join(f"{path}: {found}" for path, found in wrong.items())
    assert len(seen) > 50


def test_signing_in_the_skip_link_and_the_language(alone, keyboard):
    alone.go("/console/signin")
    keyboard.reach(".skip")
    assert keyboard.at.is_displayed() and keyboard.at.rect["x"] >= 0
    keyboard.type(Keys.ENTER)
    assert keyboard.matches("main")
    keyboard.tab()
    assert keyboard.matches('main [name="login"]')
    keyboard.type("manager")
    keyboard.fill("password", PASSWORD).enter()
    assert alone.path() == "/console/dashboard"
    keyboard.reach(".language button").enter()
    assert alone.path() == "/console/dashboard" and "Dashboard" in alone.says()
    keyboard.reach(".language button").enter()
    assert "工作台" in alone.says()
    keyboard.tab()
    keyboard.type("/")
    assert keyboard.matches('.find [name="q"]')
    keyboard.type("DEMO-STATION").enter()
    assert alone.path().startswith("/console/org?id=") and "城关供电所" in alone.says()
    keyboard.enter('form[action="/console/signout"] button')
    assert alone.path() == "/console/signin"


def test_the_menu_of_a_telephone_opens_and_closes(alone, keyboard):
    sign_in(alone, keyboard, "manager")
    alone.resize(NARROW)
    keyboard.reach(".menu-button").type(Keys.ENTER)
    until(alone, lambda: alone.all("#menu.show:not(.showing)"))
    keyboard.reach('#menu a[href="/console/orgs"]')
    keyboard.type(Keys.ESCAPE)
    until(alone, lambda: not alone.one("#menu").is_displayed())
    until(alone, lambda: keyboard.matches(".menu-button"))  # back where one was
    keyboard.type(Keys.ENTER)
    until(alone, lambda: alone.all("#menu.show:not(.showing)"))
    keyboard.reach('#menu a[href="/console/orgs"]').enter()
    assert alone.path() == "/console/orgs"


def test_a_file_is_imported_and_the_list_filtered_paged_opened_changed_and_taken_away(alone, keyboard, tmp_path):
    browser = alone
    file = tmp_path / "tree.csv"
    file.write_text("类别,编码,名称,上级\n" + "".join(f"供电所,KEYS-{i:02},键盘{i:02}所,DEMO-COUNTY\n" for i in range(ROWS)))
    sign_in(browser, keyboard, "manager")
    keyboard.enter('#menu a[href="/console/orgs"]')
    keyboard.enter('main a[href="/console/import"]')
    keyboard.reach("#f-file").type(str(file))
    keyboard.enter(".form button[type=submit]")
    keyboard.enter(".form button[type=submit]")
    until(browser, lambda: f"{ROWS} 行" in browser.says() or browser.path() == "/console/orgs")
    keyboard.enter('#menu a[href="/console/orgs"]')
    keyboard.fill("q", "键盘").choose("kind", "station").enter("main .filters button")
    first = codes(browser)
    keyboard.enter('.pages a[rel="next"]')
    assert len(first) == 50 and sorted(first + codes(browser)) == [f"KEYS-{i:02}" for i in range(ROWS)]
    code = codes(browser)[1]
    keyboard.reach("tbody a").tab()
    keyboard.enter()  # the second one
    assert code in browser.says()
    keyboard.enter('main a[href^="/console/org/rename"]')
    keyboard.fill("name", "键盘供电所").enter()
    assert "键盘供电所" in browser.one("h1").text and browser.all(".alert-success")
    keyboard.enter('#menu a[href="/console/orgs"]')
    keyboard.fill("q", "键盘供电所").enter()
    browser.driver.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)})
    keyboard.reach('.actions a[href*="/orgs/export"]').type(Keys.ENTER)
    until(browser, lambda: list(tmp_path.glob("organisations*.csv")))
    assert f"{code},键盘供电所" in next(tmp_path.glob("organisations*.csv")).read_text(encoding="utf-8-sig")


def test_credit_is_asked_for_by_one_and_given_by_another(stack, alone, keyboard):
    browser = alone
    sign_in(browser, keyboard, "manager")
    keyboard.enter('#menu a[href="/console/credit"]')
    keyboard.fill("q", "900001").enter()
    keyboard.enter("tbody a")
    keyboard.enter('main a[href*="/credit/limit"]')
    keyboard.fill("credit", "234567").fill("reason", "键盘上的申请").enter(".form button[type=submit]")
    assert "已提交审批" in browser.says()
    keyboard.enter('form[action="/console/signout"] button')
    sign_in(browser, keyboard, "admin")
    keyboard.enter('#menu a[href="/console/approvals"]')
    keyboard.fill("q", "键盘上的申请").enter()
    keyboard.enter('tbody a[href*="/approval?"]')
    keyboard.fill("note", "同意").enter('[name="decision"][value="approve"]')
    assert "已批准" in browser.says()
    [(limit,)] = stack.sql("SELECT a.credit_limit FROM gt_account a JOIN gt_user u ON u.account_id = a.id WHERE u.login = 'cashier'")
    assert int(limit) == 23456700


def test_a_field_that_is_wrong_has_the_focus_and_its_reason(alone, keyboard):
    sign_in(alone, keyboard, "manager")
    keyboard.enter('#menu a[href="/console/users"]')
    keyboard.enter('main a[href="/console/user/add"]')
    for name, text in (("name", "键盘"), ("login", "bad login"), ("operator_no", "keys.one"), ("org_id", "DEMO-STATION")):
        keyboard.fill(name, text)
    keyboard.choose("role_id", "3").enter(".form button[type=submit]")
    assert keyboard.matches('[name="login"][aria-invalid="true"]')
    reason = alone.one("#" + keyboard.at.get_attribute("aria-describedby").split()[0])
    assert "只能用字母" in reason.text
