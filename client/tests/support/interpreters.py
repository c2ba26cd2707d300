"""The Pythons of this machine that a switch could have: 2.7 and 3.6 and later."""

from __future__ import unicode_literals

import glob
import os
import shutil
import subprocess
import sys

WHO = 'import sys; print("%d %d" % sys.version_info[:2]); print(sys.executable)'


def candidates():
    """Paths of everything that may be a Python: on the PATH, and where pyenv keeps its own."""
    names = ['python2.7', 'python3', 'python'] + ['python3.%d' % minor for minor in range(6, 20)]
    paths = [sys.executable] + [shutil.which(name) for name in names]
    pyenv = os.environ.get('PYENV_ROOT') or os.path.expanduser('~/.pyenv')
    paths += sorted(glob.glob(os.path.join(pyenv, 'versions', '*', 'bin', 'python')))
    return [path for path in paths if path]


def examine(path):
    """((major, minor), path) of a Python, its own path for a shim; None for what does not run."""
    try:
        words = subprocess.check_output(
            [path, '-c', WHO], stderr=subprocess.DEVNULL).decode('utf-8').split(None, 2)
        return (int(words[0]), int(words[1])), words[2].strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def find():
    """One path for each version, oldest first: [('2.7', PATH), …]."""
    found = {}
    for version, path in filter(None, map(examine, candidates())):
        if version == (2, 7) or version >= (3, 6):
            found.setdefault(version, path)
    return [('%d.%d' % version, found[version]) for version in sorted(found)]


def report():
    """The lines of the test report that name them."""
    lines = ['Python %s: %s' % pair for pair in ALL]
    if not HAS_PYTHON2:
        lines.append('Python 2.7: none, so Jython compiles everything and runs what it can')
    return '\n'.join(lines) + '\n'


ALL = find()
EXTREMES = ALL[:1] + ALL[1:][-1:]
HAS_PYTHON2 = ALL[0][0] == '2.7'

sys.stderr.write(report())
