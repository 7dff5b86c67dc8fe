import { configDefaults, defineConfig } from 'vitest/config'

/** They start whole bots and mostly wait for time to pass: three of them leave two cores idler than two others do. */
const BOTS = ['test/journey/**/*.test.ts', 'test/faults/**/*.test.ts']

export default defineConfig({
  test: {
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // How long a test waits for what only has to come at all; a bound that is promised is named where it is tested.
    expect: { poll: { timeout: 8_000 } },
    pool: 'forks',
    projects: [
      {
        extends: true,
        test: {
          name: 'parts',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...BOTS],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'bots', include: BOTS, maxWorkers: 3, sequence: { groupOrder: 1 } },
      },
    ],
  },
})
