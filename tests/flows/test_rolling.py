"""Handlers are replaced one by one under load, as an upgrade does, and no request fails for it.

nginx keeps its connections to the handlers; one that ends closes them while requests are on their way.
"""

import contextlib
import pathlib
import signal
import socket
import subprocess
import time

import pytest

import books
from load import Load
from stack import USER, as_root, wait_until

CLIENTS = 8


def listens(path):
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as probe:
        return probe.connect_ex(path) == 0


class Second:
    """A second handler of a platform, behind the same nginx."""

    def __init__(self, stack):
        self.stack, self.process = stack, None
        self.socket = next((stack.home / "etc").glob("nginx*.conf")).parent / "unknown"
        for conf in (stack.home / "etc").glob("*.conf"):
            text = conf.read_text()
            for line in text.splitlines():
                if "terminal.sock" in line and line.strip().startswith("server "):
                    self.socket = line.split("unix:")[1].split()[0].replace("terminal.sock", "second.sock")
                    conf.write_text(text.replace(line, line + "\n" + line.replace("terminal.sock", "second.sock")))
        self.start()
        self.reload()

    def reload(self):
        """Has nginx read its configuration; ends when none of its workers knows the old one, for these close connections."""
        children = pathlib.Path(f"/proc/{self.stack.pid('nginx')}/task/{self.stack.pid('nginx')}/children")
        before = set(children.read_text().split())
        self.stack.kill("nginx", signal.SIGHUP)
        wait_until(lambda: not before & set(children.read_text().split()), 60, "nginx has read its configuration")

    def start(self):
        way = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--init-groups"] if as_root() else []
        self.process = subprocess.Popen([*way, str(self.stack.program / "libexec" / "gridtill" / "terminal.fcgi"), "--config",
                                         str(self.stack.config), "--socket", self.socket], cwd="/", env=self.stack.place.env)
        wait_until(lambda: listens(self.socket), 60, "the second handler")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(20) == 0


@pytest.fixture
def pair(make_stack):
    stack = make_stack()
    second = Second(stack)
    yield stack, second
    with contextlib.suppress(ProcessLookupError):
        second.process.kill()
    second.process.wait()
    stack.stop()


def test_no_request_fails_while_handlers_are_replaced(pair):
    stack, second = pair
    with Load(stack, CLIENTS, pause=0) as load:
        time.sleep(1)
        for _ in range(6):
            second.stop()
            time.sleep(0.2)
            second.start()
            time.sleep(0.3)
            stack.restart("terminal")  # healthy may be the other one
            wait_until(lambda: listens(second.socket.replace("second", "terminal")), 60, "the first handler")
            time.sleep(0.3)
    failed = [answer for answer in load.answers if answer.kind not in ("ok", "declined")]
    assert not failed, failed[:5]
    assert load.count("ok") > 500
    load.assert_final()
    books.assert_agree(stack)
