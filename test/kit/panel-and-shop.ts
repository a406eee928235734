import { randomUUID } from 'node:crypto'
import { afterAll } from 'vitest'
import { createFaults } from '../../sandbox/faults.ts'
import { createClock } from '../../sandbox/kit/clock.ts'
import { openJournal } from '../../sandbox/kit/journal.ts'
import { APPLICATION_KEY, loadPanelSeed, parsePanelSeed } from '../../sandbox/panel/seed.ts'
import { startPanel } from '../../sandbox/panel/start.ts'
import { type EnsureAsk, ensurePanelAccount } from '../../src/accounts/index.ts'
import { openDb } from '../../src/db/index.ts'
import { openFinding, resolveFinding } from '../../src/findings/index.ts'
import type { Actor } from '../../src/kit/actor.ts'
import { createPanel } from '../../src/outside/panel/index.ts'
import type { TestDb } from './database.ts'

/** Four people who had accounts on the panel before the shop was there. */
const BEFORE_US = [
  { id: 11, username: 'joanna', email: 'joanna@example.com' },
  { id: 12, username: 'old-friend', email: 'friend@example.com' },
  { id: 13, username: 'other-shop', email: 'other@example.com', external_id: 'whmcs-7' },
  { id: 14, username: 'accented', email: 'renée@example.com' },
].map((user) => ({ first_name: 'Stood', last_name: 'Before', ...user }))

export const SERVICE: Actor = { kind: 'service', id: 'service_role', role: 'service' }

/** The sandbox's panel with the real adapter before it, and customers of the shop. */
export async function panelAndShop(db: TestDb) {
  const clock = createClock()
  const faults = createFaults(openJournal(null))
  const contract = loadPanelSeed(new URL('../../sandbox/seeds/contract.json', import.meta.url))
  const seed = parsePanelSeed({ ...contract, users: [...contract.users, ...BEFORE_US] })
  const server = await startPanel({ port: 0, clock, journal: openJournal(null), faults, seed, rateLimit: 100_000 })
  const calls: string[] = []
  const connect = () =>
    createPanel({
      url: server.url,
      appKey: APPLICATION_KEY,
      clientKey: null,
      hooks: {
        before: async () => undefined,
        after: async ({ method, path, status }) => void calls.push(`${method} ${path.replace('/api/application', '')} ${status}`),
      },
    })
  const panel = connect()
  const world = { db, panel, now: clock.now }
  const elsewhere = openDb(db.url, { max: 4, name: 'another process' })
  afterAll(async () => {
    await elsewhere.close()
    await server.close()
    clock.close()
  })
  const ask = (userId: string, more: Partial<EnsureAsk> = {}): EnsureAsk => ({
    userId,
    call: { share: 'create' },
    withPassword: false,
    by: SERVICE,
    findings: { openFinding, resolveFinding },
    ...more,
  })
  return {
    clock,
    faults,
    server,
    panel,
    calls,
    call: { share: 'staff' as const },
    ensure: (userId: string, more?: Partial<EnsureAsk>) => ensurePanelAccount(world, ask(userId, more)),
    /** The first user name drawn is `taken`. */
    ensureUnlucky(userId: string, taken: string) {
      let names = [taken]
      const createUser: typeof panel.createUser = (call, user) => {
        const [username = user.username] = names
        names = []
        return panel.createUser(call, { ...user, username })
      }
      return ensurePanelAccount({ ...world, panel: { ...panel, createUser } }, ask(userId))
    },
    /** The same as another process of the product would do it. */
    ensureElsewhere: (userId: string) => ensurePanelAccount({ ...world, db: elsewhere, panel: connect() }, ask(userId)),
    async customer(email: string, more: { emailVerified?: boolean; name?: string } = {}): Promise<string> {
      const id = randomUUID()
      await db.q
        .insertInto('auth.user')
        .values({ id, email, name: 'Anna Example', emailVerified: true, ...more })
        .execute()
      return id
    },
    panelUser: (email: string) => panel.usersByEmail({ share: 'staff' }, email).then(([user]) => user ?? null),
    findings: (userId: string) =>
      db.q.selectFrom('findings').select(['kind', 'status', 'summary', 'remedy']).where('subject_id', '=', userId).execute(),
  }
}
