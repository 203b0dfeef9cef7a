"""Meter readings from terminals and from the cashier page: tasks by route, a result for each reading, nothing lost and
nothing harmed by what comes twice."""

import decimal
import itertools
import re
import time

import pytest

import books
import stack as stacks
from console import PASSWORD, Visitor, signed_in
from envelope import Wire, document, envelope, field
from slips import teller
from terminal import Terminal, fresh, next_trace

_numbers = itertools.count(1)
_routes = itertools.count(30)  # of fifty meters each; R0180 has two that the stand-in refuses


def now():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


class Reader(Terminal):
    """A handheld and a reader of the test's own, with a route."""

    def __init__(self, stack, route=None):
        name = f"READER-{next(_numbers)}"
        stack.add_terminal(name, "reader-secret-1")
        stack.add_cashier(name.lower(), name, "1000")
        super().__init__(stack, name, "reader-secret-1", operator=name)
        self.route = route or f"R{next(_routes):04d}"

    def download(self, **fields):
        return self.call("DownloadReadingTasks", RouteNo=self.route, **fields)

    def upload(self, *readings, trace=None):
        """Readings as (task, shown) or (task, shown, confirmed)."""
        return self.call("UploadReadings", trace, Reading=[
            {"TaskNo": task, "Shown": str(shown), "ReadAt": now(), **({"Confirmed": True} if sure else {})}
            for task, shown, *sure in readings])

    def tasks(self):
        reply = self.download()
        assert reply.ResultCode == 0, reply.ResultText
        return reply.Task


def codes(reply):
    assert reply.ResultCode == 0, reply.ResultText
    return [one.ResultCode for one in reply.Result]


def plausible(task, more=0):
    return task.LastReading + task.UsualUse + more


def taken(stack, task):
    """What the marketing system has of a task: the reading and how often it came; None."""
    for line in stack.sim("readings", "--db", stack.sim_db).stdout.splitlines():
        number, shown, _, times = line.split("\t")
        if number == task.TaskNo:
            return decimal.Decimal(shown), int(times)
    return None


# --- the terminal


def test_tasks_are_downloaded_read_and_told_again(stack):
    reader = Reader(stack)
    assert reader.call("DownloadReadingTasks", RouteNo="R9999").ResultCode == 8001
    first = reader.download()
    assert first.ResultCode == 0 and len(first.Task) == 50 and not first.More
    assert [task.Place for task in first.Task] == list(range(1, 51)) and {task.State for task in first.Task} == {"open"}
    task = first.Task[0]
    assert task.MeterNo == "M" + task.CustomerNo and task.Name and task.Address and task.Factor == 1 and task.Reading is None
    reply = reader.upload((task.TaskNo, plausible(task)), (first.Task[1].TaskNo, plausible(first.Task[1], decimal.Decimal("0.5"))))
    assert codes(reply) == [0, 0] and reply.Result[0].ResultClass == "ok" and not reply.Repeated
    assert taken(stack, task) == (plausible(task), 1)
    again = reader.download()
    assert [one.State for one in again.Task[:3]] == ["accepted", "accepted", "open"] and again.Task[0].Reading == plausible(task)
    [route] = again.Route
    assert (route.RouteNo, route.Tasks, route.Open, route.Accepted, route.Waiting, route.Refused) == (reader.route, 50, 48, 2, 0, 0)
    routes = reader.call("DownloadReadingTasks")
    assert [one.RouteNo for one in routes.Route] == [reader.route] and not routes.Task
    page = reader.download(After=48)
    assert [one.Place for one in page.Task] == [49, 50]
    books.assert_agree(stack)


def test_the_same_message_again_is_harmless_and_another_one_is_refused(stack):
    reader = Reader(stack)
    one, two = reader.tasks()[:2]
    trace = next_trace()
    assert codes(reader.upload((one.TaskNo, plausible(one)), trace=trace)) == [0]
    again = reader.upload((one.TaskNo, plausible(one)), trace=trace)
    assert again.Repeated and codes(again) == [0]
    assert codes(reader.upload((one.TaskNo, plausible(one)))) == [0]  # under another number
    assert codes(reader.upload((one.TaskNo, plausible(one, 1)))) == [8006]
    assert taken(stack, one) == (plausible(one), 1)
    for other in ([(one.TaskNo, plausible(one, 1))], [(two.TaskNo, plausible(two))],
                  [(one.TaskNo, plausible(one)), (two.TaskNo, plausible(two))]):
        assert reader.upload(*other, trace=trace).ResultCode == 6001
    assert taken(stack, two) is None
    assert reader.recharge(fresh("remote"), "5", trace=trace).ResultCode == 6001
    used, void = next_trace(), next_trace()
    reader.recharge(fresh("remote"), "5", trace=used)
    reader.inquire(void)
    assert reader.upload((two.TaskNo, plausible(two)), trace=used).ResultCode == 6001
    assert reader.upload((two.TaskNo, plausible(two)), trace=void).ResultCode == 6003
    assert int(reader.call("SignOn").LastTraceNo) >= trace
    books.assert_agree(stack)


def test_what_is_another_readers_is_not_there(stack):
    reader, other = Reader(stack), Reader(stack)
    task = reader.tasks()[0]
    assert codes(other.upload((task.TaskNo, plausible(task)), ("NO-SUCH-TASK", 5))) == [8003, 8003]
    assert other.call("DownloadReadingTasks", RouteNo=reader.route).ResultCode == 8002
    assert other.call("DownloadReadingTasks", RouteNo=reader.route, After=1).ResultCode == 8001
    assert taken(stack, task) is None


def test_what_looks_odd_is_confirmed(stack):
    reader = Reader(stack)
    one, two = reader.tasks()[:2]
    below, far = one.LastReading - 1, two.LastReading + two.UsualUse * 4
    reply = reader.upload((one.TaskNo, below), (two.TaskNo, far))
    assert codes(reply) == [8004, 8005] and "确认" in reply.Result[0].ResultText
    assert taken(stack, one) is None and reader.tasks()[0].State == "open"
    assert codes(reader.upload((one.TaskNo, below, True), (two.TaskNo, far, True))) == [0, 0]
    assert taken(stack, one) == (below, 1) and taken(stack, two) == (far, 1)


def test_one_of_many_is_refused(stack):
    reader = Reader(stack, "R0180")
    tasks = reader.tasks()
    reply = reader.upload(*((task.TaskNo, plausible(task)) for task in tasks))
    assert {number: code for number, code in enumerate(codes(reply)) if code} == {6: 2008, 9: 2019}
    told = reader.tasks()
    assert told[6].State == told[9].State == "refused" and told[6].ResultText and told[7].State == "accepted"
    assert taken(stack, tasks[6]) is None and taken(stack, tasks[7]) == (plausible(tasks[7]), 1)


@pytest.mark.parametrize("operation, inner", [
    ("DownloadReadingTasks", "<RouteNo>a b</RouteNo>"), ("DownloadReadingTasks", "<RouteNo></RouteNo>"),
    ("DownloadReadingTasks", "<After>-1</After>"), ("UploadReadings", ""),
    *(("UploadReadings", f"<Reading>{inner}</Reading>") for inner in (
        "", "<TaskNo>1</TaskNo>", "<TaskNo>1</TaskNo><Shown>1</Shown>",
        "<TaskNo>1</TaskNo><Shown>-1</Shown><ReadAt>2026-11-22T14:00:00Z</ReadAt>",
        "<TaskNo>1</TaskNo><Shown>1.234</Shown><ReadAt>2026-11-22T14:00:00Z</ReadAt>",
        "<TaskNo>1</TaskNo><Shown>123456789</Shown><ReadAt>2026-11-22T14:00:00Z</ReadAt>",
        "<TaskNo>1</TaskNo><Shown>1e3</Shown><ReadAt>2026-11-22T14:00:00Z</ReadAt>",
        "<TaskNo>1</TaskNo><Shown>1</Shown><ReadAt>yesterday</ReadAt>",
        "<TaskNo>1</TaskNo><Shown>1</Shown><ReadAt>2026-11-22T14:00:00Z</ReadAt><Confirmed>yes</Confirmed>")),
    ("UploadReadings", "<Reading><TaskNo>1</TaskNo><Shown>1</Shown><ReadAt>2026-11-22T14:00:00Z</ReadAt></Reading>" * 51),
])
def test_malformed_is_a_fault(stack, operation, inner):
    reply = Wire(stack).post(envelope(document(operation, next_trace(), inner=inner)))
    assert reply.status_code == 500 and operation in field(reply.text, "faultstring"), reply.text


def test_a_terminal_that_may_not_reads_nothing(stack):
    reader = Reader(stack)
    stack.gridtill("terminal", "add", reader.number + "-P", "--org", stacks.ORG, "--kind", "pos", "--ops", "pay,recharge",
                   "--secret-stdin", given="reader-secret-1\n")
    other = Terminal(stack, reader.number + "-P", "reader-secret-1", operator=reader.operator)
    assert other.call("DownloadReadingTasks").ResultCode == 3004
    reading = {"TaskNo": "1", "Shown": "1", "ReadAt": now()}
    assert other.call("UploadReadings", Reading=[reading]).ResultCode == 3004


# --- the marketing system does anything


@pytest.fixture(scope="module")
def own(make_stack):
    one = make_stack(stacks.QUICK_CONF, (('answer-ms="6000"', 'answer-ms="1500"'), ('breaker-open-ms="2000"', 'breaker-open-ms="500"')),
                     "--delays 20")
    yield one
    books.assert_agree(one)


@pytest.mark.parametrize("kind", ["slow", "late", "lost-reply", "lost-request", "silent", "garbage", "twice", "cut", "http500",
                                  "http503", "absent", "queued"])
def test_a_fault_loses_no_reading(own, kind):
    reader = Reader(own)
    task = reader.tasks()[0]
    trace = next_trace()
    own.fault(kind, "--operation", "readings")
    with own.hold("worker", "worker"):
        try:
            reply = reader.upload((task.TaskNo, plausible(task)), trace=trace)
        finally:
            own.fault("none")
        [code] = codes(reply)
        assert code == (0 if kind in ("slow", "twice") else 1002), reply.Result[0].ResultText
        assert reader.upload((task.TaskNo, plausible(task, 1))).Result[0].ResultCode == 8006
    stacks.wait_until(lambda: reader.tasks()[0].State == "accepted", 60, "the worker sent it again")
    shown, times = taken(own, task)
    assert shown == plausible(task) and times >= 1
    again = reader.upload((task.TaskNo, plausible(task)), trace=trace)
    assert again.Repeated and codes(again) == [0]


@pytest.mark.parametrize("kind, code", [("garbage", 9002), ("lost-reply", 9002), ("twice", 0), ("slow", 0), ("http503", 9002)])
def test_a_fault_at_the_download(own, kind, code):
    reader = Reader(own)
    own.fault(kind, "--operation", "tasks")
    try:
        assert reader.download().ResultCode == code
    finally:
        own.fault("none")
    stacks.wait_until(lambda: reader.download().ResultCode == 0, 60, "the breaker is shut again")
    assert len(reader.tasks()) == 50


# --- the page


def trace_of(visitor):
    return re.search(r'name="trace" value="(\d+)"', visitor.page.text).group(1)


class Desk:
    """A reader at the page, with a route of the test's own."""

    def __init__(self, stack):
        self.visitor, self.login = teller(stack)
        self.route = f"R{next(_routes):04d}"
        self.visitor.get("/cashier/readings")
        reply = self.visitor.post("/cashier/readings", route=self.route)
        assert reply.status_code == 303, self.visitor.text()
        self.round = re.search(r"/cashier/round\?id=(\d+)", reply.headers["Location"]).group(1)
        self.address = f"/cashier/round?id={self.round}"

    def rows(self, query="&state=open"):
        """Task ids with what their meters showed last, as the page lists them."""
        self.visitor.get(self.address + query)
        found = re.findall(r'id="t(\d+)".*?<dt>(?:上次示数|Last)</dt><dd>([\d,.]+)<', self.visitor.page.text, re.DOTALL)
        return [(int(number), decimal.Decimal(last.replace(",", ""))) for number, last in found]

    def send(self, query="&state=open", **fields):
        return self.visitor.post(self.address + query, trace=trace_of(self.visitor), **fields)


@pytest.fixture
def desk(stack):
    return Desk(stack)


def test_readings_are_typed_and_sent(stack, desk):
    rows = desk.rows()
    assert len(rows) == 20
    fields = {f"read{number}": str(last + 50) for number, last in rows[:3]}
    trace = trace_of(desk.visitor)
    assert desk.send(**fields).status_code == 303
    left = desk.rows()
    assert "已接收 3 户" in desk.visitor.text() and [row[0] for row in left][:17] == [row[0] for row in rows[3:]]
    assert "已抄 3 / 50" in desk.visitor.text()
    # The same form again, as a reload sends it: nothing new.
    assert desk.visitor.post(desk.address, trace=trace, **fields).status_code == 303
    assert [row[0] for row in desk.rows("&state=accepted")] == [row[0] for row in rows[:3]]
    # Another content under its number: nothing at all.
    assert desk.visitor.post(desk.address, trace=trace, **{f"read{left[0][0]}": str(left[0][1] + 5)}).status_code == 303
    desk.rows()
    assert "此页先前已上传过" in desk.visitor.text() and "已抄 3 / 50" in desk.visitor.text()
    desk.visitor.get("/cashier/readings")
    assert desk.route in desk.visitor.text() and "已抄 3 / 50" in desk.visitor.text()
    books.assert_agree(stack)


def test_what_looks_odd_is_confirmed_in_its_place(desk):
    (one, last), (two, second) = desk.rows()[:2]
    page = desk.send(**{f"read{one}": str(last - 10), f"read{two}": str(second + 1)})
    assert page.status_code == 200 and "小于上次示数" in desk.visitor.text()
    assert f'value="{last - 10}"' in page.text and f'name="sure{one}"' in page.text and f'name="sure{two}"' not in page.text
    # Another reading than the one that was asked about is asked about again.
    page = desk.send(**{f"read{one}": str(last - 20), f"ask{one}": str(last - 10), f"sure{one}": "1"})
    assert page.status_code == 200 and f'name="sure{one}"' in page.text
    assert desk.send(**{f"read{one}": str(last - 20), f"ask{one}": str(last - 20), f"sure{one}": "1"}).status_code == 303
    assert {row[0] for row in desk.rows("&state=accepted")} == {one, two}


def test_wrong_input_is_told_at_its_field(stack, desk):
    number, last = desk.rows()[0]
    for wrong in ("abc", "-5", "1.234", "123456789", "1e5", "１２", "<b>"):
        page = desk.send(**{f"read{number}": wrong})
        assert page.status_code == 200 and "请填写电表示数" in desk.visitor.text() and "<b>" not in page.text.split("<body")[1].replace("<br>", "")
    assert desk.send().status_code == 303
    desk.rows()
    assert "没有填写示数" in desk.visitor.text()
    assert desk.visitor.post(desk.address, trace="x", **{f"read{number}": "5"}).status_code == 400
    desk.rows()
    other = Desk(stack)
    mine = other.rows()[0][0]
    desk.rows()
    assert desk.send(**{f"read{mine}": "5"}).status_code == 404  # a task of another round
    desk.rows()
    assert desk.send(**{f"read{number}": f"{last + 7:,}"}).status_code == 303  # as people write numbers
    assert [row[0] for row in desk.rows("&state=accepted")] == [number]


def test_another_readers_round_is_not_there(stack, desk):
    other = Desk(stack)
    for address in (desk.address, "/cashier/round?id=999999999", "/cashier/round", "/cashier/round?id=x"):
        assert other.visitor.get(address).status_code == 404
    other.visitor.get("/cashier/readings")
    assert desk.route not in other.visitor.text()
    assert other.visitor.post(desk.address, trace="1", read1="5").status_code == 404
    other.visitor.get("/cashier/readings")
    assert other.visitor.post(f"/cashier/round/again?id={desk.round}").status_code == 404
    other.visitor.get("/cashier/readings")
    assert other.visitor.post("/cashier/readings", route=desk.route).status_code == 200
    assert "已派给其他抄表员" in other.visitor.text()
    other.visitor.post("/cashier/readings", route="a b")
    assert "抄表段编号只能是" in other.visitor.text()


def test_tasks_are_searched_and_come_in_pages(desk):
    everything, query = [], ""
    while True:
        everything += [row[0] for row in desk.rows(query)]
        more = re.search(r'href="[^"]*?(&amp;after=\d+)" rel="next"', desk.visitor.page.text)
        if not more:
            break
        query = more.group(1).replace("&amp;", "&")
    assert len(everything) == len(set(everything)) == 50
    meter = re.search(r"M1\d{9}", desk.visitor.page.text).group(0)
    for text in (meter, meter[1:], meter.lower()):
        assert len(desk.rows(f"&q={text}")) == 1
    assert desk.rows("&q=%25") == [] and "没有符合条件的任务" in desk.visitor.text()
    assert desk.rows("&state=nonsense&after=x")  # what is wrong counts as not given


def test_who_may_not_read_has_no_readings(stack):
    manager, code = signed_in(stack, "manager"), f"TILL-ONLY-{next(_numbers)}"
    manager.get("/console/role/add")
    manager.post("/console/role/add", code=code, name="只收费", org="DEMO-COUNTY", rights=("cashier.collect",))
    stack.gridtill("user", "add", code.lower(), "收费", "--org", stacks.ORG, "--operator", code, "--role", code,
                   "--password-stdin", given="GridTill-test-1\n")
    person = signed_in(stack, code.lower(), "GridTill-test-1")
    person.get("/console/password")
    person.post("/console/password", old="GridTill-test-1", password=PASSWORD, again=PASSWORD)
    for address in ("/cashier/readings", "/cashier/round?id=1"):
        assert person.get(address).status_code in (403, 404), address
    terminal = Terminal(stack, operator=code)
    assert terminal.call("DownloadReadingTasks").ResultCode == 3004
    assert Visitor(stack).get("/cashier/readings").status_code == 303  # to the sign-in


def test_what_waits_is_sent_again_by_a_person(own):
    desk = Desk(own)
    number, last = desk.rows()[0]
    own.fault("lost-request", "--operation", "readings")
    with own.hold("worker", "worker"):
        try:
            assert desk.send(**{f"read{number}": str(last + 9)}).status_code == 303
        finally:
            own.fault("none")
        assert desk.rows("&state=waits") and "待答复 1 户" in desk.visitor.text() and "立即再传" in desk.visitor.text()

        def again():
            desk.visitor.get(desk.address)
            if "立即再传" in desk.visitor.text():
                desk.visitor.post(f"/cashier/round/again?id={desk.round}")
            return [row[0] for row in desk.rows("&state=accepted")] == [number]

        stacks.wait_until(again, 60, "it was answered")
