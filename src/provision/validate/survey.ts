import type { Definition } from '../../definition/definition.ts'
import { parseDefinition } from '../../definition/parse.ts'
import type { Diagnostic } from '../../kernel/diagnostic.ts'
import type { Place, YamlNode } from '../../yaml/document.ts'
import { asList, asMap, asScalar, entryOf } from '../../yaml/lookup.ts'
import { parseYaml } from '../../yaml/parse.ts'
import { type Mention, readScope, type Scope } from './mentions.ts'

/** An action of a definition, with what its own attributes mention. */
type ActionSurvey = { readonly action: Mention; readonly scope: Scope }

/** What a definition's text says, without anything that depends on where the file is. */
export type DefinitionSurvey = {
  /** Undefined when the text is no definition. */
  readonly definition: Definition | undefined
  /** Of the parse; their `file` is empty. */
  readonly diagnostics: readonly Diagnostic[]
  readonly global: Scope
  readonly actions: readonly ActionSurvey[]
}

/** Reads a definition for all that it mentions. */
function surveyDefinition(text: string): DefinitionSurvey {
  const { value: definition, diagnostics } = parseDefinition(text, '')
  const root = asMap(parseYaml(text, '').value)
  const scopeOf = (node: YamlNode | undefined) => readScope(node)
  const list = root && asList(entryOf(root, 'actions')?.value)
  return {
    definition,
    diagnostics,
    global: scopeOf(root && entryOf(root, 'attributes')?.value),
    actions: list?.items.flatMap(surveyAction) ?? [],
  }
}

function surveyAction(node: YamlNode): readonly ActionSurvey[] {
  const map = asMap(node)
  const name = map && asScalar(entryOf(map, 'action')?.value)
  if (map === undefined || name === undefined) return []
  const place: Place = name.place
  return [
    { action: { text: name.text, place }, scope: readScope(entryOf(map, 'attributes')?.value) },
  ]
}

/** A memory of surveys: the definitions of a fleet's folders are copies of a few. */
export function rememberingSurveys(): (text: string) => DefinitionSurvey {
  const known = new Map<string, DefinitionSurvey>()
  return (text) => {
    const found = known.get(text) ?? surveyDefinition(text)
    known.set(text, found)
    return found
  }
}
