/** What Python takes for white space, in `str.strip()` and `\s`, and JavaScript does not. */
const ONLY_PYTHON = '\u001c\u001d\u001e\u001f\u0085'

function isSpace(character: string): boolean {
  if (ONLY_PYTHON.includes(character)) return true
  // The byte-order mark is space for JavaScript alone.
  return character !== '\ufeff' && /\s/.test(character)
}

/** How many characters of white space the text begins with. */
export function indentOf(text: string): number {
  let start = 0
  while (start < text.length && isSpace(text.charAt(start))) start += 1
  return start
}

/** The text without white space at its end. */
export function stripEnd(text: string): string {
  let end = text.length
  while (end > 0 && isSpace(text.charAt(end - 1))) end -= 1
  return text.slice(0, end)
}

/** The text without white space around it. */
export function strip(text: string): string {
  return stripEnd(text.slice(indentOf(text)))
}
