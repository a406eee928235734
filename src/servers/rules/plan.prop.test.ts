import fc from 'fast-check'
import { expect, test } from 'vitest'
import { attemptOf, past, serverOf, T0, wantOf } from '../../../test/kit/wanted.ts'
import { ORDER_STATUSES } from '../../orders/contract.ts'
import { SERVERS_SETTINGS as S } from '../settings.ts'
import { nextLook } from './next-look.ts'
import { plan } from './plan.ts'
import type { Step } from './step.ts'
import { type Seen, type SeenServer, UNKNOWN, type Want } from './want.ts'

const instant = fc.integer({ min: 0, max: 3 * 86_400_000 }).map((ms) => past(ms))
const anyAttempt = fc.record({
  step: fc.constantFrom('create' as const, 'reinstall' as const, 'delete' as const, 'suspend' as const, 'resize' as const),
  startedAt: instant,
  answer: fc.constantFrom('none' as const, 'refused' as const, 'taken' as const),
  answeredAt: fc.option(instant),
  allocationIds: fc.constant<number[]>([31, 32]),
})
const anyWant: fc.Arbitrary<Want> = fc
  .record({
    status: fc.constantFrom(...ORDER_STATUSES),
    serverId: fc.option(fc.constant(900)),
    ownerId: fc.option(fc.constant(7)),
    sellable: fc.boolean(),
    held: fc.boolean(),
    attempt: fc.option(anyAttempt),
    deliveredAt: fc.option(instant),
    suspendWanted: fc.boolean(),
    suspendedByUs: fc.boolean(),
    deleteWantedAt: fc.option(instant),
    panelDoubtful: fc.boolean(),
    resizeWanted: fc.boolean(),
    memory: fc.constantFrom(4096, 8192),
    installingSince: fc.option(instant),
    failureCode: fc.option(fc.constantFrom('servers.daemon_failed', 'fleet.no_capacity')),
    nextCheckAt: fc.option(instant),
    creates: fc.integer({ min: 0, max: 4 }),
    reinstalls: fc.integer({ min: 0, max: 2 }),
    recreated: fc.integer({ min: 0, max: 2 }),
  })
  .map(({ sellable, held, creates, reinstalls, recreated, memory, ...rest }) =>
    wantOf({
      ...rest,
      limits: { ...wantOf().limits, memory },
      tries: { creates, ports: 0, reinstalls, recreated },
      place: held ? { ...(wantOf().place ?? { nodeId: 1, allocations: [] }), sellable } : null,
    }),
  )
const anySeen: fc.Arbitrary<Seen> = fc.oneof(
  fc.constant(UNKNOWN),
  instant.map((at): Seen => ({ what: 'absent', at })),
  fc
    .record({
      at: instant,
      status: fc.constantFrom(null, 'installing', 'install_failed', 'suspended'),
      suspended: fc.boolean(),
      ownerId: fc.constantFrom(7, 8),
    })
    .map((change) => serverOf(change)),
)

test('never a create, a move or a new hold while the result of an attempt is not taken in', () => {
  fc.assert(
    fc.property(anyWant, anySeen, instant, (want, seen, now) => {
      fc.pre(want.attempt !== null)
      const forbidden = ['create', 'move_reservation', 'reserve', 'start_over', 'release', 'resize', 'confirm_resize']
      expect(plan(want, seen, now, S).map((step) => step.do)).not.toEqual(expect.arrayContaining([expect.toBeOneOf(forbidden)]))
    }),
  )
})

test('adopts only what is provably ours', () => {
  fc.assert(
    fc.property(anyWant, anySeen, instant, (want, seen, now) => {
      if (!plan(want, seen, now, S).some((step) => step.do === 'adopt')) return
      expect(seen).toMatchObject({ what: 'server', ownerId: want.ownerId, eggId: want.recipe?.eggId, allocationIds: [31, 32] })
    }),
  )
})

test('a delivered order never gets a second server', () => {
  fc.assert(
    fc.property(anyWant, anySeen, instant, (want, seen, now) => {
      fc.pre(want.status === 'provisioned' || want.status === 'active')
      const made = plan({ ...want, attempt: null }, seen, now, S).map((step) => step.do)
      expect(made).not.toEqual(expect.arrayContaining([expect.toBeOneOf(['create', 'delete', 'reinstall', 'start_over'])]))
    }),
  )
})

test('only a delivered order whose plan was changed is resized, and only its own server, seen just now', () => {
  fc.assert(
    fc.property(anyWant, anySeen, instant, (want, seen, now) => {
      const step = plan(want, seen, now, S).find(({ do: what }) => what === 'resize' || what === 'confirm_resize')
      if (!step) return
      expect(want).toMatchObject({ resizeWanted: true, attempt: null, status: expect.stringMatching(/^(provisioned|active)$/) })
      expect(seen).toMatchObject({ what: 'server', id: want.serverId })
      const same = seen.what === 'server' && seen.limits.memory === want.limits.memory
      expect(step.do).toBe(same ? 'confirm_resize' : 'resize')
      expect(now.getTime() - (seen.what === 'server' ? seen.at.getTime() : 0)).toBeLessThanOrEqual(15_000)
    }),
  )
})

/** A panel and an order in memory that do what each step says, with answers that get lost as the run decides. */
function world(want: Want, lost: boolean[]) {
  let server: SeenServer | null = null
  let now = T0
  let seen: Seen = UNKNOWN
  let made = 0
  const create = () => {
    const loses = lost.shift() ?? false
    want.attempt = attemptOf({ startedAt: now })
    want.status = 'provisioning'
    if (!loses || lost.shift()) {
      made += 1
      server = serverOf({ at: now })
    }
    if (!loses) take()
  }
  const take = () => {
    want.attempt = null
    want.serverId = 900
    want.status = 'installing'
    want.installingSince = now
    seen = server ?? UNKNOWN
  }
  const acts: Partial<Record<Step['do'], () => void>> = {
    ensure_account: () => {
      want.ownerId = 7
    },
    move_reservation: () => {
      if (want.place) want.place.sellable = true
    },
    reserve: () => {
      want.place = wantOf().place
    },
    look_up: () => {
      seen = server ? { ...server, at: now } : { what: 'absent', at: now }
    },
    close_attempt: () => {
      want.attempt = null
      want.tries.creates += 1
      want.status = 'paid'
    },
    create,
    adopt: take,
    deliver: () => {
      want.status = 'provisioned'
      want.deliveredAt = now
    },
    activate: () => {
      want.status = 'active'
    },
  }
  return {
    step() {
      const [next] = plan(want, seen, now, S)
      if (next) {
        acts[next.do]?.()
        return
      }
      const at = nextLook(want, now, S)
      now = at && at > now ? at : past(60_000, now)
      // The watch sees the installation end.
      if (want.status === 'installing' && server) seen = { ...(server as SeenServer), status: null, at: now }
    },
    done: () => want.status === 'active',
    made: () => made,
  }
}

test('converges on one delivered server, whatever answers get lost', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 10 }), fc.boolean(), fc.boolean(), fc.boolean(), (lost, known, sellable, doubtful) => {
      const want = wantOf({ ownerId: known ? 7 : null, panelDoubtful: doubtful })
      if (want.place) want.place.sellable = sellable
      const run = world(want, lost)
      for (let i = 0; i < 100 && !run.done(); i += 1) run.step()
      expect(run.done()).toBe(true)
      expect(run.made()).toBe(1)
    }),
  )
})

/** One change of plan after the other, with calls that do not arrive and answers that get lost; what is reserved, and what stands. */
function resizing(sizes: number[], lost: boolean[]) {
  const want = wantOf({ status: 'active', serverId: 900, deliveredAt: T0, nextCheckAt: null })
  let server = serverOf({ status: null })
  let now = T0
  let seen: Seen = UNKNOWN
  let reserved = want.limits.memory
  const change = () => {
    const memory = sizes.shift()
    if (memory === undefined) return
    want.limits = { ...want.limits, memory }
    want.resizeWanted = true
    reserved = Math.max(reserved, memory)
  }
  const done = () => {
    want.resizeWanted = false
    reserved = want.limits.memory
  }
  const acts: Partial<Record<Step['do'], () => void>> = {
    look_up: () => {
      seen = { ...server, at: now }
    },
    close_attempt: () => {
      want.attempt = null
    },
    confirm_resize: done,
    resize: () => {
      want.attempt = attemptOf({ step: 'resize', startedAt: now })
      if (lost.shift()) return
      server = { ...server, limits: want.limits }
      if (lost.shift()) return
      want.attempt = null
      seen = { ...server, at: now }
      done()
    },
  }
  return {
    step(changes: boolean) {
      if (changes) change()
      const [next] = plan(want, seen, now, S)
      if (next) acts[next.do]?.()
      else now = past(36_000, now)
    },
    change,
    oversold: () => server.limits.memory > reserved,
    over: () => sizes.length === 0 && !want.resizeWanted && want.attempt === null,
    fits: () => server.limits.memory === want.limits.memory && reserved === want.limits.memory,
  }
}

test('changes of plan converge on the last one, and the server is never larger than what is held for it', () => {
  const size = fc.constantFrom(1024, 2048, 4096, 8192)
  fc.assert(
    fc.property(
      fc.array(size, { maxLength: 5 }),
      fc.array(fc.boolean(), { maxLength: 12 }),
      fc.array(fc.boolean()),
      (sizes, lost, when) => {
        const run = resizing([...sizes], [...lost])
        for (const changes of when) {
          run.step(changes)
          expect(run.oversold()).toBe(false)
        }
        for (let i = 0; i < 100 && !run.over(); i += 1) {
          run.step(true)
          expect(run.oversold()).toBe(false)
        }
        expect(run.over()).toBe(true)
        expect(run.fits()).toBe(true)
      },
    ),
  )
})
