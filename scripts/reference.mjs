// Writes docs/reference/ and man/ from the tables that the code itself uses; --check only compares.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { renderManual } from '../dist/cli/manual.js'
import { renderCliReference } from '../dist/cli/reference.js'
import { renderOptionsReference } from '../dist/config/help.js'
import { renderRoutesReference } from '../dist/http/switch/reference.js'
import { renderErrorsReference } from '../dist/kernel/errors-reference.js'
import { VERSION } from '../dist/version.js'

const PAGES = {
  'docs/reference/configuration.md': renderOptionsReference,
  'docs/reference/http.md': renderRoutesReference,
  'docs/reference/errors.md': renderErrorsReference,
  'docs/reference/cli.md': renderCliReference,
  'man/ztps.1': () => renderManual(VERSION),
}

const check = process.argv.includes('--check')
for (const [name, render] of Object.entries(PAGES)) {
  const file = new URL(`../${name}`, import.meta.url)
  const text = render()
  const written = await readFile(file, 'utf8').catch(() => '')
  if (text === written) continue
  if (check) {
    console.error(`${name} is not what the code says: run npm run reference`)
    process.exitCode = 1
  } else {
    await mkdir(new URL('.', file), { recursive: true })
    await writeFile(file, text)
    console.log(`wrote ${name}`)
  }
}
