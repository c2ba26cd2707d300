"""Servers that a test starts: child processes on a free loopback port, with their own folder."""

from __future__ import unicode_literals

import os
import random
import shutil
import socket
import subprocess
import tempfile
import time

READY_SECONDS = 60


def free_port(kind=socket.SOCK_STREAM):
    """A port of the loopback that nobody uses at this moment: below those that the kernel gives to
    whoever asks for any, or one of them could take it before the server does."""
    while True:
        port = random.randrange(15000, 32000)
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(('127.0.0.1', port))
                return port
            except OSError:
                continue


class Service(object):
    """Use it in a `with`, or `close` it: its process ends and its folder goes."""

    def __init__(self, kind=socket.SOCK_STREAM):
        self.port = free_port(kind)
        self.address = '127.0.0.1:%d' % self.port
        self.folder = tempfile.mkdtemp(prefix='ztps-service-')
        self._process = None

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self.close()

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, content):
        """Puts a file into its folder. Returns the path."""
        with open(self.path(name), 'w', encoding='utf-8') as output:
            output.write(content)
        return self.path(name)

    def read(self, name):
        """A file of its folder, '' as long as there is none."""
        try:
            # Its end may be half a character, as long as somebody writes.
            with open(self.path(name), encoding='utf-8', errors='replace') as source:
                return source.read()
        except FileNotFoundError:
            return ''

    def prepare(self, command):
        """Runs a program to its end, in its folder."""
        done = subprocess.run(command, cwd=self.folder, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode:
            raise AssertionError('%s:\n%s' % (command, done.stdout.decode('utf-8', 'replace')))

    def start(self, command, is_ready, **environment):
        """Starts it, and waits until it serves."""
        with open(self.path('output'), 'wb') as output:
            self._process = subprocess.Popen(
                command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                env=dict(os.environ, HOME=self.folder, **environment))
        self.wait_until(is_ready)

    def wait_until(self, condition):
        """Fails with what the server said when it ends before, or when it takes too long."""
        end = time.time() + READY_SECONDS
        while not condition():
            if self._process.poll() is not None or time.time() > end:
                raise AssertionError('%s, exit status %s:\n%s' % (
                    self._process.args[0], self._process.poll(), self.read('output')))
            time.sleep(0.02)

    def accepts_connections(self):
        try:
            socket.create_connection(('127.0.0.1', self.port), 1).close()
            return True
        except OSError:
            return False

    def close(self):
        if self._process:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        shutil.rmtree(self.folder)
