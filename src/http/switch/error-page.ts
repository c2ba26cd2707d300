const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** The body of an error: one line, safe in a browser and, without control characters, in a terminal. */
export function errorPage(sentence: string): string {
  const line = sentence.replace(/\p{Cc}/gu, '\ufffd')
  return `${line.replace(/[&<>"']/g, (each) => ENTITIES[each] ?? each)}\n`
}
