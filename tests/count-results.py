#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""count-results.py SUITE=LOG...: counts test cases, not programs.

LOG is a meson test log (.json, a document a line) or plain TAP. Lists what failed and what was
skipped and why, then prints "N passed, N failed, N skipped" alone on the last line. Exit status 0
only if nothing failed and something passed.
"""

import json
import os
import re
import sys

BAIL_OUT = re.compile(r"^Bail out!\s*(.*)$", re.M)
CASE = re.compile(r"^(not )?ok\b\s*\d*\s*-?\s*([^#]*?)\s*(?:#\s*(SKIP|TODO)\b\S*\s*(.*))?$", re.I)


class Count:
    def __init__(self):
        self.passed = 0
        self.failed = []
        self.skipped = []

    def add_tap(self, where, text):
        """Counts the cases in TAP; returns how many there were."""
        cases = 0
        for line in text.splitlines():
            match = CASE.match(line)
            if not match:
                continue
            failed, name, directive, reason = match.groups()
            cases += 1
            if directive and directive.upper() == "SKIP":
                self.skipped.append(f"{where}: {name}: {reason or 'no reason given'}")
            elif directive and directive.upper() == "TODO":
                self.skipped.append(f"{where}: {name}: to do: {reason}")
            elif failed:
                self.failed.append(f"{where}: {name}")
            else:
                self.passed += 1
        return cases

    def add_program(self, suite, test):
        """One program of a meson log: its cases, and its own end if that was bad."""
        name = test["name"].split(" / ")[-1]
        where = f"{suite}: {name}"
        failures = len(self.failed)
        cases = self.add_tap(where, test.get("stdout") or "")
        result = test["result"]
        if result in ("OK", "EXPECTEDFAIL"):
            self.passed += cases == 0
        elif result == "SKIP":
            if cases == 0:
                self.skipped.append(f"{where}: the whole program")
        elif len(self.failed) == failures:
            self.failed.append(f"{where}: {self.describe_end(test)}")

    @staticmethod
    def describe_end(test):
        """An assertion that fails ends a program of GLib's in the midst of a case."""
        output = test.get("stdout") or ""
        passed = [match.group(2) for match in map(CASE.match, output.splitlines()) if match]
        words = BAIL_OUT.findall(output) or (test.get("stderr") or "").splitlines()[-1:]
        after = f" after {passed[-1]}" if passed else ""
        return f"the program ended with {test['result']}{after}: {' '.join(words) or 'no words'}"

    def add_log(self, suite, path):
        before = self.passed + len(self.failed) + len(self.skipped)
        if os.path.exists(path):
            with open(path, encoding="utf-8", errors="replace") as log:
                if path.endswith(".json"):
                    for line in log:
                        self.add_program(suite, json.loads(line))
                else:
                    self.add_tap(suite, log.read())
        if before == self.passed + len(self.failed) + len(self.skipped):
            self.failed.append(f"{suite}: no test ran")


def main():
    count = Count()
    for argument in sys.argv[1:]:
        suite, _, path = argument.partition("=")
        count.add_log(suite, path)
    for line in count.skipped:
        print(f"skipped: {line}")
    for line in count.failed:
        print(f"FAILED: {line}")
    print(f"{count.passed} passed, {len(count.failed)} failed, {len(count.skipped)} skipped")
    return 1 if count.failed or count.passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
