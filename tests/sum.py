#!/usr/bin/python3
"""Counts what the parts of tests/suite did and prints `N passed, N failed, N skipped` as the last line.

  sum.py BUILD [PREFIX]    parts whose names begin so, or all

Each part left results/NAME.status (exit status) and results/NAME.out in the build folder; besides,
pytest left results/NAME.xml (JUnit), automake left TEST.trs with TEST.log (TAP) per program, and
unit tests on a server left results/NAME/TEST.status and TEST.log.
A part that failed without a counted failure counts as one: nothing that went wrong is lost.
"""

import pathlib
import re
import sys
import xml.etree.ElementTree as ET

TAP = re.compile(r"^\s*(not ok|ok)\b[^#\n]*(#\s*skip\b.*)?$", re.IGNORECASE | re.MULTILINE)

# Where automake leaves the results of a part, below the build folder.
PROGRAMS = {"sqlite-unit": ".", "asan": "build-asan", "tsan": "build-tsan"}
# What a test prints when it leaves itself out: only_on_sqlite() in tests/unit/server_kit.h.
SKIPPED = re.compile(r"^# skipped: .*$", re.MULTILINE)


def count_tap(text):
    """(passed, failed, skipped) of a TAP text; names what was skipped and why, if the text says."""
    passed = failed = skipped = 0
    for line in SKIPPED.findall(text):
        print(line[2:])
    for verdict, skip in TAP.findall(text):
        if skip:
            skipped += 1
        elif verdict.lower() == "ok":
            passed += 1
        else:
            failed += 1
    return passed, failed, skipped


def count_program(log, result):
    """The same of one test program: its log, and PASS, SKIP or what else became of it."""
    text = log.read_text(errors="replace") if log.exists() else ""
    counts = list(count_tap(text))
    if result == "SKIP" and sum(counts) == 0:
        counts[2] = 1
        print(f"skipped: {log.stem}: {text.strip().splitlines()[-1] if text.strip() else 'it says no reason'}")
    elif result == "PASS" and sum(counts) == 0:
        counts[0] = 1
    elif result not in ("PASS", "SKIP") and counts[1] == 0:
        counts[1] = 1
    if counts[1]:
        print(f"failed: {log.stem} (see {log})")
    return counts


def add(counts):
    return tuple(map(sum, zip((0, 0, 0), *counts)))


def count_programs(folder):
    """The same of all test programs that automake ran in a folder."""
    counts = []
    for trs in sorted(folder.rglob("*.trs")):
        if trs.relative_to(folder).parts[0].startswith("build-"):
            continue
        result = re.search(r":test-result:\s*(\w+)", trs.read_text())
        counts.append(count_program(trs.with_suffix(".log"), result.group(1) if result else "ERROR"))
    return add(counts)


def count_on_server(folder):
    """The same of those that tests/suite ran on a server."""
    results = {0: "PASS", 77: "SKIP"}
    return add(count_program(status.with_suffix(".log"), results.get(int(status.read_text()), "FAIL"))
               for status in sorted(folder.glob("*.status")))


def count_junit(path):
    """The same of a JUnit file; names what failed."""
    passed = failed = skipped = 0
    for case in ET.parse(path).getroot().iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
            print(f"failed: {case.get('classname')}.{case.get('name')}")
        elif case.find("skipped") is not None:
            skipped += 1
            print(f"skipped: {case.get('name')}: {case.find('skipped').get('message')}")
        else:
            passed += 1
    return passed, failed, skipped


def count_part(build, name, status):
    """What a part did, whatever it left."""
    results = build / "results"
    junit = results / f"{name}.xml"
    out = results / f"{name}.out"
    if junit.exists():
        counts = count_junit(junit)
    elif name in PROGRAMS:
        counts = count_programs(build / PROGRAMS[name])
    elif (results / name).is_dir():
        counts = count_on_server(results / name)
    else:
        counts = count_tap(out.read_text(errors="replace")) if out.exists() else (0, 0, 0)
    passed, failed, skipped = counts
    if status != 0 and failed == 0:
        print(f"failed: {name} ended with status {status} (see {out})")
        failed = 1
    elif status == 0 and sum(counts) == 0:
        passed = 1
    return passed, failed, skipped


def main():
    build, prefix = pathlib.Path(sys.argv[1]), (sys.argv[2:] or [""])[0]
    parts = []
    for path in sorted((build / "results").glob(f"{prefix}*.status")):
        counts = count_part(build, path.stem, int(path.read_text()))
        print(f"{path.stem:15} {counts[0]:5} passed {counts[1]:3} failed {counts[2]:3} skipped")
        parts.append(counts)
    total = add(parts)
    print(f"{total[0]} passed, {total[1]} failed, {total[2]} skipped")
    return 1 if total[1] or not total[0] else 0


if __name__ == "__main__":
    sys.exit(main())
