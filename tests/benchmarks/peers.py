# SPDX-License-Identifier: LGPL-2.1-or-later
"""Scripted monitors and agents: as many as wanted, in one thread."""
import asyncio
import json
import shutil
import subprocess
import threading


class Text(str):
    """A value that is JSON already."""


class Vm:
    """One VM that answers as QEMU and its agent do; each freeze takes 20 ms, each cut 10 ms."""

    def __init__(self, folder, number):
        self.uuid = f"00000000-0000-4000-8000-{number:012d}"
        self.monitor = f"{folder}/{number}.qmp"
        self.agent = f"{folder}/{number}.qga"
        self.image = f"{folder}/{number}.qcow2"
        self.tags = []
        self.block_text = (None, None)
        self.frozen = False

    def describe_block(self):
        snapshots = [
            {
                "id": str(i + 1),
                "name": tag,
                "vm-state-size": 0,
                "date-sec": 0,
                "date-nsec": 0,
                "vm-clock-sec": 0,
                "vm-clock-nsec": 0,
            }
            for i, tag in enumerate(self.tags)
        ]
        image = {
            "filename": self.image,
            "format": "qcow2",
            "virtual-size": 1 << 30,
            "snapshots": snapshots,
        }
        return [
            {
                "device": "vda",
                "qdev": "d",
                "removable": False,
                "locked": False,
                "type": "unknown",
                "inserted": {
                    "node-name": "n0",
                    "drv": "qcow2",
                    "ro": False,
                    "file": self.image,
                    "image": image,
                },
            }
        ]

    def describe_block_once(self):
        """JSON text, made anew when there are other tags: QEMU is faster at it than Python."""
        if self.block_text[0] != self.tags:
            self.block_text = (list(self.tags), Text(json.dumps(self.describe_block())))
        return self.block_text[1]

    def answer_monitor(self, command, arguments):
        if command == "transaction":
            self.tags.append(arguments["actions"][0]["data"]["name"])
            return 0.01, {}
        if command == "query-block":
            return 0, self.describe_block_once()
        return 0, {
            "query-status": {"running": True, "status": "running", "singlestep": False},
            "query-uuid": {"UUID": self.uuid},
            "query-jobs": [],
            "query-migrate": {},
            "query-chardev": [],
        }.get(command, {})

    def answer_agent(self, command, arguments):
        if command == "guest-fsfreeze-freeze":
            self.frozen = True
            return 0.02, 1
        if command == "guest-fsfreeze-thaw":
            was, self.frozen = self.frozen, False
            return 0, int(was)
        names = (
            "guest-fsfreeze-freeze",
            "guest-fsfreeze-thaw",
            "guest-fsfreeze-status",
            "guest-get-fsinfo",
        )
        return 0, {
            "guest-fsfreeze-status": "frozen" if self.frozen else "thawed",
            "guest-info": {
                "version": "7.2.0",
                "supported_commands": [
                    {"name": name, "enabled": True, "success-response": True} for name in names
                ],
            },
            "guest-get-fsinfo": [{"name": "vda", "mountpoint": "/", "type": "ext4", "disk": []}],
        }.get(command, {})

    async def serve(self, reader, writer, answer, greeting):
        writer.write(greeting)
        while line := await reader.readline():
            request = json.loads(line.lstrip(b"\xff"))
            command, arguments = request["execute"], request.get("arguments", {})
            if command == "guest-sync-delimited":
                writer.write(b'\xff{"return": %d}\n' % arguments["id"])
                continue
            delay, value = answer(command, arguments)
            await asyncio.sleep(delay)
            text = value if isinstance(value, Text) else json.dumps(value)
            identity = f', "id": {json.dumps(request["id"])}' if "id" in request else ""
            writer.write(f'{{"return": {text}{identity}}}\r\n'.encode())
        writer.close()

    async def start(self):
        version = {"qemu": {"major": 7, "minor": 2, "micro": 0}, "package": ""}
        greeting = {"QMP": {"version": version, "capabilities": []}}
        hello = json.dumps(greeting).encode() + b"\r\n"
        await asyncio.start_unix_server(
            lambda r, w: self.serve(r, w, self.answer_monitor, hello), self.monitor
        )
        await asyncio.start_unix_server(
            lambda r, w: self.serve(r, w, self.answer_agent, b""), self.agent
        )


def start(folder, count):
    """Returns @count VMs whose sockets listen."""
    vms = [Vm(folder, number) for number in range(count)]
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", vms[0].image, "1G"], check=True)
    for vm in vms[1:]:
        shutil.copy(vms[0].image, vm.image)
    loop = asyncio.new_event_loop()
    ready = threading.Event()

    async def begin():
        for vm in vms:
            await vm.start()
        ready.set()

    def run():
        asyncio.set_event_loop(loop)
        loop.create_task(begin())
        loop.run_forever()

    threading.Thread(target=run, daemon=True).start()
    ready.wait()
    return vms
