/** Runs named tests in copies of the tree: one Vitest for all of them, in which every copy is a project of its own. */
import { join } from 'node:path'
import { createVitest, type TestModule } from 'vitest/node'
import type { Ran } from './judge.ts'
import type { NamedTest } from './sabotage.ts'

export interface Errand {
  /** The copy. */
  readonly folder: string
  readonly file: string
  readonly titles: readonly NamedTest['title'][]
}

const quote = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
/** Vitest matches against titles joined by a space. */
const patternOf = (titles: readonly string[]): RegExp =>
  new RegExp(`^ ?(?:${titles.map((title) => quote(title.replaceAll(' > ', ' '))).join('|')})$`)

/** Tells of each errand as soon as it is done; resolves when all are. `root` is the folder of all copies. */
export const runTests = async (
  root: string,
  errands: readonly Errand[],
  tell: (errand: Errand, ran: Ran) => void,
): Promise<void> => {
  const byModule = new Map(errands.map((errand) => [join(errand.folder, errand.file), errand]))
  const folders = [...new Set(errands.map(({ folder }) => folder))]
  const projects = folders.map((folder) => ({
    extends: join(folder, 'vitest.config.ts'),
    test: { name: folder, root: folder },
  }))
  const reporter = {
    onTestModuleEnd: (module: TestModule) => {
      const errand = byModule.get(module.moduleId)
      if (errand !== undefined) tell(errand, ranOf(module))
    },
  }
  const vitest = await createVitest('test', {
    config: false,
    root,
    watch: false,
    maxWorkers: 2,
    reporters: [reporter],
    projects,
  })
  try {
    await vitest.standalone()
    await vitest.runTestSpecifications(
      errands.map(({ folder, file, titles }) => {
        const project = vitest.projects.find(({ name }) => name === folder)
        if (project === undefined) throw new Error(`no project for ${folder}`)
        return project.createSpecification(join(folder, file), { testNamePattern: patternOf(titles) })
      }),
    )
  } finally {
    await vitest.close()
  }
}

const ranOf = (module: TestModule): Ran => ({
  tests: [...module.children.allTests()].map((test) => ({
    title: test.fullName,
    state: test.result().state,
    errors: test.result().errors ?? [],
  })),
  errors: [...module.errors(), ...[...module.children.allSuites()].flatMap((suite) => suite.errors())],
})
