import { close, fsync, open } from './calls.ts'

type Turn = { readonly running: Promise<void>; next: Promise<void> | undefined }

const turns = new Map<string, Turn>()

/**
 * Makes names that were created, renamed or removed in a folder survive a power loss.
 *
 * Callers that arrive while a sync runs share the next one: a running sync may have passed their
 * change already.
 *
 * @throws the system's error
 */
export function syncFolder(folder: string): Promise<void> {
  const turn = turns.get(folder)
  if (turn === undefined) return startTurn(folder)
  turn.next ??= turn.running.then(
    () => startTurn(folder),
    () => startTurn(folder),
  )
  return turn.next
}

function startTurn(folder: string): Promise<void> {
  const running = syncNow(folder)
  const turn: Turn = { running, next: undefined }
  turns.set(folder, turn)
  const leave = () => {
    if (turn.next === undefined) turns.delete(folder)
  }
  running.then(leave, leave)
  return running
}

async function syncNow(folder: string): Promise<void> {
  const file = await open(folder, 'r')
  try {
    await fsync(file)
  } finally {
    await close(file)
  }
}
