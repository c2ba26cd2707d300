import { pathToFileURL } from 'node:url'
import { reasonOf, ZtpError } from '../../kernel/errors.ts'
import { toJson } from '../../kernel/json.ts'
import type { Note } from '../../thread/protocol.ts'
import { serveRequests } from '../../thread/serve-requests.ts'
import { valueOfJs } from './js-value.ts'
import { pluginFailure } from './plugin-failure.ts'
import { MOST_VALUE_BYTES, TOO_LARGE } from './plugin-runner.ts'

/** A call of a plugin that is an ES module. */
export type ModuleCall = {
  readonly path: string
  readonly file: string
  readonly nodeId: string
  readonly pool: string
  readonly label?: string
  /** The node's report, as JSON. */
  readonly node: string
  /** As JSON, what the plugin is to take back. */
  readonly free?: string
}

/** The value as JSON: a structured clone would not tell 1 from 1.0. */
export type ModuleAnswer = { readonly json: string; readonly frees: boolean }

/** Of what one call writes, the most that leaves this thread. */
const MOST_NOTED = 1024 * 1024

type Plugin = { readonly main?: unknown; readonly free?: unknown; readonly default?: unknown }

serveRequests<ModuleCall, ModuleAnswer>(async (call, say) => {
  captureOutput(say)
  try {
    return await answer(call)
  } catch (thrown) {
    if (thrown instanceof ZtpError) throw thrown
    if (thrown instanceof Error) say({ level: 'debug', text: thrown.stack ?? '' })
    throw pluginFailure(call.file, describe(thrown, call))
  }
})

async function answer(call: ModuleCall): Promise<ModuleAnswer> {
  const { path, file, free, node: json, ...named } = call
  const plugin: Plugin = await import(pathToFileURL(path).href)
  const main = functionOf(plugin, 'main')
  const taker = functionOf(plugin, 'free')
  if (main === undefined) throw pluginFailure(file, "it exports no function 'main'")
  const about = { ...named, node: JSON.parse(json) }
  if (free !== undefined) {
    await taker?.({ ...about, value: JSON.parse(free) })
    return { json: 'null', frees: true }
  }
  return { json: jsonOf(await main(about), file), frees: taker !== undefined }
}

function jsonOf(value: unknown, file: string): string {
  const json = toJson(valueOfJs(value, (reason) => pluginFailure(file, reason)))
  if (json.length > MOST_VALUE_BYTES) throw pluginFailure(file, TOO_LARGE)
  return json
}

type Callable = (about: object) => unknown

/** A `.js` file that Node takes for CommonJS has its exports under `default`. */
function functionOf(plugin: Plugin, name: 'main' | 'free'): Callable | undefined {
  const exported = plugin[name] ?? memberOf(plugin.default, name)
  return isCallable(exported) ? exported : undefined
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

function isCallable(value: unknown): value is Callable {
  return typeof value === 'function'
}

/** What is written, by console.log too, goes to the asker, and never to the server's stdout. */
function captureOutput(say: (note: Note) => void): void {
  let noted = 0
  const write = (chunk: unknown, ...rest: readonly unknown[]): boolean => {
    const text = chunk instanceof Uint8Array ? Buffer.from(chunk).toString() : String(chunk)
    noted += text.length
    if (noted <= MOST_NOTED) say({ level: 'info', text })
    const done = rest.find((each) => typeof each === 'function')
    if (isCallable(done)) queueMicrotask(() => done(Object.create(null)))
    return true
  }
  process.stdout.write = write
  process.stderr.write = write
}

/** The error's name and message, and the line of the operator's that it came from. */
function describe(thrown: unknown, { path }: ModuleCall): string {
  if (!(thrown instanceof Error)) return `it threw ${reasonOf(thrown)}`
  const folder = path.slice(0, path.lastIndexOf('/') + 1)
  const place = placeIn(thrown.stack ?? '', pathToFileURL(folder).href)
  const reason = `${thrown.name}: ${thrown.message}`
  if (place !== undefined) return `${reason} (plugins/${place})`
  // Node keeps the place of what it cannot parse to itself.
  return thrown.name === 'SyntaxError' ? `${reason}; node --check ${path} shows where` : reason
}

/** The innermost line of a stack below a folder. */
function placeIn(stack: string, folder: string): string | undefined {
  const at = stack.indexOf(folder)
  const found =
    at < 0
      ? undefined
      : /^([^\s()]+?:\d+)(?::\d+)?(?=[\s)]|$)/.exec(stack.slice(at + folder.length))
  return found?.[1] && decodeURI(found[1])
}
