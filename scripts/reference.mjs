// Writes docs/reference/ from the tables that the code itself uses; --check only compares.
import { readFile, writeFile } from 'node:fs/promises'
import { renderCliReference } from '../dist/cli/reference.js'
import { renderOptionsReference } from '../dist/config/help.js'
import { renderRoutesReference } from '../dist/http/switch/reference.js'
import { renderErrorsReference } from '../dist/kernel/errors-reference.js'

const PAGES = {
  'configuration.md': renderOptionsReference,
  'http.md': renderRoutesReference,
  'errors.md': renderErrorsReference,
  'cli.md': renderCliReference,
}

const check = process.argv.includes('--check')
for (const [name, render] of Object.entries(PAGES)) {
  const file = new URL(`../docs/reference/${name}`, import.meta.url)
  const text = render()
  const written = await readFile(file, 'utf8').catch(() => '')
  if (text === written) continue
  if (check) {
    console.error(`docs/reference/${name} is not what the code says: run npm run reference`)
    process.exitCode = 1
  } else {
    await writeFile(file, text)
    console.log(`wrote docs/reference/${name}`)
  }
}
