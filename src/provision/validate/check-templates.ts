import type { Action, Definition } from '../../definition/definition.ts'
import { mergeScopes } from '../../definition/scopes.ts'
import { isMap, type ValueMap } from '../../kernel/value.ts'
import type { Place } from '../../yaml/document.ts'
import { errorAt, type Finding, warningAt } from './finding.ts'
import { ownPath } from './own-path.ts'
import type { Site } from './site.ts'
import type { DefinitionSurvey } from './survey.ts'
import { templateVariables } from './template-variables.ts'

/**
 * Actions that fill variables into what they fetch: whether they must find each, or the attribute
 * `substitution_mode` says. Without `variables` they take the file as it is, unless that attribute
 * is `strict`.
 */
const SUBSTITUTING: ReadonlyMap<string, 'strict' | 'by-mode'> = new Map([
  ['add_config', 'by-mode'],
  ['run_bash_script', 'strict'],
  ['run_cli_commands', 'strict'],
])
const NONE: ValueMap = new Map()

/** Given to every template by the server (beyond.md, "Safe by default"). */
const ALWAYS_GIVEN = 'ztps_upload_token'

/**
 * The variables of templates that no `variables` attribute gives (client.md, "Actions").
 *
 * Templates and variables that are only known when the definition is served are left out.
 */
export async function checkTemplates(
  { definition, actions }: DefinitionSurvey,
  site: Site,
): Promise<readonly Finding[]> {
  if (definition === undefined) return []
  const found = definition.actions.map((action, at) => {
    const place = actions[at]?.action.place
    return place === undefined ? [] : checkAction(action, definition, place, site)
  })
  return (await Promise.all(found)).flat()
}

async function checkAction(
  action: Action,
  definition: Definition,
  place: Place,
  site: Site,
): Promise<readonly Finding[]> {
  const attributes = mergeScopes(definition.attributes, action.attributes)
  const path = ownPathOf(attributes, site)
  const filling = fillingOf(action.action, attributes)
  if (path === undefined || filling === undefined) return []
  const { strict, variables } = filling
  const text = await site.template(path)
  if (text === undefined) return []
  const { names, stray } = templateVariables(text, !strict)
  const missing = names.filter((name) => !variables.has(name) && name !== ALWAYS_GIVEN)
  const found = missing.map((name) => missingVariable(name, path, strict, place))
  return strict && stray !== undefined ? [...found, strayDollar(stray, path, place)] : found
}

function ownPathOf(attributes: ValueMap, { settings }: Site): string | undefined {
  const url = attributes.get('url')
  return typeof url === 'string' ? ownPath(url, settings.serverUrl) : undefined
}

/** How the action fills in what it fetches; undefined when it does not, or nobody can tell. */
function fillingOf(name: string, attributes: ValueMap) {
  const how = SUBSTITUTING.get(name)
  const variables = attributes.get('variables') ?? undefined
  const strictMode = how === 'by-mode' && attributes.get('substitution_mode') === 'strict'
  if (how === undefined || (variables === undefined && !strictMode)) return undefined
  if (variables !== undefined && !isMap(variables)) return undefined
  return { strict: how === 'strict' || strictMode, variables: variables ?? NONE }
}

function missingVariable(name: string, path: string, strict: boolean, place: Place): Finding {
  const report = strict ? errorAt : warningAt
  const end = strict ? 'the action fails' : `$${name} stays in the configuration as it is`
  const message = `${path} uses $${name}, which no attribute 'variables' gives: ${end}`
  return report(place, 'ZTP_MISSING_VARIABLE', message)
}

function strayDollar(stray: string, path: string, place: Place): Finding {
  const message = `${path} has ${stray}, which is no variable: the action fails; write $${stray} for the text itself`
  return errorAt(place, 'ZTP_MISSING_VARIABLE', message)
}
