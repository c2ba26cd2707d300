import { ZtpError } from '../../kernel/errors.ts'
import type { PoolAdmin } from '../../resource/pool-admin.ts'
import { listPools, type PoolLine } from '../pools/list-pools.ts'
import { poolLabel } from '../pools/pool-name.ts'
import { DEFAULT_SOON } from '../pools/usage.ts'
import type { DataFiles } from '../validate/data-files.ts'
import { diagnosticsOf } from '../validate/report.ts'
import type { ValidationSettings } from '../validate/site.ts'
import { validateDataRoot } from '../validate/validate-data-root.ts'
import { type Finding, fine, warning, wrong } from './finding.ts'
import type { DoctorPorts, FolderState } from './ports.ts'

const MIB = 1024 * 1024
/** Less leaves no room for one EOS image. */
const LITTLE = 2048 * MIB
/** Less may not even hold the startup-configs of a day. */
const TOO_LITTLE = 100 * MIB
const AS_THE_SERVER =
  'run this as the user of the server; if it is that, give the folder to it: chown -R'

/** What the server reads in the data directory, and what it writes to. */
const READ = ['bootstrap', 'actions', 'definitions', 'files', 'plugins', 'config-handlers']
const WRITTEN = ['nodes', 'resources']
const ABOUT = 'permissions'

export type FolderSettings = {
  readonly dataRoot: string
  /** `[server] user`; empty when it is whoever starts the server. */
  readonly user: string
}

/**
 * Whether this user may do with the folders what the server does, and whether there is room.
 *
 * @param state the server's own folder
 */
export async function examineFolders(
  { dataRoot: root, user }: FolderSettings,
  state: string,
  ports: DoctorPorts,
): Promise<readonly Finding[]> {
  const top = await ports.folder(root)
  if (top === 'absent') {
    const advice = 'correct data_root, or make one: ztps init DIR'
    return [wrong('data directory', `there is no folder ${root}`, advice)]
  }
  if (top === 'unreadable') {
    return [wrong(ABOUT, `this user cannot look into ${root}`, AS_THE_SERVER)]
  }
  const findings = await unwritable(root, top, state, ports)
  for (const folder of READ) findings.push(...(await closed(`${root}/${folder}`, 'read', ports)))
  for (const folder of WRITTEN)
    findings.push(...(await closed(`${root}/${folder}`, 'write', ports)))
  findings.push(...(await asRoot(root, user, ports)))
  if (findings.length === 0) findings.push(fine(ABOUT, `this user can write to ${root}`))
  return [...findings, space(root, await ports.freeBytes(root))]
}

/** @param top what the data directory itself is */
async function unwritable(
  root: string,
  top: FolderState,
  state: string,
  ports: DoctorPorts,
): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const path of [...WRITTEN.map((each) => `${root}/${each}`), state]) {
    const found = await ports.folder(path)
    // The server makes those that are missing.
    const writable = found === 'writable' || (found === 'absent' && top === 'writable')
    if (writable) continue
    findings.push(wrong(ABOUT, `this user cannot write to ${path}`, AS_THE_SERVER))
  }
  return findings
}

/** Whether something below a folder is closed to this user, though the folder itself need not be. */
async function closed(
  folder: string,
  may: 'read' | 'write',
  ports: DoctorPorts,
): Promise<readonly Finding[]> {
  const [first, ...more] = await ports.forbidden(folder, may)
  if (first === undefined) return []
  const others = more.length === 0 ? '' : `, nor ${more.length} more in ${folder}`
  const message = `this user cannot ${may === 'read' ? 'read' : 'use'} ${first}${others}`
  return [wrong(ABOUT, message, 'if this is the user of the server, give it to it: chown -R')]
}

/** Root sees nothing of what keeps the server's user out. */
async function asRoot(root: string, user: string, ports: DoctorPorts): Promise<readonly Finding[]> {
  if (!ports.isRoot()) return []
  const owner = await ports.ownerOf(`${root}/nodes`)
  if (user === '' && (owner ?? 0) === 0) return []
  const message = `root may do everything in ${root}; the server's user perhaps not`
  const advice =
    user === ''
      ? `run this as the owner of nodes too, the user with the number ${owner}`
      : `run this as the user of the server too: runuser -u ${user} -- ztps doctor`
  return [warning(ABOUT, message, advice)]
}

function space(root: string, bytes: number): Finding {
  const message = `${Math.floor(bytes / MIB)} MiB are free for ${root}`
  const advice = 'make room: old images in files/, or a larger disk'
  if (bytes < TOO_LITTLE) return wrong('space', message, advice)
  return bytes < LITTLE ? warning('space', message, advice) : fine('space', message)
}

/** What `ztps validate` would say, in a line. */
export async function examineFiles(
  files: DataFiles,
  settings: ValidationSettings,
): Promise<Finding> {
  const about = 'files'
  try {
    const found = diagnosticsOf(await validateDataRoot(files, settings))
    const errors = found.filter(({ severity }) => severity === 'error').length
    const advice = 'see them: ztps validate'
    if (errors > 0) return wrong(about, `errors in ${files.root}: ${errors}`, advice)
    const { length } = found
    if (length > 0) return warning(about, `warnings about ${files.root}: ${length}`, advice)
    return fine(about, `neighbordb and all that it mentions in ${files.root} are valid`)
  } catch (thrown) {
    if (!(thrown instanceof ZtpError)) throw thrown
    return wrong(about, thrown.message, 'run this as the user of the server')
  }
}

/** Whether the next nodes will get what they need. */
export async function examinePools(admins: readonly PoolAdmin[]): Promise<readonly Finding[]> {
  const about = 'pools'
  const { pools, failures } = await listPools(admins, DEFAULT_SOON)
  const findings = [
    ...failures.map(({ pool, reason }) => wrong(about, `${pool}: ${reason}`, 'ztps pools check')),
    ...pools.flatMap(shortage),
  ]
  return findings.length > 0 ? findings : [fine(about, `room in all pools: ${pools.length}`)]
}

function shortage({ shortage, usage, ...pool }: PoolLine): readonly Finding[] {
  if (shortage === undefined || shortage === 'empty') return []
  const label = poolLabel(pool)
  const message = `${label}: ${usage.free} of ${usage.entries} entries are free`
  const advice = `add some: ztps pools add ${label} RANGE`
  const tell = shortage === 'exhausted' ? wrong : warning
  return [tell('pools', message, advice)]
}
