"""Prints 'N passed, N failed, N skipped' for Bazel test labels, from the XML that each test left behind.

Counts test cases where the XML lists them, otherwise the target as one case.
"""

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path


def count(label):
    """(passed, failed, skipped) of one target."""
    package, name = label.removeprefix("//").split(":")
    path = Path("bazel-testlogs") / package / name / "test.xml"
    try:
        suites = ElementTree.parse(path).getroot()
    except (OSError, ElementTree.ParseError):
        return 0, 1, 0
    passed = failed = skipped = 0
    for case in suites.iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif case.find("skipped") is not None or case.get("result") in ("skipped", "suppressed"):
            skipped += 1
        else:
            passed += 1
    if passed + failed + skipped == 0:
        failed = 1  # A test that ran nothing proves nothing.
    return passed, failed, skipped


def main():
    totals = [sum(column) for column in zip(*map(count, sys.argv[1:]))]
    print("{} passed, {} failed, {} skipped".format(*totals))
    sys.exit(1 if totals[1] else 0)


main()
