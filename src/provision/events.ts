import type { NodeId } from '../node/identity.ts'

/** Something that happened to a node; the log writes them, and so will a journal. */
export type NodeEvent =
  /** A report that names no node, so that none can be blamed. */
  | { readonly kind: 'bad-report'; readonly reason: string }
  | { readonly kind: 'beginning'; readonly nodeId: NodeId }
  | { readonly kind: 'known'; readonly nodeId: NodeId }
  | { readonly kind: 'not-configured'; readonly nodeId: NodeId }
  | {
      readonly kind: 'matched'
      readonly nodeId: NodeId
      readonly pattern: string
      readonly definition: string
    }
  | { readonly kind: 'unmatched'; readonly nodeId: NodeId; readonly reasons: readonly string[] }
  | {
      readonly kind: 'created'
      readonly nodeId: NodeId
      readonly by: 'neighbordb' | 'startup-config'
    }
  | { readonly kind: 'topology-not-validated'; readonly nodeId: NodeId }
  | {
      readonly kind: 'definition-sent'
      readonly nodeId: NodeId
      readonly actions: readonly string[]
    }
  | {
      readonly kind: 'allocated'
      readonly nodeId: NodeId
      readonly call: string
      readonly value: string
    }
  /** A failed request took a value, which others may get now. */
  | {
      readonly kind: 'given-back'
      readonly nodeId: NodeId
      readonly call: string
      readonly value: string
    }
  /** A failed request took an entry, and the entry stays with the node. */
  | {
      readonly kind: 'not-given-back'
      readonly nodeId: NodeId
      readonly call: string
      readonly reason: string
    }
  | {
      readonly kind: 'refused'
      readonly nodeId: NodeId
      readonly code: string
      readonly reason: string
      readonly details: readonly string[]
    }
  | {
      readonly kind: 'startup-config-saved'
      readonly nodeId: NodeId
      readonly bytes: number
      readonly replaced: boolean
    }
  | {
      readonly kind: 'handler-finished'
      readonly nodeId: NodeId
      readonly status: number | string
      readonly output: string
    }
  | {
      readonly kind: 'progress'
      readonly nodeId: NodeId
      readonly stage: string
      readonly status: string
      readonly message?: string | undefined
      readonly action?: string | undefined
      readonly percent?: number | undefined
      readonly lines?: readonly string[] | undefined
    }
