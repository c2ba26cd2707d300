"""Runs the operator's Python plugins for ztpserver, which starts it and talks to it on descriptor 3.

One call at a time; the process stays and is warm for the next. Python 3.6 or later; this file is
read by any Python, so that an old one can say that it is too old.
"""
import sys

if sys.version_info < (3, 6):
    sys.exit('Python %d.%d is too old for plugins: 3.6 or later is needed' % sys.version_info[:2])

if __name__ == '__main__':
    from ztps_runner.serve import serve
    serve()
