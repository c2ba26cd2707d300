import { describe, expect, it } from 'vitest'
import { addressesOf, allocationsOf } from './allocations.ts'
import { checkAllocations } from './duplicates.ts'
import { provisioned, refusedRun, sent } from './testing/nodes.ts'

describe('allocationsOf', () => {
  it('finds the calls of global scope, at any depth, with what came of them', () => {
    const definition = sent({
      attributes: {
        hostname: "allocate('names')",
        deep: { list: ['x', 'allocate("nets", "b")'] },
        plain: 'allocate(names)',
        unused: "sqlite('t')",
      },
      actions: [
        { action: 'a', attributes: { hostname: 'leaf1', plain: 'allocate(names)' } },
        { action: 'b', attributes: { hostname: 'own', deep: { list: ['x', 5] } } },
      ],
    })
    expect(allocationsOf(definition)).toEqual([
      { pool: 'allocate(names)', value: 'leaf1' },
      { pool: 'allocate(nets)', value: '5' },
    ])
  })
})

describe('addressesOf', () => {
  it.each([
    ['10.0.0.1', true],
    ['10.0.0.1/24', true],
    ['2001:db8::1/64', true],
    ['leaf1', false],
    ['65101', false],
    ['leaf:1', false],
  ])('%s: %s', (value, expected) => {
    expect(addressesOf([{ pool: 'p', value }])).toEqual(expected ? [value] : [])
  })
})

describe('checkAllocations', () => {
  const held = (name: string, pool: string, value: string) =>
    provisioned(name, { allocations: [{ pool, value }] })

  it('finds a value of one pool with two switches', () => {
    expect(
      checkAllocations([held('a', 'p', '1'), held('b', 'p', '2'), held('c', 'p', '1')]),
    ).toEqual({
      allocations: 3,
      pools: 1,
      duplicates: [{ pool: 'p', value: '1', holders: ['a', 'c'] }],
    })
  })

  it('takes one value of two pools for two, and a failed run for nothing', () => {
    expect(checkAllocations([held('a', 'p', '1'), held('b', 'q', '1'), refusedRun('c')])).toEqual({
      allocations: 2,
      pools: 2,
      duplicates: [],
    })
  })
})
