import { afterEach, describe, expect, it } from 'vitest'
import { createHttpClient } from './http-client.ts'
import type { Run, RunEvent } from './outcome.ts'
import { bootWithScript, stageOf } from './script-boot.ts'
import { NODE } from './testing/nodes.ts'
import { goodScript, html, type Script, startScripted } from './testing/scripted-server.ts'
import type { Booted, Veos } from './veos.ts'

const PRINTED = [
  'ZTPS - DEBUG: ABC: node is http://h/nodes/ABC on the server (status=201)',
  'ZTPS - DEBUG: ABC: Executing action add_config',
  'ZTPS - DEBUG: ABC: Action executed succesfully (add_config)',
]
const CONFIG = 'hostname leaf1\n\nhostname x\n'

/** A virtual EOS that says these lines and ends like this. */
function recordedVeos(ended: Booted): Veos {
  return {
    python: 'Python 3.11.2',
    async boot(_node, _url, onLine) {
      for (const line of PRINTED) onLine(line)
      return ended
    },
  }
}

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function play(startupConfig: string | undefined, change: Script = {}) {
  const server = await startScripted((url) => ({ ...goodScript(url), ...change }))
  const http = createHttpClient({ connections: 1, timeout: 60 })
  closers.push(server.close, http.close)
  const lastLine = 'ERROR: [actions] Bootstrap process failed: no'
  const heard = [
    { step: 'bootstrap', method: 'GET', url: '/bootstrap', status: 200, milliseconds: 1 },
  ] as const
  const events: RunEvent[] = []
  const boot = bootWithScript(recordedVeos({ startupConfig, lastLine }), () => heard)
  const run: Run = await boot(NODE, {
    bootUrl: `${server.url}/bootstrap`,
    identifier: 'serialnumber',
    http,
    clock: { now: () => 0 },
    observe: (event) => void events.push(event),
  })
  return { run, events, asked: server.seen.map((each) => each.request) }
}

describe('bootWithScript', () => {
  it('keeps what flash holds, and tells what the server gave', async () => {
    const { run, asked } = await play(CONFIG)
    expect(run).toMatchObject({
      kind: 'provisioned',
      nodeId: 'ABC',
      got: {
        startupConfig: CONFIG,
        allocations: [
          { pool: 'allocate(names)', value: 'leaf1' },
          { pool: 'allocate(addresses)', value: '10.0.0.1/24' },
        ],
      },
    })
    // A node that has sent its configuration is given another definition.
    expect(asked).toEqual([
      'GET /nodes/ABC',
      'PUT /nodes/ABC/startup-config',
      'GET /nodes/ABC/startup-config',
    ])
    expect(run.exchanges.map((each) => each.step)).toEqual([
      'bootstrap',
      'startup-config',
      'startup-config',
    ])
  })

  it('shows how far the script is', async () => {
    const { events } = await play(CONFIG)
    expect(
      events.map((each) => (each.kind === 'at' ? `${each.stage} ${each.detail}` : '')),
    ).toEqual([
      'bootstrap starting EOS',
      'definition ',
      'actions add_config',
      'startup-config ',
      '',
    ])
  })

  it('fails where the script did, in its words', async () => {
    const { run, asked } = await play(undefined)
    expect(run).toMatchObject({
      kind: 'failed',
      failure: { stage: 'actions', reason: 'ERROR: [actions] Bootstrap process failed: no' },
    })
    expect(asked).toEqual([])
  })

  it('fails when the server does not keep the configuration', async () => {
    const { run } = await play(CONFIG, { 'PUT /nodes/ABC/startup-config': html(500, 'disk full') })
    expect(run).toMatchObject({ kind: 'failed', failure: { stage: 'startup-config', status: 500 } })
  })
})

describe('stageOf', () => {
  it('knows nothing of other lines', () => {
    expect(stageOf('ZTPS - INFO: ABC: Action add_config: Executing')).toBeUndefined()
  })
})
