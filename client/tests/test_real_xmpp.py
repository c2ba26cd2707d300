"""Chat rooms of a real XMPP server: Debian's prosody, and Debian's slixmpp on the switch."""

from __future__ import unicode_literals

import os
import unittest

from support import debian
from support.service import Service
from support.stage import CONFIG, QUICK, Scenario

MEMBER = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'support', 'room_member.py')
DOMAIN = 'chat.example'
ROOM = 'ztps@conference.' + DOMAIN

CONF = '''
run_as_root = true
daemonize = false
data_path = "%(folder)s/data"
pidfile = "%(folder)s/pid"
log = { info = "*console" }
interfaces = { "127.0.0.1" }
c2s_ports = { %(port)d }
c2s_direct_tls_ports = {}
s2s_ports = {}
s2s_direct_tls_ports = {}
modules_enabled = { "saslauth", "disco", "tls" }
modules_disabled = { "s2s" }
authentication = "internal_hashed"
c2s_require_encryption = true
VirtualHost "chat.example"
    ssl = { certificate = "%(folder)s/cert", key = "%(folder)s/key" }
Component "conference.chat.example" "muc"
    muc_room_locking = false
'''


def prosody():
    """A Service with the users bob and alice, whose passwords are `secret`."""
    program = debian.program('prosody', 'prosody')
    service = Service()
    service.prepare(
        ['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2',
         '-subj', '/CN=' + DOMAIN, '-addext', 'subjectAltName=DNS:' + DOMAIN,
         '-keyout', service.path('key'), '-out', service.path('cert')])
    conf = service.write('prosody.cfg.lua', CONF % {
        'folder': service.folder, 'port': service.port})
    for user in ('bob', 'alice'):
        service.prepare([debian.program('prosodyctl', 'prosody'), '--config', conf,
                         'register', user, DOMAIN, 'secret'])
    service.start([program, '--config', conf, '-F'], service.accepts_connections)
    return service


class TestProsody(Scenario):

    @classmethod
    def setUpClass(cls):
        cls.python = debian.module('slixmpp', 'python3-slixmpp')
        cls.prosody = prosody()

    @classmethod
    def tearDownClass(cls):
        cls.prosody.close()

    def chat(self, actions, environment, patience=QUICK, **xmpp):
        """The Outcome of a run on a switch that talks to the room."""
        def trust(switch, _server):
            switch.environment_extras = environment
        config = {'xmpp': dict({
            'username': 'bob', 'password': 'secret', 'domain': DOMAIN, 'rooms': ['ztps'],
            'server': '127.0.0.1', 'port': self.prosody.port}, **xmpp)}
        return self.play(self.python, actions, before=trust, environment=patience, config=config)

    def heard(self, actions, **xmpp):
        """The Outcome, and the lines that a member of the room has heard."""
        trust = {'SSL_CERT_FILE': self.prosody.path('cert')}
        with Service() as member:
            member.start([self.python, MEMBER, '%d' % self.prosody.port, 'alice@' + DOMAIN,
                          'secret', ROOM], lambda: 'joined' in member.read('output'), **trust)
            outcome = self.chat(actions, trust, **xmpp)
            verdict = outcome.run.last.replace('ERROR: ', '')
            member.wait_until(lambda: verdict in member.read('output'))
            lines = member.read('output').splitlines()
            return outcome, lines[lines.index('joined') + 1:]

    def test_a_member_of_the_room_sees_every_line(self):
        outcome, heard = self.heard([dict(CONFIG, onsuccess='wörked')])
        self.assert_provisioned(outcome)
        printed = [line for line in outcome.run.out.splitlines() if line.startswith('ZTPS - ')]
        self.assertEqual(['JPE14130001 ' + line for line in printed], heard)
        self.assertIn('JPE14130001 ZTPS - INFO: JPE14130001: Action replace_config: wörked', heard)

    def test_info_is_errors_and_messages(self):
        outcome, heard = self.heard([dict(CONFIG, onstart='here we go'),
                                     {'action': 'nowhere', 'onfailure': 'alas'}], msg_type='info')
        self.assert_failed(outcome)
        told = [line.replace(outcome.server.url, 'SERVER') for line in heard]
        self.assertEqual(['JPE14130001 ZTPS - ' + line for line in (
            'INFO: JPE14130001: Action replace_config: here we go',
            'ERROR: JPE14130001: 404 SERVER/actions/nowhere: no such action',
            'INFO: JPE14130001: Action nowhere: alas',
            'ERROR: JPE14130001: [actions] Bootstrap process failed: executing action failed '
            '(nowhere): action not found on server (status=404)')], told)

    def test_a_certificate_that_the_switch_does_not_trust_is_told(self):
        outcome = self.chat([CONFIG], {}, dict(QUICK, ZTPS_XMPP_GOODBYE='5'))
        self.assert_provisioned(outcome)
        self.assertIn('no XMPP logging: no way into the rooms', outcome.run.out)


if __name__ == '__main__':
    unittest.main()
