#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""check-style.py [--self-test|--left-out]: the rules of firn's C style that a program can check.

Prints "path:line: rule: what" for each finding; exit status 1 if there is one. With --self-test it
checks instead that each rule finds its example in bad/, and nothing else there; with --left-out it
says "rule: reason" for each that this machine has no program for. Reads text by
patterns, which is enough because clang-format fixes the layout: a definition has its name in the
first column, and ends with a brace in the first column.
"""

import functools
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
BAD = "tests/lint/bad/"
# Bytes for fuzzers and peers: no text of ours.
RAW = ("tests/fuzz/corpus/", "tests/hostile/cases/",
       "tests/state/files/", "tests/state/old/", "tests/state/answers/")

MAX_FILE_LINES = 600
MAX_FUNCTION_LINES = 60
MAX_COLUMNS = 100

# Files that may start programs: one border each.
SPAWNERS = {
    "guest-hooks/client/guard-client.c",
    "guest-hooks/runner/hook-process.c",
    "guest-hooks/install/run-command.c",
    "host/cli/child-command.c",
    "host/vm/direct/qemu-child.c",
    "snapshot-engine/image-tool.c",
    "snapshot-engine/confined-process.c",
}
# Where a main loop is waited in: firnd's main, and the command line while it starts or follows a
# job or a program, or waits for a VM.
WAITERS = {
    "host/daemon/firnd.c",
    "host/cli/job-call.c",
    "host/cli/job-wait.c",
    "host/cli/child-command.c",
    "host/cli/command-wait.c",
    "host/daemon/thaw-all.c",
}
# The generated calls of what starts a job: who is interrupted in one knows of no job to cancel.
JOB_CALLS = (
    r"\bfirn_dbus_(?:vm_call_(?:create_snapshot|delete_all_snapshots|adopt|restore|undo|forget_undo"
    r"|thaw|verify|test_freeze)|snapshot_call_delete)(?:_sync)?\s*\("
)
# The only file that may make libvirt change something: whoever calls it needs a permit to send.
CHANGERS = {"host/vm/libvirt/libvirt-change.c"}
# Everything that libvirt does with its objects, but what only asks for something or frees it.
LIBVIRT_CHANGES = (
    r"\bvir(?:DomainSnapshot|DomainCheckpoint|Domain(?!Snapshot|Checkpoint)|Network|StoragePool"
    r"|StorageVol|Secret|NodeDevice|Interface|NWFilter)"
    r"(?!(?:Get|Is|Has|Lookup|List|Num|Current|Free|Ref)(?:[A-Z]\w*)?\s*\()[A-Z]\w*\s*\("
)
# Files of the command line that may know json-glib.
# Where paths come from guests, QEMU, libvirt, definitions and records.
OPENED_BY_OTHERS = ("snapshot-engine/", "host/job/", "host/vm/", "host/service/", "host/hook/")
# These open what the kernel has, firn's own directories and FIFOs, and machine files, whose owner
# is looked at.
OPENERS = {
    "snapshot-engine/checked-open.c",
    "snapshot-engine/state-dir.c",
    "snapshot-engine/space-reserve.c",
    "snapshot-engine/save-image-feed.c",
    "host/vm/libvirt/domain-needs.c",
    "host/vm/direct/launch-needs.c",
    "host/vm/direct/qemu-child.c",
    "host/vm/definition/trusted-file.c",
    "host/service/doctor/kernel-findings.c",
    "host/service/doctor/memory-findings.c",
}
# Loaded before the C library.
SHIFTED_CLOCK = "tests/support/shifted-clock.c"
CLI_JSON = {"host/cli/json-output.c", "host/cli/json-output.h"}
# The only files that may turn JSON into text: json-glib 1.6 leaves 0x1f as it is.
JSON_WRITERS = {"qmp/json-write.c", "host/cli/json-output.c"}
# The only files that may parse JSON: the guard, and the command line, which has it from firnd.
JSON_PARSERS = {"qmp/json-guard.c", "host/cli/json-output.c"}
# Generated bus code: the header that gdbus-codegen makes.
BUS_HEADER = re.compile(r'"firn-(bus|dbus)[\w-]*\.h"')
# Files whose format has no comments, or which are not ours to mark.
WITHOUT_SPDX = re.compile(
    r"(^|/)(LICENSE|\.gitignore|\.gitkeep|debian/changelog)$|\.(json|png|patch|tsv)$")
TESTED = ("guest-hooks/", "qmp/", "snapshot-engine/", "host/vm/", "host/job/", "vss-windows/core/")
# Tests that have a real QEMU: each has machine types of its own.
WITH_QEMU = ("tests/vm/", "tests/libvirt/", "tests/crash/", "tests/support/")

RULES = {}


def rule(check):
    """Registers a check: a function of (tree, path, text, code) that yields (line, what)."""
    RULES[check.__name__.replace("_", "-")] = check
    return check


def is_c(path):
    return path.endswith((".c", ".h"))


def in_tests(path):
    return path.startswith("tests/")


def blank(match):
    """Keeps line numbers when a comment or a string goes."""
    text = match.group(0)
    return '""' if text.startswith('"') else "\n" * text.count("\n")


def code_of(text):
    """Text without comments, and with empty strings except in include lines."""
    pattern = r'#include[^\n]*|/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\''
    keep = lambda match: match.group(0) if match.group(0)[0] in "#'" else blank(match)
    return re.sub(pattern, keep, text, flags=re.S)


def find(pattern, code, what):
    for match in re.finditer(pattern, code, flags=re.M):
        yield code.count("\n", 0, match.start()) + 1, what % match.group(0).strip(" (")


def functions(code):
    """(name, is_static, first line, number of lines) of each definition."""
    lines = code.split("\n")
    for index, line in enumerate(lines):
        match = re.match(r"([a-z_]\w*)\(", line)
        if not match or index == 0:
            continue
        body = next((i for i in range(index, len(lines)) if lines[i].startswith("{")), None)
        if body is None or any(text.rstrip().endswith(";") for text in lines[index:body]):
            continue
        end = next((i for i in range(body, len(lines)) if lines[i].startswith("}")), len(lines))
        yield match.group(1), "static" in lines[index - 1], index + 1, end - index + 1


@rule
def spdx(tree, path, text, code):
    if not WITHOUT_SPDX.search(path):
        if "SPDX-License-Identifier: LGPL-2.1-or-later" not in "\n".join(text.split("\n")[:5]):
            yield 1, "no SPDX line in the first five lines"


@rule
def pragma_once(tree, path, text, code):
    if path.endswith(".h") and "#pragma once" not in code:
        yield 1, "header without #pragma once"


@rule
def own_header_first(tree, path, text, code):
    header = path[:-2] + ".h"
    if path.endswith(".c") and header in tree:
        first = re.search(r"^#include\s+(.*)$", code, flags=re.M)
        if first is None or first.group(1).strip() != f'"{os.path.basename(header)}"':
            yield 1, f"the first include is not {os.path.basename(header)}"


@rule
def public_prefix(tree, path, text, code):
    """Those that stand before GLib's or the C library's are called as they are."""
    if path.endswith(".c") and not path.startswith("tests/tsan/") and path != SHIFTED_CLOCK:
        for name, is_static, line, _ in functions(code):
            if not is_static and name != "main" and not name.startswith("firn_"):
                yield line, f"{name} is neither static nor firn_..."


@rule
def file_length(tree, path, text, code):
    if is_c(path) and text.count("\n") > MAX_FILE_LINES:
        yield MAX_FILE_LINES, f"{text.count(chr(10))} lines, at most {MAX_FILE_LINES}"


@rule
def function_length(tree, path, text, code):
    if path.endswith(".c"):
        for name, _, line, length in functions(code):
            if length > MAX_FUNCTION_LINES:
                yield line, f"{name} has {length} lines, at most {MAX_FUNCTION_LINES}"


@rule
def line_length(tree, path, text, code):
    if is_c(path) or path.endswith(".py"):
        for number, line in enumerate(text.split("\n"), 1):
            if len(line) > MAX_COLUMNS:
                yield number, f"{len(line)} columns, at most {MAX_COLUMNS}"


@rule
def no_goto(tree, path, text, code):
    if is_c(path):
        yield from find(r"\bgoto\b", code, "%s: use a guard or a function")


@rule
def no_abort(tree, path, text, code):
    if is_c(path) and not in_tests(path):
        yield from find(
            r"\b(g_error\s*\(|g_assert\w*\s*\(|assert\s*\(|abort\s*\()",
            code,
            "%s ends a process that may hold a frozen guest",
        )


@rule
def no_aborting_thread(tree, path, text, code):
    if is_c(path) and not in_tests(path):
        yield from find(
            r"\b(g_thread_new|g_thread_pool_new\w*)\s*\(",
            code,
            "%s aborts where no thread is to be had: g_thread_try_new() and a GError",
        )


@rule
def libvirt_change(tree, path, text, code):
    if is_c(path) and not in_tests(path) and path not in CHANGERS:
        yield from find(LIBVIRT_CHANGES, code, "%s is sent for nobody: only CHANGERS, by permit")


@rule
def main_loop(tree, path, text, code):
    if is_c(path) and not in_tests(path) and path not in WAITERS:
        yield from find(
            r"\bg_main_loop_run\b|\bg_main_context_iteration\b", code, "%s: only WAITERS wait"
        )


@rule
def job_call(tree, path, text, code):
    if is_c(path) and path.startswith("host/cli/"):
        yield from find(JOB_CALLS, code, "%s: host/cli/job-call.c starts jobs")


@rule
def no_sleep(tree, path, text, code):
    if is_c(path) and not in_tests(path):
        yield from find(
            r"\b(g_usleep|usleep|sleep|nanosleep|clock_nanosleep)\s*\(",
            code,
            "%s: wait for something",
        )


@rule
def spawn(tree, path, text, code):
    if is_c(path) and not in_tests(path) and path not in SPAWNERS:
        yield from find(
            r"\b(g_spawn_(?!check)\w+|g_subprocess_\w*new\w*|v?fork|posix_spawnp?|exec\w+)\s*\(",
            code,
            "%s: programs are started in one file (SPAWNERS)",
        )


@rule
def image_operand(tree, path, text, code):
    if path in SPAWNERS:
        for match in re.finditer(r'\{\s*"qemu-img"[^}]*\}', text):
            if not re.search(r'"--",\s*operand\b', match.group(0)):
                line = text.count("\n", 0, match.start()) + 1
                yield line, "qemu-img guesses format, file or chain: only -- and make_operand()"


@rule
def checked_open(tree, path, text, code):
    if path.startswith(OPENED_BY_OTHERS) and is_c(path) and path not in OPENERS:
        yield from find(
            r"(?<![\w.>])(open|openat|fopen|g_file_get_contents|g_mapped_file_new)\s*\(",
            code,
            "%s: what others name is opened by firn_checked_open() (OPENERS)",
        )


@rule
def no_shell(tree, path, text, code):
    if is_c(path):
        yield from find(r"(?<![\w.>])(system|popen)\s*\(", code, "%s runs a shell")


@rule
def json_include(tree, path, text, code):
    if path.startswith("host/cli/") and is_c(path) and path not in CLI_JSON:
        yield from find(r"^#include\s+<json-glib.*$", code, "%s: only the JSON output may")


@rule
def json_text(tree, path, text, code):
    if is_c(path) and not in_tests(path) and path not in JSON_WRITERS:
        yield from find(r"\bjson_(to_string|generator_\w+)\s*\(", code, "%s: firn_json_write()")


@rule
def json_parse(tree, path, text, code):
    if is_c(path) and not in_tests(path) and path not in JSON_PARSERS:
        yield from find(
            r"\bjson_(from_string|parser_\w+|reader_\w+|gobject_from_data)\s*\(",
            code,
            "%s: firn_json_guard_parse()",
        )


@rule
def bus_include(tree, path, text, code):
    if is_c(path) and not path.startswith(("host/service/", "host/cli/", "tests/")):
        for number, line in enumerate(code.split("\n"), 1):
            if line.startswith("#include") and BUS_HEADER.search(line):
                yield number, "generated bus code: only host/service and host/cli may"


@rule
def libvirt_include(tree, path, text, code):
    if is_c(path) and not path.startswith(("host/vm/libvirt/", "tests/")):
        yield from find(r"^#include\s+<libvirt.*$", code, "%s: only below host/vm")


SAID_BY_THEIR_NAMES = ("_get_type", "_quark", "_free", "_ref", "_unref", "_copy", "_clear")


@rule
def doc_comment(tree, path, text, code):
    if not path.endswith(".h"):
        return
    documented = set(re.findall(r"/\*\*\s*\n \* (\w+):", text))
    plain = re.sub(r"^#(?:.*\\\n)*.*$", lambda m: "\n" * m.group(0).count("\n"), code, flags=re.M)
    position = 0
    for statement in plain.split(";"):
        match = re.search(r"\b(firn_\w+)\s*\(", statement)
        if match and "{" not in statement and not re.search(r"\btypedef\b|\bG_D", statement):
            name = match.group(1)
            line = plain.count("\n", 0, position + match.start()) + 1
            if name not in documented and not name.endswith(SAID_BY_THEIR_NAMES):
                yield line, f"{name} has no comment"
        position += len(statement) + 1


@rule
def empty_words(tree, path, text, code):
    if path.endswith(".h"):
        silent = r"^ \* (@error: return location for a #GError|@self: (a|an|the) \w+)$"
        yield from find(silent, text, "%s: a parameter needs a line only if that says something")


@rule
def has_test(tree, path, text, code):
    if not path.endswith(".c") or not path.startswith(TESTED):
        return
    name = "test-" + os.path.basename(path)
    if not any(in_tests(other) and os.path.basename(other) == name for other in tree):
        if not re.search(rf"^{re.escape(path)}: \S", tree.get("tests/lint/untested.txt", ""), re.M):
            yield 1, f"no {name}, and no reason in tests/lint/untested.txt"


@functools.cache
def first_files(tree):
    """{folder: the first of its files}"""
    firsts = {}
    for path in sorted(tree):
        firsts.setdefault(os.path.dirname(path), path)
    return firsts


@rule
def folder_readme(tree, path, text, code):
    folder = os.path.dirname(path)
    # The folders below tests/host mirror those of host, and have nothing else to say.
    if folder.startswith((".", "tests/host/")) or first_files(tree)[folder] != path:
        return
    if os.path.join(folder, "README.md") not in tree:
        yield 1, f"no README.md in {folder or 'the top folder'}"


@rule
def machine_type(tree, path, text, code):
    if path.startswith(WITH_QEMU) and not path.startswith("tests/support/machine-types."):
        what = "%s is of one QEMU: firn_test_machine_types_in()"
        yield from find(r"\bpc-(?:q35|i440fx)-\d[\w.]*", text, what)


def wanted_layout():
    """Each version of clang-format lays out some lines otherwise; .clang-format names its own."""
    with open(os.path.join(TOP, ".clang-format"), encoding="utf-8") as file:
        return re.search(r"^# For clang-format (\d+)$", file.read(), re.M).group(1)


def layout_version(program):
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    return re.search(r"version (\d+)", said).group(1)


@functools.cache
def find_layout_program():
    """clang-format of the wanted version, or None."""
    wanted = wanted_layout()
    for name in (f"clang-format-{wanted}", "clang-format"):
        if shutil.which(name) and layout_version(name) == wanted:
            return name
    return None


def left_out():
    if find_layout_program() is None:
        name = f"clang-format-{wanted_layout()}"
        yield f"clang-format: run this where {name} can be installed: others lay out otherwise"


@functools.cache
def layout_faults(tree):
    """{path: its first line that clang-format would change}: one start of it for all files."""
    program = find_layout_program()
    if program is None:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        paths = [path for path in tree if is_c(path)]
        for path in paths:
            os.makedirs(os.path.join(folder, os.path.dirname(path)), exist_ok=True)
            with open(os.path.join(folder, path), "w", encoding="utf-8") as file:
                file.write(tree[path])
        style = f"--style=file:{TOP}/.clang-format"
        done = subprocess.run(
            [program, "--dry-run", style, *paths],
            cwd=folder,
            capture_output=True,
            text=True,
            check=True,
        )
    faults = {}
    for path, line in re.findall(r"^(\S+):(\d+):\d+: warning", done.stderr, re.M):
        faults.setdefault(path, int(line))
    return faults


@rule
def clang_format(tree, path, text, code):
    if is_c(path) and path in layout_faults(tree):
        yield layout_faults(tree)[path], "clang-format would change it, here first"


@functools.cache
def wanted_words():
    """[(what firn does not say, what to say instead, whether identifiers may not say it either)]"""
    with open(os.path.join(HERE, "words.txt"), encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file if not line.startswith("#")]
    # A phrase may be broken over lines.
    return [
        (re.compile(row[0].replace(" ", r"\s+"), re.I), row[1], row[2:] == ["names"])
        for row in rows
    ]


def spoken_parts(path, text):
    """(position, part) of what is written for people. The tests' own strings are data."""
    if is_c(path):
        strings = "" if in_tests(path) else r'|"(?:\\.|[^"\\\n])*"'
        for match in re.finditer(r"/\*.*?\*/" + strings, text, re.S):
            if not text[: match.start()].endswith("#include "):
                # The leaders of a comment's lines are no part of its sentences.
                yield match.start(), re.sub(r"\n[ \t]*\*", lambda m: " " * len(m[0]), match[0])
    elif path.endswith((".md", ".rst", ".xml.in", ".service.in", ".conf")):
        yield 0, text


@rule
def words(tree, path, text, code):
    for start, part in spoken_parts(path, text):
        flat = part.replace("\n", " ")
        for pattern, hint, _ in wanted_words():
            for match in pattern.finditer(flat):
                line = text.count("\n", 0, start + match.start()) + 1
                yield line, f"\"{match[0]}\": say {hint}"
    yield from words_of_names(path, code)


def words_of_names(path, code):
    if in_tests(path):
        return
    # "FirnThawLease" and "thaw_lease" are both two words.
    flat = re.sub(r"_|(?<=[a-z])(?=[A-Z])", " ", re.sub(r"[^\w\n]", ".", code))
    for pattern, hint, is_for_names in wanted_words():
        for match in pattern.finditer(flat) if is_for_names else ():
            yield flat.count("\n", 0, match.start()) + 1, f"\"{match[0]}\": say {hint}"


class Tree(dict):
    """{path: text}. What is found out about one is kept for as long as it is looked at."""

    __hash__ = object.__hash__


def check(tree, only=None):
    """(path, line, rule, what) of everything wrong in a Tree."""
    findings = []
    for path in sorted(tree):
        code = code_of(tree[path]) if is_c(path) else ""
        for name, run in RULES.items():
            if only is None or path == only:
                for line, what in run(tree, path, tree[path], code):
                    findings.append((path, line, name, what))
    return findings


def read_tree():
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=TOP,
        capture_output=True,
        check=True,
    ).stdout.decode()
    tree = Tree()
    for path in filter(None, listed.split("\0")):
        if not path.startswith((BAD, *RAW)) and os.path.isfile(os.path.join(TOP, path)):
            with open(os.path.join(TOP, path), encoding="utf-8", errors="replace") as file:
                tree[path] = file.read()
    return tree


def companions(path, rule_name):
    """What the pretended tree of a bad example holds, so that only its own fault shows."""
    tree = Tree()
    if rule_name != "folder-readme":
        tree[os.path.join(os.path.dirname(path), "README.md")] = ""
    if rule_name != "has-test":
        tree["tests/test-" + os.path.basename(path)[:-2] + ".c"] = ""
    if rule_name == "own-header-first":
        tree[path[:-2] + ".h"] = ""
    return tree


def self_test():
    """Each file in bad/ says in a line "Caught by RULE as PATH" what must find it, and where."""
    problems = []
    seen = set()
    unable = {line.partition(":")[0] for line in left_out()}
    for name in sorted(os.listdir(os.path.join(TOP, BAD))):
        with open(os.path.join(TOP, BAD, name), encoding="utf-8") as file:
            text = file.read()
        declared = re.search(r"Caught by (\S+) as (\S+)", text)
        if declared is None:
            if name != "README.md":
                problems.append(f"{name}: does not say what must catch it")
            continue
        expected, path = declared.groups()
        tree = companions(path, expected)
        tree[path] = text
        only = None if expected == "folder-readme" else path
        found = {finding[2] for finding in check(tree, only)}
        seen.add(expected)
        if expected in unable:
            continue
        wanted = set() if expected == "nothing" else {expected}
        if found != wanted and not (expected == "folder-readme" and expected in found):
            problems.append(f"{name}: caught by {sorted(found)} instead of {expected}")
    problems += [f"no bad example for {name}" for name in RULES if name not in seen]
    with open(os.path.join(TOP, BAD, "words.c"), encoding="utf-8") as file:
        spoken = " ".join(part for _, part in spoken_parts("words.c", file.read()))
    for pattern, _, _ in wanted_words():
        if not pattern.search(spoken.replace("\n", " ")):
            problems.append(f"words.c: no example of {pattern.pattern}")
    return problems


def main():
    if sys.argv[1:] == ["--self-test"]:
        problems = self_test()
    elif sys.argv[1:] == ["--left-out"]:
        print("\n".join(left_out()))
        return 0
    else:
        findings = check(read_tree())
        problems = [f"{path}:{line}: {name}: {what}" for path, line, name, what in findings]
    print("\n".join(problems), end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
