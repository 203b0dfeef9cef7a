"""The command line: what an operator of the platform types, and what comes of it.

Needs no running platform, only what was built.
"""

import json
import re
import signal
import subprocess
import time

import pytest

import place
from place import TOP

GRIDTILL = place.BUILD / "gridtill"

CONF = """<?xml version="1.0" encoding="UTF-8"?>
<gridtill>
  <platform bureau="测试供电公司" timezone="+08:00"/>
  <store path="data/gridtill.db"/>
  <paths keys="data/keys" sql="{top}/sql" templates="{top}/templates"
         contract="{top}/conf/terminal"/>
  <log folder="log" level="info"/>
  <terminal socket="terminal.sock"/>
  <worker poll-ms="100" retry-ms="500"/>
  <marketing>
    <system name="sg186" definition="{top}/conf/marketing/sg186.xml" url="http://127.0.0.1:9/"/>
  </marketing>
</gridtill>
"""


class Platform:
    """A folder with a configuration, and the command that works on it."""

    def __init__(self, folder):
        self.folder = folder
        for name in ("data", "log"):
            (folder / name).mkdir()
        (folder / "gridtill.xsd").write_bytes((TOP / "conf/gridtill.xsd").read_bytes())
        self.conf = folder / "gridtill.xml"
        self.conf.write_text(CONF.format(top=TOP), encoding="utf-8")
        self.store = folder / "data/gridtill.db"
        self.place = place.Place()
        self.keys = folder / "data/keys"

    def __call__(self, *words, status=0, stdin=""):
        """Runs a command, checks its exit status, and gives what it printed."""
        done = subprocess.run([GRIDTILL, "--config", self.conf, *words], input=stdin, text=True,
                              capture_output=True, timeout=60, env=self.place.env)
        assert done.returncode == status, (words, done.stdout, done.stderr)
        self.error = done.stderr
        return done.stdout

    def json(self, *words, **kwargs):
        return json.loads(self(*words, "--json", **kwargs))

    def sql(self, statement):
        """What another hand does to the store."""
        return self.place.sql(self.store, statement)

    def log(self):
        return self.sql("SELECT what, object, detail, who FROM gt_oplog ORDER BY id")


@pytest.fixture
def empty(tmp_path):
    platform = Platform(tmp_path)
    yield platform
    platform.place.remove()


@pytest.fixture
def gridtill(empty):
    empty("init", "--bureau", "B1", "测试供电公司", "--cut-off", "23:30")
    return empty


@pytest.fixture
def demo(empty):
    empty("init", "--demo")
    return empty


def test_init_makes_the_bureau_and_refuses_a_second_time(gridtill):
    assert [o["code"] for o in gridtill.json("org", "list")] == ["B1"]
    assert gridtill.json("date", "show")["cut_off"] == "23:30"
    assert gridtill.keys.stat().st_mode & 0o777 == 0o640
    keys = gridtill.keys.read_bytes()
    gridtill("init", "--bureau", "B2", "另一个", status=1)
    assert "initialised already" in gridtill.error
    assert gridtill.keys.read_bytes() == keys
    assert [o["code"] for o in gridtill.json("org", "list")] == ["B1"]


def test_init_makes_no_new_keys_for_a_store_that_is_there(gridtill):
    gridtill.keys.unlink()
    gridtill("init", "--bureau", "B1", "测试供电公司", status=1)
    assert "key file" in gridtill.error
    assert not gridtill.keys.exists()


def test_commands_before_init_say_what_to_do(empty):
    empty("org", "list", status=1)
    assert "gridtill: " in empty.error
    problems = empty.json("check", status=1)["problems"]
    assert any("gridtill init" in p["mend"] for p in problems)


def test_demo_is_complete_and_kept_when_run_again(demo):
    users = {u["login"]: u for u in demo.json("user", "list")}
    assert set(users) == {"admin", "manager", "cashier", "agent"}
    assert users["cashier"]["operator_no"] == "900001"
    assert users["agent"]["operator_no"] == "900002"
    kinds = {t["terminal_no"]: t["kind"] for t in demo.json("terminal", "list")}
    assert kinds == {"T0000001": "pos", "T0000002": "handheld", "T0000003": "kiosk"}
    cashier = demo.json("account", "show", "--operator", "900001")
    agent = demo.json("account", "show", "--agent", "DEMO-AGENT")
    assert (cashier["credit_limit"], cashier["available"]) == ("100000.00", "100000.00")
    assert (agent["credit_limit"], agent["deposit"]) == ("50000.00", "0.00")
    demo("account", "limit", "--operator", "900001", "--credit", "7.00")
    logged = len(demo.log())
    assert "(kept)" in demo("init", "--demo")
    assert demo.json("account", "show", "--operator", "900001")["credit_limit"] == "7.00"
    assert len(demo.log()) == logged


def test_organisations(gridtill):
    gridtill("org", "add", "C1", "一县", "--below", "B1", "--kind", "county")
    gridtill("org", "add", "S1", "一所", "--below", "C1", "--kind", "station")
    gridtill("org", "add", "S1", "又一所", "--below", "C1", "--kind", "station", status=1)
    assert "S1 is taken" in gridtill.error
    gridtill("org", "add", "S2", "二所", "--below", "NONE", "--kind", "station", status=1)
    gridtill("org", "add", "S2", "二所", "--below", "C1", "--kind", "village", status=2)
    gridtill("org", "add", "C2", "二县", "--below", "S1", "--kind", "county", status=1)
    gridtill("org", "rename", "S1", "城东所")
    gridtill("org", "disable", "S1", "--reason", "撤点")
    shown = gridtill.json("org", "show", "S1")
    assert (shown["name"], shown["state"]) == ("城东所", "disabled")
    gridtill("org", "enable", "S1")
    assert gridtill.json("org", "show", "S1")["state"] == "enabled"
    gridtill("org", "show", "NONE", status=1)
    assert [o["code"] for o in gridtill.json("org", "list")] == ["B1", "C1", "S1"]
    assert [e[0] for e in gridtill.log()] == [
        "platform.init", "org.add", "org.add", "org.rename", "org.disable", "org.enable"]
    assert re.fullmatch(r"date=\d{8} cut_off=23:30", gridtill.log()[0][2])
    assert [e[2] for e in gridtill.log()][-2:] == ["state 1 -> 2; 撤点", "state 2 -> 1"]
    assert all(e[3].startswith("os:") for e in gridtill.log())


def test_users_and_accounts(gridtill):
    gridtill("org", "add", "A1", "代理", "--below", "B1", "--kind", "agent", "--limit", "50")
    add = ("user", "add", "wang", "王五", "--org", "B1", "--operator", "1001", "--role", "cashier",
           "--limit", "1000", "--password-stdin")
    gridtill(*add, status=1, stdin="short\n")
    assert "12 characters" in gridtill.error
    assert gridtill.json("user", "list") == []
    gridtill(*add, stdin="a long password\n")
    gridtill(*add, status=1, stdin="a long password\n")
    assert "taken" in gridtill.error
    gridtill("user", "add", "zhao", "赵六", "--org", "A1", "--operator", "1002", "--role", "agent",
             "--password-stdin", stdin="a long password\n")
    gridtill("user", "add", "qian", "钱七", "--org", "B1", "--operator", "1003", "--role", "agent",
             "--password-stdin", stdin="a long password\n", status=1)
    # Not from the command line, and not from a pipe that was not meant.
    gridtill("user", "password", "wang", status=1, stdin="another password\n")
    [(before,)] = gridtill.sql("SELECT c.password FROM gt_credential c JOIN gt_user u ON u.id = c.id WHERE u.login = 'wang'")
    gridtill("user", "password", "wang", "--password-stdin", stdin="another password\n")
    [(after,)] = gridtill.sql("SELECT c.password FROM gt_credential c JOIN gt_user u ON u.id = c.id WHERE u.login = 'wang'")
    assert before != after and after.startswith("$y$")
    gridtill("user", "disable", "wang")
    assert gridtill.json("user", "show", "wang")["state"] == "disabled"

    assert gridtill.json("account", "show", "--operator", "1001")["available"] == "1000.00"
    assert gridtill.json("account", "show", "--operator", "1002")["available"] == "50.00"
    gridtill("account", "limit", "--operator", "1001", "--credit", "12.345", status=2)
    gridtill("account", "limit", "--operator", "1001", status=2)
    gridtill("account", "limit", "--operator", "9999", "--credit", "1", status=1)
    changed = gridtill.json("account", "limit", "--operator", "1001", "--credit", "20", "--day", "5")
    assert (changed["credit_limit"], changed["limit_day"]) == ("20.00", "5.00")
    assert gridtill.log()[-1][2] == "credit_limit 1000.00 -> 20.00, limit_day 0.00 -> 5.00"
    assert not any("password" in (e[2] or "") for e in gridtill.log())


def test_terminals(demo):
    shown = demo("terminal", "add", "T7", "--org", "DEMO-STATION", "--kind", "pc", "--ops",
                 "pay,recharge")
    secret = shown.split("Secret, shown this once: ")[1].strip()
    assert len(secret) == 32
    [(hidden,)] = demo.sql("SELECT secret FROM gt_terminal WHERE terminal_no = 'T7'")
    assert secret not in hidden
    assert demo.json("terminal", "show", "T7")["ops"] == "pay,recharge"
    demo("terminal", "add", "T7", "--org", "DEMO-STATION", "--kind", "pc", status=1)
    demo("terminal", "add", "T8", "--org", "DEMO-STATION", "--kind", "tv", status=2)
    demo("terminal", "bind", "T7", "900001")
    demo("terminal", "bind", "T7", "900001", status=1)
    assert demo.json("terminal", "show", "T7")["bound"] == "900001"
    demo("terminal", "unbind", "T7", "900001")
    assert demo.json("terminal", "show", "T7")["bound"] == ""
    out = demo("terminal", "secret", "T7", "--secret-stdin", stdin="my secret\n")
    assert "my secret" not in out
    [(changed,)] = demo.sql("SELECT secret FROM gt_terminal WHERE terminal_no = 'T7'")
    assert changed != hidden
    demo("terminal", "disable", "T7")
    assert demo.json("terminal", "show", "T7")["state"] == "disabled"
    assert "0 differences" in demo("check", "books")


def test_business_date(gridtill):
    first = gridtill.json("date", "show")["biz_date"]
    gridtill("date", "cut", "--from", str(first))
    second = gridtill.json("date", "show")["biz_date"]
    assert second > first
    # Whoever meant to end the first date too, or was run twice, does nothing.
    assert "has ended already" in gridtill("date", "cut", "--from", str(first))
    gridtill("date", "cut", status=2)
    gridtill("date", "cut", "--from", str(second), "--to", "20621231", status=1)
    assert gridtill.json("date", "show")["biz_date"] == second
    gridtill("date", "schedule", "24:01", status=2)
    gridtill("date", "schedule", "24:00")
    assert gridtill.json("date", "show")["cut_off"] == "24:00"
    gridtill("date", "schedule", "12:00", "--system", "nobody", status=1)
    assert [(m["from"], m["to"], m["system"]) for m in gridtill.json("date", "history")] == [(first, second, "")]
    gridtill("date", "schedule", "off")
    assert gridtill.json("date", "show")["cut_off"] == "off"
    assert "0 differences" in gridtill("check", "books")


def test_typed_wrong_is_2_and_says_how(gridtill):
    for words in ((), ("nonsense",), ("org",), ("org", "nonsense"), ("org", "add", "X"),
                  ("org", "list", "--nonsense"), ("org", "show", "A", "B"), ("check", "nonsense"),
                  ("schema", "oracle"), ("journal", "--date", "20261399"), ("init",)):
        gridtill(*words, status=2)
        assert "--help" in gridtill.error or "Usage" in gridtill.error
    for words in (("--help",), ("org", "--help"), ("org", "add", "--help"), ("worker", "--help")):
        assert "Usage: gridtill" in gridtill(*words)


def test_tables_for_documents(gridtill):
    outcomes = gridtill("outcomes")
    assert "| 3001 | declined | NO_CREDIT | 可用信用额不足" in outcomes
    for dialect in ("sqlite", "postgres", "mssql", "sybase"):
        ddl = gridtill("schema", dialect)
        statements = [line.split("--")[0] for line in ddl.splitlines()]
        assert "CREATE TABLE gt_txn (" in ddl
        assert not any("{" in line for line in statements)
    assert gridtill("journal") == ""
    assert "version 1, the newest is 1" in gridtill("migrate", "--dry-run")


def test_check_is_content_with_a_new_platform(demo):
    assert demo.json("check") == {"problems": [], "count": 0}
    assert "0 differences" in demo("check", "books")


@pytest.mark.parametrize("statement, named", [
    ("UPDATE gt_account SET credit_limit = 99999999 WHERE kind = 1", "gt_account"),
    ("UPDATE gt_grant SET role_id = 1 WHERE user_id = (SELECT id FROM gt_user WHERE login = 'cashier')", "gt_grant"),
    ("DELETE FROM gt_terminal WHERE terminal_no = 'T0000003'", "gt_terminal"),
    ("DELETE FROM gt_oplog WHERE seq = 3", "gt_oplog"),
    ("DELETE FROM gt_chain", "gt_chain"),
    ("UPDATE gt_state SET biz_date = 20300101", "gt_state"),
    ("UPDATE gt_census SET members = members + 1 WHERE name = 'gt_org'", "gt_census"),
])
def test_another_hand_shows_in_the_books(demo, statement, named):
    demo.sql(statement)
    out = demo("check", "books", status=1)
    assert named in out
    assert "\n0 differences" not in out


def test_check_names_what_mends(demo):
    demo.keys.chmod(0o644)
    [problem, *_] = demo.json("check", "config", status=1)["problems"]
    assert problem["part"] == "config" and problem["mend"].startswith("chmod 0640")
    demo.keys.chmod(0o640)
    demo.conf.write_text("<gridtill><nonsense/></gridtill>", encoding="utf-8")
    problems = demo.json("check", status=1)["problems"]
    assert problems[0]["part"] == "config" and "nonsense" in problems[0]["what"]


def wait_for(true, seconds=10):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_worker_cuts_off_rotates_and_stops(demo):
    log = demo.folder / "log/worker.log"
    worker = subprocess.Popen([GRIDTILL, "--config", demo.conf, "worker"], env=demo.place.env)
    try:
        wait_for(lambda: log.exists() and "worker.started" in log.read_text())
        before = demo.json("date", "show")["biz_date"]
        demo("date", "schedule", "00:00")
        wait_for(lambda: demo.json("date", "show")["biz_date"] > before)
        log.rename(demo.folder / "log/worker.log.1")
        worker.send_signal(signal.SIGHUP)
        wait_for(log.exists)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(10) == 0
    finally:
        worker.kill()
        worker.wait()
    assert "worker.stopped" in log.read_text()
    assert "0 differences" in demo("check", "books")
