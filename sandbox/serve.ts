import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'
import { aheadIn, clockFile } from '../src/doors/clock.ts'
import { startControl } from './control/start.ts'
import { createFaults } from './faults.ts'
import { createClock } from './kit/clock.ts'
import { openJournal } from './kit/journal.ts'
import { startMail } from './mail/start.ts'
import type { PanelOptions } from './panel/options.ts'
import { startPanel } from './panel/start.ts'
import { demoPanelSeed } from './seeds/demo-panel.ts'
import { startStripe } from './stripe/start.ts'

/** The foreign world in one process: panel, Stripe, mail, and the page that steers them. */
export interface Sandbox {
  panelUrl: string
  stripePort: number
  smtpPort: number
  controlUrl: string
  close(): Promise<void>
}
export interface SandboxOptions {
  /** Folder of the append logs. */
  folder: string
  /** The shop's port; panel, Stripe and control take the next three. */
  port: number
  smtpPort: number
  shopUrl: string
  stripeKey: string
  webhookSecret: string
  /** How long an installation takes; about 8 s when left out. */
  installSeconds?: number
  /** Another panel than the demo's: its seed, its rate limit, how fast its own waits pass. */
  panel?: Partial<Pick<PanelOptions, 'seed' | 'rateLimit' | 'timeScale' | 'latencyMs'>>
  /** Pauses between two tries of a webhook; Stripe's own when left out. */
  webhookRetryMs?: number[]
  /** 0..1 by turn: which requests a fault with a probability hits. */
  random?: () => number
  onReset(): void
}

export async function serveSandbox(options: SandboxOptions): Promise<Sandbox> {
  mkdirSync(options.folder, { recursive: true })
  const file = clockFile(options.folder)
  const clock = createClock(aheadIn(file) ?? 0)
  const journal = (name: string) => openJournal(join(options.folder, `${name}.log`))
  const faults = createFaults(journal('faults'), options.random)
  const mail = await startMail({ smtpPort: options.smtpPort, clock, journal: journal('mail'), faults })
  const post = createTransport(mail.smtpUrl)
  const panel = await startPanel({
    port: options.port + 1,
    clock,
    journal: journal('panel'),
    faults,
    seed: demoPanelSeed(),
    // As the panel's own queue would: a mail server that is down loses it, and nobody waits for it.
    mail: (letter) => void post.sendMail({ from: 'Game panel <panel@localhost>', ...letter }).catch(() => undefined),
    ...(options.installSeconds === undefined ? {} : { installSeconds: options.installSeconds }),
    ...options.panel,
  })
  const stripe = await startStripe({
    port: options.port + 2,
    host: '127.0.0.1',
    clock,
    journal: journal('stripe'),
    faults,
    secretKey: options.stripeKey,
    webhookSecret: options.webhookSecret,
    webhookUrl: `${options.shopUrl}/functions/v1/stripe-webhook`,
    publicUrl: `http://localhost:${options.port + 2}`,
    ...(options.webhookRetryMs ? { retryScheduleMs: options.webhookRetryMs } : {}),
  })
  const control = await startControl({
    port: options.port + 3,
    clock,
    journal: journal('control'),
    faults,
    mail,
    panelUrl: panel.url,
    stripeUrl: stripe.url,
    shopUrl: options.shopUrl,
    // Before its timers fire: what they tell the shop is then of its own time.
    onAdvance: (aheadMs) => writeFileSync(file, JSON.stringify({ aheadMs })),
    onReset: options.onReset,
  })
  return {
    panelUrl: panel.url,
    stripePort: stripe.port,
    smtpPort: options.smtpPort,
    controlUrl: control.url,
    async close() {
      post.close()
      await Promise.all([control.close(), stripe.close(), panel.close(), mail.close()])
      clock.close()
    },
  }
}

/** As a child of `npm start`: options come by message, `ready` goes back. */
if (import.meta.main && process.send) {
  let running: Sandbox | null = null
  process.on('message', (options: Omit<SandboxOptions, 'onReset'>) => {
    serveSandbox({ ...options, onReset: () => process.send?.({ reset: true }) }).then(
      (sandbox) => {
        running = sandbox
        process.send?.({ ready: true })
      },
      (error) => {
        process.stderr.write(`${error?.stack ?? error}\n`)
        process.exit(70)
      },
    )
  })
  const stop = () => void Promise.resolve(running?.close()).finally(() => process.exit(0))
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop)
  process.on('disconnect', stop)
}
