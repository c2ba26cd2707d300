import type { Value, ValueMap } from '../kernel/value.ts'
import type { Action, Definition } from './definition.ts'
import type { PluginCall } from './plugin-call.ts'
import { mergeScopes } from './scopes.ts'
import { type AnswerCall, createSubstitution, type Substitution } from './substitute.ts'

export type { PluginCall }

/**
 * The definition to send: scopes merged, references followed, plugin calls answered
 * (provisioning.md, Attributes and Resources).
 *
 * What a reference yields is the attribute's resolved value. What a plugin returns is taken as it
 * is, even if it looks like a reference or a call. Calls are made one after the other, in the order
 * in which they reach the answer, each distinct one once.
 *
 * @param nodeAttributes the node's `attributes` file
 * @param call makes one plugin call for this node
 * @returns what `toJson` writes as the response
 * @throws ZtpError ZTP_REFERENCE_CYCLE, ZTP_INVALID_DEFINITION (too large or too deep), and
 *   whatever `call` throws
 */
export async function resolveDefinition(
  definition: Definition,
  nodeAttributes: ValueMap,
  call: (call: PluginCall) => Promise<Value>,
): Promise<ValueMap> {
  return completeDraft(draftDefinition(definition, nodeAttributes), call)
}

/** A definition with everything done that needs no plugin. */
export type Draft = {
  readonly definition: Definition
  readonly nodeAttributes: ValueMap
  /** With `null` for each call: final if there is none. */
  readonly value: ValueMap
  /** The plugin calls that the answer needs, in their order. */
  readonly calls: ReadonlyMap<string, PluginCall>
}

/**
 * The first half of resolveDefinition; the same for the same two files, whoever asks.
 *
 * @throws ZtpError ZTP_REFERENCE_CYCLE, ZTP_INVALID_DEFINITION
 */
export function draftDefinition(definition: Definition, nodeAttributes: ValueMap): Draft {
  const calls = new Map<string, PluginCall>()
  const value = substituted(definition, nodeAttributes, (each) => {
    calls.set(callKey(each), each)
    return null
  })
  return { definition, nodeAttributes, value, calls }
}

/** The second half: makes the calls, and puts their answers in. */
export async function completeDraft(
  { definition, nodeAttributes, value, calls }: Draft,
  call: (call: PluginCall) => Promise<Value>,
): Promise<ValueMap> {
  if (calls.size === 0) return value
  const answers = new Map<string, Value>()
  for (const [key, each] of calls) answers.set(key, await call(each))
  return substituted(definition, nodeAttributes, (each) => answers.get(callKey(each)) ?? null)
}

function callKey(call: PluginCall): string {
  return JSON.stringify([call.name, call.pool, call.label ?? null])
}

function substituted(
  definition: Definition,
  nodeAttributes: ValueMap,
  answer: AnswerCall,
): ValueMap {
  const scope = mergeScopes(definition.attributes, nodeAttributes)
  const substitution = createSubstitution(scope, answer)
  let size = 0
  const actions = definition.actions.map((action) => {
    const attributes = actionAttributes(action, scope, substitution)
    size += substitution.budget.sizeOf(attributes)
    substitution.budget.check(size)
    return new Map(action.raw).set('attributes', attributes)
  })
  return new Map(definition.raw).set('actions', actions)
}

function actionAttributes(action: Action, scope: ValueMap, substitution: Substitution): ValueMap {
  if (action.generated) return action.attributes
  return substitution.resolveMap(mergeScopes(scope, action.attributes))
}
