// Notes in data/our-release-files.json what the bootstrap script and the actions are at the moment, so that `ztps init
// --upgrade` of later releases takes them for ours and not for edited ones. What was noted once stays.
import { readFile, writeFile } from 'node:fs/promises'
import { CLIENT_FOLDER } from '../dist/store/scaffold/new-data-root.js'
import { ourFiles, sha256Of } from '../dist/store/scaffold/upgrade-plan.js'
import { VERSION } from '../dist/version.js'

const TABLE = new URL('../data/our-release-files.json', import.meta.url)

const before = await readFile(TABLE, 'utf8').catch(() => '{}')
const table = JSON.parse(before)
for (const [path, source] of await ourFiles(CLIENT_FOLDER)) {
  table[path] = { [await sha256Of(source)]: [`v${VERSION}`], ...table[path] }
}
const sorted = Object.fromEntries(Object.entries(table).sort(([a], [b]) => (a < b ? -1 : 1)))
const text = `${JSON.stringify(sorted, null, 1)}\n`
if (text !== before) {
  await writeFile(TABLE, text)
  console.log('wrote data/our-release-files.json')
}
