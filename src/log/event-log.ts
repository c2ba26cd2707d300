import type { Logger } from '../kernel/logger.ts'
import type { NodeEvent } from '../provision/events.ts'
import type { EventSink } from '../provision/ports.ts'
import { eventLines } from './event-lines.ts'

/** Writes what happens to the nodes into the log; each line about a node begins with `<node id>: `. */
export function createEventLog(logger: Logger): EventSink {
  return {
    emit(event) {
      for (const { level, text } of eventLines(event)) logger[level](prefix(event) + text)
    },
  }
}

function prefix(event: NodeEvent): string {
  return 'nodeId' in event ? `${event.nodeId}: ` : ''
}
