# SPDX-License-Identifier: LGPL-2.1-or-later
"""A private bus, a firnd and a guest, gone when the process ends."""
import atexit
import json
import os
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
import uuid

os.environ["PATH"] += ":/usr/sbin:/sbin"
scratch = tempfile.mkdtemp(prefix="firn-bench-")
children = []


def clean_up():
    for child in reversed(children):
        child.terminate()
        try:
            child.wait(20)
        except subprocess.TimeoutExpired:
            child.kill()
    shutil.rmtree(scratch, ignore_errors=True)


atexit.register(clean_up)


def spawn(*words):
    child = subprocess.Popen(
        words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    children.append(child)
    return child


def wait_for(what, condition, seconds=120):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise SystemExit(f"{what} did not come")
        time.sleep(0.02)


class Firnd:
    """The real firnd on a bus of its own."""

    def __init__(self):
        self.machines = f"{scratch}/etc/machines.d"
        self.state = f"{scratch}/state"
        self.bus = f"unix:path={scratch}/bus"
        os.makedirs(self.machines)
        with open(f"{scratch}/etc/firn.conf", "w") as file:
            file.write("[policy]\nmax-snapshots=60000\n")
        spawn("dbus-daemon", "--session", "--nofork", f"--address={self.bus}")
        wait_for("the bus", lambda: os.path.exists(f"{scratch}/bus"))

    def add(self, name, identity, monitor, agent, disks=()):
        with open(f"{self.machines}/{name}.conf", "w") as file:
            file.write(f"[machine]\nuuid={identity}\nqmp={monitor}\nagent={agent}\n")
            if disks:
                file.write("[disks]\n" + "".join(f"{target}={path}\n" for target, path in disks))

    def start(self, *more, under=()):
        """UNDER: words before the program, as of what confines it."""
        self.process = spawn(
            *under,
            "build/host/firnd",
            f"--bus={self.bus}",
            f"--config-dir={scratch}/etc",
            f"--state-dir={self.state}",
            f"--runtime-dir={scratch}/run",
            *more,
        )
        wait_for("firnd", lambda: self.firn("status", check=False).returncode == 0)
        return self

    def stop(self):
        self.process.terminate()
        self.process.wait(60)
        children.remove(self.process)

    def firn(self, *words, check=True):
        done = subprocess.run(
            ["build/host/cli/firn", f"--bus={self.bus}", *words], capture_output=True, text=True
        )
        if check and done.returncode != 0:
            raise SystemExit(f"firn {' '.join(words)}: {done.returncode}: {done.stderr}")
        return done

    def show(self, vm, snapshot):
        return json.loads(self.firn("show", "--json", vm, snapshot).stdout)

    def resident_mib(self):
        with open(f"/proc/{self.process.pid}/status") as file:
            for line in file:
                if line.startswith("VmRSS"):
                    return int(line.split()[1]) / 1024


def make_disk(letter):
    raw, image = f"{scratch}/{letter}.raw", f"{scratch}/{letter}.qcow2"
    subprocess.run(["truncate", "-s", "64M", raw], check=True)
    subprocess.run(["mkfs.ext4", "-q", raw], check=True)
    subprocess.run(["qemu-img", "convert", "-O", "qcow2", raw, image], check=True)
    os.remove(raw)
    return image


class Guest:
    """A real guest whose two disks are written to all the time; one monitor is the bench's."""

    def __init__(self):
        self.uuid = str(uuid.uuid4())
        self.monitor, self.agent, self.own_monitor = (
            f"{scratch}/{name}" for name in ("qmp", "qga", "own")
        )
        words = [
            "qemu-system-x86_64",
            "-accel",
            "tcg",
            "-M",
            "q35",
            "-m",
            "256",
            "-display",
            "none",
            "-nodefaults",
            "-uuid",
            self.uuid,
            "-kernel",
            "build-guest/vmlinuz",
            "-initrd",
            "build-guest/initrd",
            "-append",
            "console=ttyS0 quiet no_timer_check firn.writer",
            "-device",
            "virtio-serial-pci",
            "-chardev",
            f"file,id=console,path={scratch}/console",
            "-serial",
            "chardev:console",
            "-qmp",
            f"unix:{self.monitor},server=on,wait=off",
            "-qmp",
            f"unix:{self.own_monitor},server=on,wait=off",
            "-chardev",
            f"socket,id=qga,path={self.agent},server=on,wait=off",
            "-device",
            "virtserialport,chardev=qga,name=org.qemu.guest_agent.0,id=agent",
            "-chardev",
            f"file,id=ack,path={scratch}/ack",
            "-device",
            "virtserialport,chardev=ack,name=firn.ack,id=ack",
        ]
        for disk in "ab":
            words += [
                "-drive",
                f"if=none,id=vd{disk},node-name=node-{disk},file={make_disk(disk)},format=qcow2",
                "-device",
                f"virtio-blk-pci,drive=vd{disk}",
            ]
        spawn(*words)
        wait_for(
            "the guest",
            lambda: os.path.exists(f"{scratch}/ack") and os.path.getsize(f"{scratch}/ack") > 0,
        )


class Line:
    """A Unix socket with JSON lines, as bare as it gets."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.file = self.socket.makefile("rb")

    def call(self, text):
        self.socket.sendall(text)
        while True:
            answer = json.loads(self.file.readline().lstrip(b"\xff"))
            if "return" in answer or "error" in answer:
                return answer

    def close(self):
        self.file.close()
        self.socket.close()


def describe(values):
    return f"median {statistics.median(values):8.1f} ms   max {max(values):8.1f} ms"
