"""Each form of the cashier page, sent in every way that a browser and a bad line can send it: it does once what it
does, loses nothing, and whoever asks afterwards is told what became of it.

The forms are those of every business: bills, recharges without and with a card, a first and a new card, what follows
of a card, taking back, and the shift from its float to its slip.
"""

import itertools
import re
import socket
import ssl
import threading
import urllib.parse

import pytest

import stack as stacks
from console import PASSWORD, figures, signed_in
from terminal import Card, fresh

_logins = itertools.count(1)


@pytest.fixture
def cashier(stack):
    """A cashier of the test's own, with an open shift."""
    login = f"once{next(_logins)}"
    stack.add_cashier(login, login, "10000")
    visitor = signed_in(stack, login, "GridTill-test-1")
    visitor.get("/console/password")
    visitor.post("/console/password", old="GridTill-test-1", password=PASSWORD, again=PASSWORD)
    visitor.login = login
    visitor.get("/cashier")
    visitor.post("/cashier/shift/open", key=hidden(visitor, "key"), float="100")
    return visitor


def hidden(visitor, name):
    return re.search(rf'name="{name}" value="(-?\d+)"', visitor.page.text).group(1)


def read_card(card):
    """What the page's script fills in of a card."""
    seen = card.read()
    return {"card_no": seen["CardNo"], "card_meter": seen["MeterNo"] or "", "card_count": str(seen["PurchaseCount"]),
            "card_return": seen["ReturnFile"], "card_random": seen["Random"]}


# --- forms: what each would send, and what to count afterwards


class Form:
    """`path` and `fields` as a browser would send them; done() counts what came of it; asked is where one asks."""

    def __init__(self, visitor, path, fields, count, asked=None):
        self.visitor, self.path, self.count, self.asked = visitor, path, count, asked
        self.fields = dict(fields, token=visitor.token())

    def send(self, visitor=None):
        return (visitor or self.visitor).post(self.path, **self.fields)


def posted(stack, number, *ops):
    """Counts what was posted for a customer."""
    wanted = ", ".join(str(op) for op in ops)
    return lambda: figures(stack, f"SELECT COUNT(*) FROM gt_txn WHERE customer_no = '{number}' AND state IN (2, 4, 5) "
                                  f"AND op IN ({wanted})")[0]


def sale(stack, visitor, number, business, card=None, **fields):
    page = visitor.get(f"/cashier?q={number}&do={business}")
    assert f'name="business" value="{business}"' in page.text, visitor.text()
    form = {name: hidden(visitor, name) for name in ("trace", "seen_date", "seen_mark")}
    form.update(customer=number, business=business, method="cash", **fields)
    if card:
        form.update(read_card(card))
    return Form(visitor, "/cashier/sale", form, posted(stack, number, 1, 2, 3, 4), f"/cashier/done?trace={form['trace']}")


def bills(stack, visitor):
    number = fresh("bill")
    visitor.get(f"/cashier?q={number}")
    due = re.findall(r'name="bill" value="([^"]+)"', visitor.page.text)
    return sale(stack, visitor, number, "pay", bill=due, advance="5")


def recharge(stack, visitor):
    return sale(stack, visitor, fresh("remote"), "recharge", amount="50")


def card_recharge(stack, visitor):
    number = fresh("card")
    form = sale(stack, visitor, number, "recharge", Card(number), amount="50")
    form.card = Card(number)
    return form


def opening(stack, visitor):
    number = fresh("unopened")
    return sale(stack, visitor, number, "open", Card(number, "N" + number, blank=True), amount="50", meter="M" + number)


def replacing(stack, visitor):
    number = fresh("card")
    return sale(stack, visitor, number, "replace", Card(number, "R" + number, blank=True), fee="20", reason="遗失")


def bought(stack, visitor):
    """A card purchase that still is to be written."""
    form = card_recharge(stack, visitor)
    form.send()
    visitor.get(form.asked)
    assert 'data-state="to_write"' in visitor.page.text, visitor.text()
    return form


def confirming(stack, visitor):
    before = bought(stack, visitor)
    path = re.search(r'action="(/cashier/card/confirm\?id=\d+)"', visitor.page.text).group(1)
    [(number,)] = stack.sql(f"SELECT customer_no FROM gt_txn WHERE id = {path.split('=')[1]}")
    written = lambda: figures(stack, f"SELECT COUNT(*) FROM gt_txn WHERE customer_no = '{number}' AND op = 2 AND state = 2 "
                                     "AND card_state = 2")[0]
    return Form(visitor, path, {"trace": re.search(r'data-confirm.*?name="trace" value="(\d+)"', visitor.page.text).group(1)},
                written, before.asked)


def rewriting(stack, visitor):
    before = bought(stack, visitor)
    path = re.search(r'action="(/cashier/card/rewrite\?id=\d+)"', visitor.page.text).group(1)
    trace = re.search(r'data-rewrite.*?name="trace" value="(\d+)"', visitor.page.text).group(1)
    count = lambda: figures(stack, f"SELECT COUNT(*) FROM gt_txn WHERE orig_id = {path.split('=')[1]} AND op = 5 AND state = 2")[0]
    return Form(visitor, path, {"trace": trace, **read_card(before.card)}, count, f"/cashier/done?trace={trace}")


def reversing(stack, visitor):
    before = recharge(stack, visitor)
    number = before.fields["customer"]
    assert before.send().status_code == 303
    [(txn,)] = stack.sql(f"SELECT id FROM gt_txn WHERE customer_no = '{number}' AND op = 2")
    visitor.get(f"/cashier/reverse?id={txn}")
    trace = hidden(visitor, "trace")
    return Form(visitor, f"/cashier/reverse?id={txn}", {"trace": trace, "amount": "50", "reason": "户号输错"},
                posted(stack, number, 7), f"/cashier/done?trace={trace}")


def shifts(stack, visitor, state):
    return lambda: figures(stack, "SELECT COUNT(*) FROM gt_shift s JOIN gt_user u ON u.id = s.user_id "
                                  f"WHERE u.login = '{visitor.login}' AND s.state = {state}")[0]


def counting(stack, visitor):
    recharge(stack, visitor).send()
    visitor.get("/cashier/shift")
    path = re.search(r'action="(/cashier/shift/count\?id=\d+)"', visitor.page.text).group(1)
    count = lambda: figures(stack, f"SELECT counts FROM gt_shift WHERE id = {path.split('=')[1]}")[0]
    return Form(visitor, path, {"key": hidden(visitor, "key"), "pieces_5000": "3"}, count, "/cashier/shift")


def closing(stack, visitor):
    counting(stack, visitor).send()
    visitor.get("/cashier/shift")
    path = re.search(r'action="(/cashier/shift/close\?id=\d+)"', visitor.page.text).group(1)
    return Form(visitor, path, {"key": hidden(visitor, "key"), "seen": hidden(visitor, "seen")}, shifts(stack, visitor, 3),
                f"/cashier/shift?id={path.split('=')[1]}")


def shift_opening(stack, visitor):
    closing(stack, visitor).send()
    visitor.get("/cashier")
    return Form(visitor, "/cashier/shift/open", {"key": hidden(visitor, "key"), "float": "100"}, shifts(stack, visitor, 1),
                "/cashier/shift")


def remitting(stack, visitor):
    closing(stack, visitor).send()
    visitor.get("/cashier/remit")
    slips = lambda: figures(stack, "SELECT COUNT(*) FROM gt_slip s JOIN gt_user u ON u.account_id = s.account_id "
                                   f"WHERE u.login = '{visitor.login}'")[0]
    return Form(visitor, "/cashier/remit", {"key": hidden(visitor, "key"), "amount": "50"}, slips, "/cashier/remit")


def printing(stack, visitor):
    before = recharge(stack, visitor)
    before.send()
    visitor.get(before.asked)
    path = re.search(r'action="(/cashier/receipt\?id=\d+)"', visitor.page.text).group(1)
    prints = lambda: figures(stack, f"SELECT prints FROM gt_receipt WHERE id = {path.split('=')[1]}")[0]
    return Form(visitor, path, {"prints": "0"}, prints, before.asked)


FORMS = (bills, recharge, card_recharge, opening, replacing, confirming, rewriting, reversing, shift_opening, counting,
         closing, remitting, printing)
# What the page says of it afterwards.
SAID = {bills: "已收 ¥", recharge: "已收 ¥50.00", card_recharge: "正在写卡", opening: "正在写卡", replacing: "正在写卡",
        confirming: "已收 ¥50.00", rewriting: "正在写卡", reversing: "请退还客户 ¥50.00", shift_opening: "当班", counting: "账款相符",
        closing: "已交班", remitting: "没有可解缴的款项", printing: "补打凭证"}


@pytest.fixture(params=FORMS, ids=lambda form: form.__name__)
def form(stack, cashier, request):
    one = request.param(stack, cashier)
    one.said = SAID[request.param]
    assert one.count() == 0
    return one


def assert_done_once(form):
    assert form.count() == 1
    form.visitor.get(form.asked)
    assert form.said in form.visitor.text(), form.visitor.text()


def test_sent_again_it_is_the_same(form):
    places = {form.send().headers["Location"] for _ in range(3)}
    assert len(places) == 1
    assert_done_once(form)


def test_sent_at_once_from_several_tabs_it_is_one(stack, form):
    tabs = [signed_in(stack, form.visitor.login) for _ in range(4)]
    for tab in tabs:
        tab.get("/cashier/last")
    fields = {name: value for name, value in form.fields.items() if name != "token"}
    threads = [threading.Thread(target=tab.post, args=(form.path,), kwargs=fields) for tab in tabs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {tab.page.status_code for tab in tabs} == {303}, [tab.text() for tab in tabs]
    assert len({tab.page.headers["Location"] for tab in tabs}) == 1
    assert_done_once(form)


def cut(form, share):
    """Sends a share of the request, and goes away without waiting for an answer."""
    visitor = form.visitor
    body = urllib.parse.urlencode(form.fields, doseq=True)
    cookies = "; ".join(f"{c.name}={c.value}" for c in visitor.session.cookies)
    request = (f"POST {form.path} HTTP/1.1\r\nHost: localhost:{visitor.stack.port}\r\nCookie: {cookies}\r\n"
               f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}").encode()
    context = ssl.create_default_context(cafile=visitor.stack.certificate)
    with socket.create_connection(("localhost", visitor.stack.port), timeout=10) as plain:
        with context.wrap_socket(plain, server_hostname="localhost") as one:
            one.sendall(request[:int(len(request) * share)])


def test_a_line_that_is_cut_before_the_answer_loses_nothing(form):
    cut(form, 1)
    with_answer = lambda: form.count() == 1
    try:
        stacks.wait_until(with_answer, 60, "it is done without its browser")
    except AssertionError:
        pass  # it did not arrive: the same form is good still
    assert form.send().status_code == 303
    assert_done_once(form)


def test_half_a_request_does_nothing_and_the_form_stays_good(form):
    cut(form, 0.9)
    assert form.count() == 0
    assert form.send().status_code == 303
    assert_done_once(form)


@pytest.mark.parametrize("make", [bills, recharge, card_recharge, opening, replacing, reversing, closing, shift_opening,
                                  remitting], ids=lambda make: make.__name__)
def test_another_form_of_an_old_page_does_nothing(stack, cashier, make):
    """Two tabs, or the back button: each page has a number of its own, but what it was made for is done."""
    one = make(stack, cashier)
    same = cashier.get(f"/cashier?q={one.fields['customer']}&do={one.fields['business']}" if "customer" in one.fields
                       else one.path if make is reversing else "/cashier/shift" if make is closing
                       else "/cashier/remit" if make is remitting else "/cashier")
    assert same.status_code == 200
    other = Form(cashier, one.path, {**one.fields, **{name: hidden(cashier, name) for name in ("trace", "key")
                                                      if name in one.fields}}, one.count)
    assert [other.fields.get(n) for n in ("trace", "key")] != [one.fields.get(n) for n in ("trace", "key")]
    assert one.send().status_code == 303
    cashier.get("/cashier/last")
    other.fields["token"] = one.fields["token"]
    other.send()
    assert one.count() == 1
    one.said = SAID[make]
    assert_done_once(one)


# --- a page that has lost its place


def test_who_looks_for_a_customer_again_is_led_to_what_is_under_way(stack, cashier):
    form = recharge(stack, cashier)
    other = signed_in(stack, "cashier")
    stack.fault("lost-reply", "--operation", "recharge")
    with stack.hold("worker", "worker"):
        try:
            form.send()
        finally:
            stack.fault("none")
        place = cashier.get(f"/cashier?q={form.fields['customer']}")
        assert place.status_code == 303 and place.headers["Location"].startswith("/cashier/done?id=")
        cashier.get(place.headers["Location"])
        assert 'data-state="doubt"' in cashier.page.text and "请勿重复收费" in cashier.text()
        other.get("/cashier")
        if 'action="/cashier/shift/open"' in other.page.text:
            other.post("/cashier/shift/open", key=hidden(other, "key"))
        other.get(f"/cashier?q={form.fields['customer']}")  # another's is not shown, but nothing is collected
        assert 'name="amount"' not in other.page.text and "有一笔交易尚未完成" in other.text(), other.text()
    stacks.wait_until(lambda: form.count() == 1, 60, "the doubt ends")
    cashier.get(f"/cashier?q={form.fields['customer']}")
    assert "该客户今日已有" in cashier.text() and "¥50.00" in cashier.text()


def test_a_customer_who_has_paid_today_is_marked_so(stack, cashier):
    form = recharge(stack, cashier)
    assert "该客户今日已有" not in cashier.text()
    form.send()
    cashier.get(f"/cashier?q={form.fields['customer']}")
    assert re.search(r"该客户今日已有： 充值 ¥50.00", cashier.text()) and 'href="/cashier/done?id=' in cashier.page.text
