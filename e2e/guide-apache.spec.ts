import { access, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { readSettings } from '../src/config/settings.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const GUIDE = 'docs/guides/apache.md'

let page: string
let shipped: string

beforeAll(async () => {
  page = await readFile(join(ROOT, GUIDE), 'utf8')
  const folder = join(ROOT, 'deploy/apache')
  const files = (await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8'))
  shipped = (await Promise.all(files)).join('\n')
})

function fences(language: string): readonly string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(
    ([, text = '']) => text,
  )
}

describe(GUIDE, () => {
  it('shows settings that the server takes', () => {
    expect(fences('ini').length).toBeGreaterThan(4)
    for (const text of fences('ini')) {
      const { diagnostics } = readSettings({ text, file: GUIDE, environment: {} })
      expect([text, diagnostics]).toEqual([text, []])
    }
  })

  it('shows lines of Apache that the shipped files have, in use or to be taken', () => {
    const lines = fences('apache').flatMap((text) => text.trimEnd().split('\n'))
    expect(lines.length).toBeGreaterThan(0)
    for (const line of lines) expect(shipped).toContain(line.trim())
  })

  it('explains directives that the shipped files have', () => {
    const [, table = ''] = /## What is set, and why\n(.*?)\n## /s.exec(page) ?? []
    const named = [...table.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, directive = '']) => directive),
    )
    expect(named.length).toBeGreaterThan(8)
    for (const directive of named) expect(shipped).toContain(directive)
  })

  it('copies files that are there', async () => {
    const copied = [...page.matchAll(/node_modules\/ztpserver\/(\S+)/g)].map(
      ([, path = '']) => path,
    )
    expect(copied.length).toBeGreaterThan(1)
    for (const path of copied) await expect(access(join(ROOT, path))).resolves.toBeUndefined()
  })
})
