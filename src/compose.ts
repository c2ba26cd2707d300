import type { Settings } from './config/options.ts'
import { stateFolder } from './config/paths.ts'
import { joinUrl } from './config/server-url.ts'
import { buildApp, type HttpApp, type HttpLimits } from './http/app.ts'
import type { SwitchService } from './http/switch/service.ts'
import { reasonOf } from './kernel/errors.ts'
import { nodeIdFor } from './node/identity.ts'
import type { Outside } from './outside.ts'
import { createParts, type Parts } from './parts.ts'
import { createAnswerMemory } from './provision/answer-memory.ts'
import { bootstrapScript } from './provision/bootstrap-script.ts'
import { explainReport } from './provision/explain-report.ts'
import type { IdentifyOptions } from './provision/identify.ts'
import { rateLimit } from './provision/rate-limit.ts'
import { readStartupConfig } from './provision/read-config.ts'
import { registerNode } from './provision/register.ts'
import { reportProgress } from './provision/report-progress.ts'
import { saveStartupConfig } from './provision/save-config.ts'
import { bootstrapConfig } from './provision/serve-bootstrap-config.ts'
import { serveDefinition } from './provision/serve-definition.ts'
import { confirmAll } from './resource/confirm-all.ts'
import { type DataRoot, prepareDataRoot } from './store/data-root.ts'
import { removeLeftovers } from './store/leftovers.ts'

/** The application: not listening, ready to. */
export type Application = {
  readonly http: HttpApp
  /**
   * Why neighbordb has no place for a switch, a line for each pattern passed over.
   *
   * @param report what the switch posts
   */
  explain(report: unknown): Promise<readonly string[]>
  /**
   * Everything it did is on disk, and its threads have ended.
   *
   * @param cut when it resolves, config-handlers that still run are killed
   */
  close(cut?: Promise<unknown>): Promise<void>
}

/**
 * Puts the whole server together.
 *
 * @throws ZtpError ZTP_BAD_DATA_ROOT when the data directory is not one to work on
 */
export async function composeApplication(
  settings: Settings,
  outside: Outside,
): Promise<Application> {
  const root = await prepareDataRoot(settings.dataRoot, stateFolder(settings))
  const parts = createParts(settings, root, outside)
  const service = createService(settings, parts, outside)
  const http = buildApp({
    service,
    limits: httpLimits(settings),
    proxies: { proxies: settings.trustedProxies, header: settings.forwardedHeader },
    sendfile: { by: settings.sendfile, location: settings.sendfileLocation },
    logger: outside.logger,
  })
  sweep(root, outside)
  return {
    http,
    explain: (report) =>
      explainReport(JSON.stringify(report), { ...parts, ...identifyBy(settings) }),
    async close(cut = parts.handlers.idle()) {
      await Promise.race([parts.handlers.idle(), cut])
      await parts.handlers.stop()
      const { pools, tables, ownPlugins, reader, locks, library, hashes, slowRegex } = parts
      await Promise.all(
        [pools, tables, ownPlugins, reader, locks, library, hashes, slowRegex].map((each) =>
          each.close(),
        ),
      )
    },
  }
}

/** The use cases, bound to their ports, as the HTTP API wants them. */
function createService(
  settings: Settings,
  parts: Parts,
  { logger, clock }: Outside,
): SwitchService {
  const { serverUrl, identifier } = settings
  const { files, hashes } = parts
  const pools = confirmAll(parts.pools, parts.tables.configured, logger)
  const common = { ...parts, ...identifyBy(settings), pools, logger, clock, rate: rateLimit() }
  const definitionPorts = {
    ...common,
    answers: createAnswerMemory(),
    definitionTimeoutMs: settings.definitionTimeoutMs,
    validateTopology: !settings.disableTopologyValidation,
    startupConfigUrl: (id: string) => joinUrl(serverUrl, `/nodes/${id}/startup-config`),
  }
  return {
    serverUrl,
    nodeId: (text) => nodeIdFor(text, identifier),
    bootstrapScript: bootstrapScript(serverUrl, common),
    bootstrapConfig: bootstrapConfig(common),
    register: (body) => registerNode(body, common),
    definition: (id) => serveDefinition(id, definitionPorts),
    saveStartupConfig: (id, body) => saveStartupConfig(id, body, common),
    startupConfig: (id) => readStartupConfig(id, common),
    reportProgress: (id, progress) => reportProgress(id, progress, common),
    file: (folder, path) => files.find(folder, path),
    openFile: (file, part) => files.open(file, part),
    async checksums(folder, path) {
      const file = await files.find(folder, path)
      return file && hashes.of(`${file.root}/${file.path}`)
    },
  }
}

function identifyBy({ identifier, jsonDepthLimit }: Settings): IdentifyOptions {
  return { identifier, jsonDepth: jsonDepthLimit }
}

function httpLimits(settings: Settings): HttpLimits {
  return {
    bodies: {
      nodeReport: settings.nodeReportLimitBytes,
      startupConfig: settings.startupConfigLimitBytes,
      events: settings.eventsLimitBytes,
    },
    url: settings.urlLimitCharacters,
    headers: settings.headersLimitBytes,
    requestTime: settings.requestTimeoutMs,
    idleTime: settings.idleTimeoutMs,
    keepAliveTime: settings.keepAliveTimeoutMs,
  }
}

/** Clears away what killed processes left, beside the serving. */
function sweep(root: DataRoot, { logger, clock }: Outside): void {
  removeLeftovers(root, clock).then(
    (removed) => removed.length > 0 && logger.info(`removed ${removed.length} leftovers`),
    (thrown: unknown) => logger.warn(`leftovers stay: ${reasonOf(thrown)}`),
  )
}
