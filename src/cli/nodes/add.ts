import { addNode } from '../../provision/nodes/add-nodes.ts'
import { nodeIdOfWord } from '../../provision/nodes/known-node.ts'
import type { GivenFile } from '../../provision/nodes/prepare-node.ts'
import { type CliCall, type CliCommand, DRY_RUN_OPTION, JSON_OPTION, jsonText } from '../command.ts'
import { atDesk } from './at-desk.ts'
import { fileNames, givenFile, preparePorts, readyJson } from './new-node.ts'

/** `ztps nodes add ID`. */
async function add(call: CliCall): Promise<number> {
  const { words, options, io, deps } = call
  const [word = ''] = words
  return atDesk(call, 'change', async (desk, settings) => {
    const fileOf = async (option: string): Promise<GivenFile | undefined> => {
      const path = options.text(option)
      return path === undefined ? undefined : givenFile(path, deps)
    }
    const request = {
      id: nodeIdOfWord(word, settings.identifier),
      definition: options.text('definition'),
      startupConfig: await fileOf('startupConfig'),
      attributes: await fileOf('attributes'),
      pattern: await fileOf('pattern'),
      model: options.text('model'),
      configHandler: options.text('configHandler'),
    }
    const dryRun = options.has('dryRun')
    const ports = { ...preparePorts(desk, settings, deps), admin: desk.admin }
    const node = await addNode(request, { dryRun }, ports)
    const text = `${dryRun ? 'would add' : 'added'} ${node.id}: ${fileNames(node.content).join(', ')}\n`
    io.stdout.write(
      options.has('json') ? jsonText({ dry_run: dryRun, added: [readyJson(node)] }) : text,
    )
    return 0
  })
}

export const addCommand: CliCommand = {
  name: 'add',
  summary: 'make a node before its switch is there',
  about: [
    'Makes the folder nodes/ID, whole or not at all, so that the switch is served from there when it comes up; neighbordb is not asked. It takes a definition, a startup-config, or both: with a startup-config the switch gets that, and of the definition only the actions marked always_execute.',
    'The folder always gets a pattern, since without one the switch is refused while topology validation is on. Unless --pattern names a file, it has no constraint on neighbors, and none on the model unless --model says so. The report .node comes with the first POST of the switch.',
    'An id that exists, or differs in case only from one that does, is refused, and nothing is changed.',
    'With --json: {"dry_run", "added": [{id, files: [NAME]}]}.',
  ],
  arguments: [{ name: '<ID>', help: 'a node id: serial number, or system MAC in any spelling' }],
  options: [
    { flags: '--definition <NAME>', help: 'a file of definitions/, which is copied' },
    { flags: '--startup-config <FILE>', help: 'the whole configuration; - for standard input' },
    { flags: '--attributes <FILE>', help: 'values for this switch alone, YAML' },
    { flags: '--pattern <FILE>', help: 'whom the switch must see, YAML' },
    {
      flags: '--model <MODEL>',
      help: 'the model that the switch must be, written as in neighbordb',
    },
    { flags: '--config-handler <NAME>', help: 'a program of config-handlers/, which is copied' },
    DRY_RUN_OPTION,
    JSON_OPTION,
  ],
  examples: [
    {
      line: 'ztps nodes add JPE21430099 --definition pod1/leaf --attributes leaf7.yaml',
      does: 'a leaf with values of its own',
    },
    {
      line: 'ztps nodes add JPE21430098 --startup-config console.cfg --model DCS-7010T-48',
      does: 'a switch whose configuration exists',
    },
  ],
  run: add,
}
