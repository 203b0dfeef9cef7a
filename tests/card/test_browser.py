"""Chromium between a page and the bridge: content policy, preflight, and whose pages reach the loopback.

Chromium's own switch says for each server which address space it is in; so a page from 127.0.0.1 stands for one
of a private network, and for one of the internet.
"""

import contextlib
import http.server
import json
import pathlib
import threading

import pytest
from packet import packet
from stack import free_port, wait_until

selenium = pytest.importorskip("selenium")

POLICIES = pathlib.Path("/etc/chromium/policies/managed")
ASK = """const done = arguments[arguments.length - 1];
fetch(...arguments[0]).then(r => r.json()).then(done, e => done({failed: String(e)}));"""


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):  # noqa: N802
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Security-Policy", self.server.csp)
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>till</title>")

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def page_server(csp):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    server.csp = csp
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()


@contextlib.contextmanager
def chromium(space):
    from selenium import webdriver  # pylint: disable=import-outside-toplevel
    options = webdriver.ChromeOptions()
    for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
                 "--disable-background-networking", "--disable-component-update", f"--ip-address-space-overrides={space}"):
        options.add_argument(word)
    driver = webdriver.Chrome(options=options)
    driver.set_script_timeout(20)
    try:
        yield driver
    finally:
        driver.quit()


@contextlib.contextmanager
def policy(values):
    POLICIES.mkdir(parents=True, exist_ok=True)
    file = POLICIES / "gridtill-test.json"
    file.write_text(json.dumps(values))
    try:
        yield
    finally:
        file.unlink()


@contextlib.contextmanager
def visit(make_desk, space, csp=None):
    """A page in an address space, and the desk that takes it for the platform's: (driver, desk)."""
    bridge_port = free_port()
    with page_server(csp or f"default-src 'none'; connect-src 'self' http://127.0.0.1:{bridge_port}") as port:
        desk = make_desk(origins=(f"http://127.0.0.1:{port}",), port=bridge_port)
        with chromium(f"127.0.0.1:{port}={space}") as driver:
            driver.get(f"http://127.0.0.1:{port}/")
            yield driver, desk
        desk.stop()


def ask(driver, desk, path, **words):
    return driver.execute_async_script(ASK, [f"http://127.0.0.1:{desk.port}{path}", words])


def test_a_page_of_a_private_network_reads_and_writes(make_desk):
    with visit(make_desk, "private") as (driver, desk):
        desk.customer("2000000001")
        desk.do("in 0")
        seen = wait_until(lambda: (lambda s: s if s.get("card") else None)(ask(driver, desk, "/card")), 60, "no card")
        said = ask(driver, desk, "/card/write", method="POST", headers={"Content-Type": "application/json"},
                   body=json.dumps(packet(seen["card"], 2, 5000)))
        assert said["result"] == "written"


def test_a_public_page_wants_the_policy(make_desk):
    """Nobody is there to be asked, so the browser refuses."""
    with visit(make_desk, "public") as (driver, desk):
        assert "failed" in ask(driver, desk, "/status")


def test_the_policy_lets_a_public_page_in(make_desk):
    with policy({"LocalNetworkAccessAllowedForUrls": ["http://127.0.0.1"]}):
        with visit(make_desk, "public") as (driver, desk):
            assert ask(driver, desk, "/status").get("state") == "no_card"


def test_without_connect_src_the_browser_does_not_ask(make_desk):
    with visit(make_desk, "private", csp="default-src 'none'; connect-src 'self'") as (driver, desk):
        assert "failed" in ask(driver, desk, "/status")
