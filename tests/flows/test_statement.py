"""One's account and its statement: what it shows adds up, to what the account is now, and is one's own."""

import re

import pytest

from console import PASSWORD, figures, signed_in
from terminal import fresh
from test_cashier import close, count, done, key, last, open_shift, recharge, reverse
from test_export import files_of


@pytest.fixture
def seller(stack):
    """A cashier whose account nobody else has touched."""
    stack.add_cashier("statement", "660001", "10000")
    visitor = signed_in(stack, "statement", "GridTill-test-1")
    visitor.get("/console/password")
    visitor.post("/console/password", old="GridTill-test-1", password=PASSWORD, again=PASSWORD)
    return visitor


def yuan(text):
    return round(float(text or 0) * 100)


def adds_up(stack, rows, login):
    """Line by line, from the opening figures to those of the account."""
    fen = [[yuan(cell) for cell in row[1:]] for row in rows[1:]]
    standing = fen[0][-2] - fen[0][-1]
    for _, taken, _, reversed_, other, remitted, difference, unremitted, deposit in fen[1:-1]:
        standing += taken - reversed_ - other - remitted + difference
        assert standing == unremitted - deposit
    live = figures(stack, "SELECT a.unremitted, a.deposit FROM gt_account a JOIN gt_user u ON u.account_id = a.id "
                          f"WHERE u.login = '{login}'")
    assert tuple(fen[-1][-2:]) == live and standing == live[0] - live[1]


def test_a_statement_from_nothing_to_remitted(stack, seller):
    seller.get("/cashier/account")
    assert "这段时间账户没有变动" in seller.text() and "¥10,000.00" in seller.text()
    open_shift(seller, "200")
    number = fresh("remote")
    recharge(seller, number, "150")
    done(seller)
    recharge(seller, fresh("remote"), "70", method="wechat")
    done(seller)
    wrong = fresh("remote")
    recharge(seller, wrong, "30")
    done(seller)
    reverse(seller, last(stack, wrong), "30")
    assert seller.page.status_code == 303, seller.text()
    rows, book = files_of(seller, "/cashier/account")
    assert rows[0] == ["营业日期", "笔数", "收款", "冲正笔数", "冲正金额", "非现金", "已解缴", "长款、核销、挂账", "未解缴", "预存款"]
    assert rows[1][0] == "期初" and rows[-1][0] == "期末" and len(rows) == 4
    assert rows[2][1:] == ["3", "250.00", "1", "30.00", "70.00", "0.00", "0.00", "150.00", "0.00"]
    assert book[2][2] == 250.0
    adds_up(stack, rows, "statement")
    seller.get("/cashier/account")
    assert "微信 70.00 70.00" in seller.text() and "现金 180.00 30.00 150.00" in seller.text()
    date = re.search(r'href="/cashier/last\?date=([\d-]+)"', seller.page.text).group(1)
    assert number in seller.get(f"/cashier/last?date={date}").text
    assert "这一天没有交易" in seller.get("/cashier/last?date=2020-01-01").text
    assert seller.get("/cashier/last?date=heute").status_code == 404

    count(seller, pieces_10000="3", pieces_5000="1", pieces_100="1")  # one over
    close(seller, "多收")
    seller.get("/cashier/remit")
    seller.post("/cashier/remit", key=key(seller), amount="151")
    assert seller.page.status_code == 303, seller.text()
    slip = re.search(r"id=(\d+)", seller.page.headers["Location"]).group(1)
    rows, _ = files_of(seller, "/cashier/account")
    assert rows[2][6:9] == ["0.00", "1.00", "151.00"]
    adds_up(stack, rows, "statement")
    assert slip in seller.get("/cashier/remit").text


def test_an_agent_sees_the_work_of_its_people(stack):
    agent = signed_in(stack, "agent")
    open_shift(agent)
    recharge(agent, fresh("remote"), "40")
    done(agent)
    agent.get("/cashier/account")
    [(name,)] = stack.sql("SELECT name FROM gt_user WHERE login = 'agent'")
    assert re.search(rf"按人员 .*{name} \d+ [\d,.]+ ", agent.text())
    rows, _ = files_of(agent, "/cashier/account")
    adds_up(stack, rows, "agent")


@pytest.fixture
def partners(stack):
    """Two people of one agent, each with a shift."""
    people = []
    for login, operator in (("partner1", "900021"), ("partner2", "900022")):
        stack.gridtill("user", "add", login, f"员工{operator[-1]}", "--org", "DEMO-AGENT", "--operator", operator, "--role", "agent",
                       "--password-stdin", given="GridTill-test-1\n")
        visitor = signed_in(stack, login, "GridTill-test-1")
        visitor.get("/console/password")
        visitor.post("/console/password", old="GridTill-test-1", password=PASSWORD, again=PASSWORD)
        people.append(open_shift(visitor))
    return people


def people_of(visitor):
    """The statement's lines by person: sales, taken, reversals, reversed, net."""
    part = re.search(r"按人员(.*?)</section>|按人员(.*?)</table>", visitor.page.text, re.DOTALL).group(0)
    rows = re.findall(r"<tr><t[dh][^>]*>([^<]*)</t[dh]>(.*?)</tr>", part, re.DOTALL)
    return {name: [cell.strip() for cell in re.findall(r"<td[^>]*>([^<]*)</td>", rest)] for name, rest in rows}


def test_two_people_of_an_agent_share_its_account_and_each_ones_work_is_seen(stack, partners):
    one, two = partners
    account = "SELECT a.unremitted, a.deposit FROM gt_account a JOIN gt_user u ON u.account_id = a.id WHERE u.login = 'partner1'"
    before = figures(stack, account)
    numbers = [fresh("remote") for _ in range(3)]
    recharge(one, numbers[0], "40")
    done(one)
    recharge(two, numbers[1], "30")
    done(two)
    recharge(two, numbers[2], "20")
    done(two)
    reverse(two, last(stack, numbers[2]), "20")
    assert two.page.status_code == 303, two.text()
    after = figures(stack, account)
    assert after[0] - after[1] - before[0] + before[1] == 7000
    for visitor in (one, two, signed_in(stack, "agent")):
        visitor.get("/cashier/account")
        people = people_of(visitor)
        assert people["员工1"] == ["1", "40.00", "", "", "40.00"]
        assert people["员工2"] == ["2", "50.00", "1", "20.00", "30.00"]
        rows, _ = files_of(visitor, "/cashier/account")
        adds_up(stack, rows, "partner1")
    date = re.search(r'href="/cashier/last\?date=([\d-]+)"', one.get("/cashier/account").text).group(1)
    assert numbers[1] in one.get(f"/cashier/last?date={date}").text and "900022" in one.text()
    assert numbers[1] not in one.get("/cashier/last").text  # one's own, to reverse
    assert numbers[0] not in signed_in(stack, "cashier").get(f"/cashier/last?date={date}").text
    # Each counts and closes a drawer of their own.
    count(one, pieces_1000="4")
    assert "账款相符" in one.get("/cashier/shift").text
    count(two, pieces_1000="3")
    assert "账款相符" in two.get("/cashier/shift").text
    close(one)
    close(two)


def test_dates_are_checked_and_kept(stack):
    cashier = signed_in(stack, "cashier")
    for dates, said in (("from=2026-02-01&to=2026-01-01", "起始日期不能晚于截止日期"),
                        ("from=2020-01-01&to=2026-01-01", "对账单一次最多 92 天")):
        cashier.get(f"/cashier/account?{dates}")
        assert said in cashier.text() and dates[5:15] in cashier.page.text and "期初" not in cashier.text()
        assert cashier.get(f"/cashier/account/export?{dates}").status_code == 400
    rows, _ = files_of(cashier, "/cashier/account?from=2020-01-01&to=2020-01-31")
    assert [row[0] for row in rows[1:]] == ["期初", "期末"] and rows[1][8:] == ["0.00", "0.00"]


def test_a_statement_is_ones_own(stack):
    cashier, agent = signed_in(stack, "cashier"), signed_in(stack, "agent")
    [(foreign,)] = stack.sql("SELECT account_id FROM gt_user WHERE login = 'cashier'")
    open_shift(cashier)
    number = fresh("remote")
    recharge(cashier, number, "20")
    done(cashier)
    own, _ = files_of(agent, "/cashier/account")
    for name in ("id", "account", "account_id"):
        agent.get(f"/cashier/account/export?{name}={foreign}")
        assert agent.page.content[3:].decode().splitlines()[-1] == ",".join(own[-1])
    agent.get("/cashier/account")
    date = re.search(r'name="to" value="([\d-]+)"', agent.page.text).group(1)
    assert number in cashier.get(f"/cashier/last?date={date}").text
    assert number not in agent.get(f"/cashier/last?date={date}").text
    manager = signed_in(stack, "manager")
    assert manager.get("/cashier/account/export").status_code in (200, 403) and "期初" not in manager.page.text
