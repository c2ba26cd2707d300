import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ZtpError } from '../../kernel/errors.ts'
import { statIfAny } from '../disk/calls.ts'
import { isErrno, storeFailure } from '../disk/failure.ts'
import { hashFile } from '../hash-file.ts'
import type { ReleaseFiles } from '../release-files.ts'

/**
 * What `ztps init --upgrade` does with one file of a data directory. `path` is relative to it,
 * `source` is our file, `sha256` what the operator's file was when the plan was made.
 */
export type UpgradeStep =
  /** It is byte for byte a release's: ours takes its place. */
  | (Step<'replace'> & { readonly source: string; readonly releases: readonly string[] })
  /** It was edited: it stays, ours comes beside it as `newPath`. */
  | (Step<'beside'> & { readonly source: string; readonly newPath: string })
  /** A release's plugin, which ours, built in, replaces: it moves into the backup. */
  | (Step<'retire'> & { readonly releases: readonly string[] })
  /** There is none yet. */
  | { readonly kind: 'add'; readonly path: string; readonly source: string }

type Step<Kind extends string> = {
  readonly kind: Kind
  readonly path: string
  readonly sha256: string
}

export type UpgradePlan = {
  /** The data directory. */
  readonly folder: string
  readonly steps: readonly UpgradeStep[]
  /** Files that are ours already, or whose present version already has ours beside it. */
  readonly upToDate: readonly string[]
}

/** Path in a data directory → our file for it. */
export type OurFiles = ReadonlyMap<string, string>

/**
 * Our bootstrap script and actions.
 *
 * @param client the package's folder `client`
 */
export async function ourFiles(client: string): Promise<OurFiles> {
  const actions = await namesOf(join(client, 'actions'))
  return new Map([
    ['bootstrap/bootstrap', join(client, 'bootstrap')],
    ...actions.map((name): [string, string] => [`actions/${name}`, join(client, 'actions', name)]),
  ])
}

/**
 * Says what an upgrade would do, and does nothing. Only files that we have ours of, and plugins,
 * are looked at: configuration is never touched.
 *
 * @param folder the data directory
 * @throws ZtpError ZTP_BAD_DATA_ROOT when it is no folder, ZTP_STORE_FAILED for what cannot be read
 */
export async function planUpgrade(
  folder: string,
  ours: OurFiles,
  releases: ReleaseFiles,
): Promise<UpgradePlan> {
  await demandFolder(folder)
  const steps: UpgradeStep[] = []
  const upToDate: string[] = []
  for (const [path, source] of ours) {
    const step = await planFile(folder, path, source, releases)
    if (step === undefined) upToDate.push(path)
    else steps.push(step)
  }
  return { folder, steps: [...steps, ...(await planPlugins(folder, releases))], upToDate }
}

/** A name that is mistyped must not become a data directory. */
async function demandFolder(path: string): Promise<void> {
  const stats = await statIfAny(path)
  if (stats?.isDirectory()) return
  const what = stats === undefined ? 'does not exist' : 'is not a folder'
  throw new ZtpError(
    'ZTP_BAD_DATA_ROOT',
    `${path} ${what}: name the data directory to be brought up to date`,
  )
}

async function planFile(
  folder: string,
  path: string,
  source: string,
  releases: ReleaseFiles,
): Promise<UpgradeStep | undefined> {
  const sha256 = await sha256Of(join(folder, path))
  if (sha256 === undefined) return { kind: 'add', path, source }
  const our = await sha256Of(source)
  if (sha256 === our) return undefined
  const from = releases.releasesOf(path, sha256)
  if (from.length > 0) return { kind: 'replace', path, source, sha256, releases: from }
  const newPath = `${path}.new`
  if ((await sha256Of(join(folder, newPath))) === our) return undefined
  return { kind: 'beside', path, source, sha256, newPath }
}

async function planPlugins(
  folder: string,
  releases: ReleaseFiles,
): Promise<readonly UpgradeStep[]> {
  const steps: UpgradeStep[] = []
  for (const name of await namesOf(join(folder, 'plugins'))) {
    const path = `plugins/${name}`
    const sha256 = await sha256Of(join(folder, path))
    const from = sha256 === undefined ? [] : releases.releasesOf(path, sha256)
    if (sha256 !== undefined && from.length > 0) {
      steps.push({ kind: 'retire', path, sha256, releases: from })
    }
  }
  return steps
}

/** The names of a folder's regular files and links, sorted; none when there is no folder. */
async function namesOf(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries
      .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
      .map((entry) => entry.name)
      .sort()
  } catch (thrown) {
    if (isErrno(thrown, 'ENOENT')) return []
    throw storeFailure('read', folder, thrown)
  }
}

/** @returns undefined when there is no such file */
export async function sha256Of(path: string): Promise<string | undefined> {
  try {
    if (!(await statIfAny(path))?.isFile()) return undefined
    return (await hashFile(path)).checksums.sha256
  } catch (thrown) {
    throw storeFailure('read', path, thrown)
  }
}
