import { describe, expect, it } from 'vitest'
import type { NodeEvent } from './events.ts'
import type { NewNode, NodeStore } from './ports.ts'
import { type RegisterPorts, registerNode } from './register.ts'

const never = async () => {
  throw new Error('these tests do not come this far')
}

/**
 * A store whose node an operator takes away while it posts.
 *
 * @param times how often the folder is there, and gone a moment later
 */
function vanishingStore(times: number) {
  let looks = 0
  const created: NewNode[] = []
  const store: NodeStore = {
    async state() {
      looks += 1
      return looks <= times ? 'configured' : 'absent'
    },
    saveReport: async () => 'unknown',
    async create(_id, files) {
      created.push(files)
      return 'created'
    },
    knows: never,
    load: never,
    saveStartupConfig: never,
    startupConfig: never,
  }
  return { store, created }
}

function portsWith(nodes: NodeStore, events: NodeEvent[]): RegisterPorts {
  return {
    nodes,
    library: {
      neighbordb: never,
      definition: never,
      bootstrap: never,
      bootstrapConf: never,
      bootstrapConfPath: '',
      configHandler: never,
    },
    slowRegex: { answer: never },
    events: { emit: (event) => void events.push(event) },
    identifier: 'serialnumber',
    jsonDepth: 10,
  }
}

const BODY = JSON.stringify({ serialnumber: 'SN1', config: 'hostname a\n' })

describe('registerNode, while the folder is taken away', () => {
  it('takes the node for a new one', async () => {
    const events: NodeEvent[] = []
    const { store, created } = vanishingStore(2)
    expect(await registerNode(BODY, portsWith(store, events))).toEqual({
      kind: 'created',
      id: 'SN1',
    })
    expect(created).toHaveLength(1)
    expect(events.map((each) => each.kind)).toEqual(['beginning', 'created'])
  })

  it('gives up when that has no end', async () => {
    const { store, created } = vanishingStore(1000)
    const registration = await registerNode(BODY, portsWith(store, []))
    expect(registration).toMatchObject({ kind: 'refused', code: 'ZTP_STORE_FAILED' })
    expect(created).toEqual([])
  })
})
