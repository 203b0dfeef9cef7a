"""Where day statements come from besides HTTP: a folder of this machine, and SFTP with a real server."""

import json
import os
import pathlib
import re
import shutil
import subprocess

import pytest

import stack as stacks
from terminal import Terminal, fresh

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def chown(path):
    if stacks.as_root():
        shutil.chown(path, stacks.USER, stacks.USER)


def key_pair(path):
    subprocess.run(["ssh-keygen", "-q", "-t", "ecdsa", "-N", "", "-m", "PEM", "-f", path], check=True)
    return path


@pytest.fixture
def folder():
    one = stacks.public_folder("gridtill-test-")
    chown(one)
    yield one
    shutil.rmtree(one, ignore_errors=True)


def platform(make_stack, folder, url, more=""):
    """A platform that gets its statements from `url`, where one of today lies, with two sales."""
    conf = (*stacks.QUICK_CONF, ('url="http://127.0.0.1:@SIM_PORT@"',
                          f'url="http://127.0.0.1:@SIM_PORT@" statement-url="{url}" {more}'))
    stack = make_stack(conf, (*stacks.QUICK_DEFINITION, ('path="/sg186/dz/{date}.txt"', 'path="/{date}.txt"')))
    terminal = Terminal(stack)
    for amount in ("10.00", "20.00"):
        assert terminal.recharge(fresh("remote"), amount).ResultCode == 0
    date = int(stack.sql("SELECT biz_date FROM gt_state")[0][0])
    stack.sim("statement", "--db", stack.sim_db, "--date", date, "--out", folder / f"{date}.txt")
    return stack, date


def reconcile(stack, date):
    done = stack.gridtill("reconcile", "sg186", date, "--lines", "--json", check=False)
    return done, json.loads(done.stdout)


def test_from_a_folder(make_stack, folder):
    stack, date = platform(make_stack, folder, f"file://{folder}")
    done, found = reconcile(stack, date)
    assert done.returncode == 0 and found["lines"] == found["matched"] == 2, done.stderr
    (folder / f"{date}.txt").unlink()
    done, found = reconcile(stack, date)
    assert done.returncode == 1 and "no statement of that day" in done.stderr


@pytest.fixture
def sftp(folder):
    """An SSH server on a free port that gives files, to one key; (port, key, known hosts)."""
    if SSHD is None:
        pytest.skip("openssh-server is not installed")
    if not stacks.as_root():
        pytest.skip("an SSH server that lets in by key is started by root")
    os.makedirs("/run/sshd", exist_ok=True)
    host, key, port = key_pair(folder / "host"), key_pair(folder / "key"), stacks.free_port()
    chown(key)
    config = folder / "sshd_config"
    config.write_text(f"""Port {port}
ListenAddress 127.0.0.1
HostKey {host}
PidFile {folder}/pid
AuthorizedKeysFile {folder}/key.pub
PubkeyAuthentication yes
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
StrictModes no
UsePAM no
Subsystem sftp internal-sftp
""")
    process = subprocess.Popen([SSHD, "-D", "-e", "-f", config], stderr=open(folder / "sshd.log", "wb"))
    hosts = folder / "known_hosts"

    def known():
        hosts.write_text(subprocess.run(["ssh-keyscan", "-p", str(port), "127.0.0.1"], capture_output=True, text=True, check=False).stdout)
        return hosts.read_text()

    try:
        stacks.wait_until(known, 60, "the SSH server answers")
        hosts.chmod(0o644)
        yield port, key, hosts
    finally:
        process.terminate()
        process.wait(10)


def test_by_sftp(make_stack, folder, sftp):
    port, key, hosts = sftp
    stack, date = platform(make_stack, folder, f"sftp://root@127.0.0.1:{port}{folder}", f'statement-key="{key}" statement-hosts="{hosts}"')
    done, found = reconcile(stack, date)
    assert done.returncode == 0 and found["lines"] == found["matched"] == 2, done.stderr + (folder / "sshd.log").read_text()
    # A host that nobody knows is not spoken to.
    was = hosts.read_text()
    hosts.write_text("")
    done, found = reconcile(stack, date)
    assert done.returncode == 1 and re.search(r"curl \d+", done.stderr), done.stderr
    # Nor is one whose key is another.
    other = (key_pair(folder / "other").with_suffix(".pub")).read_text().split()
    hosts.write_text(f"[127.0.0.1]:{port} {other[0]} {other[1]}\n")
    assert reconcile(stack, date)[0].returncode == 1
    hosts.write_text(was)
    assert reconcile(stack, date)[0].returncode == 0
    pathlib.Path(folder / f"{date}.txt").unlink()
    done, found = reconcile(stack, date)
    assert done.returncode == 1 and "no statement of that day" in done.stderr
