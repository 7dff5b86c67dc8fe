/**
 * The floors of the house: an arrow only points down. `npm run check` runs this over src/, and
 * test/structure/layers.test.ts plants a violation of every rule. No plug-in is named here.
 */

const plugins = '^src/(chats|targets|directories|conditions)/'
const adapters = '^src/(chats|targets|directories|journal|alarms|infra)/'
const above = '^src/(app|registry|main)\\.ts$|^src/(config|cli|sandbox)/'

/** Everything of src/ but these. */
const allBut = (...allowed) => ({ path: '^src/', pathNot: allowed })

const packagesBut = (...names) => ({
  dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-bundled', 'npm-no-pkg', 'npm-unknown'],
  pathNot: names.map((name) => `(^|/)node_modules/${name}/`),
})

const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    rule('no-cycles', 'A cycle has no floor.', {}, { circular: true }),
    rule('resolvable', 'What is imported must exist.', {}, { couldNotResolve: true }),

    // 0
    rule(
      'domain-knows-only-domain',
      'Floor 0 stands on nothing.',
      { path: '^src/domain/' },
      allBut('^src/domain/'),
    ),
    rule(
      'conditions-know-only-domain',
      'A condition is one rule over what it is given, and a stranger to the other conditions.',
      { path: '^src/conditions/([^/.]+)' },
      allBut('^src/domain/', '^src/conditions/$1[/.]'),
    ),
    rule(
      'pure-without-node',
      'No input, output or clock on floor 0: of Node only hashing.',
      { path: '^src/(domain|conditions)/' },
      { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    ),
    rule(
      'pure-packages',
      'Floor 0 calculates with dates, shapes and patterns; other packages bring the world with them.',
      { path: '^src/(domain|conditions)/' },
      packagesBut('luxon', '@types/luxon', 're2js', 'zod'),
    ),

    // 1
    rule(
      'ports-know-only-domain',
      'Seams in our own words.',
      { path: '^src/ports\\.ts$' },
      allBut('^src/domain/'),
    ),
    rule(
      'ports-are-types',
      'Interfaces only: whatever a port needs from outside, it needs as a type.',
      { path: '^src/ports\\.ts$' },
      { dependencyTypesNot: ['type-only'] },
    ),
    rule('ports-know-no-sdk', 'No SDK shapes a seam.', { path: '^src/ports\\.ts$' }, packagesBut('zod')),

    // 2
    rule(
      'service-knows-only-ports',
      'The service floor speaks to the world through ports.',
      { path: '^src/service/' },
      allBut('^src/service/', '^src/domain/', '^src/ports\\.ts$'),
    ),
    rule(
      'service-does-no-io',
      'Of Node only hashing and random ids; the rest of the world is behind a port.',
      { path: '^src/service/' },
      { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    ),
    rule(
      'service-packages',
      'As on floor 0.',
      { path: '^src/service/' },
      packagesBut('luxon', '@types/luxon', 'zod'),
    ),

    // 3
    rule(
      'adapters-know-only-ports',
      'An adapter translates between a port and one system.',
      { path: adapters },
      { path: `^src/service/|^src/conditions/|${above}` },
    ),
    rule(
      'plug-ins-are-strangers',
      'A plug-in never relies on another one being there.',
      { path: '^src/(chats|targets|directories)/([^/.]+)' },
      { path: '^src/(chats|targets|directories|journal|alarms)/', pathNot: '^src/$1/$2[/.]' },
    ),
    rule(
      'journal-and-alarms-are-strangers',
      'Alarms are never the truth, and the journal does not ring.',
      { path: '^src/(journal|alarms|infra)/' },
      { path: '^src/(chats|targets|directories|journal|alarms)/', pathNot: '^src/$1/' },
    ),

    // 4
    rule(
      'config-knows-only-ports',
      'What plug-ins there are is given to the reader of the config, so that tests can add one.',
      { path: '^src/config/' },
      allBut('^src/config/', '^src/domain/', '^src/ports\\.ts$'),
    ),
    rule(
      'only-the-registry-knows-plug-ins',
      'Adding a plug-in is one line, there.',
      { pathNot: [`${plugins}`, '^src/registry\\.ts$', '^src/sandbox/'] },
      { path: plugins },
    ),
    rule(
      'registry-lists-plug-ins',
      'A list, nothing more.',
      { path: '^src/registry\\.ts$' },
      allBut(plugins, '^src/domain/', '^src/ports\\.ts$', '^src/config/kinds\\.ts$'),
    ),
    rule(
      'app-is-below-the-command-line',
      'It is assembled by whoever asks: a command, a test, the sandbox.',
      { path: '^src/app\\.ts$' },
      { path: '^src/(cli|sandbox)/' },
    ),

    // 5
    rule('nothing-imports-main', 'It is the process.', {}, { path: '^src/main\\.ts$' }),
    rule(
      'only-main-runs-commands',
      'A command is not a library.',
      { pathNot: ['^src/main\\.ts$', '^src/cli/'] },
      { path: '^src/cli/' },
    ),

    // beside
    rule(
      'sandbox-is-reached-from-a-command',
      'The product runs without it.',
      { pathNot: ['^src/cli/', '^src/sandbox/'] },
      { path: '^src/sandbox/' },
    ),
    rule(
      'sandbox-is-imported-when-asked-for',
      'Images leave the folder out.',
      { path: '^src/cli/' },
      { path: '^src/sandbox/', dynamic: false },
    ),
    rule(
      'no-development-packages',
      'They are not installed where Curfew runs.',
      { path: '^src/', pathNot: '^src/sandbox/' },
      { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    ),
    rule('no-tests-in-the-product', 'Tests look at the product.', { path: '^src/' }, { path: '^test/' }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    exoticRequireStrings: [],
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types'] },
  },
}
