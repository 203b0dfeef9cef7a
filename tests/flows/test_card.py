"""Cards and reversals: what the meter would refuse is refused before money moves."""

import pytest

from terminal import Card, Terminal, fresh, money, next_trace


@pytest.fixture
def card():
    return Card(fresh("card"))


def buy(terminal, card, amount="50.00", write=True):
    """A recharge whose card is written and confirmed."""
    reply = terminal.recharge(card.customer, amount, card=card)
    assert reply.ResultCode == 0, reply.ResultText
    if write:
        card.write(reply.CardWrite)
        assert terminal.confirm(reply.TransactionNo).ResultCode == 0
    return reply


def test_a_failed_write_is_rewritten_with_the_same_count(terminal, card):
    bought = buy(terminal, card, write=False)
    assert terminal.confirm(bought.TransactionNo, written=False).ResultCode == 0
    before = terminal.credit().Available
    again = terminal.rewrite(bought.TransactionNo, card)
    assert again.ResultCode == 0
    assert again.CardWrite.PurchaseCount == bought.CardWrite.PurchaseCount == card.count + 1
    assert again.CardWrite.Mac1 != bought.CardWrite.Mac1
    card.write(again.CardWrite)
    assert terminal.confirm(bought.TransactionNo).ResultCode == 0
    assert terminal.credit().Available == before
    assert terminal.rewrite(bought.TransactionNo, card).ResultCode == 4006


def test_a_repeat_gives_the_stored_packet(terminal, card):
    trace, read = next_trace(), card.read()
    fields = {"CustomerNo": card.customer, "Amount": "50.00", "PaymentMethod": "cash", "Card": read}
    first = terminal.call("Recharge", trace, **fields)
    again = terminal.call("Recharge", trace, **fields)
    assert again.Repeated and again.CardWrite.Mac1 == first.CardWrite.Mac1
    asked = terminal.inquire(trace)
    assert asked.Transaction.CardWrite.Mac1 == first.CardWrite.Mac1 and asked.Transaction.CardState == "to_write"


def test_a_repeat_with_another_random_number_is_the_same_sale(terminal, card):
    trace = next_trace()
    first = terminal.recharge(card.customer, "50.00", trace, card)
    again = terminal.recharge(card.customer, "50.00", trace, card)
    assert again.Repeated and again.TransactionNo == first.TransactionNo


def test_card_not_inserted_since_the_last_purchase(terminal, card):
    buy(terminal, card)
    before = terminal.credit().Available
    assert terminal.recharge(card.customer, "10.00", card=card).ResultCode == 4002
    card.insert()
    assert terminal.credit().Available == before
    assert terminal.recharge(card.customer, "10.00", card=card).ResultCode == 0


def test_last_purchase_not_written_yet(terminal, card):
    buy(terminal, card, write=False)
    assert terminal.recharge(card.customer, "10.00", card=card).ResultCode == 4005


def test_a_count_out_of_step(terminal, card):
    card.count = 7
    assert terminal.recharge(card.customer, "10.00", card=card).ResultCode == 4003


def test_another_customers_card(terminal, card):
    other = Card(fresh("card"))
    reply = terminal.call("Recharge", None, CustomerNo=card.customer, Amount="10.00", PaymentMethod="cash",
                          Card=other.read())
    assert reply.ResultCode in (4007, 2015)


def test_a_card_meter_needs_its_card(terminal, card):
    assert terminal.recharge(card.customer, "10.00").ResultCode in (4001, 4008)


def test_an_old_card_after_replacement(terminal, card):
    buy(terminal, card)
    card.insert()
    new = Card(card.customer, number="N" + card.customer, blank=True)
    reply = terminal.call("ReplaceCard", None, CustomerNo=card.customer, Reason="遗失", Fee="20.00",
                          PaymentMethod="cash", Card=new.read())
    assert reply.ResultCode == 0, reply.ResultText
    new.write(reply.CardWrite)
    assert terminal.confirm(reply.TransactionNo).ResultCode == 0
    assert terminal.recharge(card.customer, "10.00", card=card).ResultCode == 4004


def test_opening(terminal):
    customer = fresh("unopened")
    blank = Card(customer, blank=True)
    reply = terminal.call("OpenAccount", None, CustomerNo=customer, MeterNo="M" + customer, Amount="100.00",
                          PaymentMethod="cash", Card=blank.read())
    assert reply.ResultCode == 0, reply.ResultText
    assert reply.CardWrite.PurchaseCount == 1
    blank.write(reply.CardWrite)
    assert terminal.confirm(reply.TransactionNo).ResultCode == 0
    assert terminal.query(customer).Meter.Opened


# --- reversal -------------------------------------------------------------------------------------


def test_reversal_of_an_inserted_card_is_refused(terminal, card):
    bought = buy(terminal, card)
    card.insert()
    assert terminal.reverse(bought.TransactionNo, card.customer, "50.00", card).ResultCode == 5007


def test_reversal_with_the_card_not_inserted_writes_it_back(terminal, card):
    bought = buy(terminal, card)
    reply = terminal.reverse(bought.TransactionNo, card.customer, "50.00", card)
    assert reply.ResultCode == 0 and reply.CardWrite.PurchaseCount == 1
    card.write(reply.CardWrite)
    card.insert()
    assert terminal.confirm(reply.TransactionNo).ResultCode == 0
    assert terminal.recharge(card.customer, "10.00", card=card).CardWrite.PurchaseCount == 2


def test_reversal_of_a_card_purchase_needs_the_card(terminal, card):
    bought = buy(terminal, card)
    assert terminal.reverse(bought.TransactionNo, card.customer, "50.00").ResultCode == 5008


def test_second_reversal(terminal):
    customer = fresh("remote")
    bought = terminal.recharge(customer, "50.00")
    assert terminal.reverse(bought.TransactionNo, customer, "50.00").ResultCode == 0
    assert terminal.reverse(bought.TransactionNo, customer, "50.00").ResultCode == 5003


def test_reversal_with_another_amount(terminal):
    customer = fresh("remote")
    bought = terminal.recharge(customer, "50.00")
    assert terminal.reverse(bought.TransactionNo, customer, "49.99").ResultCode == 5002
    assert terminal.reverse(bought.TransactionNo, fresh("remote"), "50.00").ResultCode == 5013


def test_reversal_of_another_accounts_transaction(stack, terminal):
    number = fresh("remote")[-6:]
    stack.add_cashier(login=f"other{number}", operator=f"8{number}", limit="10000.00")
    customer = fresh("remote")
    bought = terminal.recharge(customer, "50.00")
    stack.add_terminal(f"O{number}", f"secret-{number}")
    other = Terminal(stack, f"O{number}", f"secret-{number}", f"8{number}")
    assert other.reverse(bought.TransactionNo, customer, "50.00").ResultCode in (5001, 5011)
    assert terminal.reverse(bought.TransactionNo, customer, "50.00").ResultCode == 0


def test_reversal_of_what_was_declined(terminal):
    refused = terminal.recharge("3000009006", "50.00")
    assert terminal.reverse(refused.TransactionNo, "3000009006", "50.00").ResultCode == 5005


def test_reversal_of_what_does_not_exist(terminal):
    assert terminal.reverse("202001010000000001", "3000000001", "50.00").ResultCode == 5001


def test_reversal_of_a_reversal(terminal):
    customer = fresh("remote")
    bought = terminal.recharge(customer, "50.00")
    back = terminal.reverse(bought.TransactionNo, customer, "50.00")
    assert terminal.reverse(back.TransactionNo, customer, "50.00").ResultCode == 5012


def test_a_reversed_bill_is_due_again(terminal):
    bill = fresh("bill")
    due = sum(one.Amount for one in terminal.query(bill).Bill)
    paid = terminal.pay(bill, due)
    assert paid.ResultCode == 0 and sum(one.Amount for one in paid.Bill) == due
    assert not terminal.query(bill).Bill
    assert terminal.reverse(paid.TransactionNo, bill, due).ResultCode == 0
    assert sum(one.Amount for one in terminal.query(bill).Bill) == due
    assert money(str(due)) > 0
