import { setTimeout as passes } from 'node:timers/promises'
import { type Command, Option } from 'commander'
import { z } from 'zod'
import { SECOND } from '../../../kit/time.ts'
import { LOG_LEVELS, type LogLineView, LogPage, LogQuery } from '../../../operations/contract.ts'
import { type Api, type ApiOptions, fromElsewhere, withApi } from '../api.ts'
import { fail, print } from '../run.ts'

interface Options extends ApiOptions {
  since?: string
  until?: string
  level?: string
  order?: string
  customer?: string
  request?: string
  grep?: string
  limit: string
  follow?: boolean
}

const PAGE = 200
const LINES_MAX = 10_000
/** A line is written some moments after it was said: so far back each look of --follow goes. */
const LATE_SECONDS = 15

export function logCommands(program: Command): void {
  fromElsewhere(program.command('logs [fn]'))
    .description('What functions, jobs and calls said, the newest last. `fn` is a name of the runbook: servers-provision, stripe-webhook …')
    .option('--since <time>', 'an instant, or an age such as 15m, 1h, 7d')
    .option('--until <time>', 'likewise')
    .addOption(new Option('--level <level>', 'at least this loud').choices(LOG_LEVELS))
    .option('--order <id>', 'about this order')
    .option('--customer <customer>', 'about this customer (id or e-mail) or one of the customer’s orders')
    .option('--request <id>', 'of this request')
    .option('--grep <text>', 'with this in the sentence or the facts; needs --since')
    .option('--limit <n>', 'the newest so many', '100')
    .option('-f, --follow', 'go on with what is said from now, until Ctrl-C; with --json one line each')
    .action((fn: string | undefined, options: Options) => (options.follow ? follow(fn, options) : list(fn, options)))
}

const list = (fn: string | undefined, options: Options) =>
  print(options, () =>
    withApi(options, async (api) => {
      const { lines, more } = await newest(api, queryOf(fn, options))
      const rest = more && lines[0] ? `There are older ones: --until ${lines[0].at}, or a larger --limit.\n` : ''
      return { value: lines, text: lines.length === 0 ? 'No lines.' : `${rest}${lines.map(asText).join('\n')}` }
    }),
  )

async function follow(fn: string | undefined, options: Options): Promise<void> {
  const end = new AbortController()
  const stop = () => end.abort()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop)
  const show = (lines: LogLineView[]) => {
    for (const line of lines) process.stdout.write(`${options.json ? JSON.stringify(line) : asText(line)}\n`)
  }
  try {
    await withApi(options, async (api) => {
      const { since = `${LATE_SECONDS}s`, ...query } = queryOf(fn, options)
      const { lines } = await newest(api, query.text ? { ...query, since } : { ...query, ...(options.since ? { since } : {}) })
      show(lines)
      let shown = new Set(lines.map((line) => line.id))
      for (let last = performance.now(); !end.signal.aborted; ) {
        const begun = performance.now()
        const age = `${Math.ceil((begun - last) / SECOND) + LATE_SECONDS}s`
        const { items } = await api.get(LogPage, PATH, { ...query, until: undefined, since: age, limit: PAGE })
        const fresh = items.filter((line) => !shown.has(line.id))
        if (fresh.length === PAGE) process.stderr.write('More was said than is shown; narrow it down.\n')
        show(fresh.reverse())
        shown = new Set(items.map((line) => line.id))
        last = begun
        await passes(SECOND, undefined, { signal: end.signal }).catch(() => undefined)
      }
    })
  } catch (thrown) {
    fail(thrown, options.json ?? false)
  }
}

const PATH = '/api/ops/logs'
const Wanted = LogQuery.extend({ limit: z.coerce.number().int().min(1).max(LINES_MAX) }).omit({ cursor: true })
type Wanted = z.output<typeof Wanted>

const queryOf = (fn: string | undefined, { since, until, level, order, customer, request, grep, limit }: Options): Wanted =>
  Wanted.parse({ fn, since, until, level, order, customer, request, text: grep, limit })

/** The oldest first, as a terminal is read. */
async function newest(api: Api, wanted: Wanted): Promise<{ lines: LogLineView[]; more: boolean }> {
  const lines: LogLineView[] = []
  let cursor: string | undefined
  do {
    const limit = Math.min(PAGE, wanted.limit - lines.length)
    const page = await api.get(LogPage, PATH, { ...wanted, limit, cursor })
    lines.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor && lines.length < wanted.limit)
  return { lines: lines.reverse(), more: cursor !== undefined }
}

/** Said in the sentence already, or of no help to a reader; `--json` has them. */
const LEFT_OUT = new Set(['method', 'path', 'status', 'system', 'share', 'queue', 'of', 'callId', 'role'])

function asText({ at, level, fn, message, orderId, userId, requestId, facts }: LogLineView): string {
  const named = { order: orderId, customer: userId, request: requestId, ...facts }
  const said = Object.entries(named)
    .filter(([name, value]) => value !== null && value !== '' && !LEFT_OUT.has(name))
    .map(([name, value]) => `${name}=${typeof value === 'string' && /^\S+$/.test(value) ? value : JSON.stringify(value)}`)
  return [at, level.toUpperCase().padEnd(5), fn, message, ...said].join(' ')
}
