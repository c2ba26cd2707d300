"""From an empty flash to a booted switch, over and over: ZTP as EOS does it."""

from __future__ import unicode_literals

import os
import subprocess
import sys
import tempfile
import unittest

from support.server import ScriptedServer, html
from support.stage import CONFIG, QUICK, Scenario, under_every_python, under_the_extremes
from veos import seal
from veos.identity import Identity
from veos.switch import VirtualSwitch

VEOS = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'veos')
IMAGE = {'action': 'install_image', 'attributes': {'url': 'files/image', 'version': '4.23.1F'}}
FILES = {'files/config': 'hostname leaf-1\n', 'files/image': 'image', 'files/motd': 'motd'}


class TestBoot(Scenario):

    @under_every_python
    def test_boots_on_the_second_attempt(self, python):
        actions = [IMAGE, CONFIG]
        with ScriptedServer(actions, FILES) as served, VirtualSwitch(python) as switch:
            served.script[('GET', '/actions/replace_config')] = [html(404, 'later'), None]
            runs = switch.boot(served.url + '/bootstrap', **QUICK)
            self.assertEqual([1, 0], [run.code for run in runs], runs[-1].out)
            self.assertFalse(switch.needs_ztp())
            self.assertEqual('4.23.1F', switch.identity.version)
            self.assertEqual(['EOS-4.23.1F.swi', 'boot-config', 'startup-config'], switch.files())

    @under_the_extremes
    def test_a_failed_attempt_leaves_nothing_that_would_end_ztp(self, python):
        with ScriptedServer([IMAGE, {'action': 'nowhere'}], FILES) as served, \
                VirtualSwitch(python) as switch:
            switch.write('startup-config', '')
            switch.write('boot-config', 'SWI=flash:/old.swi\n')
            switch.write('old.swi', 'old')
            runs = switch.boot(served.url + '/bootstrap', attempts=2, **QUICK)
            self.assertEqual([1, 1], [run.code for run in runs])
            self.assertTrue(switch.needs_ztp())
            self.assertEqual({'boot-config', 'old.swi'}, set(switch.files()))
            switch.reboot()

    @under_the_extremes
    def test_tells_the_server_what_eos_tells(self, python):
        for identity in (Identity(), Identity(model='vEOS', serial='')):
            with ScriptedServer([CONFIG], FILES) as served, \
                    VirtualSwitch(python, identity) as switch:
                switch.boot(served.url + '/bootstrap', **QUICK)
                sent = served.requests[0][2]
                self.assertEqual(identity.mac, sent['X-Arista-SystemMAC'])
                self.assertEqual(identity.serial or None, sent.get('X-Arista-Serial'))


@unittest.skipUnless(seal.available(), 'sealed worlds need root and overlayfs')
class TestSealed(Scenario):
    """Every path as on a switch: not one ZTPS_ variable."""

    @under_every_python
    def test_runs_where_everything_has_its_own_place(self, python):
        def copy(folder):
            return {'action': 'copy_file', 'attributes': {
                'src_url': 'files/motd', 'dst_url': folder, 'mode': '0640'}}
        actions = [copy('/persist/local/folder'), copy('/mnt/flash'), copy('/etc/ztp'), CONFIG,
                   {'action': 'configure_ansible_client'}]
        with ScriptedServer(actions, FILES) as served, \
                VirtualSwitch(python, sealed=True) as switch:
            run, = switch.boot(served.url + '/bootstrap')
            self.assertEqual((0, ''), (run.code, run.err), run.out)
            self.assertIn('<15>ZTPS - DEBUG: JPE14130001: Executing action copy_file',
                          switch.syslog.lines())
            self.assertEqual(['local/', 'local/ansible/', 'local/folder/', 'local/folder/motd'],
                             switch.files('persist'))
            self.assertEqual(['.ztp-files/', '.ztp-files/motd', 'motd', 'rc.eos',
                              'startup-config'], switch.files())
            self.assertEqual('motd', switch.read('upper/etc/ztp/motd', '.'))
            self.assertRegex(switch.noted(), '^useradd -M -d /persist/local/ansible -g eosadmin '
                             r'-p \S+ ansible$')
            self.assertFalse(os.path.exists('/etc/ztp'))

    @under_the_extremes
    def test_changes_to_the_python_that_eos_wants(self, python):
        with ScriptedServer([CONFIG], FILES) as served, \
                VirtualSwitch(python, sealed=True) as switch:
            switch.write('upper/usr/bin/arista-python', '', '.')
            switch.program('upper/usr/bin/python3',
                           '#!/bin/sh\necho "python3 $*"\nexec %s "$@"\n' % sys.executable, '.')
            run = switch.run_script(served.bootstrap(), ['-n'])
            self.assertEqual((0, ''), (run.code, run.err), run.out)
            self.assertEqual('python3 /tmp/zt-download -n', run.out.splitlines()[0])
            self.assertEqual(1, run.out.count('python3 /tmp'))
            self.assertEqual(['startup-config.ztp'], switch.files())


class TestProgram(unittest.TestCase):

    def veos(self, *arguments):
        done = subprocess.run([sys.executable, VEOS] + list(arguments), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, env=dict(os.environ, **QUICK))
        return done.returncode, done.stdout.decode('utf-8'), done.stderr.decode('utf-8')

    def test_boots_a_switch_from_the_command_line(self):
        with ScriptedServer([CONFIG], FILES) as served, tempfile.TemporaryDirectory() as folder:
            saved = os.path.join(folder, 'flash')
            code, out, err = self.veos(
                served.url + '/bootstrap', '--model', 'vEOS', '--version', '4.12.3', '--serial',
                'ABC', '--mac', '00:11:22:33:44:55', '--neighbor', 'Ethernet1=spine:Ethernet2',
                '--save-flash', saved)
            self.assertEqual((0, ''), (code, err))
            self.assertIn('ZTP bootstrap completed successfully!\nflash: startup-config\n', out)
            self.assertEqual(['startup-config'], os.listdir(saved))
            self.assertEqual(
                {'model': 'vEOS', 'version': '4.12.3', 'serialnumber': 'ABC',
                 'systemmac': '00:11:22:33:44:55',
                 'neighbors': {'Ethernet1': [{'device': 'spine', 'port': 'Ethernet2'}]}},
                served.node)

    def test_saving_the_configuration_sets_off_its_event_handlers(self):
        config = """event-handler first
   trigger on-startup-config
   ! action bash echo a remark
   action bash FastCli -p 15 -c 'show ver | grep MAC | cut -d" " -f 5' | tee /mnt/flash/mac
   delay 10
!
event-handler second
   trigger on-boot
   action bash echo at another time
event-handler third
   action bash ip netns exec ns-MGMT echo from the VRF
   trigger on-startup-config
interface Ethernet1
   action bash echo not a handler
"""
        with tempfile.TemporaryDirectory() as folder:
            flash, saved = os.path.join(folder, 'flash'), os.path.join(folder, 'saved')
            os.mkdir(flash)
            with open(os.path.join(flash, 'startup-config'), 'w') as output:
                output.write(config)
            code, out, err = self.veos('http://127.0.0.1:1/never', '--flash', flash, '--mac',
                                       '00:11:22:33:44:55', '--write-memory', '--save-flash', saved)
            self.assertEqual((0, ''), (code, err))
            self.assertEqual(['0011.2233.4455', 'from the VRF', 'flash: mac',
                              'flash: startup-config'], out.splitlines())
            self.assertEqual(['mac', 'startup-config'], sorted(os.listdir(saved)))

    def test_says_when_a_switch_did_not_boot(self):
        with ScriptedServer([{'action': 'nowhere'}]) as served:
            code, out, _err = self.veos(served.url + '/bootstrap', '--attempts', '2')
            self.assertEqual(1, code)
            self.assertEqual(2, out.count('\nERROR: '))

    def test_bad_usage(self):
        code, _out, err = self.veos('http://x/', '--neighbor', 'Ethernet1')
        self.assertEqual(2, code)
        self.assertIn('expected PORT=DEVICE:PORT', err)


if __name__ == '__main__':
    unittest.main()
