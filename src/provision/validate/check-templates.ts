import type { Action, Definition } from '../../definition/definition.ts'
import { mergeScopes } from '../../definition/scopes.ts'
import { isMap, type ValueMap } from '../../kernel/value.ts'
import type { Place } from '../../yaml/document.ts'
import { errorAt, type Finding, warningAt } from './finding.ts'
import { ownPath } from './own-path.ts'
import type { Site } from './site.ts'
import type { DefinitionSurvey } from './survey.ts'
import { templateVariables } from './template-variables.ts'

/** Actions that fill variables into what they fetch, and whether they must find each. */
const SUBSTITUTING: ReadonlyMap<string, { readonly strict: boolean }> = new Map([
  ['add_config', { strict: false }],
  ['run_bash_script', { strict: true }],
  ['run_cli_commands', { strict: true }],
])

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
  const how = SUBSTITUTING.get(action.action)
  const attributes = mergeScopes(definition.attributes, action.attributes)
  const { url, variables } = given(attributes)
  const path = url === undefined ? undefined : ownPath(url, site.settings.serverUrl)
  if (how === undefined || path === undefined || variables === undefined) return []
  const strict = how.strict || attributes.get('substitution_mode') === 'strict'
  const text = await site.template(path)
  if (text === undefined) return []
  const { names, stray } = templateVariables(text, !strict)
  const missing = names.filter((name) => !variables.has(name) && name !== ALWAYS_GIVEN)
  const found = missing.map((name) => missingVariable(name, path, strict, place))
  return strict && stray !== undefined ? [...found, strayDollar(stray, path, place)] : found
}

function given(attributes: ValueMap) {
  const url = attributes.get('url')
  const variables = attributes.get('variables') ?? new Map()
  return {
    url: typeof url === 'string' ? url : undefined,
    variables: isMap(variables) ? variables : undefined,
  }
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
