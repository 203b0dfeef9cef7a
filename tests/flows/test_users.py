"""Users in the console: found, added, changed, granted roles; what is refused, and how it is said."""

import re

import pytest

import stack as stacks
from console import Visitor, figures, signed_in
from page import fill_in


@pytest.fixture
def manager(stack):
    return signed_in(stack, "manager")


def user_id(visitor, login):
    """The id of a user that the visitor may see."""
    found = visitor.get(f"/console/search?q={login}")
    assert found.status_code == 303, found.text
    return re.search(r"/console/user\?id=(\d+)", found.headers["Location"]).group(1)


def add(visitor, login, name="测试员", org=stacks.ORG, role="3", **more):
    visitor.get("/console/user/add")
    fields = {"login": login, "operator_no": login, "name": name, "org_id": org, "role_id": role, **more}
    return visitor.post("/console/user/add", **fields)


def first_password(visitor):
    return re.search(r'data-copy="([^"]+)"', visitor.page.text).group(1)


def change(visitor, action, number, **fields):
    """Opens one of the forms of a user and sends it."""
    visitor.get(f"/console/user/{action}?id={number}")
    return visitor.post(f"/console/user/{action}?id={number}", version=visitor.version(), **fields)


def test_a_user_is_added_and_signs_in_with_the_password_shown_once(stack, manager):
    add(manager, "pu.new", "新来的", limit="1,000.00")
    assert "用户已增加" in manager.text()
    password = first_password(manager)
    number = user_id(manager, "pu.new")
    manager.get(f"/console/user?id={number}")
    assert password not in manager.page.text and "首次登录须修改" in manager.text()
    assert "收费员" in manager.text() and "¥1,000.00" in manager.text()
    visitor = Visitor(stack)
    assert visitor.sign_in("pu.new", password).headers["Location"] == "/console/password"
    manager.get(f"/console/user?id={number}")
    assert "正在登录" in manager.text() and "目前没有登录" not in manager.text()


def test_wrong_fields_of_a_new_user_say_so(manager):
    for fields, field, said in (
            ({"login": "坏 名"}, "login", "只能用字母"), ({"login": "manager"}, "login", "已被使用"),
            ({"operator_no": "900001"}, "operator_no", "已被使用"), ({"name": ""}, "name", "请填写此项"),
            ({"org_id": "NOT-THERE"}, "org_id", "不在您的管辖范围内"), ({"role_id": "1"}, "role_id", "不能授予他人"),
            ({"role_id": "4"}, "role_id", "代理角色只属于代理商"), ({"role_id": "99999"}, "role_id", "没有此对象"),
            ({"limit": "abc"}, "limit", "请填写金额"), ({"limit": "900000"}, "limit", "须他人审批")):
        manager.get("/console/user/add")
        given = {"login": "pu.wrong", "operator_no": "pu.wrong", "name": "保留的姓名", "org_id": stacks.ORG, "role_id": "3",
                 **fields}
        assert manager.post("/console/user/add", **given).status_code == 200
        error = re.search(rf'id="e-{field}">([^<]*)', manager.page.text)
        assert error and said in error.group(1), (fields, manager.text())
        if field != "name":
            assert 'value="保留的姓名"' in manager.page.text
    assert manager.get("/console/search?q=pu.wrong").status_code == 200


def test_a_user_is_not_added_outside_of_ones_subtree(stack, manager):
    [(top,)] = stack.sql("SELECT code FROM gt_org WHERE parent_id = 0")
    add(manager, "pu.outside", org=top)
    outside = re.search(r'id="e-org_id">([^<]*)', manager.page.text).group(1)
    add(manager, "pu.outside", org="NOT-THERE")
    assert re.search(r'id="e-org_id">([^<]*)', manager.page.text).group(1) == outside


def test_a_user_is_renamed_disabled_and_enabled(stack, manager):
    add(manager, "pu.change", "从前")
    password = first_password(manager)
    visitor = Visitor(stack)
    visitor.sign_in("pu.change", password)
    number = user_id(manager, "pu.change")
    assert change(manager, "rename", number, name="现在").status_code == 303
    assert change(manager, "enable", number).status_code == 200 and "请填写此项" in manager.text()
    assert change(manager, "enable", number, reason="调离; <b>原岗</b>").status_code == 303
    manager.get(f"/console/user?id={number}")
    assert "停用" in manager.page.text.split("</h1>")[0]
    assert "/console/signin" in visitor.get("/console/password").headers["Location"]
    assert Visitor(stack).sign_in("pu.change", password).status_code == 200
    assert change(manager, "enable", number, reason="调回").status_code == 303
    assert Visitor(stack).sign_in("pu.change", password).status_code == 303
    manager.get(f"/console/user?id={number}")
    history = manager.page.text.split('id="s-history"')[1]
    assert re.findall(r"<td>(新增|改名|停用|启用)</td>", history) == ["启用", "停用", "改名", "新增"]
    assert re.search(r"<del>启用</del> → 停用</span> <span class=\"part\">调离; &lt;b&gt;原岗&lt;/b&gt;</span>", history)


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(stack, manager):
    admin = signed_in(stack, "admin")
    add(manager, "pu.race", "甲")
    number = user_id(manager, "pu.race")
    manager.get(f"/console/user/rename?id={number}")
    old = manager.version()
    assert change(admin, "rename", number, name="乙").status_code == 303
    manager.post(f"/console/user/rename?id={number}", version=old, name="丙")
    assert "他人刚刚修改过" in manager.text() and 'value="丙"' in manager.page.text


def test_nobody_disables_themselves_or_who_is_above(stack, manager):
    own = user_id(manager, "manager")
    manager.get(f"/console/user?id={own}")
    assert "这是您本人" in manager.text() and f"/console/user/enable?id={own}" not in manager.page.text
    change(manager, "enable", own, reason="x")
    assert manager.page.status_code == 200 and "不能对自己这样做" in manager.text()
    stack.gridtill("user", "add", "pu.above", "上级派驻", "--org", stacks.ORG, "--operator", "pu.above", "--role", "manager",
                   "--password-stdin", given="GridTill-first-1\n")
    above = user_id(manager, "pu.above")
    stack.gridtill("user", "grant", "pu.above", "admin", stacks.ORG)
    manager.get(f"/console/user?id={above}")
    assert "该用户持有您没有的权限" in manager.text() and "/console/user/reset" not in manager.page.text
    for action in ("enable", "reset", "otp", "rename"):
        change(manager, action, above, name="x", reason="x")
        assert manager.page.status_code == 200 and "请由上级办理" in manager.text(), action
    assert "sign-out" not in manager.get(f"/console/user?id={above}").text
    manager.post(f"/console/user/sign-out?id={above}")
    assert "请由上级办理" in manager.get(f"/console/user?id={above}").text


def test_another_is_signed_out_at_one_place_and_everywhere(stack, manager):
    add(manager, "pu.out")
    first, second, third = Visitor(stack), Visitor(stack), Visitor(stack)
    password = first_password(manager)
    for visitor in (first, second, third):
        assert visitor.sign_in("pu.out", password).headers["Location"] == "/console/password"
    number = user_id(manager, "pu.out")
    manager.get(f"/console/user?id={number}")
    ids = re.findall(r'name="session" value="(\d+)"', manager.page.text)
    assert len(ids) == 3 and ids == sorted(ids, key=int, reverse=True)
    assert manager.post(f"/console/user/sign-out?id={number}", session=ids[1]).status_code == 303
    assert "该次登录已退出" in manager.get(f"/console/user?id={number}").text
    assert [v.get("/console/password").status_code for v in (first, second, third)] == [200, 303, 200]
    own = stack.sql("SELECT s.id FROM gt_session s JOIN gt_user u ON u.id = s.user_id WHERE u.login = 'manager'")[0][0]
    manager.get(f"/console/user?id={number}")
    for session in (ids[1], own, "0", "x", "-1"):
        assert manager.post(f"/console/user/sign-out?id={number}", session=session).status_code == 404, session
        manager.get(f"/console/user?id={number}")
    assert manager.post(f"/console/user/sign-out?id={number}").status_code == 303
    assert [v.get("/console/password").status_code for v in (first, second, third)] == [303, 303, 303]
    history = manager.get(f"/console/user?id={number}").text.split('id="s-history"')[1]
    assert history.count("强制退出登录") == 2


def test_a_password_is_reset_and_a_lock_is_lifted(stack, manager):
    add(manager, "pu.locked")
    old = first_password(manager)
    for _ in range(5):
        Visitor(stack).sign_in("pu.locked", "wrong-password-1")
    number = user_id(manager, "pu.locked")
    manager.get(f"/console/user?id={number}")
    assert "已锁定" in manager.text()
    assert manager.post(f"/console/user/unlock?id={number}").status_code == 303
    manager.get(f"/console/user?id={number}")
    assert "已解锁" in manager.text() and "已锁定" not in manager.text()
    assert Visitor(stack).sign_in("pu.locked", old).status_code == 303
    assert change(manager, "reset", number).status_code == 200
    new = first_password(manager)
    assert new != old and Visitor(stack).sign_in("pu.locked", old).status_code == 200
    assert Visitor(stack).sign_in("pu.locked", new).status_code == 303


def test_one_time_codes_are_reset(stack, manager):
    add(manager, "pu.otp")
    number = user_id(manager, "pu.otp")
    assert change(manager, "otp", number).status_code == 303
    manager.get(f"/console/user?id={number}")
    assert "动态口令已解绑" in manager.text()


def test_a_role_is_granted_and_taken_back(stack, manager):
    add(manager, "pu.grant")
    number = user_id(manager, "pu.grant")
    manager.get(f"/console/user/grant?id={number}")
    assert f'value="{stacks.ORG}"' in manager.page.text
    for role, org, said in (("2", "NOT-THERE", "不在您的管辖范围内"), ("1", stacks.ORG, "不能授予他人"), ("", stacks.ORG, "请选择一项"),
                            ("3", stacks.ORG, "已有此角色"), ("4", stacks.ORG, "代理角色只属于代理商")):
        assert manager.post(f"/console/user/grant?id={number}", role_id=role, org=org).status_code == 200
        assert said in manager.text(), (role, org)
    assert manager.post(f"/console/user/grant?id={number}", role_id="2", org="DEMO-COUNTY").status_code == 303
    manager.get(f"/console/user?id={number}")
    assert "已授予“管理员”" in manager.text() and "城关县供电公司" in manager.text()
    grant = re.findall(r"/console/grant/take\?id=(\d+)", manager.page.text)[-1]
    manager.get(f"/console/grant/take?id={grant}")
    assert "管理员" in manager.text() and manager.post(f"/console/grant/take?id={grant}").status_code == 303
    manager.get(f"/console/user?id={number}")
    assert f"grant/take?id={grant}" not in manager.page.text and "收回角色" in manager.text()
    assert manager.get(f"/console/grant/take?id={grant}").status_code == 404


def test_nobody_takes_their_own_grant(stack):
    admin = signed_in(stack, "admin")
    [(grant,)] = stack.sql("SELECT g.id FROM gt_grant g JOIN gt_user u ON u.id = g.user_id WHERE u.login = 'admin'")
    admin.get(f"/console/grant/take?id={grant}")
    reply = admin.post(f"/console/grant/take?id={grant}")
    admin.get(reply.headers["Location"])
    assert "不能对自己这样做" in admin.text()
    assert figures(stack, f"SELECT COUNT(*) FROM gt_grant WHERE id = {grant}") == (1,)


def test_users_are_filtered_by_what_stands_in_the_address(manager):
    add(manager, "pu.filter", "好找的人")
    for query, there in (("q=好找", True), ("q=PU.FILTER", True), ("q=pu.filter&role=3", True), ("q=pu.filter&role=2", False),
                         (f"q=pu.filter&org={stacks.ORG}", True), ("q=pu.filter&org=DEMO-AGENT", False),
                         ("q=pu.filter&state=enabled", True), ("q=pu.filter&state=disabled", False)):
        manager.get(f"/console/users?{query}")
        assert ("好找的人" in manager.page.text.split("<tbody>")[-1]) == there, query
        assert there or "没有符合条件的记录" in manager.text(), query
    manager.get("/console/users?org=NOT-THERE")
    assert "不在您的管辖范围内" in manager.text()
    manager.get("/console/users")
    assert "系统管理员 · " not in manager.text() and 'class="number">admin<' not in manager.page.text


def test_a_long_list_of_users_shows_each_once(stack, manager):
    for i in range(55):
        stack.gridtill("user", "add", f"pu.many.{i}", "很多人", "--org", stacks.ORG, "--operator", f"pu.many.{i}", "--role",
                       "cashier", "--password-stdin", given="GridTill-first-1\n")
    seen, address = [], "/console/users?q=pu.many."
    while address:
        manager.get(address)
        seen += re.findall(r'<td class="number">(pu\.many\.\d+)</td><td class="number">', manager.page.text)
        following = re.search(r'href="([^"]+)" rel="next"', manager.page.text)
        address = following.group(1).replace("&amp;", "&") if following else None
    assert sorted(seen) == sorted(f"pu.many.{i}" for i in range(55))


def test_hostile_names_are_text(manager):
    text = '"><img src=x onerror=alert(1)>'
    add(manager, "pu.hostile", text)
    number = user_id(manager, "pu.hostile")
    for path in ("", "/rename", "/enable", "/reset", "/otp", "/grant"):
        manager.get(f"/console/user{path}?id={number}")
        assert manager.page.status_code == 200 and text in manager.text() and "<img" not in manager.page.text, path
    manager.get("/console/users?q=pu.hostile")
    assert text in manager.text() and "<img" not in manager.page.text


def test_who_has_a_shift_open_is_not_disabled_nor_is_their_station(stack, manager):
    cashier = signed_in(stack, "cashier")
    if 'action="/cashier/shift/open"' in cashier.get("/cashier").text:
        fill_in(cashier, "/cashier", "/cashier/shift/open")
    [(user,)] = stack.sql("SELECT id FROM gt_user WHERE login = 'cashier'")
    page = fill_in(manager, f"/console/user/enable?id={user}", "/console/user/enable", reason="离职")
    assert "还没有交班" in page.text and "重置密码" in page.text
    station = manager.org("DEMO-STATION")
    assert "未交班" in manager.get(f"/console/org?id={station}").text
    page = fill_in(manager, f"/console/org/enable?id={station}", "/console/org/enable", reason="撤并", code="DEMO-STATION")
    assert "个班没有交班" in page.text or "笔交易未完成" in page.text
    assert stack.sql("SELECT state FROM gt_user WHERE login = 'cashier'")[0][0] in (1, "1")


def logins(visitor, address):
    """All logins of a list, page by page."""
    found = []
    while address:
        text = visitor.get(address).text
        found += re.findall(r'<tr><td><a href="/console/user\?id=\d+">[^<]*</a></td><td class="number">([^<]+)</td>', text)
        following = re.search(r'href="([^"]*)" rel="next"', text)
        address = following and following.group(1).replace("&amp;", "&")
    return found


def test_the_list_is_sorted_by_its_heads(stack, manager):
    for number in range(60):
        stack.gridtill("user", "add", f"order.{number:02}", "排序员", "--org", stacks.ORG, "--operator", f"ord{99 - number}",
                       "--role", "cashier", "--password-stdin", given="GridTill-first-1\n")
    expected = [f"order.{number:02}" for number in range(60)]
    assert logins(manager, "/console/users?q=order.") == expected
    assert logins(manager, "/console/users?q=order.&sort=-login") == expected[::-1]
    assert logins(manager, "/console/users?q=order.&sort=operator") == expected[::-1]
    assert logins(manager, "/console/users?q=order.&sort=-operator&role=3") == expected
    manager.get("/console/users?q=order.&sort=operator")
    heads = re.findall(r'<th scope="col" aria-sort="(\w+)"><a href="([^"]+)">', manager.page.text)
    assert [way for way, _ in heads] == ["none", "ascending"]
    assert heads[1][1].endswith("q=order.&amp;sort=-operator") and heads[0][1].endswith("q=order.&amp;sort=login")
    assert manager.get("/console/users?sort=name;--").status_code == 200
    numbers = re.findall(r'<td class="number"><a href="/console/terminal\?id=\d+">([^<]+)', manager.get("/console/terminals").text)
    down = re.findall(r'<td class="number"><a href="/console/terminal\?id=\d+">([^<]+)', manager.get("/console/terminals?sort=-number").text)
    assert len(numbers) >= 3 and sorted(numbers) == numbers and sorted(down, reverse=True) == down
