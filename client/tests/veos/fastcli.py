"""The program that a virtual switch has on its PATH as FastCli.

Types commands at the switch's command line: FastCli -p 15 -A -c COMMANDS, one a line.
"""

from __future__ import print_function, unicode_literals

import json
import socket
import sys


def main(control, arguments):
    if arguments[:4] != ['-p', '15', '-A', '-c']:
        sys.exit('usage: FastCli -p 15 -A -c COMMANDS')
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.connect(control)
    connection.sendall(json.dumps(arguments[4].split('\n')).encode('utf-8') + b'\n')
    answer = json.loads(connection.makefile('rb').read().decode('utf-8'))
    sys.stdout.write(answer['out'])
    sys.exit(answer['code'])


if __name__ == '__main__':
    main(sys.argv[1], sys.argv[2:])
