"""Where a platform of the tests keeps its data: in its own folder, or in a database of its own on the
server of GT_TEST_STORE (an ODBC connection string, set by tests/suite)."""

import itertools
import os
import pathlib
import sqlite3
import subprocess

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("GRIDTILL_BUILD", TOP / "build-test"))
CLIENT = BUILD / "tests" / "kit" / "client"

_numbers = itertools.count(1)


def on_server():
    return bool(os.environ.get("GT_TEST_STORE"))


def client(*words):
    """Runs tests/kit/client; gives what it printed."""
    done = subprocess.run([CLIENT, *words], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, f"client {words[0]}: {done.stdout}{done.stderr}"
    return done.stdout


class Place:
    """`env` is the environment of the platform's programs.  `own`: false where gridtill.xml says where
    the data is."""

    def __init__(self, own=True):
        self.env = dict(os.environ)
        self.name = self.string = None
        if on_server() and own:
            self.name = f"gt_stack_{os.getpid()}_{next(_numbers)}"
            self.string = self.env["GRIDTILL_STORE"] = client("make", self.name).strip()

    def remove(self):
        if self.name:
            client("drop", self.name)
            self.name = None

    def sql(self, file, statement):
        """What another hand does to the store, which is `file` where there is no server; gives the
        rows, on a server as texts."""
        if self.string:
            lines = client("ask", self.string, statement).splitlines()
            return [tuple(None if text == "\\N" else text for text in line.split("\t")) for line in lines]
        with sqlite3.connect(file) as db:
            rows = db.execute(statement).fetchall()
        db.close()
        return rows
