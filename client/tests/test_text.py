"""The files as texts: what the server, EOS and the documentation demand of them."""

from __future__ import unicode_literals

import ast
import os
import re
import subprocess
import tempfile
import unittest

from support import interpreters
from support.server import CLIENT, ScriptedServer

ACTIONS = os.path.join(CLIENT, 'actions')
SECTIONS = ['Attributes:', 'Example:', 'Fails with:', 'Dual-supervisor systems:']
TABLE = {
    'add_config': ['url', 'variables', 'substitution_mode'],
    'replace_config': ['url'],
    'copy_file': ['src_url', 'dst_url', 'mode', 'overwrite'],
    'install_image': ['url', 'version', 'downgrade', 'image_name_from_url'],
    'install_extension': ['url', 'force'],
    'install_cli_plugin': ['url'],
    'run_bash_script': ['url', 'variables'],
    'run_cli_commands': ['url', 'variables'],
    'configure_ansible_client': ['user', 'passwd', 'group', 'root', 'key'],
    'send_email': ['smarthost', 'sender', 'receivers', 'subject', 'body', 'attachments',
                   'commands'],
    'template': ['greeting', 'times']}


def bytes_of(*names):
    with open(os.path.join(CLIENT, *names), 'rb') as source:
        return source.read()


def sources():
    """(name, bytes) of everything that runs on a switch."""
    return [('bootstrap', bytes_of('bootstrap'))] + [
        (name, bytes_of('actions', name)) for name in sorted(os.listdir(ACTIONS))]


class TestSources(unittest.TestCase):

    def test_every_python_compiles_them_without_a_warning(self):
        compiles = ('import io, sys\nfor path in sys.argv[1:]:\n'
                    '    with io.open(path, "rb") as source:\n'
                    '        compile(source.read(), path, "exec")')
        paths = [os.path.join(CLIENT, 'bootstrap')] + [
            os.path.join(ACTIONS, name) for name in os.listdir(ACTIONS)]
        for _version, python in interpreters.ALL:
            done = subprocess.run([python, '-W', 'error', '-c', compiles] + paths,
                                  stderr=subprocess.PIPE)
            self.assertEqual((0, b''), (done.returncode, done.stderr), python)

    def test_lines_are_short_and_end_as_unix_lines(self):
        for name, source in sources():
            self.assertNotIn(b'\r', source, name)
            self.assertTrue(source.endswith(b'\n'), name)
            self.assertEqual([], [line for line in source.decode('utf-8').split('\n')
                                  if len(line) > 100 or line != line.rstrip()], name)

    def test_the_script_has_a_shebang_and_one_place_for_the_server(self):
        script = bytes_of('bootstrap')
        self.assertTrue(script.startswith(b'#!'))
        self.assertEqual(1, len(re.findall(br'\$\{?SERVER\b', script)))

    def test_only_the_standard_library_is_imported(self):
        allowed = set('''__future__ argparse base64 email errno fcntl hashlib html http httplib
            HTMLParser inspect io json logging os pipes random re select shlex shutil signal
            smtplib socket ssl string subprocess sys tempfile threading time traceback types urllib
            urlparse'''.split())
        for name, source in sources():
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.Import):
                    names = [alias.name for alias in node.names]
                elif isinstance(node, ast.ImportFrom):
                    names = [node.module]
                else:
                    continue
                self.assertEqual([], [one for one in names
                                      if one.split('.')[0] not in allowed], name)

    def test_the_server_finds_no_token_in_an_action(self):
        for name in os.listdir(ACTIONS):
            self.assertNotIn(b'SERVER', bytes_of('actions', name), name)


class TestDocumentation(unittest.TestCase):

    def docstring(self, name):
        return ast.get_docstring(ast.parse(bytes_of('actions', name)))

    def test_the_table_is_complete(self):
        self.assertEqual(sorted(TABLE), sorted(os.listdir(ACTIONS)))

    def test_every_docstring_has_its_sections_in_order(self):
        for name in TABLE:
            found = re.findall('^(?:%s)' % '|'.join(SECTIONS), self.docstring(name), re.MULTILINE)
            self.assertEqual(SECTIONS, found, name)

    def test_every_attribute_is_documented_and_read(self):
        for name in TABLE:
            section = self.docstring(name).split('Attributes:\n')[1].split('\n\n')[0]
            documented = re.findall(r'^    (\w+) \((?:required|default: .+?)\): ', section,
                                    re.MULTILINE)
            self.assertEqual(TABLE[name], documented, name)
            source = bytes_of('actions', name).decode('utf-8')
            for attribute in documented:
                self.assertRegex(source, r"(attributes\.get\(|required\(attributes, )'%s'"
                                 % attribute, name)

    def test_every_example_is_of_that_action(self):
        for name in TABLE:
            example = self.docstring(name).split('Example:\n')[1].split('\nFails with')[0]
            self.assertIn('\n      action: %s\n' % name, example)


class TestInterpreter(unittest.TestCase):
    """/usr/bin/arista-python and /usr/bin/python3 of a switch, with other paths."""

    def script(self, folder, own, python3):
        with ScriptedServer() as served:
            script = served.bootstrap().decode('utf-8')
        script = script.replace("'/usr/bin/arista-python'", repr(own))
        script = script.replace("'/usr/bin/python3'", repr(python3))
        path = os.path.join(folder, 'script')
        with open(path, 'w') as output:
            output.write(script)
        return path

    def test_starts_over_once_where_eos_has_a_python_of_its_own(self):
        oldest, newest = interpreters.ALL[0][1], interpreters.ALL[-1][1]
        with tempfile.TemporaryDirectory() as folder:
            own = os.path.join(folder, 'arista-python')
            python3 = os.path.join(folder, 'python3')
            with open(python3, 'w') as output:
                output.write('#!/bin/sh\necho "python3 $*" | sed "s|%s/||"\nexec %s "$@"\n'
                             % (folder, newest))
            os.chmod(python3, 0o755)
            path = self.script(folder, own, python3)
            self.assertNotIn('python3', self.run_script(oldest, path))
            os.symlink('/bin/sh', own)
            self.assertEqual(1, self.run_script(oldest, path).count('python3 script -h -n\n'))
            os.remove(own)
            os.symlink(oldest, own)
            self.assertNotIn('python3', self.run_script(oldest, path))

    def run_script(self, python, path):
        return subprocess.check_output([python, path, '-h', '-n']).decode('utf-8')


if __name__ == '__main__':
    unittest.main()
