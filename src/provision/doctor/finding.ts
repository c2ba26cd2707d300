/** What an examination says of one thing. */
export type Finding = {
  /** What was looked at, in a word or two. */
  readonly about: string
  /** `wrong`: switches will not be provisioned, or soon not. */
  readonly state: 'fine' | 'warning' | 'wrong'
  readonly message: string
  /** What to do about it; not of what is fine. */
  readonly advice?: string
}

export function fine(about: string, message: string): Finding {
  return { about, state: 'fine', message }
}

export function warning(about: string, message: string, advice: string): Finding {
  return { about, state: 'warning', message, advice }
}

export function wrong(about: string, message: string, advice: string): Finding {
  return { about, state: 'wrong', message, advice }
}
