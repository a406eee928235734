import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { FaultInput } from '../../sandbox/faults.ts'
import { portTaken } from '../../sandbox/ports.ts'
import { type Postgres, startPostgres } from '../../sandbox/postgres.ts'
import { prepareShop } from '../../sandbox/prepare.ts'
import { demoPanelSeed } from '../../sandbox/seeds/demo-panel.ts'
import { type Sandbox, serveSandbox } from '../../sandbox/serve.ts'
import { readConfig, runtimeFile } from '../../src/config.ts'
import { type ProductProcess, productProcess } from '../kit/product-process.ts'
import { type Line, startLine } from '../kit/tcp-proxy.ts'

export const SERVICE_KEY = 'service_chaos_key_of_more_than_32_characters'

export const OPERATOR = { email: 'operator@givrwrld.test', password: 'operator-of-the-chaos' }

/** Everything that takes part: database, foreign systems, the product's processes, and the lines between them. */
export interface Stage {
  shopUrl: string
  controlUrl: string
  panelUrl: string
  stripeUrl: string
  /** The database itself, past every line. */
  sql: pg.Pool
  webs: ProductProcess[]
  workers: ProductProcess[]
  /** From the workers to the database, from everybody to the panel and to Stripe. */
  lines: { database: Line; panel: Line; stripe: Line[] }
  fault(input: FaultInput): Promise<string>
  faultOff(id: string): Promise<void>
  faultsOff(): Promise<void>
  advance(ms: number): Promise<void>
  /** Stops PostgreSQL as a crash does, and starts it again. */
  crashDatabase(downMs: number): Promise<void>
  /** Where the product's processes wrote what they had to say. */
  logFolder: string
  /** DATA_DIR: a process with this in its environment joins them. */
  dataDir: string
  close(): Promise<void>
}
export interface StageOptions {
  webs: number
  workers: number
  /** The panel's times and our wait for them as they are in life, and its usual limit; else a fifth, and ten times the limit. */
  trueScale: boolean
  /** How much the nodes are larger than the demo's. */
  nodeScale: number
  installSeconds: number
  random: () => number
  logLevel: string
  /** Further settings of the product. */
  env?: Record<string, string>
}

const SCALE = 0.2
const SECONDS = 1_000

export async function startStage(options: StageOptions): Promise<Stage> {
  const scale = options.trueScale ? 1 : SCALE
  const dir = mkdtempSync(join(tmpdir(), 'givrwrld-chaos-'))
  chmodSync(dir, 0o755)
  const logFolder = join(dir, 'logs')
  mkdirSync(logFolder)
  let postgres: Postgres = await startPostgres(join(dir, 'database'))
  process.once('exit', () => killDatabase(postgres))
  const base = await freeBlock()
  const at = (n: number) => base + n
  const sandboxOf = { panel: at(1), stripe: at(2), control: at(3), smtp: at(4) }
  const smtpUrl = `smtp://127.0.0.1:${sandboxOf.smtp}`
  const shopUrl = `http://localhost:${base}`
  const webhookSecret = 'whsec_chaos_secret'
  const runtime = {
    PORT: String(base),
    DATABASE_URL: postgres.url,
    PANEL_URL: `http://localhost:${sandboxOf.panel}`,
    PTERO_APP_KEY: 'ptla_sandbox_application_key',
    PTERO_CLIENT_KEY: 'ptlc_sandbox_client_key',
    STRIPE_SECRET_KEY: 'sk_test_sandbox',
    STRIPE_WEBHOOK_SECRET: webhookSecret,
    SERVICE_ROLE_KEY: SERVICE_KEY,
    AUTH_SECRET: 'auth_secret_of_the_chaos_more_than_32_characters',
    SMTP_URL: smtpUrl,
    SANDBOX: 'panel,stripe,mail',
    TRUSTED_PROXIES: '1',
    SIGN_UPS_PER_MINUTE: '100000',
    CHECKOUTS_PER_ADDRESS: '100000',
    PANEL_UNKNOWN_WAIT_MS: String(35 * SECONDS * scale),
    PANEL_TIMEOUT_MS: String(40 * SECONDS * scale),
    INSTALL_POLL_MS: String(10 * SECONDS * scale),
    BACKFILL_MS: String(60 * SECONDS * scale),
    LOG_LEVEL: options.logLevel,
    ...options.env,
  }
  writeFileSync(runtimeFile(dir), JSON.stringify(runtime))
  const sandbox: Sandbox = await serveSandbox({
    folder: join(dir, 'sandbox'),
    port: base,
    smtpPort: sandboxOf.smtp,
    shopUrl,
    stripeKey: 'sk_test_sandbox',
    webhookSecret,
    onReset: () => undefined,
    installSeconds: options.installSeconds,
    panel: { seed: largerPanel(options.nodeScale), timeScale: scale, rateLimit: options.trueScale ? 240 : 2_400 },
    webhookRetryMs: [1, 3, 5, 10, 20, 30, 60, 120].map((seconds) => seconds * SECONDS),
    random: options.random,
  })
  await prepareShop(readConfig({ DATA_DIR: dir }), OPERATOR.password)

  // The product finds the sandbox's Stripe two ports after its own, so each web process has a line there.
  const webPorts = Array.from({ length: options.webs }, (_, n) => at(10 + 4 * n))
  const workerPort = at(10 + 4 * options.webs)
  const lines = {
    database: await startLine({ to: () => [postgres.port] }),
    panel: await startLine({ to: () => [sandboxOf.panel] }),
    stripe: await Promise.all([...webPorts, workerPort].map((port) => startLine({ port: port + 2, to: () => [sandboxOf.stripe] }))),
  }
  const front = await startLine({ port: base, to: () => webPorts })
  const env = { DATA_DIR: dir, PUBLIC_URL: shopUrl, PANEL_URL: `http://127.0.0.1:${lines.panel.port}` }
  const logFile = (name: string) => join(logFolder, `${name}.log`)
  const named = (name: string, role: 'web' | 'worker', port: number, more: Record<string, string> = {}) =>
    productProcess({ name, role, env: { ...env, PORT: String(port), ...more }, logFile: logFile(name) })
  const webs = webPorts.map((port, n) => named(`web-${n + 1}`, 'web', port))
  const throughLine = { DATABASE_URL: postgres.url.replace(`:${postgres.port}/`, `:${lines.database.port}/`) }
  const workers = Array.from({ length: options.workers }, (_, n) => named(`worker-${n + 1}`, 'worker', workerPort, throughLine))
  const sql = new pg.Pool({ connectionString: postgres.url, max: 4, options: '-c givrwrld.session=app', application_name: 'chaos' })
  sql.on('error', () => undefined)
  await Promise.all([...webs, ...workers].map((one) => one.start()))

  const control = async (method: string, path: string, body?: object): Promise<unknown> => {
    const answer = await fetch(`${sandbox.controlUrl}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    if (!answer.ok && answer.status !== 404) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return answer.status === 204 ? null : answer.json()
  }
  return {
    shopUrl,
    controlUrl: sandbox.controlUrl,
    panelUrl: sandbox.panelUrl,
    stripeUrl: `http://127.0.0.1:${sandboxOf.stripe}`,
    sql,
    webs,
    workers,
    lines,
    logFolder,
    dataDir: dir,
    fault: async (input) => ((await control('POST', '/faults.json', input)) as { id: string }).id,
    faultOff: async (id) => void (await control('DELETE', `/faults/${id}`)),
    faultsOff: async () => void (await control('DELETE', '/faults.json')),
    advance: async (ms) => void (await control('POST', '/clock/advance', { ms })),
    async crashDatabase(downMs) {
      await postgres.stop('immediate')
      await new Promise((resolve) => setTimeout(resolve, downMs))
      postgres = await startPostgres(join(dir, 'database'))
    },
    async close() {
      for (const one of [...webs, ...workers]) await one.kill('SIGKILL')
      await sql.end()
      await Promise.all([front.close(), lines.database.close(), lines.panel.close(), ...lines.stripe.map((line) => line.close())])
      await sandbox.close()
      await postgres.stop('immediate')
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** The demo's six machines, with room and ports for more. */
function largerPanel(scale: number) {
  const seed = demoPanelSeed()
  for (const node of seed.nodes) {
    node.memory = Math.round(node.memory * scale)
    node.disk = Math.round(node.disk * scale)
  }
  for (const block of seed.allocations) block.ports = ['25565-26564']
  return seed
}

/** So many ports in a row that nobody uses: sandbox, web processes and their lines. */
async function freeBlock(): Promise<number> {
  for (let tries = 0; tries < 50; tries += 1) {
    const base = 20_000 + Math.floor(Math.random() * 300) * 40
    const taken = await Promise.all(Array.from({ length: 40 }, (_, n) => portTaken(base + n)))
    if (!taken.includes(true)) return base
  }
  throw new Error('no forty free ports in a row')
}

/** On the way out, when nothing can be awaited any more. */
function killDatabase(postgres: Postgres): void {
  try {
    process.kill(postgres.pid(), 'SIGQUIT')
  } catch {
    // It is down already, as it should be.
  }
}
