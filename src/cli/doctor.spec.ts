import { describe, expect, it } from 'vitest'
import { ZtpError } from '../kernel/errors.ts'
import type { DoctorPorts } from '../provision/doctor/ports.ts'
import type { DataFiles } from '../provision/validate/data-files.ts'
import { filesInMemory } from '../provision/validate/testing/files-in-memory.ts'
import { SOUND } from '../provision/validate/testing/sound-site.ts'
import type { PoolAdmin } from '../resource/pool-admin.ts'
import { fakePoolAdmin, freeEntry, heldEntry } from '../resource/testing/fake-pool-admin.ts'
import { runCli } from './program.ts'
import { fixedDeps, NOW } from './testing/fixed-deps.ts'
import { recordedIo } from './testing/recorded-io.ts'

type Change = {
  readonly conf?: string
  readonly texts?: Readonly<Record<string, string>>
  readonly files?: Partial<DataFiles>
  readonly pools?: readonly PoolAdmin[]
}

async function run(
  ports: Partial<DoctorPorts>,
  { conf = '', texts = {}, files = {}, pools = [] }: Change = {},
  ...words: readonly string[]
) {
  const io = recordedIo()
  const data = { ...filesInMemory({ ...SOUND, ...texts }), ...files }
  const deps = fixedDeps(data, { '/conf': conf }, pools)
  const doctor = { ...deps.doctor, ...ports }
  const status = await runCli(['doctor', '-c', '/conf', ...words], io, { ...deps, doctor })
  return { status, out: io.out(), err: io.err() }
}

function answers(status: number, text = ''): DoctorPorts['ask'] {
  return async () => ({ kind: 'answered', status, text })
}

function brokenStore(reason: string): () => Promise<never> {
  return () => Promise.reject(new ZtpError('ZTP_STORE_FAILED', reason))
}

describe('ztps doctor', () => {
  it('finds nothing wrong with a sound machine', async () => {
    const { status, out, err } = await run({})
    expect({ status, err }).toEqual({ status: 0, err: '' })
    expect(out.split('\n').map((line) => line.slice(0, 22).trim())).toEqual([
      'ok       server_url: z',
      'ok       server_url: h',
      'ok       port: 0.0.0.0',
      'ok       permissions:',
      'ok       space: 104857',
      'ok       clock: it say',
      'ok       files: neighb',
      'ok       pools: room i',
      '',
    ])
  })

  const faults: readonly (readonly [string, Partial<DoctorPorts>, Change, RegExp])[] = [
    [
      'a name that nobody knows',
      { resolve: async () => [] },
      {},
      /the name ztpserver is not known/,
    ],
    [
      'a name that begins as an address does',
      { resolve: async () => [] },
      { conf: '[default]\nserver_url = http://10ge.example.com\n' },
      /the name 10ge\.example\.com is not known/,
    ],
    [
      'a server that is down',
      { ask: async () => ({ kind: 'failed', reason: 'refused' }) },
      {},
      /http:\/\/ztpserver:8080\/bootstrap does not answer: refused\n +→ start the server/,
    ],
    [
      'a certificate that nobody here trusts',
      { ask: async () => ({ kind: 'failed', reason: 'self-signed certificate' }) },
      {},
      /does not answer: self-signed certificate\n +→ a switch refuses it too, .*NODE_EXTRA_CA_CERTS/,
    ],
    [
      'another server at the URL',
      { ask: answers(404), binding: async () => 'used' },
      {},
      /answers with status 404\n(.*\n)*WRONG +port: 0\.0\.0\.0 port 8080 is in use.*\n +→ .*sport = :8080/,
    ],
    [
      'a front server that sends switches elsewhere',
      { ask: answers(301) },
      {},
      /bootstrap leads on to another URL \(status 301\), where no POST .*\n +→ write that URL/,
    ],
    [
      'a page for people at the URL',
      { ask: answers(200, '<html>http://ztpserver:8080') },
      {},
      /bootstrap answers with what is no script: it does not begin with #!\n/,
    ],
    [
      'a server that was started with another server_url',
      { ask: answers(200, "#!/bin/sh\nSERVER='http://10.0.0.2:8080'\n") },
      {},
      /bootstrap gives does not name http:\/\/ztpserver:8080: it goes elsewhere\n +→ restart/,
    ],
    [
      'a server that was started with another port',
      { ask: answers(200, "#!/bin/sh\nSERVER='http://ztpserver:8080'\n") },
      { conf: '[default]\nserver_url = http://ztpserver:80\n' },
      /does not name http:\/\/ztpserver:80: /,
    ],
    [
      'a front server that offers a choice',
      { ask: answers(300) },
      {},
      /bootstrap leads on to another URL \(status 300\)/,
    ],
    [
      'a server that takes the request for a bad one',
      { ask: answers(400) },
      {},
      /bootstrap answers with status 400\n/,
    ],
    ['a low port', { binding: async () => 'forbidden' }, {}, /may not listen on 0.0.0.0 port 8080/],
    [
      'an address of another machine',
      { binding: async () => 'no-such-address' },
      {},
      /this machine has no address 0\.0\.0\.0/,
    ],
    [
      'folders of somebody else',
      { folder: async (path) => (path.endsWith('/nodes') ? 'read-only' : 'writable') },
      {},
      /cannot write to \/data\/nodes\n +→ .*chown/,
    ],
    [
      'a data directory that is not ours, without nodes',
      { folder: async (path) => (path === '/data' ? 'read-only' : 'absent') },
      {},
      /cannot write to \/data\/nodes\n(.*\n)*.*cannot write to \/data\/resources/,
    ],
    [
      'a node of somebody else',
      {
        forbidden: async (path, may) =>
          may === 'write' && path === '/data/nodes' ? ['/data/nodes/A', '/data/nodes/B'] : [],
      },
      {},
      /WRONG +permissions: this user cannot use \/data\/nodes\/A, nor 1 more in \/data\/nodes\n +→ .*chown/,
    ],
    [
      'a file that only root may read',
      {
        forbidden: async (path, may) =>
          may === 'read' && path === '/data/files' ? ['/data/files/x'] : [],
      },
      {},
      /WRONG +permissions: this user cannot read \/data\/files\/x\n/,
    ],
    [
      'a data directory that is closed',
      { folder: async () => 'unreadable' },
      {},
      /WRONG +permissions: this user cannot look into \/data\n +→ run this as the user of the server/,
    ],
    ['no data directory', { folder: async () => 'absent' }, {}, /there is no folder \/data\n/],
    ['a full disk', { freeBytes: async () => 1000 }, {}, /WRONG +space: 0 MiB/],
    [
      'a clock that is behind this release',
      { now: () => NOW - 86_400_000 },
      {},
      /WRONG +clock: it says 2026-11-21 14:22:33 UTC, which is before this release .*\n +→ .*timedatectl/,
    ],
    [
      'a disk that fails',
      {},
      { files: { kindOf: brokenStore('cannot read /data/neighbordb: input/output error') } },
      /WRONG +files: cannot read \/data\/neighbordb: input\/output error\n +→ run this as/,
    ],
    [
      'a broken neighbordb',
      {},
      { texts: { neighbordb: 'patterns: 1\n' } },
      /errors in \/data: 1\n/,
    ],
  ]
  it.each(faults)('finds %s, with status 1', async (_, ports, change, expected) => {
    const { status, out } = await run(ports, change)
    expect(status).toBe(1)
    expect(out).toMatch(expected)
    expect(out).not.toMatch(/WRONG +permissions:.*ok +permissions:/s)
  })

  it.each([
    ...['bootstrap', 'actions', 'definitions', 'files', 'plugins', 'config-handlers'].map(
      (folder) => [folder, 'read', 'read'] as const,
    ),
    ...['nodes', 'resources'].map((folder) => [folder, 'write', 'use'] as const),
  ])('finds what the server may not do in %s: %s', async (folder, what, word) => {
    const forbidden: DoctorPorts['forbidden'] = async (path, may) =>
      path === `/data/${folder}` && may === what ? [`${path}/a`] : []
    const { status, out } = await run({ forbidden })
    expect([status, out]).toEqual([
      1,
      expect.stringContaining(`this user cannot ${word} /data/${folder}/a\n`),
    ])
  })

  it('only warns of little space, and of a URL of this machine', async () => {
    const conf = '[default]\nserver_url = http://localhost:8080\n'
    const { status, out } = await run({ freeBytes: async () => 2 ** 30 }, { conf })
    expect(status).toBe(0)
    expect(out).toMatch(/WARNING +server_url: .* a switch takes localhost for itself/)
    expect(out).toMatch(/WARNING +space: 1024 MiB/)
  })

  it.each([
    ['ztp.example.net', ['127.0.1.1', '::1'], /WARNING +server_url: .* is 127\.0\.1\.1, ::1, this/],
    [
      'ztp.example.net',
      ['127.0.1.1', '10.0.0.2'],
      /ok +server_url: .* is 127\.0\.1\.1, 10\.0\.0\.2\n/,
    ],
    ['1st.example.net', [], /WRONG +server_url: the name 1st\.example\.net is not known here/],
    ['10.0.0.2', [], /^ok +server_url: http/],
    ['[2001:db8::1]', [], /^ok +server_url: http/],
  ])('looks the name of the URL up: %s is %j', async (host, addresses, expected) => {
    const conf = `[default]\nserver_url = http://${host}:8080/\n`
    expect((await run({ resolve: async () => addresses }, { conf })).out).toMatch(expected)
  })

  it.each([
    ['of the folder nodes', '', 8080, /WARNING +permissions: root may .*\n +→ .*the number 8080\n/],
    [
      'of the setting',
      'ztp',
      0,
      /WARNING +permissions: root may .*\n +→ .*runuser -u ztp -- ztps doctor\n/,
    ],
    ['root', '', 0, /ok +permissions: this user can write to/],
  ])(
    'says to root that the server may less, whose user is that %s',
    async (_, user, owner, expected) => {
      const ports = { isRoot: () => true, ownerOf: async () => owner }
      const conf = user === '' ? '' : `[server]\nuser = ${user}\n`
      const { status, out } = await run(ports, { conf })
      expect([status, out]).toEqual([0, expect.stringMatching(expected)])
    },
  )

  it('asks for DHCP servers by the interface it is given, and by none otherwise', async () => {
    const { status, out } = await run({}, {}, '--ask-dhcp', 'eth1')
    expect([status, out]).toEqual([1, expect.stringMatching(/WRONG +dhcp: no DHCP .* on eth1/)])
    expect((await run({})).out).not.toContain('dhcp')
  })

  it('only warns of files that could be better', async () => {
    const { status, out } = await run({}, { texts: { 'resources/gone': 'a: SN1\n' } })
    expect([status, out]).toEqual([
      0,
      expect.stringMatching(/WARNING +files: warnings about .*: 2/),
    ])
  })

  it.each<readonly [string, Partial<DoctorPorts>, RegExp]>([
    [
      'the port of the server that answers',
      { binding: async () => 'used' },
      /^ok +port: 0\.0\.0\.0 port 8080 is in use, and server_url answers$/m,
    ],
    [
      'folders that the server will make',
      { folder: async (path) => (path === '/data' ? 'writable' : 'absent') },
      /^ok +permissions: this user can write to \/data$/m,
    ],
    [
      'folders of others, to which this user may write',
      { ownerOf: async () => 8080 },
      /^ok +permissions: this user can write to \/data$/m,
    ],
    [
      'no folder yet that would be that of the user of the server',
      { isRoot: () => true, ownerOf: async () => undefined },
      /^ok +permissions: this user can write to \/data$/m,
    ],
  ])('is content with %s', async (_, ports, expected) => {
    const { status, out } = await run(ports)
    expect([status, out]).toEqual([0, expect.stringMatching(expected)])
  })

  it('tells of a single pool that is exhausted, and of no room in others', async () => {
    const { status, out } = await run(
      {},
      { pools: [fakePoolAdmin({ none: [heldEntry('a', 'SN1')] })] },
    )
    expect(status).toBe(1)
    expect(out.match(/^.* pools: .*$/gm)).toEqual(['WRONG    pools: none: 0 of 1 entries are free'])
  })

  it('tries no port for a unix socket', async () => {
    const conf = '[server]\ninterface = unix:/run/http.sock, 127.0.0.1\n'
    const tried: string[] = []
    const binding = async (host: string) => {
      tried.push(host)
      return 'free' as const
    }
    expect((await run({ binding }, { conf })).status).toBe(0)
    expect(tried).toEqual(['127.0.0.1'])
  })

  it('tells of pools with little, with nothing, and with no answer', async () => {
    const taken = heldEntry('a', 'SN1')
    const files = fakePoolAdmin({
      full: [freeEntry('b', 100), taken],
      little: [taken, heldEntry('c', 'SN2'), freeEntry('d')],
      none: [taken],
      unused: [],
    })
    const broken = { ...fakePoolAdmin({}, { kind: 'sqlite' }), pools: brokenStore('no such disk') }
    const { status, out } = await run({}, { pools: [files, broken] })
    expect(status).toBe(1)
    expect(out.match(/^.* pools: .*$/gm)).toEqual([
      'WRONG    pools: sqlite: no such disk',
      'WARNING  pools: little: 1 of 3 entries are free',
      'WRONG    pools: none: 0 of 1 entries are free',
    ])
  })

  it('answers in JSON', async () => {
    const { status, out } = await run({ freeBytes: async () => 0 }, {}, '--json')
    expect(status).toBe(1)
    expect(JSON.parse(out).findings).toContainEqual({
      about: 'space',
      state: 'wrong',
      message: '0 MiB are free for /data',
      advice: expect.stringContaining('make room'),
    })
  })
})
