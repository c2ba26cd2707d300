import { describe, expect, it } from 'vitest'
import { filesInMemory } from '../../provision/validate/testing/files-in-memory.ts'
import type { CliCommand } from '../command.ts'
import { runCli } from '../program.ts'
import { fixedDeps } from '../testing/fixed-deps.ts'
import { recordedIo } from '../testing/recorded-io.ts'
import { allOf, type Outline } from './outline.ts'

/** The outline as a command gets it, of a command line of one group. */
async function outlined(): Promise<ReadonlyMap<string, Outline>> {
  let seen: readonly Outline[] = []
  const grow: CliCommand = {
    name: 'grow',
    summary: 'grow some',
    about: [],
    arguments: [
      { name: '<SORT>', help: 'which', words: ['fir', 'oak'] },
      { name: '[NODE.json...]', help: 'more' },
    ],
    options: [
      { flags: '-t, --tall <HOW>', help: 'how tall', choices: ['very', 'rather'] },
      { flags: '--in <DIR>', help: 'where' },
    ],
    examples: [],
    async run({ outline }) {
      seen = allOf(outline())
      return 0
    },
  }
  const trees = { name: 'trees', summary: 'trees', about: [], examples: [], commands: [grow] }
  const world = fixedDeps(filesInMemory({}))
  expect(await runCli(['trees', 'grow', 'fir'], recordedIo(), world, [trees])).toBe(0)
  return new Map(seen.map((each) => [each.path, each]))
}

describe('the outline of a command line', () => {
  it('has every place, and below help the words alone', async () => {
    const places = await outlined()
    expect([...places.keys()]).toEqual([
      'ztps',
      'ztps trees',
      'ztps trees grow',
      'ztps help',
      'ztps help trees',
      'ztps help trees grow',
    ])
    expect(places.get('ztps help trees grow')).toMatchObject({ flags: [], operands: [] })
  })

  it('has of a command its own flags, and those of ztps that go with a command', async () => {
    const flags = (await outlined()).get('ztps trees grow')?.flags ?? []
    const names = flags.map((each) => each.names.join(' '))
    expect(names).toEqual(['-t --tall', '--in', '-h --help', '-c --conf', '--debug'])
  })

  it('knows what flags and operands take', async () => {
    const places = await outlined()
    const { flags = [], operands } = places.get('ztps trees grow') ?? {}
    expect(flags.slice(0, 3).map(({ value, bare }) => [value, bare])).toEqual([
      [{ name: 'HOW', kind: 'word', words: ['very', 'rather'] }, false],
      [{ name: 'DIR', kind: 'folder', words: [] }, false],
      [undefined, false],
    ])
    expect(operands).toEqual([
      { value: { name: 'SORT', kind: 'word', words: ['fir', 'oak'] }, more: false },
      { value: { name: 'NODE.json', kind: 'file', words: [] }, more: true },
    ])
    const validate = places.get('ztps')?.flags.find(({ names }) => names.includes('--validate'))
    expect(validate).toMatchObject({ value: { name: 'FILENAME', kind: 'file' }, bare: true })
  })
})
