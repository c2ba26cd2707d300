"""A sealed world: the script sees /mnt/flash, /persist, /dev/log and the rest where a switch has
them, over a copy of this machine's file system that keeps what is written for itself.

Needs root and a kernel with overlayfs; `available()` tells."""

from __future__ import unicode_literals

import os
import shutil
import subprocess
import tempfile

# Layers of one overlay must not overlap: the world lies on another file system than /.
ELSEWHERE = '/dev/shm'

SCRIPT = r"""
set -e
world=$1; shift
mkdir -p "$world/upper" "$world/work" "$world/seen"
seen=$world/seen
mount -t overlay -o "lowerdir=/,upperdir=$world/upper,workdir=$world/work" veos "$seen"
mount -t proc proc "$seen/proc"
mount -t tmpfs dev "$seen/dev"
for device in null zero random urandom tty; do
    touch "$seen/dev/$device"
    mount --bind "/dev/$device" "$seen/dev/$device"
done
touch "$seen/dev/log"
mount --bind "$world/log" "$seen/dev/log"
for pair in flash:mnt/flash persist:persist tmp:tmp run:run bin:opt/veos; do
    mkdir -p "$seen/${pair#*:}"
    mount --rbind "$world/${pair%%:*}" "$seen/${pair#*:}"
done
[ "$(readlink -f "$seen/var/run")" = /run ] || mount --bind "$world/run" "$seen/var/run"
exec chroot "$seen" "$@"
"""


def command(world, arguments):
    """The command that runs `arguments` in the sealed world of that folder."""
    return ['unshare', '--mount', 'sh', '-c', SCRIPT, 'seal', world] + list(arguments)


def available():
    """Whether this machine can seal a world."""
    if os.getuid() != 0 or not os.path.isdir(ELSEWHERE) or not shutil.which('unshare'):
        return False
    world = tempfile.mkdtemp(prefix='veos-', dir=ELSEWHERE)
    try:
        for name in ('flash', 'persist', 'tmp', 'run', 'bin'):
            os.mkdir(os.path.join(world, name))
        open(os.path.join(world, 'log'), 'w').close()
        return subprocess.call(command(world, ['/bin/sh', '-c', 'test -e /dev/null']),
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    finally:
        shutil.rmtree(world)
