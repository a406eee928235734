import { createFaults } from '../../../sandbox/faults.ts'
import { type Clock, createClock } from '../../../sandbox/kit/clock.ts'
import { openJournal } from '../../../sandbox/kit/journal.ts'
import type { Panel } from '../../../sandbox/panel/options.ts'
import { loadPanelSeed } from '../../../sandbox/panel/seed.ts'
import { startPanel } from '../../../sandbox/panel/start.ts'
import { learn, type Names } from './compare.ts'

export const KEYS = {
  admin: 'ptla_contract_admin',
  'servers only': 'ptla_contract_servers_only',
  application_key_ratelimit: 'ptla_contract_ratelimit',
  client_key_admin: 'ptlc_contract_admin',
  client_key_customer: 'ptlc_contract_customer',
} as const

/** Longer than an installation takes on this stage. */
const INSTALLED_MS = 9000

/** A fresh panel with the baseline in it, and what a scenario needs to be set up. */
export interface Stage {
  panel: Panel
  clock: Clock
  names: Names
  call(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }>
  /** A customer's account, with the id that it had. */
  user(id: number, more?: Record<string, unknown>): Promise<void>
  /** A server that stood there, installed, with the id that it had. */
  server(id: number, more: ServerAsked): Promise<void>
  /** The ids that come next. */
  next(ids: Partial<Record<'users' | 'servers' | 'nodes' | 'allocations', number>>): void
  /** Lets every installation that is under way end. */
  installed(): Promise<void>
  close(): Promise<void>
}
export interface ServerAsked {
  user?: number
  external_id?: string | null
  name?: string
  allocation: number
  additional?: number[]
  memory?: number
  disk?: number
  /** As recorded; "33228884" is enough when only that was. */
  uuid?: string
  /** Its installation is still under way. */
  installing?: true
}

export const serverBody = (at: ServerAsked) => ({
  name: at.name ?? 'srv',
  external_id: at.external_id ?? null,
  user: at.user ?? 1,
  egg: 5,
  docker_image: 'ghcr.io/pterodactyl/yolks:java_21',
  startup: 'java -Xms128M -XX:MaxRAMPercentage=95.0 -jar {{SERVER_JARFILE}}',
  environment: { MINECRAFT_VERSION: 'latest', SERVER_JARFILE: 'server.jar', DL_PATH: '', BUILD_NUMBER: 'latest' },
  limits: { memory: at.memory ?? 1024, swap: 0, disk: at.disk ?? 5000, io: 500, cpu: 100 },
  feature_limits: { databases: 1, allocations: 1, backups: 1 },
  allocation: { default: at.allocation, ...(at.additional ? { additional: at.additional } : {}) },
})

export async function setStage(random?: () => number): Promise<Stage> {
  const clock = createClock()
  const journal = openJournal(null)
  const counters = journal.collection<{ id: string; last: number }>('panel.counters')
  const panel = await startPanel({
    port: 0,
    clock,
    journal,
    faults: createFaults(journal),
    installSeconds: 8,
    ...(random ? { random } : {}),
    seed: {
      ...loadPanelSeed(new URL('../../../sandbox/seeds/contract.json', import.meta.url)),
      keys: [
        { token: KEYS.admin, type: 'application', user: 1, allowed_ips: [] },
        { token: KEYS['servers only'], type: 'application', user: 1, permissions: { servers: 3 }, allowed_ips: [] },
        { token: KEYS.application_key_ratelimit, type: 'application', user: 2, allowed_ips: [] },
        { token: KEYS.client_key_admin, type: 'client', user: 1, allowed_ips: [] },
        { token: KEYS.client_key_customer, type: 'client', user: 3, allowed_ips: [] },
      ],
    },
  })
  const names: Names = { ours: new Map() }
  const stage: Stage = {
    panel,
    clock,
    names,
    async call(method, path, body) {
      const response = await fetch(panel.url + path, {
        method,
        headers: { accept: 'application/json', 'content-type': 'application/json', authorization: `Bearer ${KEYS.admin}` },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      return { status: response.status, body: text === '' ? null : JSON.parse(text) }
    },
    async user(id, more = {}) {
      stage.next({ users: id })
      const plain = { email: `u${id}@example.com`, username: `user${id}`, first_name: 'Jane', last_name: 'Doe' }
      const made = await stage.call('POST', '/api/application/users', { ...plain, password: 'secret', ...more })
      if (made.status !== 201) throw new Error(`setting up user ${id}: ${JSON.stringify(made)}`)
    },
    async server(id, more) {
      stage.next({ servers: id })
      const made = await stage.call('POST', '/api/application/servers', serverBody(more))
      if (made.status !== 201) throw new Error(`setting up server ${id}: ${JSON.stringify(made)}`)
      const { uuid } = (made.body as { attributes: { uuid: string } }).attributes
      if (more.uuid) learn(names, more.uuid, uuid.slice(0, more.uuid.length))
      if (!more.installing) await stage.installed()
    },
    next(ids) {
      for (const [table, id] of Object.entries(ids)) counters.set(table, { id: table, last: id - 1 })
    },
    installed: () => clock.advance(INSTALLED_MS),
    async close() {
      await panel.close()
      clock.close()
    },
  }
  return stage
}
