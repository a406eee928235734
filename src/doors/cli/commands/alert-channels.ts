import type { Command } from 'commander'
import { ChannelNew, type ChannelView } from '../../../health/contract.ts'
import { listDeliveries, makeChannel, presentChannels, presentDelivery, removeChannel, testChannel } from '../../../health/index.ts'
import { Failure } from '../../../kit/failure.ts'
import type { World } from '../../../world.ts'
import { cliActor, print, table, withWorld } from '../run.ts'

interface Json {
  json?: boolean
}
interface NewOptions extends Json {
  url?: string
  to?: string[]
  digest: boolean
  alerts: boolean
}
const by = () => ({ by: cliActor(), requestId: null })
const LISTED_MAX = 100

export function channelCommands(alerts: Command): void {
  const channels = alerts.command('channels').description('Who is told: Discord, Slack, e-mail, webhooks.')
  channels
    .command('list', { isDefault: true })
    .option('--json', 'print JSON')
    .action((options: Json) =>
      print(options, () =>
        withWorld(async (world) => {
          const value = await presentChannels(world.db.q)
          return { value, text: asTable(value) }
        }),
      ),
    )
  channels
    .command('add <kind> <name>')
    .description('Make a channel: discord, slack or webhook with --url, email with --to. A webhook’s signing secret is shown once.')
    .option('--url <address>', 'where to post')
    .option('--to <address...>', 'whom to write to')
    .option('--no-digest', 'without the daily summary')
    .option('--no-alerts', 'without critical alerts')
    .option('--json', 'print JSON')
    .action((kind: string, name: string, { url, to, digest, alerts: takes, ...options }: NewOptions) =>
      print(options, () =>
        withWorld(async (world) => {
          const asked = ChannelNew.parse({ kind, name, digest, alerts: takes, ...(url ? { url } : {}), ...(to ? { to } : {}) })
          const { channel, secret } = await makeChannel(world, { ...by(), channel: asked })
          const value = (await presentChannels(world.db.q)).filter((one) => one.id === channel.id)
          const told = secret ? `\n\nSigning secret: ${secret}\nIt is shown this once.` : ''
          return { value: { ...value[0], secret }, text: `${asTable(value)}${told}` }
        }),
      ),
    )
  channels
    .command('remove <channel>')
    .description('Remove a channel, by its id or name, and what waits for it.')
    .option('--reason <text>', 'kept in the audit log', 'asked for at the command line')
    .option('--json', 'print JSON')
    .action((channel: string, { reason, ...options }: Json & { reason: string }) =>
      print(options, () =>
        withWorld(async (world) => {
          const { id, name } = await find(world, channel)
          await removeChannel(world, { ...by(), id, reason })
          return { value: { removed: id }, text: `${name} is removed.` }
        }),
      ),
    )
  channels
    .command('deliveries')
    .description('What was told, and what could not be: newest first.')
    .option('--channel <channel>', 'of this one, by its id or name')
    .option('--json', 'print JSON')
    .action(({ channel, ...options }: Json & { channel?: string }) =>
      print(options, () =>
        withWorld(async (world) => {
          const channelId = channel === undefined ? null : (await find(world, channel)).id
          const value = (await listDeliveries(world.db.q, { channelId, after: null, limit: LISTED_MAX })).map(presentDelivery)
          const rows = value.map((one) => [one.queuedAt, one.channelName, one.kind, one.status, one.attempts, one.lastError, one.title])
          return { value, text: table(['queued', 'channel', 'kind', 'status', 'tries', 'last error', 'what'], rows) }
        }),
      ),
    )

  alerts
    .command('test <channel>')
    .description('Tell a channel, by its id or name, that this is a test, and say what came of it.')
    .option('--json', 'print JSON')
    .action((channel: string, options: Json) =>
      print(options, () =>
        withWorld(async (world) => {
          const { id, name } = await find(world, channel)
          const value = await testChannel(world, { ...by(), id })
          if (!value.sent)
            throw new Failure({
              code: 'health.test_not_taken',
              kind: 'unavailable',
              say: `${name} did not take it: ${value.error}`,
              next: 'Check its address, then test again.',
            })
          return { value, text: `${name} took the test.` }
        }),
      ),
    )
}

async function find(world: World, text: string): Promise<ChannelView> {
  const found = (await presentChannels(world.db.q)).find((one) => one.id === text || one.name.toLowerCase() === text.toLowerCase())
  if (found) return found
  throw new Failure({
    code: 'health.no_such_channel',
    kind: 'missing',
    say: `There is no channel “${text}”.`,
    next: 'See `alerts channels`.',
  })
}

const asTable = (channels: ChannelView[]): string =>
  table(
    ['channel', 'kind', 'name', 'to', 'takes', 'waiting', 'last told', 'last error'],
    channels.map((one) => [
      one.id,
      one.kind,
      one.name,
      one.target,
      one.enabled ? [one.alerts && 'alerts', one.digest && 'summary'].filter(Boolean).join(', ') || 'nothing' : 'off',
      one.waiting,
      one.lastSentAt,
      one.lastError,
    ]),
  )
