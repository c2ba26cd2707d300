import type { Neighbordb, PatternEntry } from './neighbordb.ts'
import { type Sight, sightKeys } from './sight.ts'

/**
 * The global entries that a node could match, in the file's order: those without an exact device
 * name, and those that wait for something the node sees.
 */
export function* candidateEntries(db: Neighbordb, sight: Sight): Generator<PatternEntry> {
  const waiting = waitingFor(db, sight)
  let next = 0
  for (const place of db.always) {
    for (; (waiting[next] ?? place) < place; next += 1) yield* at(db, waiting[next])
    yield* at(db, place)
  }
  for (; next < waiting.length; next += 1) yield* at(db, waiting[next])
}

/** Every pattern waits under one key, so none comes twice. */
function waitingFor({ bySight }: Neighbordb, sight: Sight): readonly number[] {
  const places: number[] = []
  for (const key of sightKeys(sight)) {
    for (const place of bySight.get(key) ?? []) places.push(place)
  }
  return places.sort((one, other) => one - other)
}

function at({ entries }: Neighbordb, place: number | undefined): readonly PatternEntry[] {
  const entry = place === undefined ? undefined : entries[place]
  return entry === undefined ? [] : [entry]
}
