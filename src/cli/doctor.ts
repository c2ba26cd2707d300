import type { Settings } from '../config/options.ts'
import { stateFolder } from '../config/paths.ts'
import { joinUrl } from '../config/server-url.ts'
import { escapeControls } from '../kernel/escape-controls.ts'
import { examineClock } from '../provision/doctor/examine-clock.ts'
import { examineFiles, examineFolders, examinePools } from '../provision/doctor/examine-data.ts'
import { examineDhcp } from '../provision/doctor/examine-dhcp.ts'
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
  const findings = await examine(settings, options.text('askDhcp'), deps)
  io.stdout.write(
    options.has('json') ? jsonText({ findings }) : `${findings.map(textOf).join('\n')}\n`,
  )
  return findings.some(({ state }) => state === 'wrong') ? 1 : 0
}

/** @param port the network interface by which to ask for DHCP servers; undefined not to ask */
async function examine(
  settings: Settings,
  port: string | undefined,
  deps: CliDeps,
): Promise<readonly Finding[]> {
  const { dataRoot, serverUrl } = settings
  const { doctor, released } = deps
  const bootUrl = joinUrl(serverUrl, 'bootstrap')
  const answer = await doctor.ask(bootUrl)
  const findings = [
    ...(await examineServer(settings, answer, doctor)),
    ...(port === undefined ? [] : await examineDhcp(port, bootUrl, doctor)),
    ...(await examineFolders(settings, stateFolder(settings), doctor)),
    ...(await examineClock(dataRoot, released, answer, doctor)),
  ]
  const folder = await doctor.folder(dataRoot)
  if (folder === 'absent' || folder === 'unreadable') return findings
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
    'Looks at what has to be right on this machine: server_url answers with a script that leads back there, and its name is known, the port is free or the server has it, this user may read and write in the data directory what the server does, there is space on the disk, the clock is right, its files are valid, and the pools have room. Run it as the user of the server. Nothing is changed.',
    'With --ask-dhcp it asks the DHCP servers of a network, as a switch without a configuration does, whether they give server_url/bootstrap to switches and to nobody else. That needs root and an IPv4 address on the interface, and takes some seconds. No lease is requested. Kea and dhcpd do not hear the machine they run on: ask from another.',
    'Each finding comes with what to do. Exit status 1 when something is wrong; warnings alone leave it 0.',
  ],
  arguments: [],
  options: [
    {
      flags: '--ask-dhcp <INTERFACE>',
      help: 'ask the DHCP servers that this network interface reaches, too',
    },
    JSON_OPTION,
  ],
  examples: [
    { line: 'ztps doctor', does: 'is everything as it should be?' },
    { line: 'ztps doctor --ask-dhcp eth1', does: 'and do switches learn the URL?' },
  ],
  run: doctor,
}
