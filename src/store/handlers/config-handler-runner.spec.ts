import { execFileSync } from 'node:child_process'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseNodeId } from '../../node/identity.ts'
import type { NodeEvent } from '../../provision/events.ts'
import { parseShebang } from '../programs/interpreter.ts'
import { openLocks } from '../testing/locks.ts'
import { scratchFolder } from '../testing/scratch.ts'
import { createConfigHandlerRunner } from './config-handler-runner.ts'

type Finished = Extract<NodeEvent, { kind: 'handler-finished' }>

const PATIENCE = { timeout: 15_000 }
const ID = parseNodeId('SSJ1')
const OTHER = parseNodeId('SSJ2')
if (ID === undefined || OTHER === undefined) throw new Error('these are node ids')

describe('the config-handler runner', () => {
  const folder = scratchFolder()
  const locksHere = openLocks(() => join(folder(), 'locks'))

  async function runner(handler: string | undefined, timeoutMs = 20_000) {
    const events: Finished[] = []
    for (const id of ['SSJ1', 'SSJ2']) {
      await mkdir(join(folder(), 'nodes', id), { recursive: true })
      await writeFile(join(folder(), 'nodes', id, 'startup-config'), 'hostname sw\n')
      const path = join(folder(), 'nodes', id, 'config-handler')
      if (handler !== undefined) await writeFile(path, handler, { mode: 0o640 })
    }
    const handlers = createConfigHandlerRunner({
      dataRoot: folder(),
      nodesFolder: join(folder(), 'nodes'),
      locks: locksHere(),
      timeoutMs,
      env: { PATH: '/usr/bin:/bin', INHERITED: 'yes' },
      events: { emit: (event) => event.kind === 'handler-finished' && events.push(event) },
    })
    return { handlers, events }
  }

  it.each([
    ['by /bin/sh where there is no #!', ''],
    ['by the interpreter of its #!', '#!/bin/sh\n'],
    ['by an interpreter with an argument', '#! /bin/sh -e \n'],
  ])('runs a program without x-bit, %s', async (_name, first) => {
    const { handlers, events } = await runner(
      `${first}echo "$#|$1|$2|$PWD|$ZTPS_NODE_ID|$ZTPS_STARTUP_CONFIG|$ZTPS_DATA_ROOT|$INHERITED"; cat "$2"; echo oops >&2; exit 3`,
    )
    handlers.startupConfigSaved(ID)
    await handlers.idle()
    const home = join(folder(), 'nodes/SSJ1')
    const config = `${home}/startup-config`
    const line = `2|SSJ1|${config}|${home}|SSJ1|${config}|${folder()}|yes`
    expect(events).toEqual([
      { kind: 'handler-finished', nodeId: ID, status: 3, output: expect.stringContaining(line) },
    ])
    expect(events[0]?.output).toContain('hostname sw\n')
    expect(events[0]?.output).toContain('oops')
  })

  it('says nothing of a node without a handler', async () => {
    const { handlers, events } = await runner(undefined)
    handlers.startupConfigSaved(ID)
    await handlers.idle()
    expect(events).toEqual([])
  })

  it('hands the shell nothing to interpret', async () => {
    const { handlers, events } = await runner('#!/bin/echo $(touch x);\n')
    handlers.startupConfigSaved(ID)
    await handlers.idle()
    expect(events[0]?.output).toMatch(/^\$\(touch x\); .*\/config-handler SSJ1 /)
  })

  it('says why a program did not start', async () => {
    const { handlers, events } = await runner('#!/no/such/interpreter\n')
    handlers.startupConfigSaved(ID)
    await handlers.idle()
    expect(events[0]?.status).toMatch(/could not be started: .*\/no\/such\/interpreter/)
  })

  it('says that a handler is a link to nowhere', async () => {
    const { handlers, events } = await runner(undefined)
    await symlink('/gone', join(folder(), 'nodes/SSJ1/config-handler'))
    handlers.startupConfigSaved(ID)
    await handlers.idle()
    expect(events[0]?.status).toMatch(/config-handler is a symbolic link to \/gone, which/)
  })

  it('kills all that a program started when its time is over', async () => {
    const { handlers, events } = await runner('sleep 987654 & echo begun; wait', 3_000)
    handlers.startupConfigSaved(ID)
    await handlers.idle()
    expect(events[0]).toMatchObject({ status: 'stopped after 3 s', output: 'begun\n' })
    const running = () => execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
    await expect.poll(running, PATIENCE).not.toContain('sleep 987654')
  })

  it('does not wait for what a program leaves in the background', async () => {
    const { handlers, events } = await runner('sleep 300 & echo begun $!')
    handlers.startupConfigSaved(ID)
    await handlers.idle()
    expect(events[0]).toMatchObject({ status: 0, output: expect.stringMatching(/^begun \d+\n$/) })
    process.kill(Number(events[0]?.output.slice(6)))
  })

  it('keeps the beginning of a long output', async () => {
    const { handlers, events } = await runner('head -c 300000 /dev/zero | tr "\\0" x')
    handlers.startupConfigSaved(ID)
    await handlers.idle()
    expect(events[0]?.output).toMatch(/^x{65536}\n\(234464 more bytes\)$/)
  })

  it('runs once more, not at the same time, for what was stored meanwhile', async () => {
    const { handlers, events } = await runner(`
      mkdir busy || exit 9
      echo x >> runs
      while [ ! -e go ]; do sleep 0.02; done
      rmdir busy`)
    const home = join(folder(), 'nodes/SSJ1')
    for (let i = 0; i < 5; i += 1) handlers.startupConfigSaved(ID)
    await expect
      .poll(() => readFile(join(home, 'runs'), 'utf8').catch(() => ''), PATIENCE)
      .toBe('x\n')
    for (let i = 0; i < 5; i += 1) handlers.startupConfigSaved(ID)
    await writeFile(join(home, 'go'), '')
    await handlers.idle()
    expect(events.map((event) => event.status)).toEqual([0, 0])
    expect(await readFile(join(home, 'runs'), 'utf8')).toBe('x\nx\n')
  })

  it('runs the handlers of two nodes side by side', async () => {
    const { handlers, events } = await runner(
      'touch ../$1.here; while [ ! -e ../SSJ1.here -o ! -e ../SSJ2.here ]; do sleep 0.02; done',
    )
    handlers.startupConfigSaved(ID)
    handlers.startupConfigSaved(OTHER)
    await handlers.idle()
    expect(events.map((event) => event.status)).toEqual([0, 0])
  })

  it('kills what runs when it is stopped, and runs nothing after that', async () => {
    const { handlers, events } = await runner('touch ../$1.here; sleep 600')
    handlers.startupConfigSaved(ID)
    const began = () => readFile(join(folder(), 'nodes/SSJ1.here')).then(() => true, String)
    await expect.poll(began, PATIENCE).toBe(true)
    handlers.startupConfigSaved(ID)
    await handlers.stop()
    handlers.startupConfigSaved(OTHER)
    await handlers.idle()
    expect(events.map((event) => [event.nodeId, event.status])).toEqual([
      [ID, 'stopped with the server'],
      [ID, 'not run: the server stops'],
      [OTHER, 'not run: the server stops'],
    ])
  })
})

describe('parseShebang', () => {
  const cases: readonly (readonly [string, string, string, readonly string[]])[] = [
    ['none', 'echo hello\n', '/bin/sh', []],
    ['an empty file', '', '/bin/sh', []],
    ['an interpreter', '#!/usr/bin/python3\nimport os', '/usr/bin/python3', []],
    ['env', '#!/usr/bin/env python3\n', '/usr/bin/env', ['python3']],
    ['one argument, white space and all', '#!/usr/bin/env -S a  b \n', '/usr/bin/env', ['-S a  b']],
    ['a carriage return', '#!/bin/bash\r\n', '/bin/bash', []],
    ['blanks after #!', '#! \t/bin/bash\n', '/bin/bash', []],
    ['nothing after #!', '#!\n/bin/bash\n', '/bin/sh', []],
    ['#! further down', '\n#!/bin/bash\n', '/bin/sh', []],
  ]
  it.each(cases)('reads %s', (_name, text, program, args) => {
    expect(parseShebang(text)).toEqual({ program, args })
  })
})
