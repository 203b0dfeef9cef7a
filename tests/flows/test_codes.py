"""One-time codes: enrolled by QR code or key, good once, and recovery codes for a lost telephone."""

import base64
import hmac
import re
import struct
import time
from urllib.parse import parse_qs, urlsplit

import qr
from console import Visitor, signed_in
from test_console import add_user

OWN = "GridTill-mine-1"
STEP = 30


def code_of(secret, step):
    """RFC 6238 by hand: SHA-1, six digits."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", step), "sha1")
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7FFFFFFF) % 1000000:06}"


def this_step():
    """The half minute, of which there is enough left for a few requests."""
    if time.time() % STEP > STEP - 10:
        time.sleep(STEP - time.time() % STEP + 0.1)
    return int(time.time()) // STEP


def person(stack, login):
    """Somebody with a password of their own, signed in."""
    add_user(stack, login)
    one = signed_in(stack, login, "GridTill-first-1")
    one.get("/console/password")
    assert one.post("/console/password", old="GridTill-first-1", password=OWN, again=OWN).status_code == 303
    return one


def begin(visitor):
    """Begins enrolment; gives the key as it is typed, and what the QR code says."""
    visitor.get("/console/enrol")
    assert "<svg" not in visitor.page.text
    visitor.post("/console/enrol")
    typed = re.search(r'<p class="secret number">([A-Z2-7 ]+)</p>', visitor.page.text).group(1).replace(" ", "")
    size, path = re.search(r'<svg class="qr" viewBox="0 0 (\d+) \1".*?<path d="([^"]+)"', visitor.page.text).groups()
    return typed, qr.read(path, int(size))


def enrol(visitor, step):
    """Enrols with the code of a half minute; gives the key and the recovery codes."""
    secret, _ = begin(visitor)
    assert visitor.post("/console/enrol", code=code_of(secret, step)).status_code == 200
    recovery = re.findall(r'<li class="number">([A-Z2-7-]+)</li>', visitor.page.text)
    assert len(set(recovery)) == 8, visitor.text()
    return secret, recovery


def give(stack, login, code):
    """Signs in with the password and a code; gives the visitor, whose last page tells what came of it."""
    one = Visitor(stack)
    assert one.sign_in(login, OWN).headers["Location"] == "/console/code"
    assert one.get("/console/orgs").headers["Location"] == "/console/code"
    one.get("/console/code")
    one.post("/console/code", code=code)
    return one


def test_the_qr_code_says_what_is_typed(stack):
    one = person(stack, "code.qr")
    secret, uri = begin(one)
    assert one.page.headers["Cache-Control"] == "no-store" and secret not in one.page.url
    parts = urlsplit(uri)
    assert (parts.scheme, parts.netloc, parts.path) == ("otpauth", "totp", "/GridTill:code.qr")
    assert parse_qs(parts.query) == {"secret": [secret], "issuer": ["GridTill"]}
    again, _ = begin(one)
    assert again != secret
    one.post("/console/enrol", code=code_of(secret, this_step()))
    assert "动态口令不正确" in one.text() and secret not in one.page.text and again not in one.page.text


def test_a_code_is_good_once(stack):
    step = this_step()
    secret, _ = enrol(person(stack, "code.once"), step - 1)
    assert "动态口令不正确" in give(stack, "code.once", code_of(secret, step - 1)).text(), "the code it was enrolled with"
    assert "动态口令不正确" in give(stack, "code.once", "000000" if code_of(secret, step) != "000000" else "000001").text()
    code = code_of(secret, step)
    one = give(stack, "code.once", code)
    assert one.page.status_code == 303 and one.get("/console/orgs").status_code == 200
    other = give(stack, "code.once", code)
    assert other.page.status_code == 200 and "动态口令不正确或已使用" in other.text()
    assert other.get("/console/orgs").headers["Location"] == "/console/code"
    assert give(stack, "code.once", code_of(secret, step + 1)).page.status_code == 303


def test_a_recovery_code_is_good_once(stack):
    _, recovery = enrol(person(stack, "code.recovery"), this_step() - 1)
    one = give(stack, "code.recovery", recovery[3].lower().replace("-", " "))
    assert one.page.status_code == 303 and one.get("/console/orgs").status_code == 200
    assert "动态口令不正确或已使用" in give(stack, "code.recovery", recovery[3]).text()
    assert give(stack, "code.recovery", recovery[4]).page.status_code == 303


def test_keys_and_codes_are_in_no_log(stack):
    secret, recovery = enrol(person(stack, "code.log"), this_step() - 1)
    give(stack, "code.log", recovery[0])
    logs = list((stack.home / "log").glob("*"))
    assert any("/console/code" in log.read_text(errors="replace") for log in logs)
    for log in logs:
        text = log.read_text(errors="replace")
        assert secret not in text and not any(code in text for code in recovery), log
