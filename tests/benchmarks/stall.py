# SPDX-License-Identifier: LGPL-2.1-or-later
"""RAM and disks: for how long the guest is paused, firn beside virsh, on one domain.

With --huge-pages as argument its RAM is in huge pages of the host."""
import os
import re
import statistics
import subprocess
import sys
import time

from domain import NAME, URI, Domain, Watch, run_in_guest, virsh
from rig import Firnd, describe, scratch, spawn, wait_for

SIZES_MIB = (256, 1024, 2048)
MEMORY_MIB = 2432
ROUNDS = 3
ON_HUGE_PAGES = "--huge-pages" in sys.argv
PAGES = "huge pages" if ON_HUGE_PAGES else "small pages"
EVENT = re.compile(r"event (STOP|RESUME) at (\d+\.\d+)")


class Events:
    """When QEMU has stopped and resumed its guest, by its own clock."""

    def __init__(self):
        self.path = f"{scratch}/events"
        script = f"exec stdbuf -oL virsh -c {URI} qemu-monitor-event {NAME} --loop >{self.path}"
        spawn("sh", "-c", script)
        wait_for("the listener", lambda: os.path.exists(self.path))
        time.sleep(1)

    def take_ms(self):
        """The longest standstill since the last call."""
        time.sleep(0.3)
        with open(self.path) as file:
            text = file.read()
        subprocess.run(["truncate", "-s", "0", self.path], check=True)
        longest, since = 0.0, None
        for word, at in EVENT.findall(text):
            if word == "STOP":
                since = float(at)
            elif since is not None:
                longest = max(longest, float(at) - since)
        return longest * 1000


def virsh_internal():
    virsh("snapshot-create-as", NAME, "s")


def drop_internal():
    virsh("snapshot-delete", NAME, "s")


def virsh_external():
    words = ["--diskspec", "vda,snapshot=external", "--diskspec", "vdb,snapshot=external"]
    memory = f"file={scratch}/external.mem,snapshot=external"
    virsh("snapshot-create-as", NAME, "s", "--live", "--memspec", memory, *words)


def drop_external():
    for disk in ("vda", "vdb"):
        virsh("blockcommit", NAME, disk, "--active", "--pivot", "--wait", check=False)
    virsh("snapshot-delete", NAME, "s", "--metadata")
    for name in os.listdir(scratch):
        if name.endswith(".s"):
            os.remove(f"{scratch}/{name}")
    os.remove(f"{scratch}/external.mem")


def measure(events, create, drop):
    stops, gaps, totals = [], [], []
    for _ in range(ROUNDS):
        events.take_ms()
        with Watch() as watch:
            begin = time.monotonic()
            create()
            totals.append((time.monotonic() - begin) * 1000)
        stops.append(events.take_ms())
        gaps.append(watch.get_ms())
        drop()
    return stops, gaps, totals


def compare(events, firnd, mib):
    ways = (
        ("virsh, internal", virsh_internal, drop_internal),
        ("virsh, external --live", virsh_external, drop_external),
        (
            "firn --memory=paused",
            lambda: firnd.firn("create", NAME, "s", "--memory=paused"),
            lambda: firnd.firn("delete", NAME, "s"),
        ),
        (
            "firn --memory=live",
            lambda: firnd.firn("create", NAME, "s", "--memory=live"),
            lambda: firnd.firn("delete", NAME, "s"),
        ),
    )
    print(f"== stall: {mib} MiB of RAM in {PAGES} written to, {ROUNDS} rounds each", flush=True)
    figures = {}
    for title, create, drop in ways:
        stops, gaps, totals = measure(events, create, drop)
        figures[title] = [statistics.median(values) for values in (stops, totals)]
        print(f"   {title}", flush=True)
        print(f"     stopped, by QEMU's events        {describe(stops)}")
        print(f"     the guest got nothing written    {describe(gaps)}")
        print(f"     the whole took                   {describe(totals)}", flush=True)
    live, paused = figures["firn --memory=live"], figures["firn --memory=paused"]
    internal = figures["virsh, internal"]
    print(f"   virsh internal / firn live, stopped: {internal[0] / max(live[0], 0.001):.0f} times")
    print(f"   firn live / paused, the whole: {live[1] / paused[1]:.2f}; goal: 1.3 at most")


def settle(firnd):
    """A guest that others have woken is seen to by firnd; that is no part of what is measured."""
    wait_for(
        "the end of firnd's job", lambda: "in-progress" not in firnd.firn("jobs", "--json").stdout
    )


def timed(action):
    begin = time.monotonic()
    action()
    return (time.monotonic() - begin) * 1000


def measure_restore(firnd, mib):
    theirs, ours = [], []
    for _ in range(ROUNDS):
        virsh_internal()
        theirs.append(timed(lambda: virsh("snapshot-revert", NAME, "s")))
        drop_internal()
        settle(firnd)
        firnd.firn("create", NAME, "s", "--memory=live")
        ours.append(
            timed(lambda: firnd.firn("restore", NAME, "s", "--stop", "--grace=0"))
        )
        settle(firnd)
        firnd.firn("delete", NAME, "s")
    print(f"== stall: going back to {mib} MiB of RAM in {PAGES}, until the guest is resumed")
    print(f"     virsh snapshot-revert            {describe(theirs)}")
    print(f"     firn restore, of a live one      {describe(ours)}", flush=True)


def main():
    Domain(MEMORY_MIB, ON_HUGE_PAGES)
    firnd = Firnd().start("--connect=qemu:///system")
    firnd.firn("policy", NAME, "set", "allow-memory=yes")
    events = Events()
    run_in_guest("mount -o remount,size=95% /run; head -c 8388608 /dev/urandom >/run/seed")
    filled = 0
    for mib in SIZES_MIB:
        # No page of it is zero.
        copies = " ".join(["/run/seed"] * ((mib - filled) // 8))
        run_in_guest(f"cat {copies} >/run/ram{mib}")
        filled = mib
        compare(events, firnd, mib)
        if mib == 1024:
            measure_restore(firnd, mib)
    virsh("destroy", NAME)


main()
