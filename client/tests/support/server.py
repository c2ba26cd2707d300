"""A scripted ZTP server: good by default, as bad as a test wants it."""

from __future__ import unicode_literals

import hashlib
import json
import os
import re
import socket
import socketserver
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler
from urllib.parse import unquote, urlsplit

CLIENT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Reply(object):
    """An answer as it should be, or one with the wrong status, type or headers."""

    def __init__(self, status=200, content_type='text/plain', body=b'', headers=None):
        self.status = status
        self.content_type = content_type
        self.body = body if isinstance(body, bytes) else body.encode('utf-8')
        self.headers = headers or {}

    def send(self, handler):
        self.send_head(handler)
        handler.wfile.write(self.body)

    def send_head(self, handler):
        handler.send_response(self.status)
        headers = dict({'Content-Type': self.content_type,
                        'Content-Length': str(len(self.body))}, **self.headers)
        for name, value in headers.items():
            if value is not None:
                handler.send_header(name, value)
        handler.end_headers()


def html(status, reason):
    return Reply(status, 'text/html; charset=UTF-8', '<html><body>%s</body></html>' % reason)


def json_of(value, status=200):
    return Reply(status, 'application/json', json.dumps(value))


class Cut(object):
    """Another answer, cut off after so many bytes of the body."""

    def __init__(self, reply, after):
        self._reply = reply
        self._after = after

    def send(self, handler):
        self._reply.send_head(handler)
        handler.wfile.write(self._reply.body[:self._after])
        handler.close_connection = True


class Drip(object):
    """Another answer, a byte at a time, so slowly that no single wait is long."""

    def __init__(self, reply, pause=0.05):
        self._reply = reply
        self._pause = pause

    def send(self, handler):
        self._reply.send_head(handler)
        for index in range(len(self._reply.body)):
            if handler.server.closing.wait(self._pause):
                return
            handler.wfile.write(self._reply.body[index:index + 1])


class Hang(object):
    """No answer at all, until the client or the test has had enough."""

    def send(self, handler):
        handler.server.closing.wait(30)
        handler.close_connection = True


class Hangup(object):
    """The connection is closed without a byte."""

    def send(self, handler):
        handler.close_connection = True


class File(object):
    """A file, with ETag and ranges. cuts: after how many bytes each request is cut off, in
    order; those after them are not."""

    def __init__(self, body, cuts=(), ranges=True, content_type='text/plain; charset=UTF-8'):
        self.body = body if isinstance(body, bytes) else body.encode('utf-8')
        self._cuts = list(cuts)
        self._ranges = ranges
        self._type = content_type

    def send(self, handler):
        etag = '"%s"' % hashlib.md5(self.body).hexdigest()
        reply = Reply(200, self._type, self.body, {'ETag': etag})
        match = re.match(r'bytes=(\d+)-$', handler.headers.get('Range', ''))
        if match and self._ranges and handler.headers.get('If-Range', etag) == etag:
            start = int(match.group(1))
            if start >= len(self.body):
                Reply(416, self._type).send(handler)
                return
            reply = Reply(206, self._type, self.body[start:], {
                'ETag': etag,
                'Content-Range': 'bytes %d-%d/%d' % (start, len(self.body) - 1, len(self.body))})
        if self._cuts:
            Cut(reply, self._cuts.pop(0)).send(handler)
        else:
            reply.send(handler)


class Handler(BaseHTTPRequestHandler):
    def handle_any(self):
        length = int(self.headers.get('Content-Length') or 0)
        body = self.rfile.read(length)
        scripted = self.server.scripted
        path = unquote(urlsplit(self.path).path)
        prefix = scripted.prefix
        if prefix and path.startswith(prefix + '/'):
            path = path[len(prefix):]
        scripted.note(self.command, path, self.headers, body)
        try:
            scripted.behaviour(self.command, path).send(self)
            self.wfile.flush()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    do_GET = do_POST = do_PUT = handle_any

    def log_message(self, *_arguments):
        """The test's output is for the test."""


class Listener(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def handle_error(self, _request, _client):
        """A client that leaves in the middle is no news."""


class ScriptedServer(object):
    """Serves one node a definition; use it in a `with`.

    script: {(METHOD, PATH): behaviour or list of them}, beats everything else; of a list the
    first is used up by each request, the last stays.
    certificate: (path of a certificate, path of its key): speaks TLS."""

    def __init__(self, actions=(), files=None, sources=None, config=None, script=None,
                 definition=None, prefix='', known=False, certificate=None):
        self.prefix = prefix
        self.config = config or {'logging': [], 'xmpp': {}}
        self.definition = definition or {'name': 'test', 'actions': list(actions)}
        self.files = dict((name, body if hasattr(body, 'send') else File(body))
                          for name, body in (files or {}).items())
        self.sources = sources or {}
        self.script = script or {}
        self.known = known
        self.requests = []
        self.node = {}
        self.node_id = None
        self._lock = threading.Lock()
        self._listener = Listener(('127.0.0.1', 0), Handler)
        self._listener.scripted = self
        self._listener.closing = threading.Event()
        self.url = '%s://127.0.0.1:%d%s' % ('https' if certificate else 'http',
                                            self._listener.server_address[1], prefix)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self._listener.socket = context.wrap_socket(self._listener.socket, server_side=True)
        thread = threading.Thread(target=self._listener.serve_forever, args=(0.05,))
        thread.daemon = True
        thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self._listener.closing.set()
        self._listener.shutdown()
        self._listener.server_close()

    def note(self, method, path, headers, body):
        with self._lock:
            self.requests.append((method, path, headers, body))

    def asked(self, method=None):
        """The paths that were asked for, in order; reports of progress left out."""
        return ['%s %s' % (verb, path) for verb, path, _headers, _body in self.requests
                if not path.endswith('/events') and method in (None, verb)]

    def events(self):
        """The reports of progress, in order."""
        return [json.loads(body.decode('utf-8')) for _verb, path, _headers, body in self.requests
                if path.endswith('/events')]

    def bootstrap(self):
        """The script as this server would send it."""
        with open(os.path.join(CLIENT, 'bootstrap'), 'rb') as source:
            return re.sub(br'\$\{SERVER\}|\$SERVER(?![A-Za-z0-9_])', self.url.encode('ascii'),
                          source.read())

    def behaviour(self, method, path):
        with self._lock:
            scripted = self.script.get((method, path))
            if isinstance(scripted, list):
                scripted = scripted.pop(0) if len(scripted) > 1 else scripted[0]
        return scripted or self._good(method, path)

    def _good(self, method, path):
        if (method, path) == ('GET', '/bootstrap'):
            return Reply(200, 'text/x-python; charset=UTF-8', self.bootstrap())
        if (method, path) == ('GET', '/bootstrap/config'):
            return json_of(self.config)
        if (method, path) == ('POST', '/nodes'):
            return self._register()
        if method == 'POST' and path.endswith('/events'):
            return Reply(204, None)
        if path.startswith('/nodes/') and path.count('/') == 2:
            return json_of(self.definition)
        if path.startswith('/actions/'):
            return self._action(path[len('/actions/'):])
        if path.startswith('/meta/'):
            return self._meta(path[len('/meta/'):])
        if path.startswith('/'):
            found = self.files.get(path[1:])
            if found:
                return found
        return html(404, 'not found')

    def _register(self):
        self.node = json.loads(self.requests_body('/nodes').decode('utf-8'))
        self.node_id = self.node.get('serialnumber') or self.node['systemmac'].replace(':', '')
        return Reply(409 if self.known else 201, 'text/html', b'',
                     {'Location': '%s/nodes/%s' % (self.url, self.node_id)})

    def requests_body(self, wanted):
        return [body for _verb, path, _headers, body in self.requests if path == wanted][-1]

    def _action(self, name):
        source = self.sources.get(name)
        path = os.path.join(CLIENT, 'actions', name)
        if source is None and os.path.isfile(path):
            with open(path, 'rb') as own:
                source = own.read()
        if source is None:
            return html(404, 'no such action')
        return Reply(200, 'text/x-python; charset=UTF-8', source)

    def _meta(self, path):
        found = self.files.get(path)
        if not found:
            return html(404, 'not found')
        return json_of({'size': len(found.body),
                        'sha1': hashlib.sha1(found.body).hexdigest(),
                        'sha256': hashlib.sha256(found.body).hexdigest()})


# Bound and never listening: nobody else gets their ports, and who connects is refused.
CLOSED = []


def closed_port():
    """The address of a port of this machine where nobody listens, now and later."""
    CLOSED.append(socket.socket())
    CLOSED[-1].bind(('127.0.0.1', 0))
    return 'http://127.0.0.1:%d' % CLOSED[-1].getsockname()[1]


def wait_for(condition, seconds=60):
    """Until the condition holds; an AssertionError after so long."""
    end = time.time() + seconds
    while not condition():
        if time.time() > end:
            raise AssertionError('waited in vain')
        time.sleep(0.01)
