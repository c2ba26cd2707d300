import { execFile } from 'node:child_process'
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readSettings } from '../src/config/settings.ts'
import { makeDataRoot } from './support/data-root.ts'
import { FABRIC, leafReport, postNode } from './support/fabric.ts'
import { fencesOf } from './support/fences.ts'
import { runZtps, startServer } from './support/server.ts'
import { hearNotifications } from './support/service-manager.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const UNITS = join(ROOT, 'deploy/systemd')
const PROGRAMS = fileURLToPath(new URL('./support/programs/', import.meta.url))
const run = promisify(execFile)

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ztps-units-'))
  for (const name of await readdir(UNITS)) {
    const text = await readFile(join(UNITS, name), 'utf8')
    // This machine has neither the user nor the program.
    const here = text
      .replace('ExecStart=ztps', `ExecStart=${join(ROOT, 'bin/ztps')}`)
      .replace(/^(User|Group)=ztpserver$/gm, '$1=daemon')
    await writeFile(join(folder, name.replace('@.', '@8081.')), here)
  }
})

afterAll(() => rm(folder, { recursive: true }))

const SERVICES = ['ztpserver.service', 'ztpserver@8081.service']

describe('the units of deploy/systemd', () => {
  it('are such as systemd takes', async () => {
    const units = ['ztpserver.socket', 'ztpserver@8081.socket', ...SERVICES]
    const paths = units.map((name) => join(folder, name))
    const { stderr } = await run('systemd-analyze', ['verify', '--man=no', ...paths])
    expect(stderr).toBe('')
  })

  /** What is left open on purpose, and why. */
  const OPEN: Readonly<Record<string, string>> = {
    PrivateNetwork: 'it is a server',
    RestrictAddressFamilies_AF_INET_INET6: 'it is a server',
    RestrictAddressFamilies_AF_UNIX: 'front servers, workers, systemd',
    IPAddressDeny: 'which networks switches are in, the operator knows',
    RootDirectoryOrRootImage: 'it uses programs of the machine: node, python3',
    PrivateUsers: 'what is written keeps its group',
    SystemCallFilter_privileged: '@chown: what is written keeps its group',
    UMask: 'the group may edit what is written',
    NotifyAccess: 'systemd-notify is a child',
    MemoryDenyWriteExecute: 'V8 compiles to memory',
    DeviceAllow: 'ProtectClock lets the clock be read',
  }

  it.each(SERVICES)('%s is closed but for what it needs', async (name) => {
    const { stdout } = await run('systemd-analyze', [
      'security',
      '--offline=yes',
      '--json=short',
      join(folder, name),
    ])
    const findings: { json_field: string; exposure: string | null; set: boolean }[] =
      JSON.parse(stdout)
    const open = findings.filter((each) => !each.set && Number(each.exposure) > 0)
    expect(open.map((each) => each.json_field).sort()).toEqual(Object.keys(OPEN).sort())
  })

  it('are as little exposed as ztpserver.service says', async () => {
    const text = await readFile(join(UNITS, 'ztpserver.service'), 'utf8')
    const most = /exposure at most (\d\.\d)/.exec(text)?.[1]
    const exposed = await Promise.all(
      SERVICES.map(async (name) => {
        const analyze = ['security', '--offline=yes', '--no-pager', join(folder, name)]
        const { stdout } = await run('systemd-analyze', analyze)
        return Number(/exposure level for .*: (\d+\.\d)/.exec(stdout)?.[1])
      }),
    )
    for (const each of exposed) expect(each).toBeLessThanOrEqual(Number(most))
    expect(Number(most)).toBeLessThanOrEqual(2.5)
  })

  it.each(['ztpserver.service', 'ztpserver@.service'])(
    '%s is tried again however often it could not start',
    async (name) => {
      expect(await linesOf(name, 'Unit')).toContain('StartLimitIntervalSec=0')
      const lines = await linesOf(name, 'Service')
      expect(lines).toEqual(expect.arrayContaining(['Restart=on-failure', 'RestartSec=1']))
    },
  )

  it('restrict one server and one of several alike', async () => {
    const [one, several] = await Promise.all(
      ['ztpserver.service', 'ztpserver@.service'].map(serviceLines),
    )
    expect(one?.filter((line) => !several?.includes(line))).toEqual(['RuntimeDirectory=ztpserver'])
    expect(several?.filter((line) => !one?.includes(line))).toEqual([])
  })
})

async function serviceLines(name: string): Promise<readonly string[]> {
  return linesOf(name, 'Service')
}

async function linesOf(name: string, sectionName: string): Promise<readonly string[]> {
  const text = await readFile(join(UNITS, name), 'utf8')
  const section = new RegExp(`^\\[${sectionName}\\]\\n(.*?)^\\[`, 'ms').exec(text)?.[1] ?? ''
  return section.split('\n').filter((line) => /^[A-Z]/.test(line))
}

describe('docs/guides/systemd.md', () => {
  const page = 'docs/guides/systemd.md'

  it('installs the units, the user and the folders', async () => {
    const root = join(folder, 'root')
    await mkdir(join(root, 'etc/systemd/system'), { recursive: true })
    await mkdir(join(root, 'usr/share'), { recursive: true })
    const [fence] = await fencesOf(page, 'console')
    const commands = [...(fence ?? '').matchAll(/^# (.*)$/gm)].map(([, command = '']) => command)
    const kinds = commands.map((command) => command.split(' ')[0])
    expect(kinds).toEqual([
      'npm',
      'cd',
      'install',
      'install',
      'install',
      'systemd-sysusers',
      'systemd-tmpfiles',
      'systemctl',
    ])
    for (const command of commands.slice(2, -1)) {
      const here = command
        .replaceAll(' /etc/', ` ${root}/etc/`)
        .replace(/^systemd-\w+/, `$& --root=${root}`)
      await run('sh', ['-c', here], { cwd: UNITS })
    }
    expect((await readdir(join(root, 'etc/systemd/system'))).sort()).toEqual([
      'ztpserver.service',
      'ztpserver.socket',
      'ztpserver@.service',
      'ztpserver@.socket',
    ])
    const account = /^ztpserver:x:(\d+):(\d+):.*:\/usr\/share\/ztpserver:\S+nologin$/m.exec(
      await readFile(join(root, 'etc/passwd'), 'utf8'),
    )
    const [uid, gid] = (account ?? []).slice(1).map(Number)
    async function made(path: string) {
      const found = await stat(join(root, path))
      return [found.uid, found.gid, (found.mode & 0o7777).toString(8)]
    }
    expect(await made('etc/ztpserver')).toEqual([0, gid, '750'])
    expect(await made('usr/share/ztpserver')).toEqual([0, gid, '750'])
    for (const name of ['nodes', 'resources', '.ztps', 'db']) {
      expect(await made(`usr/share/ztpserver/${name}`)).toEqual([uid, gid, '2770'])
    }
  })

  it('lets a front server read what it sends, and nothing else', async () => {
    const root = join(folder, 'front')
    const [data, user] = [join(root, 'usr/share/ztpserver'), 'daemon']
    await mkdir(join(root, 'etc/tmpfiles.d'), { recursive: true })
    await mkdir(join(root, 'usr/share'), { recursive: true })
    await writeFile(
      join(root, 'etc/passwd'),
      `${user}:x:${DAEMON}:${DAEMON}::/:/usr/sbin/nologin\n`,
    )
    await writeFile(join(root, 'etc/group'), 'ztpserver:x:60001:\n')
    const shipped = await readFile(join(UNITS, 'tmpfiles.conf'), 'utf8')
    // With the lines in force that the guide speaks of, for users of this machine.
    const inForce = shipped
      .replaceAll(/^#(?=[aA]\+)/gm, '')
      .replaceAll('www-data', user)
      .replaceAll(' ztpserver ztpserver ', ' root ztpserver ')
    await writeFile(join(root, 'etc/tmpfiles.d/ztpserver.conf'), inForce)
    const tmpfiles = () => run('systemd-tmpfiles', [`--root=${root}`, '--create', 'ztpserver.conf'])
    await tmpfiles()
    expect((await runZtps(['init', data])).status).toBe(0)
    await writeFile(join(data, 'files/images/EOS.swi'), 'image', { mode: 0o640 })
    await chmod(folder, 0o755)
    // As at the next start of the machine, too.
    await tmpfiles()
    await tmpfiles()
    const reads = (path: string) =>
      run('head', ['-c1', join(data, path)], { uid: DAEMON, gid: DAEMON }).then(
        () => true,
        (fault) => String(fault),
      )
    expect(await reads('files/images/EOS.swi')).toBe(true)
    expect(await reads('actions/add_config')).toBe(true)
    const others = ['ztpserver.conf', 'neighbordb', 'definitions/oob', 'resources/loopbacks']
    for (const path of [...others, 'nodes/JPE21430099/startup-config']) {
      expect(await reads(path)).toContain('Permission denied')
    }
  })

  it('stops the service before systemd is to hold its port', async () => {
    const starting = (await fencesOf(page, 'console')).filter((text) =>
      text.includes('enable --now ztpserver.socket'),
    )
    expect(starting.length).toBe(1)
    expect(starting[0]).toMatch(
      /stop ztpserver\n.*enable --now ztpserver.socket\n.* start ztpserver\n/,
    )
  })

  it('shows settings that the server takes', async () => {
    for (const text of await fencesOf(page, 'ini')) {
      const { diagnostics } = readSettings({ text, file: page, environment: {} })
      expect([text, diagnostics]).toEqual([text, []])
    }
  })

  it('shows changes of the units that systemd takes', async () => {
    const changed = new Set<string>()
    for (const text of await fencesOf(page, 'systemd')) {
      const [, unit = '', file = ''] =
        /^# \/etc\/systemd\/system\/(\S+)\.d\/(\S+)\n/.exec(text) ?? []
      await mkdir(join(folder, `${unit}.d`))
      await writeFile(join(folder, `${unit}.d`, file), text)
      changed.add(join(folder, unit))
    }
    expect(changed.size).toBe(2)
    const { stderr } = await run('systemd-analyze', ['verify', '--man=no', ...changed])
    expect(stderr).toBe('')
  })
})

/** Debian's user of this name has had this number for ever. */
const DAEMON = 1

/** Whatever may need something of the machine: threads, other programs, databases, links, locks. */
const EVERYTHING = {
  ...FABRIC,
  neighbordb: `patterns:
  - name: leaf
    definition: leaf
    config-handler: greedy
    interfaces:
      - Ethernet1: regex('(?=s)spine1'):any
`,
  'definitions/leaf': `name: leaf
actions:
  - action: add_config
    attributes:
      file: allocate('mgmt')
      python: where('rack')
      table: sqlite('asns')
`,
  'plugins/where': `import subprocess
def main(node_id, pool, node):
    return subprocess.check_output(['uname', '-s'], text=True).strip() + ' ' + pool
`,
  'config-handlers/greedy': `#!/bin/sh
touch kept && echo keeps
touch /etc/ztps-was-here
chmod u+s kept
unshare --net true
`,
}

const CONFINED = ['python3', `${PROGRAMS}confine.py`, join(UNITS, 'ztpserver.service'), 'daemon']

describe('under the restrictions of ztpserver.service', () => {
  it.each([1, 2])('all that the server does works, workers = %i', async (workers) => {
    const data = await makeDataRoot(EVERYTHING)
    const above = join(data.path, '..')
    const heard = await hearNotifications(join(above, 'notify'))
    await mkdir(join(data.path, 'db'))
    const made = await runZtps(['pools', 'add', 'sqlite:asns', '65001', '65002'], {
      environment: { ZTPS_DEFAULT_DATAROOT: data.path },
    })
    expect(made.status).toBe(0)
    await chown(above, DAEMON, DAEMON)
    for (const name of await readdir(above, { recursive: true })) {
      await chown(join(above, name), DAEMON, DAEMON)
    }
    const server = await startServer({
      dataRoot: data.path,
      settings: { server: { workers } },
      environment: { NOTIFY_SOCKET: join(above, 'notify') },
      through: [...CONFINED, above, '--'],
    })
    try {
      await expect.poll(() => heard().join(), { timeout: 10_000 }).toContain('READY=1')
      expect((await postNode(server.url, leafReport('SN1'))).status).toBe(201)
      const definition = await (await fetch(`${server.url}/nodes/SN1`)).json()
      expect(definition).toMatchObject({
        actions: [{ attributes: { file: '192.0.2.10/24', python: 'Linux rack', table: '65001' } }],
      })
      const sent = { method: 'PUT', body: 'hostname leaf1\n' }
      expect((await fetch(`${server.url}/nodes/SN1/startup-config`, sent)).status).toBe(201)
      await server.logs('config-handler: keeps')
      await server.logs("cannot touch '/etc/ztps-was-here': Read-only file system")
      await server.logs("changing permissions of 'kept': Operation not permitted")
      await server.logs('unshare failed: Operation not permitted')
    } finally {
      expect(await server.stop()).toBe(0)
      await data.remove()
    }
  })
})
