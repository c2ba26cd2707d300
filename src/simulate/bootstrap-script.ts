/** What a switch needs of the script that it is about to run. */
export type Script =
  /** `server` is undefined when the script assigns it elsewhere than ours and ZTPServer's do. */
  | { readonly kind: 'script'; readonly server: string | undefined }
  | { readonly kind: 'unusable'; readonly reason: string }

/** Checks what EOS and the server promise of the script: it can be run, and knows its server. */
export function readScript(text: string): Script {
  if (!text.startsWith('#!')) return unusable('the script does not begin with #!')
  if (text.includes('\r')) return unusable('the script has carriage returns')
  if (/\$(?:\{SERVER\}|SERVER(?![A-Za-z0-9_]))/.test(text)) {
    return unusable('the script has a $SERVER that was not replaced')
  }
  const [, server] = /^SERVER\s*=\s*['"]([^'"\n]+)['"]/m.exec(text) ?? []
  return { kind: 'script', server }
}

function unusable(reason: string): Script {
  return { kind: 'unusable', reason }
}
