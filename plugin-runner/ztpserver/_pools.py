"""Keeps the server from its pools for a moment, as its processes keep each other."""
import contextlib
import os
import time

from ztpserver.config import runtime

try:
    import sqlite3
except ImportError:
    sqlite3 = None

# The server's own: the place at the head of the queue, and what it queues for.
QUEUE = 'pools.lock.next'
LOCK = 'pools.lock'
PATIENCE = 5
NAP = 0.002


@contextlib.contextmanager
def alone():
    """Holds the server's lock: a write transaction of SQLite on a file with nothing in it.

    Nothing is locked by a Python that was built without SQLite.
    """
    if sqlite3 is None:
        yield
        return
    deadline = time.monotonic() + PATIENCE
    first = acquire(QUEUE, deadline)
    try:
        lock = acquire(LOCK, deadline)
    finally:
        first.close()
    try:
        yield
    finally:
        lock.close()


def acquire(name, deadline):
    """Returns the connection that has the lock; closing it ends the lock."""
    path = os.path.join(runtime.state, name)
    while True:
        connection = attempt(path)
        if connection is not None:
            return connection
        if time.monotonic() > deadline:
            raise OSError('the server held %s for %s s' % (path, PATIENCE))
        time.sleep(NAP)


def attempt(path):
    """Returns None while another has the lock, or when the file is no longer the lock."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    # SQLite would make it readable for others.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o660))
    before = os.stat(path)
    connection = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        connection.execute('BEGIN IMMEDIATE')
        if os.path.samestat(before, os.stat(path)):
            return connection
    except sqlite3.OperationalError as error:
        if 'locked' not in str(error):
            connection.close()
            raise OSError('cannot lock %s: %s' % (path, error)) from error
    except OSError:
        pass
    connection.close()
    return None
