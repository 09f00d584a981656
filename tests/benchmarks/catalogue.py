# SPDX-License-Identifier: LGPL-2.1-or-later
"""A VM with 10,000 snapshots in its catalogue."""
import json
import os
import time
import uuid

import peers
from rig import Firnd, describe, scratch

ENTRIES = 10000
ROUNDS = 5


def grow(document, count):
    """Makes @count records out of the one that firn wrote: a trunk with a branch at every tenth."""
    [first] = document["snapshots"]
    parent = first["uuid"]
    for number in range(1, count):
        record = json.loads(json.dumps(first))
        record["uuid"] = str(uuid.uuid4())
        record["name"] = f"snapshot-{number}"
        record["tag"] = f"{record['name']}.{record['uuid'][:8]}"
        record["created_us"] += number
        record["parent"] = parent
        document["snapshots"].append(record)
        if number % 10:
            parent = record["uuid"]
    document["current"] = parent


def clock(firnd, *words):
    times = []
    for _ in range(ROUNDS):
        begin = time.monotonic()
        firnd.firn(*words)
        times.append((time.monotonic() - begin) * 1000)
    return describe(times)


def main():
    [vm] = peers.start(scratch, 1)
    firnd = Firnd()
    firnd.add("big", vm.uuid, vm.monitor, vm.agent)
    firnd.start()
    firnd.firn("create", "big", "first")
    firnd.process.terminate()
    firnd.process.wait()
    path = f"{firnd.state}/vm/{vm.uuid}.json"
    with open(path) as file:
        document = json.load(file)
    grow(document, ENTRIES)
    vm.tags = [record["tag"] for record in document["snapshots"]]
    with open(path, "w") as file:
        json.dump(document, file)
    begin = time.monotonic()
    firnd.start()
    print(
        f"== catalogue: {ENTRIES} snapshots of one VM, "
        f"a document of {os.path.getsize(path) / 1e6:.1f} MB"
    )
    print(
        f"   firnd starts          {(time.monotonic() - begin) * 1000:8.1f} ms, "
        f"{firnd.resident_mib():.1f} MiB"
    )
    print(f"   firn list             {clock(firnd, 'list', 'big')}")
    print(f"   firn tree             {clock(firnd, 'tree', 'big')}")
    print(f"   firn show             {clock(firnd, 'show', 'big', 'snapshot-5000')}")
    times = []
    for number in range(ROUNDS):
        begin = time.monotonic()
        firnd.firn("create", "big", f"more-{number}")
        times.append((time.monotonic() - begin) * 1000)
    print(f"   firn create           {describe(times)}")


main()
