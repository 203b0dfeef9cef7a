"""The TDS server of the tests answers unixODBC and FreeTDS as SQL Server does, and strikes as told."""

import os
import pathlib
import queue
import re
import subprocess
import threading
import time

import pytest

import tds

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parents[1]
BUILD = pathlib.Path(os.environ.get("GRIDTILL_BUILD", TOP / "build-test"))
TABLE = ("CREATE TABLE probe (id BIGINT NOT NULL PRIMARY KEY, n BIGINT NOT NULL, "
         "k NVARCHAR(10) COLLATE Latin1_General_BIN2, t NVARCHAR(20), d NVARCHAR(MAX))")
SAFE = "SET XACT_ABORT ON"


class Result:
    """What came of one command: rows, counts, errors, the last return code."""

    def __init__(self, lines):
        self.rows, self.counts, self.errors, self.columns = [], [], [], []
        self.code = None
        for line in lines:
            kind, *words = line.split("\t")
            if kind == "row":
                self.rows.append(tuple(words))
            elif kind == "count":
                self.counts.append(int(words[0]))
            elif kind == "error":
                self.errors.append((words[0], int(words[1]), words[2]))
            elif kind == "columns":
                self.columns = [tuple(w.rsplit(":", 2)) for w in words]
            else:
                self.code = int(words[0])

    @property
    def good(self):
        return self.code in (0, 1, 100)

    @property
    def natives(self):
        return [native for _, native, _ in self.errors]


class Probe:
    """A connection in a process of its own (probe.c)."""

    def __init__(self, program, string, **environment):
        self.process = subprocess.Popen([program, string], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env={**os.environ, **environment})
        self.lines = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()
        self.opened = self.result()

    def read(self):
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))
        self.lines.put("done\t-99")

    def start(self, *words):
        """Gives a command without waiting for its end."""
        self.process.stdin.write("\t".join(str(w) for w in words) + "\n")
        self.process.stdin.flush()

    def result(self, seconds=20):
        lines = []
        while not lines or not lines[-1].startswith("done"):
            lines.append(self.lines.get(timeout=seconds))
        return Result(lines)

    def waits(self, seconds=0.3):
        """Whether nothing is answered for so long."""
        time.sleep(seconds)
        return self.lines.empty()

    def do(self, *words):
        self.start(*words)
        return self.result()

    def sql(self, text):
        return self.do("direct", text)

    def value(self, text):
        rows = self.sql(text).rows
        return rows[0][0] if rows else None

    def close(self):
        self.process.kill()
        self.process.stdin.close()
        self.process.wait()


@pytest.fixture(scope="module")
def probe_program(tmp_path_factory):
    program = tmp_path_factory.mktemp("probe") / "probe"
    subprocess.run(["gcc", "-std=gnu11", "-O1", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror", "-o", program,
                    HERE / "probe.c", "-lodbc", "-lpthread"], check=True)
    return program


@pytest.fixture
def server():
    one = tds.TdsServer()
    yield one
    one.remove()


@pytest.fixture
def connect(probe_program, server):
    """Opens connections to the server; all are closed at the end."""
    made = []

    def make(**more):
        made.append(Probe(probe_program, server.connection_string(**more)))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def probe(connect):
    """A connection, and a table with one row."""
    one = connect()
    assert one.opened.good, one.opened.errors
    assert one.sql(TABLE).good
    assert one.sql("INSERT INTO probe (id, n) VALUES (1, 0)").counts == [1]
    return one


def reconnected(connect):
    """A connection after a lost one."""
    one = connect()
    assert one.opened.good, one.opened.errors
    return one


# --- statements and types -------------------------------------------------------------------------


def test_prepared_insert_keeps_chinese_text(probe):
    probe.do("prepare", 0, "INSERT INTO probe (id, n, k, t, d) VALUES (?, ?, ?, ?, ?)")
    probe.do("prepare", 1, "SELECT n, k, t, d FROM probe WHERE id = ?")
    names = ["张三丰", "电费充值😀", "a'b\"c", ""]
    for number, name in enumerate(names, 10):
        done = probe.do("execute", 0, f"i:{number}", "i:9007199254740993", "t:k", f"t:{name}", f"t:{name * 3000}")
        assert done.counts == [1], done.errors
    for number, name in enumerate(names, 10):
        assert probe.do("execute", 1, f"i:{number}").rows == [("9007199254740993", "k", name, name * 3000)]


def test_null_is_not_empty(probe):
    probe.do("prepare", 0, "UPDATE probe SET t = ?, n = ? WHERE id = 1")
    assert probe.do("execute", 0, "t:", "i:-5").counts == [1]
    assert probe.sql("SELECT n, t, d FROM probe WHERE t = ''").rows == [("-5", "", "\\N")]
    assert probe.do("execute", 0, "n", "i:-5").counts == [1]
    assert probe.sql("SELECT t FROM probe WHERE t IS NULL").rows == [("\\N",)]


def test_columns_have_the_types_of_their_table(probe):
    probe.do("prepare", 0, "SELECT id, k, d, COUNT(*) AS many, MAX(n) FROM probe WHERE id = ? GROUP BY id, k, d")
    for result in (probe.do("describe", 0), probe.do("execute", 0, "i:1"), probe.do("execute", 0, "i:7")):
        assert [c[1] for c in result.columns] == ["-5", "-9", "-9", "4", "-5"], result.errors
        assert [c[0] for c in result.columns] == ["id", "k", "d", "many", ""]
        assert result.columns[1][2] == "10"


def test_a_column_is_not_taken_for_one_of_the_same_name_in_a_subquery(probe):
    assert probe.sql("CREATE TABLE other (id BIGINT NOT NULL PRIMARY KEY, k BIGINT)").good
    assert probe.sql("INSERT INTO other (id, k) VALUES (1, 7)").counts == [1]
    assert probe.sql("UPDATE probe SET k = 'text'").counts == [1]
    for inner, outer, kept in (("other", "probe", "text"), ("probe", "other", "7")):
        result = probe.sql(f"SELECT k FROM {outer} WHERE id IN (SELECT i.id FROM {inner} i WHERE i.k IS NOT NULL)")
        assert result.good and result.rows == [(kept,)], result.errors


def test_updates_count_their_rows(probe):
    probe.do("prepare", 0, "UPDATE probe SET n = n + 1 WHERE id = ?")
    assert probe.do("execute", 0, "i:1").counts == [1]
    none = probe.do("execute", 0, "i:2")
    assert none.good and none.counts == [0]
    assert probe.sql("DELETE FROM probe").counts == [1]


def test_text_with_parameters_without_preparing(probe):
    assert probe.do("once", "UPDATE probe SET t = ?, n = ? WHERE id = ?", "t:元", "i:7", "i:1").counts == [1]
    assert probe.do("once", "SELECT t, n FROM probe WHERE id = ?", "i:1").rows == [("元", "7")]


def test_top_is_the_first_rows(probe):
    for number in range(2, 9):
        probe.sql(f"INSERT INTO probe (id, n) VALUES ({number}, {number})")
    probe.do("prepare", 0, "SELECT TOP 2 id FROM probe WHERE id > ? ORDER BY id DESC")
    assert probe.do("execute", 0, "i:3").rows == [("8",), ("7",)]
    inner = "SELECT COUNT(*) FROM (SELECT TOP (3) id FROM probe ORDER BY id) AS few"
    assert probe.value(inner) == "3"


def test_large_results_arrive_whole(probe):
    probe.do("prepare", 0, "INSERT INTO probe (id, n, d) VALUES (?, 0, ?)")
    for number in range(100, 400):
        probe.do("execute", 0, f"i:{number}", "t:" + "充" * 500)
    rows = probe.sql("SELECT id, d FROM probe WHERE id >= 100 ORDER BY id").rows
    assert [row[0] for row in rows] == [str(n) for n in range(100, 400)]
    assert {row[1] for row in rows} == {"充" * 500}


def test_what_sql_server_refuses_is_refused(probe):
    for sql, native in (("SELECT id FROM probe LIMIT 1", 102), ("SELECT k || t FROM probe", 102),
                        ("INSERT INTO probe (id, n) VALUES (1, 1) ON CONFLICT DO NOTHING", 102),
                        ("SELECT id FROM nowhere", 208), ("SELECT absent FROM probe", 207),
                        ("SELECT 'open", 105), ("EXEC sp_nothing", 2812), ("FROM probe", 102)):
        failed = probe.sql(sql)
        assert failed.natives == [native] and not failed.good, sql


def test_a_statement_that_cannot_be_prepared_says_so(probe):
    probe.do("prepare", 0, "SELECT absent FROM probe WHERE id = ?")
    assert sorted(probe.do("execute", 0, "i:1").natives) == [207, 8180]
    probe.do("prepare", 1, "UPDATE nowhere SET n = ?")
    assert sorted(probe.do("execute", 1, "i:1").natives) == [208, 8180]
    assert probe.value("SELECT COUNT(*) FROM probe") == "1"


# --- constraints ----------------------------------------------------------------------------------


def test_duplicates_have_the_native_codes(probe):
    again = probe.sql("INSERT INTO probe (id, n) VALUES (1, 0)")
    assert again.errors[0][:2] == ("23000", 2627)
    probe.sql("CREATE UNIQUE INDEX probe_k ON probe (k, n)")
    probe.sql("UPDATE probe SET k = 'a'")
    assert probe.sql("INSERT INTO probe (id, n, k) VALUES (2, 0, 'a')").errors[0][:2] == ("23000", 2601)


def test_keys_differ_by_case_only_in_a_binary_collation(probe):
    probe.sql("UPDATE probe SET k = 'a', t = 'a'")
    assert probe.value("SELECT COUNT(*) FROM probe WHERE k = 'A'") == "0"
    assert probe.value("SELECT COUNT(*) FROM probe WHERE t = 'A'") == "1"
    assert probe.value("SELECT COUNT(*) FROM probe WHERE k = 'a '") == "1", "spaces at the end never count"


def test_too_long_and_missing_are_refused(probe):
    probe.do("prepare", 0, "UPDATE probe SET k = ? WHERE id = ?")
    assert probe.do("execute", 0, "t:" + "充" * 10, "i:1").counts == [1]
    assert probe.do("execute", 0, "t:" + "充" * 11, "i:1").natives == [2628]
    assert probe.value("SELECT k FROM probe") == "充" * 10
    assert probe.sql("INSERT INTO probe (id) VALUES (5)").natives == [515]
    assert probe.sql("INSERT INTO probe (id, n) VALUES (5, 'many')").natives == [8114]


# --- transactions ---------------------------------------------------------------------------------


def test_a_transaction_is_all_or_nothing(probe, connect):
    other = connect()
    probe.sql(f"{SAFE}; BEGIN TRANSACTION")
    probe.sql("UPDATE probe SET n = 5 WHERE id = 1")
    assert probe.value("SELECT @@TRANCOUNT") == "1"
    assert other.value("SELECT n FROM probe") == "0", "what is not committed is not seen"
    probe.sql("ROLLBACK")
    assert probe.value("SELECT n FROM probe") == "0"
    probe.sql("BEGIN TRAN UPDATE probe SET n = 6 WHERE id = 1 COMMIT TRAN")
    assert other.value("SELECT n FROM probe") == "6"


def test_commit_and_rollback_without_a_transaction(probe):
    assert probe.sql("COMMIT").natives == [3902]
    assert probe.sql("ROLLBACK").natives == [3903]
    assert probe.sql("IF @@TRANCOUNT > 0 ROLLBACK").good
    probe.sql("BEGIN TRANSACTION")
    assert probe.sql("IF @@TRANCOUNT > 0 ROLLBACK").good
    assert probe.value("SELECT @@TRANCOUNT") == "0"


def test_xact_abort_ends_the_transaction_with_the_first_error(probe):
    probe.sql(f"{SAFE}; BEGIN TRANSACTION; UPDATE probe SET n = 1 WHERE id = 1")
    assert probe.sql("INSERT INTO probe (id, n) VALUES (1, 1)").natives == [2627]
    assert probe.value("SELECT @@TRANCOUNT") == "0"
    assert probe.sql("COMMIT").natives == [3902]
    assert probe.value("SELECT n FROM probe") == "0"


def test_without_xact_abort_only_the_statement_ends(probe):
    probe.sql("BEGIN TRANSACTION; UPDATE probe SET n = 1 WHERE id = 1")
    assert probe.sql("INSERT INTO probe (id, n) VALUES (1, 1)").natives == [2627]
    assert probe.sql("COMMIT").good
    assert probe.value("SELECT n FROM probe") == "1"


def test_an_error_later_in_a_batch_shows_when_drained(probe):
    done = probe.sql("UPDATE probe SET n = 1 WHERE id = 1; INSERT INTO probe (id, n) VALUES (1, 1)")
    assert done.counts[0] == 1 and done.natives == [2627] and not done.good


def test_writers_wait_for_each_other_and_lose_nothing(probe, connect):
    other = connect()
    probe.sql("BEGIN TRANSACTION; UPDATE probe SET n = n + 1 WHERE id = 1")
    other.start("direct", "UPDATE probe SET n = n + 10 WHERE id = 1")
    assert other.waits()
    probe.sql("COMMIT")
    assert other.result().counts == [1]
    assert probe.value("SELECT n FROM probe") == "11"


def test_a_wait_ends_with_the_lock_timeout(probe, connect):
    other = connect()
    probe.sql("BEGIN TRANSACTION; UPDATE probe SET n = 1 WHERE id = 1")
    other.sql("SET LOCK_TIMEOUT 200")
    assert other.sql("UPDATE probe SET n = 2 WHERE id = 1").natives == [1222]
    assert probe.sql("COMMIT").good
    assert other.sql("UPDATE probe SET n = 2 WHERE id = 1").counts == [1]


def test_a_read_with_a_locking_hint_waits(probe, connect):
    other = connect()
    probe.sql("BEGIN TRANSACTION; UPDATE probe SET n = 1 WHERE id = 1")
    other.start("direct", "SELECT n FROM probe WITH (UPDLOCK) WHERE id = 1")
    assert other.waits()
    probe.sql("COMMIT")
    assert other.result().rows == [("1",)]


def test_read_committed_sees_what_was_committed_meanwhile(probe, connect):
    other = connect()
    probe.sql("BEGIN TRANSACTION")
    assert probe.value("SELECT n FROM probe") == "0"
    other.sql("UPDATE probe SET n = 1 WHERE id = 1")
    assert probe.value("SELECT n FROM probe") == "1"
    assert probe.sql("UPDATE probe SET n = 2 WHERE id = 1 AND n = 0").counts == [0]


def test_a_snapshot_stays_and_conflicts(probe, connect):
    other = connect()
    probe.sql("SET TRANSACTION ISOLATION LEVEL SNAPSHOT; BEGIN TRANSACTION")
    assert probe.value("SELECT n FROM probe") == "0"
    other.sql("UPDATE probe SET n = 1 WHERE id = 1")
    assert probe.value("SELECT n FROM probe") == "0"
    conflict = probe.sql("UPDATE probe SET n = 2 WHERE id = 1")
    assert conflict.natives == [3960]
    assert probe.value("SELECT @@TRANCOUNT") == "0"
    assert probe.value("SELECT n FROM probe") == "1"


def test_a_lost_link_rolls_back_and_gives_the_turn(probe, connect):
    other = connect()
    other.sql("BEGIN TRANSACTION; UPDATE probe SET n = 9 WHERE id = 1")
    other.close()
    assert probe.sql("UPDATE probe SET n = n + 1 WHERE id = 1").counts == [1]
    assert probe.value("SELECT n FROM probe") == "1"


def test_schema_changes_roll_back(probe):
    probe.sql("BEGIN TRANSACTION; CREATE TABLE other (id BIGINT NOT NULL PRIMARY KEY)")
    assert probe.sql("INSERT INTO other (id) VALUES (1)").counts == [1]
    probe.sql("ROLLBACK")
    assert probe.sql("SELECT id FROM other").natives == [208]
    assert probe.sql("ALTER TABLE probe ADD extra NVARCHAR(5), more BIGINT NOT NULL DEFAULT 3").good
    assert probe.sql("SELECT extra, more FROM probe").rows == [("\\N", "3")]
    assert probe.sql("CREATE TABLE probe (id BIGINT)").natives == [2714]


def test_a_batch_cannot_use_a_column_that_it_adds(probe):
    assert probe.sql("ALTER TABLE probe ADD extra BIGINT; UPDATE probe SET extra = 1").natives == [207]
    assert probe.sql("SELECT extra FROM probe").natives == [207], "nothing of it was run"
    assert probe.sql("CREATE TABLE other (id BIGINT); INSERT INTO other (id) VALUES (1)").good
    assert probe.value("SELECT COUNT(*) FROM other") == "1"


# --- what the platform asks of a server -----------------------------------------------------------


def test_catalogue_and_properties(probe):
    tables = "SELECT COUNT(*) FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_NAME = 'probe'"
    assert probe.value(tables) == "1"
    assert probe.value("SELECT COUNT(*) FROM sys.tables WHERE name = 'probe'") == "1"
    lengths = ("SELECT character_maximum_length FROM INFORMATION_SCHEMA.COLUMNS "
               "WHERE table_name = 'probe' AND column_name = '{}'")
    assert [probe.value(lengths.format(c)) for c in ("k", "d", "n")] == ["10", "-1", "\\N"]
    assert probe.value("SELECT is_read_committed_snapshot_on FROM sys.databases WHERE name = DB_NAME()") == "1"
    assert "SQL Server" in probe.value("SELECT @@VERSION")
    assert probe.sql("IF OBJECT_ID('probe') IS NULL CREATE TABLE probe (id BIGINT)").good
    assert probe.sql("IF OBJECT_ID(N'dbo.more', N'U') IS NULL CREATE TABLE more (id BIGINT)").good
    assert probe.sql("SELECT id FROM more").good


def test_databases_are_made_and_dropped(probe, connect):
    assert probe.sql("CREATE DATABASE other").good
    assert probe.sql("CREATE DATABASE Other").natives == [1801]
    other = connect(Database="other")
    assert other.sql(TABLE).good and other.value("SELECT COUNT(*) FROM probe") == "0"
    assert probe.value("SELECT COUNT(*) FROM probe") == "1"
    assert probe.sql("DROP DATABASE other").natives == [3702]
    other.close()
    deadline = time.monotonic() + 5
    while not probe.sql("DROP DATABASE other").good:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert 4060 in connect(Database="other").opened.natives


def test_a_database_for_a_single_user_has_no_others(probe, connect):
    assert probe.sql("CREATE DATABASE other").good
    assert probe.sql("ALTER DATABASE other SET ALLOW_SNAPSHOT_ISOLATION ON").good
    assert probe.sql("ALTER DATABASE other SET READ_COMMITTED_SNAPSHOT ON WITH ROLLBACK IMMEDIATE").good
    assert probe.sql("ALTER DATABASE other SET NONSENSE ON").natives == [102]
    other = connect(Database="other")
    assert other.sql("BEGIN TRANSACTION").good and other.sql(TABLE).good
    assert probe.sql("ALTER DATABASE other SET SINGLE_USER WITH ROLLBACK IMMEDIATE").good
    assert probe.sql("DROP DATABASE other").good
    assert not other.sql("SELECT 1").good


def test_clock(probe):
    since = probe.value("SELECT DATEDIFF_BIG(millisecond, '1970-01-01', SYSUTCDATETIME())")
    assert abs(int(since) / 1000 - time.time()) < 5
    now = probe.sql("SELECT GETUTCDATE()")
    assert now.columns[0][1] == "93" and now.rows[0][0][:10] == time.strftime("%Y-%m-%d", time.gmtime())


def test_logins(connect):
    assert connect(PWD="wrong").opened.natives[:1] == [18456]
    assert 4060 in connect(Database="other").opened.natives


def printed(*options):
    """The statements that `gridtill schema mssql` prints, each in one line without its comments."""
    command = [BUILD / "gridtill", "schema", "mssql", "--sql", TOP / "sql", *options]
    text = subprocess.run(command, check=True, text=True, capture_output=True).stdout
    bare = re.sub(r"--[^\n]*", "", text)
    return [" ".join(piece.split()) for piece in bare.split(";") if piece.strip()]


@pytest.mark.skipif(not (BUILD / "gridtill").exists(), reason=f"{BUILD / 'gridtill'} is not built")
def test_the_schema_and_every_statement_of_the_platform(connect):
    probe = connect()
    for sql in printed():
        assert probe.sql(sql).good, sql
    assert int(probe.value("SELECT COUNT(*) FROM sys.tables WHERE name LIKE 'gt_%'")) > 20
    statements = printed("--statements")
    assert len(statements) > 100
    for sql in statements:
        assert probe.do("prepare", 0, sql).good, sql
        described = probe.do("describe", 0)
        assert described.good, (sql, described.errors)
        assert bool(described.columns) == sql.startswith("SELECT"), sql


# --- faults ---------------------------------------------------------------------------------------


def lost(result):
    """Whether a result is that of a broken link."""
    return not result.good


@pytest.mark.parametrize("moment, stored", [("before", "0"), ("after", "1")])
def test_a_lost_commit(probe, connect, server, moment, stored):
    probe.sql(f"{SAFE}; BEGIN TRANSACTION; UPDATE probe SET n = 1 WHERE id = 1")
    server.order(f"lose {moment} commit")
    assert lost(probe.sql("COMMIT"))
    assert probe.do("dead").counts == [1]
    assert reconnected(connect).value("SELECT n FROM probe") == stored


@pytest.mark.parametrize("moment, stored", [("before", "0"), ("after", "1")])
def test_a_lost_statement(probe, connect, server, moment, stored):
    probe.do("prepare", 0, "UPDATE probe SET n = n + 1 WHERE id = ?")
    server.order(f"lose {moment} statement 1 ~update probe")
    assert probe.value("SELECT n FROM probe") == "0", "the order is for another statement"
    assert lost(probe.do("execute", 0, "i:1"))
    again = reconnected(connect)
    assert again.value("SELECT n FROM probe") == stored
    assert again.sql("UPDATE probe SET n = 5").counts == [1], "an order strikes once"


def test_deadlock_victims(probe, server):
    probe.sql(f"{SAFE}; BEGIN TRANSACTION; UPDATE probe SET n = 1 WHERE id = 1")
    server.order("error 1205 statement 2")
    for _ in range(2):
        victim = probe.sql("UPDATE probe SET n = 2 WHERE id = 1")
        assert victim.errors[0][:2] == ("42000", 1205)
        assert probe.sql("IF @@TRANCOUNT > 0 ROLLBACK").good
    assert probe.value("SELECT n FROM probe") == "0"
    assert probe.do("dead").counts == [0]


def test_a_server_that_never_answers(probe, connect, server):
    slow = connect(Timeout=1)
    server.order("stall before statement")
    begin = time.monotonic()
    assert lost(slow.sql("UPDATE probe SET n = 1 WHERE id = 1"))
    assert time.monotonic() - begin < 5
    assert slow.do("dead").counts == [1]
    assert probe.value("SELECT n FROM probe") == "0"


def test_a_statement_may_be_applied_after_its_timeout(probe, connect, server):
    slow = connect(Timeout=1)
    server.order("late 4 statement")
    assert lost(slow.sql("UPDATE probe SET n = 1 WHERE id = 1"))
    assert probe.value("SELECT n FROM probe") == "0"
    slow.close()
    deadline = time.monotonic() + 8
    while probe.value("SELECT n FROM probe") != "1":
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_frozen_and_thawed(probe, connect, server):
    server.order("freeze")
    probe.start("direct", "UPDATE probe SET n = n + 1 WHERE id = 1")
    assert probe.waits()
    server.order("thaw")
    assert probe.result().counts == [1]


def test_links_cut_and_refused(probe, connect, server):
    server.order("cut")
    assert lost(probe.sql("SELECT 1"))
    server.order("refuse")
    assert not connect().opened.good
    server.order("accept")
    assert reconnected(connect).value("SELECT n FROM probe") == "0"


def test_a_cancelled_statement_leaves_the_link_usable(probe):
    probe.do("timeout", 1)
    late = probe.sql("WAITFOR DELAY '00:00:08'")
    assert not late.good and "HYT00" in {state for state, _, _ in late.errors}
    assert probe.value("SELECT n FROM probe") == "0"


def test_killed_and_started_again(probe, connect, server):
    probe.sql("UPDATE probe SET n = 1 WHERE id = 1")
    probe.sql("BEGIN TRANSACTION; UPDATE probe SET n = 2 WHERE id = 1")
    server.kill()
    server.start()
    assert lost(probe.sql("COMMIT"))
    again = reconnected(connect)
    assert again.value("SELECT n FROM probe") == "1"
    assert again.sql("SELECT id FROM probe").columns == [("id", "-5", "19")], "the catalogue was kept"


def test_orders_that_are_not_understood(server):
    for line in ("lose now", "lose before lunch", "error 4711", "error", "dance", "stall before statement x"):
        with pytest.raises(AssertionError):
            server.order(line)


def test_the_command_for_other_tests(probe_program, tmp_path):
    def run(*words):
        return subprocess.run([TOP / "tests/kit/tds", *words], capture_output=True, text=True, check=False)

    folder = tmp_path / "server"
    string = run("start", folder).stdout.strip()
    probe = Probe(probe_program, string)
    assert probe.sql(TABLE).good
    assert run("order", folder, "lose", "after", "statement").stdout == "ok\n"
    assert lost(probe.sql("INSERT INTO probe (id, n) VALUES (1, 1)"))
    assert run("order", folder, "dance").returncode == 1
    for words in (("restart", folder), ("freeze", folder), ("thaw", folder), ("kill", folder), ("wake", folder)):
        assert run(*words).returncode == 0, words
    assert Probe(probe_program, string).value("SELECT n FROM probe") == "1"
    run("stop", folder)
    assert not folder.exists()
    assert run("run", "sh", "-c", 'echo "$GT_TEST_STORE $GT_TEST_CONTROL"; exit 7').returncode == 7


# --- load -----------------------------------------------------------------------------------------


def test_many_connections_at_once(probe, server):
    for number in range(2, 33):
        probe.sql(f"INSERT INTO probe (id, n) VALUES ({number}, 0)")
    probe.sql("INSERT INTO probe (id, n) VALUES (0, 0)")
    probe.start("load", 32, 2)
    done = probe.result(seconds=60)
    total = int(probe.value("SELECT SUM(n) FROM probe"))
    assert done.counts == [total], "each update that succeeded is there once"
    assert total > 200
    assert server.stats()["transactions"] == 0


# --- TLS ------------------------------------------------------------------------------------------


def certificate(folder, name):
    """A certificate of its own authority for localhost; gives it and its key."""
    key, made = folder / f"{name}.key", folder / f"{name}.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key,
                    "-out", made], check=True, stderr=subprocess.DEVNULL)
    return made, key


@pytest.fixture
def secure(tmp_path, probe_program):
    """Opens connections by TLS to a server of its own; with `about`, by way of FreeTDS's configuration.

    FreeTDS reads its configuration only for a connection with Servername=, not for one with Server=.
    """
    made, key = certificate(tmp_path, "server")
    server = tds.TdsServer(arguments=["--certificate", made, "--key", key])
    probes = []

    def connect(about=(), **more):
        conf = tmp_path / f"freetds-{len(probes)}.conf"
        lines = ("[secure]", f"port = {server.port}", "tds version = 7.4", "encryption = require", *about, "")
        conf.write_text("\n".join(lines))
        string = server.connection_string(**more)
        if about:
            string = re.sub(r"Server=[^;]*;Port=[^;]*;TDS_Version=[^;]*", "Servername=secure", string)
        probes.append(Probe(probe_program, string, FREETDSCONF=str(conf)))
        return probes[-1]

    connect.certificate = made
    yield connect
    for probe in probes:
        probe.close()
    server.remove()


def test_tls_carries_everything(secure):
    probe = secure(Encryption="require")
    assert probe.opened.good, probe.opened.errors
    assert probe.sql("CREATE TABLE secret (t NVARCHAR(MAX))").good
    probe.do("prepare", 0, "INSERT INTO secret (t) VALUES (?)")
    assert probe.do("execute", 0, "t:" + "密" * 9000).counts == [1]
    assert probe.sql("SELECT t FROM secret").rows == [("密" * 9000,)]


def test_only_a_named_authority_makes_tls_safe(secure, tmp_path):
    other, _ = certificate(tmp_path, "other")
    assert secure(Encryption="require").opened.good, "nothing is verified"
    right, wrong = f"ca file = {secure.certificate}", f"ca file = {other}"
    assert secure(["host = localhost"]).opened.good, "nothing is verified"
    assert secure(["host = localhost", right]).opened.good
    assert not secure(["host = localhost", wrong]).opened.good
    assert not secure(["host = 127.0.0.1", right]).opened.good, "the name is not the certificate's"
