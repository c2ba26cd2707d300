"""Where there is no CPython 2.7: Debian's Jython is one, but for what it does not have."""

from __future__ import unicode_literals

import os
import subprocess
import unittest

from support import debian, interpreters
from support.server import CLIENT
from support.stage import QUICK, Scenario
from veos.identity import Identity

ON_JYTHON = os.path.join(CLIENT, 'tests', 'support', 'on_jython.py')
COMPILE = ('import sys\nfor path in sys.argv[1:]:\n'
           '    with open(path, "rb") as source:\n'
           '        compile(source.read(), path, "exec")\n')
# Switches of its time had eAPI over HTTP.
OLD = Identity(version='4.14.5F')
FILES = {'files/config': 'hostname $name\n', 'files/motd': 'mötd', 'files/image': 'image',
         'files/commands': 'show version\ncopy flash:motd flash:copy-of-$name\n',
         'files/script': '#!/bin/sh\necho $name > "$$ZTPS_FLASH/from-script"\n',
         'files/plugin.py': 'pass\n', 'files/extension.rpm': 'rpm'}
NAMED = {'name': 'leäf-1'}
ACTIONS = [
    {'action': name, 'attributes': attributes} for name, attributes in [
        ('add_config', {'url': 'files/config', 'variables': NAMED, 'substitution_mode': 'strict'}),
        ('copy_file', {'src_url': 'files/motd', 'dst_url': '/mnt/flash', 'mode': '0640'}),
        ('install_image', {'url': 'files/image', 'version': '4.15.0F'}),
        ('install_extension', {'url': 'files/extension.rpm', 'force': True}),
        ('install_cli_plugin', {'url': 'files/plugin.py'}),
        ('run_bash_script', {'url': 'files/script', 'variables': NAMED}),
        ('run_cli_commands', {'url': 'files/commands', 'variables': NAMED}),
        ('template', {'greeting': 'hällo'})]]


def load_tests(_loader, tests, _pattern):
    """None of them where CPython 2.7 runs everything."""
    return unittest.TestSuite() if interpreters.HAS_PYTHON2 else tests


class TestJython(Scenario):

    @classmethod
    def setUpClass(cls):
        cls.jython = debian.program('jython', 'jython')
        cls.switch_python = '%s %s' % (cls.jython, ON_JYTHON)

    def test_compiles_everything(self):
        actions = os.path.join(CLIENT, 'actions')
        paths = [os.path.join(CLIENT, 'bootstrap')] + [
            os.path.join(actions, name) for name in os.listdir(actions)]
        done = subprocess.run([self.jython, '-c', COMPILE] + paths, stderr=subprocess.PIPE)
        self.assertEqual((0, b''), (done.returncode, done.stderr))

    def test_runs_the_script_and_its_actions(self):
        outcome = self.play(self.switch_python, ACTIONS, files=dict(FILES), identity=OLD,
                            environment=QUICK)
        self.assert_provisioned(outcome)
        self.assertEqual('hostname leäf-1\n', outcome.content['startup-config'])
        self.assertEqual('mötd', outcome.content['motd'])
        self.assertEqual('mötd', outcome.content['copy-of-leäf-1'])
        self.assertEqual('leäf-1\n', outcome.content['from-script'])
        self.assertEqual('SWI=flash:/EOS-4.15.0F.swi\n', outcome.content['boot-config'])
        self.assertEqual('extension.rpm force\n', outcome.content['boot-extensions'])
        self.assertIn('hällo from DCS-7050TX-64-R', outcome.run.out)

    def test_fails_for_the_same_reasons(self):
        outcome = self.play(self.switch_python, [ACTIONS[0], {'action': 'nowhere'}],
                            files=dict(FILES), identity=OLD, environment=QUICK)
        self.assert_failed(outcome, 'action not found on server (status=404)')
        self.assertEqual([], outcome.files)


if __name__ == '__main__':
    unittest.main()
