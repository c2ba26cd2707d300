/** The capturing groups met so far, and which of them may be referred to. */
export class Groups {
  /** How many look-behinds the parser is inside of. */
  lookBehinds = 0
  readonly #names = new Map<string, number>()
  readonly #open = new Set<number>()
  #count = 0

  /** @returns the number of the group that begins */
  open(): number {
    this.#count += 1
    this.#open.add(this.#count)
    return this.#count
  }

  close(index: number): void {
    this.#open.delete(index)
  }

  named(name: string): number | undefined {
    return this.#names.get(name)
  }

  /** @returns what is wrong with the name, if anything */
  declare(name: string, index: number): string | undefined {
    if (!/^[\p{L}\p{Nl}_][\p{L}\p{N}\p{M}_]*$/u.test(name)) return `bad group name '${name}'`
    if (this.#names.has(name)) return `group name '${name}' is taken`
    this.#names.set(name, index)
    return undefined
  }

  /** @returns what is wrong with a reference to the group here, if anything */
  problemOfReference(index: number): string | undefined {
    if (index === 0 || index > this.#count) return 'reference to no group'
    if (this.#open.has(index)) return 'reference to an open group'
    return this.lookBehinds > 0
      ? 'a back-reference inside a look-behind cannot be translated'
      : undefined
  }
}
