import { describe, expect, it } from 'vitest'
import { createScreen, screenStyle } from './demo-screen.ts'
import { provisioned, refusedRun } from './testing/nodes.ts'

function paper(isTTY: boolean, columns = 80) {
  const written: string[] = []
  return { isTTY, columns, written, write: (text: string) => void written.push(text) }
}

const AT = { kind: 'at', name: 'a', stage: 'actions', requests: 4 } as const

describe('screenStyle', () => {
  it.each([
    ['a terminal', true, {}, { live: true, colour: true }],
    ['a pipe', false, {}, { live: false, colour: false }],
    ['NO_COLOR', true, { NO_COLOR: '1' }, { live: true, colour: false }],
    ['an empty NO_COLOR', true, { NO_COLOR: '' }, { live: true, colour: true }],
    ['a dumb terminal', true, { TERM: 'dumb' }, { live: false, colour: false }],
  ])('%s', (_name, isTTY, environment, style) => {
    expect(screenStyle(paper(isTTY), environment)).toEqual(style)
  })
})

describe('plain screen', () => {
  it('writes a line for each stage, not for each action', () => {
    const output = paper(false)
    const screen = createScreen(['a', 'bcd'], output, { live: false, colour: false })
    screen.show({ ...AT, stage: 'bootstrap', detail: '', requests: 0 })
    screen.show({ ...AT, detail: 'add_config (1/2)' })
    screen.show({ ...AT, detail: 'copy_file (2/2)' })
    screen.show({ kind: 'ended', name: 'a', requests: 9, run: provisioned('a') })
    screen.show({ kind: 'ended', name: 'bcd', requests: 3, run: refusedRun('bcd') })
    expect(output.written).toEqual([
      'a    bootstrap  0 requests\n',
      'a    actions  add_config (1/2)  4 requests\n',
      'a    provisioned  9 requests\n',
      'bcd  failed: node not found on server (status=400)  3 requests\n',
    ])
  })
})

describe('live screen', () => {
  it('rewrites the lines in place', () => {
    const output = paper(true)
    const screen = createScreen(['a', 'b'], output, { live: true, colour: false })
    screen.show({ ...AT, detail: '' })
    expect(output.written).toEqual([
      '\r\u001b[K· a  waiting\n\r\u001b[K· b  waiting\n',
      '\u001b[2A\r\u001b[K… a  actions  4 requests\n\r\u001b[K· b  waiting\n',
    ])
  })

  it('never writes a line that would wrap', () => {
    const output = paper(true, 12)
    const screen = createScreen(['a'], output, { live: true, colour: false })
    screen.show({ ...AT, detail: 'add_config (1/2)' })
    expect(output.written.at(-1)).toBe('\u001b[1A\r\u001b[K… a  action\n')
  })

  it.each([
    ['green', provisioned('a'), '\u001b[32m✓ a'],
    ['red', refusedRun('a'), '\u001b[31m✗ a'],
  ])('ends %s', (_name, run, start) => {
    const output = paper(true)
    const screen = createScreen(['a'], output, { live: true, colour: true })
    screen.show({ kind: 'ended', name: 'a', requests: 1, run })
    expect(output.written.at(-1)).toContain(start)
    expect(output.written.at(-1)).toContain('\u001b[0m\n')
  })
})
