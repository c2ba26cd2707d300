"""Files on their way to flash: cut off, altered, too large, from elsewhere, from before."""

from __future__ import unicode_literals

import hashlib
import os
import unittest

from support.server import Cut, Drip, File, Reply, ScriptedServer, html, json_of
from support.stage import (CONFIG, CONFIG_TEXT, IMPATIENT, QUICK, Scenario, under_every_python,
                           under_the_extremes)

CONTENT = ('GET', '/files/config')
META = ('GET', '/meta/files/config')
LARGE = bytes(bytearray(range(256))) * 1024  # 256 KiB

FETCHES = '''
def main(attributes):
    node = attributes.get('NODE')
    node.append_startup_config_lines(['x'])
    node.retrieve_url(attributes.get('url'), node.flash() + '/' + attributes.get('name', 'file'))
'''
FETCH = {'action': 'fetch', 'attributes': {'url': 'files/large'}}


def digest(body):
    return hashlib.sha256(body).hexdigest()


class Download(Scenario):

    def fetch(self, python, large=LARGE, url='files/large', **options):
        """An action that fetches files/large as the file `file`. Returns the Outcome, with
        `digest` of what came."""
        action = {'action': 'fetch', 'attributes': {'url': url}}
        digests = []

        options.setdefault('files', {})['files/large'] = large
        outcome = self.play(python, [action], sources={'fetch': FETCHES},
                            after=lambda switch: digests.extend(
                                digest(switch.read_bytes(name)) for name in switch.files()
                                if name == 'file'), **options)
        outcome.digest = digests[0] if digests else None
        return outcome

    def ranges(self, outcome, path='/files/large'):
        return [headers.get('Range') for _verb, asked, headers, _body in outcome.server.requests
                if asked == path]


class TestBroken(Download):

    @under_every_python
    def test_goes_on_where_it_broke_however_often(self, python):
        outcome = self.fetch(python, File(LARGE, cuts=[1000, 1, 70000, 5, 9, 30000, 1, 1]))
        self.assert_provisioned(outcome)
        self.assertEqual(digest(LARGE), outcome.digest)
        self.assertEqual(
            [None] + ['bytes=%d-' % size for size in
                      (1000, 1001, 71001, 71006, 71015, 101015, 101016, 101017)],
            self.ranges(outcome))
        self.assertEqual(['file', 'startup-config'], outcome.files)

    @under_the_extremes
    def test_begins_again_where_the_server_knows_no_ranges(self, python):
        outcome = self.fetch(python, File(LARGE, cuts=[1000, 2000, 3000], ranges=False))
        self.assert_provisioned(outcome)
        self.assertEqual(digest(LARGE), outcome.digest)

    @under_the_extremes
    def test_gives_up_when_it_gets_no_further(self, python):
        outcome = self.fetch(python, File(LARGE, cuts=[1000] * 99, ranges=False))
        self.assert_failed(outcome, 'server connection error', 'after 1000 bytes')
        self.assertEqual([], outcome.files)
        self.assertEqual(3, len(self.ranges(outcome)))  # the first, and two retries

    @under_the_extremes
    def test_a_server_that_drips_is_a_server_that_is_down(self, python):
        outcome = self.fetch(python, environment=IMPATIENT, script={
            ('GET', '/files/large'): Drip(Reply(200, 'text/plain', LARGE), 0.1)})
        self.assert_failed(outcome, 'server connection error: timed out')

    @under_the_extremes
    def test_begins_again_when_the_file_changed_in_between(self, python):
        def change(_switch, served):
            old = File(b'o' * len(LARGE), cuts=[1000])
            served.script[('GET', '/files/large')] = [old, File(LARGE)]
        outcome = self.fetch(python, before=change, script={})
        self.assert_provisioned(outcome)
        self.assertEqual(digest(LARGE), outcome.digest)

    @under_the_extremes
    def test_goes_on_with_what_a_killed_run_left(self, python):
        outcome = self.fetch(python, flash={'file.part': LARGE[:5000]})
        self.assert_provisioned(outcome)
        self.assertEqual(['bytes=5000-'], self.ranges(outcome))
        self.assertEqual(digest(LARGE), outcome.digest)

    @under_the_extremes
    def test_leavings_of_another_file_cost_one_more_download(self, python):
        for leavings in (b'x' * 5000, b'x' * (len(LARGE) + 1), b'x' * len(LARGE)):
            outcome = self.fetch(python, flash={'file.part': leavings})
            self.assert_provisioned(outcome)
            self.assertEqual(digest(LARGE), outcome.digest)

    @under_the_extremes
    def test_waits_for_a_server_that_is_busy(self, python):
        busy = html(503, 'busy')
        outcome = self.play(python, script={CONTENT: [busy, busy, File(CONFIG_TEXT)],
                                            META: [busy, json_of({'size': len(CONFIG_TEXT)})]})
        self.assert_provisioned(outcome)


class TestVerified(Download):

    @under_the_extremes
    def test_an_altered_file_is_fetched_once_more(self, python):
        altered = Reply(200, 'text/plain', 'hostname leaf-2\n')
        outcome = self.play(python, script={CONTENT: [altered, File(CONFIG_TEXT)]})
        self.assert_provisioned(outcome)
        self.assertEqual(CONFIG_TEXT, outcome.content['startup-config'])

    @under_the_extremes
    def test_an_older_servers_sha1_will_do(self, python):
        good = {'size': len(CONFIG_TEXT), 'sha1': hashlib.sha1(CONFIG_TEXT.encode()).hexdigest()}
        self.assert_provisioned(self.play(python, script={META: json_of(good)}))
        outcome = self.play(python, script={META: json_of(dict(good, sha1='0' * 40))})
        self.assert_failed(outcome, 'sha1 checksum is', '0' * 40)
        self.assertEqual([], outcome.files)

    @under_the_extremes
    def test_without_metadata_there_is_nothing_to_verify(self, python):
        for status in (404, 500):
            self.assert_provisioned(self.play(python, script={META: html(status, 'no')}))

    @under_the_extremes
    def test_what_was_there_stays_until_the_new_one_is_verified(self, python):
        outcome = self.play(python, [FETCH], sources={'fetch': FETCHES}, flash={'file': 'old'},
                            files={'files/large': LARGE},
                            script={('GET', '/files/large'): Reply(200, 'text/plain', 'new')})
        self.assert_failed(outcome, '3 bytes, %d expected' % len(LARGE))
        self.assertEqual({'file': 'old'}, outcome.content)


class TestElsewhere(Download):

    @under_the_extremes
    def test_another_server_may_call_it_what_it_likes_and_redirect(self, python):
        image = File(LARGE, cuts=[10000], content_type='application/octet-stream')
        script = {('GET', '/moved'): Reply(302, 'text/html', '', {'Location': '/image'}),
                  ('GET', '/image'): image}
        with ScriptedServer(script=script) as other:
            outcome = self.fetch(python, url=other.url + '/moved')
            self.assert_provisioned(outcome)
            self.assertEqual(digest(LARGE), outcome.digest)
            self.assertEqual([], [path for _verb, path, headers, _ in other.requests
                                  if headers.get('X-Ztps-Node-Id') or 'meta' in path])

    @under_the_extremes
    def test_other_schemes_are_refused(self, python):
        outcome = self.fetch(python, url='ftp://localhost/image')
        self.assert_failed(outcome, 'not an http or https URL: ftp://localhost/image')

    @under_the_extremes
    def test_without_a_length_the_end_is_the_end(self, python):
        reply = Reply(200, 'text/plain', CONFIG_TEXT, {'Content-Length': None})
        outcome = self.play(python, script={CONTENT: reply, META: html(404, 'no')})
        self.assert_provisioned(outcome)
        self.assertEqual(CONFIG_TEXT, outcome.content['startup-config'])


@unittest.skipUnless(os.getuid() == 0, 'a flash of a given size is a mount, which needs root')
class TestSpace(Download):

    @under_the_extremes
    def test_what_does_not_fit_is_not_begun(self, python):
        outcome = self.fetch(python, flash_bytes=131072)
        self.assert_failed(outcome, 'not enough space on flash for ', '262144 bytes needed, ')
        self.assertEqual([], self.ranges(outcome))
        self.assertEqual([], outcome.files)

    @under_the_extremes
    def test_from_elsewhere_the_length_tells(self, python):
        with ScriptedServer(files={'large': LARGE}) as other:
            outcome = self.fetch(python, url=other.url + '/large', flash_bytes=131072)
            self.assert_failed(outcome, 'not enough space on flash for ')

    @under_the_extremes
    def test_where_nothing_tells_flash_fills_up(self, python):
        endless = Reply(200, 'text/plain', LARGE, {'Content-Length': None})
        with ScriptedServer(script={('GET', '/large'): endless}) as other:
            outcome = self.fetch(python, url=other.url + '/large', flash_bytes=131072)
            self.assert_failed(outcome, 'no space left for ')
            self.assertEqual([], outcome.files)


class TestProgress(Download):

    @under_the_extremes
    def test_a_download_says_how_far_it_is(self, python):
        outcome = self.fetch(python, environment=dict(QUICK, ZTPS_REPORT_INTERVAL='0'))
        self.assert_provisioned(outcome)
        progress = [event for event in outcome.events if event['stage'] == 'download']
        self.assertGreater(len(progress), 2)
        percents = [event['percent'] for event in progress]
        self.assertEqual(sorted(percents), percents)
        self.assertEqual((100, 'files/large: 262144 of 262144 bytes', 'fetch'),
                         (percents[-1], progress[-1]['message'], progress[-1]['action']))

    @under_the_extremes
    def test_a_failed_report_fails_nothing(self, python):
        reports = ('POST', '/nodes/JPE14130001/events')
        for behaviour in (html(500, 'no'), Cut(Reply(200, 'text/plain', 'x'), 0)):
            outcome = self.play(python, [CONFIG] * 4, script={reports: behaviour})
            self.assert_provisioned(outcome)
            self.assertEqual(5 if behaviour.__class__ is Reply else 10, len(outcome.events))


if __name__ == '__main__':
    unittest.main()
