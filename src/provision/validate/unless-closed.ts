import { ZtpError } from '../../kernel/errors.ts'
import { shownPath } from './data-files.ts'
import { aboutFile } from './finding.ts'
import { type CheckedFile, checkedFile } from './report.ts'
import type { Site } from './site.ts'

/**
 * What was found in a folder; of one that cannot be looked into, that: all others are checked
 * nevertheless.
 *
 * @param folder below the root
 */
export async function unlessClosed(
  folder: string,
  { files }: Site,
  check: () => Promise<readonly CheckedFile[]>,
): Promise<readonly CheckedFile[]> {
  try {
    return await check()
  } catch (thrown) {
    if (!(thrown instanceof ZtpError) || thrown.code !== 'ZTP_STORE_FAILED') throw thrown
    const file = shownPath(files, folder)
    const { message } = thrown
    return [checkedFile(file, [aboutFile(file, 'error', 'ZTP_UNREADABLE_FILE', message)])]
  }
}
