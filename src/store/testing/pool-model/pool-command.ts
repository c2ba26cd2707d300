/** What a server process is asked: a call of a pool port, or of an operator's. */
export type PoolCommand =
  | ({ readonly do: 'allocate' | 'fail'; readonly pool: string } & Asker)
  | ({ readonly do: 'free'; readonly pool: string; readonly key: string } & Asker)
  | { readonly do: 'confirm' | 'free node'; readonly nodeId: string }
  | { readonly do: 'free key'; readonly pool: string; readonly key: string }
  | { readonly do: 'reassign'; readonly nodeId: string; readonly to: string }
  | {
      readonly do: 'add'
      readonly pool: string
      readonly key: string
      readonly holder: string | null
    }

/** Who asks. */
export type Asker = { readonly nodeId: string; readonly label?: string }

/** What it answered: an entry, what a person's wish came to, nothing, or the code of an error. */
export type PoolAnswer = {
  readonly key?: string
  readonly fresh?: boolean
  readonly code?: string
  readonly changed?: readonly Handover[]
  readonly added?: 'added' | 'present' | 'conflict'
}

/** An entry that a person took from one, and gave to another or nobody. */
export type Handover = {
  readonly pool: string
  readonly key: string
  readonly from: string
  readonly to: string | null
}
