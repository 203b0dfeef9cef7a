"""Our books and the stand-in's, read by the commands that an operator has."""

import collections
import decimal
import json

import stack as stacks

Row = collections.namedtuple("Row", "transaction operation customer amount state")


def journal(stack, *options):
    """Our journal: a Row for each money operation and confirmation."""
    rows = []
    for line in stack.gridtill("journal", *options).stdout.splitlines():
        transaction, operation, customer, amount, state = line.split("\t")
        rows.append(Row(transaction, operation, customer, decimal.Decimal(amount), state))
    return rows


def upstream(stack):
    """The stand-in's books: a dictionary a transaction."""
    return json.loads(stack.sim("books", "--json", "--db", stack.sim_db).stdout)["transactions"]


def wait_decided(stack, seconds=60):
    """Waits until nothing is pending, by the worker alone."""
    stacks.wait_until(lambda: not journal(stack, "--pending"), seconds, "every transaction is decided")


def assert_agree(stack):
    """The books are sound in themselves, and equal the stand-in's."""
    checked = stack.gridtill("check", "books", check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    file = stack.points / "journal"
    file.write_text(stack.gridtill("journal").stdout)
    file.chmod(0o644)
    compared = stack.sim("compare", "--db", stack.sim_db, "--journal", file, check=False)
    assert compared.returncode == 0, compared.stdout + compared.stderr
