import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Settings } from '../config/options.ts'
import type { Certificate } from '../http/tls/certificate.ts'
import type { Logger } from '../kernel/logger.ts'
import { type Crew, startCrew } from '../process/workers/crew.ts'
import type { Serving } from './serving.ts'

/** What a worker has to know at start: the settings are read once, by the process that forks. */
export type WorkerStart = {
  readonly settings: Settings
  readonly debug: boolean
  readonly certificate?: Certificate | undefined
}

/** What it is told later. */
export type WorkerNews =
  | { readonly kind: 'certificate'; readonly certificate: Certificate }
  | { readonly kind: 'reopen-log' }

/** Serves in processes of their own. */
export type Workers = Serving & Pick<Crew<WorkerNews>, 'tell' | 'muster'>

type Around = { readonly logger: Logger; readonly environment: NodeJS.ProcessEnv }

/** @throws ZtpError what a worker failed of, ZTP_BAD_DATA_ROOT among them */
export async function startWorkers(
  size: number,
  start: WorkerStart,
  { logger, environment }: Around,
): Promise<Workers> {
  let { certificate } = start
  const crew = await startCrew<WorkerStart, WorkerNews>({
    size,
    fork: () => fork(PROGRAM, { env: environment }),
    start: () => ({ ...start, certificate }),
    logger,
  })
  return {
    take: (...arrival) => crew.take(...arrival),
    useCertificate(next) {
      certificate = next
      crew.tell({ kind: 'certificate', certificate })
    },
    tell: (news) => crew.tell(news),
    muster: () => crew.muster(),
    stop: (cut) => crew.stop(cut),
  }
}

const PROGRAM = fileURLToPath(new URL('./worker-main.js', import.meta.url))
