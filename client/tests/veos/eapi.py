"""eAPI of a virtual switch: JSON-RPC 2.0 over a unix socket and over HTTP."""

from __future__ import unicode_literals

import base64
import json
import socket
import socketserver
import threading
from http.server import BaseHTTPRequestHandler

from veos.cli import CliError


class EapiHandler(BaseHTTPRequestHandler):
    """One POST /command-api. The server has `cli`, `login_needed`, `breaks` (how many
    connections to break before answering one)."""

    def setup(self):
        BaseHTTPRequestHandler.setup(self)
        self.client_address = ('localhost', 0)

    def do_POST(self):  # the name is http.server's
        body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
        if self.server.breaks > 0:
            self.server.breaks -= 1
            self.close_connection = True
            return
        if self.server.login_needed and not self._logged_in():
            self._send(401, 'text/plain', b'Unable to authenticate user: Bad username/password')
        elif self.path != '/command-api':
            self._send(404, 'text/plain', b'not found')
        else:
            answer = answer_to(json.loads(body.decode('utf-8')), self.server.cli)
            self._send(200, 'application/json', json.dumps(answer).encode('utf-8'))

    def _logged_in(self):
        scheme, _, value = self.headers.get('Authorization', '').partition(' ')
        if scheme != 'Basic':
            return False
        name, _, password = base64.b64decode(value).decode('utf-8').partition(':')
        return self.server.cli.users.get(name) == password

    def _send(self, status, kind, body):
        self.send_response(status)
        self.send_header('Content-Type', kind)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments):
        """The test's output is for the test."""


def answer_to(call, cli):
    """The JSON-RPC answer to runCmds."""
    parameters = call['params']
    session = cli.session()
    results = []
    commands = parameters['cmds']
    for index, command in enumerate(commands):
        line = command['cmd'] if isinstance(command, dict) else command
        try:
            value, output = session.run(line)
        except CliError as error:
            return failure(call, 1002, index, commands, line, 'invalid command',
                           results + [{'errors': ['%s' % error]}])
        if parameters.get('format') == 'text':
            results.append({'output': output})
        elif value is None:
            return failure(call, 1003, index, commands, line, 'unconverted command',
                           results + [{'errors': ['This is an unconverted command']}])
        else:
            results.append(value)
    return {'jsonrpc': '2.0', 'id': call['id'], 'result': results}


def failure(call, code, index, commands, line, why, data):
    message = "CLI command %d of %d '%s' failed: %s" % (index + 1, len(commands), line, why)
    return {'jsonrpc': '2.0', 'id': call['id'],
            'error': {'code': code, 'message': message, 'data': data}}


class UnixServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    login_needed = False


class HttpServer(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    login_needed = True


class EapiService(object):
    """Starts a server once the command line has enabled its protocol."""

    def __init__(self, cli, socket_path, faults):
        self._cli = cli
        self._socket_path = socket_path
        self._faults = faults
        self._servers = {}
        self._http = HttpServer(('127.0.0.1', 0), EapiHandler, bind_and_activate=False)
        self._http.server_bind()  # bound, not listening: connections are refused until enabled
        self.http_url = 'http://127.0.0.1:%d/command-api' % self._http.server_address[1]
        self.unix_url = 'unix:' + socket_path
        cli.when_api_changes = self._update

    def _update(self):
        if self._cli.api_runs('unix-socket') and 'unix-socket' not in self._servers:
            self._start('unix-socket', UnixServer(self._socket_path, EapiHandler))
        if self._cli.api_runs('http') and 'http' not in self._servers:
            self._http.server_activate()
            self._start('http', self._http)

    def _start(self, protocol, server):
        server.cli = self._cli
        server.breaks = self._faults.get('breaks', 0)
        self._servers[protocol] = server
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.daemon = True
        thread.start()

    def close(self):
        for server in self._servers.values():
            server.shutdown()
            server.server_close()
        if 'http' not in self._servers:
            self._http.server_close()


class Datagrams(object):
    """A unix datagram socket that remembers what it gets: the stand-in for /dev/log, or, over
    UDP, for a syslog server."""

    def __init__(self, path=None):
        self._socket = socket.socket(socket.AF_UNIX if path else socket.AF_INET,
                                     socket.SOCK_DGRAM)
        self._socket.bind(path or ('127.0.0.1', 0))
        self.address = None if path else '127.0.0.1:%d' % self._socket.getsockname()[1]
        self._received = []
        self._thread = threading.Thread(target=self._receive, daemon=True)
        self._thread.start()

    def _receive(self):
        while True:
            data = self._socket.recv(65536)
            if data == b'':
                return
            self._received.append(data.decode('utf-8'))

    def close(self):
        """Takes nothing more."""
        if self._thread.is_alive():
            with socket.socket(self._socket.family, socket.SOCK_DGRAM) as last:
                last.sendto(b'', self._socket.getsockname())
            self._thread.join()
            self._socket.close()

    def lines(self):
        """All that was received until now, oldest first, as text. Takes nothing more."""
        self.close()
        return list(self._received)
