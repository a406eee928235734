import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { portTaken } from '../../sandbox/ports.ts'
import { prepareShop } from '../../sandbox/prepare.ts'
import { type Sandbox, type SandboxOptions, serveSandbox } from '../../sandbox/serve.ts'
import { type Config, readConfig, runtimeFile } from '../../src/config.ts'
import { type TestDb, testDb } from './database.ts'

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts')
export const SERVICE_KEY = 'service_test_key_of_more_than_32_characters'
export const OPERATOR = { email: 'operator@givrwrld.test', password: 'operator-of-the-tests' }

/** The whole product as a user has it: a database of its own, the sandbox, and the product as a process that can be killed. */
export interface Stack {
  db: TestDb
  config: Config
  sandbox: Sandbox
  /** DATA_DIR: with this in its environment the command line works on this stack. */
  dataDir: string
  url: string
  startProduct(): Promise<void>
  killProduct(signal?: NodeJS.Signals): Promise<void>
  fault(input: object): Promise<void>
  noFaults(): Promise<void>
  close(): Promise<void>
}

export interface StackOptions {
  /** How fast installations are, and the like. */
  sandbox?: Partial<SandboxOptions>
  /** Settings of the product. */
  env?: Record<string, string>
  /** `user:password@` for the mail server, which believes anybody. */
  smtpLogin?: string
  /** Takes what the product prints, which is shown otherwise. */
  onOutput?: (text: string) => void
}

export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const { onOutput } = options
  const db = await testDb()
  const port = await fourFreePorts()
  const dataDir = mkdtempSync(join(tmpdir(), 'givrwrld-stack-'))
  const smtpPort = port + 4
  const url = `http://localhost:${port}`
  const webhookSecret = 'whsec_test_secret'
  const runtime = {
    PORT: String(port),
    DATABASE_URL: db.url,
    PANEL_URL: `http://localhost:${port + 1}`,
    PTERO_APP_KEY: 'ptla_sandbox_application_key',
    PTERO_CLIENT_KEY: 'ptlc_sandbox_client_key',
    STRIPE_SECRET_KEY: 'sk_test_sandbox',
    STRIPE_WEBHOOK_SECRET: webhookSecret,
    SERVICE_ROLE_KEY: SERVICE_KEY,
    AUTH_SECRET: 'auth_secret_of_the_tests_more_than_32_characters',
    SMTP_URL: `smtp://${options.smtpLogin ?? ''}127.0.0.1:${smtpPort}`,
    SANDBOX: 'panel,stripe,mail',
    SIGN_UPS_PER_MINUTE: '100000',
    CHECKOUTS_PER_ADDRESS: '100000',
    INSTALL_POLL_MS: '1000',
    LOG_LEVEL: 'error',
    ...options.env,
  }
  writeFileSync(runtimeFile(dataDir), JSON.stringify(runtime))
  const config = readConfig({ DATA_DIR: dataDir })
  const sandbox = await serveSandbox({
    folder: join(dataDir, 'sandbox'),
    port,
    smtpPort,
    shopUrl: url,
    stripeKey: 'sk_test_sandbox',
    webhookSecret,
    onReset: () => undefined,
    installSeconds: 2,
    ...options.sandbox,
  })
  await prepareShop(config, OPERATOR.password)

  let product: ChildProcess | null = null
  const control = async (method: string, path: string, body?: object) => {
    const answer = await fetch(`${sandbox.controlUrl}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  }
  const stack: Stack = {
    db,
    config,
    sandbox,
    dataDir,
    url,
    startProduct: () =>
      new Promise((resolve, reject) => {
        const child = fork(MAIN, ['all'], {
          env: { ...process.env, DATA_DIR: dataDir },
          stdio: ['ignore', onOutput ? 'pipe' : 'inherit', onOutput ? 'pipe' : 'inherit', 'ipc'],
          execArgv: [],
        })
        if (onOutput) for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part) => onOutput(String(part)))
        product = child
        child.once('message', () => resolve())
        child.once('exit', (code, signal) => reject(new Error(`the product ended (${signal ?? code})`)))
      }),
    killProduct: (signal = 'SIGKILL') =>
      new Promise((resolve) => {
        if (!product || product.exitCode !== null || product.signalCode !== null) return resolve()
        product.once('exit', () => resolve())
        product.kill(signal)
      }),
    fault: (input) => control('POST', '/faults.json', input),
    noFaults: () => control('DELETE', '/faults.json'),
    async close() {
      await stack.killProduct('SIGTERM')
      await sandbox.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
  return stack
}

/** The shop's port and the four after it (panel, Stripe, control, SMTP). */
async function fourFreePorts(): Promise<number> {
  for (let tries = 0; tries < 50; tries += 1) {
    const port = 20_000 + Math.floor(Math.random() * 2_500) * 5
    const taken = await Promise.all([0, 1, 2, 3, 4].map((n) => portTaken(port + n)))
    if (!taken.includes(true)) return port
  }
  throw new Error('no five free ports in a row')
}
