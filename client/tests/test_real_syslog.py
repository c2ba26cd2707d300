"""A remote log at a real syslog server: Debian's rsyslog."""

from __future__ import unicode_literals

import socket
import unittest

from support import debian
from support.service import Service
from support.stage import CONFIG, Scenario, under_every_python
from veos.identity import Identity

CONF = '''
global(workDirectory="%(folder)s")
module(load="imudp")
template(name="what" type="string" string="%%pri-text%%|%%rawmsg-after-pri%%\\n")
input(type="imudp" address="127.0.0.1" port="%(port)d" ruleset="keep")
ruleset(name="keep") { action(type="omfile" file="%(folder)s/log" template="what") }
'''


def rsyslog():
    """A Service that appends what it gets to the file `log`: FACILITY.SEVERITY|MESSAGE."""
    service = Service(socket.SOCK_DGRAM)
    conf = service.write('conf', CONF % {'folder': service.folder, 'port': service.port})

    def answers():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.sendto(b'<14>are you there', ('127.0.0.1', service.port))
        return service.read('log')
    service.start([debian.program('rsyslogd', 'rsyslog'), '-n', '-f', conf,
                   '-i', service.path('pid')], answers)
    return service


class TestRsyslog(Scenario):

    @classmethod
    def setUpClass(cls):
        cls.rsyslog = rsyslog()

    @classmethod
    def tearDownClass(cls):
        cls.rsyslog.close()

    @under_every_python
    def test_takes_every_line_with_its_severity(self, python):
        serial = 'JPE' + ''.join(c for c in python if c.isalnum())
        chatty = dict(CONFIG, onsuccess='wörked')
        config = {'logging': [{'destination': self.rsyslog.address, 'level': 'DEBUG'}]}
        self.play(python, [chatty, {'action': 'nowhere'}], config=config,
                  identity=Identity(serial=serial))
        expected = [
            'user.debug|ZTPS - DEBUG: %s: Executing action replace_config',
            'user.info|ZTPS - INFO: %s: Action replace_config: wörked',
            'user.err|ZTPS - ERROR: %s: [actions] Bootstrap process failed: executing action '
            'failed (nowhere): action not found on server (status=404)']
        # The whole line: what comes in a rush is written in blocks.
        self.rsyslog.wait_until(lambda: expected[-1] % serial + '\n' in self.rsyslog.read('log'))
        lines = self.rsyslog.read('log').splitlines()
        for line in expected:
            self.assertEqual(1, lines.count(line % serial), '\n'.join(lines))


if __name__ == '__main__':
    unittest.main()
