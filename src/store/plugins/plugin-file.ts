import { createHash } from 'node:crypto'
import type { BigIntStats } from 'node:fs'
import type { Clock } from '../../kernel/clock.ts'
import { type PluginKind, pluginKindOf } from '../../resource/plugin-kind.ts'
import { close, open, readInto, statOf } from '../disk/calls.ts'
import { readSettled } from '../disk/read-stamped.ts'
import { type Stamp, stampOf } from '../disk/stamp.ts'
import { type Interpreter, parseShebang } from '../programs/interpreter.ts'
import { pluginFailure } from './plugin-failure.ts'

/** A file of plugins/, as it was when it was looked at. */
export type PluginContent = {
  readonly kind: PluginKind
  /** What a script is run by. */
  readonly interpreter: Interpreter
  /** Another one for each content, and for each time that the file was written. */
  readonly version: string
  readonly sha256: string
}

/** Over this it is a program, and what stat says must do. */
const MOST_READ = 4 * 1024 * 1024
/** Linux reads no further for a first line. */
const HEAD_BYTES = 255

/**
 * Looks at a plugin's file, once it has come to rest.
 *
 * @param file its name in plugins/, for the errors
 * @throws ZtpError ZTP_PLUGIN_FAILED for what is no plugin; the system's error
 */
export async function lookAtPlugin(
  path: string,
  file: string,
  clock: Clock,
): Promise<{ readonly value: PluginContent; readonly stamp: Stamp; readonly bytes: number }> {
  const stats = await statOf(path)
  if (stats.isDirectory()) throw pluginFailure(file, 'it is a folder where a file should be')
  if (!stats.isFile()) throw pluginFailure(file, 'it is no file')
  const { bytes, stamp } = await readAsFarAsNeeded(path, stats, clock)
  if (bytes.length === 0) throw pluginFailure(file, 'the file is empty')
  const head = bytes.toString('latin1', 0, HEAD_BYTES)
  const kind = pluginKindOf(file, head)
  if (kind === 'binary' && !isExecutable(stats)) {
    throw pluginFailure(file, 'it is a program without the permission to be run; chmod +x gives it')
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const version = `${stamp.ino} ${stamp.mtimeNs} ${stamp.ctimeNs} ${sha256}`
  return { value: { kind, interpreter: parseShebang(head), version, sha256 }, stamp, bytes: 1 }
}

function isExecutable({ mode }: BigIntStats): boolean {
  return (mode & 0o111n) !== 0n
}

async function readAsFarAsNeeded(path: string, stats: BigIntStats, clock: Clock) {
  if (stats.size <= MOST_READ) return readSettled(path, clock)
  const file = await open(path, 'r')
  try {
    const head = Buffer.alloc(HEAD_BYTES)
    await readInto(file, head, 0, head.length, 0)
    return { bytes: head, stamp: stampOf(stats) }
  } finally {
    await close(file)
  }
}
