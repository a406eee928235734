import { expect } from 'vitest'
import { SERVICE_KEY, type Stage, startStage } from '../chaos/stage.ts'
import { QUIET_STAGE } from '../faults/kit.ts'
import { type Heard, startReceivers } from '../kit/receivers.ts'

export const ON_CALL = 'on-call@givrwrld.test'
const KINDS = ['discord', 'slack', 'email', 'webhook'] as const
type Kind = (typeof KINDS)[number]

export type Watched = Awaited<ReturnType<typeof startWatched>>

/** The product as processes, judged every second, with a channel of each kind that was made through the API. */
export async function startWatched() {
  const stage = await startStage({ ...QUIET_STAGE, webs: 1, workers: 1, env: { ALERT_EVERY_MS: '1000', DIGEST_HOUR: '7' } })
  const receivers = await startReceivers()
  const ops = async <T = Record<string, unknown>>(method: string, path: string, body?: object): Promise<T> => {
    const answer = await fetch(`${stage.shopUrl}/api/ops/${path}`, {
      method,
      headers: { authorization: `Bearer ${SERVICE_KEY}`, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as T
  }
  const ids: Partial<Record<Kind, string>> = {}
  for (const kind of ['discord', 'slack'] as const) ids[kind] = await made(ops, { kind, name: kind, url: receivers.url(kind) })
  ids.email = await made(ops, { kind: 'email', name: 'email', to: [ON_CALL] })
  const { channel, secret } = await ops<{ channel: { id: string }; secret: string }>('POST', 'alert-channels', {
    kind: 'webhook',
    name: 'webhook',
    url: receivers.url('webhook'),
  })
  ids.webhook = channel.id
  receivers.verifyWith(secret)

  const mails = async (): Promise<string[]> => {
    const answer = await fetch(`${stage.controlUrl}/mail/messages.json?to=${ON_CALL}`)
    return ((await answer.json()) as { messages: { subject: string }[] }).messages.map((one) => one.subject).reverse()
  }
  const titles = async (kind: Kind): Promise<string[]> => (kind === 'email' ? mails() : receivers.titles(kind as Heard['channel']))
  return {
    stage,
    receivers,
    ops,
    ids: ids as Record<Kind, string>,
    titles,
    /** How often each channel was told this, in the order of KINDS. */
    async told(title: string): Promise<number[]> {
      return Promise.all(KINDS.map(async (kind) => (await titles(kind)).filter((one) => one === title).length))
    },
    /** Everything that the channels were told: how often each of them, by title. */
    async everything(): Promise<Map<string, number[]>> {
      const lists = await Promise.all(KINDS.map(titles))
      return new Map([...new Set(lists.flat())].map((title) => [title, lists.map((list) => list.filter((one) => one === title).length)]))
    },
    firing: async (): Promise<string[]> =>
      (
        await stage.sql.query(`select distinct rule_id from alerts where resolved_at is null and fired_at is not null order by rule_id`)
      ).rows.map((row) => row.rule_id),
  }
}

const made = async (ops: <T>(method: string, path: string, body?: object) => Promise<T>, channel: object): Promise<string> =>
  (await ops<{ channel: { id: string } }>('POST', 'alert-channels', channel)).channel.id

/** Discord, Slack, e-mail, webhook: each exactly so often. */
export const EACH = (times: number): number[] => KINDS.map(() => times)

export interface Outcome {
  condition: string
  provokedBy: string
  delivered: boolean
  resolved: boolean
  /** What was told to anybody and belongs to nothing that was provoked. */
  false: string[]
  seconds: number
}

export const table = (rows: Outcome[]): string =>
  [
    '| condition | provoked by | told on 4 channels | end told on 4 | false | s |',
    '|---|---|---|---|---|---|',
    ...rows.map(
      (one) =>
        `| ${one.condition} | ${one.provokedBy} | ${one.delivered ? 'yes' : 'NO'} | ${one.resolved ? 'yes' : 'NO'} | ${one.false.join(', ') || 'none'} | ${one.seconds} |`,
    ),
  ].join('\n')

export const soon = <T>(look: () => Promise<T>, seconds = 60) => expect.poll(look, { timeout: seconds * 1_000, interval: 250 })
export type { Stage }
