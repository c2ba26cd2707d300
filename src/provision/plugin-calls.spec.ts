import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { parseCall } from '../definition/plugin-call.ts'
import { handTimer } from '../kernel/testing/hand-timer.ts'
import type { Plugin, PluginRegistry } from '../resource/plugin.ts'
import type { PoolStore } from '../resource/pool-port.ts'
import { builtinPlugins, createRegistry } from '../resource/registry.ts'
import { fakePools } from '../resource/testing/fake-pools.ts'
import { request } from '../resource/testing/requests.ts'
import type { NodeEvent } from './events.ts'
import { startPluginCalls } from './plugin-calls.ts'

function callOf(text: string) {
  const call = parseCall(text)
  if (call === undefined) throw new Error(`${text} is no call`)
  return call
}

/** `slow('p')` gives `slow:p` when the test opens it. */
function callsOf(pool: readonly string[], taken: Readonly<Record<string, string>> = {}) {
  const { pools: sound, holders } = fakePools({ p: pool }, taken)
  const broken = new Set<string>()
  const pools: PoolStore = {
    ...sound,
    async giveBack(name, holder, key) {
      if (broken.has(key)) throw new Error('disk full')
      return sound.giveBack(name, holder, key)
    },
  }
  const givenBack: string[] = []
  let open = () => {}
  const slow: Plugin = {
    async allocate({ pool: name }) {
      await new Promise<void>((resolve) => {
        open = resolve
      })
      return {
        value: `slow:${name}`,
        async giveBack() {
          return givenBack.push(name) > 0
        },
      }
    },
  }
  const none = { find: async () => undefined }
  const builtins = new Map([
    ...builtinPlugins({ allocate: pools, sqlite: pools, postgres: pools, mysql: pools }),
    ['slow', slow] as const,
  ])
  const plugins: PluginRegistry = createRegistry(builtins, none)
  const events: NodeEvent[] = []
  const timer = handTimer()
  const { nodeId: id, report } = request('SN1', 'p')
  const calls = startPluginCalls(
    { id, report },
    { plugins, events: { emit: (each) => events.push(each) }, timer, definitionTimeoutMs: 25_000 },
  )
  const make = (text: string) => calls.make(callOf(text))
  const breakStore = (key: string) => broken.add(key)
  return { calls, make, timer, events, holders, givenBack, breakStore, open: () => open() }
}

describe('the plugin calls of a definition', () => {
  it('are made, and told as events', async () => {
    const { make, events, calls, timer } = callsOf(['a', 'b'])
    expect([await make("allocate('p')"), await make("allocate('p', 'lo')")]).toEqual(['a', 'b'])
    expect(events).toEqual([
      { kind: 'allocated', nodeId: 'SN1', call: "allocate('p')", value: '"a"' },
      { kind: 'allocated', nodeId: 'SN1', call: "allocate('p', 'lo')", value: '"b"' },
    ])
    calls.end()
    expect(timer.waiting()).toBe(0)
  })

  it('that are none need no time', () => {
    const { calls, timer } = callsOf([])
    calls.end()
    expect(timer.waiting()).toBe(0)
  })

  it('name a plugin that is not there', async () => {
    await expect(callsOf([]).make("none('p')")).rejects.toMatchObject({
      code: 'ZTP_UNKNOWN_PLUGIN',
      message: "there is no plugin 'none', called by none('p')",
    })
  })

  it('are given back together, once', async () => {
    const { make, calls, holders, events } = callsOf(['a', 'b'])
    await make("allocate('p')")
    await make("allocate('p', 'lo')")
    expect(holders.size).toBe(2)
    await calls.giveBack()
    expect(holders.size).toBe(0)
    await calls.giveBack()
    expect(events.slice(2)).toEqual([
      { kind: 'given-back', nodeId: 'SN1', call: "allocate('p')", value: '"a"' },
      { kind: 'given-back', nodeId: 'SN1', call: "allocate('p', 'lo')", value: '"b"' },
    ])
  })

  it('are not told of as given back where the node had them before', async () => {
    const { make, calls, holders, events } = callsOf(['a'], { 'p/a': 'SN1' })
    await make("allocate('p')")
    await calls.giveBack()
    expect([...holders]).toEqual([['p/a', 'SN1']])
    expect(events.map((each) => each.kind)).toEqual(['allocated'])
  })

  it('that cannot be given back hide nothing, and keep no other', async () => {
    const { make, calls, holders, events, breakStore } = callsOf(['a', 'b'])
    await make("allocate('p')")
    await make("allocate('p', 'lo')")
    breakStore('a')
    await calls.giveBack()
    expect([...holders]).toEqual([['p/a', 'SN1']])
    expect(events.slice(2)).toContainEqual({
      kind: 'not-given-back',
      nodeId: 'SN1',
      call: "allocate('p')",
      reason: 'disk full',
    })
  })

  it('share one time limit', async () => {
    const { make, timer, open, givenBack, holders, calls } = callsOf(['a'])
    await make("allocate('p')")
    const first = make("slow('one')")
    await nextTurn()
    timer.pass(20_000)
    open()
    expect(await first).toBe('slow:one')
    const second = make("slow('two')")
    await nextTurn()
    timer.pass(5_000)
    await expect(second).rejects.toMatchObject({
      code: 'ZTP_PLUGIN_FAILED',
      message:
        "the plugins took longer than 25 s for the definition, the last of them for slow('two')",
    })
    await calls.giveBack()
    expect([givenBack, holders.size]).toEqual([['one'], 0])
    open()
    await nextTurn()
    expect(givenBack).toEqual(['one', 'two'])
  })

  it('do not begin when the time is over', async () => {
    const { make, timer } = callsOf(['a', 'b'])
    await make("allocate('p')")
    timer.pass(25_000)
    await expect(make("allocate('p', 'lo')")).rejects.toThrow('took longer than 25 s')
  })
})
