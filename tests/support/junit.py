"""unittest with the XML that Bazel and tests/summary.py read."""

import os
import sys
import unittest
import xml.etree.ElementTree as ElementTree


class _Result(unittest.TextTestResult):
    """Counts every subtest as a case of its own, as a parametrised test should."""

    def __init__(self, *args):
        super().__init__(*args)
        self.suite = ElementTree.Element("testsuite", name="python")

    def _case(self, test, outcome=None, message=""):
        case = ElementTree.SubElement(self.suite, "testcase", name=str(test))
        if outcome:
            ElementTree.SubElement(case, outcome, message=message)

    def addSuccess(self, test):
        super().addSuccess(test)
        self._case(test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._case(test, "failure", str(err[1]))

    def addError(self, test, err):
        super().addError(test, err)
        self._case(test, "error", str(err[1]))

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._case(test, "skipped", reason)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is None:
            self._case(subtest)
        else:
            self._case(subtest, "failure", str(err[1]))


def main():
    """Runs the calling script's tests."""
    program = unittest.main(
        module="__main__", exit=False, testRunner=unittest.TextTestRunner(resultclass=_Result, verbosity=2))
    output = os.environ.get("XML_OUTPUT_FILE")
    if output:
        ElementTree.ElementTree(program.result.suite).write(output)
    sys.exit(0 if program.result.wasSuccessful() else 1)
