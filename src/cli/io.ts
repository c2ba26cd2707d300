/** Where a command writes. */
export type Output = {
  write(text: string): void
  /** Resolves when the reader has caught up: what is long is written in parts, and waits between. */
  drained(): Promise<void>
  readonly isTTY: boolean
  /** Characters in a line; 80 where there is no terminal. */
  readonly columns: number
}

/** What a command has of the world around it, besides its arguments. */
export type Io = {
  readonly stdout: Output
  readonly stderr: Output
  readonly environment: Readonly<Record<string, string | undefined>>
}
