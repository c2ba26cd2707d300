import type { Clock } from '../../kernel/clock.ts'
import { ZtpError } from '../../kernel/errors.ts'
import { errorOf } from '../../thread/protocol.ts'
import { createWorkerClient } from '../../thread/worker-client.ts'
import { workerUrl } from '../../thread/worker-url.ts'
import { createBatches } from '../batches.ts'
import type {
  FolderContent,
  FolderQuestion,
  FolderState,
  ReaderAnswer,
  ReaderBatch,
  ReaderQuestion,
} from './messages.ts'

/** Looks at files and folders from a worker thread; each answer is what was there after the call. */
export type DiskReader = {
  /**
   * @returns the file's stamp as `stampText` writes it; undefined when nothing is there
   * @throws the system's error
   */
  stamp(path: string): Promise<string | undefined>
  /** As `hasFolder` of folder-state.ts. @throws as that */
  hasFolder(folder: string): Promise<boolean>
  /** As `stateOf` of folder-state.ts. @throws as that */
  state(folder: string): Promise<FolderState>
  /** @returns undefined when there is no such folder @throws as hasFolder, and ZTP_STORE_FAILED */
  content(question: FolderQuestion): Promise<FolderContent | undefined>
  /** Waits for what is being read, and ends the threads. */
  close(): Promise<void>
}

/** A millisecond or two of reading; parsing what it brings holds the event loop hardly longer. */
const MOST_TO_A_BATCH = 32
/** One thread is as fast as a disk that has everything in memory; the others are for slow disks. */
const WORKERS = 4
/** Such a disk needs a fraction of it for a batch. */
const PATIENCE_MS = 100
/** Until the first answer: a thread has to start. */
const FIRST_PATIENCE_MS = 1_000

/**
 * libuv would hand over every single call from the event loop to a thread and back, which costs the
 * loop more than the call itself: about 16 of them for a node's folder, one for each file served
 * (docs/decisions/0006-one-thread-reads.md). Here a thread makes them all in one trip, for many requests.
 */
export function createDiskReader({ clock }: { readonly clock: Clock }): DiskReader {
  const url = workerUrl(import.meta.url, 'reader-worker')
  const workers = createWorkerClient<ReaderBatch, readonly ReaderAnswer[]>({ url, size: WORKERS })
  let patience = FIRST_PATIENCE_MS

  async function askAll(all: readonly ReaderQuestion[]): Promise<readonly ReaderAnswer[]> {
    const { questions, places } = distinct(all)
    const answers = await workers.ask({ now: clock.now(), questions })
    patience = PATIENCE_MS
    return places.flatMap((place) => answers[place] ?? [])
  }

  const batches = createBatches(askAll, { most: MOST_TO_A_BATCH, patienceMs: () => patience })

  async function ask<K extends ReaderAnswer['kind']>(
    question: ReaderQuestion,
    kind: K,
  ): Promise<Extract<ReaderAnswer, { kind: K }>> {
    const answer = await batches.submit(question)
    if (isOf(answer, kind)) return answer
    if (answer.kind !== 'failed') throw new ZtpError('ZTP_INTERNAL', 'the reader answered amiss')
    const { failure, errno } = answer
    throw errno === undefined
      ? errorOf(failure)
      : Object.assign(new Error(failure.message), { code: errno })
  }

  return {
    stamp: async (path) => (await ask({ kind: 'stamp', path }, 'stamp')).stamp,
    async hasFolder(folder) {
      return (await ask({ kind: 'presence', folder }, 'state')).state !== 'absent'
    },
    state: async (folder) => (await ask({ kind: 'state', folder }, 'state')).state,
    async content(question) {
      return (await ask({ kind: 'content', ...question }, 'content')).content
    },
    async close() {
      await batches.idle()
      await workers.close()
    },
  }
}

function isOf<K extends ReaderAnswer['kind']>(
  answer: ReaderAnswer,
  kind: K,
): answer is Extract<ReaderAnswer, { kind: K }> {
  return answer.kind === kind
}

/** A fleet asks for the same few files. @returns for each question the place of the one to ask */
function distinct(all: readonly ReaderQuestion[]) {
  const questions: ReaderQuestion[] = []
  const stamps = new Map<string, number>()
  const places = all.map((question) => {
    const { kind } = question
    const same = kind === 'stamp' ? stamps.get(question.path) : undefined
    if (same !== undefined) return same
    if (kind === 'stamp') stamps.set(question.path, questions.length)
    return questions.push(question) - 1
  })
  return { questions, places }
}
