import type { Scenario } from './replay.ts'
import type { ServerAsked, Stage } from './stage.ts'

/** Transcripts that cannot be replayed, with the reason. */
export const UNREPLAYABLE: Record<string, string> = {}

type Step = NonNullable<Scenario['before']>

const all =
  (...steps: Step[]): Step =>
  async (stage) => {
    for (const step of steps) await step(stage)
  }
const daemon =
  (behaviour: Parameters<Stage['panel']['setDaemon']>[1], node = 1): Step =>
  ({ panel }) =>
    panel.setDaemon(node, behaviour)
const well = daemon({})
const installed: Step = (stage) => stage.installed()
const pass =
  (ms: number): Step =>
  ({ clock }) =>
    clock.advance(ms)
/** The panel's patience with a daemon is over. */
const timeout = pass(15_000)
const until =
  (done: (stage: Stage) => boolean): Step =>
  async (stage) => {
    while (!done(stage)) await new Promise((resolve) => setImmediate(resolve))
  }
const user =
  (id: number, more: Record<string, unknown>): Step =>
  (stage) =>
    stage.user(id, more)
const server =
  (id: number, asked: ServerAsked): Step =>
  (stage) =>
    stage.server(id, asked)

const owner = user(4, { email: 'owner@example.com', username: 'owner', first_name: 'Ow', last_name: 'Ner', external_id: 'cust_1' })
const first = server(1, { user: 4, name: 'srv 1', external_id: 'svc_1', allocation: 1 })
const theirs = (id: number, number: number, allocation: number): Step =>
  all(owner, server(id, { user: 4, name: `srv ${number}`, external_id: `svc_${number}`, allocation }))
const only900 = server(1, { name: 'srv 900', external_id: 'svc_900', allocation: 47 })
const only950 = server(1, {
  user: 3,
  name: 'srv 950',
  external_id: 'svc_950',
  allocation: 48,
  uuid: '33228884-ef71-467d-83fc-e2598d6830d6',
})
const cust1001 = user(4, { email: 'cust1001@example.com', username: 'cust1001', external_id: 'cust_1001' })
const cust1002 = user(5, { email: 'cust1002@example.com', username: 'cust1002', external_id: 'cust_1002' })

/** A node whose daemon does not run, with one port. */
const deadNode: Step = async (stage) => {
  stage.next({ nodes: 4, allocations: 321 })
  await stage.call('POST', '/api/application/nodes', {
    name: 'node-dead',
    location_id: 1,
    fqdn: '127.0.0.1',
    scheme: 'http',
    memory: 8192,
    memory_overallocate: 0,
    disk: 50_000,
    disk_overallocate: 0,
    daemon_sftp: 2022,
    daemon_listen: 8099,
  })
  await stage.call('POST', '/api/application/nodes/4/allocations', { ip: '10.0.0.3', ports: ['26999'] })
}

const afterLimit: Step = async ({ panel }) => {
  const key = 'ptla_contract_ratelimit'
  for (let count = 1; count < 240; count += 1) {
    await fetch(`${panel.url}/api/application/users/2`, { headers: { accept: 'application/json', authorization: `Bearer ${key}` } })
  }
}

const createRefused = (status: number): Scenario => ({ before: all(owner, daemon({ create: status })) })
const syncAnswers = [500, 404, 403, 401, 409, 422, 429, 502, 503]

/** Two drew the same port. */
const LOST_RACE = ['500 DataValidationException', '500 QueryException']

export const SCENARIOS: Record<string, Scenario> = {
  'auth-include-without-permission': { before: server(1, { name: 'srv inc', external_id: 'svc_inc', allocation: 1 }) },
  'client-power': { before: only950 },
  'client-resources': { before: only950, steps: { 3: pass(21_000) }, loose: ['uptime'] },
  'client-resources-daemon-fails': { before: all(only950, daemon({ stats: 500 })) },
  'client-servers': { before: only950 },
  'errors-unknown-route': {
    before: user(4, { email: 'viaclient@example.com', username: 'viaclient', first_name: 'V', last_name: 'C' }),
  },
  locations: { before: only900 },
  'nodes-allocations-delete': {
    before: all(only900, async (stage) => {
      stage.next({ allocations: 316 })
      await stage.call('POST', '/api/application/nodes/2/allocations', { ip: '10.0.0.9', ports: ['26000'] })
    }),
  },
  'nodes-allocations-list': { before: only900 },
  'nodes-create-update-delete': { before: only900 },
  'nodes-get': { before: only900 },
  'nodes-get-include': { before: server(1, { name: 'srv 900', external_id: 'svc_900', allocation: 47, installing: true }) },
  'nodes-list': { before: only900 },
  'race-additional-allocation': { together: 6 },
  'race-deploy-capacity': { together: 6, mayAnswer: LOST_RACE, loose: ['memory', 'disk'] },
  'race-deploy-last-allocation': { together: 6, mayAnswer: LOST_RACE },
  'race-duplicate-user': { together: 6 },
  'rate-limit': { steps: { 1: afterLimit, 8: pass(60_000) } },
  'servers-create-accept-any': { steps: { 1: daemon({ create: 500 }), 2: well } },
  'servers-create-allocation-assigned': { before: all(owner, first) },
  'servers-create-client-gives-up': {
    next: { servers: 46 },
    before: all(owner, daemon({ delayMs: 6000 })),
    steps: {
      2: all(
        pass(6000),
        until(({ panel }) => panel.daemonServers(1).length > 0),
        installed,
      ),
    },
  },
  ...Object.fromEntries([401, 403, 404, 422, 429, 500, 502].map((status) => [`servers-create-daemon-${status}`, createRefused(status)])),
  'servers-create-daemon-500': { ...createRefused(500), next: { servers: 31 }, steps: { 2: well } },
  'servers-create-daemon-500-but-kept': { before: all(owner, daemon({ create: { status: 500, done: true } })) },
  'servers-create-daemon-500-delete-500': { before: all(owner, daemon({ create: { status: 500, done: true }, delete: 500 })) },
  'servers-create-daemon-and-delete-hang': {
    before: all(owner, daemon({ create: 'hang', delete: 'hang' })),
    launched: [0],
    steps: {
      0: all(
        timeout,
        until(({ panel }) => panel.daemonCalls().length === 2),
        timeout,
      ),
    },
  },
  'servers-create-daemon-down': { before: deadNode },
  'servers-create-daemon-drops-connection': { before: all(owner, daemon({ create: 'drop' })) },
  'servers-create-daemon-hangs': {
    next: { servers: 44 },
    before: all(owner, daemon({ create: 'hang' })),
    launched: [2],
    steps: { 2: timeout },
  },
  'servers-create-deploy-and-allocation': { before: all(owner, first) },
  'servers-create-duplicate-external-id': { before: all(owner, first) },
  'servers-create-install-failed-then-reinstall': {
    before: all(owner, daemon({ install: 'fails' })),
    steps: { 1: installed, 2: well, 3: installed },
  },
  'servers-create-install-fails': { before: all(owner, daemon({ install: 'fails' })), steps: { 1: installed } },
  'servers-create-install-never': { before: all(owner, daemon({ install: 'never' })), steps: { 1: installed } },
  'servers-create-ok': { before: owner, steps: { 2: installed } },
  'servers-create-ok-additional-allocations': { before: owner, steps: { 1: installed } },
  'servers-create-ok-start-on-completion': { before: owner, steps: { 1: installed } },
  ...Object.fromEntries(
    ['allocation-other-node', 'bad-limits', 'minimal', 'missing-name', 'unknown-egg', 'unknown-variable-ignored', 'unknown-user'].map(
      (name) => [`servers-create-${name}`, { before: owner }],
    ),
  ),
  'servers-create-overcommit': { before: all(owner, server(8, { user: 4, allocation: 305 })) },
  'servers-delete': { before: theirs(24, 29, 21) },
  'servers-delete-daemon-hangs': {
    before: all(theirs(28, 33, 25), daemon({ delete: 'hang' })),
    launched: [0],
    steps: { 0: timeout, 2: well },
  },
  'servers-delete-force': { before: all(theirs(25, 30, 22), daemon({ delete: 500 })) },
  'servers-delete-other-word': { before: all(theirs(26, 31, 23), daemon({ delete: 500 })), steps: { 1: well } },
  'servers-delete-suspended': { before: theirs(30, 35, 27) },
  'servers-delete-while-installing': { before: owner },
  'servers-list-include': {
    before: all(
      owner,
      first,
      server(2, { user: 4, name: 'srv 2', external_id: 'svc_2', allocation: 2, additional: [3, 4] }),
      // Twelve more, which only count in the totals.
      server(3, { allocation: 11, memory: 4_294_967_295, disk: 40_001 }),
      server(4, { allocation: 12, memory: 10_241, disk: 0 }),
      ...Array.from({ length: 10 }, (_, at) => server(5 + at, { allocation: 13 + at, memory: 0, disk: 0 })),
    ),
  },
  'servers-list-per-page': { before: only900 },
  'servers-patch-build': {
    before: all(owner, first, server(22, { user: 4, name: 'srv 27', external_id: 'svc_27', allocation: 17 })),
    steps: { 14: daemon({ sync: 500 }) },
  },
  'servers-patch-details': { before: all(owner, first, server(21, { user: 4, name: 'srv 26', external_id: 'svc_26', allocation: 16 })) },
  'servers-reinstall': { before: all(owner, first), steps: { 2: installed } },
  'servers-reinstall-daemon-fails': { before: all(owner, first, daemon({ reinstall: 500 })) },
  'servers-reinstall-reports-failure': { before: all(theirs(20, 25, 15), daemon({ install: 'fails' })), steps: { 1: installed } },
  'servers-suspend-daemon-fails': {
    before: all(owner, first),
    steps: Object.fromEntries(syncAnswers.map((status, at) => [at, daemon({ sync: status })])),
  },
  'servers-suspend-daemon-hangs': { before: all(owner, first, daemon({ sync: 'hang' })), launched: [1], steps: { 1: timeout } },
  'servers-suspend-daemon-lost-server': {
    before: all(
      theirs(15, 20, 10),
      daemon({ sync: { status: 404, error: 'The requested resource does not exist on this instance.' }, delete: 404 }),
    ),
  },
  'servers-suspend-unsuspend': { before: all(owner, first) },
  'servers-suspend-while-installing': { before: owner, steps: { 3: installed } },
  'servers-unsuspend-while-installing': { before: owner },
  'servers-user-delete-with-servers': { before: all(owner, first) },
  'users-create-duplicate-email': { before: cust1001 },
  'users-create-duplicate-external-id': { before: cust1001 },
  'users-create-duplicate-username': { before: cust1001 },
  'users-get': { before: all(cust1001, user(9, { email: 'cust2003@example.com', username: 'a_b.c-d1' })) },
  'users-get-by-external-id': { before: cust1001 },
  'users-update-ok': { before: all(cust1001, cust1002) },
}
