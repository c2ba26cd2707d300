import { defineConfig } from 'vitest/config'

/** A machine that others use too may be slow for seconds: only a wait in vain lasts this long. */
const expectations = { poll: { timeout: 10_000 } }

export default defineConfig({
  test: {
    reporters: ['default', './scripts/tally-reporter.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.spec.ts'],
          exclude: ['src/**/*.process.spec.ts'],
          // Specs share nothing but the code: it is loaded once, and while one waits another runs.
          isolate: false,
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
          testTimeout: 30_000,
          hookTimeout: 60_000,
          expect: expectations,
        },
      },
      {
        // Specs that start and kill processes: too slow to run at every keystroke.
        test: {
          name: 'process',
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
          include: ['src/**/*.process.spec.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          expect: expectations,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/**/*.spec.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          expect: expectations,
          maxWorkers: 2,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
})
