# SPDX-License-Identifier: LGPL-2.1-or-later
"""firnd is killed while a guest is frozen: until the guest writes again, by firnd or thaw-all."""
import os
import subprocess
import time

from rig import Firnd, Guest, describe, scratch, spawn, wait_for

ROUNDS = 10
QUIET_S = 0.5


def written():
    return os.path.getsize(f"{scratch}/ack")


def has_lease():
    folder = f"{scratch}/run/leases"
    return os.path.isdir(folder) and os.listdir(folder) != []


def wait_until_frozen():
    wait_for("the lease", has_lease)
    last, since = written(), time.monotonic()
    while time.monotonic() - since < QUIET_S:
        time.sleep(0.02)
        if written() != last:
            last, since = written(), time.monotonic()


def wait_until_writing():
    last = written()
    while written() == last:
        time.sleep(0.005)


def kill_in_window(firnd):
    wait_for(
        "the end of what firnd does at its start",
        lambda: firnd.firn("quiesce", "bench", "--exec", "true", check=False).returncode == 0,
    )
    words = ["quiesce", "bench", "--exec", "sleep", "25"]
    client = spawn("build/host/cli/firn", f"--bus={firnd.bus}", *words)
    wait_until_frozen()
    firnd.process.kill()
    firnd.process.wait()
    client.wait()


def restart_round(firnd):
    kill_in_window(firnd)
    begin = time.monotonic()
    firnd.start()
    wait_until_writing()
    return (time.monotonic() - begin) * 1000


def thaw_all_round(firnd):
    kill_in_window(firnd)
    begin = time.monotonic()
    words = ["build/host/firn-thaw-all", f"--runtime-dir={scratch}/run"]
    subprocess.run(words, check=True, capture_output=True)
    wait_until_writing()
    took = (time.monotonic() - begin) * 1000
    firnd.start()
    return took


def main():
    guest = Guest()
    firnd = Firnd()
    firnd.add("bench", guest.uuid, guest.monitor, guest.agent)
    firnd.start()
    restarted = [restart_round(firnd) for _ in range(ROUNDS)]
    without = [thaw_all_round(firnd) for _ in range(ROUNDS)]
    print("firnd killed while a guest was frozen, until the guest writes again; goal: 5000 ms")
    print(f"  firnd started again       {describe(restarted)}")
    print(f"  firn-thaw-all, no firnd   {describe(without)}")


main()
