"""What a session of the server does: statements on SQLite, transactions and locks as SQL Server has
them, and errors by its numbers.

READ COMMITTED is the kind with row versions (READ_COMMITTED_SNAPSHOT): a statement sees what was
committed when it began and waits for nobody.  Whoever writes, or reads with a locking hint or in
REPEATABLE READ or SERIALIZABLE, takes the one turn and keeps it to the end of its transaction; the
others wait for it in order, as long as their LOCK_TIMEOUT permits (1222).  In SNAPSHOT a transaction
sees one state, and a write on an outdated one is 3960.
"""

import asyncio
import collections
import contextlib
import datetime
import itertools
import os
import re
import sqlite3

import tsql
import wire
from tsql import ERRORS, SqlError

# Errors that end the batch and the transaction, whatever XACT_ABORT says.
FATAL = {1205, 3960}
# Errors of the compiler: nothing of the batch was run, the transaction stays.
COMPILER = {102, 105, 137, 195, 207}

NUMBERS = itertools.count(51)  # of sessions

WRITES = ("insert", "update", "delete", "ddl")

SCHEMA = """
CREATE TABLE IF NOT EXISTS tds_column (
    table_name TEXT NOT NULL COLLATE NOCASE, ordinal INTEGER NOT NULL, column_name TEXT NOT NULL COLLATE NOCASE,
    kind TEXT NOT NULL, length INTEGER NOT NULL, nullable INTEGER NOT NULL, PRIMARY KEY (table_name, column_name))
"""

CATALOGUE = """
CREATE TEMP VIEW tds_sys_tables AS SELECT name, rowid AS object_id, 'U ' AS type FROM main.sqlite_master
    WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'tds!_%' ESCAPE '!';
CREATE TEMP VIEW tds_sys_objects AS SELECT name, object_id, type FROM tds_sys_tables;
CREATE TEMP VIEW sysobjects AS SELECT name, object_id AS id, type FROM tds_sys_tables;
CREATE TEMP VIEW tds_sys_indexes AS SELECT name, rowid AS index_id, tbl_name FROM main.sqlite_master
    WHERE type = 'index';
CREATE TEMP VIEW tds_sys_databases AS SELECT tds_database() AS name, 5 AS database_id, 160 AS compatibility_level,
    'SQL_Latin1_General_CP1_CI_AS' AS collation_name, 1 AS is_read_committed_snapshot_on,
    1 AS snapshot_isolation_state, 'ON' AS snapshot_isolation_state_desc;
CREATE TEMP VIEW tds_information_schema_tables AS SELECT tds_database() AS table_catalog, 'dbo' AS table_schema,
    name AS table_name, 'BASE TABLE' AS table_type FROM tds_sys_tables;
CREATE TEMP VIEW tds_information_schema_columns AS SELECT tds_database() AS table_catalog, 'dbo' AS table_schema,
    table_name, column_name, ordinal AS ordinal_position, CASE nullable WHEN 1 THEN 'YES' ELSE 'NO' END AS is_nullable,
    CASE kind WHEN 'doc' THEN 'nvarchar' ELSE kind END AS data_type,
    CASE kind WHEN 'nvarchar' THEN length WHEN 'doc' THEN -1 END AS character_maximum_length FROM main.tds_column;
"""

PROPERTIES = {"productversion": "15.0.4000.0", "collation": "SQL_Latin1_General_CP1_CI_AS", "edition": "Test",
              "isreadcommittedsnapshoton": 1}


class Turn:
    """The right to write, handed on in the order of asking."""

    def __init__(self):
        self.owner = None
        self.waiting = collections.deque()

    async def take(self, session, seconds):
        """Waits for it; `seconds` None without end.  SqlError 1222 if it does not come."""
        if self.owner is None:
            self.owner = session
            return
        if seconds == 0:
            raise SqlError(1222)
        ready = asyncio.get_running_loop().create_future()
        self.waiting.append((ready, session))
        try:
            await asyncio.wait_for(ready, seconds)
        except asyncio.TimeoutError:
            raise SqlError(1222) from None
        except asyncio.CancelledError:
            if self.owner is session:
                self.give(session)
            raise

    def give(self, session):
        if self.owner is not session:
            return
        self.owner = None
        while self.waiting:
            ready, following = self.waiting.popleft()
            if not ready.done():
                self.owner = following
                ready.set_result(None)
                return


class Instance:
    """All databases of the server: FILE is the first, others stand beside it."""

    def __init__(self, path, database):
        self.path = path
        self.stores = {database.lower(): Store(self, path, database)}

    def find(self, name):
        """A database; SqlError 4060 if there is none."""
        path = self.path_of(name)
        if name.lower() not in self.stores:
            if not re.fullmatch(r"\w+", name) or not os.path.exists(path):
                raise SqlError(4060, name)
            self.stores[name.lower()] = Store(self, path, name)
        return self.stores[name.lower()]

    def path_of(self, name):
        return f"{self.path}-{name.lower()}.db"

    def create(self, name):
        if name.lower() in self.stores or os.path.exists(self.path_of(name)):
            raise SqlError(1801, name)
        self.stores[name.lower()] = Store(self, self.path_of(name), name)

    async def alter(self, name, option, by):
        """SINGLE_USER: all sessions but `by` have ended when it is done."""
        store = self.find(name)
        if option != tsql.SINGLE_USER:
            return
        for session in store.sessions - {by}:
            session.cut()
        while store.sessions - {by}:
            await asyncio.sleep(0.005)

    def drop(self, name):
        try:
            store = self.find(name)
        except SqlError:
            raise SqlError(3701, name) from None
        if store.sessions or store.path == self.path:
            raise SqlError(3702, name)
        del self.stores[name.lower()]
        for end in ("", "-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                os.remove(store.path + end)


class Store:
    """A database: its file, and what all its sessions share."""

    def __init__(self, instance, path, database):
        self.instance = instance
        self.path = path
        self.database = database
        self.turn = Turn()
        self.columns = {}  # the catalogue as far as it was read: table → {column: (kind, length, null)}
        self.sessions = set()
        with sqlite3.connect(path) as db:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute(SCHEMA)
        db.close()

    def connect(self):
        # A kill of the server loses nothing; this is a test's data, so a power cut may.
        db = sqlite3.connect(self.path, isolation_level=None, timeout=5, cached_statements=256)
        db.execute("PRAGMA synchronous = OFF")
        db.execute("PRAGMA foreign_keys = ON")
        return db


def epoch_difference(unit, begin, end):
    """DATEDIFF: the borders of the unit between two times."""
    a, b = (datetime.datetime.fromisoformat(iso(t)) for t in (begin, end))
    seconds = {"second": 1, "ss": 1, "s": 1, "minute": 60, "hour": 3600, "day": 86400}
    if unit in ("millisecond", "ms"):
        return (b - a) // datetime.timedelta(milliseconds=1)
    if unit in ("microsecond", "mcs"):
        return (b - a) // datetime.timedelta(microseconds=1)
    zero = datetime.datetime(1900, 1, 1)
    size = datetime.timedelta(seconds=seconds[unit])
    return (b - zero) // size - (a - zero) // size


def iso(text):
    """'19700101' as it can be written in T-SQL, as ISO."""
    return re.sub(r"^(\d{4})(\d\d)(\d\d)\b", r"\1-\2-\3", text)


def utc():
    return datetime.datetime.utcnow().isoformat(" ", "milliseconds")


class Session:
    """A connection's state; `cut` ends its link.  `answer` in its methods is a wire.Answer."""

    def __init__(self, store, cut):
        self.store = store
        self.db = store.connect()
        self.cut = cut
        store.sessions.add(self)
        self.number = next(NUMBERS)
        self.has_catalogue = False
        self.prepared = {}
        self.handles = 0
        self.descriptor = 0
        self.defined = False  # the open transaction changed the schema
        self.deaf = self.late = False  # a fault is at work: no attention; no stop when the link goes
        self.reset()
        functions = {
            "tds_trancount": (0, lambda: self.trancount), "tds_spid": (0, lambda: self.number),
            "tds_rowcount": (0, lambda: self.rowcount), "tds_error": (0, lambda: 0),
            "tds_version": (0, lambda: "Microsoft SQL Server 2019 (test stand-in over SQLite) 15.0.4000.0"),
            "tds_servername": (0, lambda: "TDSTEST"), "tds_database": (0, lambda: store.database),
            "tds_lock_timeout": (0, lambda: self.lock_timeout),
            "db_name": (0, lambda: store.database), "db_id": (0, lambda: 5),
            "suser_sname": (0, lambda: "sa"), "schema_name": (0, lambda: "dbo"),
            "getutcdate": (0, utc), "sysutcdatetime": (0, utc), "getdate": (0, utc),
            "datediff": (3, epoch_difference), "datediff_big": (3, epoch_difference),
            "serverproperty": (1, lambda name: PROPERTIES.get(name.lower())),
            "databasepropertyex": (2, lambda _, name: PROPERTIES.get(name.lower())),
            "object_id": (-1, self.object_id),
        }
        for name, (arguments, function) in functions.items():
            self.db.create_function(name, arguments, function)

    def reset(self):
        """What a new login, or a packet that says so, begins with."""
        self.trancount = 0
        self.rowcount = 0
        self.xact_abort = self.nocount = self.implicit = False
        self.lock_timeout = -1
        self.isolation = "READ COMMITTED"

    def close(self):
        self.roll_back()
        self.db.close()
        self.store.sessions.discard(self)

    def object_id(self, name, _kind=None):
        bare = name.split(".")[-1].strip("[]").lower()
        return 1 + sum(map(ord, bare)) if self.columns_of(bare) else None

    # --- transactions ---

    def roll_back(self):
        if self.db.in_transaction:
            self.db.execute("ROLLBACK")
        if self.defined:
            self.store.columns.clear()
            self.defined = False
        self.trancount = 0
        self.store.turn.give(self)

    def begin(self, answer):
        self.trancount += 1
        if self.trancount == 1:
            if self.isolation == "SNAPSHOT":
                self.db.execute("BEGIN")
            self.descriptor += 1
            answer.transaction(8, self.descriptor << 32 | self.number)

    def commit(self, answer):
        if self.trancount == 0:
            raise SqlError(3902)
        self.trancount -= 1
        if self.trancount == 0:
            if self.db.in_transaction:
                self.db.execute("COMMIT")
            self.defined = False
            self.store.turn.give(self)
            answer.transaction(9, self.descriptor << 32 | self.number)

    def rollback(self, answer):
        if self.trancount == 0:
            raise SqlError(3903)
        self.roll_back()
        answer.transaction(10, self.descriptor << 32 | self.number)

    async def lock(self):
        """Takes the turn for the open transaction, or for one statement."""
        if self.store.turn.owner is not self:
            await self.store.turn.take(self, None if self.lock_timeout < 0 else self.lock_timeout / 1000)
        if self.trancount and not self.db.in_transaction:
            self.db.execute("BEGIN IMMEDIATE")

    # --- statements ---

    async def run(self, text, parameters, answer, faults):
        """Runs a batch; true if all of it succeeded.  Errors are in the answer."""
        try:
            statements = tsql.parse(text)
            self.compile(statements)
        except SqlError as error:
            return self.fail(error, answer)
        return await self.run_all(statements, parameters, answer, faults)

    def compile(self, statements):
        """A batch is compiled before any of it runs: it cannot use a column that it adds itself (207).

        A table that is not there yet is looked for when its statement runs.
        """
        if not any(statement.kind == "ddl" for statement in statements):
            return
        for statement in statements:
            if statement.kind in ("select", "insert", "update", "delete"):
                try:
                    self.fetch("EXPLAIN " + statement.sql[0], {})
                except SqlError as error:
                    if error.number == 207:
                        raise

    async def run_all(self, statements, parameters, answer, faults):
        good = True
        for statement in statements:
            try:
                if statement.kind == "if":
                    body = statement.body if self.holds(statement, parameters) else statement.other
                    if not await self.run_all(body, parameters, answer, faults):
                        return False
                    continue
                await faults.before(statement, self)
                await self.run_one(statement, parameters, answer)
                await faults.after(statement, self)
            except SqlError as error:
                good = self.fail(error, answer)
                if self.xact_abort or error.number in FATAL | COMPILER | {208}:
                    return False
        return good

    def fail(self, error, answer):
        """Answers an error, and ends the transaction if it does."""
        for number in error.before:
            answer.error(number, ERRORS[number][0], 1, ERRORS[number][1])
        answer.error(error.number, error.severity, 1, error.words)
        if self.trancount and (error.number in FATAL or self.xact_abort and error.number not in COMPILER):
            self.rollback(answer)
        answer.done(error=True)
        return False

    def holds(self, statement, parameters):
        if statement.value is None:
            return True
        return self.fetch(f"SELECT CASE WHEN {statement.value} THEN 1 ELSE 0 END", parameters)[0][0] == 1

    async def run_one(self, statement, parameters, answer):
        kind = statement.kind
        if kind in ("begin", "commit", "rollback"):
            getattr(self, kind)(answer)
            answer.done(kind)
        elif kind == "set":
            self.set(statement)
            answer.done("set")
        elif kind == "wait":
            await asyncio.sleep(statement.value)
            answer.done()
        elif kind == "use":
            if statement.value.lower() != self.store.database.lower():
                raise SqlError(911, statement.value)
            answer.changed(1, self.store.database, self.store.database)
            answer.done()
        elif kind == "database":
            if self.trancount:
                raise SqlError(226, statement.text + " DATABASE")
            name, option = statement.value
            if statement.text == "ALTER":
                await self.store.instance.alter(name, option, self)
            else:
                getattr(self.store.instance, statement.text.lower())(name)
            answer.done()
        elif kind == "nothing":
            answer.done()
        elif kind == "unknown":
            raise SqlError(2812, statement.value)
        else:
            await self.work(statement, parameters, answer)

    def set(self, statement):
        on = statement.value == "ON"
        for name in statement.text.split(","):
            if name == "ISOLATION":
                self.isolation = statement.value
            elif name == "XACT_ABORT":
                self.xact_abort = on
            elif name == "NOCOUNT":
                self.nocount = on
            elif name == "IMPLICIT_TRANSACTIONS":
                self.implicit = on
            elif name == "LOCK_TIMEOUT":
                self.lock_timeout = int(statement.value)

    async def work(self, statement, parameters, answer):
        """A statement for SQLite: with its lock, in a transaction if there is one."""
        if self.implicit and not self.trancount:
            self.begin(answer)
        writes = statement.kind in WRITES
        strict = self.trancount and self.isolation in ("REPEATABLE READ", "SERIALIZABLE")
        if writes or statement.locks or strict:
            await self.lock()
        try:
            if statement.kind == "select":
                self.select(statement, parameters, answer)
            elif statement.kind == "ddl":
                self.define(statement)
                answer.done("ddl")
            else:
                self.rowcount = self.execute(statement.sql[0], parameters).rowcount
                answer.done(statement.kind, None if self.nocount else self.rowcount)
        finally:
            if not self.trancount:
                self.store.turn.give(self)

    def select(self, statement, parameters, answer):
        cursor = self.execute(statement.sql[0], parameters)
        rows = self.guard(cursor.fetchall)
        columns = self.describe(cursor.description, rows, statement.tables)
        answer.columns(columns)
        answer.rows(columns, rows)
        self.rowcount = len(rows)
        answer.done("select", None if self.nocount else len(rows))

    def define(self, statement):
        """DDL: SQLite's statements and the catalogue, all or nothing."""
        self.defined = True
        self.store.columns.clear()
        self.execute("SAVEPOINT tds_define", {})
        try:
            for sql in statement.sql:
                self.execute(sql, {})
            if statement.created:
                table, columns = statement.created
                have = self.fetch("SELECT COUNT(*) FROM tds_column WHERE table_name = @P1", {"P1": table})[0][0]
                for number, about in enumerate(columns, have + 1):
                    self.db.execute("INSERT INTO tds_column VALUES (?, ?, ?, ?, ?, ?)", (table, number, *about))
            if statement.dropped:
                self.db.execute("DELETE FROM tds_column WHERE table_name = ?", (statement.dropped,))
        except SqlError:
            self.db.execute("ROLLBACK TO tds_define")
            raise
        finally:
            self.db.execute("RELEASE tds_define")

    # --- SQLite ---

    def execute(self, sql, parameters):
        if not self.has_catalogue and ("tds_sys_" in sql or "tds_information_schema_" in sql or "sysobjects" in sql):
            self.db.executescript(CATALOGUE)
            self.has_catalogue = True
        return self.guard(lambda: self.db.execute(sql, parameters))

    def fetch(self, sql, parameters):
        return self.guard(self.execute(sql, parameters).fetchall)

    @staticmethod
    def guard(call):
        """Runs something of SQLite's; its errors become SQL Server's."""
        try:
            return call()
        except (sqlite3.Error, OverflowError) as error:
            raise translate(error) from None

    # --- descriptions ---

    def columns_of(self, table):
        """What the catalogue knows of a table: {column: (kind, length, null)}, empty if there is none."""
        known = self.store.columns.get(table)
        if known is None:
            sql = "SELECT column_name, kind, length, nullable FROM tds_column WHERE table_name = ?"
            rows = self.db.execute(sql, (table,))
            known = {row[0].lower(): row[1:] for row in rows}
            if not self.defined:
                self.store.columns[table] = known
        return known

    def describe(self, description, rows, tables):
        """The columns (name, kind, length, may be NULL) of a result."""
        known = {}
        for table in reversed(tables):  # a subquery's may have the same name and another type
            known.update(self.columns_of(table))
        columns = []
        for at, (name, *_) in enumerate(description):
            bare = name.split(".")[-1].strip('[]" ').lower()
            inner = re.fullmatch(r"(?:max|min|sum)\s*\(\s*(\w+)\s*\)", name, re.IGNORECASE)
            simple = re.fullmatch(r'[\w.\s"\[\]]+', name)
            about = known.get(inner.group(1).lower() if inner else bare)
            if not about or not (inner or simple):
                about = guess([row[at] for row in rows], name)
            columns.append((bare if simple and not name.isdigit() else "", *about[:2], bool(about[2]) or bool(inner)))
        return columns

    def check(self, text, names):
        """Compiles a text without running it; gives the columns if it is one SELECT, else None."""
        nulls = dict.fromkeys(names)
        statements = tsql.parse(text)
        for statement in statements:
            if statement.kind in ("select", "insert", "update", "delete"):
                self.fetch("EXPLAIN " + statement.sql[0], nulls)
        if len(statements) != 1 or statements[0].kind != "select":
            return None
        cursor = self.execute(f"SELECT * FROM ({statements[0].sql[0]}) LIMIT 0", nulls)
        return self.describe(cursor.description, [], statements[0].tables)


def guess(values, name):
    """A column's type by its values, where no table says it."""
    if re.search(r"date\w*\s*\(\s*\)$", name, re.IGNORECASE):
        return wire.DATETIME, 0, 0
    texts = [v for v in values if isinstance(v, str)]
    if texts:
        return (wire.NVARCHAR, 4000, 1) if max(map(len, texts)) <= 2000 else (wire.DOC, 0, 1)
    numbers = [v for v in values if v is not None]
    if numbers and not all(-2 ** 31 <= v < 2 ** 31 for v in numbers):
        return wire.BIGINT, 0, 1
    return wire.INT, 0, 1


PATTERNS = (
    (r"no such table: (.+)", 208), (r"no such column: (.+)", 207), (r"table \S+ has no column named (.+)", 207),
    (r"no such function: (.+)", 195), (r'near "(.*)": syntax error', 102), (r"incomplete (input)", 102),
    (r"table (\S+) already exists", 2714), (r"duplicate column name: (.+)", 2714),
    (r"index (\S+) already exists", 1913),
    (r"no such index: (.+)", 3701), (r"integer (overflow)", 8115), (r"int too (large) to convert", 8115),
    (r"cannot store TEXT value in INTEGER column (\S+)", 8114),
    (r"You did not supply a value for binding (?:parameter )?:?(\S+)", 137),
)
CONSTRAINTS = {"SQLITE_CONSTRAINT_PRIMARYKEY": 2627, "SQLITE_CONSTRAINT_ROWID": 2627, "SQLITE_CONSTRAINT_UNIQUE": 2601,
               "SQLITE_CONSTRAINT_NOTNULL": 515, "SQLITE_CONSTRAINT_CHECK": 547,
               "SQLITE_CONSTRAINT_FOREIGNKEY": 547, "SQLITE_BUSY_SNAPSHOT": 3960, "SQLITE_FULL": 1105}


def translate(error):
    """SQLite's error as SQL Server's."""
    words = str(error)
    name = getattr(error, "sqlite_errorname", "")
    about = words.split(": ", 1)[-1]
    if "tds_length" in words:
        return SqlError(2628, about.split("tds_length ")[-1])
    if name in CONSTRAINTS:
        return SqlError(CONSTRAINTS[name], about)
    for pattern, number in PATTERNS:
        found = re.search(pattern, words)
        if found:
            return SqlError(number, found.group(1))
    return SqlError(50000, words)
