"""Locks on data files among plugin calls, of all processes; the kernel frees those of a dead one."""
import fcntl
import hashlib
import os

from ztpserver.config import runtime

HELD = {}


def wanted(path, lock):
    """Whether a file is to be locked; None leaves it to where the file is."""
    if lock is not None:
        return lock
    pools = os.path.join(os.path.realpath(runtime.default.data_root), 'resources', '')
    return os.path.realpath(path).startswith(pools)


def lock(path):
    """Waits for the file, unless this call has it already."""
    path = os.path.realpath(path)
    if path in HELD:
        return
    folder = os.path.join(runtime.state, 'locks')
    os.makedirs(folder, exist_ok=True)
    name = 'plugin-file-%s' % hashlib.sha256(os.fsencode(path)).hexdigest()[:32]
    number = os.open(os.path.join(folder, name), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o660)
    fcntl.flock(number, fcntl.LOCK_EX)
    HELD[path] = number


def unlock(path):
    """Lets others have the file."""
    number = HELD.pop(os.path.realpath(path), None)
    if number is not None:
        # Not by closing alone: a fork of the plugin's may have it open too.
        fcntl.flock(number, fcntl.LOCK_UN)
        os.close(number)


def unlock_all():
    """At the end of a call."""
    for path in list(HELD):
        unlock(path)
