import { nodeIdOfWord } from '../../provision/nodes/known-node.ts'
import { type Retired, retireNodes } from '../../provision/nodes/retire-nodes.ts'
import {
  type CliCall,
  type CliCommand,
  type CliOption,
  DRY_RUN_OPTION,
  JSON_OPTION,
  jsonText,
} from '../command.ts'
import { atDeskWithPools } from './at-desk.ts'
import { holdingLines } from './texts.ts'

type Kind = 'reset' | 'removed'

/** `ztps nodes reset ID…` and `ztps nodes remove ID…`. */
async function retire(kind: Kind, call: CliCall): Promise<number> {
  const { words, options, io } = call
  return atDeskWithPools(call, 'change', async (desk, { identifier }) => {
    const ids = [...new Set(words.map((word) => nodeIdOfWord(word, identifier)))]
    const how = { kind, free: options.has('free'), dryRun: options.has('dryRun') }
    const done = await retireNodes(ids, how, desk)
    io.stdout.write(
      options.has('json')
        ? jsonText({ dry_run: how.dryRun, [kind]: done.map((each) => retiredJson(each, how)) })
        : done.map((each) => retiredText(each, how)).join(''),
    )
    return 0
  })
}

type How = { readonly kind: Kind; readonly free: boolean; readonly dryRun: boolean }

function retiredText({ id, archive, link, holdings }: Retired, how: How): string {
  const { kind, free, dryRun } = how
  const verb = dryRun ? `would ${kind === 'reset' ? 'reset' : 'remove'}` : kind
  const what = link === null ? '' : `, a link to ${link}, which stays`
  const where = archive === null ? '' : `; archived in ${archive}`
  const held = holdingLines(holdings)
  const fate = free ? `${dryRun ? 'would free' : 'freed'}` : 'it still holds'
  const lines = held.length === 0 ? [] : [`  ${fate}:`, ...held.map((each) => `    ${each}`)]
  return `${[`${verb} ${id}${what}${where}`, ...lines].join('\n')}\n`
}

function retiredJson({ id, archive, link, holdings }: Retired, { free }: How) {
  const { held, failures } = holdings
  return {
    id,
    archive,
    link,
    freed: free ? held : [],
    holds: free ? [] : held,
    unreachable_pools: failures,
  }
}

const JSON_SHAPE =
  '[{id, archive, link, freed, holds, unreachable_pools}]}; freed and holds are lists of {kind, pool, entry, label}.'
const ARCHIVED =
  "The folder goes into the archive, archive/ID/TIME of the server's state folder, before it is taken away, in one step for whoever looks. If nodes/ID is a symbolic link, only the link goes; of what other links lead to, the archive has copies."
const ARGUMENTS = [{ name: '<ID...>', help: 'node ids: serial numbers, or system MACs' }]

function optionsOf(free: string): readonly CliOption[] {
  return [{ flags: '--free', help: free }, DRY_RUN_OPTION, JSON_OPTION]
}

export const resetCommand: CliCommand = {
  name: 'reset',
  summary: 'let a switch start anew',
  about: [
    'Takes away the folder nodes/ID, all of it: definition, pattern, attributes, startup-config, report. With its next POST the switch is a new one, for which neighbordb decides; one that was made with add or import needs that again.',
    'What it holds of the pools stays its own, so that it gets the same addresses and names again; --free gives them back. The earlier versions of its startup-config stay too.',
    ARCHIVED,
    `With --json: {"dry_run", "reset": ${JSON_SHAPE}`,
  ],
  arguments: ARGUMENTS,
  options: optionsOf('also free all that it holds of the pools'),
  examples: [
    { line: 'ztps nodes reset JPE21430099', does: 'it was cabled wrongly: once more' },
    { line: 'ztps nodes reset JPE21430099 --free', does: 'and with other addresses' },
  ],
  run: (call) => retire('reset', call),
}

export const removeCommand: CliCommand = {
  name: 'remove',
  summary: 'forget a switch',
  about: [
    'Takes away the folder nodes/ID and the earlier versions of its startup-config. What it holds of the pools stays held, and is shown; --free frees it.',
    ARCHIVED,
    `With --json: {"dry_run", "removed": ${JSON_SHAPE}`,
  ],
  arguments: ARGUMENTS,
  options: optionsOf('free all that it holds of the pools'),
  examples: [
    { line: 'ztps nodes remove JPE21430099 --dry-run', does: 'what does it hold?' },
    { line: 'ztps nodes remove JPE21430099 JPE21430098 --free', does: 'they are gone for good' },
  ],
  run: (call) => retire('removed', call),
}
