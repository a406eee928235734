import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { Failure } from './kit/failure.ts'

/** One environment variable: what it is for, an example, and whether it must never be printed. */
export interface Setting {
  name: string
  about: string
  example: string
  secret?: boolean
  /** What is used when it is not set; left out: it must be set. */
  fallback?: string
  shape: z.ZodType
}

const SYSTEMS = ['panel', 'stripe', 'mail'] as const
export type Sandboxed = (typeof SYSTEMS)[number]

const httpUrl = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''))
const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max)
const secretText = z.string().min(32, 'at least 32 characters')

/** Every variable the product reads, in the order of the reference page. */
export const SETTINGS = {
  databaseUrl: {
    name: 'DATABASE_URL',
    about: 'PostgreSQL 15 or newer. Workers need a direct connection (LISTEN), not a transaction pooler.',
    example: 'postgres://user:password@db.example.com:5432/givrwrld',
    secret: true,
    shape: z.url({ protocol: /^postgres(ql)?$/ }),
  },
  panelUrl: { name: 'PANEL_URL', about: 'Address of the Pterodactyl panel.', example: 'https://panel.example.com', shape: httpUrl },
  panelAppKey: {
    name: 'PTERO_APP_KEY',
    about: 'Application key of the panel: servers, users and allocations read and write; nodes, nests, eggs and locations read.',
    example: 'ptla_…',
    secret: true,
    shape: z.string().regex(/^ptla_\S+$/, 'starts with ptla_'),
  },
  panelClientKey: {
    name: 'PTERO_CLIENT_KEY',
    about: 'Client key of a panel administrator. Without it, “installed” is the most that is claimed of a server.',
    example: 'ptlc_…',
    secret: true,
    fallback: '',
    shape: z.string().regex(/^(ptlc_\S+)?$/, 'starts with ptlc_'),
  },
  stripeSecretKey: {
    name: 'STRIPE_SECRET_KEY',
    about: 'Secret or restricted key of Stripe.',
    example: 'rk_live_…',
    secret: true,
    shape: z.string().regex(/^(sk|rk)_(test|live)_\S+$/, 'starts with sk_ or rk_ and test_ or live_'),
  },
  stripeWebhookSecret: {
    name: 'STRIPE_WEBHOOK_SECRET',
    about: 'Signing secret of the webhook endpoint; a comma list while a secret is rolled.',
    example: 'whsec_…',
    secret: true,
    shape: z.string().regex(/^whsec_[^\s,]+(,whsec_[^\s,]+)*$/, 'starts with whsec_'),
  },
  serviceRoleKey: {
    name: 'SERVICE_ROLE_KEY',
    about: 'Bearer key of the service role, for the functions that staff and scripts call.',
    example: 'a random text of 32 characters or more',
    secret: true,
    shape: secretText,
  },
  authSecret: {
    name: 'AUTH_SECRET',
    about:
      'Signs sessions and links, and encrypts second factors. Changing it signs everybody out, and every second factor has to be reset.',
    example: 'a random text of 32 characters or more',
    secret: true,
    shape: secretText,
  },
  publicUrl: {
    name: 'PUBLIC_URL',
    about: 'Where customers reach the shop.',
    example: 'https://shop.example.com',
    fallback: 'http://localhost:<PORT>',
    shape: httpUrl,
  },
  port: {
    name: 'PORT',
    about: 'HTTP port. The sandbox uses the three after it.',
    example: '3000',
    fallback: '3000',
    shape: whole(1, 65_532),
  },
  dataDir: {
    name: 'DATA_DIR',
    about: 'Folder for the sandbox’s database, state and generated keys.',
    example: '/var/lib/givrwrld',
    fallback: '.data',
    shape: z.string().min(1),
  },
  smtpUrl: {
    name: 'SMTP_URL',
    about: 'Mail server, with credentials if it wants them.',
    example: 'smtps://user:password@smtp.example.com:465',
    secret: true,
    shape: z.url({ protocol: /^smtps?$/ }),
  },
  mailFrom: {
    name: 'MAIL_FROM',
    about: 'Sender of our mails.',
    example: 'GIVRWRLD Servers <servers@example.com>',
    fallback: 'GIVRWRLD Servers <servers@localhost>',
    shape: z.string().min(3),
  },
  supportUrl: {
    name: 'SUPPORT_URL',
    about: 'Where a customer finds a person: a page or a mailto: address.',
    example: 'https://support.example.com',
    fallback: 'mailto:support@localhost',
    shape: z.string().regex(/^(https?:\/\/|mailto:)\S+$/, 'an http(s) address or mailto:'),
  },
  sandbox: {
    name: 'SANDBOX',
    about: 'Foreign systems to stand in for, as a comma list of panel, stripe, mail. Nothing configured at all: all of them.',
    example: 'stripe,mail',
    fallback: '',
    shape: z.string().regex(/^((panel|stripe|mail)(,(panel|stripe|mail))*)?$/, 'a comma list of panel, stripe, mail'),
  },
  staffSecondFactor: {
    name: 'STAFF_SECOND_FACTOR',
    about: 'Whether staff must have a second factor: required, or optional. Empty: required, but optional where everything is sandboxed.',
    example: 'required',
    fallback: '',
    shape: z.enum(['', 'required', 'optional']),
  },
  signUpsPerMinute: {
    name: 'SIGN_UPS_PER_MINUTE',
    about: 'Sign-ups taken from one address in a minute.',
    example: '5',
    fallback: '5',
    shape: whole(1, 100_000),
  },
  checkoutsPerAddress: {
    name: 'CHECKOUTS_PER_ADDRESS',
    about: 'Unpaid checkouts one address may hold at once.',
    example: '6',
    fallback: '6',
    shape: whole(1, 100_000),
  },
  trustedProxies: {
    name: 'TRUSTED_PROXIES',
    about: 'How many reverse proxies stand in front; so many entries of X-Forwarded-For are believed, from the right.',
    example: '1',
    fallback: '0',
    shape: whole(0, 10),
  },
  logLevel: {
    name: 'LOG_LEVEL',
    about: 'debug, info, warn or error.',
    example: 'info',
    fallback: 'info',
    shape: z.enum(['debug', 'info', 'warn', 'error']),
  },
  logKeepLevel: {
    name: 'LOG_KEEP_LEVEL',
    about: 'What of functions, jobs and calls is kept in the database too, to be searched: debug, info, warn, error, or off.',
    example: 'info',
    fallback: 'info',
    shape: z.enum(['debug', 'info', 'warn', 'error', 'off']),
  },
  logKeepDays: {
    name: 'LOG_KEEP_DAYS',
    about: 'How long those lines are kept.',
    example: '14',
    fallback: '14',
    shape: whole(1, 3_650),
  },
  unknownWaitMs: {
    name: 'PANEL_UNKNOWN_WAIT_MS',
    about: 'How long a create without an answer is left alone before it is looked up. The panel may clean up for 30 seconds.',
    example: '35000',
    fallback: '35000',
    shape: whole(100, 600_000),
  },
  installPollMs: {
    name: 'INSTALL_POLL_MS',
    about: 'How often servers being installed are looked at, all in one call.',
    example: '10000',
    fallback: '10000',
    shape: whole(200, 600_000),
  },
  panelTimeoutMs: {
    name: 'PANEL_TIMEOUT_MS',
    about: 'How long an answer of the panel is waited for. The panel itself may take 30 seconds when a node’s daemon hangs.',
    example: '40000',
    fallback: '40000',
    shape: whole(1_000, 600_000),
  },
  backfillMs: {
    name: 'BACKFILL_MS',
    about: 'How often Stripe’s list of events is read for what no webhook brought.',
    example: '600000',
    fallback: '600000',
    shape: whole(1_000, 86_400_000),
  },
  alertEveryMs: {
    name: 'ALERT_EVERY_MS',
    about: 'How often the alert rules are judged, by one process for all.',
    example: '15000',
    fallback: '15000',
    shape: whole(500, 300_000),
  },
  digestHour: {
    name: 'DIGEST_HOUR',
    about: 'When the daily summary of yesterday is sent to the channels that take it: the hour, UTC.',
    example: '7',
    fallback: '7',
    shape: whole(0, 23),
  },
  refundLimitCents: {
    name: 'REFUND_LIMIT_CENTS',
    about: 'What an operator may give back of one order within a day, in cents. Administrators have no limit.',
    example: '5000',
    fallback: '5000',
    shape: whole(0, 100_000_000),
  },
  paymentGraceDays: {
    name: 'PAYMENT_GRACE_DAYS',
    about: 'How long a server runs on after a renewal could not be charged.',
    example: '3',
    fallback: '3',
    shape: whole(0, 90),
  },
  webhookKeepDays: {
    name: 'WEBHOOK_KEEP_DAYS',
    about: 'How long Stripe’s events are kept once they are handled. Stripe itself shows and resends them for 30 days.',
    example: '90',
    fallback: '90',
    shape: whole(35, 36_500),
  },
  callKeepDays: {
    name: 'CALL_KEEP_DAYS',
    about: 'How long an order’s timeline shows the calls to panel and Stripe.',
    example: '90',
    fallback: '90',
    shape: whole(7, 36_500),
  },
  timelineKeepDays: {
    name: 'TIMELINE_KEEP_DAYS',
    about: 'How long an order’s timeline shows its changes of state and the notes beside them.',
    example: '1095',
    fallback: '1095',
    shape: whole(30, 36_500),
  },
} as const satisfies Record<string, Setting>

type Key = keyof typeof SETTINGS
type Values = { [K in Key]: z.output<(typeof SETTINGS)[K]['shape']> }

export interface Config extends Readonly<Omit<Values, 'sandbox' | 'stripeWebhookSecret' | 'staffSecondFactor'>> {
  readonly staffSecondFactor: 'required' | 'optional'
  readonly sandbox: readonly Sandboxed[]
  readonly stripeWebhookSecrets: readonly string[]
  /** True where anything foreign is stood in for. */
  readonly sandboxed: boolean
}

/** What the sandbox gave for the systems it stands in for, and the keys it made; written by `npm start`. */
const RUNTIME_FILE = 'runtime.json'
export const runtimeFile = (dataDir: string): string => join(dataDir, RUNTIME_FILE)

/** Values of DATA_DIR's runtime.json: the same names as the environment, used where the environment says nothing. */
function readRuntime(dataDir: string): Record<string, string> {
  const file = runtimeFile(dataDir)
  if (!existsSync(file)) return {}
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (cause) {
    throw new Failure({
      code: 'config.invalid',
      kind: 'invalid',
      say: `${file} cannot be read as settings.`,
      next: 'Delete it: `npm start` writes it anew.',
      cause,
    })
  }
}

export const dataDirOf = (env: NodeJS.ProcessEnv): string => resolve(env['DATA_DIR'] || join(import.meta.dirname, '..', '.data'))

interface Judged {
  dataDir: string
  read: Partial<Values>
  /** Variable → what is wrong with it. */
  faults: Record<string, string>
}

function judgeSettings(env: NodeJS.ProcessEnv, runtime = readRuntime(dataDirOf(env))): Judged {
  const dataDir = dataDirOf(env)
  const port = env['PORT'] || runtime['PORT'] || '3000'
  const faults: Record<string, string> = {}
  const values: Record<string, unknown> = {}
  for (const [key, setting] of Object.entries(SETTINGS) as [Key, Setting][]) {
    const raw = (env[setting.name] || runtime[setting.name] || setting.fallback || '').replace('<PORT>', port)
    const parsed = setting.shape.safeParse(raw)
    if (parsed.success) values[key] = parsed.data
    else faults[setting.name] = `${raw === '' ? 'is not set' : parsed.error.issues[0]?.message}; for example ${setting.example}`
  }
  const read: Partial<Values> = values
  if (read.sandbox && /_live_/.test(read.stripeSecretKey ?? ''))
    faults['SANDBOX'] = `a live Stripe key goes with nothing sandboxed; unset SANDBOX (${read.sandbox}) or use a test key`
  return { dataDir, read, faults }
}

/** What can be told of each setting by itself goes through as it is; a fault in one is no reason to know nothing of the others. */
function configOf({ dataDir, read }: Pick<Judged, 'dataDir' | 'read'>): Partial<Config> {
  const { sandbox: names, stripeWebhookSecret, staffSecondFactor, ...rest } = read
  const sandbox = (names ? names.split(',') : []) as Sandboxed[]
  return Object.freeze({
    ...rest,
    dataDir,
    sandbox: Object.freeze(sandbox),
    sandboxed: sandbox.length > 0,
    // No real customer, money or server is at stake there.
    staffSecondFactor: staffSecondFactor || (sandbox.length === SYSTEMS.length ? 'optional' : 'required'),
    ...(stripeWebhookSecret === undefined ? {} : { stripeWebhookSecrets: Object.freeze(stripeWebhookSecret.split(',')) }),
  })
}

/**
 * Reads the environment over DATA_DIR's runtime.json into one frozen config.
 * @throws Failure `config.invalid` naming every variable that is wrong, each with an example
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const judged = judgeSettings(env)
  const { faults } = judged
  // Without a fault every setting has its value.
  if (Object.keys(faults).length === 0) return configOf(judged) as Config
  throw new Failure({
    code: 'config.invalid',
    kind: 'invalid',
    say: `The configuration is not complete:\n${Object.entries(faults)
      .map(([name, text]) => `  ${name} ${text}`)
      .join('\n')}`,
    next: 'Set these variables (docs/configuration.md tells what each is for), or run `npm start` with none of them for the sandbox.',
    fields: faults,
  })
}

/** As much of the configuration as there is, and what is wrong with the rest: for who must go on in spite of it. */
export function inspectConfig(env: NodeJS.ProcessEnv = process.env): { config: Partial<Config>; faults: Record<string, string> } {
  const judge = (): Judged => {
    try {
      return judgeSettings(env)
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      const { faults, ...judged } = judgeSettings(env, {})
      return { ...judged, faults: { 'runtime.json': `${error.say} ${error.next}`, ...faults } }
    }
  }
  const judged = judge()
  return { config: configOf(judged), faults: judged.faults }
}

/** What the environment says of a shop elsewhere; see doors/cli/remote.ts. */
export const remoteEnvironment = (env: NodeJS.ProcessEnv = process.env): { url: string; key: string } => ({
  url: env['GIVRWRLD_URL'] ?? '',
  key: env['GIVRWRLD_API_KEY'] ?? '',
})

/** The config as pairs of variable and printable value; secrets as dots. */
export function printableConfig(config: Config): [name: string, value: string][] {
  const plain: Record<string, unknown> = {
    ...config,
    sandbox: config.sandbox.join(','),
    stripeWebhookSecret: config.stripeWebhookSecrets.join(','),
  }
  return (Object.entries(SETTINGS) as [Key, Setting][]).map(([key, setting]) => {
    const value = String(plain[key] ?? '')
    return [setting.name, setting.secret && value !== '' ? '••••••••' : value]
  })
}
/** One value by its variable's name, secrets too: for `config get`. */
export function configValue(config: Config, name: string): string | null {
  const plain: Record<string, unknown> = {
    ...config,
    sandbox: config.sandbox.join(','),
    stripeWebhookSecret: config.stripeWebhookSecrets.join(','),
  }
  const found = (Object.entries(SETTINGS) as [Key, Setting][]).find(([, setting]) => setting.name === name)
  return found ? String(plain[found[0]] ?? '') : null
}
