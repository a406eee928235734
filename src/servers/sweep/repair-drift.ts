import type { Repair, RepairAsk, Repaired } from '../../findings/index.ts'
import { lockOrder, note, saveOrder } from '../../orders/index.ts'
import type { PanelCall, PanelServer } from '../../outside/panel/types.ts'
import { nothingToRepair } from '../errors.ts'
import { type Drift, type DriftKind, drifts, type OurWord } from '../rules/drift.ts'
import { saveSeen } from '../store/seen.ts'
import { saveState, stateOf } from '../store/states.ts'
import { wordsOf } from '../store/words.ts'
import type { ServersWorld } from '../work.ts'
import { handOver, putBack } from './mend.ts'

const CALL: PanelCall = { share: 'staff' }
interface Found {
  server: PanelServer
  word: OurWord
  drift: Drift
}
type Act = { would: string; act(world: ServersWorld, found: Found): Promise<void> }

/** One way to mend each difference that a person may ask for; what it does is told first, and asked of the panel afresh. */
const ACTS: Partial<Record<DriftKind, Act>> = {
  'servers.wrong_owner': {
    would: 'Give the server back to its buyer: one PATCH of its details, with its external id.',
    act: (world, { server, word, drift }) => putBack(world, CALL, server, word, drift),
  },
  'servers.wrong_limits': {
    would: "Set the plan's limits: one PATCH of its build.",
    act: (world, { server, word, drift }) => putBack(world, CALL, server, word, drift),
  },
  'servers.ports_lost': {
    would: 'Give it back those of its ports that are still free on the panel: one PATCH of its build.',
    act: (world, { server, word, drift }) => putBack(world, CALL, server, word, drift),
  },
  'servers.not_suspended': { would: 'Suspend the server.', act: (world, found) => handOver(world, found, world.now()) },
  'servers.canceled_stands': {
    would: 'Suspend the server, or delete it where that was asked for.',
    act: (world, found) => handOver(world, found, world.now()),
  },
  'servers.suspended_on_panel': { would: 'Unsuspend the server, whoever suspended it.', act: unsuspend },
  'servers.reinstall_needed': {
    would: 'Reinstall the server: files that its installation writes are written anew.',
    act: (world, { server }) => world.panel.reinstallServer(CALL, server.id),
  },
}

export const repairDrift: Repair<ServersWorld> = async (world, ask) => {
  const orderId = ask.finding.subject_id
  const found = await lookAgain(world, ask)
  if (!found) return { did: 'Nothing: asked just now, the panel has it as it should be.', mended: true }
  const act = ACTS[found.drift.kind]
  if (!act) throw nothingToRepair(ask.finding.remedy)
  const did = `${act.would} ${found.drift.summary}`
  if (ask.dryRun) return { did, mended: false }
  await act.act(world, found)
  await world.db.tx((tx) => note(tx, orderId, `By request: ${act.would}`, { by: ask.by.id, why: ask.reason }, world.now()))
  return { did, mended: (await lookAgain(world, ask)) === null } satisfies Repaired
}

/** @returns null when what was found is no longer so */
async function lookAgain(world: ServersWorld, { finding }: Pick<RepairAsk, 'finding'>): Promise<Found | null> {
  const id = finding.subject_id
  const server = await world.panel.serverByExternalId(CALL, id)
  const word = (await wordsOf(world.db.q, [id])).get(id)
  const drift = server && word ? drifts(word, server, world.now()).find((one) => one.kind === finding.kind) : undefined
  return server && word && drift ? { server, word, drift } : null
}

async function unsuspend(world: ServersWorld, { server, word }: Found): Promise<void> {
  await world.panel.unsuspendServer(CALL, server.id)
  const at = world.now()
  await world.db.tx(async (tx) => {
    const order = await lockOrder(tx, word.id)
    await saveState(tx, await stateOf(tx, word.id), { suspendedByUs: false })
    await saveSeen(tx, [{ ...server, suspended: false, status: null }], at)
    await saveOrder(tx, order, { nextCheckAt: order.nextCheckAt }, { title: 'Unsuspended', by: 'servers', at, wake: false })
  })
}
