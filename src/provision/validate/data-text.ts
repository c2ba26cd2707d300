import type { Diagnostic } from '../../kernel/diagnostic.ts'
import { type DataFiles, type DataText, shownPath } from './data-files.ts'
import { type CheckedFile, checkedFile } from './report.ts'

/** What is found in a text: diagnostics, or a whole result. */
export type TextCheck = (
  text: string,
  file: string,
) => readonly Diagnostic[] | Promise<readonly Diagnostic[] | CheckedFile>

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
  if (read.kind === 'unreadable') {
    return checkedFile(file, [{ ...read.problem, severity: 'error', file }])
  }
  const found = await check(read.text, file)
  return 'file' in found ? found : checkedFile(file, found)
}

/** The same for a path of the data directory. */
export async function checkPath(
  files: DataFiles,
  path: string,
  check: TextCheck,
): Promise<CheckedFile | undefined> {
  return checkText(shownPath(files, path), await files.read(path), check)
}
