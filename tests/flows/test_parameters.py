"""Parameters in the console: what holds where, changing it, and taking a value away again."""

import re

import pytest

from console import signed_in


@pytest.fixture
def admin(stack):
    return signed_in(stack, "admin")


def address(name, org):
    return f"/console/param/change?name={name}&org={org}"


def put(visitor, name, org, value, version=None):
    visitor.get(address(name, org))
    return visitor.post(address(name, org), version=version or visitor.version(), value=value)


def clear(visitor, name, org):
    visitor.get(address(name, org))
    return visitor.post(address(name, org), version=visitor.version(), clear="1")


def row(visitor, name, org):
    """The line of a parameter in the list of an organisation: value and where it comes from."""
    page = visitor.get(f"/console/params?org={org}").text
    line = re.search(rf'<tr><td><a href="/console/param\?name={re.escape(name)}&amp;.*?</tr>', page, re.DOTALL).group(0)
    return [re.sub(r"<[^>]*>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", line, re.DOTALL)][1:3]


def test_one_minute_is_no_minutes(stack):
    visitor = signed_in(stack, "admin")
    visitor.get("/console/params")
    assert visitor.post("/console/language", lang="en", back="/console/params").status_code == 303
    texts = re.findall(r">(\d+ (?:minute|hour|day)s?)<", visitor.get("/console/params").text)
    assert "1 minute" in texts and "30 minutes" in texts and "1 minutes" not in texts, texts


def test_every_parameter_stands_there_with_its_page(admin):
    page = admin.get("/console/params").text
    names = re.findall(r'href="(/console/param\?name=[^"]+)"', page)
    assert len(names) >= 13
    for name in names:
        assert admin.get(name.replace("&amp;", "&")).status_code == 200 and "默认值" in admin.text()
        assert "choice." not in admin.page.text, name  # each choice has its word


def test_a_value_holds_below_until_another_is_set(admin):
    assert row(admin, "credit.warn", "DEMO-STATION") == ["80%", "默认值"]
    assert put(admin, "credit.warn", "DEMO-COUNTY", "70").status_code == 303
    assert row(admin, "credit.warn", "DEMO-COUNTY") == ["70%", "本机构设置"]
    assert row(admin, "credit.warn", "DEMO-STATION") == ["70%", "城关县供电公司"]
    assert put(admin, "credit.warn", "DEMO-STATION", "60").status_code == 303
    assert row(admin, "credit.warn", "DEMO-AGENT") == ["60%", "城关供电所"]
    admin.get("/console/param?name=credit.warn&org=DEMO-COUNTY")
    assert "城关供电所" in admin.page.text and "60%" in admin.page.text
    assert "<del>80%</del> → 70%" in admin.page.text.split('id="s-history"')[1]
    assert clear(admin, "credit.warn", "DEMO-STATION").status_code == 303
    assert row(admin, "credit.warn", "DEMO-AGENT") == ["70%", "城关县供电公司"]
    assert clear(admin, "credit.warn", "DEMO-COUNTY").status_code == 303
    assert row(admin, "credit.warn", "DEMO-AGENT") == ["80%", "默认值"]


@pytest.mark.parametrize("name,org,value,words", [
    ("credit.warn", "DEMO-COUNTY", "101", "不能大于 100"), ("credit.warn", "DEMO-COUNTY", "-1", "不能小于 0"),
    ("credit.warn", "DEMO-COUNTY", "7x", "请填写整数"), ("credit.warn", "DEMO-COUNTY", "", "请填写此项"),
    ("credit.second", "DEMO-COUNTY", "1.234", "请填写金额"), ("otp.who", "DEMO", "9", "取值范围"),
    ("otp.who", "DEMO", "x", "请从列表中选择"), ("lock.after", "DEMO-COUNTY", "7", "只在最上级机构设置")])
def test_a_wrong_value_says_so_at_its_field(admin, name, org, value, words):
    assert put(admin, name, org, value).status_code == 200
    assert words in admin.text() and 'id="e-value"' in admin.page.text
    assert value == "" or name == "otp.who" or f'value="{value}"' in admin.page.text


def test_money_is_typed_in_yuan(admin):
    assert put(admin, "credit.second", "DEMO-STATION", "20,000.5").status_code == 303
    assert row(admin, "credit.second", "DEMO-STATION")[0] == "¥20,000.50"
    assert clear(admin, "credit.second", "DEMO-STATION").status_code == 303


def test_what_somebody_else_set_meanwhile_is_not_overwritten(stack, admin):
    admin.get(address("permit.hours", "DEMO-STATION"))
    old = admin.version()
    other = signed_in(stack, "admin")
    assert put(other, "permit.hours", "DEMO-STATION", "5").status_code == 303
    admin.post(address("permit.hours", "DEMO-STATION"), version=old, value="6")
    assert "他人刚刚修改过" in admin.text() and 'value="6"' in admin.page.text and "5 小时" in admin.text()
    assert clear(other, "permit.hours", "DEMO-STATION").status_code == 303


def test_elsewhere_answers_like_nowhere(stack):
    stack.gridtill("user", "add", "param.one", "县参数员", "--org", "DEMO-COUNTY", "--operator", "params1", "--role", "admin",
                   "--password-stdin", given="GridTill-demo-1\n")
    county = signed_in(stack, "param.one")
    if "password" in county.get("/console/params").headers.get("Location", ""):
        county.get("/console/password")
        county.post("/console/password", old="GridTill-demo-1", password="GridTill-mine-1", again="GridTill-mine-1")
    if "enrol" in county.get("/console/params").headers.get("Location", ""):
        pytest.skip("administrators must enrol first")
    assert "城关县供电公司" in county.get("/console/params").text
    for path in ("/console/param", "/console/param/change"):
        for org in ("DEMO", "NO-SUCH"):
            assert county.get(f"{path}?name=credit.warn&org={org}").status_code == 404
        assert county.get(f"{path}?name=no.such&org=DEMO-COUNTY").status_code == 404
    for org in ("DEMO", "NO-SUCH"):
        assert "没有此机构" in county.get(f"/console/params?org={org}").text
        county.get("/console/account")
        assert county.post(address("credit.warn", org), version="0", value="1").status_code == 404
