"""The Pythons of this machine that a switch could have: 2.7 and 3.6 and later."""

from __future__ import unicode_literals

import glob
import os
import shutil
import subprocess
import sys


def candidates():
    """Paths of everything that may be a Python: on the PATH, and where pyenv keeps its own."""
    names = ['python2.7', 'python3', 'python'] + ['python3.%d' % minor for minor in range(6, 20)]
    paths = [sys.executable] + [shutil.which(name) for name in names]
    if shutil.which('pyenv'):
        root = subprocess.check_output(['pyenv', 'root']).decode('utf-8').strip()
        paths += sorted(glob.glob(os.path.join(root, 'versions', '*', 'bin', 'python')))
    return [path for path in paths if path]


def version_of(path):
    """(major, minor) of a Python, or None for something that does not run."""
    try:
        words = subprocess.check_output(
            [path, '-c', 'import sys; print("%d %d" % sys.version_info[:2])'],
            stderr=subprocess.DEVNULL).decode('ascii')
        return tuple(int(word) for word in words.split())
    except (OSError, subprocess.CalledProcessError):
        return None


def find():
    """One path for each version, oldest first: [('2.7', PATH), …]."""
    found = {}
    for path in candidates():
        version = version_of(path)
        if version == (2, 7) or (version and version >= (3, 6)):
            found.setdefault(version, path)
    return [('%d.%d' % version, found[version]) for version in sorted(found)]


ALL = find()
EXTREMES = ALL[:1] + ALL[1:][-1:]
