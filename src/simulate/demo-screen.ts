import type { RunEvent } from './outcome.ts'

/** Where the lines go. */
export type ScreenOutput = {
  write(text: string): void
  readonly isTTY: boolean
  /** Characters in a line of the terminal. */
  readonly columns: number
}

/** Shows how far each switch is. */
export type Screen = { show(event: RunEvent): void }

/** How the lines may look; see https://no-color.org for the variable. */
export type ScreenStyle = { readonly live: boolean; readonly colour: boolean }

/** Live lines need a terminal that can move the cursor; colours one that nobody asked to be plain. */
export function screenStyle(
  output: ScreenOutput,
  environment: Readonly<Record<string, string | undefined>>,
): ScreenStyle {
  const live = output.isTTY && environment.TERM !== 'dumb'
  return { live, colour: live && (environment.NO_COLOR ?? '') === '' }
}

/**
 * One line for each switch, rewritten in place; on anything but a terminal a new line for each
 * change of a switch's stage.
 *
 * @param names the switches, in the order of their lines
 */
export function createScreen(
  names: readonly string[],
  output: ScreenOutput,
  style: ScreenStyle,
): Screen {
  return style.live ? liveScreen(names, output, style.colour) : plainScreen(names, output)
}

function plainScreen(names: readonly string[], output: ScreenOutput): Screen {
  const width = widest(names)
  const stages = new Map<string, string>()
  return {
    show(event) {
      const stage = event.kind === 'at' ? event.stage : 'ended'
      if (stages.get(event.name) === stage) return
      stages.set(event.name, stage)
      output.write(`${event.name.padEnd(width)}  ${describe(event)}\n`)
    },
  }
}

function liveScreen(names: readonly string[], output: ScreenOutput, colour: boolean): Screen {
  const width = widest(names)
  const lines = new Map(names.map((name) => [name, `· ${name.padEnd(width)}  waiting`]))
  let drawn = false
  function draw(): void {
    const up = drawn ? `\u001b[${lines.size}A` : ''
    drawn = true
    // Erased to its end before each new line is written, so that nothing of a longer one stays.
    output.write(up + [...lines.values()].map((line) => `\r\u001b[K${line}\n`).join(''))
  }
  draw()
  return {
    show(event) {
      const plain = `${sign(event)} ${event.name.padEnd(width)}  ${describe(event)}`
      // A line that wraps would put the cursor off by one.
      const fitting = plain.slice(0, Math.max(1, output.columns - 1))
      lines.set(event.name, colour ? paint(event, fitting) : fitting)
      draw()
    },
  }
}

function widest(names: readonly string[]): number {
  return Math.max(0, ...names.map((each) => each.length))
}

function describe(event: RunEvent): string {
  const requests = `${event.requests} requests`
  if (event.kind === 'at') {
    return [event.stage, event.detail, requests].filter((each) => each !== '').join('  ')
  }
  const { run } = event
  return run.kind === 'provisioned'
    ? `provisioned  ${requests}`
    : `failed: ${run.failure.reason}  ${requests}`
}

function sign(event: RunEvent): string {
  if (event.kind === 'at') return '…'
  return event.run.kind === 'provisioned' ? '✓' : '✗'
}

const RED = 31
const GREEN = 32
const GREY = 90

function paint(event: RunEvent, line: string): string {
  const ended = event.kind === 'ended' ? event.run.kind : undefined
  const code = ended === undefined ? GREY : ended === 'failed' ? RED : GREEN
  return `\u001b[${code}m${line}\u001b[0m`
}
