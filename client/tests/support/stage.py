"""One scenario, played under every Python at once, each on a virtual switch of its own."""

from __future__ import unicode_literals

import concurrent.futures
import functools
import itertools
import traceback
import unittest

from support import interpreters
from support.server import ScriptedServer
from veos.identity import Identity
from veos.switch import VirtualSwitch

# Patience for tests: little, but enough for a machine that is busy with other things. There, too,
# no download is so slow that it is reported on the way.
QUICK = {'ZTPS_HTTP_TIMEOUT': '30', 'ZTPS_HTTP_RETRIES': '2', 'ZTPS_HTTP_BACKOFF': '0.05',
         'ZTPS_EAPI_START': '60', 'ZTPS_REPORT_INTERVAL': '600', 'ZTPS_XMPP_GOODBYE': '60'}
IMPATIENT = dict(QUICK, ZTPS_HTTP_TIMEOUT='1', ZTPS_HTTP_RETRIES='1')

POOL = concurrent.futures.ThreadPoolExecutor(8)

CONFIG = {'action': 'replace_config', 'attributes': {'url': 'files/config'}}
CONFIG_TEXT = 'hostname leaf-1\n'


def played(method, plays):
    """A test method that runs `method(self, interpreter, …)` for each of (name, arguments), all
    at once, and fails with the stories of those that failed."""
    @functools.wraps(method)
    def play(self):
        running = [(name, POOL.submit(method, self, *arguments)) for name, arguments in plays]
        failures = ['%s:\n%s' % (name, story_of(one.exception()))
                    for name, one in running if one.exception()]
        if failures:
            self.fail('\n'.join(failures))
    return play


def under_each(pythons, cases=(('the test',),)):
    """Decorates a test method of (self, interpreter, …): plays it under each of these Pythons,
    and with each case of a table: a case is a tuple of its name and what the method takes."""
    return lambda method: played(method, [
        ('%s, Python %s' % (case[0], name), (path,) + case[1:])
        for case in cases for name, path in pythons])


def in_rotation(cases):
    """As for_every_case, each case under one Python, the next case under the next."""
    return lambda method: played(method, [
        ('%s, Python %s' % (case[0], name), (path,) + case[1:])
        for case, (name, path) in zip(cases, itertools.cycle(interpreters.ALL))])


def story_of(exception):
    """An exception and how it came to it, from the test on."""
    return ''.join(traceback.format_exception(None, exception, exception.__traceback__)[2:])


under_every_python = under_each(interpreters.ALL)
under_the_extremes = under_each(interpreters.EXTREMES)


def for_every_case(cases):
    """Decorates a test method that is played with each case of a table, under the extremes."""
    return under_each(interpreters.EXTREMES, cases)


class Scenario(unittest.TestCase):
    """A test that puts a switch and a server on the stage."""

    maxDiff = None

    def play(self, interpreter, actions=(CONFIG,), arguments=(), identity=None, faults=None,
             flash=None, flash_bytes=None, before=None, after=None, environment=None,
             **server):
        """Runs the bootstrap script. Returns an Outcome: the run, what flash holds then, the
        server's and the switch's memories.

        before(switch, server) and after(switch) are called with the curtain up."""
        server.setdefault('files', {}).setdefault('files/config', CONFIG_TEXT)
        with ScriptedServer(actions=actions, **server) as served, \
                VirtualSwitch(interpreter, identity or Identity(), flash_bytes, faults) as switch:
            for name, content in (flash or {}).items():
                switch.write(name, content)
            if before:
                before(switch, served)
            run = switch.run_script(served.bootstrap(), arguments, **(environment or QUICK))
            if after:
                after(switch)
            return Outcome(run, switch, served)

    def assert_provisioned(self, outcome):
        self.assertEqual('ZTP bootstrap completed successfully!', outcome.run.last,
                         outcome.run.out + outcome.run.err)
        self.assertEqual(0, outcome.run.code)
        self.assertEqual('', outcome.run.err)

    def assert_failed(self, outcome, *words):
        """The run failed for that reason, in its last line, and says nothing on stderr."""
        self.assertRegex(outcome.run.last, r'^ERROR: .*Bootstrap process failed: ',
                         outcome.run.out + outcome.run.err)
        for word in words:
            self.assertIn(word, outcome.run.last, outcome.run.out)
        self.assertEqual(1, outcome.run.code)
        self.assertEqual('', outcome.run.err)


class Outcome(object):
    """What is left when the curtain falls."""

    def __init__(self, run, switch, server):
        self.run = run
        self.files = switch.files()
        self.content = dict((name, switch.read(name)) for name in self.files
                            if not name.endswith('/') and len(switch.read_bytes(name)) < 100000)
        self.left_in_tmp = [name for name in switch.files('tmp') if name != 'zt-download']
        self.syslog = switch.syslog.lines()
        self.history = switch.cli.history
        self.noted = switch.noted()
        self.server = server
        self.events = server.events()
