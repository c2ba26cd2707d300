import type { Reporter, TestModule } from 'vitest/node'

/** Ends a test run with one plain line, `Tests: N passed, N failed, N skipped`, for scripts to read. */
export default class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const tally = { passed: 0, failed: unhandled.length, skipped: 0 }
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (state !== 'pending') tally[state] += 1
      }
      if (module.errors().length > 0) tally.failed += 1
    }
    console.log(`Tests: ${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`)
  }
}
