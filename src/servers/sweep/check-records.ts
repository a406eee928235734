import { forgetPanelUser } from '../../accounts/index.ts'
import { countCorrection, openFinding, resolveFinding } from '../../findings/index.ts'
import { releaseReservation } from '../../fleet/index.ts'
import { HOUR, later } from '../../kit/time.ts'
import { lockOrder, saveOrder } from '../../orders/index.ts'
import { accountsWithoutServer, forgottenOrders, leakedHolds, lostAllocations } from '../store/records.ts'
import { lastSweep, saveAccountsAfter, saveHoldsAfter } from '../store/sweep.ts'
import { closeSettled } from './close-settled.ts'
import { askAfterInstalls } from './doubtful-installs.ts'
import { patiently, type Sweeping } from './sweeping.ts'

/** Each costs a call at most. */
const HOLDS_MAX = 10
const ACCOUNTS_MAX = 10
/** Of five hundred holds, as many as one sweep looks through. */
const STRETCHES_MAX = 20
const BATCH = 200

/** What our own rows show to be wrong, without the panel's list; the panel is asked before anything is given away. */
export async function checkRecords(work: Sweeping): Promise<void> {
  await freeLeakedHolds(work)
  await wakeForgotten(work)
  await forgetGoneAccounts(work)
  await nameLostAllocations(work)
  await closeSettled(work)
  await askAfterInstalls(work)
}

/** The next sweep goes on where this one stops. */
async function freeLeakedHolds(work: Sweeping): Promise<void> {
  const { q } = work.world.db
  let { holdsAfter: after } = await lastSweep(q)
  let left = HOLDS_MAX
  for (let stretch = 0; stretch < STRETCHES_MAX && left > 0; stretch += 1) {
    const { found, next } = await leakedHolds(q, { after, before: later(work.world.now(), -HOUR), limit: left })
    for (const hold of found) await freeLeakedHold(work, hold)
    left -= found.length
    after = next
    if (next === null) break
  }
  await saveHoldsAfter(q, after)
}

async function freeLeakedHold(work: Sweeping, { id, over }: { id: string; over: boolean }): Promise<void> {
  const { world } = work
  const standing = await patiently(work, (call) => world.panel.serverByExternalId(call, id))
  const frees = over && standing === null
  const subject = { type: 'reservation', id }
  const at = world.now()
  await world.db.tx(async (tx) => {
    await openFinding(tx, {
      kind: 'servers.hold_leaked',
      severity: 'warning',
      subject,
      summary: 'Room and ports are held for nobody: no checkout, and no order that wants them.',
      remedy: standing
        ? `A server (${standing.identifier}) stands there under this id. Find out whose it is, and delete it on the panel if it is nobody's.`
        : over
          ? 'Given back by itself.'
          : 'No checkout of this id is known: was a backup restored? Repair this finding to give it back, once no paid session of it is open.',
      evidence: { serverId: standing?.id ?? null, over },
      at,
    })
    if (!frees) return
    await releaseReservation(tx, id)
    await countCorrection(tx, 'servers.hold_leaked', at)
    await resolveFinding(tx, { kind: 'servers.hold_leaked', subject, by: 'sweep', reason: 'Given back.', at })
  })
  if (frees) work.counted.mended += 1
}

/** A wake-up that was lost: the order is made due, and its reconciler does the rest. */
async function wakeForgotten({ world }: Sweeping): Promise<void> {
  for (const id of await forgottenOrders(world.db.q, BATCH))
    await world.db.tx(async (tx) => {
      const order = await lockOrder(tx, id)
      if (order.nextCheckAt !== null || order.deliveredAt !== null) return
      const at = world.now()
      await saveOrder(tx, order, { nextCheckAt: at }, { title: 'Found again by the sweep', by: 'sweep', at })
      await countCorrection(tx, 'lost_wake', at)
      const found = { kind: 'servers.order_forgotten' as const, subject: { type: 'order', id } }
      await openFinding(tx, {
        ...found,
        severity: 'info',
        summary: 'A paid order waited for nothing: nobody would have looked at it again.',
        remedy: 'It goes on by itself.',
        at,
      })
      await resolveFinding(tx, { ...found, by: 'sweep', reason: 'Woken.', at })
    })
}

/** A few customers each time, in turn: one that the panel no longer has is forgotten, and made anew with the next order. */
async function forgetGoneAccounts(work: Sweeping): Promise<void> {
  const { world } = work
  const { accountsAfter } = await lastSweep(world.db.q)
  const { found: accounts, next } = await accountsWithoutServer(world.db.q, { after: accountsAfter, limit: ACCOUNTS_MAX })
  for (const { userId, panelUserId } of accounts) {
    if ((await patiently(work, (call) => world.panel.userById(call, panelUserId))) !== null) continue
    const at = world.now()
    const found = { kind: 'accounts.panel_user_gone' as const, subject: { type: 'user', id: userId } }
    await world.db.tx(async (tx) => {
      await forgetPanelUser(tx, userId)
      await countCorrection(tx, found.kind, at)
      await openFinding(tx, {
        ...found,
        severity: 'info',
        summary: `The panel no longer has the account of this customer (user ${panelUserId}).`,
        remedy: 'It is made anew with the next order, or when the customer asks for it.',
        evidence: { panelUserId },
        at,
      })
      await resolveFinding(tx, { ...found, by: 'sweep', reason: 'Forgotten; made anew when it is needed.', at })
    })
    work.counted.mended += 1
  }
  await saveAccountsAfter(world.db.q, next)
}

async function nameLostAllocations({ world }: Sweeping): Promise<void> {
  for (const { orderId, ports } of await lostAllocations(world.db.q, BATCH))
    await world.db.tx((tx) =>
      openFinding(tx, {
        kind: 'servers.allocation_gone',
        severity: 'critical',
        subject: { type: 'order', id: orderId },
        summary: `The panel no longer has ${ports.join(', ')}, which this order was sold with.`,
        remedy:
          'Make the allocation on the panel again; or give the server another port there, repair this (the books follow), and tell the customer.',
        evidence: { ports },
        at: world.now(),
      }),
    )
}
