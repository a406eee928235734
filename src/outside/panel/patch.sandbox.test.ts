import { randomUUID } from 'node:crypto'
import { afterAll, expect, test } from 'vitest'
import { tryPanel } from '../../../sandbox/panel/fixture.ts'
import { createPanel } from './index.ts'
import type { PanelCall } from './types.ts'

const sandbox = await tryPanel({ installSeconds: 30, timeScale: 0.01, rateLimit: 10_000 })
afterAll(() => sandbox.close())
const panel = createPanel({
  url: sandbox.panel.url,
  appKey: 'ptla_sandbox_application_key',
  clientKey: null,
  hooks: { before: async () => undefined, after: async () => undefined },
})
const CALL: PanelCall = { share: 'sync' }
const LIMITS = { memory: 1024, swap: 0, disk: 5000, io: 500, cpu: 100 }
const make = (allocation: number) =>
  panel.createServer(CALL, {
    name: 'one',
    externalId: randomUUID(),
    userId: 3,
    eggId: 5,
    dockerImage: 'ghcr.io/pterodactyl/yolks:java_21',
    startup: 'java -jar {{SERVER_JARFILE}}',
    environment: { MINECRAFT_VERSION: 'latest', SERVER_JARFILE: 'server.jar', DL_PATH: '', BUILD_NUMBER: 'latest' },
    limits: LIMITS,
    featureLimits: { databases: 1, allocations: 0, backups: 1 },
    allocation: { default: allocation, additional: [allocation + 1] },
    startOnCompletion: true,
  })

test('a build is changed whole: limits, feature limits as numbers, a port added', async () => {
  const made = await make(30)
  const limits = { ...LIMITS, memory: 2048, cpu: 300 }
  const featureLimits = { databases: 0, allocations: 2, backups: 3 }
  const changed = await panel.patchBuild(CALL, made, { limits, featureLimits, addAllocations: [32] })
  expect(changed).toMatchObject({ limits, featureLimits, allocationId: 30 })
  const page = await panel.serversPage(CALL, 1)
  expect(page.last).toBe(true)
  expect(page.items.find((one) => one.id === made.id)?.allocations.map((one) => one.id)).toEqual([30, 31, 32])
})

test('a new owner leaves name and external id as they were', async () => {
  const made = await make(40)
  const changed = await panel.patchDetails(CALL, made, { userId: 1 })
  expect(changed).toMatchObject({ userId: 1, name: made.name, externalId: made.externalId })
  expect((await panel.serverByExternalId(CALL, made.externalId ?? ''))?.id).toBe(made.id)
})

test('a page past the end is empty and the last', async () => {
  expect(await panel.serversPage(CALL, 99)).toEqual({ items: [], last: true })
})
