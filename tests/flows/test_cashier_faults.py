"""The marketing system does anything, and a cashier stands at the page: what it says at once of each business (bills,
recharges, a card's purchase, a first and a new card, taking back, writing again), what it says when that is known, how the
cashier goes on, and what then is in the books, ours and theirs.

The same faults at the terminal interface: tests/faults/test_upstream.py.
"""

import re
import threading

import pytest

import books
import stack as stacks
from console import figures, signed_in
from terminal import Card, fresh

# Everything that waits waits less; what the stand-in does late, after 2 s, is within the grace time.
CONF = (*stacks.QUICK_CONF, ('socket="@RUN@/terminal.sock"', 'socket="@RUN@/terminal.sock" answer-ms="2500"'))
DEFINITION = (('answer-ms="6000"', 'answer-ms="1500"'), ('grace-ms="30000"', 'grace-ms="4000"'),
              ('breaker-open-ms="2000"', 'breaker-open-ms="500"'))

POSTED, DECLINED, DOUBT = "posted", "declined", "doubt"
DONE = {"pay": "已收 ¥", "recharge": "已收 ¥50.00", "card": "正在写卡", "open": "正在写卡", "replace": "已收 ¥20.00，正在写卡"}
KIND_OF = {"pay": "bill", "recharge": "remote", "card": "card", "open": "unopened", "replace": "card"}
NEVER_GOT = "营销系统确认没有收到此交易"
# Of each fault: the state at once and in the end, and what the page says of one that is declined.
KINDS = {
    "slow": (POSTED, POSTED, ""), "late": (DOUBT, POSTED, ""), "lost-reply": (DOUBT, POSTED, ""),
    "lost-request": (DOUBT, DECLINED, NEVER_GOT), "silent": (DOUBT, DECLINED, NEVER_GOT),
    "refuse": (DECLINED, DECLINED, "该客户正在别处收费"), "garbage": (DOUBT, POSTED, ""), "twice": (POSTED, POSTED, ""),
    "clearing": (DECLINED, DECLINED, "营销系统正在日终清算"), "queued": (DOUBT, POSTED, ""), "http500": (DOUBT, POSTED, ""),
    "http503": (DOUBT, DECLINED, NEVER_GOT), "duplicate": (DOUBT, POSTED, ""), "cut": (DOUBT, POSTED, ""),
    "absent": (DOUBT, DECLINED, NEVER_GOT),
}


@pytest.fixture(scope="module")
def stack(make_stack):
    one = make_stack(CONF, DEFINITION, "--delays 20")
    yield one
    one.fault("none")
    books.wait_decided(one)
    books.assert_agree(one)


def hidden(visitor, name):
    return re.search(rf'name="{name}" value="(\d+)"', visitor.page.text).group(1)


def read_card(card):
    """What the page's script fills in of a card."""
    seen = card.read()
    return {"card_no": seen["CardNo"], "card_meter": seen["MeterNo"] or "", "card_count": str(seen["PurchaseCount"]),
            "card_return": seen["ReturnFile"], "card_random": seen["Random"]}


class Sale:
    """One business of a cashier, ready to be sent."""

    path = "/cashier/sale"

    def __init__(self, stack, business):
        self.stack, self.business = stack, business
        self.visitor = signed_in(stack, "cashier")
        self.visitor.get("/cashier")
        if 'action="/cashier/shift/open"' in self.visitor.page.text:
            self.visitor.post("/cashier/shift/open", key=hidden(self.visitor, "key"))
        self.customer = fresh(KIND_OF[business])
        sends = "recharge" if business == "card" else business
        # The faults of the test before may have shut the system for a moment.
        stacks.wait_until(lambda: f'name="business" value="{sends}"' in
                          self.visitor.get(f"/cashier?q={self.customer}&do={sends}").text, 10, f"{sends} is offered")
        self.form = {name: hidden(self.visitor, name) for name in ("trace", "seen_date", "seen_mark")}
        self.form.update(customer=self.customer, method="cash", token=self.visitor.token(), business=sends)
        self.fill()

    def fill(self):
        if self.business == "pay":
            self.form["bill"] = re.findall(r'name="bill" value="([^"]+)"', self.visitor.page.text)
            assert self.form["bill"]
        elif self.business == "replace":
            self.form.update(fee="20", reason="遗失", **read_card(Card(self.customer, "R" + self.customer, blank=True)))
        else:
            self.form["amount"] = "50"
        if self.business == "open":
            self.form.update(meter="M" + self.customer, **read_card(Card(self.customer, "N" + self.customer, blank=True)))
        elif self.business == "card":
            self.card = Card(self.customer)
            self.form.update(read_card(self.card))

    def send(self):
        self.visitor.post(self.path, **self.form)

    def look(self):
        self.visitor.get(f"/cashier/done?trace={self.form['trace']}")
        state = re.search(r'data-state="([a-z_]*)"', self.visitor.page.text).group(1)
        return POSTED if state == "to_write" else state

    def held(self):
        return figures(self.stack, f"SELECT SUM(held) FROM gt_txn WHERE customer_no = '{self.customer}'")[0]

    def ours(self):
        """How many of this business are posted."""
        return figures(self.stack, f"SELECT COUNT(*) FROM gt_txn WHERE customer_no = '{self.customer}' AND state = 2")[0]

    def theirs(self):
        return len([row for row in books.upstream(self.stack) if row["customer"] == self.customer and row["state"] == "posted"])


def send_all(sales):
    threads = [threading.Thread(target=sale.send) for sale in sales]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def assert_says(sale, state, why):
    text = sale.visitor.text()
    if state == POSTED:
        assert DONE[sale.business] in text, text
    elif state == DOUBT:
        assert "上级系统尚未答复，款项已登记，请勿重复收费" in text and "请对客户说" in text and "凭证号" not in text, text
        assert sale.held() > 0
    else:
        assert "未收费" in text and why in text, text
        # What was in doubt is asked about: the cash may have been given back already.
        assert "如已收现金，请退还客户" in text or "客户付的现金退还了吗" in text, text
        assert sale.held() == 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_at_the_page(stack, kind):
    at_once, in_the_end, why = KINDS[kind]
    sales = [Sale(stack, business) for business in DONE]
    stack.fault(kind)
    with stack.hold("worker", "worker"):
        try:
            send_all(sales)
        finally:
            stack.fault("none")
        for sale in sales:
            assert sale.visitor.page.status_code == 303, sale.visitor.text()
            assert sale.look() == at_once, (sale.business, sale.visitor.text())
            assert_says(sale, at_once, why)
    for sale in sales:
        stacks.wait_until(lambda: sale.look() == in_the_end, 60, f"{sale.business} is {in_the_end}")
        assert_says(sale, in_the_end, why)
        sale.send()  # a lost page's second try is the same sale
        assert sale.look() == in_the_end
        assert sale.ours() == sale.theirs() == (1 if in_the_end == POSTED else 0)


class Reversal(Sale):
    """Taking back what was sold a moment ago."""

    def __init__(self, stack, business):
        super().__init__(stack, business)
        self.send()
        assert self.look() == POSTED
        [(self.sold,)] = stack.sql(f"SELECT id FROM gt_txn WHERE customer_no = '{self.customer}'")
        self.path = f"/cashier/reverse?id={self.sold}"
        card = {name: value for name, value in self.form.items() if name.startswith("card_")}
        if card:  # as it was bought: written, and not in the meter
            card.update(card_meter="M" + self.customer, card_count="2" if business == "card" else "1", card_return="")
        self.visitor.get(self.path)
        self.form = {"trace": hidden(self.visitor, "trace"), "token": self.visitor.token(), "amount": "50", "reason": "户号输错", **card}

    def original(self):
        return figures(self.stack, f"SELECT state FROM gt_txn WHERE id = {self.sold}")[0]


def assert_says_of_reversal(reversal, state, why):
    text = reversal.visitor.text()
    if state == POSTED:
        assert ("写好后再退款" if reversal.business == "card" else "已冲正 ¥50.00") in text and reversal.original() == 5, text
    elif state == DOUBT:
        assert "冲正还没有结果，先不要退款" in text and "请退还客户" not in text, text
        assert reversal.original() == 4
        reversal.visitor.get(f"/cashier/done?id={reversal.sold}")
        assert "冲正中" in reversal.visitor.text()
    else:
        assert "冲正没有办成" in text and why in text and "退还" not in text, text
        assert reversal.original() == 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_while_taking_back(stack, kind):
    at_once, in_the_end, why = KINDS[kind]
    reversals = [Reversal(stack, business) for business in ("recharge", "card")]
    stack.fault(kind)
    with stack.hold("worker", "worker"):
        try:
            send_all(reversals)
        finally:
            stack.fault("none")
        for reversal in reversals:
            assert reversal.visitor.page.status_code == 303, reversal.visitor.text()
            assert reversal.look() == at_once, (reversal.business, reversal.visitor.text())
            assert_says_of_reversal(reversal, at_once, why)
    for reversal in reversals:
        stacks.wait_until(lambda: reversal.look() == in_the_end, 60, f"taking back {reversal.business} is {in_the_end}")
        assert_says_of_reversal(reversal, in_the_end, why)
        reversal.send()
        assert reversal.look() == in_the_end
        assert reversal.ours() == 1  # the sale, or what took it back
        if in_the_end == DECLINED:  # tried once more, it is taken back
            reversal.visitor.get(reversal.path)
            reversal.form["trace"] = hidden(reversal.visitor, "trace")
            reversal.send()
            assert reversal.look() == POSTED and reversal.original() == 5


class Rewriting(Sale):
    """A card's purchase, whose card was torn out: it is to be written again."""

    def __init__(self, stack):
        super().__init__(stack, "card")
        self.send()
        assert self.look() == POSTED
        self.ready()

    def ready(self):
        """Fills the form that offers it."""
        page = self.visitor.page.text
        self.path = re.search(r'action="(/cashier/card/rewrite\?id=\d+)"', page).group(1)
        self.form.update(trace=re.search(r'data-rewrite.*?name="trace" value="(\d+)"', page).group(1), token=self.visitor.token(),
                         **read_card(self.card))

    def packet(self):
        return re.search(r'data-macs="([^"]+)"', self.visitor.page.text).group(1)


@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_while_writing_again(stack, kind):
    """The purchase is paid, whatever becomes of its packet: nobody is told to give money back, and it can be tried again."""
    at_once, in_the_end, why = KINDS[kind]
    one = Rewriting(stack)
    before = one.packet()
    stack.fault(kind, "--operation", "rewrite")
    with stack.hold("worker", "worker"):
        try:
            one.send()
        finally:
            stack.fault("none")
        assert one.visitor.page.status_code == 303, one.visitor.text()
        state = one.visitor.get(one.visitor.page.headers["Location"]) and one.visitor.text()
        if at_once == DOUBT:
            assert "data-state=\"doubt\"" in one.visitor.page.text and "请勿重复收费" in state, state
        else:
            assert (one.packet() != before) == (at_once == POSTED) and why in state, state
    stacks.wait_until(lambda: one.look() == POSTED, 60, "the card can be written")
    text = one.visitor.text()
    assert "已收 ¥50.00，正在写卡" in text and "未收费" not in text and "退还" not in text, text
    assert (one.packet() != before) == (in_the_end == POSTED), text
    assert why in text, text
    assert one.theirs() >= 1
    one.ready()
    one.send()
    assert one.look() == POSTED and one.packet() != before
    assert figures(stack, f"SELECT SUM(amount) FROM gt_txn WHERE customer_no = '{one.customer}' AND op = 2 AND state = 2") == (5000,)


def test_a_system_that_is_down_takes_nothing_and_the_form_stays_good(stack):
    sales = [Sale(stack, business) for business in DONE]
    with stack.hold("gridtill-sim", "sim"):
        send_all(sales)
        for sale in sales:
            if sale.visitor.page.status_code == 303:
                assert sale.look() == DECLINED and "未收费" in sale.visitor.text() and "交易未发出" in sale.visitor.text()
            else:
                assert "未受理" in sale.visitor.text() and hidden(sale.visitor, "trace") == sale.form["trace"]
                kept = re.findall(r'name="bill" value="([^"]+)"[^>]* checked', sale.visitor.page.text)
                assert kept == sale.form.get("bill", [])
            assert sale.held() in (0, None)
        looked = sales[0].visitor.get(f"/cashier?q={sales[0].customer}")
        assert looked.status_code == 200 and 'name="amount"' not in looked.text and "营销系统" in sales[0].visitor.text()
    stacks.wait_until(lambda: "till-facts" in sales[0].visitor.get(f"/cashier?q={sales[0].customer}").text, 60, "it is back")
    for business in DONE:
        again = Sale(stack, business)
        again.send()
        assert again.look() == POSTED


def test_a_system_that_is_down_leaves_what_was_sold_as_it_is(stack):
    """Nothing is taken back and nothing written; when it is there again, both are done by the same buttons."""
    reversal, one = Reversal(stack, "recharge"), Rewriting(stack)
    before = one.packet()
    with stack.hold("gridtill-sim", "sim"):
        send_all([reversal, one])
        for sent in (reversal, one):
            if sent.visitor.page.status_code == 303:
                sent.visitor.get(sent.visitor.page.headers["Location"])
            text = sent.visitor.text()
            assert "交易未发出" in text or "未受理" in text, text
        assert reversal.original() == 2 and "退还" not in reversal.visitor.text(), reversal.visitor.text()
    one.look()
    assert one.packet() == before
    stacks.wait_until(lambda: "till-facts" in one.visitor.get(f"/cashier?q={one.customer}").text, 60, "it is back")
    reversal.visitor.get(reversal.path)
    reversal.form["trace"] = hidden(reversal.visitor, "trace")
    reversal.send()
    assert reversal.look() == POSTED and reversal.original() == 5
    one.visitor.get(f"/cashier/done?trace={one.form['trace']}")
    one.ready()
    one.send()
    assert one.look() == POSTED and one.packet() != before
