import { configDefaults, defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** They start whole bots and mostly wait for time to pass: three of them leave two cores idler than two others do. */
const JOURNEYS = 'test/journey/**/*.test.ts'

/** Small files that take long: begun last, as small ones are, they would be waited for alone. */
const SLOW = [
  'postgres-down',
  'far-behind',
  'two-replicas',
  'redis-down',
  'chat-faults-slow',
  'restart',
  'outbox',
]

class SlowFirst extends BaseSequencer {
  override async sort(specs: TestSpecification[]): Promise<TestSpecification[]> {
    const isSlow = ({ moduleId }: TestSpecification) =>
      SLOW.some((name) => moduleId.endsWith(`/${name}.test.ts`))
    return (await super.sort(specs)).sort((a, b) => Number(isSlow(b)) - Number(isSlow(a)))
  }
}

export default defineConfig({
  test: {
    testTimeout: 20_000,
    hookTimeout: 60_000,
    pool: 'forks',
    sequence: { sequencer: SlowFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'parts',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, JOURNEYS],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'journeys', include: [JOURNEYS], maxWorkers: 3, sequence: { groupOrder: 1 } },
      },
    ],
  },
})
