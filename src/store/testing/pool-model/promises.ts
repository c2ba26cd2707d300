import { holderKey, nodePart } from '../../../resource/holder.ts'
import { holderIn, type WrittenPool } from './written-pool.ts'

const HOUR_MS = 3_600_000

type Promised = { readonly key: string; readonly at: number; readonly inUse: boolean }

/**
 * What nodes were told of one pool and nobody took from them since: plain book-keeping beside the
 * rules, so that the invariant does not rest on them. Where it is open who came first it forgets.
 */
export type Promises = {
  /** @returns what is wrong with that, if anything */
  told(holder: string, key: string, now: number): string | undefined
  /** Somebody asked to free it, or to give it to another. */
  released(isIt: (holder: string, key: string) => boolean): void
  confirmed(node: string): void
  /** A person saved this: whatever it says but `null` counts; `null` counts for what is old. */
  edited(file: WrittenPool, now: number): void
  /** @returns the promises that the file breaks */
  broken(file: WrittenPool): readonly string[]
}

export function createPromises(): Promises {
  const byHolder = new Map<string, Promised>()

  return {
    told(holder, key, now) {
      const before = byHolder.get(holderKey(holder))
      if (before && before.key !== key) return `${holder} had ${before.key} and was told ${key}`
      const other = [...byHolder].find(
        ([each, promised]) => promised.key === key && each !== holderKey(holder),
      )
      if (other) return `${key} is ${other[0]}'s and was told to ${holder}`
      byHolder.set(holderKey(holder), { key, at: now, inUse: before?.inUse ?? false })
      return undefined
    },
    released(isIt) {
      for (const [holder, { key }] of byHolder) if (isIt(holder, key)) byHolder.delete(holder)
    },
    confirmed(node) {
      for (const [holder, promised] of byHolder) {
        if (nodePart(holder) === holderKey(node)) byHolder.set(holder, { ...promised, inUse: true })
      }
    },
    edited(file, now) {
      for (const [holder, { key, at, inUse }] of byHolder) {
        const written = holderIn(file, key)
        const stands =
          written === null
            ? !inUse || now - at < HOUR_MS
            : written !== undefined && holderKey(written) === holder
        if (!stands) byHolder.delete(holder)
      }
    },
    broken: (file) =>
      [...byHolder].flatMap(([holder, { key }]) => {
        const written = holderIn(file, key)
        return written && holderKey(written) === holder
          ? []
          : [`${holder} was told ${key}, which the file gives to ${written}`]
      }),
  }
}
