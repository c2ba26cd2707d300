/** Enough to keep a disk busy, few enough for the limit of open files. */
const AT_ONCE = 32

/**
 * Runs a step for each item, several at once.
 *
 * @returns the results in the order of the items
 */
export async function inOrder<T, R>(
  items: readonly T[],
  step: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = []
  for (let start = 0; start < items.length; start += AT_ONCE) {
    results.push(...(await Promise.all(items.slice(start, start + AT_ONCE).map(step))))
  }
  return results
}
