"""Runs all tests, or those whose name contains the argument, and prints the results as JSON."""

import concurrent.futures
import json
import logging
import pathlib
import sys
import time
import traceback
import unittest

_THREADS = 4


class _Result(unittest.TestResult):
    """Keeps the last problem of a test."""

    problem = ""
    skipped_because = ""

    def addSkip(self, test, reason):
        self.skipped_because = reason

    def addFailure(self, test, error):
        self.problem = "".join(traceback.format_exception(*error))

    def addSubTest(self, test, subtest, error):
        if error is not None:
            self.addFailure(subtest, error)

    addError = addFailure


def _tests(suite):
    for item in suite:
        yield from _tests(item) if isinstance(item, unittest.TestSuite) else [item]


def _run(test):
    result, began = _Result(), time.monotonic()
    test.run(result)
    method = getattr(test, test._testMethodName, None)
    is_kept = getattr(method, "is_kept", False) or getattr(type(test), "is_kept", False)
    return test.id(), {"problem": result.problem, "is_kept": is_kept, "skipped_because": result.skipped_because,
                       "seconds": time.monotonic() - began}


def main():
    """Run the tests, several at a time: most of them wait."""
    logging.disable()
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    found = unittest.defaultTestLoader.discover(str(pathlib.Path(__file__).resolve().parent))
    chosen = [test for test in _tests(found) if wanted in test.id()]
    with concurrent.futures.ThreadPoolExecutor(_THREADS) as pool:
        print(json.dumps(dict(pool.map(_run, chosen))))


if __name__ == "__main__":
    main()
