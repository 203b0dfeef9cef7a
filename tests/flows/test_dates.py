"""Business date and clearing dates: their page, by hand and by schedule, in the middle of sales, by two workers."""

import datetime
import subprocess
import threading

import books
import stack as stacks
from console import figures, signed_in
from terminal import Terminal, fresh

ZONE = datetime.timezone(datetime.timedelta(hours=8))


def date_of(own):
    return figures(own, "SELECT biz_date FROM gt_state")[0]


def typed(date):
    text = str(date)
    return f"{text[:4]}-{text[4:6]}-{text[6:]}"


def after(date, days=1):
    day = datetime.datetime.strptime(str(date), "%Y%m%d") + datetime.timedelta(days)
    return int(day.strftime("%Y%m%d"))


def test_cut_off_by_hand_wants_the_date_typed_and_its_right(make_stack):
    own = make_stack()
    admin, manager = signed_in(own, "admin"), signed_in(own, "manager")
    date = date_of(own)
    admin.get("/console/dates")
    assert typed(date) in admin.text() and "营业中" in admin.text() and "手工日切" in admin.text()
    assert manager.get("/console/dates").status_code == 200 and "手工日切" not in manager.text()
    assert manager.get("/console/dates/cut").status_code == 403
    page = admin.get("/console/dates/cut")
    assert f'name="from" value="{date}"' in page.text and f'value="{typed(after(date))}"' in page.text
    form = {"from": str(date), "to": typed(after(date))}
    for wrong in ("", "2026", typed(after(date))):
        assert admin.post("/console/dates/cut", **form, typed=wrong).status_code == 200 and date_of(own) == date
    assert manager.post("/console/dates/cut", token="x", **form, typed=typed(date)).status_code == 403
    for to in (date, after(date, 9)):
        admin.post("/console/dates/cut", **{**form, "to": typed(to)}, typed=typed(date))
        assert admin.page.status_code == 200 and "新日期须在原日期之后" in admin.text() and date_of(own) == date
    first = admin.token()
    assert admin.post("/console/dates/cut", **form, typed=typed(date)).status_code == 303 and date_of(own) == after(date)
    # The button pressed twice, or a page of yesterday.
    assert admin.post("/console/dates/cut", token=first, **form, typed=typed(date)).status_code == 200
    assert "已经日切" in admin.text() and date_of(own) == after(date)
    admin.get("/console/dates")
    assert admin.text().count(typed(after(date))) >= 2 and "admin" in admin.text()
    assert "日切" in admin.get("/console/oplog?q=date.cut").text or admin.page.status_code == 200
    assert figures(own, "SELECT COUNT(*) FROM gt_oplog WHERE what = 'date.cut'")[0] == 1
    books.assert_agree(own)


def test_a_system_has_a_clearing_date_of_its_own(make_stack):
    now = datetime.datetime.now(ZONE)
    past = f"{now:%H}:00"
    own = make_stack(definition=(('<doubt settle="inquire"/>', f'<doubt settle="inquire"/>\n  <clearing at="{past}"/>'),))
    admin, terminal = signed_in(own, "admin"), Terminal(own)
    today = int(now.strftime("%Y%m%d"))
    stacks.wait_until(lambda: own.sql("SELECT 1 FROM gt_clearing"), 60, "the worker gives it a date")
    date = date_of(own)
    sold = terminal.recharge(fresh("remote"), "5.00")
    assert sold.ResultCode == 0 and sold.BusinessDate.replace("-", "") == str(date)
    clear = after(today) if past != "00:00" else after(today, 0)
    assert figures(own, "SELECT biz_date, clear_date FROM gt_txn") == (date, clear)
    admin.get("/console/dates")
    assert "sg186" in admin.text() and typed(clear) in admin.text() and past in admin.text()
    # By hand, from the system's page.
    admin.get("/console/dates/cut?system=sg186")
    form = {"from": str(clear), "to": typed(after(clear)), "typed": typed(clear)}
    assert admin.post("/console/dates/cut?system=sg186", **form).status_code == 303
    assert date_of(own) == date, "the business date stays"
    again = terminal.recharge(fresh("remote"), "6.00")
    assert figures(own, f"SELECT biz_date, clear_date FROM gt_txn WHERE id = {again.TransactionNo}") == (date, after(clear))
    refused = terminal.reverse(sold.TransactionNo, own.sql(f"SELECT customer_no FROM gt_txn WHERE id = {sold.TransactionNo}")[0][0], "5.00")
    assert refused.ResultClass == "declined", "not over the system's clearing"
    # Its hour, and back to what its definition says.
    admin.get("/console/dates/schedule?system=sg186")
    admin.post("/console/dates/schedule?system=sg186", minute="25:00")
    assert admin.page.status_code == 200 and "请填写时刻" in admin.text()
    assert admin.post("/console/dates/schedule?system=sg186", minute="24:00").status_code == 303
    assert "24:00" in admin.get("/console/dates").text
    admin.get("/console/dates/schedule?system=sg186")
    assert admin.post("/console/dates/schedule?system=sg186").status_code == 303
    assert figures(own, "SELECT cut_minute FROM gt_clearing") == (-2,)
    assert admin.get("/console/dates/cut?system=nobody").status_code == 404
    books.assert_agree(own)


def test_the_hour_of_the_cut_off_is_changed(make_stack):
    own = make_stack()
    admin, date = signed_in(own, "admin"), date_of(own)
    admin.get("/console/dates/schedule")
    assert admin.post("/console/dates/schedule").status_code == 303, "by hand only"
    assert own.gridtill("date", "show", "--json").stdout.count('"off"') == 1
    admin.get("/console/dates/schedule")
    assert admin.post("/console/dates/schedule", minute="00:00").status_code == 303
    stacks.wait_until(lambda: date_of(own) == after(date), 60, "the worker cuts off")
    assert "自动" in admin.get("/console/dates").text
    books.assert_agree(own)


class Selling(threading.Thread):
    """A terminal that sells until it is told to stop."""

    def __init__(self, own, number):
        super().__init__()
        self.terminal = Terminal(own, number=number, secret="cut-secret")
        self.replies, self.stopped = [], threading.Event()

    def run(self):
        while not self.stopped.is_set():
            self.replies.append(self.terminal.recharge(fresh("remote"), "1.00"))


def test_no_sale_fails_for_a_cut_off_in_the_middle_of_many(make_stack):
    """Eight terminals sell; two workers and a person end the date at once."""
    own = make_stack()
    for i in range(8):
        own.add_terminal(f"T10000{i}", "cut-secret")
    sellers = [Selling(own, f"T10000{i}") for i in range(8)]
    date = date_of(own)
    second = subprocess.Popen([own.program / "bin" / "gridtill", "--config", own.config, "worker"], env=own.place.env,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for seller in sellers:
        seller.start()
    try:
        sold = len(sellers) * 5
        stacks.wait_until(lambda: sum(len(s.replies) for s in sellers) > sold, 60, "sales before")
        own.gridtill("date", "schedule", "00:00")
        own.gridtill("date", "cut", "--from", date)
        done = sum(len(s.replies) for s in sellers)
        stacks.wait_until(lambda: sum(len(s.replies) for s in sellers) > done + sold, 60, "sales behind")
    finally:
        for seller in sellers:
            seller.stopped.set()
        for seller in sellers:
            seller.join()
        second.terminate()
        second.wait(20)
    replies = [reply for seller in sellers for reply in seller.replies]
    assert {reply.ResultCode for reply in replies} == {0}
    told = {reply.BusinessDate.replace("-", "") for reply in replies}
    assert told == {str(date), str(after(date))}
    assert date_of(own) == after(date), "ended once"
    assert figures(own, "SELECT COUNT(*) FROM gt_cutoff") == (1,)
    counted = figures(own, f"SELECT COUNT(*), SUM(CASE WHEN out_date = {date} OR out_date = {after(date)} THEN 1 ELSE 0 END) FROM gt_txn")
    assert counted == (len(replies), len(replies))
    assert figures(own, f"SELECT COUNT(*) FROM gt_batch WHERE closed_at = 0 AND biz_date = {date}") == (0,)
    books.assert_agree(own)
