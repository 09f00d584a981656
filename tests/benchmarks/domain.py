# SPDX-License-Identifier: LGPL-2.1-or-later
"""A domain of a libvirtd of one's own (tests/libvirt/with-libvirtd), and when its guest writes."""
import os
import socket
import subprocess
import threading
import time

from rig import make_disk, scratch, wait_for

URI = "qemu:///system"
NAME = "bench"


def virsh(*words, check=True):
    done = subprocess.run(
        ["virsh", "--quiet", "--connect", URI, *words], capture_output=True, text=True
    )
    if check and done.returncode != 0:
        raise SystemExit(f"virsh {' '.join(words)}: {done.returncode}: {done.stderr}")
    return done


def disk_xml(disk):
    return (
        f"<disk type='file' device='disk'><driver name='qemu' type='qcow2'/>"
        f"<source file='{make_disk(disk)}'/><target dev='vd{disk}' bus='virtio'/></disk>"
    )


def make_xml(memory_mib, on_huge_pages):
    here = os.getcwd()
    backing = "<memoryBacking><hugepages/></memoryBacking>" if on_huge_pages else ""
    return f"""<domain type='qemu'><name>{NAME}</name>
<memory unit='MiB'>{memory_mib}</memory>{backing}<vcpu>1</vcpu>
<os><type arch='x86_64' machine='q35'>hvm</type><kernel>{here}/build-guest/vmlinuz</kernel>
<initrd>{here}/build-guest/initrd</initrd>
<cmdline>console=ttyS0 quiet no_timer_check firn.writer</cmdline></os><features><acpi/></features>
<devices><emulator>/usr/bin/qemu-system-x86_64</emulator><controller type='usb' model='none'/>
<memballoon model='none'/>{"".join(disk_xml(disk) for disk in "ab")}
<serial type='file'><source path='{scratch}/console'/></serial>
<channel type='file'><source path='{scratch}/ack'/><target type='virtio' name='firn.ack'/></channel>
<channel type='unix'><source mode='bind' path='{scratch}/control'/>
<target type='virtio' name='firn.control'/></channel>
<channel type='unix'><source mode='bind' path='{scratch}/qga'/>
<target type='virtio' name='org.qemu.guest_agent.0'/></channel></devices></domain>"""


def written():
    return os.path.getsize(f"{scratch}/ack") if os.path.exists(f"{scratch}/ack") else 0


class Domain:
    """Two disks that are written to all the time, as rig.Guest has them."""

    def __init__(self, memory_mib=256, on_huge_pages=False):
        with open(f"{scratch}/domain.xml", "w") as file:
            file.write(make_xml(memory_mib, on_huge_pages))
        virsh("define", f"{scratch}/domain.xml")
        virsh("start", NAME)
        wait_for("the guest", lambda: written() > 0)
        wait_for("its agent", lambda: virsh("domfsinfo", NAME, check=False).returncode == 0)


def run_in_guest(command):
    """Runs a command, and returns what it printed."""
    with socket.socket(socket.AF_UNIX) as control:
        control.settimeout(600)
        control.connect(f"{scratch}/control")
        control.sendall(f"bench {command}\n".encode())
        answer = b""
        while b"firn-done" not in answer or not answer.endswith(b" bench\n"):
            answer += control.recv(65536)
    return answer.decode()


class Watch:
    """The longest time in which the guest got nothing written, seen from the host, in ms."""

    def __init__(self):
        self.is_over = False
        self.longest = 0.0
        self.thread = threading.Thread(target=self.look)

    def look(self):
        size, since = written(), time.monotonic()
        while not self.is_over:
            time.sleep(0.0005)
            now = time.monotonic()
            if written() != size:
                self.longest = max(self.longest, now - since)
                size, since = written(), now

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        # What was held up comes after the command's end.
        before = written()
        wait_for("the guest's next write", lambda: written() > before)
        self.is_over = True
        self.thread.join()

    def get_ms(self):
        return self.longest * 1000
