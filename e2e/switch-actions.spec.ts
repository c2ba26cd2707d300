import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DataRoot, makeDataRoot, writeFiles } from './support/data-root.ts'
import { INTERPRETERS } from './support/interpreters.ts'
import { type MailSink, startMailSink } from './support/mail-sink.ts'
import { startServer, type TestServer } from './support/server.ts'
import { clientFiles, rackSwitch } from './support/virtual-eos.ts'

let data: DataRoot
let mail: MailSink
let server: TestServer

/**
 * All of them, each doing what it is for.
 *
 * @param elsewhere a folder that stands for what the switch has outside of flash
 */
function definition(elsewhere: string): string {
  return `attributes:
  owner: ops
  address: allocate('mgmt')
actions:
  - action: run_bash_script
    attributes:
      url: files/prepare.sh
      variables: {owner: $owner}
  - action: install_image
    attributes: {url: files/EOS.swi, version: 4.32.2F, image_name_from_url: true}
  - action: install_extension
    attributes: {url: files/telemetry-1.0.rpm, force: true}
  - action: install_cli_plugin
    attributes: {url: files/Router.py}
  - action: replace_config
    attributes: {url: files/whole.config}
  - action: add_config
    attributes:
      url: files/ma1.template
      substitution_mode: strict
      variables: {address: $address}
  - action: copy_file
    attributes: {src_url: files/motd, dst_url: /mnt/flash, overwrite: backup, mode: '0640'}
  - action: copy_file
    attributes: {src_url: files/motd, dst_url: ${elsewhere}/etc, overwrite: if-missing}
  - action: configure_ansible_client
    attributes: {passwd: secret, key: files/ansible.pub, root: ${elsewhere}/persist}
  - action: run_cli_commands
    attributes:
      url: files/commands
      variables: {name: kept}
  - action: template
    timeout: 60
    attributes: {greeting: hello}
  - action: send_email
    attributes:
      smarthost: ${mail.address}
      sender: ztp@example.com
      receivers: noc@example.com
      subject: a switch is ready
      commands: [show version]
      attachments: []
`
}

beforeAll(async () => {
  mail = await startMailSink()
  data = await makeDataRoot({
    ...(await clientFiles()),
    neighbordb: 'patterns:\n  - {name: all, definition: all, interfaces: [{any: any:any}]}\n',
    'resources/mgmt': '192.0.2.1/24: null\n192.0.2.2/24: null\n',
    'files/prepare.sh': '#!/bin/bash\necho "owned by $owner" > "$${ZTPS_FLASH}/prepared"\n',
    'files/EOS.swi': 'an image',
    'files/telemetry-1.0.rpm': 'an extension',
    'files/Router.py': 'plugin = True\n',
    'files/whole.config': 'hostname whole\n',
    'files/ma1.template': 'interface Management1\n   ip address $address\n',
    'files/motd': 'new\n',
    'files/ansible.pub': 'ssh-ed25519 AAAA ansible@example.com\n',
    'files/commands': 'copy flash:startup-config flash:config-$name\n',
  })
  server = await startServer({ dataRoot: data.path })
})

afterAll(async () => {
  await server.stop()
  await mail.close()
  await data.remove()
})

describe.each(INTERPRETERS)('$name', (python) => {
  it('every action does what it is for, in one run', async () => {
    const serial = `ALL${python.name.replace(/\W/g, '')}`
    const elsewhere = join(data.path, '..', serial)
    await writeFiles(data.path, { 'definitions/all': definition(elsewhere) })
    const leaf = await rackSwitch({
      serial,
      python,
      version: '4.28.0F',
      neighbors: { Ethernet1: 'spine1:Ethernet1' },
      flash: { motd: 'old\n' },
    })
    const { booted, output } = await leaf.boot(server.url)
    expect([booted, output]).toEqual([true, expect.stringContaining('hello from DCS-7050TX-64-R')])

    expect(await leaf.files()).toEqual([
      '.extensions/telemetry-1.0.rpm',
      '.ztp-files/motd',
      '.ztp-plugins/Router.py',
      'EOS.swi',
      'boot-config',
      'boot-extensions',
      'config-kept',
      'motd',
      'motd.backup',
      'prepared',
      'rc.eos',
      'startup-config',
    ])
    const config = await leaf.read('startup-config')
    expect(config).toMatch(
      /^hostname whole\n\ninterface Management1\n {3}ip address 192\.0\.2\.[12]\/24\n$/,
    )
    expect(await leaf.read('config-kept')).toBe(config)
    expect(await leaf.read('boot-config')).toBe('SWI=flash:/EOS.swi\n')
    expect(await leaf.read('boot-extensions')).toBe('telemetry-1.0.rpm force\n')
    expect(await leaf.read('prepared')).toBe('owned by ops\n')
    expect([await leaf.read('motd'), await leaf.read('motd.backup')]).toEqual(['new\n', 'old\n'])
    expect((await stat(leaf.path('motd'))).mode & 0o7777).toBe(0o640)
    // A user with a hash for a password, now and after every boot.
    const home = join(elsewhere, 'persist/ansible')
    expect(await leaf.read('rc.eos')).toMatch(
      new RegExp(`^useradd -M -d ${home} -g eosadmin -p '\\$[16]\\$\\S+' ansible$`, 'm'),
    )
    expect(await readFile(join(home, '.ssh/authorized_keys'), 'utf8')).toBe(
      'ssh-ed25519 AAAA ansible@example.com\n',
    )
    // The reboot ran rc.eos, which copies what does not survive one.
    expect(await readFile(join(elsewhere, 'etc/motd'), 'utf8')).toBe('new\n')
    expect(mail.mails().at(-1)).toMatch(/RCPT TO:<noc@example.com>[\s\S]*show_version\.txt/i)
    expect(attachments(mail.mails().at(-1) ?? '')).toContain(`Serial number:       ${serial}`)
  })

  it('there is no action that this story forgets', async () => {
    const names = await readdir(join(data.path, 'actions'))
    const told = [...definition('').matchAll(/- action: (\w+)/g)].map(([, name]) => name)
    expect([...new Set(told)].toSorted()).toEqual(names.toSorted())
  })
})

/** The text of a mail's base64 parts. */
function attachments(text: string): string {
  return [...text.matchAll(/^content-transfer-encoding: base64\n[\s\S]*?\n\n([^-]*)/gim)]
    .map(([, part = '']) => Buffer.from(part, 'base64').toString('utf8'))
    .join('\n')
}
