import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const FOLDERS = [
  'actions',
  'bootstrap',
  'config-handlers',
  'definitions',
  'files',
  'nodes',
  'plugins',
  'resources',
]

/** Path below the data directory → content. */
export type Files = Readonly<Record<string, string>>

/** Makes `data` in a folder: a data directory with these files. */
export function makeDataRoot(folder: string, files: Files): void {
  const root = join(folder, 'data')
  for (const each of FOLDERS) mkdirSync(join(root, each), { recursive: true })
  addFiles(folder, { neighbordb: 'patterns: []\n', ...files })
}

export function addFiles(folder: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, 'data', path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
  }
}

/** A script of 50 KB that names the server in a few places, as ours does. */
export function bootstrapScript(): string {
  const line = '# fetches what the server at $SERVER has for this switch, and runs it\n'
  const filler = `${'x = "the quick brown fox jumps over the lazy dog"  # '.padEnd(79, '.')}\n`
  return `#!/usr/bin/env python3\nSERVER = '$SERVER'\n${line}${filler.repeat(638)}`.slice(0, 51_200)
}
