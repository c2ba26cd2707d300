import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { unassignable } from './assign.ts'
import { explain, renderTrace } from './explain.ts'
import { findPattern, matchPattern } from './match.ts'
import { NO_VERDICTS } from './neighbordb.ts'
import { parsePatternFile, renderPatternFile } from './pattern-file.ts'
import { patterns, report, yamlOf } from './testing/arbitrary.ts'
import { compile, idOf } from './testing/examples.ts'
import { naiveFind, naiveMatches } from './testing/naive-match.ts'

const ID = idOf('ABC123')

/** fast-check prints seed and path of a failure. */
const RUNS = { numRuns: 1500 }

describe('random patterns and nodes', () => {
  it('get the pattern that trying everything gives', () => {
    let matched = 0
    fc.assert(
      fc.property(patterns, report, (list, node) => {
        const found = findPattern(compile(yamlOf(list)), ID, node, NO_VERDICTS)
        const name = found.kind === 'matched' ? found.pattern.name : undefined
        expect(name).toBe(naiveFind(list, ID, node))
        if (name !== undefined) matched += 1
      }),
      RUNS,
    )
    expect(matched).toBeGreaterThan(RUNS.numRuns / 5)
  })

  it('get an explanation that agrees, pattern by pattern', () => {
    fc.assert(
      fc.property(patterns, report, (list, node) => {
        const db = compile(yamlOf(list))
        const found = findPattern(db, ID, node, NO_VERDICTS)
        const explained = explain(db, ID, node, NO_VERDICTS)
        if (explained.kind === 'ask') throw new TypeError('nothing to ask')
        const { end, passedOver } = explained.trace
        expect(end?.pattern).toBe(found.kind === 'matched' ? found.pattern.name : undefined)
        for (const { pattern, reason } of passedOver) {
          const plain = list.find(({ name }) => name === pattern)
          expect(plain && naiveMatches(plain, node)).toBe(false)
          expect(reason).toMatch(/^(expected model|[\w/,]+: (expected|saw)) /)
        }
        expect(renderTrace(explained.trace).join('\n')).not.toContain('undefined')
      }),
      RUNS,
    )
  })

  it('get a pattern file that is valid and matches them', () => {
    fc.assert(
      fc.property(patterns, report, (list, node) => {
        const found = findPattern(compile(yamlOf(list)), ID, node, NO_VERDICTS)
        if (found.kind !== 'matched') return
        const text = renderPatternFile(found.pattern, node)
        const again = parsePatternFile(text, { file: 'pattern', identifier: 'serialnumber' })
        expect(again.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
        const matched = again.value && matchPattern(again.value, node, NO_VERDICTS)
        expect(matched).toEqual({ kind: 'matched' })
      }),
      RUNS,
    )
  })
})

describe('unassignable', () => {
  function possible(candidates: readonly (readonly number[])[], taken: readonly number[]): boolean {
    const [first, ...others] = candidates
    if (first === undefined) return true
    return first.some((each) => !taken.includes(each) && possible(others, [...taken, each]))
  }

  it('finds an assignment exactly when there is one', () => {
    const task = fc.uniqueArray(fc.nat(6), { maxLength: 5 })
    fc.assert(
      fc.property(fc.array(task, { maxLength: 7 }), (candidates) => {
        expect(unassignable(candidates) === undefined).toBe(possible(candidates, []))
      }),
      RUNS,
    )
  })
})
