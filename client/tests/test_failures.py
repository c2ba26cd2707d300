"""Everything that can go wrong on the way, each with its words, and flash as it must be then."""

from __future__ import unicode_literals

import signal
import unittest

from support.server import (Cut, Drip, Hang, Hangup, Reply, ScriptedServer, closed_port, html,
                            json_of, wait_for)
from support.stage import (CONFIG, IMPATIENT, QUICK, Scenario, for_every_case,
                           under_every_python, under_the_extremes)
from veos.identity import Identity
from veos.switch import VirtualSwitch

NODE = ('GET', '/nodes/JPE14130001')
CONFIGURATION = ('GET', '/bootstrap/config')
POST = ('POST', '/nodes')
ACTION = ('GET', '/actions/replace_config')
CONTENT = ('GET', '/files/config')
META = ('GET', '/meta/files/config')

UNREACHABLE = 'server connection error'
UNEXPECTED = 'unexpected response from server (status=%s; content-type=%s)'

# (what happens, to which request, what the last line says)
ANSWERS = [
    ('configuration: gone', CONFIGURATION, html(400, 'broken <b>YAML</b>'),
     ['[configuration]', UNEXPECTED % (400, 'text/html; charset=UTF-8')]),
    ('configuration: wrong type', CONFIGURATION, Reply(200, 'text/plain', '{}'),
     [UNEXPECTED % (200, 'text/plain')]),
    ('configuration: no JSON', CONFIGURATION, Reply(200, 'application/json', '{"logging": ['),
     [UNEXPECTED % (200, 'application/json')]),
    ('configuration: not UTF-8', CONFIGURATION, Reply(200, 'application/json', b'{"a": "\xff"}'),
     [UNEXPECTED % (200, 'application/json')]),
    ('configuration: hangs', CONFIGURATION, Hang(), [UNREACHABLE, 'timed out']),
    ('configuration: drips', CONFIGURATION, Drip(json_of({'logging': [], 'x': 'y' * 100})),
     [UNREACHABLE]),
    ('configuration: hangs up', CONFIGURATION, Hangup(), [UNREACHABLE]),
    ('configuration: cut off', CONFIGURATION, Cut(json_of({'logging': []}), 5), [UNREACHABLE]),
    ('registration: unknown', POST, html(400, 'serial &amp; model unknown'),
     ['[registration]', 'node not found on server (status=400)']),
    ('registration: broken', POST, html(500, 'oops'),
     [UNEXPECTED % (500, 'text/html; charset=UTF-8')]),
    ('registration: no Location', POST, Reply(201, 'text/html'),
     [UNEXPECTED % (201, 'text/html')]),
    ('registration: JSON 400', POST, json_of({}, 400), [UNEXPECTED % (400, 'application/json')]),
    ('registration: hangs', POST, Hang(), [UNREACHABLE]),
    ('definition: refused', NODE, html(400, 'not cabled as it should be'),
     ['[definition]', 'server-side topology check failed (status=400)']),
    ('definition: no actions', NODE, json_of({'name': 'x'}),
     ["'actions' section missing from definition"]),
    ('definition: empty actions', NODE, json_of({'actions': []}),
     ["'actions' section missing from definition"]),
    ('definition: a list', NODE, json_of([1, 2]), ["'actions' section missing from definition"]),
    ('definition: nameless action', NODE, json_of({'actions': [{'name': 'x'}]}),
     ["'action' missing from an action of the definition"]),
    ('definition: HTML 200', NODE, html(200, 'log in, please'),
     [UNEXPECTED % (200, 'text/html; charset=UTF-8')]),
    ('definition: busy for ever', NODE, html(503, 'busy'),
     [UNEXPECTED % (503, 'text/html; charset=UTF-8')]),
    ('action: missing', ACTION, html(404, 'no such action'),
     ['[actions]', 'executing action failed (replace_config): '
      'action not found on server (status=404)']),
    ('action: wrong type', ACTION, Reply(200, 'text/html', 'x'), [UNEXPECTED % (200, 'text/html')]),
    ('action: cut off', ACTION, Cut(Reply(200, 'text/x-python', 'def main(a): pass'), 7),
     [UNREACHABLE]),
    ('file: missing', CONTENT, html(404, 'no such file'),
     ['executing action failed (replace_config): Unable to retrieve config from URL',
      UNEXPECTED % (404, 'text/html; charset=UTF-8')]),
    ('file: wrong type', CONTENT, Reply(200, 'application/octet-stream', 'x'),
     [UNEXPECTED % (200, 'application/octet-stream')]),
    ('file: altered', CONTENT, Reply(200, 'text/plain', 'hostname leaf-2\n'),
     ['Unable to retrieve config from URL', 'sha256 checksum is', 'expected']),
    ('file: shorter than described', CONTENT, Reply(200, 'text/plain', 'hostname leaf'),
     ['13 bytes, 16 expected']),
    ('file: hangs', CONTENT, Hang(), [UNREACHABLE]),
    ('metadata: forbidden', META, html(403, 'no'),
     [UNEXPECTED % (403, 'text/html; charset=UTF-8')]),
    ('metadata: no JSON', META, Reply(200, 'application/json', '<html>'),
     [UNEXPECTED % (200, 'application/json')]),
]

# (what the code is, what the last line says)
ACTIONS = [
    ('raises', 'def main(a):\n    raise RuntimeError("because")',
     'executing action failed (bad): because'),
    ('raises without a word', 'def main(a):\n    raise ValueError()',
     'executing action failed (bad): ValueError'),
    ('raises over several lines', 'def main(a):\n    raise ValueError("one\\ntwo")',
     'executing action failed (bad): one | two'),
    ('raises KeyError', 'def main(a):\n    {}["x"]', "executing action failed (bad): KeyError: 'x'"),
    ('raises BaseException', 'def main(a):\n    raise KeyboardInterrupt()',
     'executing action failed (bad): KeyboardInterrupt'),
    ('exits with 0', 'import sys\ndef main(a):\n    sys.exit(0)',
     'executing action failed (bad): exited (status 0)'),
    ('exits with words', 'import sys\ndef main(a):\n    sys.exit("no way")',
     'executing action failed (bad): exited (status no way)'),
    ('exits without Python', 'import os\ndef main(a):\n    os._exit(0)',
     'executing action failed (bad): exited (status 0)'),
    ('kills itself', 'import os\ndef main(a):\n    os.kill(os.getpid(), 9)',
     'executing action failed (bad): killed by signal 9'),
    ('hangs', 'import time\ndef main(a):\n    time.sleep(60)',
     'executing action failed (bad): timed out after 0.3 seconds'),
    ('hangs in a child', 'import os\ndef main(a):\n    os.system("sleep 60")',
     'executing action failed (bad): timed out after 0.3 seconds'),
    ('swallows everything',
     'import time\ndef main(a):\n    while True:\n        try:\n            time.sleep(60)\n'
     '        except:\n            pass', 'executing action failed (bad): timed out after 0.3'),
    ('is no Python', 'def main(a)\n', 'executing action failed (bad): '),
    ('has a null byte', 'def main(a): pass\n\0', 'executing action failed (bad): '),
    ('has no main', 'def mein(a): pass', 'no function main(attributes)'),
    ('has a main that is no function', 'main = 3', 'no function main(attributes)'),
    ('has the wrong signature', 'def main(): pass', 'executing action failed (bad): main() takes '),
    ('fails on top level', 'import nowhere', 'executing action failed (bad): No module named'),
    ('writes to stderr', 'import sys\nsys.stderr.write("x\\n")\ndef main(a):\n    raise IOError(5, "x")',
     'executing action failed (bad): [Errno 5] x'),
    ('makes no startup-config', 'def main(a): pass',
     '[end] Bootstrap process failed: '
     'startup configuration is missing at the end of the bootstrap process'),
    ('makes an empty startup-config',
     'def main(a): open(a.get("NODE").startup_config(), "w").close()',
     'startup configuration is missing at the end of the bootstrap process'),
]


class TestAnswers(Scenario):

    @for_every_case(ANSWERS)
    def test_every_bad_answer_ends_with_its_words(self, python, request, behaviour, words):
        patience = IMPATIENT if isinstance(behaviour, (Hang, Drip)) else QUICK
        outcome = self.play(python, script={request: behaviour}, environment=patience,
                            flash={'kept': 'x'})
        self.assert_failed(outcome, *words)
        self.assertEqual(['kept'], outcome.files)

    @under_the_extremes
    def test_the_reason_of_a_400_is_logged(self, python):
        outcome = self.play(python, script={POST: html(400, 'serial &amp; <b>model</b> unknown')})
        self.assertIn('/nodes: serial & model unknown', outcome.run.out)
        self.assertEqual(1, len([line for line in outcome.syslog if 'serial & model' in line]))

    @under_the_extremes
    def test_the_reason_of_a_missing_file_is_logged(self, python):
        outcome = self.play(python, script={CONTENT: html(404, 'no file <i>config</i>')})
        self.assertRegex(outcome.run.out, '404 http://.*/files/config: no file config')

    @under_the_extremes
    def test_a_server_that_is_down(self, python):
        with VirtualSwitch(python) as switch, ScriptedServer() as served:
            script = served.bootstrap().replace(served.url.encode(), closed_port().encode())
            run = switch.run_script(script, **QUICK)
            self.assertIn('[configuration] Bootstrap process failed: server connection error: ',
                          run.last)
            self.assertEqual((1, ''), (run.code, run.err))

    @under_the_extremes
    def test_time_runs_out_before_patience(self, python):
        outcome = self.play(python, script={CONFIGURATION: html(503, 'busy')}, environment=dict(
            QUICK, ZTPS_HTTP_RETRIES='1000', ZTPS_RUN_SECONDS='0.5'))
        self.assert_failed(outcome, UNEXPECTED % (503, 'text/html; charset=UTF-8'))

    @under_the_extremes
    def test_an_address_that_nobody_filled_in(self, python):
        with VirtualSwitch(python) as switch, ScriptedServer() as served:
            script = served.bootstrap().replace(served.url.encode(), b'')
            run = switch.run_script(script, **QUICK)
            self.assertIn('not an http or https URL', run.last)


class TestBadActions(Scenario):

    @for_every_case(ACTIONS)
    def test_every_bad_action_ends_with_its_words(self, python, source, words):
        bad = {'action': 'bad', 'onfailure': 'alas'}
        if 'sleep' in source:
            bad['timeout'] = 0.3
        outcome = self.play(python, [bad], sources={'bad': source}, flash={'kept': 'x'})
        self.assert_failed(outcome, words)
        self.assertEqual(['kept'], outcome.files)
        if 'executing' in words:
            self.assertIn('Action bad: alas', outcome.run.out)

    @under_the_extremes
    def test_the_first_failure_is_the_last_action(self, python):
        outcome = self.play(python, [CONFIG, {'action': 'bad'}, CONFIG], sources={
            'bad': 'def main(a): raise RuntimeError("because")'})
        self.assert_failed(outcome, 'because')
        self.assertEqual(1, outcome.run.out.count('Executing action replace_config'))
        self.assertEqual([], outcome.files)


class TestDevice(Scenario):

    @under_the_extremes
    def test_fastcli_that_fails(self, python):
        outcome = self.play(python, faults={'fastcli': 'cannot connect to Sysdb'})
        self.assert_failed(outcome, '[eapi]', "unable to enable eAPI: FastCli 'show version | include image': "
                           'cannot connect to Sysdb')

    @under_the_extremes
    def test_fastcli_that_refuses(self, python):
        outcome = self.play(python, faults={'refused': ['no protocol https']})
        self.assert_failed(outcome, 'unable to enable eAPI', "% Invalid input (at token 1: 'https')")

    @under_the_extremes
    def test_no_fastcli_at_all(self, python):
        outcome = self.play(python, environment=dict(QUICK, ZTPS_FASTCLI='/no/FastCli'))
        self.assert_failed(outcome, 'unable to enable eAPI: /no/FastCli', 'No such file')

    @under_the_extremes
    def test_eapi_that_does_not_come_up(self, python):
        outcome = self.play(python, faults={'never_runs': True},
                            environment=dict(QUICK, ZTPS_EAPI_START='0.5'))
        self.assert_failed(outcome, 'unable to enable eAPI', 'Unix Socket server: shutdown')

    @under_the_extremes
    def test_a_connection_that_breaks_again(self, python):
        outcome = self.play(python, faults={'breaks': 2})
        self.assert_failed(outcome, "eAPI 'enable; show version'")

    @under_the_extremes
    def test_a_password_that_is_refused(self, python):
        def forget_users(switch, _served):
            switch.cli.users = type(str('Forgetful'), (dict,), {'__setitem__': lambda *_: None})()
        outcome = self.play(python, identity=Identity(version='4.12.3'), before=forget_users)
        self.assert_failed(outcome, "eAPI 'enable; show version': status=401 Unable to authenticate")

    @under_the_extremes
    def test_a_command_that_eapi_refuses(self, python):
        outcome = self.play(python, faults={'refused': ['show lldp neighbors']})
        self.assert_failed(outcome, "CLI command 2 of 2 'show lldp neighbors' failed: invalid "
                           "command | Invalid input (at token 1: 'neighbors')")


# Loaded by Python as it starts: another process may have done all its work before this one goes on.
SLOW_FORK = '''import os, time
fork = os.fork
def slow():
    pid = fork()
    if pid:
        time.sleep(3)
    return pid
os.fork = slow
'''


class TestInterruption(Scenario):

    @under_every_python
    def test_sigterm_ends_with_words_and_a_clean_flash(self, python):
        self.interrupt(python)

    @under_the_extremes
    def test_sigterm_before_the_action_s_process_is_known_to_have_begun(self, python):
        self.interrupt(python, SLOW_FORK)

    def interrupt(self, python, sitecustomize=''):
        hangs = ('import os\ndef main(a):\n    n = a.get("NODE")\n'
                 '    n.append_startup_config_lines(["x"])\n'
                 '    os.system("sleep 60")\n')
        server = ScriptedServer(actions=[{'action': 'hangs'}], sources={'hangs': hangs})
        with server as served, VirtualSwitch(python) as switch:
            switch.write('startup-config', 'old')
            switch.write('boot-config', 'SWI=flash:/x')
            switch.write('sitecustomize.py', sitecustomize, 'persist')
            switch.environment_extras = {'PYTHONPATH': switch.path('persist'),
                                         'PYTHONDONTWRITEBYTECODE': '1'}
            process = switch.start_script(served.bootstrap(), **QUICK)
            wait_for(lambda: switch.holds('startup-config', 'x\n'))
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=60)
            last = out.decode('utf-8').splitlines()[-1]
            self.assertEqual('ERROR: [actions] Bootstrap process failed: interrupted by signal 15',
                             last)
            self.assertEqual((1, b''), (process.returncode, err))
            self.assertEqual(['boot-config'], switch.files())
            self.assertEqual('failed', served.events()[-1]['status'])

    @under_the_extremes
    def test_sigterm_while_the_server_is_silent(self, python):
        with ScriptedServer(script={CONFIGURATION: Hang()}) as served, \
                VirtualSwitch(python) as switch:
            switch.write('startup-config', 'old')
            process = switch.start_script(served.bootstrap(), ['-n'], **QUICK)
            wait_for(served.asked)
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=60)
            self.assertIn('[configuration] Bootstrap process failed: interrupted by signal 15',
                          out.decode('utf-8').splitlines()[-1])
            self.assertEqual((1, b''), (process.returncode, err))
            self.assertEqual('old', switch.read('startup-config'))


if __name__ == '__main__':
    unittest.main()
