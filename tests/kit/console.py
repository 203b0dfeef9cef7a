"""A browser of the console, without a browser: sessions, tokens, forms, over real TLS."""

import html
import re
import subprocess

import web
from place import TOP

PASSWORD = "GridTill-demo-1"
COOKIE = "__Host-gridtill-"


class Visitor:
    """One visitor with cookies of its own.  Redirects are followed only where it is said."""

    def __init__(self, stack, language=None):
        self.stack = stack
        self.session = web.session(stack)
        if language:
            self.session.cookies.set(COOKIE + "lang", language, domain="localhost.local", path="/", secure=True)
        self.page = None

    def url(self, path):
        return path if path.startswith("https:") else self.stack.url + path

    def get(self, path, follow=False, **named):
        self.page = self.session.get(self.url(path), timeout=10, allow_redirects=follow, **named)
        return self.page

    def token(self):
        """The CSRF token of the page that was seen last."""
        found = re.search(r'name="token" value="([0-9a-f]+)"', self.page.text)
        assert found, f"no token in the page {self.page.url}"
        return found.group(1)

    def post(self, path, token=None, follow=False, headers=None, **fields):
        """Sends a form; the token of the last page unless another (or "" for none) is given."""
        data = {**fields, "token": self.token() if token is None else token}
        self.page = self.session.post(self.url(path), data={k: v for k, v in data.items() if v != ""}, timeout=30,
                                      allow_redirects=follow, headers=headers)
        return self.page

    def sign_in(self, login, password=PASSWORD):
        self.get("/console/signin")
        return self.post("/console/signin", login=login, password=password)

    def text(self):
        """What the page says, without its markup."""
        bare = re.sub(r"<(script|style)\b.*?</\1>", " ", self.page.text, flags=re.DOTALL)
        return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", bare)))

    def version(self):
        return re.search(r'name="version" value="(\d+)"', self.page.text).group(1)

    def org(self, code):
        """The id of an organisation that the visitor may see."""
        found = self.get(f"/console/search?q={code}")
        assert found.status_code == 303, found.text
        return re.search(r"id=(\d+)", found.headers["Location"]).group(1)


def signed_in(stack, login, password=PASSWORD, **named):
    """A visitor who is signed in."""
    visitor = Visitor(stack, **named)
    reply = visitor.sign_in(login, password)
    assert reply.status_code == 303, visitor.text()
    return visitor


def figures(stack, statement):
    """The first row that a statement finds, as whole numbers, on any store."""
    return tuple(int(value) for value in stack.sql(statement)[0])


def routes(stack, handler="console.fcgi"):
    """A handler's routes as (path, method, right, csrf, bytes, object)."""
    program = stack.program / "libexec" / "gridtill" / handler
    done = subprocess.run([program, "--routes"], capture_output=True, text=True, check=True)
    return [tuple(line.split("\t")) for line in done.stdout.splitlines()]


def rights_of(stack, role):
    """The rights of a built-in role, as the store has them."""
    header = (TOP / "lib" / "access" / "right.h").read_text()
    keys = {int(number): key for number, key in re.findall(r'X\(\w+, (\d+), "([^"]+)"', header)}
    [(rights,)] = stack.sql(f"SELECT rights FROM gt_role WHERE code = '{role}'")
    return {key for number, key in keys.items() if int(rights) >> number & 1}


def walk(visitor, pages, objects):
    """Follows links from the first pages on, and from some objects' pages; gives an address of each page that is met."""
    found, seen, waiting = {}, set(), [*objects, "/console", "/cashier"]
    while waiting:
        address = waiting.pop(0)
        path = address.split("?")[0]
        if address in seen or path not in pages or address not in objects and path in found and ("?" in found[path] or "?" not in address):
            continue
        seen.add(address)
        if path.endswith("/export"):
            found[path] = address
            continue
        reply = visitor.get(address, follow=True)
        if reply.status_code == 200:
            found[path] = address
            waiting += [link.replace("&amp;", "&") for link in re.findall(r'<a [^>]*href="(/(?:console|cashier)[^"#]*)"', reply.text)]
    return found
