"""Clients that nobody here wrote, each from the published WSDL alone: zeep, PHP's SoapClient, gSOAP.

Each signs on, queries, pays a bill, recharges a card meter and confirms the card, reverses, inquires,
gets a receipt, closes its batch and remits.  The PHP and the gSOAP client print a line `name value` for each thing they saw;
what those must be is written here once for all three.
"""

import pathlib
import re
import subprocess

import pytest

import books
from terminal import Card, Terminal, fresh, money, next_trace

HERE = pathlib.Path(__file__).resolve().parent
REQUIRED = ("sign_on", "batch", "name", "due", "pay", "pay_receipt", "recharge", "count", "mac1", "confirm", "reverse",
            "again", "inquire", "inquire_state", "receipt", "prints", "line", "list", "entries", "close", "agreed", "remit_query",
            "remit", "slip")
ROUND = 20  # trace numbers that a client uses at most, from the one that it is given


def see_with_zeep(stack, bill, card, trace):
    terminal = Terminal(stack)
    seen = {}
    on = terminal.call("SignOn", trace)
    seen["sign_on"], seen["batch"] = on.ResultCode, on.BatchNo
    customer = terminal.query(bill)
    seen["name"] = customer.Customer.Name
    due = sum(one.Amount for one in customer.Bill)
    seen["due"] = due
    paid = terminal.pay(bill, due, trace + 1)
    seen["pay"], seen["pay_receipt"] = paid.ResultCode, paid.ReceiptNo
    plastic = Card(card)
    bought = terminal.recharge(card, "50.00", trace + 2, plastic)
    seen["recharge"] = bought.ResultCode
    seen["count"], seen["mac1"] = bought.CardWrite.PurchaseCount, bought.CardWrite.Mac1
    plastic.write(bought.CardWrite)
    seen["confirm"] = terminal.confirm(bought.TransactionNo, trace=trace + 3).ResultCode
    seen["reverse"] = terminal.reverse(paid.TransactionNo, bill, due, trace=trace + 4).ResultCode
    again = terminal.reverse(paid.TransactionNo, bill, due, trace=trace + 5)
    seen["again"] = again.ResultCode
    asked = terminal.inquire(trace + 2)
    seen["inquire"], seen["inquire_state"] = asked.ResultCode, asked.Transaction.State
    paper = terminal.receipt(bought.TransactionNo)
    seen["receipt"], seen["prints"], seen["line"] = paper.ResultCode, paper.PrintCount, "\n".join(paper.Line)
    listed = terminal.call("ListBatch")
    seen["list"], seen["entries"] = listed.ResultCode, len(listed.Entry)
    totals = [{"Operation": t.Operation, "Count": t.Count, "Amount": t.Amount} for t in listed.Total]
    closed = terminal.call("CloseBatch", trace + 6, BatchNo=listed.BatchNo, Total=totals)
    seen["close"], seen["agreed"] = closed.ResultCode, int(closed.Agreed)
    asked = terminal.call("QueryRemittance")
    seen["remit_query"] = asked.ResultCode
    slip = terminal.call("SubmitRemittance", trace + 7, Amount=asked.Due)
    seen["remit"], seen["slip"] = slip.ResultCode, slip.Remittance.RemittanceNo if slip.Remittance else "-"
    return seen


def parse(text):
    """`name value` lines; the lines of the receipt come one by one."""
    seen = {}
    for name, value in re.findall(r"^(\w+) (.*)$", text, re.MULTILINE):
        seen[name] = seen[name] + "\n" + value if name in seen else value
    return seen


def see_with_php(stack, bill, card, trace):
    done = subprocess.run(["php", str(HERE / "client.php"), stack.url + "/terminal?wsdl", stack.certificate, bill, card,
                           str(trace)], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return parse(done.stdout)


@pytest.fixture(scope="module")
def gsoap_client(stack, tmp_path_factory):
    """The C client, with its stubs made by wsdl2h and soapcpp2 from what the platform serves."""
    folder = tmp_path_factory.mktemp("gsoap")
    web = Terminal(stack).session
    wsdl = web.get(stack.url + "/terminal?wsdl").text
    for place in re.findall(r'schemaLocation="([^"]+)"', wsdl):
        address = place if "://" in place else stack.url + "/" + place.lstrip("/")
        (folder / "terminal.xsd").write_text(web.get(address.replace("&amp;", "&")).text)
        wsdl = wsdl.replace(place, "terminal.xsd")
    (folder / "terminal.wsdl").write_text(wsdl)
    plugin = "/usr/share/gsoap/plugin"
    run = lambda *words: subprocess.run(words, cwd=folder, check=True, capture_output=True, timeout=300)  # noqa: E731
    run("wsdl2h", "-c", "-P", "-o", "terminal.h", "terminal.wsdl")
    header = folder / "terminal.h"
    header.write_text('#import "wsse.h"\n' + header.read_text())
    run("soapcpp2", "-c", "-C", "-L", "-x", "-I/usr/share/gsoap/import", "terminal.h")
    names = ["soapC.c", "soapClient.c", f"{plugin}/wsseapi.c", f"{plugin}/smdevp.c", f"{plugin}/mecevp.c",
             "/usr/share/gsoap/custom/struct_timeval.c", str(HERE / "client.c")]
    run("gcc", "-w", "-O0", "-DWITH_OPENSSL", "-DWITH_DOM", "-DWITH_GZIP", f"-I{folder}", f"-I{plugin}", "-I/usr/share/gsoap",
        "-o", "client", *names, "-lgsoapssl", "-lssl", "-lcrypto", "-lz")
    return folder / "client"


def see_with_gsoap(client, stack, bill, card, trace):
    done = subprocess.run([str(client), f"https://localhost:{stack.port}/terminal", stack.certificate, bill, card,
                           str(trace)], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return parse(done.stdout)


def assert_whole_round(stack, seen, bill, card):
    """What any client must have seen, and what the books hold of it."""
    missing = [name for name in REQUIRED if name not in seen]
    assert not missing, f"the client saw no {missing}: {seen}"
    for name in ("sign_on", "pay", "recharge", "confirm", "reverse", "inquire", "receipt", "list", "close",
                 "remit_query"):
        assert int(seen[name]) == 0, name
    assert int(seen["again"]) == 5003
    assert re.search(r"[\u4e00-\u9fff]{2}", seen["name"])
    assert int(seen["count"]) == 2 and re.fullmatch(r"[0-9A-Fa-f]+", seen["mac1"])
    assert seen["inquire_state"] == "posted"
    assert int(seen["prints"]) == 1
    assert int(seen["entries"]) >= 3 and int(seen["agreed"]) == 1
    if int(seen["remit"]) == 0:
        assert re.fullmatch(r"900001-J\d+", seen["slip"])
    else:  # a shift of the operator is open: nothing of it is to be remitted
        assert int(seen["remit"]) == 7001
    assert "伍拾元" in seen["line"] and "900001" in seen["line"] and card in seen["line"]
    mine = {(row.operation, row.state) for row in books.journal(stack) if row.customer in (bill, card)}
    assert ("recharge", "posted") in mine and ("pay", "reversed") in mine and ("reverse", "posted") in mine


def test_zeep(stack):
    bill, card = fresh("bill"), fresh("card")
    assert_whole_round(stack, see_with_zeep(stack, bill, card, next_trace(ROUND)), bill, card)


def test_php(stack):
    bill, card = fresh("bill"), fresh("card")
    assert_whole_round(stack, see_with_php(stack, bill, card, next_trace(ROUND)), bill, card)


def test_gsoap(stack, gsoap_client):
    bill, card = fresh("bill"), fresh("card")
    assert_whole_round(stack, see_with_gsoap(gsoap_client, stack, bill, card, next_trace(ROUND)), bill, card)


def test_receipt_reprint_is_marked_and_takes_no_new_number(terminal):
    customer = fresh("remote")
    bought = terminal.recharge(customer, "12.34")
    first, second = terminal.receipt(bought.TransactionNo), terminal.receipt(bought.TransactionNo)
    assert (first.PrintCount, second.PrintCount) == (1, 2)
    assert not any("补打" in line for line in first.Line)
    assert any("补打" in line for line in second.Line)
    assert any(bought.ReceiptNo in line for line in first.Line)
    assert any(bought.ReceiptNo in line for line in second.Line)


def test_receipt_numbers_have_no_gap(terminal):
    numbers = []
    for _ in range(4):
        reply = terminal.recharge(fresh("remote"), "1.00")
        numbers.append(int(reply.ReceiptNo.rsplit("-", 1)[1]))
    refused = terminal.recharge("3999999999", "1.00")
    assert refused.ResultCode == 2001 and not refused.ReceiptNo
    numbers.append(int(terminal.recharge(fresh("remote"), "1.00").ReceiptNo.rsplit("-", 1)[1]))
    assert numbers == list(range(numbers[0], numbers[0] + 5))


def test_sign_on_tells_the_last_trace_number(terminal):
    trace = next_trace() + 10_000_000
    terminal.recharge(fresh("remote"), "1.00", trace)
    reply = terminal.call("SignOn")
    assert int(reply.LastTraceNo) == trace
    assert reply.BatchNo >= 1 and reply.ServerTime is not None


def test_bill_of_the_demo(terminal):
    reply = terminal.query("1000000001")
    assert [one.Amount for one in reply.Bill] == [money("86.40")]
    assert reply.Bill[0].LateFee == money("1.40")
    assert reply.Meter.Kind == "bill"


def test_part_payment_is_refused_and_nothing_is_held(terminal):
    bill = fresh("bill")
    due = sum(one.Amount for one in terminal.query(bill).Bill)
    before = terminal.credit().Available
    reply = terminal.pay(bill, due - money("0.01"))
    assert reply.ResultClass == "declined" and reply.ResultCode in (2005, 2007)
    assert terminal.credit().Available == before
    assert terminal.credit().Held == 0
