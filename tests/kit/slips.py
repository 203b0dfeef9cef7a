"""Remittance slips for tests: people who make them and confirm them, and pictures to put beside them."""

import itertools
import re
import struct
import zlib

from console import PASSWORD, signed_in
from stack import ORG
from terminal import fresh

_numbers = itertools.count(1)


def png(comment):
    """A picture of one pixel that nobody has sent yet."""
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\0")) +
            chunk(b"tEXt", comment.encode()) + chunk(b"IEND", b""))


def key(visitor):
    return re.search(r'name="key" value="(\d+)"', visitor.page.text).group(1)


def colleague(stack, role, org):
    """Somebody new with a role at an organisation, signed in."""
    login = f"remit{next(_numbers)}"
    stack.gridtill("user", "add", login, "对账员", "--org", org, "--operator", login, "--role", role, "--password-stdin",
                   given="GridTill-test-1\n")
    person = signed_in(stack, login, "GridTill-test-1")
    person.get("/console/password")
    person.post("/console/password", old="GridTill-test-1", password=PASSWORD, again=PASSWORD)
    return person


def teller(stack, org=ORG):
    """A new cashier, signed in, and the login."""
    login = f"teller{next(_numbers)}"
    stack.gridtill("user", "add", login, "收费", "--org", org, "--operator", login, "--role", "cashier", "--limit", "100000",
                   "--password-stdin", given="GridTill-test-1\n")
    person = signed_in(stack, login, "GridTill-test-1")
    person.get("/console/password")
    person.post("/console/password", old="GridTill-test-1", password=PASSWORD, again=PASSWORD)
    return person, login


def open_shift(person, amount):
    person.get("/cashier")
    person.post("/cashier/shift/open", key=key(person), float=amount)


def close_shift(person, pieces_100, note=""):
    """Counts coins of one yuan and closes."""
    person.get("/cashier/shift")
    count = re.search(r'action="(/cashier/shift/count\?id=\d+)"', person.page.text).group(1)
    person.post(count, key=key(person), pieces_100=pieces_100)
    person.get("/cashier/shift")
    close = re.search(r'action="(/cashier/shift/close\?id=\d+)"', person.page.text).group(1)
    seen = re.search(r'name="seen" value="(-?\d+)"', person.page.text).group(1)
    assert person.post(close, key=key(person), seen=seen, note=note).status_code == 303, person.text()


def cashier_slip(stack, amount="120", org=ORG):
    """A new cashier sells, closes the shift and remits; gives the cashier and the slip's id."""
    person, _ = teller(stack, org)
    open_shift(person, "0")
    number = fresh("remote")
    person.get(f"/cashier?q={number}")
    form = {name: re.search(rf'name="{name}" value="(\d+)"', person.page.text).group(1)
            for name in ("trace", "seen_date", "seen_mark")}
    person.post("/cashier/sale", customer=number, business="recharge", amount=amount, method="cash", **form)
    person.get(person.page.headers["Location"])
    close_shift(person, amount)
    person.get("/cashier/remit")
    reply = person.post("/cashier/remit", key=key(person), amount=amount)
    assert reply.status_code == 303, person.text()
    return person, re.search(r"id=(\d+)", reply.headers["Location"]).group(1)
