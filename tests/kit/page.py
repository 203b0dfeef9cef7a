"""Pages as a browser reads them: parsed by the rules of HTML5, their forms, and whether only the template made them."""

import functools
import re

import html5lib

from place import TOP

NS = "{http://www.w3.org/1999/xhtml}"
ADDRESSES = ("href", "src", "action", "formaction", "data", "xlink:href", "poster", "srcset")
PARSER_MADE = {"html", "head", "body", "tbody", "colgroup"}


@functools.cache
def ours():
    """Elements and attributes that our templates write."""
    text = "".join(path.read_text() for path in (TOP / "templates").glob("*.cs")) + (TOP / "static" / "index.html").read_text()
    text += "".join(path.read_text() for path in (TOP / "static" / "sorry").glob("*.html"))
    bare = re.sub(r"<\?cs.*?\?>", " ", text, flags=re.DOTALL)
    attributes = set(re.findall(r"\s([a-zA-Z][a-zA-Z-]*)(?==\"|[\s>])", bare))
    return set(re.findall(r"<([a-z][a-z0-9]*)", bare)) | PARSER_MADE, {name.lower() for name in attributes}


def parse(text):
    """The page's tree, as html5lib makes it."""
    return html5lib.parse(text, treebuilder="etree")


def own(text):
    """The page's own part, without the frame: html5lib takes its time."""
    found = re.search(r"<main\b.*</main>", text, re.DOTALL)
    return found.group(0) if found else text


def elements(tree, *names):
    return [element for element in tree.iter() if isinstance(element.tag, str) and
            (not names or element.tag.rpartition("}")[2] in names)]


def intruders(text):
    """What of a page no template made, or may run: elements, attributes, addresses."""
    tags, attributes = ours()
    found = []
    for element in elements(parse(text)):
        tag = element.tag.rpartition("}")[2]
        if tag not in tags:
            found.append(f"<{tag}>")
        if tag == "script" and (not re.match(r"/(assets|static)/[\w./]+$", element.get("src", "")) or (element.text or "").strip()):
            found.append("a script that is not a file of ours")
        for name, value in element.items():
            name = str(name).lower()
            if name.startswith("on") or name not in attributes:
                found.append(f"{tag} {name}=")
            if name in ADDRESSES and not re.match(r"[/?#](?!/)", value) and value != "":
                found.append(f"{tag} {name}={value}")
    return found


class Form:
    """A form that changes something: where it goes, what stands in it, which of its fields are typed."""

    def __init__(self, element):
        self.action = element.get("action")
        self.file = element.get("enctype") == "multipart/form-data"
        self.values, self.typed = [], {}
        for field in elements(element, "input", "select", "textarea", "button"):
            self._add(field, field.tag.removeprefix(NS))

    def _add(self, field, tag):
        name, kind = field.get("name"), field.get("type", "text")
        if not name or field.get("disabled") is not None:
            return
        if tag == "select":
            options = elements(field, "option")
            chosen = [o for o in options if o.get("selected") is not None] or [o for o in options if o.get("value")][:1]
            self.values += [(name, o.get("value")) for o in chosen]
        elif tag == "textarea" or tag == "input" and kind in ("text", "search", "tel", "date"):
            self.typed[name] = int(field.get("maxlength") or 200)
            self.values.append((name, (field.text or "") if tag == "textarea" else field.get("value", "")))
        elif tag == "button":
            self.values = [(n, v) for n, v in self.values if n != name] + [(name, field.get("value", ""))]
        elif kind != "file" and (kind not in ("checkbox", "radio") or field.get("checked") is not None):
            self.values.append((name, field.get("value", "on")))

    def filled(self, **fields):
        """What is sent, with some fields typed or ticked anew."""
        return [pair for pair in self.values if pair[0] not in fields] + list(fields.items())


def forms(text, method="post"):
    """The forms of a page's own part (not those of the frame)."""
    return [Form(f) for f in elements(parse(own(text)), "form") if f.get("method") == method]


def fill_in(visitor, address, action, **fields):
    """Opens a page, fills in the form that goes to `action`, sends it; gives the page that comes of it."""
    form = next(f for f in forms(visitor.get(address, follow=True).text) if f.action.split("?")[0] == action)
    return visitor.session.post(visitor.url(form.action), data=form.filled(**fields), timeout=30)
