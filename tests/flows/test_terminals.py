"""Terminals in the console: registering, secrets, operators, limits, disabling; and what a terminal then may do."""

import re

import pytest
import zeep

from console import signed_in
from terminal import Terminal, fresh, next_trace

OPS = ("op_pay", "op_recharge", "op_open", "op_replace", "op_rewrite", "op_reverse", "op_reading")


@pytest.fixture
def manager(stack):
    return signed_in(stack, "manager")


def register(visitor, number, org="DEMO-STATION", kind="pos", ops=OPS, **more):
    """Registers a terminal; gives the secret that the answer shows."""
    visitor.get("/console/terminal/add")
    visitor.post("/console/terminal/add", terminal_no=number, org_id=org, kind=kind, **{op: "1" for op in ops}, **more)
    found = re.search(r'class="secret">.*?data-copy="([^"]+)"', visitor.page.text, re.DOTALL)
    assert found, visitor.text()
    return found.group(1).replace("&#43;", "+")


def terminal_id(visitor, number):
    found = visitor.get(f"/console/search?q={number}")
    assert found.status_code == 303, found.text
    return re.search(r"/console/terminal\?id=(\d+)", found.headers["Location"]).group(1)


def code_of(stack, number, secret, operator="900001", amount="10.00"):
    """What a recharge by that terminal is answered with."""
    one = Terminal(stack, number, secret, operator)
    return one.recharge(fresh("remote"), amount, next_trace())


def test_a_terminal_is_registered_and_sells_with_the_secret_shown_once(stack, manager):
    secret = register(manager, "FLOW-T1")
    number = terminal_id(manager, "FLOW-T1")
    page = manager.get(f"/console/terminal?id={number}").text
    assert secret not in page and "城关供电所" in page and "登记" in page
    assert code_of(stack, "FLOW-T1", secret).ResultCode == 0
    assert "成功" in manager.get(f"/console/terminal?id={number}").text


def test_wrong_fields_say_so_and_keep_what_was_typed(manager):
    manager.get("/console/terminal/add")
    manager.post("/console/terminal/add", terminal_no="坏 号", org_id="NO-SUCH", kind="", limit_txn="abc")
    text = manager.text()
    for words in ("请选择一项", "没有此机构", "请填写金额", "至少允许一项业务"):
        assert words in text, words
    assert 'value="NO-SUCH"' in manager.page.text and 'value="abc"' in manager.page.text
    manager.post("/console/terminal/add", terminal_no="坏 号", org_id="DEMO-STATION", kind="pos", op_pay="1")
    assert "只能用字母" in manager.text() and "密钥" not in manager.page.text.split("<main")[1]
    manager.post("/console/terminal/add", terminal_no="T0000001", org_id="DEMO-STATION", kind="pos", op_pay="1")
    assert "已被使用" in manager.text()
    manager.post("/console/terminal/add", terminal_no="FLOW-TOP", org_id="DEMO", kind="pos", op_pay="1")
    assert "没有此机构" in manager.text()


def test_a_new_secret_ends_the_old_one(stack, manager):
    old = register(manager, "FLOW-T2")
    number = terminal_id(manager, "FLOW-T2")
    manager.get(f"/console/terminal/secret?id={number}")
    assert "原密钥立即作废" in manager.text()
    manager.post(f"/console/terminal/secret?id={number}", version=manager.version())
    new = re.search(r'class="secret">.*?data-copy="([^"]+)"', manager.page.text, re.DOTALL).group(1).replace("&#43;", "+")
    assert new != old and code_of(stack, "FLOW-T2", new).ResultCode == 0
    with pytest.raises(zeep.exceptions.Fault):
        code_of(stack, "FLOW-T2", old)
    history = manager.get(f"/console/terminal?id={number}").text.split('id="s-history"')[1]
    assert "更换密钥" in history and new not in history


def test_limits_and_business_hold_at_the_next_sale(stack, manager):
    secret = register(manager, "FLOW-T3")
    number = terminal_id(manager, "FLOW-T3")
    manager.get(f"/console/terminal/alter?id={number}")
    assert manager.page.text.count("checked") == len(OPS)
    reply = manager.post(f"/console/terminal/alter?id={number}", version=manager.version(), org_id="DEMO-STATION",
                         op_recharge="1", limit_txn="50", limit_day="1,000")
    assert reply.status_code == 303
    text = manager.get(f"/console/terminal?id={number}").text
    assert "¥50.00" in text and "¥1,000.00" in text
    history = re.sub(r"<[^>]*>", "", text.split('id="s-history"')[1])
    assert "单笔限额 0.00 → 50.00" in history and "单日限额 0.00 → 1000.00" in history
    assert "允许的业务 全部 → recharge confirm" in history
    assert code_of(stack, "FLOW-T3", secret, amount="50.00").ResultCode == 0
    assert code_of(stack, "FLOW-T3", secret, amount="50.01").ResultClass == "declined"
    manager.get(f"/console/terminal/alter?id={number}")
    manager.post(f"/console/terminal/alter?id={number}", version=manager.version(), org_id="DEMO-STATION", op_pay="1")
    assert code_of(stack, "FLOW-T3", secret).ResultClass == "declined"


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(stack, manager):
    register(manager, "FLOW-T4")
    number = terminal_id(manager, "FLOW-T4")
    manager.get(f"/console/terminal/alter?id={number}")
    old = manager.version()
    admin = signed_in(stack, "admin")
    admin.get(f"/console/terminal/alter?id={number}")
    admin.post(f"/console/terminal/alter?id={number}", version=admin.version(), org_id="DEMO-STATION", op_pay="1", limit_txn="7")
    manager.post(f"/console/terminal/alter?id={number}", version=old, org_id="DEMO-STATION", op_pay="1", limit_txn="8")
    assert "他人刚刚修改过" in manager.text() and 'value="8"' in manager.page.text and "7.00" in manager.text()


def test_who_is_bound_may_use_it_and_nobody_else(stack, manager):
    secret = register(manager, "FLOW-T5")
    number = terminal_id(manager, "FLOW-T5")
    assert "没有绑定操作员" in manager.get(f"/console/terminal?id={number}").text
    manager.get(f"/console/terminal/bind?id={number}")
    for wrong in ("nobody", "900009"):  # not there, and not where the manager may see people
        manager.post(f"/console/terminal/bind?id={number}", user_id=wrong)
        assert "没有此工号" in manager.text() and f'value="{wrong}"' in manager.page.text
    assert manager.post(f"/console/terminal/bind?id={number}", user_id="900002").status_code == 303
    manager.get(f"/console/terminal/bind?id={number}")
    manager.post(f"/console/terminal/bind?id={number}", user_id="900002")
    assert "已绑定该终端" in manager.text()
    assert code_of(stack, "FLOW-T5", secret).ResultCode != 0
    assert code_of(stack, "FLOW-T5", secret, "900002").ResultCode == 0
    listed = manager.get("/console/terminals?operator=900002&q=FLOW-").text
    assert "FLOW-T5" in listed and "FLOW-T1" not in listed
    manager.get(f"/console/terminal/unbind?id={number}&operator=900002")
    assert "最后一个绑定的操作员" in manager.text()
    assert manager.post(f"/console/terminal/unbind?id={number}", user_id="900002").status_code == 303
    assert code_of(stack, "FLOW-T5", secret).ResultCode == 0
    history = manager.get(f"/console/terminal?id={number}").text.split('id="s-history"')[1]
    assert re.findall(r"<td>(登记|绑定操作员|解除绑定)</td>", history) == ["解除绑定", "绑定操作员", "登记"]


def test_a_disabled_terminal_does_no_business(stack, manager):
    secret = register(manager, "FLOW-T6")
    number = terminal_id(manager, "FLOW-T6")
    manager.get(f"/console/terminal/enable?id={number}")
    assert manager.post(f"/console/terminal/enable?id={number}", version=manager.version()).status_code == 200
    assert "请填写此项" in manager.text()
    assert manager.post(f"/console/terminal/enable?id={number}", version=manager.version(), reason="送修").status_code == 303
    assert "停用" in manager.get(f"/console/terminal?id={number}").text.split("</h1>")[0]
    assert code_of(stack, "FLOW-T6", secret).ResultCode != 0
    assert "FLOW-T6" in manager.get("/console/terminals?state=disabled").text
    assert "没有符合条件的记录" in manager.get("/console/terminals?state=enabled&q=FLOW-T6").text
    manager.get(f"/console/terminal/enable?id={number}")
    assert manager.post(f"/console/terminal/enable?id={number}", version=manager.version(), reason="修好").status_code == 303
    assert "送修" in manager.get(f"/console/terminal?id={number}").text.split('id="s-history"')[1]
    assert code_of(stack, "FLOW-T6", secret).ResultCode == 0


def test_a_terminal_of_others_answers_like_none(stack, manager):
    admin = signed_in(stack, "admin")
    register(admin, "FLOW-ABOVE", org="DEMO")
    above = terminal_id(admin, "FLOW-ABOVE")
    for path in ("", "/alter", "/secret", "/enable", "/bind", "/unbind"):
        answers = []
        for number in (above, "999999999"):
            manager.get(f"/console/terminal{path}?id={number}")
            answers.append(re.sub(r"[0-9a-f]{32,64}|id=\d+", "", manager.page.text))
            assert manager.page.status_code == 404, path
            if path:
                manager.get("/console/account")
                assert manager.post(f"/console/terminal{path}?id={number}", version="1", user_id="900001", org_id="DEMO-STATION",
                                    op_pay="1").status_code == 404, path
        assert answers[0] == answers[1], path
    assert "FLOW-ABOVE" not in manager.get("/console/terminals?q=FLOW-").text
    assert manager.get("/console/search?q=FLOW-ABOVE").status_code == 200


def test_a_long_list_goes_by_pages_and_shows_each_once(manager):
    for i in range(55):
        register(manager, f"PAGE-{i}", ops=("op_pay",))
    seen, address = [], "/console/terminals?q=PAGE-"
    while address:
        manager.get(address)
        seen += re.findall(r">(PAGE-\d+)</a>", manager.page.text)
        following = re.search(r'href="([^"]+)" rel="next"', manager.page.text)
        address = following.group(1).replace("&amp;", "&") if following else None
    assert sorted(seen) == sorted(f"PAGE-{i}" for i in range(55))
