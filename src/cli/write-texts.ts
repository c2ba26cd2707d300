import type { Output } from './io.ts'

/** Characters that are written at a time. */
const PART = 65_536

/**
 * Writes texts one after the other, waiting for the reader now and then: a million lines need no
 * more memory than a few.
 */
export async function writeTexts(output: Output, texts: Iterable<string>): Promise<void> {
  let part = ''
  for (const text of texts) {
    part += text
    if (part.length < PART) continue
    output.write(part)
    part = ''
    await output.drained()
  }
  if (part !== '') output.write(part)
}

/** The same for lines without their ends. */
export async function writeLines(output: Output, lines: Iterable<string>): Promise<void> {
  await writeTexts(output, ended(lines))
}

function* ended(lines: Iterable<string>): Generator<string> {
  for (const line of lines) yield `${line}\n`
}
