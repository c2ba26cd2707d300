import { isList, isMap, type Value, type ValueMap } from '../kernel/value.ts'
import { readJson } from './read-json.ts'

/** A definition as the server sent it: attributes merged and resolved into each action. */
export type SentDefinition = {
  readonly name?: string
  /** The definition's global attributes, as written: references and plugin calls unresolved. */
  readonly attributes: ValueMap
  readonly actions: readonly SentAction[]
}

export type SentAction = {
  /** The program: a name under /actions. */
  readonly action: string
  readonly attributes: ValueMap
}

/**
 * Reads the body of GET /nodes/ID.
 *
 * @returns the definition, or one sentence that says what is wrong with it
 */
export function readDefinition(text: string): SentDefinition | string {
  const value = jsonOf(text)
  if (!isMap(value)) return 'the definition is not a JSON object'
  const actions = value.get('actions')
  if (!isList(actions) || actions.length === 0) return "'actions' section missing from definition"
  const sent = actions.map(actionOf).filter((each) => each !== undefined)
  if (sent.length < actions.length) return "'action' missing from an action of the definition"
  const name = value.get('name')
  return {
    ...(typeof name === 'string' ? { name } : {}),
    attributes: mapOf(value.get('attributes')),
    actions: sent,
  }
}

function jsonOf(text: string): Value | undefined {
  try {
    return readJson(text)
  } catch {
    return undefined
  }
}

function actionOf(value: Value): SentAction | undefined {
  if (!isMap(value)) return undefined
  const action = value.get('action')
  return typeof action === 'string'
    ? { action, attributes: mapOf(value.get('attributes')) }
    : undefined
}

function mapOf(value: Value | undefined): ValueMap {
  return isMap(value) ? value : new Map()
}
