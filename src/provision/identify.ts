import type { ErrorCode } from '../kernel/errors.ts'
import { type Identifier, type NodeId, nodeIdOf } from '../node/identity.ts'
import { parseJsonText } from '../node/json-text.ts'
import { type NodeReport, parseReport } from '../node/report.ts'

/** Who posted, or why that cannot be told. */
export type Identified =
  | {
      readonly kind: 'node'
      readonly id: NodeId
      readonly report: NodeReport
      /** The startup-config that the switch brought. */
      readonly config?: string
    }
  | { readonly kind: 'problem'; readonly code: ErrorCode; readonly reason: string }

export type IdentifyOptions = { readonly identifier: Identifier; readonly jsonDepth: number }

/** Reads the body of POST /nodes. */
export function identify(body: string, { identifier, jsonDepth }: IdentifyOptions): Identified {
  const json = parseJsonText(body, jsonDepth)
  if (json.kind === 'bad') return problem('ZTP_BAD_NODE_REPORT', json.reason)
  const parsed = parseReport(json.json)
  if (parsed.kind === 'bad') return problem('ZTP_BAD_NODE_REPORT', parsed.reason)
  const { report, config } = parsed
  const found = nodeIdOf(report, identifier)
  switch (found.kind) {
    case 'found':
      return { kind: 'node', id: found.id, report, ...(config === undefined ? {} : { config }) }
    case 'absent':
      return problem(
        'ZTP_BAD_NODE_REPORT',
        `the report has no ${identifier}, by which nodes are known here`,
      )
    case 'unsafe': {
      const given = String(report[identifier]).slice(0, 80)
      return problem('ZTP_UNSAFE_ID', `${identifier} '${given}' is not a node id`)
    }
  }
}

function problem(code: ErrorCode, reason: string): Identified {
  return { kind: 'problem', code, reason }
}
