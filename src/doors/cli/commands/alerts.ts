import { type Command, Option } from 'commander'
import { AcknowledgeAsk, ALERT_STATES, type AlertView, SilenceAsk } from '../../../health/contract.ts'
import {
  aboutAlert,
  acknowledgeAlert,
  alertById,
  listAlerts,
  presentAlerts,
  silence,
  silencesAt,
  unsilence,
} from '../../../health/index.ts'
import { Failure } from '../../../kit/failure.ts'
import { isUuid } from '../../../kit/ids.ts'
import type { World } from '../../../world.ts'
import { cliActor, print, table, withWorld } from '../run.ts'
import { channelCommands } from './alert-channels.ts'
import { ruleCommands } from './alert-rules.ts'

interface Json {
  json?: boolean
}
const LISTED_MAX = 200

const alertId = (text: string): string => {
  if (isUuid(text)) return text
  throw new Failure({ code: 'cli.invalid', kind: 'invalid', say: `“${text}” is no alert's id.`, next: 'See `alerts list`.' })
}
const by = () => ({ by: cliActor(), requestId: null })

export function alertCommands(program: Command): void {
  const alerts = program.command('alerts').description('What fires, whom it is told, and when.')

  alerts
    .command('list')
    .description('Newest first.')
    .addOption(new Option('--state <state>').choices(ALERT_STATES).default('open'))
    .option('--json', 'print JSON')
    .action(({ state, ...options }: Json & { state: (typeof ALERT_STATES)[number] }) =>
      print(options, () =>
        withWorld(async (world) => {
          const [found, silences] = await Promise.all([
            listAlerts(world.db.q, { state, after: null, limit: LISTED_MAX }),
            silencesAt(world.db.q, world.now()),
          ])
          const value = await presentAlerts(world.db.q, found, silences)
          return { value, text: value.length === 0 ? (state === 'open' ? 'Nothing fires.' : 'Nothing.') : asTable(value) }
        }),
      ),
    )

  alerts
    .command('ack <id>')
    .description('Say that somebody is on it.')
    .option('--note <text>', 'what is being done')
    .option('--json', 'print JSON')
    .action((id: string, { note, ...options }: Json & { note?: string }) =>
      print(options, () =>
        withWorld(async (world) => {
          const said = AcknowledgeAsk.parse(note === undefined ? {} : { note })
          await acknowledgeAlert(world, { ...by(), id: alertId(id), note: said.note ?? null })
          return shown(world, id)
        }),
      ),
    )

  alerts
    .command('silence <id>')
    .description('Tell nobody of it, for a while; it goes on showing here.')
    .requiredOption('--minutes <n>', 'until it ends: 1 to 43200')
    .option('--reason <text>', 'kept in the audit log', 'asked for at the command line')
    .option('--json', 'print JSON')
    .action((id: string, { minutes, reason, ...options }: Json & { minutes: string; reason: string }) =>
      print(options, () =>
        withWorld(async (world) => {
          const ask = SilenceAsk.parse({ minutes: Number(minutes), reason })
          await silence(world, { ...by(), ...(await aboutAlert(world, alertId(id))), ...ask })
          return shown(world, id)
        }),
      ),
    )

  alerts
    .command('unsilence <id>')
    .description('End that before its time.')
    .option('--json', 'print JSON')
    .action((id: string, options: Json) =>
      print(options, () =>
        withWorld(async (world) => {
          await unsilence(world, { ...by(), ...(await aboutAlert(world, alertId(id))) })
          return shown(world, id)
        }),
      ),
    )

  ruleCommands(alerts)
  channelCommands(alerts)
}

async function shown(world: World, id: string) {
  const [alert, silences] = await Promise.all([alertById(world.db.q, id), silencesAt(world.db.q, world.now())])
  if (!alert)
    throw new Failure({ code: 'health.no_such_alert', kind: 'missing', say: 'There is no such alert.', next: 'See `alerts list`.' })
  const value = await presentAlerts(world.db.q, [alert], silences)
  return { value: value[0], text: asTable(value) }
}

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
