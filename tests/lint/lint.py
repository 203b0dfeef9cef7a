#!/usr/bin/python3
"""The rules of the house, as a program: `make lint`.  Each rule prints `ok` or `not ok` (TAP).

  lint.py [RULE …]    from anywhere; all rules if none is named

A rule is a function that yields what is wrong as (file, line, words).  It reads the files of the
checkout, not what git knows, so it also sees what is not committed yet.  Where something that it
needs is missing (node, a built gridtill) it is skipped, and says so.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("GRIDTILL_BUILD", TOP / "build-test"))
PLACES = ("lib", "cgi", "cmd", "tests")
LINES_MOST = 700

RULES = {}


class Skip(Exception):
    """A rule cannot be checked here, and why."""


def rule(function):
    """Registers a rule under its name."""
    RULES[function.__name__] = function
    return function


def files(*endings, places=PLACES):
    """The files below some places that end so, as paths from the top."""
    for place in places:
        for path in sorted((TOP / place).rglob("*")):
            if path.is_file() and path.name.endswith(endings) and "node_modules" not in path.parts:
                yield path.relative_to(TOP)


def read(path):
    return (TOP / path).read_text(encoding="utf-8")


def bare_c(text):
    """C without comments and without the contents of strings; the lines stay where they are."""
    pattern = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)
    return pattern.sub(lambda m: '""' if m.group(0)[0] == '"' else "\n" * m.group(0).count("\n") or " ", text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


# --- C --------------------------------------------------------------------------------------------


@rule
def format():
    """clang-format agrees."""
    names = [str(p) for p in files(".c", ".h")]
    done = subprocess.run(["clang-format", "--dry-run", "-Werror", "-style=file", *names],
                          cwd=TOP, capture_output=True, text=True, check=False)
    for line in done.stderr.splitlines():
        found = re.match(r"(\S+?):(\d+):\d+: error: (.*)", line)
        if found:
            yield found.group(1), int(found.group(2)), found.group(3)


@rule
def cppcheck():
    """cppcheck has nothing to say."""
    names = "\n".join(str(p) for p in files(".c"))
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as listed:
        listed.write(names)
        listed.flush()
        command = ["cppcheck", "-q", f"-j{os.cpu_count()}", "--std=c11", "--enable=warning,portability",
                   "--inline-suppr", "--suppressions-list=tests/lint/cppcheck.txt", "-Ilib", "-Icgi",
                   "-D_GNU_SOURCE", "-DGT_FAILPOINTS", "--template={file}:{line}: {severity} {id}: {message}",
                   f"--file-list={listed.name}"]
        done = subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=False)
    for line in done.stderr.splitlines():
        found = re.match(r"(\S+?):(\d+): (.*)", line)
        if found:
            yield found.group(1), int(found.group(2)), found.group(3)
        elif line.strip():
            yield "cppcheck", 0, line


BANNED = re.compile(r"\b(strcpy|strcat|sprintf|vsprintf|strtok|atoi|atol|atoll|gets|localtime|gmtime|ctime|asctime|"
                    r"strerror|rand|srand|system|popen|tmpnam|mktemp|FCGX_FPrintF|"
                    r"cgi_init|cgi_parse|cgi_display|cgi_output|cgi_redirect|cgi_cookie_\w+|cgi_error)\s*\(")


@rule
def banned():
    """No function that style.md bans."""
    for path in files(".c", ".h"):
        text = bare_c(read(path))
        for found in BANNED.finditer(text):
            yield path, line_of(text, found.start()), f"{found.group(1)} is banned"
        if "fcgi_stdio.h" in read(path):
            yield path, 1, "fcgi_stdio.h is banned"


@rule
def no_floating_point():
    """No floating point where money is."""
    for path in files(".c", ".h", places=("lib",)):
        if path.parts[1] not in ("till", "books") and path.stem != "money":
            continue
        text = bare_c(read(path))
        for found in re.finditer(r"\b(float|double)\b|\b\d+\.\d*[eE]?|\b(strtod|strtof|llround|floor|ceil)\s*\(", text):
            yield path, line_of(text, found.start()), f"floating point: {found.group(0)}"


@rule
def length():
    """No file of C above the limit."""
    for path in files(".c", ".h"):
        lines = read(path).count("\n")
        if lines > LINES_MOST:
            yield path, lines, f"{lines} lines; {LINES_MOST} are the most"


@rule
def top_comment():
    """Each file of C begins by saying what lives there."""
    for path in files(".c", ".h"):
        if not read(path).startswith("/*"):
            yield path, 1, "no comment at the top"


@rule
def unfinished():
    """Nothing is left to be done."""
    for path in files(".c", ".h", ".py", ".sh", ".sql", ".cs", places=PLACES + ("sql", "templates", "conf", "static")):
        if path.parts[:2] == ("tests", "lint"):
            continue
        for number, line in enumerate(read(path).splitlines(), 1):
            if re.search(r"\b(TODO|FIXME|XXX)\b", line):
                yield path, number, line.strip()


# --- includes -------------------------------------------------------------------------------------

# What a room may include from, besides itself.  A single file stands for itself.
MAY = {
    "base": (),
    "store": ("base",),
    "access": ("store", "base"),
    "link": ("base",),
    "till": ("access", "store", "base", "link/upstream.h"),
    "books": ("till", "access", "store", "base", "link/upstream.h"),
    "terminal": ("books", "till", "access", "store", "base", "link/upstream.h"),
    "sim": ("base", "store"),
}
ROOMS = ("base", "store", "access", "link", "till", "books", "terminal")


def room_of(path):
    """The room of a file, None where everything may be included (cgi, cmd, tests)."""
    if path.parts[0] == "lib":
        return path.parts[1]
    return "sim" if path.parts[:2] == ("cmd", "sim") else None


@rule
def include_direction():
    """Arrows between the rooms point one way (design: base, store, access, till, books, terminal)."""
    for path in files(".c", ".h", places=("lib", "cmd/sim")):
        room = room_of(path)
        if room not in MAY:
            yield path, 1, f"{room} is no room"
            continue
        for number, line in enumerate(read(path).splitlines(), 1):
            found = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
            if not found or "/" not in found.group(1):
                continue
            target = found.group(1).split("/")[0]
            if target == room or target in MAY[room] or found.group(1) in MAY[room]:
                continue
            yield path, number, f"{room} must not include {found.group(1)}"


@rule
def handlers_do_not_share():
    """The kit knows no business; a handler does not look into another."""
    for path in files(".c", ".h", places=("cgi",)):
        for number, line in enumerate(read(path).splitlines(), 1):
            found = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
            if not found:
                continue
            target = found.group(1).split("/")[0]
            if path.parts[1] == "kit" and target in ROOMS[1:]:
                yield path, number, f"the kit must not include {found.group(1)}"
            if target in ("console", "cashier") and target != path.parts[1]:
                yield path, number, f"{path.parts[1]} must not include {found.group(1)}"


@rule
def include_cycles():
    """No header includes itself by way of others."""
    graph = {}
    for path in files(".h", places=("lib", "cgi")):
        name = str(pathlib.Path(*path.parts[1:]))
        graph[name] = re.findall(r'^\s*#\s*include\s+"([^"]+)"', read(path), re.MULTILINE)
    done, way = set(), []

    def visit(name):
        if name in way:
            return way[way.index(name):] + [name]
        if name in done or name not in graph:
            return None
        way.append(name)
        for target in graph[name]:
            cycle = visit(target)
            if cycle:
                return cycle
        way.pop()
        done.add(name)
        return None

    for name in sorted(graph):
        cycle = visit(name)
        if cycle:
            yield name, 1, " → ".join(cycle)
            return


# --- SQL ------------------------------------------------------------------------------------------

NOT_PORTABLE = (
    (r"\bON\s+CONFLICT\b|\bINSERT\s+OR\b|\bREPLACE\s+INTO\b|\bMERGE\b|\bON\s+DUPLICATE\b", "no upsert"),
    (r"\bRETURNING\b|\bOUTPUT\s+INSERTED\b", "no RETURNING"),
    (r"\bWITH\s+(RECURSIVE\s+)?\w+\s+AS\b", "no common table expression"),
    (r"\bBOOLEAN\b|\bTRUE\b|\bFALSE\b", "no boolean"),
    (r"\|\|", "no || operator"),
    (r"(?<!\{)\blimit\b(?!\s*\d+\s*\})", "LIMIT only as {limit n}"),
    (r"(?<!\{)\btop\b(?!\s*\d+\s*\})", "TOP only as {top n}"),
    (r"\bOFFSET\b|\bFETCH\s+NEXT\b", "no OFFSET"),
    (r"\bAUTOINCREMENT\b|\bIDENTITY\s*\(|\bBIGSERIAL\b", "keys are made by the program"),
    (r"\(\s*\w+\s*,\s*\w+[^()]*\)\s*(=|<|>|IN\b)", "no row values"),
    (r"\?\s+IS\s+NULL\s+OR\b", "a filtered list is a registered object"),
    (r"=\s*''|\(\s*''|,\s*''", "no empty string as a value"),
    (r"\bSTRFTIME\b|\bDATETIME\s*\(|\bJULIANDAY\b|\bNOW\s*\(", "times come from the program"),
    (r"`|\[\w+\]", "no quoted identifiers"),
)
# Words that cannot be names of tables or columns as they are on SQLite, PostgreSQL, SQL Server or ASE 15.7.
RESERVED = set("""
add all alter analyse analyze and any array arith_overflow as asc asymmetric at authorization backup begin between both
break browse bulk by cascade case cast char_convert check checkpoint close clustered coalesce collate column commit
compute confirm connect constraint contains continue controlrow convert count create cross current current_date
current_time current_timestamp current_user cursor database dbcc deallocate declare decrypt default deferrable delete
deny desc deterministic disk distinct distributed do double drop dummy dump else encrypt end endtran errlvl errordata
errorexit escape except exclusive exec execute exists exit exp_row_size external fetch file fillfactor for foreign
freetext freeze from full func function goto grant group having holdlock identity identity_gap identity_insert
identity_start if ilike in index initially inner inout insensitive insert install intersect into is isnull isolation
jar join key kill lateral leading left level like limit lineno load localtime localtimestamp lock materialized max
max_rows_per_page membership merge min mirror mirrorexit modify national natural new noholdlock nocheck nonclustered
nonscrollable non_sensitive not notnull null nullif numeric_truncation of off offset offsets on once online only open
option or order out outer output over overlaps partition percent perm permanent pivot placing plan precision prepare
primary print privileges proc procedure processexit proxy_table public quiesce raiserror read readpast readtext
reconfigure references release_locks_on_close remove reorg replace replication reservepagegap restore restrict return
returning returns revert revoke right role rollback rowcount rowguidcol rows rule save schema scroll scrollable select
semi_sensitive session_user set setuser shared shutdown similar some statistics stringsize stripe sum syb_identity
syb_restree syb_terminate symmetric system_user table tablesample temp temporary textsize then to top tracefile
trailing tran transaction trigger truncate tsequal union unique unpartition unpivot update use user user_option using
value values variadic varying verbose view waitfor when where while window with work writetext xmlextract xmlparse
xmltable xmltest
""".split())


def not_portable(sql):
    for pattern, words in NOT_PORTABLE:
        found = re.search(pattern, sql, re.IGNORECASE)
        if found:
            yield found.start(), words
    for found in re.finditer(r"\b[A-Za-z_]\w{30,}\b", sql):
        yield found.start(), f"{found.group(0)} is longer than 30 characters"


def strings_of(text):
    """The text of adjacent C string literals, joined."""
    return "".join(bytes(s, "utf-8").decode("unicode_escape", "replace")
                   for s in re.findall(r'"((?:\\.|[^"\\])*)"', text))


@rule
def statements_portable():
    """Statements keep to the words that every database knows, and bind everything."""
    for path in files(".c", ".h", places=("lib", "cmd")):
        text = read(path)
        for found in re.finditer(r"\bGT_STMT\(\s*(\w+)\s*,(.*?)\)\s*;", text, re.DOTALL):
            sql = strings_of(found.group(2))
            line = line_of(text, found.start())
            for _, words in not_portable(sql):
                yield path, line, f"{found.group(1)}: {words}"
            if re.search(r"\bSELECT\s+\*", sql, re.IGNORECASE):
                yield path, line, f"{found.group(1)}: name the columns"
            if re.search(r"\bINSERT\s+INTO\s+\w+\s+VALUES", sql, re.IGNORECASE):
                yield path, line, f"{found.group(1)}: name the columns"


@rule
def schema_comments():
    """Every table and column of the schema has a comment; tables are called gt_…."""
    for path in files(".sql", places=("sql",)):
        lines = read(path).splitlines()
        inside = None
        for number, line in enumerate(lines, 1):
            bare, _, comment = line.partition("--")
            before = lines[number - 2].strip() if number > 1 else ""
            told = bool(comment.strip()) or before.startswith("--")
            table = re.match(r"\s*CREATE\s+TABLE\s+(\w+)", bare, re.IGNORECASE)
            if table:
                inside = table.group(1)
                if not told:
                    yield path, number, f"table {inside} has no comment"
                if not inside.startswith("gt_"):
                    yield path, number, f"table {inside} is not called gt_…"
                continue
            if inside and bare.strip().startswith(")"):
                inside = None
            column = re.match(r"\s*(\w+)\s+\{", bare)
            if inside and column:
                if not told:
                    yield path, number, f"column {inside}.{column.group(1)} has no comment"


@rule
def schema_portable():
    """The schema keeps to type words and to what every database knows."""
    for path in files(".sql", places=("sql",)):
        text = re.sub(r"--[^\n]*", "", read(path))
        for offset, words in not_portable(text):
            yield path, line_of(text, offset), words
        for found in re.finditer(r"\b(INTEGER|BIGINT|VARCHAR|NVARCHAR|TEXT|BLOB|DATETIME|TIMESTAMP)\b", text):
            yield path, line_of(text, found.start()), f"{found.group(1)} instead of a type word"
        for found in re.finditer(r"CREATE\s+(UNIQUE\s+)?INDEX[^;]*\bWHERE\b", text, re.IGNORECASE):
            yield path, line_of(text, found.start()), "no partial index"


# --- SQL as the servers get it --------------------------------------------------------------------


def expanded(dialect, *options):
    """What `gridtill schema` prints for a dialect."""
    program = BUILD / "gridtill"
    if not program.exists():
        raise Skip(f"{program} is not built")
    done = subprocess.run([program, "schema", dialect, "--sql", TOP / "sql", *options], capture_output=True, text=True,
                          check=True)
    return done.stdout


def expanded_statements(dialect):
    """(name, SQL) of each statement of the program."""
    for piece in expanded(dialect, "--statements").split(";\n"):
        head, _, sql = piece.partition("\n")
        if sql:
            yield head.removeprefix("-- "), sql


def expanded_columns(dialect):
    """(table, column, the rest of its definition) of the schema, brackets kept."""
    table = None
    for line in expanded(dialect).splitlines():
        bare = line.partition("--")[0].strip()
        begun = re.match(r"CREATE TABLE (\S+)", bare)
        if begun:
            table = begun.group(1)
        elif bare.startswith(")"):
            table = None
        elif table and bare:
            name, _, rest = bare.rstrip(",").partition(" ")
            yield table, name, rest


# Bytes that fit into the key of an index (SQL Server; ASE has more), and into a row of ASE with pages of 4 KB.
KEY_MOST, ROW_MOST = 900, 4000


def width(definition):
    """Bytes of a column: an integer, text of two bytes a character, or a pointer to a long text."""
    found = re.match(r"(N|UNI)?VARCHAR\((\d+)\)", definition)
    if not found:
        return 16 if definition.startswith("UNITEXT") else 8
    return int(found.group(2)) * (2 if found.group(1) else 1)


@rule
def sizes():
    """Keys of indexes and rows fit where each server keeps them; no NULL in a unique key."""
    for dialect in ("mssql", "sybase"):
        columns = {(table, column.strip("[]")): rest for table, column, rest in expanded_columns(dialect)}
        for table in sorted({table for table, _ in columns}):
            row = sum(width(rest) for (name, _), rest in columns.items() if name == table)
            if dialect == "sybase" and row > ROW_MOST:
                yield "schema sybase", 0, f"a row of {table} may have {row} bytes; {ROW_MOST} are the most"
        for unique, index, table, names in re.findall(r"CREATE (UNIQUE )?INDEX (\w+) ON (\w+) \(([^)]*)\)",
                                                      expanded(dialect)):
            parts = [columns[table, name.strip(" []")] for name in names.split(",")]
            if sum(map(width, parts)) > KEY_MOST:
                yield f"schema {dialect}", 0, f"the key of {index} may have {sum(map(width, parts))} bytes"
            if unique and not all("NOT NULL" in part for part in parts):
                yield f"schema {dialect}", 0, f"{index} is unique and may hold NULL, of which SQL Server takes only one"


NOT_TSQL = (
    (r"\bLIMIT\b", "LIMIT"), (r"\|\|", "the || operator"), (r"\bNULLS\s+(FIRST|LAST)\b", "NULLS FIRST"),
    (r"\bFOR\s+UPDATE\b", "FOR UPDATE"), (r"\bTEXT\b|\bVARCHAR\b(?!\s*\()", "a type without its size"),
)
# What ASE 15.7 lacks besides.
NOT_SYBASE = (
    (r"\bOFFSET\b|\bFETCH\b", "OFFSET … FETCH"), (r"\bDATETIME2\b|\bDATETIMEOFFSET\b", "DATETIME2"),
    (r"\(\s*MAX\s*\)(?=\s*(,|NOT|NULL|$))", "a type of size MAX"), (r"\bCOLLATE\b", "COLLATE"),
    (r"\bN?VARCHAR\s*\(\s*(?:[5-9]\d{3,}|\d{5,})", "a text that is longer than a page"),
    (r"\bWITH\s+\w+\s+AS\b", "a common table expression"), (r"\bOVER\s*\(", "a window"),
    (r"\b(EXCEPT|INTERSECT)\b", "EXCEPT, INTERSECT"), (r"\bFULL\s+(OUTER\s+)?JOIN\b", "a full join"),
    (r"\bIF\s+(NOT\s+)?EXISTS\b", "IF EXISTS in DDL"), (r"\(\s*SELECT\s+TOP\b", "TOP in a subquery"),
    (r"\bTOP\s*[(@?]", "TOP with anything but a number"),
)


def not_taken(sql, patterns):
    """What the patterns find in SQL, and names that are too long, as (offset, words)."""
    bare = re.sub(r"--[^\n]*", lambda m: " " * len(m.group(0)), sql)
    for pattern, words in patterns:
        for found in re.finditer(pattern, bare, re.IGNORECASE):
            yield found.start(), f"no {words}"
    for found in re.finditer(r"\b[A-Za-z_]\w{30,}\b", bare):
        yield found.start(), f"{found.group(0)} is longer than 30 characters"


def refused(dialect, patterns):
    """What a dialect's patterns find in its schema and statements, as a rule yields it."""
    ddl = expanded(dialect)
    for offset, words in not_taken(ddl, patterns):
        yield f"schema {dialect}", line_of(ddl, offset), words
    for name, sql in expanded_statements(dialect):
        for _, words in not_taken(sql, patterns):
            yield name, 0, words


@rule
def mssql():
    """T-SQL for SQL Server: a grammar that nobody here wrote takes the schema and every statement."""
    yield from refused("mssql", NOT_TSQL)
    folder = TOP / "tests" / "lint"
    if not shutil.which("node"):
        raise Skip("the grammar: node is not installed")
    if not (folder / "node_modules").exists():
        raise Skip("the grammar: run npm ci in tests/lint")
    for options in ((), ("--statements",)):
        done = subprocess.run(["node", folder / "tsql.mjs"], input=expanded("mssql", *options), capture_output=True,
                              text=True, check=False)
        for line in done.stdout.splitlines():
            number, _, words = line.partition(": ")
            yield f"schema mssql {' '.join(options)}".strip(), int(number), words
        if done.returncode not in (0, 1):
            yield "tsql.mjs", 0, done.stderr.strip().splitlines()[-1]


@rule
def sybase():
    """T-SQL for ASE 15.7: nothing that it lacks, no reserved names, and NULL is told of each column.

    ASE reserves the most words; what it gets in brackets is no reserved word of the others.
    """
    yield from refused("sybase", NOT_TSQL + NOT_SYBASE)
    for table, column, rest in expanded_columns("sybase"):
        if column.lower() in RESERVED or table.lower() in RESERVED:
            yield "schema sybase", 0, f"{table}.{column} is a reserved word"
        if not re.search(r"\bNULL\b", rest):
            yield "schema sybase", 0, f"{table}.{column} says neither NULL nor NOT NULL, which means NOT NULL there"


# --- templates, shell -----------------------------------------------------------------------------


@rule
def templates():
    """Templates: quoted attributes, nothing unescaped, no script or style inline."""
    for path in files(".cs", ".cst", ".html", places=("templates", "static")):
        text = read(path)
        for found in re.finditer(r"<\?cs\s*(alt|lvar|evar|uvar)\s*:", text):
            yield path, line_of(text, found.start()), f"{found.group(1)}: passes data unescaped"
        unquoted = re.sub(r'"[^"]*"', lambda m: '"' + "\n" * m.group(0).count("\n") + '"', text)
        for found in re.finditer(r"<[A-Za-z][^<>]*?\s[\w:-]+=(?=[^\s\"'>])", unquoted):
            yield path, line_of(unquoted, found.start()), "an attribute without quotes"
        for found in re.finditer(r"<script\b(?![^>]*\bsrc=)|<style\b|\sstyle=|\son[a-z]+=", text, re.IGNORECASE):
            yield path, line_of(text, found.start()), "script or style inline"


def words_of(path):
    """The names of a file of words, as a dictionary of lines."""
    return {line.split("=", 1)[0].strip(): number for number, line in enumerate(read(path).splitlines(), 1)
            if line.strip() and not line.startswith("#")}


@rule
def words():
    """Both languages have the same words, and templates use words that are there."""
    known = set()
    for path in files(".zh.hdf", ".en.hdf", "zh.hdf", "en.hdf", places=("templates/lang",)):
        lang = path.stem.split(".")[-1]
        page = path.stem[:-len(lang)].rstrip(".")
        other = path.with_name(path.name.replace(f"{lang}.hdf", "en.hdf" if lang == "zh" else "zh.hdf"))
        theirs = words_of(other) if (TOP / other).exists() else {}
        for name, line in words_of(path).items():
            known.add(f"{page}.{name}" if page else name)
            if name not in theirs:
                yield path, line, f"{name} is not in {other}"
    for path in files(".cs", places=("templates",)):
        text = read(path)
        for found in re.finditer(r"\bW\.([a-z0-9_.]+)", text):
            if found.group(1) not in known:
                yield path, line_of(text, found.start()), f"no word {found.group(1)}"


@rule
def definitions():
    """Definitions of marketing systems: nothing unescaped in their request templates."""
    for path in files(".xml", places=("conf/marketing",)):
        text = read(path)
        for found in re.finditer(r"<\?cs\s*(alt|lvar|evar|uvar)\s*:", text):
            yield path, line_of(text, found.start()), f"{found.group(1)}: passes data unescaped"


@rule
def shell():
    """shellcheck has nothing to say."""
    names = ["quickstart", "conf/stack", ".ci/run", "tests/kit/tds"]
    names += [str(p) for p in files(".sh", places=("tests", "conf"))]
    done = subprocess.run(["shellcheck", "-S", "warning", "-f", "gcc", *names], cwd=TOP, capture_output=True, text=True, check=False)
    for line in done.stdout.splitlines():
        found = re.match(r"([^:]+):(\d+):\d+: (.*)", line)
        if found:
            yield found.group(1), int(found.group(2)), found.group(3)


def main():
    names = sys.argv[1:] or list(RULES)
    bad = 0
    print(f"1..{len(names)}")
    for number, name in enumerate(names, 1):
        problems, skipped = [], ""
        try:
            for problem in RULES[name]():
                problems.append(problem)
        except Skip as why:
            skipped = "" if problems else f" # SKIP {why}"
        print(f"{'not ok' if problems else 'ok'} {number} - {name}: {RULES[name].__doc__.splitlines()[0]}{skipped}")
        for path, line, words in problems:
            print(f"  {path}:{line}: {words}")
        bad += bool(problems)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
