"""A virtual switch: a folder that is its world, its services, and its ZTP."""

from __future__ import unicode_literals

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import urllib.request

from veos.cli import Cli
from veos.control import ControlServer
from veos.eapi import Datagrams, EapiService
from veos.events import triggered
from veos.identity import Identity
from veos import seal

# A process that another thread starts while a program is being written holds it open for writing
# until it executes its own, and the kernel runs no program that is open for writing.
PROGRAMS = threading.Lock()

# Programs of EOS that a test must not run for real: they note how they were called.
NOTING = """#!/bin/sh
echo "$(basename "$0") $*" >> '%s'
"""

# Every VRF of this switch has the network of the machine: `ip netns exec NAMESPACE COMMAND`.
IP = """#!/bin/sh
[ "$1 $2" = "netns exec" ] || exit 1
shift 3
exec "$@"
"""


class Run(object):
    """How a script ended: exit status, standard output and error as text, its last line."""

    def __init__(self, code, out, err):
        self.code = code
        self.out = out
        self.err = err
        self.last = (self.out.splitlines() or [''])[-1]


class Reader(object):
    """Takes what a process writes to a pipe, and shows each line as it comes."""

    def __init__(self, pipe, show=lambda line: None):
        self._pipe = pipe
        self._show = show
        self._lines = []
        self._thread = threading.Thread(target=self._read)
        self._thread.daemon = True
        self._thread.start()

    def _read(self):
        for line in self._pipe:
            self._lines.append(line)
            self._show(line.decode('utf-8', 'replace').rstrip('\n'))

    def text(self):
        """All of it; waits for the end. Raises UnicodeDecodeError where it is no UTF-8."""
        self._thread.join()
        self._pipe.close()
        return b''.join(self._lines).decode('utf-8')


class VirtualSwitch(object):
    """Use it in a `with`: leaving ends its services and removes its world.

    interpreter: the Python that the script finds as `python`.
    flash_bytes: flash becomes a tmpfs of that size (needs root).
    faults: see veos.cli.Cli, and `breaks`: how many eAPI connections break unanswered.
    sealed: the script finds everything where a switch has it, see veos.seal; otherwise ZTPS_*
    variables tell it, and an action that writes to /etc writes to this machine's.

    `console` may be set: a function that is called with each line as the script prints it."""

    def __init__(self, interpreter=sys.executable, identity=None, flash_bytes=None, faults=None,
                 sealed=False):
        self.identity = identity or Identity()
        self.sealed = sealed
        self.root = tempfile.mkdtemp(prefix='veos-', dir=seal.ELSEWHERE if sealed else None)
        self._faults = dict(faults or {})
        self._interpreter = interpreter
        self._mounted = False
        self.environment_extras = {}
        self.console = lambda line: None
        for folder in ('flash', 'tmp', 'bin', 'persist', 'run'):
            os.mkdir(self.path(folder))
        self.flash = self.path('flash')
        if flash_bytes:
            self._call(['mount', '-t', 'tmpfs', '-o', 'size=%d' % flash_bytes, 'veos',
                        self.flash])
            self._mounted = True
        self.syslog = Datagrams(self.path('log'))
        self.power_on()

    def power_on(self):
        """A fresh boot: nothing but flash survives."""
        self.cli = Cli(self.identity, self.flash, self._faults)
        self.eapi = EapiService(self.cli, self.path('run', 'command-api.sock'), self._faults)
        self._control = ControlServer(self.cli)
        self._install_programs()

    def power_off(self):
        """Ends what runs; the temporary folder and the sockets are gone."""
        self.eapi.close()
        self._control.close()
        if os.path.exists(self.path('run', 'command-api.sock')):
            os.remove(self.path('run', 'command-api.sock'))
        shutil.rmtree(self.path('tmp'))
        os.mkdir(self.path('tmp'))
        for layer in ('upper', 'work', 'seen'):
            shutil.rmtree(self.path(layer), ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self.power_off()
        self.syslog.close()
        if self._mounted:
            self._call(['umount', self.flash])
        shutil.rmtree(self.root)

    def _call(self, command):
        with PROGRAMS:
            subprocess.check_call(command, env={'PATH': self.search_path()}, cwd=self.root)

    def path(self, *names):
        return os.path.join(self.root, *names)

    def write(self, name, content, folder='flash'):
        """Puts a file into the world, on flash if not told otherwise."""
        path = self.path(folder, name)
        if not os.path.isdir(os.path.dirname(path)):
            os.makedirs(os.path.dirname(path))
        with open(path, 'wb') as output:
            output.write(content if isinstance(content, bytes) else content.encode('utf-8'))
        return path

    def program(self, name, content, folder='bin'):
        """Puts an executable file into the world, on the PATH if not told otherwise."""
        with PROGRAMS:
            path = self.write(name, content, folder)
            os.chmod(path, 0o755)
        return path

    def read_bytes(self, name, folder='flash'):
        with open(self.path(folder, name), 'rb') as source:
            return source.read()

    def read(self, name, folder='flash'):
        return self.read_bytes(name, folder).decode('utf-8', 'replace')

    def holds(self, name, content):
        """Whether flash has this file with exactly this in it, whatever a script does meanwhile."""
        try:
            return self.read(name) == content
        except FileNotFoundError:
            return False

    def files(self, folder='flash'):
        """Every file and folder there, sorted, relative; folders end with a slash."""
        root = self.path(folder)
        found = []
        for at, folders, files in os.walk(root):
            at = os.path.relpath(at, root)
            found += [os.path.normpath(os.path.join(at, name)) + '/' for name in folders]
            found += [os.path.normpath(os.path.join(at, name)) for name in files]
        return sorted(found)

    def noted(self):
        """The calls of useradd and the like, one a line."""
        folder = 'tmp' if self.sealed else '.'
        return self.read('calls', folder) if os.path.exists(self.path(folder, 'calls')) else ''

    def search_path(self):
        return ('/opt/veos' if self.sealed else self.path('bin')) + ':/usr/sbin:/usr/bin:/sbin:/bin'

    def environment(self, **extra):
        """What the script finds in its environment: a poor one, with no locale."""
        environment = {'PATH': self.search_path(), 'HOME': '/root', 'LANG': 'C'}
        if not self.sealed:
            environment.update(self._elsewhere())
        elif self.identity.is_old():  # port 80 of localhost is this machine's
            environment['ZTPS_EAPI_URL'] = self.eapi.http_url
        environment.update(self.environment_extras, **extra)
        return environment

    def _elsewhere(self):
        return {
            'HOME': self.root, 'TMPDIR': self.path('tmp'),
            'ZTPS_FLASH': self.flash, 'ZTPS_TMP': self.path('tmp'),
            'ZTPS_PERSIST': self.path('persist'),
            'ZTPS_SYSLOG': self.path('log'), 'ZTPS_FASTCLI': 'FastCli',
            'ZTPS_EAPI_URL': self.eapi.http_url if self.identity.is_old() else self.eapi.unix_url}

    def start_script(self, script, arguments=(), **environment):
        """Starts a script (bytes) as EOS does: a file named /tmp/zt-download, by its shebang."""
        path = self.program('zt-download', script, 'tmp')
        with PROGRAMS:
            return subprocess.Popen(self._command(path, arguments), stdin=subprocess.DEVNULL,
                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.root,
                                    env=self.environment(**environment))

    def _command(self, path, arguments):
        if not self.sealed:
            return [path] + list(arguments)
        return seal.command(self.root, ['/tmp/' + os.path.basename(path)] + list(arguments))

    def run_script(self, script, arguments=(), limit=300, **environment):
        """The Run of a script that may take `limit` seconds."""
        process = self.start_script(script, arguments, **environment)
        out = Reader(process.stdout, self.console)
        err = Reader(process.stderr)
        try:
            code = process.wait(timeout=limit)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError('still running after %d s:\n%s\n%s'
                                 % (limit, out.text(), err.text()))
        return Run(code, out.text(), err.text())

    def needs_ztp(self):
        """EOS does ZTP as long as there is no startup-config."""
        path = os.path.join(self.flash, 'startup-config')
        return not os.path.exists(path) or os.path.getsize(path) == 0

    def boot(self, url, attempts=3, limit=900, arguments=(), **environment):
        """ZTP until the switch boots with a startup-config: the Runs it took.

        url: what DHCP option 67 says. Each failed attempt starts over; after a successful one
        the switch reboots, and runs rc.eos."""
        runs = []
        while self.needs_ztp() and len(runs) < attempts:
            request = urllib.request.Request(url, headers=self.identity.headers())
            with urllib.request.urlopen(request, timeout=30) as answer:
                script = answer.read()
            runs.append(self.run_script(script, arguments, limit, **environment))
            if runs[-1].code == 0:
                self.reboot()
        return runs

    def reboot(self):
        """What a reboot leaves, and does: the image of boot-config, then rc.eos."""
        self.power_off()
        self.power_on()
        self._boot_image()
        if os.path.exists(os.path.join(self.flash, 'rc.eos')):
            rc_eos = '/mnt/flash/rc.eos' if self.sealed else os.path.join(self.flash, 'rc.eos')
            command = ['/bin/bash', rc_eos]
            self._call(seal.command(self.root, command) if self.sealed else command)

    def write_memory(self):
        """What saving the configuration of the booted switch sets off: its event-handlers.

        Returns what they print."""
        commands = triggered(self.read('startup-config'), 'on-startup-config')
        return ''.join(self._handle(command) for command in commands)

    def _handle(self, command):
        if not self.sealed:
            command = command.replace('/mnt/flash', self.flash)
        bash = ['/bin/bash', '-c', command]
        done = subprocess.run(seal.command(self.root, bash) if self.sealed else bash,
                              env=self.environment(), cwd=self.root, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.stdout.decode('utf-8')

    def _boot_image(self):
        """A boot-config that names a missing image is a switch that does not boot."""
        boot_config = os.path.join(self.flash, 'boot-config')
        if not os.path.exists(boot_config):
            return
        image = self.read('boot-config').strip().partition('=')[2]
        name = image.replace('flash:/', '').replace('flash:', '')
        if not os.path.exists(os.path.join(self.flash, name)):
            raise AssertionError('boot-config names an image that is gone: %s' % image)
        if name.startswith('EOS-') and name.endswith('.swi'):
            self.identity.version = name[len('EOS-'):-len('.swi')]

    def _install_programs(self):
        programs = {
            'FastCli': self._control.program(),
            'python': '#!/bin/sh\nexec %s "$@"\n' % self._interpreter,
            'sudo': '#!/bin/sh\nexec "$@"\n',
            'ip': IP}
        for name in ('useradd', 'usermod', 'chown'):
            programs[name] = NOTING % ('/tmp/calls' if self.sealed else self.path('calls'))
        for name, content in programs.items():
            self.program(name, content)
