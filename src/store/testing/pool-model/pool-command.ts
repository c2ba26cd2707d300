/** What a server process is asked: a call of the pool port. */
export type PoolCommand =
  | ({ readonly do: 'allocate' | 'fail'; readonly pool: string } & Asker)
  | ({ readonly do: 'free'; readonly pool: string; readonly key: string } & Asker)
  | { readonly do: 'confirm'; readonly nodeId: string }

/** Who asks. */
export type Asker = { readonly nodeId: string; readonly label?: string }

/** What it answered: an entry, nothing, or the code of an error. */
export type PoolAnswer = {
  readonly key?: string
  readonly fresh?: boolean
  readonly code?: string
}
