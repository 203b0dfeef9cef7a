"""The cashier page as requests: every business, wrong input, forged requests, and never twice."""

import itertools
import re
import threading

import pytest

import books
import stack as stacks
from console import PASSWORD, Visitor, figures, signed_in
from terminal import fresh


_agents = itertools.count(1)


def open_shift(visitor, amount=""):
    """Opens a shift, if none is open."""
    visitor.get("/cashier")
    if 'action="/cashier/shift/open"' in visitor.page.text:
        visitor.post("/cashier/shift/open", key=key(visitor), float=amount)
        assert visitor.page.status_code == 303, visitor.text()
    return visitor


def key(visitor):
    return re.search(r'name="key" value="(\d+)"', visitor.page.text).group(1)


@pytest.fixture(autouse=True)
def shift(stack):
    """Nobody collects without a shift."""
    open_shift(signed_in(stack, "cashier"))


@pytest.fixture
def cashier(stack):
    return signed_in(stack, "cashier")


def hidden(visitor):
    """What the form of a sale carries unseen."""
    return {name: re.search(rf'name="{name}" value="(\d+)"', visitor.page.text).group(1)
            for name in ("trace", "seen_date", "seen_mark")}


def customer(visitor, number):
    """Looks a customer up, and gives what the form carries."""
    assert visitor.get(f"/cashier?q={number}").status_code == 200
    return dict(hidden(visitor), customer=number, token=visitor.token())


def recharge(visitor, number, amount="50", **more):
    """From the number to the page of the result."""
    form = customer(visitor, number)
    visitor.post("/cashier/sale", **{**form, "business": "recharge", "amount": amount, "method": "cash", **more})
    return form


def done(visitor):
    """Follows to the result."""
    assert visitor.page.status_code == 303, visitor.text()
    return visitor.get(visitor.page.headers["Location"])


def sales(stack, number):
    """What was posted for a customer, on ours and on the other side."""
    [(ours,)] = stack.sql(f"SELECT COUNT(*) FROM gt_txn WHERE customer_no = '{number}' AND state = 2")
    return int(ours)


# --- a customer ---


def test_a_customer_is_found_by_number_meter_and_card(cashier):
    for typed, number in (("3000000001", "3000000001"), ("M3000000001", "3000000001"), ("C2000000001", "2000000001"),
                          ("30000 00001", "3000000001")):
        cashier.get("/cashier", params={"q": typed})
        assert f'name="customer" value="{number}"' in cashier.page.text or number in cashier.text()
    cashier.get("/cashier?q=3999999999")
    assert "请核对户号" in cashier.text() and "2001" in cashier.text() and 'value="3999999999"' in cashier.page.text
    for bad in ("<script>", "1" * 33, "30000_1"):
        cashier.get("/cashier", params={"q": bad})
        assert "号码只能是数字" in cashier.text()


def found(visitor):
    """The customers of a search's page: number, name, address."""
    return re.findall(r'<tr><td class="number"><a href="/cashier\?q=(\d+)"[^>]*>\1</a></td><td class="nowrap">([^<]*)</td><td>([^<]*)</td>',
                      visitor.page.text)


def test_a_customer_is_found_by_name_and_address_page_by_page(stack, cashier):
    cashier.get("/cashier", params={"q": "阳光小区 人民路"})
    first = found(cashier)
    assert len(first) == 10 and all("阳光小区" in row[2] and "人民路" in row[2] for row in first)
    assert all(re.fullmatch(r".\*+.?", row[1]) for row in first)
    numbers = [row[0] for row in first]
    for _ in range(3):
        more = {name: re.search(rf'name="{name}" value="([^"]*)"', cashier.page.text).group(1) for name in ("system", "after")}
        assert more == {"system": "sg186", "after": numbers[-1]}
        cashier.get("/cashier", params={"q": "阳光小区 人民路", **more})
        numbers += [row[0] for row in found(cashier)]
    assert len(set(numbers)) == 40 and numbers == sorted(numbers)
    assert len(stack.sql("SELECT id FROM gt_oplog WHERE what = 'customer.search'")) == 4
    name = stack.sim("customer", "--db", stack.sim_db, numbers[7]).stdout.split("name\t")[1].split("\n")[0]
    address = first[7][2]
    place = cashier.get("/cashier", params={"q": f"{name} {address}"})
    assert place.status_code == 303 and place.headers["Location"] == f"/cashier?q={numbers[7]}"
    cashier.get("/cashier", params={"q": "月球 环形山"})
    assert "没有找到" in cashier.text() and found(cashier) == []


def test_a_search_that_is_too_short_or_wrong_is_refused(stack, cashier):
    for typed in ("张", "张 ", "张" * 60):
        cashier.get("/cashier", params={"q": typed})
        assert "至少要两个字" in cashier.text() and found(cashier) == []
    for more in ({"system": "x" * 40}, {"system": "sg186", "after": "张三"}):
        cashier.get("/cashier", params={"q": "张建华", **more})
        assert "至少要两个字" in cashier.text()
    cashier.get("/cashier", params={"q": "张建华", "system": "none"})
    assert found(cashier) == [] and "2" in cashier.text()
    cashier.get("/cashier", params={"q": "张<b>&\"'三"})
    assert "没有找到" in cashier.text() and "张<b>" not in cashier.page.text
    with stack.hold("gridtill-sim", "sim"):
        cashier.get("/cashier", params={"q": "张建华"})
        assert "营销系统" in cashier.text() and found(cashier) == []


def test_names_are_masked(cashier):
    cashier.get("/cashier?q=3000000001")
    name = re.search(r'till-name">([^<]*)<', cashier.page.text).group(1)
    assert re.fullmatch(r".\*+.?", name)


# --- selling ---


def test_a_recharge_from_number_to_receipt(stack, cashier):
    number = fresh("remote")
    recharge(cashier, number, "50", tendered="100")
    done(cashier)
    text = cashier.text()
    assert "已收 ¥50.00，找零 ¥50.00" in text
    assert "人民币伍拾元整" in text and "收款 ¥100.00 找零 ¥50.00" in text and f"户号 {number}" in text
    assert sales(stack, number) == 1
    channel, = figures(stack, f"SELECT channel FROM gt_txn WHERE customer_no = '{number}'")
    assert channel == 5


def test_bills_all_chosen_and_in_advance(stack, cashier):
    number = next(n for n in iter(lambda: fresh("bill"), None) if len(bills(cashier, n)) >= 2)
    form = customer(cashier, number)
    first, rest = bills(cashier, number)[0], bills(cashier, number)[1:]
    form = customer(cashier, number)
    cashier.post("/cashier/sale", **form, business="pay", bill=first, method="cash")
    done(cashier)
    assert f"已收 ¥{yuan(first)}" in cashier.text()
    form = customer(cashier, number)
    assert first not in cashier.page.text
    cashier.post("/cashier/sale", **form, business="pay", bill=rest, advance="10", method="wechat")
    done(cashier)
    assert "已收" in cashier.text() and "微信" in cashier.text() and "其中预收 ¥10.00" in cashier.text()
    cashier.get(f"/cashier?q={number}")
    assert "没有欠费，无需缴费" in cashier.text() and 'name="trace"' not in cashier.page.text


def bills(visitor, number):
    visitor.get(f"/cashier?q={number}")
    return re.findall(r'name="bill" value="([^"]+)"', visitor.page.text)


def yuan(bill):
    return f"{int(bill.split(':')[1]) / 100:,.2f}"


def test_wrong_input_says_so_keeps_what_was_typed_and_its_number(stack, cashier):
    number = fresh("remote")
    for fields, said in (({"amount": "abc"}, "请填写金额"), ({"amount": ""}, "请填写此项"), ({"amount": "0"}, "不能小于"),
                         ({"amount": "-5"}, "不能小于"), ({"amount": "50", "tendered": "20"}, "收款少于应收金额"),
                         ({"amount": "50", "method": "gold"}, "请从列表中选择"), ({"amount": "1.234"}, "请填写金额")):
        form = customer(cashier, number)
        cashier.post("/cashier/sale", **{**form, "business": "recharge", "method": "cash", **fields})
        assert cashier.page.status_code == 200
        assert said in cashier.text(), (fields, cashier.text())
        assert hidden(cashier)["trace"] == form["trace"]
        if fields["amount"]:
            assert f'value="{fields["amount"]}"' in cashier.page.text
    assert sales(stack, number) == 0


@pytest.mark.parametrize("change", [{"trace": "x"}, {"trace": ""}, {"trace": "-1"}, {"seen_date": "0"}, {"seen_mark": "y"},
                                    {"customer": "x" * 40}])
def test_a_forged_form_is_refused(cashier, change):
    form = customer(cashier, "3000000001")
    cashier.post("/cashier/sale", **{**form, "business": "recharge", "amount": "50", "method": "cash", **change})
    assert cashier.page.status_code == 400


def test_a_bill_whose_amount_was_tampered_with_is_not_paid(stack, cashier):
    number = next(n for n in iter(lambda: fresh("bill"), None) if bills(cashier, n))
    form = customer(cashier, number)
    bill = bills(cashier, number)[0].split(":")[0]
    form = customer(cashier, number)
    cashier.post("/cashier/sale", **form, business="pay", bill=f"{bill}:100", method="cash")
    done(cashier)
    assert "未收费" in cashier.text()
    form = customer(cashier, number)
    cashier.post("/cashier/sale", **form, business="pay", bill="x", method="cash")
    assert "电费数据有误" in cashier.text()
    assert sales(stack, number) == 0


# --- never twice ---


def test_the_same_form_sent_again_is_the_same_sale(stack, cashier):
    number = fresh("remote")
    form = recharge(cashier, number)
    first = done(cashier).text
    for _ in range(3):
        cashier.post("/cashier/sale", **{**form, "business": "recharge", "amount": "50", "method": "cash"})
        assert done(cashier).text.count("已收 ¥50.00") == first.count("已收 ¥50.00") == 1
    assert sales(stack, number) == 1


def test_at_once_is_one_sale(stack):
    number = fresh("remote")
    visitors = [signed_in(stack, "cashier") for _ in range(6)]
    form = customer(visitors[0], number)
    del form["token"]
    for visitor in visitors:
        visitor.get("/cashier")

    def sell(visitor):
        visitor.post("/cashier/sale", **form, business="recharge", amount="50", method="cash")

    threads = [threading.Thread(target=sell, args=(v,)) for v in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {v.page.status_code for v in visitors} == {303}
    assert len({v.page.headers["Location"] for v in visitors}) == 1
    assert sales(stack, number) == 1


def test_an_old_page_in_a_second_tab_collects_nothing(stack):
    one, two = signed_in(stack, "cashier"), signed_in(stack, "cashier")
    number = fresh("remote")
    old = customer(two, number)
    recharge(one, number)
    assert "已收" in done(one).text
    two.post("/cashier/sale", **{**old, "business": "recharge", "amount": "50", "method": "cash"})
    done(two)
    assert "未收费" in two.text() and "此页打开后该客户又有交易" in two.text()
    assert sales(stack, number) == 1
    recharge(two, number)
    assert "已收" in done(two).text
    assert sales(stack, number) == 2


def test_two_tabs_at_once_are_one_sale(stack):
    number = fresh("remote")
    tabs = [signed_in(stack, "cashier") for _ in range(4)]
    forms = [customer(tab, number) for tab in tabs]
    threads = [threading.Thread(target=tab.post, args=("/cashier/sale",), kwargs={
        **form, "business": "recharge", "amount": "50", "method": "cash"}) for tab, form in zip(tabs, forms)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    said = sorted(done(tab).text.count("已收 ¥50.00") for tab in tabs)
    assert said == [0, 0, 0, 1]
    assert sales(stack, number) == 1


def test_a_form_that_was_used_collects_nothing_else(stack, cashier):
    number = fresh("remote")
    form = recharge(cashier, number)
    done(cashier)
    cashier.post("/cashier/sale", **{**form, "business": "recharge", "amount": "70", "method": "cash"})
    done(cashier)
    assert "先前已办理" in cashier.text() and "已收 ¥50.00" in cashier.text()
    assert sales(stack, number) == 1


def test_a_number_that_never_arrived_says_so_and_stays_good(stack, cashier):
    number = fresh("remote")
    form = customer(cashier, number)
    cashier.get(f"/cashier/done?trace={form['trace']}")
    assert "平台没有收到这一笔" in cashier.text()
    cashier.get("/cashier")
    cashier.post("/cashier/sale", **{**form, "business": "recharge", "amount": "50", "method": "cash"})
    assert "已收 ¥50.00" in done(cashier).text
    assert sales(stack, number) == 1


def test_in_doubt_is_told_and_then_known(stack, cashier):
    number = fresh("remote")
    stack.fault("lost-reply", "--operation", "recharge")
    try:
        recharge(cashier, number)
        address = cashier.page.headers["Location"]
        done(cashier)
        assert "请勿重复收费" in cashier.text() and 'data-state="doubt"' in cashier.page.text
        assert "请对客户说" in cashier.text() and "凭证号" not in cashier.text()
    finally:
        stack.fault("none")
    import stack as stacks
    stacks.wait_until(lambda: 'data-state="doubt"' not in cashier.get(address).text, 60, "the doubt ends")
    assert "已收 ¥50.00" in cashier.text() and "凭证号" in cashier.text()
    assert sales(stack, number) == 1


def test_upstream_away_keeps_the_form_and_its_number(stack, cashier):
    number = fresh("remote")
    form = customer(cashier, number)
    with stack.hold("gridtill-sim", "sim"):
        cashier.post("/cashier/sale", **{**form, "business": "recharge", "amount": "50", "method": "cash"})
        if cashier.page.status_code == 303:  # not sent: declined, and so stored
            done(cashier)
            assert "未收费" in cashier.text()
        else:
            assert "未受理" in cashier.text() and hidden(cashier)["trace"] == form["trace"]
            assert 'value="50"' in cashier.page.text
    assert sales(stack, number) == 0


# --- reversing ---


def last(stack, number):
    return stack.sql(f"SELECT MAX(id) FROM gt_txn WHERE customer_no = '{number}'")[0][0]


def reverse(visitor, txn, amount="50", reason="户号输错", **more):
    visitor.get(f"/cashier/reverse?id={txn}")
    form = {"trace": re.search(r'name="trace" value="(\d+)"', visitor.page.text).group(1), "amount": amount, "reason": reason,
            "token": visitor.token(), **more}
    visitor.post(f"/cashier/reverse?id={txn}", **form)
    return form


def test_a_reversal_wants_the_amount_again_and_a_reason_and_happens_once(stack, cashier):
    number = fresh("remote")
    recharge(cashier, number)
    done(cashier)
    txn = last(stack, number)
    assert f"/cashier/reverse?id={txn}" in cashier.page.text
    reverse(cashier, txn, amount="49")
    assert cashier.page.status_code == 200 and "与原金额不符" in cashier.text() and 'value="户号输错"' in cashier.page.text
    reverse(cashier, txn, reason="")
    assert "请填写此项" in cashier.text()
    form = reverse(cashier, txn)
    done(cashier)
    assert "已冲正 ¥50.00" in cashier.text() and "请退还客户 ¥50.00" in cashier.text() and "电费冲正凭证" in cashier.text()
    cashier.get("/cashier")
    cashier.post(f"/cashier/reverse?id={txn}", **form)
    assert "已冲正 ¥50.00" in done(cashier).text
    assert stack.sql(f"SELECT COUNT(*) FROM gt_txn WHERE customer_no = '{number}' AND op = 7 AND state = 2")[0][0] in (1, "1")
    cashier.get(f"/cashier/reverse?id={txn}")
    assert "不能冲正" in cashier.text() and "原交易已冲正" in cashier.text()
    cashier.get(f"/cashier/done?id={txn}")
    assert "已冲正，作废" in cashier.text()


def test_what_is_not_ones_own_is_not_reversed(stack, cashier):
    number = fresh("remote")
    recharge(cashier, number)
    done(cashier)
    txn = last(stack, number)
    agent = signed_in(stack, "agent")
    assert agent.get(f"/cashier/reverse?id={txn}").status_code == 404
    agent.get("/cashier")
    assert agent.post(f"/cashier/reverse?id={txn}", amount="50", reason="x", trace="1").status_code == 404
    assert sales(stack, number) == 1


def test_a_reversal_in_doubt_gives_nothing_back_yet(stack, cashier):
    number = fresh("remote")
    recharge(cashier, number)
    done(cashier)
    txn = last(stack, number)
    stack.fault("lost-reply", "--operation", "reverse")
    with stack.hold("worker", "worker"):  # who would end the doubt before it is looked at
        try:
            reverse(cashier, txn)
            address = cashier.page.headers["Location"]
            done(cashier)
            assert 'data-state="doubt"' in cashier.page.text and "先不要退款" in cashier.text()
        finally:
            stack.fault("none")
    stacks.wait_until(lambda: 'data-state="posted"' in cashier.get(address).text, 60, "the doubt ends")
    assert "请退还客户 ¥50.00" in cashier.text()


def test_todays_transactions_are_ones_own(stack, cashier):
    number = fresh("remote")
    recharge(cashier, number)
    done(cashier)
    cashier.get("/cashier/last")
    assert number in cashier.text() and "/cashier/reverse?id=" in cashier.page.text
    assert number not in signed_in(stack, "agent").get("/cashier/last").text


# --- shifts ---


@pytest.fixture
def own(stack):
    """A cashier of one's own, without a shift."""
    login = f"shift{next(_numbers)}"
    stack.add_cashier(login, login, "10000")
    visitor = signed_in(stack, login, "GridTill-test-1")
    if visitor.page.headers["Location"] == "/console/password":
        visitor.get("/console/password")
        visitor.post("/console/password", old="GridTill-test-1", password=PASSWORD, again=PASSWORD)
    return visitor


_numbers = itertools.count(1)


def count(visitor, **pieces):
    visitor.get("/cashier/shift")
    address = re.search(r'action="(/cashier/shift/count\?id=\d+)"', visitor.page.text).group(1)
    return visitor.post(address, key=key(visitor), **pieces)


def close(visitor, note=""):
    visitor.get("/cashier/shift")
    address = re.search(r'action="(/cashier/shift/close\?id=\d+)"', visitor.page.text).group(1)
    seen = re.search(r'name="seen" value="(-?\d+)"', visitor.page.text).group(1)
    return visitor.post(address, key=key(visitor), seen=seen, note=note)


def test_nothing_is_collected_without_a_shift(stack, own):
    own.get("/cashier?q=3000000001")
    assert "请先开班" in own.text() and 'name="amount"' not in own.page.text
    form = customer(open_shift(signed_in(stack, "cashier")), "3000000001")
    own.get("/cashier")
    own.post("/cashier/sale", **{**form, "token": own.token()}, business="recharge", amount="50", method="cash")
    assert "尚未开班" in done(own).text


def test_a_shift_from_float_to_report(stack, own):
    open_shift(own, "200")
    number = fresh("remote")
    recharge(own, number, "150", tendered="200")
    done(own)
    recharge(own, fresh("remote"), "80", method="wechat")
    done(own)
    own.get("/cashier/shift")
    assert "150.00" not in own.page.text.split('class="till-day"')[0]  # the count is blind
    reply = count(own, pieces_10000="3", pieces_5000="1")
    assert reply.status_code == 303
    own.get("/cashier/shift")
    assert "账款相符" in own.text() and "应有现金 ¥350.00" in own.text() and "微信" in own.text()
    form = dict(token=own.token())
    own.get("/cashier?q=3000000001")
    assert "请先交班" in own.text()
    assert close(own).status_code == 303
    own.get(own.page.headers["Location"])
    assert "已交班" in own.text() and "打印交班单" in own.text()
    own.get("/cashier")
    assert "请先开班" in own.text() and form


def test_over_and_short_want_a_note(stack, own):
    open_shift(own, "100")
    count(own, pieces_5000="1")
    own.get("/cashier/shift")
    assert "短款 ¥50.00" in own.text()
    close(own)
    assert own.page.status_code == 200 and "短款 ¥50.00" in own.text()
    count(own, pieces_10000="1", pieces_100="1")
    own.get("/cashier/shift")
    assert "长款 ¥1.00" in own.text()
    assert close(own, "找零少给一元").status_code == 303
    assert "找零少给一元" in own.get(own.page.headers["Location"]).text


def test_a_shift_is_opened_once_however_often_it_is_asked(stack, own):
    own.get("/cashier")
    form = dict(key=key(own), token=own.token(), float="100")
    assert {own.post("/cashier/shift/open", **form).status_code for _ in range(3)} == {303}
    assert len(own.get("/cashier/shift").text.split('href="/cashier/shift?id=')) == 2
    own.post("/cashier/shift/open", **{**form, "key": "123"})
    assert own.page.status_code == 200 and "alert-danger" in own.page.text


@pytest.mark.parametrize("pieces", ["x", "-1", "99999999999", "1.5"])
def test_a_wrong_count_is_refused_and_kept(own, pieces):
    open_shift(own)
    count(own, pieces_10000="2", pieces_5000=pieces)
    assert own.page.status_code == 200 and 'value="2"' in own.page.text and 'id="e-pieces_5000"' in own.page.text
    assert own.get("/cashier").status_code == 200 and "请先交班" not in own.text()


def test_a_shift_of_others_answers_like_none(stack, own):
    open_shift(own)
    own.get("/cashier/shift")
    foreign = re.search(r"/cashier/shift/count\?id=(\d+)", own.page.text).group(1)
    agent = signed_in(stack, "agent")
    assert agent.get(f"/cashier/shift?id={foreign}").status_code == 404
    agent.get("/cashier")
    for path in ("count", "close"):
        assert agent.post(f"/cashier/shift/{path}?id={foreign}", key="1", seen="0").status_code == 404


# --- remittance ---


def test_a_closed_shift_is_remitted_once_and_nothing_else(stack, own):
    open_shift(own)
    recharge(own, fresh("remote"), "150")
    done(own)
    own.get("/cashier/remit")
    assert "没有可解缴的款项" in own.text()  # the shift is open still
    count(own, pieces_10000="1", pieces_5000="1")
    close(own)
    own.get("/cashier/remit")
    assert "¥150.00" in own.text()
    own.post("/cashier/remit", key=key(own), amount="149")
    assert own.page.status_code == 200 and 'id="e-amount"' in own.page.text and 'value="149"' in own.page.text
    form = dict(key=key(own), token=own.token(), amount="150", bank="农行", bank_no="A-1", bank_date="2026-11-23")
    places = {own.post("/cashier/remit", **form).headers["Location"] for _ in range(3)}
    assert len(places) == 1
    own.get(places.pop())
    assert "¥150.00" in own.text() and "待接收" in own.text() and "农行" in own.text()
    slip = own.page.url.split("=")[1]
    assert signed_in(stack, "agent").get(f"/cashier/slip?id={slip}").status_code == 404
    own.get("/cashier/remit")
    assert "没有可解缴的款项" in own.text()


def test_a_short_is_put_in_again_and_goes_up(stack, own):
    open_shift(own, "100")
    own.get("/cashier/short")
    assert "没有尚欠的短款" in own.text()
    count(own, pieces_5000="1")
    close(own, "少五十元")
    own.get("/cashier/short")
    assert "¥50.00" in own.text() and "请先开班" in own.text() and 'name="amount"' not in own.page.text
    reply = own.post("/cashier/short", token=own.token(), amount="10")
    assert reply.status_code == 200 and "请先开班" in own.text()
    open_shift(own, "")
    own.get("/cashier/short")
    assert 'value="50.00"' in own.page.text
    assert 'id="e-amount"' in own.post("/cashier/short", amount="50.01").text
    own.get("/cashier/short")
    form = dict(token=own.token(), amount="50")
    assert {own.post("/cashier/short", **form).status_code for _ in range(2)} == {303}  # typed once, sent twice
    own.get("/cashier/short")
    assert "补交短款 ¥50.00" in own.text()
    count(own, pieces_5000="1")
    close(own)
    own.get("/cashier/short")
    assert "没有尚欠的短款" in own.text()
    own.get("/cashier/remit")
    # The first shift was 50 short, the second put it in: nothing is due, and both shifts are settled by a slip of it.
    assert "¥0.00" in own.text()
    books.assert_agree(stack)


def test_an_agent_remits_straight_to_the_bureau(stack):
    name = f"agentur{next(_agents)}"
    stack.gridtill("org", "add", name.upper(), "代理", "--kind", "agent", "--below", "DEMO-COUNTY", "--limit", "1000")
    stack.gridtill("user", "add", name, "代理员", "--org", name.upper(), "--operator", name, "--role", "agent",
                   "--password-stdin", given="GridTill-test-1\n")
    agent = signed_in(stack, name, "GridTill-test-1")
    agent.get("/console/password")
    agent.post("/console/password", old="GridTill-test-1", password=PASSWORD, again=PASSWORD)
    open_shift(agent, "0")
    recharge(agent, fresh("remote"), "60")
    done(agent)
    count(agent, pieces_5000="1", pieces_1000="1")
    close(agent)
    agent.get("/cashier/remit")
    assert "¥60.00" in agent.text() and 'name="bank_no"' in agent.page.text
    reply = agent.post("/cashier/remit", key=key(agent), amount="75", bank="农行", bank_no="N-3", bank_date="2026-11-22")
    assert reply.status_code == 303, agent.text()
    slip = re.search(r"id=(\d+)", reply.headers["Location"]).group(1)
    assert figures(stack, f"SELECT to_bank, due, amount FROM gt_slip WHERE id = {slip}") == (1, 6000, 7500)
    # The county has no hand in it; the bureau receives it and finds it in the bank.
    top = signed_in(stack, "admin")
    for action, more in (("receive", {}), ("bank", dict(bank="农行", bank_no="N-3", bank_date="2026-11-22", amount="75"))):
        manager = signed_in(stack, "manager")
        manager.get("/console/remit")
        assert manager.post(f"/console/remit/{action}?id={slip}", **more).status_code == 404
        top.get(f"/console/remit/{action}?id={slip}")
        assert top.post(f"/console/remit/{action}?id={slip}", **more).status_code == 303, top.text()
    account = "SELECT a.unremitted, a.deposit FROM gt_account a JOIN gt_org o ON o.id = a.owner_id WHERE a.kind = 2 AND o.code"
    assert figures(stack, f"{account} = '{name.upper()}'") == (0, 1500)
    books.assert_agree(stack)


# --- receipts ---


def test_a_receipt_is_counted_once_and_a_reprint_is_marked(stack, cashier):
    number = fresh("remote")
    recharge(cashier, number)
    done(cashier)
    address = re.search(r'action="(/cashier/receipt\?id=\d+)"', cashier.page.text).group(1)
    assert "补打" not in re.search(r"<pre.*?</pre>", cashier.page.text, re.DOTALL).group(0)
    for _ in range(3):  # the same page asks three times
        reply = cashier.post(address, prints="0")
        assert reply.status_code == 303
        cashier.get(reply.headers["Location"])
        assert 'data-prints="1"' in cashier.page.text and "（补打" not in cashier.page.text
    cashier.get(cashier.post(address, prints="1").headers["Location"])
    assert "（补打 1）" in cashier.page.text and 'data-prints="2"' in cashier.page.text


def test_paper_is_kept(cashier):
    cashier.get("/cashier")
    token = cashier.token()
    for paper, status in (("a5", 303), ("80", 303), ("none", 303), ("a0", 400)):
        assert cashier.post("/cashier/paper", token=token, paper=paper).status_code == status


# --- who may ---


def test_who_has_no_account_is_told_so(stack):
    manager = signed_in(stack, "manager")
    assert "没有收费账户" in manager.get("/cashier").text
    assert manager.get("/cashier/done?trace=1").status_code == 404


def test_transactions_of_others_answer_like_none(stack, cashier):
    number = fresh("remote")
    recharge(cashier, number)
    done(cashier)
    [(foreign,)] = stack.sql(f"SELECT id FROM gt_txn WHERE customer_no = '{number}'")
    agent = signed_in(stack, "agent")
    for path in ("/cashier/done", "/cashier/receipt"):
        answers = []
        for number in (foreign, 999999999):
            assert agent.get(f"{path}?id={number}").status_code == 404
            answers.append(re.sub(r"[0-9a-f]{32,64}|id=\d+", "", agent.page.text))
        assert answers[0] == answers[1]


def test_nobody_speaks_for_a_window_at_the_terminal_interface(stack, cashier):
    cashier.get("/cashier")
    [(number, kind)] = stack.sql("SELECT terminal_no, kind FROM gt_terminal WHERE kind = 5 AND id IN (SELECT terminal_id "
                                 "FROM gt_binding b JOIN gt_user u ON u.id = b.user_id WHERE u.login = 'cashier')")
    assert number.startswith("W")
    import zeep.exceptions
    from terminal import Terminal
    stack.gridtill("terminal", "rotate", number, "--secret-stdin", given="known-secret-1\n", check=False)
    with pytest.raises(zeep.exceptions.Fault):
        Terminal(stack, number, "known-secret-1").credit()


def test_a_cashier_is_led_to_the_page_and_a_manager_to_the_console(stack):
    assert signed_in(stack, "cashier").get("/console").headers["Location"] == "/cashier"
    assert signed_in(stack, "agent").get("/console").headers["Location"] == "/cashier"
    assert signed_in(stack, "manager").get("/console").headers["Location"] != "/cashier"
    visitor = Visitor(stack)
    assert visitor.get("/cashier?q=3000000001").headers["Location"] == "/console/signin?next=%2Fcashier%3Fq%3D3000000001"
