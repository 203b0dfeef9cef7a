"""TDS 7.4 on the wire: packets, requests, and the tokens of answers ([MS-TDS]).

Nothing here knows SQL or SQLite.  A message is one or more packets of one kind; an answer is a
stream of tokens.  Integers are little-endian but for the packet header; text is UTF-16LE.
"""

import datetime
import struct

# Kinds of packets.
BATCH, RPC, ANSWER, ATTENTION, TRANSACTION, LOGIN, PRELOGIN = 1, 3, 4, 6, 14, 16, 18

# Bits of a packet's status.
END_OF_MESSAGE, IGNORE, RESET, RESET_KEEP = 1, 2, 8, 16

# Bits of DONE's status, and its commands.
MORE, ERROR, COUNT, ATTENTION_ACK = 1, 2, 0x10, 0x20
COMMANDS = {"select": 0xC1, "insert": 0xC3, "delete": 0xC4, "update": 0xC5, "ddl": 0xC6, "set": 0xBE,
            "begin": 0xD4, "commit": 0xD5, "rollback": 0xD2}

PROCEDURES = {10: "sp_executesql", 11: "sp_prepare", 12: "sp_execute", 13: "sp_prepexec", 15: "sp_unprepare"}

COLLATION = bytes((0x09, 0x04, 0xD0, 0x00, 0x34))
VERSION = bytes((15, 0, 0x0F, 0xA0))


class WireError(Exception):
    """What came is no TDS, or a part of it that this server does not know."""


def b_text(text):
    """Text behind its length in one byte."""
    return bytes((len(text.encode("utf-16-le")) // 2,)) + text.encode("utf-16-le")


def us_text(text):
    """Text behind its length in two bytes."""
    data = text.encode("utf-16-le")
    return struct.pack("<H", len(data) // 2) + data


# --- packets --------------------------------------------------------------------------------------


class Assembler:
    """Makes messages of the bytes that arrive."""

    def __init__(self):
        self.buffer = bytearray()
        self.body = bytearray()
        self.reset = False

    def feed(self, data):
        """Takes bytes; gives the messages (kind, body, reset) that are whole."""
        self.buffer += data
        whole = []
        while len(self.buffer) >= 8:
            kind, status, length = struct.unpack_from(">BBH", self.buffer)
            if length < 8:
                raise WireError(f"a packet of {length} bytes")
            if len(self.buffer) < length:
                break
            self.body += self.buffer[8:length]
            del self.buffer[:length]
            self.reset |= bool(status & (RESET | RESET_KEEP))
            if status & END_OF_MESSAGE:
                if not status & IGNORE:
                    whole.append((kind, bytes(self.body), self.reset))
                self.body = bytearray()
                self.reset = False
        return whole


def packets(kind, body, size):
    """The packets of a message."""
    out = bytearray()
    step = size - 8
    parts = [body[i:i + step] for i in range(0, len(body), step)] or [b""]
    for number, part in enumerate(parts, 1):
        status = END_OF_MESSAGE if number == len(parts) else 0
        out += struct.pack(">BBHHBB", kind, status, len(part) + 8, 0, number & 0xFF, 0) + part
    return bytes(out)


# --- requests -------------------------------------------------------------------------------------


class Reader:
    """Reads a request from its beginning to its end."""

    def __init__(self, data):
        self.data = data
        self.at = 0

    def more(self):
        return self.at < len(self.data)

    def bytes(self, count):
        if count < 0 or self.at + count > len(self.data):
            raise WireError("a request is too short")
        self.at += count
        return self.data[self.at - count:self.at]

    def number(self, form):
        return struct.unpack("<" + form, self.bytes(struct.calcsize("<" + form)))[0]

    def text(self, characters):
        return self.bytes(2 * characters).decode("utf-16-le", "surrogatepass")

    def skip_headers(self):
        """ALL_HEADERS, which begins each batch and call since TDS 7.2."""
        length = self.number("I")
        self.bytes(length - 4)


def read_prelogin(body):
    """The client's wish for encryption: 0 off, 1 on, 2 not supported, 3 required."""
    at = 0
    while at < len(body) and body[at] != 0xFF:
        option, offset, length = struct.unpack_from(">BHH", body, at)
        if option == 1 and length:
            return body[offset]
        at += 5
    return 2


def prelogin(encryption):
    """Our own PRELOGIN."""
    options = ((0, VERSION + b"\0\0"), (1, bytes((encryption,))), (2, b"\0"), (3, b""), (4, b"\0"))
    head, data = b"", b""
    offset = 5 * len(options) + 1
    for option, value in options:
        head += struct.pack(">BHH", option, offset + len(data), len(value))
        data += value
    return head + b"\xff" + data


def read_login(body):
    """LOGIN7: user, password, database and packet size."""
    if len(body) < 94:
        raise WireError("a login is too short")

    def field(at):
        offset, length = struct.unpack_from("<HH", body, at)
        return body[offset:offset + 2 * length]

    scrambled = field(44)
    password = bytes(((b ^ 0xA5) << 4 & 0xF0) | ((b ^ 0xA5) >> 4) for b in scrambled)
    return {"packet_size": struct.unpack_from("<I", body, 8)[0], "user": field(40).decode("utf-16-le"),
            "password": password.decode("utf-16-le"), "database": field(68).decode("utf-16-le")}


def read_batch(body):
    """The text of a SQLBatch."""
    reader = Reader(body)
    reader.skip_headers()
    return reader.text((len(body) - reader.at) // 2)


def read_transaction(body):
    """A transaction manager request: begin, commit, rollback or save."""
    reader = Reader(body)
    reader.skip_headers()
    names = {5: "BEGIN TRANSACTION", 7: "COMMIT", 8: "ROLLBACK"}
    number = reader.number("H")
    if number not in names:
        raise WireError(f"transaction manager request {number}")
    return names[number]


def read_calls(body):
    """The calls (procedure, [(name, value, is output)]) of an RPC request."""
    reader = Reader(body)
    reader.skip_headers()
    calls = []
    while reader.more():
        length = reader.number("H")
        if length == 0xFFFF:
            number = reader.number("H")
            name = PROCEDURES.get(number, f"procedure {number}")
        else:
            name = reader.text(length)
        reader.number("H")
        parameters = []
        while reader.more():
            if reader.data[reader.at] in (0x80, 0xFF):
                reader.at += 1
                break
            label = reader.text(reader.number("B"))
            status = reader.number("B")
            parameters.append((label, read_value(reader), bool(status & 1)))
        calls.append((name.lower(), parameters))
    return calls


FIXED = {0x30: "B", 0x32: "B", 0x34: "h", 0x38: "i", 0x7F: "q", 0x3B: "f", 0x3E: "d"}
INTEGERS = {1: "B", 2: "h", 4: "i", 8: "q"}


def read_value(reader):
    """A parameter's type and value: int, str, bytes, float or None."""
    kind = reader.number("B")
    if kind in FIXED:
        return reader.number(FIXED[kind])
    if kind in (0x26, 0x68, 0x6D):
        reader.number("B")
        size = reader.number("B")
        forms = INTEGERS if kind != 0x6D else {4: "f", 8: "d"}
        return reader.number(forms[size]) if size else None
    if kind in (0xE7, 0xEF, 0xA7, 0xAF):
        return read_text(reader, reader.number("H"), wide=kind in (0xE7, 0xEF))
    if kind in (0x63, 0x23):
        reader.number("I")
        reader.bytes(5)
        size = reader.number("i")
        return None if size < 0 else decode(reader.bytes(size), kind == 0x63)
    if kind in (0x6A, 0x6C):
        _, _, scale = reader.bytes(3)
        size = reader.number("B")
        return read_decimal(reader.bytes(size), scale) if size else None
    raise WireError(f"type {kind:#x} of a parameter")


def decode(data, wide):
    return data.decode("utf-16-le", "surrogatepass") if wide else data.decode("cp1252", "replace")


def read_text(reader, most, wide):
    """Text of at most 8000 bytes, or (`most` 0xFFFF) of any length in chunks."""
    reader.bytes(5)
    if most != 0xFFFF:
        size = reader.number("H")
        return None if size == 0xFFFF else decode(reader.bytes(size), wide)
    if reader.number("Q") == 0xFFFFFFFFFFFFFFFF:
        return None
    data = b""
    while (size := reader.number("I")) != 0:
        data += reader.bytes(size)
    return decode(data, wide)


def read_decimal(data, scale):
    value = int.from_bytes(data[1:], "little") * (1 if data[0] else -1)
    if value % 10 ** scale == 0:
        return value // 10 ** scale
    return value / 10 ** scale


# --- answers --------------------------------------------------------------------------------------

# Types of columns: INT, BIGINT, NVARCHAR(n), NVARCHAR(MAX), DATETIME.
INT, BIGINT, NVARCHAR, DOC, DATETIME = "int", "bigint", "nvarchar", "doc", "datetime"
EPOCH = datetime.datetime(1900, 1, 1)


def type_info(kind, length):
    if kind in (INT, BIGINT):
        return bytes((0x26, 4 if kind == INT else 8))
    if kind == DATETIME:
        return bytes((0x6F, 8))
    return b"\xe7" + struct.pack("<H", 0xFFFF if kind == DOC else 2 * length) + COLLATION


def put_value(out, kind, value):
    """Appends a column's value."""
    if kind in (INT, BIGINT):
        if value is None:
            out += b"\0"
        else:
            out += struct.pack("<Bi" if kind == INT else "<Bq", 4 if kind == INT else 8, value)
    elif kind == DATETIME:
        if value is None:
            out += b"\0"
        else:
            since = datetime.datetime.fromisoformat(value) - EPOCH
            out += struct.pack("<BiI", 8, since.days, since.seconds * 300 + since.microseconds * 3 // 10000)
    elif kind == NVARCHAR:
        if value is None:
            out += b"\xff\xff"
        else:
            data = str(value).encode("utf-16-le", "surrogatepass")
            out += struct.pack("<H", len(data)) + data
    elif value is None:
        out += b"\xff" * 8
    else:
        data = str(value).encode("utf-16-le", "surrogatepass")
        out += struct.pack("<Q", len(data))
        if data:
            out += struct.pack("<I", len(data)) + data
        out += struct.pack("<I", 0)


class Answer:
    """The tokens of one answer.  `call` is true in the answer to an RPC."""

    def __init__(self, call=False):
        self.out = bytearray()
        self.call = call
        self.last = None  # where the last DONE has its status

    def columns(self, columns):
        """COLMETADATA for (name, kind, length, may be NULL)."""
        self.out += b"\x81" + struct.pack("<H", len(columns))
        for name, kind, length, null in columns:
            self.out += struct.pack("<IH", 0, 9 if null else 8) + type_info(kind, length) + b_text(name[:128])

    def rows(self, columns, rows):
        kinds = [column[1] for column in columns]
        out = self.out
        for row in rows:
            out += b"\xd1"
            for kind, value in zip(kinds, row):
                put_value(out, kind, value)

    def done(self, command=None, count=None, error=False, bits=0):
        """DONE, or DONEINPROC inside of a call; a later one marks that more follows this one."""
        self._more()
        status = bits | (ERROR if error else 0) | (COUNT if count is not None else 0) | (MORE if self.call else 0)
        self.out += b"\xff" if self.call else b"\xfd"
        self.last = len(self.out)
        self.out += struct.pack("<HHQ", status, COMMANDS.get(command, 0), count or 0)

    def _more(self):
        if self.last is not None:
            self.out[self.last] |= MORE

    def end_call(self, handle=None, failed=False):
        """Ends a call: its status, the handle it made, and DONEPROC."""
        if not failed:
            self.out += b"\x79" + struct.pack("<i", 0)
            if handle is not None:
                self.out += (b"\xac" + struct.pack("<H", 0) + b_text("") + b"\x01" + struct.pack("<IH", 0, 0) +
                             b"\x26\x04" + struct.pack("<Bi", 4, handle))
        self.out += b"\xfe"
        self.last = len(self.out)
        self.out += struct.pack("<HHQ", ERROR if failed else 0, 0xE0, 0)

    def next_call(self):
        """Another call of the same request follows."""
        self._more()

    def error(self, number, severity, state, words):
        body = (struct.pack("<iBB", number, state, severity) + us_text(words[:4000]) + b_text("TDSTEST") + b_text("") +
                struct.pack("<i", 1))
        self.out += b"\xaa" + struct.pack("<H", len(body)) + body

    def changed(self, kind, new, old):
        """ENVCHANGE with texts: 1 database, 4 packet size."""
        self._changed(kind, b_text(new) + b_text(old))

    def transaction(self, kind, descriptor):
        """ENVCHANGE of transactions: 8 begun, 9 committed, 10 rolled back."""
        data = b"\x08" + struct.pack("<Q", descriptor)
        self._changed(kind, data + b"\0" if kind == 8 else b"\0" + data)

    def _changed(self, kind, data):
        self.out += b"\xe3" + struct.pack("<HB", len(data) + 1, kind) + data

    def login(self, database, packet_size):
        """What a login that succeeded is answered, but for its DONE."""
        self.changed(1, database, "master")
        self._changed(7, b"\x05" + COLLATION + b"\0")
        body = b"\x01" + bytes((0x74, 0, 0, 4)) + b_text("Microsoft SQL Server") + VERSION
        self.out += b"\xad" + struct.pack("<H", len(body)) + body
        self.changed(4, str(packet_size), "4096")
