"""A platform of one's own: the real programs, nginx and TLS, in a temporary folder on free ports.

It is started by conf/stack, as quickstart does.  Not here: how to talk to it (terminal.py,
envelope.py).
"""

import atexit
import contextlib
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import requests

import place
import web
from place import BUILD, TOP

USER = os.environ.get("GRIDTILL_USER", "gridtill")
RULE_SECONDS = 0.12  # after which the stand-in has looked at its faults again: it does so after 0.1
ORG = "DEMO-STATION"  # where the demo's cashier works
# Doubt ends sooner than in production, so that tests need not wait for half a minute.
QUICK_CONF = (("<worker/>", '<worker poll-ms="200" retry-ms="500"/>'),)
QUICK_DEFINITION = (('grace-ms="30000"', 'grace-ms="3000"'),)
LAUNCH = """#!/bin/sh
# Puts failure points into the programs of a test: see Stack.die_at() and Stack.hold().
folder=$1
shift
name=$(basename "$1")
case " $* " in *' worker '*) name=worker ;; esac
while [ -e "$folder/hold-$name" ]; do sleep 0.1; done
if [ -e "$folder/die-$name" ]; then
    GRIDTILL_DIE_AT=$(cat "$folder/die-$name")
    export GRIDTILL_DIE_AT
    rm -f "$folder/die-$name"
fi
exec "$@"
"""


class Unable(Exception):
    """What a test needs and this machine does not have."""


def as_root():
    return os.geteuid() == 0


def public_folder(prefix):
    """A temporary folder that the service user can enter."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix=prefix, dir="/var/tmp"))
    folder.chmod(0o755)
    return folder


def install_program():
    """Installs what was built where the service user can read it; gives the folder."""
    folder = public_folder("gridtill-program-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    subprocess.run(["make", "-s", "-C", str(BUILD), "install", f"prefix={folder}"], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    return folder


def listens(port):
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) == 0


def free_port():
    """A port that nobody listens on, below those that the kernel gives to connections: one of these could be taken by a
    connection of another test before it is listened on."""
    while True:
        port = random.SystemRandom().randrange(15000, 32000)
        with contextlib.closing(socket.socket()) as s, contextlib.suppress(OSError):
            s.bind(("127.0.0.1", port))
            return port


def wait_until(condition, seconds, what):
    """Waits for a true value and gives it; fails with `what` when the time is over.  It asks ever more rarely: many
    tests wait beside each other, and asking is a process each."""
    end, pause = time.monotonic() + seconds, 0.02
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"after {seconds} s still not: {what}")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.3)


class Stack:
    """One platform.  `conf` and `definition` are (old, new) replacements in gridtill.xml and in the
    definition of the marketing system; `sim` are options of the stand-in; `environment` is for conf/stack."""

    def __init__(self, program, conf=(), definition=(), sim="", own_place=True, environment=None):
        self.program = program
        self.home = public_folder("gridtill-test-")
        self.port = free_port()
        self.sim_port = free_port()
        self.url = f"https://localhost:{self.port}"
        self.certificate = str(self.home / "tls" / "cert.pem")
        self.config = self.home / "etc" / "gridtill.xml"
        self.sim_db = self.home / "data" / "sim.db"
        self.points = self.home / "points"
        self.process = None
        self.place = place.Place(own_place)
        self.way = []  # what conf/stack's command line begins with
        self._prepare(conf, definition)
        self.env["GRIDTILL_SIM_OPTIONS"] = sim
        self.env["GRIDTILL_SIGNIN_RATE"] = "6000"  # tests sign in more often than people
        self.env.update(environment or {})

    def _prepare(self, conf, definition):
        share = self.program / "share" / "gridtill"
        self.points.mkdir()
        self.points.chmod(0o777)
        launch = self.home / "launch"
        launch.write_text(LAUNCH)
        launch.chmod(0o755)
        edited = self.home / "edited"
        edited.mkdir()
        shutil.copy(share / "marketing" / "adapter.xsd", edited)
        self._edit(share / "marketing" / "sg186.xml", edited / "sg186.xml", definition)
        self._edit(share / "conf" / "stack.xml.in", edited / "stack.xml.in", conf)
        self.env = dict(self.place.env, GRIDTILL_PROGRAM=str(self.program), GRIDTILL_HOME=str(self.home),
                        GRIDTILL_PORT=str(self.port), GRIDTILL_SIM_PORT=str(self.sim_port), GRIDTILL_USER=USER,
                        GRIDTILL_CONF=str(edited / "stack.xml.in"), GRIDTILL_DEFINITION=str(edited / "sg186.xml"),
                        GRIDTILL_LAUNCH=f"{launch} {self.points}")

    @staticmethod
    def _edit(source, target, replacements):
        text = source.read_text()
        for old, new in replacements:
            assert old in text, f"{source} does not hold {old}"
            text = text.replace(old, new)
        target.write_text(text)
        target.chmod(0o644)

    # --- life ---

    def start(self, seconds=60):
        """Starts it and waits for its "ready" line."""
        self.out = self.home / "stack.out"
        mark = len(self.said())
        with open(self.out, "ab") as out:
            self.process = subprocess.Popen([*self.way, str(TOP / "conf" / "stack"), "run"], env=self.env, stdin=subprocess.DEVNULL,
                                            stdout=out, stderr=subprocess.STDOUT, start_new_session=True)
        atexit.register(self.stop)

        def ready():
            assert self.process.poll() is None, f"the platform did not start:\n{self.said()[-3000:]}"
            return "ready https://" in self.said()[mark:]

        wait_until(ready, seconds, "ready")
        return self

    def stop(self):
        """Stops it as Ctrl-C would; gives its exit status."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(40)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise
        return self.process.returncode

    def remove(self):
        run = (self.home / "run").resolve()
        self.stop()
        if not os.environ.get("GRIDTILL_KEEP"):
            shutil.rmtree(self.home, ignore_errors=True)
            if run.name == f"gridtill-{self.port}":  # left behind by a watcher that was killed
                shutil.rmtree(run, ignore_errors=True)
            self.place.remove()

    def said(self):
        """What conf/stack printed so far."""
        return self.out.read_text(errors="replace") if self.out.exists() else ""

    def log(self, name="terminal.fcgi"):
        """The service log of a program, as far as it is written."""
        return "".join(p.read_text(errors="replace") for p in sorted((self.home / "log").glob(f"*{name}*")))

    # --- processes ---

    def pid(self, name):
        return int((self.home / "run" / f"{name}.pid").read_text())

    def kill(self, name, number=signal.SIGKILL):
        """Kills sim, terminal, worker or nginx; conf/stack starts it again."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid(name), number)

    def restart(self, name, seconds=20):
        """Ends a program in good order and waits for its successor."""
        before = self.pid(name)
        self.kill(name, signal.SIGTERM)
        wait_until(lambda: self.pid(name) != before, seconds, f"{name} started again")
        if name == "terminal":
            self.wait_healthy()

    def wait_healthy(self, seconds=20):
        session = web.session(self)

        def healthy():
            with contextlib.suppress(requests.RequestException):
                return session.get(self.url + "/healthz", timeout=5).status_code == 200
            return False

        wait_until(healthy, seconds, "healthz")

    def die_at(self, program, step):
        """The next start of `program` (terminal.fcgi, worker, gridtill-sim) dies at `step`."""
        (self.points / f"die-{program}").write_text(step)
        (self.points / f"die-{program}").chmod(0o666)

    @contextlib.contextmanager
    def hold(self, program, name):
        """`program`, called `name` by conf/stack, is down as long as this lasts; the stand-in serves again behind it."""
        flag = self.points / f"hold-{program}"
        flag.touch()
        try:
            before = self.pid(name)
            self.kill(name)
            wait_until(lambda: self.pid(name) != before, 60, f"{name} is held")
            yield
        finally:
            flag.unlink()
            if name == "sim":
                wait_until(lambda: listens(self.sim_port), 60, "the stand-in serves again")

    # --- commands ---

    def command(self, *words, check=True, given=""):
        """Runs a command as the service user, with `given` on standard input."""
        way = []
        if as_root():
            way = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--init-groups"]
        done = subprocess.run(way + [str(w) for w in words], capture_output=True, text=True, check=False, cwd="/",
                              env=self.place.env, input=given, timeout=120)
        if check and done.returncode != 0:
            raise AssertionError(f"{' '.join(map(str, words))} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done

    def gridtill(self, *words, **named):
        return self.command(self.program / "bin" / "gridtill", "--config", self.config, *words, **named)

    def sql(self, statement):
        """Rows of the platform's store, past the platform."""
        return self.place.sql(self.home / "data" / "gridtill.db", statement)

    def sim(self, *words, **named):
        return self.command(self.program / "bin" / "gridtill-sim", *words, **named)

    def fault(self, kind, *options):
        """Tells the stand-in to misbehave for everybody; fault("none") ends it."""
        self.sim("fault", kind, "--db", self.sim_db, *options)
        time.sleep(RULE_SECONDS)

    def add_cashier(self, login, operator, limit):
        """A cashier with an account of its own."""
        self.gridtill("user", "add", login, "测试员", "--org", ORG, "--operator", operator, "--role", "cashier", "--limit",
                      limit, "--password-stdin", given="GridTill-test-1\n")

    def add_terminal(self, number, secret):
        """A terminal for every operator of the demo's station."""
        self.gridtill("terminal", "add", number, "--org", ORG, "--kind", "pos", "--secret-stdin", given=secret + "\n")

    def set_limit(self, operator, limit):
        self.gridtill("account", "limit", "--operator", operator, "--credit", limit)
