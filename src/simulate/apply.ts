import type { Use } from './action-plan.ts'
import { appended } from './startup-config.ts'
import { substitute } from './template.ts'

/** The startup-config after a file was used, or why it could not be. */
export type Applied =
  | { readonly kind: 'applied'; readonly startupConfig: string }
  | { readonly kind: 'failure'; readonly reason: string }

/** Uses a fetched file as its action does; pure. */
export function apply(use: Use, file: string, startupConfig: string): Applied {
  switch (use.kind) {
    case 'store':
      return { kind: 'applied', startupConfig }
    case 'replace':
      return { kind: 'applied', startupConfig: file }
    case 'run':
    case 'append':
      return applyTemplate(use, file, startupConfig)
  }
}

type TemplateUse = Extract<Use, { kind: 'run' | 'append' }>

function applyTemplate(use: TemplateUse, file: string, startupConfig: string): Applied {
  const mode = use.kind === 'run' ? 'strict' : use.mode
  const filled = substitute(file, use.variables, mode)
  switch (filled.kind) {
    case 'missing':
      return failure(`'${filled.name}' missing from list of substitutions`)
    case 'invalid':
      return failure(
        `a '$' that begins no variable in line ${filled.line}, column ${filled.column}`,
      )
    case 'text':
      return {
        kind: 'applied',
        startupConfig: use.kind === 'run' ? startupConfig : appended(startupConfig, filled.text),
      }
  }
}

function failure(why: string): Applied {
  return { kind: 'failure', reason: `Unable to perform variable substitution - ${why}` }
}
