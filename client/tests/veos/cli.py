"""The command line of a virtual switch: modes, commands, the words of EOS."""

from __future__ import unicode_literals

import os
import re
import shutil
import subprocess
import threading


class CliError(Exception):
    """A command that EOS refuses, in its words."""


class Cli(object):
    """What the switch's commands do; FastCli and eAPI are two ways to type them.

    faults: a dict of what goes wrong: `never_runs` (eAPI does not come up), `fastcli` (words that
    FastCli prints before it exits with status 1), `polls` (how often `show management api` must
    be asked before it says running), `refused` (commands that are not accepted)."""

    def __init__(self, identity, flash, faults):
        self.identity = identity
        self.flash = flash
        self.faults = faults
        self.history = []
        self.users = {}
        self.api = {'shutdown': True, 'unix-socket': False, 'http': False, 'https': True}
        self.when_api_changes = lambda: None
        self._polls = faults.get('polls', 0)
        self._lock = threading.Lock()

    def session(self):
        return Session(self)

    def api_runs(self, protocol):
        return not self.api['shutdown'] and self.api[protocol]

    def execute(self, mode, command):
        """(JSON result, text output) of a command. Raises CliError."""
        with self._lock:
            self.history.append(command)
            if command in self.faults.get('refused', ()):
                raise CliError("Invalid input (at token 1: '%s')" % command.split()[-1])
            if mode == 'enable':
                return self._enable(command)
            self._configure(mode, command)
            return {}, ''

    def _enable(self, command):
        command, _, filters = command.partition(' | ')
        if filters:
            return None, filtered(self._enable(command)[1], filters)
        if command in ('show version', 'show ver'):
            return self.identity.show_version(), self.identity.show_version_text()
        if command == 'show lldp neighbors':
            return self.identity.show_lldp_neighbors(), 'Port Neighbor Device ID\n'
        if command == 'show management api http-commands':
            return None, self._show_api()
        if command.startswith('install source flash:'):
            return self._install(command[len('install source flash:'):].lstrip('/'))
        if command.startswith('copy flash:'):
            return self._copy(*command.split()[1:])
        if command == 'write memory':
            with open(os.path.join(self.flash, 'startup-config'), 'w') as output:
                output.write('! written from the running configuration\n')
            return {}, 'Copy completed successfully.\n'
        raise CliError("Invalid input (at token 0: '%s')" % command.split()[0])

    def _show_api(self):
        self._polls -= 1
        up = self._polls < 0 and not self.faults.get('never_runs')
        lines = ['Enabled:            %s' % ('No' if self.api['shutdown'] else 'Yes')]
        for name, title in (('https', 'HTTPS server:'), ('http', 'HTTP server:'),
                            ('unix-socket', 'Unix Socket server:')):
            state = 'running' if up and self.api_runs(name) else 'shutdown'
            lines.append('%-20s%s, set to use port 80' % (title, state))
        return '\n'.join(lines) + '\n'

    def _copy(self, source, target):
        names = [os.path.join(self.flash, name.replace('flash:', '').lstrip('/'))
                 for name in (source, target)]
        if not os.path.isfile(names[0]):
            raise CliError('Error copying %s to %s: no such file' % (source, target))
        shutil.copyfile(*names)
        return {}, 'Copy completed successfully.\n'

    def _install(self, name):
        if not os.path.isfile(os.path.join(self.flash, name)):
            raise CliError('Error: file not found flash:/%s' % name)
        with open(os.path.join(self.flash, 'boot-config'), 'w') as output:
            output.write('SWI=flash:/%s\n' % name)
        return {}, 'Installation succeeded.\n'

    def _configure(self, mode, command):
        words = command.split()
        if mode == 'api':
            on = words[0] != 'no'
            name = words[-1]
            if name != 'shutdown' and self.identity.is_old() and name == 'unix-socket':
                raise CliError("Invalid input (at token 1: 'unix-socket')")
            self.api[name] = on
            self.when_api_changes()
        elif words[:1] == ['username'] and 'secret' in words:
            self.users[words[1]] = words[words.index('secret') + 1]


def filtered(output, filters):
    """Output behind a pipe: EOS's own `include`, else a pipe of bash."""
    if filters.startswith('include '):
        lines = output.splitlines(True)
        return ''.join(line for line in lines if re.search(filters[len('include '):], line))
    done = subprocess.run(['/bin/bash', '-c', filters], input=output.encode('utf-8'),
                          stdout=subprocess.PIPE)
    return done.stdout.decode('utf-8')


class Session(object):
    """One login: commands may change the mode that the next one is read in."""

    def __init__(self, cli):
        self._cli = cli
        self._mode = 'exec'

    def run(self, command):
        """(JSON result, text output). Raises CliError."""
        command = ' '.join(command.split())
        modes = {'enable': 'enable', 'configure': 'config', 'configure terminal': 'config',
                 'management api http-commands': 'api', 'end': 'enable', 'exit': 'enable'}
        if command in modes:
            self._cli.history.append(command)
            self._mode = modes[command]
            return {}, ''
        if self._mode == 'exec' and command.startswith('install'):
            raise CliError('privileged mode required')
        return self._cli.execute('enable' if self._mode == 'exec' else self._mode, command)
