import type { Settings } from '../config/options.ts'
import { stateFolder } from '../config/paths.ts'
import { escapeControls } from '../kernel/escape-controls.ts'
import { examineFiles, examineFolders, examinePools } from '../provision/doctor/examine-data.ts'
import { examineServer } from '../provision/doctor/examine-server.ts'
import type { Finding } from '../provision/doctor/finding.ts'
import { type CliCall, type CliCommand, JSON_OPTION, jsonText } from './command.ts'
import type { CliDeps } from './deps.ts'
import { settingsOf } from './settings.ts'

const WORDS = { fine: 'ok', warning: 'WARNING', wrong: 'WRONG' } as const

/** `ztps doctor`. Changes nothing. */
async function doctor({ options, flags, io, deps }: CliCall): Promise<number> {
  const settings = await settingsOf(flags, io, deps)
  if (settings === undefined) return 1
  const findings = await examine(settings, deps)
  io.stdout.write(
    options.has('json') ? jsonText({ findings }) : `${findings.map(textOf).join('\n')}\n`,
  )
  return findings.some(({ state }) => state === 'wrong') ? 1 : 0
}

async function examine(settings: Settings, deps: CliDeps): Promise<readonly Finding[]> {
  const { dataRoot } = settings
  const findings = [
    ...(await examineServer(settings, deps.doctor)),
    ...(await examineFolders(dataRoot, stateFolder(settings), deps.doctor)),
  ]
  if ((await deps.kindOf(dataRoot)) !== 'folder') return findings
  const pools = await deps.poolAdmins(settings)
  try {
    findings.push(await examineFiles(deps.dataFiles(dataRoot), settings))
    return [...findings, ...(await examinePools(pools))]
  } finally {
    await Promise.all(pools.map((each) => each.close()))
  }
}

function textOf({ about, state, message, advice }: Finding): string {
  const line = `${WORDS[state].padEnd(7)}  ${about}: ${escapeControls(message)}`
  return advice === undefined ? line : `${line}\n         → ${advice}`
}

export const doctorCommand: CliCommand = {
  name: 'doctor',
  summary: 'find out why switches are not provisioned',
  about: [
    'Looks at what has to be right on this machine: server_url answers and its name is known, the port is free or the server has it, this user may write to the data directory, there is space on the disk, its files are valid, and the pools have room. Run it as the user of the server. Nothing is changed.',
    'Each finding comes with what to do. Exit status 1 when something is wrong; warnings alone leave it 0.',
  ],
  arguments: [],
  options: [JSON_OPTION],
  examples: [{ line: 'ztps doctor', does: 'is everything as it should be?' }],
  run: doctor,
}
