"""Batches and remittance from a terminal: totals that agree or not, pages, slips made once by their trace number."""

import itertools

import pytest

import books
from envelope import Wire, document, envelope, field
from stack import ORG
from terminal import Terminal, fresh, next_trace

_numbers = itertools.count(1)


@pytest.fixture
def own(stack):
    """A terminal and an operator of the test's own, so that nothing of others is in the batch."""
    number = f"BATCH-{next(_numbers)}"
    stack.add_terminal(number, "batch-secret-1")
    stack.add_cashier(number.lower(), number, "100000")
    return Terminal(stack, number, "batch-secret-1", operator=number)


def total(operation, count, amount):
    return {"Operation": operation, "Count": count, "Amount": amount}


def totals(reply):
    return {t.Operation: (t.Count, str(t.Amount)) for t in reply.Total}


def test_a_batch_is_closed_and_compared(stack, own):
    assert own.call("CloseBatch").ResultCode == 7007  # there was none yet
    customer = fresh("remote")
    own.recharge(customer, "10.00")
    sold = own.recharge(fresh("remote"), "12.50")
    payer = fresh("bill")
    due = sum(bill.Amount for bill in own.query(payer).Bill)
    own.pay(payer, due)
    assert own.reverse(sold.TransactionNo, own_customer(stack, sold), "12.50").ResultCode == 0
    page = own.call("ListBatch")
    assert page.ResultCode == 0 and page.BatchNo == 1 and not page.Closed and not page.More
    assert [e.Operation for e in page.Entry] == ["Recharge", "Recharge", "PayBill", "Reverse"]
    assert [e.State for e in page.Entry] == ["posted", "reversed", "posted", "posted"]
    assert page.Entry[0].CustomerNo == customer and page.Entry[0].PaymentMethod == "cash"
    mine = [total("Recharge", 2, "22.50"), total("PayBill", 1, str(due)), total("Reverse", 1, "12.50")]
    assert totals(page) == {"Recharge": (2, "22.50"), "PayBill": (1, f"{due:.2f}"), "Reverse": (1, "12.50")}
    trace = next_trace()
    reply = own.call("CloseBatch", trace, BatchNo=1, Total=mine)
    assert reply.ResultCode == 0 and reply.Agreed and reply.Closed and not reply.Repeated and totals(reply) == totals(page)
    again = own.call("CloseBatch", trace, BatchNo=1, Total=mine)
    assert again.Repeated and again.Agreed and again.BatchNo == 1 and totals(again) == totals(reply)
    assert own.recharge(fresh("remote"), "5").ResultCode == 0  # opens the next one
    assert own.call("ListBatch").BatchNo == 2 and own.call("ListBatch", BatchNo=1).Closed
    assert own.call("ListBatch", BatchNo=9).ResultCode == 7007
    after = own.call("ListBatch", BatchNo=1, After=page.Entry[1].TransactionNo)
    assert [e.TransactionNo for e in after.Entry] == [e.TransactionNo for e in page.Entry[2:]]
    books.assert_agree(stack)


def own_customer(stack, sold):
    return stack.sql(f"SELECT customer_no FROM gt_txn WHERE id = {int(sold.TransactionNo)}")[0][0]


def test_a_difference_is_told_and_kept(stack, own):
    own.recharge(fresh("remote"), "10")
    for wrong in ([], [total("Recharge", 2, "10")], [total("Recharge", 1, "10.01")],
                  [total("Recharge", 1, "10"), total("PayBill", 1, "1")]):
        reply = own.call("CloseBatch", BatchNo=1, Total=wrong)
        assert reply.ResultCode == 0 and not reply.Agreed and reply.Closed
    rows = stack.sql(f"SELECT detail FROM gt_oplog WHERE what = 'batch.differs' AND object = '{own.number}'")
    assert len(rows) == 1 and "0 by the terminal, 1 by the books" in rows[0][0]
    assert own.call("CloseBatch", BatchNo=1, Total=[total("Recharge", 1, "10")]).Agreed


def test_a_slip_is_made_once(stack, own):
    assert own.call("QueryRemittance").Due == 0
    own.recharge(fresh("remote"), "30")
    own.recharge(fresh("remote"), "7.50", method="wechat")  # no cash, nothing to remit
    assert own.call("SubmitRemittance", Amount="30").ResultCode == 7001  # the batch is open still
    own.call("CloseBatch")
    asked = own.call("QueryRemittance")
    assert asked.Due == 30 and [(b.TerminalNo, b.FirstBatchNo, b.LastBatchNo) for b in asked.Batch] == [(own.number, 1, 1)]
    wrong = own.call("SubmitRemittance", Amount="29.99")
    assert wrong.ResultCode == 7002 and "30.00" in wrong.ResultText
    ranges = {"TerminalNo": own.number, "FirstBatchNo": 2, "LastBatchNo": 2}
    assert own.call("SubmitRemittance", Amount="30", Batch=[ranges]).ResultCode == 7003
    assert own.call("SubmitRemittance", Amount="30", Batch=[{**ranges, "TerminalNo": "NOBODY"}]).ResultCode == 7003
    trace = next_trace()
    right = dict(Amount="30", Batch=[{"TerminalNo": own.number, "FirstBatchNo": 1, "LastBatchNo": 1}])
    made = own.call("SubmitRemittance", trace, **right)
    assert made.ResultCode == 0 and made.Remittance.State == "submitted" and not made.Repeated, made.ResultText
    assert made.Remittance.RemittanceNo == f"{own.operator}-J1" and made.Remittance.Amount == 30
    again = own.call("SubmitRemittance", trace, **right)
    assert again.Repeated and again.Remittance.RemittanceNo == made.Remittance.RemittanceNo
    assert own.call("SubmitRemittance", trace, Amount="31").ResultCode == 6001
    assert own.call("SubmitRemittance", Amount="30").ResultCode == 7001  # it is in a slip
    for how in ({"RemittanceNo": made.Remittance.RemittanceNo}, {"OriginalTraceNo": str(trace)}):
        found = own.call("QueryRemittance", **how)
        assert found.Remittance.State == "submitted" and found.Due == 0
    assert own.call("QueryRemittance", OriginalTraceNo=str(next_trace())).ResultCode == 7006
    assert Terminal(stack).call("QueryRemittance", RemittanceNo=made.Remittance.RemittanceNo).ResultCode == 7006  # another's
    assert len(stack.sql(f"SELECT id FROM gt_slip s WHERE slip_key LIKE '%-{trace}'")) == 1
    books.assert_agree(stack)


def test_a_number_of_other_business_makes_no_slip(stack, own):
    used, void = next_trace(), next_trace()
    own.recharge(fresh("remote"), "10", trace=used)
    own.inquire(void)
    own.call("CloseBatch")
    assert own.call("SubmitRemittance", used, Amount="10").ResultCode == 6001
    assert own.call("SubmitRemittance", void, Amount="10").ResultCode == 6003
    assert own.call("SubmitRemittance", Amount="10").ResultCode == 0


def test_a_number_of_a_slip_makes_no_sale(stack, own):
    own.recharge(fresh("remote"), "10")
    own.call("CloseBatch")
    used = next_trace()
    assert own.call("SubmitRemittance", used, Amount="10").ResultCode == 0
    assert int(own.call("SignOn").LastTraceNo) == used  # a new counter begins above it
    sold = own.recharge(fresh("remote"), "5", trace=used)
    assert sold.ResultCode == 6001 and sold.ResultClass == "declined", sold.ResultText
    assert own.inquire(used).ResultCode == 6001  # there is something by that number, and no sale may have it
    again = own.call("SubmitRemittance", used, Amount="10")
    assert again.ResultCode == 0 and again.Repeated  # the inquiry did not spoil it
    assert own.call("QueryRemittance", OriginalTraceNo=str(used)).Remittance.Amount == 10
    assert own.recharge(fresh("remote"), "5").ResultCode == 0
    books.assert_agree(stack)


def test_an_agent_pays_more_into_the_bank(stack):
    name = f"REMIT-AGENT-{next(_numbers)}"
    stack.gridtill("org", "add", name, "代理", "--kind", "agent", "--below", "DEMO-COUNTY", "--limit", "1000")
    stack.gridtill("user", "add", name.lower(), "代理员", "--org", name, "--operator", name, "--role", "agent",
                   "--password-stdin", given="GridTill-test-1\n")
    stack.gridtill("terminal", "add", name, "--org", name, "--kind", "pos", "--secret-stdin", given="batch-secret-1\n")
    agent = Terminal(stack, name, "batch-secret-1", operator=name)
    assert agent.recharge(fresh("remote"), "40").ResultCode == 0
    agent.call("CloseBatch")
    bank = dict(Bank="农业银行", BankSlipNo="N-9", BankDate="20261122")
    assert agent.call("SubmitRemittance", Amount="50", **{**bank, "BankDate": "20261399"}).ResultCode == 7005
    made = agent.call("SubmitRemittance", Amount="50", **bank)
    assert made.ResultCode == 0 and made.Remittance.Due == 40 and made.Remittance.BankSlipNo == "N-9", made.ResultText
    books.assert_agree(stack)


@pytest.mark.parametrize("operation, inner", [
    ("CloseBatch", "<BatchNo>-1</BatchNo>"), ("CloseBatch", "<BatchNo>x</BatchNo>"),
    ("CloseBatch", "<Total><Operation>Steal</Operation><Count>1</Count><Amount>1</Amount></Total>"),
    ("CloseBatch", "<Total><Operation>Recharge</Operation><Count>1</Count></Total>"),
    ("CloseBatch", "<Total><Operation>Recharge</Operation><Count>1</Count><Amount>-1</Amount></Total>"),
    ("CloseBatch", "<Total><Operation>Recharge</Operation><Count>1</Count><Amount>1e9</Amount></Total>"),
    ("CloseBatch", "<Total><Operation>Recharge</Operation><Count>1</Count><Amount>1</Amount></Total>" * 17),
    ("ListBatch", "<After>1</After>"), ("ListBatch", "<After>99999999999999999999</After>"),
    ("SubmitRemittance", ""), ("SubmitRemittance", "<Amount>0.001</Amount>"),
    ("SubmitRemittance", "<Amount>9999999999999</Amount>"), ("SubmitRemittance", "<Amount>1</Amount><Bank></Bank>"),
    ("SubmitRemittance", f"<Amount>1</Amount><Bank>{'行' * 41}</Bank>"),
    ("SubmitRemittance", "<Amount>1</Amount><BankDate>2026-11-22</BankDate>"),
    ("SubmitRemittance", "<Amount>1</Amount>" + "<Batch><TerminalNo>T1</TerminalNo><FirstBatchNo>1</FirstBatchNo>"
     "<LastBatchNo>1</LastBatchNo></Batch>" * 201),
    ("QueryRemittance", "<RemittanceNo>a b</RemittanceNo>"),
    ("QueryRemittance", "<RemittanceNo>a-J1</RemittanceNo><OriginalTraceNo>1</OriginalTraceNo>"),
])
def test_malformed_is_a_fault(stack, operation, inner):
    before = len(books.journal(stack)), len(stack.sql("SELECT id FROM gt_slip"))
    reply = Wire(stack).post(envelope(document(operation, next_trace(), inner=inner)))
    assert reply.status_code == 500 and operation in field(reply.text, "faultstring"), reply.text
    assert (len(books.journal(stack)), len(stack.sql("SELECT id FROM gt_slip"))) == before


@pytest.mark.parametrize("no", ["-J1", "J1", "900001-J", "900001-J99999999999999999999", "900001-J0", "-", "900001--J1"])
def test_odd_numbers_of_slips_are_absent(stack, no):
    reply = Terminal(stack).call("QueryRemittance", RemittanceNo=no)
    assert reply.ResultCode == 7006


def test_the_cut_off_closes_what_a_dead_terminal_left(make_stack):
    stack = make_stack()
    terminal = Terminal(stack)
    assert terminal.recharge(fresh("remote"), "15").ResultCode == 0
    left = terminal.call("ListBatch")
    assert not left.Closed and terminal.call("QueryRemittance").Due == 0
    stack.gridtill("date", "cut", "--from", left.BatchDate)
    closed = terminal.call("ListBatch", BatchNo=left.BatchNo)
    assert closed.Closed and closed.BatchDate == left.BatchDate and totals(closed) == totals(left)
    assert terminal.call("QueryRemittance").Due == 15
    assert terminal.call("SubmitRemittance", Amount="15").ResultCode == 0
    books.assert_agree(stack)
