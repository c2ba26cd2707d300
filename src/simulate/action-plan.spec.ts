import { describe, expect, it } from 'vitest'
import type { Value } from '../kernel/value.ts'
import { type Plan, planAction } from './action-plan.ts'
import { apply } from './apply.ts'
import { NODE } from './testing/nodes.ts'

const EMPTY = new Map<string, Value>()
const X = new Map<string, Value>([['x', 'X']])
const STORE = { kind: 'store' } as const

describe('planAction', () => {
  const cases: readonly (readonly [string, string, Record<string, Value>, Plan])[] = [
    [
      'add_config is loose by default',
      'add_config',
      { url: 'u' },
      { kind: 'fetch', url: 'u', use: { kind: 'append', mode: 'loose', variables: EMPTY } },
    ],
    [
      'add_config strict',
      'add_config',
      { url: 'u', substitution_mode: 'strict', variables: X },
      { kind: 'fetch', url: 'u', use: { kind: 'append', mode: 'strict', variables: X } },
    ],
    [
      'an unknown mode',
      'add_config',
      { url: 'u', substitution_mode: 'lax' },
      { kind: 'failure', reason: 'Invalid option specified for substitution_mode attribute' },
    ],
    [
      'variables that are no map',
      'run_bash_script',
      { url: 'u', variables: 'x' },
      {
        kind: 'failure',
        reason: 'Unable to perform variable substitution - invalid variables',
      },
    ],
    ['no url', 'replace_config', {}, { kind: 'failure', reason: "Missing attribute('url')" }],
    ['copy_file', 'copy_file', { src_url: 's' }, { kind: 'fetch', url: 's', use: STORE }],
    ['an image that runs', 'install_image', { url: 'i', version: '4.32.2F' }, { kind: 'nothing' }],
    [
      'another image',
      'install_image',
      { url: 'i', version: '4.33.0F' },
      { kind: 'fetch', url: 'i', use: STORE },
    ],
    [
      'commands',
      'run_cli_commands',
      { url: 'c', variables: X },
      { kind: 'fetch', url: 'c', use: { kind: 'run', variables: X } },
    ],
    ['mail', 'send_email', { subject: 's' }, { kind: 'nothing' }],
    ['own action with a url', 'mine', { url: 'm' }, { kind: 'fetch', url: 'm', use: STORE }],
    ['own action without', 'mine', { other: 1 }, { kind: 'nothing' }],
  ]
  it.each(cases)('%s', (_name, action, attributes, plan) => {
    const planned = planAction({ action, attributes: new Map(Object.entries(attributes)) }, NODE)
    expect(planned).toEqual(plan)
  })
})

describe('apply', () => {
  const append = { kind: 'append', mode: 'strict', variables: X } as const

  it.each([
    ['to an empty file', '', 'a $x\n', 'a X\n'],
    ['after what is there', 'b\n', 'a $x', 'b\n\na X\n'],
  ])('appends %s', (_name, before, file, startupConfig) => {
    expect(apply(append, file, before)).toEqual({ kind: 'applied', startupConfig })
  })

  it('replaces, keeps and runs', () => {
    expect(apply({ kind: 'replace' }, '$x\n', 'b')).toMatchObject({ startupConfig: '$x\n' })
    expect(apply(STORE, 'f', 'b')).toMatchObject({ startupConfig: 'b' })
    expect(apply({ kind: 'run', variables: X }, 'f $x', 'b')).toMatchObject({ startupConfig: 'b' })
  })

  it('names the variable that has no value', () => {
    expect(apply(append, '$y', '')).toEqual({
      kind: 'failure',
      reason: "Unable to perform variable substitution - 'y' missing from list of substitutions",
    })
  })

  it('names the place of a stray dollar sign', () => {
    expect(apply({ kind: 'run', variables: X }, 'ok\n $', '')).toMatchObject({
      reason: expect.stringContaining('line 2, column 2'),
    })
  })
})
