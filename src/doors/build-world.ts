import type { Config } from '../config.ts'
import { openDb } from '../db/index.ts'
import { judgeAnswer, notePanelAnswer } from '../fleet/index.ts'
import type { Tally } from '../health/index.ts'
import type { Log } from '../kit/log.ts'
import { recordCall } from '../orders/index.ts'
import { createChannels } from '../outside/channels/index.ts'
import { createMail } from '../outside/mail/index.ts'
import { createPanel } from '../outside/panel/index.ts'
import { createStripe } from '../outside/stripe/index.ts'
import { createBudget } from '../servers/index.ts'
import type { World } from '../world.ts'
import { clockOf } from './clock.ts'
import { createLog } from './log.ts'
import { sayCall } from './say-call.ts'

/** Our mark on objects at Stripe, so that another application on the same account is left alone. */
export const APP = 'givrwrld'

/** Everything a process works with, from its configuration. Opens nothing that needs an answer yet. */
export function buildWorld(config: Config, name: string, log: Log = createLog(config.logLevel), tally?: Tally): World {
  const db = openDb(config.databaseUrl, { name })
  const now = clockOf(config)
  const budget = createBudget({ db, now })
  const stripeAt = config.sandbox.includes('stripe') ? { host: '127.0.0.1', port: config.port + 2, protocol: 'http' as const } : {}
  return {
    db,
    now,
    log,
    shop: { publicUrl: config.publicUrl, supportUrl: config.supportUrl, panelUrl: config.panelUrl, app: APP },
    panel: createPanel({
      url: config.panelUrl,
      appKey: config.panelAppKey,
      clientKey: config.panelClientKey || null,
      timeoutMs: config.panelTimeoutMs,
      hooks: {
        before: budget.before,
        async after(record) {
          tally?.panelAnswered(record)
          await budget.after(record)
          const { call, method, path, status, ms, requestId, panelCode } = record
          sayCall(log, 'panel', { ...call, method, path, status, ms, callId: requestId, code: panelCode })
          await notePanelAnswer(db.q, { status: judgeAnswer(record), at: now() })
          if (call.orderId)
            await recordCall(db.q, call.orderId, { system: 'panel', method, path, status, ms, requestId, code: panelCode, at: now() })
        },
      },
    }),
    stripe: createStripe({
      secretKey: config.stripeSecretKey,
      webhookSecrets: [...config.stripeWebhookSecrets],
      app: APP,
      now,
      ...stripeAt,
      hooks: {
        async after(record) {
          tally?.stripeAnswered(record)
          const { call, method, path, status, ms, requestId, stripeCode } = record
          sayCall(log, 'stripe', { ...call, method, path, status, ms, callId: requestId, code: stripeCode })
          if (call.orderId)
            await recordCall(db.q, call.orderId, { system: 'stripe', method, path, status, ms, requestId, code: stripeCode, at: now() })
        },
      },
    }),
    mail: createMail({ url: config.smtpUrl, from: config.mailFrom }),
    channels: createChannels({ anywhere: config.sandboxed }),
  }
}
