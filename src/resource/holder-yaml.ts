/** Letters and digits that no YAML 1.1 reader takes for a number, a date or a float. */
const PLAIN = /^(?:[A-Za-z][A-Za-z0-9._/-]*|[0-9][A-Za-z0-9]*[g-wyzG-WYZ][A-Za-z0-9]*)$/
const WORDS = /^(?:null|true|false|yes|no|on|off|y|n)$/i
const ONE_LINE = /^[ -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]*$/

/** A holder as it is written into a pool: plain where any reader takes it for text, else quoted. */
export function holderYaml(holder: string | null): string {
  if (holder === null) return 'null'
  if (PLAIN.test(holder) && !WORDS.test(holder)) return holder
  return ONE_LINE.test(holder) ? `'${holder.replaceAll("'", "''")}'` : JSON.stringify(holder)
}
