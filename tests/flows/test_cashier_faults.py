"""The marketing system does anything, and a cashier stands at the page: what it says at once of bills, a recharge and a card
purchase, what it says when that is known, and what then is in the books, ours and theirs.

The same faults at the terminal interface: tests/faults/test_upstream.py.
"""

import re
import threading

import pytest

import books
import stack as stacks
from conftest import QUICK_CONF
from console import figures, signed_in
from terminal import Card, fresh

# Everything that waits waits less; what the stand-in does late, after 2 s, is within the grace time.
DEFINITION = (('answer-ms="6000"', 'answer-ms="1500"'), ('grace-ms="30000"', 'grace-ms="4000"'),
              ('breaker-open-ms="2000"', 'breaker-open-ms="500"'))

POSTED, DECLINED, DOUBT = "posted", "declined", "doubt"
DONE = {"pay": "已收 ¥", "recharge": "已收 ¥50.00", "card": "正在写卡"}
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
    one = make_stack(QUICK_CONF, DEFINITION, "--delays 20")
    yield one
    one.fault("none")
    books.wait_decided(one)
    books.assert_agree(one)


def hidden(visitor, name):
    return re.search(rf'name="{name}" value="(\d+)"', visitor.page.text).group(1)


class Sale:
    """One business of a cashier, ready to be sent."""

    def __init__(self, stack, business):
        self.stack, self.business = stack, business
        self.visitor = signed_in(stack, "cashier")
        self.visitor.get("/cashier")
        if 'action="/cashier/shift/open"' in self.visitor.page.text:
            self.visitor.post("/cashier/shift/open", key=hidden(self.visitor, "key"))
        self.customer = fresh({"pay": "bill", "recharge": "remote", "card": "card"}[business])
        self.visitor.get(f"/cashier?q={self.customer}")
        self.form = {name: hidden(self.visitor, name) for name in ("trace", "seen_date", "seen_mark")}
        self.form.update(customer=self.customer, method="cash", token=self.visitor.token(),
                         business="recharge" if business == "card" else business)
        if business == "pay":
            self.form["bill"] = re.findall(r'name="bill" value="([^"]+)"', self.visitor.page.text)
            assert self.form["bill"]
        else:
            self.form["amount"] = "50"
        if business == "card":
            card = Card(self.customer).read()
            self.form.update(card_no=card["CardNo"], card_meter=card["MeterNo"], card_count=str(card["PurchaseCount"]),
                             card_return=card["ReturnFile"], card_random=card["Random"])

    def send(self):
        self.visitor.post("/cashier/sale", **self.form)

    def look(self):
        self.visitor.get(f"/cashier/done?trace={self.form['trace']}")
        state = re.search(r'data-state="([a-z_]*)"', self.visitor.page.text).group(1)
        return POSTED if state == "to_write" else state

    def held(self):
        return figures(self.stack, f"SELECT SUM(held) FROM gt_txn WHERE customer_no = '{self.customer}'")[0]


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
        stacks.wait_until(lambda: sale.look() == in_the_end, 30, f"{sale.business} is {in_the_end}")
        assert_says(sale, in_the_end, why)
        sale.send()  # a lost page's second try is the same sale
        assert sale.look() == in_the_end
        ours = figures(stack, f"SELECT COUNT(*) FROM gt_txn WHERE customer_no = '{sale.customer}' AND state = 2")[0]
        theirs = [row for row in books.upstream(stack) if row["customer"] == sale.customer and row["state"] == "posted"]
        assert ours == len(theirs) == (1 if in_the_end == POSTED else 0)


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
    stacks.wait_until(lambda: "till-facts" in sales[0].visitor.get(f"/cashier?q={sales[0].customer}").text, 15, "it is back")
    for business in DONE:
        again = Sale(stack, business)
        again.send()
        assert again.look() == POSTED
