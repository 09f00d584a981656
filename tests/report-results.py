#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""report-results.py [--keep-times] LOG...: says what a run of the tests has shown, and where its
time went.

LOG is a log of meson test (.json, a document a line), or SUITE=FILE with TAP. Prints a table of
suites, the slowest programs and cases, what has become slower than tests/times.tsv tells, what was
skipped and why, and what failed, with the command that repeats just that. The table of programs and
cases goes to build/times.tsv; --keep-times makes it tests/times.tsv. The last line is "N passed,
N failed, N skipped": cases, not programs. Exit status 0 only if nothing failed and something
passed.
"""

import json
import os
import re
import sys

TESTS = os.path.dirname(os.path.abspath(__file__))
KEPT_TIMES = os.path.join(TESTS, "times.tsv")
NEW_TIMES = os.path.join(TESTS, "..", "build", "times.tsv")
BAIL_OUT = re.compile(r"^Bail out!\s*(.*)$", re.M)
CASE = re.compile(r"^(not )?ok\b\s*\d*\s*-?\s*([^#]*?)\s*(?:#\s*(SKIP|TODO)\b\S*\s*(.*))?$", re.I)
STARTED = re.compile(r"^# (\S+), \S+, step (\d+):", re.M)
SEED = re.compile(r"^# random seed: (\S+)", re.M)
MEASURED = re.compile(r"^# measured: (.*)$", re.M)
LAST_WORDS = 20
BUDGET = re.compile(r"^\| `([a-z-]+)` \|.*\| ([\d.]+) \|$", re.M)
SLOWEST = 20
CORES = 2
# Where tests/platform keeps what ran in another release.
ELSEWHERE = re.compile(r"/build-on/([^/]+)/root/")
# Shorter cases are not kept: they tell nothing.
KEPT_S = 1.0


class Program:
    """One program of one suite: its cases, and what it cost."""

    def __init__(self, suite, name):
        self.suite = suite
        self.name = name
        self.passed = 0
        self.failed = []
        self.skipped = []
        self.measured = {"wall": 0, "processor": 0, "booted": 0, "begun": 0, "cases": []}
        self.output = ""
        self.has_died = False

    def read_tap(self, text):
        self.output = text
        for line in text.splitlines():
            match = CASE.match(line)
            if not match:
                continue
            failed, name, directive, reason = match.groups()
            if directive:
                self.skipped.append(f"{name}: {reason or 'no reason given'}")
            elif failed:
                self.failed.append(name)
            else:
                self.passed += 1
        measured = MEASURED.search(text)
        if measured:
            self.measured = json.loads(measured.group(1))

    def count_cases(self):
        return self.passed + len(self.failed) + len(self.skipped)

    def read_end(self, test):
        """Its own end, if that was bad."""
        cases = self.count_cases()
        if test["result"] in ("OK", "EXPECTEDFAIL"):
            self.passed += cases == 0
        elif test["result"] == "SKIP":
            if cases == 0:
                self.skipped.append("the whole program")
        elif not self.failed:
            self.failed.append(self.describe_end(test))
            self.has_died = True

    def describe_end(self, test):
        """An assertion that fails ends a program of GLib's in the midst of a case."""
        passed = [match.group(2) for match in map(CASE.match, self.output.splitlines()) if match]
        words = BAIL_OUT.findall(self.output) or (test.get("stderr") or "").splitlines()[-1:]
        after = f" after {passed[-1]}" if passed else ""
        return f"the program ended with {test['result']}{after}: {' '.join(words) or 'no words'}"

    def last_words(self):
        """What it told of the case in which it ended: meson shows standard error only."""
        words = []
        for line in self.output.splitlines():
            if CASE.match(line):
                words = []
            elif line.startswith("# ") and not MEASURED.match(line):
                words.append(line)
        return words[-LAST_WORDS:]

    def describe_again(self):
        """The command that repeats what failed, and nothing else."""
        suite, _, name = f"{self.suite}/{self.name}".rpartition("/")
        where, _, suite = suite.rpartition("/")
        where = where or os.environ.get("FIRN_TESTS_ON")
        words = ["tests/run", *([f"--on={where}"] if where else []), "--again", suite, name]
        steps = STARTED.findall(self.output)
        seed = SEED.search(self.output)
        if steps and "crash-" in self.name:
            words.append(steps[-1][1])
        elif seed:
            words.append(f"--seed={seed.group(1)}")
        return " ".join(words)


def split_name(name):
    """(suite, program) of "firn:vm / memory", or of "vm - firn:memory", as later versions of meson
    have it."""
    if " / " in name:
        suite, _, program = name.partition(" / ")
        return suite.partition(":")[2], program
    suite, _, program = name.partition(" - ")
    return suite, program.partition(":")[2]


def name_suite(suite, path):
    """The suite that a program counts for: another build makes another one of some."""
    folder = os.path.basename(os.path.dirname(os.path.dirname(path)))
    if folder == "build" and suite in ("unit", "hostile", "vm"):
        return "plain"
    return "tsan" if folder == "build-tsan" else suite


def read_meson_log(path):
    path = os.path.abspath(path)
    elsewhere = ELSEWHERE.search(path)
    with open(path, encoding="utf-8", errors="replace") as log:
        for line in log:
            test = json.loads(line)
            suite, name = split_name(test["name"])
            if elsewhere:
                program = Program(elsewhere.group(1), f"{suite}/{name}")
            else:
                program = Program(name_suite(suite, path), name)
            program.read_tap(test.get("stdout") or "")
            program.read_end(test)
            yield program


def read_log(argument):
    suite, _, path = argument.rpartition("=")
    programs = []
    if os.path.exists(path) and path.endswith(".json"):
        programs = list(read_meson_log(path))
    elif os.path.exists(path):
        programs = [Program(suite, suite)]
        with open(path, encoding="utf-8", errors="replace") as log:
            programs[0].read_tap(log.read())
    if not any(program.passed or program.failed or program.skipped for program in programs):
        programs = [Program(suite or path, suite or path)]
        programs[0].failed.append("no test ran")
    return programs


def read_budgets():
    with open(os.path.join(TESTS, "README.md"), encoding="utf-8") as readme:
        return {suite: float(minutes) for suite, minutes in BUDGET.findall(readme.read())}


def print_suites(programs):
    """A suite's minutes are those in which it would keep all cores busy: they run side by side."""
    row = "{:<10}{:>9}{:>7}{:>13}{:>9}{:>8}{:>7}{:>7}"
    titles = "suite programs cases processor minutes budget boots begun"
    budgets = read_budgets()
    print("\n" + row.format(*titles.split()))
    warnings = []
    for suite in dict.fromkeys(program.suite for program in programs):
        own = [program for program in programs if program.suite == suite]
        cases = sum(program.count_cases() for program in own)
        spent, boots, begun = (
            sum(program.measured[key] for program in own)
            for key in ("processor", "booted", "begun")
        )
        minutes = spent / 60 / CORES
        budget = budgets.get(suite)
        figures = (round(spent), round(minutes, 1), budget or "-", boots, begun)
        print(row.format(suite, len(own), cases, *figures))
        if budget and minutes > budget:
            warnings.append(
                f"suite {suite} took {minutes:.1f} minutes of {CORES} cores, its budget is {budget}"
            )
    return warnings


def collect_times(programs):
    """(suite, program, case) -> seconds by the clock, of processor time, boots.

    A program as a whole is the case "-".
    """
    times = {}
    for program in programs:
        measured = program.measured
        key = (program.suite, program.name)
        times[key + ("-",)] = (measured["wall"], measured["processor"], measured["booted"])
        for name, wall, processor, boots in measured["cases"]:
            times[key + (name,)] = (wall, processor, boots)
    return {key: row for key, row in times.items() if row[0] >= KEPT_S}


def write_times(times, path):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as table:
        table.write("suite\tprogram\tcase\twall s\tprocessor s\tboots\n")
        for key in sorted(times):
            wall, processor, boots = times[key]
            table.write("\t".join(key) + f"\t{wall:.1f}\t{processor:.1f}\t{boots}\n")


def read_times(path):
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8") as table:
        rows = [line.rstrip("\n").split("\t") for line in table][1:]
    return {tuple(row[:3]): (float(row[3]), float(row[4]), int(row[5])) for row in rows}


def print_slowest(times, title, is_wanted):
    rows = sorted((row, key) for key, row in times.items() if is_wanted(key))[::-1][:SLOWEST]
    print(f"\n{title:<64}{'wall s':>8}{'processor s':>13}{'boots':>7}")
    for (wall, processor, boots), (suite, program, case) in rows:
        name = f"{suite}: {program}" if case == "-" else f"{suite}: {case}"
        print(f"{name:<64}{wall:>8.1f}{processor:>13.1f}{boots:>7}")


def find_slower(times, kept):
    """By processor time, which a busy machine hardly changes, or by the clock, as many wait."""
    for key, (wall, processor, _) in times.items():
        if key[2] == "-" or key not in kept:
            continue
        old_wall, old_processor, _ = kept[key]
        if processor > 2 * old_processor and processor > old_processor + 1:
            yield (
                f"{key[0]}: {key[2]}: {processor:.1f} s of processor time, not {old_processor:.1f}"
            )
        elif wall > 2 * old_wall and wall > old_wall + 10:
            yield f"{key[0]}: {key[2]}: {wall:.1f} s by the clock, not {old_wall:.1f}"


def print_times(programs, keep):
    times = collect_times(programs)
    warnings = print_suites(programs)
    print_slowest(times, "the slowest programs", lambda key: key[2] == "-")
    print_slowest(times, "the slowest cases", lambda key: key[2] != "-")
    print()
    for line in warnings + list(find_slower(times, read_times(KEPT_TIMES))):
        print(f"warning: {line}")
    write_times(times, KEPT_TIMES if keep else NEW_TIMES)


def main():
    arguments = sys.argv[1:]
    keep = "--keep-times" in arguments
    logs = [argument for argument in arguments if argument != "--keep-times"]
    programs = [program for log in logs for program in read_log(log)]
    print_times(programs, keep)
    for program in programs:
        for line in program.skipped:
            print(f"skipped: {program.suite}: {program.name}: {line}")
    for program in programs:
        for line in program.failed:
            print(f"FAILED: {program.suite}: {program.name}: {line}")
        if program.has_died:
            print(*program.last_words(), sep="\n")
        if program.failed:
            print(f"  again: {program.describe_again()}")
    passed = sum(program.passed for program in programs)
    failed = sum(len(program.failed) for program in programs)
    skipped = sum(len(program.skipped) for program in programs)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
