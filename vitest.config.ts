import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const alias = { '@': fileURLToPath(new URL('.', import.meta.url)).replace(/\/$/, '') }

/** `unit` needs nothing but Node; `integration` gets one embedded PostgreSQL for the run, and clones a database a file. */
export default defineConfig({
  resolve: { alias },
  test: {
    pool: 'forks',
    maxWorkers: 2,
    // `npm run campaign` runs the same tests with ten times the rounds.
    provide: {
      scale: process.env.HOLDPOINT_CAMPAIGN === '1' ? 10 : 1,
      // What a seed chooses is the same in every run, unless a campaign says another one (and keeps it in its ledger).
      seed: Number(process.env.HOLDPOINT_SEED ?? 1),
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['lib/**/*.test.ts', 'components/**/*.test.ts', 'sdk/**/*.test.ts'],
          // Properties over hundreds of cases share two cores with whatever else runs.
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['server/**/*.test.ts', 'bench/**/*.test.ts', 'examples/**/*.test.ts'],
          globalSetup: ['server/testing/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
