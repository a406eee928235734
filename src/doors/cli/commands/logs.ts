import { setTimeout as passes } from 'node:timers/promises'
import { type Command, Option } from 'commander'
import { z } from 'zod'
import { SECOND } from '../../../kit/time.ts'
import { LOG_LEVELS, type LogLineView, LogQuery } from '../../../operations/contract.ts'
import { narrowedBy, searchLogs, tailLogs } from '../../../operations/index.ts'
import type { World } from '../../../world.ts'
import { fail, print, withWorld } from '../run.ts'

interface Options {
  since?: string
  until?: string
  level?: string
  order?: string
  customer?: string
  request?: string
  grep?: string
  limit: string
  follow?: boolean
  json?: boolean
}

const PAGE = 200
const LINES_MAX = 10_000

export function logCommands(program: Command): void {
  program
    .command('logs [fn]')
    .description('What functions, jobs and calls said, the newest last. `fn` is a name of the runbook: servers-provision, stripe-webhook …')
    .option('--since <time>', 'an instant, or an age such as 15m, 1h, 7d')
    .option('--until <time>', 'likewise')
    .addOption(new Option('--level <level>', 'at least this loud').choices(LOG_LEVELS))
    .option('--order <id>', 'about this order')
    .option('--customer <customer>', 'about this customer (id or e-mail) or one of the customer’s orders')
    .option('--request <id>', 'of this request')
    .option('--grep <text>', 'with this in the sentence or the facts; needs --since')
    .option('--limit <n>', 'the newest so many', '100')
    .option('-f, --follow', 'go on with what is said from now, until Ctrl-C')
    .option('--json', 'print JSON; with --follow one line each')
    .action((fn: string | undefined, options: Options) => (options.follow ? follow(fn, options) : list(fn, options)))
}

const list = (fn: string | undefined, options: Options) =>
  print(options, () =>
    withWorld(async (world) => {
      const { lines, more } = await newest(world, queryOf(fn, options))
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
    await withWorld(async (world) => {
      const query = queryOf(fn, options)
      const { lines } = await newest(world, query)
      show(lines)
      const { look } = tailLogs(world, await narrowedBy(world, query), lines)
      while (!end.signal.aborted) {
        const { items, gap } = await look()
        show(items)
        if (gap) process.stderr.write('More was said than is shown; narrow it down.\n')
        await passes(SECOND, undefined, { signal: end.signal }).catch(() => undefined)
      }
    })
  } catch (thrown) {
    fail(thrown, options.json ?? false)
  }
}

const queryOf = (fn: string | undefined, { grep, limit, follow: _, json: __, ...rest }: Options) =>
  LogQuery.extend({ limit: z.coerce.number().int().min(1).max(LINES_MAX) }).parse({ ...rest, fn, text: grep, limit })

/** The oldest first, as a terminal is read. */
async function newest(world: World, query: ReturnType<typeof queryOf>): Promise<{ lines: LogLineView[]; more: boolean }> {
  const lines: LogLineView[] = []
  let cursor: string | undefined
  do {
    const limit = Math.min(PAGE, query.limit - lines.length)
    const page = await searchLogs(world, { ...query, limit, cursor })
    lines.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor && lines.length < query.limit)
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
