"""Lists as files: CSV and XLSX of exactly what is filtered, for who may take a list away."""

import csv
import io
import re
import xml.etree.ElementTree as xml
import zipfile

import pytest

from console import signed_in
from terminal import fresh, next_trace
from test_console import HOSTILE, add_org

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
