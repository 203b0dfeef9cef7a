"""Messages with the marketing system on a transaction's page: the request made again, answers that were out of the ordinary as
they came; masked, as text, cut."""

import http.client
import http.server
import os
import re
import threading

import pytest

import books
import stack as stacks
from console import Visitor, signed_in
from page import intruders
from terminal import Card, Terminal, fresh, next_trace

LOOKER, PASSWORD = "mess.looker", "GridTill-look-2"
HOSTILE = "<script>alert(1)</script>\"><img src=x onerror=alert(1)>"
ADDRESS = "远山路八号院"


def looker(stack):
    """Who may see transactions, but no names in full."""
    if not stack.sql(f"SELECT id FROM gt_user WHERE login = '{LOOKER}'"):
        manager = signed_in(stack, "manager")
        manager.get("/console/role/add")
        assert manager.post("/console/role/add", code="MESS-LOOK", name="查询", org="DEMO-COUNTY",
                            rights=("txn.view",)).status_code == 303
        stack.gridtill("user", "add", LOOKER, "查询员", "--org", "DEMO-COUNTY", "--operator", "900777", "--role", "MESS-LOOK",
                       "--password-stdin", given="GridTill-look-1\n")
        visitor = Visitor(stack)
        visitor.sign_in(LOOKER, "GridTill-look-1")
        visitor.get("/console/password")
        assert visitor.post("/console/password", old="GridTill-look-1", password=PASSWORD, again=PASSWORD).status_code == 303
    return signed_in(stack, LOOKER, PASSWORD)


@pytest.fixture(scope="module")
def visitor(stack):
    return looker(stack)


class Between(http.server.BaseHTTPRequestHandler):
    """Stands between the platform and the stand-in, and answers as `says` tells by customer; the rest it hands on."""

    protocol_version = "HTTP/1.1"
    says = {}

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        port, path = re.match(r"/(\d+)(/.*)", self.path).groups()
        ahead = http.client.HTTPConnection("127.0.0.1", int(port), timeout=10)
        ahead.request("POST", path, body, {"Content-Type": self.headers["Content-Type"]})
        reply = ahead.getresponse().read()
        ahead.close()
        customer = re.search(rb"<yhbh>(\d+)<", body)
        change = self.says.get(customer.group(1).decode()) if customer and b"jycx" not in body and b"dfcx" not in body else None
        reply = change(reply) if change else reply
        self.send_response(200)
        self.send_header("Content-Type", "text/xml; charset=utf-8")
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def platform(make_stack):
    """A platform whose marketing system says what a test wants."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Between)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield make_stack(conf=(*stacks.QUICK_CONF, ("http://127.0.0.1:@SIM_PORT@", f"http://127.0.0.1:{server.server_port}/@SIM_PORT@"),))
    server.shutdown()


def shown(visitor, number):
    """The messages of a transaction's page: heading and what stands below it."""
    reply = visitor.get(f"/console/txn?id={number}")
    assert reply.status_code == 200
    parts = re.findall(r'<div class="message"><h3>(.*?)</h3>(.*?)</div>', reply.text, re.DOTALL)
    bare = [re.sub(r"<[^>]*>", " ", part[0] + part[1]) for part in parts]
    return [re.sub(r"&lt;", "<", re.sub(r"&gt;", ">", text)) for text in bare]


def customer_of(stack, number):
    """Name and address in full."""
    [(name, address)] = stack.sql(f"SELECT customer_name, address FROM gt_txn WHERE id = {number}")
    return name, address


def decided(stack, number):
    books.wait_decided(stack)
    [(state,)] = stack.sql(f"SELECT state FROM gt_txn WHERE id = {number}")
    return int(state)


def test_a_plain_sale_stores_nothing_and_shows_its_request(stack, visitor):
    customer = fresh("remote")
    sale = Terminal(stack).recharge(customer, "12.34")
    assert sale.ResultCode == 0
    assert stack.sql(f"SELECT id FROM gt_message WHERE txn_id = {sale.TransactionNo}") == []
    assert stack.sql(f"SELECT id FROM gt_event WHERE txn_id = {sale.TransactionNo}") == []
    request, answer = shown(visitor, sale.TransactionNo)
    for part in ("请求", "按记录重现", f"<jylsh>{sale.TransactionNo}</jylsh>", f"<yhbh>{customer}</yhbh>", "<jfje>12.34</jfje>",
                 "<jsfs>01</jsfs>", "<zdbh>T0000001</zdbh>", "<czybh>900001</czybh>"):
        assert part in request, part
    assert "定义" not in request
    assert "应答正常" in answer and "返回码 1001" in re.sub(r"\s+", " ", answer) and f"SG{sale.TransactionNo}" in answer
    name, address = customer_of(stack, sale.TransactionNo)
    assert name not in visitor.page.text and address not in visitor.page.text and name[0] + "*" in visitor.page.text


def test_a_card_is_masked_in_its_request(stack, visitor):
    customer = fresh("card")
    sale = Terminal(stack).recharge(customer, "30.00", card=Card(customer))
    assert sale.ResultCode == 0
    [(card,)] = stack.sql(f"SELECT card_no FROM gt_txn WHERE id = {sale.TransactionNo}")
    request = shown(visitor, sale.TransactionNo)[0]
    assert card not in visitor.page.text and f"<kxlh>{card[:4]}****{card[-4:]}</kxlh>" in request
    assert "<sjs>***</sjs>" in request and "返写文件和随机数不保存" in request


def test_a_refusal_is_shown_as_it_came(stack, visitor):
    reply = Terminal(stack).recharge("3000009006", "34.00")
    assert reply.ResultClass == "declined"
    request, answer = shown(visitor, reply.TransactionNo)
    assert "<jfje>34.00</jfje>" in request
    assert "<retcode>1040</retcode>" in answer and "走收" in answer and "用时" in answer
    assert "保存上级应答原文" in visitor.text()


def test_garbage_is_shown_and_the_inquiry_that_found_out(stack, visitor):
    reply = Terminal(stack).recharge("3000009007", "35.00")
    assert reply.ResultClass == "in_doubt" and decided(stack, reply.TransactionNo) == 2
    request, answer, inquiry, found = shown(visitor, reply.TransactionNo)
    assert "<jfje>35.00</jfje>" in request and "not what you wait for" in answer and "�" in answer
    assert "查询请求" in inquiry and f"<yjylsh>{reply.TransactionNo}</yjylsh>" in inquiry and "jycx" in inquiry
    assert "<jyzt>1</jyzt>" in found
    name, address = customer_of(stack, reply.TransactionNo)
    assert name not in visitor.page.text and address not in visitor.page.text and "<yddz>***</yddz>" in found


def test_a_lost_reply_says_so_and_the_inquiry_is_shown(stack, visitor):
    reply = Terminal(stack).recharge("3000009003", "36.00", next_trace())
    assert reply.ResultClass == "in_doubt" and decided(stack, reply.TransactionNo) == 2
    request, answer, inquiry, found = shown(visitor, reply.TransactionNo)
    assert "没有收到可保存的应答" in answer and "查询请求" in inquiry and "<jyzt>1</jyzt>" in found


def test_a_changed_definition_is_said(stack, visitor):
    sale = Terminal(stack).recharge(fresh("remote"), "1.00")
    assert "定义或模板在此交易之后改过" not in shown(visitor, sale.TransactionNo)[0]
    os.utime(stack.home / "edited" / "sg186.xml")
    stack.restart("console")
    stacks.wait_until(lambda: visitor.get("/console/txns").status_code == 200, 60, "the console is back")
    assert "定义或模板在此交易之后改过" in shown(visitor, sale.TransactionNo)[0]


def test_hostile_long_and_foreign_answers(platform):
    """An answer that is not ours tells another customer's name; it is masked, shown as text, and cut."""
    terminal, visitor = Terminal(platform), looker(platform)
    hostile, other, endless = (fresh("remote") for _ in range(3))
    refused = "<Envelope><Body><gdczResponse xmlns='urn:sg186:pay'><retcode>1040</retcode><retmsg>x</retmsg></gdczResponse>"
    Between.says[hostile] = lambda reply: (refused + HOSTILE).encode()
    Between.says[other] = lambda reply: re.sub(rb"<jylsh>\d+<", b"<jylsh>202611220000009999<", reply).replace(
        b"</yhmc>", "王小明</yhmc>".encode()).replace(b"<retmsg>", f"<yddz>{ADDRESS}</yddz><retmsg>6222020200112233445".encode())
    Between.says[endless] = lambda reply: "长".encode() * 9000
    numbers = [terminal.recharge(customer, "9.00").TransactionNo for customer in (hostile, other, endless)]
    books.wait_decided(platform)
    answer = shown(visitor, numbers[0])[1]
    assert "<script>alert(1)</script>" in answer and not intruders(visitor.page.text)
    answer = shown(visitor, numbers[1])[1]
    assert "202611220000009999" in answer and "6222****3445" in answer
    for text in ("王小明", ADDRESS, "6222020200112233445", customer_of(platform, numbers[1])[0]):
        assert text not in visitor.page.text, text
    answer = shown(visitor, numbers[2])[1]
    assert "长" * 1899 + "…" in answer and "长" * 1900 not in answer
    stored = platform.sql(f"SELECT message FROM gt_message WHERE txn_id = {numbers[1]} ORDER BY id")[0][0]
    assert "王小明" not in stored and ADDRESS not in stored
    platform.gridtill("check", "books")


def test_whoever_may_not_see_the_transaction_sees_no_message(stack):
    import far
    far.far_county(stack)
    sale = Terminal(stack).recharge(fresh("remote"), "1.00")
    visitor = signed_in(stack, far.MANAGER, far.PASSWORD)
    assert visitor.get(f"/console/txn?id={sale.TransactionNo}").status_code == 404
    assert "gdcz" not in visitor.page.text
