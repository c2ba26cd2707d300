import { checkDefinition } from './check-definition.ts'
import { filesBelow } from './data-files.ts'
import { checkPath } from './data-text.ts'
import { inOrder } from './in-order.ts'
import type { CheckedFile } from './report.ts'
import type { Site } from './site.ts'
import { unlessClosed } from './unless-closed.ts'

/** Every file under definitions/. Any node's attributes may satisfy their references. */
export async function checkDefinitions(site: Site): Promise<readonly CheckedFile[]> {
  const given = await site.givenByNodes()
  const check = async (path: string) => {
    const checked = await checkPath(site.files, path, (text, file) =>
      checkDefinition(text, file, given, site),
    )
    return checked === undefined ? [] : [checked]
  }
  const checked = await inOrder(await filesBelow(site.files, 'definitions'), (path) =>
    unlessClosed(path, site, () => check(path)),
  )
  return checked.flat()
}
