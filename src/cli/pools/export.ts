import { exportLines } from '../../provision/pools/export-pool.ts'
import { POOL_FORMATS } from '../../provision/pools/pool-format.ts'
import { contentsOf } from '../../provision/pools/pool-name.ts'
import type { CliCall, CliCommand } from '../command.ts'
import { writeTexts } from '../write-texts.ts'
import { onPools, POOL_ARGUMENT, poolOf } from './on-pools.ts'

/** `ztps pools export POOL`: the pool as a text that `ztps pools import` takes. */
async function exportPool(call: CliCall): Promise<number> {
  const { options, io } = call
  const format = POOL_FORMATS.find((each) => each === options.text('format')) ?? 'csv'
  return onPools(call, async ({ admins }) => {
    const contents = await contentsOf(admins, poolOf(call))
    await writeTexts(io.stdout, exportLines(contents, format))
    return 0
  })
}

export const exportCommand: CliCommand = {
  name: 'export',
  summary: 'write a pool to standard output',
  about: [
    'Each entry with its holder, its state and since when (UTC). `ztps pools import` takes all three formats, into a file or into any database.',
    'YAML is a pool file as resources/ has them: entries and holders, nothing else.',
  ],
  arguments: [POOL_ARGUMENT],
  options: [
    {
      flags: '--format <FORMAT>',
      help: 'how to write it',
      choices: POOL_FORMATS,
      default: 'csv',
    },
  ],
  examples: [
    { line: 'ztps pools export mgmt_subnet > mgmt.csv', does: 'keep a copy before the change' },
    {
      line: 'ztps pools export mgmt_subnet | ztps pools import sqlite:mgmt_subnet -',
      does: 'copy a pool into a database',
    },
  ],
  run: exportPool,
}
