#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A guest that floods its agent's port, and another VM's jobs beside it, in turn in one run."""
import glob
import os
import re
import subprocess
import sys
import time

import peers
from rig import Firnd, children, describe, scratch, spawn, wait_for

SECONDS = 60
SOURCES = {
    "zeros": b"\0",
    "answers": b'{"return": {}}\n',
    "empty lines": b"\n",
    "delimiters": b"\xff",
    "noise": os.urandom(1 << 16),
}


def unescape(text):
    named = {"n": b"\n", "r": b"\r", "t": b"\t"}
    parts = re.split(r"\\(x[0-9a-fA-F]{2}|.)", text)
    said = parts[0].encode()
    for escape, rest in zip(parts[1::2], parts[2::2]):
        is_hex = len(escape) == 3
        said += bytes([int(escape[1:], 16)]) if is_hex else named.get(escape, escape.encode())
        said += rest.encode()
    return said


def cases():
    """What the agents of tests/hostile say, without the waiting."""
    for path in sorted(glob.glob("tests/hostile/cases/*")):
        with open(path) as file:
            text = file.read()
        if "\npeer agent\n" not in text:
            continue
        said = b""
        for count, words in re.findall(r'^(?:send|slow) (\d*) ?"(.*)"$', text, flags=re.M):
            said += unescape(words) * (int(count or 1) if len(words) < 40 else 1)
        if said:
            yield os.path.basename(path), said


class Victim:
    """Its monitor is well; its agent's port holds whatever flows at the moment."""

    def __init__(self, firnd, vm):
        self.firnd = firnd
        self.agent = f"{scratch}/flood.qga"
        firnd.add("victim", vm.uuid, vm.monitor, self.agent)

    def flood(self, said):
        with open(f"{scratch}/said", "wb") as file:
            file.write(said)
        spawn(sys.executable, "tests/benchmarks/flooder.py", self.agent, f"{scratch}/said")
        wait_for("the flood", lambda: os.path.exists(self.agent))

    def calm(self):
        flooder = children.pop()
        flooder.kill()
        flooder.wait()
        os.remove(self.agent)

    def suffer(self):
        """Asks the agent for all that a freeze needs, in the background, and makes nothing."""
        firn = ["build/host/cli/firn", f"--bus={self.firnd.bus}"]
        return subprocess.Popen(
            firn + ["create", "victim", "v", "--quiesce=try", "--dry-run"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


def measure(firnd):
    begin = time.monotonic()
    firnd.firn("create", "well", f"w{time.monotonic_ns()}")
    return (time.monotonic() - begin) * 1000


def peak_mib(firnd):
    with open(f"/proc/{firnd.process.pid}/status") as file:
        return int(re.search(r"VmHWM:\s*(\d+)", file.read()).group(1)) / 1024


def measure_memory(firnd, victim):
    """Each flood and each hostile agent once, and no other job: what grows is due to them."""
    with open(f"/proc/{firnd.process.pid}/clear_refs", "w") as file:
        file.write("5")
    before = firnd.resident_mib()
    said_by_agents = [said for _, said in cases()]
    for said in [*SOURCES.values(), *said_by_agents]:
        victim.flood(said)
        victim.suffer().wait()
        victim.calm()
    return before, len(said_by_agents)


def main():
    vms = peers.start(scratch, 2)
    firnd = Firnd()
    victim = Victim(firnd, vms[0])
    firnd.add("well", vms[1].uuid, vms[1].monitor, vms[1].agent)
    firnd.start()
    for _ in range(3):
        measure(firnd)
    without, beside = [], []
    for said in SOURCES.values():
        end = time.monotonic() + SECONDS / len(SOURCES)
        while time.monotonic() < end:
            without.append(measure(firnd))
            victim.flood(said)
            job = victim.suffer()
            beside.append(measure(firnd))
            job.wait()
            victim.calm()
    before, agents = measure_memory(firnd, victim)
    print(f"== flood: {SECONDS} s of {', '.join(SOURCES)}; then {agents} hostile agents")
    print(f"   another VM's firn create, no flood  {describe(without)}   ({len(without)} jobs)")
    print(f"   another VM's firn create, flood     {describe(beside)}   ({len(beside)} jobs)")
    print(f"   firnd: {before:.1f} MiB before, {peak_mib(firnd) - before:.1f} MiB more at the peak")


main()
