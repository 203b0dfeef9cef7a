"""Roles in the console: made of rights, changed, removed; who may do what, both ways."""

import csv
import io
import re

import pytest

import stack as stacks
from console import figures, signed_in


@pytest.fixture
def manager(stack):
    return signed_in(stack, "manager")


def add(visitor, code, name="值班长", org="DEMO-COUNTY", rights=("user.view", "txn.view")):
    visitor.get("/console/role/add")
    return visitor.post("/console/role/add", code=code, name=name, org=org, rights=rights)


def number_of(stack, code):
    return stack.sql(f"SELECT id FROM gt_role WHERE code = '{code}'")[0][0]


def ticked(visitor):
    return set(re.findall(r'value="([a-z.]+)" checked', visitor.page.text))


def held(visitor):
    """The rights that the page shows as held, by their names."""
    return set(re.findall(r"<li><span aria-hidden=\"true\">✓</span> ([^<]+?) *</li>", visitor.page.text))


def test_a_role_is_made_changed_and_removed(stack, manager):
    assert add(manager, "FLOW-SHIFT").status_code == 303
    number = number_of(stack, "FLOW-SHIFT")
    manager.get(f"/console/role?id={number}")
    assert "已增加角色“值班长”" in manager.text() and held(manager) == {"查看用户", "查询交易"}
    manager.get(f"/console/role/change?id={number}")
    assert ticked(manager) == {"user.view", "txn.view"}
    manager.post(f"/console/role/change?id={number}", version=manager.version(), name="夜班长", rights=("user.view", "credit.view"))
    assert manager.page.status_code == 303
    manager.get(f"/console/role?id={number}")
    assert held(manager) == {"查看用户", "查看信用额"} and "夜班长" in manager.page.text
    assert "<del>查看用户、查询交易</del> → 查看用户、查看信用额" in manager.page.text.split('id="s-history"')[1]
    manager.get(f"/console/role/remove?id={number}")
    assert manager.post(f"/console/role/remove?id={number}", version=manager.version()).status_code == 303
    assert manager.get(f"/console/role?id={number}").status_code == 404


def test_nobody_makes_a_role_of_rights_they_do_not_hold(stack, manager):
    manager.get("/console/role/add")
    closed = set(re.findall(r'value="([a-z.]+)" disabled', manager.page.text))
    assert {"oplog.view", "param.manage"} <= closed and "user.view" not in closed
    add(manager, "FLOW-FORGED", rights=("user.view", "oplog.view"))
    assert manager.page.status_code == 200 and "不能授予他人" in manager.text()
    assert figures(stack, "SELECT COUNT(*) FROM gt_role WHERE code = 'FLOW-FORGED'") == (0,)
    add(manager, "FLOW-OWN")
    number = number_of(stack, "FLOW-OWN")
    manager.get(f"/console/role/change?id={number}")
    manager.post(f"/console/role/change?id={number}", version=manager.version(), name="x", rights=("oplog.view",))
    assert manager.page.status_code == 200 and "不能授予他人" in manager.text()


def test_what_a_role_has_beyond_the_visitor_stays(stack, manager):
    admin = signed_in(stack, "admin")
    assert add(admin, "FLOW-RICH", rights=("user.view", "oplog.view")).status_code == 303
    number = number_of(stack, "FLOW-RICH")
    manager.get(f"/console/role/change?id={number}")
    manager.post(f"/console/role/change?id={number}", version=manager.version(), name="改名", rights=("txn.view",))
    assert manager.page.status_code == 303
    manager.get(f"/console/role?id={number}")
    assert held(manager) == {"查询交易", "查看操作日志"}


def test_wrong_fields_of_a_role_say_so(manager):
    for fields, said in (({"code": "坏 码"}, "只能用字母"), ({"code": "manager"}, "已被使用"), ({"name": ""}, "请填写此项"),
                         ({"org": "NOT-THERE"}, "不在您的管辖范围内"), ({"rights": ()}, "至少勾选一项"),
                         ({"rights": ("no.such.right",)}, "至少勾选一项")):
        assert add(manager, **{"code": "FLOW-WRONG", **fields}).status_code == 200
        assert said in manager.text(), fields


def test_built_in_roles_and_those_of_others_stay_as_they_are(stack, manager):
    for number in range(1, 5):
        manager.get(f"/console/role?id={number}")
        assert "内置角色" in manager.text() and "/console/role/change" not in manager.page.text
        manager.get("/console/account")
        for action in ("change", "remove"):
            reply = manager.post(f"/console/role/{action}?id={number}", token=manager.token() if action == "change" else None,
                                 version="1", name="x")
            assert reply.status_code == 404
            manager.get("/console/account")
    admin = signed_in(stack, "admin")
    [(top,)] = stack.sql("SELECT code FROM gt_org WHERE parent_id = 0")
    add(admin, "FLOW-TOP", "全局角色", org=top)
    manager.get("/console/roles")
    assert "全局角色" in manager.text() and "上级机构" in manager.text()
    number = number_of(stack, "FLOW-TOP")
    manager.get(f"/console/role?id={number}")
    assert manager.page.status_code == 200 and "只能由上级修改" in manager.text()
    assert manager.get(f"/console/role/change?id={number}").status_code == 404


def test_a_role_in_use_is_not_removed(stack, manager):
    add(manager, "FLOW-USED")
    number = number_of(stack, "FLOW-USED")
    manager.get("/console/user/add")
    manager.post("/console/user/add", login="pr.used", operator_no="pr.used", name="用角色的人", org_id=stacks.ORG,
                 role_id=str(number))
    manager.get(f"/console/role?id={number}")
    assert "用角色的人" in manager.text() and "全部收回后才能删除" in manager.text() and "role/remove" not in manager.page.text
    manager.get(f"/console/role/remove?id={number}")
    manager.post(f"/console/role/remove?id={number}", version=manager.version())
    assert manager.page.status_code == 200 and "1 处授权使用此角色" in manager.text()


def test_what_a_user_may_and_who_may_a_thing(stack, manager):
    manager.get("/console/who?user=cashier")
    assert held(manager) >= {"收费", "冲正"} and "城关供电所" in manager.text()
    manager.get("/console/who?user=900001&org=DEMO-COUNTY")
    assert "没有任何权限" in manager.text()
    manager.get("/console/who?right=user.manage&org=DEMO-STATION")
    assert "李主任" in manager.text() and "王收费" not in manager.text()
    assert 'class="number">admin<' not in manager.page.text and "另有上级机构的用户持有" in manager.text()
    manager.get("/console/who?right=health.view&org=DEMO-COUNTY")
    assert "王收费" not in manager.text()
    for query, said in (("user=admin", "没有此用户"), ("user=nobody-there", "没有此用户"), ("org=NOT-THERE&right=txn.view", "没有此机构")):
        manager.get(f"/console/who?{query}")
        assert said in manager.text(), query


def test_hostile_names_of_roles_are_text(stack, manager):
    text = '<script>alert(1)</script>"\'onmouseover='
    add(manager, "FLOW-HOSTILE", text)
    number = number_of(stack, "FLOW-HOSTILE")
    for path in (f"role?id={number}", f"role/change?id={number}", f"role/remove?id={number}", "roles", "users"):
        manager.get(f"/console/{path}")
        assert manager.page.status_code == 200 and "<script>alert" not in manager.page.text, path
        assert text in manager.text() or 'value="&lt;script&gt;' in manager.page.text, path


def test_a_long_list_of_roles_goes_by_pages_is_searched_and_taken_away(stack, manager):
    for number in range(120):
        assert add(manager, f"LONG-{number:03}", f"长表{number:03}").status_code == 303
    codes, address = [], "/console/roles"
    while address:
        manager.get(address)
        codes += re.findall(r'<td class="number">([^<]+)</td>', manager.page.text)
        found = re.search(r'href="([^"]*after=[^"]*)"[^>]*rel="next"', manager.page.text)
        address = found and found.group(1).replace("&amp;", "&")
    assert len(codes) == len(set(codes)) and {f"LONG-{n:03}" for n in range(120)} | {"cashier", "manager"} <= set(codes)
    manager.get("/console/roles?q=long-11")
    assert re.findall(r'<td class="number">([^<]+)</td>', manager.page.text) == [f"LONG-11{n}" for n in range(10)]
    manager.get("/console/roles", params={"q": "收费员"})
    assert re.findall(r'<td class="number">([^<]+)</td>', manager.page.text) == ["cashier"]
    rows = list(csv.reader(io.StringIO(manager.get("/console/roles/export?q=LONG-").content.decode("utf-8-sig"))))
    assert [row[1] for row in rows[1:]] == [f"LONG-{n:03}" for n in range(120)]
    assert rows[0] == ["名称", "编码", "由谁建立", "权限数"] and rows[1][0] == "长表000" and rows[1][3] == "2"
    manager.get("/console/user/add")
    assert "只列出前 100 个" in manager.page.text and manager.page.text.count("<option") < 110
    # Where they are granted one is looked for that the choice does not hold, and stays found when something is refused.
    user, last = stack.sql("SELECT id FROM gt_user WHERE login = 'cashier'")[0][0], number_of(stack, "LONG-119")
    manager.get(f"/console/user/grant?id={user}")
    assert f'<option value="{last}"' not in manager.page.text
    manager.get(f"/console/user/grant?id={user}", params={"id": user, "q": "long-119"})
    assert re.findall(r'<option value="(\d+)"', manager.page.text) == [str(last)]
    action = re.search(r'<form method="post" action="(/console/user/grant[^"]+)"', manager.page.text).group(1).replace("&amp;", "&")
    reply = manager.post(action, role_id=last, org="NO-SUCH")
    assert reply.status_code == 200 and "没有此机构" in manager.text() and f'<option value="{last}" selected' in reply.text
    assert manager.post(action, role_id=last, org="DEMO-STATION").status_code == 303
    manager.get(f"/console/user?id={user}")
    assert "已授予“长表119”" in manager.text()
    grant = stack.sql(f"SELECT id FROM gt_grant WHERE role_id = {last}")[0][0]
    assert manager.post(f"/console/grant/take?id={grant}").status_code == 303
