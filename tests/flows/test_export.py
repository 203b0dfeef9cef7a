"""Lists as files: CSV and XLSX of exactly what is filtered, for who may take a list away."""

import csv
import io
import re
import xml.etree.ElementTree as xml
import zipfile

import pytest

from console import signed_in
from terminal import fresh, next_trace
from test_console import add_org
from test_hostile import HOSTILE

MARK = b"\xef\xbb\xbf"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def manager(stack):
    return signed_in(stack, "manager")


def csv_of(reply):
    assert reply.status_code == 200 and reply.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert reply.content.startswith(MARK) and reply.headers["Cache-Control"] == "no-store"
    return list(csv.reader(io.StringIO(reply.content[3:].decode(), newline=""), strict=True))


def xlsx_of(reply):
    """The rows of a workbook's sheet; a cell is its text, or a number."""
    assert reply.status_code == 200
    assert reply.headers["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    with zipfile.ZipFile(io.BytesIO(reply.content)) as book:
        assert book.testzip() is None
        sheet = xml.fromstring(book.read("xl/worksheets/sheet1.xml"))
    assert not list(sheet.iter(MAIN + "f")), "a formula"
    rows = []
    for row in sheet.iter(MAIN + "row"):
        rows.append(["".join(cell.itertext()) if cell.get("t") else float("".join(cell.itertext())) for cell in row])
    return rows


def test_organisations_as_files_are_exactly_what_is_filtered(stack, manager):
    for number in range(60):
        add_org(manager, "DEMO-COUNTY", f"FILE-{number:02}", f"导出{number}所")
    manager.get("/console/orgs?q=FILE-&kind=station")
    links = [a.replace("&amp;", "&") for a in re.findall(r'href="([^"]*/export[^"]*)"', manager.page.text)]
    assert len(links) == 2 and "as=xlsx" in links[1]
    rows = csv_of(manager.get(links[0]))
    assert rows[0] == ["编码", "名称", "类别", "状态"] and len(rows) == 61
    assert sorted(rows[1:]) == [[f"FILE-{n:02}", f"导出{n}所", "供电所", "启用"] for n in range(60)]
    assert xlsx_of(manager.get(links[1])) == rows
    assert manager.page.headers["Content-Disposition"] == 'attachment; filename="organisations.xlsx"'
    [(logged,)] = stack.sql("SELECT COUNT(*) FROM gt_oplog WHERE what = 'org.export' AND detail LIKE '%FILE-%'")
    assert int(logged) == 2


def test_a_file_holds_no_more_than_the_visitor_may_see(stack, manager):
    admin = signed_in(stack, "admin")
    everything = {row[0] for row in csv_of(admin.get("/console/orgs/export"))[1:]}
    own = {row[0] for row in csv_of(manager.get("/console/orgs/export"))[1:]}
    [(count,)] = stack.sql("SELECT COUNT(*) FROM gt_org")
    assert len(everything) == int(count) and own < everything and "DEMO-COUNTY" in own
    assert signed_in(stack, "cashier").get("/console/orgs/export").status_code == 403


def test_a_list_is_taken_away_only_with_both_rights(stack, manager):
    admin = signed_in(stack, "admin")
    for code, right in (("ONLY-EXPORT", "list.export"), ("ONLY-VIEW", "org.view")):
        admin.get("/console/role/add")
        admin.post("/console/role/add", code=code, name=code, org="DEMO-COUNTY", rights=right)
        stack.gridtill("user", "add", code.lower(), "测试员", "--org", "DEMO-COUNTY", "--operator", code, "--role", code,
                       "--password-stdin", given="GridTill-first-1\n")
        one = signed_in(stack, code.lower(), "GridTill-first-1")
        one.get("/console/password")
        one.post("/console/password", old="GridTill-first-1", password="GridTill-mine-1", again="GridTill-mine-1")
        assert one.get("/console/orgs/export").status_code == 403
        if right == "org.view":
            assert "/export" not in one.get("/console/orgs").text


def test_what_was_typed_never_becomes_a_formula(manager):
    texts = ("=1+1", "+86", "-2", "@SUM(A1)", '=HYPERLINK("http://evil.example","x")', 'say "so", twice') + HOSTILE
    for number, text in enumerate(texts):
        assert add_org(manager, "DEMO-COUNTY", f"CELL-{number:02}", text).status_code == 303
    names = dict(row[:2] for row in csv_of(manager.get("/console/orgs/export?q=CELL-"))[1:])
    assert [names[f"CELL-{n:02}"] for n in range(len(texts))] == ["'" + t if t[0] in "=+-@" else t for t in texts]
    names = dict(row[:2] for row in xlsx_of(manager.get("/console/orgs/export?q=CELL-&as=xlsx"))[1:])
    assert [names[f"CELL-{n:02}"] for n in range(len(texts))] == list(texts)


def test_a_wrong_filter_gives_no_file(manager):
    assert manager.get("/console/orgs/export?kind=palace").status_code == 400
    assert "Content-Disposition" not in manager.page.headers


def test_transactions_as_a_workbook(stack, manager, terminal):
    terminal.recharge(fresh("remote"), "12.34", next_trace())
    rows = csv_of(manager.get("/console/txns/export"))
    book = xlsx_of(manager.get("/console/txns/export?as=xlsx"))
    assert [row[0] for row in book] == [row[0] for row in rows]
    amounts = [cell for row in book[1:] for cell in row if isinstance(cell, float)]
    assert 12.34 in amounts and sum(amounts) == pytest.approx(sum(float(r[8]) + float(r[9]) for r in rows[1:]))


# --- users, terminals, credit accounts


def files_of(visitor, address):
    """The two files of a list that is filtered; they hold the same."""
    visitor.get(address)
    links = [a.replace("&amp;", "&") for a in re.findall(r'href="([^"]*/export[^"]*)"', visitor.page.text)]
    assert len(links) == 2, address
    return csv_of(visitor.get(links[0])), xlsx_of(visitor.get(links[1]))


def test_users_and_their_accounts_as_files(stack, manager):
    for number in range(53):
        stack.gridtill("user", "add", f"file.user{number:02}", "=1+1", "--org", "DEMO-STATION", "--operator", f"77{number:04}",
                       "--role", "cashier", "--limit", "100", "--password-stdin", given="GridTill-first-1\n")
    rows, book = files_of(manager, "/console/users?q=file.user")
    assert rows[0] == ["姓名", "用户名", "工号", "机构", "角色", "状态"]
    assert rows[1:] == [["'=1+1", f"file.user{n:02}", f"77{n:04}", "城关供电所", "收费员", "启用"] for n in range(53)]
    assert [row[0] for row in book[1:]] == ["=1+1"] * 53 and [row[1:] for row in book[1:]] == [row[1:] for row in rows[1:]]
    assert len(files_of(manager, "/console/users?q=file.user&role=3")[0]) == 54
    assert len(csv_of(manager.get("/console/users/export?q=file.user&state=disabled"))) == 1
    rows, book = files_of(manager, "/console/credit?q=file.user&kind=cashier")
    assert rows[0][:4] == ["收费员 / 代理商", "工号 / 编码", "账户类别", "机构"] and len(rows) == 54
    assert rows[1][:5] == ["'=1+1", "770000", "收费员", "城关供电所", "100.00"] and rows[1][8] == "100.00"
    assert book[1][4] == 100.0 and len(book) == 54
    assert len(csv_of(manager.get("/console/credit/export?q=file.user&kind=agent"))) == 1
    for sort, order in (("operator", 1), ("-operator", -1), ("-login", -1)):
        rows, book = files_of(manager, f"/console/users?q=file.user&sort={sort}")
        assert [row[1] for row in rows[1:]] == [f"file.user{n:02}" for n in range(53)][::order], sort
        assert [row[1] for row in book] == [row[1] for row in rows]


def test_terminals_as_files(stack, manager):
    for number in range(52):
        stack.add_terminal(f"FILE{number:02}", "secret-of-a-file")
    rows, book = files_of(manager, "/console/terminals?q=FILE&kind=pos")
    assert rows[0] == ["终端号", "类别", "所在机构", "绑定操作员", "最近交易", "状态"]
    assert rows[1:] == [[f"FILE{n:02}", "移动 POS", "城关供电所", "不限", "", "启用"] for n in range(52)]
    assert book == [[cell for cell in row if cell] for row in rows]  # an empty cell is none
    assert len(csv_of(manager.get("/console/terminals/export?q=FILE&kind=kiosk"))) == 1
    rows, _ = files_of(manager, "/console/terminals?q=FILE&sort=-number")
    assert [row[0] for row in rows[1:]] == [f"FILE{n:02}" for n in reversed(range(52))]


@pytest.mark.parametrize("name", ["users", "terminals", "credit"])
def test_such_a_file_wants_its_right_and_holds_the_visitors_own(stack, manager, name):
    admin = signed_in(stack, "admin")
    for visitor in (admin, manager):
        assert visitor.get(f"/console/{name}/export?state=palace").status_code == 400
    assert signed_in(stack, "cashier").get(f"/console/{name}/export").status_code == 403
    everything = [row[:3] for row in csv_of(admin.get(f"/console/{name}/export"))[1:]]
    own = [row[:3] for row in csv_of(manager.get(f"/console/{name}/export"))[1:]]
    assert own and all(row in everything for row in own)
    tables = {"users": "gt_user", "terminals": "gt_terminal", "credit": "gt_account"}
    [(count,)] = stack.sql(f"SELECT COUNT(*) FROM {tables[name]}")
    assert len(everything) == int(count)
    if name == "users":
        assert "admin" in [row[1] for row in everything] and "admin" not in [row[1] for row in own]


def test_approvals_as_files(stack, manager):
    admin = signed_in(stack, "admin")
    [(account,)] = stack.sql("SELECT a.id FROM gt_account a JOIN gt_user u ON u.id = a.owner_id AND a.kind = 1 "
                             "WHERE u.login = 'cashier'")
    manager.get(f"/console/credit/deposit?id={account}")
    assert manager.post(f"/console/credit/deposit?id={account}", amount="12.34", reason="=1+1").status_code == 303
    rows, book = files_of(manager, "/console/approvals?q=%3D1%2B1&state=any")
    assert rows[0] == ["申请时间", "事项", "对象", "申请内容", "原因", "申请人", "状态", "审批意见"] and len(rows) == 2
    assert "900001" in rows[1][2] and "amount=1234" in rows[1][3] and rows[1][4:7] == ["'=1+1", "李主任", "待审批"]
    assert book[1][4] == "=1+1"
    assert len(csv_of(manager.get("/console/approvals/export?q=%3D1%2B1&state=refused"))) == 1
    assert len(csv_of(admin.get("/console/approvals/export?q=%3D1%2B1&mine=own"))) == 1
    assert signed_in(stack, "cashier").get("/console/approvals/export").status_code == 403
    manager.get("/console/account")
    [(asked,)] = stack.sql("SELECT id FROM gt_approval WHERE reason = '=1+1'")
    assert manager.post(f"/console/approval/withdraw?id={asked}").status_code == 303


def test_parameters_and_systems_as_files(stack, manager):
    admin = signed_in(stack, "admin")
    rows = csv_of(admin.get("/console/params/export"))
    assert rows[0][:3] == ["参数", "编码", "现行值"]
    [warn] = [row for row in rows if row[1] == "credit.warn"]
    assert warn[2] == "80%" and warn[4] == "80%"
    assert len(rows) == len(re.findall(r'href="/console/param\?name=', admin.get("/console/params").text)) + 1
    assert csv_of(admin.get("/console/params/export?org=NOT-THERE")) == [rows[0]]
    systems = csv_of(admin.get("/console/systems/export"))
    assert "sg186" in [row[0] for row in systems] and "/console/systems/export?as=xlsx" in admin.get("/console/systems").text
    assert xlsx_of(admin.get("/console/systems/export?as=xlsx"))[0] == systems[0]
    for name in ("params", "systems", "roles"):
        assert signed_in(stack, "cashier").get(f"/console/{name}/export").status_code == 403
