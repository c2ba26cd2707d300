import { readdir, realpath } from 'node:fs/promises'
import type { DataEntry, DataFiles, DataText } from '../provision/validate/data-files.ts'
import { decodeUtf8 } from '../yaml/utf8.ts'
import { confine } from './confined-path.ts'
import { statIfAny } from './disk/calls.ts'
import { isErrno, storeFailure } from './disk/failure.ts'
import { danglingLink } from './disk/link-target.ts'
import { readStamped } from './disk/read-stamped.ts'
import type { ReleaseFiles } from './release-files.ts'
import { sha256Of } from './scaffold/upgrade-plan.ts'

/**
 * A data directory on disk, as validation looks at it.
 *
 * @param root as the operator wrote it: relative paths and all
 * @param releases what ZTPServer's releases put into data directories
 */
export function dataFilesIn(root: string, releases: ReleaseFiles): DataFiles {
  async function kindOf(path: string): Promise<DataEntry['kind'] | 'absent'> {
    const full = confine(root, path)
    return full === undefined ? 'absent' : kindAt(full)
  }

  return {
    root,
    kindOf,
    async list(folder) {
      const full = confine(root, folder)
      const names = full === undefined ? [] : await namesIn(full)
      const kinds = await Promise.all(names.map((name) => kindOf(`${folder}/${name}`)))
      return names.flatMap((name, at) => {
        const kind = kinds[at]
        // A link that leads nowhere: whoever reads the file says so.
        return kind === undefined ? [] : [{ name, kind: kind === 'absent' ? 'file' : kind }]
      })
    },
    async realFolder(path) {
      const full = confine(root, path) ?? ''
      return realpath(full).catch(() => full)
    },
    async read(path) {
      const full = confine(root, path)
      return full === undefined ? { kind: 'absent' } : readText(full)
    },
    async isReleaseFile(path) {
      const full = confine(root, path)
      const sha256 = full === undefined ? undefined : await sha256Of(full)
      return sha256 !== undefined && releases.releasesOf(path, sha256).length > 0
    },
  }
}

/** What a path is, links followed. Anything but a file or a folder counts as absent. */
export async function kindAt(path: string): Promise<DataEntry['kind'] | 'absent'> {
  try {
    const stats = await statIfAny(path)
    if (stats?.isDirectory()) return 'folder'
    return stats?.isFile() ? 'file' : 'absent'
  } catch (thrown) {
    if (isErrno(thrown, 'ELOOP', 'ENAMETOOLONG')) return 'absent'
    throw storeFailure('read', path, thrown)
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    const names = await readdir(folder)
    return names.filter((name) => !name.startsWith('.')).sort()
  } catch (thrown) {
    if (isErrno(thrown, 'ENOENT', 'ENOTDIR', 'ELOOP')) return []
    throw storeFailure('read', folder, thrown)
  }
}

/** No data file that is read as a whole may be larger; a pool is the largest there is. */
const LARGEST = 64 * 1024 * 1024

async function readText(path: string): Promise<DataText> {
  try {
    const size = (await statIfAny(path))?.size ?? 0n
    if (size > LARGEST) return unreadable(`it has ${size} bytes, and ${LARGEST} are the most`)
    const { bytes } = await readStamped(path)
    const { value: text, diagnostics } = decodeUtf8(bytes, path)
    const [problem] = diagnostics
    if (text !== undefined) return { kind: 'text', text }
    return problem === undefined ? unreadable('it is not UTF-8') : { kind: 'unreadable', problem }
  } catch (thrown) {
    if (!isErrno(thrown, 'ENOENT', 'ENOTDIR')) {
      return unreadable(storeFailure('read', path, thrown).message)
    }
    const dangling = await danglingLink(path)
    return dangling === undefined ? { kind: 'absent' } : unreadable(dangling)
  }
}

function unreadable(message: string): DataText {
  return {
    kind: 'unreadable',
    problem: { code: 'ZTP_UNREADABLE_FILE', line: 1, column: 1, message },
  }
}
