/**
 * Every coded error: what the switch gets, what the shell gets, and what it means.
 *
 * The only place where a code meets an HTTP status or an exit status. `docs/reference/errors.md`
 * is generated from it.
 */
export const ERRORS = {
  ZTP_BAD_REQUEST: { http: 400, exit: 1, means: 'The request is not what this URL takes.' },
  ZTP_BODY_TOO_LARGE: { http: 413, exit: 1, means: 'The request body is over the limit.' },
  ZTP_URL_TOO_LONG: { http: 414, exit: 1, means: 'The URL is over the limit.' },
  ZTP_NOT_FOUND: { http: 404, exit: 1, means: 'Nothing is served under this name.' },
  ZTP_METHOD_NOT_ALLOWED: {
    http: 405,
    exit: 1,
    means: 'This URL does not take this method; the Allow header lists those it does.',
  },
  ZTP_PRECONDITION: {
    http: 412,
    exit: 1,
    means: 'The file is no longer the one that If-Match or If-Unmodified-Since names.',
  },
  ZTP_RANGE: { http: 416, exit: 1, means: 'The range asked for lies outside the file.' },
  ZTP_BAD_NODE_REPORT: {
    http: 400,
    exit: 1,
    means: 'What the switch said of itself is not valid JSON, or lacks its identity.',
  },
  ZTP_TOO_MANY_EVENTS: {
    http: 429,
    exit: 1,
    means: 'The node reports its progress faster than the server takes it.',
  },
  ZTP_UNSAFE_ID: { http: 400, exit: 1, means: 'The node id has characters that no node id has.' },
  ZTP_UNKNOWN_NODE: { http: 400, exit: 1, means: 'There is no such node on this server.' },
  ZTP_NODE_EXISTS: {
    http: 409,
    exit: 1,
    means: 'The node has a folder already, or a configuration of its own.',
  },
  ZTP_NODE_NOT_CONFIGURED: {
    http: 400,
    exit: 1,
    means: 'The node has a folder, but neither a definition nor a startup-config in it.',
  },
  ZTP_NO_MATCH: { http: 400, exit: 1, means: 'No pattern of neighbordb matches the node.' },
  ZTP_INVALID_NEIGHBORDB: {
    http: 400,
    exit: 1,
    means: 'neighbordb, or the pattern that the node reached, cannot be read as patterns.',
  },
  ZTP_TOPOLOGY_MISMATCH: {
    http: 400,
    exit: 1,
    means: "The node's neighbours do not satisfy the pattern in its folder.",
  },
  ZTP_MISSING_DEFINITION: {
    http: 400,
    exit: 1,
    means: 'The definition that the pattern names does not exist.',
  },
  ZTP_INVALID_DEFINITION: {
    http: 400,
    exit: 1,
    means: 'The definition, or the attributes file, cannot be read as one.',
  },
  ZTP_MISSING_CONFIG_HANDLER: {
    http: 400,
    exit: 1,
    means: 'The config-handler that the pattern names does not exist.',
  },
  ZTP_REFERENCE_CYCLE: { http: 400, exit: 1, means: 'Attributes refer to each other in a circle.' },
  ZTP_BAD_NUMBER: {
    http: 400,
    exit: 1,
    means: 'An infinity or a NaN stands where JSON wants a number.',
  },
  ZTP_UNKNOWN_PLUGIN: { http: 400, exit: 1, means: 'No plugin has the name that is called.' },
  ZTP_PLUGIN_FAILED: { http: 400, exit: 1, means: 'A plugin failed, or took too long.' },
  ZTP_MISSING_POOL: { http: 400, exit: 1, means: 'The resource pool does not exist.' },
  ZTP_INVALID_POOL: { http: 400, exit: 1, means: 'The file or table cannot be used as a pool.' },
  ZTP_POOL_EXHAUSTED: { http: 400, exit: 1, means: 'Every entry of the pool is held by a node.' },
  ZTP_DATABASE_FAILED: {
    http: 400,
    exit: 1,
    means: 'The database of the pool did not answer in time, or refused.',
  },
  ZTP_DUPLICATE_HOLDER: {
    http: 409,
    exit: 1,
    means: 'The node holds an entry of the pool already, under the same label.',
  },
  ZTP_REGEX_TIMEOUT: {
    http: 400,
    exit: 1,
    means: 'A regular expression with look-around or back-references took too long on a value.',
  },
  ZTP_MISSING_BOOTSTRAP: {
    http: 400,
    exit: 1,
    means: 'The bootstrap script, or bootstrap.conf, is missing, unreadable or not valid.',
  },
  ZTP_STORE_FAILED: {
    http: 500,
    exit: 1,
    means: 'The disk refused: full, read-only, or without permission.',
  },
  ZTP_BAD_CONFIGURATION: { http: 500, exit: 1, means: 'A setting has a value it cannot have.' },
  ZTP_BAD_DATA_ROOT: {
    http: 500,
    exit: 1,
    means: 'The data directory does not exist, or its permissions do not suffice.',
  },
  ZTP_CANNOT_LISTEN: {
    http: 500,
    exit: 1,
    means: 'The address and port cannot be bound: in use, or not allowed.',
  },
  ZTP_INVALID_TABLE: {
    http: 400,
    exit: 1,
    means: 'The table to import cannot be read, or a line of it is not what it takes.',
  },
  ZTP_USAGE: { http: 400, exit: 2, means: 'The command line is not one that ztps takes.' },
  ZTP_INTERNAL: { http: 500, exit: 1, means: 'A fault of the server itself; the log has it.' },
} as const satisfies Record<string, { http: number; exit: number; means: string }>

export type ErrorCode = keyof typeof ERRORS

/** A coded failure on its way to the edge, where it becomes a status, a line and a sentence. */
export class ZtpError extends Error {
  override readonly name = 'ZtpError'
  readonly code: ErrorCode

  /**
   * @param code an entry of ERRORS
   * @param message one sentence for the operator: what, where, and what would be right
   * @param cause the fault below, if any
   */
  constructor(code: ErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
  }
}

/** The text of whatever was thrown, for a log line; never a stack trace. */
export function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
