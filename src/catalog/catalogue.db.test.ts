import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createFaults } from '../../sandbox/faults.ts'
import { createClock } from '../../sandbox/kit/clock.ts'
import { openJournal } from '../../sandbox/kit/journal.ts'
import { tryPanel } from '../../sandbox/panel/fixture.ts'
import { demoCatalogue } from '../../sandbox/seeds/demo-catalogue.ts'
import { demoPanelSeed } from '../../sandbox/seeds/demo-panel.ts'
import { startStripe } from '../../sandbox/stripe/start.ts'
import { testDb } from '../../test/kit/database.ts'
import { openFindingsAbout } from '../findings/index.ts'
import { createPanel } from '../outside/panel/index.ts'
import { createStripe } from '../outside/stripe/index.ts'
import {
  type CatalogueFile,
  gameById,
  gamesForSale,
  importCatalogue,
  planById,
  publishPrices,
  recipeOf,
  recipeReport,
  resolveEnvironment,
  syncEggs,
} from './index.ts'

const db = await testDb()
const clock = createClock()
const journal = openJournal(null)
const stripeBox = await startStripe({ clock, journal, faults: createFaults(journal), secretKey: 'sk_test_sandbox' })
const panelBox = await tryPanel({ seed: demoPanelSeed(), rateLimit: 10_000 })
afterAll(async () => {
  await Promise.all([stripeBox.close(), panelBox.close()])
  clock.close()
})
const hooks = { before: async () => undefined, after: async () => undefined }
const panel = createPanel({ url: panelBox.panel.url, appKey: 'ptla_sandbox_application_key', clientKey: null, hooks })
const at = { host: '127.0.0.1', port: stripeBox.port, protocol: 'http' as const }
const stripe = createStripe({ secretKey: 'sk_test_sandbox', webhookSecrets: ['whsec_x'], app: 'givrwrld', hooks, ...at })
const NOW = new Date('2026-01-01T00:00:00Z')
const world = { db, panel, stripe, now: () => NOW }

/** The demo catalogue with one plan changed. */
const withPlan = (id: string, change: Partial<CatalogueFile['games'][number]['recipes'][number]['plans'][number]>): CatalogueFile => {
  const file = structuredClone(demoCatalogue)
  const plan = file.games.flatMap((game) => game.recipes.flatMap((recipe) => recipe.plans)).find((one) => one.id === id)
  Object.assign(plan ?? {}, change)
  return file
}

beforeAll(async () => {
  await importCatalogue(world, demoCatalogue)
})

test('nothing is sold before the recipes were checked and the prices published', async () => {
  expect((await planById(db.q, 'rust-vanilla-3gb'))?.problem).toBe('Not checked against the panel yet.')
  expect(await recipeOf(db.q, 'rust-vanilla-3gb')).toBeNull()
  expect(await syncEggs(world)).toEqual({ eggs: 17, refused: [] })
  expect((await planById(db.q, 'rust-vanilla-3gb'))?.problem).toBe('Its prices are not published at Stripe yet.')
  const count = demoCatalogue.games.flatMap((game) => game.recipes.flatMap((recipe) => recipe.plans)).length
  expect(await publishPrices(world)).toEqual({ published: count * 4, unchanged: 0 })
  expect(await publishPrices(world)).toEqual({ published: 0, unchanged: count * 4 })
  expect((await recipeReport(db.q)).filter((plan) => plan.problem !== null)).toEqual([])
})

test('a plan, its game and its recipe are what the file says', async () => {
  expect(await planById(db.q, 'minecraft-paper-4gb')).toMatchObject({
    gameId: 'minecraft',
    variant: 'Paper',
    ramGb: 4,
    cores: 2,
    diskGb: 20,
    ports: ['game'],
    prices: [
      { term: 'monthly', amountCents: 1399 },
      { term: 'quarterly', amountCents: 3987 },
      { term: 'semi_annual', amountCents: 7555 },
      { term: 'yearly', amountCents: 13_430 },
    ],
    problem: null,
  })
  expect(await gameById(db.q, 'minecraft')).toMatchObject({ eula: { url: 'https://www.minecraft.net/eula' } })
  expect(await gameById(db.q, 'chess')).toBeNull()
  expect((await gamesForSale(db.q)).map((game) => game.id)).toEqual(demoCatalogue.games.map((game) => game.id))
  expect(await planById(db.q, 'nothing')).toBeNull()
})

test('the panel really takes a server of every recipe of the demo catalogue', async () => {
  let allocation = 1
  for (const recipe of demoCatalogue.games.flatMap((game) => game.recipes)) {
    const plan = await planById(db.q, recipe.plans[0]?.id ?? '')
    const found = await recipeOf(db.q, plan?.id ?? '')
    if (!plan || !found) return expect.unreachable(`no recipe for ${recipe.id}`)
    const first = allocation
    allocation += found.ports.length
    const ports = Object.fromEntries(found.ports.map((name, i) => [name, 25_564 + first + i]))
    const made = await panel.createServer(
      { share: 'create' },
      {
        name: recipe.id,
        externalId: randomUUID(),
        userId: 2,
        eggId: found.eggId,
        dockerImage: found.dockerImage,
        startup: found.startup,
        environment: resolveEnvironment(found, ports),
        limits: { memory: plan.ramGb * 1024, swap: plan.swapMb, disk: plan.diskGb * 1024, io: plan.io, cpu: plan.cores * 100 },
        featureLimits: { databases: plan.databases, allocations: 0, backups: plan.backups },
        allocation: { default: first, additional: found.ports.slice(1).map((_, i) => first + 1 + i) },
        startOnCompletion: true,
      },
    )
    expect(made.status).toBe('installing')
  }
})

test('importing again changes nothing; a changed amount is published anew, the old price stays at Stripe', async () => {
  const before = await planById(db.q, 'terraria-vanilla-2gb')
  expect(await importCatalogue(world, demoCatalogue)).toMatchObject({ withdrawn: [], refused: [] })
  expect(await planById(db.q, 'terraria-vanilla-2gb')).toEqual(before)
  await importCatalogue(world, withPlan('terraria-vanilla-2gb', { monthlyCents: 799 }))
  expect(await planById(db.q, 'terraria-vanilla-2gb')).toMatchObject({ problem: 'Its prices are not published at Stripe yet.' })
  expect(await publishPrices(world)).toMatchObject({ published: 4 })
  const after = await planById(db.q, 'terraria-vanilla-2gb')
  expect(after).toMatchObject({ problem: null, prices: [{ amountCents: 799 }, {}, {}, {}] })
  await importCatalogue(world, demoCatalogue)
  await publishPrices(world)
  expect(await planById(db.q, 'terraria-vanilla-2gb')).toEqual(before)
})

test('a plan that leaves the file is withdrawn, and one that comes back is sold again', async () => {
  const file = structuredClone(demoCatalogue)
  file.games = file.games.filter((game) => game.id !== 'veloren')
  expect(await importCatalogue(world, file)).toMatchObject({ withdrawn: ['veloren-vanilla-4gb'] })
  expect((await planById(db.q, 'veloren-vanilla-4gb'))?.problem).toBe('This plan is no longer sold.')
  expect((await gamesForSale(db.q)).map((game) => game.id)).not.toContain('veloren')
  await importCatalogue(world, demoCatalogue)
  expect((await planById(db.q, 'veloren-vanilla-4gb'))?.problem).toBeNull()
})

test('what a sold plan gives does not change: the whole import is refused', async () => {
  const order = { id: randomUUID(), user_id: randomUUID(), plan_id: 'factorio-vanilla-2gb', term: 'monthly' as const, region_id: 'eu' }
  await db.q.insertInto('regions').values({ id: 'eu', name: 'Europe', location_id: 1 }).execute()
  const rest = { server_name: 'x', amount_cents: 799, currency: 'usd', created_at: NOW, recorded_at: NOW, updated_at: NOW }
  await db.q
    .insertInto('orders')
    .values({ ...order, ...rest })
    .execute()
  const changed = withPlan('factorio-vanilla-2gb', { ramGb: 3, monthlyCents: 899 })
  await expect(importCatalogue(world, changed)).rejects.toMatchObject({ code: 'catalog.plan_sold', kind: 'conflict' })
  expect(await planById(db.q, 'factorio-vanilla-2gb')).toMatchObject({ ramGb: 2, prices: [{ amountCents: 799 }, {}, {}, {}] })
  await importCatalogue(world, withPlan('factorio-vanilla-2gb', { name: 'Small' }))
  expect(await planById(db.q, 'factorio-vanilla-2gb')).toMatchObject({ name: 'Small' })
})

test('an egg that changes so that the panel would refuse the recipe stops its plans, and a finding says why', async () => {
  const stricter: typeof panel = {
    ...panel,
    eggs: async (call) =>
      (await panel.eggs(call)).map((egg) =>
        egg.id === 15
          ? { ...egg, variables: [...egg.variables, { envVariable: 'TOKEN', name: 'Token', defaultValue: '', rules: 'required|string' }] }
          : egg,
      ),
  }
  const { refused } = await syncEggs({ ...world, panel: stricter })
  expect(refused).toMatchObject([{ recipeId: 'veloren-vanilla' }])
  expect((await planById(db.q, 'veloren-vanilla-4gb'))?.problem).toContain('TOKEN')
  expect(await openFindingsAbout(db.q, { type: 'recipe' })).toMatchObject([
    { kind: 'catalog.recipe_refused', subject_id: 'veloren-vanilla' },
  ])
  const without: typeof panel = { ...panel, eggs: async (call) => (await panel.eggs(call)).filter((egg) => egg.id !== 15) }
  await syncEggs({ ...world, panel: without })
  expect((await planById(db.q, 'veloren-vanilla-4gb'))?.problem).toContain('has no egg 15 ("Veloren") any more')
  expect(await syncEggs(world)).toMatchObject({ refused: [] })
  expect(await openFindingsAbout(db.q, { type: 'recipe' })).toEqual([])
})
