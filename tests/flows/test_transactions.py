"""Transactions in the console: found by whatever a caller can name, shown whole, exported, printed."""

import csv
import io
import re

import pytest

import far as far_kit
import stack as stacks
from console import signed_in
from far import far_county, far_sale
from terminal import Card, Terminal, fresh, next_trace


@pytest.fixture
def manager(stack):
    return signed_in(stack, "manager")


@pytest.fixture(scope="module")
def sale(stack):
    """A recharge of 12.34 with its trace number."""
    terminal, customer, trace = Terminal(stack), fresh("remote"), next_trace()
    reply = terminal.recharge(customer, "12.34", trace)
    assert reply.ResultCode == 0
    return {"id": reply.TransactionNo, "customer": customer, "trace": trace, "receipt": reply.ReceiptNo,
            "meter": "M" + customer}


def found(visitor, query):
    """The numbers of the transactions that a search lists."""
    reply = visitor.get("/console/txns?" + query)
    assert reply.status_code == 200
    return re.findall(r'href="/console/txn\?id=(\d+)"', reply.text)


def number_of(sale):
    return re.sub(r"\D", "", str(sale["id"]))


# --- the list ---


def test_found_by_whatever_a_caller_can_name(manager, sale):
    number = number_of(sale)
    assert number in found(manager, "least=12.34&greatest=12.34")
    for query in (f"q={number}", f"q={number[:8]}+{number[8:]}", f"q={sale['receipt']}",
                  f"terminal=T0000001&trace={sale['trace']}"):
        assert found(manager, query) == [number], query
    meter = re.search(r'data-copy="([^"]+)"', manager.get(f"/console/txn?id={number}").text)
    assert meter
    for query in (f"customer={sale['customer']}", f"customer={sale['customer']}&least=12.34&greatest=12.34",
                  f"customer={sale['customer']}&state=posted&op=recharge&operator=900001&channel=pos&org={stacks.ORG}"):
        assert found(manager, query) == [number], query
    for query in ("operator=900001", "terminal=T0000001", f"org={stacks.ORG}", "channel=pos",
                  "begin=00:00&end=23:59&from=2020-01-01&to=2099-12-31"):
        assert number in found(manager, f"{query}&least=12.34&greatest=12.34"), query


def test_what_does_not_fit_is_not_found(manager, sale):
    base = f"customer={sale['customer']}"
    for query in ("least=12.35", "greatest=12.33", "state=declined", "op=pay", "channel=kiosk", "meter=M0", "card=C0",
                  "to=2020-01-01", "from=2099-01-01", "operator=999999", "terminal=T0000002"):
        assert found(manager, f"{base}&{query}") == [], query
    assert found(manager, "q=201001010000000001") == []
    assert "没有符合条件的交易" in manager.text()


@pytest.mark.parametrize("query,words", [
    ("q=12345", "完整的流水号"), ("trace=5", "须与终端号一起查"), ("org=NO-SUCH", "没有此机构"),
    ("from=2026-13-01", "请填写日期"), ("from=2026-02-02&to=2026-01-01", "早于起始日期"),
    ("begin=25:99&from=2026-02-02", "请填写时间"), ("begin=10:00&customer=1", "须填写营业日"), ("least=x", "请填写金额"),
    ("state=none", "请从列表中选择")])
def test_a_wrong_filter_says_so_at_its_field(manager, query, words):
    manager.get("/console/txns?" + query)
    assert words in manager.text()
    assert "is-invalid" in manager.page.text or "state" in query


def test_names_are_masked_in_lists_and_full_looks_are_logged(stack, manager, sale):
    number = number_of(sale)
    [(name,)] = stack.sql(f"SELECT customer_name FROM gt_txn WHERE id = {number}")
    found(manager, f"customer={sale['customer']}")
    assert name not in manager.text() and name[0] + "*" in manager.text()
    before = stack.sql(f"SELECT COUNT(*) FROM gt_oplog WHERE what = 'txn.look' AND object = '{number}'")
    manager.get(f"/console/txn?id={number}")
    assert name in manager.text()
    after = stack.sql(f"SELECT COUNT(*) FROM gt_oplog WHERE what = 'txn.look' AND object = '{number}'")
    assert int(after[0][0]) == int(before[0][0]) + 1


def test_pages_follow_each_other_without_gap_or_repetition(stack, manager):
    customer, terminal = fresh("remote"), Terminal(stack)
    for _ in range(53):
        assert terminal.recharge(customer, "1.00").ResultCode == 0
    first = found(manager, f"customer={customer}")
    following = re.search(r'href="([^"]+)" rel="next"', manager.page.text).group(1).replace("&amp;", "&")
    second = found(manager, following.split("?")[1])
    assert len(first) == 50 and len(second) == 3
    assert first + second == sorted(set(first + second), reverse=True)
    by_account = found(manager, "operator=900001")
    assert by_account[0] == first[0] and len(by_account) == 50


def test_a_station_sees_its_own_only(stack, sale):
    far_county(stack)
    far = signed_in(stack, far_kit.MANAGER, far_kit.PASSWORD)
    number = number_of(sale)
    for query in (f"q={number}", f"q={sale['receipt']}", f"customer={sale['customer']}", "operator=900001",
                  f"terminal=T0000001&trace={sale['trace']}"):
        assert found(far, query) == [], query
    own = str(far_sale(stack).TransactionNo)
    assert own in found(far, "") and number not in found(far, "")
    pages = []
    for path in (f"txn?id={number}", "txn?id=201001010000000001", f"txn/receipt?id={number}"):
        assert far.get("/console/" + path).status_code == 404
        pages.append(re.sub(r"[0-9a-f]{32,64}|id=\d+", "", far.page.text))
    assert pages[0] == pages[1]
    for text in (number, sale["receipt"], sale["customer"]):
        assert far.get(f"/console/search?q={text}").status_code == 200
        assert "没有找到" in far.text()


# --- one transaction ---


def test_a_sale_is_shown_whole(manager, sale):
    manager.get(f"/console/txn?id={number_of(sale)}")
    text = manager.text()
    for part in ("成功", "已受理", "不写卡", "¥12.34", sale["customer"], "900001", "T0000001", str(sale["trace"]), "现金",
                 "应付营销系统 sg186", "受理登记", "成功入账", "凭证号 " + sale["receipt"], "人民币壹拾贰元叁角肆分"):
        assert part in text, part


def test_a_reversal_and_its_original_lead_to_each_other(stack, manager):
    terminal, customer = Terminal(stack), fresh("remote")
    sale = terminal.recharge(customer, "20.00")
    back = terminal.reverse(sale.TransactionNo, customer, "20.00")
    assert back.ResultCode == 0
    manager.get(f"/console/txn?id={sale.TransactionNo}")
    assert "已冲正" in manager.text() and f"id={back.TransactionNo}" in manager.page.text and "作废" in manager.text()
    manager.get(f"/console/txn?id={back.TransactionNo}")
    assert f"id={sale.TransactionNo}" in manager.page.text and "冲正的原交易" in manager.text()


def test_a_card_purchase_shows_its_packet(stack, manager):
    customer = fresh("card")
    card, terminal = Card(customer), Terminal(stack)
    sale = terminal.recharge(customer, "30.00", card=card)
    assert sale.ResultCode == 0 and sale.CardWrite
    manager.get(f"/console/txn?id={sale.TransactionNo}")
    assert "待写卡" in manager.text() and "写卡数据已保存" in manager.text()
    assert sale.CardWrite.Mac1 not in manager.page.text
    terminal.confirm(sale.TransactionNo)
    manager.get(f"/console/txn?id={sale.TransactionNo}")
    assert "已写卡" in manager.text()


def test_bills_that_were_settled_are_listed(stack, manager):
    terminal, customer = Terminal(stack), fresh("bill")
    query = terminal.query(customer)
    total = sum(b.Amount for b in query.Bill)
    paid = terminal.pay(customer, str(total))
    assert paid.ResultCode == 0
    manager.get(f"/console/txn?id={paid.TransactionNo}")
    assert all(b.BillNo in manager.text() for b in query.Bill)


def test_a_print_is_counted_and_said_on_the_paper(stack, manager, sale):
    path = f"/console/txn/receipt?id={number_of(sale)}"
    manager.get(path)
    [(before,)] = stack.sql(f"SELECT prints FROM gt_receipt WHERE id = {number_of(sale)}")
    assert manager.post(path).status_code == 303
    assert manager.post(path, token=manager.get(path) and manager.token()).status_code == 303
    manager.get(path)
    assert f"补打 {int(before) + 1}" in manager.text()
    [(after,)] = stack.sql(f"SELECT prints FROM gt_receipt WHERE id = {number_of(sale)}")
    assert int(after) == int(before) + 2


# --- export ---


def test_an_export_holds_exactly_what_is_filtered(stack, manager, sale):
    reply = manager.get(f"/console/txns/export?customer={sale['customer']}")
    assert reply.status_code == 200 and reply.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert reply.headers["Content-Disposition"] == 'attachment; filename="transactions.csv"'
    rows = list(csv.reader(io.StringIO(reply.content.decode("utf-8-sig"))))
    assert len(rows) == 2 and rows[0][0] == "流水号"
    assert rows[1][0] == number_of(sale) and rows[1][8] == "12.34" and "*" in rows[1][5]
    everything = manager.get("/console/txns/export")
    numbers = [r[0] for r in csv.reader(io.StringIO(everything.content.decode("utf-8-sig")))][1:]
    [(count,)] = stack.sql("SELECT COUNT(*) FROM gt_txn t JOIN gt_org o ON o.id = t.org_id WHERE o.code <> 'FAR-STATION'")
    assert len(numbers) == len(set(numbers)) == int(count)
    assert manager.get("/console/txns/export?from=x").status_code == 400
    [(logged,)] = stack.sql("SELECT COUNT(*) FROM gt_oplog WHERE what = 'txn.export'")
    assert int(logged) >= 2


# --- the search box ---


def test_the_search_box_finds_transaction_receipt_and_customer(manager, sale):
    number = number_of(sale)
    for text in (number, sale["receipt"], f"{number[:8]} {number[8:]}"):
        assert manager.get("/console/search", params={"q": text}).headers["Location"] == f"/console/txn?id={number}"
    reply = manager.get(f"/console/search?q={sale['customer']}")
    assert reply.headers["Location"] == f"/console/txns?customer={sale['customer']}"


# --- in doubt ---


def test_in_doubt_is_listed_asked_about_and_a_decision_asked_for(stack, manager):
    customer = "3000009003"  # upstream books it and loses the reply
    with stack.hold("worker", "worker"):
        doubt = Terminal(stack).recharge(customer, "31.25")
        assert doubt.ResultClass == "in_doubt"
        number = doubt.TransactionNo
        manager.get("/console/doubts")
        assert f"id={number}" in manager.page.text and "¥31.25" in manager.text() and "未决" in manager.text()
        assert found(manager, "state=doubt&customer=" + customer) == [str(number)]
        path = f"/console/doubt/decide?id={number}"
        manager.get(path)
        manager.post(path, posted="posted", amount="31.24", reason="x")
        assert "与该交易的金额不一致" in manager.text()
        manager.post(path, posted="posted", amount="31.25")
        assert "请填写此项" in manager.text()
        assert manager.post(path, posted="never", amount="31.25", reason="电话核实").status_code == 303
        manager.get(f"/console/txn?id={number}")
        assert "等待另一人审批" in manager.text() and "电话核实" not in manager.text()
        manager.get(path)
        assert "已有人申请认定" in manager.text()
        manager.get("/console/doubts")
        assert "认定待审批" in manager.text()
        assert manager.post(f"/console/doubt/ask?id={number}").status_code == 303
        manager.get(f"/console/txn?id={number}")
        assert "营销系统已答复" in manager.text() and "成功" in manager.text() and "上级系统未答复" in manager.text()
        manager.get("/console/doubts")
        assert f"id={number}" not in manager.page.text
        assert manager.post(f"/console/doubt/ask?id={number}").status_code == 303
        manager.get(f"/console/txn?id={number}")
        assert "已有结果" in manager.text()
        manager.get(path)
        assert "已有结果" in manager.text() and "<textarea" not in manager.page.text
