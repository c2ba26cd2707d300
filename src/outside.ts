import type { Clock } from './kernel/clock.ts'
import type { Logger } from './kernel/logger.ts'
import type { NodeEvent } from './provision/events.ts'

/** What the application has of the world around it. */
export type Outside = {
  readonly logger: Logger
  readonly clock: Clock
  /** What config-handlers and plugins inherit. */
  readonly environment: NodeJS.ProcessEnv
  /** Sees every event of a node, beside the log. */
  readonly observe?: (event: NodeEvent) => void
}
