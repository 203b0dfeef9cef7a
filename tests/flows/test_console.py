"""The console as a visitor meets it: signing in, tokens, rights, organisations.  Hostile text and headers: test_hostile.py."""

import re
import sqlite3

import pytest

import stack as stacks
from console import COOKIE, PASSWORD, Visitor, rights_of, routes, signed_in
from far import far_day, far_sale
from slips import png
from terminal import fresh, next_trace
from web import session

@pytest.fixture
def manager(stack):
    return signed_in(stack, "manager")


def add_user(stack, login, role="manager", org=stacks.ORG):
    stack.gridtill("user", "add", login, "测试员", "--org", org, "--operator", login, "--role", role, "--password-stdin",
                   given="GridTill-first-1\n")


# --- looks ---


def test_looks_come_from_here_and_are_kept(stack):
    text = Visitor(stack).get("/console/signin").text
    addresses = re.findall(r'(?:href|src)="(/(?:assets|static)/[^"]+)"', text) + ["/assets/chart.min.js"]
    assert len(addresses) == 6
    for address in addresses:
        reply = session(stack).get(stack.url + address, timeout=10)
        assert reply.status_code == 200 and "max-age" in reply.headers["Cache-Control"]
        assert reply.headers["Content-Type"].split(";")[0] in ("text/css", "text/javascript", "image/svg+xml")
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", text)


# --- signing in and out ---


def test_wrong_name_and_wrong_password_read_alike(stack):
    texts = []
    for login, password in (("manager", "wrong-password-1"), ("nobody-there", "wrong-password-1")):
        visitor = Visitor(stack)
        reply = visitor.sign_in(login, password)
        assert reply.status_code == 200 and not visitor.session.cookies.get(COOKIE + "session")
        texts.append(visitor.text())
    assert "用户名或密码不正确" in texts[0]
    assert texts[0] == texts[1]
    signed_in(stack, "manager")


def test_a_user_is_locked_after_wrong_passwords(stack):
    add_user(stack, "locked.one")
    for _ in range(5):
        assert Visitor(stack).sign_in("locked.one", "wrong-password-1").status_code == 200
    assert Visitor(stack).sign_in("locked.one", "GridTill-first-1").status_code == 200
    stack.gridtill("user", "password", "locked.one", "--password-stdin", given="GridTill-again-1\n")
    assert Visitor(stack).sign_in("locked.one", "GridTill-again-1").status_code == 303


def test_a_first_password_is_changed_before_anything_else(stack):
    add_user(stack, "first.one")
    visitor = Visitor(stack)
    reply = visitor.sign_in("first.one", "GridTill-first-1")
    assert reply.headers["Location"] == "/console/password"
    before = visitor.session.cookies.get(COOKIE + "session")
    assert visitor.get("/console/orgs").headers["Location"] == "/console/password"
    visitor.get("/console/password")
    assert "class=\"menu-list\"" not in visitor.page.text
    visitor.post("/console/password", old="GridTill-first-1", password="GridTill-mine-1", again="GridTill-mine-2")
    assert "两次输入的新密码不一致" in visitor.text() and "GridTill-mine-1" not in visitor.page.text
    visitor.post("/console/password", old="GridTill-first-1", password="short", again="short")
    assert "密码至少" in visitor.text()
    reply = visitor.post("/console/password", old="GridTill-first-1", password="GridTill-mine-1", again="GridTill-mine-1")
    assert reply.status_code == 303
    assert visitor.session.cookies.get(COOKIE + "session") != before
    assert visitor.get("/console", follow=True).status_code == 200
    assert Visitor(stack).sign_in("first.one", "GridTill-first-1").status_code == 200
    assert Visitor(stack).sign_in("first.one", "GridTill-mine-1").status_code == 303


def test_sign_out_ends_the_session_on_the_server(stack):
    visitor = signed_in(stack, "manager")
    token = visitor.session.cookies.get(COOKIE + "session")
    visitor.get("/console/orgs")
    assert visitor.post("/console/signout").headers["Location"] == "/console/signin"
    again = session(stack)
    reply = again.get(stack.url + "/console/orgs", cookies={COOKIE + "session": token}, allow_redirects=False, timeout=10)
    assert reply.status_code == 303 and "/console/signin" in reply.headers["Location"]


def test_sessions_are_listed_and_ended(stack):
    add_user(stack, "many.sessions")
    stack.gridtill("user", "password", "many.sessions", "--password-stdin", given="GridTill-first-1\n")
    first = Visitor(stack)
    first.sign_in("many.sessions", "GridTill-first-1")
    first.get("/console/password")
    first.post("/console/password", old="GridTill-first-1", password="GridTill-mine-1", again="GridTill-mine-1")
    second = signed_in(stack, "many.sessions", "GridTill-mine-1")
    first.get("/console/account")
    ids = re.findall(r'name="id" value="(\d+)"', first.page.text)
    assert len(ids) == 1 and "本次登录" in first.page.text
    assert first.post("/console/account/end", id=ids[0]).status_code == 303
    assert "/console/signin" in second.get("/console/account").headers["Location"]
    third = signed_in(stack, "many.sessions", "GridTill-mine-1")
    stranger = signed_in(stack, "manager")
    stranger.get("/console/account")
    third.get("/console/account")
    own = re.findall(r'name="id" value="(\d+)"', third.page.text)
    assert stranger.post("/console/account/end", id=own[0]).status_code == 404
    third.get("/console/account")
    assert third.post("/console/account/end-all").status_code == 303
    assert "/console/signin" in first.get("/console/account").headers["Location"]
    assert "/console/signin" in third.get("/console/account").headers["Location"]


def test_one_goes_where_one_wanted_to_after_signing_in(stack):
    visitor = Visitor(stack)
    reply = visitor.get("/console/orgs?q=%E5%9F%8E&kind=station")
    assert reply.status_code == 303
    visitor.get(reply.headers["Location"])
    wanted = re.search(r'name="next" value="([^"]*)"', visitor.page.text).group(1).replace("&amp;", "&")
    reply = visitor.post("/console/signin", login="manager", password=PASSWORD, next=wanted)
    assert reply.headers["Location"] == "/console/orgs?q=%E5%9F%8E&kind=station"


@pytest.mark.parametrize("bad", ["https://evil.example/", "//evil.example/", "/\\evil.example", "/console//../x\nA: b"])
def test_nobody_is_sent_elsewhere(stack, bad):
    visitor = Visitor(stack)
    visitor.get("/console/signin")
    reply = visitor.post("/console/signin", login="manager", password=PASSWORD, next=bad)
    assert reply.headers["Location"] == "/console"


def test_sign_in_is_slowed_down_at_the_door(make_stack):
    own = make_stack(environment={"GRIDTILL_SIGNIN_RATE": "1"})
    visitor = Visitor(own)
    visitor.get("/console/signin")
    codes = [visitor.post("/console/signin", token="x", login="a", password="b").status_code for _ in range(65)]
    assert codes[0] == 403 and codes[-1] == 429 and codes.count(429) >= 3
    assert "一分钟后" in visitor.page.content.decode() and re.search(r"[0-9a-f]{32}", visitor.page.text)
    assert visitor.get("/console/signin").status_code == 200


# --- every route, as every role ---


@pytest.mark.parametrize("handler", ["console.fcgi", "cashier.fcgi"])
def test_every_route_needs_its_sign_in_its_right_and_its_token(stack, handler):
    people = {login: (signed_in(stack, login), rights_of(stack, login)) for login in ("admin", "manager", "cashier", "agent")}
    assert "cashier.collect" in people["cashier"][1] and "org.view" not in people["cashier"][1]
    for path, method, right, csrf, _, kind in routes(stack, handler):
        query = "" if kind == "-" else "?id=999999999"
        nobody = Visitor(stack)
        nobody.get("/console/signin")
        if method == "GET" and right != "open":
            assert nobody.get(path + query).status_code == 303, path
        elif method == "POST":
            assert csrf == "csrf"
            assert nobody.post(path + query, token="").status_code == 403, path
        for login, (visitor, rights) in people.items():
            may = right in ("open", "signed") or right in rights
            if method == "POST":
                visitor.get("/console/account")
                good = visitor.token()
                for token in ("", "x", "0" * 64, nobody_token(nobody)):
                    assert visitor.post(path + query, token=token).status_code == 403, (path, login)
                reply = visitor.post(path + query, token=good, headers={"Origin": "https://evil.example"})
                assert reply.status_code == 403, (path, login)
                if not may:
                    assert visitor.post(path + query, token=good).status_code == 403, (path, login)
            elif not may:
                assert visitor.get(path + query).status_code == 403, (path, login)
            else:
                expected = (200, 303) if kind == "-" else (404,)
                assert visitor.get(path + query).status_code in expected, (path, login)


def nobody_token(visitor):
    visitor.get("/console/signin")
    return visitor.token()


# An object of each kind that stands outside of the manager's subtree.
OUTSIDE = {
    "org": "SELECT id FROM gt_org WHERE parent_id = 0",
    "user": "SELECT id FROM gt_user WHERE login = 'admin'",
    "grant": "SELECT g.id FROM gt_grant g JOIN gt_user u ON u.id = g.user_id WHERE u.login = 'admin'",
    "role": "SELECT id FROM gt_role WHERE code = 'FLOW-OUTSIDE'",
    "terminal": "SELECT id FROM gt_terminal WHERE terminal_no = 'OUTSIDE'",
    "txn": "SELECT t.id FROM gt_txn t JOIN gt_org o ON o.id = t.org_id WHERE o.code = 'FAR-STATION'",
    "account": "SELECT a.id FROM gt_account a JOIN gt_org o ON o.id = a.org_id WHERE o.code = 'OUTSIDE'",
    "approval": "SELECT p.id FROM gt_approval p JOIN gt_org o ON o.id = p.org_id WHERE o.code = 'OUTSIDE'",
    "attachment": "SELECT a.id FROM gt_attachment a JOIN gt_slip s ON s.id = a.owner_id JOIN gt_org o ON o.id = s.org_id "
                  "WHERE a.owner_kind = 1 AND o.code = 'FAR-STATION'",
    "posting": "SELECT t.id FROM gt_txn t JOIN gt_org o ON o.id = t.org_id WHERE o.code = 'FAR-STATION' AND t.state = 2",
    "item": "SELECT i.id FROM gt_item i JOIN gt_org o ON o.id = i.org_id WHERE o.parent_id = 0",
    "paper": "SELECT a.id FROM gt_attachment a JOIN gt_item i ON i.id = a.owner_id JOIN gt_org o ON o.id = i.org_id "
             "WHERE a.owner_kind = 2 AND o.parent_id = 0",
    "session": "SELECT s.id FROM gt_session s JOIN gt_user u ON u.id = s.user_id WHERE u.login = 'admin'",
    "shift": "SELECT s.id FROM gt_shift s JOIN gt_user u ON u.id = s.user_id WHERE u.login = 'far.cashier'",
    "round": "SELECT r.id FROM gt_round r JOIN gt_user u ON u.id = r.user_id WHERE u.login = 'far.cashier'",
    "slip": "SELECT s.id FROM gt_slip s JOIN gt_org o ON o.id = s.org_id WHERE o.code = 'FAR-STATION'",
}


def add_outside(stack, admin):
    """What the demo does not have outside of the manager's subtree."""
    if stack.sql("SELECT id FROM gt_org WHERE code = 'OUTSIDE'"):
        return
    far_sale(stack)
    far_day(stack)
    [(top,)] = stack.sql("SELECT code FROM gt_org WHERE parent_id = 0")
    add_org(admin, top, "OUTSIDE", "别的县", "county")
    admin.get("/console/role/add")
    admin.post("/console/role/add", code="FLOW-OUTSIDE", name="别县角色", org="OUTSIDE", rights="user.view")
    admin.get("/console/terminal/add")
    admin.post("/console/terminal/add", terminal_no="OUTSIDE", org_id="OUTSIDE", kind="pos", op_pay="1")
    admin.get("/console/user/add")
    admin.post("/console/user/add", login="outside.one", operator_no="outside.one", name="别县收费员", org_id="OUTSIDE",
               role_id="3", limit="100")
    account = stack.sql(OUTSIDE["account"])[0][0]
    admin.get(f"/console/credit/deposit?id={account}")
    assert admin.post(f"/console/credit/deposit?id={account}", amount="1", reason="x").status_code == 303
    date = stack.sql("SELECT biz_date FROM gt_state")[0][0]
    stack.sim("plant", "extra", "--db", stack.sim_db, "--date", date)
    assert stack.gridtill("reconcile", "sg186", date, check=False).returncode == 3
    with sqlite3.connect(stack.sim_db, timeout=20) as sim:  # their books agree with ours again
        sim.execute("DELETE FROM gt_sim_txn WHERE planted = 1")
    item = stack.sql(OUTSIDE["item"])[0][0]
    admin.get(f"/console/item/attach?id={item}")
    assert admin.session.post(admin.url(f"/console/item/attach?id={item}"), data={"token": admin.token()}, timeout=30,
                              allow_redirects=False, files={"file": ("a.png", png("paper"))}).status_code == 303
    slip = stack.sql(OUTSIDE["slip"])[0][0]
    admin.get(f"/console/remit/attach?id={slip}")
    assert admin.session.post(admin.url(f"/console/remit/attach?id={slip}"), data={"token": admin.token()}, timeout=30,
                              allow_redirects=False, files={"file": ("a.png", png("far"))}).status_code == 303


@pytest.mark.parametrize("handler, login", [("console.fcgi", "manager"), ("cashier.fcgi", "cashier"), ("cashier.fcgi", "agent")])
def test_an_object_of_others_answers_like_none(stack, handler, login):
    admin = signed_in(stack, "admin")
    visitor = signed_in(stack, login)
    add_outside(stack, admin)
    tried = 0
    for path, method, right, _, _, kind in routes(stack, handler):
        if kind == "-":
            continue
        outside = stack.sql(OUTSIDE[kind])[0][0]
        if method == "GET" and handler == "console.fcgi":
            assert admin.get(f"{path}?id={outside}").status_code == 200, path
        answers = []
        for number in (outside, 999999999):
            visitor.get("/console/account")
            if method == "POST":
                visitor.post(f"{path}?id={number}", id=str(number), code="X1", name="x", kind="station", version="1",
                             reason="x", to=stacks.ORG, org=stacks.ORG, role_id="3", amount="5.00", trace="1", key="1",
                             seen="0", pieces_100="1", written="1", prints="0")
            else:
                visitor.get(f"{path}?id={number}")
            assert visitor.page.status_code == 404, path
            answers.append(re.sub(r"[0-9a-f]{32}|[0-9a-f]{64}|id=\d+", "", visitor.page.text))
        assert answers[0] == answers[1], path
        tried += 1
    assert tried > 6


@pytest.mark.parametrize("query", ["?id=", "?id=x", "?id=-1", "?id=1;2", "?id=99999999999999999999", ""])
def test_an_id_that_is_none_answers_like_none(manager, query):
    assert manager.get("/console/org" + query).status_code == 404


@pytest.mark.parametrize("query", ["?a=%ff", "?a=%00", "?=1", "?" + "&".join(f"a{i}=1" for i in range(300))])
def test_a_broken_address_is_refused(manager, query):
    reply = manager.get("/console/orgs" + query)
    assert reply.status_code in (400, 413)
    assert reply.headers["X-Request-Id"] in manager.text()
    assert "请求有误" in manager.text() + "请求有误" * (reply.status_code == 413)


def test_bodies_that_no_form_sends(manager):
    manager.get("/console/account")
    token = manager.token()
    url = manager.url("/console/language")
    for headers, data, status in (
            ({"Content-Type": "application/json"}, "{}", 415),
            ({"Content-Type": "multipart/form-data; boundary=x"}, "--y", 400),
            ({"Content-Type": "application/x-www-form-urlencoded"}, f"token={token}&lang=%ff", 400),
            ({"Content-Type": "application/x-www-form-urlencoded"}, f"token={token}&lang=fr", 400),
            ({"Content-Type": "application/x-www-form-urlencoded"}, "a=" + "b" * 70000, 413)):
        reply = manager.session.post(url, headers=headers, data=data, timeout=10, allow_redirects=False)
        assert reply.status_code == status, (headers, reply.status_code)


# --- language ---


def test_language_is_switched_and_kept(stack):
    visitor = Visitor(stack)
    visitor.get("/console/signin")
    assert 'lang="zh-CN"' in visitor.page.text and "用户名" in visitor.text()
    reply = visitor.post("/console/language", lang="en", back="/console/signin")
    assert reply.headers["Location"] == "/console/signin"
    visitor.get("/console/signin")
    assert '<html lang="en">' in visitor.page.text and "User name" in visitor.text()
    visitor.sign_in("manager", "wrong-password-1")
    assert "Wrong name or password" in visitor.text()


def test_error_pages_speak_both_languages(stack):
    for language, first in (("zh", "没有找到"), ("en", "Not found")):
        visitor = signed_in(stack, "manager", language=language)
        visitor.get("/console/none")
        assert "没有找到" in visitor.text() and "Not found" in visitor.text()
        assert f"<h1>{first}</h1>" in visitor.page.text


# --- organisations ---


def add_org(visitor, above, code, name, kind="station", **more):
    number = visitor.org(above)
    visitor.get(f"/console/org/add?id={number}")
    return visitor.post(f"/console/org/add?id={number}", code=code, name=name, kind=kind, **more)


def test_an_organisation_is_added_renamed_moved_disabled_and_enabled(manager):
    assert add_org(manager, "DEMO-COUNTY", "FLOW-1", "城东供电所").status_code == 303
    assert add_org(manager, "FLOW-1", "FLOW-A", "惠民二号店", "agent", limit="1,000.50").status_code == 303
    agent = manager.org("FLOW-A")
    manager.get(f"/console/org?id={agent}")
    assert "已增加“惠民二号店”" in manager.text()
    manager.get(f"/console/org?id={agent}")
    assert "已增加“惠民二号店”" not in manager.text()  # a message is shown once
    assert "1,000.50" in manager.text() and "城东供电所" in manager.text()
    one = manager.org("FLOW-1")
    manager.get(f"/console/org/rename?id={one}")
    assert manager.post(f"/console/org/rename?id={one}", version=manager.version(), name="城东营业厅").status_code == 303
    manager.get(f"/console/org?id={one}")
    assert "城东营业厅" in manager.text() and "“城东供电所”已改名" in manager.text()
    manager.get(f"/console/org/move?id={agent}")
    manager.post(f"/console/org/move?id={agent}", version=manager.version(), to="NO-SUCH")
    assert "没有此编码的机构" in manager.text() and 'value="NO-SUCH"' in manager.page.text
    assert manager.post(f"/console/org/move?id={agent}", version=manager.version(), to="DEMO-STATION").status_code == 303
    manager.get(f"/console/org/enable?id={one}")
    manager.post(f"/console/org/enable?id={one}", version=manager.version(), code="FLOW-2", reason="撤点")
    assert "不一致" in manager.text() and 'value="撤点"' in manager.page.text
    manager.post(f"/console/org/enable?id={one}", version=manager.version(), code="FLOW-1")
    assert "请填写此项" in manager.text()
    assert manager.post(f"/console/org/enable?id={one}", version=manager.version(), code="FLOW-1", reason="撤点").status_code == 303
    manager.get(f"/console/org?id={one}")
    assert "停用" in manager.text()
    history = manager.page.text.split('id="s-history"')[1]
    assert [w for w in re.findall(r"<td>(新增|改名|停用|启用)</td>", history)] == ["停用", "改名", "新增"]
    assert "<del>启用</del> → 停用" in history and "撤点" in history and "<del>城东供电所</del> → 城东营业厅" in history
    manager.get(f"/console/org/enable?id={one}")
    assert manager.post(f"/console/org/enable?id={one}", version=manager.version(), code="FLOW-1", reason="复业").status_code == 303


def test_wrong_fields_say_so_and_keep_what_was_typed(manager):
    county = manager.org("DEMO-COUNTY")
    manager.get(f"/console/org/add?id={county}")
    manager.post(f"/console/org/add?id={county}", code="坏 编码", name="保留的名称", kind="station")
    assert manager.page.status_code == 200
    assert 'value="保留的名称"' in manager.page.text and 'id="e-code"' in manager.page.text
    manager.post(f"/console/org/add?id={county}", code="DEMO-STATION", name="重复", kind="station")
    assert "已被使用" in manager.text()
    manager.post(f"/console/org/add?id={county}", code="FLOW-X", name="", kind="")
    assert "请填写此项" in manager.text() and "请选择一项" in manager.text()
    manager.post(f"/console/org/add?id={county}", code="FLOW-X", name="x", kind="bureau")
    assert "请从列表中选择" in manager.text()


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(stack):
    one, two = signed_in(stack, "manager"), signed_in(stack, "admin")
    add_org(one, "DEMO-COUNTY", "FLOW-RACE", "甲")
    number = one.org("FLOW-RACE")
    one.get(f"/console/org/rename?id={number}")
    old = one.version()
    two.get(f"/console/org/rename?id={number}")
    assert two.post(f"/console/org/rename?id={number}", version=two.version(), name="乙").status_code == 303
    one.post(f"/console/org/rename?id={number}", version=old, name="丙")
    assert "他人刚刚修改过" in one.text() and 'value="丙"' in one.page.text and "乙" in one.text()
    one.get(f"/console/org?id={number}")
    assert "乙" in one.text() and "丙" not in one.text()


def test_an_organisation_with_money_is_not_disabled(stack, terminal):
    terminal.recharge(fresh("remote"), "10.00", next_trace())
    manager = signed_in(stack, "manager")
    station = manager.org("DEMO-STATION")
    manager.get(f"/console/org/enable?id={station}")
    assert "处理完后才能停用" in manager.text()
    manager.post(f"/console/org/enable?id={station}", version=manager.version(), code="DEMO-STATION", reason="x")
    assert manager.page.status_code == 200 and "未解缴" in manager.text()
    manager.get(f"/console/org?id={station}")
    assert "启用" in manager.page.text.split("</h1>")[0]


def test_filters_stand_in_the_address(manager):
    add_org(manager, "DEMO-COUNTY", "FLOW-FIND", "找得到供电所")
    manager.get("/console/orgs?q=flow-find")
    assert "找得到供电所" in manager.text() and "DEMO-AGENT" not in manager.page.text
    manager.get("/console/orgs?q=&kind=agent&state=enabled")
    assert "DEMO-AGENT" in manager.page.text and "FLOW-FIND" not in manager.page.text
    manager.get("/console/orgs?q=nothing-like-this")
    assert "没有符合条件的记录" in manager.text()
    manager.get("/console/orgs?kind=palace")
    assert "请从列表中选择" in manager.text()


def test_a_long_list_goes_by_pages_and_shows_each_once(stack):
    admin = signed_in(stack, "admin")
    add_org(admin, "DEMO-COUNTY", "MANY", "很多", "station")
    number = admin.org("MANY")
    for i in range(60):
        admin.get(f"/console/org/add?id={number}") if i == 0 else None
        assert admin.post(f"/console/org/add?id={number}", token=admin_token(admin), code=f"MANY-{i}", name=f"第{i}所",
                          kind="station").status_code == 303
    seen, address = [], "/console/orgs?q=MANY-"
    while address:
        admin.get(address)
        seen += re.findall(r'<td class="number">(MANY-\d+)</td>', admin.page.text)
        following = re.search(r'href="([^"]+)" rel="next"', admin.page.text)
        address = following.group(1).replace("&amp;", "&") if following else None
    assert sorted(seen) == sorted(f"MANY-{i}" for i in range(60))


def admin_token(visitor):
    if not hasattr(visitor, "kept"):
        visitor.get("/console/account")
        visitor.kept = visitor.token()
    return visitor.kept


def test_health_and_metrics_are_for_this_machine(stack):
    one = session(stack)
    assert one.get(stack.url + "/console/healthz", timeout=10).text == "ok\n"
    assert "gridtill_requests_total{operation=\"console\"" in one.get(stack.url + "/console/metrics", timeout=10).text
