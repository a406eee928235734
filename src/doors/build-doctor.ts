import type { Config } from '../config.ts'
import { type Db, openDb } from '../db/index.ts'
import { Failure } from '../kit/failure.ts'
import { type DoctorReport, type ExamineOptions, examine, type Parts, type Patient } from '../operations/index.ts'
import { hostReadings } from '../outside/host/index.ts'
import type { Readings } from '../outside/host/types.ts'
import { createMail } from '../outside/mail/index.ts'
import { createPanel, createPanelProbe } from '../outside/panel/index.ts'
import type { PanelHooks } from '../outside/panel/types.ts'
import { createStripe, createStripeSetup } from '../outside/stripe/index.ts'
import { createBudget } from '../servers/index.ts'
import { APP } from './build-world.ts'
import { clockOf } from './clock.ts'
import { withoutSecrets } from './log.ts'
import { proofOf } from './prove.ts'

/** Somebody waits for the answer, and a check may need two of them. */
const PATIENCE_MS = 6_000
const BACKFILL_MS = 600_000

export interface DoctorParts {
  /** As much of it as there is. */
  config: Partial<Config>
  faults?: Record<string, string>
  /** The process's own; left out: one is opened. */
  db?: Db
  readings?: Readings
}
export interface Doctor {
  /** Never throws. */
  run(options?: ExamineOptions): Promise<DoctorReport>
  /** @throws `config.invalid` without a key of Stripe's */
  setup(): Parts['setup']
  close(): Promise<void>
}

/** What the doctor looks at, built from what the configuration has: a part that it says nothing of is null. */
export function buildDoctor({ config, faults = {}, db: given, readings = hostReadings() }: DoctorParts): Doctor {
  const { sandboxed = false, dataDir = null, authSecret } = config
  const now = dataDir === null ? () => new Date() : clockOf({ sandboxed, dataDir })
  const db = given ?? (config.databaseUrl ? openDb(config.databaseUrl, { name: 'givrwrld doctor', max: 6, silentMs: PATIENCE_MS }) : null)
  const mail = config.smtpUrl ? createMail({ url: config.smtpUrl, from: config.mailFrom ?? '' }) : null
  const parts: Patient['parts'] = { db, mail, ...panelParts(config, db, now), ...stripeParts(config, now) }
  // For one run: what was asked once is asked anew in the next.
  const patient = (): Patient => ({
    parts,
    now,
    readings,
    faults,
    sandboxed,
    stripeMode: modeOf(config.stripeSecretKey),
    publicUrl: config.publicUrl ?? null,
    panelUrl: config.panelUrl ?? null,
    dataDir,
    mailFrom: config.mailFrom ?? null,
    poolWaiting: given?.pool.waitingCount ?? 0,
    backfillMs: config.backfillMs ?? BACKFILL_MS,
    prove: (nonce) => (authSecret ? proofOf(authSecret, nonce) : null),
    once: onceOnly(),
  })
  return {
    setup() {
      if (parts.setup) return parts.setup
      throw stripeNotConfigured()
    },
    run: async (options) => scrubbed(await examine(patient(), options)),
    async close() {
      mail?.close()
      if (!given) await db?.close()
    },
  }
}

/** What foreign systems and drivers say is repeated to people: no key of ours may be in it. */
const scrubbed = (report: DoctorReport): DoctorReport => JSON.parse(withoutSecrets(JSON.stringify(report))) as DoctorReport

const stripeNotConfigured = () =>
  new Failure({
    code: 'config.invalid',
    kind: 'invalid',
    say: 'STRIPE_SECRET_KEY is not set, or wrong.',
    next: 'Set it; `bin/givrwrld doctor --only stripe` tells more.',
  })

const modeOf = (key: string | undefined) => (key === undefined ? null : key.includes('_live_') ? ('live' as const) : ('test' as const))

function panelParts(
  config: Partial<Config>,
  db: Db | null,
  now: () => Date,
): { panel: Parts['panel'] | null; probe: Parts['probe'] | null } {
  const { panelUrl: url, panelAppKey: appKey, panelClientKey } = config
  if (!url || !appKey) return { panel: null, probe: null }
  const budget = db ? createBudget({ db, now }) : null
  const hooks: PanelHooks = {
    // Nobody is made to wait for the doctor, nor the doctor for them; what it used up is told by the answers' headers. What it
    // provokes (a refused write, say) says nothing of whether the shop may sell.
    before: async () => undefined,
    after: async (record) => void (await budget?.after(record).catch(() => undefined)),
  }
  const options = { url, appKey, clientKey: panelClientKey || null, timeoutMs: PATIENCE_MS, hooks }
  return { panel: createPanel(options), probe: createPanelProbe(options) }
}

function stripeParts(config: Partial<Config>, now: () => Date): { stripe: Parts['stripe'] | null; setup: Parts['setup'] | null } {
  const { stripeSecretKey: secretKey, stripeWebhookSecrets = [], sandbox = [], port } = config
  if (!secretKey) return { stripe: null, setup: null }
  const at = sandbox.includes('stripe') && port ? { host: '127.0.0.1', port: port + 2, protocol: 'http' as const } : {}
  const options = { secretKey, app: APP, timeoutMs: PATIENCE_MS, hooks: { after: async () => undefined }, ...at }
  return { stripe: createStripe({ ...options, webhookSecrets: [...stripeWebhookSecrets], now }), setup: createStripeSetup(options) }
}

function onceOnly(): Patient['once'] {
  const asked = new Map<string, Promise<unknown>>()
  return <T>(name: string, ask: () => Promise<T>) => {
    const known = asked.get(name) ?? ask()
    asked.set(name, known)
    return known as Promise<T>
  }
}
