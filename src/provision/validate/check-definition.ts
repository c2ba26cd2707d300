import { didYouMean } from '../../config/nearest.ts'
import type { Diagnostic } from '../../kernel/diagnostic.ts'
import { checkCalls } from './check-calls.ts'
import { checkTemplates } from './check-templates.ts'
import { checkUrls } from './check-urls.ts'
import { errorAt, type Finding, inFile } from './finding.ts'
import { type Mention, unknownReferences } from './mentions.ts'
import type { Site } from './site.ts'
import type { DefinitionSurvey } from './survey.ts'

/**
 * All that can be wrong with a definition: its form, and what it mentions that is not there.
 *
 * @param given the names that the attributes of the node (or of any node, for a file of
 *   definitions/) give
 */
export async function checkDefinition(
  text: string,
  file: string,
  given: ReadonlySet<string>,
  site: Site,
): Promise<readonly Diagnostic[]> {
  const survey = site.survey(text)
  const parsed = survey.diagnostics.map((each) => ({ ...each, file }))
  return [...parsed, ...inFile(await mentioned(survey, given, site), file, text)]
}

async function mentioned(
  survey: DefinitionSurvey,
  given: ReadonlySet<string>,
  site: Site,
): Promise<readonly Finding[]> {
  const { global, actions } = survey
  const gives = new Set(global.gives)
  const known = (name: string) => gives.has(name) || given.has(name)
  const found = [
    checkActions(
      actions.map((each) => each.action),
      site,
    ),
  ]
  for (const scope of [global, ...actions.map((each) => each.scope)]) {
    found.push(checkCalls(scope.calls, site), checkUrls(scope.urls, site))
    found.push(Promise.resolve([...scope.traps, ...unknownReferences(scope.references, known)]))
  }
  // Variables of the node's own come on top: then nobody knows before it is served.
  if (!given.has('variables')) found.push(checkTemplates(survey, site))
  return (await Promise.all(found)).flat()
}

async function checkActions(actions: readonly Mention[], site: Site): Promise<readonly Finding[]> {
  const found = actions.map(async ({ text, place }) => {
    if (text === '' || (await site.isFile(`actions/${text}`))) return []
    const meant = didYouMean(text, await site.names('actions'))
    const message = `there is no action '${text}': no file ${text} in actions/${meant}`
    return [errorAt(place, 'ZTP_MISSING_ACTION', message)]
  })
  return (await Promise.all(found)).flat()
}
