import { close, open } from './disk/calls.ts'
import { storeFailure } from './disk/failure.ts'

/** A log may tell of secrets: nothing for others. */
const MODE = 0o640

/** A file, open to append to. */
export type LogFile = { readonly fd: number; close(): Promise<void> }

/** Opens a log file, making it if it is not there. @throws ZtpError ZTP_STORE_FAILED */
export async function openLogFile(path: string): Promise<LogFile> {
  try {
    const fd = await open(path, 'a', MODE)
    return { fd, close: () => close(fd) }
  } catch (thrown) {
    throw storeFailure('append to', path, thrown)
  }
}
