"""The ten actions, run by the real script on a virtual switch, and a reboot where it matters."""

from __future__ import unicode_literals

import os
import unittest

from support.stage import CONFIG, Scenario, in_rotation, under_every_python, under_the_extremes
from veos.identity import Identity


def act(name, **attributes):
    return {'action': name, 'attributes': attributes}


FAILED = 'executing action failed (%s): %s'

# (name, action, what the last line says)
REFUSALS = [
    (name + ' without ' + attribute, act(name, **given),
     FAILED % (name, "Missing attribute('%s')" % attribute))
    for name, attribute, given in [
        ('add_config', 'url', {}), ('replace_config', 'url', {}),
        ('copy_file', 'src_url', {'dst_url': '/mnt/flash'}),
        ('copy_file', 'dst_url', {'src_url': 'files/x'}),
        ('install_image', 'url', {'version': '4.15.0F'}),
        ('install_image', 'version', {'url': 'files/x'}),
        ('install_extension', 'url', {}), ('install_cli_plugin', 'url', {}),
        ('run_bash_script', 'url', {}), ('run_cli_commands', 'url', {}),
        ('send_email', 'smarthost', {'sender': 'a', 'receivers': 'b'}),
        ('send_email', 'sender', {'smarthost': 'a', 'receivers': 'b'}),
        ('send_email', 'receivers', {'smarthost': 'a', 'sender': 'b'}),
        ('template', 'greeting', {})]
] + [
    (action['action'] + ' of a missing file', action, FAILED % (action['action'], words))
    for action, words in [
        (act('add_config', url='files/missing'), 'Unable to retrieve config from URL'),
        (act('replace_config', url='files/missing'), 'Unable to retrieve config from URL'),
        (act('copy_file', src_url='files/missing', dst_url='/mnt/flash'),
         'Unable to retrieve file from URL'),
        (act('install_image', url='files/missing', version='4.15.0F'),
         'Unable to retrieve image file from URL'),
        (act('install_extension', url='files/missing'), 'Unable to retrieve extension from URL'),
        (act('install_cli_plugin', url='files/missing'), 'Unable to retrieve CliPlugin from URL'),
        (act('run_bash_script', url='files/missing'), 'Unable to retrieve config from URL'),
        (act('run_cli_commands', url='files/missing'), 'Unable to retrieve config from URL'),
        (act('configure_ansible_client', key='files/missing'), 'unexpected response from server')]
] + [
    ('add_config: mode', act('add_config', url='files/x', substitution_mode='tight'),
     'Invalid option specified for substitution_mode attribute'),
    ('add_config: variable', act('add_config', url='files/x', variables={'a': 1},
                                 substitution_mode='strict'),
     'Unable to perform variable substitution - invalid variables: Unable to perform variable '
     "substitution - 'x' missing from list of substitutions"),
    ('add_config: variables', act('add_config', url='files/x', variables='a'),
     'Unable to perform variable substitution - invalid variables'),
    ('copy_file: overwrite', act('copy_file', src_url='files/x', dst_url='/x', overwrite='never'),
     "Erroneous 'overwrite' value"),
    ('copy_file: mode', act('copy_file', src_url='files/x', dst_url='/x', mode=438),
     "Erroneous 'mode' value"),
    ('run_bash_script: variable', act('run_bash_script', url='files/x', variables={}),
     'Unable to perform variable substitution - invalid variables'),
    ('run_bash_script: status', act('run_bash_script', url='files/script'),
     'Running files/script in bash failed return_code=3, stdout=out | , stderr=err'),
    ('run_cli_commands: variable', act('run_cli_commands', url='files/x', variables={'y': 1}),
     'Unable to perform variable substitution - invalid variables'),
    ('run_cli_commands: command', act('run_cli_commands', url='files/config'),
     "Running CLI commands hostname leaf-1 failed: eAPI 'enable; hostname leaf-1': CLI command 2 "
     "of 2 'hostname leaf-1' failed: invalid command | Invalid input (at token 0: 'hostname')"),
    ('send_email: nobody there', act('send_email', smarthost='127.0.0.1:1', sender='a',
                                     receivers='b'), 'Unable to send mail: '),
    ('send_email: attachment', act('send_email', smarthost='127.0.0.1:1', sender='a',
                                   receivers='b', attachments='/no/file'),
     'Unable to attach /no/file: '),
]


class TestRefusals(Scenario):

    @in_rotation(REFUSALS)
    def test_every_action_says_what_is_wrong(self, python, action, words):
        outcome = self.play(python, [action], files={
            'files/x': 'value $x\n', 'files/script': 'echo out; echo err >&2; exit 3'})
        self.assert_failed(outcome, words)
        self.assertEqual([], outcome.files)


class TestConfigs(Scenario):

    @under_every_python
    def test_add_config_composes_a_configuration(self, python):
        variables = {'name': 'zwölf', 'number': 12}
        outcome = self.play(python, [
            act('add_config', url='files/a', variables=variables),
            act('add_config', url='files/a', variables=variables, substitution_mode='loose'),
            act('add_config', url='files/b', variables=variables, substitution_mode='strict'),
            act('add_config', url='files/c')],
            files={'files/a': 'hostname $name-$number\r\nsecret 5 $1$abc$other\r\n',
                   'files/b': 'vlan ${number}\n', 'files/c': 'as $it is $$\n'})
        self.assert_provisioned(outcome)
        part = 'hostname zwölf-12\nsecret 5 $1$abc$other\n\n'
        self.assertEqual(part * 2 + 'vlan 12\n\nas $it is $$\n', outcome.content['startup-config'])

    @under_the_extremes
    def test_replace_config_replaces(self, python):
        outcome = self.play(python, [act('add_config', url='files/a'), CONFIG],
                            files={'files/a': 'never seen'})
        self.assertEqual('hostname leaf-1\n', outcome.content['startup-config'])


class TestCopyFile(Scenario):

    @under_the_extremes
    def test_to_a_folder_that_survives(self, python):
        url = 'files/höme/a file'
        outcome = self.play(python, [
            act('copy_file', src_url=url, dst_url='/mnt/flash/new/folder/', mode='0640'),
            act('copy_file', src_url='files/keep', dst_url='/mnt/flash', overwrite='if-missing'),
            act('copy_file', src_url='files/save', dst_url='/mnt/flash', overwrite='backup'),
            act('copy_file', src_url='files/ümlaut', dst_url='/mnt/flash', overwrite='replace',
                mode=755), CONFIG],
            files={url: 'new', 'files/keep': 'new', 'files/save': 'new', 'files/ümlaut': 'new'},
            flash={'keep': 'old', 'save': 'old', 'ümlaut': 'old'},
            after=lambda switch: self.assertEqual(
                [0o640, 0o755], [os.stat(switch.path('flash', name)).st_mode & 0o7777
                                 for name in ('new/folder/a file', 'ümlaut')]))
        self.assert_provisioned(outcome)
        self.assertEqual({'new/folder/a file': 'new', 'keep': 'old', 'save': 'new', 'ümlaut': 'new',
                          'save.backup': 'old', 'startup-config': 'hostname leaf-1\n'},
                         outcome.content)

    @under_every_python
    def test_to_a_folder_that_does_not(self, python):
        actions = [act('copy_file', src_url='files/höme/a b', mode='0600'),
                   act('copy_file', src_url='files/keep', overwrite='if-missing'),
                   act('copy_file', src_url='files/save', overwrite='backup'),
                   act('copy_file', src_url='files/other/save', overwrite='replace'), CONFIG]

        def aim(switch, _server):
            for index, action in enumerate(actions[:4]):
                action['attributes']['dst_url'] = switch.path('persist', 'other' if index == 3
                                                              else 'plain')
            switch.write('plain/keep', 'old', 'persist')
            switch.write('plain/save', 'old', 'persist')

        def reboot(switch):
            persist = switch.path('persist')
            flash = switch.flash
            self.assertEqual(['/'.join(['.ztp-files', name]) for name in (
                'a b', 'keep', 'save')], switch.files()[1:4])
            self.assertEqual(
                ["sudo cp '%s/.ztp-files/a b' '%s/plain/a b'" % (flash, persist),
                 "sudo chmod 0600 '%s/plain/a b'" % persist,
                 '[ ! -f {0}/plain/keep ] && sudo cp {1}/.ztp-files/keep {0}/plain/keep'.format(
                     persist, flash),
                 '[ -f {0}/plain/save ] && sudo mv {0}/plain/save {0}/plain/save.backup'.format(
                     persist),
                 'sudo cp {1}/.ztp-files/save {0}/plain/save'.format(persist, flash)],
                [line for line in switch.read('rc.eos').splitlines()
                 if 'sudo' in line and 'mkdir' not in line][:5])
            switch.reboot()
            self.assertEqual(['other/', 'other/save', 'plain/', 'plain/a b', 'plain/keep',
                              'plain/save', 'plain/save.backup'], switch.files('persist'))
            self.assertEqual('new', switch.read('other/save', 'persist'))
            self.assertEqual('old', switch.read('plain/keep', 'persist'))
            self.assertEqual('old', switch.read('plain/save.backup', 'persist'))
            self.assertEqual(0o600, os.stat(os.path.join(persist, 'plain/a b')).st_mode & 0o777)

        outcome = self.play(python, actions, before=aim, after=reboot, files={
            'files/höme/a b': 'x', 'files/keep': 'new', 'files/save': 'x',
            'files/other/save': 'new'})
        self.assert_provisioned(outcome)


class TestInstall(Scenario):

    @under_the_extremes
    def test_install_image(self, python):
        def reboot(switch):
            self.assertIn('install source flash:EOS-4.23.1F.swi', switch.cli.history)
            self.assertEqual('SWI=flash:EOS-4.23.1F.swi\n', switch.read('boot-config')
                             .replace('flash:/', 'flash:'))
            switch.reboot()
            self.assertEqual('4.23.1F', switch.identity.version)
        outcome = self.play(python, [
            act('install_image', url='files/eos-new', version='4.23.1F'), CONFIG],
            files={'files/eos-new': 'image'}, flash={'EOS.swi': 'old'}, after=reboot)
        self.assert_provisioned(outcome)
        self.assertEqual('image', outcome.content['EOS-4.23.1F.swi'])

    @under_the_extremes
    def test_install_image_that_is_not_to_be(self, python):
        for attributes, words in [
                ({'version': '4.22.0F'}, 'nothing to do: version 4.22.0F is running'),
                ({'version': '4.9.10M', 'downgrade': False},
                 'nothing to do: downgrade disabled')]:
            outcome = self.play(python, [act('install_image', url='files/x', **attributes), CONFIG])
            self.assert_provisioned(outcome)
            self.assertIn(words, outcome.run.out)
            self.assertEqual(['startup-config'], outcome.files)

    @under_the_extremes
    def test_install_image_older_under_its_own_name(self, python):
        outcome = self.play(python, [
            act('install_image', url='files/sub/vEOS-lab.swi', version='4.15.0F',
                image_name_from_url=True), CONFIG], files={'files/sub/vEOS-lab.swi': 'image'})
        self.assert_provisioned(outcome)
        self.assertEqual(['boot-config', 'startup-config', 'vEOS-lab.swi'], outcome.files)

    @under_the_extremes
    def test_install_image_that_the_switch_refuses(self, python):
        outcome = self.play(python, [act('install_image', url='files/x', version='4.23.1F')],
                            files={'files/x': 'image'}, flash={'boot-config': 'SWI=flash:/old'},
                            faults={'refused': ['install source flash:EOS-4.23.1F.swi']})
        self.assert_failed(outcome, FAILED % ('install_image', 'eAPI '), 'Invalid input')
        self.assertEqual({'boot-config': 'SWI=flash:/old'}, outcome.content)

    @under_the_extremes
    def test_install_extension(self, python):
        outcome = self.play(python, [
            act('install_extension', url='files/ext/a.rpm', force=True),
            act('install_extension', url='files/ext/a.rpm'),
            act('install_extension', url='files/ext/b.swix', force='true'), CONFIG],
            files={'files/ext/a.rpm': 'a', 'files/ext/b.swix': 'b'})
        self.assert_provisioned(outcome)
        self.assertEqual('a.rpm\nb.swix force\n', outcome.content['boot-extensions'])
        self.assertEqual(('a', 'b'), (outcome.content['.extensions/a.rpm'],
                                      outcome.content['.extensions/b.swix']))

    @under_the_extremes
    def test_install_cli_plugin(self, python):
        outcome = self.play(python, [act('install_cli_plugin', url='files/Plügin.py'), CONFIG],
                            files={'files/Plügin.py': 'x'}, after=lambda switch: switch.reboot())
        self.assert_provisioned(outcome)
        self.assertEqual('x', outcome.content['.ztp-plugins/Plügin.py'])
        self.assertRegex(outcome.content['rc.eos'],
                         r"site-packages/CliPlugin; do .* sudo cp '?/.*/\.ztp-plugins/Plügin\.py'? ")


class TestRun(Scenario):

    @under_the_extremes
    def test_run_bash_script(self, python):
        outcome = self.play(python, [
            act('run_bash_script', url='files/plain'),
            act('run_bash_script', url='files/template', variables={'who': 'wörld'}), CONFIG],
            files={'files/plain': '#!/bin/sh\nX=y\necho "$X" > "$ZTPS_FLASH/plain"\n',
                   'files/template': 'echo "$who $$HOME" > "$$ZTPS_FLASH/filled"; echo e >&2\n'},
            after=lambda switch: self.assertEqual('wörld %s\n' % switch.root,
                                                  switch.read('filled')))
        self.assert_provisioned(outcome)
        self.assertEqual('y\n', outcome.content['plain'])
        self.assertEqual([], outcome.left_in_tmp)

    @under_the_extremes
    def test_run_cli_commands(self, python):
        outcome = self.play(python, [
            act('run_cli_commands', url='files/commands', variables={'what': 'version'}),
            act('run_cli_commands', url='files/none')],
            files={'files/commands': '\nshow $what\n  configure\nhostname $$x\r\nend\n\n'
                                     'write memory\n', 'files/none': '\n \n'})
        self.assert_provisioned(outcome)
        self.assertEqual(['show version', 'configure', 'hostname $x', 'end', 'write memory'],
                         outcome.history[-5:])

    @under_the_extremes
    def test_template_says_hello(self, python):
        outcome = self.play(python, [act('template', greeting='hello', times=2), CONFIG],
                            identity=Identity(model='vEOS'))
        self.assert_provisioned(outcome)
        self.assertEqual(2, outcome.run.out.count('JPE14130001: hello from vEOS'))


class TestAnsible(Scenario):

    @under_every_python
    def test_creates_a_user(self, python):
        action = act('configure_ansible_client', passwd="s'ecret", key='files/key')

        def aim(switch, _server):
            action['attributes']['root'] = switch.path('persist')

        def look(switch):
            ssh = switch.path('persist', 'ansible', '.ssh')
            self.assertEqual([0o755, 0o700, 0o600], [
                os.stat(path).st_mode & 0o7777
                for path in (os.path.dirname(ssh), ssh, os.path.join(ssh, 'authorized_keys'))])
            self.assertEqual('ssh-rsa AAAA me\n', switch.read('ansible/.ssh/authorized_keys',
                                                              'persist'))
            home = switch.path('persist', 'ansible')
            calls = switch.noted().splitlines()
            self.assertRegex(calls[0], r'^useradd -M -d %s -g eosadmin -p \$6\$\S+ ansible$' % home)
            self.assertEqual('chown -R ansible:eosadmin %s' % home, calls[1])
            switch.reboot()
            self.assertEqual(calls[0], switch.noted().splitlines()[2])
        outcome = self.play(python, [action, CONFIG], files={'files/key': 'ssh-rsa AAAA me\n'},
                            before=aim, after=look)
        self.assert_provisioned(outcome)
        self.assertNotIn('ecret', ''.join(outcome.content.values()) + outcome.run.out)

    @under_the_extremes
    def test_a_user_that_exists_is_changed(self, python):
        action = act('configure_ansible_client', user='daemon', group='daemon')

        def aim(switch, _server):
            action['attributes']['root'] = switch.path('persist')
        outcome = self.play(python, [action, CONFIG], before=aim)
        self.assert_provisioned(outcome)
        self.assertRegex(outcome.noted, '^usermod -d .*/daemon -g daemon -p .* daemon\n')
        self.assertIn('useradd -M -d ', outcome.content['rc.eos'])

    @under_the_extremes
    def test_an_old_openssl_hashes_with_md5(self, python):
        def age(switch, _server):
            switch.program('openssl', '#!/bin/sh\n[ "$2" = -6 ] && { echo unknown option >&2; '
                                      'exit 1; }\nexec /usr/bin/openssl "$@"\n')
            outcome_action['attributes']['root'] = switch.path('persist')
        outcome_action = act('configure_ansible_client')
        outcome = self.play(python, [outcome_action, CONFIG], before=age)
        self.assert_provisioned(outcome)
        self.assertRegex(outcome.noted, r'-p \$1\$\S+ ansible')

    @under_the_extremes
    def test_a_failing_command_does_not_tell_the_hash(self, python):
        def break_useradd(switch, _server):
            switch.program('useradd', '#!/bin/sh\necho "no such group" >&2; exit 6\n')
        outcome = self.play(python, [act('configure_ansible_client')], before=break_useradd)
        self.assert_failed(outcome, 'useradd -M -d /persist/local/ansible -g eosadmin -p ... '
                           'ansible', 'return_code=6, no such group')
        self.assertNotIn('$6$', outcome.run.out)


if __name__ == '__main__':
    unittest.main()
