import type { Operand } from './source.ts'

/**
 * Interface patterns that contradict themselves: local, device, port; `given` is a name.
 *
 * `none: none:none` is not among them: no LLDP neighbours at all.
 */
const BOGUS: ReadonlySet<string> = new Set([
  'any any none',
  'any none none',
  'any none any',
  'any none given',
  'none any any',
  'none any none',
  'none none any',
  'none none given',
])

/** Whether an interface pattern can mean nothing. */
export function isBogus(
  local: 'any' | 'none' | readonly string[],
  device: Operand,
  port: Operand,
): boolean {
  const side = typeof local === 'string' ? local : 'given'
  return BOGUS.has(`${side} ${wordOf(device)} ${wordOf(port)}`)
}

function wordOf({ kind }: Operand): string {
  return kind === 'any' || kind === 'none' ? kind : 'given'
}
