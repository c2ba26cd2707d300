/** A command of a guide, and what the guide says that it answers. */
export type Step = { readonly command: string; readonly output: string; readonly line: number }

/** The commands in the ```console fences of a page that are shown with a `$ ` prompt, in order. */
export function consoleSteps(page: string): readonly Step[] {
  const steps: { command: string; output: string; line: number }[] = []
  let inside = false
  page.split('\n').forEach((text, at) => {
    if (text.startsWith('```')) inside = text === '```console'
    else if (inside && text.startsWith('$ ')) {
      steps.push({ command: text.slice(2), output: '', line: at + 1 })
    } else {
      const step = steps.at(-1)
      if (inside && step !== undefined) step.output += `${text}\n`
    }
  })
  return steps
}

/** Times are those of the day the page was written, and so is how long ago that was. */
const VARIABLE = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)(?: \([^)]*\))?/g
/** As names of archived folders have them. */
const STAMP = /\b\d{8}T\d{6}(?:\.\d{3})?Z\b/g
/** Under a column of times. */
const RULES = /─{20,}/g

/**
 * What an output must look like to be the one that a page shows: times may differ, and a line `…`
 * stands for any lines.
 */
export function expectedOutput(shown: string): RegExp {
  const lines = normalised(shown).split('\n')
  const patterns = lines.map((line) => (line === '…' ? '(?:[^\\n]*\\n)*?' : `${escaped(line)}\\n`))
  return new RegExp(`^${patterns.join('').replace(/\\n$/, '')}$`)
}

export function normalised(output: string): string {
  return output.replace(VARIABLE, 'TIME').replace(STAMP, 'TIME').replace(RULES, 'RULE')
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
