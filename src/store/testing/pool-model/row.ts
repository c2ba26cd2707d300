/** An entry and its holder, null for a free one. */
export type Row = readonly [key: string, holder: string | null]

/** What a person does to one entry of a table: a holder, null for free; undefined: the row goes. */
export type RowChange = readonly [key: string, holder: string | null | undefined]
