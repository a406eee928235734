import { randomUUID } from 'node:crypto'
import { afterAll, expect, test } from 'vitest'
import { tryPanel } from '../../../sandbox/panel/fixture.ts'
import { asFailure } from '../../kit/failure.ts'
import { createPanel } from './index.ts'
import type { NewPanelServer, PanelCall, PanelCallRecord } from './types.ts'

/** The adapter against the sandbox's panel, which answers as the real one did (the `contract` seed). */
const sandbox = await tryPanel({ installSeconds: 30, timeScale: 0.01, rateLimit: 10_000 })
afterAll(() => sandbox.close())
const records: PanelCallRecord[] = []
const hooks = { before: async () => undefined, after: async (record: PanelCallRecord) => void records.push(record) }
const keys = { appKey: 'ptla_sandbox_application_key', clientKey: 'ptlc_sandbox_client_key' }
const panel = createPanel({ url: sandbox.panel.url, ...keys, hooks })
const CALL: PanelCall = { share: 'staff' }
const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => expect.unreachable('it should have failed'),
    (error) => asFailure(error),
  )

const newServer = (allocation: number, fields: Partial<NewPanelServer> = {}): NewPanelServer => ({
  name: 'one',
  externalId: randomUUID(),
  userId: 3,
  eggId: 5,
  dockerImage: 'ghcr.io/pterodactyl/yolks:java_21',
  startup: 'java -jar {{SERVER_JARFILE}}',
  environment: { MINECRAFT_VERSION: 'latest', SERVER_JARFILE: 'server.jar', DL_PATH: '', BUILD_NUMBER: 'latest' },
  limits: { memory: 1024, swap: 0, disk: 5000, io: 500, cpu: 100 },
  featureLimits: { databases: 1, allocations: 0, backups: 1 },
  allocation: { default: allocation, additional: [allocation + 1] },
  startOnCompletion: true,
  ...fields,
})

test('places, nodes, all allocations and eggs with their variables are read', async () => {
  expect(await panel.locations(CALL)).toMatchObject([
    { id: 1, short: 'eu.fra' },
    { id: 2, short: 'us.nyc' },
  ])
  const nodes = await panel.nodes(CALL)
  expect(nodes[0]).toMatchObject({
    id: 1,
    name: 'node-1',
    locationId: 1,
    public: true,
    maintenance: false,
    memoryMb: 65_536,
    diskMb: 1_000_000,
  })
  expect(await panel.allocations(CALL, 1)).toHaveLength(300)
  const eggs = await panel.eggs(CALL)
  const paper = eggs.find((egg) => egg.id === 5)
  expect(paper).toMatchObject({ nestId: 1, name: 'Paper', dockerImage: 'ghcr.io/pterodactyl/yolks:java_21' })
  expect(paper?.variables.map((variable) => variable.envVariable)).toContain('SERVER_JARFILE')
})

test('a customer is made, found by external id and by address, changed', async () => {
  const made = await panel.createUser(CALL, {
    externalId: 'cust_1',
    username: 'anna',
    email: 'anna@example.com',
    firstName: 'Anna',
    lastName: 'A',
  })
  await panel.createUser(CALL, {
    externalId: 'cust_12',
    username: 'joanna',
    email: 'joanna@example.com',
    firstName: 'Joanna',
    lastName: 'J',
  })
  expect(await panel.userByExternalId(CALL, 'cust_1')).toEqual(made)
  expect(await panel.userByExternalId(CALL, 'nobody')).toBeNull()
  expect(await panel.userById(CALL, made.id)).toEqual(made)
  expect(await panel.userById(CALL, 999)).toBeNull()
  expect(await panel.usersByEmail(CALL, 'anna@example.com')).toEqual([made])
  expect(await panel.updateUser(CALL, made, { externalId: 'cust_2' })).toEqual({ ...made, externalId: 'cust_2' })
  const twice = { externalId: 'cust_3', username: 'anna', email: 'anna@example.com', firstName: 'Anna', lastName: 'A' }
  const refused = await failureOf(panel.createUser(CALL, twice))
  expect(refused).toMatchObject({ code: 'panel.refused', facts: { answered: true, status: 422 } })
  expect(Object.keys(refused.facts['refused'] as object).sort()).toEqual(['email', 'username'])
})

test('a server is made, found, suspended, unsuspended and deleted', async () => {
  const ask = newServer(10)
  const made = await panel.createServer({ share: 'create', orderId: ask.externalId }, ask)
  expect(made).toMatchObject({
    externalId: ask.externalId,
    status: 'installing',
    userId: 3,
    eggId: 5,
    nodeId: 1,
    allocationId: 10,
    limits: ask.limits,
  })
  expect(made.environment).toMatchObject(ask.environment)
  const found = await panel.serverByExternalId(CALL, ask.externalId)
  expect(found?.allocations.map((allocation) => allocation.id)).toEqual([10, 11])
  const other = await panel.createServer(CALL, newServer(20))
  const seen = await panel.serversByExternalIds(CALL, [ask.externalId, other.externalId ?? '', randomUUID()])
  expect(seen.map((server) => server.id)).toEqual([made.id, other.id])
  await panel.suspendServer(CALL, made.id)
  expect(await panel.serverByExternalId(CALL, ask.externalId)).toMatchObject({ suspended: true, status: 'suspended' })
  await panel.unsuspendServer(CALL, made.id)
  await panel.reinstallServer(CALL, made.id)
  expect(await panel.powerState(CALL, made.identifier)).toBeNull()
  const listed = []
  for await (const page of panel.servers(CALL)) listed.push(...page)
  expect(listed.map((server) => server.id)).toEqual([made.id, other.id])
  await panel.deleteServer(CALL, made.id)
  expect(await panel.serverByExternalId(CALL, ask.externalId)).toBeNull()
  expect(await failureOf(panel.deleteServer(CALL, made.id))).toMatchObject({ code: 'panel.not_found', kind: 'missing' })
})

test('the client API says whether an installed server runs', async () => {
  const made = await panel.createServer(CALL, newServer(30))
  await sandbox.clock.advance(60_000)
  expect(await panel.powerState(CALL, made.identifier)).toBe('running')
  expect(await createPanel({ url: sandbox.panel.url, ...keys, clientKey: null, hooks }).powerState(CALL, made.identifier)).toBeNull()
})

test('a refused create names the field, and nothing stands', async () => {
  const ask = newServer(40, { environment: { SERVER_JARFILE: 'not a jar' } })
  const refused = await failureOf(panel.createServer(CALL, ask))
  expect(refused.code).toBe('panel.refused')
  expect(refused.facts['refused']).toHaveProperty('environment.SERVER_JARFILE')
  expect(await panel.serverByExternalId(CALL, ask.externalId)).toBeNull()
})

test('a daemon that fails leaves nothing; a proxy’s time-out after the deed leaves a server', async () => {
  sandbox.faults.add({ system: 'panel', kind: 'daemon_error', status: 404, times: 1 })
  const failed = newServer(50)
  expect(await failureOf(panel.createServer(CALL, failed))).toMatchObject({
    code: 'panel.daemon_failed',
    facts: { status: 404, answered: true },
  })
  expect(await panel.serverByExternalId(CALL, failed.externalId)).toBeNull()
  sandbox.faults.add({ system: 'panel', kind: 'error_after', match: 'POST /api/application/servers', times: 1 })
  const lost = newServer(60)
  expect(await failureOf(panel.createServer(CALL, lost))).toMatchObject({
    code: 'panel.unreachable',
    facts: { answered: false, status: 504 },
  })
  expect(await panel.serverByExternalId(CALL, lost.externalId)).toMatchObject({ externalId: lost.externalId })
})

test('a refused key is told apart', async () => {
  const wrong = createPanel({ url: sandbox.panel.url, ...keys, appKey: 'ptla_wrong', hooks })
  expect(await failureOf(wrong.nodes(CALL))).toMatchObject({ code: 'panel.key_refused', kind: 'denied', facts: { status: 401 } })
  expect(records.at(-1)).toMatchObject({ panelCode: 'AuthenticationException', status: 401 })
})
