import type { Diagnostic } from '../../kernel/diagnostic.ts'

/** Something in a folder of the data directory, symbolic links followed. */
export type DataEntry = { readonly name: string; readonly kind: 'file' | 'folder' }

/** A text file as it is now. */
export type DataText =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly problem: Omit<Diagnostic, 'file' | 'severity'> }

/**
 * The data directory, as validation looks at it. Every path is relative to its root, with `/`
 * between segments; one that would leave the directory is absent.
 */
export type DataFiles = {
  /** The data directory as the operator wrote it: what the paths of diagnostics begin with. */
  readonly root: string
  /** Sorted by name, without hidden entries; empty when there is no such folder. */
  list(folder: string): Promise<readonly DataEntry[]>
  read(path: string): Promise<DataText>
  kindOf(path: string): Promise<DataEntry['kind'] | 'absent'>
  /** One and the same text for every path that leads to a folder, whatever links are on the way. */
  realFolder(path: string): Promise<string>
  /** Whether the file is, byte for byte, one that a release of ZTPServer put there. */
  isReleaseFile(path: string): Promise<boolean>
}

/** The path of a diagnostic: the root as the operator wrote it, and the rest. */
export function shownPath(files: DataFiles, path: string): string {
  return `${files.root.replace(/\/+$/, '')}/${path}`
}

/** What editors and people leave beside data files. */
const NO_DATA = /^\.|^README$|~$|\.(?:md|rst|orig|bak|swp)$/i

/** Whether a file of this name is one of the data directory's, and not a note or a back-up. */
export function isDataName(name: string): boolean {
  return !NO_DATA.test(name)
}

/**
 * The data files below a folder, whatever the depth.
 *
 * @returns paths relative to the root, in the order of their names
 */
export async function filesBelow(files: DataFiles, folder: string): Promise<readonly string[]> {
  return below(files, folder, [])
}

/** @param above the real folders on the way: a link to one of them would have no end */
async function below(
  files: DataFiles,
  folder: string,
  above: readonly string[],
): Promise<readonly string[]> {
  const real = await files.realFolder(folder)
  if (above.includes(real)) return []
  const found: string[] = []
  for (const { name, kind } of await files.list(folder)) {
    if (!isDataName(name)) continue
    const path = `${folder}/${name}`
    if (kind === 'file') found.push(path)
    else for (const each of await below(files, path, [...above, real])) found.push(each)
  }
  return found
}
