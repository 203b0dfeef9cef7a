"""Statistics: the figures are those of the books, each leads on, and nobody sees more than their own."""

import csv
import datetime
import io
import re
import zipfile

import pytest

import stack as stacks
from console import signed_in
from terminal import Terminal, fresh

PAGES = ("org", "operator", "agent", "channel", "op", "system")
MARK = b"\xef\xbb\xbf"


def fen(text):
    return int(re.sub(r"[¥,.]", "", text))


def cells(row):
    """What a row of a table says, cell by cell."""
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", cell)).strip() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]


def table(visitor, name):
    """The rows of a table of the page: the text of their cells."""
    found = re.search(rf'<table class="table" id="{name}">(.*?)</table>', visitor.page.text, re.DOTALL)
    return [cells(row) for row in re.findall(r"<tr[^>]*>(.*?)</tr>", found.group(1), re.DOTALL)][1:] if found else []


def total(visitor, path):
    """(transactions, fen, reversals, fen of these, net fen) of a page's last row."""
    assert visitor.get(path).status_code == 200
    rows = table(visitor, "lines")
    if not rows:
        return 0, 0, 0, 0, 0
    assert rows[-1][0] == "合计"
    return int(rows[-1][1]), fen(rows[-1][2]), int(rows[-1][3]), fen(rows[-1][4]), fen(rows[-1][5])


def links(visitor):
    return [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]+)"', visitor.page.text)]


def sell(stack, amount, back=False, operator="900001"):
    terminal, customer = Terminal(stack, operator=operator), fresh("remote")
    sale = terminal.recharge(customer, amount)
    assert sale.ResultCode == 0, sale.ResultText
    if back:
        assert terminal.reverse(sale.TransactionNo, customer, amount).ResultCode == 0
    return sale.TransactionNo


def test_each_page_counts_what_is_sold_and_taken_back(stack):
    manager = signed_in(stack, "manager")
    pages = [page for page in PAGES if page != "agent"]
    before = {page: total(manager, f"/console/stats/{page}") for page in pages}
    assert len(set(before.values())) == 1, "all pages tell the same sum"
    sell(stack, "12.34")
    sell(stack, "5.00", back=True)
    for page in pages:
        sales, amount, back, reversed_, net = before[page]
        assert total(manager, f"/console/stats/{page}") == (sales + 2, amount + 1734, back + 1, reversed_ + 500, net + 1234)
    assert "900001" in manager.get("/console/stats/operator").text
    assert "充值" in manager.get("/console/stats/op").text and "移动 POS" in manager.get("/console/stats/channel").text
    assert "sg186" in manager.get("/console/stats/system").text
    points = table(manager, "points")
    assert fen(points[-1][3]) == sum(fen(row[3]) for row in points[-1:])


def test_agents_are_told_apart(stack):
    manager = signed_in(stack, "manager")
    before = total(manager, "/console/stats/agent")
    sell(stack, "3.00")
    assert total(manager, "/console/stats/agent") == before
    sell(stack, "2.00", operator="900002")
    after = total(manager, "/console/stats/agent")
    assert (after[0], after[4]) == (before[0] + 1, before[4] + 200)
    assert "惠民代收点" in manager.text() and "DEMO-AGENT" in manager.text()


def test_each_figure_leads_on(stack):
    manager = signed_in(stack, "manager")
    number = sell(stack, "7.77")
    manager.get("/console/stats/org")
    down = [link for link in links(manager) if re.match(r"/console/stats/org\?.*org=DEMO-STATION", link)]
    assert down and "城关供电所" in manager.text()
    manager.get(down[0])
    assert "城关供电所" in manager.text() and "/ 城关供电所" in manager.text(), "where one is stands above"
    for page in PAGES:
        manager.get(f"/console/stats/{page}")
        for link in {link for link in links(manager) if link.startswith("/console/txns?")}:
            assert manager.get(link).status_code == 200 and "is-invalid" not in manager.page.text, link
    manager.get("/console/stats/system")
    listed = [link for link in links(manager) if "system=sg186" in link and "op=" not in link]
    assert f"id={number}" in manager.get(listed[0] + "&least=7.77&greatest=7.77").text
    assert "/console/txn?id=" not in manager.get(listed[0].replace("sg186", "elsewhere")).text


@pytest.mark.parametrize("query, said", [("from=2026-02-01&to=2026-01-01", "结束日期早于开始日期"), ("from=2001-01-01", "一次最多统计 10 年"),
                                         ("from=2026-13-01", "请填写日期"), ("org=NO-SUCH", "没有此机构"), ("grain=hour", "请从列表中选择")])
def test_what_is_wrong_is_told_at_its_field(stack, query, said):
    manager = signed_in(stack, "manager")
    for page in PAGES:
        assert manager.get(f"/console/stats/{page}?{query}").status_code == 200
        assert said in manager.text(), (page, query)


def test_nobody_sees_another_subtree(stack):
    admin, manager = signed_in(stack, "admin"), signed_in(stack, "manager")
    top = re.search(r"org=([A-Z0-9-]+)", admin.get("/console/stats/org").text)
    bureau = stack.sql("SELECT code FROM gt_org WHERE parent_id = 0")[0][0]
    assert top is None or top.group(1) != bureau
    for code in (bureau, "NO-SUCH"):
        manager.get(f"/console/stats/org?org={code}")
        assert "没有此机构，或不在您的管辖范围内" in manager.text() and not table(manager, "lines")
        assert manager.get(f"/console/stats/export?by=org&org={code}").status_code == 400
    cashier = signed_in(stack, "cashier")
    assert cashier.get("/console/stats/org").status_code == 403
    assert cashier.get("/console/stats/export?by=org").status_code == 403


def csv_of(reply):
    assert reply.status_code == 200 and reply.content.startswith(MARK)
    return list(csv.reader(io.StringIO(reply.content[3:].decode(), newline=""), strict=True))


def test_a_file_holds_what_is_shown(stack):
    manager = signed_in(stack, "manager")
    sell(stack, "1.50")
    for page in PAGES:
        manager.get(f"/console/stats/{page}")
        shown = table(manager, "lines")
        exports = [link for link in links(manager) if "/stats/export" in link]
        if not shown:
            assert not exports
            continue
        rows = csv_of(manager.get(exports[0]))
        assert rows[0][:7] == ["名称", "编码", "笔数", "收费金额", "冲正笔数", "冲正金额", "净额"]
        assert [[row[2], fen(row[6])] for row in rows[1:]] == [[row[1], fen(row[5])] for row in shown], page
        with zipfile.ZipFile(io.BytesIO(manager.get(exports[1]).content)) as book:
            assert book.testzip() is None and "合计" in book.read("xl/worksheets/sheet1.xml").decode()
    [(logged,)] = stack.sql("SELECT COUNT(*) FROM gt_oplog WHERE what = 'stats.export' AND detail LIKE '%by=operator%'")
    assert int(logged) >= 2


def as_date(number):
    return f"{int(number) // 10000}-{int(number) // 100 % 100:02}-{int(number) % 100:02}"


def test_a_closed_date_stays_what_it_was(make_stack):
    own = make_stack()
    manager = signed_in(own, "manager")
    assert "没有收费" in manager.get("/console/stats/org").text, "nothing was sold yet"
    first = int(own.sql("SELECT biz_date FROM gt_state")[0][0])
    sell(own, "20.00")
    sell(own, "4.00", back=True)
    day = f"from={as_date(first)}&to={as_date(first)}"
    before = {page: total(manager, f"/console/stats/{page}?{day}") for page in PAGES}
    assert before["org"] == (2, 2400, 1, 400, 2000)
    own.gridtill("date", "cut", "--from", str(first))
    after_cut = {page: total(manager, f"/console/stats/{page}?{day}") for page in PAGES}
    stacks.wait_until(lambda: own.sql("SELECT 1 FROM gt_fold WHERE written = lines"), 60, "the date is folded")
    assert {page: total(manager, f"/console/stats/{page}?{day}") for page in PAGES} == before == after_cut
    sell(own, "1.00")
    second = datetime.date.fromisoformat(as_date(first)) + datetime.timedelta(days=1)
    manager.get(f"/console/stats/op?from={second}&to={second}")
    assert table(manager, "lines")[-1] == ["合计", "1", "¥1.00", "0", "¥0.00", "¥1.00", "100.0%", "¥20.00", "¥-19.00", "-95.0%"]
    manager.get(f"/console/stats/op?from={as_date(first)}&to={second}")
    assert [row[3] for row in table(manager, "points")] == ["¥20.00", "¥1.00"]
    assert [row[0] for row in table(manager, "points")] == [as_date(first), str(second)]
    manager.get(f"/console/stats/org?from={as_date(first)}&to={second}&grain=year")
    assert fen(table(manager, "points")[0][3]) == 2100


def test_reports_of_a_closed_date_are_files(make_stack):
    own = make_stack()
    manager = signed_in(own, "manager")
    first = int(own.sql("SELECT biz_date FROM gt_state")[0][0])
    this = as_date(first)[:7]
    assert "本月还没有此机构的报表" in manager.get("/console/stats/reports").text
    sell(own, "20.00")
    sell(own, "4.00", back=True)
    own.gridtill("date", "cut", "--from", str(first))

    def written():
        manager.get(f"/console/stats/reports?month={this}")
        return f"period={first}&" in manager.page.text and "as=xlsx" in manager.page.text
    stacks.wait_until(written, 60, "the reports are written")
    assert "城关县供电公司" in manager.text() and "日报" in manager.text()
    files = [link for link in links(manager) if link.startswith("/console/stats/report?")]
    assert len(files) == 2
    for link in files:
        reply = manager.get(link)
        assert reply.status_code == 200 and "DEMO-COUNTY" in reply.headers["Content-Disposition"]
        if "as=xlsx" in link:
            with zipfile.ZipFile(io.BytesIO(reply.content)) as book:
                assert book.testzip() is None and "惠民" not in book.read("xl/worksheets/sheet1.xml").decode()
            continue
        rows = csv_of(reply)
        assert rows[0][:4] == ["统计项", "名称", "编码", "笔数"]
        totals = [row for row in rows if row[1] == "合计" and row[0] != "代理商"]
        assert len(totals) == 4 and all(row[3:8] == ["2", "24.00", "1", "4.00", "20.00"] for row in totals)
        assert ["业务", "充值", "", "2", "24.00", "1", "4.00", "20.00"] in [row[:8] for row in rows]
    bureau = own.sql("SELECT code FROM gt_org WHERE parent_id = 0")[0][0]
    for code in (bureau, "NO-SUCH", "DEMO-STATION"):  # not theirs; not there; not made for stations
        assert manager.get(f"/console/stats/report?period={first}&as=csv&org={code}").status_code == 404
    assert manager.get("/console/stats/report?period=20261301&as=csv&org=DEMO-COUNTY").status_code == 404
    assert manager.get("/console/stats/report?period=19990101&as=csv&org=DEMO-COUNTY").status_code == 404
    assert "请填写月份" in manager.get("/console/stats/reports?month=2026-13").text
    admin = signed_in(own, "admin")
    assert csv_of(admin.get(f"/console/stats/report?period={first}&as=csv&org={bureau}"))[1][0] == "机构"
    folder = own.home / "data" / "reports" / str(first // 100)
    was = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert len(was) == 4 and not [name for name in was if "part" in name], "a bureau and a county, two kinds"
    own.restart("worker")
    sell(own, "1.00")
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == was, "nothing is written twice"
