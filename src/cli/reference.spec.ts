import { describe, expect, it } from 'vitest'
import { COMMANDS } from './commands.ts'
import { GLOBAL_OPTIONS } from './global-options.ts'
import { renderCliReference } from './reference.ts'

describe('the reference page', () => {
  const page = renderCliReference()

  const entries = COMMANDS.flatMap((entry) =>
    'commands' in entry
      ? [entry, ...entry.commands.map((each) => ({ ...each, name: `${entry.name} ${each.name}` }))]
      : [entry],
  )
  it.each(entries.map((each) => [each.name, each] as const))(
    'has the command %s, with its flags',
    (name, entry) => {
      const section = page.split(/^###? /m).find((each) => each.startsWith(`ztps ${name}\n`))
      const flags = 'commands' in entry ? [] : entry.options.map((each) => each.flags)
      for (const flag of flags) expect(section).toContain(`| \`${flag}\` |`)
      for (const { line } of entry.examples) expect(section).toContain(line)
    },
  )

  it.each(GLOBAL_OPTIONS.map((each) => each.flags))('has the flag %s', (flags) => {
    expect(page).toContain(`| \`${flags}\` |`)
  })
})
