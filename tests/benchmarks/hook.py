# SPDX-License-Identifier: LGPL-2.1-or-later
"""What libvirt's hook costs: firnd answers, is not there, or stands still."""
import os
import signal
import subprocess
import time

from rig import Firnd, describe, scratch

ROUNDS = 200
STOPPED_ROUNDS = 5
XML = f"""<domain type='qemu'><name>bench</name>
<uuid>11111111-1111-4222-8333-123456789abc</uuid>
<description>{"x" * 15000}</description></domain>"""


def measure(rounds, words):
    took = []
    for _ in range(rounds):
        begin = time.monotonic()
        subprocess.run(words, input=XML, text=True, check=True, capture_output=True)
        took.append((time.monotonic() - begin) * 1000)
    return took


def main():
    firnd = Firnd().start()
    hook = ["build/host/cli/firn", "hook-libvirt", f"--socket={scratch}/run/hook.sock"]
    hook += ["bench", "prepare", "begin", "-"]
    answering = measure(ROUNDS, hook)
    os.kill(firnd.process.pid, signal.SIGSTOP)
    stopped = measure(STOPPED_ROUNDS, hook)
    os.kill(firnd.process.pid, signal.SIGCONT)
    hook[2] = f"--socket={scratch}/nowhere"
    absent = measure(ROUNDS, hook)
    nothing = measure(ROUNDS, ["/bin/true"])
    print("== hook: firn hook-libvirt, with 15 kB of XML; goals: 10 ms answering, 2000 ms stopped")
    print(f"   firnd answers          {describe(answering)}   ({ROUNDS} times)")
    print(f"   firnd is not there     {describe(absent)}   ({ROUNDS} times)")
    print(f"   firnd stands still     {describe(stopped)}   ({STOPPED_ROUNDS} times)")
    print(f"   /bin/true instead      {describe(nothing)}   ({ROUNDS} times)")


main()
