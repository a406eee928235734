/** The rooms, in the order data flows through them. A room may import rooms to its LEFT only. */
export const FLOW = [
  'audit',
  'accounts',
  'messages',
  'findings',
  'catalog',
  'fleet',
  'orders',
  'billing',
  'servers',
  'customers',
  'health',
  'operations',
]

const any = (names) => `(?:${names.join('|')})`
const ROOMS = any(FLOW)
const TEST = '[.](?:test|test-d)[.]tsx?$'
const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })
const notType = { dependencyTypesNot: ['type-only'] }

export const forbidden = [
  rule('no-circular', 'No import cycles, anywhere.', {}, { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } }),
  rule('no-unresolvable', 'Import something that exists.', {}, { couldNotResolve: true }),
  rule(
    'no-orphan',
    'A file nobody imports is dead.',
    {
      orphan: true,
      pathNot: [TEST, '^src/main[.]ts$', '^web/main[.]tsx$', '^web/public/', '[.]config[.]', '[.]d[.]ts$', '^(?:scripts|bench)/'],
    },
    {},
  ),
  rule(
    'no-dev-in-prod',
    'Production code uses production dependencies.',
    { path: '^src/', pathNot: TEST },
    { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], ...notType },
  ),
  // ground floor
  rule(
    'kit-knows-nothing',
    'kit/ imports only kit/ and libraries.',
    { path: '^src/kit/' },
    { path: '^(?:src|web|sandbox)/', pathNot: '^src/kit/' },
  ),
  rule(
    'db-knows-kit',
    'db/ and loop/ import only each other and kit/.',
    { path: '^src/(?:db|loop)/', pathNot: TEST },
    { path: '^(?:src|web|sandbox)/', pathNot: '^src/(?:kit|db|loop)/' },
  ),
  rule(
    'outside-knows-kit',
    'An adapter knows its foreign system and kit/, nothing of ours, not its neighbour.',
    { path: '^src/outside/([^/]+)/', pathNot: TEST },
    { path: '^(?:src|web|sandbox)/', pathNot: ['^src/kit/', '^src/outside/$1/'] },
  ),
  // rooms
  ...FLOW.slice(0, -1).map((room, i) =>
    rule(
      `${room}-imports-left-only`,
      `${room} may not know ${FLOW.slice(i + 1).join(', ')}.`,
      { path: `^src/${room}/`, pathNot: TEST },
      { path: `^src/${any(FLOW.slice(i + 1))}/` },
    ),
  ),
  rule(
    'front-door-only',
    'Another room is entered through its index.ts (contracts may share shapes).',
    { path: `^src/(${ROOMS})/` },
    { path: `^src/${ROOMS}/`, pathNot: ['^src/$1/', `^src/${ROOMS}/(?:index|contract)[.]ts$`] },
  ),
  rule(
    'doors-use-front-doors',
    'Doors and main enter a room through its index.ts.',
    { path: '^src/(?:doors/|main[.]ts)', pathNot: TEST },
    { path: `^src/${ROOMS}/`, pathNot: `^src/${ROOMS}/(?:index|contract)[.]ts$` },
  ),
  rule(
    'rooms-do-not-know-doors',
    'Rooms are entered from doors, never the reverse.',
    { path: `^src/${ROOMS}/` },
    { path: '^src/(?:doors/|main|config)' },
  ),
  rule(
    'outside-as-type-only',
    'A room receives panel, stripe and mail as arguments; it imports only their types.',
    { path: `^src/${ROOMS}/`, pathNot: TEST },
    { path: '^src/outside/', ...notType },
  ),
  // roles inside a room
  rule(
    'rules-are-pure',
    'rules see values only: no db, world, HTTP, SQL, store.',
    { path: `^src/${ROOMS}/rules(?:[.]ts|/)`, pathNot: TEST },
    {
      path: [
        '^src/(?:db|loop|outside)/',
        '^src/world[.]ts$',
        '/(?:store|routes|reconcile)(?:[.]ts$|/)',
        '^(?:node:)?(?:fs|net|http|https|child_process|timers)',
        'node_modules/(?:pg|kysely|stripe|@?hono)/',
      ],
      ...notType,
    },
  ),
  rule(
    'sql-only-in-store',
    'Only stores speak SQL.',
    { path: `^src/${ROOMS}/`, pathNot: ['/store(?:[.]ts$|/)', TEST] },
    { path: ['^src/db/', 'node_modules/(?:pg|kysely)/'], ...notType },
  ),
  rule(
    'http-only-in-routes',
    'Only routes know HTTP.',
    { path: '^src/', pathNot: ['/routes(?:[.]ts$|/)', '^src/doors/http/', TEST] },
    { path: 'node_modules/@?hono/', ...notType },
  ),
  rule(
    'contract-is-light',
    'contract.ts is shared with the browser: zod and kit/contract only.',
    { path: `^src/${ROOMS}/contract[.]ts$` },
    { path: '^src/', pathNot: ['^src/kit/contract', '/contract[.]ts$'] },
  ),
  // the far side of the wire
  rule(
    'clients-see-contracts-only',
    'The web app talks to the API; it shares contract.ts and nothing else.',
    { path: '^web/', pathNot: TEST },
    { path: '^(?:src|sandbox)/', pathNot: ['/contract[.]ts$', '^src/kit/contract'] },
  ),
  rule(
    'sandbox-and-tests-stay-out',
    'Shipped code never imports sandbox/ or test/.',
    { path: '^(?:src|web)/', pathNot: TEST },
    { path: '^(?:sandbox|test)/' },
  ),
]

export default {
  forbidden,
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(?:dist|[.]data|[.]tmp)/' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.mjs'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
}
