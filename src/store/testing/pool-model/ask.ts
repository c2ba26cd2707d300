import { setTimeout as sleep } from 'node:timers/promises'
import { commandOf } from './choose.ts'
import { edited } from './edit-pool.ts'
import { type Exchange, eventOf, holderOfAsker, mayTake } from './events.ts'
import type { Event } from './explain.ts'
import type { PoolCommand } from './pool-command.ts'
import { count, expectKept, newest, newKey, poolAt, type Scene, save, settle } from './scene.ts'
import type { Servers } from './servers.ts'
import type { Edit, Fault, Step } from './steps.ts'
import type { Saving } from './store.ts'

type AskStep = Extract<Step, { readonly kind: 'ask' }>
/** Asks all at once, with an edit and a fault amid, and holds what came of it to the rules. */
export async function playAsk(scene: Scene, servers: Servers, step: AskStep): Promise<void> {
  const saving = step.edit && planSaving(scene, step.edit, true)
  const commands = step.asks.map((ask) => commandOf(scene, ask))
  // Before anybody is asked: whoever comes first, this is not promised any more.
  if (saving) breakPromises(scene, saving)
  for (const command of commands) forget(scene, command)
  const asked = commands.map(async (command, at): Promise<Exchange> => {
    const seat = step.asks[at]?.process ?? 0
    const answer = await servers.at(seat).ask(scene.store.place, scene.now, command)
    scene.chronicle.push(`  ${seat}: ${JSON.stringify(command)} → ${JSON.stringify(answer)}`)
    count(scene, answer === undefined ? 'unanswered' : (answer.code ?? command.do))
    // What a database did before it broke off, nobody knows.
    return { command, answer: answer?.code === 'ZTP_DATABASE_FAILED' ? undefined : answer }
  })
  const saved = saving && sleep(Math.random() * 4).then(() => save(scene, saving))
  if (step.fault) await suffer(scene, servers, step.fault)
  const exchanges = await Promise.all(asked)
  await saved
  const names = scene.pools.map((pool) => pool.name)
  const events = exchanges.map((exchange) => eventOf(exchange, names))
  if (saving) events.push(savingEvent(saving))
  await settle(scene, events, step.fault?.kind === 'break off')
  for (const exchange of exchanges) note(scene, exchange, exchanges, saving)
  if (saving) setUnseen(scene, saving)
  expectKept(scene)
}

/** A person edits a pool, and nobody else does anything. */
export async function playEdit(scene: Scene, edit: Edit): Promise<void> {
  const saving = planSaving(scene, edit, false)
  await save(scene, saving)
  breakPromises(scene, saving)
  setUnseen(scene, saving)
  await settle(scene, [savingEvent(saving)])
}

function planSaving(scene: Scene, edit: Edit, isAmid: boolean): Saving {
  const pool = poolAt(scene, edit.pool)
  const file = edited(pool.versions, edit, newKey(scene))
  const { saved } = edit
  return scene.store.plan({ pool: pool.name, saved, newest: newest(pool), file, isAmid })
}

function breakPromises({ pools, now }: Scene, saving: Saving): void {
  const pool = pools.find(({ name }) => name === saving.pool)
  if (pool) saving.breakPromises(pool.promises, now)
}

/** Where edits are written back, a server has to look first. */
function setUnseen({ pools, store }: Scene, saving: Saving): void {
  const pool = pools.find(({ name }) => name === saving.pool)
  if (pool) pool.isUnseen = store.nature.writesBack
}

function savingEvent({ act }: Saving): Event {
  return { act, answer: undefined }
}

async function suffer(
  { store }: Scene,
  servers: Servers,
  { kind, process, afterMs }: Fault,
): Promise<void> {
  await sleep(afterMs)
  if (kind === 'break off') return store.breakOff()
  const victim = servers.at(process)
  if (kind === 'kill') {
    await victim.kill()
    servers.replace(process)
    return
  }
  victim.stop()
  await sleep(30)
  victim.goOn()
}

/** What is asked to be freed, or may be given back, or go to another, is promised no more. */
function forget({ pools }: Scene, command: PoolCommand): void {
  for (const { name, promises } of pools) {
    if (command.do === 'confirm') promises.confirmed(command.nodeId)
    promises.released((holder, key) => mayTake(command, name, holder, key))
  }
}

/** Notes what a node was told, unless others of the step may have undone it. */
function note(
  { pools, now }: Scene,
  { command, answer }: Exchange,
  exchanges: readonly Exchange[],
  saving: Saving | undefined,
): void {
  if (!('pool' in command) || answer === undefined) return
  const pool = pools.find((each) => each.name === command.pool)
  if (pool === undefined) return
  pool.isUnseen = false
  const { key } = answer
  if (key === undefined || !('nodeId' in command)) return
  const holder = holderOfAsker(command)
  if (exchanges.some((other) => mayTake(other.command, pool.name, holder, key))) return
  if (saving?.pool === pool.name && saving.mayTake(key)) return
  const wrong = pool.promises.told(holder, key, now)
  if (wrong !== undefined) throw new Error(wrong)
}
