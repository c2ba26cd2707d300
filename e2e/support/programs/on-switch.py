"""A virtual switch in use, on which somebody types commands into bash.

on-switch.py SERIAL FLASH COMMAND...

FLASH is a folder: what is on flash at first. Prints JSON: exit status and output of each command, and
the files on flash in the end. Needs root, see veos.seal.
"""
import json
import os
import subprocess
import sys

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), '../../..'))
sys.path.insert(0, os.path.join(ROOT, 'client/tests'))

from veos import seal  # noqa: E402
from veos.identity import Identity  # noqa: E402
from veos.switch import VirtualSwitch  # noqa: E402


def typed(switch, command):
    bash = seal.command(switch.root, ['/bin/bash', '-c', command])
    done = subprocess.run(bash, env=switch.environment(), stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return {'status': done.returncode, 'output': done.stdout.decode('utf-8')}


serial, flash, commands = sys.argv[1], sys.argv[2], sys.argv[3:]
with VirtualSwitch(identity=Identity(serial=serial), sealed=True) as virtual:
    subprocess.check_call(['cp', '-a', os.path.join(flash, '.'), virtual.flash])
    answers = [typed(virtual, each) for each in commands]
    files = [name for name in virtual.files() if not name.endswith('/')]
    print(json.dumps({'commands': answers, 'flash': {name: virtual.read(name) for name in files}}))
