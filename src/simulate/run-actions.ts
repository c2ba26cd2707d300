import { joinUrl } from '../config/server-url.ts'
import { reasonOf } from '../kernel/errors.ts'
import { planAction } from './action-plan.ts'
import { apply } from './apply.ts'
import type { SentAction, SentDefinition } from './definition-answer.ts'
import { fetchFile } from './fetch-file.ts'
import type { Progress, Reporter } from './progress.ts'
import { RunFailure, refused, textOf, unexpected } from './run-failure.ts'
import type { Session } from './session.ts'

/**
 * Does the actions of a definition in order, downloading each program once.
 *
 * @returns the startup-config that they leave
 * @throws RunFailure of the first that fails
 */
export async function runActions(
  session: Session,
  server: string,
  definition: SentDefinition,
  reporter: Reporter,
): Promise<string> {
  const downloaded = new Set<string>()
  const total = definition.actions.length
  let startupConfig = ''
  for (const [index, each] of definition.actions.entries()) {
    const { action } = each
    const tell = (status: Progress['status'], done: number): Promise<void> => {
      const percent = Math.floor((100 * (index + done)) / total)
      const message = `${index + 1}/${total}`
      return reporter.tell({ stage: 'action', status, message, action, percent })
    }
    session.at('actions', `${action} (${index + 1}/${total})`)
    await tell('started', 0)
    if (!downloaded.has(action)) await downloadAction(session, server, action)
    downloaded.add(action)
    startupConfig = await runAction(session, server, each, startupConfig)
    await tell('succeeded', 1)
  }
  return startupConfig
}

async function downloadAction(session: Session, server: string, name: string): Promise<void> {
  const url = joinUrl(server, `actions/${name}`)
  const answer = await session.send('action', { url })
  if (answer.status === 404) {
    throw refused(`${name}: action not found on server (status=404)`, url, answer)
  }
  if (answer.status !== 200 || answer.contentType !== 'text/x-python') throw unexpected(url, answer)
}

async function runAction(
  session: Session,
  server: string,
  sent: SentAction,
  startupConfig: string,
): Promise<string> {
  try {
    return await perform(session, server, sent, startupConfig)
  } catch (thrown) {
    if (!(thrown instanceof RunFailure)) throw thrown
    const reason = `executing action failed (${sent.action}): ${reasonOf(thrown)}`
    throw new RunFailure(reason, thrown.details)
  }
}

async function perform(
  session: Session,
  server: string,
  sent: SentAction,
  startupConfig: string,
): Promise<string> {
  const plan = planAction(sent, session.node)
  if (plan.kind === 'nothing') return startupConfig
  if (plan.kind === 'failure') throw new RunFailure(plan.reason)
  const want = plan.use.kind === 'store' ? 'measure' : 'keep'
  const file = await fetchFile(session, server, plan.url, want)
  const applied = apply(plan.use, textOf(file), startupConfig)
  if (applied.kind === 'failure') throw new RunFailure(applied.reason)
  return applied.startupConfig
}
