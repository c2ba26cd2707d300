import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { type Files, writeFiles } from './data-root.ts'
import type { Interpreter } from './interpreters.ts'

const CLIENT = fileURLToPath(new URL('../../client', import.meta.url))

/** A switch as it comes out of its box, and where it is plugged in. */
export type Hardware = {
  readonly serial: string
  readonly python: Interpreter
  readonly model?: string
  readonly version?: string
  readonly mac?: string
  /** Local port → `DEVICE:PORT` of the other end. */
  readonly neighbors?: Readonly<Record<string, string>>
  /** What is on flash already. */
  readonly flash?: Files
  /** Size of flash; needs root. */
  readonly flashBytes?: number
  /** Paths are where a switch has them; needs root, see `canSeal`. */
  readonly sealed?: boolean
  /** Words before a command that make it run where the switch stands, when that is elsewhere. */
  readonly through?: readonly string[]
}

export type Boot = {
  /** Whether the switch rebooted into a startup-config. */
  readonly booted: boolean
  /** All that the bootstrap script printed, and the event-handlers after the boot. */
  readonly output: string
  /** The script's last line: the verdict. */
  readonly verdict: string
}

export type BootOptions = {
  /** Save the configuration after the boot, which sets off the event-handlers. */
  readonly writeMemory?: boolean
  /** EOS that is running, when another image was booted meanwhile. */
  readonly version?: string
}

/** A virtual switch; its flash is a folder that outlives its boots and goes with the test. */
export type VirtualEos = {
  /** ZTP with the script behind that server's /bootstrap, once, and the reboot after it. */
  boot(server: string, options?: BootOptions): Promise<Boot>
  /** What is on flash: paths of files, sorted. */
  files(): Promise<readonly string[]>
  /** The text of a file on flash. */
  read(name: string): Promise<string>
  /** Deletes a file or folder on flash. */
  erase(name: string): Promise<void>
  /** Where a file on flash is on this machine. */
  path(name: string): string
}

/** The bootstrap script and all the actions, as a data directory has them. */
export async function clientFiles(): Promise<Files> {
  const names = await readdir(join(CLIENT, 'actions'))
  const actions = names.map(async (name) => {
    return [`actions/${name}`, await readFile(join(CLIENT, 'actions', name))] as const
  })
  return {
    'bootstrap/bootstrap': await readFile(join(CLIENT, 'bootstrap')),
    ...Object.fromEntries(await Promise.all(actions)),
  }
}

/** Whether this machine can seal a switch: root, and a kernel with overlayfs. */
export function canSeal(): boolean {
  const program = 'import sys; from veos import seal; sys.exit(not seal.available())'
  try {
    execFileSync('python3', ['-c', program], { cwd: join(CLIENT, 'tests'), stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Unpacks a switch. Ends with the test that calls it. */
export async function rackSwitch(hardware: Hardware): Promise<VirtualEos> {
  const folder = await mkdtemp(join(tmpdir(), 'ztps-veos-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const flash = join(folder, 'flash')
  await mkdir(flash)
  await writeFiles(flash, hardware.flash ?? {})
  return {
    async boot(server, options = {}) {
      const saved = join(folder, 'saved')
      const words = [...hardwareWords({ ...hardware, ...options }), '--flash', flash]
      if (options.writeMemory) words.push('--write-memory')
      const { status, stdout, stderr } = await runVeos(hardware.through ?? [], [
        `${server}/bootstrap`,
        ...words,
        '--save-flash',
        saved,
      ])
      if (stderr !== '') throw new Error(`the virtual switch broke down:\n${stdout}${stderr}`)
      await rm(flash, { recursive: true })
      await rename(saved, flash)
      const output = stdout.replace(/^flash: .*\n/gm, '')
      return { booted: status === 0, output, verdict: verdictOf(output) }
    },
    async files() {
      const entries = await readdir(flash, { recursive: true, withFileTypes: true })
      return entries
        .filter((entry) => !entry.isDirectory())
        .map((entry) => join(entry.parentPath, entry.name).slice(flash.length + 1))
        .toSorted()
    },
    read: (name) => readFile(join(flash, name), 'utf8'),
    erase: (name) => rm(join(flash, name), { recursive: true }),
    path: (name) => join(flash, name),
  }
}

const VERDICTS =
  /^(?:ZTP bootstrap completed successfully!|ERROR: .*Bootstrap process failed: .*)$/gm

function verdictOf(output: string): string {
  const verdict = [...output.matchAll(VERDICTS)].at(-1)?.[0]
  if (verdict === undefined) throw new Error(`the script gave no verdict:\n${output}`)
  return verdict
}

function hardwareWords(hardware: Hardware): string[] {
  const { serial, python, model, version, mac, neighbors = {}, flashBytes, sealed } = hardware
  return [
    ...['--serial', serial, '--python', python.path],
    ...(model === undefined ? [] : ['--model', model]),
    ...(version === undefined ? [] : ['--version', version]),
    ...(mac === undefined ? [] : ['--mac', mac]),
    ...(flashBytes === undefined ? [] : ['--flash-bytes', String(flashBytes)]),
    ...(sealed ? ['--sealed'] : []),
    ...Object.entries(neighbors).flatMap(([port, remote]) => ['--neighbor', `${port}=${remote}`]),
  ]
}

/** Little patience between two tries, and reports often enough for a test to see some. */
const PATIENCE = { ZTPS_HTTP_BACKOFF: '0.05', ZTPS_REPORT_INTERVAL: '0.2' }

async function runVeos(through: readonly string[], words: readonly string[]) {
  const [program = '', ...rest] = [...through, 'python3', join(CLIENT, 'tests/veos'), ...words]
  const child = spawn(program, rest, {
    env: { ...process.env, ...PATIENCE },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output.stdout += chunk
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    output.stderr += chunk
  })
  const [status] = await once(child, 'close')
  return { status: Number(status), ...output }
}
