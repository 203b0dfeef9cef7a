"""A cashier's desk: PC/SC service, virtual reader, cards, a meter, and the card bridge, all of one's own.

pcscd always listens at /run/pcscd; here it runs in a mount namespace where that is a folder of the test's,
so any number of desks stand beside each other.  Not here: the cards themselves (tests/card/).
"""

import atexit
import contextlib
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

import requests

from place import BUILD
from stack import Unable, free_port, wait_until

DRIVER = pathlib.Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
PCSCD = "/usr/sbin/pcscd"
BRIDGE = BUILD / "gridtill-card"
ORIGIN = "https://127.0.0.1:8443"


class Desk:
    def __init__(self, origins=(ORIGIN,), port=0, arguments=()):
        for needed, name in ((DRIVER, "vsmartcard-vpcd"), (pathlib.Path(PCSCD), "pcscd"), (BRIDGE, "gridtill-card")):
            if not needed.exists():
                raise Unable(f"{name} is not there")
        if os.geteuid() != 0:
            raise Unable("a PC/SC service of one's own wants root")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="gridtill-desk-", dir="/var/tmp"))
        self.socket = self.folder / "run" / "pcscd.comm"
        self.reader_port = free_port()
        self.origins, self.wanted_port, self.arguments = origins, port, arguments
        self.pcscd = self.cards = self.bridge = None
        (self.folder / "run").mkdir()
        (self.folder / "readers").mkdir()
        (self.folder / "readers" / "vpcd").write_text(
            f'FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:{self.reader_port:#06x}\nLIBPATH {DRIVER}\n'
            f"CHANNELID {self.reader_port:#06x}\n")
        atexit.register(self.stop)
        try:
            self.start_service()
            self.start_cards()
            self.start_bridge()
        except BaseException:
            self.stop()
            raise

    # --- processes

    def start_service(self):
        out = (self.folder / "pcscd.log").open("ab")
        self.pcscd = subprocess.Popen(
            ["unshare", "--mount", "sh", "-c",
             'mkdir -p /run/pcscd && mount --bind "$0" /run/pcscd && exec "$@"', str(self.folder / "run"),
             PCSCD, "--foreground", "--config", str(self.folder / "readers")],
            stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        wait_until(self.socket.exists, 60, "pcscd does not serve: " + str(self.folder / "pcscd.log"))

    def stop_service(self):
        self._end(self.pcscd)
        self.pcscd = None
        for left in (self.folder / "run").glob("*"):
            left.unlink()

    def start_cards(self):
        self.cards = subprocess.Popen([str(BUILD / "tests" / "card" / "vcard"), str(self.reader_port)], text=True,
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=1)

    def start_bridge(self):
        log = self.folder / "bridge.log"
        log.write_bytes(b"")
        words = [str(BRIDGE), "--port", str(self.wanted_port), "--log", str(log), *self.arguments]
        for origin in self.origins:
            words += ["--origin", origin]
        self.bridge = subprocess.Popen(words, stdin=subprocess.DEVNULL,
                                       env=dict(os.environ, PCSCLITE_CSOCK_NAME=str(self.socket)))
        line = wait_until(lambda: next((line for line in log.read_text().splitlines() if "bridge.listening" in line),
                                       None), 10, "gridtill-card does not listen")
        self.port = int(line.split("port=")[1].split()[0])

    def kill_bridge(self):
        self.bridge.kill()
        self.bridge.wait()

    @staticmethod
    def _end(process):
        if process and process.poll() is None:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def stop(self):
        atexit.unregister(self.stop)
        if self.cards:
            with contextlib.suppress(OSError):
                self.cards.stdin.close()
        for process in (self.bridge, self.cards, self.pcscd):
            self._end(process)
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- hands: see tests/card/vcard.c

    def do(self, line):
        self.cards.stdin.write(line + "\n")
        self.cards.stdin.flush()
        answer = self.cards.stdout.readline().strip()
        assert not answer.startswith("what is"), answer
        return answer

    def customer(self, number, card=0):
        """The card of a demo customer as it was delivered, and the meter: count 1, inserted."""
        self.do(f"card {card} C{number}")
        self.do(f"deliver {card} {number} M{number} 1 10000")
        self.do(f"meter M{number} {number} C{number} 1")

    def put_in(self, card=0):
        """Puts a card into the reader and waits until it is seen (the service looks at its readers now and then).

        It is not read: that is a new random number, and what a page was told of the card before is worth nothing.
        """
        self.do(f"in {card}")
        wait_until(lambda: self.get("/status")["state"] == "card", 60, "the reader does not see the card")

    def take_out(self):
        self.do("out")
        wait_until(lambda: self.get("/status")["state"] != "card", 60, "the reader sees a card still")

    # --- the page's side

    def ask(self, method, path, origin=ORIGIN, body=None, headers=None, timeout=20):
        with requests.Session() as session:
            session.trust_env = False
            return session.request(method, f"http://127.0.0.1:{self.port}{path}", json=body, timeout=timeout,
                                   headers={**({"Origin": origin} if origin else {}), **(headers or {})})

    def get(self, path):
        reply = self.ask("GET", path)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def read(self):
        """The card, as soon as it can be read."""
        def look():
            seen = self.get("/card")
            return seen if seen["state"] not in ("no_card", "no_reader", "no_service") else None
        seen = wait_until(look, 60, "no card is seen")
        assert seen["state"] == "card", seen
        return seen["card"]

    def write(self, packet):
        reply = self.ask("POST", "/card/write", body=packet)
        assert reply.status_code == 200, reply.text
        return reply.json()
