import type { CliGroup } from '../command.ts'
import { addCommand } from './add.ts'
import { importCommand } from './import.ts'
import { listCommand } from './list.ts'
import { replaceCommand } from './replace.ts'
import { removeCommand, resetCommand } from './retire.ts'
import { showCommand } from './show.ts'

export const nodesGroup: CliGroup = {
  name: 'nodes',
  summary: 'look at the nodes, and change them beside running servers',
  about: [
    'A node is a switch, with a folder nodes/ID. These commands work on the configured data directory, whether servers run on it or not: each change is done whole or not at all, and a server sees it with the next request.',
    'An id is written like one from the network: with identifier = systemmac any spelling of the MAC will do. A node that does not exist is an error, exit status 1.',
  ],
  examples: [
    { line: 'ztps nodes list', does: 'what is there?' },
    { line: 'ztps nodes show JPE21430099', does: 'and this one?' },
  ],
  commands: [
    listCommand,
    showCommand,
    addCommand,
    importCommand,
    replaceCommand,
    resetCommand,
    removeCommand,
  ],
}
