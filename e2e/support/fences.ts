import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Files } from './data-root.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** A fenced block of a page: what stands behind its opening line's backticks, and what is in it. */
export type Fence = {
  readonly language: string
  /** The second word, such as the file that the block is; empty without one. */
  readonly name: string
  readonly text: string
  readonly line: number
}

/** A page of the repository, by its path there. */
export function readPage(page: string): Promise<string> {
  return readFile(join(ROOT, page), 'utf8')
}

export function fencesIn(page: string): readonly Fence[] {
  const fences = page.matchAll(/^```(\w+)(?: (\S+))?\n(.*?)^```$/gms)
  return [...fences].map(({ 1: language = '', 2: name = '', 3: text = '', index }) => ({
    language,
    name,
    text,
    line: page.slice(0, index).split('\n').length,
  }))
}

/** The texts of a page's fences of one language, in order. @param page its path in the repository */
export async function fencesOf(page: string, language: string): Promise<readonly string[]> {
  const fences = fencesIn(await readPage(page)).filter((each) => each.language === language)
  return fences.map(({ text }) => text)
}

/** The files that a page shows: the name of the fence → its text. */
export function filesIn(page: string): Files {
  const named = fencesIn(page).filter(({ name }) => name.includes('/') || name === 'neighbordb')
  return Object.fromEntries(named.map(({ name, text }) => [name, text]))
}

/** What stands under a heading of the second level, up to the next. */
export function section(page: string, heading: string): string {
  const [, text] = `\n${page}`.split(`\n## ${heading}\n`)
  if (text === undefined) throw new Error(`the page has no section '${heading}'`)
  return text.split('\n## ')[0] ?? ''
}
