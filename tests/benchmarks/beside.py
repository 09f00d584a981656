# SPDX-License-Identifier: LGPL-2.1-or-later
"""Beside virsh, on one domain: how long a guest gets nothing written, and whether virsh answers."""
import statistics
import time

from domain import NAME, Domain, Watch, virsh
from rig import Firnd, describe, spawn

ROUNDS = 15
LOOKS = 40


def rest_round():
    """What the guest's writing is like when nobody does anything."""
    with Watch() as watch:
        time.sleep(0.3)
    return watch.get_ms()


def virsh_round(number):
    with Watch() as watch:
        virsh("snapshot-create-as", NAME, f"v{number}", "--disk-only", "--quiesce", "--atomic")
    for disk in ("vda", "vdb"):
        virsh("blockcommit", NAME, disk, "--active", "--pivot", "--wait", "--delete", check=False)
        virsh("blockcommit", NAME, disk, "--active", "--pivot", "--wait", check=False)
    virsh("snapshot-delete", NAME, f"v{number}", "--metadata")
    return watch.get_ms()


def firn_round(firnd):
    with Watch() as watch:
        firnd.firn("create", NAME, "s")
    evidence = firnd.show(NAME, "s")["evidence"]
    firnd.firn("delete", NAME, "s")
    return watch.get_ms(), (evidence["thawed_us"] - evidence["freeze_sent_us"]) / 1000


def measure_windows(firnd):
    theirs, ours, own, rest = [], [], [], []
    virsh_round(0)
    firn_round(firnd)
    for number in range(1, ROUNDS + 1):
        theirs.append(virsh_round(number))
        took, window = firn_round(firnd)
        ours.append(took)
        own.append(window)
        rest.append(rest_round())
    print(f"== beside: {ROUNDS} rounds in turn, one domain that writes to two disks")
    print("   the longest time in which the guest got nothing written:")
    print(f"     nobody does anything                            {describe(rest)}")
    print(f"     virsh snapshot-create-as --disk-only --quiesce  {describe(theirs)}")
    print(f"     firn create                                     {describe(ours)}")
    ratio = statistics.median(ours) / statistics.median(theirs)
    print(f"     firn / virsh  median {ratio:.2f}; goal: 1.10 at most")
    print(f"   firn's own figure, freeze sent to thawed:         {describe(own)}")


def look(*words):
    took = []
    for _ in range(LOOKS):
        begin = time.monotonic()
        virsh(*words)
        took.append((time.monotonic() - begin) * 1000)
    return took


def measure_answers(firnd, title):
    print(f"   {title}:")
    for words in (("list", "--all"), ("dominfo", NAME), ("snapshot-list", NAME)):
        print(f"     virsh {' '.join(words):20} {describe(look(*words))}")


def measure_virsh(firnd):
    print(f"== beside: virsh, {LOOKS} times each; goal: 1000 ms")
    measure_answers(firnd, "no job")
    bus = f"--bus={firnd.bus}"
    held = spawn("build/host/cli/firn", bus, "quiesce", NAME, "--exec", "sleep", "25")
    while "not frozen" in firnd.firn("status", NAME).stdout:
        time.sleep(0.02)
    measure_answers(firnd, "a job of firn keeps the guest frozen")
    held.terminate()
    held.wait()
    script = f"while :; do build/host/cli/firn {bus} create {NAME} busy; "
    script += f"build/host/cli/firn {bus} delete {NAME} busy; done"
    busy = spawn("sh", "-c", script)
    measure_answers(firnd, "one job after the other")
    busy.terminate()
    busy.wait()


def main():
    Domain()
    firnd = Firnd().start("--connect=qemu:///system")
    measure_windows(firnd)
    measure_virsh(firnd)
    virsh("destroy", NAME)


main()
