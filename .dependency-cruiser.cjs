// The rooms, in import order: a room may import from those before it and never from one after it (docs/concepts.md).
const rooms = [
  'base',
  'stats',
  'hist',
  'events',
  'graph',
  'fit',
  'density',
  'models',
  'physics',
  'figures',
  'formats',
  'runs',
  'studies',
  'cli',
  'web',
];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...rooms.slice(0, -1).map((room, i) => ({
      name: `${room}-imports-upwards-only`,
      comment: `src/${room} may not import from a room below it`,
      severity: 'error',
      from: { path: `^src/${room}/` },
      to: { path: `^src/(${rooms.slice(i + 1).join('|')})/` },
    })),
    {
      name: 'studies-do-not-import-each-other',
      comment: 'what two studies need lies in src/studies or in a room before it',
      severity: 'error',
      from: { path: '^src/studies/([^/]+)/' },
      to: { path: '^src/studies/[^/]+/', pathNot: '^src/studies/$1/' },
    },
    { name: 'nobody-imports-the-index', severity: 'error', from: { path: '^src/' }, to: { path: '^src/index\\.ts$' } },
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'no-dev-dependencies', severity: 'error', from: { path: '^src/' }, to: { dependencyTypes: ['npm-dev'] } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
