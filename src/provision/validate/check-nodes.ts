import { checkCase } from './check-case.ts'
import { checkNode } from './check-node.ts'
import { inOrder } from './in-order.ts'
import { type CheckedFile, checkedFile } from './report.ts'
import type { Site } from './site.ts'
import { unlessClosed } from './unless-closed.ts'

/** Every folder under nodes/, in the order of their names. */
export async function checkNodes(site: Site): Promise<readonly CheckedFile[]> {
  const names = await site.nodes()
  const clashes = checkCase(names, site.files)
  const check = (name: string) => unlessClosed(`nodes/${name}`, site, () => checkNode(name, site))
  const checked = (await inOrder(names, check)).flat()
  if (clashes.size === 0) return checked
  return checked.map((each) => {
    const clash = clashes.get(each.file)
    return clash === undefined ? each : checkedFile(each.file, [...each.diagnostics, clash])
  })
}
