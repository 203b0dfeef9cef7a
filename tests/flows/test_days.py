"""Day close in the console: blind, compared, confirmed by another above, given back, opened again by approval."""

import csv
import io
import re

import pytest

import books
import stack as stacks
from console import PASSWORD, Visitor, figures, signed_in
from terminal import Terminal, fresh


def person(own, login, role, org):
    """A new user who has set a password of their own."""
    own.gridtill("user", "add", login, "日结员", "--org", org, "--operator", login, "--role", role, "--password-stdin",
                 given="GridTill-first-1\n")
    visitor = Visitor(own)
    visitor.sign_in(login, "GridTill-first-1")
    visitor.get("/console/password")
    visitor.post("/console/password", old="GridTill-first-1", password=PASSWORD, again=PASSWORD)
    return visitor


@pytest.fixture
def closed(make_stack):
    """A platform with two recharges, one taken back, on a date that has ended; the date as yyyymmdd."""
    own = make_stack()
    terminal, customer = Terminal(own), fresh("remote")
    assert terminal.recharge(fresh("remote"), "10.00").ResultCode == 0
    sale = terminal.recharge(customer, "3.00")
    assert terminal.reverse(sale.TransactionNo, customer, "3.00").ResultCode == 0
    date = figures(own, "SELECT biz_date FROM gt_state")[0]
    own.gridtill("date", "cut", "--from", date)
    stacks.wait_until(lambda: own.sql(f"SELECT 1 FROM gt_fold WHERE id = {date} AND written = lines"), 60, "the totals")
    return own, date


RIGHT = {"recharge_count": "2", "recharge_amount": "13.00", "reverse_count": "1", "reverse_amount": "3"}


def declare(visitor, where, **told):
    page = visitor.get(where)
    rounds = re.search(r'name="rounds" value="(\d+)"', page.text).group(1)
    return visitor.post(where, rounds=rounds, **told)


def confirm(visitor, where, **fields):
    page = visitor.get(where)
    version = re.search(r'name="version" value="(\d+)"', page.text)
    return visitor.post(where.replace("/day?", "/day/confirm?"), version=version.group(1) if version else "1", **fields)


def confirmed(visitor, where):
    return confirm(visitor, where).status_code == 303 and "已确认。" in visitor.get(where).text


def exported(visitor, query):
    reply = visitor.get("/console/days/export" + query)
    assert reply.status_code == 200, reply.text
    return list(csv.reader(io.StringIO(reply.content.decode("utf-8-sig"))))


def test_a_date_is_closed_from_below_to_the_top(closed):
    own, date = closed
    admin, manager = signed_in(own, "admin"), signed_in(own, "manager")
    station = person(own, "station.head", "manager", stacks.ORG)
    ids = {code: admin.org(code) for code in (stacks.ORG, "DEMO-COUNTY")}
    bureau = figures(own, "SELECT id FROM gt_org WHERE parent_id = 0")[0]
    here, county, top = (f"/console/day?id={i}&date={date}" for i in (ids[stacks.ORG], ids["DEMO-COUNTY"], bureau))
    manager.get("/console/days")
    assert manager.text().count("未申报") >= 2 and "城关供电所" in manager.text()
    assert manager.page.text.count('href="/console/day?') == 2, "and not the bureau"
    # Blind: nothing of ours before it is declared, and nothing filled in.
    page = station.get(here).text
    assert "13.00" not in page and "10.00" not in page and "平台金额" not in page
    assert not re.search(r'name="(?:pay|recharge|open|replace|reverse)_\w+" value="[^"]', page)
    assert "下级还有" in manager.get(county).text, "those below come first"
    manager.get(here)
    assert declare(station, here, recharge_count="1", recharge_amount="10").status_code == 303
    text = station.get(here).text
    assert "平台金额" in text and "13.00" in text and "待确认" in text
    # Corrected; a difference then wants a reason.
    assert declare(station, here, recharge_count="1", recharge_amount="10").status_code == 200
    assert "请说明原因" in station.text()
    assert declare(station, here, recharge_count="-1").status_code == 200 and "不能小于" in station.text()
    assert declare(station, here, **RIGHT).status_code == 303
    assert "相符" in station.get(here).text
    # Not by who declared it, not by who is not above: by the page and by a forged request.
    assert "/console/day/confirm" not in station.get(here).text
    assert confirm(station, here).status_code in (403, 404)
    assert figures(own, "SELECT state FROM gt_day") == (2,)
    assert confirmed(manager, here)
    assert declare(manager, county, **RIGHT).status_code == 303
    assert "您是申报人" in admin.get(county).text or confirm(manager, county).status_code in (403, 404)
    assert confirmed(admin, county)
    assert declare(admin, top, **RIGHT).status_code == 303
    admin.get(top)
    assert "您是申报人" in admin.text() and "/console/day/confirm" not in admin.page.text
    assert confirm(admin, top).status_code == 303 and "申报人不能确认" in admin.get(top).text
    second = person(own, "second.admin", "manager", own.sql("SELECT code FROM gt_org WHERE parent_id = 0")[0][0])
    assert confirmed(second, top)
    assert figures(own, "SELECT COUNT(*), SUM(state), SUM(differs) FROM gt_day") == (3, 9, 0)
    assert figures(own, "SELECT COUNT(*) FROM gt_item") == (0,)
    admin.get("/console/days")
    assert admin.page.text.split("<tbody>")[1].count("已确认") == 3
    # Taken away as a file: what is filtered, below one's own organisations.
    assert [row[1] for row in exported(admin, "")] == ["机构编码", *(own.sql(f"SELECT code FROM gt_org WHERE id = {i}")[0][0]
                                                                   for i in (bureau, *reversed(ids.values())))]
    rows = exported(manager, "?state=confirmed")
    assert [(row[0].replace("-", ""), row[1], row[3], row[4]) for row in rows[1:]] == [
        (str(date), code, "已确认", "0") for code in ("DEMO-COUNTY", stacks.ORG)]
    assert len(exported(manager, "?state=declared")) == 1 and manager.get("/console/days/export?state=no-such").status_code == 400
    assert figures(own, "SELECT COUNT(*) FROM gt_oplog WHERE what = 'day.export'") == (3,)
    books.assert_agree(own)


def test_a_difference_becomes_an_item_and_a_closed_day_opens_only_by_approval(closed):
    own, date = closed
    admin, manager = signed_in(own, "admin"), signed_in(own, "manager")
    station = person(own, "station.head", "manager", stacks.ORG)
    here = f"/console/day?id={admin.org(stacks.ORG)}&date={date}"
    assert declare(station, here, recharge_count="3", recharge_amount="20", reverse_count="1", reverse_amount="3").status_code == 303
    # Given back with a reason; then again, with the difference explained.
    back = here.replace("/day?", "/day/return?")
    assert station.get(back).status_code == 200, "whoever may confirm somewhere sees the form"
    assert station.post(back, version="1", reason="我").status_code in (403, 404)
    manager.get(back)
    version = re.search(r'name="version" value="(\d+)"', manager.page.text).group(1)
    assert manager.post(back, version=version).status_code == 200 and "请填写" in manager.text()
    assert manager.post(back, version=version, reason="少一笔").status_code == 303
    assert "待重新申报" in station.get(here).text and "平台金额" not in station.page.text
    told = {"recharge_count": "3", "recharge_amount": "20", "reverse_count": "1", "reverse_amount": "3"}
    assert declare(station, here, **told, note="<b>手工簿</b>").status_code == 303
    assert confirmed(manager, here)
    found = own.sql("SELECT ours, theirs FROM gt_item WHERE source = 2 ORDER BY ours")
    assert [tuple(int(n) for n in row) for row in found] == [(2, 3), (1300, 2000)]
    assert "<b>手工簿" not in manager.get(here).text and "手工簿" in manager.text()
    # Opening it again.
    again = here.replace("/day?", "/day/reopen?")
    station.get(again)
    assert station.post(again, version="1", reason="漏报一笔").status_code == 303
    station.get(again)
    assert station.post(again, version="1", reason="漏报一笔").status_code == 200 and "已有人申请重开" in station.text()
    [(approval,)] = own.sql("SELECT id FROM gt_approval WHERE kind = 'day.reopen'")
    page = f"/console/approval?id={approval}"
    assert str(date)[:4] + "-" in station.get(page).text
    assert station.post(page, token=station.token(), version="1", decision="approve").status_code == 200, "not one's own"
    assert figures(own, "SELECT state FROM gt_day") == (3,)
    manager.get(page)
    assert manager.post(page, version="1", decision="approve").status_code == 303
    assert figures(own, "SELECT state FROM gt_day") == (1,)
    assert declare(station, here, **RIGHT).status_code == 303 and confirmed(manager, here), manager.text()
    assert figures(own, "SELECT COUNT(*) FROM gt_item WHERE source = 2 AND action = 1 AND closed_at > 0") == (2,), "no longer found"
    station.get(here)
    for word in ("退回", "申请重开", "漏报一笔", "少一笔"):
        assert word in station.text(), word
    books.assert_agree(own)


def test_what_cannot_be_closed_says_why(closed):
    own, date = closed
    manager = signed_in(own, "manager")
    running = figures(own, "SELECT biz_date FROM gt_state")[0]
    org = manager.org(stacks.ORG)
    assert "尚未日切" in manager.get(f"/console/day?id={org}&date={running}").text
    assert "尚未日切" in manager.get(f"/console/days?date={str(running)[:4]}-{str(running)[4:6]}-{str(running)[6:]}").text
    assert "没有业务" in manager.get(f"/console/day?id={org}&date=20200101").text
    bureau = figures(own, "SELECT id FROM gt_org WHERE parent_id = 0")[0]
    assert manager.get(f"/console/day?id={bureau}&date={date}").status_code == 404
    assert manager.get(f"/console/day/reopen?id={org}&date={date}").status_code == 200 and "没有待处理的申报" in manager.text()
    assert signed_in(own, "cashier").get("/console/days").status_code == 403
    assert manager.get("/console/days?state=confirmed").status_code == 200 and "没有符合条件" in manager.text()
