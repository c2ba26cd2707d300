"""FastCli: the program, and where it reaches the virtual switch that it belongs to."""

from __future__ import unicode_literals

import socketserver
import threading

from veos.cli import CliError

# FastCli -p 15 [-A] -c COMMANDS, one a line. Bash, as it starts in no time: a run calls it often.
PROGRAM = """#!/bin/bash
while getopts p:Ac: option; do
    case $option in
        p) privilege=$OPTARG ;;
        c) commands=$OPTARG ;;
    esac
done
if [ "$privilege" != 15 ] || [ -z "$commands" ]; then
    echo "usage: FastCli -p 15 [-A] -c COMMANDS" >&2
    exit 2
fi
exec 3<> /dev/tcp/127.0.0.1/%d
printf '%%s\\n\\n' "$commands" >&3
read -r code <&3
cat <&3
exit "$code"
"""


class ControlHandler(socketserver.StreamRequestHandler):
    def handle(self):
        commands = []
        for line in iter(self.rfile.readline, b'\n'):
            commands.append(line.decode('utf-8').rstrip('\n'))
        code, output = typed(self.server.cli, commands)
        self.wfile.write(('%d\n%s' % (code, output)).encode('utf-8'))


def typed(cli, commands):
    """FastCli's exit status and what it prints."""
    if cli.faults.get('fastcli'):
        return 1, cli.faults['fastcli']
    session = cli.session()
    session.run('enable')
    output = ''
    for command in commands:
        try:
            output += session.run(command)[1]
        except CliError as error:
            return 0, output + '%% %s\n' % error  # EOS exits with 0 all the same
    return 0, output


class ControlServer(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True

    def __init__(self, cli):
        socketserver.TCPServer.__init__(self, ('127.0.0.1', 0), ControlHandler)
        self.cli = cli
        thread = threading.Thread(target=self.serve_forever, args=(0.05,))
        thread.daemon = True
        thread.start()

    def program(self):
        """The text of FastCli for this switch."""
        return PROGRAM % self.server_address[1]

    def close(self):
        self.shutdown()
        self.server_close()
