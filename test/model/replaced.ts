import { vi } from 'vitest'
import type { Seen, Want } from '../../src/servers/rules/want.ts'
import type { ServersSettings } from '../../src/servers/settings.ts'
import { breaking } from './broken.ts'
import { of } from './database.ts'

/**
 * Which modules the model stands in for: the stores (the only SQL), what looks at a real clock, and the front doors of
 * rooms that only write things down. Everything else of orders, fleet, accounts and servers runs as it is.
 */
vi.mock('../../src/db/index.ts', () => ({ wake: async () => undefined }))
vi.mock('../../src/orders/store/orders.ts', async () => (await import('./stores.ts')).orders)
vi.mock('../../src/orders/store/checkouts.ts', async () => (await import('./stores.ts')).checkouts)
vi.mock('../../src/orders/store/late.ts', async () => (await import('./stores.ts')).late)
vi.mock('../../src/orders/store/timeline.ts', () => ({ addEvent: async () => undefined }))
vi.mock('../../src/servers/store/states.ts', async () => (await import('./stores.ts')).states)
vi.mock('../../src/servers/store/seen.ts', async (original) => {
  const { observed } = await original<typeof import('../../src/servers/store/seen.ts')>()
  return { observed, ...(await import('./stores.ts')).seen(observed) }
})
vi.mock('../../src/servers/store/wake.ts', () => ({ wakeOrder: async () => undefined }))
vi.mock('../../src/servers/store/budget.ts', () => ({
  takeCall: async () => 0,
  limitOf: async () => 240,
  blockBudget: async () => undefined,
  lowerBudget: async () => undefined,
}))
vi.mock('../../src/fleet/store/reservations.ts', async () => (await import('./stores.ts')).reservations)
vi.mock('../../src/fleet/store/resize.ts', async () => (await import('./stores.ts')).resize)
vi.mock('../../src/fleet/store/allocations.ts', async () => (await import('./stores.ts')).allocations)
vi.mock('../../src/fleet/store/nodes.ts', async () => (await import('./stores.ts')).nodes)
vi.mock('../../src/fleet/store/panel-health.ts', async () => (await import('./stores.ts')).panelHealth)
vi.mock('../../src/findings/index.ts', async () => ({
  ...(await vi.importActual<object>('../../src/findings/by-way.ts')),
  ...(await vi.importActual<object>('../../src/findings/kinds/index.ts')),
  ...(await import('./stores.ts')).findings,
}))
vi.mock('../../src/messages/index.ts', () => ({ post: async () => undefined }))
vi.mock('../../src/audit/index.ts', () => ({ record: async () => undefined }))
vi.mock('../../src/catalog/index.ts', async () => ({
  ...(await vi.importActual<object>('../../src/catalog/rules/environment.ts')),
  ...(await import('./shop.ts')).catalog,
}))
vi.mock('../../src/accounts/store/panel-users.ts', async () => (await import('./stores.ts')).panelUsers)
vi.mock('../../src/accounts/store/users.ts', async () => (await import('./shop.ts')).users)
vi.mock('../../src/accounts/panel-user-lease.ts', async () => {
  const { panelBusy } = await vi.importActual<typeof import('../../src/accounts/errors.ts')>('../../src/accounts/errors.ts')
  return {
    async alone(world: { db: { q: Parameters<typeof of>[0] } }, _signal: AbortSignal | undefined, body: () => Promise<unknown>) {
      if (!(await of(world.db.q).takeTurn())) throw panelBusy(2_000)
      try {
        return await body()
      } finally {
        of(world.db.q).endTurn()
      }
    },
  }
})
vi.mock('../../src/accounts/index.ts', async () => ({
  ...(await vi.importActual<object>('../../src/accounts/ensure-panel-account.ts')),
  ...(await import('./stores.ts')).panelUsers,
  ...(await import('./shop.ts')).users,
}))

// Rules, each as it is unless the history at hand breaks it.
vi.mock('../../src/servers/rules/ours.ts', async (original) => {
  const real = await original<typeof import('../../src/servers/rules/ours.ts')>()
  return {
    ...real,
    differences: (...ask: Parameters<typeof real.differences>) => (breaking().adoptsUnverified ? [] : real.differences(...ask)),
  }
})
vi.mock('../../src/servers/rules/after-failure.ts', async (original) => {
  const real = await original<typeof import('../../src/servers/rules/after-failure.ts')>()
  return {
    ...real,
    attemptAfter: (...ask: Parameters<typeof real.attemptAfter>) =>
      breaking().retriesWithoutLook && ask[1] !== 'look_up' ? null : real.attemptAfter(...ask),
  }
})
vi.mock('../../src/servers/rules/plan.ts', async (original) => {
  const real = await original<typeof import('../../src/servers/rules/plan.ts')>()
  return {
    ...real,
    plan(want: Want, seen: Seen, now: Date, settings: ServersSettings) {
      const asks = breaking().recreatesDelivered && want.deliveredAt && want.status !== 'canceled'
      const old = seen.what === 'unknown' || now.getTime() - seen.at.getTime() > 60_000
      if (asks && old && !want.attempt) return [{ do: 'create' as const }]
      const steps = real.plan(want, seen, now, settings)
      return breaking().confirmsUnseen ? steps.map((step) => (step.do === 'resize' ? { do: 'confirm_resize' as const } : step)) : steps
    },
  }
})
