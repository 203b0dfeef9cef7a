"""T-SQL turned into SQLite's SQL: batches are split into statements, and the few words that differ
are turned around.

What SQL Server would refuse but SQLite takes (LIMIT, ||, upserts) is refused here, with SQL Server's
number.  Nothing here runs anything.
"""

import functools
import re

# number: (severity, words).  Severity 16 ends the statement; what ends more is in engine.py.
ERRORS = {
    102: (15, "Incorrect syntax near '{}'."),
    105: (15, "Unclosed quotation mark after the character string '{}'."),
    137: (15, 'Must declare the scalar variable "{}".'),
    195: (15, "'{}' is not a recognized built-in function name."),
    207: (16, "Invalid column name '{}'."),
    208: (16, "Invalid object name '{}'."),
    515: (16, "Cannot insert the value NULL into column '{}'; column does not allow nulls."),
    547: (16, "The statement conflicted with the constraint \"{}\"."),
    911: (16, "Database '{}' does not exist. Make sure that the name is entered correctly."),
    1105: (17, "Could not allocate space for object '{}' because the filegroup is full."),
    1205: (13, "Transaction (Process ID {}) was deadlocked on lock resources with another process and has been chosen "
               "as the deadlock victim. Rerun the transaction."),
    1222: (16, "Lock request time out period exceeded."),
    1913: (16, "The operation failed because an index with name '{}' already exists."),
    2601: (14, "Cannot insert duplicate key row with unique index on '{}'."),
    226: (16, "{} statement not allowed within multi-statement transaction."),
    1801: (16, "Database '{}' already exists. Choose a different database name."),
    2627: (14, "Violation of PRIMARY KEY constraint. Cannot insert duplicate key in object '{}'."),
    2628: (16, "String or binary data would be truncated in column '{}'."),
    2714: (16, "There is already an object named '{}' in the database."),
    2812: (16, "Could not find stored procedure '{}'."),
    3702: (16, "Cannot drop database \"{}\" because it is currently in use."),
    3701: (11, "Cannot drop '{}', because it does not exist or you do not have permission."),
    3902: (16, "The COMMIT TRANSACTION request has no corresponding BEGIN TRANSACTION."),
    3903: (16, "The ROLLBACK TRANSACTION request has no corresponding BEGIN TRANSACTION."),
    3960: (16, "Snapshot isolation transaction aborted due to update conflict on '{}'. Retry the transaction."),
    4060: (11, 'Cannot open database "{}" requested by the login. The login failed.'),
    8114: (16, "Error converting data type nvarchar to bigint."),
    8115: (16, "Arithmetic overflow error converting expression to data type bigint."),
    8152: (16, "String or binary data would be truncated."),
    8179: (16, "Could not find prepared statement with handle {}."),
    8180: (16, "Statement(s) could not be prepared."),
    18456: (14, "Login failed for user '{}'."),
    50000: (16, "{}"),
}


class SqlError(Exception):
    """A statement that SQL Server would answer with an error, with those of `before` in front of it."""

    def __init__(self, number, about="", before=()):
        self.number = number
        self.before = before
        self.severity, words = ERRORS.get(number, (16, "Error {}."))
        self.words = words.format(about)
        super().__init__(f"{number}: {self.words}")


TOKEN = re.compile(r"(?P<space>(?:\s+|--[^\n]*|/\*.*?\*/)+)|(?P<text>N?'(?:[^']|'')*')|"
                   r"(?P<name>\[[^\]]+\]|\"[^\"]+\")|(?P<number>\d+(?:\.\d+)?)|"
                   r"(?P<word>@{0,2}[A-Za-z_#\u0080-\uffff][\w@$#]*)|(?P<op><>|<=|>=|!=|\|\||.)", re.DOTALL)

# Words that SQLite knows and T-SQL does not; and what begins a statement wherever it stands.
FOREIGN = {"LIMIT", "RETURNING", "CONFLICT", "PRAGMA", "VACUUM", "TRUE", "FALSE", "NOTNULL", "GLOB", "REGEXP",
           "AUTOINCREMENT", "STRICT", "||", "`"}
STARTERS = {"INSERT", "UPDATE", "DELETE", "CREATE", "ALTER", "DROP", "BEGIN", "COMMIT", "ROLLBACK", "IF", "EXEC",
            "EXECUTE", "WAITFOR", "PRINT", "USE", "TRUNCATE"}
LOCK_HINTS = {"UPDLOCK", "XLOCK", "HOLDLOCK", "SERIALIZABLE", "REPEATABLEREAD", "TABLOCKX"}

# Functions and catalogues, as the session's SQLite knows them (engine.py).
RENAMED = {"ISNULL": "IFNULL", "LEN": "LENGTH", "SUBSTRING": "SUBSTR", "DATALENGTH": "LENGTH", "CEILING": "CEIL"}
CATALOGUES = {"SYS", "INFORMATION_SCHEMA"}

# Here snapshots are always allowed; the last one sends everybody away.
SINGLE_USER = "SET SINGLE_USER WITH ROLLBACK IMMEDIATE"
DATABASE_OPTIONS = ("SET ALLOW_SNAPSHOT_ISOLATION ON", "SET READ_COMMITTED_SNAPSHOT ON",
                    "SET READ_COMMITTED_SNAPSHOT ON WITH ROLLBACK IMMEDIATE", SINGLE_USER)


class Token:
    """A word, text, number or mark; `upper` is what it is compared by."""

    __slots__ = ("kind", "text", "upper")

    def __init__(self, kind, text):
        self.kind = kind
        self.text = text
        self.upper = text.upper() if kind in ("word", "op") else ""


class Statement:
    """One statement: its kind, what SQLite runs (`sql`, several for some DDL), and what it is about."""

    def __init__(self, kind, sql=(), **more):
        # select insert update delete ddl set begin commit rollback if wait use database nothing unknown
        self.kind = kind
        self.sql = sql
        self.text = more.get("text", "")
        self.value = more.get("value")  # of SET, USE; DATABASE's name and option; WAITFOR's seconds; IF's condition
        self.body = more.get("body", ())  # of IF
        self.other = more.get("other", ())  # its ELSE
        self.locks = more.get("locks", False)  # has a hint that locks what it reads
        self.tables = more.get("tables", ())  # names that may be tables, those of subqueries last
        self.created = more.get("created")  # (table, [(column, type, length, null)])
        self.dropped = more.get("dropped")  # table


def tokens_of(text):
    tokens = []
    for found in TOKEN.finditer(text):
        kind = found.lastgroup
        if kind == "space":
            continue
        piece = found.group()
        if piece == "'":
            raise SqlError(105, text[found.end():found.end() + 40])
        if kind == "text":
            piece = piece[piece.index("'"):]
        token = Token(kind, piece)
        if token.upper in FOREIGN:
            raise SqlError(102, piece)
        tokens.append(token)
    return tokens


@functools.lru_cache(maxsize=2048)
def parse(text):
    """The statements of a batch."""
    return tuple(Parser(tokens_of(text)).statements())


class Parser:
    """Goes through the tokens of a batch once."""

    def __init__(self, tokens):
        self.tokens = tokens
        self.at = 0

    def peek(self, ahead=0):
        at = self.at + ahead
        return self.tokens[at].upper or self.tokens[at].text if at < len(self.tokens) else ""

    def take(self, *expected):
        """The next token; it must be one of `expected` if any are given."""
        word = self.peek()
        if not word or (expected and word not in expected):
            raise SqlError(102, self.tokens[min(self.at, len(self.tokens) - 1)].text if self.tokens else "")
        self.at += 1
        return self.tokens[self.at - 1]

    def skip(self, *words):
        """Passes over the next token if it is one of these."""
        if self.peek() in words:
            self.at += 1
            return True
        return False

    def statements(self, end=""):
        found = []
        while self.peek() != end:
            if not self.skip(";"):
                found.append(self.statement())
        return found

    def statement(self):
        word = self.peek()
        special = {"SET": self.set, "BEGIN": self.begin, "COMMIT": self.finish, "ROLLBACK": self.finish,
                   "IF": self.condition, "WAITFOR": self.wait, "USE": self.use,
                   "EXEC": self.execute, "EXECUTE": self.execute, "PRINT": self.execute}
        if word in special:
            return special[word]()
        piece = self.piece()
        if word == "CREATE" and any(t.upper == "TABLE" for t in piece[:2]):
            return create_table(piece)
        if word in ("CREATE", "ALTER", "DROP") and len(piece) > 2 and piece[1].upper == "DATABASE":
            return database(piece)
        if word == "ALTER":
            return alter_table(piece)
        if word in ("CREATE", "DROP"):
            return define(piece)
        if word in ("SELECT", "INSERT", "UPDATE", "DELETE"):
            return manipulate(word.lower(), piece)
        raise SqlError(102, piece[0].text)

    def piece(self):
        """The tokens up to the end of the statement that begins here."""
        start, depth = self.at, 0
        first = self.peek()
        sets = first == "UPDATE" or self.peek(1) == "DATABASE"  # has a SET of its own
        seen = {first}
        self.at += 1
        while (word := self.peek()) and (depth or word != ";"):
            depth += (word == "(") - (word == ")")
            if depth < 0:
                raise SqlError(102, ")")
            before = self.tokens[self.at - 1].upper
            if depth == 0 and self.tokens[self.at].kind == "word":
                if word in STARTERS and first != "ALTER" or word in ("SELECT", "SET") and not (
                        word == "SET" and sets and "SET" not in seen or
                        word == "SELECT" and (first == "INSERT" and "SELECT" not in seen or
                                              before in ("UNION", "ALL", "EXCEPT", "INTERSECT"))):
                    break
                seen.add(word)
            self.at += 1
        if depth:
            raise SqlError(102, self.tokens[-1].text)
        return self.tokens[start:self.at]

    def set(self):
        self.take("SET")
        if self.peek() == "TRANSACTION":
            self.take()
            self.take("ISOLATION")
            self.take("LEVEL")
            level = self.take("READ", "REPEATABLE", "SNAPSHOT", "SERIALIZABLE").upper
            if level in ("READ", "REPEATABLE"):
                level += " " + self.take("COMMITTED", "UNCOMMITTED", "READ").upper
            return Statement("set", text="ISOLATION", value=level)
        names = [self.take().upper]
        while self.skip(","):
            names.append(self.take().upper)
        value = "-" if self.skip("-") else ""
        return Statement("set", text=",".join(names), value=value + self.take().text.upper())

    def begin(self):
        self.take("BEGIN")
        if self.skip("TRAN", "TRANSACTION"):
            if self.peek() not in STARTERS | {"SELECT", "SET", ";", ""}:
                self.take()
            return Statement("begin")
        body = self.statements("END")
        self.take("END")
        return Statement("if", value=None, body=tuple(body))

    def finish(self):
        kind = self.take().upper.lower()
        self.skip("TRAN", "TRANSACTION", "WORK")
        return Statement(kind)

    def condition(self):
        """IF: the condition ends where a statement begins."""
        self.take("IF")
        start, depth = self.at, 0
        while (word := self.peek()) and (depth or word not in STARTERS | {"SELECT", "SET"}):
            depth += (word == "(") - (word == ")")
            self.at += 1
        condition = render(self.tokens[start:self.at])
        body = self.statement()
        while self.peek() == ";" and self.peek(1) == "ELSE":
            self.at += 1
        other = (self.statement(),) if self.skip("ELSE") else ()
        return Statement("if", value=condition[0], body=(body,), other=other)

    def wait(self):
        self.take("WAITFOR")
        self.take("DELAY")
        hours, minutes, seconds = self.take().text.strip("'").split(":")
        return Statement("wait", value=int(hours) * 3600 + int(minutes) * 60 + float(seconds))

    def use(self):
        self.take("USE")
        return Statement("use", value=self.take().text.strip('[]"'))

    def execute(self):
        """Procedures: descriptions of tables and columns are taken and forgotten."""
        piece = self.piece()
        names = {t.text.lower() for t in piece if t.kind in ("word", "name")}
        if piece[0].upper == "PRINT" or names & {"sp_addextendedproperty", "sp_updateextendedproperty"}:
            return Statement("nothing")
        return Statement("unknown", value=piece[1].text if len(piece) > 1 else "")


# --- words turned around --------------------------------------------------------------------------


def render(tokens):
    """SQLite's text for a piece without DDL, whether it has locking hints, and what may be its tables."""
    out, limits, tables = [], [None], []
    locks = False
    at = 0
    while at < len(tokens):
        token = tokens[at]
        following = tokens[at + 1].upper if at + 1 < len(tokens) else ""
        word = token.upper
        at += 1
        if word == "(":
            limits.append(None)
        elif word == ")":
            limit = limits.pop()
            if limit:
                out.append(f"LIMIT {limit}")
            if not limits:
                raise SqlError(102, ")")
        elif word == "TOP" and (following == "(" or tokens[at].kind in ("number", "word")):
            at += following == "("
            limits[-1] = tokens[at].text
            at += 2 if following == "(" else 1
            continue
        elif word == "WITH" and following == "(":
            end = next(i for i in range(at, len(tokens)) if tokens[i].upper == ")")
            locks |= any(t.upper in LOCK_HINTS for t in tokens[at:end])
            at = end + 1
            continue
        elif word in CATALOGUES and following == ".":
            tokens[at + 1] = Token("word", f"tds_{word}_{tokens[at + 1].text}".lower())
            at += 1
            continue
        elif word == "DBO" and following == ".":
            at += 1
            continue
        elif word in ("DATEDIFF", "DATEDIFF_BIG", "DATEADD", "DATEPART") and following == "(":
            tokens[at + 1] = Token("text", f"'{tokens[at + 1].text.lower()}'")
        if token.kind == "word" and following == "(" and word in RENAMED:
            out.append(RENAMED[word])
        elif word.startswith("@@"):
            out.append(f"tds_{word[2:].lower()}()")
        else:
            out.append(token.text)
            if token.kind in ("word", "name"):
                tables.append((len(limits), token.text.strip('[]"').lower()))
    if limits[0]:
        out.append(f"LIMIT {limits[0]}")
    return " ".join(out), locks, tuple(name for _, name in sorted(tables, key=lambda table: table[0]))


def manipulate(kind, piece):
    sql, locks, tables = render(piece)
    return Statement(kind, (sql,), locks=locks, tables=tables)


# --- definitions ----------------------------------------------------------------------------------

# Types of columns: what SQLite keeps them as, and what they are in answers.
TYPES = {"BIGINT": ("INTEGER", "bigint"), "INT": ("INTEGER", "int"), "INTEGER": ("INTEGER", "int"),
         "SMALLINT": ("INTEGER", "int"), "NVARCHAR": ("TEXT", "nvarchar"), "VARCHAR": ("TEXT", "nvarchar"),
         "NCHAR": ("TEXT", "nvarchar")}


def column(tokens):
    """A column of a table: SQLite's text for it and what the catalogue keeps of it.

    Keys in a binary collation compare like SQL Server's: by byte, but for spaces at the end.  The
    server's default collation also takes 'a' for 'A'.
    """
    if len(tokens) < 2 or tokens[1].upper not in TYPES:
        raise SqlError(102, tokens[1].text if len(tokens) > 1 else tokens[0].text)
    name = tokens[0].text.strip('[]"')
    stored, kind = TYPES[tokens[1].upper]
    at, length = 2, 0
    if at < len(tokens) and tokens[at].text == "(":
        length = 0 if tokens[at + 1].upper == "MAX" else int(tokens[at + 1].text)
        at += 3
    if kind == "nvarchar" and length > 4000:
        raise SqlError(102, str(length))
    rest, collation = [], "NOCASE"
    while at < len(tokens):
        if tokens[at].upper == "COLLATE":
            collation = "RTRIM" if "BIN" in tokens[at + 1].upper else "NOCASE"
            at += 1
        elif tokens[at].upper not in ("CLUSTERED", "NONCLUSTERED"):
            rest.append(tokens[at].text)
        at += 1
    sql = f'"{name}" {stored} {" ".join(rest)}'
    if stored == "TEXT":
        sql += f" COLLATE {collation}"
        if length:
            sql += f' CONSTRAINT "tds_length {name}" CHECK (length("{name}") <= {length})'
        elif kind == "nvarchar":
            kind = "doc"
    upper = [word.upper() for word in rest]
    return sql, (name, kind, length, "NOT" not in upper and "PRIMARY" not in upper)


def split(tokens):
    """The parts between commas that stand in no parentheses."""
    parts, depth = [[]], 0
    for token in tokens:
        depth += (token.text == "(") - (token.text == ")")
        if token.text == "," and depth == 0:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def name_at(tokens, at):
    """A table's name, without its schema, and where it ends."""
    if at + 2 < len(tokens) and tokens[at + 1].text == ".":
        at += 2
    if at >= len(tokens) or tokens[at].kind not in ("word", "name"):
        raise SqlError(102, tokens[min(at, len(tokens) - 1)].text)
    return tokens[at].text.strip('[]"'), at + 1


CONSTRAINTS = ("CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "CHECK")


def create_table(tokens):
    table, at = name_at(tokens, 2)
    if at >= len(tokens) or tokens[at].text != "(" or tokens[-1].text != ")":
        raise SqlError(102, tokens[-1].text)
    pieces, columns = [], []
    for part in split(tokens[at + 1:-1]):
        if not part:
            raise SqlError(102, ",")
        if part[0].upper in CONSTRAINTS:
            pieces.append(" ".join(t.text for t in part if t.upper not in ("CLUSTERED", "NONCLUSTERED")))
            continue
        sql, about = column(part)
        pieces.append(sql)
        columns.append(about)
    return Statement("ddl", (f'CREATE TABLE "{table}" ({", ".join(pieces)}) STRICT',), created=(table, columns))


def alter_table(tokens):
    """ALTER TABLE … ADD: the only one of its kind that migrations use."""
    if len(tokens) < 5 or tokens[1].upper != "TABLE":
        raise SqlError(102, tokens[-1].text)
    table, at = name_at(tokens, 2)
    if at >= len(tokens) or tokens[at].upper != "ADD":
        raise SqlError(102, tokens[min(at, len(tokens) - 1)].text)
    pieces = [column(part) for part in split(tokens[at + 1:])]
    return Statement("ddl", tuple(f'ALTER TABLE "{table}" ADD COLUMN {sql}' for sql, _ in pieces),
                     created=(table, [about for _, about in pieces]))


def database(tokens):
    """CREATE DATABASE, DROP DATABASE, and ALTER DATABASE … SET with an option that tests use."""
    words = [t.upper for t in tokens]
    name, option = tokens[2].text.strip('[]"'), " ".join(words[3:])
    options = {"CREATE": ("",), "DROP": ("",), "ALTER": DATABASE_OPTIONS}[words[0]]
    if option not in options:
        raise SqlError(102, tokens[-1].text)
    return Statement("database", text=words[0], value=(name, option))


def define(tokens):
    """CREATE INDEX, DROP INDEX i ON t, DROP TABLE."""
    words = [t.upper for t in tokens]
    if words[:2] == ["DROP", "INDEX"]:
        if "ON" not in words:
            raise SqlError(102, tokens[-1].text)
        return Statement("ddl", (render(tokens[:words.index("ON")])[0],))
    if words[:2] == ["DROP", "TABLE"]:
        table, _ = name_at(tokens, 4 if "IF" in words else 2)
        return Statement("ddl", (render(tokens)[0],), dropped=table)
    if words[0] == "CREATE" and "INDEX" in words[:4]:
        kept = [t for t in tokens if t.upper not in ("CLUSTERED", "NONCLUSTERED")]
        return Statement("ddl", (render(kept)[0],))
    raise SqlError(102, tokens[1].text if len(tokens) > 1 else "")
