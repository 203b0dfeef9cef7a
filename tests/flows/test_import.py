"""Organisations, users and terminals from a CSV file: a dry run, and then all of it or nothing."""

import csv
import html
import io
import re
import subprocess

import pytest

from console import Visitor, signed_in
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
    gridtill("import", path, status=1)  # again: all codes are taken
    assert "taken" in gridtill.error


WRONG = [
    ("palace,X1,宫,C1,,,", "there is no kind palace"),
    ("station,X 1,所,C1,,,", "code: 1 to 32 letters"),
    ("station,X1,,C1,,,", "name: give 1 to 96"),
    ("station,S1,再来,C1,,,", "s1 is taken"),
    ("station,X1,所,NONE,,,", "there is no organisation none"),
    ("station,X1,所,,,,", "there is no organisation"),
    ("bureau,X1,局,S1,,,", "this kind cannot stand below"),
    ("station,X1,所,C1,,,100", "a limit is for an agent"),
    ("agent,X1,店,S1,,,-5", "an amount is not below zero"),
    ("agent,X1,店,S1,,,12x", "an amount"),
    ("user,x1,人,S1,800009,none,", "there is no role none"),
    ("user,x1,人,S1,800009,agent,", "staff of an agent belong"),
    ("user,x1,人,S1,800002,cashier,", "800002 is taken"),
    ("user,x1,人,S1,,cashier,", "operator_no: 1 to 20"),
    ("pos,P001,,S1,,,", "p001 is taken"),
]


def test_what_is_wrong_is_said_of_each_line_and_nothing_changes(gridtill):  # noqa: F811
    lines = (HEADS + TREE).count("\n")
    path = write(gridtill, HEADS + TREE + "".join(line + "\n" for line, _ in WRONG))
    before = counts(gridtill)
    for words in (("--dry-run",), ()):
        gridtill("import", path, *words, status=1)
        said = [line for line in gridtill.error.splitlines() if line.startswith("line ")]
        assert len(said) == len(WRONG), gridtill.error
        for number, (line, (_, why)) in enumerate(zip(said, WRONG), lines + 1):
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
    (HEADS + "".join(f"station,X{i},所,B1,,,\n" for i in range(251)), "250 lines at most"),
    (HEADS + "x" * 70000, "split it"),
], ids=range(9))
def test_what_is_no_such_file_is_refused(gridtill, text, why):  # noqa: F811
    gridtill("import", write(gridtill, text), "--dry-run", status=1)
    assert why in gridtill.error, gridtill.error


def test_gbk_is_refused_with_what_to_do(gridtill):  # noqa: F811
    gridtill("import", write(gridtill, HEADS + TREE, "gbk"), status=1)
    assert "CSV UTF-8" in gridtill.error


def test_the_most_lines_go_in_one_commit(gridtill):  # noqa: F811
    path = write(gridtill, HEADS + "".join(f"station,X{i},所{i},B1,,,\n" for i in range(250)))
    gridtill("import", path)
    [(n,)] = gridtill.sql("SELECT COUNT(*) FROM gt_org")
    assert int(n) == 251
    gridtill("check", "books")


def test_a_kill_leaves_nothing_or_all(gridtill):  # noqa: F811
    path = write(gridtill, HEADS + TREE)
    for delay in (0.02, 0.05, 0.1, 0.2, 0.4):
        child = subprocess.Popen([GRIDTILL, "--config", gridtill.conf, "import", path], stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL, env=gridtill.place.env)
        try:
            child.wait(delay)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        [(orgs,)], [(terminals,)] = (gridtill.sql(f"SELECT COUNT(*) FROM {table}") for table in ("gt_org", "gt_terminal"))
        assert (int(orgs), int(terminals)) in ((1, 0), (4, 2))
        gridtill("check", "books")
        if int(orgs) == 4:
            break


# --- the same in the console ---


def upload(visitor, text, encoding="utf-8"):
    """Sends a file to be looked at."""
    visitor.get("/console/import")
    visitor.page = visitor.session.post(visitor.url("/console/import"), data={"token": visitor.token()}, timeout=30,
                                        files={"file": ("tree.csv", text.encode(encoding), "text/csv")})
    return visitor.page


def confirm(visitor):
    """Imports what the page that was seen last has looked at."""
    text = html.unescape(re.search(r'name="text" value="([^"]*)"', visitor.page.text).group(1))
    visitor.page = visitor.session.post(visitor.url("/console/import"), timeout=60, allow_redirects=False,
                                        files={"token": (None, visitor.token()), "text": (None, text)})
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
    assert "共 4 行，4 行有误" in manager.text() and "“IMP-S1”已被使用" in manager.text()
    assert 'name="text"' not in manager.page.text


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
