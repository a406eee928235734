import { createFaults, type Faults } from '../faults.ts'
import { type Clock, createClock } from '../kit/clock.ts'
import { type Journal, openJournal } from '../kit/journal.ts'
import type { Panel, PanelOptions } from './options.ts'
import { APPLICATION_KEY, CLIENT_KEY, loadPanelSeed } from './seed.ts'
import { startPanel } from './start.ts'

/** An answer, with its JSON read; `errors` are "status-less" lines such as "ValidationException email unique". */
export interface Answered {
  status: number
  headers: Headers
  text: string
  body: Json
  errors: string[]
}
/** Parsed JSON whose shape the test knows. */
export interface Json {
  [key: string]: Json
}

export interface Tried {
  panel: Panel
  clock: Clock
  faults: Faults
  journal: Journal
  call(method: string, path: string, body?: unknown, more?: { key?: string | null; headers?: Record<string, string> }): Promise<Answered>
  /** A server on this allocation of node 1, as the administrator's. */
  createServer(allocation: number, more?: Record<string, unknown>): Promise<Answered>
  status(id: number): Promise<unknown>
  close(): Promise<void>
}
export const SERVER = {
  name: 'one',
  user: 3,
  egg: 5,
  docker_image: 'ghcr.io/pterodactyl/yolks:java_21',
  startup: 'java -jar {{SERVER_JARFILE}}',
  environment: { MINECRAFT_VERSION: 'latest', SERVER_JARFILE: 'server.jar', DL_PATH: '', BUILD_NUMBER: 'latest' },
  limits: { memory: 1024, swap: 0, disk: 5000, io: 500, cpu: 100 },
  feature_limits: { databases: 0, allocations: 0, backups: 0 },
}
export const client = { key: CLIENT_KEY }

/** A panel with the baseline in it, for a test. */
export async function tryPanel(options: Partial<PanelOptions> = {}): Promise<Tried> {
  const clock = options.clock ?? createClock()
  const journal = options.journal ?? openJournal(null)
  const faults = options.faults ?? createFaults(journal)
  const seed = options.seed ?? loadPanelSeed(new URL('../seeds/contract.json', import.meta.url))
  const panel = await startPanel({ port: 0, ...options, clock, journal, faults, seed })
  const tried: Tried = {
    panel,
    clock,
    faults,
    journal,
    async call(method, path, body, { key = APPLICATION_KEY, headers = {} } = {}) {
      const response = await fetch(panel.url + path, {
        method,
        redirect: 'manual',
        headers: {
          accept: 'application/json',
          'content-type': 'application/json',
          ...(key === null ? {} : { authorization: `Bearer ${key}` }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      const text = await response.text()
      const parsed = response.headers.get('content-type') === 'application/json' ? (JSON.parse(text) as Json) : {}
      return { status: response.status, headers: response.headers, text, body: parsed, errors: errorsOf(parsed) }
    },
    createServer: (allocation, more = {}) =>
      tried.call('POST', '/api/application/servers', { ...SERVER, allocation: { default: allocation }, ...more }),
    async status(id) {
      const { body } = await tried.call('GET', `/api/application/servers/${id}`)
      return body['attributes']?.['status']
    },
    async close() {
      await panel.close()
      if (!options.clock) clock.close()
    },
  }
  return tried
}

function errorsOf(body: Json): string[] {
  const errors = (body['errors'] ?? []) as unknown as { code: string; meta?: { source_field: string; rule: string } }[]
  return errors.map(({ code, meta }) => (meta ? `${code} ${meta.source_field} ${meta.rule}` : code))
}
