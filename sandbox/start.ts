import { type ChildProcess, fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { type Config, dataDirOf, readConfig, runtimeFile, SETTINGS } from '../src/config.ts'
import { allMigrations } from '../src/db/index.ts'
import { Failure } from '../src/kit/failure.ts'
import { sandboxKeys } from './keys.ts'
import { freePort, portTaken, servedFrom } from './ports.ts'
import { type Postgres, startPostgres } from './postgres.ts'
import { DEMO_OPERATOR, prepareShop } from './prepare.ts'
import { runtimeOf, sandboxedSystems } from './runtime.ts'

/**
 * `npm start`: the whole product on the sandbox. Supervises three: PostgreSQL (adopted when it runs already), the sandbox, the product.
 * With the foreign systems configured in the environment it serves on those instead.
 */
const say = (text: string): void => void process.stdout.write(`${text}\n`)
const env = process.env
const dataDir = dataDirOf(env)
const port = Number(env['PORT'] || SETTINGS.port.fallback)
const ENTRY = { sandbox: join(import.meta.dirname, 'serve.ts'), product: join(import.meta.dirname, '..', 'src', 'main.ts') }
/** One that ends again at once is started less and less often. */
const RESTART_MS = { first: 1_000, longest: 30_000, fine: 60_000 }

const logOf = (name: string) => join(dataDir, 'logs', `${name}.log`)

const children = new Map<keyof typeof ENTRY, ChildProcess>()
let postgres: Postgres | null = null
let ending = false

async function start(): Promise<void> {
  const started = performance.now()
  const served = await servedFrom(dataDir)
  if (served !== null) {
    say(`Already running at http://localhost:${served} (data in ${dataDir}).`)
    process.exit(0)
  }
  for (const taken of [port, port + 1, port + 2, port + 3])
    if (await portTaken(taken))
      throw new Failure({
        code: 'sandbox.port_taken',
        kind: 'conflict',
        say: `Port ${taken} is in use by another program.`,
        next: 'Stop it, or choose another PORT (four in a row are used).',
      })
  mkdirSync(join(dataDir, 'logs'), { recursive: true })
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void end(0))

  if (!env['DATABASE_URL']) postgres = await startPostgres(join(dataDir, 'postgres'), { say })
  const keys = { ...sandboxKeys(dataDir), ...rolledSecret() }
  const databaseUrl = env['DATABASE_URL'] ?? postgres?.url ?? ''
  const runtime = runtimeOf({ systems: sandboxedSystems(env), port, smtpPort: await freePort(), databaseUrl, keys })
  writeFileSync(runtimeFile(dataDir), JSON.stringify(runtime, null, 2), { mode: 0o600 })
  const config = readConfig()
  if (config.sandboxed) await startSandbox(config)
  if (existsSync(join(dataDir, 'reset-wanted'))) await emptyDatabase(config)
  await prepareOnce(config, keys.operatorPassword)
  await startChild('product', null)
  announce(config, keys.operatorPassword, Math.round(performance.now() - started))
}

/** The doctor may have rolled the webhook's secret; it is kept where the settings are. */
function rolledSecret(): { webhookSecret?: string } {
  if (!existsSync(runtimeFile(dataDir))) return {}
  const { STRIPE_WEBHOOK_SECRET: webhookSecret } = JSON.parse(readFileSync(runtimeFile(dataDir), 'utf8')) as Record<string, string>
  return webhookSecret ? { webhookSecret } : {}
}

function startSandbox(config: Config): Promise<void> {
  const { operatorPassword } = sandboxKeys(dataDir)
  const smtpPort = Number(new URL(config.smtpUrl).port)
  const options = {
    folder: join(dataDir, 'sandbox'),
    port,
    smtpPort,
    shopUrl: config.publicUrl,
    stripeKey: config.stripeSecretKey,
    webhookSecret: config.stripeWebhookSecrets.join(','),
  }
  return startChild('sandbox', options, (message) => {
    if ('reset' in message) void reset(config, operatorPassword)
  })
}

/** The preparation asks panel and Stripe; a start with the same migrations and seeds on the same data needs none of it. */
async function prepareOnce(config: Config, operatorPassword: string): Promise<void> {
  const stamp = join(dataDir, 'prepared')
  const seeds = ['demo-catalogue.ts', 'demo-panel.ts'].map((file) => readFileSync(join(import.meta.dirname, 'seeds', file), 'utf8'))
  const wanted = createHash('sha256')
    .update(
      [config.sandbox.join(','), config.databaseUrl.replace(/:\d+\//, '/'), ...allMigrations().map(({ sql }) => sql), ...seeds].join('\n'),
    )
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  say('Preparing the shop: tables, catalogue, nodes, prices.')
  await prepareShop(config, operatorPassword)
  writeFileSync(stamp, wanted)
}

function startChild(
  name: keyof typeof ENTRY,
  message: object | null,
  hear: (message: object) => void = () => undefined,
  waitedMs = 0,
): Promise<void> {
  const started = Date.now()
  return new Promise((resolve, reject) => {
    const log = openSync(logOf(name), 'a')
    const child = fork(ENTRY[name], name === 'product' ? ['all'] : [], { stdio: ['ignore', log, log, 'ipc'] })
    closeSync(log)
    children.set(name, child)
    writePids()
    child.on('message', (heard: object) => ('ready' in heard ? resolve() : hear(heard)))
    child.on('exit', (code, signal) => {
      if (ending || children.get(name) !== child) return
      reject(new Error(`The ${name} ended while starting (${signal ?? code}). Its last words:\n${lastLines(logOf(name))}`))
      const waitMs =
        Date.now() - started > RESTART_MS.fine ? RESTART_MS.first : Math.min(RESTART_MS.longest, Math.max(RESTART_MS.first, waitedMs * 2))
      say(`The ${name} ended (${signal ?? code}); starting it again in ${waitMs / 1_000} s. Its log: ${logOf(name)}`)
      setTimeout(() => !ending && void startChild(name, message, hear, waitMs).catch(() => undefined), waitMs)
    })
    if (message) child.send(message)
  })
}

const lastLines = (file: string): string => readFileSync(file, 'utf8').trimEnd().split('\n').slice(-15).join('\n')

/** Process ids, for people who want to see what a kill does. */
function writePids(): void {
  const pids = Object.fromEntries([...children].map(([name, child]) => [name, child.pid]))
  writeFileSync(join(dataDir, 'processes.json'), JSON.stringify({ supervisor: process.pid, port, ...pids }))
}

/** Back to the first day: empties the foreign world (done by then) and the shop's database. */
async function reset(config: Config, operatorPassword: string): Promise<void> {
  say('Resetting: the shop starts anew.')
  for (const name of ['product', 'sandbox'] as const) {
    const child = children.get(name)
    children.delete(name)
    await stopChild(child)
  }
  rmSync(join(dataDir, 'sandbox'), { recursive: true, force: true })
  await emptyDatabase(config)
  await startSandbox(config)
  await prepareOnce(config, operatorPassword)
  await startChild('product', null)
  say('Reset done.')
}

/** Only a database that this program made: one named in DATABASE_URL is somebody's own. */
async function emptyDatabase(config: Config): Promise<void> {
  for (const mark of ['prepared', 'reset-wanted']) rmSync(join(dataDir, mark), { force: true })
  if (!postgres) return say('The database in DATABASE_URL is yours: it is left as it is.')
  const name = new URL(config.databaseUrl).pathname.slice(1)
  const admin = new pg.Client({ connectionString: config.databaseUrl.replace(/[^/]+$/, 'postgres') })
  await admin.connect()
  await admin.query(`drop database if exists ${pg.escapeIdentifier(name)} with (force)`)
  await admin.query(`create database ${pg.escapeIdentifier(name)}`)
  await admin.end()
}

function announce(config: Config, operatorPassword: string, ms: number): void {
  const sandboxed: [string, string][] = [
    ['Game panel', `http://localhost:${port + 1}    (sandbox view: /sandbox)`],
    ['Stripe', `http://localhost:${port + 2}/sandbox`],
    ['Mail and faults', `http://localhost:${port + 3}`],
  ]
  const addresses: [string, string][] = [
    ['Shop', config.publicUrl],
    ['Operations console', `${config.publicUrl}/ops${config.sandboxed ? `    ${DEMO_OPERATOR} / ${operatorPassword}` : ''}`],
    ...(config.sandboxed ? sandboxed : []),
  ]
  const hints = config.sandboxed
    ? 'Pay with 4242 4242 4242 4242, any later date, any CVC. Verification mails are in the inbox of “Mail and faults”.'
    : 'Nothing is sandboxed. Give yourself a role with `bin/givrwrld staff add EMAIL --role admin`.'
  say(`
GIVRWRLD Servers is ready (${(ms / 1000).toFixed(1)} s).

${addresses.map(([name, address]) => `  ${name.padEnd(18)}  ${address}`).join('\n')}

  ${hints}
  Command line: bin/givrwrld --help    Logs: ${join(dataDir, 'logs')}    Stop: Ctrl-C
`)
}

const stopChild = (child: ChildProcess | undefined): Promise<void> =>
  new Promise((done) => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return done()
    child.once('exit', () => done())
    child.kill('SIGTERM')
  })

async function end(code: number): Promise<void> {
  if (ending) process.exit(130)
  ending = true
  await stopChild(children.get('product'))
  await stopChild(children.get('sandbox'))
  await postgres?.stop().catch(() => undefined)
  process.exit(code)
}

try {
  await start()
} catch (error) {
  process.stderr.write(`${error instanceof Failure ? `${error.say}\n${error.next}` : ((error as Error).stack ?? error)}\n`)
  await end(1)
}
