"""A service manager's ear: writes each message that arrives at a datagram socket as a line.

notified.py PATH
"""
import array
import os
import socket
import sys

ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
ear.bind(sys.argv[1])
print('listening', flush=True)
while True:
    text, ancillary, _, _ = ear.recvmsg(65536, socket.CMSG_SPACE(64))
    for level, kind, data in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            # BARRIER=1 comes with a descriptor: it is closed when all before it was heard.
            for descriptor in array.array('i', data[:len(data) - len(data) % 4]):
                os.close(descriptor)
    print(text.decode().replace('\n', ' '), flush=True)
