import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { scratchFolder } from '../testing/scratch.ts'
import { keepScriptLogIn } from './keep-script-log.ts'
import { makeDataRoot } from './new-data-root.ts'

describe('keepScriptLogIn', () => {
  const folder = scratchFolder()
  const conf = () => join(folder(), 'bootstrap', 'bootstrap.conf')

  it('moves only destinations below /tmp', async () => {
    await mkdir(join(folder(), 'bootstrap'))
    await writeFile(conf(), '- destination: file:/tmp/a.log\n- destination: file:/var/tmp/b\n')
    await keepScriptLogIn(folder())
    expect(await readFile(conf(), 'utf8')).toBe(
      `- destination: file:${folder()}/a.log\n- destination: file:/var/tmp/b\n`,
    )
  })

  it('leaves none in the example data directory', async () => {
    await makeDataRoot(folder())
    await keepScriptLogIn(folder())
    expect(await readFile(conf(), 'utf8')).toContain(`file:${folder()}/ztps-bootstrap.log`)
  })
})
