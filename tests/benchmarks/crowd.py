# SPDX-License-Identifier: LGPL-2.1-or-later
"""Many VMs at once: each freeze takes 20 ms and each cut 10 ms, so what is above that is firn's."""
import statistics
import time

import peers
from rig import Firnd, scratch, wait_for


def snapshot_all(firnd, vms, name):
    begin = time.monotonic()
    for number in range(len(vms)):
        firnd.firn("create", f"vm{number}", name, "--no-block")
    started = time.monotonic()
    wait_for(
        "the snapshots",
        lambda: all(
            any(tag.startswith(name + ".") for tag in vm.tags) and not vm.frozen for vm in vms
        ),
    )
    ended = time.monotonic()
    wait_for("the records", lambda: firnd.firn("jobs").stdout.count("in-progress") == 0)
    return (started - begin) * 1000, (ended - begin) * 1000


def main():
    vms = peers.start(scratch, 50)
    firnd = Firnd()
    for number, vm in enumerate(vms):
        firnd.add(f"vm{number}", vm.uuid, vm.monitor, vm.agent)
    firnd.start()
    print("== crowd: snapshots of scripted VMs at once (freeze 20 ms, cut 10 ms each)")
    for count in (1, 10, 50):
        asked, ended = snapshot_all(firnd, vms[:count], f"crowd{count}")
        windows = []
        for number in range(count):
            evidence = firnd.show(f"vm{number}", f"crowd{count}")["evidence"]
            windows.append((evidence["thawed_us"] - evidence["freeze_sent_us"]) / 1000)
        print(
            f"   {count:3} VMs: asked for in {asked:7.1f} ms, all thawed after {ended:7.1f} ms; "
            f"window median {statistics.median(windows):6.1f} ms, max {max(windows):6.1f} ms"
        )


main()
