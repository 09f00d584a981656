# SPDX-License-Identifier: LGPL-2.1-or-later
"""From freeze sent to thaw confirmed: firn against a script that sends these commands alone."""
import json
import statistics
import time

from rig import Firnd, Guest, Line, describe

ROUNDS = 15


def bare_round(guest, monitor):
    agent = Line(guest.agent)
    agent.socket.sendall(b'\xff{"execute":"guest-sync-delimited","arguments":{"id":4711}}\n')
    while b"4711" not in agent.file.readline():
        pass
    actions = [
        {"type": "blockdev-snapshot-internal-sync", "data": {"device": node, "name": "bare.1"}}
        for node in ("node-a", "node-b")
    ]
    cut = json.dumps({"execute": "transaction", "arguments": {"actions": actions}}).encode() + b"\n"
    begin = time.monotonic()
    frozen = agent.call(b'{"execute":"guest-fsfreeze-freeze"}\n')
    answered = (time.monotonic() - begin) * 1000
    done = monitor.call(cut)
    thawed = agent.call(b'{"execute":"guest-fsfreeze-thaw"}\n')
    took = (time.monotonic() - begin) * 1000
    agent.close()
    assert frozen["return"] == 2 and thawed["return"] == 2 and "return" in done, (
        frozen,
        done,
        thawed,
    )
    for node in ("vda", "vdb"):
        monitor.call(
            b'{"execute":"blockdev-snapshot-delete-internal-sync",'
            b'"arguments":{"device":"%s","name":"bare.1"}}\n' % node.encode()
        )
    return took, took - answered


def firn_round(firnd):
    firnd.firn("create", "bench", "s")
    evidence = firnd.show("bench", "s")["evidence"]
    firnd.firn("delete", "bench", "s")
    thawed_us = evidence["thawed_us"]
    return (thawed_us - evidence["freeze_sent_us"]) / 1000, (
        thawed_us - evidence["frozen_us"]
    ) / 1000


def main():
    guest = Guest()
    firnd = Firnd()
    firnd.add("bench", guest.uuid, guest.monitor, guest.agent)
    firnd.start()
    monitor = Line(guest.own_monitor)
    monitor.file.readline()
    monitor.call(b'{"execute":"qmp_capabilities"}\n')
    bare, firn = [], []
    bare_round(guest, monitor)
    firn_round(firnd)
    for _ in range(ROUNDS):
        bare.append(bare_round(guest, monitor))
        firn.append(firn_round(firnd))
    print(f"== window: {ROUNDS} rounds in turn, one guest that writes to two disks")
    for part, title in ((0, "freeze sent to thawed"), (1, "freeze answered to thawed")):
        floor, ours = [r[part] for r in bare], [r[part] for r in firn]
        ratio = statistics.median(ours) / statistics.median(floor)
        print(f"   {title}:")
        print(f"     bare script  {describe(floor)}")
        print(f"     firn         {describe(ours)}")
        print(f"     firn / bare  median {ratio:8.2f}      max {max(ours) - max(floor):+8.1f} ms")


main()
