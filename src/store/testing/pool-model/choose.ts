import { NODES } from './edit-pool.ts'
import { holderOfAsker } from './events.ts'
import type { Asker, PoolCommand } from './pool-command.ts'
import { newest, newKey, type PoolOnScene, poolAt, type Scene } from './scene.ts'
import type { Ask } from './steps.ts'
import { entries, holderOf } from './written-pool.ts'

/** What a step's numbers mean, as things are now. */
export function commandOf(scene: Scene, { do: what, pool, node, label, entry }: Ask): PoolCommand {
  const nodeId = nodeAt(node)
  const place = poolAt(scene, pool)
  const asker = label === undefined ? { nodeId } : { nodeId, label }
  switch (what) {
    case 'allocate':
    case 'fail':
      return { do: what, pool: place.name, ...asker }
    case 'free':
      return { do: what, pool: place.name, ...asker, key: keyFor(place, asker, entry) }
    case 'confirm':
    case 'free node':
      return { do: what, nodeId }
    case 'free key':
      return { do: what, pool: place.name, key: keyFor(place, asker, entry) }
    case 'reassign':
      return { do: what, nodeId, to: nodeAt(node + 1 + entry) }
    case 'add': {
      const key = entry % 2 === 0 ? newKey(scene) : keyFor(place, asker, entry)
      return { do: what, pool: place.name, key, holder: entry % 3 === 0 ? nodeId : null }
    }
  }
}

function nodeAt(number: number): string {
  return NODES[number % NODES.length] ?? NODES[0]
}

/** More often than not one that is the asker's. */
function keyFor(place: PoolOnScene, asker: Asker, entry: number): string {
  const there = entries(newest(place))
  const own = there.filter((line) => holderOf(line) === holderOfAsker(asker))
  const choice = entry % 3 > 0 && own.length > 0 ? own : there
  return choice[entry % choice.length]?.key ?? 'none'
}
