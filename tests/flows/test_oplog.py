"""The operation log in the console: found, read, checked."""

import re

import pytest

import stack as stacks
from console import Visitor, signed_in
from test_export import csv_of, xlsx_of


@pytest.fixture
def admin(stack):
    return signed_in(stack, "admin")


def renamed(stack, code, *names):
    """An organisation of the manager's that was called one name after the other; gives its id."""
    manager = signed_in(stack, "manager")
    above = manager.org("DEMO-COUNTY")
    manager.get(f"/console/org/add?id={above}")
    manager.post(f"/console/org/add?id={above}", code=code, name=names[0], kind="station")
    number = manager.org(code)
    for name in names[1:]:
        manager.get(f"/console/org/rename?id={number}")
        assert manager.post(f"/console/org/rename?id={number}", version=manager.version(), name=name).status_code == 303
    return number


def rows(visitor):
    return visitor.page.text.split("<tbody>")[1].split("<tr>")[1:] if "<tbody>" in visitor.page.text else []


def test_the_log_says_who_did_what_before_and_after(stack, admin):
    renamed(stack, "PO-LOG", "旧名字", "新名字")
    admin.get("/console/oplog?object=PO-LOG")
    first, second = rows(admin)
    assert "改名" in first and "org.rename" in first and "manager" in first and "127.0.0.1" in first
    assert "<del>旧名字</del> → 新名字" in first
    assert "新增" in second


def test_signing_in_is_logged_with_where_from(stack, admin):
    Visitor(stack).sign_in("manager", "wrong-password-1")
    signed_in(stack, "manager")
    for what in ("session.begin", "session.refused"):
        admin.get(f"/console/oplog?object=manager&what={what}")
        assert what in rows(admin)[0] and "127.0.0.1" in rows(admin)[0]


def test_a_name_with_commas_and_arrows_is_shown_whole(stack, admin):
    number = renamed(stack, "PO-ODD", "甲, 乙 -> 丙", "甲, 乙")
    for path in ("/console/oplog?object=PO-ODD", f"/console/org?id={number}"):
        admin.get(path)
        assert "name 甲, 乙 -> 丙 -> 甲, 乙" in admin.text(), path


def test_the_log_is_filtered(stack, admin):
    renamed(stack, "PO-FILTER", "甲", "乙")
    [(date,)] = stack.sql("SELECT biz_date FROM gt_state")
    day = f"{str(date)[:4]}-{str(date)[4:6]}-{str(date)[6:]}"
    for query, there in (("who=manager", True), ("who=nobody", False), ("what=org.rename", True), ("what=user.add", False),
                         (f"from={day}", True), (f"to={day}", True), ("to=2020-01-01", False), ("from=2099-01-01", False),
                         ("org=DEMO-COUNTY", True), (f"org={stacks.ORG}", False)):
        admin.get(f"/console/oplog?object=PO-FILTER&{query}")
        assert bool(rows(admin)) == there, query
    admin.get("/console/oplog?org=NOT-THERE")
    assert "没有此机构" in admin.text()
    admin.get("/console/oplog?from=yesterday")
    assert "请填写日期" in admin.text()


def test_a_long_log_goes_by_pages(stack, admin):
    renamed(stack, "PO-LONG", *[f"名{i}" for i in range(56)])
    seen, address = [], "/console/oplog?object=PO-LONG&what=org.rename"
    while address:
        admin.get(address)
        seen += re.findall(r"→ (名\d+)</span>", admin.page.text)
        following = re.search(r'href="([^"]+)" rel="next"', admin.page.text)
        address = following.group(1).replace("&amp;", "&") if following else None
    assert seen == [f"名{i}" for i in range(55, 0, -1)]


def test_who_holds_the_right_further_down_sees_their_own_people(stack, admin):
    admin.get("/console/role/add")
    admin.post("/console/role/add", code="PO-VIEW", name="看日志", org="DEMO-COUNTY", rights="oplog.view")
    stack.gridtill("user", "add", "po.viewer", "看日志的人", "--org", "DEMO-COUNTY", "--operator", "po.viewer", "--role", "PO-VIEW",
                   "--password-stdin", given="GridTill-first-1\n")
    viewer = signed_in(stack, "po.viewer", "GridTill-first-1")
    viewer.get("/console/password")
    viewer.post("/console/password", old="GridTill-first-1", password="GridTill-mine-1", again="GridTill-mine-1")
    renamed(stack, "PO-DOWN", "甲", "乙")
    viewer.get("/console/oplog?object=PO-DOWN")
    assert len(rows(viewer)) == 2
    viewer.get("/console/oplog?who=admin")
    assert not rows(viewer) and "/console/oplog/check" not in viewer.page.text
    viewer.get("/console/account")
    assert viewer.post("/console/oplog/check").status_code == 403


def test_the_chains_are_checked_on_demand(make_stack):
    own = make_stack()
    admin = signed_in(own, "admin")
    renamed(own, "PO-CHAIN", "甲", "乙")
    admin.get("/console/oplog")
    admin.post("/console/oplog/check")
    assert admin.page.status_code == 200 and "全部日志完整" in admin.text()
    own.sql("UPDATE gt_oplog SET who = 'somebody' WHERE object = 'PO-CHAIN' AND what = 'org.rename'")
    admin.get("/console/oplog")
    admin.post("/console/oplog/check")
    assert "日志不完整" in admin.text() and "gt_oplog" in admin.text()


def test_the_log_is_taken_away_as_it_is_filtered(stack, admin):
    renamed(stack, "PO-FILE", "甲", "=1+1")
    admin.get("/console/oplog?object=PO-FILE&what=org.rename")
    links = [a.replace("&amp;", "&") for a in re.findall(r'href="([^"]*/export[^"]*)"', admin.page.text)]
    rows_of_file = csv_of(admin.get(links[0]))
    assert rows_of_file[0] == ["时间", "何人", "来自", "操作", "操作代码", "对象", "详情"] and len(rows_of_file) == 2
    assert rows_of_file[1][1:3] == ["manager", "127.0.0.1"] and rows_of_file[1][3:6] == ["改名", "org.rename", "PO-FILE"]
    assert xlsx_of(admin.get(links[1])) == rows_of_file
    assert signed_in(stack, "manager").get("/console/oplog/export").status_code == 403
    assert admin.get("/console/oplog/export?from=yesterday").status_code == 400


def test_days_that_are_often_wanted(stack):
    manager = signed_in(stack, "manager")
    [(account,)] = stack.sql("SELECT account_id FROM gt_user WHERE login = 'cashier'")
    manager.get(f"/console/credit/deposit?id={account}")
    assert manager.post(f"/console/credit/deposit?id={account}", amount="1", reason="常用日期").status_code == 303
    admin = signed_in(stack, "admin")
    for path in ("/console/oplog", "/console/approvals?state=any"):
        admin.get(path)
        shown = admin.page.text.count("<tr>")
        links = {label: link.replace("&amp;", "&") for link, label in
                 re.findall(r'<a href="([^"]*)"[^>]*>(今日|昨日|本周|本月)</a>', admin.page.text)}
        assert len(links) == 4 and shown > 1
        assert ("state=any" in links["今日"]) == ("state" in path)
        assert admin.get(links["今日"]).text.count("<tr>") > 1 and 'aria-current="true">今日' in admin.page.text
        assert admin.get(links["昨日"]).text.count("<tr>") < 2
        assert admin.get(path.split("?")[0] + "?state=any&from=2020-01-01&to=2020-01-02").text.count("<tr>") < 2
