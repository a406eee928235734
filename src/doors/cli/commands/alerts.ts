import { type Command, Option } from 'commander'
import { ALERT_STATES, AlertPage, AlertView } from '../../../health/contract.ts'
import { type ApiOptions, fromElsewhere, withApi } from '../api.ts'
import { print, table, uuidOf } from '../run.ts'
import { channelCommands } from './alert-channels.ts'
import { ruleCommands } from './alert-rules.ts'

const LIST = '/api/ops/alerts'
const on = (id: string, verb: 'acknowledge' | 'silence' | 'unsilence') =>
  `${LIST}/${uuidOf(id, 'alert’s id', 'See `alerts list`.')}/${verb}`

export function alertCommands(program: Command): void {
  const alerts = program.command('alerts').description('What fires, whom it is told, and when.')

  fromElsewhere(alerts.command('list'))
    .description('Newest first.')
    .addOption(new Option('--state <state>').choices(ALERT_STATES).default('open'))
    .option('--limit <n>', 'at most so many', '50')
    .option('--cursor <cursor>', 'go on where the last page ended')
    .action(({ state, limit, cursor, ...options }: ApiOptions & { state: string; limit: string; cursor?: string }) =>
      print(options, () =>
        withApi(options, async (api) => {
          const value = await api.get(AlertPage, LIST, { state, limit, cursor })
          const more = value.nextCursor ? `\nThere are more: --cursor ${value.nextCursor}` : ''
          const none = state === 'open' ? 'Nothing fires.' : 'Nothing.'
          return { value, text: value.items.length === 0 ? none : `${asTable(value.items)}${more}` }
        }),
      ),
    )

  fromElsewhere(alerts.command('ack <id>'))
    .description('Say that somebody is on it.')
    .option('--note <text>', 'what is being done')
    .action((id: string, { note, ...options }: ApiOptions & { note?: string }) => ask(options, on(id, 'acknowledge'), note ? { note } : {}))

  fromElsewhere(alerts.command('silence <id>'))
    .description('Tell nobody of it, for a while; it goes on showing here.')
    .requiredOption('--minutes <n>', 'until it ends: 1 to 43200')
    .option('--reason <text>', 'kept in the audit log', 'asked for at the command line')
    .action((id: string, { minutes, reason, ...options }: ApiOptions & { minutes: string; reason: string }) =>
      ask(options, on(id, 'silence'), { minutes: Number(minutes), reason }),
    )

  fromElsewhere(alerts.command('unsilence <id>'))
    .description('End that before its time.')
    .action((id: string, options: ApiOptions) => ask(options, on(id, 'unsilence'), {}))

  ruleCommands(alerts)
  channelCommands(alerts)
}

const ask = (options: ApiOptions, path: string, body: object): Promise<void> =>
  print(options, () =>
    withApi(options, async (api) => {
      const value = await api.send(AlertView, 'POST', path, body)
      return { value, text: asTable([value]) }
    }),
  )

const stateOf = (alert: AlertView): string => {
  if (alert.resolvedAt) return `over since ${alert.resolvedAt}`
  if (alert.silencedUntil) return `silent until ${alert.silencedUntil}`
  return alert.acknowledgedBy ? `seen by ${alert.acknowledgedBy}` : 'new'
}

const asTable = (alerts: AlertView[]): string =>
  table(
    ['alert', 'severity', 'rule', 'about', 'since', 'state', 'what'],
    alerts.map((one) => [one.id, one.severity, one.rule, one.subject, one.firedAt, stateOf(one), one.summary]),
  )
