import { isFreeText } from '../../resource/free.ts'
import type { NewEntry } from '../../resource/pool-admin.ts'

/** An entry as a file has it, all text; what is missing is empty. */
export type WrittenEntry = {
  readonly key: string
  readonly holder: string
  readonly state: string
  /** ISO 8601 with its zone. */
  readonly since: string
}

/** An entry, or a sentence that says why it is none; with its line where the format has lines. */
export type EntryReading = {
  readonly entry?: NewEntry
  readonly problem?: string
  readonly line?: number
}

/** What was read of a file that is to be imported. */
export type EntriesText = {
  readonly items: readonly EntryReading[]
  /** What is wrong with the file as such. */
  readonly faults: readonly { readonly line?: number; readonly problem: string }[]
}

const STATES: readonly string[] = ['', 'free', 'reserved', 'in use', 'held']
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/
/** A key and a holder are one line of text. */
const STRANGE = /\p{Cc}|[\u2028\u2029]/u

/** Checks an entry of a file. */
export function readEntry(written: WrittenEntry): EntryReading {
  const { key, state, since } = written
  const holder = isFreeText(written.holder, true) ? null : written.holder
  const problem =
    keyProblem(key) ??
    lineProblem('holder', written.holder) ??
    stateProblem(state, holder) ??
    timeProblem(since)
  if (problem !== undefined) return { problem }
  if (holder === null) return { entry: { key, holder } }
  // Without a word on how it came by its holder, a person wrote that.
  const otherwise = since === '' ? 'held' : 'reserved'
  return {
    entry: {
      key,
      holder,
      state: state === 'reserved' || state === 'in use' || state === 'held' ? state : otherwise,
      ...(since === '' ? {} : { since: Date.parse(since) }),
    },
  }
}

/** @returns a sentence that says why a text cannot be an entry of a pool */
export function keyProblem(key: string): string | undefined {
  if (key === '') return 'the key is empty'
  if (key.trim() !== key) return `the key ${JSON.stringify(key)} begins or ends with a space`
  return lineProblem('key', key)
}

function lineProblem(name: string, text: string): string | undefined {
  return STRANGE.test(text)
    ? `the ${name} ${JSON.stringify(text)} has a control character`
    : undefined
}

function stateProblem(state: string, holder: string | null): string | undefined {
  if (!STATES.includes(state)) return `'${state}' is no state: free, reserved, in use or held`
  if (holder === null) {
    return state === '' || state === 'free' ? undefined : `it is ${state}, and nobody holds it`
  }
  return state === 'free' ? `it is free, and ${holder} holds it` : undefined
}

function timeProblem(text: string): string | undefined {
  if (text === '' || (TIME.test(text) && !Number.isNaN(Date.parse(text)))) return undefined
  return `since is '${text}', which is no time such as 2026-11-22T14:22:33Z`
}
