/** By code. */
export type DhcpOptions = ReadonlyMap<number, Uint8Array>

/** Codes of RFC 2132. */
export const OPTION = {
  pad: 0,
  overload: 52,
  type: 53,
  server: 54,
  wanted: 55,
  vendor: 60,
  bootFile: 67,
  end: 255,
} as const

type Fields = { readonly file: Uint8Array; readonly sname: Uint8Array }

/**
 * Reads the options of a message, and those that the fields `file` and `sname` hold when option 52
 * says so (RFC 2131, 4.1; RFC 2132, 9.3). Option 52 within them means nothing.
 *
 * Never fails: an option that claims more bytes than there are ends the reading.
 */
export function readOptions(
  bytes: Uint8Array,
  { file, sname }: Fields,
): { readonly options: DhcpOptions; readonly fileHasOptions: boolean } {
  const options = new Map<number, Uint8Array>()
  addOptions(bytes, options)
  const [overload = 0] = options.get(OPTION.overload) ?? []
  const fileHasOptions = overload === 1 || overload === 3
  if (fileHasOptions) addOptions(file, options)
  if (overload === 2 || overload === 3) addOptions(sname, options)
  return { options, fileHasOptions }
}

/** An option that comes again goes on (RFC 3396, 7). */
function addOptions(bytes: Uint8Array, options: Map<number, Uint8Array>): void {
  for (let at = 0; at < bytes.length; ) {
    const code = bytes[at] ?? OPTION.end
    if (code === OPTION.end) return
    at += 1
    if (code === OPTION.pad) continue
    const length = bytes[at] ?? 0
    const value = bytes.subarray(at + 1, at + 1 + length)
    if (at >= bytes.length || value.length < length) return
    options.set(code, joined(options.get(code), value))
    at += 1 + length
  }
}

function joined(first: Uint8Array | undefined, second: Uint8Array): Uint8Array {
  return first === undefined ? second : Uint8Array.from([...first, ...second])
}
