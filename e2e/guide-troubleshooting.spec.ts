import { beforeAll, describe, expect, it } from 'vitest'
import { ERRORS } from '../src/kernel/errors.ts'
import { fencesIn, readPage } from './support/fences.ts'
import { missingLine, phrasePattern, quotesOf } from './support/log-fences.ts'
import { ON_MACHINE } from './support/trouble/on-machine.ts'
import { ON_SWITCH } from './support/trouble/on-switch.ts'
import { REFUSALS } from './support/trouble/refusals.ts'

let page: string
/** All that servers, switches and commands said in these stories. */
const said: string[] = []

beforeAll(async () => {
  page = await readPage('docs/guides/troubleshooting.md')
})

describe('what the page is about', () => {
  it.each([...REFUSALS, ...ON_SWITCH, ...ON_MACHINE])('%s', (_name, play) => play(said))
})

describe('the page', () => {
  it('quotes what was really said', () => {
    const quotes = quotesOf(page)
    expect(quotes.length).toBeGreaterThan(50)
    const all = said.join('\n')
    expect(quotes.filter((each) => !phrasePattern(each).test(all))).toEqual([])
    const logs = fencesIn(page).filter(({ language }) => language === 'log')
    expect(logs.flatMap(({ text }) => missingLine(all, text) ?? [])).toEqual([])
  })

  it('names codes that exist', () => {
    const codes = [...page.matchAll(/\bZTP_\w+/g)].map(([code]) => code)
    expect(codes.length).toBeGreaterThan(0)
    expect(codes.filter((code) => !(code in ERRORS))).toEqual([])
  })
})
