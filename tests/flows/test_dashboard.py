"""The dashboard: its figures are those of the books, and each leads to its list."""

import datetime
import re

import far
import stack as stacks
from console import Visitor, signed_in
from terminal import Terminal, fresh


def yuan(text):
    return int(text.replace(",", "").replace(".", ""))


def figures(visitor):
    """(fen, transactions, reversals) of today."""
    assert visitor.get("/console/dashboard").status_code == 200
    money, sales, back = re.findall(r'<p class="big">(?:<a [^>]*>)?¥?([\d,.-]+)', visitor.page.text)
    return yuan(money), int(sales), int(back)


def test_it_is_the_first_page_and_counts_what_is_sold_and_taken_back(stack):
    manager = Visitor(stack)
    assert manager.sign_in("manager").headers["Location"] == "/console"
    assert manager.get("/console").headers["Location"] == "/console/dashboard"
    before = figures(manager)
    terminal, customer = Terminal(stack), fresh("remote")
    sale = terminal.recharge(customer, "12.34")
    assert sale.ResultCode == 0
    after = figures(manager)
    assert after == (before[0] + 1234, before[1] + 1, before[2])
    text = manager.text()
    assert "城关供电所" in text and "充值" in text and "移动 POS" in text and "sg186" in text
    assert terminal.reverse(sale.TransactionNo, customer, "12.34").ResultCode == 0
    assert figures(manager) == (before[0], before[1] + 1, before[2] + 1)


def test_each_figure_leads_to_its_list(stack):
    manager = signed_in(stack, "manager")
    assert Terminal(stack).recharge(fresh("remote"), "1.00").ResultCode == 0
    manager.get("/console/dashboard")
    assert "待我审批" in manager.text() and "信用额将用完的账户" in manager.text()
    links = {link.replace("&amp;", "&") for link in re.findall(r'href="(/console/(?:txns|doubts|approvals|credit)[^"]*)"', manager.page.text)}
    assert len(links) >= 8 and "/console/credit?state=near" in links
    for link in links:
        assert manager.get(link).status_code == 200 and "is-invalid" not in manager.page.text, link
    hours = [link for link in links if "begin=" in link]
    assert any("/console/txn?id=" in manager.get(link).text for link in hours), hours


def near(visitor):
    visitor.get("/console/dashboard")
    return int(re.search(r"将用完的账户</a> <strong[^>]*>(\d+)<", visitor.page.text).group(1))


def test_credit_nearly_used_leads_to_just_these_accounts(stack):
    manager = signed_in(stack, "manager")
    before = near(manager)
    stack.add_cashier("dash.near", "dash.near", "10.00")
    till = Terminal(stack, operator="dash.near")
    assert till.recharge(fresh("remote"), "7.00").ResultCode == 0
    assert near(manager) == before
    assert till.recharge(fresh("remote"), "2.50").ResultCode == 0
    assert near(manager) == before + 1
    listed = manager.get("/console/credit?state=near").text.split("<tbody>")[-1]
    assert "dash.near" in listed and listed.count("<tr>") == before + 1 and listed.count("将用完") == before + 1
    assert "dash.near" in manager.get("/console/credit?state=near&q=dash.near").text.split("<tbody>")[-1]
    assert "没有符合条件的记录" in manager.get("/console/credit?state=near&q=nobody").text


def test_a_system_has_a_light_and_its_latency(stack):
    admin, manager = signed_in(stack, "admin"), signed_in(stack, "manager")

    def answers():
        assert Terminal(stack).recharge(fresh("remote"), "1.00").ResultCode == 0
        return re.search(r">sg186</a></td><td><span [^>]*>正常</span></td><td class=\"money\">¥[\d,.-]+</td>"
                         r"<td class=\"money\">\d+ ms</td><td class=\"money\">\d", admin.get("/console/dashboard").text)
    stacks.wait_until(answers, 60, "the light of sg186")
    assert "/console/system?name=sg186" in admin.page.text
    manager.get("/console/dashboard")
    assert "sg186" in manager.text() and ("/console/system?" in manager.page.text) == (manager.get("/console/systems").status_code == 200)


def test_hours_of_the_evening_before_lead_to_their_sales(make_stack):
    own = make_stack()
    now = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8)))
    date = own.sql("SELECT biz_date FROM gt_state")
    own.gridtill("date", "schedule", f"{now:%H}:00")  # the date ends at once, this hour is the next one's first
    stacks.wait_until(lambda: own.sql("SELECT biz_date FROM gt_state") != date, 60, "the cut-off")
    assert Terminal(own).recharge(fresh("remote"), "1.00").ResultCode == 0
    manager = signed_in(own, "manager")
    manager.get("/console/dashboard")
    [link] = [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]*begin=[^"]*)"', manager.page.text)]
    assert manager.get(link).text.count("/console/txn?id=") == 1
    [(made,)] = own.sql("SELECT created_at FROM gt_txn")
    day = datetime.datetime.fromtimestamp(int(made) / 1000, now.tzinfo).strftime("%Y-%m-%d")
    assert now.strftime("%Y-%m-%d") != day or day not in link


def test_others_are_not_counted(stack):
    manager = signed_in(stack, "manager")
    far.far_county(stack)
    before = figures(manager)
    far.far_sale(stack, "7.00")
    assert figures(manager) == before
    other = signed_in(stack, far.MANAGER, far.PASSWORD)
    assert figures(other)[0] >= 700 and "城关供电所" not in other.text()


def test_what_waits_is_shown(stack):
    manager = signed_in(stack, "manager")
    with stack.hold("worker", "worker"):
        doubt = Terminal(stack).recharge("3000009003", "2.50")
        assert doubt.ResultClass == "in_doubt"
        manager.get("/console/dashboard")
        assert re.search(r'未决交易</a> <strong class="some">1<', manager.page.text) and "有未答复" in manager.text()
        manager.get("/console/doubts")
        manager.post(f"/console/doubt/ask?id={doubt.TransactionNo}")
        manager.get("/console/dashboard")
        assert re.search(r"未决交易</a> <strong>0<", manager.page.text)


def test_a_decision_is_approved_by_another_and_leaves_the_list(stack):
    manager = signed_in(stack, "manager")
    stack.gridtill("user", "add", "second.manager", "第二人", "--org", "DEMO-COUNTY", "--operator", "second", "--role",
                   "manager", "--password-stdin", given="GridTill-first-1\n")
    second = Visitor(stack)
    second.sign_in("second.manager", "GridTill-first-1")
    second.get("/console/password")
    second.post("/console/password", old="GridTill-first-1", password="GridTill-mine-1", again="GridTill-mine-1")
    with stack.hold("worker", "worker"):
        doubt = Terminal(stack).recharge("3000009003", "3.75")
        path = f"/console/doubt/decide?id={doubt.TransactionNo}"
        manager.get(path)
        assert manager.post(path, posted="posted", amount="3.75", reason="电话核实已入账").status_code == 303
        second.get("/console/dashboard")
        assert re.search(r'待我审批</a> <strong class="some">[1-9]', second.page.text)
        second.get("/console/approvals")
        link = re.search(r'/console/approval\?id=\d+', second.page.text).group(0)
        second.get(link)
        assert "认定为成功" in second.text() and "3.75" in second.text() and "电话核实已入账" in second.text()
        fields = dict(re.findall(r'name="(version|id)" value="(\d+)"', second.page.text))
        assert second.post(link, decision="approve", approve="1", note="", **fields).status_code == 303, second.text()
        second.get(f"/console/txn?id={doubt.TransactionNo}")
        assert "人工认定" in second.text() and "成功" in second.text()
