import type { CliGroup } from '../command.ts'
import { addCommand } from './add.ts'
import { checkCommand } from './check.ts'
import { exportCommand } from './export.ts'
import { freeCommand } from './free.ts'
import { importCommand } from './import.ts'
import { listCommand } from './list.ts'
import { showCommand } from './show.ts'

export const poolsGroup: CliGroup = {
  name: 'pools',
  summary: 'see and change what resource pools give out',
  about: [
    'A pool is named by its file in resources/, as mgmt_subnet, or by its table: sqlite:TABLE, postgres:TABLE, mysql:TABLE. All commands work beside running servers.',
  ],
  commands: [
    listCommand,
    showCommand,
    addCommand,
    freeCommand,
    checkCommand,
    importCommand,
    exportCommand,
  ],
  examples: [
    { line: 'ztps pools list', does: 'how full is every pool?' },
    { line: 'ztps pools show mgmt_subnet --held', does: 'who has which address?' },
  ],
}
