import type { Identifier } from '../../node/identity.ts'
import { checkBootstrap } from './check-bootstrap.ts'
import { checkDefinitions } from './check-definitions.ts'
import { checkNeighbordb, type NeighbordbText } from './check-neighbordb.ts'
import { checkNodes } from './check-nodes.ts'
import { checkPools } from './check-pools.ts'
import { type DataFiles, shownPath } from './data-files.ts'
import { checkPath } from './data-text.ts'
import { aboutFile } from './finding.ts'
import { type CheckedFile, checkedFile, type ValidationReport } from './report.ts'
import { createSite, type Site, type ValidationSettings } from './site.ts'
import { unlessClosed } from './unless-closed.ts'

/**
 * Everything that can be wrong in a data directory (beyond.md, "Know before").
 *
 * @returns its files in a fixed order: neighbordb, definitions, resources, bootstrap, nodes
 */
export async function validateDataRoot(
  files: DataFiles,
  settings: ValidationSettings,
): Promise<ValidationReport> {
  const site = createSite(files, settings)
  const checked = [
    [await neighbordbOf(site)],
    await unlessClosed('definitions', site, () => checkDefinitions(site)),
    await unlessClosed('resources', site, () => checkPools(site)),
    await unlessClosed('bootstrap', site, () => checkBootstrap(site)),
    await unlessClosed('nodes', site, () => checkNodes(site)),
  ]
  return { files: checked.flat() }
}

/**
 * One neighbordb, wherever it is.
 *
 * @param files the data directory it is meant for, if there is one
 */
export async function validateNeighbordb(
  neighbordb: NeighbordbText,
  { identifier }: { readonly identifier: Identifier },
  files: DataFiles | undefined,
): Promise<ValidationReport> {
  return { files: [await checkNeighbordb(neighbordb, identifier, files)] }
}

async function neighbordbOf({ files, settings }: Site): Promise<CheckedFile> {
  const { neighbordbFilename, identifier } = settings
  const checked = await checkPath(files, neighbordbFilename, (text, file) =>
    checkNeighbordb({ text, file }, identifier, files),
  )
  if (checked !== undefined) return checked
  const file = shownPath(files, neighbordbFilename)
  const message = 'there is no neighbordb: only nodes that have a folder in nodes/ are provisioned'
  return checkedFile(file, [aboutFile(file, 'warning', 'ZTP_MISSING_NEIGHBORDB', message)])
}
