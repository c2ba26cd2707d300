/**
 * Gives each task a different worker (maximum bipartite matching, by augmenting paths).
 *
 * @param candidates for each task, the workers that could do it
 * @returns the place of a task that must go without; undefined when every task has its worker
 */
export function unassignable<Worker>(
  candidates: readonly (readonly Worker[])[],
): number | undefined {
  const taskOf = new Map<Worker, number>()

  function place(task: number, tried: Set<Worker>): boolean {
    for (const worker of candidates[task] ?? []) {
      if (tried.has(worker)) continue
      tried.add(worker)
      const holder = taskOf.get(worker)
      if (holder === undefined || place(holder, tried)) {
        taskOf.set(worker, task)
        return true
      }
    }
    return false
  }

  const failed = candidates.findIndex((_, task) => !place(task, new Set()))
  return failed === -1 ? undefined : failed
}
