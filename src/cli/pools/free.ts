import { ZtpError } from '../../kernel/errors.ts'
import { nodeIdFor } from '../../node/identity.ts'
import {
  type FreedEntry,
  type Freeing,
  freeEntries,
  freeNodeInPool,
  type UnknownEntry,
} from '../../provision/pools/free-entries.ts'
import { freeNode } from '../../provision/pools/free-node.ts'
import type { PoolFailure } from '../../provision/pools/list-pools.ts'
import { parsePoolName } from '../../provision/pools/pool-name.ts'
import { nodePart } from '../../resource/holder.ts'
import { type CliCall, type CliCommand, DRY_RUN_OPTION, JSON_OPTION, jsonText } from '../command.ts'
import { age, localTime } from '../when.ts'
import { writeFailures } from './list.ts'
import { nodeOf, onPools, type Pools } from './on-pools.ts'

type Outcome = Freeing & { readonly failures: readonly PoolFailure[] }

/** `ztps pools free`: entries by name, or all that a node has. */
async function free(call: CliCall): Promise<number> {
  const { options, io } = call
  return onPools(call, async (pools) => {
    const outcome = await freeWanted(call, pools)
    if (options.has('json')) io.stdout.write(jsonText(jsonOf(outcome, options.has('dryRun'))))
    else await writeText(outcome, call, pools)
    writeFailures(outcome.failures, io)
    const { unknown, refused, failures } = outcome
    return unknown.length + refused.length + failures.length === 0 ? 0 : 1
  })
}

async function freeWanted(call: CliCall, { admins, settings }: Pools): Promise<Outcome> {
  const { words, options, deps } = call
  const [pool, ...entries] = words
  const node = nodeOf(call, settings)
  const how = {
    now: deps.clock.now(),
    dryRun: options.has('dryRun'),
    force: options.has('force'),
  }
  if (node !== undefined && entries.length > 0) {
    throw new ZtpError('ZTP_USAGE', `either entries or --node, not both: leave out ${entries[0]}`)
  }
  if (pool === undefined) {
    if (node === undefined)
      throw new ZtpError('ZTP_USAGE', 'name a pool and its entries, or --node ID')
    return { ...(await freeNode(admins, node, how)), alreadyFree: [], unknown: [] }
  }
  const name = parsePoolName(pool)
  if (node !== undefined) {
    return { ...(await freeNodeInPool(admins, name, node, how)), failures: [] }
  }
  if (entries.length === 0) {
    throw new ZtpError('ZTP_USAGE', `name the entries of ${pool} to free, or --node ID`)
  }
  return { ...(await freeEntries(admins, name, entries, how)), failures: [] }
}

async function writeText(outcome: Outcome, call: CliCall, pools: Pools): Promise<void> {
  const { io, options, deps, words } = call
  const { freed, alreadyFree, unknown, refused } = outcome
  const now = deps.clock.now()
  const verb = options.has('dryRun') ? 'would free' : 'freed'
  const describe = (entry: FreedEntry) => describeEntry(entry, now)
  for (const each of alreadyFree) io.stdout.write(`${each} is free already\n`)
  for (const each of freed) io.stdout.write(`${verb} ${describe(each)}\n`)
  for (const each of unknown) io.stderr.write(`ERROR: ${unknownText(each, words[0] ?? '')}\n`)
  for (const each of refused) io.stderr.write(`ERROR: just given out: ${describe(each)}\n`)
  if (refused.length > 0) io.stderr.write(`${REFUSED}\n`)
  else if (unknown.length > 0) io.stderr.write('Nothing was freed.\n')
  else if (freed.length + alreadyFree.length === 0) io.stdout.write(`${nothingText(call)}\n`)
  for (const node of await living(freed, pools, call)) {
    io.stderr.write(`WARNING: ${node} ${LIVES}\n`)
  }
}

const REFUSED =
  'Nothing was freed: within the last hour these were given to nodes that are probably being provisioned with them. If a node is off for good: --force'
const LIVES =
  'is a node of this server still, and keeps using what it had until it is provisioned anew; the next node that asks gets the same: switch it off, or see `ztps nodes reset` and `ztps nodes remove`'

function unknownText({ entry, meant }: UnknownEntry, pool: string): string {
  return `${pool} has no entry ${entry}${meant === undefined ? '' : `; did you mean ${meant}?`}`
}

function nothingText({ words, options }: CliCall): string {
  const where = words[0] === undefined ? 'any pool' : words[0]
  return `${options.text('node')} holds nothing in ${where}`
}

function describeEntry({ pool, entry, holder, state, since }: FreedEntry, now: number): string {
  const time = since === undefined ? '' : ` since ${localTime(since)} (${age(since, now)})`
  return `${entry} of ${pool}: ${state} by ${holder}${time}`
}

/** The nodes among the former holders that are nodes of this server still. */
async function living(
  freed: readonly FreedEntry[],
  { settings }: Pools,
  { deps }: CliCall,
): Promise<readonly string[]> {
  const files = deps.dataFiles(settings.dataRoot)
  const ids = freed.flatMap(({ holder }) => nodeIdFor(nodePart(holder), settings.identifier) ?? [])
  const nodes = [...new Set(ids)]
  const kinds = await Promise.all(nodes.map((each) => files.kindOf(`nodes/${each}`)))
  return nodes.filter((_, at) => kinds[at] === 'folder')
}

function jsonOf({ freed, alreadyFree, unknown, refused, failures }: Outcome, dryRun: boolean) {
  return {
    dry_run: dryRun,
    freed: freed.map(jsonEntry),
    already_free: alreadyFree,
    unknown: unknown.map(({ entry, meant = null }) => ({ entry, meant })),
    refused: refused.map(jsonEntry),
    failures,
  }
}

function jsonEntry({ pool, entry, holder, state, since }: FreedEntry) {
  const time = since === undefined ? null : new Date(since).toISOString()
  return { pool, entry, holder, state, since: time }
}

export const freeCommand: CliCommand = {
  name: 'free',
  summary: 'free entries of a pool, or all that a node has',
  about: [
    'Says what was freed and who had it. The next node that asks gets the first free entry, so what is freed is soon given out again: the switch that had it must be off, or be provisioned anew.',
    'What was given out within the last hour is refused, since a switch is probably being provisioned with it: --force frees it all the same. When one entry is refused, or is not in the pool, nothing is freed.',
    'With --node and without a pool: in every pool, its labelled entries included.',
  ],
  arguments: [
    {
      name: '[POOL]',
      help: 'a file of resources/, or a table: sqlite:TABLE, postgres:TABLE, mysql:TABLE',
    },
    { name: '[ENTRY...]', help: 'as the pool has it, prefix length included' },
  ],
  options: [
    { flags: '--node <ID>', help: 'all that this node has' },
    { flags: '--force', help: 'also what was given out within the last hour' },
    DRY_RUN_OPTION,
    JSON_OPTION,
  ],
  examples: [
    { line: 'ztps pools free mgmt_subnet 10.10.0.17/24', does: 'free one address' },
    {
      line: 'ztps pools free --node JPE21430006 --dry-run',
      does: 'what would a dead switch give back?',
    },
    { line: 'ztps pools free --node JPE21430006', does: 'and give it back, from every pool' },
  ],
  run: free,
}
