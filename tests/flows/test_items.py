"""Differences by hand: the list, an item's page, actions that a second person decides, suspense and its clearing."""

import csv
import io
import re

import pytest

import stack as stacks
from console import signed_in
from slips import png
from terminal import Terminal, fresh


@pytest.fixture(scope="module")
def stack(make_stack):
    """A platform of one's own: its books differ from upstream's in the end."""
    return make_stack()


@pytest.fixture(scope="module")
def found(stack):
    """An item that only upstream has, and one that only we have: their numbers."""
    stack.set_limit("900001", "1000000")
    terminal = Terminal(stack)
    sold = [terminal.recharge(fresh("remote"), amount).TransactionNo for amount in ("11.00", "12.00")]
    date = stack.sql("SELECT biz_date FROM gt_state")[0][0]
    for words in (("missing", "--serial", sold[0]), ("extra",)):
        stack.sim("plant", words[0], "--db", stack.sim_db, "--date", date, *words[1:])
    assert stack.gridtill("reconcile", "sg186", date, check=False).returncode == 3
    return {int(row[0]): int(row[1]) for row in stack.sql("SELECT class, id FROM gt_item")}


ONLY_OURS, ONLY_THEIRS = 4, 5


def ask(visitor, item, action, **fields):
    visitor.get(f"/console/item/ask?id={item}&action={action}")
    return visitor.post(f"/console/item/ask?id={item}&action={action}", **fields)


def approval_of(stack, item):
    return stack.sql(f"SELECT approval_id FROM gt_item WHERE id = {item}")[0][0]


def decide(visitor, stack, item, decision="approve", note=""):
    number = approval_of(stack, item)
    visitor.get(f"/console/approval?id={number}")
    return visitor.post(f"/console/approval?id={number}", version=1, note=note, decision=decision)


def row(stack, item):
    return [int(value) for value in stack.sql(f"SELECT state, suspense, action FROM gt_item WHERE id = {item}")[0]]


def books_are_sound(stack):
    checked = stack.gridtill("check", "books", check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def suspense(stack):
    return int(stack.sql("SELECT COALESCE(SUM(debit - credit), 0) FROM gt_balance WHERE code = 'suspense'")[0][0])


def test_the_list_finds_and_exports(stack, admin, found):
    page = admin.get("/console/items").text
    assert "我方单边" in page and "对方单边" in page and "待处理" in page
    assert all(f"/console/item?id={item}" in page for item in found.values())
    page = admin.get("/console/items?class=only_theirs").text
    assert f"/console/item?id={found[ONLY_THEIRS]}" in page and f"/console/item?id={found[ONLY_OURS]}" not in page
    assert "/console/item?id=" not in admin.get("/console/items?system=a8").text
    number = stack.sql(f"SELECT txn_id FROM gt_item WHERE id = {found[ONLY_OURS]}")[0][0]
    page = admin.get(f"/console/items?q={number}").text
    assert f"/console/item?id={found[ONLY_OURS]}" in page and f"/console/item?id={found[ONLY_THEIRS]}" not in page
    ref = stack.sql(f"SELECT ref FROM gt_item WHERE id = {found[ONLY_THEIRS]}")[0][0]
    assert f"/console/item?id={found[ONLY_THEIRS]}" in admin.get(f"/console/items?q={ref}").text
    assert f"/console/item?id={found[ONLY_OURS]}" not in admin.get("/console/items?state=closed").text
    reply = admin.get("/console/items/export?format=csv")
    lines = list(csv.reader(io.StringIO(reply.content.decode("utf-8-sig"))))
    assert len(lines) == 3 and {line[1] for line in lines[1:]} == {"我方单边", "对方单边"}


def test_to_suspense_and_out_again_takes_two_persons_each(stack, admin, other, found):
    item = found[ONLY_OURS]
    page = admin.get(f"/console/item?id={item}").text
    assert "¥11.00" in page and "挂账" in page and "action=to_suspense" in page and "action=clear" not in page
    assert ask(admin, item, "to_suspense", reason="").status_code == 200, "a reason is wanted"
    assert ask(admin, item, "to_suspense", reason="营销无此笔，待查").status_code == 303
    assert "待审批" in admin.get(f"/console/item?id={item}").text
    assert "已有处理申请" in ask(admin, item, "accept", reason="再来").text
    assert "¥11.00" in admin.get("/console/approvals").text
    reply = decide(admin, stack, item)
    assert reply.status_code == 200 and row(stack, item)[0] == 1, "by who asked: refused, forged or not"
    assert decide(other, stack, item).status_code == 303
    assert row(stack, item) == [2, 1100, 6] and suspense(stack) == -1100
    assert decide(other, stack, item).status_code == 200 and suspense(stack) == -1100, "once"
    books_are_sound(stack)
    assert ask(other, item, "clear", way="", reason="已查明").status_code == 200, "where to is wanted"
    assert ask(other, item, "clear", way="system", reason="营销已补记").status_code == 303
    assert decide(admin, stack, item).status_code == 303
    assert row(stack, item) == [3, 0, 7] and suspense(stack) == 0
    page = admin.get(f"/console/item?id={item}").text
    assert "已处理" in page and "清账" in page and "营销已补记" in page
    books_are_sound(stack)


def test_a_refused_action_leaves_it_open(stack, admin, other, found):
    item = found[ONLY_THEIRS]
    assert ask(admin, item, "adjust", reason="记损失").status_code == 303
    assert decide(other, stack, item, "refuse", "先查").status_code == 303
    assert row(stack, item) == [1, 0, 0]
    assert "action=adjust" in admin.get(f"/console/item?id={item}").text


def test_notes_and_papers_stay(stack, admin, found):
    item = found[ONLY_THEIRS]
    admin.get(f"/console/item/note?id={item}")
    assert admin.post(f"/console/item/note?id={item}", note="<b>已致电</b>").status_code == 303
    admin.get(f"/console/item/note?id={item}")
    assert admin.post(f"/console/item/note?id={item}", note="").status_code == 200
    admin.get(f"/console/item/attach?id={item}")
    reply = admin.session.post(admin.url(f"/console/item/attach?id={item}"), data={"token": admin.token()}, timeout=30,
                               allow_redirects=False, files={"file": ("函.png", png("letter"))})
    assert reply.status_code == 303
    page = admin.get(f"/console/item?id={item}").text
    assert "&lt;b&gt;已致电&lt;/b&gt;" in page and "<b>已致电" not in page
    paper = re.search(r"/console/item/paper\?id=\d+", page)[0]
    reply = admin.get(paper)
    assert reply.headers["Content-Type"] == "image/png" and reply.content == png("letter")


def test_what_is_not_below_one_answers_like_none(stack, found):
    manager = signed_in(stack, "manager")
    item = found[ONLY_THEIRS]  # of the organisation at the top
    for address in (f"/console/item?id={item}", "/console/item?id=999999"):
        assert manager.get(address).status_code == 404
    assert f"/console/item?id={item}" not in manager.get("/console/items").text
    for path in ("ask", "note", "attach"):
        manager.get("/console/items")
        assert manager.post(f"/console/item/{path}?id={item}&action=accept", reason="x", note="x").status_code == 404


def test_by_age_and_the_oldest_first(stack, admin, found):
    def numbers(query):
        return [int(number) for number in re.findall(r"/console/item\?id=(\d+)", admin.get(f"/console/items?{query}").text)]

    assert numbers("state=any&age=day") == numbers("state=any&age=week") == []
    assert numbers("state=any") == numbers("state=any&sort=found") == sorted(found.values())
    assert numbers("state=any&sort=-found") == sorted(found.values(), reverse=True)
    admin.get("/console/dashboard")
    assert re.search(r'href="/console/items">未处理差错</a> <strong class="some">[12]<', admin.page.text)
    assert "超过 1 天" not in admin.page.text, "only what there is"


def only_ours(stack, sale=None):
    """A sale that the marketing system has lost, and the item about it."""
    sale = sale or Terminal(stack).recharge(fresh("remote"), "13.00").TransactionNo
    date = stack.sql("SELECT biz_date FROM gt_state")[0][0]
    stack.sim("plant", "missing", "--db", stack.sim_db, "--date", date, "--serial", sale)
    assert stack.gridtill("reconcile", "sg186", date, check=False).returncode == 3
    return sale, date, stack.sql(f"SELECT id FROM gt_item WHERE txn_id = {sale}")[0][0]


def test_a_sale_that_only_we_have_is_sent_again(stack, admin, other):
    """Asked about first, then sent once with its own number."""
    sale, date, item = only_ours(stack)
    assert ask(admin, item, "send_again", reason="营销没有此笔").status_code == 303, admin.text()
    assert row(stack, item) == [1, 0, 0]  # nothing before a second person says so
    assert decide(other, stack, item).status_code == 303, other.text()
    stacks.wait_until(lambda: row(stack, item)[0] == 3, 60, "it is sent")
    assert row(stack, item) == [3, 0, 5] and "重发成功" in admin.get(f"/console/item?id={item}").text
    stack.gridtill("reconcile", "sg186", date, check=False)  # upstream has it now
    assert row(stack, item) == [3, 0, 5]
    assert len(stack.sql(f"SELECT id FROM gt_item WHERE txn_id = {sale}")) == 1
    books_are_sound(stack)


def test_a_sale_that_upstream_answers_neither_yes_nor_no_to_is_open_again(stack, admin, other):
    """Its bill was paid otherwise meanwhile, which could be our own first copy; an inquiry finds none: that was a no."""
    terminal, customer = Terminal(stack), fresh("bill")
    due = sum(bill.Amount for bill in terminal.query(customer).Bill)
    _, _, item = only_ours(stack, terminal.pay(customer, due).TransactionNo)
    assert terminal.pay(customer, due).ResultCode == 0
    assert ask(admin, item, "send_again", reason="营销没有此笔").status_code == 303, admin.text()
    assert decide(other, stack, item).status_code == 303, other.text()
    stacks.wait_until(lambda: "重发未成功" in admin.get(f"/console/item?id={item}").text, 60, "it is open again")
    assert row(stack, item) == [1, 0, 0] and "电费已缴清" in admin.text()


def test_what_upstream_does_not_answer_is_stopped_by_people(stack, admin, other):
    _, _, item = only_ours(stack)
    admin.get(f"/console/item/stop?id={item}")
    admin.post(f"/console/item/stop?id={item}", reason="没有")
    assert "没有在重发" in admin.text()
    stack.fault("silent", "--operation", "inquire")
    try:
        assert ask(admin, item, "send_again", reason="营销没有此笔").status_code == 303, admin.text()
        assert decide(other, stack, item).status_code == 303, other.text()
        assert row(stack, item) == [1, 0, 5]
        assert f'href="/console/item/stop?id={item}"' in admin.get(f"/console/item?id={item}").text
        admin.get(f"/console/item/stop?id={item}")
        assert admin.post(f"/console/item/stop?id={item}", reason="").status_code == 200 and row(stack, item) == [1, 0, 5]
        assert admin.post(f"/console/item/stop?id={item}", reason="上级没有答复").status_code == 303, admin.text()
    finally:
        stack.fault("none")
    assert row(stack, item) == [1, 0, 0]
    assert "停止重发" in admin.get(f"/console/item?id={item}").text and "上级没有答复" in admin.text()
    assert ask(admin, item, "to_suspense", reason="上级没有答复").status_code == 303, admin.text()
    assert decide(other, stack, item).status_code == 303
    books_are_sound(stack)


def test_what_upstream_refuses_to_take_is_open_again(stack, admin, other):
    _, _, item = only_ours(stack)
    stack.fault("refuse", "--operation", "recharge")
    try:
        assert ask(admin, item, "send_again", reason="营销没有此笔").status_code == 303, admin.text()
        assert decide(other, stack, item).status_code == 303, other.text()
        stacks.wait_until(lambda: "重发未成功" in admin.get(f"/console/item?id={item}").text, 60, "it is refused")
    finally:
        stack.fault("none")
    assert row(stack, item) == [1, 0, 0]
    assert ask(admin, item, "to_suspense", reason="对方不收").status_code == 303, admin.text()
    assert decide(other, stack, item).status_code == 303
    books_are_sound(stack)
