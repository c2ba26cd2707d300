"""Locks on data files among plugin calls, of all processes; the kernel frees those of a dead one."""
import fcntl
import hashlib
import os

from ztpserver.config import runtime

HELD = {}
# What a file was when this call read it.
READ = {}


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


def note_read(path):
    """Is called before the file is read."""
    path = os.path.realpath(path)
    if path in HELD:
        READ[path] = stamp_of(path)


def is_as_read(path):
    """Whether the file is what this call read, if it did: the server writes pools as well."""
    path = os.path.realpath(path)
    return path not in READ or READ[path] == stamp_of(path)


def stamp_of(path):
    """What changes when the file does; None for one that is not there."""
    try:
        stat = os.stat(path)
    except OSError:
        return None
    return (stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)


def unlock(path):
    """Lets others have the file."""
    READ.pop(os.path.realpath(path), None)
    number = HELD.pop(os.path.realpath(path), None)
    if number is not None:
        # Not by closing alone: a fork of the plugin's may have it open too.
        fcntl.flock(number, fcntl.LOCK_UN)
        os.close(number)


def unlock_all():
    """At the end of a call."""
    for path in list(HELD):
        unlock(path)
