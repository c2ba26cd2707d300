"""Starts a program as a service manager does: with sockets that listen already.

activate.py [--again] SOCKET... -- PROGRAM ARGUMENT...

SOCKET is tcp:ADDRESS:PORT, unix:PATH or, for what is no socket that listens, udp:ADDRESS:PORT. With
--again the program is started once more when it has ended, on the same sockets, until it has been
sent SIGUSR1; its process ids are written to standard output.
"""
import os
import signal
import socket
import sys

args = sys.argv[1:]
again = args[0] == '--again'
split = args.index('--')
specs, program = args[int(again):split], args[split + 1:]


def listening(spec):
    kind, rest = spec.split(':', 1)
    if kind == 'unix':
        made = socket.socket(socket.AF_UNIX)
        made.bind(rest)
    else:
        host, port = rest.rsplit(':', 1)
        family = socket.AF_INET6 if ':' in host else socket.AF_INET
        made = socket.socket(family, socket.SOCK_DGRAM if kind == 'udp' else socket.SOCK_STREAM)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, int(port)))
    if kind != 'udp':
        made.listen(512)
    return made


def become():
    # Out of the way of 3, 4, ... before they are put there.
    high = [os.dup(each.fileno()) for each in sockets]
    high = [os.dup2(each, 100 + at) for at, each in enumerate(high)]
    for at, each in enumerate(high):
        os.dup2(each, 3 + at)
        os.close(each)
    names = ':'.join('socket%d' % at for at in range(len(high)))
    own = {'LISTEN_PID': str(os.getpid()), 'LISTEN_FDS': str(len(high)), 'LISTEN_FDNAMES': names}
    os.execvpe(program[0], program, dict(os.environ, **own))


sockets = [listening(spec) for spec in specs]
if not again:
    become()

ending = []
signal.signal(signal.SIGUSR1, lambda *_: ending.append(True))
while not ending:
    child = os.fork()
    if child == 0:
        become()
    print('pid %d' % child, flush=True)
    _, status = os.waitpid(child, 0)
    if status != 0:
        sys.exit('the program ended with %d' % status)
