"""A server as the store, as an operator meets it: <store> in gridtill.xml, what `gridtill check` says of it
in plain words, TLS.

Needs no running platform.  The servers are the tests' own: PostgreSQL, and the small TDS server.
"""

import os
import pathlib
import shutil
import subprocess

import pytest

import books
import place
import stack as stacks
import tds
from place import TOP
from terminal import OK, Terminal, fresh
from test_command import Platform

pytestmark = pytest.mark.skipif(place.on_server(), reason="GRIDTILL_STORE would stand above <store>")

OWN_STORE = '<store path="data/gridtill.db"/>'
SECRET = "gridtill-test"


class Postgres:
    """A server with fsync on, as the platform wants it."""

    name, product = "postgres", "PostgreSQL"

    def __init__(self):
        self.folder = stacks.public_folder("gridtill-server-")
        done = self.kit("start", self.folder)
        if done.returncode == 77:
            self.folder.rmdir()
            pytest.skip("PostgreSQL is not installed")
        self.string = done.stdout.strip()
        parts = dict(part.split("=", 1) for part in self.string.split(";"))
        self.port, self.secret = parts["Port"], parts["Pwd"]
        self.about = {"kind": "postgres", "server": "127.0.0.1", "port": self.port, "database": "gridtill",
                      "user": "gridtill"}

    @staticmethod
    def kit(*words):
        return subprocess.run([TOP / "tests/kit/postgres", *words], env={**os.environ, "GT_TEST_FSYNC": "on"},
                              capture_output=True, text=True, check=False, timeout=60)

    def sql(self, text):
        subprocess.run(["psql", "-q", "-h", "127.0.0.1", "-p", self.port, "-U", "gridtill", "-d", "gridtill", "-c", text],
                       env={**os.environ, "PGPASSWORD": SECRET}, check=True, capture_output=True, timeout=30)

    def stop(self):
        self.kit("stop", self.folder)


class Tds:
    name, product = "mssql", "Microsoft SQL Server"

    def __init__(self):
        if not pathlib.Path(tds.DRIVER).exists():
            pytest.skip("tdsodbc is not installed")
        self.server = tds.TdsServer()
        self.secret = tds.PASSWORD
        self.about = {"kind": "mssql", "driver": tds.DRIVER, "server": "127.0.0.1", "port": self.server.port,
                      "database": "gridtill", "user": "sa"}

    def stop(self):
        self.server.remove()


@pytest.fixture(params=[Postgres, Tds], ids=["postgres", "tds"])
def server(request):
    one = request.param()
    yield one
    one.stop()


@pytest.fixture
def postgres():
    one = Postgres()
    yield one
    one.stop()


class ServerPlatform(Platform):
    """A platform whose <store> is a server; `about` are attributes that differ."""

    def __init__(self, folder, server):
        super().__init__(folder)
        self.server = server
        self.secret = folder / "store.secret"
        self.write_secret(server.secret)
        self.text = self.conf.read_text(encoding="utf-8")
        self.store_is()

    def write_secret(self, secret, mode=0o600):
        self.secret.write_text(secret + "\n")
        self.secret.chmod(mode)

    def store_is(self, **about):
        attributes = {**self.server.about, "secret-file": "store.secret", **about}
        element = " ".join(f'{name}="{value}"' for name, value in attributes.items() if value is not None)
        self.conf.write_text(self.text.replace(OWN_STORE, f"<store {element}/>"), encoding="utf-8")

    def problems(self, *parts, status=1):
        """What `check` finds: (what, mend) of each."""
        return [(p["what"], p["mend"]) for p in self.json("check", *parts, status=status)["problems"]]


@pytest.fixture
def platform(tmp_path, server):
    return ServerPlatform(tmp_path, server)


# --- what check says ------------------------------------------------------------------------------


def test_a_store_in_order(platform):
    platform("init", "--demo")
    said = platform("check", "store")
    for part in (platform.server.product, "isolation", "collation", "round trip", "clock"):
        assert part in said
    assert platform("check", "statements").strip() == "statements: good"
    assert "0 differences" in platform("check", "books")


def test_what_is_not_there_yet(platform):
    problems = platform.problems("store")
    assert ("the store is empty", "gridtill init") in problems


def test_no_server(platform):
    platform("init", "--demo")
    platform.store_is(port=1)
    (what, mend), = platform.problems("store")
    assert "cannot connect to the database" in what and "start the server" in mend
    platform("org", "list", status=1)
    assert "cannot connect to the database" in platform.error


def test_a_wrong_secret_is_not_told(platform):
    platform.write_secret("another-secret-1")
    (what, mend), = platform.problems("store")
    assert "cannot connect" in what and "secret" in mend
    assert "another-secret-1" not in what
    platform.write_secret(platform.server.secret, mode=0o644)
    (what, _), = platform.problems("store")
    assert "may be read by others: chmod o=" in what


def test_no_driver_and_no_database(platform):
    platform.store_is(driver="No such driver")
    (what, mend), = platform.problems("store")
    assert "cannot connect" in what and "odbcinst" in mend
    platform.store_is(database="nowhere")
    (what, _), = platform.problems("store")
    assert "nowhere" in what


def test_a_schema_that_is_older(platform, tmp_path):
    platform("init", "--demo")
    newer = tmp_path / "sql"
    shutil.copytree(TOP / "sql", newer, ignore=shutil.ignore_patterns("sim"))
    last = max(int(p.name[:4]) for p in newer.glob("0*.sql"))
    (newer / f"{last + 1:04}_more.sql").write_text("-- More.\nCREATE TABLE gt_more (\n"
                                                   "    id {int} NOT NULL PRIMARY KEY -- key\n){table};\n")
    platform.text = platform.text.replace(str(TOP / "sql"), str(newer))
    platform.store_is()
    assert (f"the schema has version {last}, the newest is {last + 1}", "gridtill migrate") in platform.problems("store")
    platform("migrate")
    assert not platform.problems("store", status=0)


def test_keys_that_are_missing_are_not_made_anew(platform):
    platform("init", "--demo")
    platform.keys.unlink()
    platform("init", "--demo", status=1)
    assert "key file" in platform.error
    assert not platform.keys.exists()


def test_a_statement_that_fails_is_named(postgres, tmp_path):
    platform = ServerPlatform(tmp_path, postgres)
    platform("init", "--demo")
    postgres.sql("ALTER TABLE gt_card DROP COLUMN meter_no")
    problems = platform.problems("statements")
    assert any("statement gt_card_insert" in what and "meter_no" in what and mend == "gridtill migrate"
               for what, mend in problems)


def test_a_server_that_would_lose_commits(postgres, tmp_path):
    platform = ServerPlatform(tmp_path, postgres)
    platform("init", "--demo")
    postgres.sql("ALTER DATABASE gridtill SET synchronous_commit = off")
    (what, mend), = platform.problems("store")
    assert "power cut" in what and "synchronous_commit = on" in mend


# --- the whole platform on it ---------------------------------------------------------------------


def on_server_too(stack, server):
    stack.env["GRIDTILL_STORE"] = stack.place.env["GRIDTILL_STORE"] = server.string
    return stack


def test_the_demo_runs_on_the_store_of_the_environment(program, postgres):
    """As `GRIDTILL_STORE=… ./quickstart run` does."""
    one = on_server_too(stacks.Stack(program), postgres)
    try:
        for sold in (1, 2):
            assert Terminal(one.start()).recharge(fresh("remote")).ResultCode == OK
            assert len(books.journal(one)) == sold, "started again, it keeps its data"
            assert "PostgreSQL" in one.gridtill("check", "store").stdout
            one.stop()
        books.assert_agree(one)
        assert not (one.home / "data" / "gridtill.db").exists()
    finally:
        one.remove()


def test_a_platform_on_a_file_is_not_left_by_mistake(program, postgres):
    one = stacks.Stack(program)
    try:
        one.start().stop()
        with pytest.raises(AssertionError, match="holds a platform on a file"):
            on_server_too(one, postgres).start()
    finally:
        one.remove()


# --- TLS ------------------------------------------------------------------------------------------


def certificate(folder, name):
    """A certificate for localhost that is its own authority; gives it and its key."""
    key, made = folder / f"{name}.key", folder / f"{name}.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key,
                    "-out", made], check=True, stderr=subprocess.DEVNULL)
    return made, key


def test_postgres_by_tls(postgres, tmp_path):
    made, key = certificate(tmp_path, "server")
    other, _ = certificate(tmp_path, "other")
    data = postgres.folder / "data"
    for source, name in ((made, "server.crt"), (key, "server.key")):
        shutil.copy(source, data / name)
        (data / name).chmod(0o600)
        shutil.chown(data / name, data.owner(), data.group())
    with open(data / "postgresql.conf", "a", encoding="utf-8") as conf:
        conf.write("ssl = on\n")
    hba = data / "pg_hba.conf"
    hba.write_text(hba.read_text().replace("\nhost ", "\nhostssl "))
    assert postgres.kit("restart", postgres.folder).returncode == 0
    platform = ServerPlatform(tmp_path, postgres)
    platform.store_is(**{"server": "localhost", "tls-ca": made})
    platform("init", "--demo")
    assert platform("check", "store").endswith("store: good\n")
    for about in ({"server": "localhost", "tls-ca": other}, {"server": "127.0.0.1", "tls-ca": made}):
        platform.store_is(**about)
        (what, _), = platform.problems("store")
        assert "cannot connect" in what and "certificate" in what, about


def test_freetds_by_tls(tmp_path):
    made, key = certificate(tmp_path, "server")
    other, _ = certificate(tmp_path, "other")
    server = Tds.__new__(Tds)
    server.server = tds.TdsServer(arguments=["--certificate", made, "--key", key])
    server.secret = tds.PASSWORD
    server.about = {"kind": "mssql", "driver": tds.DRIVER, "server": "bureau", "database": "gridtill", "user": "sa"}
    platform = ServerPlatform(tmp_path, server)
    conf = tmp_path / "freetds.conf"
    platform.place.env["FREETDSCONF"] = str(conf)

    def trust(host, authority):
        conf.write_text(f"[bureau]\nhost = {host}\nport = {server.server.port}\ntds version = 7.4\n"
                        f"encryption = require\nca file = {authority}\ncheck certificate hostname = yes\n")

    try:
        trust("localhost", made)
        platform("init", "--demo")
        assert "Microsoft SQL Server" in platform("check", "store")
        for about in (("localhost", other), ("127.0.0.1", made)):
            trust(*about)
            (what, _), = platform.problems("store")
            assert "cannot connect" in what, about
        platform.store_is(**{"tls-ca": made})
        assert "freetds.conf" in platform.problems("store")[0][0]
    finally:
        server.stop()
