import { join } from 'node:path'
import { replaceFile } from '../atomic-write.ts'
import { readText } from '../text-file.ts'

/**
 * Lets the bootstrap script log into a data directory instead of the switch's /tmp, which is this
 * machine's where a virtual switch runs on it.
 *
 * @throws ZtpError ZTP_STORE_FAILED
 */
export async function keepScriptLogIn(folder: string): Promise<void> {
  const file = join(folder, 'bootstrap', 'bootstrap.conf')
  const text = await readText(file)
  await replaceFile(file, Buffer.from(text.replaceAll('file:/tmp/', () => `file:${folder}/`)))
}
