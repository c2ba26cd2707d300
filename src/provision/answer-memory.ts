import type { Definition } from '../definition/definition.ts'
import type { PluginCall } from '../definition/plugin-call.ts'
import { completeDraft, type Draft, draftDefinition } from '../definition/resolve.ts'
import { toJson } from '../kernel/json.ts'
import type { Value, ValueMap } from '../kernel/value.ts'

/**
 * Definitions as they are sent, resolved once for all the nodes that have the same two files: those
 * of a fleet are copies of a few. What is remembered goes when the files' values go.
 */
export type AnswerMemory = {
  /**
   * @param call makes one plugin call for this node; an answer that needs one is made anew each time
   * @returns the definition as JSON text
   * @throws what resolveDefinition and toJson throw
   */
  jsonOf(
    definition: Definition,
    attributes: ValueMap,
    call: (call: PluginCall) => Promise<Value>,
  ): Promise<string>
}

type Answer = { readonly draft: Draft; readonly json: string | undefined }

export function createAnswerMemory(): AnswerMemory {
  const known = new WeakMap<Definition, WeakMap<ValueMap, Answer>>()

  function answerFor(definition: Definition, attributes: ValueMap): Answer {
    const byAttributes = known.get(definition) ?? new WeakMap<ValueMap, Answer>()
    known.set(definition, byAttributes)
    const answer = byAttributes.get(attributes) ?? draftAnswer(definition, attributes)
    byAttributes.set(attributes, answer)
    return answer
  }

  return {
    async jsonOf(definition, attributes, call) {
      const { draft, json } = answerFor(definition, attributes)
      return json ?? toJson(await completeDraft(draft, call))
    },
  }
}

function draftAnswer(definition: Definition, attributes: ValueMap): Answer {
  const draft = draftDefinition(definition, attributes)
  return { draft, json: draft.calls.size === 0 ? toJson(draft.value) : undefined }
}
