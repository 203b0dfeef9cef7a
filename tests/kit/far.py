"""A county that the demo's manager does not manage, with a station, a cashier, a terminal and a manager of its own."""

from console import Visitor
from page import fill_in
from terminal import Terminal, fresh

TERMINAL, SECRET, OPERATOR, MANAGER, PASSWORD = "T-FAR-1", "far-secret-1", "990001", "far.manager", "GridTill-far-2"


def far_county(stack):
    """Makes it, once a platform."""
    if stack.sql("SELECT id FROM gt_org WHERE code = 'FAR-COUNTY'"):
        return
    [(bureau,)] = stack.sql("SELECT code FROM gt_org WHERE parent_id = 0")
    stack.gridtill("org", "add", "FAR-COUNTY", "远山县公司", "--below", bureau, "--kind", "county")
    stack.gridtill("org", "add", "FAR-STATION", "远山供电所", "--below", "FAR-COUNTY", "--kind", "station")
    stack.gridtill("user", "add", "far.cashier", "远收费", "--org", "FAR-STATION", "--operator", OPERATOR, "--role", "cashier",
                   "--limit", "10000", "--password-stdin", given="GridTill-far-1\n")
    stack.gridtill("user", "add", MANAGER, "远经理", "--org", "FAR-COUNTY", "--operator", "990008", "--role", "manager",
                   "--password-stdin", given="GridTill-far-1\n")
    stack.gridtill("terminal", "add", TERMINAL, "--org", "FAR-STATION", "--kind", "pos", "--secret-stdin", given=SECRET + "\n")
    visitor = Visitor(stack)
    visitor.sign_in(MANAGER, "GridTill-far-1")
    visitor.get("/console/password")
    visitor.post("/console/password", old="GridTill-far-1", password=PASSWORD, again=PASSWORD)


def far_sale(stack, amount="5.00"):
    """A recharge there; gives the reply."""
    far_county(stack)
    reply = Terminal(stack, TERMINAL, SECRET, OPERATOR).recharge(fresh("remote"), amount)
    assert reply.ResultCode == 0, reply.ResultText
    return reply


def far_day(stack):
    """A cashier's day there, once a platform: a shift with a sale, counted, closed and remitted; and a route to read."""
    far_county(stack)
    if stack.sql("SELECT s.id FROM gt_shift s JOIN gt_user u ON u.id = s.user_id WHERE u.login = 'far.cashier'"):
        return
    visitor = Visitor(stack)
    visitor.sign_in("far.cashier", "GridTill-far-1")
    fill_in(visitor, "/console/password", "/console/password", old="GridTill-far-1", password=PASSWORD, again=PASSWORD)
    fill_in(visitor, "/cashier/readings", "/cashier/readings", route="R0199")
    fill_in(visitor, "/cashier", "/cashier/shift/open")
    fill_in(visitor, f"/cashier?q={fresh('remote')}", "/cashier/sale", amount="5.00")
    fill_in(visitor, "/cashier/shift", "/cashier/shift/count", pieces_500="1")
    fill_in(visitor, "/cashier/shift", "/cashier/shift/close")
    page = fill_in(visitor, "/cashier/remit", "/cashier/remit")
    assert "/cashier/slip?id=" in page.url, page.text
