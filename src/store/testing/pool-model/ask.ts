import { setTimeout as sleep } from 'node:timers/promises'
import { holderText } from '../../../resource/holder.ts'
import { nodeId } from '../../../resource/testing/requests.ts'
import { edited, NODES } from './edit-pool.ts'
import type { Event } from './explain.ts'
import type { Asker, PoolAnswer, PoolCommand } from './pool-command.ts'
import type { Act } from './rules.ts'
import { count, expectKept, newest, type PoolOnScene, type Scene, save, settle } from './scene.ts'
import type { Servers } from './servers.ts'
import type { Ask, Edit, Fault, Step } from './steps.ts'
import { entries, holderIn, holderOf, type WrittenPool } from './written-pool.ts'

type AskStep = Extract<Step, { readonly kind: 'ask' }>
type Exchange = { readonly command: PoolCommand; readonly answer: PoolAnswer | undefined }
type Saving = {
  readonly pool: PoolOnScene
  readonly saved: Edit['saved']
  readonly file: WrittenPool
}

/** Asks all at once, with an edit and a fault amid, and holds what came of it to the rules. */
export async function playAsk(scene: Scene, servers: Servers, step: AskStep): Promise<void> {
  const saving = step.edit && planSaving(scene, step.edit)
  const commands = step.asks.map((ask) => commandOf(scene, ask))
  // Before anybody is asked: whoever comes first, this is not promised any more.
  saving?.pool.promises.edited(saving.file, scene.now)
  for (const command of commands) forget(scene, command)
  const asked = commands.map(async (command, at): Promise<Exchange> => {
    const seat = step.asks[at]?.process ?? 0
    const answer = await servers.at(seat).ask(scene.folder, scene.now, command)
    scene.chronicle.push(`  ${seat}: ${JSON.stringify(command)} → ${JSON.stringify(answer)}`)
    count(scene, answer === undefined ? 'unanswered' : (answer.code ?? command.do))
    return { command, answer }
  })
  const saved = saving && sleep(Math.random() * 4).then(() => save(scene, saving.pool.name, saving))
  if (step.fault) await suffer(servers, step.fault)
  const exchanges = await Promise.all(asked)
  await saved
  const events = exchanges.map(eventOf)
  await settle(scene, saving ? [...events, savingEvent(saving)] : events)
  for (const exchange of exchanges) note(scene, exchange, exchanges, saving)
  if (saving) saving.pool.isUnseen = true
  expectKept(scene)
}

/** A person edits a pool, and nobody else does anything. */
export async function playEdit(scene: Scene, edit: Edit): Promise<void> {
  const saving = planSaving(scene, edit)
  await save(scene, saving.pool.name, saving)
  saving.pool.promises.edited(saving.file, scene.now)
  saving.pool.isUnseen = true
  await settle(scene, [savingEvent(saving)])
}

function planSaving(scene: Scene, edit: Edit): Saving {
  const pool = poolAt(scene, edit.pool)
  const file = edited(pool.versions, edit, `new-${scene.chronicle.length}`)
  return { pool, saved: edit.saved, file }
}

function savingEvent({ pool, file }: Saving): Event {
  return { first: { do: 'edit', pool: pool.name, file }, answer: undefined }
}

function poolAt({ pools }: Scene, number: number): PoolOnScene {
  const pool = pools[number % pools.length]
  if (pool === undefined) throw new Error('a scene has at least one pool')
  return pool
}

function commandOf(scene: Scene, { do: what, pool, node, label, entry }: Ask): PoolCommand {
  const nodeId = NODES[node % NODES.length] ?? NODES[0]
  if (what === 'confirm') return { do: what, nodeId }
  const place = poolAt(scene, pool)
  const asker = label === undefined ? { nodeId } : { nodeId, label }
  if (what !== 'free') return { do: what, pool: place.name, ...asker }
  const there = entries(newest(place))
  const own = there.filter((line) => holderOf(line) === holderOfAsker(asker))
  const choice = entry % 3 > 0 && own.length > 0 ? own : there
  const key = choice[entry % choice.length]?.key ?? 'none'
  return { do: what, pool: place.name, ...asker, key }
}

function holderOfAsker({ nodeId: id, label }: Asker): string {
  return holderText({ nodeId: nodeId(id), ...(label === undefined ? {} : { label }) })
}

async function suffer(servers: Servers, { kind, process, afterMs }: Fault): Promise<void> {
  await sleep(afterMs)
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

function eventOf({ command, answer }: Exchange): Event {
  if (command.do === 'confirm') return { first: { do: 'confirm', node: command.nodeId }, answer }
  const { pool } = command
  const holder = holderOfAsker(command)
  if (command.do === 'free') {
    return { first: { do: 'free', pool, holder, key: command.key }, answer }
  }
  const first: Act = { do: 'allocate', pool, holder }
  if (command.do === 'allocate') return { first, answer }
  const then = ({ fresh, key }: PoolAnswer): Act | undefined =>
    fresh && key !== undefined ? { do: 'give back', pool, holder, key } : undefined
  return { first, then, answer }
}

/** What a node asks to free, or may have given back, is promised no more. */
function forget({ pools }: Scene, command: PoolCommand): void {
  for (const { name, promises } of pools) {
    if (command.do === 'confirm') promises.confirmed(command.nodeId)
    else if (command.do !== 'allocate' && command.pool === name) {
      promises.released(holderOfAsker(command))
    }
  }
}

/** Notes what a node was told, unless others of the step may have undone it. */
function note(
  { pools, now }: Scene,
  { command, answer }: Exchange,
  exchanges: readonly Exchange[],
  saving: Saving | undefined,
): void {
  if (command.do === 'confirm' || answer === undefined) return
  const pool = pools.find((each) => each.name === command.pool)
  if (pool === undefined) return
  pool.isUnseen = false
  const holder = holderOfAsker(command)
  const isUndone = exchanges.some(
    ({ command: other }) =>
      (other.do === 'free' || other.do === 'fail') && holderOfAsker(other) === holder,
  )
  if (answer.key === undefined || isUndone) return
  if (saving?.pool === pool && holderIn(saving.file, answer.key) !== null) return
  const wrong = pool.promises.told(holder, answer.key, now)
  if (wrong !== undefined) throw new Error(wrong)
}
