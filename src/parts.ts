import type { Settings } from './config/options.ts'
import { sqliteFile } from './config/paths.ts'
import { ztpserverSections } from './config/ztpserver-sections.ts'
import type { Timer } from './kernel/timer.ts'
import { createEventLog } from './log/event-log.ts'
import type { Outside } from './outside.ts'
import type { EventSink } from './provision/ports.ts'
import { builtinPlugins, createRegistry } from './resource/registry.ts'
import { limitTimes } from './resource/time-limit.ts'
import type { DataRoot } from './store/data-root.ts'
import { createConfigHandlerRunner } from './store/handlers/config-handler-runner.ts'
import { createHashes } from './store/hashes.ts'
import { createLibrary } from './store/library.ts'
import { createProcessLocks } from './store/locks/process-locks.ts'
import { createNodeStore } from './store/nodes/node-store.ts'
import { startPlugins } from './store/plugins/start-plugins.ts'
import { createFilePools } from './store/pools/pool-store.ts'
import { createDiskReader } from './store/reader/disk-reader.ts'
import { createServedFiles } from './store/served-files.ts'
import { createSqlStores } from './store/sql/sql-stores.ts'
import { createSlowRegex } from './thread/slow-regex.ts'

export type Parts = ReturnType<typeof createParts>

/** The effects: each implements a port of the core. What is given a `close` has to be closed. */
export function createParts(settings: Settings, root: DataRoot, outside: Outside) {
  const { logger, clock, environment } = outside
  const events = observed(createEventLog(logger), outside.observe)
  const { identifier } = settings
  const reader = createDiskReader({ clock })
  const look = reader.stamp
  const locks = createProcessLocks(`${root.state}/locks`)
  const pools = createFilePools({ resources: root.resources, state: root.state }, { logger, clock })
  const tables = createSqlStores(
    { ...settings, sqliteFile: sqliteFile(settings) },
    { logger, clock },
  )
  const builtins = limitTimes(
    builtinPlugins({ ...tables, allocate: pools }),
    settings.pluginTimeoutMs,
    timer,
  )
  const ownPlugins = startPlugins({
    dataRoot: root.folder,
    stateFolder: root.state,
    timeoutMs: settings.pluginTimeoutMs,
    definitionTimeoutMs: settings.definitionTimeoutMs,
    workers: settings.pluginWorkers,
    python: settings.pluginPython,
    sections: ztpserverSections(settings),
    env: environment,
    logger,
    clock,
  })
  void ownPlugins.announce(builtins.keys())
  return {
    events,
    timer,
    reader,
    locks,
    pools,
    tables,
    ownPlugins,
    plugins: createRegistry(builtins, ownPlugins),
    slowRegex: createSlowRegex(),
    hashes: createHashes({ clock, look }),
    files: createServedFiles({ dataRoot: root.folder, clock, look }),
    library: createLibrary({
      dataRoot: root.folder,
      neighbordb: settings.neighbordbFilename,
      bootstrap: settings.bootstrapFilename,
      identifier,
      clock,
      look,
    }),
    nodes: createNodeStore({
      nodesFolder: root.nodes,
      stateFolder: root.state,
      identifier,
      keepVersions: settings.backupKeep,
      reader,
      locks,
      clock,
    }),
    handlers: createConfigHandlerRunner({
      dataRoot: root.folder,
      nodesFolder: root.nodes,
      timeoutMs: settings.configHandlerTimeoutMs,
      locks,
      events,
      env: environment,
    }),
  }
}

const timer: Timer = {
  after(milliseconds, act) {
    const running = setTimeout(act, milliseconds)
    return () => clearTimeout(running)
  },
}

function observed(sink: EventSink, observe: Outside['observe']): EventSink {
  if (observe === undefined) return sink
  return {
    emit(event) {
      sink.emit(event)
      observe(event)
    },
  }
}
