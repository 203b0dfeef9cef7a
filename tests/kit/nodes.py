"""Several nodes over one PostgreSQL: each in a network namespace of its own, behind one nginx.

    pytest, stand-in, front nginx ──┬── node 1: nginx, terminal.fcgi, worker
                                    ├── node 2: the same
                                    └── PostgreSQL

A bridge joins them, and the database's port of it can be taken away.  Needs root.  Not here: a
platform on one machine (stack.py).
"""

import atexit
import contextlib
import os
import pathlib
import shutil
import subprocess
import time

import stack as stacks
import terminal as terminals

KIT = pathlib.Path(__file__).resolve().parent
POSTGRES = KIT / "postgres"

# Doubt ends sooner than in production; the time limits of an answer are those of production.
CONF = (("<worker/>", '<worker poll-ms="200" retry-ms="500"/>'),)
DEFINITION = (('grace-ms="30000"', 'grace-ms="3000"'), ('breaker-open-ms="2000"', 'breaker-open-ms="500"'))


def run(*words, **named):
    """Runs a command; gives what it printed."""
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, timeout=60,
                          stdin=subprocess.DEVNULL, **named)
    if done.returncode == 77:
        raise stacks.Unable(done.stderr.strip())
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, words))}: {done.stdout}{done.stderr}")
    return done.stdout


class Net:
    """A bridge in our own namespace, and namespaces behind it with one address each."""

    def __init__(self):
        number = os.getpid() % 16384
        self.name = f"gtn{number}"
        self.prefix = f"10.{192 + number // 256}.{number % 256}"
        self.address = self.prefix + ".1"
        self.spaces = {}
        atexit.register(self.remove)
        try:
            # An address of its own: otherwise it changes with the ports, and the others lose it.
            run("ip", "link", "add", self.name, "address", "02:00:00:00:00:01", "type", "bridge")
            run("ip", "address", "add", f"{self.address}/24", "dev", self.name)
            run("ip", "link", "set", self.name, "up")
            run("ip", "netns", "add", self.name)  # not used: only to see that it may be done
            run("ip", "netns", "del", self.name)
        except (RuntimeError, FileNotFoundError) as why:
            self.remove()
            raise stacks.Unable(f"no network namespaces: {why}") from why

    def add(self, name):
        """A namespace; gives its address."""
        space, port = f"{self.name}-{name}", f"{self.name}{name}"
        address = f"{self.prefix}.{10 + len(self.spaces)}"
        run("ip", "netns", "add", space)
        self.spaces[name] = space
        run("ip", "link", "add", port, "type", "veth", "peer", "name", "up0", "netns", space)
        run("ip", "link", "set", port, "master", self.name, "up")
        inside = ("ip", "-n", space)
        run(*inside, "link", "set", "lo", "up")
        run(*inside, "address", "add", f"{address}/24", "dev", "up0")
        run(*inside, "link", "set", "up0", "up")
        return address

    def inside(self, name):
        """What a command begins with to run in a namespace."""
        return ["ip", "netns", "exec", self.spaces[name]]

    def drop(self, name, dropped=True):
        """Takes a namespace's port off the bridge, or puts it back: packets just vanish."""
        port = f"{self.name}{name}"
        run("ip", "link", "set", port, *(("nomaster",) if dropped else ("master", self.name)))

    def remove(self):
        for space in self.spaces.values():
            subprocess.run(["ip", "netns", "del", space], check=False, stderr=subprocess.DEVNULL)
        self.spaces = {}
        subprocess.run(["ip", "link", "del", self.name], check=False, stderr=subprocess.DEVNULL)


class Database:
    """A PostgreSQL in a namespace, and the ways it can be gone."""

    def __init__(self, net):
        self.net = net
        self.address = net.add("db")
        self.folder = stacks.public_folder("gridtill-pg-") / "pg"
        self.env = dict(os.environ, GT_TEST_LISTEN=self.address)
        atexit.register(self.remove)
        self.order("start")
        self.port = (self.folder / "port").read_text().strip()

    def order(self, verb):
        run(*self.net.inside("db"), POSTGRES, verb, self.folder, env=self.env)

    def element(self, secret):
        """The <store> of gridtill.xml."""
        return (f'<store kind="postgres" server="{self.address}" port="{self.port}" database="gridtill" '
                f'user="gridtill" secret-file="{secret}"/>')

    def go(self, how):
        """Is gone from now on: "stopped", "frozen" or "unreachable"."""
        if how == "unreachable":
            self.net.drop("db")
        else:
            self.order({"stopped": "kill", "frozen": "freeze"}[how])

    def come(self, how):
        """Is back."""
        if how == "unreachable":
            self.net.drop("db", False)
        else:
            self.order({"stopped": "wake", "frozen": "thaw"}[how])

    def remove(self):
        if self.folder.parent.exists():
            with contextlib.suppress(RuntimeError, subprocess.TimeoutExpired):
                self.order("thaw")
            subprocess.run([POSTGRES, "stop", self.folder], check=False, timeout=30)
            shutil.rmtree(self.folder.parent, ignore_errors=True)


class Node(stacks.Stack):
    """nginx, handler and worker in a namespace, over the common database and stand-in."""

    def __init__(self, program, net, name, conf, definition, first=None):
        self.net, self.name = net, name
        self.address = net.add(name)
        super().__init__(program, conf, definition, own_place=False)
        self.env.update(GRIDTILL_PROGRAMS="terminal console cashier worker nginx", GRIDTILL_LISTEN="0.0.0.0",
                        GRIDTILL_FRONT=net.address)
        self.way = net.inside(name)
        data = self.home / "data"
        data.mkdir(exist_ok=True)
        (data / "store.secret").write_text("gridtill-test")
        if first:
            shutil.copy(first.home / "data" / "keys", data / "keys")
        for file in data.iterdir():
            file.chmod(0o600)
            shutil.chown(file, stacks.USER, stacks.USER)


class Front:
    """The nginx in front of nodes, as conf/nginx/front.conf.in has it."""

    def __init__(self, program, net, nodes):
        self.home = stacks.public_folder("gridtill-front-")
        self.port = stacks.free_port()
        share = program / "share" / "gridtill"
        for folder in ("etc", "log", "tls", "nginx"):
            (self.home / folder).mkdir()
        (self.home / "nginx").chmod(0o711)
        subprocess.run(["cp", "-a", f"{nodes[0].home}/tls/.", self.home / "tls"], check=True)
        trusted = "".join(pathlib.Path(node.certificate).read_text() for node in nodes)
        (self.home / "tls" / "nodes.pem").write_text(trusted)
        servers = [f"server {node.address}:{node.port} max_fails=3 fail_timeout=1s;" for node in nodes]
        words = {"HOME": self.home, "SHARE": share, "RUN": self.home, "PORT": self.port, "LISTEN": "127.0.0.1",
                 "NODES": "\n    ".join(servers),
                 "NODE_CA": self.home / "tls" / "nodes.pem", "NODE_NAME": "localhost",
                 "USER_LINE": "user www-data www-data;"}
        for name in ("nginx.conf", "front.conf", "edge.conf"):
            text = (share / "conf" / "nginx" / f"{name}.in").read_text().replace("gridtill.conf;", "front.conf;")
            for word, value in words.items():
                text = text.replace(f"@{word}@", str(value))
            (self.home / "etc" / name).write_text(text)
        self.process = subprocess.Popen(["nginx", "-e", "stderr", "-p", self.home / "nginx", "-c",
                                         self.home / "etc" / "nginx.conf"], stdin=subprocess.DEVNULL)
        self.url = f"https://localhost:{self.port}"
        self.certificate = str(self.home / "tls" / "cert.pem")

    def stop(self):
        self.process.terminate()
        self.process.wait(20)
        shutil.rmtree(self.home, ignore_errors=True)


class Nodes:
    """The whole.  To clients and to books.py it looks like one platform: its front and its first node."""

    def __init__(self, program, conf=(), definition=(), count=2, sim=""):
        self.ends = contextlib.ExitStack()
        atexit.register(self.stop)
        self.net = Net()
        self.ends.callback(self.net.remove)
        self.database = Database(self.net)
        self.ends.callback(self.database.remove)
        self.nodes = []
        self._start_sim(program, sim)
        conf = (*conf, ('<store path="@HOME@/data/gridtill.db" readers="8"/>',
                        self.database.element("@HOME@/data/store.secret")),
                ('url="http://127.0.0.1:@SIM_PORT@"', f'url="http://{self.net.address}:{self.sim_port}"'))
        for number in range(1, count + 1):
            node = Node(program, self.net, f"n{number}", conf, definition, self.nodes[0] if self.nodes else None)
            self.ends.callback(node.remove)
            self.nodes.append(node)
            node.start()
        self.front = Front(program, self.net, self.nodes)
        self.ends.callback(self.front.stop)
        self.url, self.certificate = self.front.url, self.front.certificate
        first = self.nodes[0]
        self.gridtill, self.sim, self.points = first.gridtill, first.sim, first.points
        self.add_cashier, self.add_terminal = first.add_cashier, first.add_terminal
        stacks.wait_until(self._answers, 60, "the front answers")

    def _start_sim(self, program, options):
        home = stacks.public_folder("gridtill-sim-")
        self.ends.callback(shutil.rmtree, home, ignore_errors=True)
        shutil.chown(home, stacks.USER)
        self.sim_db = home / "sim.db"
        self.sim_port = stacks.free_port()
        process = subprocess.Popen(["setpriv", f"--reuid={stacks.USER}", f"--regid={stacks.USER}", "--init-groups",
                                    "--pdeathsig", "TERM", program / "bin" / "gridtill-sim", "serve", "--db", self.sim_db,
                                    "--listen", f"{self.net.address}:{self.sim_port}", *options.split()],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, cwd="/")
        self.ends.callback(process.wait, 20)
        self.ends.callback(process.terminate)

    def _answers(self):
        with contextlib.suppress(Exception):
            return terminals.Terminal(self).query(terminals.fresh("remote")).ResultCode == 0
        return False

    def healthy(self, node):
        """The status of a node's /healthz, as its own machine sees it."""
        done = subprocess.run([*node.way, "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--max-time", "5",
                               "--cacert", node.certificate, f"https://localhost:{node.port}/healthz"],
                              capture_output=True, text=True, check=False, timeout=20)
        return int(done.stdout or 0)

    def fault(self, kind, *options):
        self.sim("fault", kind, "--db", self.sim_db, *options)
        time.sleep(stacks.RULE_SECONDS)

    def stop(self):
        self.ends.close()
