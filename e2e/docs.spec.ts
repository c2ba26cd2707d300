import { execFileSync } from 'node:child_process'
import { access, readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

async function pages(): Promise<readonly string[]> {
  const below = await readdir(join(ROOT, 'docs'), { recursive: true })
  const docs = below.filter((name) => name.endsWith('.md')).map((name) => join('docs', name))
  return ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'bench/README.md', ...docs]
}

function read(page: string): Promise<string> {
  return readFile(join(ROOT, page), 'utf8')
}

describe('the documents', () => {
  it('have reference pages that say what the code says', () => {
    execFileSync('node', ['scripts/reference.mjs', '--check'], { cwd: ROOT, stdio: 'pipe' })
  })

  it('link to files that exist', async () => {
    for (const page of await pages()) {
      for (const [, target = ''] of (await read(page)).matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
        const path = join(ROOT, dirname(page), target)
        await expect(access(path), `${page} links to ${target}`).resolves.toBeUndefined()
      }
    }
  })

  it('name source, test and script files that exist', async () => {
    const names = /`((?:src|e2e|scripts|client|examples|docs|bench)\/[\w./-]+\.\w+)`/g
    for (const page of await pages()) {
      for (const [, name = ''] of (await read(page)).matchAll(names)) {
        await expect(access(join(ROOT, name)), `${page} names ${name}`).resolves.toBeUndefined()
      }
    }
  })

  it('name npm scripts that exist', async () => {
    const { scripts } = JSON.parse(await read('package.json'))
    for (const page of await pages()) {
      for (const [, name = ''] of (await read(page)).matchAll(/npm run ([\w:]+)/g)) {
        expect([page, Object.keys(scripts)]).toEqual([page, expect.arrayContaining([name])])
      }
    }
  })

  it('tell one POST in at most six files', async () => {
    const story = /## The way of one POST\n(.*?)\n## /s.exec(
      await read('docs/ARCHITECTURE.md'),
    )?.[1]
    const steps = [...(story ?? '').matchAll(/^\d\. `(src\/[^`]+)`/gm)]
    expect(steps.length).toBeGreaterThan(3)
    expect(steps.length).toBeLessThanOrEqual(6)
  })
})
