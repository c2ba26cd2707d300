import type { Diagnostic } from '../../kernel/diagnostic.ts'
import { type DataFiles, type DataText, shownPath } from './data-files.ts'
import { aboutFile } from './finding.ts'
import { type CheckedFile, checkedFile } from './report.ts'

/** What is found in a text. */
export type TextCheck = (
  text: string,
  file: string,
) => Promise<readonly Diagnostic[]> | readonly Diagnostic[]

/**
 * Checks what was read of a file.
 *
 * @param file the path as the operator knows it
 * @returns undefined when there is no such file
 */
export async function checkText(
  file: string,
  read: DataText,
  check: TextCheck,
): Promise<CheckedFile | undefined> {
  if (read.kind === 'absent') return undefined
  if (read.kind === 'text') return checkedFile(file, await check(read.text, file))
  return checkedFile(file, [aboutFile(file, 'error', 'ZTP_UNREADABLE_FILE', read.reason)])
}

/** The same for a path of the data directory. */
export async function checkPath(
  files: DataFiles,
  path: string,
  check: TextCheck,
): Promise<CheckedFile | undefined> {
  return checkText(shownPath(files, path), await files.read(path), check)
}
