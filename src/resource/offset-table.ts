/** Bits of a word for the offset; the others keep a part of the hash. */
const OFFSET_BITS = 26
/** A text of so many bytes has no offset that would not fit. */
export const MOST_BYTES = 2 ** OFFSET_BITS
const OFFSET_MASK = 2 ** OFFSET_BITS - 1
/** The last offset, where no entry fits. */
const EMPTY = -1
/** Of the slots this part is used at most. */
const FILL = 0.8

/**
 * Finds offsets into a text by the hash of what stands there: 5 bytes for each, where a Map of
 * strings takes a hundred.
 */
export type OffsetTable = {
  /** @param isIt whether the wanted thing stands at an offset */
  find(hash: number, isIt: (offset: number) => boolean): number | undefined
  /**
   * Notes an offset, in the place of one that `isIt` says is the same.
   *
   * @returns the one that it replaced
   */
  put(hash: number, offset: number, isIt: (offset: number) => boolean): number | undefined
  /**
   * Notes an offset, unless there is one that `isIt` says is the same.
   *
   * @returns the one that stays
   */
  add(hash: number, offset: number, isIt: (offset: number) => boolean): number | undefined
  /** Its memory, for another table to use; this one is no more. */
  readonly slots: Int32Array
}

/**
 * @param most how many offsets there will be
 * @param spare memory to use if it is large enough
 */
export function createOffsetTable(most: number, spare?: Int32Array): OffsetTable {
  const wanted = Math.ceil(most / FILL) + 1
  const slots = spare && spare.length >= wanted ? spare : new Int32Array(wanted)
  slots.fill(EMPTY)
  const { length } = slots

  /** The slot with what is wanted, or the empty one where it would be. */
  function slotOf(hash: number, isIt: (offset: number) => boolean): number {
    const print = printOf(hash)
    let slot = Math.floor(((hash >>> 0) / 2 ** 32) * length)
    for (;;) {
      const word = slots[slot] ?? EMPTY
      if (word === EMPTY) return slot
      if (word >>> OFFSET_BITS === print && isIt(word & OFFSET_MASK)) return slot
      slot = slot + 1 === length ? 0 : slot + 1
    }
  }

  function at(slot: number): number | undefined {
    const word = slots[slot] ?? EMPTY
    return word === EMPTY ? undefined : word & OFFSET_MASK
  }

  function write(slot: number, hash: number, offset: number): void {
    slots[slot] = (printOf(hash) << OFFSET_BITS) | offset
  }

  return {
    slots,
    find: (hash, isIt) => at(slotOf(hash, isIt)),
    put(hash, offset, isIt) {
      const slot = slotOf(hash, isIt)
      const before = at(slot)
      write(slot, hash, offset)
      return before
    },
    add(hash, offset, isIt) {
      const slot = slotOf(hash, isIt)
      const before = at(slot)
      if (before === undefined) write(slot, hash, offset)
      return before
    },
  }
}

/** Bits of the hash that do not decide the slot. */
function printOf(hash: number): number {
  return hash & (2 ** (32 - OFFSET_BITS) - 1)
}

/** A hash of bytes whose every bit depends on all of them; signed, 32 bits. */
export function hashBytes(bytes: Uint8Array, from: number, to: number): number {
  // FNV-1a, then the end of MurmurHash3.
  let hash = 0x811c9dc5
  for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  // Signed: V8 keeps it without an object of its own.
  return hash ^ (hash >>> 16)
}
