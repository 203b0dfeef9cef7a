"""SOAP messages made by hand: quick ones for load, and wrong ones for the tests of refusals."""

import base64
import datetime
import hashlib
import os
import re

import web

NS = "urn:gridtill:terminal:1"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
DIGEST = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest"
BASE64 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"


def utc(offset=0):
    """Now, `offset` seconds later, as Created and SentAt take it."""
    when = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=offset)
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def security(terminal="T0000001", secret="demo-secret-1", nonce=None, created=None, digest=None):
    """The Security header; what is not given is right."""
    nonce = os.urandom(16) if nonce is None else nonce
    created = utc() if created is None else created
    if digest is None:
        digest = base64.b64encode(hashlib.sha1(nonce + created.encode() + secret.encode()).digest()).decode()
    return (f'<w:Security xmlns:w="{WSSE}" xmlns:u="{WSU}"><w:UsernameToken><w:Username>{terminal}</w:Username>'
            f'<w:Password Type="{DIGEST}">{digest}</w:Password>'
            f'<w:Nonce EncodingType="{BASE64}">{base64.b64encode(nonce).decode()}</w:Nonce>'
            f"<u:Created>{created}</u:Created></w:UsernameToken></w:Security>")


def document(operation, trace, terminal="T0000001", operator="900001", inner="", **fields):
    """The body's document: the head of every request, the fields in their order, then `inner`."""
    head = {"TerminalNo": terminal, "OperatorNo": operator, "TraceNo": trace, "SentAt": utc()}
    leaves = "".join(f"<{name}>{value}</{name}>" for name, value in {**head, **fields}.items())
    return f'<{operation} xmlns="{NS}">{leaves}{inner}</{operation}>'


def envelope(body, header=None):
    header = security() if header is None else header
    return (f'<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="{SOAP}"><s:Header>{header}</s:Header>'
            f"<s:Body>{body}</s:Body></s:Envelope>").encode()


def recharge(trace, customer, amount, terminal="T0000001", secret="demo-secret-1", operator="900001", method="cash"):
    """A whole recharge of a remote meter."""
    body = document("Recharge", trace, terminal=terminal, operator=operator, CustomerNo=customer, Amount=amount,
                    PaymentMethod=method)
    return envelope(body, security(terminal, secret))


class Wire:
    """A connection that posts messages as they are."""

    def __init__(self, stack):
        self.stack = stack
        self.session = web.session(stack)

    def post(self, body, timeout=25, **headers):
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""', **headers}
        return self.session.post(self.stack.url + "/terminal", data=body, headers=headers, timeout=timeout)


def field(text, name):
    """The first element called `name` of a reply, None if there is none."""
    found = re.search(rf"<(?:\w+:)?{name}(?:\s[^>]*)?>([^<]*)<", text)
    return found.group(1) if found else None
