import type { Command } from 'commander'
import { ChannelList, ChannelMade, ChannelTested, type ChannelView, DeliveryPage } from '../../../health/contract.ts'
import { Failure } from '../../../kit/failure.ts'
import { type Api, type ApiOptions, fromElsewhere, withApi } from '../api.ts'
import { print, table } from '../run.ts'

interface TargetOptions extends ApiOptions {
  address?: string
  to?: string[]
  digest: boolean
  alerts: boolean
}
interface SetOptions extends ApiOptions {
  name?: string
  address?: string
  to?: string[]
  on?: boolean
  off?: boolean
  rollSecret?: boolean
}
const LIST = '/api/ops/alert-channels'

export function channelCommands(alerts: Command): void {
  const channels = alerts
    .command('channels')
    .description('Who is told: Discord, Slack, e-mail, webhooks. A channel goes by its id or name.')

  fromElsewhere(channels.command('list', { isDefault: true })).action((options: ApiOptions) =>
    print(options, () => withApi(options, async (api) => shown((await api.get(ChannelList, LIST)).channels))),
  )

  fromElsewhere(channels.command('add <kind> <name>'))
    .description('Make a channel: discord, slack or webhook with --address, email with --to. A webhook’s signing secret is shown once.')
    .option('--address <url>', 'where to post')
    .option('--to <address...>', 'whom to write to')
    .option('--no-digest', 'without the daily summary')
    .option('--no-alerts', 'without critical alerts')
    .action((kind: string, name: string, { address, to, digest, alerts: takes, ...options }: TargetOptions) =>
      print(options, () =>
        withApi(options, async (api) => {
          const target = { ...(address ? { url: address } : {}), ...(to ? { to } : {}) }
          return made(await api.send(ChannelMade, 'POST', LIST, { kind, name, digest, alerts: takes, ...target }))
        }),
      ),
    )

  fromElsewhere(channels.command('set <channel>'))
    .description('Change a channel, switch it off or on, or roll its secret.')
    .option('--name <name>')
    .option('--address <url>', 'where to post from now on')
    .option('--to <address...>', 'whom to write to from now on')
    .option('--on')
    .option('--off')
    .option('--roll-secret', 'a new signing secret, shown once; the old one ends now')
    .action((channel: string, { name, address, to, on, off, rollSecret, ...options }: SetOptions) =>
      print(options, () =>
        withApi(options, async (api) => {
          const change = {
            ...(name ? { name } : {}),
            ...(address ? { url: address } : {}),
            ...(to ? { to } : {}),
            ...(on ? { enabled: true } : off ? { enabled: false } : {}),
            ...(rollSecret ? { roll_secret: true } : {}),
          }
          return made(await api.send(ChannelMade, 'PATCH', `${LIST}/${(await find(api, channel)).id}`, change))
        }),
      ),
    )

  fromElsewhere(channels.command('remove <channel>'))
    .description('Remove a channel, and what waits for it.')
    .option('--reason <text>', 'kept in the audit log', 'asked for at the command line')
    .action((channel: string, { reason, ...options }: ApiOptions & { reason: string }) =>
      print(options, () =>
        withApi(options, async (api) => {
          const { id, name } = await find(api, channel)
          await api.send(ChannelList, 'POST', `${LIST}/${id}/remove`, { reason })
          return { value: { removed: id }, text: `${name} is removed.` }
        }),
      ),
    )

  fromElsewhere(channels.command('deliveries'))
    .description('What was told, and what could not be: newest first.')
    .option('--channel <channel>', 'of this one')
    .option('--limit <n>', 'at most so many', '50')
    .option('--cursor <cursor>', 'go on where the last page ended')
    .action(({ channel, limit, cursor, ...options }: ApiOptions & { channel?: string; limit: string; cursor?: string }) =>
      print(options, () =>
        withApi(options, async (api) => {
          const id = channel === undefined ? undefined : (await find(api, channel)).id
          const value = await api.get(DeliveryPage, '/api/ops/alert-deliveries', { channel: id, limit, cursor })
          const rows = value.items.map((one) => [
            one.queuedAt,
            one.channelName,
            one.kind,
            one.status,
            one.attempts,
            one.lastError,
            one.title,
          ])
          return { value, text: table(['queued', 'channel', 'kind', 'status', 'tries', 'last error', 'what'], rows) }
        }),
      ),
    )

  fromElsewhere(alerts.command('test <channel>'))
    .description('Tell a channel, by its id or name, that this is a test, and say what came of it.')
    .action((channel: string, options: ApiOptions) =>
      print(options, () =>
        withApi(options, async (api) => {
          const { id, name } = await find(api, channel)
          const value = await api.send(ChannelTested, 'POST', `${LIST}/${id}/test`, {})
          if (value.sent) return { value, text: `${name} took the test.` }
          throw notTaken(name, value.error)
        }),
      ),
    )
}

async function find(api: Api, text: string): Promise<ChannelView> {
  const { channels } = await api.get(ChannelList, LIST)
  const found = channels.find((one) => one.id === text || one.name.toLowerCase() === text.toLowerCase())
  if (found) return found
  throw new Failure({
    code: 'health.no_such_channel',
    kind: 'missing',
    say: `There is no channel “${text}”.`,
    next: 'See `alerts channels`.',
  })
}

const notTaken = (name: string, error: string | null) =>
  new Failure({
    code: 'health.test_not_taken',
    kind: 'unavailable',
    say: `${name} did not take it: ${error}`,
    next: 'Check its address, then test again.',
  })

const made = ({ channel, secret }: { channel: ChannelView; secret: string | null }) => ({
  value: { ...channel, secret },
  text: `${shown([channel]).text}${secret ? `\n\nSigning secret: ${secret}\nIt is shown this once.` : ''}`,
})

const shown = (value: ChannelView[]) => ({
  value,
  text: table(
    ['channel', 'kind', 'name', 'to', 'takes', 'waiting', 'last told', 'last error'],
    value.map((one) => [
      one.id,
      one.kind,
      one.name,
      one.target,
      one.enabled ? [one.alerts && 'alerts', one.digest && 'summary'].filter(Boolean).join(', ') || 'nothing' : 'off',
      one.waiting,
      one.lastSentAt,
      one.lastError,
    ]),
  ),
})
