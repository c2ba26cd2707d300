/**
 * Looks for the lines that a page shows in a real log: all of them, in that order, with any others
 * in between. In the log more may stand before a line, such as its time; `…` stands for anything.
 *
 * @returns the first line that the log lacks
 */
export function missingLine(log: string, shown: string): string | undefined {
  const lines = log.split('\n')
  let at = 0
  for (const each of shown.split('\n').filter((line) => line.trim() !== '' && line !== '…')) {
    const pattern = linePattern(each)
    while (at < lines.length && !pattern.test(lines[at] ?? '')) at += 1
    if (at === lines.length) return each
    at += 1
  }
  return undefined
}

/** A line that a page quotes, with whatever before it; `…` stands for anything. */
function linePattern(shown: string): RegExp {
  const parts = shown.trim().split('…')
  return new RegExp(`(?:^|\\s)${parts.map(escaped).join('.*')}$`)
}

/** Words of a line, from anywhere in it, that a page quotes; `…` stands for anything. */
export function phrasePattern(shown: string): RegExp {
  return new RegExp(shown.trim().split('…').map(escaped).join('.*'))
}

/** The first column of the tables in which it is what somebody says. */
export function quotesOf(text: string): readonly string[] {
  const tables = text.split('\n\n').filter((part) => /^\|[^|]* says?\b[^|]*\|/.test(part.trim()))
  return tables.flatMap((table) =>
    [...table.matchAll(/(?<=\n)\| (`{1,2})(.+?)\1(?!`)/g)].map(([, , quote = '']) => quote),
  )
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
