import type { CliCall } from './command.ts'

/** `ztps --version`; *compat*. */
export function version({ io, deps }: CliCall): number {
  io.stdout.write(`ZTPServer version ${deps.version}\n`)
  return 0
}
