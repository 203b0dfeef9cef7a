"""Remittance in the console: from the cashier's slip to the bank, through the right hands only, with its pictures."""

import html
import re

import pytest

import books
from console import signed_in
from slips import cashier_slip, colleague, key, png
from stack import ORG

def state(stack, slip):
    return int(stack.sql(f"SELECT state FROM gt_slip WHERE id = {slip}")[0][0])


@pytest.fixture(scope="module")
def manager(stack):
    return signed_in(stack, "manager")


def test_a_slip_goes_up_to_the_bank(stack, manager):
    teller, slip = cashier_slip(stack)
    manager.get("/console/remit?view=receive")
    assert f"/console/remit/slip?id={slip}" in manager.page.text
    manager.get(f"/console/remit/slip?id={slip}")
    assert "待接收" in manager.text() and "¥120.00" in manager.text() and "尚未入账" in manager.text()
    name = re.search(r"(teller\d+-J1)", manager.page.text).group(1)
    assert manager.get(f"/console/search?q={name}").headers["Location"] == f"/console/remit/slip?id={slip}"
    manager.get(f"/console/remit/receive?id={slip}")
    token = manager.token()
    for _ in range(2):  # a second click
        assert manager.post(f"/console/remit/receive?id={slip}", token=token).status_code == 303
    manager.get(f"/console/remit/slip?id={slip}")
    assert "已接收" in manager.text() and "保险柜" in manager.text() and "收费现金" in manager.text()
    # To its entries in the ledger, to the posting, and back.
    link = html.unescape(re.search(r'href="(/console/ledger/entries\?code=cash[^"]+)"', manager.page.text).group(1))
    [(posting,)] = stack.sql(f"SELECT id FROM gt_posting WHERE kind = 9 AND of_id = {slip}")
    assert f"/console/posting?id={posting}" in manager.get(link).text
    page = manager.get(f"/console/posting?id={posting}").text
    assert f'href="/console/remit/slip?id={slip}"' in page and name in page
    # The station's safe goes to the county, and this to the bank.
    station, county = manager.org(ORG), manager.org("DEMO-COUNTY")
    slips = []
    for org in (station, county):
        manager.get("/console/remit/safes")
        assert f"/console/remit/send?id={org}" in manager.page.text
        manager.get(f"/console/remit/send?id={org}")
        due = re.search(r'name="amount" value="([\d.]+)"', manager.page.text).group(1)
        form = dict(key=key(manager), token=manager.token(), amount=due)
        places = {manager.post(f"/console/remit/send?id={org}", **form).headers["Location"] for _ in range(2)}
        assert len(places) == 1
        slips.append(re.search(r"id=(\d+)", places.pop()).group(1))
        if org == station:
            other = colleague(stack, "manager", "DEMO-COUNTY")
            other.get(f"/console/remit/receive?id={slips[0]}")
            assert other.post(f"/console/remit/receive?id={slips[0]}").status_code == 303
    top = signed_in(stack, "admin")
    last = slips[1]
    top.get(f"/console/remit/receive?id={last}")
    assert top.post(f"/console/remit/receive?id={last}").status_code == 303
    top.get("/console/remit?view=bank")
    assert f"/console/remit/slip?id={last}" in top.page.text
    top.get(f"/console/remit/bank?id={last}")
    form = dict(token=top.token(), bank="建设银行", bank_no="B-77", bank_date="2026-11-22")
    assert "与解缴金额不符" in top.post(f"/console/remit/bank?id={last}", amount="0.01", **form).text
    assert top.post(f"/console/remit/bank?id={last}", amount=due, **form).status_code == 303
    assert state(stack, last) == 3
    top.get(f"/console/remit/slip?id={last}")
    assert "已到账" in top.text() and "B-77" in top.text() and "银行存款" in top.text()
    books.assert_agree(stack)


def test_nobody_confirms_their_own(stack):
    """By page and by forged request: the maker of a safe's slip who may confirm at the receiver, too."""
    _, slip = cashier_slip(stack)
    maker = colleague(stack, "manager", "DEMO-COUNTY")
    maker.get(f"/console/remit/receive?id={slip}")
    assert maker.post(f"/console/remit/receive?id={slip}").status_code == 303
    station = maker.org(ORG)
    maker.get(f"/console/remit/send?id={station}")
    due = re.search(r'name="amount" value="([\d.]+)"', maker.page.text).group(1)
    own = re.search(r"id=(\d+)", maker.post(f"/console/remit/send?id={station}", key=key(maker),
                                            amount=due).headers["Location"]).group(1)
    maker.get(f"/console/remit/slip?id={own}")
    assert "不能确认自己的解缴单" in maker.text() and f"/console/remit/receive?id={own}" not in maker.page.text
    maker.get("/console/remit")
    token = maker.token()
    for path, more in (("receive", {}), ("return", {"reason": "退"})):
        reply = maker.post(f"/console/remit/{path}?id={own}", token=token, **more)
        assert reply.status_code == 200 and "不能确认自己的解缴单" in maker.text()
    assert state(stack, own) == 1
    other = colleague(stack, "manager", "DEMO-COUNTY")
    other.get(f"/console/remit/return?id={own}")
    assert "请填写此项" in other.post(f"/console/remit/return?id={own}").text
    assert other.post(f"/console/remit/return?id={own}", token=other.token(), reason="金额不符").status_code == 303
    other.get(f"/console/remit/slip?id={own}")
    assert "已退回" in other.text() and "金额不符" in other.text()
    assert "已退回" in other.post(f"/console/remit/receive?id={own}", token=token_of(other)).text
    # What was returned waits again, and goes with the next slip, another person's.
    other.get(f"/console/remit/send?id={station}")
    reply = other.post(f"/console/remit/send?id={station}", key=key(other), amount=due)
    again = re.search(r"id=(\d+)", reply.headers["Location"]).group(1)
    maker.get(f"/console/remit/receive?id={again}")
    assert maker.post(f"/console/remit/receive?id={again}").status_code == 303
    books.assert_agree(stack)


def token_of(visitor):
    visitor.get("/console/remit")
    return visitor.token()


def test_pictures_lie_beside_the_slip(stack, manager):
    teller, slip = cashier_slip(stack)
    picture = png(slip)

    def send(visitor, name, data, token=None):
        visitor.get(f"/console/remit/attach?id={slip}")
        return visitor.session.post(visitor.url(f"/console/remit/attach?id={slip}"), timeout=30, allow_redirects=False,
                                    data={"token": visitor.token() if token is None else token},
                                    files={"file": (name, data, "image/png")})

    for name, data, said in (("a.html", b"<script>alert(1)</script>", "只收 PNG"), ("a.png", picture[:-1], "只收 PNG"),
                             ("a.png", b"", "请选择文件"), ("a.png", png("x" * (2 * 1024 * 1024)), "文件最大 2 MB")):
        assert said in send(manager, name, data).text
    assert send(manager, "a.png", b"\0" * (3 * 1024 * 1024)).status_code == 413
    assert send(manager, "a.png", picture, token="").status_code == 403
    for _ in range(2):
        assert send(manager, "<b>回单.png", picture).status_code == 303
    page = manager.get(f"/console/remit/slip?id={slip}")
    links = re.findall(r'<img src="(/console/remit/picture\?[^"]+)"', page.text)
    assert len(links) == 1 and "&lt;b&gt;回单.png" in page.text and "上传影像" in manager.text()
    link = links[0].replace("&amp;", "&")
    reply = manager.get(link)
    assert reply.content == picture and reply.headers["Content-Type"] == "image/png"
    assert reply.headers["X-Content-Type-Options"] == "nosniff" and "no-store" in reply.headers["Cache-Control"]
    assert reply.headers["Content-Disposition"].startswith("inline; ") and "script-src 'self'" in reply.headers["Content-Security-Policy"]
    paper = b"%PDF-1.4\n" + slip.encode() + b"\n%%EOF\n"
    assert send(manager, "回单.pdf", paper).status_code == 303
    page = manager.get(f"/console/remit/slip?id={slip}")
    file = re.findall(r"/picture\?id=(\d+)", page.text)[-1]
    assert manager.get(f"/console/remit/picture?id={file}").headers["Content-Disposition"].startswith("attachment; ")
    assert teller.get(link).status_code == 403
    books.assert_agree(stack)


def test_a_foreign_slip_is_like_none(stack):
    _, slip = cashier_slip(stack)
    [(top,)] = stack.sql("SELECT code FROM gt_org WHERE parent_id = 0")
    stack.gridtill("org", "add", f"FAR-{slip}", "远县", "--kind", "county", "--below", top)
    far = colleague(stack, "manager", f"FAR-{slip}")
    far.get("/console/remit")
    assert f"id={slip}" not in far.page.text
    token = far.token()
    for path in ("slip", "receive", "return", "bank", "attach"):
        mine, none = far.get(f"/console/remit/{path}?id={slip}"), far.get(f"/console/remit/{path}?id=999999999")
        assert mine.status_code == none.status_code == 404
    for path in ("receive", "return", "bank"):
        assert far.post(f"/console/remit/{path}?id={slip}", token=token, reason="x").status_code == 404
    assert far.get(f"/console/remit/send?id={signed_in(stack, 'admin').org(ORG)}").status_code == 404
    assert state(stack, slip) == 1


def test_the_list_is_filtered_and_taken_away(stack, manager):
    _, slip = cashier_slip(stack, "77")
    name = re.search(r"teller\d+-J1", manager.get(f"/console/remit/slip?id={slip}").text).group(0)
    manager.get(f"/console/remit?q={name}")
    assert "¥77.00" in manager.text() and manager.page.text.count("/console/remit/slip?id=") == 1
    for query, there in (("state=submitted", True), ("state=banked", False), ("kind=cashier", True), ("kind=agent", False),
                         (f"org={ORG}", True), ("from=2099-01-01", False), ("view=made", False)):
        manager.get(f"/console/remit?{query}")
        assert (f"slip?id={slip}\"" in manager.page.text) == there, query
    number = name.split("-")[0]
    [(foreign,)] = stack.sql("SELECT operator_no FROM gt_user WHERE login = 'admin'")
    for text, there in ((number, True), (name + "9", False), (foreign, False), ("没有这样的", False), ("%", False)):
        manager.get("/console/remit", params={"q": text})
        assert (f"slip?id={slip}\"" in manager.page.text) == there, text
    file = manager.get(f"/console/remit/export?q={name}")
    assert file.headers["Content-Type"].startswith("text/csv") and name in file.text and "77.00" in file.text
    assert manager.get("/console/remit/export?from=never").status_code == 400


def test_who_made_a_slip_puts_pictures_beside_it(stack, manager):
    teller, slip = cashier_slip(stack)
    other, _ = cashier_slip(stack)
    picture = png("of " + slip)

    def send(visitor, data):
        visitor.get("/cashier/remit")
        return visitor.session.post(visitor.url(f"/cashier/slip/attach?id={slip}"), timeout=30, allow_redirects=False,
                                    data={"token": visitor.token()}, files={"file": ("回单.png", data, "image/png")})

    assert send(other, picture).status_code == 404
    for data, said in ((b"", "请选择文件"), (b"<script>", "只收 PNG"), (picture, "影像已上传")):
        teller.get(send(teller, data).headers["Location"])
        assert said in teller.text()
    refused = send(teller, b"\0" * (2 * 1024 * 1024 + 128 * 1024))
    assert refused.status_code == 413 and refused.elapsed.total_seconds() < 10  # no time limit has to end it
    link = re.search(r'<img src="(/cashier/slip/picture\?id=\d+)"', teller.get(f"/cashier/slip?id={slip}").text).group(1)
    reply = teller.get(link)
    assert reply.content == picture and reply.headers["Content-Type"] == "image/png"
    assert other.get(link).status_code == 404
    assert "回单.png" in manager.get(f"/console/remit/slip?id={slip}").text
    books.assert_agree(stack)
