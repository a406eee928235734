import { isDeepStrictEqual } from 'node:util'
import { openFinding, resolveFinding } from '../../findings/index.ts'
import { HOUR, later } from '../../kit/time.ts'
import { lockOrder, note, saveOrder } from '../../orders/index.ts'
import type { PanelCall, PanelServer } from '../../outside/panel/types.ts'
import type { World } from '../../world.ts'
import { outdated } from '../errors.ts'
import { brakeLimit, mayGoOn } from '../rules/brake.ts'
import { type Drift, drifts, type OurWord } from '../rules/drift.ts'
import { saveSeen } from '../store/seen.ts'
import { actsSince, saveAct } from '../store/sweep.ts'
import { wordsOf } from '../store/words.ts'
import type { Confirmed } from './confirm-drifts.ts'
import { patiently, type Sweeping } from './sweeping.ts'

export const BRAKE = { kind: 'servers.sweep_brake' as const, subject: { type: 'panel', id: 'sweep' } }
/** Two calls each; the rest stays open and is mended by the next sweeps. */
const PATCHES_MAX = 20

/** Does what follows from confirmed differences: changes first, then what the brake watches. */
export async function mend(work: Sweeping, confirmed: Confirmed[]): Promise<void> {
  const patches = confirmed.filter(({ drift }) => drift.follow === 'patch')
  for (const one of patches.slice(0, PATCHES_MAX)) await patch(work, one)
  await stopOrDelete(
    work,
    confirmed.filter(({ drift }) => drift.follow === 'suspend' || drift.follow === 'delete'),
  )
}

async function patch(work: Sweeping, { server, word, drift }: Confirmed): Promise<void> {
  const { world } = work
  try {
    const beforeSending = () => asConfirmed(world, word)
    await patiently(work, (call) => putBack(world, { ...call, beforeSending }, server, word, drift))
    const after = await patiently(work, (call) => world.panel.serverByExternalId(call, word.id))
    if (!after || drifts(word, after, world.now()).some((still) => still.kind === drift.kind)) return
  } catch (thrown) {
    // Named already; the next sweep tries again.
    world.log.warn({ err: thrown, orderId: word.id, kind: drift.kind }, 'a server could not be put right')
    return
  }
  work.counted.mended += 1
  await world.db.tx(async (tx) => {
    const at = world.now()
    await resolveFinding(tx, { kind: drift.kind, subject: { type: 'order', id: word.id }, by: 'sweep', reason: 'Put right.', at })
    await note(tx, word.id, `Put right on the panel: ${drift.summary}`, drift.evidence, at)
  })
}

/** The budget may have kept it waiting: an order that has another plan since, say, is not put back to what it was. */
async function asConfirmed({ db }: Pick<World, 'db'>, word: OurWord): Promise<void> {
  const now = (await wordsOf(db.q, [word.id])).get(word.id)
  if (!isDeepStrictEqual(now, word)) throw outdated(word.id)
}

/** One call that brings owner, or limits and ports, back to what was sold. */
export async function putBack(
  world: Pick<World, 'panel'>,
  call: PanelCall,
  server: PanelServer,
  { order }: OurWord,
  drift: Pick<Drift, 'kind'>,
): Promise<void> {
  if (!order) return
  if (drift.kind === 'servers.wrong_owner') {
    if (order.ownerId !== null) await world.panel.patchDetails(call, server, { userId: order.ownerId })
    return
  }
  const has = server.allocations.map((one) => one.id)
  await world.panel.patchBuild(call, server, {
    limits: order.limits,
    featureLimits: { databases: order.databases, backups: order.backups, allocations: order.ports.length },
    addAllocations: drift.kind === 'servers.ports_lost' ? order.ports.filter((id) => !has.includes(id)) : [],
  })
}

async function stopOrDelete(work: Sweeping, wanted: Confirmed[]): Promise<void> {
  const { world, fleet, agreed } = work
  const now = world.now()
  // One that did not go through and is wanted again is one server still.
  const recent = await actsSince(
    world.db.q,
    later(now, -HOUR),
    wanted.map(({ word }) => word.id),
  )
  if (!mayGoOn({ wanted: wanted.length, recent, fleet, agreed })) {
    await world.db.tx((tx) =>
      openFinding(tx, {
        ...BRAKE,
        severity: 'critical',
        summary: `The sweep would suspend or delete ${wanted.length} servers, after ${recent} in the last hour; more than ${brakeLimit(fleet)} an hour are not done unasked.`,
        remedy: 'None was touched. Look at the findings of these orders; repair this one to let the sweep go on for an hour.',
        evidence: { wanted: wanted.length, recent, fleet, first: wanted.slice(0, 20).map((one) => `${one.drift.follow} ${one.word.id}`) },
        at: now,
      }),
    )
    return
  }
  for (const one of wanted) await handOver(world, one, now)
  if (wanted.length > 0 || agreed) return
  await world.db.tx((tx) => resolveFinding(tx, { ...BRAKE, by: 'sweep', reason: 'Nothing is left to suspend or delete.', at: now }))
}

/** Its reconciler does it: with what was seen just now, one step, under the order's version. */
export const handOver = (world: Pick<World, 'db'>, { server, word, drift }: Confirmed, at: Date): Promise<void> =>
  world.db.tx(async (tx) => {
    const order = await lockOrder(tx, word.id)
    await saveSeen(tx, [server], at)
    await saveAct(tx, word.id, drift.follow === 'delete' ? 'delete' : 'suspend', at)
    await saveOrder(tx, order, { nextCheckAt: at }, { title: drift.summary, by: 'sweep', at })
  })
