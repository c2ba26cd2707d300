/**
 * The layout of docs/ARCHITECTURE.md as rules. A file imports from its own folder or from a lower
 * level; folders of one level never import each other (but `topology`, `definition` and `resource`
 * may use `node`, the vocabulary of level 2).
 */
const level = {
  kernel: [],
  config: ['kernel'],
  yaml: ['kernel'],
  node: ['kernel', 'config', 'yaml'],
  topology: ['kernel', 'config', 'yaml', 'node'],
  definition: ['kernel', 'config', 'yaml', 'node'],
  resource: ['kernel', 'config', 'yaml', 'node'],
  provision: ['kernel', 'config', 'yaml', 'node', 'topology', 'definition', 'resource'],
}
const core = [...Object.keys(level)]
// thread is the gateway to worker threads: below the other effects, above the core.
level.thread = core
level.log = core
for (const edge of ['store', 'http', 'simulate', 'process', 'network']) {
  level[edge] = [...core, 'thread']
}
level.cli = core

const layers = Object.entries(level).map(([folder, below]) => ({
  name: `level-${folder}`,
  comment: `src/${folder} imports only from itself${below.length ? ` and from ${below.join(', ')}` : ''}`,
  severity: 'error',
  from: { path: `^src/${folder}/`, pathNot: '\\.spec\\.ts$|/testing/' },
  to: { path: '^src/', pathNot: `^src/(${[folder, ...below].join('|')})/` },
}))

function gateway(library, folders) {
  return {
    name: `gateway-${library.replace(/[^a-z0-9]/gi, '-')}`,
    comment: `${library} has one gateway: ${folders}`,
    severity: 'error',
    from: { path: '^src/', pathNot: `^src/(${folders})|\\.spec\\.ts$|/testing/` },
    to: { path: `node_modules/${library}/` },
  }
}

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'pure-core',
      comment: 'levels 0 to 3 use no files, sockets, processes or threads: those come in as ports',
      severity: 'error',
      from: { path: `^src/(${core.join('|')})/`, pathNot: '\\.spec\\.ts$|/testing/' },
      to: {
        dependencyTypes: ['core'],
        path: '^(node:)?(fs|fs/promises|http|https|net|tls|child_process|cluster|worker_threads|os|process|dns|dgram)$',
      },
    },
    {
      name: 'fs-in-store',
      comment: 'src/store is the only user of node:fs',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/store/|\\.spec\\.ts$|/testing/' },
      to: { dependencyTypes: ['core'], path: '^(node:)?fs(/promises)?$' },
    },
    gateway('pino', 'log/'),
    gateway('fastify', 'http/'),
    gateway('commander', 'cli/'),
    gateway('libsql', 'store/'),
    gateway('kysely', 'store/sql/'),
    gateway('pg', 'store/sql/'),
    gateway('mysql2', 'store/sql/'),
    gateway('re2js', 'topology/'),
    gateway('undici', 'simulate/'),
    gateway('@fastify/send', 'http/'),
    gateway('zod', 'provision/'),
    {
      name: 'no-development-dependency',
      comment: 'what is installed has the dependencies only',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.spec\\.ts$|/testing/' },
      to: { dependencyTypes: ['npm-dev'] },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    ...layers,
    {
      name: 'level-standalone',
      comment: 'src/standalone serves; commands and their effects stand above it',
      severity: 'error',
      from: { path: '^src/standalone/' },
      to: {
        path: '^src/(cli|simulate|network)/|^src/(main|index|cli-deps|demo-deps|nodes-desk)\\.ts$',
      },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, pathNot: '\\.spec\\.ts$|src/main\\.ts|src/index\\.ts|worker\\.ts$' },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'] },
    parser: 'swc',
  },
}
