import { readFile } from 'node:fs/promises'
import { isErrno, storeFailure } from './failure.ts'

/** @returns undefined when there is no such file @throws ZtpError ZTP_STORE_FAILED */
export async function readIfAny(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (thrown) {
    if (isErrno(thrown, 'ENOENT', 'ENOTDIR')) return undefined
    throw storeFailure('read', path, thrown)
  }
}
