import { close, open, readInto } from '../disk/calls.ts'

/** Linux reads no further than this for a `#!` line. */
const LONGEST_LINE = 255

/** The program and the arguments that a file is run with, without asking for its x-bit. */
export type Interpreter = { readonly program: string; readonly args: readonly string[] }

const SHELL: Interpreter = { program: '/bin/sh', args: [] }

/**
 * What the kernel would run for a file that begins with `#!`; /bin/sh for any other.
 *
 * As the kernel does it, all that follows the interpreter is one argument.
 *
 * @throws the system's error when the file cannot be read
 */
export async function interpreterOf(path: string): Promise<Interpreter> {
  const file = await open(path, 'r')
  try {
    const start = Buffer.alloc(LONGEST_LINE)
    const { bytesRead } = await readInto(file, start, 0, start.length, 0)
    return parseShebang(start.toString('utf8', 0, bytesRead))
  } finally {
    await close(file)
  }
}

/** @param text the file's beginning */
export function parseShebang(text: string): Interpreter {
  const [, program, argument] = /^#![ \t]*([^\s]+)[ \t]*([^\n]*)/.exec(text) ?? []
  if (program === undefined) return SHELL
  const last = argument?.trim() ?? ''
  return { program, args: last === '' ? [] : [last] }
}
