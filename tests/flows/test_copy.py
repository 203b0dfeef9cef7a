"""gridtill store copy: a platform with real sales moves from its file to a server, and sells on there.

The servers are the tests' own: PostgreSQL, and the small TDS server.
"""

import pathlib
import shutil
import signal
import subprocess

import pytest

import books
import place
import stack as stacks
from place import TOP
from terminal import OK, Card, Terminal, fresh

pytestmark = pytest.mark.skipif(place.on_server(), reason="the source is a file")

STORE = '<store path="@HOME@/data/gridtill.db" readers="8"/>'
KINDS = {"postgres": "PostgreSQL", "tds": "SQL Server"}


class Server:
    """A server with an empty database, and the <store> that names it."""

    def __init__(self, kind):
        self.kit = TOP / "tests" / "kit" / kind
        self.kind = "mssql" if kind == "tds" else kind
        self.folder = stacks.public_folder("gridtill-server-")
        done = subprocess.run([self.kit, "start", self.folder], capture_output=True, text=True, check=False, timeout=60)
        if done.returncode == 77:
            shutil.rmtree(self.folder)
            pytest.skip(f"{kind} is not installed")
        assert done.returncode == 0, done.stderr
        self.parts = dict(part.split("=", 1) for part in done.stdout.strip().lower().split(";"))

    def stop(self):
        subprocess.run([self.kit, "stop", self.folder], check=True, timeout=60)

    def element(self, secret):
        return (f'<store kind="{self.kind}" server="127.0.0.1" port="{self.parts["port"]}" '
                f'database="{self.parts["database"]}" user="{self.parts["uid"]}" secret-file="{secret}"/>')


@pytest.fixture(params=KINDS)
def server(request):
    one = Server(request.param)
    yield one
    one.stop()


@pytest.fixture
def own(make_stack):
    """A platform that has sold a little of everything."""
    one = make_stack()
    terminal = Terminal(one)
    for _ in range(12):
        assert terminal.recharge(fresh("remote")).ResultCode == OK
    customer = fresh("card")
    card = Card(customer)
    sold = terminal.recharge(customer, "50.00", card=card)
    assert sold.ResultCode == OK
    assert terminal.confirm(sold.TransactionNo).ResultCode == OK
    customer = fresh("remote")
    sold = terminal.recharge(customer, "20.00")
    assert terminal.reverse(sold.TransactionNo, customer, "20.00").ResultCode == OK
    return one


def secret_of(stack, server):
    """The server's secret, in a file that the service alone can read."""
    file = stack.home / "data" / "store.secret"
    file.write_text(server.parts["pwd"] + "\n")
    file.chmod(0o640)
    if stacks.as_root():
        shutil.chown(file, stacks.USER, stacks.USER)
    return file


def target_of(stack, server):
    """A configuration like the platform's own, but for the store."""
    file = stack.home / "etc" / "target.xml"
    own_store = STORE.replace("@HOME@", str(stack.home))
    text = stack.config.read_text()
    assert own_store in text
    file.write_text(text.replace(own_store, server.element(secret_of(stack, server))))
    return file


def copy(stack, target, *words, **env):
    """Runs the command; its status, and all it said."""
    done = subprocess.run(
        [*service(), stack.program / "bin" / "gridtill", "--config", stack.config, "store", "copy", "--to", target, *words],
        env={**stack.place.env, **env}, cwd="/", capture_output=True, text=True, check=False, timeout=120)
    return done.returncode, done.stdout + done.stderr


def service():
    if not stacks.as_root():
        return []
    return ["setpriv", f"--reuid={stacks.USER}", f"--regid={stacks.USER}", "--init-groups"]


def copy_and_die(stack, target, every):
    """Copies, dying at every so many commits, until it is through; how often it died."""
    deaths = 0
    while True:
        step = ("store.before_commit", "store.after_commit")[deaths % 2]
        status, said = copy(stack, target, GRIDTILL_DIE_AT=f"{step}:{every}")
        if status == 0:
            return deaths
        assert status == -signal.SIGKILL, said
        deaths += 1
        assert deaths < 100, "it does not come to an end"


def move(stack, server):
    """The platform's configuration names the server from now on."""
    edited = pathlib.Path(stack.env["GRIDTILL_CONF"])
    text = edited.read_text()
    assert STORE in text
    edited.write_text(text.replace(STORE, server.element(stack.home / "data" / "store.secret")))


def test_a_platform_moves_to_a_server_and_sells_on(own, server):
    target = target_of(own, server)
    status, said = copy(own, target)
    assert status == 1 and "in use by process" in said and "stop all services" in said
    own.stop()
    # The schema takes two commits or three; each death behind them leaves more in the target.
    assert copy_and_die(own, target, every=6) >= 3
    status, said = copy(own, target)
    assert status == 0 and "holds all of it already" in said and " 0 differences" in said
    sold = len(books.journal(own))
    move(own, server)
    own.start()
    assert len(books.journal(own)) == sold
    terminal = Terminal(own)
    assert terminal.recharge(fresh("remote")).ResultCode == OK
    books.wait_decided(own)
    books.assert_agree(own)
    own.stop()
    (own.home / "etc" / "source.xml").write_text(own.config.read_text().replace(
        server.element(own.home / "data" / "store.secret"), STORE.replace("@HOME@", str(own.home))))
    own.config = own.home / "etc" / "source.xml"
    status, said = copy(own, target)
    assert status == 1 and "rows of its own" in said and "empty database" in said


def test_what_cannot_be_copied_is_refused_with_what_to_do(own):
    own.stop()
    etc = own.home / "etc"
    status, said = copy(own, own.config)
    assert status == 1 and "same store" in said
    status, said = copy(own, etc / "none.xml")
    assert status == 1 and "none.xml" in said
    other = etc / "other.xml"
    other.write_text(own.config.read_text().replace("data/gridtill.db", "data/other.db").replace("data/keys", "data/none"))
    status, said = copy(own, other)
    assert status == 1 and "data/none" in said
    keys = own.home / "data" / "other-keys"
    keys.write_text("".join(f"{name} {'ab' * 32}\n" for name in ("master", "audit")))
    keys.chmod(0o640)
    if stacks.as_root():
        shutil.chown(keys, stacks.USER, stacks.USER)
    other.write_text(other.read_text().replace("data/none", "data/other-keys"))
    status, said = copy(own, other)
    assert status == 1 and "different key files" in said
    assert not (own.home / "data" / "other.db").exists()
    status, said = copy(own, other, GRIDTILL_STORE="Driver=none")
    assert status == 1 and "GRIDTILL_STORE is set" in said


def test_an_unfinished_copy_is_no_platform(own):
    own.stop()
    other = own.home / "etc" / "other.xml"
    other.write_text(own.config.read_text().replace("data/gridtill.db", "data/other.db"))
    status, _ = copy(own, other, GRIDTILL_DIE_AT="store.after_commit:8")
    assert status == -signal.SIGKILL
    for words in (["org", "list"], ["init", "--demo"]):
        done = own.command(own.program / "bin" / "gridtill", "--config", other, *words, check=False)
        assert done.returncode == 1, words
    assert "gridtill store copy" in done.stderr
    status, said = copy(own, other, "--json")
    assert status == 0 and '"copy": "resumed"' in said and '"differences": 0' in said
