"""nginx in front: TLS, headers, limits, what is shown to whom."""

import re
import ssl
import socket

import pytest
import requests

from envelope import Wire, document, envelope, field, recharge
from terminal import fresh, next_trace
from web import session


@pytest.fixture
def web(stack):
    one = session(stack)
    return lambda path, **named: one.get(stack.url + path, timeout=10, **named)


@pytest.mark.parametrize("path", ["/", "/terminal?wsdl", "/healthz", "/nothing", "/static/index.css"])
def test_security_headers_are_on_every_answer(web, path):
    headers = web(path).headers
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["Server"] == "nginx"


@pytest.mark.parametrize("version, allowed", [
    (ssl.TLSVersion.TLSv1, False), (ssl.TLSVersion.TLSv1_1, False), (ssl.TLSVersion.TLSv1_2, True),
    (ssl.TLSVersion.TLSv1_3, True)])
def test_tls_version(stack, version, allowed):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(stack.certificate)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version

    def shake():
        with socket.create_connection(("localhost", stack.port)) as raw:
            with context.wrap_socket(raw, server_hostname="localhost") as line:
                return line.version()

    if allowed:
        assert shake()
    else:
        with pytest.raises(ssl.SSLError):
            shake()


def test_plain_http_is_no_way_in(stack):
    reply = requests.get(f"http://localhost:{stack.port}/", timeout=10)
    assert reply.status_code == 400


def test_first_page_names_the_product_in_chinese(web):
    reply = web("/")
    assert reply.status_code == 200 and "text/html" in reply.headers["Content-Type"]
    reply.encoding = "utf-8"
    assert "智能一体化充值平台" in reply.text and "/terminal?wsdl" in reply.text
    assert web("/static/index.css").status_code == 200
    assert web("/static/../conf/stack.xml.in").status_code in (400, 404)


def test_wsdl_names_the_address_it_was_asked_at(web, stack):
    text = web("/terminal?wsdl").text
    assert f'location="https://localhost:{stack.port}/terminal"' in text
    for place in re.findall(r'schemaLocation="([^"]+)"', text):
        address = place.replace("&amp;", "&").split(f":{stack.port}")[-1]
        schema = web(address if address.startswith("/") else "/" + address)
        assert schema.status_code == 200 and "urn:gridtill:terminal:1" in schema.text


def test_health_and_metrics(web):
    assert web("/healthz").status_code == 200
    text = web("/metrics").text
    assert re.search(r"^gridtill_\w+(\{[^}]*\})? [0-9.e+]+$", text, re.MULTILINE)


def test_metrics_count_requests(web, stack):
    def total():
        return sum(float(v) for v in re.findall(r"^gridtill_requests_total(?:\{[^}]*\})? ([0-9.e+]+)$",
                                                web("/metrics").text, re.MULTILINE))
    before = total()
    Wire(stack).post(envelope(document("QueryCredit", next_trace())))
    assert total() >= before + 1


def test_what_is_not_there_is_not_there(web):
    assert web("/nothing").status_code == 404
    assert web("/fault/502.xml").status_code == 404


def test_a_proxy_header_does_not_reach_the_handler(stack):
    reply = Wire(stack).post(envelope(document("QueryCredit", next_trace())), Proxy="http://127.0.0.1:1/")
    assert reply.status_code == 200 and field(reply.text, "ResultCode") == "0"


def test_a_handler_that_is_gone_is_a_502_that_says_so(make_stack):
    own = make_stack()
    with own.hold("terminal.fcgi", "terminal"):
        reply = Wire(own).post(recharge(next_trace(), fresh("remote"), "1.00"))
    assert reply.status_code == 502 and "Server" in field(reply.text, "faultcode"), reply.text
    own.wait_healthy()
