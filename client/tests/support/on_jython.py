"""The Python of a switch, played by Jython: jython on_jython.py SCRIPT.

Jython is Python 2.7 without fork, unix sockets, statvfs, fcntl, descriptors of sockets and, as
Debian has it, TLS. What the bootstrap script does with these is replaced; all else runs as it
is."""

from __future__ import unicode_literals

import httplib
import os
import socket
import sys
import types


class NoLog(object):
    """In place of the local syslog."""

    def __init__(self, *_arguments):
        pass

    def write(self, level, line):
        pass


class NoWatchdog(object):
    """In place of what cuts slow connections."""

    bit = False

    def __init__(self, *_arguments):
        pass

    def feed(self):
        pass

    def stop(self):
        pass

    def explain(self, error):
        return error


class Here(object):
    """In place of the process of its own that an action has."""

    def __init__(self, *_arguments):
        self.progress = lambda *_values: None

    def run(self, main, _timeout):
        main()


def load(path):
    """The bootstrap script as a module that has not begun."""
    socket.AF_UNIX = None
    httplib.HTTPSConnection = None
    sys.modules.setdefault(str('fcntl'), types.ModuleType(str('fcntl')))
    module = types.ModuleType(str('bootstrap'))
    module.__file__ = path
    with open(path, 'rb') as source:
        exec(compile(source.read(), path, str('exec'), 0, True), module.__dict__)
    module.Syslog = NoLog
    module.Watchdog = NoWatchdog
    module.ActionProcess = Here
    module.Flash.free_bytes = lambda self, path: 1 << 40
    return module


if __name__ == '__main__':
    sys.exit(load(sys.argv[1]).Bootstrap(os.environ, False).run())
