import { place } from '../../src/fleet/index.ts'
import { systemActor } from '../../src/kit/actor.ts'
import { later } from '../../src/kit/time.ts'
import type { World } from '../../src/world.ts'
import { setBreaking } from './broken.ts'
import { type Broken, createDatabase, type Database } from './database.ts'
import type { History } from './history.ts'
import { createJudge, type Happened } from './judge.ts'
import { createPanel, type ModelPanel } from './panel.ts'
import { createRuns } from './runs.ts'
import { emailOf, PLAN, T0 } from './shop.ts'
import { createTime } from './time.ts'
import type { PanelMode } from './wire.ts'

export const ADMIN = systemActor('operator')
const MAX_RAM_SERVERS = 2

/** A shop, its panel and its workers at the start of a history: checkouts are open and hold room, nothing is paid. */
export async function createModel(history: History, broken: Broken, story: string[] | null) {
  setBreaking(broken)
  const time = createTime()
  const mode: PanelMode = { keyRefused: false, down: false }
  const skew = [0, 0, 0]
  const happened: Happened = {
    clockJumped: false,
    installTrouble: false,
    deletedByHand: false,
    suspendedByHand: false,
    planted: false,
    foreignUser: history.panelUser === 'foreign',
    fieldRefused: false,
  }
  const tell = (line: string): void => void story?.push(`${(time.now() / 1_000).toFixed(1).padStart(9)} s  ${line}`)
  // The three know each other: what happens on the panel or in the tables is judged at once.
  const about: { database?: Database; panel?: ModelPanel } = {}
  const judge = createJudge({
    database: () => about.database as Database,
    panel: () => about.panel as ModelPanel,
    happened,
    tell,
    maxRamMb: MAX_RAM_SERVERS * PLAN.ramGb * 1024,
  })
  const database = createDatabase({ broken, watch: judge.watch })
  const panel = createPanel(time, { made: judge.made, takenBack: judge.takenBack, resized: judge.resized })
  Object.assign(about, { database, panel })
  const runs = createRuns({
    database,
    panel,
    time,
    mode,
    broken,
    skew,
    tell,
    events: {
      sends: (_run, what, ask) => judge.sends(what, ask),
      ends: judge.ends,
      over: (_run, failure) => judge.over(failure),
    },
  })
  /** A person's or another room's world: its deeds are whole. */
  const db = database.connect({ pause: async () => undefined, takeTurn: async () => true, endTurn: () => undefined })
  const desk: Pick<World, 'db' | 'now'> = { db: db as unknown as World['db'], now: () => later(T0, time.now()) }

  for (const [index, size] of history.nodes.entries()) {
    const id = index + 1
    database.tables.nodes.set(id, { id, name: `node-${id}`, enabled: true, maxRamMb: size * PLAN.ramGb * 1024 })
    for (let port = 0; port < size * 3; port += 1) {
      const allocation = id * 100 + port
      database.tables.allocations.set(allocation, {
        id: allocation,
        nodeId: id,
        port: 25_565 + port,
        assigned: false,
        reservationId: null,
        portName: null,
      })
      panel.ports.set(allocation, { nodeId: id, port: 25_565 + port, server: null })
    }
  }
  addUsers(history, database, panel)
  const orders = await openCheckouts(history, desk, database)
  return {
    tell,
    time,
    mode,
    skew,
    happened,
    judge,
    database,
    panel,
    runs,
    desk,
    orders,
    payments: new Set<string>(),
    expired: new Set<string>(),
    broken,
  }
}
export type Model = Awaited<ReturnType<typeof createModel>>

function addUsers(history: History, database: Database, panel: ModelPanel): void {
  for (const userId of ['user-0', 'user-1']) {
    if (history.panelUser === 'none') continue
    const externalId = { known: userId, same_address: null, foreign: 'somebody' }[history.panelUser]
    const user = panel.addUser({ externalId, username: userId, email: emailOf(userId) })
    if (history.panelUser !== 'known') continue
    database.tables.accounts.set(userId, {
      userId,
      pterodactylUserId: user.id,
      panelUsername: userId,
      panelEmail: user.email,
      adopted: false,
      createdAt: T0,
    })
  }
}

/** Only what has room is sold: a checkout that finds none is not opened. */
async function openCheckouts(history: History, desk: Pick<World, 'db' | 'now'>, database: Database): Promise<string[]> {
  const opened: string[] = []
  for (const [index, { user }] of history.orders.entries()) {
    const id = `order-${index}`
    const ask = { id, regionId: 'eu', ramMb: PLAN.ramGb * 1024, diskMb: PLAN.diskGb * 1024, ports: PLAN.ports, at: T0 }
    const held = await desk.db.tx((tx) => place(tx, ask)).catch(() => null)
    if (!held) continue
    opened.push(id)
    database.tables.checkouts.set(id, {
      id,
      userId: `user-${user}`,
      planId: PLAN.id,
      term: 'monthly',
      regionId: 'eu',
      serverName: 'Castle',
      askedAs: null,
      state: 'open',
      amountCents: 900,
      currency: 'eur',
      stripePriceId: 'price',
      stripeSessionId: `cs_${id}`,
      stripeSessionUrl: '',
      keyVersion: 1,
      sessionExpiresAt: later(T0, 2_100_000),
      termsAcceptedAt: T0,
      eulaAcceptedAt: null,
      clientIp: null,
      nextCheckAt: null,
      createdAt: T0,
      updatedAt: T0,
    })
  }
  return opened
}
