import { parseCall } from '../definition/plugin-call.ts'
import { isList, isMap, type Value, type ValueMap } from '../kernel/value.ts'
import type { SentDefinition } from './definition-answer.ts'
import { pythonText } from './python-text.ts'

/** A value that a plugin gave to a switch. */
export type Allocation = {
  /** `PLUGIN(POOL)`: two switches must not hold one value of it. */
  readonly pool: string
  readonly value: string
}

/** Every attribute that reaches an action; of two with one name the first. */
export function attributesOf(definition: SentDefinition): ValueMap {
  const entries = definition.actions.flatMap((each) => [...each.attributes])
  return new Map(entries.reverse())
}

/**
 * What was allocated to a switch, as far as its definition shows: the calls in the definition's
 * global attributes, which are sent as written, beside the values that the actions got in their
 * place. Calls inside an action's own attributes leave no trace in the answer.
 */
export function allocationsOf(definition: SentDefinition): readonly Allocation[] {
  return allocated(definition.attributes, attributesOf(definition))
}

function allocated(written: Value, sent: Value | undefined): readonly Allocation[] {
  if (sent === undefined) return []
  if (isMap(written)) {
    return [...written].flatMap(([key, each]) =>
      allocated(each, isMap(sent) ? sent.get(key) : undefined),
    )
  }
  if (isList(written)) {
    return written.flatMap((each, index) => allocated(each, isList(sent) ? sent[index] : undefined))
  }
  const call = typeof written === 'string' ? parseCall(written) : undefined
  return call ? [{ pool: `${call.name}(${call.pool})`, value: pythonText(sent) }] : []
}

/** The values that are IPv4 or IPv6 addresses, with or without a prefix length. */
export function addressesOf(allocations: readonly Allocation[]): readonly string[] {
  return allocations.map((each) => each.value).filter(isAddress)
}

function isAddress(text: string): boolean {
  return /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]*:[0-9a-f:]+)(?:\/\d{1,3})?$/i.test(text)
}
