import type { CliCall } from './command.ts'
import { settingsOf } from './settings.ts'

/** `ztps` without a sub-command: the standalone server. */
export async function serve({ flags, io, deps }: CliCall): Promise<number> {
  const settings = await settingsOf(flags, io, deps)
  return settings === undefined ? 1 : deps.serve(settings, flags)
}
