import { countCorrection, isAccepted, openFinding } from '../../findings/index.ts'
import type { PanelServer } from '../../outside/panel/types.ts'
import { type Drift, type DriftKind, drifts, type OurWord } from '../rules/drift.ts'
import { saveSeen } from '../store/seen.ts'
import { wakeOrder } from '../store/wake.ts'
import { wordsOf } from '../store/words.ts'
import { driftFinding } from './drift-finding.ts'
import { patiently, type Sweeping } from './sweeping.ts'

/** A server that is not as it should be, seen so twice: on the list and a moment ago. */
export interface Confirmed {
  server: PanelServer
  word: OurWord
  drift: Drift
}
const IDS_A_CALL = 100
/** What a person may say is on purpose: while it is the same, it is not asked about again. */
const ACCEPTABLE = new Set<DriftKind>(['servers.extra_ports', 'servers.moved'])

/**
 * Asks again for what the list brought up, since an order may have changed between page and rows. What is still wrong
 * becomes a finding; what its reconciler mends by itself is woken at once, if the sweep may act.
 */
export async function confirmDrifts(work: Sweeping, ids: string[], mayAct: boolean): Promise<Confirmed[]> {
  const confirmed: Confirmed[] = []
  for (let from = 0; from < ids.length; from += IDS_A_CALL) {
    const batch = ids.slice(from, from + IDS_A_CALL)
    const at = work.world.now()
    const servers = await patiently(work, (call) => work.world.panel.serversByExternalIds(call, batch))
    const words = await wordsOf(work.world.db.q, batch)
    const found = servers.flatMap((server) => {
      const word = words.get(server.externalId ?? '')
      return word ? drifts(word, server, at).map((drift) => ({ server, word, drift })) : []
    })
    await report(work, found, { at, mayAct })
    work.counted.drifts += found.length
    confirmed.push(...found.filter(({ drift }) => drift.follow !== 'ask' && drift.follow !== 'reconcile'))
  }
  return confirmed
}

const report = (work: Sweeping, found: Confirmed[], { at, mayAct }: { at: Date; mayAct: boolean }): Promise<void> =>
  work.world.db.tx(async (tx) => {
    const wakes = new Set<string>()
    for (const { server, word, drift } of found) {
      const finding = driftFinding(word.id, drift, at)
      if (ACCEPTABLE.has(drift.kind) && (await isAccepted(tx, finding))) continue
      const { opened } = await openFinding(tx, finding)
      if (opened) await countCorrection(tx, drift.kind, at)
      if (drift.follow !== 'reconcile' || !mayAct) continue
      await saveSeen(tx, [server], at)
      wakes.add(word.id)
    }
    for (const id of [...wakes].sort()) await wakeOrder(tx, id)
  })
