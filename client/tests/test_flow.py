"""The whole flow of spec/client.md on a good day: what is asked, said, written, reported."""

from __future__ import unicode_literals

import json
import os
import shutil
import subprocess
import tempfile
import unittest

from support.server import Hangup, Reply, ScriptedServer, closed_port, html
from support.stage import (CONFIG, CONFIG_TEXT, QUICK, Scenario, under_every_python,
                           under_the_extremes)
from veos.identity import Identity

NEIGHBORS = [('Ethernet1', 'spine-1', 'Ethernet7'), ('Ethernet1', 'spine-1b', 'Ethernet8'),
             ('Management1', 'vlab-03', 'fortyGigE0/12')]

WRITES_CONFIG = '''
def main(attributes):
    attributes.get('NODE').append_startup_config_lines(['hostname leaf'])
'''


def said(outcome):
    """The messages of the log, as the console shows them."""
    return [line.split(': ', 2)[2] for line in outcome.run.out.splitlines()
            if line.startswith('ZTPS - ')]


class TestFlow(Scenario):

    @under_every_python
    def test_provisions_a_switch(self, python):
        action = dict(CONFIG, onstart='here we go', onsuccess='that was it', onfailure='alas')
        outcome = self.play(python, [action, action], identity=Identity(neighbors=NEIGHBORS))
        self.assert_provisioned(outcome)
        self.assertEqual(CONFIG_TEXT, outcome.content['startup-config'])
        self.assertEqual(
            ['GET /bootstrap/config', 'POST /nodes', 'GET /nodes/JPE14130001',
             'GET /actions/replace_config', 'GET /meta/files/config', 'GET /files/config',
             'GET /meta/files/config'], outcome.server.asked())
        self.assertEqual(
            ['Executing action replace_config', 'Action replace_config: here we go',
             'Downloading action replace_config',
             'Action executed succesfully (replace_config)',
             'Action replace_config: that was it',
             'Executing action replace_config', 'Action replace_config: here we go',
             'Action executed succesfully (replace_config)',
             'Action replace_config: that was it'],
            [line for line in said(outcome) if 'ction ' in line])
        self.assertEqual([], outcome.left_in_tmp)

    @under_the_extremes
    def test_reports_who_it_is_and_whom_it_sees(self, python):
        outcome = self.play(python, identity=Identity(neighbors=NEIGHBORS))
        self.assertEqual(
            {'model': 'DCS-7050TX-64-R', 'version': '4.22.0F', 'serialnumber': 'JPE14130001',
             'systemmac': '00:1c:73:aa:11:bb', 'neighbors': {
                 'Ethernet1': [{'device': 'spine-1', 'port': 'Ethernet7'},
                               {'device': 'spine-1b', 'port': 'Ethernet8'}],
                 'Management1': [{'device': 'vlab-03', 'port': 'fortyGigE0/12'}]}},
            outcome.server.node)
        self.assertEqual(
            ['enable', 'show version | include image',
             'enable', 'configure', 'management api http-commands', 'no protocol https',
             'protocol unix-socket', 'no shutdown', 'enable',
             'show management api http-commands', 'enable', 'show version', 'enable',
             'show lldp neighbors'], outcome.history)

    @under_every_python
    def test_old_eos_speaks_eapi_over_http_with_a_password(self, python):
        outcome = self.play(python, identity=Identity(version='4.14.5F'))
        self.assert_provisioned(outcome)
        configured = outcome.history[:8]
        self.assertRegex(configured[2], '^username ztps secret [A-Za-z0-9]{16,} privilege 15$')
        self.assertIn('protocol http', configured)
        self.assertNotIn('protocol unix-socket', configured)
        self.assertNotIn(configured[2].split()[3], outcome.run.out)

    @under_the_extremes
    def test_asks_fastcli_for_the_version_when_no_end_point_is_given(self, python):
        outcome = self.play(python, environment=dict(QUICK, ZTPS_EAPI_URL=''))
        self.assert_failed(outcome, '[details]', "eAPI 'enable; show version'", 'No such file')
        self.assertEqual('show version | include image', outcome.history[1])

    @under_the_extremes
    def test_waits_for_eapi_and_survives_one_broken_connection(self, python):
        outcome = self.play(python, faults={'polls': 3, 'breaks': 1})
        self.assert_provisioned(outcome)
        self.assertEqual(4, outcome.history.count('show management api http-commands'))

    @under_the_extremes
    def test_a_known_node_without_serial_number_goes_by_its_mac(self, python):
        outcome = self.play(python, identity=Identity(serial=''), known=True)
        self.assert_provisioned(outcome)
        self.assertIn('POST /nodes', outcome.server.asked())
        self.assertIn('GET /nodes/001c73aa11bb', outcome.server.asked())
        self.assertNotIn('ERROR', outcome.run.out)
        self.assertIn('ZTPS - DEBUG: 00:1c:73:aa:11:bb: Executing action replace_config',
                      outcome.run.out)

    @under_the_extremes
    def test_every_request_says_which_node_once_it_is_known(self, python):
        outcome = self.play(python)
        sent = [(path, headers.get('X-Ztps-Node-Id'))
                for _verb, path, headers, _body in outcome.server.requests]
        before = ('/bootstrap/config', '/nodes')
        self.assertEqual([(path, None if path in before else 'JPE14130001') for path, _ in sent],
                         sent)

    @under_the_extremes
    def test_tells_the_server_how_the_run_goes(self, python):
        action = dict(CONFIG, name='whole config')
        outcome = self.play(python, [action, CONFIG])
        self.assertEqual(
            [('bootstrap', 'started', None, None), ('action', 'started', 'replace_config', 0),
             ('action', 'succeeded', 'replace_config', 50),
             ('action', 'started', 'replace_config', 50),
             ('action', 'succeeded', 'replace_config', 100),
             ('bootstrap', 'succeeded', None, 100)],
            [(event['stage'], event['status'], event.get('action'), event.get('percent'))
             for event in outcome.events])
        self.assertEqual('1/2 whole config', outcome.events[1]['message'])
        lines = [line for event in outcome.events for line in event['lines']]
        self.assertIn('ZTPS - DEBUG: JPE14130001: Executing action replace_config', lines)
        self.assertEqual(len(lines), len(set(lines)) + 2)  # the second action's say the same

    @under_the_extremes
    def test_tells_the_server_why_it_failed(self, python):
        outcome = self.play(python, [{'action': 'nowhere'}])
        last = outcome.events[-1]
        self.assertEqual(('bootstrap', 'failed'), (last['stage'], last['status']))
        self.assertIn('action not found on server (status=404)', last['message'])

    @under_the_extremes
    def test_an_older_server_without_events_is_asked_once(self, python):
        events = {('POST', '/nodes/JPE14130001/events'): html(404, 'not found')}
        outcome = self.play(python, script=events)
        self.assert_provisioned(outcome)
        self.assertEqual(1, len(outcome.events))

    @under_the_extremes
    def test_a_server_below_a_path(self, python):
        outcome = self.play(python, [
            CONFIG, {'action': 'add_config', 'attributes': {'url': '/ztp/files/config'}}],
            prefix='/ztp')
        self.assert_provisioned(outcome)
        self.assertEqual('hostname leaf-1\n\nhostname leaf-1\n', outcome.content['startup-config'])
        self.assertEqual(2, outcome.server.asked().count('GET /files/config'))

    @under_the_extremes
    def test_goes_on_with_a_fallback_server(self, python):
        with ScriptedServer(actions=[CONFIG], files={'files/config': 'from the other\n'}) as other:
            def die_after_config(_switch, served):
                served.config = {'http': {'fallback': [closed_port(), other.url], 'retries': 0}}
            served = {('POST', '/nodes'): Hangup()}
            outcome = self.play(python, before=die_after_config, script=served,
                                environment=dict(QUICK, ZTPS_HTTP_RETRIES=''))
            self.assert_provisioned(outcome)
            self.assertEqual('from the other\n', outcome.content['startup-config'])
            self.assertEqual(['GET /bootstrap/config', 'POST /nodes'], outcome.server.asked())

    @under_the_extremes
    def test_believes_the_server_about_its_own_address(self, python):
        with ScriptedServer(actions=[CONFIG], files={'files/config': CONFIG_TEXT}) as real:
            script = {('POST', '/nodes'): Reply(201, 'text/html', '', {
                'Location': real.url.replace('127.0.0.1', 'LocalHost') + '/nodes/A-1'})}
            outcome = self.play(python, script=script)
            self.assert_provisioned(outcome)
            self.assertEqual(['GET /nodes/A-1', 'GET /actions/replace_config',
                              'GET /meta/files/config', 'GET /files/config'], real.asked())
            self.assertEqual({'A-1'}, set(headers['X-Ztps-Node-Id']
                                          for _, _, headers, _ in real.requests))

    @under_the_extremes
    def test_settings_come_from_bootstrap_conf_and_bad_ones_are_told(self, python):
        outcome = self.play(python, config={'http': {'timeout': 'soon', 'retries': -1}},
                            environment=dict(QUICK, ZTPS_HTTP_RETRIES='', ZTPS_HTTP_TIMEOUT=''))
        self.assert_provisioned(outcome)
        self.assertIn('bootstrap.conf: http: timeout: soon is not a number', outcome.run.out)
        self.assertIn('bootstrap.conf: http: retries: -1 is not a number', outcome.run.out)


class TestTls(Scenario):

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp()
        cls.certificate = cls.make_certificate('own')
        cls.stranger = cls.make_certificate('stranger')

    @classmethod
    def make_certificate(cls, name):
        certificate, key = [os.path.join(cls.folder, name + end) for end in ('.cert', '.key')]
        subprocess.check_call(
            ['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj',
             '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-out', certificate,
             '-keyout', key], stderr=subprocess.DEVNULL)
        return certificate, key

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    @under_the_extremes
    def test_a_server_that_the_switch_trusts(self, python):
        outcome = self.play(python, certificate=self.certificate,
                            environment=dict(QUICK, SSL_CERT_FILE=self.certificate[0]))
        self.assert_provisioned(outcome)

    @under_every_python
    def test_a_server_that_it_does_not_trust(self, python):
        outcome = self.play(python, certificate=self.certificate,
                            environment=dict(QUICK, ZTPS_HTTP_RETRIES='0'))
        self.assert_failed(outcome, '[configuration]', 'server connection error: ')
        self.assertIn('CERTIFICATE_VERIFY_FAILED', outcome.run.last.upper())
        self.assertEqual([], outcome.server.asked())

    @under_every_python
    def test_goes_on_when_it_refuses_a_certificate(self, python):
        """A fallback of nobody's authority, one that calls itself otherwise, then a good one."""
        with ScriptedServer(certificate=self.certificate) as misnamed, \
                ScriptedServer(certificate=self.stranger) as unknown, \
                ScriptedServer(actions=[CONFIG], files={'files/config': CONFIG_TEXT}) as other:
            fallback = [unknown.url, misnamed.url.replace('127.0.0.1', 'localhost'), other.url]
            outcome = self.play(python, config={'http': {'fallback': fallback, 'retries': 0}},
                                script={('POST', '/nodes'): Hangup()},
                                environment=dict(QUICK, ZTPS_HTTP_RETRIES='',
                                                 SSL_CERT_FILE=self.certificate[0]))
            self.assert_provisioned(outcome)
            self.assertRegex(outcome.run.out.lower(), 'server connection error: .*certificate '
                             'verify failed.*%s.*: going on with %s'
                             % (fallback[0], fallback[1]))
            self.assertRegex(outcome.run.out.lower(), "server connection error: .*'?localhost'?.*"
                             ': going on with %s' % fallback[2])
            self.assertEqual([], unknown.asked() + misnamed.asked())


class TestFlash(Scenario):
    BEFORE = {'startup-config': 'old', 'rc.eos': 'old', 'boot-extensions': 'old',
              '.extensions/old.rpm': 'old', 'boot-config': 'SWI=flash:/EOS.swi\n',
              'EOS.swi': 'image', 'folder/mine': 'mine'}
    MAKES_A_MESS = '''
import os
def main(attributes):
    node = attributes.get('NODE')
    node.append_startup_config_lines(['new'])
    node.append_rc_eos_lines(['new'])
    for name in ('.extensions', 'new-folder', 'folder/new-folder'):
        os.makedirs(os.path.join(node.flash(), name))
    for name in ('.extensions/new.rpm', 'boot-extensions', 'new-folder/new', 'folder/new',
                 'boot-config', 'folder/new-folder/x'):
        with open(os.path.join(node.flash(), name), 'w') as output:
            output.write('new')
    os.symlink('/', os.path.join(node.flash(), 'link'))
    if attributes.get('fail'):
        raise ValueError('as told')
'''
    MESS = ['.extensions/', '.extensions/new.rpm', 'EOS.swi', 'boot-config', 'boot-extensions',
            'folder/', 'folder/mine', 'folder/new', 'folder/new-folder/', 'folder/new-folder/x',
            'link/', 'new-folder/', 'new-folder/new', 'rc.eos', 'startup-config']

    def mess(self, python, fail, arguments=(), flash=None):
        return self.play(python, [{'action': 'mess', 'attributes': {'fail': fail}}],
                         arguments=arguments, sources={'mess': self.MAKES_A_MESS},
                         flash=self.BEFORE if flash is None else flash)

    @under_the_extremes
    def test_success_leaves_what_the_run_made(self, python):
        outcome = self.mess(python, fail=False)
        self.assert_provisioned(outcome)
        self.assertEqual(self.MESS, outcome.files)
        self.assertEqual('new\n', outcome.content['startup-config'])
        self.assertEqual('#!/bin/bash\nnew\n', outcome.content['rc.eos'])

    @under_every_python
    def test_failure_leaves_a_factory_default(self, python):
        outcome = self.mess(python, fail=True)
        self.assert_failed(outcome, 'as told')
        self.assertEqual(['EOS.swi', 'boot-config', 'folder/', 'folder/mine'], outcome.files)
        self.assertEqual('SWI=flash:/EOS.swi\n', outcome.content['boot-config'])

    @under_the_extremes
    def test_failure_on_an_empty_flash_leaves_it_empty(self, python):
        outcome = self.mess(python, fail=True, flash={})
        self.assertEqual([], outcome.files)

    @under_every_python
    def test_n_brings_the_originals_back_whatever_the_outcome(self, python):
        suffixed = {'startup-config.ztp': 'new\n', 'rc.eos.ztp': '#!/bin/bash\nnew\n',
                    'boot-extensions.ztp': 'new', '.extensions.ztp/new.rpm': 'new'}
        rest = {'boot-config': 'new', 'EOS.swi': 'image', 'folder/mine': 'mine',
                'folder/new': 'new', 'folder/new-folder/x': 'new', 'new-folder/new': 'new'}
        originals = dict((name, self.BEFORE[name]) for name in (
            'startup-config', 'rc.eos', 'boot-extensions', '.extensions/old.rpm'))
        for fail, option in ((False, '-n'), (True, '--no-flash-factory-restore')):
            flash = dict(self.BEFORE, **{'startup-config.ztp': 'of the last run'})
            outcome = self.mess(python, fail, [option], flash)
            (self.assert_failed if fail else self.assert_provisioned)(outcome)
            self.assertEqual(dict(suffixed, **dict(rest, **originals)), outcome.content)


class TestNode(Scenario):
    """What an operator's own action can rely on."""

    USES_EVERYTHING = '''
import json
import os
import six
from six.moves import range, configparser
from six.moves.urllib.parse import urlparse, quote

def main(attributes):
    node = attributes.get('NODE')
    assert attributes.get('nothing') is None
    assert attributes.get('nothing', 'x') == 'x' and attributes.get('nothing', default='y') == 'y'
    assert attributes.get('a') == 1 and attributes.get('null', 'x') is None
    copy = attributes.copy()
    copy['a'] = 2
    assert attributes.get('a') == 1 and copy['NODE'] is node
    assert sorted(six.iteritems({'k': 'v'})) == [('k', 'v')]
    assert isinstance(u'x', six.string_types) and list(range(2)) == [0, 1]
    assert urlparse('http://h/p').netloc == 'h' and configparser and quote(' ') == '%20'
    assert not node.has_startup_config()
    open(node.startup_config(), 'w').close()
    assert not node.has_startup_config()
    node.append_startup_config_lines(['one', u'zw\\xf6lf'])
    node.append_startup_config_lines(['three'])
    assert node.has_startup_config()
    node.append_rc_eos_lines(['a'])
    node.append_rc_eos_lines(['b'])
    assert node.rc_eos() == os.path.join(node.flash(), 'rc.eos')
    assert node.startup_config() == os.path.join(node.flash(), 'startup-config')
    assert node.server_address() == attributes.get('server')
    assert node.system()['model'] == 'vEOS' and 'neighbors' not in node.system()
    assert node.neighbors() == {'neighbors': {'Ethernet1': [{'device': 's', 'port': 'e'}]}}
    assert sorted(node.details()) == ['model', 'neighbors', 'serialnumber', 'systemmac', 'version']
    assert node.api_enable_cmds(['show version'])[0]['modelName'] == 'vEOS'
    texts = node.api_enable_cmds(['show version', 'show lldp neighbors'], text_format=True)
    assert len(texts) == 2 and texts[0].startswith('Arista vEOS')
    assert texts[0]['output'] == texts[0] and texts[0][0] == 'A'
    assert node.api_config_cmds(['hostname x', 'ip routing']) == [{}, {}]
    assert node.client.runCmds(1, ['enable', 'show version'], 'json')[1]['modelName'] == 'vEOS'
    assert node.client.runCmds(1, ['show version'], 'text')[0]['output'].startswith('Arista')
    assert node.substitute(u'$a ${b} $$', {'a': 1, 'b': u'\\xfc'}) == u'1 \\xfc $'
    assert node.substitute('$a $b $', {'a': 1}, strict=False) == '1 $b $'
    try:
        node.substitute('$a', {})
    except Exception as error:
        assert str(error) == ("Unable to perform variable substitution - 'a' missing from list "
                              "of substitutions"), error
    else:
        raise AssertionError('no exception')
    assert node.bash_cmds(['true', 'echo warn >&2']) == (None, None, None, None)
    failed = node.bash_cmds(['true', 'echo out; echo err >&2; exit 3', 'touch never'])
    assert failed == ('echo out; echo err >&2; exit 3', 3, 'out\\n', 'err\\n'), failed
    assert not os.path.exists('never')
    node.bash_cmds(['sleep 60 &'])
    node.log_msg('a message')
    node.log_msg('an error', error=True)
    path = os.path.join(node.flash(), 'deep', 'file')
    node.retrieve_url('files/config', path)
    assert os.stat(path).st_mode & 0o7777 == 0o777
    node.retrieve_url(attributes.get('server') + '/files/config', path)
    print(u'to standard output \\xe9')
'''

    @under_every_python
    def test_has_every_method_of_the_table(self, python):
        def know_server(_switch, served):
            served.definition['actions'][0]['attributes']['server'] = served.url
        outcome = self.play(
            python, [{'action': 'uses', 'attributes': {'a': 1, 'null': None}}],
            sources={'uses': self.USES_EVERYTHING}, before=know_server,
            identity=Identity(model='vEOS', neighbors=[('Ethernet1', 's', 'e')]))
        self.assert_provisioned(outcome)
        self.assertEqual('one\nzwölf\n\nthree\n', outcome.content['startup-config'])
        self.assertEqual('#!/bin/bash\na\n\nb\n', outcome.content['rc.eos'])
        self.assertIn('ZTPS - DEBUG: JPE14130001: a message', outcome.run.out)
        self.assertIn('ZTPS - ERROR: JPE14130001: an error', outcome.run.out)
        self.assertIn('echo warn >&2: warn', outcome.run.out)
        self.assertIn('to standard output é', outcome.run.out)

    @under_the_extremes
    def test_a_file_that_is_there_already_is_not_fetched_again(self, python):
        twice = [CONFIG, dict(CONFIG)]
        outcome = self.play(python, twice)
        self.assertEqual(1, outcome.server.asked().count('GET /files/config'))

    @under_the_extremes
    def test_unicode_everywhere(self, python):
        name = 'ünïcödé ☃'
        outcome = self.play(
            python, [{'action': 'add_config', 'name': name, 'onstart': name + '\nzwei',
                      'attributes': {'url': 'files/%s' % name, 'variables': {'x': name}}},
                     {'action': 'aktiön'}],
            files={'files/' + name: 'banner $x\n'},
            sources={'aktiön': ('# -*- coding: utf-8 -*-\nraise ValueError(u"%s")' % name)
                     .encode('utf-8')},
            identity=Identity(neighbors=[('Ethernet1', name, name)]), flash={name: name})
        self.assert_failed(outcome, 'executing action failed (aktiön): ' + name)
        self.assertEqual([name], outcome.files)
        self.assertEqual([{'device': name, 'port': name}],
                         outcome.server.node['neighbors']['Ethernet1'])
        self.assertIn('Action add_config: %s | zwei' % name, outcome.run.out)
        self.assertIn(json.dumps(name), json.dumps(outcome.events[1]['message']).replace('1/2 ', ''))


class TestArguments(Scenario):

    @under_the_extremes
    def test_help_says_what_there_is(self, python):
        outcome = self.play(python, arguments=['-h'])
        self.assertEqual((0, ''), (outcome.run.code, outcome.run.err))
        self.assertIn('--no-flash-factory-restore', outcome.run.out)
        self.assertEqual([], outcome.server.asked())

    @under_the_extremes
    def test_an_unknown_option_is_a_failure_like_any_other(self, python):
        outcome = self.play(python, arguments=['--frobnicate'], flash={'startup-config': 'mine'})
        self.assert_failed(outcome, 'unrecognized arguments: --frobnicate')
        self.assertEqual(['startup-config'], outcome.files)


if __name__ == '__main__':
    unittest.main()
