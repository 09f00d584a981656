# SPDX-License-Identifier: LGPL-2.1-or-later
"""firnd with 100 VMs that do nothing."""
import glob
import time

import peers
from rig import Firnd, scratch

SECONDS = 20


def switches(pid):
    """Each thread's voluntary context switches: how often it was woken."""
    count = {}
    for path in glob.glob(f"/proc/{pid}/task/*/status"):
        with open(path) as file:
            fields = dict(line.split(":", 1) for line in file if ":" in line)
        count[fields["Name"].strip() + path.split("/")[4]] = int(fields["voluntary_ctxt_switches"])
    return count


def main():
    vms = peers.start(scratch, 100)
    firnd = Firnd()
    for number, vm in enumerate(vms):
        firnd.add(f"vm{number}", vm.uuid, vm.monitor, vm.agent)
    firnd.start()
    time.sleep(3)
    before = switches(firnd.process.pid)
    time.sleep(SECONDS)
    after = switches(firnd.process.pid)
    woken = sum(after.values()) - sum(before.get(name, 0) for name in after)
    print(
        f"== idle: firnd with 100 VMs connected: {firnd.resident_mib():.1f} MiB resident, "
        f"{woken} wake-ups in {SECONDS} s"
    )


main()
