"""Who may ask the bridge, and what it makes of requests that no page of ours sends."""

import json
import random
import socket

import pytest
from desk import ORIGIN
from packet import packet

PREFLIGHT = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type",
             "Access-Control-Request-Private-Network": "true"}


def raw(desk, data):
    """What comes back for these bytes."""
    with socket.create_connection(("127.0.0.1", desk.port), timeout=10) as s:
        s.sendall(data)
        s.shutdown(socket.SHUT_WR)
        out = b""
        while True:
            try:
                part = s.recv(65536)
            except ConnectionResetError:
                return out
            if not part:
                return out
            out += part


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example", ORIGIN + ".evil.example", ORIGIN + "/", ORIGIN[:-1],
                                    ORIGIN.upper(), ORIGIN.replace("https", "http"), "*", ""])
@pytest.mark.parametrize("method, path", [("GET", "/card"), ("GET", "/status"), ("POST", "/card/write"), ("OPTIONS", "/card/write")])
def test_another_pages_request_is_refused_and_touches_nothing(desk, method, path, origin):
    before = desk.do("commands")
    reply = desk.ask(method, path, origin=origin, headers=PREFLIGHT if method == "OPTIONS" else None)
    assert reply.status_code == 403 and reply.json()["error"] == "origin"
    assert not [name for name in reply.headers if name.lower().startswith("access-control")]
    assert desk.do("commands") == before


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "127.0.0.1:{port}.evil.example",
                                  "0.0.0.0:{port}", ""])
def test_a_name_that_somebody_pointed_at_us_is_refused(desk, host):
    reply = desk.ask("GET", "/status", headers={"Host": host.format(port=desk.port)})
    assert reply.status_code in (400, 403)
    assert "state" not in reply.text and "Access-Control-Allow-Origin" not in reply.headers


def test_our_page_may_ask(desk):
    for host in ("127.0.0.1", "localhost"):
        reply = desk.ask("GET", "/status", headers={"Host": f"{host}:{desk.port}"})
        assert reply.status_code == 200
        assert reply.headers["Access-Control-Allow-Origin"] == ORIGIN and "Origin" in reply.headers["Vary"]
        assert reply.headers["Cache-Control"] == "no-store"


def test_the_browsers_question_is_answered(desk):
    reply = desk.ask("OPTIONS", "/card/write", headers=PREFLIGHT)
    assert reply.status_code == 204
    assert reply.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "POST" in reply.headers["Access-Control-Allow-Methods"]
    assert reply.headers["Access-Control-Allow-Headers"].lower() == "content-type"
    assert reply.headers["Access-Control-Allow-Private-Network"] == "true"
    assert "Access-Control-Allow-Private-Network" not in desk.ask("OPTIONS", "/card", headers={
        "Access-Control-Request-Method": "GET"}).headers


@pytest.mark.parametrize("method, path, status, error", [
    ("GET", "/", 404, "path"), ("GET", "/card/", 404, "path"), ("POST", "/card", 405, "method"),
    ("GET", "/card/write", 405, "method"), ("DELETE", "/card", 405, "method"), ("PUT", "/card/write", 405, "method")])
def test_addresses_and_methods(desk, method, path, status, error):
    reply = desk.ask(method, path)
    assert (reply.status_code, reply.json()["error"]) == (status, error)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonx", None])
def test_a_form_of_another_page_is_refused(desk, kind):
    """What a page may post without asking first."""
    reply = desk.ask("POST", "/card/write", headers={"Content-Type": kind} if kind else None)
    assert (reply.status_code, reply.json()["error"]) == (415, "type")


def card_of(desk):
    desk.customer("2000000001")
    desk.put_in()
    return desk.read()


def spoilt(made):
    """Requests that are nearly right."""
    for member in made:
        yield {name: value for name, value in made.items() if name != member}
        for value in (None, True, 1.5, -1, 2**40, 2**70, "", "x" * 21, "a\0b", "卡", [], {}, made[member] * 2 if member != "macs" else []):
            if value != made[member]:
                yield {**made, member: value}
    yield {**made, "another": 1}
    yield {**made, "macs": made["macs"][:3]}
    yield {**made, "macs": [*made["macs"], made["macs"][0]]}
    yield {**made, "macs": [*made["macs"][:3], "zz" * 8]}
    yield {**made, "data": made["data"][:-2]}
    yield {**made, "data": "g" + made["data"][1:]}
    yield {**made, "random": made["random"] + "00"}
    yield {**made, "purchase_count": made["purchase_count"] + 1}
    yield {**made, "purchase_count": str(made["purchase_count"])}


def test_a_packet_of_a_wrong_form_is_refused_and_touches_nothing(desk):
    made = packet(card_of(desk), 2, 5000)
    before = desk.do("commands")
    for body in spoilt(made):
        reply = desk.ask("POST", "/card/write", body=body)
        assert reply.status_code == 400 and reply.json()["error"] in ("member", "json"), body
    assert desk.do("commands") == before
    assert desk.write(made)["result"] == "written"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"1", b'"x"', b"{}}", b'{"card_no":"a","card_no":"b"}', b"\xff\xfe", b"{\"a\":\"\xc3\x28\"}",
                                  b"[" * 4000, b'{"a":' * 800, b"\0" * 100])
def test_what_is_no_json_object_is_refused(desk, body):
    head = (f"POST /card/write HTTP/1.1\r\nHost: 127.0.0.1:{desk.port}\r\nOrigin: {ORIGIN}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n").encode()
    reply = raw(desk, head + body)
    assert reply.startswith(b"HTTP/1.1 400 ") and b'"error":"json"' in reply


def test_a_body_that_is_too_long_is_refused(desk):
    reply = desk.ask("POST", "/card/write", body={"card_no": "x" * 5000})
    assert (reply.status_code, reply.json()["error"]) == (413, "size")


def test_garbage_of_any_kind_ends_nothing(desk):
    chance = random.Random(5)
    good = (f"POST /card/write HTTP/1.1\r\nHost: 127.0.0.1:{desk.port}\r\nOrigin: {ORIGIN}\r\nContent-Type: application/json\r\n"
            "Content-Length: 2\r\n\r\n{}").encode()
    for _ in range(300):
        data = bytearray(good)
        for _ in range(chance.randint(1, 8)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        raw(desk, bytes(data))
    for data in (b"", b"\0" * 100, b"GET " + b"/" * 20000 + b" HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 5000,
                 b"POST /card/write HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
                 b"POST /card/write HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n"):
        raw(desk, data)
    assert desk.bridge.poll() is None and desk.get("/status")["state"] == "no_card"


def test_it_listens_on_the_loopback_only(desk):
    for line in open(f"/proc/{desk.bridge.pid}/net/tcp", encoding="ascii").read().splitlines()[1:]:
        address, port = line.split()[1].split(":")
        if int(port, 16) == desk.port and line.split()[3] == "0A":
            assert address == "0100007F"


def test_the_log_shows_no_card_number(desk):
    card = card_of(desk)
    desk.write(packet(card, 2, 5000))
    log = (desk.folder / "bridge.log").read_text()
    assert "card.write result=written" in log and card["card_no"] not in log and card["random"] not in log


def test_answers_are_json_in_both_languages(desk):
    said = desk.get("/status")
    assert said["text"] and said["text_en"] and json.dumps(said)
