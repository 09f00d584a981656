# SPDX-License-Identifier: LGPL-2.1-or-later
"""RAM and disks, live: how long the guest is paused, with firnd as its unit has it, and not."""
import json
import statistics

from rig import Firnd, Guest, Line, describe

ROUNDS = 6
EACH = 3
CONFINED = ("tests/unit-file/under-unit", "packaging/systemd/firnd.service.in")


class Events:
    """When QEMU has stopped and resumed its guest, by its own clock."""

    def __init__(self, guest):
        self.monitor = Line(guest.own_monitor)
        self.monitor.file.readline()
        self.monitor.call(b'{"execute":"qmp_capabilities"}\n')

    def take_ms(self):
        """The standstill that has just ended: what is asked is answered after the events."""
        self.monitor.socket.sendall(b'{"execute":"query-status"}\n')
        longest, since = 0.0, None
        while True:
            line = json.loads(self.monitor.file.readline())
            if "return" in line:
                return longest
            at = line["timestamp"]["seconds"] * 1000 + line["timestamp"]["microseconds"] / 1000
            if line["event"] == "STOP":
                since = at
            elif line["event"] == "RESUME" and since is not None:
                longest, since = max(longest, at - since), None


def measure(firnd, events, stops):
    for _ in range(EACH):
        events.take_ms()
        firnd.firn("create", "bench", "s", "--memory=live")
        stops.append(events.take_ms())
        firnd.firn("delete", "bench", "s")


def main():
    guest = Guest()
    firnd = Firnd()
    firnd.add("bench", guest.uuid, guest.monitor, guest.agent)
    events = Events(guest)
    outside, inside = [], []
    firnd.start()
    firnd.firn("policy", "bench", "set", "allow-memory=yes")
    measure(firnd, events, [])
    firnd.stop()
    for _ in range(ROUNDS):
        for under, stops in (((), outside), (CONFINED, inside)):
            firnd.start(under=under)
            measure(firnd, events, stops)
            firnd.stop()
    ratio = statistics.median(inside) / max(statistics.median(outside), 0.001)
    rounds = ROUNDS * EACH
    print(f"== unit: {rounds} live snapshots each, in turn, one guest that writes to two disks")
    print("   stopped, by QEMU's events:")
    print(f"     firnd as it is            {describe(outside)}")
    print(f"     firnd as its unit has it  {describe(inside)}")
    print(f"     inside / outside  median {ratio:8.2f}")


main()
