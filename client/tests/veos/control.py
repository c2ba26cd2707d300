"""Where the FastCli program reaches the virtual switch that it belongs to."""

from __future__ import unicode_literals

import json
import socketserver
import threading

from veos.cli import CliError


class ControlHandler(socketserver.StreamRequestHandler):
    def handle(self):
        commands = json.loads(self.rfile.readline().decode('utf-8'))
        self.wfile.write(json.dumps(typed(self.server.cli, commands)).encode('utf-8'))


def typed(cli, commands):
    """What FastCli prints and its exit status."""
    if cli.faults.get('fastcli'):
        return {'out': cli.faults['fastcli'], 'code': 1}
    session = cli.session()
    session.run('enable')
    out = ''
    for command in commands:
        try:
            out += session.run(command)[1]
        except CliError as error:
            return {'out': out + '%% %s\n' % error, 'code': 0}  # EOS exits with 0 all the same
    return {'out': out, 'code': 0}


class ControlServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True

    def __init__(self, path, cli):
        socketserver.UnixStreamServer.__init__(self, path, ControlHandler)
        self.cli = cli
        thread = threading.Thread(target=self.serve_forever, args=(0.05,))
        thread.daemon = True
        thread.start()

    def close(self):
        self.shutdown()
        self.server_close()
