"""Two nodes behind one nginx, over one PostgreSQL: what holds on one machine holds on several."""

import collections
import concurrent.futures
import random
import re
import threading
import time

import books
from console import signed_in
from envelope import Wire, field, recharge
from load import Load
from terminal import Terminal, fresh, money, next_trace

BUSINESS = ("ResultCode", "ResultClass", "TraceNo", "TransactionNo", "BusinessDate", "ReceiptNo")


def answered(nodes):
    """How many requests each node answered."""
    return [node.log().count("terminal.answered") for node in nodes.nodes]


def agree(nodes):
    """Whatever happened, without a hand: nothing pending, sound books, the same as the stand-in's."""
    books.wait_decided(nodes, 60)
    states = {row.state for row in books.journal(nodes)}
    assert states <= {"posted", "declined", "reversed"}, states
    books.assert_agree(nodes)


def at_once(count, work):
    """Runs work(i) in `count` threads that begin together; gives what they gave."""
    barrier = threading.Barrier(count)

    def one(i):
        ready = work(i)
        barrier.wait(60)
        return ready()

    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_a_request_has_one_id_and_its_client_in_all_logs(nodes):
    """What the front says of a request is believed by a node; what a client says is not."""
    reply = Wire(nodes).post(recharge(next_trace(), fresh("remote"), "1.00"), **{"X-Request-ID": "forged"})
    assert field(reply.text, "ResultClass") == "ok"
    time.sleep(1.2)  # nginx writes its log once a second
    front = (nodes.front.home / "log" / "nginx-access.log").read_text().splitlines()[-1]
    request = re.search(r"req=(\S+)", front).group(1)
    assert request != "forged"
    lines = [line for node in nodes.nodes for line in node.log("nginx-access").splitlines() if request in line]
    assert len(lines) == 1 and " 127.0.0.1 " in lines[0], lines
    assert [request in node.log() for node in nodes.nodes].count(True) == 1


def test_pages_come_through_the_front_from_any_node(nodes):
    """A session is every node's; a page keeps its policy and gets its looks; what is for a node's machine stays there."""
    visitor = signed_in(nodes, "manager")
    for _ in range(6):
        page = visitor.get("/console/orgs")
        assert page.status_code == 200 and "DEMO-STATION" in page.text
    policy = page.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy and policy.count("default-src") == 1
    assert page.headers["Strict-Transport-Security"] and page.headers["X-Frame-Options"] == "DENY"
    for address in set(re.findall(r'(?:href|src)="(/(?:assets|static)/[^"]+)"', page.text)):
        assert visitor.get(address).status_code == 200, address
    for address in ("/console/metrics", "/console/healthz", "/metrics", "/healthz", "/none"):
        assert visitor.get(address).status_code == 404, address
    assert "default-src 'none'" in visitor.page.headers["Content-Security-Policy"]
    visitor.get("/console/account")
    assert visitor.post("/console/language", lang="en", back="/console/orgs").status_code == 303
    time.sleep(1.2)  # nginx writes its log once a second
    assert all("GET /console/orgs" in node.log("nginx-access") for node in nodes.nodes), "one node shows nothing"


def test_same_recharge_fifty_times_at_once_is_one(nodes):
    customer, trace = fresh("remote"), next_trace()

    def prepare(_):
        terminal = Terminal(nodes)
        return lambda: terminal.recharge(customer, "66.60", trace)

    before = answered(nodes)
    replies = at_once(50, prepare)
    assert all(now > then for now, then in zip(answered(nodes), before)), "one node gets nothing"
    said = {tuple(str(getattr(reply, name)) for name in BUSINESS) for reply in replies}
    assert len(said) == 1, said
    assert replies[0].ResultCode == 0 and replies[0].ReceiptNo
    assert sum(not reply.Repeated for reply in replies) == 1
    assert [row.state for row in books.journal(nodes) if row.customer == customer] == ["posted"]
    theirs = [row for row in books.upstream(nodes) if row["customer"] == customer]
    assert len(theirs) == 1 and money(str(theirs[0]["amount"])) == money("66.60")


def test_sixty_four_clients_race_for_ten(nodes):
    nodes.add_cashier(login="poor", operator="700001", limit="1000.09")
    nodes.add_terminal("P0000001", "secret-of-p1")
    poor = {"number": "P0000001", "secret": "secret-of-p1", "operator": "700001"}

    def prepare(_):
        terminal, customer = Terminal(nodes, **poor), fresh("remote")
        return lambda: terminal.recharge(customer, "100.00")

    replies = at_once(64, prepare)
    again = collections.Counter(reply.ResultCode for reply in replies)
    assert again == {0: 10, 3001: 54}, again
    credit = Terminal(nodes, **poor).credit()
    assert (credit.Available, credit.Unremitted, credit.Held) == (money("0.09"), money("1000.00"), 0)


def test_killed_handlers_and_workers_lose_nothing(nodes):
    chance = random.Random(7)
    with Load(nodes, clients=12) as load:
        for _ in range(10):
            time.sleep(0.5)
            chance.choice(nodes.nodes).kill(chance.choice(("terminal", "worker")))
        time.sleep(1)
    load.assert_final()
    assert load.count("ok") > 50, load.counts()
    agree(nodes)


def test_a_node_that_vanishes_is_gone_round(nodes):
    """Its packets just stop, as when a machine loses its power; what was on its way there is repeated.  Rows it
    had locked come free when the database misses it, after 2 s; each may be followed by another."""
    with Load(nodes, clients=12) as load:
        assert load.next_ok(within=5)
        nodes.net.drop("n2")
        try:
            assert load.next_ok(within=7), "no sale by the other node"
            time.sleep(2)
            assert load.next_ok(within=3), "no sale by the other node"
        finally:
            nodes.net.drop("n2", False)
    load.assert_final()
    assert max(answer.took for answer in load.answers) < 15
    agree(nodes)
    before = answered(nodes)
    for _ in range(10):
        assert Terminal(nodes).query(fresh("remote")).ResultCode == 0
    assert answered(nodes)[1] > before[1], "the node that is back gets nothing"


def test_restarted_database_loses_nothing(nodes):
    with Load(nodes, clients=12) as load:
        for _ in range(3):
            time.sleep(1)
            nodes.database.order("restart")
            assert load.next_ok(within=2), "no sale within two seconds of the database"
    load.assert_final()
    assert load.count("ok") > 50, load.counts()
    agree(nodes)
    assert all(node.pid("terminal") for node in nodes.nodes)
