import { type Command, Option } from 'commander'
import { DigestList, HEALTH_WINDOWS, HealthView, type HealthWindow } from '../../../health/contract.ts'
import { type ApiOptions, fromElsewhere, withApi } from '../api.ts'
import { pairs, print, table } from '../run.ts'

export function healthCommand(program: Command): void {
  fromElsewhere(program.command('health'))
    .description('Provisioning health: what is stuck now, how fast and how sure orders are delivered, what is left of the error budget.')
    .addOption(new Option('--window <window>').choices(HEALTH_WINDOWS).default('hour'))
    .action(({ window, ...options }: ApiOptions & { window: HealthWindow }) =>
      print(options, () =>
        withApi(options, async (api) => {
          const value = await api.get(HealthView, '/api/ops/health', { window })
          return { value, text: shown(value) }
        }),
      ),
    )
  fromElsewhere(program.command('digest'))
    .description('The last daily summary, as it was sent.')
    .action((options: ApiOptions) =>
      print(options, () =>
        withApi(options, async (api) => {
          const [last] = (await api.get(DigestList, '/api/ops/digests')).digests
          if (!last) return { value: null, text: 'There is none yet: the first is made tomorrow.' }
          const rows = last.lines.map(({ section, tone, text }) => [section, tone, text])
          return { value: last, text: `${last.day}\n\n${table(['about', '', ''], rows)}` }
        }),
      ),
    )
}

const percent = (share: number | null): string => (share === null ? '–' : `${(share * 100).toFixed(1)} %`)
const seconds = (value: number | null): string => (value === null ? '–' : `${Math.round(value)} s`)

function shown(view: HealthView): string {
  const { now, provisioning, slo, webhooks, budget, processes, tasks, alerts } = view
  const silent = tasks.filter((one) => one.silentSeconds > 3 * Math.max(20, one.everySeconds))
  return [
    pairs([
      ['stuck in paid', `${now.stuck} (over 10 minutes)`],
      ['in error', now.inError],
      ['waiting', `${now.waiting}, oldest ${now.oldestWaitingSeconds} s, in paid ${now.queueSeconds} s`],
      [
        `last ${view.window}`,
        `${provisioning.paid} paid, ${provisioning.delivered} delivered, ${provisioning.failed} failed, ${provisioning.late} late`,
      ],
      ['success rate', percent(provisioning.successRate)],
      ['paid → provisioned', `p50 ${seconds(provisioning.p50Seconds)}, p95 ${seconds(provisioning.p95Seconds)}`],
      [
        'SLO',
        `${percent(slo.compliance)} of ${slo.orders} within ${slo.seconds / 60} min over ${slo.days} days; ${percent(slo.budgetLeft)} of the error budget left`,
      ],
      [
        'webhooks',
        `${webhooks.answered} taken, ${webhooks.failed} answered 5xx; ${webhooks.waiting} wait, ${webhooks.failing} failed before`,
      ],
      [
        'at Stripe',
        `endpoint ${webhooks.stripe.endpoint}, ${webhooks.stripe.undelivered} not delivered${webhooks.stripe.askError ? ` (${webhooks.stripe.askError})` : ''}`,
      ],
      ['panel budget', `${budget.used} of ${budget.limit} calls used this minute`],
      ['processes', processes.map((one) => `${one.role} ${one.host}/${one.pid}`).join(', ') || 'none is heard of'],
      ['silent tasks', silent.map((one) => one.name).join(', ') || 'none'],
      ['alerts', `${alerts.critical} critical, ${alerts.warning} warnings`],
    ]),
    '',
    table(
      ['to see', 'status', 'age', 'cause'],
      now.orders.map((one) => [one.id, one.status, `${one.seconds} s`, one.cause]),
    ),
  ].join('\n')
}
