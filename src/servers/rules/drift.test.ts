import { describe, expect, test } from 'vitest'
import type { PanelServer } from '../../outside/panel/types.ts'
import { brakeLimit, mayGoOn } from './brake.ts'
import { drifts, type OrderWord } from './drift.ts'

const NOW = new Date('2026-03-01T12:00:00Z')
const LIMITS = { memory: 4096, swap: 0, disk: 10_240, io: 500, cpu: 200 }
const order: OrderWord = {
  status: 'active',
  delivered: true,
  busy: false,
  resizing: false,
  changedByHand: false,
  serverId: 7,
  suspendWanted: false,
  suspendedByUs: false,
  deleteWantedAt: null,
  ownerId: 3,
  limits: LIMITS,
  databases: 1,
  backups: 1,
  nodeId: 1,
  ports: [10, 11],
}
const port = (id: number) => ({ id, ip: '203.0.113.1', alias: null, port: 25_000 + id })
const server: PanelServer = {
  id: 7,
  externalId: 'o1',
  uuid: 'u',
  identifier: 'abcdef12',
  name: 'Castle',
  description: '',
  status: null,
  suspended: false,
  limits: LIMITS,
  featureLimits: { databases: 1, allocations: 2, backups: 1 },
  userId: 3,
  nodeId: 1,
  allocationId: 10,
  eggId: 5,
  environment: {},
  allocations: [port(10), port(11)],
  createdAt: NOW,
}
const said = (ours: Partial<OrderWord> | null, theirs: Partial<PanelServer> = {}) =>
  drifts({ id: 'o1', order: ours && { ...order, ...ours } }, { ...server, ...theirs }, NOW).map((one) => `${one.kind} ${one.follow}`)

describe('what one look at a server says', () => {
  test.each<[string, Partial<OrderWord> | null, Partial<PanelServer>, string[]]>([
    ['as ordered', {}, {}, []],
    ['another default port of its own', {}, { allocationId: 11 }, []],
    ['owned by another', {}, { userId: 9 }, ['servers.wrong_owner patch']],
    ['no account known yet', { ownerId: null }, { userId: 9 }, []],
    ['more memory', {}, { limits: { ...LIMITS, memory: 8192 } }, ['servers.wrong_limits patch']],
    ['more memory, while its plan is being changed', { resizing: true }, { limits: { ...LIMITS, memory: 8192 } }, []],
    ['another owner all the same', { resizing: true }, { userId: 9 }, ['servers.wrong_owner patch']],
    ['less disk', {}, { limits: { ...LIMITS, disk: 1 } }, ['servers.wrong_limits patch']],
    ['more cpu', {}, { limits: { ...LIMITS, cpu: 0 } }, ['servers.wrong_limits patch']],
    ['other io', {}, { limits: { ...LIMITS, io: 10 } }, ['servers.wrong_limits patch']],
    ['swap', {}, { limits: { ...LIMITS, swap: -1 } }, ['servers.wrong_limits patch']],
    ['unlimited databases', {}, { featureLimits: { databases: -1, allocations: 2, backups: 1 } }, ['servers.wrong_limits patch']],
    ['runs, should not', { suspendWanted: true }, {}, ['servers.not_suspended suspend']],
    ['stands still by staff', {}, { suspended: true, status: 'suspended' }, ['servers.suspended_on_panel ask']],
    ['stands still by us', { suspendedByUs: true }, { suspended: true }, ['servers.suspended_on_panel reconcile']],
    ['stands still, as wanted', { suspendWanted: true }, { suspended: true }, []],
    ['a port is gone', {}, { allocations: [port(10)] }, ['servers.ports_lost patch']],
    ['a port was swapped', {}, { allocations: [port(10), port(12)] }, ['servers.ports_lost patch']],
    ['a port more', {}, { allocations: [port(10), port(11), port(12)] }, ['servers.extra_ports ask']],
    ['ports not told', {}, { allocations: [] }, []],
    ['on another node', {}, { nodeId: 2, allocations: [port(99)] }, ['servers.moved ask']],
    ['several at once', {}, { userId: 9, suspended: true }, ['servers.wrong_owner patch', 'servers.suspended_on_panel ask']],
    ['a call is under way', { busy: true }, { userId: 9 }, []],
    ['changed by hand a moment ago', { changedByHand: true }, { userId: 9 }, []],
    ['being installed', { status: 'installing', delivered: false }, { userId: 9, status: 'installing' }, []],
    ['with a person', { status: 'error' }, { userId: 9 }, []],
    ['paid, its server not known', { status: 'paid', delivered: false, serverId: null }, {}, ['servers.unrecorded reconcile']],
    ['canceled and running', { status: 'canceled' }, {}, ['servers.canceled_stands suspend']],
    ['canceled and stopped', { status: 'canceled' }, { suspended: true }, []],
    ['canceled, to be deleted', { status: 'canceled', deleteWantedAt: NOW }, { suspended: true }, ['servers.canceled_stands delete']],
    ['canceled, another server of its id', { status: 'canceled', serverId: 8 }, {}, []],
    ['a reinstallation failed', {}, { status: 'reinstall_failed' }, ['servers.reinstall_needed ask']],
    ['of an unpaid checkout', null, {}, ['servers.server_of_checkout ask']],
  ])('%s', (_name, ours, theirs, expected) => {
    expect(said(ours, theirs)).toEqual(expected)
  })
})

test('it says what differs in numbers', () => {
  const [one] = drifts({ id: 'o1', order }, { ...server, limits: { ...LIMITS, memory: 8192 } }, NOW)
  expect(one).toMatchObject({
    severity: 'warning',
    summary: 'The server has other limits than its plan: memory 8192 instead of 4096.',
    evidence: { memory: [4096, 8192] },
  })
})

test('the brake: ten an hour or a twentieth of the fleet, whichever is more; all or nothing; a person lets it go', () => {
  expect([0, 100, 200, 1_000, 100_000].map(brakeLimit)).toEqual([10, 10, 10, 50, 5_000])
  const ask = { wanted: 10, recent: 0, fleet: 50, agreed: false }
  expect(mayGoOn(ask)).toBe(true)
  expect(mayGoOn({ ...ask, wanted: 11 })).toBe(false)
  expect(mayGoOn({ ...ask, recent: 1 })).toBe(false)
  expect(mayGoOn({ ...ask, recent: 10, wanted: 0 })).toBe(true)
  expect(mayGoOn({ ...ask, wanted: 400, agreed: true })).toBe(true)
})
