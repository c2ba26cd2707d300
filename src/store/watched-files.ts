import { statOf } from './disk/calls.ts'
import { errnoOf } from './disk/failure.ts'
import { readText } from './text-file.ts'

/** Looks at files that somebody may replace at any time. */
export const watchedFiles = {
  /** Equal as long as none of the files changes, links followed; never fails. */
  async stamp(paths: readonly string[]): Promise<string> {
    return (await Promise.all(paths.map(stampText))).join(' ')
  },

  /** @throws ZtpError ZTP_STORE_FAILED saying why not */
  read: readText,
}

async function stampText(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await statOf(path)
    return [dev, ino, size, mtimeNs, ctimeNs].join(':')
  } catch (thrown) {
    return errnoOf(thrown) ?? 'unknown'
  }
}
