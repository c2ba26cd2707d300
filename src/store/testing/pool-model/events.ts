import { holderText, nodePart } from '../../../resource/holder.ts'
import { nodeId } from '../../../resource/testing/requests.ts'
import type { Event } from './explain.ts'
import type { Asker, PoolAnswer, PoolCommand } from './pool-command.ts'
import { same } from './world.ts'

/** A command, and what came back. */
export type Exchange = { readonly command: PoolCommand; readonly answer: PoolAnswer | undefined }

export function holderOfAsker({ nodeId: id, label }: Asker): string {
  return holderText({ nodeId: nodeId(id), ...(label === undefined ? {} : { label }) })
}

/**
 * What an exchange means for the rules.
 *
 * @param pools the names of all pools
 */
export function eventOf({ command, answer }: Exchange, pools: readonly string[]): Event {
  switch (command.do) {
    case 'confirm':
      return { act: { do: 'confirm', node: command.nodeId }, answer }
    case 'free node':
      return inEach(pools, answer, (pool) => ({ do: 'free node', pool, node: command.nodeId }))
    case 'reassign': {
      const { nodeId: from, to } = command
      if (answer?.code !== undefined) return { act: { do: 'refuse to reassign', from, to }, answer }
      return inEach(pools, answer, (pool) => ({ do: 'reassign', pool, from, to }))
    }
    case 'free key':
    case 'add':
      return { act: command, answer }
    case 'free': {
      const { pool, key } = command
      return { act: { do: 'free', pool, holder: holderOfAsker(command), key }, answer }
    }
    case 'allocate':
    case 'fail':
      return allocation(command, answer)
  }
}

type Allocation = Extract<PoolCommand, { readonly do: 'allocate' | 'fail' }>

function allocation(command: Allocation, answer: PoolAnswer | undefined): Event {
  const { pool } = command
  const holder = holderOfAsker(command)
  const act = { do: 'allocate', pool, holder } as const
  if (command.do === 'allocate') return { act, answer }
  const next = ({ fresh, key }: PoolAnswer): Event | undefined =>
    fresh && key !== undefined
      ? { act: { do: 'give back', pool, holder, key }, answer: answer && {} }
      : undefined
  return { act, answer, next }
}

/** One act after the other, in each pool; of the answer, each has its part. */
function inEach(
  pools: readonly string[],
  answer: PoolAnswer | undefined,
  actIn: (pool: string) => Event['act'],
): Event {
  const [name, ...others] = pools
  if (name === undefined) throw new Error('there is at least one pool')
  const changed = answer?.changed?.filter((each) => each.pool === name)
  return {
    act: actIn(name),
    answer: changed && { changed },
    next: () => (others.length > 0 ? inEach(others, answer, actIn) : undefined),
  }
}

/** Whether a command may take an entry from its holder. */
export function mayTake(command: PoolCommand, pool: string, holder: string, key: string): boolean {
  switch (command.do) {
    case 'allocate':
    case 'add':
    case 'confirm':
      return false
    case 'fail':
    case 'free':
      return command.pool === pool && same(holderOfAsker(command), holder)
    case 'free key':
      return command.pool === pool && command.key === key
    case 'free node':
    case 'reassign':
      return same(command.nodeId, nodePart(holder))
  }
}
