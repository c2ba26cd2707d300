import { describe, expect, it } from 'vitest'
import { COMMANDS } from './commands.ts'
import { GLOBAL_OPTIONS } from './global-options.ts'
import { renderCliReference } from './reference.ts'

describe('the reference page', () => {
  const page = renderCliReference()

  it.each(COMMANDS.map((each) => each.name))('has the command %s, with its flags', (name) => {
    const command = COMMANDS.find((each) => each.name === name)
    const section = page.split(/^## /m).find((each) => each.startsWith(`ztps ${name}\n`))
    for (const { flags } of command?.options ?? []) expect(section).toContain(`| \`${flags}\` |`)
    for (const { line } of command?.examples ?? []) expect(section).toContain(line)
  })

  it.each(GLOBAL_OPTIONS.map((each) => each.flags))('has the flag %s', (flags) => {
    expect(page).toContain(`| \`${flags}\` |`)
  })
})
