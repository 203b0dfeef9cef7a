"""Importing a long file in Chromium: the page goes on by itself, and at the end has what was made."""

import stack as stacks
from console import PASSWORD

USERS = 300


def test_a_long_import_goes_on_by_itself(browser, tmp_path):
    code = f"LONG-{browser.language}".upper()
    file = tmp_path / "long.csv"
    file.write_text(f"类别,编码,名称,上级,工号,角色\n供电所,{code},长表供电所,DEMO-COUNTY,,\n" +
                    "".join(f"用户,{code}.{i},第{i}人,{code},{code}{i},cashier\n" for i in range(USERS)))
    browser.sign_in("manager", PASSWORD)
    browser.go("/console/import")
    browser.one("#f-file").send_keys(str(file))
    browser.press()
    browser.judge("import-long-good")
    browser.press()
    stacks.wait_until(lambda: f"{USERS + 1} 行" in browser.says() or f"All {USERS + 1} lines" in browser.says(), 60, "all is imported")
    assert browser.one("progress").get_attribute("value") == str(USERS + 1)
    assert not browser.all("form[data-go-on]") and browser.all('input[name="finish"]')
    browser.judge("import-long-done")
