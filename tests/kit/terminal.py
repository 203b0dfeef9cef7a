"""A terminal as a zeep client made of the published WSDL, and the cards and customers it meets."""

import decimal
import itertools
import threading
import time

import zeep
from zeep.transports import Transport
from zeep.wsse.username import UsernameToken

import web

OK, IN_DOUBT = 0, 1001

_documents = {}
_lock = threading.Lock()
_traces = itertools.count(time.time_ns() // 1_000_000 * 1000)
_numbers = {kind: itertools.count(1) for kind in ("bill", "card", "unopened", "remote")}


def next_trace(count=1):
    """A trace number that was never used, and neither were the `count` - 1 behind it."""
    with _lock:
        return [next(_traces) for _ in range(count)][0]


def fresh(kind):
    """A demo customer that no test has used and that has no fault: bills, an opened card meter, one
    that is not opened, a remote meter."""
    base = {"bill": 1000000000, "card": 2000000000, "unopened": 2000000000, "remote": 3000000000}[kind]
    with _lock:
        while True:
            number = next(_numbers[kind])
            last = number % 10
            assert number < 9000
            if kind == "bill" and (number == 1 or last == 9 or number % 10000 == 0):
                continue
            if kind == "card" and last == 7 or kind == "unopened" and last != 7:
                continue
            return str(base + number)


def money(text):
    return decimal.Decimal(text)


class Card:
    """A card and its meter: what is on it, what a terminal reads, what a meter does with it."""

    def __init__(self, customer, number=None, blank=False):
        self.customer = customer
        self.number = number or "C" + customer
        self.meter = None if blank else "M" + customer
        self.count = 0 if blank else 1
        self.return_file = "" if blank else "01"
        self.random = 0x1000

    def read(self):
        """As a terminal sends it."""
        self.random += 1
        return {"CardNo": self.number, "MeterNo": self.meter, "PurchaseCount": self.count,
                "ReturnFile": self.return_file, "Random": f"{self.random:016X}"}

    def write(self, packet):
        """As a terminal writes it: from then on it was not in the meter."""
        assert packet.Data and packet.Mac1 and packet.Mac4
        self.meter = "M" + self.customer
        self.count = packet.PurchaseCount
        self.return_file = ""

    def insert(self):
        self.return_file = "01"


class Terminal:
    """One terminal with one operator.  Each thread needs its own."""

    def __init__(self, stack, number="T0000001", secret="demo-secret-1", operator="900001"):
        self.number, self.operator = number, operator
        self.session = web.session(stack)
        transport = Transport(session=self.session, timeout=25, operation_timeout=25)
        address = stack.url + "/terminal?wsdl"
        with _lock:
            if address not in _documents:
                _documents[address] = zeep.Client(address, transport=transport).wsdl
        self.client = zeep.Client(_documents[address], transport=transport,
                                  wsse=UsernameToken(number, secret, use_digest=True))

    def call(self, operation, trace=None, **fields):
        """Sends a request; gives the reply."""
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        return getattr(self.client.service, operation)(
            TerminalNo=self.number, OperatorNo=self.operator, TraceNo=str(trace or next_trace()), SentAt=now, **fields)

    def query(self, customer):
        return self.call("QueryCustomer", CustomerNo=customer)

    def credit(self):
        return self.call("QueryCredit")

    def recharge(self, customer, amount="10.00", trace=None, card=None, method="cash"):
        fields = {"Card": card.read()} if card else {}
        return self.call("Recharge", trace, CustomerNo=customer, Amount=amount, PaymentMethod=method, **fields)

    def pay(self, customer, amount, trace=None, **fields):
        return self.call("PayBill", trace, CustomerNo=customer, Amount=amount, PaymentMethod="cash", **fields)

    def confirm(self, transaction, written=True, trace=None):
        return self.call("ConfirmCard", trace, TransactionNo=transaction, Written=written)

    def rewrite(self, transaction, card, trace=None):
        return self.call("RewriteCard", trace, TransactionNo=transaction, Card=card.read())

    def reverse(self, transaction, customer, amount, card=None, trace=None):
        fields = {"Card": card.read()} if card else {}
        return self.call("Reverse", trace, TransactionNo=transaction, CustomerNo=customer, Amount=amount,
                         Reason="收错", **fields)

    def close_batch(self, trace=None):
        return self.call("CloseBatch", trace)

    def remit(self, amount, trace=None):
        return self.call("SubmitRemittance", trace, Amount=amount)

    def inquire(self, trace):
        return self.call("InquireTransaction", OriginalTraceNo=str(trace))

    def receipt(self, transaction):
        return self.call("GetReceipt", TransactionNo=transaction)
