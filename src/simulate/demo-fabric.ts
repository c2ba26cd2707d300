import type { CableEnd, Fabric, FabricSwitch } from './topology.ts'

/** What an unconfigured switch calls itself. */
const UNNAMED = 'localhost'

/** The switch that the demo cables wrongly, so that one is refused. */
export const MISCABLED = 'rack4-leaf'

/** The switch that the demo boots with the real bootstrap script, where it can. */
export const SCRIPTED = 'rack1-leaf'

const LEAF = { model: 'DCS-7050SX3-48YC8', version: '4.32.2F', announces: UNNAMED }
const SPINE = { model: 'DCS-7050CX3-32S', version: '4.32.2F' }

function leafOn(rack: number): FabricSwitch {
  return {
    ...LEAF,
    name: `rack${rack}-leaf`,
    serialnumber: `JPE2143000${rack + 2}`,
    systemmac: `00:1c:73:00:10:0${rack + 2}`,
  }
}

/** The cables of a leaf: an uplink to port `port` of each spine, and the out-of-band switch. */
function cablesOf(
  leaf: string,
  port: number,
  second = 'spine2',
): readonly (readonly [CableEnd, CableEnd])[] {
  return [
    [
      [leaf, 'Ethernet49'],
      ['spine1', `Ethernet${port}`],
    ],
    [
      [leaf, 'Ethernet50'],
      [second, `Ethernet${port}`],
    ],
    [
      [leaf, 'Management1'],
      ['oob-switch', `Ethernet${port}`],
    ],
  ]
}

/**
 * The eight switches of the demo, made for examples/data-root: two spines, three leaves, the border
 * leaf with its own `node:` entry, the out-of-band switch known by its model, and one leaf whose
 * second uplink went to another pod.
 *
 * The spines and the out-of-band switch already announce the names that they are about to get. In
 * a real fabric the leaves try again until that is so.
 */
export const DEMO_FABRIC: Fabric = {
  switches: [
    {
      ...SPINE,
      name: 'spine1',
      announces: 'pod1-spine1',
      serialnumber: 'JPE21430001',
      systemmac: '00:1c:73:00:10:01',
    },
    {
      ...SPINE,
      name: 'spine2',
      announces: 'pod1-spine2',
      serialnumber: 'JPE21430002',
      systemmac: '00:1c:73:00:10:02',
    },
    leafOn(1),
    leafOn(2),
    leafOn(3),
    {
      ...LEAF,
      name: 'border-leaf',
      serialnumber: 'JPE21430006',
      systemmac: '00:1c:73:00:10:06',
    },
    {
      name: 'oob-switch',
      announces: 'pod1-oob1',
      model: 'DCS-7010TX-48',
      version: '4.32.2F',
      serialnumber: 'JPE21430007',
      systemmac: '00:1c:73:00:10:07',
    },
    {
      ...LEAF,
      name: MISCABLED,
      serialnumber: 'JPE21430008',
      systemmac: '00:1c:73:00:10:08',
    },
  ],
  cables: [
    [
      ['spine1', 'Management1'],
      ['oob-switch', 'Ethernet47'],
    ],
    [
      ['spine2', 'Management1'],
      ['oob-switch', 'Ethernet48'],
    ],
    ...cablesOf('rack1-leaf', 1),
    ...cablesOf('rack2-leaf', 2),
    ...cablesOf('rack3-leaf', 3),
    ...cablesOf('border-leaf', 4),
    ...cablesOf(MISCABLED, 5, 'pod2-spine1'),
  ],
}
