/** What came of a GET. */
export type Answer =
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'failed'; readonly reason: string }

/** Whether one could listen; `used`: somebody does. */
export type Binding = 'free' | 'used' | 'forbidden' | 'no-such-address'

/** A folder, for the user who asks. */
export type FolderState = 'writable' | 'read-only' | 'unreadable' | 'absent'

/** How an examination looks at the machine; nothing is changed by it. */
export type DoctorPorts = {
  ask(url: string): Promise<Answer>
  /** @returns addresses; none when the name is not known */
  resolve(host: string): Promise<readonly string[]>
  binding(host: string, port: number): Promise<Binding>
  folder(path: string): Promise<FolderState>
  /** What is left on the disk of a folder that exists. */
  freeBytes(path: string): Promise<number>
}
