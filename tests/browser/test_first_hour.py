"""The first hour of a new bureau in Chromium: from a county that is not there to its first recharge; then every page
of the routing table as every role."""

import re

import pytest

from console import PASSWORD, Visitor, rights_of, routes, signed_in, walk
from terminal import Terminal, fresh, money

OWN_PASSWORD = "GridTill-mine-1"
READING = ("org.view", "user.view", "role.view", "credit.view", "terminal.view", "param.view", "txn.view", "approval.view",
           "stats.view")


def fill(browser, path, choices=(), **fields):
    """Opens a form, fills it in and sends it."""
    browser.go(path)
    for name, value in choices:
        browser.choose(name, value)
    for name, text in fields.items():
        browser.type(name, text)
    browser.press()
    assert not browser.all(".alert-danger, .is-invalid"), browser.says()


def find(browser, text):
    """Types into the search box above, as a person who has a number."""
    browser.go("/console")
    browser.type_above(text)
    return browser.path()


def number_of(browser):
    return re.search(r"[?&]id=(\d+)", browser.path()).group(1)


def add_below(browser, above, code, name, kind):
    assert find(browser, above).startswith("/console/org?id=")
    fill(browser, browser.path().replace("/org?", "/org/add?"), [("kind", kind)], code=code, name=name)
    assert name in browser.says()


def add_user(browser, login, name, org, role, **more):
    """Gives the first password, which is shown this once."""
    fill(browser, "/console/user/add", [("role_id", role)] if role else (), login=login, operator_no=login, name=name,
         org_id=org, **more)
    return browser.one(".secret .number").text


def sign_in_first(browser, login, password):
    """The first sign-in: nothing else can be done before the password is changed."""
    browser.begin(browser.language)
    browser.sign_in(login, password)
    assert browser.path() == "/console/password"
    browser.go("/console/orgs")
    assert browser.path() == "/console/password" and not browser.all("#menu")
    for name, text in (("old", password), ("password", OWN_PASSWORD), ("again", OWN_PASSWORD)):
        browser.type(name, text)
    browser.press()
    assert browser.all("#menu")


def today(browser):
    """Money and count of today on the dashboard."""
    browser.go("/console/dashboard")
    taken, count = (browser.one(f'[aria-labelledby="{tile}"] .big').text for tile in ("t-money", "t-count"))
    taken, count = (re.search(r"[\d,.]+", text).group(0).replace(",", "") for text in (taken, count))
    return money(taken), int(count)


def test_the_first_hour_from_no_county_to_the_first_recharge(stack, alone):
    browser = alone
    # The administrator: the tree, a manager, and a role made of rights.
    browser.sign_in("admin", PASSWORD)
    bureau = stack.sql("SELECT code FROM gt_org WHERE parent_id = 0")[0][0]
    add_below(browser, bureau, "HOUR", "河口县公司", "county")
    add_below(browser, "HOUR", "HOUR-S", "河口供电所", "station")
    add_below(browser, "HOUR-S", "HOUR-A", "河口便民店", "agent")
    first = add_user(browser, "hour.manager", "何经理", "HOUR", "2")
    browser.go("/console/role/add")
    browser.type("name", "额度审批人")
    browser.type("code", "HOUR-APPROVER")
    browser.type("org", "HOUR")
    for right in ("credit.view", "credit.approve", "approval.view"):
        browser.one(f'[id="r-{right}"]').click()
    browser.press()
    role = number_of(browser)
    before = today(browser)

    # The manager, whose first password is good for one thing; a cashier, and credit that two persons give.
    sign_in_first(browser, "hour.manager", first)
    assert today(browser) == (0, 0)
    add_user(browser, "hour.cashier", "何收费", "HOUR-S", "3", limit="20000")
    [(account,)] = stack.sql("SELECT account_id FROM gt_user WHERE login = 'hour.cashier'")
    fill(browser, f"/console/credit/limit?id={account}", credit="250000", reason="新设营业厅")
    assert "¥20,000.00 → ¥250,000.00" in browser.says() and "已提交审批" in browser.says()
    browser.go("/console/approvals")
    browser.leave(browser.one('tbody a[href*="/approval?"]'))
    request = browser.path()
    assert "只能由他人审批" in browser.says() and not browser.all('[name="decision"]')

    # The second person: holds nothing until the administrator grants the role.
    browser.begin("zh")
    browser.sign_in("admin", PASSWORD)
    first = add_user(browser, "hour.second", "何审批", "HOUR", None)
    find(browser, "hour.second")
    fill(browser, browser.path().replace("/user?", "/user/grant?"), [("role_id", role)], org="HOUR")
    assert "额度审批人" in browser.says()
    sign_in_first(browser, "hour.second", first)
    browser.go("/console/approvals")
    browser.leave(browser.one(f'tbody a[href="{request}"]'))
    browser.leave(browser.one('[name="decision"][value="approve"]'))
    assert "已批准" in browser.says()
    assert [int(n) for n in stack.sql(f"SELECT credit_limit FROM gt_account WHERE id = {account}")[0]] == [25000000]

    # The manager again: a terminal, its secret, its operator.
    browser.begin("zh")
    browser.sign_in("hour.manager", OWN_PASSWORD)
    fill(browser, "/console/terminal/add", [("kind", "pos")], terminal_no="HOUR-T1", org_id="HOUR-S")
    secret = browser.one(".secret .number").text
    browser.leave(browser.one("main p a.btn-main"))
    assert secret not in browser.source()
    fill(browser, browser.path().replace("/terminal?", "/terminal/bind?"), user_id="hour.cashier")
    assert "何收费" in browser.says()

    # The first recharge, by this terminal and this operator, and by no other.
    assert Terminal(stack, "HOUR-T1", secret, "900001").recharge(fresh("remote"), "1.00").ResultCode != 0
    customer = fresh("remote")
    sale = Terminal(stack, "HOUR-T1", secret, "hour.cashier").recharge(customer, "123.40")
    assert sale.ResultCode == 0, sale.ResultText
    assert today(browser) == (money("123.40"), 1)
    for text in (str(sale.TransactionNo), sale.ReceiptNo):
        assert find(browser, text) == f"/console/txn?id={sale.TransactionNo}"
    find(browser, customer)
    assert browser.all(f'main a[href="/console/txn?id={sale.TransactionNo}"]') or \
        browser.path() == f"/console/txn?id={sale.TransactionNo}"
    assert find(browser, "HOUR-T1").startswith("/console/terminal?id=") and "何收费" in browser.says()
    browser.go("/console/txns?terminal=HOUR-T1")
    assert [a.get_attribute("href").split("id=")[1] for a in browser.all('tbody a[href*="/txn?id="]')] == [
        str(sale.TransactionNo)]
    its_page(browser, sale)
    browser.begin("zh")
    browser.sign_in("admin", PASSWORD)
    assert today(browser) == (before[0] + money("123.40"), before[1] + 1)


def its_page(browser, sale):
    """Three legs, events from the intent to the outcome, entries that balance, the receipt."""
    browser.go(f"/console/txn?id={sale.TransactionNo}")
    assert [leg.text.split("\n")[1] for leg in browser.all(".legs .leg")] == ["成功", "已受理", "不写卡"]
    entries = [[cell.text for cell in row.find_elements("css selector", "td")] for row in
               browser.all('[aria-labelledby="s-entries"] tbody tr')]
    assert [row[2] for row in entries if row[2]] == ["¥123.40"] and [row[3] for row in entries if row[3]] == ["¥123.40"]
    assert len(browser.all('[aria-labelledby="s-events"] tbody tr')) == 2
    assert sale.ReceiptNo in browser.one(".receipt").text and "河口供电所" in browser.says()


# --- every page as every role ---


@pytest.fixture(scope="module")
def people(stack):
    """Who asks: built-in roles, one made of rights to read, and one who holds nothing."""
    admin = signed_in(stack, "admin")
    admin.get("/console/role/add")
    admin.post("/console/role/add", code="PAGES-AUDITOR", name="稽核员", org="DEMO-COUNTY", rights=READING)
    [(role,)] = stack.sql("SELECT id FROM gt_role WHERE code = 'PAGES-AUDITOR'")
    for login, number in (("pages.auditor", role), ("pages.nobody", "3")):
        first = admin_adds(admin, login, number)
        visitor = Visitor(stack)
        visitor.sign_in(login, first)
        visitor.get("/console/password")
        assert visitor.post("/console/password", old=first, password=OWN_PASSWORD, again=OWN_PASSWORD).status_code == 303
        visitor.get("/console/enrol")
        visitor.post("/console/enrol")
    [(grant,)] = stack.sql("SELECT g.id FROM gt_grant g JOIN gt_user u ON u.id = g.user_id WHERE u.login = 'pages.nobody'")
    admin.get(f"/console/grant/take?id={grant}")
    assert admin.post(f"/console/grant/take?id={grant}").status_code == 303
    return {"admin": (PASSWORD, rights_of(stack, "admin")), "manager": (PASSWORD, rights_of(stack, "manager")),
            "pages.auditor": (OWN_PASSWORD, set(READING)), "pages.nobody": (OWN_PASSWORD, set())}


def admin_adds(admin, login, role):
    admin.get("/console/user/add")
    admin.post("/console/user/add", login=login, operator_no=login, name="走查员", org_id="DEMO-COUNTY", role_id=str(role))
    return re.search(r'class="secret">[^<]*<span class="number">([^<]+)', admin.page.text).group(1)


@pytest.fixture(scope="module")
def objects(stack, people):
    """What has to be there for every page to be met: a sale, one in doubt, a request that waits, a role of the manager's,
    somebody with one-time codes.  Gives the addresses of those that are not the first of their kind."""
    manager = signed_in(stack, "manager")
    [(account,)] = stack.sql("SELECT account_id FROM gt_user WHERE login = 'cashier'")
    manager.get(f"/console/credit/deposit?id={account}")
    assert manager.post(f"/console/credit/deposit?id={account}", amount="1", reason="走查").status_code == 303
    manager.get("/console/role/add")
    assert manager.post("/console/role/add", code="PAGES-OWN", name="走查角色", org="DEMO-COUNTY",
                        rights=("txn.view",)).status_code == 303
    manager.get("/console/terminal/add")
    manager.post("/console/terminal/add", terminal_no="PAGES-T", org_id="DEMO-STATION", kind="pos", op_recharge="1")
    [(bound,)] = stack.sql("SELECT id FROM gt_terminal WHERE terminal_no = 'PAGES-T'")
    manager.get(f"/console/terminal/bind?id={bound}")
    assert manager.post(f"/console/terminal/bind?id={bound}", user_id="900001").status_code == 303
    terminal = Terminal(stack)
    sale = terminal.recharge(fresh("remote"), "12.00")
    assert sale.ResultCode == 0
    user, role = (stack.sql(f"SELECT id FROM {table}")[0][0] for table in
                  ("gt_user WHERE login = 'pages.auditor'", "gt_role WHERE code = 'PAGES-OWN'"))
    with stack.hold("worker", "worker"):
        doubt = terminal.recharge("3000009003", "12.10")
        assert doubt.ResultClass == "in_doubt"
        yield [f"/console/user?id={user}", f"/console/role?id={role}", f"/console/terminal?id={bound}",
               f"/console/txn?id={doubt.TransactionNo}", f"/console/txn?id={sale.TransactionNo}"]


# Pages of objects that another test makes, and walks: test_differences, test_remit, test_closing, test_refunds.
ELSEWHERE = ("/console/item", "/console/remit/", "/console/day", "/console/refund")


@pytest.fixture(scope="module")
def addresses(stack, objects):
    """An address of each page, as links lead there: every page of an object is linked from somewhere."""
    pages = {path: kind for path, method, _, _, _, kind in routes(stack) if method == "GET"}
    known = {}
    for login in ("admin", "manager"):
        known.update(walk(signed_in(stack, login), pages, objects))
    assert {path for path in pages if path not in known and pages[path] != "-" and not path.startswith(ELSEWHERE)} == set()
    return {path: known.get(path, path) for path in pages}


def skeleton(source):
    """A page without what differs between two visits."""
    return re.sub(r"\b[0-9a-f]{32,}\b|\d+", "", source.split("<main")[-1])


@pytest.fixture(scope="module")
def judged():
    return set()


@pytest.mark.parametrize("login", ["admin", "manager", "pages.auditor", "pages.nobody"])
def test_each_page_as_each_role(stack, alone, people, objects, addresses, judged, login):
    """What one may see is there, also where no link leads one; all else is refused, and is not in the menu."""
    browser, (password, rights) = alone, people[login]
    browser.sign_in(login, password)
    visitor = signed_in(stack, login, password)
    menu = set(re.findall(r'<li><a href="([^"]+)"', visitor.get("/console", follow=True).text))
    own = walk(visitor, addresses, objects)
    refused = set()
    for path, method, right, *_ in routes(stack):
        if method != "GET":
            continue
        may = right in ("open", "signed") or right in rights
        address = own.get(path, addresses[path])
        if may and "attachment" in visitor.get(address).headers.get("Content-Disposition", ""):
            continue
        browser.go(address)
        status = browser.driver.execute_script("return performance.getEntriesByType('navigation')[0].responseStatus")
        assert status in ((200,) if path in own else (200, 404) if may else (403,)), (path, login)
        assert browser.all("main h1") and (status == 200) == (not browser.all(".error-status"))
        if not may:
            refused.add(path)
        shape = skeleton(browser.source())
        if shape not in judged:
            judged.add(shape)
            browser.judge(f"role-{login}-{path.removeprefix('/console').strip('/').replace('/', '-') or 'first'}")
    assert not refused & (menu | set(own)) and bool(refused) == (login != "admin")
