#!/usr/bin/python3
"""Counts what the parts of `quickstart test` did and prints `N passed, N failed` as the last line.

Each part left results/NAME.status (exit status) and results/NAME.out in the build folder; besides,
pytest left results/NAME.xml (JUnit), and automake left NAME.trs with NAME.log (TAP) per program.
A part that failed without a counted failure counts as one: nothing that went wrong is lost.
"""

import pathlib
import re
import sys
import xml.etree.ElementTree as ET

TAP = re.compile(r"^\s*(not ok|ok)\b[^#\n]*(#\s*skip\b.*)?$", re.IGNORECASE | re.MULTILINE)

# Where automake leaves the results of a part, below the build folder.
PROGRAMS = {"unit": ".", "asan": "build-asan", "tsan": "build-tsan"}


def count_tap(text):
    """(passed, failed, skipped) of a TAP text."""
    passed = failed = skipped = 0
    for verdict, skip in TAP.findall(text):
        if skip:
            skipped += 1
        elif verdict.lower() == "ok":
            passed += 1
        else:
            failed += 1
    return passed, failed, skipped


def count_programs(folder):
    """The same of all test programs that automake ran in a folder."""
    total = [0, 0, 0]
    for trs in sorted(folder.rglob("*.trs")):
        if trs.relative_to(folder).parts[0].startswith("build-"):
            continue
        result = re.search(r":test-result:\s*(\w+)", trs.read_text())
        result = result.group(1) if result else "ERROR"
        log = trs.with_suffix(".log")
        counts = list(count_tap(log.read_text(errors="replace"))) if log.exists() else [0, 0, 0]
        if result == "SKIP" and sum(counts) == 0:
            counts[2] = 1
        elif result == "PASS" and sum(counts) == 0:
            counts[0] = 1
        elif result not in ("PASS", "SKIP") and counts[1] == 0:
            counts[1] = 1
        if counts[1]:
            print(f"failed: {trs.with_suffix('')} (see {log})")
        total = [a + b for a, b in zip(total, counts)]
    return tuple(total)


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
    build = pathlib.Path(sys.argv[1])
    total = [0, 0, 0]
    for path in sorted((build / "results").glob("*.status")):
        counts = count_part(build, path.stem, int(path.read_text()))
        print(f"{path.stem:10} {counts[0]:5} passed {counts[1]:3} failed {counts[2]:3} skipped")
        total = [a + b for a, b in zip(total, counts)]
    line = f"{total[0]} passed, {total[1]} failed"
    print(line + (f", {total[2]} skipped" if total[2] else ""))
    return 1 if total[1] or not total[0] else 0


if __name__ == "__main__":
    sys.exit(main())
