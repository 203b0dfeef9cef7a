"""Text of attackers, in every field of every form, file, terminal, browser and marketing system: it shows as text, on every
page.  Forms are those that the pages have, pages those of the routing table: a new one is in this test by being there."""

import html
import http.client
import http.server
import re
import threading

import pytest

from console import Visitor, routes, signed_in, walk
from page import elements, forms, intruders, own, parse
from stack import ORG
from terminal import Card, Terminal, fresh
from web import session

HOSTILE = ("<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'-alert(1)-'", "javascript:alert(1)", "{{7*7}}",
           "<?cs var:W.product ?>", "&lt;b&gt;&#39;", "</title></textarea><svg/onload=alert(1)>", "<a href=javascript:alert(1)>x</a>",
           "\u202egnp\u202c\u200b.<b>", "${7*7}<!--", "]]>\\u003cb\\u003e")
# What a field wants so that the others of its form are accepted; all else stays as the page has it.
GOOD = {"code": "HOST-{n}", "login": "host.{n}", "operator_no": "host{n}", "org_id": ORG, "org": ORG, "terminal_no": "HOST-{n}",
        "name": "名称", "amount": "1.00", "customer_no": "3000000001", "credit": "600000", "reason": "原因", "user_id": "900001"}
OF_A_FORM = {"/console/org/add": [("kind", "agent")], "/console/role/add": [("rights", "txn.view")],
             "/console/doubt/decide": [("amount", "12.10")], "/console/param/change": [("value", "x")]}
# Fields that take any text: in each of them something hostile has to be stored, or this test tests nothing.
FREE = {("/console/org/add", "name"), ("/console/org/rename", "name"), ("/console/user/add", "name"),
        ("/console/user/rename", "name"), ("/console/role/add", "name"), ("/console/role/change", "name"),
        ("/console/credit/limit", "reason"), ("/console/credit/deposit", "reason"), ("/console/credit/permit", "reason"),
        ("/console/credit/suspend", "reason"), ("/console/approval", "note"), ("/console/doubt/decide", "reason")}


def packs(most):
    """The hostile texts, as few together as a field of this length takes."""
    out = [""]
    for text in HOSTILE:
        out[-1:] = [out[-1] + text] if len(out[-1] + text) <= most else [out[-1], text[:most]]
    return [text for text in out if text]


@pytest.fixture(scope="module")
def upstream():
    """What stands between the platform and the stand-in, and makes the texts of its replies hostile."""
    class Between(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            port, path = re.match(r"/(\d+)(/.*)", self.path).groups()
            ahead = http.client.HTTPConnection("127.0.0.1", int(port), timeout=10)
            ahead.request("POST", path, body, {"Content-Type": self.headers["Content-Type"]})
            reply = ahead.getresponse()
            text = reply.read().decode()
            for number, name in enumerate(("yhmc", "yddz", "retmsg")):
                text = re.sub(rf"<{name}>[^<]*</{name}>", lambda _, name=name, number=number:
                              f"<{name}>{html.escape(packs(40)[number])}</{name}>", text)
            ahead.close()
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.headers["Content-Type"])
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Between)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


@pytest.fixture(scope="module")
def platform(make_stack, upstream):
    """A platform of its own, whose marketing system is hostile, and in which the tests make what they like."""
    return make_stack(conf=(("http://127.0.0.1:@SIM_PORT@", f"http://127.0.0.1:{upstream.server_port}/@SIM_PORT@"),))


@pytest.fixture(scope="module")
def objects(platform):
    """Addresses of what forms are tried on: made here, so that nothing of them matters."""
    manager = signed_in(platform, "manager")
    manager.get("/console/user/add")
    manager.post("/console/user/add", login="host.one", operator_no="host.one", name="收费", org_id=ORG, role_id="3", limit="100")
    manager.get("/console/role/add")
    manager.post("/console/role/add", code="HOST", name="角色", org=ORG, rights="txn.view")
    manager.get("/console/terminal/add")
    manager.post("/console/terminal/add", terminal_no="HOST", org_id=ORG, kind="pos", op_pay="1")
    [(account,)] = platform.sql("SELECT account_id FROM gt_user WHERE login = 'host.one'")
    for amount in ("1", "2", "3", "4"):
        manager.get(f"/console/credit/deposit?id={account}")
        assert manager.post(f"/console/credit/deposit?id={account}", amount=amount, reason="等待").status_code == 303
    user = platform.sql("SELECT id FROM gt_user WHERE login = 'host.one'")[0][0]
    role = platform.sql("SELECT id FROM gt_role WHERE code = 'HOST'")[0][0]
    terminal = platform.sql("SELECT id FROM gt_terminal WHERE terminal_no = 'HOST'")[0][0]
    requests = [f"/console/approval?id={number}" for (number,) in platform.sql("SELECT id FROM gt_approval")]
    with platform.hold("worker", "worker"):
        doubt = Terminal(platform).recharge("3000009003", "12.10")
        assert doubt.ResultClass == "in_doubt"
        yield [f"/console/org?id={manager.org(ORG)}", f"/console/user?id={user}", f"/console/role?id={role}",
               f"/console/terminal?id={terminal}", f"/console/credit/account?id={account}",
               f"/console/txn?id={doubt.TransactionNo}", *requests]


@pytest.fixture(scope="module")
def pages(platform):
    return {path for path, method, *_ in routes(platform) if method == "GET"}


@pytest.fixture(scope="module")
def admin(platform):
    """Who sees everything, with a browser of a hostile name."""
    visitor = Visitor(platform)
    visitor.session.headers["User-Agent"] = packs(200)[0].encode()
    assert visitor.sign_in("admin").status_code == 303
    return visitor


def assert_harmless(page, of):
    assert not intruders(page.text), (of, page.request.body, intruders(page.text))


def send(visitor, form, values):
    """Sends a form as the page has it; the page that comes of it."""
    if form.file:
        return visitor.session.post(visitor.url(form.action), files=[(n, (None, v)) for n, v in values], timeout=30)
    return visitor.session.post(visitor.url(form.action), data=values, timeout=30)


def attempt(visitor, address, action, number, **fields):
    """Opens the page anew, for its token and version, and sends its form with hostile fields; others are good."""
    page = visitor.get(address, follow=True)
    form = next((f for f in forms(page.text) if f.action.split("?")[0] == action), None)
    if not form:
        return None
    values = {name: GOOD[name].format(n=number) for name in form.typed if name in GOOD}
    values.update(OF_A_FORM.get(action, ()))
    values.update(fields)
    return send(visitor, form, form.filled(**values))


@pytest.fixture(scope="module")
def stored(platform, admin, pages, objects):
    """Tries every typed field of every form; what was accepted, as (address of the form, field) and texts."""
    done, numbers = {}, iter(range(1, 10000))
    known = walk(admin, pages, objects)
    addresses = {path: [a for a in objects if a.split("?")[0] == path] or [address] for path, address in known.items()}
    for path in sorted(addresses):
        if path.endswith("/export"):
            continue
        for form in forms(admin.get(addresses[path][0], follow=True).text):
            action = form.action.split("?")[0]
            for field, most in form.typed.items():
                for number, text in enumerate([packs(200)[0]] + (packs(most) if most >= 64 else [])):
                    address = addresses[path][number % len(addresses[path])]
                    page = attempt(admin, address, action, next(numbers), **{field: text})
                    if page is None:  # decided, withdrawn or gone by what was sent before
                        continue
                    assert page.status_code in (200, 404), (action, field, text)
                    assert not intruders(own(page.text)), (action, field, text, intruders(own(page.text)))
                    if page.history or 'class="secret"' in page.text:
                        done.setdefault((action, field), []).append(text)
    return done


def test_every_typed_field_of_every_form_is_tried_and_harmless(stored):
    assert FREE <= set(stored), FREE - set(stored)


def test_what_was_stored_shows_as_text_on_every_page(platform, admin, pages, objects, stored):
    org, role = (platform.sql(f"SELECT MAX(id) FROM {table}")[0][0] for table in ("gt_org", "gt_role"))
    shown = ""
    for address in {**{a: a for a in walk(admin, pages, objects).values()}, f"/console/org?id={org}": 0, f"/console/role?id={role}": 0,
                    "/console/oplog": 0, "/console/orgs?q=HOST-": 0, "/console/approvals?state=refused": 0,
                    "/console/approvals?state=approved": 0, "/console/approvals?state=waiting": 0}:
        if address.split("?")[0].endswith("/export"):
            continue
        page = admin.get(address, follow=True)
        assert page.status_code == 200, address
        assert_harmless(page, address)
        shown += "".join(parse(page.text).itertext())
        shown += "".join(element.get("value", "") for element in elements(parse(page.text), "input", "option"))
    for (action, field), texts in stored.items():
        if (action, field) in FREE:
            assert any(text in shown for text in texts), (action, field, texts)
    assert packs(200)[0][:60] in shown  # the browser's name


def test_what_a_filter_is_given_shows_as_text(admin, pages, objects):
    tried = 0
    for path, address in walk(admin, pages, objects).items():
        fields = [form.typed for form in forms(admin.get(address, follow=True).text, "get")] if "/export" not in path else []
        for names in (*fields, {"id": 200, "q": 200, "name": 200, "org": 200, "after": 200, "sort": 200, "next": 200, "back": 200}):
            page = admin.get(path, params={name: packs(64)[0] for name in names})
            assert page.status_code in (200, 303, 400, 404), (path, page.status_code)
            if "html" in page.headers.get("Content-Type", ""):
                assert_harmless(page, path)
            tried += 1
    assert tried > 60


def test_a_file_of_hostile_lines(admin):
    for kind, code in (("供电所", "HOST-FILE"), ("{0}", "HOST-X"), ("供电所", "{0}")):
        for number, text in enumerate(packs(60)):
            quoted = '"' + text.replace('"', '""') + '"'
            lines = f"类别,编码,名称,上级\n{kind.format(quoted)},{code.format(quoted)}-{number},{quoted},{quoted if 'X' in code else ORG}\n"
            admin.get("/console/import")
            page = admin.session.post(admin.url("/console/import"), data={"token": admin.token()}, timeout=30,
                                      files={"file": (text + ".csv", lines.encode(), "text/csv")})
            assert page.status_code == 200
            assert_harmless(page, "import")
            again = next((f for f in forms(page.text) if ("text", lines) in f.values), None)
            if again:
                assert_harmless(send(admin, again, again.values), "import")


def test_what_terminals_and_marketing_systems_say_shows_as_text(platform, admin):
    terminal, customer = Terminal(platform), fresh("card")
    sale = terminal.recharge(customer, "10.00", card=Card(customer))
    assert sale.ResultCode == 0, sale.ResultText
    remote = fresh("remote")
    first = terminal.recharge(remote, "20.00")
    reason = packs(80)[0]
    back = terminal.call("Reverse", TransactionNo=first.TransactionNo, CustomerNo=remote, Amount="20.00", Reason=reason)
    assert back.ResultCode == 0, back.ResultText
    shown = ""
    for address in (f"/console/txn?id={sale.TransactionNo}", f"/console/txn?id={first.TransactionNo}", "/console/txns",
                    f"/console/txn?id={back.TransactionNo}", f"/console/txn/receipt?id={sale.TransactionNo}",
                    "/console/search?q=" + customer):
        page = admin.get(address, follow=True)
        assert page.status_code == 200
        assert_harmless(page, address)
        shown += "".join(parse(page.text).itertext())
    admin.get("/console/system/test?name=sg186")
    answer = admin.post("/console/system/test?name=sg186", customer_no=customer, follow=True)
    assert_harmless(answer, "system/test")
    shown += "".join(parse(answer.text).itertext())
    for text in (reason, packs(40)[0], packs(40)[1]):
        assert text in shown, text


# --- the cashier page ---


@pytest.fixture(scope="module")
def cashier_pages(platform):
    return {path for path, method, *_ in routes(platform, "cashier.fcgi") if method == "GET" and not path.endswith("/export")}


def try_each_field(visitor, address, action, *unseen, **good):
    """Something hostile in each typed field of a form, and in those that only a script fills in; others are good."""
    form = next(f for f in forms(visitor.get(address, follow=True).text) if f.action.split("?")[0] == action)
    for field in (*form.typed, *unseen):
        for text in packs(form.typed.get(field) or 200)[:3]:
            page = attempt(visitor, address, action, 0, **{**good, field: text})
            if page is not None:
                assert page.status_code in (200, 404) or field in unseen and page.status_code == 400, (action, field, text)
                assert_harmless(page, (action, field))


def sell(visitor, number, amount="5.00"):
    """A sale; gives its number."""
    page = attempt(visitor, f"/cashier?q={number}", "/cashier/sale", 0, amount=amount)
    return re.search(r"/cashier/reverse\?id=(\d+)", page.text).group(1)


def test_a_day_at_the_cashier_page(platform, admin, cashier_pages):
    """An agent's: their slip goes to the bank, so that it has most to type."""
    agent = signed_in(platform, "agent")
    try_each_field(agent, "/cashier", "/cashier/shift/open")
    if 'action="/cashier/shift/open"' in agent.get("/cashier").text:
        attempt(agent, "/cashier", "/cashier/shift/open", 0, float="")
    for kind in ("remote", "bill", "card"):
        address = f"/cashier?q={fresh(kind)}"
        assert packs(40)[1] in "".join(parse(agent.get(address).text).itertext())  # the address, as upstream tells it
        try_each_field(agent, address, "/cashier/sale", "card_no", "card_meter", "card_count", "card_return", "card_random", "bill")
    number, reason = fresh("remote"), packs(60)[0]
    sale = sell(agent, number)
    try_each_field(agent, f"/cashier/reverse?id={sale}", "/cashier/reverse", amount="4.99")
    assert "已冲正" in attempt(agent, f"/cashier/reverse?id={sale}", "/cashier/reverse", 0, amount="5.00", reason=reason).text
    other = sell(agent, number)
    own = walk(agent, cashier_pages, [f"/cashier/done?id={other}", f"/cashier/reverse?id={other}", f"/cashier?q={number}"])
    assert {"/cashier", "/cashier/account", "/cashier/done", "/cashier/last", "/cashier/reverse", "/cashier/shift"} <= set(own)
    for path in cashier_pages:
        for names in ({"q", "id", "trace", "date", "from", "to", "after", "sort", "user", "account"}, {"q"}, {"id"}, {"trace"}):
            page = agent.get(path, params={name: packs(64)[0] for name in names}, follow=True)
            assert page.status_code in (200, 400, 404), (path, page.status_code)
            assert_harmless(page, path)
    close_hostile(agent)
    shown = ""
    for address in (*walk(agent, cashier_pages, own.values()).values(), f"/cashier/done?id={sale}"):
        page = agent.get(address, follow=True)
        assert page.status_code == 200, address
        assert_harmless(page, address)
        shown += "".join(parse(page.text).itertext())
    assert packs(120)[0] in shown and packs(40)[0] in shown, "note of the shift, bank of the slip"
    [(back,)] = platform.sql(f"SELECT reversed_by FROM gt_txn WHERE id = {sale}")
    page = admin.get(f"/console/txn?id={back}")
    assert_harmless(page, "txn")
    assert reason in "".join(parse(page.text).itertext())


def close_hostile(agent):
    """Counts, closes and remits with hostile text wherever one types."""
    try_each_field(agent, "/cashier/shift", "/cashier/shift/count")
    attempt(agent, "/cashier/shift", "/cashier/shift/count", 0, pieces_1="1")
    attempt(agent, "/cashier/shift", "/cashier/shift/close", 0, note=packs(120)[0])
    try_each_field(agent, "/cashier/remit", "/cashier/remit", amount="0.01")
    due = re.search(r'name="amount" value="([\d.,]+)"', agent.get("/cashier/remit").text).group(1)
    page = attempt(agent, "/cashier/remit", "/cashier/remit", 0, amount=due, bank=packs(40)[0], bank_no=packs(40)[1], bank_date="2026-11-22")
    assert page.url.split("?")[0].endswith("/cashier/slip"), page.text
    assert_harmless(page, "slip")


# --- headers ---


def static_files(stack):
    folder = stack.program / "share" / "gridtill" / "static"
    return [f"/static/{p.name}" for p in sorted(folder.iterdir()) if p.is_file()] + [
        "/", "/assets/bootstrap.min.css", "/assets/bootstrap.bundle.min.js", "/assets/chart.min.js"]


def assert_headers(reply, of, personal=True):
    headers = reply.headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].rstrip("; ").split("; "))
    assert policy["default-src"] == "'none'" and policy["frame-ancestors"] == "'none'" and "unsafe" not in str(policy), of
    assert set(policy.get("script-src", "'none'").split()) <= {"'self'", "'none'"}, of
    if "html" in headers.get("Content-Type", ""):
        assert policy["base-uri"] == "'none'" and policy["form-action"] in ("'self'", "'none'"), of
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000"), of
    assert headers["X-Content-Type-Options"] == "nosniff" and headers["X-Frame-Options"] == "DENY", of
    assert headers["Referrer-Policy"] in ("same-origin", "no-referrer"), of
    assert "X-Powered-By" not in headers and not re.search(r"\d", headers.get("Server", "")), of
    if personal:
        assert headers["Cache-Control"] == "no-store", of
    for line in reply.raw.headers.getlist("Set-Cookie"):
        assert line.startswith("__Host-") and {"Path=/", "Secure", "HttpOnly", "SameSite=Strict"} <= set(line.split("; ")), of
        assert "domain=" not in line.lower(), of


def test_headers_are_on_every_reply(platform, admin, pages, objects):
    nobody, kinds = Visitor(platform), set()
    known = walk(admin, pages, objects)
    manager = signed_in(platform, "manager")
    manager.get("/console/account")
    for path, method, *_ in routes(platform) + routes(platform, "cashier.fcgi"):
        for visitor in (nobody, admin, signed_in_cashier(platform)):
            reply = visitor.get(known.get(path, path)) if method == "GET" else visitor.post(path, token="0")
            kinds.add((reply.status_code, reply.headers.get("Content-Type", "").split(";")[0]))
            assert_headers(reply, (path, method))
    assert {(200, "text/html"), (303, ""), (403, "text/html"), (404, "text/html"), (200, "text/csv")} <= kinds | {(303, "")}, kinds
    manager.get("/console/account")
    assert_headers(manager.post("/console/signout"), "signing out")
    assert_headers(nobody.sign_in("manager"), "signing in")


_cashier = {}


def signed_in_cashier(platform):
    if "it" not in _cashier:
        _cashier["it"] = signed_in(platform, "cashier")
    return _cashier["it"]


def test_headers_are_on_files_and_errors(platform):
    one = session(platform)
    for path in static_files(platform):
        reply = one.get(platform.url + path, timeout=10)
        assert reply.status_code == 200, path
        assert_headers(reply, path, personal=False)
    for path, method, status in (("/console/none", "GET", 303), ("/none", "GET", 404), ("/console/orgs", "DELETE", 405),
                                 ("/console/orgs?a=%00", "GET", 400), ("/static/none", "GET", 404), ("/static/sorry/503.html", "GET", 404),
                                 ("/console/signin", "PUT", 405), ("/terminal?wsdl", "GET", 200), ("/healthz", "GET", 200)):
        reply = one.request(method, platform.url + path, timeout=10, allow_redirects=False)
        assert_headers(reply, (path, reply.status_code), personal=path.startswith("/console"))
    big = one.post(platform.url + "/console/signin", data="a" * 9_000_000, timeout=30)
    assert big.status_code == 413
    assert_headers(big, "413")
