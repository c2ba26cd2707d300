"""Real servers and modules from Debian's packages, for the tests that need them."""

from __future__ import unicode_literals

import contextlib
import os
import shutil
import subprocess
import threading

# The only Python that Debian's modules are for.
PYTHON3 = '/usr/bin/python3'

PATH = os.environ.get('PATH', '') + ':/usr/local/sbin:/usr/sbin:/sbin'
POLICY = '/usr/sbin/policy-rc.d'
APT = ['apt-get', '-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3', '-q', '-y']

LOCK = threading.Lock()


class Missing(AssertionError):
    """What a test needs is not there, and cannot be installed: the test fails and says so."""


def program(name, package):
    """The path of a program, its package installed if it has to be. Raises Missing."""
    return provided(package, 'the program %s' % name, lambda: shutil.which(name, path=PATH))


def module(name, package):
    """The Python that has a module of Debian's. Raises Missing."""
    def interpreter():
        return PYTHON3 if os.path.exists(PYTHON3) and subprocess.call(
            [PYTHON3, '-c', 'import ' + name],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0 else None
    return provided(package, '%s of %s' % (name, PYTHON3), interpreter)


def provided(package, what, find):
    """What `find` finds, before or after the package is installed."""
    with LOCK:
        found = find()
        if found:
            return found
        obstacle = obstacle_to_installing()
        if obstacle:
            raise Missing('%s is missing, and %s. Do: apt-get install %s'
                          % (what, obstacle, package))
        install(package)
        found = find()
        if not found:
            raise Missing('%s is missing, although %s is installed' % (what, package))
        return found


def obstacle_to_installing():
    """Why packages cannot be installed here, or None."""
    if not os.path.exists('/etc/debian_version') or not shutil.which('apt-get', path=PATH):
        return 'this is not Debian'
    return None if os.geteuid() == 0 else 'only root may install it'


def install(package):
    """Installs a package, none of whose services is started. Raises Missing."""
    with services_stay_down():
        for arguments in (['update'], ['install', '--no-install-recommends', package]):
            done = subprocess.run(
                APT + arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=dict(os.environ, PATH=PATH, DEBIAN_FRONTEND='noninteractive'))
            if done.returncode:
                raise Missing('apt-get %s failed:\n%s' % (
                    ' '.join(arguments), done.stdout.decode('utf-8', 'replace')))


@contextlib.contextmanager
def services_stay_down():
    """Debian asks policy-rc.d before it starts a service; where somebody has one it stays."""
    try:
        descriptor = os.open(POLICY, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o755)
    except FileExistsError:
        yield
        return
    try:
        os.write(descriptor, b'#!/bin/sh\nexit 101\n')
        os.close(descriptor)
        yield
    finally:
        os.remove(POLICY)
