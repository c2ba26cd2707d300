import type { Holdings } from '../../provision/nodes/holdings.ts'
import type { DefinitionOrigin } from '../../provision/nodes/ports.ts'
import { poolLabel } from '../../provision/pools/pool-name.ts'
import { localTime } from '../when.ts'

/** `2026-11-22T15:22:33+01:00`; `-` for never. */
export function timeText(time: number | null): string {
  return time === null ? '-' : localTime(time)
}

/** A time for programs. */
export function timeJson(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString()
}

/** `leaf`, `leaf (link)`, `(own)`; `-` for none. */
export function originText(origin: DefinitionOrigin | null): string {
  if (origin === null) return '-'
  const { kind, name } = origin
  return kind === 'copy' && name !== null ? name : `${name === null ? '' : `${name} `}(${kind})`
}

/** `mgmt: 10.0.0.1/24`, a line for each entry; then what could not be asked. */
export function holdingLines({ held, failures }: Holdings): readonly string[] {
  return [
    ...held.map(({ kind, pool, entry, label }) => {
      const as = label === null ? '' : ` as '${label}'`
      return `${poolLabel({ kind, name: pool })}: ${entry}${as}`
    }),
    ...failures.map(({ kind, reason }) => `the ${kind} pools cannot be asked: ${reason}`),
  ]
}
