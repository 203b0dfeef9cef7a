"""The platform's life on one machine: what conf/stack, and so quickstart, promises."""

import contextlib
import os
import socket
import subprocess
import time

import pytest

import books
import place
import stack as stacks
from terminal import Terminal, fresh, next_trace


@pytest.fixture
def own(make_stack):
    """A platform of the test's own."""
    one = make_stack()
    yield one
    one.stop()


def processes(stack):
    """Command lines of processes that name the platform's folder."""
    found = []
    for entry in os.listdir("/proc"):
        with contextlib.suppress(OSError):
            if entry.isdigit():
                with open(f"/proc/{entry}/cmdline", "rb") as file:
                    line = file.read().decode(errors="replace").replace("\0", " ")
                if str(stack.home) in line:
                    found.append(line)
    return found


def test_stops_cleanly_and_keeps_its_data(own):
    customer = fresh("remote")
    bought = Terminal(own).recharge(customer, "10.00", next_trace())
    begin = time.monotonic()
    assert own.stop() == 0
    assert time.monotonic() - begin < 15
    assert processes(own) == []
    assert not os.path.exists(f"/run/gridtill-{own.port}")
    own.start()
    assert Terminal(own).call("InquireTransaction", TransactionNo=bought.TransactionNo).Transaction.State == "posted"
    books.assert_agree(own)


def test_a_second_one_says_that_it_is_running(own):
    done = subprocess.run([str(stacks.TOP / "conf" / "stack"), "run"], env=own.env, capture_output=True, text=True,
                          check=False, timeout=20)
    assert done.returncode == 1 and "running already" in done.stderr
    assert Terminal(own).credit().ResultCode == 0


def test_a_port_that_is_taken_is_named(program):
    one = stacks.Stack(program)
    with socket.socket() as s:
        s.bind(("127.0.0.1", one.port))
        s.listen()
        done = subprocess.run([str(stacks.TOP / "conf" / "stack"), "run"], env=one.env, capture_output=True, text=True,
                              check=False, timeout=20)
    one.remove()
    assert done.returncode == 1 and f"port {one.port} is taken" in done.stderr


@pytest.mark.parametrize("name", ["terminal", "worker", "sim"])
def test_what_is_killed_is_back_within_a_second(own, name):
    time.sleep(1.2)
    before = own.pid(name)
    own.kill(name)
    stacks.wait_until(lambda: own.pid(name) != before, 1, f"{name} is back")
    stacks.wait_until(lambda: name + " ended by signal KILL" in own.said(), 2, "it was said")

    def sells():
        with contextlib.suppress(Exception):
            return Terminal(own).recharge(fresh("remote"), "1.00").ResultCode == 0
        return False

    stacks.wait_until(sells, 5, "it sells again")


def test_what_is_killed_together_is_back(own):
    """A death that comes while another is seen to is not forgotten."""
    names = ("terminal", "worker", "sim")
    for _ in range(6):
        time.sleep(1.2)
        before = {name: own.pid(name) for name in names}
        for name in names:
            own.kill(name)
        for name in names:
            stacks.wait_until(lambda: own.pid(name) != before[name], 5, f"{name} is back")


def test_nothing_is_left_when_the_watcher_is_killed(own):
    own.process.kill()
    own.process.wait()
    stacks.wait_until(lambda: processes(own) == [], 15, "all have ended")


def test_keys_and_data_are_the_services_alone(own):
    names = ["data", "data/keys", "log", "tls/key.pem"]
    if not place.on_server():
        names.append("data/gridtill.db")
    for name in names:
        assert (own.home / name).stat().st_mode & 0o007 == 0, name
