import { isMap, type Value, type ValueMap } from '../kernel/value.ts'
import type { SentAction } from './definition-answer.ts'
import type { SubstitutionMode } from './template.ts'
import type { VirtualSwitch } from './virtual-switch.ts'

/** What becomes of a file that an action fetched. */
export type Use =
  | { readonly kind: 'append'; readonly mode: SubstitutionMode; readonly variables: ValueMap }
  | { readonly kind: 'replace' }
  /** Filled in and run: nothing of it stays. */
  | { readonly kind: 'run'; readonly variables: ValueMap }
  /** Checked and left alone: an image, an extension, a key. */
  | { readonly kind: 'store' }

/** What a switch does for an action: fetch this and use it so; or nothing; or fail. */
export type Plan =
  | { readonly kind: 'fetch'; readonly url: string; readonly use: Use }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'failure'; readonly reason: string }

type Planner = (attributes: ValueMap, node: VirtualSwitch) => Plan

/** The actions that come with ztpserver (spec: client.md, Actions), as far as HTTP sees them. */
const PLANNERS: ReadonlyMap<string, Planner> = new Map<string, Planner>([
  ['add_config', planAddConfig],
  ['replace_config', (attributes) => fetching(attributes, 'url', { kind: 'replace' })],
  ['copy_file', (attributes) => fetching(attributes, 'src_url', { kind: 'store' })],
  ['install_image', planInstallImage],
  ['install_extension', (attributes) => fetching(attributes, 'url', { kind: 'store' })],
  ['install_cli_plugin', (attributes) => fetching(attributes, 'url', { kind: 'store' })],
  ['run_bash_script', planRun],
  ['run_cli_commands', planRun],
  ['configure_ansible_client', (attributes) => fetching(attributes, 'key', { kind: 'store' })],
  ['send_email', () => ({ kind: 'nothing' })],
])

/** What the switch does for an action; an operator's own is taken to fetch its `url`, if any. */
export function planAction({ action, attributes }: SentAction, node: VirtualSwitch): Plan {
  const planner = PLANNERS.get(action)
  if (planner !== undefined) return planner(attributes, node)
  const key = ['url', 'src_url'].find((each) => attributes.has(each))
  return key === undefined ? { kind: 'nothing' } : fetching(attributes, key, { kind: 'store' })
}

function planAddConfig(attributes: ValueMap): Plan {
  const mode = attributes.get('substitution_mode') ?? 'loose'
  if (mode !== 'strict' && mode !== 'loose') {
    return failure('Invalid option specified for substitution_mode attribute')
  }
  const variables = variablesOf(attributes)
  return variables === undefined
    ? failure('Unable to perform variable substitution - invalid variables')
    : fetching(attributes, 'url', { kind: 'append', mode, variables })
}

function planRun(attributes: ValueMap): Plan {
  const variables = variablesOf(attributes)
  return variables === undefined
    ? failure('Unable to perform variable substitution - invalid variables')
    : fetching(attributes, 'url', { kind: 'run', variables })
}

function planInstallImage(attributes: ValueMap, node: VirtualSwitch): Plan {
  if (!attributes.has('version')) return failure("Missing attribute('version')")
  if (attributes.get('version') === node.version) return { kind: 'nothing' }
  return fetching(attributes, 'url', { kind: 'store' })
}

function fetching(attributes: ValueMap, key: string, use: Use): Plan {
  const url = attributes.get(key)
  return typeof url === 'string' && url !== ''
    ? { kind: 'fetch', url, use }
    : failure(`Missing attribute('${key}')`)
}

function variablesOf(attributes: ValueMap): ValueMap | undefined {
  const value: Value = attributes.get('variables') ?? null
  if (value === null) return new Map()
  return isMap(value) ? value : undefined
}

function failure(reason: string): Plan {
  return { kind: 'failure', reason }
}
