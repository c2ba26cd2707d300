const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** The body of an error: one sentence, safe in a browser and readable in a terminal. */
export function errorPage(sentence: string): string {
  return `${sentence.replace(/[&<>"']/g, (each) => ENTITIES[each] ?? each)}\n`
}
