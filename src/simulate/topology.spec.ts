import { describe, expect, it } from 'vitest'
import { DEMO_FABRIC, MISCABLED } from './demo-fabric.ts'
import { NODE } from './testing/nodes.ts'
import { virtualSwitches } from './topology.ts'
import { bootHeaders, nodeIdOf } from './virtual-switch.ts'

describe('virtualSwitches', () => {
  const base = { model: 'm', version: 'v', serialnumber: 's', systemmac: '00:00:00:00:00:01' }

  it('gives each end of a cable the other, by the name it announces', () => {
    const [a, b] = virtualSwitches({
      switches: [
        { ...base, name: 'a', announces: 'localhost' },
        { ...base, name: 'b', announces: 'core' },
      ],
      cables: [
        [
          ['a', 'Ethernet1'],
          ['b', 'Ethernet2'],
        ],
        [
          ['a', 'Ethernet1'],
          ['old-switch', '7'],
        ],
      ],
    })
    expect(a?.neighbors).toEqual({
      Ethernet1: [
        { device: 'core', port: 'Ethernet2' },
        { device: 'old-switch', port: '7' },
      ],
    })
    expect(b?.neighbors).toEqual({ Ethernet2: [{ device: 'localhost', port: 'Ethernet1' }] })
  })

  it('leaves a switch without cables without neighbours', () => {
    const [a] = virtualSwitches({
      switches: [{ ...base, name: 'a', announces: 'a' }],
      cables: [],
    })
    expect(a).toEqual({ ...base, name: 'a', neighbors: {} })
  })
})

describe('the fabric of the demo', () => {
  const switches = virtualSwitches(DEMO_FABRIC)

  it('has eight switches with different identities', () => {
    expect(switches).toHaveLength(8)
    expect(new Set(switches.map((each) => each.serialnumber)).size).toBe(8)
    expect(new Set(switches.map((each) => each.systemmac)).size).toBe(8)
  })

  it('uses each port once', () => {
    const ends = DEMO_FABRIC.cables.flat().map((each) => each.join(' '))
    expect(new Set(ends).size).toBe(ends.length)
  })

  it('has one leaf with an uplink into another pod', () => {
    const astray = switches.filter((each) =>
      Object.values(each.neighbors).some((seen) => seen.some((n) => n.device.startsWith('pod2'))),
    )
    expect(astray.map((each) => each.name)).toEqual([MISCABLED])
  })
})

describe('virtual switch', () => {
  it('has the node id that the identifier says', () => {
    expect(nodeIdOf(NODE, 'serialnumber')).toBe('ABC')
    expect(nodeIdOf(NODE, 'systemmac')).toBe('001c73aabbcc')
  })

  it('sends no serial number header when it has none', () => {
    expect(bootHeaders(NODE)).toMatchObject({ 'X-Arista-Serial': 'ABC' })
    expect(bootHeaders({ ...NODE, serialnumber: '' })).not.toHaveProperty('X-Arista-Serial')
  })
})
