import { openAmong, resolveFinding } from '../../findings/index.ts'
import { isUuid } from '../../kit/ids.ts'
import type { PanelServer } from '../../outside/panel/types.ts'
import { brakeLimit } from '../rules/brake.ts'
import { DRIFT_KINDS, drifts, type OurWord } from '../rules/drift.ts'
import { notListed, wordsOf } from '../store/words.ts'
import { MISSING, PROOFS_MAX } from './missing.ts'
import { patiently, type Sweeping } from './sweeping.ts'

/** What a page brings up and a second look must confirm. Only ids are kept: memory stays flat. */
export interface Suspicions {
  /** Orders whose server is not as it should be. */
  drifting: string[]
  /** Orders whose server is not on the list. */
  unlisted: string[]
}
/** As many as are confirmed in one sweep, at 100 a call; the rest is found again by the next. */
const DRIFTING_MAX = 2_000
const SERVER_ID_MAX = 2_147_483_647

/** Kinds that end when the server is seen as it should be. */
const CLOSED_BY_SIGHT = [...DRIFT_KINDS, MISSING]

/** Reads the panel's servers page by page in the order of their ids, and our orders beside them. */
export async function readPanel(work: Sweeping): Promise<Suspicions> {
  const suspicions: Suspicions = { drifting: [], unlisted: [] }
  // One more than the brake lets pass tells enough; once a person agreed, as many as are proved in one sweep.
  const unlistedMax = Math.max(brakeLimit(work.fleet) + 1, PROOFS_MAX)
  let after = 0
  for (let page = 1; ; page += 1) {
    const at = work.world.now()
    const { items, last } = await patiently(work, (call) => work.world.panel.serversPage(call, page))
    work.counted.pages += 1
    work.counted.servers += items.length
    const upTo = last ? SERVER_ID_MAX : (items.at(-1)?.id ?? after)
    await lookAtPage(work, items, at, suspicions)
    const missing = await notListed(work.world.db.q, {
      after,
      upTo,
      listed: items.map((server) => server.id),
      named: MISSING,
      limit: unlistedMax - suspicions.unlisted.length,
    })
    suspicions.unlisted.push(...missing.map((one) => one.orderId))
    after = upTo
    if (last) return suspicions
  }
}

async function lookAtPage(work: Sweeping, servers: PanelServer[], at: Date, suspicions: Suspicions): Promise<void> {
  const { db } = work.world
  const words = await wordsOf(db.q, servers.flatMap(idOf))
  const ours = servers.flatMap((server) => {
    const word = words.get(idOf(server)[0] ?? '')
    return word ? [{ server, word }] : []
  })
  work.counted.strangers += servers.length - ours.length
  const wrong = new Map<string, Set<string>>()
  for (const { server, word } of ours) {
    const found = drifts(word, server, at)
    if (found.length === 0) continue
    wrong.set(word.id, new Set(found.map((one) => one.kind)))
    if (suspicions.drifting.length < DRIFTING_MAX) suspicions.drifting.push(word.id)
  }
  await closeMended(work, ours, wrong)
}

/** What was open about these servers and is not seen any more has been put right, by us or by somebody else. */
async function closeMended(work: Sweeping, ours: { word: OurWord }[], wrong: Map<string, Set<string>>): Promise<void> {
  const { db, now } = work.world
  const ids = ours.filter(({ word }) => !word.order?.busy).map(({ word }) => word.id)
  if (ids.length === 0) return
  const open = await openAmong(db.q, { type: 'order', ids, kinds: CLOSED_BY_SIGHT })
  const over = open.filter(({ kind, id }) => !wrong.get(id)?.has(kind))
  if (over.length === 0) return
  await db.tx(async (tx) => {
    for (const { kind, id } of over)
      await resolveFinding(tx, { kind, subject: { type: 'order', id }, by: 'sweep', reason: 'Seen as it should be.', at: now() })
  })
}

const idOf = (server: PanelServer): string[] => {
  const id = server.externalId?.toLowerCase() ?? ''
  return isUuid(id) ? [id] : []
}
