"""Mail to a real SMTP server: Debian's aiosmtpd."""

from __future__ import unicode_literals

import email
import email.policy
import os
import unittest

from support import debian
from support.service import Service
from support.stage import CONFIG, Scenario, under_every_python, under_the_extremes


def mail_server():
    """A Service that keeps each message in a file of its folder `mail/new`."""
    python = debian.module('aiosmtpd', 'python3-aiosmtpd')
    service = Service()
    service.start([python, '-m', 'aiosmtpd', '-n', '-l', service.address,
                   '-c', 'aiosmtpd.handlers.Mailbox', service.path('mail')],
                  service.accepts_connections)
    return service


def letters(service):
    """The messages that it got so far, parsed."""
    folder = service.path('mail/new')
    found = []
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), 'rb') as source:
            found.append(email.message_from_binary_file(source, policy=email.policy.default))
    return found


class TestMail(Scenario):

    @classmethod
    def setUpClass(cls):
        cls.server = mail_server()

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def send(self, python, **attributes):
        """The messages of a run that sends one, and the Outcome."""
        sender = 'ztp@%s' % abs(hash((python,) + tuple(sorted(attributes))))
        action = {'action': 'send_email', 'attributes': dict(
            attributes, smarthost=self.server.address, sender=sender)}

        def attach(switch, _server):
            action['attributes']['attachments'] = switch.write('bïnary', b'\0\xff', 'persist')
        outcome = self.play(python, [action, CONFIG], before=attach)
        return [letter for letter in letters(self.server) if letter['From'] == sender], outcome

    @under_every_python
    def test_arrives_with_everything_attached(self, python):
        sent, outcome = self.send(python, receivers=['a@x', 'b@x'], subject='Schöne Grüße',
                                  body='hällo', commands=['show version'])
        self.assert_provisioned(outcome)
        letter, = sent
        self.assertEqual(('a@x, b@x', 'a@x, b@x'), (letter['X-RcptTo'], letter['To']))
        self.assertEqual(letter['X-MailFrom'], letter['From'])
        self.assertEqual('Schöne Grüße', letter['Subject'])
        self.assertEqual('hällo', letter.get_body().get_content().rstrip('\n'))
        binary, output = letter.iter_attachments()
        self.assertEqual(('bïnary', b'\0\xff'), (binary.get_filename(), binary.get_content()))
        self.assertEqual('show_version.txt', output.get_filename())
        self.assertIn(b'Software image version: 4.22.0F', output.get_content())

    @under_the_extremes
    def test_one_receiver_and_one_command_need_no_list(self, python):
        sent, outcome = self.send(python, receivers='a@x', commands='show version')
        self.assert_provisioned(outcome)
        letter, = sent
        self.assertEqual('a@x', letter['X-RcptTo'])
        self.assertEqual(['bïnary', 'show_version.txt'],
                         [part.get_filename() for part in letter.iter_attachments()])

    @under_the_extremes
    def test_a_refused_receiver_fails_in_the_server_s_words(self, python):
        sent, outcome = self.send(python, receivers='a' * 600 + '@x', subject='never')
        self.assert_failed(outcome, 'Unable to send mail', 'too long')
        self.assertEqual([], sent)


if __name__ == '__main__':
    unittest.main()
