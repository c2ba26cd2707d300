"""Types into a shell that sits on a terminal, and prints what the terminal shows.

type.py PROMPT SHELL ARGUMENT... < LINES

LINES is a JSON list of texts, control characters included. Each is typed when the shell has written
PROMPT.
"""
import fcntl
import json
import os
import pty
import struct
import sys
import termios

lines = json.load(sys.stdin)
prompt = sys.argv[1].encode()
child, terminal = pty.fork()
if child == 0:
    os.execvpe(sys.argv[2], sys.argv[2:], dict(os.environ, PS1=sys.argv[1]))
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack('HHHH', 50, 400, 0, 0))


def until_prompt():
    shown = b''
    while prompt not in shown:
        part = os.read(terminal, 4096)
        if not part:
            break
        shown += part
        sys.stdout.buffer.write(part)
        sys.stdout.flush()


for line in lines:
    until_prompt()
    os.write(terminal, line.encode())
until_prompt()
os.kill(child, 9)
os.waitpid(child, 0)
