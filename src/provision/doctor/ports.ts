import type { Offer } from '../dhcp/message.ts'

/** What came of a GET. */
export type Answer =
  | {
      readonly kind: 'answered'
      readonly status: number
      /** The body, or its first MiB. */
      readonly text: string
      /** The clock of whoever answered, ms since 1970; undefined when it did not say. */
      readonly time?: number
    }
  | { readonly kind: 'failed'; readonly reason: string }

/** Whether one could listen; `used`: somebody does. */
export type Binding = 'free' | 'used' | 'forbidden' | 'no-such-address'

/** A folder, for the user who asks. */
export type FolderState = 'writable' | 'read-only' | 'unreadable' | 'absent'

/** A file and when it was written, ms since 1970. */
export type DatedFile = { readonly path: string; readonly time: number }

export type DhcpQuestion = {
  /** By which network interface to ask, such as `eth1`. */
  readonly interface: string
  /** Option 60; undefined for a client that does not say what it is. */
  readonly vendor: string | undefined
  /** How long to wait for offers. */
  readonly patienceMs: number
  /** When that many servers have answered, no longer. */
  readonly enough?: number
}

/** What DHCP servers offered, one offer for each, or why nobody could ask them. */
export type DhcpAnswer =
  | { readonly kind: 'offers'; readonly offers: readonly Offer[] }
  | { readonly kind: 'forbidden' | 'port-in-use' }
  /** The interface has no IPv4 address, or is none; these have one. */
  | { readonly kind: 'no-address'; readonly others: readonly string[] }
  | { readonly kind: 'failed'; readonly reason: string }

/** By what a wrong clock shows. */
export type ClockPorts = {
  /** This machine's clock, ms since 1970. */
  now(): number
  /**
   * A file of the folder, however deep, that was written later than that; undefined when there is
   * none. What this user may not see is passed over, and of very many files not all are looked at.
   *
   * @param time ms since 1970
   */
  fileAfter(folder: string, time: number): Promise<DatedFile | undefined>
  /** Whether something sets this machine's clock by others; undefined when nobody here knows. */
  clockIsSet(): Promise<boolean | undefined>
}

/** How an examination looks at the machine; nothing is changed by it. */
export type DoctorPorts = ClockPorts & {
  ask(url: string): Promise<Answer>
  /** @returns addresses; none when the name is not known */
  resolve(host: string): Promise<readonly string[]>
  binding(host: string, port: number): Promise<Binding>
  folder(path: string): Promise<FolderState>
  /** What this user may not read, or not write to, below a folder: paths. */
  forbidden(folder: string, may: 'read' | 'write'): Promise<readonly string[]>
  /** Whether this user may do everything, as the server's user may not. */
  isRoot(): boolean
  /** Whose a folder is, as a number; undefined when it is not there. */
  ownerOf(folder: string): Promise<number | undefined>
  /** What is left on the disk of a folder that exists. */
  freeBytes(path: string): Promise<number>
  /** Requests no lease. */
  askDhcp(question: DhcpQuestion): Promise<DhcpAnswer>
}
