"""Credit in the console: limits, deposits, permissions, suspending; and what a second person decides."""

import concurrent.futures
import re

import pytest

import stack as stacks
from console import Visitor, figures, signed_in
from page import fill_in
from terminal import Terminal, fresh, next_trace


@pytest.fixture
def manager(stack):
    return signed_in(stack, "manager")


@pytest.fixture
def admin(stack):
    return signed_in(stack, "admin")


def account(stack, visitor, login, limit="1,000.00", org=stacks.ORG):
    """A new cashier with an account of their own; gives the account's id."""
    visitor.get("/console/user/add")
    visitor.post("/console/user/add", login=login, operator_no=login, name=f"收费{login}", org_id=org, role_id="3", limit=limit)
    return figures(stack, f"SELECT account_id FROM gt_user WHERE login = '{login}'")[0]


def seen(visitor):
    return re.search(r'name="seen" value="(\d+)"', visitor.page.text).group(1)


def set_limit(visitor, number, credit, **more):
    visitor.get(f"/console/credit/limit?id={number}")
    return visitor.post(f"/console/credit/limit?id={number}", seen=seen(visitor), credit=credit, **more)


def waiting(stack, number):
    """The id of the newest request about an account."""
    return stack.sql(f"SELECT id FROM gt_approval WHERE object_id = {number} ORDER BY id DESC")[0][0]


def decide(visitor, request, decision, **more):
    visitor.get(f"/console/approval?id={request}")
    version = re.search(r'name="version" value="(\d+)"', visitor.page.text)
    return visitor.post(f"/console/approval?id={request}", decision=decision, version=version.group(1) if version else "1", **more)


def limits(stack, number):
    return figures(stack, f"SELECT credit_limit, limit_txn, limit_day FROM gt_account WHERE id = {number}")


def test_limits_are_changed_at_once_below_the_threshold(stack, manager):
    number = account(stack, manager, "pc.limit")
    assert set_limit(manager, number, "2,000.00", txn="500", day="1500.50").status_code == 303
    manager.get(f"/console/credit/account?id={number}")
    assert "限额已调整" in manager.text() and "¥2,000.00" in manager.text() and "¥1,500.50" in manager.text()
    assert limits(stack, number) == (200000, 50000, 150050)
    history = manager.page.text.split('id="s-history"')[1]
    assert "调整限额" in history and "<del>1000.00</del> → 2000.00" in history
    assert set_limit(manager, number, "2,000.00").status_code == 303
    assert limits(stack, number) == (200000, 0, 0)


def test_a_limit_above_the_threshold_waits_for_another_person(stack, manager, admin):
    number = account(stack, manager, "pc.second")
    set_limit(manager, number, "500000")
    assert manager.page.status_code == 200 and "请填写原因" in manager.text()
    assert set_limit(manager, number, "500000", reason="旺季").status_code == 303
    assert limits(stack, number)[0] == 100000
    request = waiting(stack, number)
    manager.get(f"/console/credit/account?id={number}")
    assert "已提交审批" in manager.text() and "¥1,000.00 → ¥500,000.00" in manager.text()
    manager.get(f"/console/approval?id={request}")
    assert "只能由他人审批" in manager.text() and 'name="decision"' not in manager.page.text
    admin.get("/console/approvals")
    assert "旺季" not in admin.text() and f"/console/approval?id={request}" in admin.page.text
    admin.get(f"/console/approval?id={request}")
    assert "旺季" in admin.text() and "¥1,000.00" in admin.text() and "¥500,000.00" in admin.text() and "李主任" in admin.text()
    assert decide(admin, request, "approve", note="同意").status_code == 303
    assert limits(stack, number)[0] == 50000000
    admin.get(f"/console/approval?id={request}")
    assert "已批准" in admin.text() and "同意" in admin.text() and 'name="decision"' not in admin.page.text


def test_a_forged_approval_of_ones_own_request_is_refused(stack, manager):
    number = account(stack, manager, "pc.forged")
    set_limit(manager, number, "500000", reason="自己批")
    request = waiting(stack, number)
    for decision in ("approve", "refuse"):
        manager.get(f"/console/approval?id={request}")
        reply = manager.post(f"/console/approval?id={request}", decision=decision, version="1", note="x")
        assert reply.status_code == 200 and "申请人不能审批自己的申请" in manager.text()
    assert limits(stack, number)[0] == 100000
    assert figures(stack, f"SELECT state FROM gt_approval WHERE id = {request}") == (1,)
    manager.get(f"/console/approval?id={request}")
    assert manager.post(f"/console/approval/withdraw?id={request}").status_code == 303
    manager.get(f"/console/approval?id={request}")
    assert "申请已撤回" in manager.text() and "已撤回" in manager.text()


def grasping(stack, login):
    """A manager who also collects: gives a visitor, and the id of their own account."""
    stack.gridtill("user", "add", login, "又管又收", "--org", stacks.ORG, "--operator", login, "--role", "cashier", "--limit",
                   "1000", "--password-stdin", given="GridTill-first-1\n")
    stack.gridtill("user", "grant", login, "manager", "DEMO-COUNTY")
    visitor = Visitor(stack)
    visitor.sign_in(login, "GridTill-first-1")
    visitor.get("/console/password")
    visitor.post("/console/password", old="GridTill-first-1", password="GridTill-mine-1", again="GridTill-mine-1")
    return visitor, figures(stack, f"SELECT account_id FROM gt_user WHERE login = '{login}'")[0]


def test_nobody_asks_for_or_decides_about_their_own_account(stack, manager):
    own, number = grasping(stack, "pc.own")
    assert set_limit(own, number, "1,500").status_code == 200 and "不能对自己这样做" in own.text()
    assert set_limit(own, number, "500000", reason="自己要").status_code == 200 and "不能对自己这样做" in own.text()
    for action, fields in (("deposit", {"amount": "100", "reason": "x"}), ("suspend", {"suspend": "1", "reason": "x"}),
                           ("permit", {"customer_no": "3000000001", "amount": "10", "reason": "x"})):
        own.get(f"/console/credit/{action}?id={number}")
        assert own.post(f"/console/credit/{action}?id={number}", **fields).status_code == 200, action
        assert "不能对自己这样做" in own.text(), action
    assert set_limit(manager, number, "500000", reason="别人申请").status_code == 303
    request = waiting(stack, number)
    decide(own, request, "approve", note="自己批")
    assert own.page.status_code == 200 and "不能对自己这样做" in own.text()
    manager.get(f"/console/credit/deposit?id={number}")
    assert manager.post(f"/console/credit/deposit?id={number}", amount="100", reason="x").status_code == 303
    decide(own, waiting(stack, number), "approve", note="自己批")
    assert own.page.status_code == 200 and "不能对自己这样做" in own.text()
    assert limits(stack, number) == (100000, 0, 0)
    assert figures(stack, f"SELECT deposit FROM gt_account WHERE id = {number}") == (0,)
    assert figures(stack, f"SELECT COUNT(*) FROM gt_approval WHERE object_id = {number} AND state = 1") == (2,)


def test_what_changed_since_it_was_asked_is_not_approved(stack, manager, admin):
    number = account(stack, manager, "pc.stale")
    set_limit(manager, number, "500000", reason="先申请")
    request = waiting(stack, number)
    assert set_limit(manager, number, "2,000").status_code == 303
    decide(admin, request, "approve", note="同意")
    assert admin.page.status_code == 200 and "申请之后情况已变化" in admin.text()
    assert limits(stack, number) == (200000, 0, 0)
    decide(admin, request, "refuse", note="重新申请")
    assert admin.page.status_code == 303


def test_two_who_approve_at_once_post_once(stack, manager, admin):
    number = account(stack, manager, "pc.twice")
    manager.get(f"/console/credit/deposit?id={number}")
    assert manager.post(f"/console/credit/deposit?id={number}", amount="70", reason="到账").status_code == 303
    request = waiting(stack, number)
    visitors = [admin, signed_in(stack, "admin"), grasping(stack, "pc.second.checker")[0], signed_in(stack, "admin")]
    version = None
    for visitor in visitors:
        visitor.get(f"/console/approval?id={request}")
        version = re.search(r'name="version" value="(\d+)"', visitor.page.text).group(1)
    with concurrent.futures.ThreadPoolExecutor(len(visitors)) as pool:
        answers = list(pool.map(lambda v: v.post(f"/console/approval?id={request}", decision="approve", version=version), visitors))
    assert sorted(a.status_code for a in answers) == [200, 200, 200, 303]
    assert figures(stack, f"SELECT deposit FROM gt_account WHERE id = {number}") == (7000,)
    for visitor in visitors:  # and the same form once more
        visitor.get("/console/account")
        assert visitor.post(f"/console/approval?id={request}", decision="approve", version=version).status_code == 200
    assert figures(stack, f"SELECT deposit FROM gt_account WHERE id = {number}") == (7000,)
    assert stack.gridtill("check", "books").returncode == 0


def test_a_request_is_refused_with_a_reason_and_only_once(stack, manager, admin):
    number = account(stack, manager, "pc.refuse")
    set_limit(manager, number, "500000", reason="再来")
    request = waiting(stack, number)
    assert decide(admin, request, "refuse").status_code == 200
    assert "请填写原因" in re.search(r'id="e-note">([^<]*)', admin.page.text).group(1)
    assert decide(admin, request, "refuse", note="额度足够").status_code == 303
    decide(admin, request, "approve")
    assert admin.page.status_code == 200 and "此申请已有结果" in admin.text()
    manager.get(f"/console/approvals?state=refused&q=pc.refuse")
    assert f"/console/approval?id={request}" in manager.page.text
    manager.get(f"/console/approval?id={request}")
    assert "额度足够" in manager.text() and limits(stack, number)[0] == 100000
    assert admin.post(f"/console/approval?id={request}", decision="burn", version="1").status_code == 400
    admin.get(f"/console/approval?id={request}")
    assert admin.post(f"/console/approval/withdraw?id={request}").status_code == 404


def test_requests_are_listed_the_newest_or_the_oldest_first(stack, manager, admin):
    number = account(stack, manager, "pc.order")
    asked = []
    for reason in ("先来的", "后来的"):
        assert set_limit(manager, number, "500000", reason=reason).status_code == 303
        asked.append(str(waiting(stack, number)))
        # The manager's own subtree, what waits in it: by the state.
        assert f"/console/approval?id={asked[-1]}\"" in manager.get("/console/approvals?sort=-at&mine=own").text
        assert decide(admin, asked[-1], "refuse", note="额度足够").status_code == 303
    for visitor in (manager, admin):
        for sort, order in (("", asked[::-1]), ("&sort=-at", asked[::-1]), ("&sort=at", asked)):
            page = visitor.get(f"/console/approvals?state=refused&q=pc.order{sort}").text
            assert re.findall(r'/console/approval\?id=(\d+)"', page) == order, sort


def test_a_limit_changed_meanwhile_is_not_overwritten(stack, manager, admin):
    number = account(stack, manager, "pc.race")
    manager.get(f"/console/credit/limit?id={number}")
    old = seen(manager)
    set_limit(admin, number, "1500")
    manager.post(f"/console/credit/limit?id={number}", seen=old, credit="1800")
    assert manager.page.status_code == 200 and "他人刚刚修改过" in manager.text() and "¥1,500.00" in manager.text()
    assert limits(stack, number)[0] == 150000
    manager.post(f"/console/credit/limit?id={number}", seen=seen(manager), credit="1800")
    assert limits(stack, number)[0] == 180000


def test_a_deposit_is_posted_by_the_second_person(stack, manager, admin):
    number = account(stack, manager, "pc.deposit")
    for fields, said in (({"amount": "0", "reason": "x"}, "不能小于 0.01"), ({"amount": "-5", "reason": "x"}, "不能小于"),
                         ({"amount": "12.345", "reason": "x"}, "请填写金额"), ({"amount": "5", "reason": ""}, "请填写此项")):
        manager.get(f"/console/credit/deposit?id={number}")
        assert manager.post(f"/console/credit/deposit?id={number}", **fields).status_code == 200
        assert said in manager.text(), fields
    manager.get(f"/console/credit/deposit?id={number}")
    assert manager.post(f"/console/credit/deposit?id={number}", amount="250.50", reason="工行 0042").status_code == 303
    assert figures(stack, f"SELECT deposit FROM gt_account WHERE id = {number}") == (0,)
    assert decide(admin, waiting(stack, number), "approve").status_code == 303
    assert figures(stack, f"SELECT deposit FROM gt_account WHERE id = {number}") == (25050,)
    manager.get(f"/console/credit/account?id={number}")
    assert "¥250.50" in manager.text() and "¥1,250.50" in manager.text() and "预存款入账" in manager.text()


def test_a_one_off_permission_lets_one_sale_through(stack, manager, terminal):
    [number] = figures(stack, "SELECT account_id FROM gt_user WHERE operator_no = '900001'")
    customer = fresh("remote")
    before = limits(stack, number)
    try:
        assert set_limit(manager, number, str(before[0] // 100), txn="5").status_code == 303
        assert terminal.recharge(customer, "60.00", next_trace()).ResultClass == "declined"
        manager.get(f"/console/credit/permit?id={number}")
        reply = manager.post(f"/console/credit/permit?id={number}", customer_no=customer, amount="60.00", reason="孤寡老人")
        assert reply.status_code == 303
        manager.get(f"/console/credit/account?id={number}")
        assert customer in manager.text() and "孤寡老人" in manager.text() and "可使用" in manager.text()
        assert terminal.recharge(customer, "60.00", next_trace()).ResultClass == "ok"
        manager.get(f"/console/credit/account?id={number}")
        assert "已使用" in manager.text()
    finally:
        set_limit(manager, number, str(before[0] // 100))


def test_an_account_is_suspended_and_collects_again(stack, manager):
    number = account(stack, manager, "pc.suspend")
    for way, state, said in (("1", 2, "已暂停收费"), ("1", 2, "已暂停收费"), ("0", 1, "已恢复收费")):
        manager.get(f"/console/credit/suspend?id={number}")
        assert manager.post(f"/console/credit/suspend?id={number}", suspend=way, reason="盘点").status_code == 303
        manager.get(f"/console/credit/account?id={number}")
        assert said in manager.text()
        assert figures(stack, f"SELECT state FROM gt_account WHERE id = {number}") == (state,)


def test_accounts_are_filtered(stack, manager):
    account(stack, manager, "pc.find")
    for query, there in (("q=PC.FIND", True), ("q=收费pc.find", True), ("q=pc.find&kind=agent", False), ("kind=agent", False),
                         ("q=pc.find&state=suspended", False), (f"q=pc.find&org={stacks.ORG}", True), ("q=%25find", False)):
        manager.get(f"/console/credit?{query}")
        assert ("收费pc.find" in manager.page.text) == there, query
    manager.get("/console/credit?kind=agent")
    assert "惠民代收点" in manager.text()


def test_hostile_reasons_are_text(stack, manager, admin):
    number = account(stack, manager, "pc.hostile")
    text = '"><img src=x onerror=alert(1)>'
    manager.get(f"/console/credit/deposit?id={number}")
    manager.post(f"/console/credit/deposit?id={number}", amount="1", reason=text)
    request = waiting(stack, number)
    for visitor, path in ((admin, f"approval?id={request}"), (manager, f"credit/account?id={number}"), (admin, "approvals")):
        visitor.get(f"/console/{path}")
        assert visitor.page.status_code == 200 and "<img" not in visitor.page.text, path
    manager.get(f"/console/credit/account?id={number}")
    assert text in manager.text()


def test_a_quota_bounds_what_is_given_below(stack, manager, admin):
    """At a station of its own, so that no other test meets its bounds."""
    above = manager.org("DEMO-COUNTY")
    manager.get(f"/console/org/add?id={above}")
    manager.post(f"/console/org/add?id={above}", code="PC-QUOTA", name="额度所", kind="station")
    station = manager.org("PC-QUOTA")
    manager.get(f"/console/credit/quota?id={station}")
    assert "不受限制" in manager.text()
    assert manager.post(f"/console/credit/quota?id={station}", granted="5,000.00").status_code == 303
    manager.get(f"/console/credit/quota?id={station}")
    assert "额度已设置" in manager.text() and manager.text().count("¥5,000.00") >= 2
    number = account(stack, manager, "pc.quota", limit="4,000.00", org="PC-QUOTA")
    set_limit(manager, number, "5,500.00")
    assert manager.page.status_code == 200 and "还可授予 ¥1000.00" in manager.text()
    manager.get(f"/console/credit/quota?id={station}")
    manager.post(f"/console/credit/quota?id={station}", granted="3000")
    assert "额度不能低于此数" in re.search(r'id="e-granted">([^<]*)', manager.page.text).group(1)
    manager.get(f"/console/credit/quota?id={above}")
    assert "额度所" in manager.text() and "¥4,000.00" in manager.text()
    assert "只有上级机构的管理人员" in manager.text() and 'name="granted"' not in manager.page.text
    manager.get("/console/account")
    assert manager.post(f"/console/credit/quota?id={above}", granted="1").status_code == 403
    manager.get(f"/console/credit/quota?id={station}")
    assert manager.post(f"/console/credit/quota?id={station}", granted="").status_code == 303
    assert set_limit(manager, number, "5,500.00").status_code == 303


def test_limits_by_business_bound_a_sale_and_stand_on_the_page(stack, manager):
    """Of an account of its own, whose operator sells on the demo's POS."""
    number = account(stack, manager, "pc.business", limit="4,000.00")
    address = f"/console/credit/business?id={number}"
    page = fill_in(manager, address, "/console/credit/business", recharge_txn="100", recharge_day="150.00", pay_day="abc")
    assert "金额" in re.search(r'id="e-pay_day">([^<]*)', page.text).group(1) and 'value="150.00"' in page.text
    page = fill_in(manager, address, "/console/credit/business", recharge_txn="100", recharge_day="150.00")
    assert "分业务限额已保存" in page.text and "充值·单日限额" in page.text
    assert re.search(r"<td>充值</td><td class=\"money\">¥100.00</td><td class=\"money\">¥150.00</td>", page.text)
    terminal = Terminal(stack, operator="pc.business")
    assert terminal.recharge(fresh("remote"), "100.01").ResultCode == 3002
    assert terminal.recharge(fresh("remote"), "100.00").ResultCode == 0
    assert terminal.recharge(fresh("remote"), "50.01").ResultCode == 3003
    assert terminal.recharge(fresh("remote"), "50.00").ResultCode == 0
    manager.get(address)
    other = signed_in(stack, "admin")
    fill_in(other, address, "/console/credit/business", recharge_txn="", recharge_day="")
    seen = re.search(r'name="seen" value="(\d+)"', manager.page.text).group(1)
    manager.post(address, seen=seen, recharge_day="1")
    assert "他人刚刚修改过" in manager.text() and 'name="recharge_day" value="1"' in manager.page.text
    assert terminal.recharge(fresh("remote"), "500.00").ResultCode == 0
