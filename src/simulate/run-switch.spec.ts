import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { runFleet } from './fleet.ts'
import { createHttpClient } from './http-client.ts'
import type { Failure, Run, RunEvent } from './outcome.ts'
import { type RunOptions, runSwitch } from './run-switch.ts'
import { NODE } from './testing/nodes.ts'
import {
  goodScript,
  html,
  json,
  metadataOf,
  type Script,
  type ScriptedServer,
  startScripted,
  TEMPLATE,
} from './testing/scripted-server.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** A clock that goes one millisecond further each time it is looked at. */
function tickingClock() {
  let time = 0
  return { now: () => time++ }
}

function optionsFor(url: string, events: RunEvent[] = [], timeout = 60): RunOptions {
  const http = createHttpClient({ connections: 4, timeout })
  closers.push(http.close)
  return {
    bootUrl: `${url.replace(/\/$/, '')}/bootstrap`,
    identifier: 'serialnumber',
    http,
    clock: tickingClock(),
    observe: (event) => void events.push(event),
  }
}

async function play(
  change: Script = {},
  suffix = '',
): Promise<{ run: Run; server: ScriptedServer }> {
  const server = await startScripted((url) => ({ ...goodScript(url), ...change }), suffix)
  closers.push(server.close)
  return { run: await runSwitch(NODE, optionsFor(server.url)), server }
}

function failureOf(run: Run): Failure {
  if (run.kind === 'provisioned') throw new Error('the run was to fail')
  return run.failure
}

describe('runSwitch against a server that does as it should', () => {
  it('goes through the protocol in order, each action downloaded once', async () => {
    const { run, server } = await play()
    expect(server.seen.map((each) => each.request)).toEqual([
      'GET /bootstrap',
      'GET /bootstrap/config',
      'POST /nodes',
      'POST /nodes/ABC/events',
      'GET /nodes/ABC',
      'POST /nodes/ABC/events',
      'GET /actions/add_config',
      'GET /meta/files/t',
      'GET /files/t',
      'POST /nodes/ABC/events',
      'POST /nodes/ABC/events',
      'GET /meta/files/t',
      'GET /files/t',
      'POST /nodes/ABC/events',
      'POST /nodes/ABC/events',
      'GET /actions/copy_file',
      'GET /meta/files/t',
      'GET /files/t',
      'POST /nodes/ABC/events',
      'POST /nodes/ABC/events',
      'PUT /nodes/ABC/startup-config',
      'GET /nodes/ABC/startup-config',
    ])
    expect(run).toMatchObject({
      kind: 'provisioned',
      nodeId: 'ABC',
      got: {
        definition: 'leaf',
        startupConfig: 'hostname leaf1\n\nhostname x\n',
        allocations: [
          { pool: 'allocate(names)', value: 'leaf1' },
          { pool: 'allocate(addresses)', value: '10.0.0.1/24' },
        ],
      },
    })
    expect(run.exchanges).toHaveLength(server.seen.length)
    expect(run.milliseconds).toBeGreaterThan(run.exchanges.length)
  })

  it('says who it is the way EOS and the script do', async () => {
    const { server } = await play()
    const [boot, config, post, told] = server.seen
    expect(boot?.headers).toMatchObject({ 'x-arista-serial': 'ABC' })
    expect(config?.headers).not.toHaveProperty('x-ztps-node-id')
    const { name: _, ...report } = NODE
    expect(JSON.parse(post?.body ?? '')).toEqual(report)
    expect(told?.headers).toMatchObject({ 'x-ztps-node-id': 'ABC' })
  })

  it('tells the server how far it is', async () => {
    const { server } = await play()
    const told = server.seen
      .filter((each) => each.request.endsWith('/events'))
      .map((each) => JSON.parse(each.body))
    expect(told.map((each) => [each.stage, each.status, each.action, each.percent])).toEqual([
      ['bootstrap', 'started', undefined, undefined],
      ['action', 'started', 'add_config', 0],
      ['action', 'succeeded', 'add_config', 33],
      ['action', 'started', 'add_config', 33],
      ['action', 'succeeded', 'add_config', 66],
      ['action', 'started', 'copy_file', 66],
      ['action', 'succeeded', 'copy_file', 100],
      ['bootstrap', 'succeeded', undefined, 100],
    ])
  })

  it('joins with one slash when server_url ends in one', async () => {
    const { run } = await play({}, '/')
    expect(run.kind).toBe('provisioned')
  })

  it('takes 409 for an answer', async () => {
    const server = await startScripted((url) => ({
      ...goodScript(url),
      'POST /nodes': { ...html(409), headers: { Location: `${url}/nodes/ABC` } },
    }))
    closers.push(server.close)
    expect((await runSwitch(NODE, optionsFor(server.url))).kind).toBe('provisioned')
  })

  it('reports once, and never again, to a server that takes no reports', async () => {
    const { run, server } = await play({ 'POST /nodes/ABC/events': html(404) })
    expect(run.kind).toBe('provisioned')
    expect(server.seen.filter((each) => each.request.endsWith('/events'))).toHaveLength(1)
  })

  it('goes on reporting to a server that is out of breath', async () => {
    const { run, server } = await play({ 'POST /nodes/ABC/events': html(429) })
    expect(run.kind).toBe('provisioned')
    expect(server.seen.filter((each) => each.request.endsWith('/events'))).toHaveLength(8)
  })

  it('tells how far it is', async () => {
    const server = await startScripted(goodScript)
    closers.push(server.close)
    const events: RunEvent[] = []
    await runSwitch(NODE, optionsFor(server.url, events))
    expect(
      events.map((each) => (each.kind === 'at' ? `${each.stage} ${each.detail}` : 'end')),
    ).toEqual([
      'bootstrap ',
      'config ',
      'details ',
      'definition ',
      'actions add_config (1/3)',
      'actions add_config (2/3)',
      'actions copy_file (3/3)',
      'startup-config ',
      'end',
    ])
  })
})

describe('runSwitch against a server that does not', () => {
  const python = { status: 200, type: 'text/x-python' }
  const cases: readonly (readonly [string, Script, Partial<Failure>])[] = [
    [
      'no script',
      { 'GET /bootstrap': html(400, 'bootstrap is missing') },
      { stage: 'bootstrap', status: 400, body: 'bootstrap is missing' },
    ],
    [
      'a script without #!',
      { 'GET /bootstrap': { ...python, body: 'SERVER = 1' } },
      { stage: 'bootstrap', reason: 'the script does not begin with #!' },
    ],
    [
      'a script with carriage returns',
      { 'GET /bootstrap': { ...python, body: '#!/x\r\n' } },
      { stage: 'bootstrap', reason: 'the script has carriage returns' },
    ],
    [
      'a script as it lies on disk',
      { 'GET /bootstrap': { ...python, body: "#!/x\nSERVER = '$SERVER'" } },
      { stage: 'bootstrap', reason: 'the script has a $SERVER that was not replaced' },
    ],
    [
      'a configuration that is a page',
      { 'GET /bootstrap/config': html(200, 'hello') },
      {
        stage: 'config',
        reason: 'unexpected response from server (status=200; content-type=text/html)',
      },
    ],
    [
      'a configuration without xmpp',
      { 'GET /bootstrap/config': json({ logging: [] }) },
      { stage: 'config', reason: expect.stringContaining("'xmpp' is missing") },
    ],
    [
      '400 for the details',
      { 'POST /nodes': html(400, 'no pattern matches') },
      {
        stage: 'details',
        reason: 'node not found on server (status=400)',
        status: 400,
        body: 'no pattern matches',
      },
    ],
    [
      'the Location of another node',
      { 'POST /nodes': { ...html(201), headers: { Location: 'http://h/nodes/XYZ' } } },
      { stage: 'details', reason: "Location 'http://h/nodes/XYZ' is not that of node ABC" },
    ],
    [
      'a badly joined Location',
      { 'POST /nodes': { ...html(201), headers: { Location: 'http://h//nodes/ABC' } } },
      { stage: 'definition', reason: "the path of http://h//nodes/ABC has '//' in it" },
    ],
    [
      '400 for the definition',
      { 'GET /nodes/ABC': html(400, 'wrong neighbours') },
      {
        stage: 'definition',
        reason: 'server-side topology check failed (status=400)',
        body: 'wrong neighbours',
      },
    ],
    [
      'a definition without actions',
      { 'GET /nodes/ABC': json({ name: 'x' }) },
      { stage: 'definition', reason: "'actions' section missing from definition" },
    ],
    [
      'an action that is not there',
      { 'GET /actions/add_config': html(404) },
      {
        stage: 'actions',
        reason: 'add_config: action not found on server (status=404)',
        status: 404,
      },
    ],
    [
      'a file that is not there',
      { 'GET /files/t': html(404) },
      {
        stage: 'actions',
        reason:
          'executing action failed (add_config): unexpected response from server (status=404; content-type=text/html)',
      },
    ],
    [
      'a checksum of something else',
      { 'GET /meta/files/t': metadataOf(TEMPLATE.toUpperCase()) },
      { stage: 'actions', reason: expect.stringContaining('the sha256 of what came is') },
    ],
    [
      'a wrong SHA-1 of an older server',
      { 'GET /meta/files/t': json({ size: TEMPLATE.length, sha1: 'no' }) },
      { stage: 'actions', reason: expect.stringContaining('the metadata says no') },
    ],
    [
      'a size of something else',
      { 'GET /meta/files/t': metadataOf('') },
      { stage: 'actions', reason: expect.stringContaining('19 bytes came, the metadata says 0') },
    ],
    [
      'an action without its attribute',
      { 'GET /nodes/ABC': json({ actions: [{ action: 'copy_file' }] }) },
      {
        stage: 'actions',
        reason: "executing action failed (copy_file): Missing attribute('src_url')",
      },
    ],
    [
      'an empty list of actions',
      { 'GET /nodes/ABC': json({ actions: [] }) },
      { stage: 'definition', reason: "'actions' section missing from definition" },
    ],
    [
      'an action without a name',
      { 'GET /nodes/ABC': json({ actions: [{ attributes: {} }] }) },
      { stage: 'definition', reason: "'action' missing from an action of the definition" },
    ],
    [
      'actions that configure nothing',
      {
        'GET /nodes/ABC': json({
          actions: [{ action: 'copy_file', attributes: { src_url: 'files/t' } }],
        }),
      },
      {
        stage: 'actions',
        reason: 'startup configuration is missing at the end of the bootstrap process',
      },
    ],
    [
      '400 for the details, in the wrong type',
      { 'POST /nodes': { status: 400, type: 'text/plain' } },
      {
        stage: 'details',
        reason: 'unexpected response from server (status=400; content-type=text/plain)',
      },
    ],
    [
      'a refusal of the startup-config',
      { 'PUT /nodes/ABC/startup-config': html(413, 'too long') },
      { stage: 'startup-config', status: 413, body: 'too long' },
    ],
    [
      'another startup-config than was sent',
      { 'GET /nodes/ABC/startup-config': { status: 200, type: 'text/plain', body: 'x' } },
      {
        stage: 'startup-config',
        reason: 'the startup-config came back different from what was sent',
      },
    ],
  ]
  it.each(cases)('fails on %s', async (_name, change, expected) => {
    const { run } = await play(change)
    expect(failureOf(run)).toMatchObject(expected)
  })

  it('tells the server of its failure once it has a place there', async () => {
    const { server } = await play({ 'GET /actions/add_config': html(404) })
    expect(JSON.parse(server.seen.at(-1)?.body ?? '')).toEqual({
      stage: 'bootstrap',
      status: 'failed',
      message: 'add_config: action not found on server (status=404)',
    })
  })

  it('fails when nobody listens', async () => {
    const server = await startScripted(goodScript)
    await server.close()
    const run = await runSwitch(NODE, optionsFor(server.url))
    const failure = failureOf(run)
    expect(failure.stage).toBe('bootstrap')
    expect(failure.reason).toMatch(/^server connection error \(.*ECONNREFUSED/)
    expect(run.exchanges).toEqual([
      expect.objectContaining({ step: 'bootstrap', status: undefined }),
    ])
  })

  it('fails when no answer comes in time', async () => {
    const mute = createServer(() => {})
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
    closers.push(
      () =>
        new Promise((resolve) => {
          mute.close(() => resolve())
          mute.closeAllConnections()
        }),
    )
    const { port } = mute.address() as AddressInfo
    const run = await runSwitch(NODE, optionsFor(`http://127.0.0.1:${port}`, [], 0.2))
    expect(failureOf(run).reason).toMatch(/^server connection error \(Headers Timeout/)
  })
})

describe('runFleet', () => {
  it('boots no more at once than allowed, and answers in order', async () => {
    const server = await startScripted(goodScript)
    closers.push(server.close)
    const under = new Set<string>()
    let most = 0
    const options = optionsFor(server.url)
    const names = ['a', 'b', 'c', 'd', 'e']
    const runs = await runFleet(
      names.map((name) => ({ ...NODE, name })),
      {
        ...options,
        concurrency: 2,
        observe(event) {
          if (event.kind === 'ended') under.delete(event.name)
          else under.add(event.name)
          most = Math.max(most, under.size)
        },
      },
    )
    expect(runs.map((each) => each.node.name)).toEqual(names)
    expect(runs.map((each) => each.kind)).toEqual(names.map(() => 'provisioned'))
    expect(most).toBe(2)
  })
})
