# SPDX-License-Identifier: LGPL-2.1-or-later
"""flooder.py SOCKET FILE: an agent that says what is in FILE, again and again, without a pause."""
import socket
import sys

listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
listener.listen(16)
with open(sys.argv[2], "rb") as file:
    text = file.read()
text *= max(1, (256 << 10) // len(text))
while True:
    client, _ = listener.accept()
    try:
        while True:
            client.sendall(text)
    except OSError:
        client.close()
