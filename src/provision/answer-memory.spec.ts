import { describe, expect, it } from 'vitest'
import { parseDefinition } from '../definition/parse.ts'
import type { Value } from '../kernel/value.ts'
import { createAnswerMemory } from './answer-memory.ts'

function definitionOf(text: string) {
  const { value } = parseDefinition(text, 'definitions/x')
  if (value === undefined) throw new Error('no definition')
  return value
}

const NEVER = () => Promise.reject(new Error('no call is to be made'))

describe('createAnswerMemory', () => {
  it('answers alike for the same files, and anew for others', async () => {
    const memory = createAnswerMemory()
    const definition = definitionOf('actions: [{action: a, attributes: {x: $y}}]')
    const one = new Map<string, Value>([['y', 1]])
    const two = new Map<string, Value>([['y', 2]])
    const first = await memory.jsonOf(definition, one, NEVER)
    expect(first).toContain('"x": 1')
    expect(await memory.jsonOf(definition, one, NEVER)).toBe(first)
    expect(await memory.jsonOf(definition, two, NEVER)).toContain('"x": 2')
  })

  it('makes the calls of each request', async () => {
    const memory = createAnswerMemory()
    const definition = definitionOf("actions: [{action: a, attributes: {x: allocate('p')}}]")
    const none = new Map<string, Value>()
    for (const value of ['10.0.0.1', '10.0.0.2']) {
      const json = await memory.jsonOf(definition, none, async ({ pool }) => `${pool}=${value}`)
      expect(json).toContain(`"x": "p=${value}"`)
    }
  })
})
