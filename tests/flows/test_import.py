"""Organisations, users and terminals from CSV and XLSX: a dry run, and then many commits that go on after a kill."""

import csv
import html
import io
import re
import subprocess
import zipfile

import pytest

import stack as stacks
from console import Visitor, signed_in
from place import on_server
from test_command import GRIDTILL, empty, gridtill  # noqa: F401 (fixtures)

HEADS = "类别,编码,名称,上级,工号,角色,信用额\n"
TREE = """县公司,C1,城关县供电公司,B1,,,
供电所,S1,"城关,供电所",C1,,,
agent,A1,惠民 ""一号"" 店,S1,,,5000.00
user,m1,李主任,C1,800001,manager,
user,u1,王收费,S1,800002,cashier,2000
user,a1,赵代理,A1,800003,agent,
pos,P001,,S1,,,
kiosk,K001,,A1,,,
""".replace('惠民 ""一号"" 店', '"惠民 ""一号"" 店"')


def counts(platform):
    return [platform.sql(f"SELECT COUNT(*) FROM {table}") for table in
            ("gt_org", "gt_user", "gt_terminal", "gt_account", "gt_grant", "gt_credential", "gt_oplog")]


def write(platform, text, encoding="utf-8"):
    path = platform.folder / "import.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_a_tree_is_imported_with_its_people_and_terminals(gridtill):  # noqa: F811
    path = write(gridtill, HEADS + TREE, "utf-8-sig")
    before = counts(gridtill)
    assert gridtill("import", path, "--dry-run") == "8 lines are good; nothing was imported.\n"
    assert counts(gridtill) == before
    rows = list(csv.DictReader(io.StringIO(gridtill("import", path))))
    assert [(r["kind"], r["code"]) for r in rows] == [("user", "m1"), ("user", "u1"), ("user", "a1"), ("pos", "P001"),
                                                      ("kiosk", "K001")]
    assert len({r["secret"] for r in rows}) == 5 and all(len(r["secret"]) >= 20 for r in rows)
    assert {tuple(r) for r in gridtill.sql("SELECT o.code, o.name, p.code FROM gt_org o JOIN gt_org p ON p.id = o.parent_id")} == {
        ("C1", "城关县供电公司", "B1"), ("S1", "城关,供电所", "C1"), ("A1", '惠民 "一号" 店', "S1")}
    limits = gridtill.sql("SELECT credit_limit FROM gt_account ORDER BY credit_limit")
    assert [int(n) for (n,) in limits] == [200000, 500000]
    logged = [row[0] for row in gridtill.log()]
    assert logged.count("org.add") >= 3 and logged.count("user.add") == 3 and logged.count("terminal.add") == 2
    assert logged.count("import") == 1
    stored = str(gridtill.sql("SELECT password FROM gt_credential") + gridtill.sql("SELECT secret FROM gt_terminal"))
    assert not any(r["secret"] in stored for r in rows), "a secret stands in the store as it is"
    gridtill("check", "books")
    before = counts(gridtill)[:6]
    assert gridtill("import", path) == "kind,code,secret\n"  # again: all is there
    assert "8 of 8 lines were there already" in gridtill.error and counts(gridtill)[:6] == before
    write(gridtill, HEADS + TREE.replace("李主任", "张主任"))
    gridtill("import", path, status=1)
    assert "line 5, user m1: login: m1 is taken" in gridtill.error.lower(), gridtill.error


WRONG = [
    ("palace,X1,宫,C1,,,", "there is no kind palace"),
    ("station,X 1,所,C1,,,", "code: 1 to 32 letters"),
    ("station,X1,,C1,,,", "name: give 1 to 96"),
    ("station,S1,再来,C1,,,", "s1 is taken"),
    ("station,X2,所,C1,,,", None), ("station,X2,所,C1,,,", "x2 is taken"),
    ("station,X1,所,NONE,,,", "there is no organisation none"),
    ("station,X1,所,,,,", "there is no organisation"),
    ("bureau,X1,局,S1,,,", "this kind cannot stand below"),
    ("station,X1,所,C1,,,100", "a limit is for an agent"),
    ("agent,X1,店,S1,,,-5", "an amount is not below zero"),
    ("agent,X1,店,S1,,,12x", "an amount"),
    ("user,x1,人,S1,800009,none,", "there is no role none"),
    ("user,x1,人,S1,800010,agent,", "staff of an agent belong"),
    ("user,x1,人,S1,800002,cashier,", "800002 is taken"),
    ("user,x3,人,S1,800033,cashier,", None), ("user,x4,人,S1,800033,cashier,", "800033 is taken"),
    ("user,x1,人,S1,,cashier,", "operator_no: 1 to 20"),
    ("pos,P001,,S1,,,", "p001 is taken"),
]
# Each with a code of its own.
WRONG = [(line.replace("X1,", f"X1-{i},").replace("x1,", f"x1-{i},"), why) for i, (line, why) in enumerate(WRONG)]


def test_what_is_wrong_is_said_of_each_line_and_nothing_changes(gridtill):  # noqa: F811
    lines = (HEADS + TREE).count("\n")
    path = write(gridtill, HEADS + TREE + "".join(line + "\n" for line, _ in WRONG))
    before = counts(gridtill)
    for words in (("--dry-run",), ()):
        gridtill("import", path, *words, status=1)
        said = [line for line in gridtill.error.splitlines() if line.startswith("line ")]
        expected = [(number, why) for number, (_, why) in enumerate(WRONG, lines + 1) if why]
        assert len(said) == len(expected), gridtill.error
        for line, (number, why) in zip(said, expected):
            assert line.startswith(f"line {number},") and why in line.lower(), (line, why)
        assert counts(gridtill) == before


def test_a_line_below_a_wrong_one_names_it(gridtill):  # noqa: F811
    path = write(gridtill, HEADS + "county,C 1,县,B1,,,\nstation,S1,所,C 1,,,\nstation,S3,所,S2,,,\nstation,S2,所,B1,,,\n")
    gridtill("import", path, "--dry-run", status=1)
    assert "line 3, station S1: below: The organisation above is in line 2" in gridtill.error
    assert "line 4, station S3: below: The organisation above is in line 5" in gridtill.error
    assert "line 5" not in [word for line in gridtill.error.splitlines() for word in [line[:6]]]


@pytest.mark.parametrize("text,why", [
    ("", "lacks the column"), (HEADS, "no lines"), ("类别,编码,名称\nstation,X,所\n", "lacks the column below"),
    ("类别,编码,名称,上级,颜色\n", "no column 颜色"), ("类别,类别,编码,名称,上级\n", "no column 类别"),
    (HEADS + 'station,"X1,所,B1\n', "no CSV"), (HEADS + "station,X1,所,B1,,,,,\n", "no CSV"),
    (HEADS + "".join(f"station,X{i},所,B1,,,\n" for i in range(5001)), "5000 lines at most"),
    (HEADS + "x" * 600000, "split it"), ("PK\x03\x04 no more", "no workbook"),
], ids=range(10))
def test_what_is_no_such_file_is_refused(gridtill, text, why):  # noqa: F811
    gridtill("import", write(gridtill, text), "--dry-run", status=1)
    assert why in gridtill.error, gridtill.error


def test_gbk_is_refused_with_what_to_do(gridtill):  # noqa: F811
    gridtill("import", write(gridtill, HEADS + TREE, "gbk"), status=1)
    assert "CSV UTF-8" in gridtill.error


def workbook(path, text):
    """The same as XLSX, as a spreadsheet writes it: shared texts, numbers as numbers."""
    rows, shared = list(csv.reader(io.StringIO(text))), []
    cells = []
    for number, row in enumerate(rows, 1):
        cells.append(f'<row r="{number}">')
        for column, cell in zip("ABCDEFGH", row):
            if re.fullmatch(r"\d+", cell):
                cells.append(f'<c r="{column}{number}"><v>{cell}</v></c>')
            elif cell:
                shared.append(cell)
                cells.append(f'<c r="{column}{number}" t="s"><v>{len(shared) - 1}</v></c>')
        cells.append("</row>")
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    ties = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/workbook.xml", f'<workbook xmlns="{main}" xmlns:r="{ties}"><sheets><sheet name="表" sheetId="1" r:id="rId1"/>'
                                         "</sheets></workbook>")
        book.writestr("xl/_rels/workbook.xml.rels",
                      '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                      f'<Relationship Id="rId1" Type="{ties}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>')
        book.writestr("xl/sharedStrings.xml", f'<sst xmlns="{main}">' +
                      "".join(f"<si><t>{html.escape(text)}</t></si>" for text in shared) + "</sst>")
        book.writestr("xl/worksheets/sheet1.xml", f'<worksheet xmlns="{main}"><sheetData>{"".join(cells)}</sheetData></worksheet>')
    return path


def test_a_workbook_is_imported_like_csv(gridtill):  # noqa: F811
    path = workbook(gridtill.folder / "tree.xlsx", HEADS + TREE)
    assert gridtill("import", path, "--dry-run") == "8 lines are good; nothing was imported.\n"
    assert gridtill("import", path).count("\n") == 6
    assert [tuple(r) for r in gridtill.sql("SELECT name, operator_no FROM gt_user WHERE login = 'u1'")] == [("王收费", "800002")]
    workbook(path, HEADS + TREE + "palace,X1,宫,C1,,,\n")
    gridtill("import", path, status=1)
    assert "line 10, palace X1" in gridtill.error


def large(counties, stations, terminals):
    """A tree over many commits, whose lines stand below organisations of commits long before."""
    lines = [f"county,L{c},县{c},B1,,,\n" for c in range(counties)]
    lines += [f"station,L{c}-{s},所{s},L{c},,,\n" for s in range(stations) for c in range(counties)]
    lines += [f"pos,L{c}-{s}-{t},,L{c}-{s},,,\n" for t in range(terminals) for c in range(counties) for s in range(stations)]
    return HEADS + "".join(lines)


def test_thousands_of_lines_go_in_many_commits(gridtill):  # noqa: F811
    size = (4, 10, 5) if on_server() else (20, 30, 5)
    orgs, terminals = size[0] + size[0] * size[1], size[0] * size[1] * size[2]
    path = write(gridtill, large(*size))
    assert gridtill("import", path, "--dry-run") == f"{orgs + terminals} lines are good; nothing was imported.\n"
    assert int(gridtill.sql("SELECT COUNT(*) FROM gt_org")[0][0]) == 1
    rows = list(csv.DictReader(io.StringIO(gridtill("import", path))))
    assert len(rows) == len({r["secret"] for r in rows}) == terminals
    assert [int(gridtill.sql(f"SELECT COUNT(*) FROM {table}")[0][0]) for table in ("gt_org", "gt_terminal")] == [orgs + 1, terminals]
    gridtill("check", "books")
    write(gridtill, large(*size) + "pos,LAST,,L0-0,,,\nstation,L-WRONG,所,L0-0-0,,,\n")
    gridtill("import", path, "--dry-run", status=1)
    assert f"line {orgs + terminals + 3}, station L-WRONG: below" in gridtill.error


def test_what_was_killed_goes_on_where_it_ended(gridtill):  # noqa: F811
    size = (2, 10, 10) if on_server() else (5, 20, 10)
    path, said, kills = write(gridtill, large(*size)), "", 0
    for delay in (0.08, 0.1, 0.12, 0.15, 0.2, 0.25, 0.3, 100):
        child = subprocess.Popen([GRIDTILL, "--config", gridtill.conf, "import", path], stdout=subprocess.PIPE,
                                 stderr=subprocess.DEVNULL, env=gridtill.place.env, text=True)
        try:
            said += child.communicate(timeout=delay)[0]
            break
        except subprocess.TimeoutExpired:
            child.kill()
            said += child.communicate()[0]
            kills += 1
        gridtill("check", "books")
    assert child.returncode == 0 and kills > 0
    [(orgs,)], [(terminals,)] = (gridtill.sql(f"SELECT COUNT(*) FROM {table}") for table in ("gt_org", "gt_terminal"))
    assert (int(orgs), int(terminals)) == (1 + size[0] * (1 + size[1]), size[0] * size[1] * size[2])
    told = [line for line in said.splitlines() if line.startswith("pos,")]
    assert len(told) == len({line.split(",")[1] for line in told})
    assert int(terminals) - len(told) <= 100 * kills  # of each kill at most one commit's were not told
    gridtill("check", "books")


# --- the same in the console ---


def upload(visitor, text, encoding="utf-8", name="tree.csv"):
    """Sends a file to be looked at."""
    data = text if isinstance(text, bytes) else text.encode(encoding)
    visitor.get("/console/import")
    visitor.page = visitor.session.post(visitor.url("/console/import"), data={"token": visitor.token()}, timeout=30,
                                        files={"file": (name, data, "application/octet-stream")})
    return visitor.page


def confirm(visitor):
    """Imports what the page that was seen last has looked at."""
    text = html.unescape(re.search(r'name="text" value="([^"]*)"', visitor.page.text).group(1))
    visitor.page = visitor.session.post(visitor.url("/console/import"), timeout=60, allow_redirects=False,
                                        files={"token": (None, visitor.token()), "text": (None, text)})
    return visitor.page


def hidden(visitor, name):
    """A hidden field of the page's first form that has it."""
    return html.unescape(re.search(rf'name="{name}" value="([^"]*)"', visitor.page.text).group(1))


def part(visitor, **more):
    """Asks for the next part of a long import, or with finish="1" for what was made so far."""
    fields = {"token": visitor.token(), "text": hidden(visitor, "text"), "secrets": hidden(visitor, "secrets"),
              "from": hidden(visitor, "from") if 'name="from"' in visitor.page.text else "0", **more}
    visitor.page = visitor.session.post(visitor.url("/console/import"), timeout=60, allow_redirects=False,
                                        files={name: (None, value) for name, value in fields.items()})
    return visitor.page


PAGE = HEADS + """供电所,IMP-S1,导入供电所,DEMO-COUNTY,,,
代理商,IMP-A1,"=惠民,导入店",IMP-S1,,,1000
用户,imp.cashier,王收费,IMP-S1,880001,cashier,500
移动 POS,IMP-P1,,IMP-S1,,,
"""


def test_a_file_is_looked_at_and_then_imported_by_a_manager(stack):
    manager = signed_in(stack, "manager")
    assert upload(manager, PAGE, "utf-8-sig").status_code == 200 and "共 4 行，未发现错误" in manager.text()
    assert int(stack.sql("SELECT COUNT(*) FROM gt_org WHERE code LIKE 'IMP-%'")[0][0]) == 0
    reply = confirm(manager)
    assert reply.status_code == 200 and reply.headers["Cache-Control"] == "no-store"
    assert reply.headers["Content-Disposition"] == 'attachment; filename="first-passwords.csv"'
    rows = list(csv.reader(io.StringIO(reply.content.decode("utf-8-sig"))))
    assert [row[:4] for row in rows[1:]] == [["用户", "imp.cashier", "王收费", "IMP-S1"], ["移动 POS", "IMP-P1", "", "IMP-S1"]]
    cashier = Visitor(stack)
    assert cashier.sign_in("imp.cashier", rows[1][4]).headers["Location"] == "/console/password"
    manager.get(f"/console/org?id={manager.org('IMP-A1')}")
    assert "=惠民,导入店" in manager.text() and "1,000.00" in manager.text()
    [(who,)] = stack.sql("SELECT who FROM gt_oplog WHERE what = 'import'")
    assert who == "manager"
    upload(manager, PAGE)
    assert "其中 4 行原已存在" in manager.text()
    assert confirm(manager).status_code == 303 and "已导入 4 行" in manager.get("/console/orgs").text
    upload(manager, PAGE.replace("导入供电所", "别的供电所"))
    assert "共 4 行，1 行有误" in manager.text() and "“IMP-S1”已被使用" in manager.text()
    assert 'name="text"' not in manager.page.text


def test_a_workbook_is_imported_in_the_console(stack, tmp_path):
    manager = signed_in(stack, "manager")
    lines = HEADS + "供电所,IMP-X1,表格供电所,DEMO-COUNTY,,,\n用户,imp.book,<b>表格</b>,IMP-X1,880010,cashier,500\n宫,IMP-X2,x,DEMO-COUNTY,,,\n"
    book = workbook(tmp_path / "tree.xlsx", lines)
    upload(manager, book.read_bytes(), name="tree.xlsx")
    assert "共 3 行，1 行有误" in manager.text() and "没有“宫”这个类别" in manager.text()
    workbook(book, lines.rsplit("宫", 1)[0])
    upload(manager, book.read_bytes(), name="tree.xlsx")
    assert "共 2 行，未发现错误" in manager.text()
    rows = list(csv.reader(io.StringIO(confirm(manager).content.decode("utf-8-sig"))))
    assert rows[1][:4] == ["用户", "imp.book", "<b>表格</b>", "IMP-X1"] and len(rows[1][4]) >= 20
    for broken in (book.read_bytes()[:300], b"PK\x03\x04"):
        upload(manager, broken, name="tree.xlsx")
        assert "已损坏或加了密码" in manager.text()
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/workbook.xml", " " * 50_000_000)
    upload(manager, book.read_bytes(), name="tree.xlsx")
    assert "一个文件最多 5000 行" in manager.text()


def test_a_long_file_shows_how_far_it_is_and_survives_a_dead_handler(stack):
    manager = signed_in(stack, "manager")
    lines = "供电所,IMP-L1,长表供电所,DEMO-COUNTY,,,\n" + "".join(f"用户,imp.l{i},第{i}人,IMP-L1,IL{i},cashier,\n" for i in range(240))
    upload(manager, HEADS + lines)
    assert "共 241 行，未发现错误" in manager.text()
    confirm(manager)
    seen = []
    while 'name="from"' in manager.page.text:
        assert "data-go-on" in manager.page.text and len(seen) < 60
        seen.append(int(hidden(manager, "from")))
        assert f"已导入 {seen[-1]} / 241 行" in manager.text() and f'value="{seen[-1]}" max="241"' in manager.page.text
        before = manager.page
        if len(seen) == 1:  # the next part is lost on its way back, with what it made
            part(manager)
            stack.restart("console")
            stacks.wait_until(lambda: manager.get("/console/account").status_code == 200, 60, "the console is back")
            manager.page = before
        part(manager)
    assert seen and seen == sorted(set(seen))
    assert "已全部导入，共 241 行" in manager.text()
    reply = part(manager, finish="1")
    rows = list(csv.reader(io.StringIO(reply.content.decode("utf-8-sig"))))[1:]
    assert [row[1] for row in rows] == [f"imp.l{i}" for i in range(240)]
    kept = [row for row in rows if "原已存在" in row[4]]
    assert 0 < len(kept) < 240 and len({row[4] for row in rows}) == 240 - len(kept) + 1
    assert Visitor(stack).sign_in(rows[0][1], rows[0][4]).headers["Location"] == "/console/password"
    [(users,)] = stack.sql("SELECT COUNT(*) FROM gt_user WHERE login LIKE 'imp.l%'")
    assert int(users) == 240


def test_a_forged_place_or_table_makes_nothing_that_may_not_be(stack):
    manager = signed_in(stack, "manager")
    [(top,)] = stack.sql("SELECT code FROM gt_org WHERE parent_id = 0")
    manager.get("/console/import")
    token = manager.token()

    def forge(**fields):
        manager.page = manager.session.post(manager.url("/console/import"), timeout=30, allow_redirects=False,
                                            files={name: (None, value) for name, value in {"token": token, **fields}.items()})
        return manager.page
    for where in ("-1", "2", "x", "99999999999999999999"):
        assert forge(text=HEADS + "供电所,IMP-F1,所,DEMO-COUNTY,,,\n", **{"from": where}).status_code == 400, where
    assert "1 行有误" in forge(text=HEADS + f"供电所,IMP-F1,所,{top},,,\n").text
    assert forge(text=HEADS + f"供电所,IMP-F0,所,DEMO-COUNTY,,,\n供电所,IMP-F1,所,{top},,,\n", **{"from": "1"}).status_code == 200
    assert "导入停在这里" in manager.text() and "没有编码为" in manager.text()
    assert int(stack.sql("SELECT COUNT(*) FROM gt_org WHERE code LIKE 'IMP-F%'")[0][0]) == 0
    assert forge(token="0" * 64, text=PAGE).status_code == 403


def test_nobody_imports_where_or_what_they_may_not(stack):
    manager = signed_in(stack, "manager")
    [(top,)] = stack.sql("SELECT code FROM gt_org WHERE parent_id = 0")
    answers = []
    for code in (top, "NO-SUCH-ORG"):
        upload(manager, HEADS + f"供电所,IMP-X,所,{code},,,\n用户,imp.x,人,{code},880002,manager,\n移动 POS,IMP-X,,{code},,,\n")
        assert "3 行有误" in manager.text()
        answers.append(re.sub(r"[0-9a-f]{32,64}", "", manager.page.text).replace(code, ""))
    assert answers[0] == answers[1]
    upload(manager, HEADS + "用户,imp.x,人,DEMO-COUNTY,880002,admin,\n")
    assert "不能授予他人" in manager.text()
    assert signed_in(stack, "cashier").get("/console/import").status_code == 403


def test_what_is_no_file_of_this_form_says_so(stack):
    manager = signed_in(stack, "manager")
    upload(manager, "")
    assert "请选择文件" in manager.text()
    upload(manager, PAGE, "gbk")
    assert "CSV UTF-8" in manager.text()
    upload(manager, "<script>alert(1)</script>,b\n")
    assert "<script>alert" not in manager.page.text and "<script>alert(1)</script>" in manager.text()
    upload(manager, HEADS + "x\"><img src=x onerror=alert(1)>,<script>alert(1)</script>,x,y,,,\n")
    assert "1 行有误" in manager.text() and "<script>alert" not in manager.page.text and "<img src=x" not in manager.page.text
