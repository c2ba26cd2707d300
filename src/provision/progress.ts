import { z } from 'zod'
import { parseJsonText } from '../node/json-text.ts'
import type { Refusal } from './refusal.ts'

const text = z.string().max(4096)

/** What the bootstrap script says of its run (beyond.md): POST /nodes/ID/events. */
const progressSchema = z.object({
  stage: text,
  status: text,
  message: text.optional(),
  action: text.optional(),
  percent: z.number().min(0).max(100).optional(),
  lines: z.array(text).max(200).optional(),
})

export type Progress = Readonly<z.infer<typeof progressSchema>>

export type ParsedProgress = { readonly kind: 'progress'; readonly progress: Progress } | Refusal

/** Reads the body of POST /nodes/ID/events; unknown keys are left out. */
export function parseProgress(body: string): ParsedProgress {
  const json = parseJsonText(body)
  if (json.kind === 'bad') return refusal(json.reason)
  const parsed = progressSchema.safeParse(json.json)
  if (parsed.success) return { kind: 'progress', progress: parsed.data }
  const [issue] = parsed.error.issues
  return refusal(`${issue?.path.join('.') || 'the event'}: ${issue?.message ?? 'is not an event'}`)
}

function refusal(reason: string): Refusal {
  return { kind: 'refused', code: 'ZTP_BAD_REQUEST', reason }
}
