import { expect, it } from 'vitest'
import { openFileStore } from '../testing/pool-model/file-store.ts'
import { storySeconds, tryStories } from '../testing/pool-model/try-stories.ts'
import type { WrittenLine, WrittenPool } from '../testing/pool-model/written-pool.ts'

const SECONDS = storySeconds(25)

function line(before: string, value: string, after = ''): WrittenLine {
  const key = before.replace(/:\s*$/, '').replace(/^(['"])(.*)\1$/, '$2')
  return { key, before, value, after }
}

/** One that the quick reader takes, one that only the whole YAML reader does. */
const POOLS: ReadonlyMap<string, WrittenPool> = new Map([
  [
    'addresses',
    {
      head: '',
      lineEnd: '\n',
      endsWithLineEnd: true,
      lines: [
        { text: '# management' },
        line('10.0.0.1/24:  ', 'null', '   # first'),
        line('10.0.0.2/24:', ''),
        { text: '' },
        line('2001:db8::1/64: ', '~'),
        line('10.0.0.4/24: ', 'N9', '     # by hand'),
        line('10.0.0.5/24: ', 'None'),
        line('rack[1-3]:  ', '~', '  # by the rack'),
        line('rack2: ', "'N2'"),
        line('10.0.0.7/24: ', 'null'),
      ],
    },
  ],
  [
    'names',
    {
      head: '\ufeff---\r\n',
      lineEnd: '\r\n',
      endsWithLineEnd: false,
      lines: [
        line("'leaf 1': ", 'false'),
        line('"leaf2":', '', '  # spare'),
        { text: '  # more' },
        line('leaf3: ', "'N2'"),
        line('spine[1-2]: ', '0'),
        line('leaf5: ', "''", ' # last'),
      ],
    },
  ],
])

it(
  `an answered entry is on disk, on exactly one node, whatever happens for ${SECONDS} s`,
  async () => {
    const met = await tryStories(openFileStore, POOLS, SECONDS)
    console.info(Object.fromEntries(met))
    expect([...met.keys()]).toEqual(expect.arrayContaining(['allocate', 'unanswered', 'edits']))
    // One that is saved between a server's last look and its own write is: some microseconds.
    expect(met.get('edits lost') ?? 0).toBeLessThanOrEqual(1 + (met.get('edits') ?? 0) / 50)
  },
  SECONDS * 1_000 + 240_000,
)
