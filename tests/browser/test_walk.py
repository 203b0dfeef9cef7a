"""A person's way through the console in Chromium: in both languages, wide and on a telephone."""

import pytest
from selenium.common.exceptions import NoAlertPresentException

from browser import NARROW
from console import PASSWORD, signed_in

WORDS = {
    "zh": {"station": "城关供电所", "add": "增加下级", "rename": "改名", "disable": "停用", "added": "已增加"},
    "en": {"station": "城关供电所", "add": "Add below", "rename": "Rename", "disable": "Disable", "added": "is added"},
}


def test_walk_sign_in_and_organisations(browser):
    words, code = WORDS[browser.language], f"WALK-{browser.language}".upper()
    browser.go("/console/signin")
    if browser.language == "en":
        browser.press(".language button")
    browser.judge("signin")
    browser.type("login", "manager")
    browser.type("password", "wrong-password-1")
    browser.press()
    browser.judge("signin-wrong")
    browser.sign_in("manager", PASSWORD)
    assert browser.path() == "/console/dashboard"
    browser.go("/console/orgs")
    browser.judge("orgs")
    browser.go("/console/orgs?q=nothing-like-this")
    browser.judge("orgs-empty")
    browser.go("/console/orgs")
    browser.follow(words["station"])
    browser.judge("org")
    station = browser.path()
    browser.follow(words["add"])
    browser.judge("org-add")
    browser.type("name", "走查机构")
    browser.type("code", "bad code")
    browser.choose("kind", "station")
    browser.press()
    assert browser.all("#e-code") and browser.one("#f-name").get_attribute("value") == "走查机构"
    assert browser.driver.switch_to.active_element.get_attribute("id") == "f-code"
    browser.judge("org-add-wrong")
    browser.type("code", code)
    browser.press()
    assert words["added"] in browser.says() and code in browser.says()
    browser.judge("org-added")
    for action in ("rename", "move", "enable"):
        browser.go(station.replace("/org?", f"/org/{action}?"))
        browser.judge(f"org-{action}")
    for path in ("account", "password", "enrol", "search?q=nothing", "no-such-page"):
        browser.go(f"/console/{path}")
        browser.judge(path.split("?")[0])
    browser.go("/console/enrol")
    browser.press()
    assert browser.all("svg.qr") and browser.all(".secret")
    browser.judge("enrol-begun")


def test_walk_an_import(browser, tmp_path):
    code = f"IN-{browser.language}".upper()
    file = tmp_path / "tree.csv"
    browser.sign_in("manager", PASSWORD)
    browser.go("/console/import")
    browser.judge("import")
    file.write_text(f"类别,编码,名称,上级\n供电所,{code},走查所,DEMO-COUNTY\n宫,{code} 2,,DEMO-COUNTY\n供电所,{code}-3,下级所,NO-SUCH\n")
    browser.one("#f-file").send_keys(str(file))
    browser.press()
    assert len(browser.all("tbody tr")) >= 2
    browser.judge("import-wrong")
    file.write_text(f"类别,编码,名称,上级\n供电所,{code},走查所,DEMO-COUNTY\n")
    browser.one("#f-file").send_keys(str(file))
    browser.press()
    browser.judge("import-good")
    browser.press()
    assert browser.path() == "/console/orgs" and code in browser.says()
    browser.judge("import-done")


def test_menu_opens_on_a_telephone(alone):
    alone.sign_in("manager", PASSWORD)
    alone.resize(NARROW)
    menu = alone.one("#menu")
    assert not menu.is_displayed()
    alone.one(".menu-button").click()
    assert alone.driver.execute_async_script(
        "const done = arguments[0]; const menu = document.getElementById('menu');"
        "menu.classList.contains('show') ? done(true) : menu.addEventListener('shown.bs.offcanvas', () => done(true));")
    alone.shot("menu")
    assert menu.is_displayed() and alone.one('#menu a[aria-current="page"]').is_displayed()


def test_a_column_is_hidden_for_whom_it_was_hidden(alone):
    def heads():
        return [head.text for head in alone.all("thead th") if head.is_displayed()]

    alone.sign_in("manager", PASSWORD)
    alone.go("/console/users")
    before = heads()
    assert len(before) == 6 and not alone.one("#columns").is_displayed()
    alone.one('[aria-controls="columns"]').click()
    alone.all("#columns label")[1].click()
    assert heads() == [*before[:2], *before[3:]]
    assert {len([cell for cell in row.find_elements("css selector", "td") if cell.is_displayed()])
            for row in alone.all("tbody tr")} == {5}
    alone.judge("columns")
    alone.go("/console/users?q=cashier")
    assert heads() == [*before[:2], *before[3:]], "also where the list is filtered"
    alone.go("/console/orgs")
    assert len(heads()) == len(alone.all("thead th")), "another list has its own"
    alone.begin("zh")
    alone.sign_in("admin", PASSWORD)
    alone.go("/console/users")
    assert heads() == before, "another person has all"
    alone.begin("zh")
    alone.sign_in("manager", PASSWORD)
    alone.go("/console/users")
    alone.one('[aria-controls="columns"]').click()
    alone.all("#columns label")[1].click()
    assert heads() == before


def test_a_second_click_does_nothing(stack, alone):
    alone.sign_in("manager", PASSWORD)
    alone.go("/console/search?q=DEMO-COUNTY")
    alone.go(alone.path().replace("/org?", "/org/add?"))
    alone.type("name", "只建一次")
    alone.type("code", "CLICK-ONCE")
    alone.choose("kind", "station")
    alone.driver.execute_script("const b = document.querySelector('.form button'); b.click(); b.click();")
    alone.go("/console/orgs?q=CLICK-ONCE")
    assert len(alone.all("tbody tr")) == 1
    rows = stack.sql("SELECT COUNT(*) FROM gt_oplog WHERE object = 'CLICK-ONCE'")
    assert [int(n) for (n,) in rows] == [1]


def test_hostile_text_runs_nothing(stack, alone):
    """tests/flows/test_hostile.py looks at every page; here some of them are really run."""
    manager = signed_in(stack, "manager")
    addresses = ["/console/orgs?q=RUN-", "/console/users?q=run."]
    for number, text in enumerate(("<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'-alert(1)-'",
                                   "</title></textarea><svg/onload=alert(1)>")):
        county = manager.org("DEMO-COUNTY")
        manager.get(f"/console/org/add?id={county}")
        assert manager.post(f"/console/org/add?id={county}", code=f"RUN-{number}", name=text, kind="station").status_code == 303
        org = manager.org(f"RUN-{number}")
        addresses += [f"/console/org?id={org}", f"/console/org/rename?id={org}"]
        manager.get("/console/user/add")
        assert manager.post("/console/user/add", login=f"run.{number}", operator_no=f"run{number}", name=text,
                            org_id=f"RUN-{number}", role_id="3").status_code == 200
    alone.sign_in("manager", PASSWORD)
    alone.errors()
    for address in addresses:
        alone.go(address)
        assert "alert(1)" in alone.source()
        with pytest.raises(NoAlertPresentException):
            alone.driver.switch_to.alert.accept()
        assert alone.errors() == [], address  # the policy had nothing to hold back
