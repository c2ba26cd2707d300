import { checkDefinition } from './check-definition.ts'
import { filesBelow } from './data-files.ts'
import { checkPath } from './data-text.ts'
import { inOrder } from './in-order.ts'
import type { CheckedFile } from './report.ts'
import type { Site } from './site.ts'

/** Every file under definitions/. Any node's attributes may satisfy their references. */
export async function checkDefinitions(site: Site): Promise<readonly CheckedFile[]> {
  const given = await site.givenByNodes()
  const checked = await inOrder(await filesBelow(site.files, 'definitions'), (path) =>
    checkPath(site.files, path, (text, file) => checkDefinition(text, file, given, site)),
  )
  return checked.filter((each) => each !== undefined)
}
