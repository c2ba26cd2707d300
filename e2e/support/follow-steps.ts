import { expect } from 'vitest'
import { consoleSteps, expectedOutput, normalised } from './console-fences.ts'
import { inShell, type Place } from './shell.ts'

/** What a page says, such as the path of a folder, and what stands for it in a test. */
export type StandIns = readonly (readonly [page: string, here: string])[]

/**
 * Types the commands of a page, or of a part of one, and expects the answers that the page shows.
 *
 * @returns how many there were
 */
export async function followSteps(
  text: string,
  { standIns = [], ...place }: Place & { readonly standIns?: StandIns },
): Promise<number> {
  const steps = consoleSteps(text)
  for (const { command, output, line } of steps) {
    const answer = await inShell(inTest(command, standIns), place)
    expect(normalised(onPage(answer, standIns)), `line ${line}: ${command}`).toMatch(
      expectedOutput(output),
    )
  }
  return steps.length
}

/** A text of the page as it is right in the test. */
export function inTest(text: string, standIns: StandIns): string {
  return standIns.reduce((all, [page, here]) => all.replaceAll(page, here), text)
}

function onPage(text: string, standIns: StandIns): string {
  return standIns.reduce((all, [page, here]) => all.replaceAll(here, page), text)
}
