import { inboxState } from '../../../billing/index.ts'
import { MINUTE } from '../../../kit/time.ts'
import { lastRestoration } from '../../store/backups.ts'
import { processes, sweepSigns } from '../../store/work-signs.ts'
import { check, failed, ok, warning } from '../check.ts'
import { ago, counted, listed } from '../words.ts'

const INBOX_LATE_MS = 5 * MINUTE
const PANEL_SWEEP_MS = 10 * MINUTE
/** A sweep may be in the middle of its work, or broken off once. */
const SWEEPS_MISSED = 3
const START = { command: 'bin/givrwrld serve --role worker' }

export const workChecks = [
  check({
    id: 'work.workers',
    area: 'work',
    title: 'Workers are there',
    needs: ['db'],
    after: ['database.migrations'],
    async run({ db }) {
      const all = await processes(db.q)
      const workers = all.filter(({ role }) => role !== 'web')
      const said = listed(all.map(({ role, host, pid }) => `${role} on ${host} (${pid})`))
      if (workers.length > 0) return ok(`Heard of within a minute: ${said}.`)
      const rest = all.length > 0 ? `Only ${said}.` : 'No process of the product was heard of within a minute.'
      return failed(
        `Nobody works in the background. ${rest}`,
        'Start the product, or a worker: without one no server is made and no webhook is handled.',
        START,
      )
    },
  }),
  check({
    id: 'work.inbox',
    area: 'work',
    title: 'Webhooks are worked off',
    needs: ['db'],
    after: ['database.migrations'],
    async run({ db, now }) {
      const { waiting, oldestReceivedAt } = await inboxState(db.q)
      if (waiting === 0 || !oldestReceivedAt) return ok('Nothing waits.')
      const found = `${counted(waiting, 'event waits', 'events wait')}, the oldest came ${ago(now(), oldestReceivedAt)}.`
      return now().getTime() - oldestReceivedAt.getTime() > INBOX_LATE_MS
        ? failed(found, 'Do workers run? The log (stripe-webhook) and the finding billing.event_stuck say why an event fails.', {
            command: 'bin/givrwrld logs --fn stripe-webhook --level warn',
            page: '/ops/findings',
          })
        : ok(found)
    },
  }),
  check({
    id: 'work.sweeps',
    area: 'work',
    title: 'The sweeps run',
    needs: ['db'],
    after: ['database.migrations', 'work.workers'],
    async run({ db, now, backfillMs }) {
      const { stripeAt, panelAt, firstAt } = await sweepSigns(db.q)
      const limit: [string, Date | null, number][] = [
        ['Stripe', stripeAt, backfillMs],
        ['the panel', panelAt, PANEL_SWEEP_MS],
      ]
      const late = limit.filter(
        ([, at, everyMs]) => now().getTime() - (at ?? firstAt ?? now()).getTime() > SWEEPS_MISSED * everyMs + MINUTE,
      )
      const said = limit.map(([what, at]) => `${what} ${at ? ago(now(), at) : 'not yet'}`).join(', ')
      if (late.length === 0) return ok(`Swept: ${said}.`)
      return warning(
        `Swept: ${said}. That is too long for ${listed(late.map(([what]) => what))}.`,
        'Sweeps find what webhooks and wake-ups missed. The log says why they fail.',
        {
          command: 'bin/givrwrld logs --level warn --since 1h',
        },
      )
    },
  }),
  check({
    id: 'work.restored',
    area: 'work',
    title: 'No restored backup is being caught up with',
    needs: ['db'],
    after: ['database.migrations'],
    async run({ db }) {
      const restored = await lastRestoration(db.q)
      if (!restored) return ok('This database was not made of a backup.')
      const { stripeAt, panelAt } = await sweepSigns(db.q)
      const found = `Restored at ${restored.restoredAt.toISOString()} from a backup of ${restored.takenAt.toISOString()}.`
      const caughtUp = [stripeAt, panelAt].every((at) => at !== null && at > restored.restoredAt)
      if (caughtUp) return ok(`${found} Both sweeps have been through since.`)
      return warning(
        `${found} The sweeps have not been through since.`,
        'Start a worker and wait for both sweeps; then see the findings for what the backup did not know.',
        { page: '/ops/findings' },
      )
    },
  }),
]
