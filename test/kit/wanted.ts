import type { Attempt, SeenServer, Want } from '../../src/servers/rules/want.ts'

export const T0 = new Date('2026-03-01T12:00:00Z')
export const past = (ms: number, from = T0): Date => new Date(from.getTime() + ms)

const LIMITS = { memory: 4096, swap: 0, disk: 20_480, io: 500, cpu: 200 }
const FEATURES = { databases: 1, backups: 1, allocations: 2 }
const ORDER = '11111111-2222-4333-8444-555555555555'

/** A paid order of a known customer with room held, ready to be made. */
export const wantOf = (change: Partial<Want> = {}): Want => ({
  orderId: ORDER,
  planId: 'mc-4',
  status: 'paid',
  serverName: 'Castle',
  deliveredAt: null,
  canceledAt: null,
  suspendWanted: false,
  suspendedByUs: false,
  deleteWantedAt: null,
  changedByHand: null,
  failureCode: null,
  nextCheckAt: T0,
  serverId: null,
  ownerId: 7,
  recipe: { eggId: 5, ports: ['game', 'query'] },
  limits: LIMITS,
  features: FEATURES,
  resizeWanted: false,
  place: {
    nodeId: 1,
    sellable: true,
    allocations: [
      { id: 31, port: 25565 },
      { id: 32, port: 25566 },
    ],
  },
  panelDoubtful: false,
  attempt: null,
  tries: { creates: 0, ports: 0, reinstalls: 0, recreated: 0 },
  installingSince: null,
  ...change,
})

/** The server that such an order makes, as the panel shows it. */
export const serverOf = (change: Partial<SeenServer> = {}): SeenServer => ({
  what: 'server',
  at: T0,
  id: 900,
  identifier: 'abcd1234',
  externalId: ORDER,
  status: 'installing',
  suspended: false,
  ownerId: 7,
  nodeId: 1,
  eggId: 5,
  limits: LIMITS,
  features: FEATURES,
  allocationId: 31,
  allocationIds: [31, 32],
  ...change,
})

export const attemptOf = (change: Partial<Attempt> = {}): Attempt => ({
  step: 'create',
  startedAt: T0,
  answer: 'none',
  answeredAt: null,
  allocationIds: [31, 32],
  ...change,
})
