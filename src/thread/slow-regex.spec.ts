import { afterAll, describe, expect, it } from 'vitest'
import type { RegexQuestion } from '../topology/neighbordb.ts'
import { createSlowRegex } from './slow-regex.ts'

/** The usual limit would end honest ones too where a thread waits so long for its turn. */
const regex = createSlowRegex(2_000)
afterAll(() => regex.close())

function question(source: string, value: string, flags = ''): RegexQuestion {
  return { pattern: `regex('${source}')`, source, flags, value }
}

const HANGING = question('^(?=(a+)+$)b', `${'a'.repeat(60)}!`)

describe('createSlowRegex', () => {
  const cases: readonly (readonly [string, RegexQuestion, boolean])[] = [
    ['a look-ahead that holds', question('^(?!spine)\\w+$', 'leaf1'), true],
    ['a look-ahead that does not', question('^(?!spine)\\w+$', 'spine1'), false],
    ['a back-reference', question('^(a|b)\\1$', 'aa'), true],
    ['a flag', question('^(?=LEAF)', 'leaf1', 'i'), true],
  ]
  it.each(cases)('answers %s', async (_name, asked, verdict) => {
    expect([...(await regex.answer([asked])).values()]).toEqual([verdict])
  })

  it('answers several questions at once, each with its own verdict', async () => {
    const questions = cases.map(([, asked]) => asked)
    const verdicts = [...(await regex.answer(questions)).values()]
    expect(verdicts).toEqual(cases.map(([, , verdict]) => verdict))
  })

  it('gives up on a hanging expression, and on that request alone', async () => {
    const hanging = regex.answer([HANGING])
    const honest = regex.answer([question('^(?=x)', 'x')])
    await expect(hanging).rejects.toMatchObject({ code: 'ZTP_REGEX_TIMEOUT' })
    await expect(hanging).rejects.toThrow(HANGING.pattern)
    expect([...(await honest).values()]).toEqual([true])
    expect([...(await regex.answer([question('^(?=y)', 'y')])).values()]).toEqual([true])
  })
})
