import { parsePool } from '../../resource/pool-file.ts'
import { DEFAULT_SOON } from '../pools/usage.ts'
import { type DataFiles, filesBelow } from './data-files.ts'
import { checkPath } from './data-text.ts'
import { inOrder } from './in-order.ts'
import { checkAcross } from './pools/check-across.ts'
import { knownNodes } from './pools/check-holders.ts'
import { checkUse } from './pools/check-use.ts'
import { checkPoolFile } from './pools/checked-pool.ts'
import type { CheckedFile, ValidationReport } from './report.ts'
import type { Site } from './site.ts'

/** Whether every file under resources/ can be read as a pool. */
export async function validatePools(files: DataFiles): Promise<ValidationReport> {
  const checked = await inOrder(await filesBelow(files, 'resources'), (path) =>
    checkPath(files, path, (text, file) => parsePool(text, file).diagnostics),
  )
  return { files: checked.filter((each) => each !== undefined) }
}

/** Every pool under resources/, in the order of their names: what is in it, and who uses it. */
export async function checkPools(site: Site): Promise<readonly CheckedFile[]> {
  const rules = { nodes: knownNodes(await site.nodes()), soon: DEFAULT_SOON }
  const checked = await inOrder(await filesBelow(site.files, 'resources'), (path) =>
    checkPoolFile(site.files, path, rules),
  )
  const pools = checked.filter((each) => each !== undefined)
  return (await checkUse(checkAcross(pools), site)).map((each) => each.checked)
}
