import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Logger, silentLogger } from '../kernel/logger.ts'
import { type ServiceManager, serviceManager } from './service-manager.ts'

const PID = 4711

let folder: string
let warnings: string[]
const logger: Logger = { ...silentLogger, warn: (line) => void warnings.push(line) }

beforeEach(async () => {
  warnings = []
  folder = await mkdtemp(join(tmpdir(), 'ztps-manager-'))
  await program('echo "$NOTIFY_SOCKET $*" >> "$0.heard"')
})

afterEach(async () => {
  vi.useRealTimers()
  await rm(folder, { recursive: true, force: true })
})

/** Makes this shell script the machine's systemd-notify. */
function program(script: string): Promise<void> {
  const path = join(folder, 'systemd-notify')
  return writeFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
}

function manager(environment: Readonly<Record<string, string>> = {}): ServiceManager {
  const own = { PATH: `${folder}:/usr/bin:/bin`, NOTIFY_SOCKET: '/run/notify' }
  return serviceManager({ environment: { ...own, ...environment }, pid: PID, logger })
}

async function heard(): Promise<readonly string[]> {
  const text = await readFile(join(folder, 'systemd-notify.heard'), 'utf8').catch(() => '')
  return text.split('\n').slice(0, -1)
}

describe('a service manager', () => {
  it('hears one thing after the other, though the first takes longer', async () => {
    await program('[ "$1" = READY=1 ] && sleep 0.2; echo "$NOTIFY_SOCKET $*" >> "$0.heard"')
    const { ready, reloading, stopping } = manager()
    ready('Listening')
    reloading(12n)
    stopping()
    await expect
      .poll(heard, { timeout: 10_000 })
      .toEqual([
        '/run/notify READY=1 STATUS=Listening',
        '/run/notify RELOADING=1 MONOTONIC_USEC=12',
        '/run/notify STOPPING=1 STATUS=Finishing the requests in flight',
      ])
    expect(warnings).toEqual([])
  })

  it('hears twice in the time that it waits for it that we live', async () => {
    vi.useFakeTimers({ toFake: ['setInterval'] })
    let looks = 0
    manager({ WATCHDOG_USEC: '20000000' }).watch(() => {
      looks += 1
    })
    await vi.advanceTimersByTimeAsync(9_999)
    expect(looks).toBe(0)
    await vi.advanceTimersByTimeAsync(10_001)
    expect(looks).toBe(2)
    await expect.poll(heard).toEqual(['/run/notify WATCHDOG=1', '/run/notify WATCHDOG=1'])
  })

  it.each([
    ['wants to hear nothing', {}],
    ['watches another process', { WATCHDOG_USEC: '20000000', WATCHDOG_PID: '1' }],
    ['is nobody', { WATCHDOG_USEC: '20000000', NOTIFY_SOCKET: '' }],
  ])('is not told that we live where it %s', async (_name, environment) => {
    vi.useFakeTimers({ toFake: ['setInterval'] })
    manager(environment).watch(() => {})
    expect(vi.getTimerCount()).toBe(0)
  })

  it('that does not hear is complained of once, with its words', async () => {
    await program('echo "$*" >> "$0.heard"; echo no such socket >&2; exit 1')
    const { ready, stopping } = manager()
    ready('Listening')
    stopping()
    ready('Listening')
    await expect.poll(heard).toHaveLength(3)
    expect(warnings).toEqual([
      'the service manager was not told READY=1 STATUS=Listening: no such socket',
    ])
  })

  it('without its program is complained of', async () => {
    manager({ PATH: join(folder, 'empty') }).stopping()
    await expect
      .poll(() => warnings)
      .toEqual([expect.stringMatching(/: there is no program systemd-notify$/)])
  })

  it('that fails without a word is complained of all the same', async () => {
    await program('exit 3')
    manager().stopping()
    await expect
      .poll(() => warnings)
      .toEqual([expect.stringMatching(/ STOPPING=1 .*: Command fail/)])
  })
})
