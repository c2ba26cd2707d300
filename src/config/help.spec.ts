import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { renderOptionsReference } from './help.ts'
import { optionRows } from './options.ts'

const PAGE = new URL('../../docs/reference/configuration.md', import.meta.url)

describe('docs/reference/configuration.md', () => {
  it('is what the option table says; `npm run reference` makes it anew', () => {
    expect(readFileSync(PAGE, 'utf8')).toBe(renderOptionsReference())
  })

  it.each(optionRows())('has [$section] $key', ({ section, key, environment }) => {
    const page = renderOptionsReference()
    const [, table = ''] = page.split(`## \`[${section}]\``)
    expect(table.split('\n## ')[0]).toContain(`| \`${key}\` |`)
    if (environment !== undefined) expect(page).toContain(`| \`${environment}\` |`)
  })
})
