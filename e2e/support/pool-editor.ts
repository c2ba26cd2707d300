import { writeFileSync } from 'node:fs'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A script that edits a pool over and over, as people and their editors do. */
export type PoolEditor = {
  /** One last edit, of the pool as it is, and no more. */
  stop(): Promise<void>
  /** The pool as last saved, holders left out: what every later version must look like. */
  lastSaved(): string
  counts(): { readonly saved: number; readonly ofOldCopies: number; readonly lost: number }
}

/** Old copies are at most so many versions old. */
const COPIES = 8
const SHORTEST_PAUSE_MS = 300
const LONGEST_PAUSE_MS = 900

/** @param path of a pool of plain lines */
export function startPoolEditor(path: string): PoolEditor {
  const copies: string[] = []
  let lastSaved: string | undefined
  let saved = 0
  let ofOldCopies = 0
  let lost = 0
  let isStopping = false
  const editing = keepEditing()

  async function keepEditing(): Promise<void> {
    while (!isStopping) {
      await edit(Math.random() < 0.4)
      await sleep(SHORTEST_PAUSE_MS + Math.random() * (LONGEST_PAUSE_MS - SHORTEST_PAUSE_MS))
    }
    await edit(false)
  }

  async function edit(takesOldCopy: boolean): Promise<void> {
    const now = await readFile(path, 'utf8')
    // A server may have replaced the file at the very moment of the last edit.
    if (lastSaved !== undefined && withoutHolders(now) !== lastSaved) lost += 1
    copies.push(now)
    if (copies.length > COPIES) copies.shift()
    const old = copies[Math.floor(Math.random() * copies.length)] ?? now
    const text = scribble(takesOldCopy ? old : now, saved)
    await save(text)
    lastSaved = withoutHolders(text)
    saved += 1
    if (takesOldCopy) ofOldCopies += 1
  }

  async function save(text: string): Promise<void> {
    // At once, as editors do: this process has too much else to do for anything in between.
    if (Math.random() < 0.5) return writeFileSync(path, text)
    const beside = join(dirname(path), '.edited~')
    await writeFile(beside, text)
    await rename(beside, path)
  }

  return {
    async stop() {
      isStopping = true
      await editing
    },
    lastSaved: () => lastSaved ?? '',
    counts: () => ({ saved, ofOldCopies, lost }),
  }
}

/** Something new in the text: a comment, a blank line, a comment behind an entry. */
function scribble(text: string, number: number): string {
  const lines = text.split('\n')
  const at = Math.floor(Math.random() * lines.length)
  const chance = Math.random()
  if (chance < 0.5) return lines.toSpliced(at, 0, `# edit ${number}: don't lose me`).join('\n')
  if (chance < 0.6) return lines.toSpliced(at, 0, '').join('\n')
  return lines.with(at, `${lines[at]} # edit ${number}`).join('\n')
}

/** The text of a pool of plain lines, with nothing where a holder or `null` may stand. */
export function withoutHolders(text: string): string {
  return text.replace(/^([^\s#]+:)([ ]*)[^\s#]+/gm, '$1$2')
}
