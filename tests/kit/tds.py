"""The small TDS server of tests/tds in a process of its own: started, told its faults, killed."""

import json
import pathlib
import shutil
import socket
import subprocess
import tempfile

SERVER = pathlib.Path(__file__).resolve().parents[1] / "tds" / "server.py"
DRIVER = "/usr/lib/x86_64-linux-gnu/odbc/libtdsodbc.so"
PASSWORD = "x"


class TdsServer:
    """A server with an empty database, or with the one that was in `folder`."""

    def __init__(self, folder=None, arguments=()):
        self.own_folder = folder is None
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="gridtill-tds-"))
        self.file = self.folder / "tds.db"
        self.arguments = list(arguments)
        self.port = self.control_port = 0
        self.process = None
        self.start()

    def start(self):
        """Starts it; after the first time on the same ports."""
        command = ["/usr/bin/python3", str(SERVER), str(self.file), "--port", str(self.port), "--control",
                   str(self.control_port), "--until-eof", *self.arguments]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        words = self.process.stdout.readline().split()
        assert len(words) == 4, "the TDS server did not start"
        self.port, self.control_port = int(words[1]), int(words[3])
        return self

    def kill(self):
        """Ends it as a power cut would."""
        self.process.kill()
        self.wait()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        self.wait()

    def wait(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(timeout=10)

    def remove(self):
        self.stop()
        if self.own_folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def connection_string(self, **more):
        """What an ODBC program connects with; `more` replaces parts or adds to them."""
        parts = {"Driver": DRIVER, "Server": "127.0.0.1", "Port": self.port, "TDS_Version": "7.4", "UID": "sa",
                 "PWD": PASSWORD, "Database": "gridtill", "ClientCharset": "UTF-8", **more}
        return ";".join(f"{name}={value}" for name, value in parts.items())

    def order(self, line):
        """Gives an order to the control port (tests/tds/faults.py); it must be understood."""
        with socket.create_connection(("127.0.0.1", self.control_port), timeout=10) as link:
            link.sendall(line.encode() + b"\n")
            answer = link.makefile().readline().strip()
        assert answer == "ok" or answer.startswith("{"), f"{line}: {answer}"
        return json.loads(answer) if answer.startswith("{") else None

    def stats(self):
        return self.order("stats")
