import { readDefinition, type SentDefinition } from '../definition-answer.ts'
import type { Provisioned, Run } from '../outcome.ts'
import type { VirtualSwitch } from '../virtual-switch.ts'

/** A switch with the serial number ABC. */
export const NODE: VirtualSwitch = {
  name: 'one',
  model: 'DCS-7050S',
  serialnumber: 'ABC',
  systemmac: '00:1C:73:aa:bb:cc',
  version: '4.32.2F',
  neighbors: { Ethernet1: [{ device: 'spine1', port: 'Ethernet2' }] },
}

/** A definition as the server would send it. */
export function sent(value: unknown): SentDefinition {
  const definition = readDefinition(JSON.stringify(value))
  if (typeof definition === 'string') throw new Error(definition)
  return definition
}

/** A run that went well. */
export function provisioned(name: string, got: Partial<Provisioned> = {}): Run {
  return {
    kind: 'provisioned',
    node: { ...NODE, name },
    nodeId: name,
    exchanges: [],
    milliseconds: 12.4,
    got: {
      definition: 'leaf',
      attributes: new Map(),
      allocations: [],
      startupConfig: 'hostname x',
      ...got,
    },
  }
}

/** A run that ended where the switch says who it is. */
export function refusedRun(name: string, status = 400): Run {
  return {
    kind: 'failed',
    node: { ...NODE, name },
    nodeId: undefined,
    exchanges: [],
    milliseconds: 3,
    failure: {
      stage: 'details',
      reason: `node not found on server (status=${status})`,
      url: 'http://h/nodes',
      status,
      body: 'no pattern\n',
    },
  }
}
