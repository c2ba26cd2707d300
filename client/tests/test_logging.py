"""Where the log goes: console, local syslog, files, remote syslog, chat rooms."""

from __future__ import unicode_literals

import os
import unittest

from support import interpreters
from support.stage import CONFIG, QUICK, Scenario, under_every_python, under_the_extremes
from veos.eapi import Datagrams

CHATS = dict(CONFIG, onstart='here we go', onsuccess='wörked')
XMPP = {'username': 'bob', 'password': 'secret', 'domain': 'chat.example', 'rooms': ['ztps', 'ops'],
        'server': '127.0.0.1', 'port': 5299}

# Stands in for the module of that name: notes what it is told to do.
SLEEKXMPP = '''
import os
def note(*words):
    with open(os.environ['ZTPS_TEST_NOTES'], 'ab') as output:
        output.write((u' '.join(words) + u'\\n').encode('utf-8'))
class Rooms(object):
    def joinMUC(self, room, nick):
        note('join', room, nick)
class ClientXMPP(object):
    def __init__(self, jid, password):
        note('login', jid, password)
        self.plugin = {'xep_0045': Rooms()}
        print('a chatty module')
    def register_plugin(self, name):
        pass
    def add_event_handler(self, event, handler):
        self.started = handler
    def send_presence(self):
        pass
    def connect(self, address):
        note('connect', *[u'%s' % word for word in address])
    def process(self, block):
        self.started({})
    def send_message(self, mto, mbody, mtype):
        note(mtype, mto, mbody)
    def disconnect(self, wait):
        note('bye')
'''

SLIXMPP = SLEEKXMPP.replace('joinMUC', 'join_muc') + '''
import asyncio
_Client = ClientXMPP
class ClientXMPP(_Client):
    def __init__(self, jid, password):
        _Client.__init__(self, jid, password)
        self.loop = asyncio.new_event_loop()
        self.disconnected = self.loop.create_future()
    def connect(self, host, port):
        note('connect', host, '%s' % port)
        self.loop.call_soon(self.started, {})
    def disconnect(self):
        note('bye')
        self.disconnected.set_result(True)
'''


class TestDestinations(Scenario):

    @under_every_python
    def test_every_destination_gets_its_levels(self, python):
        remote = Datagrams()
        self.addCleanup(remote.close)
        config = {'logging': [
            {'destination': 'file:', 'level': 'DEBUG'}, {'destination': 'file:', 'level': 'info'},
            {'destination': remote.address, 'level': 'ERROR'},
            {'destination': remote.address, 'level': 'LOUD'},
            {'destination': 'file:/no/such/folder/x'}, {'destination': 'localhost:port'},
            {'level': 'DEBUG'}, 'nonsense', {'destination': 'no-such-host.invalid'}]}

        def aim(switch, _server):
            for index, name in enumerate(('debug', 'info')):
                config['logging'][index]['destination'] = 'file:' + switch.path('persist', name)

        def look(switch):
            debug = switch.read('debug', 'persist').splitlines()
            self.assertIn('ZTPS - DEBUG: JPE14130001: Executing action replace_config', debug)
            self.assertEqual(
                ['ZTPS - INFO: JPE14130001: Action replace_config: here we go',
                 'ZTPS - INFO: JPE14130001: Action replace_config: wörked'],
                [line for line in switch.read('info', 'persist').splitlines() if 'Action' in line])
        outcome = self.play(python, [CHATS], config=config, before=aim, after=look)
        self.assert_provisioned(outcome)
        sent = remote.lines()
        self.assertIn('<15>ZTPS - DEBUG: JPE14130001: Executing action replace_config', sent)
        self.assertEqual(1, sent.count('<14>ZTPS - INFO: JPE14130001: Action replace_config: '
                                       'wörked'))
        self.assertIn('<15>ZTPS - DEBUG: JPE14130001: Executing action replace_config',
                      outcome.syslog)
        for words in ("unknown logging level 'LOUD' for '%s': using DEBUG" % remote.address,
                      "cannot log to 'file:/no/such/folder/x': [Errno 2]",
                      "cannot log to 'localhost:port': expected HOST, HOST:PORT or file:PATH",
                      "cannot log to 'no-such-host.invalid': "):
            self.assertIn(words, outcome.run.out)

    @under_the_extremes
    def test_without_a_local_syslog_all_goes_on(self, python):
        outcome = self.play(python, environment=dict(QUICK, ZTPS_SYSLOG='/no/log'))
        self.assert_provisioned(outcome)
        self.assertEqual([], outcome.syslog)

    @under_the_extremes
    def test_a_failure_is_logged_as_an_error(self, python):
        outcome = self.play(python, [{'action': 'nowhere'}])
        self.assertIn('<11>ZTPS - ERROR: JPE14130001: [actions] Bootstrap process failed: '
                      'executing action failed (nowhere): action not found on server (status=404)',
                      outcome.syslog)


class TestXmpp(Scenario):

    def chat(self, python, module, source, **options):
        """Plays with such a module on the switch. Returns the Outcome, and what it noted."""
        notes = []

        def install(switch, _server):
            switch.write(module + '.py', source, 'persist')
            switch.environment_extras = {'PYTHONPATH': switch.path('persist'),
                                         'PYTHONDONTWRITEBYTECODE': '1',
                                         'ZTPS_TEST_NOTES': switch.path('notes')}

        def look(switch):
            if os.path.exists(switch.path('notes')):
                notes.extend(switch.read('notes', '.').splitlines())
        outcome = self.play(python, [CHATS], before=install, after=look, **options)
        self.assert_provisioned(outcome)
        return outcome, notes

    def assert_chatted(self, outcome, notes):
        self.assertEqual(['login bob@chat.example secret', 'connect 127.0.0.1 5299',
                          'join ztps@conference.chat.example JPE14130001',
                          'join ops@conference.chat.example JPE14130001'], notes[:4])
        said = [line for line in notes if line.startswith('groupchat')]
        for room in ('ztps', 'ops'):
            self.assertIn('groupchat %s@conference.chat.example ZTPS - INFO: JPE14130001: '
                          'Action replace_config: wörked' % room, said)
        self.assertEqual('bye', notes[-1])
        self.assertNotIn('a chatty module', outcome.run.out)

    @under_every_python
    def test_sleekxmpp(self, python):
        outcome, notes = self.chat(python, 'sleekxmpp', SLEEKXMPP, config={'xmpp': XMPP})
        self.assert_chatted(outcome, notes)
        self.assertIn('Executing action', '\n'.join(notes))

    @under_the_extremes
    def test_slixmpp_and_info_only(self, python):
        if interpreters.HAS_PYTHON2 and python == interpreters.ALL[0][1]:
            return  # slixmpp is of Python 3
        outcome, notes = self.chat(python, 'slixmpp', SLIXMPP,
                                   config={'xmpp': dict(XMPP, msg_type='info')})
        self.assert_chatted(outcome, notes)
        self.assertNotIn('Executing action', '\n'.join(notes))

    @under_the_extremes
    def test_a_module_that_does_not_load_costs_one_line(self, python):
        outcome, notes = self.chat(python, 'sleekxmpp', 'from collections import NoSuch',
                                   config={'xmpp': XMPP})
        self.assertEqual([], notes)
        self.assertEqual(1, outcome.run.out.count(
            'no XMPP logging: neither sleekxmpp nor slixmpp on this switch'))

    @under_the_extremes
    def test_a_room_that_never_opens_costs_no_more_than_seconds(self, python):
        source = SLEEKXMPP.replace('self.started({})', 'pass')
        outcome, notes = self.chat(python, 'sleekxmpp', source, config={'xmpp': XMPP},
                                   environment=dict(QUICK, ZTPS_XMPP_GOODBYE='5'))
        self.assertEqual(2, len(notes))
        self.assertIn('no XMPP logging: no way into the rooms', outcome.run.out)

    @under_the_extremes
    def test_an_incomplete_section_is_told(self, python):
        config = {'xmpp': {'username': 'bob', 'domain': 'x'}}
        outcome, _notes = self.chat(python, 'sleekxmpp', SLEEKXMPP, config=config)
        self.assertIn('no XMPP logging: bootstrap.conf: xmpp has no password, rooms',
                      outcome.run.out)


if __name__ == '__main__':
    unittest.main()
