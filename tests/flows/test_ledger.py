"""The ledger in the console: a trial balance that is even, its entries, postings, and one account's."""

import re

import pytest

import far
from console import Visitor, figures, signed_in
from terminal import Terminal, fresh


@pytest.fixture
def manager(stack):
    return signed_in(stack, "manager")


def sold(stack, amount="12.34"):
    reply = Terminal(stack).recharge(fresh("remote"), amount)
    assert reply.ResultCode == 0
    return reply.TransactionNo


def row(visitor, name):
    """The cells of a line of a table."""
    found = re.search(rf'<tr><th scope="row"><a [^>]*>{name}\s*</a></th>(.*?)</tr>', visitor.page.text)
    return [cell.replace(",", "") for cell in re.findall(r"<td[^>]*>([^<]*)</td>", found.group(1))] if found else None


def test_the_trial_balance_is_even_and_leads_to_its_entries(stack, manager):
    manager.get("/console/ledger")
    before = row(manager, "现金")
    sale = sold(stack)
    manager.get("/console/ledger")
    assert "借贷平衡" in manager.text()
    after = row(manager, "现金")
    assert round(float(after[2]) - float((before or ["", "", "0"])[2] or 0), 2) == 12.34
    link = re.search(r'href="(/console/ledger/entries\?code=cash[^"]*)"', manager.page.text).group(1).replace("&amp;", "&")
    while f"/console/posting?id={sale}" not in manager.get(link).text:  # page by page
        link = re.search(r'href="([^"]*)" rel="next"', manager.page.text).group(1).replace("&amp;", "&")
    assert "收费" in manager.text()
    manager.get(f"/console/posting?id={sale}")
    assert "应付营销系统 sg186" in manager.text() and manager.text().count("12.34") >= 4
    assert f"/console/txn?id={sale}" in manager.page.text
    assert f"/console/posting?id={sale}" in manager.get(f"/console/txn?id={sale}").text


def test_an_account_has_its_own_lines_and_statement(stack, manager):
    sold(stack)
    [(account,)] = stack.sql("SELECT account_id FROM gt_user WHERE operator_no = '900001'")
    manager.get(f"/console/ledger/account?id={account}")
    assert row(manager, "现金") and "对账单" in manager.text() and "王收费" in manager.text()
    file = manager.get(f"/console/ledger/account/export?id={account}")
    assert file.status_code == 200 and "未解缴" in file.content.decode("utf-8-sig").splitlines()[0]


def test_accounts_are_found_and_lead_to_their_lines(stack, manager):
    sold(stack)
    [(account, unremitted)] = stack.sql("SELECT a.id, a.unremitted FROM gt_account a JOIN gt_user u ON u.account_id = a.id "
                                        "WHERE u.operator_no = '900001'")
    manager.get("/console/ledger/accounts?q=900001")
    assert f"/console/ledger/account?id={account}" in manager.page.text
    assert f"{int(unremitted) / 100:,.2f}" in manager.text()
    assert "没有符合条件的记录" in manager.get("/console/ledger/accounts?q=no-such-one").text
    lines = manager.get("/console/ledger/accounts/export").content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("账户,") and any("900001" in line for line in lines)


def test_files_say_what_the_pages_say(stack, manager):
    sold(stack)
    lines = manager.get("/console/ledger/export").content.decode("utf-8-sig").splitlines()
    assert lines[0].split(",")[0] == "科目"
    sums = [sum(float(line.rsplit(",", 4)[i]) for line in lines[1:]) for i in (2, 3)]
    assert abs(sums[0] - sums[1]) < 0.005
    today = str(figures(stack, "SELECT biz_date FROM gt_state")[0])
    [(below,)] = stack.sql("SELECT path FROM gt_org WHERE code = 'DEMO-COUNTY'")
    count = figures(stack, "SELECT SUM(b.entries) FROM gt_balance b JOIN gt_account a ON a.id = b.account_id "
                           f"JOIN gt_org o ON o.id = a.org_id AND o.path LIKE '{below}%' "
                           f"WHERE b.code = 'cash' AND b.biz_date = {today}")[0]
    lines = manager.get("/console/ledger/entries/export?code=cash").content.decode("utf-8-sig").splitlines()
    assert len(lines) == count + 1
    assert manager.get("/console/ledger/entries/export?code=cash&as=xlsx").content[:2] == b"PK"


def test_wrong_filters_are_told(manager):
    assert "起止营业日不正确" in manager.get("/console/ledger?from=2026-12-02&to=2026-12-01").text
    assert "起止营业日不正确" in manager.get("/console/ledger?from=2020-01-01").text
    assert manager.get("/console/ledger?from=yesterday").status_code == 200
    assert "没有这个机构" in manager.get("/console/ledger?org=NO-SUCH").text or "NO-SUCH" in manager.page.text
    assert manager.get("/console/ledger/entries?code=cash&after=x-y").status_code == 200
    assert manager.get("/console/ledger/entries?code=%27;--").status_code == 200


def test_what_is_foreign_answers_like_nothing(stack, manager):
    far.far_county(stack)
    sale = far.far_sale(stack, "7.00")
    number = re.sub(r"\D", "", str(sale.TransactionNo))
    [(posting, account)] = stack.sql(f"SELECT id, account_id FROM gt_posting WHERE id = {number}")
    other = signed_in(stack, far.MANAGER, far.PASSWORD)
    assert other.get(f"/console/posting?id={posting}").status_code == 200, sale
    assert manager.get(f"/console/posting?id={posting}").status_code == 404
    assert manager.get("/console/posting?id=1").status_code == 404
    assert manager.get(f"/console/ledger/account?id={account}").status_code == 404
    assert manager.get(f"/console/ledger/entries?code=cash&keeper={account}").text.count("/console/posting?id=") == 0
    mine = int(stack.sql("SELECT account_id FROM gt_user WHERE operator_no = '900001'")[0][0])
    assert other.get(f"/console/ledger/account?id={mine}").status_code == 404
    assert all(f"keeper={mine}" not in line for line in other.get("/console/ledger/entries?code=cash").text.splitlines())
    assert signed_in(stack, "cashier").get("/console/ledger").status_code in (403, 404)


def test_who_sees_two_places_is_asked_which(stack):
    far.far_county(stack)
    sold(stack)
    far.far_sale(stack, "7.00")
    stack.gridtill("user", "add", "two.places", "两处会计", "--org", "DEMO-COUNTY", "--operator", "two.places", "--role", "manager",
                   "--password-stdin", given="GridTill-first-1\n")
    [(user,)], [(role,)] = (stack.sql(f"SELECT id FROM {what}") for what in ("gt_user WHERE login = 'two.places'",
                                                                            "gt_role WHERE code = 'manager'"))
    admin = signed_in(stack, "admin")
    admin.get(f"/console/user/grant?id={user}")
    assert admin.post(f"/console/user/grant?id={user}", role_id=role, org="FAR-COUNTY").status_code == 303
    two = Visitor(stack)
    two.sign_in("two.places", "GridTill-first-1")
    two.get("/console/password")
    two.post("/console/password", old="GridTill-first-1", password=far.PASSWORD, again=far.PASSWORD)
    assert "请填写其中一处的编码" in two.get("/console/ledger/entries?code=cash").text
    assert "/console/posting?id=" not in two.page.text
    assert two.get("/console/ledger/entries/export?code=cash").status_code == 400
    for org in ("DEMO-COUNTY", "FAR-COUNTY"):
        assert "/console/posting?id=" in two.get(f"/console/ledger/entries?code=cash&org={org}").text
        assert "请填写其中一处的编码" not in two.page.text
