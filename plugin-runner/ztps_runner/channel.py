"""The connection with the server: one JSON text a line, in both directions.

It comes as descriptor 3 and is moved out of the way of what a plugin opens and closes. Standard
output is the plugin's to print to, and never the answer.
"""
import fcntl
import json
import os
import sys

CHANNEL = fcntl.fcntl(3, fcntl.F_DUPFD_CLOEXEC, 100)
os.close(3)

# Whoever forks has this module too; only the process that was started speaks for it.
OWNER = os.getpid()


def is_owner():
    """Whether this is the process that the server started, not a fork of it by a plugin."""
    return os.getpid() == OWNER


def receive():
    """Yields what the server sends, until it closes the connection."""
    rest = b''
    while True:
        chunk = os.read(CHANNEL, 1 << 16)
        if not chunk:
            return
        rest += chunk
        while b'\n' in rest:
            line, rest = rest.split(b'\n', 1)
            yield json.loads(line.decode('utf-8'))


def send(message):
    """Sends a dict to the server."""
    send_text(json.dumps(message))


def send_text(text):
    """Sends a JSON text without line feeds."""
    rest = memoryview(text.encode('ascii') + b'\n')
    try:
        while rest:
            rest = rest[os.write(CHANNEL, rest):]
    except OSError as error:
        sys.exit('the connection with the server was closed: %s' % error)


def leave():
    """A fork has no part in the conversation."""
    os.close(CHANNEL)
